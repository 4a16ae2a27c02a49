"""`guatu replay`: files into the database, or the stored originals through today's rules."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from service.cli.summary import Rereading, Summary
    from service.pipeline.again import Difference
    from service.pipeline.moved import ProjectMoved
    from service.pipeline.run import Outcome
    from service.sources import Outcome as Item

Step = Callable[[], None]


def replay(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH...", help="Files and folders.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Read the stored originals by today's rules.")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="With --again: keep what is read now.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything and write nothing.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="One line a document, or a change.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
    workers: Annotated[int | None, typer.Option(help="Worker processes.", min=1, max=256)] = None,
) -> None:
    """Take files into the database. Run again, it goes on where it stopped, and what is there already stays as it is."""
    import asyncio

    from service.cli.summary import Rereading, Summary
    from service.cli.terminal import complain
    from service.pipeline.pool import give_way

    if again == bool(paths):
        raise typer.BadParameter("give files or folders, or --again for what is stored")
    if apply and not again:
        raise typer.BadParameter("--apply belongs to --again: files are kept unless --dry-run is given")
    if dry_run and again:
        raise typer.BadParameter("--again writes nothing without --apply; --dry-run is for files")
    give_way()
    done = Summary(dry_run, time.monotonic()) if paths else Rereading(apply)
    try:
        if isinstance(done, Summary):
            asyncio.run(_take(paths or [], workers, done, verbose=verbose, quiet=as_json))
        else:
            asyncio.run(_again(workers, done, verbose=verbose, quiet=as_json))
    except KeyboardInterrupt:
        done.stopped = True
    done.print(as_json=as_json)
    if done.stopped:
        complain(f"stopped: {done.going_on}")
        raise typer.Exit(130)
    if done.complaints:
        raise typer.Exit(1)


async def _take(paths: list[Path], workers: int | None, done: "Summary", *, verbose: bool, quiet: bool) -> None:
    from service import bootstrap
    from service.cli.articles import documents
    from service.pipeline.pool import collect_rarely
    from service.pipeline.run import Pipeline

    place = bootstrap.rehearsal() if done.dry_run else bootstrap.database(create=True)
    async with place as storage, bootstrap.workers(workers) as pool:
        collect_rarely()
        with _progress("replay", _files(paths), shown=not (verbose or quiet)) as step:

            def report(outcome: "Outcome") -> None:
                done.add(outcome)
                if verbose:
                    print(done.line(outcome), file=sys.stderr if quiet else sys.stdout)

            await Pipeline(storage, pool, bootstrap.now).take(_stepping(documents(paths), step), report)


async def _again(workers: int | None, done: "Rereading", *, verbose: bool, quiet: bool) -> None:
    from service import bootstrap
    from service.pipeline.again import again
    from service.pipeline.pool import collect_rarely
    from service.store.documents import count

    async with bootstrap.database() as database, bootstrap.workers(workers) as pool:
        async with database.reading() as connection:
            total = await count(connection)
        collect_rarely()
        with _progress("read again", total, shown=not (verbose or quiet)) as step:

            def report(difference: "Difference") -> None:
                done.add(difference)
                step()
                if verbose:
                    for line in done.lines(difference):
                        print(line, file=sys.stderr if quiet else sys.stdout)

            def tell(moved: "ProjectMoved") -> None:
                done.move(moved)
                if verbose:
                    for line in done.moved_lines(moved):
                        print(line, file=sys.stderr if quiet else sys.stdout)

            await again(database, pool, bootstrap.now, report, tell, apply=done.applied)


def _files(paths: list[Path]) -> int:
    """About how many files there are, for the bar."""
    return sum(sum(len(names) for _, _, names in os.walk(path)) if path.is_dir() else 1 for path in paths)


def _stepping(items: "Iterator[Item]", step: Step) -> "Iterator[Item]":
    """The items, with a step at each new file; an archive's members and a file's records are one file."""
    last = None
    for item in items:
        file = item.source.partition("!/")[0].partition("#")[0]
        if file != last:
            step()
            last = file
        yield item


@contextmanager
def _progress(title: str, total: int, *, shown: bool) -> Iterator[Step]:
    """A bar on stderr where that is a terminal."""
    if not (shown and sys.stderr.isatty()):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=total)
        yield lambda: progress.advance(task)
