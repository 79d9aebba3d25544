"""``accord solve deterrence``: whether guarantees deter, and would be honoured."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

import accord
from accord.cli.options import (
    AsOfOption,
    AssumeOption,
    JsonOption,
    PackageOption,
    SeedOption,
    WorldOption,
    as_of_date,
)
from accord.cli.printing import note, print_json, print_table

__all__ = ["deterrence"]


SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="FILE|CASE",
        help="The deterrence block of a case in plain numbers (YAML or JSON), a tree that accord "
        "wrote (efg), or a case.",
    ),
]
TreeOption = Annotated[
    str | None,
    typer.Option(
        "--efg",
        metavar="FILE",
        help="Write the game, as the challenger sees it, as Gambit's extensive form.",
    ),
]
AuditOption = Annotated[
    bool, typer.Option("--audit", help="Have Gambit (pygambit, where installed) solve it as well.")
]


def deterrence(
    source: SourceArgument,
    *,
    package: PackageOption = None,
    world: WorldOption = None,
    seed: SeedOption = 1,
    as_of: AsOfOption = None,
    assume: AssumeOption = None,
    efg: TreeOption = None,
    audit: AuditOption = False,
    json: JsonOption = False,
) -> None:
    """Chance of an attack, who would keep the promise, and whose absence matters."""
    report = accord.solve_deterrence(
        source, package, world, seed, as_of_date(as_of), assume or (), efg=efg, audit=audit
    )
    if json:
        print_json(report)
        return
    _attack(report)
    _guarantors(report)
    if audit:
        found = report["audit"]
        sys.stdout.write(
            f"\n{found['solver']} differs by at most {found['largest_difference']:.2g} "
            f"({found['at']}, at lambda {found['lambda']:.6g})\n"
        )
        if not report["unique"]:
            note("several solutions may exist; Gambit follows one of them from lambda 0")


def _attack(report: dict[str, Any]) -> None:
    low, high = report["interval"]
    between = f" (from {low:.4f} to {high:.4f} over the solutions found)" if low < high else ""
    modes = ", ".join(f"{mode} {chance:.4f}" for mode, chance in report["modes"].items())
    unique = "the solution is unique" if report["unique"] else "uniqueness is not certified"
    sys.stdout.write(
        f"chance of an attack, as the challenger sees it: {report['p_attack']:.4f}{between}\n"
        f"modes: {modes}\n"
        f"attacked, the protege resists: {report['p_resist']:.4f}; "
        f"resisted, the attack is defeated: {report['p_defeated']:.4f}; {unique}\n"
    )
    if low < high:
        sys.stdout.write(f"every other figure is of the solution with {report['p_attack']:.4f}\n")


def _guarantors(report: dict[str, Any]) -> None:
    if not report["honour"]:
        return
    rows = [
        [name, f"{chance:.4f}", f"{report['without'][name]:.4f}"]
        for name, chance in report["honour"].items()
    ]
    sys.stdout.write("\n")
    print_table("Guarantors", ["", "fights", "chance of an attack without it"], rows)
