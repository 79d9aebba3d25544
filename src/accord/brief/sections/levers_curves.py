"""Break-even curves: how the chance of an attack falls as one commitment or force grows."""

from __future__ import annotations

from accord.brief.document import Block, Chart, Items, Paragraph, Span, Strong, Table, Text
from accord.brief.plain import plain_text
from accord.brief.sections.levers_words import (
    LEVERS,
    Record,
    Teller,
    amount,
    capital,
    identity,
    of_stake,
    unit,
)
from accord.brief.words import count_words

__all__ = ["curves"]

_FAMILIES = (
    ("reneging", "automatic", "usable"),
    ("strength", "protege"),
    ("snapback", "without_attack"),
)
"""Promises, forces, and what peace pays or an attack costs: the strongest of each is drawn."""

_SMALL = 0.005
"""Levers that move the mean chance of an attack by less are not in the table."""

_MOST_ROWS = 10

_TARGETS = {0.5: "At most one in two", 0.25: "At most one in four", 0.1: "At most one in ten"}


def curves(teller: Teller) -> list[Block]:
    """The chart of the strongest lever of each family, sentences, and the table of all."""
    known = teller.record["curves"]
    drawn = []
    for family in _FAMILIES:
        found = [curve for curve in known if curve["lever"] in family]
        # the record is ranked
        drawn += [curve for curve in found[:1] if curve["power"] > 0]
    drawn.sort(key=lambda curve: -curve["power"])
    blocks: list[Block] = [Paragraph(_stands(teller))]
    if drawn:
        blocks.append(_chart(teller, drawn))
        blocks.append(Items(tuple(_sentence(teller, curve) for curve in drawn)))
    return blocks + _break_even(teller, known)


def _stands(teller: Teller) -> Text:
    already = teller.record["curves"][0]["needed"]
    words = "share of worlds in which the chance of an attack is at most this, as the package is"
    half, tenth = (
        teller.share(f"already.{100 * each['at_most']:.0f}", each["already"], words)
        for each in (already[0], already[-1])
    )
    return (
        Strong(("On what does its credibility hang?",)),
        " As the package stands, an attack is no likelier than not in ",
        half,
        " of worlds, and no likelier than one in ten in ",
        tenth,
        "; the first temptation is resisted in ",
        teller.share("deters", teller.record["honour"]["deters"], "share of worlds that pass"),
        ". What follows turns one number at a time and leaves everything else as it is.",
    )


def _chart(teller: Teller, drawn: list[Record]) -> Chart:
    labels = [capital(teller.lever(curve)) for curve in drawn]
    data = [
        {
            "year": 100 * value / curve["values"][-1],
            "rule": plain_text(label),
            "share": each["mean"],
            "low": each["p05"],
            "high": each["p95"],
        }
        for label, curve in zip(labels, drawn, strict=True)
        for value, each in zip(curve["values"], curve["p_attack"], strict=True)
    ]
    steps = range(len(drawn[0]["values"]))
    table = Table(
        ("Chance of an attack as each grows from nothing to the end of its range",),
        (("Part of the range",), *labels),
        tuple(_grid_row(teller, drawn, step, len(steps) - 1) for step in steps),
        "r" * (1 + len(drawn)),
    )
    return Chart(
        "levers",
        ("Most hangs on ", *teller.lever(drawn[0])),
        "curves",
        tuple(data),
        table,
        {
            "x_title": "part of its own range, in percent",
            "y_title": "chance of an attack at the first temptation",
        },
        ("Lines are means, bands the middle nine tenths of worlds.",),
    )


def _grid_row(teller: Teller, drawn: list[Record], step: int, last: int) -> tuple[Text, ...]:
    part = step / last
    cells: list[Text] = [
        (teller.number(f"part.{step}", part, f"{100 * part:.1f}%", "part of the range"),)
    ]
    for curve in drawn:
        value = amount(curve["lever"], curve["values"][step])
        words = f"chance of an attack with {LEVERS[curve['lever']]} at {value}, mean over worlds"
        cells.append(
            (teller.spread(f"{identity(curve)}.at.{step}", curve["p_attack"][step], words),)
        )
    return tuple(cells)


