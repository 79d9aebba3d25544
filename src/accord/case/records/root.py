"""The whole case as written, after tables, updates and copies have been put in place."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from accord.case.records.agreement import Actor, Consent, Constraint, Package, Provision
from accord.case.records.burden import Burden
from accord.case.records.delivery import Capability, Phase, Pledge, Shock
from accord.case.records.deterrence import Deterrence
from accord.case.records.durability import Conflict, Durability
from accord.case.records.fields import Date, Id, PackageReal, Probability, Record
from accord.case.records.positions import Position
from accord.case.records.watching import (
    Claim,
    Correlation,
    Indicator,
    JournalEntry,
    Milestone,
    Panel,
    Source,
)

__all__ = ["CaseFile"]


class CaseFile(Record):
    """All blocks of a case. A block left out means that its test is not assessed.

    ``what_if`` names provisions whose every level the brief tries in the first package.
    """

    accord: Literal[1]
    title: str = Field(min_length=1)
    as_of: Date
    categories: tuple[str, ...] = ()
    byline: str = ""
    actors: dict[Id, Actor] = Field(min_length=1)
    consent: Consent | None = None
    provisions: dict[Id, Provision] = Field(min_length=1)
    constraints: tuple[Constraint, ...] = ()
    positions: dict[Id, Position] = Field(default_factory=dict)
    capabilities: dict[Id, Capability] = Field(default_factory=dict)
    phases: dict[Id, Phase] = Field(default_factory=dict)
    stages: dict[Id, Probability] = Field(default_factory=dict)
    coordination: Probability | None = None
    pledges: dict[Id, dict[Id, Pledge]] = Field(default_factory=dict)
    burden: Burden | None = None
    shocks: dict[Id, Shock] = Field(default_factory=dict)
    correlations: tuple[Correlation, ...] = ()
    levels_meaning: dict[Id, PackageReal] = Field(default_factory=dict)
    deterrence: Deterrence | None = None
    conflicts: dict[Id, Conflict] = Field(default_factory=dict)
    durability: Durability | None = None
    milestones: dict[Id, Milestone] = Field(default_factory=dict)
    watch: dict[Id, Indicator] = Field(default_factory=dict)
    packages: dict[Id, Package] = Field(min_length=1)
    what_if: tuple[Id, ...] = ()
    panel: Panel | None = None
    claims: dict[str, Claim] = Field(default_factory=dict)
    sources: dict[str, Source] = Field(default_factory=dict)
    journal: tuple[JournalEntry, ...] = ()
