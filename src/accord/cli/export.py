"""``accord export``: a case's bargaining or deterrence game in the format of another tool."""

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


def export(
    case: CaseArgument,
    *,
    format: Annotated[  # noqa: A002  the option's name
        Literal["genius", "geniusweb", "efg"],
        typer.Option(
            "--format",
            help="The bargaining as Genius XML or GeniusWeb JSON, or the deterrence game of a "
            "package, as the challenger sees it, as Gambit's extensive form.",
        ),
    ],
    output: Annotated[
        str,
        typer.Option(
            "-o", "--output", metavar="DIR", help="A folder that does not exist yet, or is empty."
        ),
    ],
    package: PackageOption = None,
    world: WorldOption = None,
    seed: SeedOption = 1,
    as_of: AsOfOption = None,
    assume: AssumeOption = None,
    json: JsonOption = False,
) -> None:
    """Write a case for another tool; what the format cannot say is told."""
    loaded = accord.load(case, as_of_date(as_of), assume or ())
    report = accord.export(loaded, output, format, package, world, seed)
    if json:
        print_json({"files": [str(path) for path in report.files], "notes": list(report.notes)})
        return
    for sentence in report.notes:
        note(sentence)
    for path in report.files:
        sys.stdout.write(f"{path}\n")
