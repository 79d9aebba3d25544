"""Options of ``accord explore``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from accord._errors import UsageError

__all__ = [
    "ClusterOption", "DaysOption", "GapOption", "LadderOption", "MemoryOption", "OutputOption",
    "PinOption", "ResumeOption", "RulesOption", "SecondsOption", "memory_size", "pinned_levels",
]  # fmt: skip

SIZES = {
    "KIB": 2**10,
    "MIB": 2**20,
    "GIB": 2**30,
    "TIB": 2**40,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "": 1,
}

SecondsOption = Annotated[
    float, typer.Option("--seconds", metavar="S", help="Seconds of the search alone.")
]
GapOption = Annotated[
    float,
    typer.Option(
        "--gap", metavar="X", help="Share by which the bound may exceed the best at the end."
    ),
]
PinOption = Annotated[
    list[str] | None,
    typer.Option("--pin", metavar="P=L", help="Only packages with this level, L,L for several."),
]
LadderOption = Annotated[
    str | None,
    typer.Option(
        "--ladder", metavar="WHAT",
        help="Rung by rung: one more level of a provision, or an actor that gains less.",
    ),
]  # fmt: skip
RulesOption = Annotated[
    bool, typer.Option("--every-rule", help="Under every consent rule, and the best of the worst.")
]
DaysOption = Annotated[
    bool,
    typer.Option(
        "--every-day", help="On every day on which something became known; up to --as-of, else all."
    ),
]
ResumeOption = Annotated[
    bool, typer.Option("--resume", help="Go on where the same search was ended.")
]
ClusterOption = Annotated[
    str | None,
    typer.Option(
        "--cluster", metavar="ADDRESS|local", help="Make class tables on the workers of Dask."
    ),
]
MemoryOption = Annotated[
    str, typer.Option("--memory", metavar="SIZE", help="Memory for tables, such as 2GB.")
]

OutputOption = Annotated[
    str | None,
    typer.Option(
        "-o", "--output", metavar="FILE",
        help="Where to write the packages; .csv, .xlsx, .npz or .json says the format.",
    ),
]  # fmt: skip


def pinned_levels(pins: Sequence[str]) -> dict[str, list[str]]:
    """Levels by provision from ``provision=level`` or ``provision=level,level``.

    Raises
    ------
    UsageError
        For one that is written otherwise, or a provision that is pinned twice.
    """
    result: dict[str, list[str]] = {}
    for pin in pins:
        name, sign, rest = pin.partition("=")
        name, levels = name.strip(), [level.strip() for level in rest.split(",")]
        if not (sign and name and all(levels)):
            raise UsageError(
                f"found --pin {pin}, wanted a provision and its level, PROVISION=LEVEL, or several "
                "levels with commas"
            )
        if name in result:
            raise UsageError(f"found --pin {name} twice, wanted its levels in one, with commas")
        result[name] = levels
    return result


def memory_size(text: str) -> int:
    """Bytes behind a size such as 2GB.

    Raises
    ------
    UsageError
        If it is none.
    """
    size = text.strip().upper()
    unit = next(name for name in SIZES if size.endswith(name))
    try:
        found = float(size[: len(size) - len(unit)]) * SIZES[unit]
    except ValueError:
        found = 0.0
    if not 1.0 <= found < 1e18:
        raise UsageError(f"found --memory {text}, wanted a size such as 2GB or 500MB")
    return int(found)
