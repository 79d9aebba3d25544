"""``accord export``: a case's bargaining, game or conflicts in the format of another tool."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

import accord
from accord.cli.options import (
    AsOfOption,
    AssumeOption,
    CaseArgument,
    JsonOption,
    PackageOption,
    SeedOption,
    WorldOption,
    as_of_date,
)
from accord.cli.printing import note, print_json

__all__ = ["export"]

FormatOption = Annotated[
    Literal["genius", "geniusweb", "efg", "gmcr"],
    typer.Option(
        "--format",
        help="The bargaining as Genius XML or GeniusWeb JSON; the deterrence game of a "
        "package, as the challenger sees it, as Gambit's extensive form (efg); or conflicts "
        "as .gmcr.",
    ),
]
OutputOption = Annotated[
    str,
    typer.Option(
        "-o", "--output", metavar="DIR", help="A folder that does not exist yet, or is empty."
    ),
]
ConflictsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--conflict",
        metavar="NAME",
        help="With gmcr: a conflict of the case; all if none, those that use the package only "
        "with one; repeatable.",
    ),
]


def export(
    case: CaseArgument,
    *,
    format: FormatOption,  # noqa: A002  the option's name
    output: OutputOption,
    package: PackageOption = None,
    world: WorldOption = None,
    seed: SeedOption = 1,
    conflict: ConflictsOption = None,
    as_of: AsOfOption = None,
    assume: AssumeOption = None,
    json: JsonOption = False,
) -> None:
    """Write a case for another tool; what the format cannot say is told."""
    loaded = accord.load(case, as_of_date(as_of), assume or ())
    report = accord.export(loaded, output, format, package, world, seed, conflict or ())
    if json:
        print_json({"files": [str(path) for path in report.files], "notes": list(report.notes)})
        return
    for sentence in report.notes:
        note(sentence)
    for path in report.files:
        sys.stdout.write(f"{path}\n")
