"""What is said of a package while it is being put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from pydantic import BaseModel, Field

from accord._errors import UsageError
from accord.brief.labels import reason_spans
from accord.brief.plain import plain_text
from accord.brief.words import chance_words, share_text
from accord.case.case import Case
from accord.case.truth import unmet_constraints
from accord.run.run import Run
from accord.run.what_if import CHOSEN, WhatIf
from accord.theory.estimates import Estimate, interval

__all__ = ["Answer", "answer_about", "broken", "levels_from"]

FEW = 6
"""Reasons and actors that are listed."""

FIRST_TESTS = ("acceptable", "deliverable")
"""Tests that are quick enough to answer while a level is being chosen."""


class Share(BaseModel):
    """A share of worlds with its 90% interval of sampling error."""

    share: float
    se: float
    low: float
    high: float
    text: str
    words: str


class TestAnswer(BaseModel):
    """One test, or all of them: the package, what stands beside it, and the paired difference."""

    __test__ = False  # not a test of pytest's

    test: str
    here: Share | None = Field(description="None where it is not assessed, or not yet.")
    beside: Share | None = None
    difference: float | None = None
    difference_text: str = ""
    why: str = Field(default="", description="Why it is not assessed.")


class Blocker(BaseModel):
    """An actor whose consent is asked."""

    actor: str
    name: str
    accepts: Share
    alone: Share = Field(description="Where it alone stands in the way.")
    lines: list[str] = Field(description="Red lines crossed, with the share of worlds.")


class Reason(BaseModel):
    """Why a test fails, and in what share of worlds that is why."""

    test: str
    text: str
    share: Share


class Answer(BaseModel):
    """Everything that is said of one package."""

    levels: dict[str, str]
    changed: list[str] = Field(description="Provisions that differ from the base.")
    base: str
    beside: str
    rule: str
    worlds: int
    whole: bool = Field(description="Whether all tests were put, not only the quick ones.")
    tests: list[TestAnswer]
    blockers: list[Blocker]
    reasons: list[Reason]
    broken: list[str] = Field(description="Constraints of the case that it does not meet.")


def levels_from(case: Case, base: str, asked: Sequence[str]) -> dict[str, str]:
    """The levels of a package, ``PROVISION:LEVEL`` replacing those of its base.

    Raises
    ------
    UsageError
        For a provision or level that the case does not have.
    """
    levels = case.chosen(base)
    for each in asked:
        provision, _, level = each.partition(":")
        if provision not in levels:
            raise UsageError(f"no provision {provision!r} in the case")
        known = case.file.provisions[provision].levels
        if level not in known:
            raise UsageError(f"{provision} has no level {level!r}; there are {', '.join(known)}")
        levels[provision] = level
    return levels


def broken(case: Case, levels: Mapping[str, str]) -> list[str]:
    """Constraints of the case that a package does not meet, in words."""
    return [
        one.title or f"where {one.when.text}, it asks for {one.require.text}"
        for one in unmet_constraints(case, levels)
    ]


def answer_about(
    what_if: WhatIf, levels: Mapping[str, str], base: str, beside: str, rule: str, *, whole: bool
) -> Answer:
    """Put a package to the tests and say what came of it.

    Parameters
    ----------
    base : str
        The named package from which it was made.
    beside : str
        The named package that stands beside it.
    rule : str
        The consent rule.
    whole : bool
        Whether all tests are put, or the quick ones alone.
    """
    case = what_if.case
    tests = None if whole else FIRST_TESTS
    here = what_if.judge(levels, tests)
    there = what_if.judge(case.chosen(beside), tests)
    own = case.chosen(base)
    every = (*here.verdict.tests, "joint")
    return Answer(
        levels=dict(levels),
        changed=[name for name in levels if levels[name] != own[name]],
        base=base,
        beside=beside,
        rule=rule,
        worlds=what_if.worlds,
        whole=whole,
        tests=[_test(here, there, test, rule, whole=whole) for test in every],
        blockers=_blockers(what_if, levels, rule),
        reasons=_reasons(here, rule),
        broken=broken(case, levels),
    )


def _share(found: Estimate) -> Share:
    low, high = interval(found, 0.9, (0.0, 1.0))
    return Share(
        share=found.value, se=found.standard_error, low=low, high=high, text=share_text(found),
        words=chance_words(found.value),
    )  # fmt: skip


def _test(here: Run, there: Run, test: str, rule: str, *, whole: bool) -> TestAnswer:
    verdict, other = here.verdict, there.verdict
    if test in verdict.not_assessed or (test == "joint" and not whole):
        return TestAnswer(test=test, here=None, why=verdict.not_assessed.get(test, ""))
    if test == "joint":
        mine, theirs = verdict.joint(rule, CHOSEN), other.joint(rule, CHOSEN)
    else:
        mine, theirs = verdict.passes(test, rule, CHOSEN), other.passes(test, rule, CHOSEN)
    change = verdict.mean(mine.astype(np.float64) - theirs)
    low, high = interval(change, 0.9, (-1.0, 1.0))
    points = round(100 * change.value, 1)
    text = f"{points or 0.0:{'+' if points else ''}.1f} ± {50 * (high - low):.1f}"
    return TestAnswer(
        test=test,
        here=_share(verdict.estimate(mine)),
        beside=_share(other.estimate(theirs)),
        difference=change.value,
        difference_text=text.replace("-", "−")
        if change.value or change.standard_error
        else "the same",
    )


def _blockers(what_if: WhatIf, levels: Mapping[str, str], rule: str) -> list[Blocker]:
    """Actors that are asked and do not accept everywhere, those that block most first."""
    case, consent = what_if.case, what_if.case.file.consent
    if consent is None or "acceptable" not in what_if.tests:
        return []
    asked = consent.rules[rule].actors
    found = what_if.blocking(levels, rule)
    listed = sorted(
        (name for name in found if name in asked and found[name]["accepts"]["share"] < 1),
        key=lambda name: (-found[name]["alone"]["share"], found[name]["accepts"]["share"]),
    )
    return [
        Blocker(
            actor=name,
            name=case.actor_name(name),
            accepts=_of(what_if, found[name]["accepts"]),
            alone=_of(what_if, found[name]["alone"]),
            lines=[_line(case, name, line, where) for line, where in found[name]["lines"].items()],
        )
        for name in listed[:FEW]
    ]


def _of(what_if: WhatIf, record: Mapping[str, float]) -> Share:
    """A share told by the criteria; at the ends with the bound that is known."""
    return _share(what_if.estimate(record))


def _line(case: Case, actor: str, line: str, where: Mapping[str, float]) -> str:
    title = case.file.positions[actor].red_lines[line].title or line.replace("-", " ")
    return f"{title} ({100 * where['share']:.0f}%)"


def _reasons(run: Run, rule: str) -> list[Reason]:
    """Why each test fails, most frequent first, two a test."""
    verdict = run.verdict
    found = []
    for test in verdict.assessed:
        for name, where in verdict.reason_counts(test, rule, CHOSEN)[:2]:
            share = verdict.estimate(where)
            if share.value >= 0.01:
                text = plain_text(reason_spans(run, name))
                found.append(Reason(test=test, text=text, share=_share(share)))
    return found
