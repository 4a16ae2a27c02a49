"""`guatu rules`: the catalogue of the rules with their examples."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from service.extract.grammar import Rule


def rules(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME...]", help="Rules or families; all without.", show_default=False),
    ] = None,
    pattern: Annotated[bool, typer.Option("--pattern", help="Print the patterns too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a rule and line.")] = False,
) -> None:
    """Print the rules, each with sentences it reads and near misses it leaves alone."""
    from service.errors import NotFound
    from service.extract import RULES_VERSION
    from service.extract.grammar import RULES

    wanted = [rule for rule in RULES if not names or rule.name in names or rule.family in names]
    unknown = {name for name in names or () if not any(name in (rule.name, rule.family) for rule in wanted)}
    if unknown:
        families = ", ".join(dict.fromkeys(rule.family for rule in RULES))
        raise NotFound(f"there is no rule or family {', '.join(sorted(unknown))}: the families are {families}")
    if as_json:
        _print_json(wanted, RULES_VERSION)
    else:
        _print(wanted, RULES_VERSION, pattern)


def _print_json(wanted: "Iterable[Rule]", version: str) -> None:
    import orjson

    from service.cli.terminal import lines

    lines(
        orjson.dumps(
            {
                "name": rule.name,
                "family": rule.family,
                "pattern": rule.pattern,
                "yes": {sentence: _value(value) for sentence, value in rule.yes.items()},
                "no": list(rule.no),
                "rules_version": version,
            }
        )
        for rule in wanted
    )


def _print(wanted: "list[Rule]", version: str, pattern: bool) -> None:
    from rich.text import Text

    from service.cli.terminal import console

    out = console()
    family = None
    for rule in wanted:
        if rule.family != family:
            family = rule.family
            out.print(Text(family, "bold underline"))
        out.print(Text(f"  {rule.name}", "bold"))
        if pattern:
            out.print(Text(f"      {' '.join(rule.pattern.split())}", "dim"))
        for sentence, value in rule.yes.items():
            out.print(Text.assemble(("    + ", "green"), sentence, ("  → ", "dim"), _value(value)))
        for sentence in rule.no:
            out.print(Text.assemble(("    - ", "red"), sentence))
    out.print(Text(f"{len(wanted)} rules, version {version}", "dim"))


def _value(value: object) -> str:
    """A value as a person reads it: only the fields that say something."""
    from dataclasses import fields, is_dataclass
    from decimal import Decimal

    if isinstance(value, Decimal):
        return f"{value:f}"
    if is_dataclass(value):
        said = {field.name: getattr(value, field.name) for field in fields(value)}
        inner = ", ".join(f"{name} {_value(part)}" for name, part in said.items() if part not in (None, False, "", ()))
        return f"{type(value).__name__}: {inner}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_value(part)}" for key, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_value(part) for part in value)
    return str(value)
