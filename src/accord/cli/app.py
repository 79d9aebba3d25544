"""All commands, and what becomes of their failures."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from accord._errors import AccordError
from accord.cli.assess import assess
from accord.cli.brief import brief
from accord.cli.check import check
from accord.cli.compare import compare
from accord.cli.diff import diff
from accord.cli.explain import explain
from accord.cli.explore import explore
from accord.cli.export import export
from accord.cli.failing import DONE, INTERRUPTED, failed, misused
from accord.cli.import_case import import_
from accord.cli.new import new
from accord.cli.record import record
from accord.cli.schema import schema
from accord.cli.score import score
from accord.cli.serve import serve
from accord.cli.site import site
from accord.cli.solve import SOLVERS
from accord.cli.stress import stress
from accord.cli.watch import watch

__all__ = ["COMMANDS", "GROUPS", "application", "help_of", "main", "name_of", "run"]

COMMANDS: tuple[Callable[..., object], ...] = (
    new,
    check,
    assess,
    explain,
    compare,
    diff,
    explore,
    stress,
    watch,
    record,
    score,
    brief,
    site,
    serve,
    import_,
    export,
    schema,
)
"""In the order of the help; a command's name is its function's."""

GROUPS: dict[str, tuple[str, tuple[Callable[..., object], ...]]] = {
    "solve": ("One kernel alone, on other tools' files.", SOLVERS),
}
"""Commands that have commands of their own: what they are for, and which."""


def name_of(command: Callable[..., object]) -> str:
    """The name of a command; the underscore that keeps a function off Python's words is not."""
    return command.__name__.rstrip("_")


def application() -> typer.Typer:
    """The command-line application."""
    app = typer.Typer(
        name="accord",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
    )
    app.callback()(_accord)
    for command in COMMANDS:
        app.command(name_of(command))(command)
    for name, (purpose, members) in GROUPS.items():
        group = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help=purpose)
        group.callback()(lambda: None)
        for member in members:
            group.command(name_of(member))(member)
        app.add_typer(group, name=name)
    return app


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # noqa: PLC0415  slow to import

        sys.stdout.write(f"accord {version('accord')}\n")
        raise typer.Exit


def _accord(
    *,
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and stop.", is_eager=True, callback=_version
        ),
    ] = False,
) -> None:
    """Design and stress-test security guarantees, and any agreement that must hold.

    Exit codes: 0 done; 1 done and the answer is no; 2 wrong input or usage, nothing written;
    130 interrupted. With --json a command prints one JSON object on stdout, errors included.
    """


def run(words: Sequence[str]) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    words : sequence of str
        What stands behind ``accord`` on the command line.
    """
    as_json = "--json" in words
    try:
        code = application()(args=list(words), prog_name="accord", standalone_mode=False)
    except typer.TyperException as error:
        return misused(error, words, as_json=as_json)
    except AccordError as error:
        return failed(error, as_json=as_json)
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    if code == INTERRUPTED:
        sys.stderr.write("interrupted: nothing was written that is not whole\n")
    return code if isinstance(code, int) else DONE


def help_of(*names: str) -> str:
    """The help of a command (of a group, named first), or of the program, at a fixed width."""
    command = typer.main.get_command(application())
    path = "accord"
    for name in names:
        command = command.commands[name]  # type: ignore[attr-defined]
        path = f"{path} {name}"
    context = command.make_context(path, [], resilient_parsing=True, terminal_width=80)
    return str(command.get_help(context)).rstrip()


def main() -> None:
    """Entry point of the program ``accord``."""
    sys.exit(run(sys.argv[1:]))
