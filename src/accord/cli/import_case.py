"""``accord import``: a case from another tool's negotiation, or tables from a download."""

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
            help="A domain and its profiles (Genius, GeniusWeb, NegMAS), a KTAB csv, or a folder; "
            "or the Ukraine Support Tracker (.xlsx), an older release of it, and national "
            "capabilities (Correlates of War, .csv).",
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
    """Make a case of another tool's negotiation, or tables of data that you downloaded.

    What it cannot use is told.
    """
    report = accord.import_case(files, output)
    if json:
        print_json({"files": [str(path) for path in report.files], "ignored": list(report.notes)})
        return
    for sentence in report.notes:
        note(sentence)
    for path in report.files:
        sys.stdout.write(f"{path}\n")
    sys.stdout.write(f"\nnext: {_next(output, {path.name for path in report.files})}\n")


def _next(folder: str, names: set[str]) -> str:
    """What to do with the files that were written."""
    if "case.yaml" in names:
        return f"accord check {folder}, then accord assess {folder}"
    fill = f"fill in the dates, the grade and the licence in {folder}/sources.csv"
    if "stages.yaml" in names:
        return f"paste {folder}/stages.yaml into a case.yaml, and {fill}"
    return f"take shares from {folder}/capabilities.csv, and {fill}"
