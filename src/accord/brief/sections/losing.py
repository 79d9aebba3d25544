"""What breaks first: losses of one and of two, cascades, smallest groups that carry or stop it."""

from __future__ import annotations

from typing import Any

from accord.brief.desk import Desk
from accord.brief.document import Block, Figure, Items, Paragraph, Span, Table, Text
from accord.brief.labels import actor_span, actors_span

__all__ = ["losing"]

_MOST_GROUPS = 5


def losing(desk: Desk, detail: dict[str, Any]) -> list[Block]:
    """The blocks, from single points of failure to groups that could go first."""
    loss = detail["loss"]
    blocks: list[Block] = []
    singles = loss["single_points_of_failure"]
    if singles:
        text = "Single points of failure — without any one of them no world that delivers would: "
        blocks.append(Paragraph((text, *actors_span(desk.run, singles), ".")))
    blocks += _losses(desk, loss)
    blocks += _pairs(desk, loss["pairs"])
    return blocks + _central(desk, detail["central"])


def _losses(desk: Desk, loss: dict[str, Any]) -> list[Block]:
    """A table with what each loss leaves, and who then stays away as well."""
    names = [*loss["without"], *loss["stays_away"], *loss["birnbaum"]]
    order = sorted(
        dict.fromkeys(names),
        key=lambda name: loss["without"].get(name, {"share": 1.0})["share"],
    )
    if not order:
        return []
    rows = tuple(_loss(desk, loss, name) for name in order)
    header = (("Lost",), ("Delivered without it",), ("Importance",), ("Who then stays away, too",))
    caption: Text = ("What the loss of each contributor does, in the same worlds",)
    if not loss["stays_away"]:
        return [Table(caption, header[:3], tuple(row[:3] for row in rows), "lrr")]
    return [Table(caption, header, rows, "lrrl")]


def _loss(desk: Desk, loss: dict[str, Any], name: str) -> tuple[Text, ...]:
    without = loss["without"].get(name)
    left: Text = ("as before",)
    if without is not None:
        words = f"share of worlds delivered when every pledge of {name} is removed first"
        left = (_share(desk, f"without.{name}", without, words),)
    value = loss["birnbaum"].get(name)
    importance: Text = ("none",)
    if value is not None:
        importance = (_points(desk, name, value),)
    away: list[Span] = []
    for other, share in loss["stays_away"].get(name, {}).items():
        words = f"share of worlds in which {other} brings nothing once {name} is lost"
        figure = _share(desk, f"stays_away.{name}.{other}", share, words)
        away += [", " if away else "", actor_span(desk.run, other), " (in ", figure, ")"]
    return (actor_span(desk.run, name),), left, importance, tuple(away) or ("nobody",)


def _share(desk: Desk, what: str, share: dict[str, float], words: str) -> Figure:
    key = desk.key("deliverable")
    return desk.ledger.detail(f"{desk.lead}.deliverable.{what}", share, words, key)


def _points(desk: Desk, name: str, value: float) -> Figure:
    return desk.ledger.number(
        f"{desk.lead}.deliverable.birnbaum.{name}",
        value,
        f"{100 * value:.1f} points",
        f"share of worlds delivered with all pledges of {name} available, less that with none",
        desk.key("deliverable"),
    )


def _pairs(desk: Desk, pairs: list[dict[str, Any]]) -> list[Block]:
    items: list[Text] = []
    for pair in pairs[:_MOST_GROUPS]:
        name = "+".join(pair["lost"])
        words = f"share of worlds delivered without {' and '.join(pair['lost'])}"
        figure = _share(desk, f"without.{name}", pair, words)
        items.append(("Without ", *actors_span(desk.run, pair["lost"]), ": delivered in ", figure))
    if not items:
        return []
    text = "Two losses that together cost more than either alone:"
    return [Paragraph((text,)), Items(tuple(items))]


def _central(desk: Desk, central: dict[str, Any]) -> list[Block]:
    blocks: list[Block] = []
    for title, key in (
        ("Smallest groups that could deliver alone, in the central case", "minimum_viable"),
        ("Smallest groups whose staying away stops delivery, in the central case", "minimal_cuts"),
        ("Smallest groups whose going first would bring the rest", "lead_sets"),
    ):
        groups = [group for group in central[key] if group][:_MOST_GROUPS]
        if groups:
            blocks.append(Paragraph((title + ":",)))
            blocks.append(Items(tuple(actors_span(desk.run, group) for group in groups)))
    if not central["minimum_viable"]:
        text = "In the central case even everyone together would not meet every requirement."
        blocks.append(Paragraph((text,)))
    return blocks
