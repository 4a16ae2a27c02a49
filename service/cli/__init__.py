"""The command `guatu`: one file a command. Exit codes: 0 done, 1 some input was rejected or it failed, 2 wrong use, 130
stopped by Ctrl-C."""

import gc
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from service.cli.api import api
from service.cli.digest import digest
from service.cli.explain import explain
from service.cli.export import export
from service.cli.extract import extract
from service.cli.fingerprint import fingerprint
from service.cli.keys import keys
from service.cli.ledger import ledger
from service.cli.migrate import migrate
from service.cli.projects import projects
from service.cli.quarantine import quarantine
from service.cli.replay import replay
from service.cli.rules import rules
from service.cli.search import search
from service.cli.serve import serve
from service.cli.show import show
from service.cli.sources import sources
from service.cli.terminal import complain
from service.cli.watches import watches
from service.cli.webhooks import webhooks
from service.cli.worker import worker
from service.errors import GuatuError

app = typer.Typer(
    name="guatu",
    help="Guatu (挂图) turns China's regional news into a ledger of key construction projects (重点项目).",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(replay)
app.command()(extract)
app.command()(explain)
app.command()(rules)
app.add_typer(show, name="show")
app.command()(search)
app.add_typer(projects, name="projects")
app.add_typer(ledger, name="ledger")
app.command()(export)
app.command()(digest)
app.command()(fingerprint)
app.command()(serve)
app.command()(api)
app.command()(worker)
app.add_typer(sources, name="sources")
app.add_typer(quarantine, name="quarantine")
app.add_typer(watches, name="watches")
app.add_typer(webhooks, name="webhooks")
app.add_typer(keys, name="keys")
app.command()(migrate)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"guatu {version('guatu')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Options of guatu itself."""


def main() -> None:
    """The console script."""
    code = run(sys.argv[1:])
    gc.freeze()  # Python would look through all that was loaded once more, which takes longer than many a command
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """One command, and its exit code."""
    try:
        code = app(args=list(arguments), prog_name="guatu", standalone_mode=False)
        sys.stdout.flush()
    except TyperException as error:
        message = error.format_message()
        if message:
            complain(f"{message.rstrip('.')}: see guatu --help, or guatu COMMAND --help")
        return error.exit_code
    except GuatuError as error:
        complain(str(error))
        return 1
    except (BrokenPipeError, SystemExit):
        # Who reads has had enough; typer and rich turn that into SystemExit, which nothing else here raises. What is
        # still buffered must not raise again when Python flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, typer.Abort):
        return 130
    return code if isinstance(code, int) else 0
