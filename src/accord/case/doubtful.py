"""What is allowed in a case and probably not meant: levels, red lines, packages, quotes."""

from __future__ import annotations

from collections.abc import Iterator

from accord._errors import CaseError
from accord.case.case import Case
from accord.case.doubt import doubt, listed
from accord.case.expressions import Expression, Not, write
from accord.case.possible import possible
from accord.case.records.positions import RedLine, Value
from accord.case.truth import package_truth
from accord.case.waiting import waiting

__all__ = ["doubtful"]

LONGEST_QUOTE = 25
"""Words of a quote."""


def doubtful(case: Case) -> Iterator[CaseError]:
    """Every doubt about what the case says, on its date."""
    yield from _levels(case)
    yield from _red_lines(case)
    yield from _publics(case)
    yield from waiting(case)
    yield from _packages(case)
    yield from _left_out(case)
    for name, claim in case.file.claims.items():
        words = len(claim.quote.split())
        if words > LONGEST_QUOTE:
            yield doubt(case, ("claims", name), f"a quote of {words} words",
                        f"at most {LONGEST_QUOTE} words",
                        "quote the words that matter and paraphrase the rest")  # fmt: skip


def _left_out(case: Case) -> Iterator[CaseError]:
    """Guarantors that speak for members and not for their own pledges."""
    game = case.file.deterrence
    for name, guarantor in game.guarantors.named.items() if game is not None else ():
        if guarantor.members and name in case.file.pledges and name not in guarantor.members:
            yield doubt(case, ("deterrence", "guarantors", name, "members"),
                        f"{name} without itself among its members",
                        "every contributor whose pledges fight under this guarantor",
                        f"write {name} there too, or its own pledges do not fight")  # fmt: skip


def _levels(case: Case) -> Iterator[CaseError]:
    best: dict[str, set[str]] = {}
    for position in case.file.positions.values():
        for name, value in position.values.items():
            levels = list(case.file.provisions[name].levels)
            best.setdefault(name, set()).update(_best(value, levels))
    for name, found in best.items():
        unwanted = [level for level in case.file.provisions[name].levels if level not in found]
        if unwanted:
            yield doubt(case, ("provisions", name, "levels"),
                        f"{listed(unwanted)} of {name}, which no actor likes best",
                        "levels that somebody prefers",
                        "kept as it is, it can only serve as a compromise")  # fmt: skip


def _best(value: Value, levels: list[str]) -> set[str]:
    """The levels that are worth most to an actor, in the central case."""
    if value.levels is not None:
        sure = max(value.levels[level].distribution.support()[0] for level in levels)
        # a level that can never be worth more than another's least needs no median
        points = {
            level: value.levels[level].central
            for level in levels
            if value.levels[level].distribution.support()[1] > sure
            or value.levels[level].distribution.support() == (sure, sure)
        }
        most = max(points.values())
        return {level for level, worth in points.items() if worth == most}
    if value.prefers == "rising":
        return {levels[-1]}
    return {levels[0]} if value.prefers == "falling" or not value.prefers else {value.prefers.peak}


def _red_lines(case: Case) -> Iterator[CaseError]:
    for actor, position in case.file.positions.items():
        for name, line in position.red_lines.items():
            path = ("positions", actor, "red_lines", name)
            crossing = _crossing(line)
            if possible(case, crossing) is False:
                yield doubt(case, path, "a red line that no package can cross",
                            "a line that some levels cross",
                            f"nothing makes true: {write(crossing)}")  # fmt: skip
            elif possible(case, Not(crossing)) is False:
                yield doubt(case, path, "a red line that every package crosses",
                            "a line that some levels respect",
                            f"nothing makes false: {write(crossing)}")  # fmt: skip


def _crossing(line: RedLine) -> Expression:
    """When a line is crossed."""
    if line.never is not None:
        return line.never.expression
    assert line.always is not None
    return Not(line.always.expression)


def _publics(case: Case) -> Iterator[CaseError]:
    if case.file.consent is None:
        return
    asked = {actor for rule in case.file.consent.rules.values() for actor in rule.actors}
    for name, actor in case.file.actors.items():
        if actor.role in {"public", "parliament"} and name not in asked:
            yield doubt(case, ("actors", name), f"the {actor.role} {name!r} in no consent rule",
                        "a rule that asks it",
                        f"write {{actor: {name}, when: CONDITION}} in a rule")  # fmt: skip


def _packages(case: Case) -> Iterator[CaseError]:
    calm = dict.fromkeys(case.file.shocks, False)
    for name in case.file.packages:
        chosen = case.chosen(name)
        for i, constraint in enumerate(case.file.constraints):
            applies = package_truth(case, constraint.when.expression, chosen, calm)
            if applies and not package_truth(case, constraint.require.expression, chosen, calm):
                title = f" ({constraint.title})" if constraint.title else ""
                yield doubt(case, ("packages", name),
                            f"a package that violates constraint {i + 1}{title}",
                            constraint.require.text, f"since {constraint.when.text}")  # fmt: skip
