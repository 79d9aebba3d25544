"""``accord solve discover``: when an outcome happens, from any table of cases."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

import accord
from accord.cli.options import JsonOption
from accord.cli.printing import print_json, print_table

__all__ = ["discover"]

TOLD = 40
"""Boxes that are printed."""


def discover(
    data: Annotated[str, typer.Argument(metavar="DATA", help="A csv table with a header.")],
    *,
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="NAME", help="The column that holds 0 or 1.")
    ],
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input", metavar="NAME", help="A column of inputs; repeatable. All others if none."
        ),
    ] = None,
    peel: Annotated[float, typer.Option("--peel", help="Share that a step takes away.")] = 0.1,
    paste: Annotated[float, typer.Option("--paste", help="Share that a step gives back.")] = 0.05,
    mass: Annotated[float, typer.Option("--mass", help="Least share of cases in a box.")] = 0.05,
    json: JsonOption = False,
) -> None:
    """Boxes of inputs in which an outcome is dense, by patient rule induction."""
    report = accord.solve_discover(
        data, outcome, inputs=inputs or (), peel=peel, paste=paste, mass=mass
    )
    if json:
        print_json(report)
        return
    sys.stdout.write(
        f"{report['of_interest']} of {report['cases']} cases have {report['outcome']} = 1\n\n"
    )
    _print_trajectory(report)
    box = report["trajectory"][report["chosen"]]
    if box["limits"]:
        _print_box(box, report["outcome"])
    elif len(report["trajectory"]) == 1:
        sys.stdout.write(
            f"No input tells {outcome} = 1 apart from {outcome} = 0 in a box of at least "
            f"{100 * mass:g}% of the cases, so no box was found.\n"
        )
    else:
        sys.stdout.write(
            "No box is better than all cases together: each loses more coverage than it gains in "
            "density.\n"
        )


def _print_trajectory(report: dict[str, Any]) -> None:
    boxes, chosen = report["trajectory"], report["chosen"]
    shown = _shown(len(boxes), chosen)
    rows = [
        [
            f"{number}{' *' if number == chosen else ''}",
            f"{box['coverage']:.3f}", f"{box['density']:.3f}", f"{box['mass']:.3f}",
            str(box["dimensions"]),
        ]
        for number, box in enumerate(boxes)
        if number in shown
    ]  # fmt: skip
    heads = ["box", "coverage", "density", "mass", "inputs"]
    print_table("From all cases to the last box (* both coverage and density high)", heads, rows)
    if len(shown) < len(boxes):
        sys.stdout.write(f"These are {len(shown)} of {len(boxes):,} boxes; --json has all.\n")
    sys.stdout.write("\n")


def _shown(boxes: int, chosen: int) -> set[int]:
    """The first, the last and the marked box, and others as far apart as they can be."""
    steps = min(boxes, TOLD)
    return {chosen, *(step * (boxes - 1) // max(steps - 1, 1) for step in range(steps))}


def _print_box(box: dict[str, Any], outcome: str) -> None:
    sys.stdout.write(
        f"{100 * box['density']:.0f}% of the cases in the marked box have {outcome} = 1, and "
        f"{100 * box['coverage']:.0f}% of all that have it lie there:\n"
    )
    for name, limits in box["limits"].items():
        low, high = box["quasi_p"][name]
        if all(isinstance(value, float) for value in limits):
            sides = [(low, f"at least {limits[0]:.6g}"), (high, f"at most {limits[1]:.6g}")]
            words = " and ".join(
                f"{text} (by luck {chance:.2g})" for chance, text in sides if chance is not None
            )
        else:
            words = f"one of {', '.join(limits)} (by luck {low:.2g})"
        sys.stdout.write(f"  {name}: {words}\n")
