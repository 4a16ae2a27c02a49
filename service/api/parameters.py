"""Query and path parameters: text to the fields of a pydantic model, nothing guessed."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any
from urllib.parse import parse_qsl

from pydantic import BaseModel, Field, ValidationError

from service.api.problems import INVALID_PARAMETER, NOT_FOUND, Problem

MOST = 2**63 - 1
"""The largest number a database holds."""
MOST_PARAMETERS = 100
ERRORS = 20
PageSize = Annotated[int, Field(ge=1, le=1000, description="so many at most; never more than the server's page")]
"""The parameter `limit` of a list."""
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_WRITTEN: Mapping[str, tuple[re.Pattern[str], str]] = {
    "integer": (re.compile(r"-?[0-9]{1,19}"), "a whole number of 64 bits"),
    "number": (re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?"), "a number"),
    "boolean": (re.compile("true|false"), "true or false"),
    "date": (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "a day as YYYY-MM-DD"),
    "date-time": (
        re.compile(
            r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
        ),
        "a moment as 2024-05-31T08:00:00Z",
    ),
}
"""How a value has to be written, by the type or format of its JSON schema: pydantic alone would take ` 1_0` and 1e3."""


@lru_cache
def _fields(model: type[BaseModel]) -> Mapping[str, tuple[bool, str | None]]:
    """The parameters of a model: whether each may be repeated, and how its value is written where that is checked here."""
    properties = model.model_json_schema(by_alias=True).get("properties", {})
    fields = {}
    for name, schema in properties.items():
        shapes = [schema, *schema.get("anyOf", ())]
        lists = [shape for shape in shapes if shape.get("type") == "array"]
        inner = [shape.get("items", {}) for shape in lists] or shapes
        # one of several shapes (a day or a moment) is for pydantic to tell
        written = {shape.get("format") or shape.get("type") for shape in inner} - {None, "null"}
        if "number" in written:  # a Decimal is a number, or text that is one
            written = {"number"}
        kind = written.pop() if len(written) == 1 else None
        fields[name] = (bool(lists), kind if kind in _WRITTEN else None)
    return fields


def read_query(model: type[BaseModel] | None, raw: str, *, blanks: bool = True) -> BaseModel | None:
    """The query string (as sent) as the model; a Problem names each parameter that is wrong and what is allowed.

    Without `blanks` an empty parameter is none, as in the query that a form of a page makes."""
    fields = _fields(model) if model else {}
    given: dict[str, Any] = {}
    errors = []
    for name, value in _pairs(raw, blanks):
        repeats, kind = fields.get(name, (False, None))
        if name not in fields:
            errors.append(_error(name, "there is no such parameter", sorted(fields)))
        elif complaint := _complaint(value, kind):
            errors.append(_error(name, *complaint))
        elif repeats:
            given.setdefault(name, []).append(value)
        elif name in given:
            errors.append(_error(name, "is given twice", ["once"]))
        else:
            given[name] = value
    if not errors and model is not None:
        try:
            return model.model_validate(given)
        except ValidationError as error:
            errors = of_validation(error, "parameter")
    if errors:
        detail = "; ".join(f"{error['parameter']}: {error['message']}" for error in errors[:3])
        raise Problem(INVALID_PARAMETER, detail, errors=errors[:ERRORS])
    return None


def read_path(model: type[BaseModel], given: Mapping[str, str]) -> BaseModel:
    """The parts of the path as the model. A part that is no possible name of anything is simply not found."""
    fields = _fields(model)
    try:
        for name, value in given.items():
            if _complaint(value, fields[name][1]):
                raise Problem(NOT_FOUND, f"there is nothing with this {name}")
        return model.model_validate(dict(given))
    except ValidationError as error:
        name = str(error.errors(include_url=False)[0]["loc"][0])
        raise Problem(NOT_FOUND, f"there is nothing with this {name}") from None


def _pairs(raw: str, blanks: bool) -> list[tuple[str, str]]:
    try:
        if _BROKEN_ESCAPE.search(raw):
            raise ValueError
        return parse_qsl(raw, keep_blank_values=blanks, errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError:  # a UnicodeDecodeError is one
        problem = f"the query is no UTF-8 in percent-encoding, or has more than {MOST_PARAMETERS} parameters"
        raise Problem(INVALID_PARAMETER, problem) from None


def _complaint(value: str, kind: str | None) -> tuple[str, object] | None:
    if "\0" in value or (not value.isprintable() and _surrogate(value)):
        return "is no text", ["text without NUL"]
    if kind is not None:
        pattern, allowed = _WRITTEN[kind]
        if not pattern.fullmatch(value) or (kind == "integer" and abs(int(value)) > MOST):
            return f"must be {allowed}", allowed
    return None


def _surrogate(value: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in value)


def _error(name: str, message: str, allowed: object) -> dict[str, Any]:
    return {"parameter": name, "message": message, "allowed": allowed}


def of_validation(error: ValidationError, called: str) -> list[dict[str, Any]]:
    """The errors of pydantic as a problem lists them: the place (`a.b.0`), the message, what is allowed where it says so."""
    listed = []
    for one in error.errors(include_url=False, include_input=False)[:ERRORS]:
        shown: dict[str, Any] = {called: ".".join(map(str, one["loc"])) or "(all)", "message": one["msg"]}
        bounds = {name: value for name, value in one.get("ctx", {}).items() if isinstance(value, str | int | float)}
        if bounds:
            shown["allowed"] = bounds.get("expected", bounds)
        listed.append(shown)
    return listed
