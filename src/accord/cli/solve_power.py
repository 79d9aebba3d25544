"""``accord solve power``: who decides a vote."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

import accord
from accord.cli.options import JsonOption, SeedOption
from accord.cli.printing import note, print_json, print_table

__all__ = ["power"]


def power(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="JSON with weights and a quota; games and a formula (& and |); players and "
            "winning coalitions; or the values of all 2^n sets.",
        ),
    ],
    *,
    seed: SeedOption = 1,
    json: JsonOption = False,
) -> None:
    """Shapley-Shubik and Banzhaf indices of a vote, exact wherever that is in reach."""
    report = accord.solve_power(file, seed)
    if json:
        print_json(report)
        return
    for sentence in report["notes"] + report["ignored"]:
        note(sentence)
    sys.stdout.write(_summary(report) + "\n\n")
    _indices(report)


def _summary(report: dict[str, Any]) -> str:
    """How many players, and how far the figures can be trusted."""
    if report["exact"]:
        return f"{len(report['players'])} players, exact (found by {report['method']})"
    how = f"{len(report['players'])} players, by {report['method']}"
    if report["within"] is not None:
        return f"{how}: to within {report['within']:.1g}"
    errors = report["standard_errors"]["shapley_shubik"].values()
    return f"{how}: estimated, standard error of the first index up to {max(errors):.1g}"


def _indices(report: dict[str, Any]) -> None:
    keys = ("shapley_shubik", "banzhaf", "banzhaf_absolute")
    rows = [
        [player, *("–" if report[key][player] is None else f"{report[key][player]:.6f}"
                   for key in keys)]
        for player in report["players"]
    ]  # fmt: skip
    heads = ["player", "Shapley-Shubik", "Banzhaf, share", "Banzhaf, absolute"]
    print_table("Power", heads, rows)
