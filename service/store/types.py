"""Column types that mean the same on SQLite and on PostgreSQL."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, JSON, BigInteger, DateTime, Dialect, Integer, Numeric, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from service.store.exact import PLACES, plain

Id = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER is SQLite's own row id
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Exact(TypeDecorator[Decimal]):
    """A number with three places, never a float: NUMERIC on PostgreSQL, whole thousandths on SQLite, which has no decimal.

    Both compare, sort and add exactly. The value must lie within LIMIT.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = Numeric(19, PLACES) if dialect.name == "postgresql" else BigInteger()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        if value is None or dialect.name == "postgresql":
            return value
        return int(Decimal(value).scaleb(PLACES).to_integral_value())

    def process_result_value(self, value: Decimal | int | None, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        return plain(Decimal(value) if dialect.name == "postgresql" else Decimal(value).scaleb(-PLACES))


class UtcTime(TypeDecorator[dt.datetime]):
    """A moment in UTC: timezone-aware in Python, naive UTC in SQLite, TIMESTAMPTZ in PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        utc = value.astimezone(dt.UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.astimezone(dt.UTC) if value.tzinfo else value.replace(tzinfo=dt.UTC)


class Terms(TypeDecorator[tuple[str, ...]]):
    """Words to be found by: TEXT[] on PostgreSQL; lines on SQLite, with a line's end before each and behind it."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(Text) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> object:
        if value is None or dialect.name == "postgresql":
            return value if value is None else list(value)
        return "".join(f"\n{word}" for word in value) + "\n"

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ANN401
        if value is None:
            return None
        return tuple(value if dialect.name == "postgresql" else value.split("\n")[1:-1])
