"""Places in a list as one word of a URL: the values by which the list is ordered, of the last row seen."""

import base64
import binascii
import datetime as dt
from collections.abc import Callable, Sequence
from typing import TypeVar

import orjson

from service.api.problems import NOT_FOUND, Problem

Place = TypeVar("Place")


def written(values: Sequence[object]) -> str:
    """Values (text, numbers, days, true and false) as one word."""
    return base64.urlsafe_b64encode(orjson.dumps(list(values))).decode().rstrip("=")


def place(word: str, kinds: Sequence[type], made: Callable[..., Place]) -> Place:
    """What `written` was given, made of values of these kinds; a Problem where it is no place of that list."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise ValueError
        return made(*(_value(value, kind) for value, kind in zip(values, kinds, strict=True)))
    except (binascii.Error, UnicodeError, ValueError, TypeError):
        wrong = {"parameter": "after", "message": "must come from `next`", "allowed": "a place of the same list"}
        raise Problem(NOT_FOUND, "after: must come from `next`", errors=[wrong]) from None


def _value(value: object, kind: type) -> object:
    if kind is dt.date and isinstance(value, str):
        return dt.date.fromisoformat(value)
    if type(value) is not kind or (isinstance(value, str) and "\0" in value):
        raise ValueError
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError
    return value
