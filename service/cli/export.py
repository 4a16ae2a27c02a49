"""`guatu export`: the projects of the ledger as a file of another program."""

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from service.cli.projects import Industry, Minimum, Owner, Problems, Region, Statuses, Words, wanted_of
from service.errors import GuatuError

if TYPE_CHECKING:
    from service.export import Format
    from service.store.wanted import Wanted


def export(
    format_: Annotated[
        str, typer.Argument(metavar="FORMAT", help="csv, xlsx, ndjson, parquet, oc4ids, atom or jsonfeed.")
    ],
    words: Words = None,
    region: Region = None,
    status: Statuses = None,
    industry: Industry = None,
    owner: Owner = None,
    problem: Problems = None,
    min_investment: Minimum = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to; without it, the standard output.")
    ] = None,
    bom: Annotated[bool, typer.Option(help="Begin CSV with a byte order mark, for Excel.")] = False,
    prefix: Annotated[
        str, typer.Option(metavar="PREFIX", help="What the ids of OC4IDS begin with: your registered prefix.")
    ] = "oc4ids-guatu0",
    publisher: Annotated[str, typer.Option(metavar="NAME", help="Who publishes the data, for OC4IDS.")] = "Guatu",
) -> None:
    """Write all projects that are meant to a file; Atom and JSON Feed have the 50 that changed last."""
    import asyncio

    from service.export import FORMATS

    chosen = next((one for one in FORMATS.values() if one.name == format_), None)
    if chosen is None:
        raise typer.BadParameter(f"{format_!r} is none of {', '.join(FORMATS)}", param_hint="FORMAT")
    wanted = wanted_of(words, region, status, industry, owner, problem, min_investment)
    if output is None and sys.stdout.isatty() and chosen.name in ("xlsx", "parquet"):
        raise typer.BadParameter(f"{chosen.name} is not for a terminal: give -o FILE")
    asyncio.run(_export(wanted, chosen, output, {"bom": bom, "prefix": prefix, "publisher": publisher}))


async def _export(wanted: "Wanted", format_: "Format", output: Path | None, said: dict[str, Any]) -> None:
    if output is None:
        await _into(sys.stdout.buffer, wanted, format_, said)
        sys.stdout.buffer.flush()
        return
    made = output.with_name(f".{output.name}.part")  # moved over it at the end: nobody ever sees a part
    try:
        with made.open("wb") as file:
            await _into(file, wanted, format_, said)
        made.replace(output)
    except OSError as error:
        raise GuatuError(f"cannot write {output}: {error.strerror}") from None
    finally:
        made.unlink(missing_ok=True)


async def _into(file: BinaryIO, wanted: "Wanted", format_: "Format", said: dict[str, Any]) -> None:
    from service.bootstrap import chosen, database
    from service.export import About
    from service.pipeline.exports import pieces

    base = (chosen().public_url or "").rstrip("/")

    def about(moment: dt.datetime) -> About:
        url = f"{base}/v1/export/{format_.name}" if base else f"urn:guatu:export:{moment:%Y%m%dT%H%M%SZ}"
        return About(base=base, url=url, asof=moment, **said)

    async with database() as opened:
        async for piece in pieces(opened, wanted, format_, about):
            file.write(piece)
