"""What ``accord stress`` prints for people."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from accord.cli.printing import note, print_table

if TYPE_CHECKING:
    from accord.explore.parameter_value import Worths
    from accord.explore.scenario_words import Doing
    from accord.explore.sensitivity import Influences
    from accord.explore.stress import Stress
    from accord.run.run import Run
    from accord.theory.robustness import Metric

__all__ = ["print_stress"]

TOLD = 12
"""Inputs that are printed."""

ALIKE = "–"
"""Stands for a rank, and for the best, where all packages are equal."""


def print_stress(run: Run, found: Stress, doing: Doing) -> None:
    """What was found about a package of a run, on stdout; what could not be told, on stderr.

    ``doing`` says what the package does.
    """
    sys.stdout.write(
        f"{run.case.file.title}: {found.package} under the consent rule {found.rule}, "
        f"{run.worlds:,} worlds\n\n"
    )
    _print_scenarios(found, doing)
    _print_influences(found.influences)
    _print_worths(found.worths)
    _print_robustness(run, found)


def _print_scenarios(found: Stress, doing: Doing) -> None:
    from accord.explore.scenario_words import sentences  # noqa: PLC0415

    sys.stdout.write("When does it work?\n")
    for sentence in sentences(found.works, doing=doing):
        sys.stdout.write(f"  {sentence}\n")
    sys.stdout.write("\nWhy does it fail?\n")
    for each in found.fails:
        for sentence in sentences(each, doing=doing)[:1]:
            sys.stdout.write(f"  {sentence}\n")
    sys.stdout.write("\n")


def _print_influences(found: Influences) -> None:
    if found.why is not None:
        note(f"which inputs matter is not told: {found.why}")
        return
    shown = [one for one in found.inputs if one.told_apart][:TOLD]
    if not shown:
        count = len(found.inputs)
        note(
            f"none of {count:,} input{'s' * (count != 1)} can be told apart from one that says "
            "nothing, in so many worlds"
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
    if len(found.packages) < found.packages_total:
        sys.stdout.write(
            f"Only the {len(found.packages)} packages that hold in the most worlds were compared, "
            f"of {found.packages_total:,}.\n"
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


def _print_robustness(run: Run, found: Stress) -> None:
    """The metrics, with a caution where one praises a package that passes in no world."""
    never = [
        name
        for name in found.packages
        if run.verdict.share("joint", found.rule, name).value == 0
    ]  # fmt: skip
    place = found.packages.index(found.package) if found.package in found.packages else None
    rows = [_metric_row(found, metric, place, never) for metric in found.metrics]
    heads = ["metric", "direction", "this package", "rank", "best"]
    print_table("Robustness of passing all tests", heads, rows, words=(0, 1, 4))
    if len(found.packages) == 1:
        sys.stdout.write("\nThere is no other package to compare it with.\n")
        return
    sys.stdout.write(_cautions(found, never))
    front = [each.package for each in found.standings if each.non_dominated]
    sys.stdout.write(f"\nNo other does better in every test than: {', '.join(front)}\n")


def _metric_row(found: Stress, metric: Metric, place: int | None, never: list[str]) -> list[str]:
    """One metric; starred is what is first by it though it passes in no world."""
    first = _first(found, metric)
    rank = ALIKE
    if first and place is not None:
        star = "*" * (found.package in first and found.package in never)
        rank = f"{metric.ranks[place]} of {len(found.packages)}{star}"
    return [
        metric.name,
        metric.direction,
        "" if place is None else f"{metric.values[place]:.3f}",
        "" if place is None else rank,
        ", ".join(f"{name}{'*' * (name in never)}" for name in first) or ALIKE,
    ]


def _first(found: Stress, metric: Metric) -> list[str]:
    """The packages that are best by a metric; none where all are equal."""
    ranks = metric.ranks.tolist()
    if max(ranks) == 1:
        return []
    return [name for name, rank in zip(found.packages, ranks, strict=True) if rank == 1]


def _cautions(found: Stress, never: list[str]) -> str:
    """What must be known before the ranks are read."""
    first = [_first(found, metric) for metric in found.metrics]
    if not any(first):
        return "By every metric of robustness all packages are equal.\n"
    lines = [f"{ALIKE} all packages are equal by this metric\n"] if not all(first) else []
    praised = [name for name in never if any(name in names for names in first)]
    if praised:
        if praised == [found.package]:
            words = "it passes"
        else:
            words = f"{', '.join(praised)} pass{'es' * (len(praised) == 1)}"
        lines.append(
            f"* {words} in no world; measures of spread alone call that good, since spread is "
            "nought where failure is sure\n"
        )
    return "".join(lines)
