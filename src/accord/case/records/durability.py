"""Conflicts, and the years in which an agreement is kept or broken."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from accord.case.records.fields import (
    Amount,
    ConflictCondition,
    Factor,
    Id,
    PackageProbability,
    Points,
    Probability,
    Real,
    Record,
    ShortForm,
    Stretch,
    Titled,
)

__all__ = [
    "Attention",
    "Conflict",
    "ConflictOption",
    "ConflictRule",
    "Drift",
    "Durability",
    "Election",
    "Growth",
    "Preference",
    "Worth",
]  # fmt: skip

Concept = Literal["nash", "gmr", "smr", "seq", "sseq"]


class ConflictOption(Record):
    """Something a party can do or leave; with ``levels`` an ordered axis."""

    title: str
    levels: dict[Id, str] | None = Field(default=None, min_length=2)


class Worth(Record):
    """Points that a state is worth to a party where a condition holds."""

    when: ConflictCondition
    add: Points | None = None
    value: Literal["game"] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Worth:
        if (self.add is None) == (self.value is None):
            raise ValueError("add: POINTS or value: game|choose one")
        return self


class Preference(Record):
    """What a party wants: prioritised statements, uncertain worth, or a ranking of states."""

    statements: tuple[ConflictCondition, ...] | None = Field(default=None, min_length=1)
    worth: tuple[Worth, ...] | None = Field(default=None, min_length=1)
    ranking: tuple[int | tuple[int, ...], ...] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Preference:
        if sum(x is not None for x in (self.statements, self.worth, self.ranking)) != 1:
            raise ValueError("one of statements, worth, ranking|name one")
        return self


class Conflict(Record):
    """A graph-model conflict in option form."""

    question: str
    uses_package: bool = False
    parties: dict[Id, dict[Id, Annotated[ConflictOption, Titled]]]
    today: tuple[str, ...] | None = None
    kept: tuple[str, ...] | None = None
    impossible: tuple[ConflictCondition, ...] = ()
    one_way: tuple[str, ...] = ()
    preferences: dict[Id, Preference]


_CONCEPTS = ("Nash", "GMR", "SMR", "SEQ", "SSEQ")


def _concept(raw: Any) -> Any:
    return raw.lower() if isinstance(raw, str) else raw


class ConflictRule(Record):
    """Which conflict decides whether keeping the agreement is an equilibrium, in which sense."""

    name: Id
    concept: Annotated[Concept, ShortForm(_concept, "text", _CONCEPTS)] = "seq"


class Election(Record):
    """Years in which a guarantor may reverse itself, and what then remains.

    ``of`` names the shock of which this is the later form: where that shock fell at signing the
    reversal is in force from the start.
    """

    years: tuple[int, ...] = Field(min_length=1)
    reversal: PackageProbability
    of: Id | None = None
    keeps: dict[Literal["reneging", "automatic", "pledges", "stake"], Factor] = Field(
        default_factory=dict
    )


class Attention(Record):
    """A distraction that begins in some year and lasts; ``leaves`` multiplies what is named."""

    title: str = ""
    probability: Probability
    lasts: Stretch
    leaves: dict[Id, dict[Id, Factor]]


class Growth(Record):
    """Yearly growth of the challenger's strength."""

    challenger: Real


class Drift(Record):
    """Yearly change of an actor's walk-away value, in points."""

    yearly: Points


class Durability(Record):
    """How an agreement is tested over the years."""

    horizon: Stretch
    conflict: ConflictRule | None = None
    temptation: Probability
    elections: dict[Id, Election] = Field(default_factory=dict)
    attention: dict[Id, Attention] = Field(default_factory=dict)
    erosion: dict[Id, Probability] = Field(default_factory=dict)
    growth: Growth | None = None
    drift: dict[Id, Drift] = Field(default_factory=dict)
    discount: Annotated[Amount, "yearly"] | None = None
