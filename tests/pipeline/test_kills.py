"""Replays that are killed and run again."""

from pathlib import Path

from benchmarks.kills import Databases, disturbed, fingerprint, replay
from tests.pipeline.pages import pages


async def test_kills_lose_and_double_nothing(database_url: str, tmp_path: Path) -> None:
    """A replay that is killed five times at random moments, and resumed each time, ends as if it had not been disturbed."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for raw in pages(150):
        if not raw.source.endswith(".bin"):
            (folder / raw.source).write_bytes(raw.data)
    calm = Databases(f"sqlite:///{tmp_path}/calm{{}}.db").next()
    replay(folder, calm)
    pattern = database_url if "postgresql" in database_url else f"sqlite:///{tmp_path}/killed{{}}.db"
    _, found = disturbed(folder, Databases(pattern), kills=5, longest=1.2, seed=7)
    assert found == {fingerprint(calm)}
