"""The file that names the sources: TOML text to the specifications in it, or one line that says what is wrong where."""

import difflib
import re
import tomllib
from collections.abc import Mapping

from pydantic import ValidationError

from service.errors import BadSettings
from service.models import SourceSpec

MAX_SOURCES = 10_000
_USER = re.compile("//[^/]*@")


def parse(text: str, file: str = "sources.toml") -> tuple[SourceSpec, ...]:
    """The sources in their order; BadSettings names the file, the entry and the field."""
    try:
        value = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadSettings(f"{file}: is no TOML: {str(error)[:200]}") from None
    for key in value:
        if key != "source":
            raise BadSettings(f"{file}: there is no {key!r}: each source is written under [[source]]")
    tables = value.get("source", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise BadSettings(f"{file}: write [[source]] with two brackets: there may be several")
    if len(tables) > MAX_SOURCES:
        raise BadSettings(f"{file}: names {len(tables)} sources; at most {MAX_SOURCES} are kept")
    specs: dict[tuple[str, str], int] = {}
    found = []
    for number, table in enumerate(tables, 1):
        here = f"{file}: source {number}"
        if label := table.get("name") or table.get("address"):
            here += f" ({_USER.sub('//', str(label)[:80])})"
        spec = _spec(table, here)
        first = specs.setdefault((spec.kind, spec.address), number)
        if first != number:
            raise BadSettings(f"{here}: address is that of source {first} already: name each source once")
        found.append(spec)
    return tuple(found)


def _spec(table: Mapping[str, object], here: str) -> SourceSpec:
    known = SourceSpec.model_fields
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1) or list(known)
            raise BadSettings(f"{here}: there is no option {key!r}: did you mean {' or '.join(near)}?")
    try:
        return SourceSpec.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
    said = "is missing" if first["type"] == "missing" else str(first["msg"]).removeprefix("Value error, ")
    field = str(first["loc"][0]) if first["loc"] else ""
    raise BadSettings(f"{here}: {field}: {said}" if field else f"{here}: {said}")
