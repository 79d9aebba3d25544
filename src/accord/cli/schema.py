"""``accord schema``: the JSON Schema of the formats that analysts write."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

import accord
from accord.cli.options import JsonOption
from accord.cli.printing import print_json

__all__ = ["schema"]


def schema(
    block: Annotated[
        Literal["case", "deterrence"],
        typer.Argument(help="The case, or a deterrence file of plain numbers."),
    ] = "case",
    *,
    json: JsonOption = False,  # noqa: ARG001  a schema is JSON already
) -> None:
    """Print the JSON Schema of a format, for completion in editors."""
    print_json(accord.schema(block))
