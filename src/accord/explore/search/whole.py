"""The whole space of a case: every package, in the worlds of a setting, under one consent rule."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord._errors import UsageError
from accord.case.case import Case
from accord.criteria.bargains import space_of
from accord.criteria.delivery_space import who_is_asked
from accord.criteria.positions import positions
from accord.criteria.setting import Setting, rule_names
from accord.criteria.table import CRITERIA
from accord.explore.search.accepting import Parties
from accord.explore.search.confirming import Confirmation
from accord.explore.search.consenting import always_asked, consenting
from accord.explore.search.delivering import delivered
from accord.explore.search.literals import TRUE, Literals, either, every
from accord.explore.search.war import Classes, War
from accord.run.halves import skipped_tests
from accord.theory.bargaining import on_grid
from accord.theory.search.distinct import distinct, distinct_small
from accord.theory.search.formula import Formula
from accord.theory.search.space import Contest, Grades, Space

__all__ = [
    "Tables", "chosen_rule", "gaining", "patterns_of", "tests_of", "whole_space",
]  # fmt: skip

Integers = NDArray[np.int64]

MOST_ASKED = 6
"""Actors whose consent pledges may wait for: each doubles what may go."""

AT_ONCE = 4096
"""Rows of needs that are compared at once."""

Pattern = Mapping[str, bool]


@dataclass(frozen=True, eq=False)
class Tables:
    """What is made before a search, the same under every consent rule.

    Attributes
    ----------
    patterns : tuple of mapping of actor to bool
        Who of those whose consent pledges wait for gives it.
    classes : Classes or None
        Of wars; None where the case has no such test.
    war : War or None
        None too where there are too many combinations for tables: wars are then judged package
        by package, and bounds do not know of them.
    """

    patterns: tuple[Pattern, ...]
    classes: Classes | None
    war: War | None


def tests_of(case: Case) -> tuple[str, ...]:
    """Tests that can be put to a case."""
    skipped = skipped_tests(case)
    return tuple(c.name for c in CRITERIA if c.name not in skipped)


def patterns_of(case: Case) -> tuple[Pattern, ...]:
    """Every way in which those may decide whose consent pledges wait for.

    Raises
    ------
    UsageError
        If they are too many.
    """
    asked = who_is_asked(case)
    if len(asked) > MOST_ASKED:
        raise UsageError(
            f"found pledges that wait for the consent of {len(asked)} actors, wanted at most "
            f"{MOST_ASKED}: {', '.join(asked)}"
        )
    return tuple(
        dict(zip(asked, given, strict=True))
        for given in itertools.product((True, False), repeat=len(asked))
    )


def whole_space(
    setting: Setting, rule: str, tables: Tables, *, margins: Mapping[str, float] | None = None,
    workers: int = 2,
) -> Space:  # fmt: skip
    """Every package of a case, with what has to hold of it under a rule.

    A row of it is that of the tests themselves, bit for bit: what cannot be told in full by few
    provisions is bounded by the formula and confirmed by the test.

    Parameters
    ----------
    tables : Tables
        Made for the same setting.
    margins : mapping of actor to points, optional
        What actors have to gain over walking away besides.
    """
    return _Builder(setting, rule, tables, margins or {}, workers).space()


def gaining(
    setting: Setting, chosen: Mapping[str, str], margins: Mapping[str, float]
) -> NDArray[np.bool_]:
    """Where actors gain at least so many points over walking away, (W,)."""
    known = positions(setting)
    result = np.ones(setting.worlds.count, dtype=np.bool_)
    for actor, points in margins.items():
        result &= known[actor].slack(chosen) >= int(on_grid(points))
    return result


class _Builder:
    """Puts a space together."""

    def __init__(
        self, setting: Setting, rule: str, tables: Tables, margins: Mapping[str, float],
        workers: int,
    ) -> None:  # fmt: skip
        case = setting.case
        self._setting, self._tables, self._workers = setting, tables, workers
        self._tests, self._rule, self._margins = tests_of(case), rule, margins
        self._literals = Literals(space_of(setting).sizes, setting.worlds.count)
        self._node = case.file.consent.rules[rule] if case.file.consent is not None else None
        accept = "acceptable" in self._tests and self._node is not None
        self._required = always_asked(self._node) if accept and self._node else frozenset[str]()
        both = self._required if "durable" in self._tests else frozenset[str]()
        self._parties = Parties(setting, self._literals, both)
        self._open: set[str] = set()

    def space(self) -> Space:
        """The space."""
        parts: list[Formula] = [self._parties.constraints()]
        parts += [self._parties.gains(actor, points) for actor, points in self._margins.items()]
        if "acceptable" in self._tests:
            parts.append(self._consent(stay=False))
        if "durable" in self._tests:
            parts.append(self._consent(stay=True))
        if "deliverable" in self._tests:
            parts.append(self._delivered())
        if self._tables.war is not None:
            parts.append(self._deterred(self._tables.war))
        else:
            self._open |= {"credible", "durable"} & set(self._tests)
        years = self._setting.case.file.durability
        conflict = "durable" in self._tests and years is not None and years.conflict is not None
        confirm = None
        if conflict or self._open:
            tests = tuple(
                t for t in self._tests if t in self._open or (conflict and t == "durable")
            )
            number = rule_names(self._setting.case).index(self._rule)
            confirm = Confirmation(self._setting, number, tests, conflict_only=not self._open)
        return self._literals.space(every(*parts), self._setting.weights, confirm)

    def _consent(self, *, stay: bool) -> Formula:
        if self._node is None:
            return TRUE
        agree = self._parties.formulas(self._node.actors, stay=stay)
        return consenting(self._node, agree, self._parties.truth)

    def _possible(self) -> list[int]:
        """Patterns of consents under which the rule can hold."""
        return [
            s for s, pattern in enumerate(self._tables.patterns)
            if all(pattern.get(actor, True) for actor in self._required)
        ]  # fmt: skip

    def _given(self, pattern: Pattern) -> Formula:
        """Where just those accept whom a pattern names."""
        return every(
            *(
                self._parties.accepts(actor) if yes else self._parties.refuses(actor)
                for actor, yes in pattern.items()
                if actor not in self._required
            )
        )

    def _delivered(self) -> Formula:
        """Where what is promised is delivered, whoever accepts."""
        found = []
        for s in self._possible():
            pattern = self._tables.patterns[s]
            covered, exact = delivered(
                self._setting, self._literals, pattern, workers=self._workers
            )
            if not exact:
                self._open.add("deliverable")
            found.append((self._given(pattern), covered))
        if all(covered == found[0][1] for _, covered in found):
            return found[0][1]
        return either(*(every(given, covered) for given, covered in found))

    def _deterred(self, war: War) -> Formula:
        """Where no temptation leads to an attack, at signing or later."""
        classes = self._tables.classes
        assert classes is not None
        possible = [classes.which[s] for s in self._possible()]
        # both sides name rows of one array, as what is needed may fill a good part of the memory
        grades, which, exact = _least_needed(war.have, war.need, possible)
        if not exact:
            self._open |= {"credible", "durable"} & set(self._tests)
        have = Grades(war.peace.provisions, grades, war.peace.which.astype(np.int32))
        return self._literals.contest(Contest(have, Grades(classes.provisions, grades, which)))


def _least_needed(
    have: NDArray[Any], need: NDArray[Any], which: Sequence[NDArray[np.int32]]
) -> tuple[NDArray[Any], NDArray[np.int32], bool]:
    """What is needed at least whatever the pattern of consents; whether that makes no difference.

    Returns
    -------
    array (Q + G, W)
        What is had (Q, W), then what is needed.
    int32 array (L, …)
        The row of what is needed for each combination of levels.
    bool
    """
    first = which[0]
    used, key = distinct_small(first, len(need))
    members = used[None]
    for each in which[1:]:
        if np.array_equal(each, first):
            continue
        pair = (key * len(need) + each).reshape(-1)
        firsts, at = distinct(pair)
        before, own = np.divmod(pair[firsts], len(need))
        members = np.concatenate([members[:, before], own[None]])
        key = at.reshape(first.shape)
    had = len(have)
    result = np.empty((had + members.shape[1], need.shape[1]), dtype=need.dtype)
    result[:had] = have
    np.take(need, members[0], axis=0, out=result[had:], mode="clip")
    for begin in range(0, members.shape[1], AT_ONCE):
        some = slice(begin, begin + AT_ONCE)
        least = result[had:][some]
        for part in members[1:]:
            np.minimum(least, need[part[some]], out=least)
    return result, (key + had).astype(np.int32), len(members) == 1


def chosen_rule(case: Case, rule: str | None) -> str:
    """The consent rule that is asked for, else the case's own.

    Raises
    ------
    UsageError
        If the case has no such rule.
    """
    names = rule_names(case)
    if rule is None:
        return case.file.consent.default if case.file.consent is not None else names[0]
    if rule not in names:
        raise UsageError(f"found the consent rule {rule}, wanted one of {', '.join(names)}")
    return rule
