"""What to watch, what happened, and the evidence behind the numbers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from accord.case.records.fields import (
    Date,
    Id,
    PackageAmount,
    Probability,
    Record,
    ShockCondition,
)

__all__ = [
    "Claim", "Correlation", "Hazard", "Indicator", "JournalEntry", "Likelihood", "Milestone",
    "OutsideForecast", "Panel", "Source",
]  # fmt: skip


class Hazard(Record):
    """A rate per day, week, month or year; steps may depend on shocks."""

    per: Literal["day", "week", "month", "year"]
    rate: PackageAmount


class Milestone(Record):
    """Something that happens at an uncertain date, or never."""

    title: str = ""
    hazard: Hazard
    needs: tuple[Id, ...] = ()
    never: Probability | None = None


class Likelihood(Record):
    """P(event | world) where the condition holds; the last clause has none."""

    when: ShockCondition | None = None
    p: Probability


class OutsideForecast(Record):
    """Somebody else's probability, recorded before the answer was known."""

    who: str
    on: Date
    p: Probability


class MilestoneLikelihood(Record):
    """The likelihood follows from a milestone's hazard."""

    milestone: Id


class Indicator(Record):
    """A question with fine print and a deadline, whose answer would move the picture."""

    question: str
    counts: str
    deadline: Date
    likelihood: Annotated[
        Annotated[tuple[Likelihood, ...], Tag("clauses")]
        | Annotated[MilestoneLikelihood, Tag("milestone")],
        Discriminator(lambda raw: "clauses" if isinstance(raw, list | tuple) else "milestone"),
    ]
    outside: tuple[OutsideForecast, ...] = ()
    title: str = ""


class Source(Record):
    """Where a claim was published. Grade A primary, B major outlet, C secondary, D partisan."""

    title: str
    publisher: str
    published: Date
    accessed: Date | None = None
    link: str = ""
    grade: Literal["A", "B", "C", "D"]
    licence: str = ""


class Claim(Record):
    """What a source says, in our words; a quote of at most 25 words."""

    actor: str = ""
    claim: str
    quote: str = ""
    source: str
    locator: str = ""
    disputed_by: str = ""


class JournalEntry(Record):
    """What happened, or did not; a later entry may replace an earlier one."""

    recorded: Date
    known: Date
    indicator: Id
    outcome: Literal["yes", "no", "unknown"]
    on: Date | None = None
    source: str = ""
    note: str = ""
    replaces: str = ""


class Correlation(Record):
    """A rank correlation between two named inputs."""

    between: tuple[str, str]
    rank: float = Field(gt=-1, lt=1)


class PanelQuestion(Record):
    """A calibration question with its true answer and the experts' [p05, p50, p95]."""

    question: str = ""
    truth: float
    answers: dict[str, tuple[float, float, float]]


class Panel(Record):
    """Calibration questions, for Cooke's classical model."""

    questions: tuple[PanelQuestion, ...] = Field(min_length=2)
    cutoff: float = Field(default=0.0, ge=0, lt=1)
