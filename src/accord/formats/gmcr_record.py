"""What a ``.gmcr`` file says: a conflict in two-valued options, as its authors wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "MOST_OPTIONS", "Condition", "Conjunction", "DecisionMaker", "Direction", "Gmcr", "Option",
]  # fmt: skip

MOST_OPTIONS = 24
"""Options of one conflict: they make 2^24 states."""

Direction = Literal["both", "fwd", "back"]
"""Whether an option may be switched both ways, on only, or off only."""

Conjunction = tuple[tuple[int, bool], ...]
"""Options that have to be on or off, all of them; the empty one holds everywhere."""

Condition = tuple[Conjunction, ...]
"""Conjunctions of which some has to hold; without any it holds nowhere."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something that is done or not. Names may repeat: an option is known by its position."""

    name: str
    direction: Direction = "both"


@dataclass(frozen=True, slots=True)
class DecisionMaker:
    """A party.

    Attributes
    ----------
    name : str
        May repeat: a party is known by its position.
    options : tuple of int
        Positions of its options, in its own order.
    preferences : tuple of Condition
        Statements, the most important first; states with the same truths are indifferent.
    misperceptions : tuple of Condition
        States that match any of them it does not see.
    ranking : tuple of tuple of int, or None
        Numbers of states, the best first, each group being indifferent.
    """

    name: str
    options: tuple[int, ...]
    preferences: tuple[Condition, ...] = ()
    misperceptions: tuple[Condition, ...] = ()
    ranking: tuple[tuple[int, ...], ...] | None = None


@dataclass(frozen=True, slots=True)
class Gmcr:
    """A conflict.

    Attributes
    ----------
    options : tuple of Option
    makers : tuple of DecisionMaker
    infeasibles : tuple of Condition
        States that match any of them are impossible.
    by_ranking : bool
        Whether the rankings count instead of the statements.
    coalitions : tuple of tuple of int, or None
        Parties that act together, a partition; kept, and of no weight in the five concepts.
    """

    options: tuple[Option, ...]
    makers: tuple[DecisionMaker, ...]
    infeasibles: tuple[Condition, ...] = ()
    by_ranking: bool = False
    coalitions: tuple[tuple[int, ...], ...] | None = None
