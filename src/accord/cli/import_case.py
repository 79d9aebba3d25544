"""``accord import``: a case from the negotiation of another tool."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

import accord
from accord.cli.options import JsonOption
from accord.cli.printing import note, print_json

__all__ = ["import_"]


def import_(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILES...",
            help="A domain and its profiles (Genius, GeniusWeb, NegMAS), a KTAB csv, or a folder.",
        ),
    ],
    *,
    output: Annotated[
        str,
        typer.Option(
            "-o", "--output", metavar="DIR", help="A folder that does not exist yet, or is empty."
        ),
    ],
    json: JsonOption = False,
) -> None:
    """Make a case of another tool's negotiation; what it cannot use is told."""
    report = accord.import_case(files, output)
    if json:
        print_json({"files": [str(path) for path in report.files], "ignored": list(report.notes)})
        return
    for sentence in report.notes:
        note(sentence)
    for path in report.files:
        sys.stdout.write(f"{path}\n")
    sys.stdout.write(f"\nnext: accord check {output}, then accord assess {output}\n")
