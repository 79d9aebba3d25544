"""What could be agreed: actors, consent, provisions, constraints, packages."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from accord.case.records.fields import (
    Amount,
    Date,
    Id,
    PackageCondition,
    Record,
    ShortForm,
    Titled,
)

__all__ = ["Actor", "AtLeast", "Consent", "ConsentNode", "Constraint", "Level", "Package"]
__all__ += ["Provision", "Requirement"]

Role = Literal[
    "protege", "challenger", "guarantor", "contributor", "mediator", "public", "parliament",
    "institution", "party", "observer",
]  # fmt: skip


class Actor(Record):
    """Someone whose wishes, pledges or votes count."""

    name: str
    role: Role = "party"
    power: Amount | None = None
    note: str = ""


def _node(raw: Any) -> Any:
    return {"actor": raw} if isinstance(raw, str) else raw


class AtLeast(Record):
    """At least ``k`` of the members, by number or by vote weights."""

    k: int = Field(ge=1)
    of: tuple[Annotated[ConsentNode, ShortForm(_node)], ...] = Field(min_length=1)
    weights: dict[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)


Member = Annotated["ConsentNode", ShortForm(_node)]


class ConsentNode(Record):
    """A node of a consent rule: one actor, or all, any or at least k of its members."""

    actor: str | None = None
    all: tuple[Member, ...] | None = Field(default=None, min_length=1)
    any: tuple[Member, ...] | None = Field(default=None, min_length=1)
    at_least: AtLeast | None = None
    when: PackageCondition | None = None
    title: str = ""

    @model_validator(mode="after")
    def _one_kind(self) -> ConsentNode:
        kinds = [self.actor, self.all, self.any, self.at_least]
        if sum(kind is not None for kind in kinds) != 1:
            raise ValueError("exactly one of actor, all, any, at_least|name one of them")
        return self

    @property
    def members(self) -> tuple[ConsentNode, ...]:
        """The members below this node; none for an actor."""
        return self.all or self.any or (self.at_least.of if self.at_least else ())

    @property
    def actors(self) -> tuple[str, ...]:
        """Every actor named at or below this node, in order, each once."""
        if self.actor is not None:
            return (self.actor,)
        return tuple(dict.fromkeys(actor for member in self.members for actor in member.actors))


class Consent(Record):
    """The consent rules by name; ``default`` leads, every result is shown under each."""

    model_config = Record.model_config | {"extra": "allow"}
    __pydantic_extra__: dict[str, Member] = Field(init=False)

    default: str

    @property
    def rules(self) -> dict[str, ConsentNode]:
        """The rules in the order written."""
        return dict(self.__pydantic_extra__ or {})


class Requirement(Record):
    """What a level needs of one capability, in which phases."""

    amount: Amount
    since: Id | None = Field(default=None, alias="from")
    until: Id | None = Field(default=None, alias="to")


def _requirement(raw: Any) -> Any:
    if isinstance(raw, dict) and "amount" in raw:
        return raw
    return {"amount": raw}


class Level(Record):
    """One thing a provision can say. ``apart`` marks a variant that is not more or less."""

    title: str
    apart: bool = False
    requires: dict[Id, Annotated[Requirement, ShortForm(_requirement, "Number")]] = Field(
        default_factory=dict
    )
    note: str = ""


class Provision(Record):
    """One subject of the agreement and the levels it can take, least first."""

    title: str
    levels: dict[Id, Annotated[Level, Titled]] = Field(min_length=1)
    ordered: bool = True
    note: str = ""

    def index(self, level: str) -> int:
        """Position of a level."""
        return list(self.levels).index(level)


class Constraint(Record):
    """A package for which ``when`` holds must satisfy ``require``."""

    when: PackageCondition
    require: PackageCondition
    title: str = ""


class Package(Record):
    """A named package: what it chooses, on top of its base."""

    title: str
    date: Date | None = None
    base: Id | None = None
    choose: dict[Id, str] = Field(default_factory=dict)
    note: str = ""
