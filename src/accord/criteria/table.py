"""The table of tests: everything downstream iterates over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from accord.case.case import Case
from accord.criteria import acceptable, credible, deliverable, durable
from accord.criteria.setting import Setting, TestResult

__all__ = ["CRITERIA", "Criterion"]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One test: its name, the question it answers, and how.

    Attributes
    ----------
    assess : function of a Setting
        Margin, reason and detail for every package.
    not_assessed : function of a Case
        Why the test cannot be put to this case, or None.
    method : str
        What the manifest of a run says about how it was computed.
    """

    name: str
    question: str
    method: str
    assess: Callable[[Setting], TestResult]
    not_assessed: Callable[[Case], str | None]


CRITERIA: tuple[Criterion, ...] = (
    Criterion(
        "acceptable",
        "Does everyone whose consent is needed prefer it to walking away?",
        "additive utilities on a grid of 1/256 point; consent trees",
        acceptable.assess,
        acceptable.not_assessed,
    ),
    Criterion(
        "deliverable",
        "Can the coalition really field it, with pledges that wait for one another?",
        "fixed points of conditional pledges; Gale cuts on integers",
        deliverable.assess,
        deliverable.not_assessed,
    ),
    Criterion(
        "credible",
        "Does it deter a renewed attack, and would the guarantors honour it?",
        "logistic choice by backward induction; queue and tiers",
        credible.assess,
        credible.not_assessed,
    ),
    Criterion(
        "durable",
        "Is keeping it an equilibrium, and does it survive the years?",
        "graph-model stability; yearly temptations, reversals, drift",
        durable.assess,
        durable.not_assessed,
    ),
)
