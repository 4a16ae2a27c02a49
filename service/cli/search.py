"""`guatu search`: projects and articles by their words, from a terminal."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from service.pipeline.search import Answer
    from service.store.hits import Piece


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="All of them must be there.")],
    region: Annotated[str | None, typer.Option(metavar="CODE|NAME", help="In this division and below.")] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=300, metavar="N", help="So many projects and articles at most.")
    ] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, as GET /v1/search has it.")] = False,
) -> None:
    """Search projects by their names and owners, and articles by their titles and texts; the best first."""
    import asyncio

    asyncio.run(_search(" ".join(words), region, limit, as_json))


async def _search(question: str, region: str | None, limit: int, as_json: bool) -> None:
    import orjson

    from service.bootstrap import database
    from service.cli.terminal import lines
    from service.pipeline.places import places_named
    from service.pipeline.search import as_told
    from service.pipeline.search import search as found

    places = None if region is None else places_named(region)
    async with database() as opened, opened.reading() as connection:
        answer = await found(connection, question, places, None, limit)
    if as_json:
        lines([orjson.dumps(as_told(answer))])
    else:
        _print(answer)


def _print(answer: "Answer") -> None:
    from rich.table import Table
    from rich.text import Text

    from service.cli.terminal import console, safe

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for project in answer.projects:
        place = project.line["region"]["name"] if project.line["region"] else ""
        table.add_row(
            "project", project.line["id"], _marked(project.name), safe(f"{place} {project.line['status'] or ''}")
        )
    for hit in answer.articles:
        one = hit.article
        said = Text.assemble(_marked(hit.title), "\n", _marked(hit.excerpt.pieces))
        table.add_row("document", str(one.id), said, safe(f"{one.published or ''} {one.outlet or ''}"))
    console().print(table if table.row_count else f"nothing has {safe(' '.join(answer.words))}")


def _marked(pieces: "Sequence[Piece]") -> "Text":
    """The pieces in one line, the matches bold where the terminal can."""
    from rich.text import Text

    from service.cli.terminal import safe

    shown = [(safe(" ".join(piece.text.split("\n"))), "bold red" if piece.match else "") for piece in pieces]
    return Text.assemble(*shown)
