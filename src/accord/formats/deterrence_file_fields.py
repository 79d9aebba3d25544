"""What a deterrence file may hold, block by block: every key, its range, what its absence means.

Reader and schema are made from these tables, so they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "BELIEVED", "CHALLENGER", "CONTEST", "GUARANTOR", "LARGEST", "MODE", "MOST_GUARANTORS",
    "PROTEGE", "SAID", "SHIFT", "TRIPWIRE", "Field",
]  # fmt: skip

LARGEST = 1e9
"""Numbers beyond this are slips: the unit of all values is the protege's stake."""

MOST_GUARANTORS = 14

SAID = frozenset({"actor", "because", "judgement", "members", "persistence", "timeline", "title"})
"""Keys of a case's block that say something to readers and nothing to the game."""


@dataclass(frozen=True, slots=True)
class Field:
    """A number of the file.

    Attributes
    ----------
    meaning : str
    default : float or None
        What its absence means; None where it has to be there.
    kind : str
        ``amount`` (from 0), ``positive``, ``chance`` (0 to 1), ``real`` (any sign) or ``days``
        (from 0, also a text such as ``20 days``).
    """

    meaning: str
    default: float | None = None
    kind: Literal["amount", "positive", "chance", "real", "days"] = "amount"


CHALLENGER = {
    "stake": Field("What a conquest or a concession is worth to it"),
    "cost_of_war": Field("What a war costs it"),
    "strength": Field("Its strength, in the unit of all strengths", None, "positive"),
    "precision": Field("How surely it takes the better choice; 0 tosses a coin"),
    "without_attack": Field("What not attacking yields", 0.0, "real"),
    "snapback": Field("What an attack loses in any case", 0.0),
}
PROTEGE = {
    "stake": Field("What conquest or concession loses it; 1 makes it the unit"),
    "cost_of_war": Field("What a war costs it"),
    "strength": Field("Its own strength"),
    "precision": Field("How surely it takes the better choice"),
}
CONTEST = {
    "steepness": Field("How much the balance of strengths decides"),
    "defence_advantage": Field("By what the defenders' strength is multiplied", None, "positive"),
}
GUARANTOR = {
    "stake": Field("What the attack's defeat is worth to it"),
    "cost": Field("What fighting costs it"),
    "shared_cost": Field("Share of the cost that comrades share by strength", 0.0, "chance"),
    "punishes": Field("What its fighting costs the challenger beside the battlefield", 0.0),
    "precision": Field("How surely it takes the better choice"),
    "reneging": Field("What staying out costs it by the instrument", 0.0),
    "automatic": Field("Chance of being bound without a choice", 0.0, "chance"),
    "alone": Field("Price of going without the backstop", 0.0),
    "forward": Field("Strength that stands there", 0.0),
    "reinforcement": Field("Strength that comes after the delay", 0.0),
    "delay": Field("Days until the reinforcement fights", 0.0, "days"),
    "forces": Field("Forces of the tripwire, in the unit of half_at", 0.0),
}
TRIPWIRE = {
    "at_most": Field("What staying out costs with any number of forces there"),
    "half_at": Field("Forces that make for half of it", None, "positive"),
}
MODE = {
    "stake": "Of the stakes of challenger and protege",
    "cost_of_war": "Of the costs of challenger and protege",
    "automatic": "Of every guarantor's automatic entry",
    "guarantor_stake": "Of every guarantor's stake",
}
SHIFT = {"times": Field("Multiplies it", 1.0), "shift": Field("Is added to it", 0.0, "real")}
BELIEVED = (*GUARANTOR, "tripwire", "strength")
"""What a belief can move; ``strength`` is forward strength and reinforcement together."""