def _sentence(teller: Teller, curve: Record) -> Text:
    """What the best value of the range does, and what an even chance takes."""
    kind, name = curve["lever"], identity(curve)
    best = min(range(len(curve["values"])), key=lambda at: curve["p_attack"][at]["mean"])
    value = curve["values"][best]
    at = teller.number(
        f"{name}.best", value, amount(kind, value), f"value at the lowest curve, {unit(kind)}"
    )
    chance = teller.spread(
        f"{name}.at.{best}",
        curve["p_attack"][best],
        f"chance of an attack with {LEVERS[kind]} at {amount(kind, value)}, mean over worlds",
    )
    passes = teller.chance(
        f"{name}.passes", curve["passes"][best], "share of worlds passing the first temptation"
    )
    spans: list[Span] = [
        Strong(capital(teller.lever(curve))), ": at ", at, of_stake(kind),
        " the chance of an attack would be ",
        chance, ", and the first temptation would be resisted in ", passes, " of worlds.",
    ]  # fmt: skip
    half = curve["needed"][0]
    if half["median"] is None:
        return (*spans, " No value of the range brings it to one in two where it is not there yet.")
    return (
        *spans, " Of the worlds where it is likelier than not, ", *_enough(teller, curve, half),
    )  # fmt: skip


def _enough(teller: Teller, curve: Record, needed: Record) -> Text:
    name, kind = f"{identity(curve)}.{100 * needed['at_most']:.0f}", curve["lever"]
    open_share = 1.0 - needed["already"]["share"]
    part = teller.chance(
        f"{name}.part",
        min(needed["gained"]["share"] / open_share, 1.0),
        "part of the worlds that are above the target where some value of the range reaches it",
    )
    median = teller.number(
        f"{name}.median",
        needed["median"],
        amount(kind, needed["median"]),
        f"median of the least value that is enough, {unit(kind)}",
    )
    passes = teller.chance(
        f"{name}.passes",
        needed["passes"],
        "share of worlds passing the first temptation at the median value",
    )
    return (
        part, " could be brought to one in two, half of them by no more than ", median,
        " (where ", passes, " of all worlds would resist the first temptation).",
    )  # fmt: skip


def _break_even(teller: Teller, known: list[Record]) -> list[Block]:
    shown = [curve for curve in known if curve["power"] >= _SMALL][:_MOST_ROWS]
    if not shown:
        return []
    table = Table(
        ("How much it would take, everything else as it is",),
        (
            ("Lever",), ("As it is",), ("Up to",), ("Lowest chance of attack",),
            *((words,) for words in _TARGETS.values()),
        ),
        tuple(_needed_row(teller, curve) for curve in shown),
        "l" + "r" * 6,
    )  # fmt: skip
    left = len(known) - len(shown)
    note: Text = (
        "In the last columns: the median of the least value that is enough, and in brackets the "
        "share of worlds in which it would be and is not so already. Stakes and costs are "
        "percentages of what the protected state has at stake.",
    )
    if left:
        note = (*note, f" {count_words(left).capitalize()} weaker levers are left out.")
    return [table, Paragraph(note, "note")]


def _needed_row(teller: Teller, curve: Record) -> tuple[Text, ...]:
    kind, name = curve["lever"], identity(curve)
    lowest = min(curve["p_attack"], key=lambda each: each["mean"])
    cells: list[Text] = [capital(teller.lever(curve))]
    for key, value in (("now", curve["now"]), ("most", curve["values"][-1])):
        words = "mean over worlds as it is" if key == "now" else "end of the range"
        cells.append(
            (teller.number(f"{name}.{key}", value, amount(kind, value), f"{words}, {unit(kind)}"),)
        )
    words = "lowest mean chance of an attack over the range"
    cells.append((teller.chance(f"{name}.lowest", lowest["mean"], words),))
    for needed in curve["needed"]:
        cells.append(_needed_cell(teller, curve, needed))
    return tuple(cells)


def _needed_cell(teller: Teller, curve: Record, needed: Record) -> Text:
    if needed["median"] is None:
        return ("out of reach",)
    name, kind = f"{identity(curve)}.{100 * needed['at_most']:.0f}", curve["lever"]
    words = f"median of the least value that is enough, {unit(kind)}"
    median = teller.number(
        f"{name}.median", needed["median"], amount(kind, needed["median"]), words
    )
    words = (
        "share of worlds in which a value of the range is enough and which are not there already"
    )
    gained = needed["gained"]
    return median, " (", teller.chance(f"{name}.gained", gained["share"], words), ")"
