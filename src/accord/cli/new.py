"""``accord new``: a small complete case to start from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

import accord
from accord.cli.options import JsonOption
from accord.cli.printing import print_json

__all__ = ["new"]


def new(
    folder: Annotated[
        str, typer.Argument(metavar="DIR", help="A folder that does not exist yet, or is empty.")
    ],
    *,
    json: JsonOption = False,
) -> None:
    """Write a small complete case that explains itself, to start from."""
    written = accord.new(Path(folder))
    if json:
        print_json({"folder": folder, "files": [str(path) for path in written]})
    else:
        for path in written:
            sys.stdout.write(f"{path}\n")
        sys.stdout.write(f"\nnext: accord check {folder}, then accord assess {folder}\n")
