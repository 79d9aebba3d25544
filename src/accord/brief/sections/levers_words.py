"""Levers, inputs and figures of the section on what credibility hangs on, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accord.brief.desk import Desk
from accord.brief.document import Figure, Span, Text
from accord.brief.labels import actor_span
from accord.brief.words import percent

__all__ = [
    "INPUTS",
    "LEVERS",
    "Record",
    "Teller",
    "amount",
    "capital",
    "identity",
    "of_stake",
    "unit",
]

Record = Mapping[str, Any]

_FORCES = {"strength", "protege"}

_CHANCES = {"automatic", "usable", "presence"}

LEVERS = {
    "reneging": "cost of breaking its word",
    "automatic": "chance of being bound without a choice",
    "strength": "forces that fight",
    "usable": "part of its force that it can use alone",
    "presence": "whether it surely fights or surely stays out",
    "protege": "forces of the protected state",
    "snapback": "sanctions that return on an attack",
    "without_attack": "what peace yields to the challenger",
}

INPUTS = {
    ("challenger", "stake"): "what an attack could win",
    ("challenger", "cost_of_war"): "what war costs the challenger",
    ("challenger", "precision"): "how surely the challenger takes the better course",
    ("challenger", "without_attack"): LEVERS["without_attack"],
    ("challenger", "snapback"): LEVERS["snapback"],
    ("challenger", "strength"): "forces of the challenger",
    ("protege", "stake"): "what the protected state would lose",
    ("protege", "cost_of_war"): "what war costs the protected state",
    ("protege", "precision"): "how surely the protected state takes the better course",
    ("protege", "strength"): LEVERS["protege"],
    ("contest", "steepness"): "how much superior force decides",
    ("contest", "defence_advantage"): "advantage of the defence",
    ("guarantor", "stake"): "stake as the challenger sees it",
    ("guarantor", "cost"): "cost of fighting",
    ("guarantor", "shared_cost"): "part of the cost that comrades share",
    ("guarantor", "punishes"): "harm done beside the battlefield",
    ("guarantor", "precision"): "how surely it takes the better course",
    ("guarantor", "reneging"): LEVERS["reneging"],
    ("guarantor", "automatic"): LEVERS["automatic"],
    ("guarantor", "alone"): "price of going without the backstop",
    ("guarantor", "tripwire"): "cost of standing aside when its troops are hit",
    ("guarantor", "strength"): LEVERS["strength"],
    ("guarantor", "leans_on"): LEVERS["usable"],
    ("mode", "stake"): "how much this way of attacking could win",
    ("mode", "cost_of_war"): "how much this way of attacking costs",
    ("mode", "automatic"): "how far this way of attacking binds guarantors",
    ("mode", "guarantor_stake"): "how much this way of attacking concerns guarantors",
}


@dataclass(frozen=True)
class Teller:
    """Figures of one record."""

    desk: Desk
    record: Record

    def number(self, name: str, value: float, text: str, words: str) -> Figure:
        """A number under the levers of the lead package."""
        key = self.desk.key("credible")
        return self.desk.ledger.number(
            f"{self.desk.lead}.credible.levers.{name}", value, text, words, key
        )

    def chance(self, name: str, value: float, words: str) -> Figure:
        """A mean chance or a share without its sampling error."""
        return self.number(name, value, percent(value), words)

    def spread(self, name: str, record: Mapping[str, float], words: str) -> Figure:
        """A mean chance with the middle nine tenths of worlds."""
        key = self.desk.key("credible")
        return self.desk.ledger.spread(
            f"{self.desk.lead}.credible.levers.{name}", record, words, key
        )

    def share(self, name: str, record: Mapping[str, float], words: str) -> Figure:
        """A share of worlds with its sampling error."""
        key = self.desk.key("credible")
        return self.desk.ledger.detail(
            f"{self.desk.lead}.credible.levers.{name}", record, words, key
        )

    def points(self, name: str, value: float, words: str) -> Figure:
        """A change of a chance in points, without its sign."""
        text = f"{100 * abs(value):.1f} points"
        return self.number(name, value, text, f"{words}, in percentage points")

    def signed(self, name: str, value: float, words: str) -> Figure:
        """A change of a chance in points, with its sign."""
        shown = f"{100 * value:+.1f}".replace("-", "−")
        text = "0.0 points" if shown[1:] == "0.0" else f"{shown} points"
        return self.number(name, value, text, f"{words}, in percentage points")

    def whose(self, names: Sequence[str], enabler: str | None = None) -> Text:
        """Guarantors in brackets behind what is theirs; nothing where nobody is named."""
        if not names:
            return ()
        everyone = list(self.record["honour"]["honour"])
        spans: list[Span] = [" ("]
        if len(names) > 1 and set(names) == set(everyone):
            spans.append("every guarantor")
        else:
            for i, name in enumerate(names):
                spans += [", " if i else "", actor_span(self.desk.run, name)]
        if enabler is not None:
            spans += [", without ", actor_span(self.desk.run, enabler)]
        return (*spans, ")")

    def lever(self, curve: Record) -> Text:
        """A lever in words."""
        return (LEVERS[curve["lever"]], *self.whose(curve["guarantors"], curve["enabler"]))


def capital(text: Text) -> Text:
    """The text with a capital."""
    first, *rest = text
    assert isinstance(first, str)
    return (first[:1].upper() + first[1:], *rest)


def amount(kind: str, value: float) -> str:
    """A value of a lever: forces in brigades, all else as a percentage."""
    return f"{value:.1f} brigades" if kind in _FORCES else percent(value)


def unit(kind: str) -> str:
    """What the values of a lever are told in."""
    if kind in _FORCES:
        return "in brigades of the common index of strength"
    if kind in _CHANCES:
        return "as a chance or a share"
    return "as a percentage of the protected state's stake"


def of_stake(kind: str) -> str:
    """What a percentage is one of, where it is a stake or a cost."""
    return "" if kind in _FORCES | _CHANCES else " of what the protected state has at stake"


def identity(curve: Record) -> str:
    """The name of a curve in the names of its figures."""
    return ".".join(filter(None, [curve["lever"], "+".join(curve["guarantors"]), curve["enabler"]]))
