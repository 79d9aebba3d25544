"""Beside the years: whether a promise can be believed while power moves, and what research found.

Both are readings; neither is an input.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accord.brief.desk import Desk
from accord.brief.document import Cited, Figure, Text
from accord.brief.labels import actor_span

__all__ = ["RESEARCH", "commitment"]

RESEARCH: Text = (
    "For comparison, not as an input: after wars between states, peace lasted longer where the "
    "agreement set up zones without troops, guarantees by third parties, peacekeeping or joint "
    "commissions (",
    Cited("wars that ended 1946–1997; Fortna 2003"),
    "). After civil wars, where most of the evidence is, peacekeepers cut the risk that war "
    "returns by half or more (",
    Cited("Fortna 2008"),
    "); more troops helped, more police or observers did not, both against a return to war (",
    Cited("Hultman, Kathman and Shannon 2016"),
    ") and against deaths while it went on (",
    Cited("Africa, 1992–2011; Hultman, Kathman and Shannon 2014"),
    "). Talks to end civil wars succeeded where a third party would guarantee the terms and "
    "usually failed where none did (",
    Cited("1940–1990; Walter 1997"),
    ").",
)


def commitment(desk: Desk, record: Mapping[str, Any]) -> Text:
    """The commitment check in words; ``record`` is what the test's detail tells of it."""
    game = desk.run.case.file.deterrence
    assert game is not None
    challenger, protege = (
        actor_span(desk.run, actor) for actor in (game.challenger.actor, game.protege.actor)
    )
    years = desk.ledger.count(
        f"{desk.lead}.durable.years", len(record["wins"]) - 1, "years of the horizon",
        desk.key("durable"),
    )  # fmt: skip
    found: Text = ("no year is like that",)
    if record["flagged"] is not None:
        year = desk.ledger.count(
            f"{desk.lead}.durable.commitment",
            record["flagged"],
            "first year in which the discounted chance to win next year exceeds this year's by "
            "more than war costs",
            desk.key("durable"),
        )
        found = ("the first such year is year ", year)
    return (
        "Can the promise be believed while power moves? Not in a year after which the chance that ",
        challenger,
        " wins a war would jump by more than a war would cost the two sides together, since ",
        protege,
        " would then lose more by waiting than by fighting (",
        Cited("Powell 2006"),
        "). In the central case ",
        *found,
        ": that chance moves from ",
        _chance(desk, record, 0),
        " at signing to ",
        _chance(desk, record, len(record["wins"]) - 1),
        " in year ",
        years,
        ". This is a reading beside the test and no part of the verdict.",
    )


def _chance(desk: Desk, record: Mapping[str, Any], year: int) -> Figure:
    value = float(record["wins"][year])
    return desk.ledger.number(
        f"{desk.lead}.durable.commitment.wins.{year}", value, f"{100 * value:.0f}%",
        f"chance that the challenger wins a war begun in year {year}, central case",
        desk.key("durable"),
    )  # fmt: skip
