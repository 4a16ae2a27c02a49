"""A few simulated hours of feeds on the real worker: the small version of benchmarks.day."""

import logging
from pathlib import Path

import pytest
import structlog

from benchmarks.day import simulate
from benchmarks.virtual import run


def test_hours_of_feeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No feed is starved, no host asked too often or too early, and every entry is taken exactly once."""
    monkeypatch.setattr(
        "service.worker.claims.LONGEST", 30.0
    )  # a look in vain costs as much as one that finds something
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        report = run(simulate(20, 1.5, tmp_path))
    finally:
        structlog.reset_defaults()
    assert report.failures() == []
    assert report.polls > 50
