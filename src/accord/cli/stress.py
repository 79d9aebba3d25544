"""``accord stress``: when a package of a run works, why it fails, and what matters to that."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import accord
from accord._errors import UsageError
from accord.cli.options import ConsentOption, JsonOption, PackageOption, RunArgument
from accord.cli.printing import note, print_json, print_table
from accord.cli.progress import Progress
from accord.cli.staleness import case_beside, warn_if_stale

if TYPE_CHECKING:
    from accord.explore.parameter_value import Worths
    from accord.explore.sensitivity import Influences
    from accord.explore.stress import Stress
    from accord.run.run import Run

__all__ = ["stress"]

TOLD = 12
"""Inputs that are printed."""


def stress(
    run: RunArgument,
    *,
    package: PackageOption = None,
    consent: ConsentOption = None,
    json: JsonOption = False,
) -> None:
    """When a package of a run works, why it fails, and which inputs matter to that.

    With robustness metrics of all packages, and what knowing an input would be worth. Beside a
    run of a case it is kept for the case's pages and brief.
    """
    from accord.explore.stress import STEPS  # noqa: PLC0415  solvers load here

    folder = Path(run)
    opened = accord.open_run(folder)
    found = accord.stress(opened, package, consent, progress=Progress(STEPS))
    warn_if_stale(opened, folder)
    _keep(opened, found, folder)
    if json:
        print_json(found.as_json())
        return
    sys.stdout.write(
        f"{opened.case.file.title}: {found.package} under the consent rule {found.rule}, "
        f"{opened.worlds:,} worlds\n\n"
    )
    _print_scenarios(found)
    _print_influences(found.influences)
    _print_worths(found.worths)
    _print_robustness(found)


def _keep(run: Run, found: Stress, folder: Path) -> None:
    """What was found, beside the case in whose folder the run stands, for its pages and brief."""
    from accord.brief.explored import explored_key  # noqa: PLC0415
    from accord.explore.stress_kept import keep_stress, stress_content  # noqa: PLC0415

    if case_beside(folder) is None:
        return
    key = explored_key(run.manifest["digest"], run.manifest["lines"])
    content = stress_content(run, found)
    try:
        keep_stress(folder.resolve().parent, key, found.package, found.rule, content)
    except UsageError as error:
        note(f"what was found is not kept: {error}")


def _print_scenarios(found: Stress) -> None:
    from accord.explore.scenario_words import sentences  # noqa: PLC0415

    sys.stdout.write("When does it work?\n")
    for sentence in sentences(found.works):
        sys.stdout.write(f"  {sentence}\n")
    sys.stdout.write("\nWhy does it fail?\n")
    for each in found.fails:
        for sentence in sentences(each)[:1]:
            sys.stdout.write(f"  {sentence}\n")
    sys.stdout.write("\n")


def _print_influences(found: Influences) -> None:
    if found.why is not None:
        note(f"which inputs matter is not told: {found.why}")
        return
    shown = [one for one in found.inputs if one.told_apart][:TOLD]
    if not shown:
        note(
            f"none of {len(found.inputs):,} inputs can be told apart from one that says nothing, "
            "in so many worlds"
        )
        return
    rows = [
        [
            one.path,
            f"{one.first_order.value:.2f} ({one.first_order.low:.2f}–{one.first_order.high:.2f})",
            f"{one.pawn.value:.2f} ({one.pawn.low:.2f}–{one.pawn.high:.2f})",
        ]
        for one in shown
    ]
    heads = ["input", "first-order Sobol index", "PAWN index"]
    print_table("Inputs that matter, with 90% bands", heads, rows)
    sys.stdout.write("\n")


def _print_worths(found: Worths) -> None:
    if found.why is not None:
        note(f"what knowing an input is worth is not told: {found.why}")
        return
    sys.stdout.write(
        f"With what is known {found.now or 'no package'} is best to propose; it holds in "
        f"{100 * found.share:.1f}% of worlds. Knowing everything, luck too, would add "
        f"{100 * found.clairvoyance:.1f} points (clairvoyance: no inquiry is worth more).\n"
    )
    rows = [
        [
            " and ".join(one.paths),
            f"{100 * one.told.value:.2f} ± {164 * one.told.standard_error:.2f}",
            f"{100 * one.told.null_high:.2f}",
            "yes" if one.told.told_apart else "no",
        ]
        for one in found.inputs[:TOLD]
    ]
    if rows:
        heads = ["input", "worth, points", "permuted at most", "told apart"]
        print_table("What knowing an input is worth", heads, rows)
    sys.stdout.write("\n")


def _print_robustness(found: Stress) -> None:
    place = found.packages.index(found.package) if found.package in found.packages else None
    rows = [
        [
            metric.name,
            metric.direction,
            "" if place is None else f"{metric.values[place]:.3f}",
            "" if place is None else f"{metric.ranks[place]} of {len(found.packages)}",
            ", ".join(
                name
                for name, rank in zip(found.packages, metric.ranks.tolist(), strict=True)
                if rank == 1
            ),
        ]
        for metric in found.metrics
    ]
    heads = ["metric", "direction", "this package", "rank", "best"]
    print_table("Robustness of passing all tests", heads, rows, words=(0, 1, 4))
    front = [each.package for each in found.standings if each.non_dominated]
    sys.stdout.write(f"\nNo other does better in every test than: {', '.join(front)}\n")
