"""Utilities, walk-away values and consent on an integer grid.

Points are rounded half to even to 1/256 once, when a world is drawn; from then on utilities and
margins are integers, so that margins, bitmaps and searches agree bit for bit and a tie is a tie
(MODELS, section 1). Additive utilities over issues: Keeney and Raiffa 1976; consent as a monotone
rule over accepting actors: Putnam 1988.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from accord._errors import ModelError

__all__ = [
    "CROSSED", "GRID", "UNBOUNDED", "Member", "Rule", "contributions", "fold", "margin", "on_grid",
]  # fmt: skip

GRID = 256
"""Grid steps in one point."""

CROSSED = 200 * GRID
"""What crossing one binding red line costs, in grid steps."""

UNBOUNDED = 2**30
"""Stands for a member that does not count."""

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


def on_grid(points: ArrayLike) -> Integers:
    """Points rounded half to even to 1/256, as whole grid steps, same shape."""
    return np.rint(np.asarray(points, dtype=np.float64) * GRID).astype(np.int64)


def contributions(weights: Floats, values: Sequence[Floats]) -> list[Integers]:
    """What every level of every provision adds to an actor's utility.

    Parameters
    ----------
    weights : ndarray (J, W)
        Relative importance, scaled here to sum to 100 in each world; all nought stays nought.
    values : sequence of J ndarrays (L_j, W)
        Points 0..100 of every level.

    Returns
    -------
    list of J ndarrays (L_j, W)
        weight · value / 100 in grid steps.
    """
    total = weights.sum(axis=0)
    scaled = np.divide(100.0 * weights, total, out=np.zeros_like(weights), where=total > 0)
    return [on_grid(scaled[j] * value / 100.0) for j, value in enumerate(values)]


def margin(utility: Integers, walk_away: Integers, crossed: Integers) -> Integers:
    """Slack u − r − 200 · (binding lines crossed): the actor accepts iff it is not negative.

    Raises
    ------
    ModelError
        If |u − r| reaches 200 points, where a crossed line would no longer decide.
    """
    slack = utility - walk_away
    if slack.size and int(np.abs(slack).max()) >= CROSSED:
        worst = float(np.abs(slack).max()) / GRID
        raise ModelError(
            f"utility lies {worst:.1f} points from the walk-away value, wanted under 200"
        )
    return slack - CROSSED * crossed


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a rule: an actor (by index) or a rule, its votes, and where it counts (W,)."""

    part: int | Rule
    votes: int = 1
    counts: Booleans | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A node of a monotone consent rule: at least ``quota`` votes of its members.

    ``quota`` None asks for all members that count, 1 with single votes for any one.
    """

    members: tuple[Member, ...]
    quota: int | None = None


def fold(rule: Rule, margins: Integers) -> tuple[Integers, Integers]:
    """Margin of a consent rule and the actor whose margin it is.

    The margin of *all* is the minimum, of *any* the maximum, of *at least k* the largest value
    that members with k votes reach. The actor is the first declared on ties.

    Parameters
    ----------
    margins : ndarray (N, W)
        Margin of every actor.

    Returns
    -------
    tuple of ndarray (W,)
        The margin, and the actor's index (−1 where no member counts: the rule then holds).
    """
    value, actor, counts = _fold(rule, margins)
    return np.where(counts, value, UNBOUNDED), np.where(counts, actor, -1)


def _fold(rule: Rule, margins: Integers) -> tuple[Integers, Integers, Booleans]:
    worlds = margins.shape[1]
    values, actors, counts, votes = [], [], [], []
    for member in rule.members:
        if isinstance(member.part, int):
            value = margins[member.part]
            actor = np.full(worlds, member.part, dtype=np.int64)
            here = np.ones(worlds, dtype=np.bool_)
        else:
            value, actor, here = _fold(member.part, margins)
        if member.counts is not None:
            here = here & member.counts
        values.append(value)
        actors.append(actor)
        counts.append(here)
        votes.append(member.votes)
    stacked, present = np.stack(values), np.stack(counts)
    chosen = _decisive(rule.quota, stacked, present, np.asarray(votes))
    at = np.arange(worlds)
    value = np.where(present[chosen, at], stacked[chosen, at], -UNBOUNDED)
    anybody: Booleans = np.any(present, axis=0)
    return value, np.stack(actors)[chosen, at], anybody


def _decisive(quota: int | None, values: Integers, present: Booleans, votes: Integers) -> Integers:
    """Index of the member whose margin is the rule's, first declared on ties."""
    if quota is None:
        result: Integers = np.argmin(np.where(present, values, UNBOUNDED), axis=0)
        return result
    ranked = np.where(present, values, -UNBOUNDED)
    order = np.argsort(-ranked, axis=0, kind="stable")
    reached = np.cumsum(
        np.where(present, votes[:, None], 0)[order, np.arange(values.shape[1])], axis=0
    )
    enough = reached >= quota
    position = np.where(enough.any(axis=0), enough.argmax(axis=0), len(values) - 1)
    # on a tie in margin the first declared member speaks for the value
    decisive = order[position, np.arange(values.shape[1])]
    tied = ranked == ranked[decisive, np.arange(values.shape[1])]
    first: Integers = tied.argmax(axis=0)
    return np.where(enough.any(axis=0), first, decisive)
