"""Who wants what: values, walk-away values, red lines, public support."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from accord.case.numbers import Number, NumberField
from accord.case.records.fields import (
    Id,
    PackageCondition,
    PackagePoints,
    PackageScore,
    Probability,
    Record,
    Score,
    ShortForm,
)

__all__ = ["Interaction", "Peak", "Position", "RedLine", "Value", "WalkAway"]


class Peak(Record):
    """A preference that is highest at one level and falls to both sides."""

    peak: Id


class Value(Record):
    """What one provision is worth to an actor: an importance, and points 0..100 by level."""

    weight: Annotated[Number, NumberField.of("amount", "of importance")]
    levels: dict[Id, Score] | None = None
    prefers: Literal["rising", "falling"] | Peak | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Value:
        if (self.levels is None) == (self.prefers is None):
            raise ValueError("levels or prefers, one of them|name the value of every level")
        return self


class WalkAway(Record):
    """What no agreement is worth: the utility of a package plus points, or points alone."""

    like: Id | None = None
    plus: PackagePoints | None = None
    points: PackagePoints | None = None

    @model_validator(mode="after")
    def _one_way(self) -> WalkAway:
        if (self.like is None) == (self.points is None):
            raise ValueError("a number of points, or {like: PACKAGE, plus: POINTS}|choose one")
        return self


def _walk_away(raw: Any) -> Any:
    if isinstance(raw, dict) and ("like" in raw or "points" in raw or "plus" in raw):
        return raw
    return {"points": raw}


class Interaction(Record):
    """Points gained or lost where provisions meet."""

    when: PackageCondition
    points: Annotated[Number, NumberField.of("real", "points")]


class RedLine(Record):
    """A line an actor will not cross, if it is real: it binds with a probability."""

    never: PackageCondition | None = None
    always: PackageCondition | None = None
    binding: Probability | None = None
    waive_cost: Annotated[Number, NumberField.of("amount", "points")] | None = None
    bluff: Id | None = None
    title: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> RedLine:
        if (self.never is None) == (self.always is None):
            raise ValueError("never or always, one of them|never: CONDITION forbids it")
        return self


class Position(Record):
    """An actor's position: values and a walk-away value, or a public's support and threshold."""

    values: dict[Id, Value] = Field(default_factory=dict)
    walk_away: Annotated[WalkAway, ShortForm(_walk_away, "PackageNumber")] | None = None
    interactions: tuple[Interaction, ...] = ()
    red_lines: dict[Id, RedLine] = Field(default_factory=dict)
    support: PackageScore | None = None
    needs: Score | None = None

    @model_validator(mode="after")
    def _complete(self) -> Position:
        if self.support is None and self.walk_away is None:
            raise ValueError("walk_away, or support and needs|no agreement is worth something too")
        if self.support is not None and self.needs is None:
            raise ValueError("needs beside support|the support at which it accepts")
        if self.support is not None and (self.values or self.walk_away or self.interactions):
            raise ValueError("values or support, not both|a public is described by its support")
        return self

    @property
    def is_public(self) -> bool:
        """Whether acceptance is a matter of support against a threshold."""
        return self.support is not None
