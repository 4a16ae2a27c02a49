"""The file that names the sources, and the sources of the database that come from it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from service.errors import BadSettings, Rejected
from service.models import SourceSpec
from service.sources.config import parse
from service.store import sources
from service.store.database import Connection, Storage
from service.store.sources import Source


@dataclass(frozen=True)
class Changes:
    """How many sources were added, changed, taken up again and paused; `refused` says of each that could not be, why."""

    added: int = 0
    changed: int = 0
    resumed: int = 0
    paused: int = 0
    refused: tuple[str, ...] = ()


def read(file: Path) -> tuple[SourceSpec, ...]:
    """The sources that the file names; BadSettings says what is wrong with it."""
    try:
        return parse(file.read_text("utf-8"), str(file))
    except (OSError, UnicodeError) as error:
        raise BadSettings(f"GUATU_SOURCES: {file} cannot be read: {error}") from None


async def synchronise(storage: Storage, specs: Sequence[SourceSpec], now: dt.datetime) -> Changes:
    """Bring the sources of origin `file` in line with the file, in one transaction.

    What the file names newly is added or resumed; what it no longer names is paused, never deleted. Those that were made
    through the API are left alone, also where the file names them. Run again it changes nothing.
    """
    async with storage.changing() as connection:
        known = {(one.kind, one.named): one for one in await sources.listed(connection)}
        counts, refused = dict.fromkeys(("added", "changed", "resumed", "paused"), 0), []
        for spec in specs:
            try:
                done = await _bring(connection, known.get((spec.kind, spec.address)), spec, now)
            except Rejected as error:
                refused.append(str(error))
            else:
                counts |= {done: counts[done] + 1} if done else {}
        named = {(spec.kind, spec.address) for spec in specs}
        for key, one in known.items():
            if one.origin == "file" and one.state == "active" and key not in named:
                await sources.set_state(connection, one.id, "paused", now)
                await sources.note(connection, one.id, LEFT)
                counts["paused"] += 1
    return Changes(**counts, refused=tuple(refused))


LEFT = "the file of sources names it no longer"
"""Why a source was paused by itself; one that was paused by an operator stays paused although the file names it."""
LEFT_REASON = "left"
"""The same as a stable code."""


async def _bring(connection: Connection, one: Source | None, spec: SourceSpec, now: dt.datetime) -> str | None:
    if one is None:
        await sources.add(connection, spec, "file", now)
        return "added"
    if one.origin != "file":
        return None
    wanted = spec.model_copy(update={"address": one.address})  # where it has moved to
    if one.spec != wanted:
        await sources.change(connection, one.id, wanted, now)
    if one.state == "paused" and one.error == LEFT:
        await sources.set_state(connection, one.id, "active", now)
        return "resumed"
    return "changed" if one.spec != wanted else None
