"""Who brings what: capabilities, phases, stages, pledges, shocks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from accord.case.records.fields import (
    Amount,
    Duration,
    Factor,
    Id,
    PackageAmount,
    PledgeCondition,
    Probability,
    Record,
    Rotation,
)

__all__ = ["Capability", "Phase", "Pledge", "Shock"]


class Capability(Record):
    """Something a level can require and a pool can serve, in one unit.

    ``combat_weight`` turns its unit into the common index of strength (1 = a brigade);
    capabilities without one do not fight.
    """

    title: str
    unit: str
    domain: Literal["military", "civil"] = "military"
    combat_weight: Annotated[Amount, "index per unit"] | None = None
    combine: Literal["sum", "max"] = "sum"


class Phase(Record):
    """A stretch of time; its requirements must stand when it begins (``by``)."""

    by: Duration
    sustained: bool = False
    title: str = ""


class Pledge(Record):
    """One pool of one contributor, with one stage and one condition."""

    serves: tuple[Id, ...] = Field(min_length=1)
    amount: PackageAmount
    title: str = ""
    rotation: Rotation | None = None
    lead: Duration | None = None
    place: Literal["forward", "behind"] = "forward"
    stage: Id
    condition: PledgeCondition | None = Field(default=None, alias="if")
    chance: Probability | None = None
    independent: bool = False


class Shock(Record):
    """A named event of the world, shared by all, that acts at signing.

    ``hits`` multiplies the chance that each named contributor's pledges are available.
    """

    title: str = ""
    probability: Probability
    hits: dict[Id, Factor] = Field(default_factory=dict)
