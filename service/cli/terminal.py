"""What every command says and how: tables and text for people, bytes for programs, one line on stderr for what went wrong."""

import sys
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from service.sources import Failure

_WIDE = 10_000
_STEERING = (*range(9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROL = dict.fromkeys(_STEERING, "\ufffd")


def safe(text: str) -> str:
    """Text of a document or a file name without what would steer a terminal."""
    return text.translate(_CONTROL)


def console() -> "Console":
    """For people. Into a pipe or a file nothing is cut or folded. Colours follow the terminal and NO_COLOR."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _WIDE
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=width is not None, width=width)


def complain(message: str) -> None:
    """One line on stderr."""
    sys.stdout.flush()
    print("guatu: " + safe(" ".join(message.split())), file=sys.stderr, flush=True)


def complain_of(failure: "Failure") -> None:
    """One line on stderr for an input that was not taken."""
    complain(f"{failure.source}: {failure.reason}: {failure.message}")


def lines(rows: Iterable[bytes]) -> None:
    """Lines for programs, always UTF-8, each as soon as it is there."""
    for row in rows:
        sys.stdout.buffer.write(row + b"\n")
        sys.stdout.buffer.flush()


def amount(value: Decimal | None, unit: str = "元") -> str:
    """A figure as the press writes it: 12.5亿元; blank where there is none."""
    if value is None:
        return ""
    for size, name in ((100_000_000, "亿"), (10_000, "万")):
        if abs(value) >= size:
            return f"{_plain(value / size)}{name}{unit}"
    return f"{_plain(value)}{unit}"


def figure(value: Decimal, unit: str) -> str:
    """The value of an indicator in its unit; a rank as 第3."""
    if unit == "rank":
        return f"第{_plain(value)}"
    return amount(value, {"CNY": "元", "percent": "%", "project": "个", "count": "个", "people": "人"}.get(unit, unit))


def _plain(value: Decimal) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")
