"""Arguments and options that several commands share."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

import typer

from accord._errors import UsageError

__all__ = [
    "AsOfOption", "AssumeOption", "CaseArgument", "ConsentOption", "JsonOption", "LinesOption",
    "PackageOption", "RunArgument", "SeedOption", "WorldOption", "WorldsOption", "as_of_date",
]  # fmt: skip

CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="A case's folder or case.yaml.")]
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="A run's folder.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
WorldsOption = Annotated[
    int, typer.Option("--worlds", help="Worlds to draw, rounded up to blocks of 256.")
]
SeedOption = Annotated[int, typer.Option("--seed", help="Seed of the draws.")]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="DATE|latest", help="What is known by a date; the case's own by default."
    ),
]
LinesOption = Annotated[
    Literal["stated", "hard", "none"],
    typer.Option(
        "--lines", help="Red lines bind with their stated probability, all of them, or none."
    ),
]
ConsentOption = Annotated[
    str | None,
    typer.Option("--consent", metavar="RULE", help="The consent rule that leads."),
]
AssumeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--assume", metavar="PATH=VALUE", help="Change one value for this run; repeatable."
    ),
]
PackageOption = Annotated[
    str | None,
    typer.Option("--package", metavar="NAME", help="A package of the case; its first if none."),
]
WorldOption = Annotated[
    int | None,
    typer.Option("--world", metavar="N", help="A world of the case, from 0; its central if none."),
]


def as_of_date(text: str | None) -> dt.date | Literal["latest"] | None:
    """The date behind ``--as-of``.

    Raises
    ------
    UsageError
        If it is neither a date nor ``latest``.
    """
    if text is None or text == "latest":
        return text  # type: ignore[return-value]
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"found --as-of {text}, wanted a date such as 2025-08-20, or latest"
        ) from None
