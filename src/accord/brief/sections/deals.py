"""Test one over the whole space: is there any deal, and if not, what stands in the way?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accord.brief.desk import Desk
from accord.brief.document import Block, Figure, FromCase, Items, Paragraph, Span, Table, Text
from accord.brief.labels import (
    actor_span,
    level_span,
    line_words,
    package_span,
    rule_name,
    rule_words,
)
from accord.brief.words import count_words

__all__ = ["actors_joined", "deals", "points"]

MOST_SETS = 8


def deals(desk: Desk) -> list[Block]:
    """Deals and conflicts under every rule, then the leading rule in detail."""
    record = desk.run.details.get("bargaining")
    if record is None or desk.rule not in record["impasse"]["rules"]:
        return []
    impasse = record["impasse"]
    own = impasse["rules"][desk.rule]
    blocks: list[Block] = [_rules_table(desk, impasse)]
    if own["deal"]:
        blocks += _fairest(desk, own["fairest"], own["groups"])
    else:
        blocks += _conflicts(desk, impasse, own)
        blocks += _concessions(desk, own)
    if not impasse["complete"]:
        blocks.append(Paragraph(("There are more conflicting sets than are told here.",), "note"))
    return [*blocks, *_veto(desk, record["veto"].get(desk.rule))]


def _rules_table(desk: Desk, impasse: Mapping[str, Any]) -> Table:
    rows: list[tuple[Text, ...]] = []
    for rule, own in impasse["rules"].items():
        key = desk.key("acceptable", rule=rule)
        if own["deal"]:
            found = own["fairest"]
            gain = points(desk, f"deal.{rule}.gain", found["gain"], _GAIN, key)
            cells: tuple[Text, ...] = (("yes",), (gain,), ("—",))
        else:
            held = {at for group in own["groups"] for at in group["sets"]}
            number = desk.ledger.count(f"deal.{rule}.sets", len(held), _SETS, key)
            cost: Text = ("not to be had",)
            if own["concession"] is not None:
                concession = own["concession"]["points"]
                cost = (points(desk, f"deal.{rule}.concession", concession, _CHEAPEST, key),)
            cells = (("no; sets in conflict: ", number), ("—",), cost)
        rows.append(((rule_name(desk.run, rule),), *cells))
    # a column that says nothing under any rule is left out
    kept = 4 if any(not own["deal"] for own in impasse["rules"].values()) else 3
    heads: tuple[Text, ...] = (
        ("Rule",), ("A deal exists",), ("Smallest gain of the fairest",), ("Least concession",)
    )  # fmt: skip
    return Table(
        (
            "Is there any package that all who are asked would sign? Values at their centre, every "
            "stated line real; gains and concessions in points",
        ),
        heads[:kept],
        tuple(row[:kept] for row in rows),
        "llrr"[:kept],
    )


_GAIN = (
    "in the central case: of all packages that those asked accept, the one whose smallest gain "
    "over walking away is largest; that gain in points"
)
_SETS = "minimal sets of walk-away conditions, red lines and constraints that no package meets"
_CHEAPEST = (
    "in the central case: the least total of points by which walk-away values are lowered and of "
    "costs at which red lines are waived, so that some package is acceptable to all asked"
)


def points(desk: Desk, name: str, value: float, reduction: str, key: str) -> Figure:
    """A number of points with one decimal."""
    text = f"{value:.1f}".replace("-", "−")
    return desk.ledger.number(f"{desk.lead}.{name}", value, text, reduction, key)


def actors_joined(desk: Desk, actors: Sequence[str]) -> list[Span]:
    """Actors as a list in prose."""
    spans: list[Span] = []
    for i, actor in enumerate(actors):
        spans += ["" if not i else " and " if i == len(actors) - 1 else ", "]
        spans.append(actor_span(desk.run, actor))
    return spans[1:]


def _fairest(
    desk: Desk, found: Mapping[str, Any], groups: Sequence[Mapping[str, Any]]
) -> list[Block]:
    asked = list(found["gains"])
    run, lead = desk.run, desk.run.chosen(desk.lead)
    key = desk.key("acceptable")
    different = [name for name, level in found["package"].items() if level != lead[name]]
    gains: list[Span] = []
    for i, actor in enumerate(asked):
        name = f"deal.{desk.rule}.gain.{actor}"
        gains += ["; " if i else "", actor_span(run, actor), " "]
        gains.append(points(desk, name, found["gains"][actor], _GAIN, key))
    rows = tuple(
        (
            (FromCase(f"provisions.{name}.title", run.case.file.provisions[name].title),),
            (level_span(run, name, found["package"][name]),),
            (level_span(run, name, lead[name]),),
        )
        for name in different
    )
    others = "" if len(groups) == 1 else " (one of the ways to satisfy the rule)"
    lead_in: Text = (
        "Among all packages that can be written, some would be signed by ",
        *actors_joined(desk, asked),
        f"{others}, if their values are as stated at the centre and every stated line is real. The "
        "fairest of them, the one whose smallest gain over walking away is largest, gives, in "
        "points: ",
        *gains,
        ". That says nothing yet on delivery, deterrence or the years.",
    )
    caption: Text = ("Where the fairest deal differs from ", package_span(run, desk.lead))
    heads: tuple[Text, ...] = (("Provision",), ("Fairest deal",), ("This package",))
    table = Table(caption, heads, rows, "lll")
    return [Paragraph(lead_in), *([table] if rows else [])]


def _conflicts(desk: Desk, impasse: Mapping[str, Any], own: Mapping[str, Any]) -> list[Block]:
    held = sorted({at for group in own["groups"] for at in group["sets"]})
    # conflicts of lines and constraints alone stand in the list above
    told = {frozenset(one["demands"]) for one in desk.run.details["demands"]["sets"]}
    new = [at for at in held if frozenset(impasse["sets"][at]["demands"]) not in told]
    if not new:
        return [
            Paragraph(
                (
                    "Under the leading rule no package at all would be signed by everybody needed, "
                    "if every stated line is real: the demands above stand in the way, whatever "
                    "walking away is worth.",
                )
            )
        ]
    lead_in = (
        "Under the leading rule no package at all would be signed by everybody needed, if values "
        "are as stated at the centre and every stated line is real. These demands cannot be met "
        "together; without any one of a set, a way would open for the rest of it:"
    )
    items = tuple(_set_words(desk, impasse["sets"][at], at) for at in new[:MOST_SETS])
    return [Paragraph((lead_in,)), Items(items, numbered=True)]


def _set_words(desk: Desk, one: Mapping[str, Any], at: int) -> Text:
    spans: list[Span] = []
    for i, name in enumerate(one["demands"]):
        spans += [" — against — " if i else "", *_demand_words(desk, name)]
    if one["share"] is not None:
        figure = desk.ledger.detail(
            f"{desk.lead}.deal.sets.{at}.share",
            one["share"],
            "share of the first 256 worlds in which no package meets these demands together and "
            "every line among them is real",
            desk.key("acceptable"),
        )
        spans += [" (so in ", figure, " of sampled worlds)"]
    return tuple(spans)


def _demand_words(desk: Desk, name: str) -> Text:
    name, _, when = name.partition(" when ")
    kind, _, rest = name.partition(":")
    at_times: Text = (" (asked only when ", FromCase("consent", when), ")") if when else ()
    if kind == "walk":
        return (actor_span(desk.run, rest), ": no worse than walking away", *at_times)
    if kind == "line":
        actor, _, line = rest.partition(".")
        return (actor_span(desk.run, actor), ": ", line_words(desk.run, actor, line), *at_times)
    constraint = desk.run.case.file.constraints[int(rest)]
    text = constraint.title or f"{constraint.when.text} requires {constraint.require.text}"
    return ("a constraint: ", FromCase(f"constraints.{rest}", text))


def _concessions(desk: Desk, own: Mapping[str, Any]) -> list[Block]:
    blocks: list[Block] = []
    if own["concession"] is not None:
        spans: list[Span] = ["The cheapest way out: ", *_conceded(desk, own["concession"], "")]
        blocks.append(Paragraph((*spans, ".")))
    alone = {actor: found for actor, found in own["sole"].items() if found is not None}
    unable = [actor for actor in own["sole"] if actor not in alone]
    if alone:
        items = tuple(
            (actor_span(desk.run, actor), " alone: ", *_conceded(desk, found, f".{actor}"))
            for actor, found in sorted(alone.items(), key=lambda item: item[1]["points"])
        )
        blocks += [Paragraph(("Who could open a deal by conceding alone:",)), Items(items)]
    if unable and alone:
        spans = ["Nothing that one of these concedes alone is enough: "]
        blocks.append(Paragraph((*spans, *actors_joined(desk, unable), "."), "note"))
    if own["freed"]:
        actor, _, line = own["freed"][0]["line"].partition(":")[2].partition(".")
        spans = ["The one line whose removal frees most is ", actor_span(desk.run, actor), "’s “"]
        blocks.append(Paragraph((*spans, line_words(desk.run, actor, line), "”.")))
    return blocks


def _conceded(desk: Desk, found: Mapping[str, Any], suffix: str) -> list[Span]:
    """What is given up, and what it costs."""
    key = desk.key("acceptable")
    parts: list[list[Span]] = []
    for name in found["waived"]:
        actor, _, line = name.partition(":")[2].partition(".")
        parts.append(
            [actor_span(desk.run, actor), " gives up “", line_words(desk.run, actor, line), "”"]
        )
    for actor, lowered in found["lowered"].items():
        figure = points(desk, f"deal.{desk.rule}{suffix}.lowers.{actor}", lowered, _CHEAPEST, key)
        parts.append([actor_span(desk.run, actor), " settles for ", figure, " points less"])
    spans: list[Span] = []
    for i, part in enumerate(parts):
        spans += ["; " if i else "", *part]
    total = points(desk, f"deal.{desk.rule}{suffix}.total", found["points"], _CHEAPEST, key)
    return [*spans, " (cost ", total, " points)"]


def _veto(desk: Desk, values: Mapping[str, float] | None) -> list[Block]:
    """Whose consent is worth most, over all named packages."""
    if not values or sum(values.values()) <= 0:
        return []
    key = f"|acceptable|{desk.rule}"
    reduction = (
        "Shapley value of the veto: the worth of a set of actors is the share of named packages "
        "and worlds in which the rule holds once that set accepts everything"
    )
    ranked = sorted((a for a in values if values[a] > 0), key=lambda a: -values[a])[:3]
    spans: list[Span] = [
        "Over all packages on the table, what consent withholds (",
        desk.ledger.number(
            f"veto.{desk.rule}.total", sum(values.values()), f"{100 * sum(values.values()):.0f}%",
            "share of named packages and worlds in which the rule fails and would hold if all "
            "accepted", key,
        ),
        " of packages and worlds under “",
        rule_words(desk.run, desk.rule),
        "”) falls to ",
    ]  # fmt: skip
    for i, actor in enumerate(ranked):
        share = f"{100 * values[actor]:.0f}"
        figure = desk.ledger.number(
            f"veto.{desk.rule}.{actor}", values[actor], share, reduction, key
        )
        spans += [", " if i else "", actor_span(desk.run, actor), " with ", figure]
    word = count_words(len(ranked))
    end = " points" if len(ranked) > 1 else " points alone"
    end += f" (the {word} most), by the Shapley value of the veto." if len(ranked) > 1 else "."
    return [Paragraph((*spans, end))]
