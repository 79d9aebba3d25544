"""The least that somebody would have to accept or to promise: searches from rung to rung.

A rung allows a little more than the one before it: one more level of a provision, or packages from
which an actor gains fewer points over walking away. Each is a search of the whole space with a
proof of its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from accord._errors import UsageError
from accord.case.case import Case
from accord.explore.search.effort import Effort
from accord.explore.search.exploring import (
    Explored,
    Prepared,
    allowed_levels,
    best_of,
    nothing_of,
)
from accord.explore.search.satisfying import NO_PACKAGE, satisfying

__all__ = ["POINTS", "Ladder", "Rung", "kind_of", "ladder"]

POINTS = (40.0, 30.0, 20.0, 15.0, 10.0, 5.0, 2.0, 0.0)
"""Points over walking away that an actor gains at least, rung by rung."""

ALIKE = 1.0
"""Standard errors within which a rung is as good as the last."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step.

    Attributes
    ----------
    allows : str or float
        The highest level that packages may have, or the points that the actor gains at least.
    found : Explored
        Without a package, and with a bound of 0, where none keeps all constraints.
    """

    allows: str | float
    found: Explored

    @property
    def possible(self) -> bool:
        """Whether any package that it allows keeps all constraints of the case."""
        return bool(self.found.best)

    @property
    def joint(self) -> float:
        """Share of the worlds that were searched in which its best package passes; else 0."""
        return float(self.found.best[0].joint.value) if self.found.best else 0.0

    def as_json(self) -> dict[str, Any]:
        """The stable shape of a rung in ``accord explore --ladder --json``."""
        return {"allows": self.allows, "possible": self.possible, **self.found.as_json()}


@dataclass(frozen=True, slots=True)
class Ladder:
    """Searches that allow more and more.

    Attributes
    ----------
    of : str
        The provision or actor.
    kind : {"provision", "actor"}
    rungs : tuple of Rung
        That which allows least first; the last is possible.
    """

    of: str
    kind: str
    rungs: tuple[Rung, ...]

    @property
    def least(self) -> Rung | None:
        """The first rung on which packages do as well as on the last, as far as fresh worlds tell.

        None where nothing passes on any rung.
        """
        last = self.rungs[-1].found.best[0]
        if not last.joint.value:
            return None
        error = last.fresh.standard_error
        enough = last.joint.value - ALIKE * (error if math.isfinite(error) else 0.0)
        return next(rung for rung in self.rungs if rung.possible and rung.joint >= enough)

    def as_json(self) -> dict[str, Any]:
        """The stable shape in ``accord explore --ladder --json``."""
        least = self.least
        return {
            "schema": 1,
            "ladder": self.of,
            "kind": self.kind,
            "rungs": [rung.as_json() for rung in self.rungs],
            "least": None if least is None else least.allows,
        }


def kind_of(case: Case, of: str) -> Literal["provision", "actor"]:
    """Whether a ladder is one of levels or of points.

    Raises
    ------
    UsageError
        If it is of neither a provision nor an actor that has a position, or the levels are in no
        order.
    """
    file = case.file
    if of in file.provisions:
        if not file.provisions[of].ordered:
            raise UsageError(f"the levels of {of} are in no order, so none of them is the least")
        return "provision"
    if of not in file.positions:
        known = ", ".join([*file.provisions, *file.positions])
        raise UsageError(f"found {of}, wanted a provision or an actor with a position: {known}")
    return "actor"


def ladder(
    prepared: Prepared, of: str, rule: str, effort: Effort, points: Sequence[float] = POINTS, *,
    pins: Mapping[str, Sequence[str]] | None = None,
) -> Ladder:  # fmt: skip
    """Search rung by rung.

    Parameters
    ----------
    of : str
        A provision whose levels are ordered, or an actor that has a position.
    effort : Effort
        For each rung; states are not kept.
    points : sequence of float
        Falling; of an actor's rungs.
    pins : mapping of provision to levels, optional
        Levels that packages may have; a ladder of a provision has a rung for each of its own.

    Raises
    ------
    UsageError
        If it is neither, levels are in no order, or no package keeps all constraints on any rung.
    """
    effort = replace(effort, state=None, resume=False)
    pinned = dict(pins or {})
    allowed = allowed_levels(prepared.case, pinned)
    if kind_of(prepared.case, of) == "provision":
        return Ladder(of, "provision", _by_level(prepared, of, rule, effort, pinned))
    rungs: list[Rung] = []
    for least in points:
        found = best_of(prepared, rule, allowed, effort, margins={of: least}, shown=1)
        rungs.append(Rung(least, found))
    return Ladder(of, "actor", tuple(rungs))


def _by_level(
    prepared: Prepared, of: str, rule: str, effort: Effort, pinned: Mapping[str, Sequence[str]]
) -> tuple[Rung, ...]:
    """A rung for each level of a provision, as far as it may have them."""
    known = prepared.case.file.provisions[of].levels
    levels = [level for level in known if level in pinned.get(of, (level,))]
    rungs: list[Rung] = []
    possible = False
    for number, level in enumerate(levels):
        allowed = allowed_levels(prepared.case, {**pinned, of: levels[: number + 1]})
        # what is possible stays so where more is allowed
        possible = possible or _some(prepared, allowed, effort)
        found = (
            best_of(prepared, rule, allowed, effort, shown=1)
            if possible
            else nothing_of(prepared, rule, allowed)
        )
        rungs.append(Rung(level, found))
    if not possible:
        raise UsageError(NO_PACKAGE)
    return tuple(rungs)


def _some(prepared: Prepared, allowed: Sequence[Sequence[int]], effort: Effort) -> bool:
    """Whether any package keeps all constraints of the case."""
    return satisfying(prepared.asking.setting, allowed, effort.stop) is not None
