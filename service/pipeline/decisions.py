"""What people decide about projects: said, checked, and written as corrections, which the ledger then heeds."""

import datetime as dt
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from service.errors import GuatuError, NotFound
from service.extract.divisions import table
from service.ledger import Correction, Handle, Status
from service.ledger.mention import CorrectedValue
from service.ledger.values import AMOUNTS
from service.models import Line
from service.store import bell, corrections, mentions, projects
from service.store.database import Connection
from service.store.exact import LIMIT
from service.store.mentions import Kept

MOST = 200
"""So many of the oldest mentions stand for a project in a correction."""
Reason = Annotated[str | None, Field(max_length=2000, pattern=r"^[^\x00]*$")]


def _number(value: object) -> object:
    """A number as a Decimal; one that is written as text is a text."""
    if isinstance(value, str):
        raise ValueError("a text")
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


_AMOUNT = {"type": "number", "minimum": 0, "exclusiveMaximum": int(LIMIT)}
Amount = Annotated[Decimal, BeforeValidator(_number), Field(ge=0, lt=int(LIMIT)), WithJsonSchema(_AMOUNT)]


class Contradiction(GuatuError):
    """What a person decides does not fit what is there."""


class Said(BaseModel):
    """`reason` says why, for the trail."""

    model_config = ConfigDict(extra="forbid")
    reason: Reason = None


class Rename(Said):
    """The project is called `value`."""

    kind: Literal["rename"]
    value: Line


class AmountValue(Said):
    """The amount `field` of the project is `value`; null says that it has none."""

    kind: Literal["value"]
    field: Literal[AMOUNTS]  # type: ignore[valid-type]
    value: Amount | None


class StageValue(Said):
    """The project has come to `value`."""

    kind: Literal["value"]
    field: Literal["stage"]
    value: Status


class RegionValue(Said):
    """The project is in the division with the code `value` of GB/T 2260; null says that it has none."""

    kind: Literal["value"]
    field: Literal["region"]
    value: Annotated[str, Field(pattern="^[0-9]{6}$")] | None


class OwnersValue(Said):
    """These own or build the project; null says that nobody is known."""

    kind: Literal["value"]
    field: Literal["owners"]
    value: Annotated[list[Line], Field(max_length=50)] | None


class Split(Said):
    """The mentions `records` are of a project of their own."""

    kind: Literal["split"]
    records: Annotated[list[Annotated[int, Field(ge=1, lt=2**63)]], Field(min_length=1, max_length=MOST)]


Value = Annotated[AmountValue | StageValue | RegionValue | OwnersValue, Field(discriminator="field")]
Decision = Annotated[Rename | Value | Split, Field(discriminator="kind")]


def _corrected(said: AmountValue | StageValue | RegionValue | OwnersValue) -> CorrectedValue:
    """The value as a Correction has it. Contradiction where there is no such division."""
    if isinstance(said, OwnersValue):
        return None if said.value is None else tuple(said.value)
    if isinstance(said, RegionValue) and said.value is not None:
        if said.value not in table().by_code:
            raise Contradiction(f"there is no division {said.value}: give a code of GB/T 2260")
        return table().region(said.value)
    return said.value


async def decide_on(connection: Connection, id_: str, decision: Decision, by: str, now: dt.datetime) -> int:
    """Write down what a person decided on a project; gives the id of the correction. NotFound, Contradiction."""
    id_, of = await _mentions(connection, id_)
    apart: Sequence[Kept] = ()
    field: str | None = None
    value: CorrectedValue = None
    if isinstance(decision, Split):
        apart = [row for row in of if row.record in decision.records]
        of = [row for row in of if row.record not in decision.records]
        if len(apart) != len(set(decision.records)):
            raise Contradiction(f"not all of these records are mentions of the project {id_}")
        if not of:
            raise Contradiction("these are all mentions of the project: leave one that it keeps")
    elif isinstance(decision, Rename):
        value = decision.value
    else:
        field, value = decision.field, _corrected(decision)
    made = Correction(
        id=0,
        kind=decision.kind,
        of=_handles(of),
        apart=_handles(apart),
        field=field,
        value=value,
        by=by,
        made=now,
        reason=decision.reason,
    )
    return await _add(connection, id_, made)


async def merge(connection: Connection, ids: Collection[str], by: str, reason: str | None, now: dt.datetime) -> int:
    """Write down that projects are one; gives the id of the correction. NotFound, Contradiction."""
    known = [await _mentions(connection, id_) for id_ in ids]
    if len({id_ for id_, _ in known}) < 2:
        raise Contradiction("name at least two projects: these are one already")
    of = tuple(handle for _, rows in known for handle in _handles(rows))
    made = Correction(id=0, kind="merge", of=of, by=by, made=now, reason=reason)
    return await _add(connection, known[0][0], made)


async def take_back(connection: Connection, id_: int, by: str, reason: str | None, now: dt.datetime) -> bool:
    """Take a correction back; False where that was done before. NotFound."""
    done = await corrections.withdraw(connection, id_, by, reason, now)
    await bell.ring(connection, "projects")
    return done


async def _mentions(connection: Connection, id_: str) -> tuple[str, list[Kept]]:
    """The mentions of a project, the oldest first, and its id today."""
    now = await projects.redirect(connection, id_) or id_
    found = await mentions.of_project(connection, now)
    if not found:
        raise NotFound(f"there is no project {id_}")
    return now, found


def _handles(rows: Sequence[Kept]) -> tuple[Handle, ...]:
    return tuple(Handle(content_sha256=row.content_sha256, name=row.name) for row in rows[:MOST])


async def _add(connection: Connection, project: str, made: Correction) -> int:
    body = made.model_dump_json(exclude={"id"}).encode()
    articles = {handle.content_sha256 for handle in (*made.of, *made.apart)}
    id_ = await corrections.add(connection, project, made.kind, body, articles, made.made)
    await bell.ring(connection, "projects")
    return id_
