"""``accord serve``: the workbench in the browser."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

import accord
from accord.cli.options import JsonOption
from accord.cli.printing import print_json

__all__ = ["serve"]


def serve(
    folder: Annotated[
        str, typer.Argument(metavar="[DIR]", help="A case, or a folder of cases.")
    ] = ".",
    *,
    port: Annotated[int, typer.Option("--port", help="0 for any that is free.")] = 8080,
    worlds: Annotated[
        int, typer.Option("--worlds", help="Worlds of the runs that the pages ask for.")
    ] = 2048,
    json: JsonOption = False,
) -> None:
    """Open the workbench on this machine, until Ctrl-C.

    Pages to read a case, build packages, change assumptions, edit, and record what happened.
    Nothing leaves the machine, and no file outside DIR is read or written.
    """

    def ready(address: str) -> None:
        if json:
            print_json({"address": address})
        else:
            sys.stdout.write(f"the workbench: {address}\nCtrl-C ends it\n")
        sys.stdout.flush()

    accord.serve(folder, port=port, worlds=worlds, ready=ready)
