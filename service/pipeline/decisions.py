"""What people decide about projects: said, checked, and written as corrections, which the ledger then heeds."""

import datetime as dt
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

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
FIELDS = (*AMOUNTS, "stage", "region", "owners")
Reason = Annotated[str | None, Field(max_length=2000, pattern=r"^[^\x00]*$")]


def _number(value: object) -> object:
    """A number as a Decimal; one that is written as text is a text."""
    if isinstance(value, str):
        raise ValueError("a text")
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


Amount = Annotated[Decimal, BeforeValidator(_number), Field(ge=0, lt=int(LIMIT))]


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


class Value(Said):
    """`field` of the project is `value`: an amount as a number, `stage` as a status, `region` as a code of GB/T 2260,
    `owners` as a list; null says that it has none."""

    kind: Literal["value"]
    field: Literal[FIELDS]  # type: ignore[valid-type]
    value: Amount | Line | Annotated[list[Line], Field(max_length=50)] | None

    @model_validator(mode="after")
    def _fits(self) -> "Value":
        corrected(self.field, self.value)
        return self


class Split(Said):
    """The mentions `records` are of a project of their own."""

    kind: Literal["split"]
    records: Annotated[list[Annotated[int, Field(ge=1, lt=2**63)]], Field(min_length=1, max_length=MOST)]


Decision = Annotated[Rename | Value | Split, Field(discriminator="kind")]


def corrected(field: str, value: Decimal | str | list[str] | None) -> CorrectedValue:
    """The value as a Correction has it. ValueError where the field cannot have it."""
    if value is None:
        return None
    if field in AMOUNTS and isinstance(value, Decimal):
        return value
    if field == "owners" and isinstance(value, list):
        return tuple(value)
    if field == "stage" and value in Status.__args__:  # type: ignore[attr-defined]
        return str(value)
    if field == "region" and isinstance(value, str) and value in table().by_code:
        return table().region(value)
    raise ValueError(f"{field} cannot be {value!r}")


async def decide_on(
    connection: Connection, id_: str, decision: Rename | Value | Split, by: str, now: dt.datetime
) -> int:
    """Write down what a person decided on a project; gives the id of the correction. NotFound, Contradiction."""
    id_, of = await _mentions(connection, id_)
    apart: Sequence[Kept] = ()
    field, value = None, None
    if isinstance(decision, Split):
        apart = [row for row in of if row.record in decision.records]
        of = [row for row in of if row.record not in decision.records]
        if len(apart) != len(set(decision.records)):
            raise Contradiction(f"not all of these records are mentions of the project {id_}")
        if not of:
            raise Contradiction("these are all mentions of the project: leave one that it keeps")
    elif isinstance(decision, Value):
        field, value = decision.field, corrected(decision.field, decision.value)
    else:
        value = decision.value
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
