"""``accord export``: a case's bargaining in the format of another tool."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

import accord
from accord.cli.options import AsOfOption, CaseArgument, JsonOption, as_of_date
from accord.cli.printing import note, print_json

__all__ = ["export"]


def export(
    case: CaseArgument,
    *,
    format: Annotated[  # noqa: A002  the option's name
        Literal["genius", "geniusweb"],
        typer.Option("--format", help="Genius XML or GeniusWeb JSON."),
    ],
    output: Annotated[
        str,
        typer.Option(
            "-o", "--output", metavar="DIR", help="A folder that does not exist yet, or is empty."
        ),
    ],
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Write the central case of a case's bargaining; what the format cannot say is told."""
    report = accord.export(accord.load(case, as_of_date(as_of)), output, format)
    if json:
        print_json({"files": [str(path) for path in report.files], "notes": list(report.notes)})
        return
    for sentence in report.notes:
        note(sentence)
    for path in report.files:
        sys.stdout.write(f"{path}\n")
