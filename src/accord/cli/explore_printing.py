"""What ``accord explore`` prints for people."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from accord.cli.printing import note, print_table

if TYPE_CHECKING:
    from accord.case.case import Case
    from accord.explore.search.dated import Day
    from accord.explore.search.exploring import Explored
    from accord.explore.search.ladders import Ladder, Rung
    from accord.explore.search.under_rules import UnderRules

__all__ = ["print_explored", "print_ladder", "print_under_rules"]


def print_explored(case: Case, found: Explored) -> None:
    """The best packages, what is proven of the first, and their shares."""
    from accord.brief.words import share_text  # noqa: PLC0415  shared with the brief

    best = found.best[0]
    sys.stdout.write(
        f"{case.file.title}: {_counted(found.packages, 'package')}, "
        f"{_counted(found.worlds, 'world')}, seed {found.seed}, consent {found.rule}"
        f"{_pinned(found)}\n"
    )
    if best.joint.value:
        sys.stdout.write(
            f"Best found: passes {_tests(found)} in {100 * best.joint.value:.1f}% of the worlds "
            f"searched, and in {share_text(best.fresh)} of fresh ones.\n"
        )
    else:
        sys.stdout.write(
            f"No package was found that passes {_tests(found)} in any of the worlds searched; A is "
            "one that keeps all constraints.\n"
        )
    sys.stdout.write(f"{_proof(found)}\n\n")
    _print_packages(case, found)
    heads = ["package", *found.assessed, "joint", "in fresh worlds"]
    rows = [
        [
            _letter(number),
            *(share_text(each.tests[test]) for test in found.assessed),
            share_text(each.joint),
            share_text(each.fresh),
        ]
        for number, each in enumerate(found.best)
    ]
    print_table("Shares of worlds that pass", heads, rows)
    if len(found.best) > 1:
        note(
            "the packages after the first differ from it and from one another in three provisions "
            "or more; that they are the best of those is not proven"
        )


def _tests(found: Explored) -> str:
    *others, last = found.assessed
    if not others:
        return f"the one test assessed, {last},"
    return f"all tests ({', '.join(others)} and {last})"


def _letter(number: int) -> str:
    return chr(ord("A") + number)


def _proof(found: Explored) -> str:
    """What is proven about the best package."""
    best = found.best[0].joint.value
    if found.gap == 0.0:
        other = "other package passes in more" if best else "package passes in any"
        return f"Proven: no {other} of the worlds searched."
    if found.bound >= 1.0:
        return "The search ended before it proved anything about the other packages."
    ended = "" if found.reproducible else " A longer search may go further."
    ratio = f"; the bound is {found.bound / best:.1f} times the best" if 0 < best < 0.1 else ""
    return (
        f"Proven: no package passes in more than {100 * found.bound:.1f}% of them, a gap of "
        f"{100 * found.gap:.1f} points{ratio}.{ended}"
    )


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _pinned(found: Explored) -> str:
    """What packages were asked to have."""
    pins = [f"{name} {' or '.join(levels)}" for name, levels in found.pins.items()]
    return f", only with {'; '.join(pins)}" if pins else ""


def _print_packages(case: Case, found: Explored) -> None:
    """The levels of the packages side by side."""
    first = found.best[0].levels
    rows = [
        [name, *(_shown(each.levels, first, name, i) for i, each in enumerate(found.best))]
        for name in case.file.provisions
    ]
    title = "Packages (· as A)" if len(found.best) > 1 else "Package"
    print_table(title, ["provision", *map(_letter, range(len(found.best)))], rows)
    sys.stdout.write("\n")


def _shown(levels: Mapping[str, str], first: Mapping[str, str], name: str, number: int) -> str:
    return "·" if number and levels[name] == first[name] else levels[name]


def print_ladder(case: Case, found: Ladder) -> None:
    """Rung by rung, and which is the first that does as well as the last."""
    from accord.brief.words import share_text  # noqa: PLC0415  shared with the brief

    first = found.rungs[0].found
    rows = [
        [
            _allows(found, rung),
            f"{100 * rung.joint:.1f}%" if rung.possible else "–",
            f"{100 * rung.found.bound:.1f}%",
            share_text(rung.found.best[0].fresh) if rung.possible else "–",
        ]
        for rung in found.rungs
    ]
    what = "at most" if found.kind == "provision" else "gains at least"
    sys.stdout.write(
        f"{case.file.title}: {first.worlds:,} worlds, seed {first.seed}, consent {first.rule}"
        f"{_pinned(found.rungs[-1].found)}\n\n"
    )
    print_table(
        "The best package of each rung",
        [f"{found.of}: {what}", "best", "nothing above", "in fresh worlds"], rows,
    )  # fmt: skip
    for rung in [rung for rung in found.rungs if not rung.possible][-1:]:
        # one that allows less is possible no more than it
        note(f"no package with {found.of} at most {rung.allows} keeps all constraints of the case")
    least = found.least
    if least is None:
        note("nothing passes on any rung")
        return
    note(
        f"{found.of}, {what} {_allows(found, least)}, does as well as the last rung, as far as "
        "fresh worlds tell"
    )
    if any(rung.found.gap for rung in found.rungs):
        note("not every rung is proven, so a longer search may change which that is")


def _allows(found: Ladder, rung: Rung) -> str:
    return str(rung.allows) if found.kind == "provision" else f"{rung.allows:g} points"


def print_days(case: Case, found: Sequence[Day]) -> None:
    """The best package on every day, and by how much it differs from that of the day before."""
    from accord.brief.words import share_text  # noqa: PLC0415  shared with the brief

    rows, before = [], found[0].found.best[0].levels
    for day in found:
        best = day.found.best[0]
        changed = [name for name in best.levels if best.levels[name] != before.get(name)]
        moved = ", ".join([*day.updates, *day.answers])
        rows.append(
            [
                day.date.isoformat(), f"{100 * best.joint.value:.1f}%",
                f"{100 * day.found.bound:.1f}%", share_text(best.fresh),
                ", ".join(f"{name} {best.levels[name]}" for name in changed), moved,
            ]
        )  # fmt: skip
        before = best.levels
    sys.stdout.write(
        f"{case.file.title}: {_worlds(found)}, seed {found[0].found.seed}, consent "
        f"{found[0].found.rule}{_pinned(found[0].found)}\n\n"
    )
    heads = ["day", "best", "nothing above", "in fresh worlds", "changed levels", "what came"]
    print_table("The best package on every day", heads, rows, words=(0, 4, 5))


def _worlds(found: Sequence[Day]) -> str:
    """How many worlds the days have, which may differ."""
    counts = [day.found.worlds for day in found]
    if min(counts) == max(counts):
        return _counted(counts[0], "world")
    return (
        f"{min(counts):,} to {max(counts):,} worlds, more where answers make some of them weigh "
        "little"
    )


def print_under_rules(case: Case, found: UnderRules) -> None:
    """The best under every rule, and the package whose worst share is largest."""
    from accord.brief.words import share_text  # noqa: PLC0415  shared with the brief

    rows = [
        [
            rule,
            f"{100 * each.best[0].joint.value:.1f}%",
            f"{100 * each.bound:.1f}%",
            share_text(each.best[0].fresh),
            f"{100 * found.shares[rule]:.1f}%",
        ]
        for rule, each in found.by_rule.items()
    ]
    sys.stdout.write(f"{case.file.title}\n\n")
    print_table(
        "The best package under each consent rule, and one for all",
        ["rule", "best", "nothing above", "in fresh worlds", "one for all"], rows,
    )  # fmt: skip
    sys.stdout.write(
        f"\nOne for all passes in {100 * found.worst:.1f}% under the rule that is worst for it; no "
        f"package passes in more than {100 * found.bound:.1f}% under its worst.\n"
    )
    sys.stdout.write("\n")
    levels = [[name, level] for name, level in found.levels.items()]
    print_table("One for all", ["provision", "level"], levels)
