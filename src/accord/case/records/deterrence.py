"""What an attacker would weigh, and what guarantors would do."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from accord.case.numbers import Number, NumberField
from accord.case.records.fields import (
    Amount,
    Factor,
    Id,
    PackageAmount,
    PackagePositiveAmount,
    PackageProbability,
    PackageReal,
    PackageStake,
    PositiveAmount,
    Probability,
    Real,
    Record,
    ShortForm,
    Stake,
    Stretch,
)

__all__ = [
    "Belief", "Challenger", "Contest", "Deterrence", "Guarantor", "Guarantors", "Mode", "Protege",
    "Timeline", "Tripwire",
]  # fmt: skip


class Timeline(Record):
    """Which phase's deployed pledges fight."""

    counts: Id


class Challenger(Record):
    """The state that may attack again. Unit: the protege's stake."""

    actor: Id
    stake: PackageStake
    cost_of_war: PackageStake
    strength: PackagePositiveAmount
    precision: Amount
    without_attack: PackageReal | None = None
    snapback: PackageStake | None = None


class Protege(Record):
    """The state that the guarantee protects."""

    actor: Id
    stake: PackageStake
    cost_of_war: PackageStake
    strength: PackageAmount
    precision: Amount


class Contest(Record):
    """How strength turns into the chance that the attack is defeated."""

    steepness: PositiveAmount
    defence_advantage: PositiveAmount
    fait_accompli: Stretch


class Tripwire(Record):
    """What it costs a guarantor to stand aside once its own forces are hit.

    Without ``half_at`` any force at all costs the whole.
    """

    at_most: Stake
    half_at: PositiveAmount | None = None


def _tripwire(raw: Any) -> Any:
    if isinstance(raw, dict) and "at_most" in raw:
        return raw
    return {"at_most": raw}


class Guarantor(Record):
    """One guarantor, or a group of small ones named in ``members``."""

    members: tuple[Id, ...] = ()
    stake: PackageStake
    cost: PackageStake
    shared_cost: Annotated[
        Number, NumberField.of("probability", "share of the cost that is shared")
    ]
    punishes: PackageStake
    precision: Amount
    reneging: PackageStake
    automatic: PackageProbability
    alone: PackageStake | None = None
    tripwire: Annotated[Tripwire, ShortForm(_tripwire, "Number")] | None = None
    leans_on: dict[Id, Probability] = Field(default_factory=dict)


class Guarantors(Record):
    """The guarantors and the order in which they decide; an inner list decides at once."""

    model_config = Record.model_config | {"extra": "allow"}
    __pydantic_extra__: dict[str, Guarantor] = Field(init=False)

    order: tuple[Id | tuple[Id, ...], ...]
    backstop: Id | None = None

    @property
    def named(self) -> dict[str, Guarantor]:
        """The guarantors in the order written."""
        return dict(self.__pydantic_extra__ or {})


class Shift(Record):
    """How the challenger's perception of one value differs from the truth."""

    shift: Real | None = None
    times: Factor | None = None


class Belief(Record):
    """The challenger's perception of one guarantor."""

    stake: Shift | None = None
    cost: Shift | None = None
    punishes: Shift | None = None
    reneging: Shift | None = None
    automatic: Shift | None = None
    alone: Shift | None = None
    strength: Shift | None = None
    precision: Shift | None = None


class Scale(Record):
    """A factor on a value."""

    times: Factor


class Mode(Record):
    """A way of attacking; what it changes of the full game."""

    title: str = ""
    stake: Scale | None = None
    cost_of_war: Scale | None = None
    automatic: Scale | None = None
    guarantor_stake: Scale | None = None


class Deterrence(Record):
    """The deterrence game of the case."""

    timeline: Timeline
    persistence: Probability
    challenger: Challenger
    protege: Protege
    contest: Contest
    guarantors: Guarantors
    beliefs: dict[Id, Belief] = Field(default_factory=dict)
    modes: dict[Id, Mode] = Field(default_factory=lambda: {"full": Mode()}, min_length=1)
