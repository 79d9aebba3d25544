"""``accord schema``: the JSON Schema of the case format."""

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
        typer.Argument(help="The whole case, or its deterrence block alone."),
    ] = "case",
    *,
    json: JsonOption = False,  # noqa: ARG001  a schema is JSON already
) -> None:
    """Print the JSON Schema of a case, for completion in editors."""
    print_json(accord.schema(block))
