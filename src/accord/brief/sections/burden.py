"""Sharing the burden: who would carry what, what safety costs, what only one brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accord.brief.desk import Desk
from accord.brief.document import (
    Block,
    Figure,
    FromCase,
    Items,
    Paragraph,
    Span,
    Strong,
    Table,
    Text,
)
from accord.brief.labels import actor_span
from accord.brief.words import lowered, percent

__all__ = ["burden"]

_MOST_ADDS = 6
_SMALL = 0.005
"""Of the whole: less is not told contributor by contributor."""

Record = Mapping[str, Any]

_PLACES = {
    "central": "at the centre of every estimate, with every pledge kept and everyone going",
    "stressed": "in the drawn world at the 20th percentile of the margin of delivery",
}


def burden(desk: Desk) -> list[Block]:
    """The blocks; none where nothing was worked out or nothing is required."""
    record = desk.run.details.get("burden", {}).get(desk.lead)
    if record is None or not record["central"]["required"]:
        return []
    teller = _Teller(desk, record)
    return [
        *_carried(teller),
        *_safety(teller),
        *_prices(teller),
        *_alone(teller),
        Paragraph(_method(teller), "note"),
    ]


@dataclass(frozen=True)
class _Teller:
    """Figures of one record."""

    desk: Desk
    record: Record

    @property
    def whole(self) -> float:
        """What all that is required costs in the central case."""
        costs = self.record["costs"]
        return sum(
            float(each["amount"] * costs[each["capability"]])
            for each in self.record["central"]["required"]
        )

    def cost(self, name: str, value: float, words: str, place: str = "central") -> Figure:
        """A cost: in the currency of the case, or as a share of all that is required."""
        currency = self.record["currency"]
        text = _portion(value / self.whole) if currency is None else _amount(value)
        unit = "as a share of all that is required" if currency is None else f"in {currency}"
        text = text if value else "nothing"
        return self.number(f"{place}.{name}", value, text, f"{words}, {unit}, {_PLACES[place]}")

    def both(self, words: str, *keys: str) -> list[Span]:
        """A cost in the central case and, in brackets, in the stressed world.

        ``keys`` lead to it in the record of a world.
        """
        name, values = ".".join(keys), [self.found(place, keys) for place in _PLACES]
        central, stressed = values
        assert central is not None
        spans: list[Span] = [self.cost(name, central, words)]
        spans += self.currency() if central else []
        if stressed is not None:
            spans += [" (stressed world: ", self.cost(name, stressed, words, "stressed"), ")"]
        return spans

    def found(self, place: str, keys: Sequence[str]) -> float | None:
        """A number of a world; None where that world is left out or its gaps cannot be closed."""
        at: Any = self.record[place]
        if at is None or (place == "stressed" and at["unmet"]):
            return None
        for key in keys:
            at = at[key]
        return None if at is None else float(at)

    def currency(self) -> list[Span]:
        """What costs are counted in, after a number."""
        if self.record["currency"] is None:
            return [" of all that is required"]
        return [" ", FromCase("burden.currency", self.record["currency"])]

    def number(self, name: str, value: float, text: str, words: str) -> Figure:
        """Any figure of this record."""
        desk = self.desk
        return desk.ledger.number(
            f"{desk.lead}.deliverable.burden.{name}", value, text, words, desk.key("deliverable")
        )

    def amount(self, name: str, capability: str, value: float, words: str) -> list[Span]:
        """An amount of a capability with its unit."""
        unit = self.desk.run.case.file.capabilities[capability].unit
        figure = self.number(name, value, _amount(value), words)
        return [figure, " ", FromCase(f"capabilities.{capability}.unit", unit)]

    def capability(self, name: str) -> FromCase:
        """A capability inside a sentence."""
        title = self.desk.run.case.file.capabilities[name].title
        return FromCase(f"capabilities.{name}.title", lowered(title))


def _amount(value: float) -> str:
    if abs(value - round(value)) < 1e-9:
        return f"{round(value):,}"
    if value >= 20:
        return f"{value:,.0f}"
    return f"{value:.2g}" if value < 1 else f"{value:.1f}"


def _portion(share: float) -> str:
    """A share of the whole, however small."""
    return percent(share) if share >= 1e-4 else f"{100 * share:.1g}%"


def _carried(teller: _Teller) -> list[Block]:
    """Who carries what at least cost and fairly, and what has to be added."""
    central = teller.record["central"]
    least = central["least"]
    words = "least cost of what has to be pledged beyond what is on the table"
    added = teller.both(words, "least", "additional")
    finding = "What is on the table would be enough, were every pledge kept."
    if least["additional"] > 0:
        finding = "More has to be pledged than is on the table, even if every pledge is kept."
    text: Text = (Strong((finding,)), " What new pledges would have to come to: ", *added, ".")
    stressed = teller.record["stressed"]
    if stressed is not None and stressed["unmet"]:
        text += (" In the stressed world those who go may not add all that is missing.",)
    blocks: list[Block] = [Paragraph(text), _table(teller, least, central["fair"])]
    if central["unmet"]:
        spans: list[Span] = ["Nobody who may add any could close these gaps: "]
        for i, gap in enumerate(central["unmet"]):
            name = f"unmet.{gap['capability']}.{gap['phase']}"
            amount = teller.amount(name, gap["capability"], gap["amount"], "what nobody can add")
            spans += [", " if i else "", teller.capability(gap["capability"]), " by ", *amount]
        blocks.append(Paragraph((*spans, "."), "warning"))
    return blocks


def _table(teller: _Teller, least: Record, fair: Record) -> Table:
    names = [
        name
        for name in least["carries"]
        if max(least["carries"][name]["share"], fair["carries"].get(name, {"share": 0})["share"])
        >= _SMALL
    ]
    rows = []
    for name in names:
        adds = [each for each in least["adds"] if each["contributor"] == name]
        rows.append(
            (
                (actor_span(teller.desk.run, name),),
                (_share(teller, f"key.{name}", least["carries"][name]["fair"], "the key"),),
                (_carries(teller, "least", name, least),),
                (_carries(teller, "fair", name, fair),),
                tuple(_added(teller, f"least.{name}", adds)) or ("nothing",),
            )
        )
    caption: Text = (
        "Who would carry what share of the cost, if every pledge is kept; contributors with less "
        "than one in two hundred left out",
    )
    heads = ("Contributor", "Fair share", "At least cost", "As fair as can be", "New pledges")
    return Table(caption, tuple((head,) for head in heads), tuple(rows), "lrrrl")


def _share(teller: _Teller, name: str, value: float, words: str) -> Figure:
    return teller.number(name, value, percent(value), f"share of the cost by {words}")


def _carries(teller: _Teller, which: str, name: str, plan: Record) -> Figure:
    plans = {"least": "the plan of least cost", "fair": "the plan of the smallest largest excess"}
    value = plan["carries"].get(name, {"share": 0.0})["share"]
    return _share(teller, f"{which}.{name}.share", value, f"{plans[which]}, {_PLACES['central']}")


def _added(teller: _Teller, name: str, adds: Sequence[Record], *, who: bool = False) -> list[Span]:
    """Additional pledges as a list, the dearest first."""
    spans: list[Span] = []
    for i, each in enumerate(sorted(adds, key=lambda a: -a["cost"])[:_MOST_ADDS]):
        owner, capability = each["contributor"], each["capability"]
        amount = teller.amount(
            f"{name}.adds.{owner}.{capability}",
            capability,
            each["amount"],
            f"additional pledge of {owner} for {capability}",
        )
        spans.append("; " if i else "")
        if who:
            spans += [actor_span(teller.desk.run, owner), " "]
        spans += [*amount, " (", teller.capability(capability), ")"]
    if len(adds) > _MOST_ADDS:
        spans.append("; smaller ones")
    return spans


def _safety(teller: _Teller) -> list[Block]:
    """What fairness, a reserve and security against any one loss cost."""
    central, record = teller.record["central"], teller.record
    reserve, secure = central["reserve"], central["secure"]
    total = teller.both("what the fair plan costs above the least", "fair", "price")
    more = teller.both(
        "new pledges of the fair plan beyond those at least cost", "fair", "additional_price"
    )
    items: list[Text] = [
        ("Sharing as fairly as can be: in all, ", *total, "; in new pledges, ", *more)
    ]
    size = teller.number(
        "reserve.size", record["reserve"], percent(record["reserve"]), "reserve as the case says"
    )
    if reserve["additional"] is not None:
        words = "new pledges that a reserve wants beyond those at least cost"
        price = teller.both(words, "reserve", "additional_price")
        items.append(("Holding a reserve of ", size, " of everything: in new pledges, ", *price))
    else:
        items.append(("A reserve of ", size, " cannot be held by those who may add"))
    words = "new pledges that security against any one loss wants beyond those needed"
    price = teller.both(words, "secure", "price")
    start = "Bearing the loss of any one contributor: in new pledges, "
    items.append((start, *price, *_bare(teller, secure)))
    lead_in = "What more than the bare minimum would take, beyond the least-cost plan:"
    return [Paragraph((lead_in,)), Items(tuple(items))]


def _bare(teller: _Teller, secure: Record) -> list[Span]:
    """Whose loss nobody could make good."""
    spans: list[Span] = []
    for name, gaps in secure["unprotected"].items():
        told = dict.fromkeys(k for gap in gaps for k in gap["capabilities"])
        spans += [
            " and " if spans else "; but nobody may make good ",
            actor_span(teller.desk.run, name), "’s ", *_listed(teller, list(told)),
        ]  # fmt: skip
    return spans


def _listed(teller: _Teller, capabilities: Sequence[str]) -> list[Span]:
    spans: list[Span] = []
    for i, name in enumerate(capabilities):
        spans += [", " if i else "", teller.capability(name)]
    return spans


def _prices(teller: _Teller) -> list[Block]:
    """What one more of each costs, and whether enough is pledged for it."""
    file = teller.desk.run.case.file
    rows = []
    for each in teller.record["central"]["prices"]:
        name = each["capability"]
        record = file.capabilities[name]
        lot = teller.record["lots"][name]
        size = teller.number(f"lot.{name}", lot, f"{lot:g}", f"smallest addition of {name}")
        words = f"shadow price of {name} in the linear relaxation, times the lot"
        price = teller.cost(f"price.{name}", each["price"] * lot, words)
        anew: Text = ("nothing: enough is pledged",)
        if each["beyond"] > 0:
            words = f"what of one more lot of {name} has to be pledged anew"
            anew = (teller.cost(f"beyond.{name}", each["beyond"] * lot, words),)
        rows.append(
            (
                (FromCase(f"capabilities.{name}.title", record.title),),
                (size, " (", FromCase(f"capabilities.{name}.unit", record.unit), ")"),
                (price,),
                anew,
            )
        )
    if not rows:
        return []
    caption: Text = ("What a little more of each would cost: ", *_measure(teller))
    header = (("Capability",), ("More of it",), ("Costs",), ("Of that in new pledges",))
    return [Table(caption, header, tuple(rows), "lrrr")]


def _measure(teller: _Teller) -> list[Span]:
    if teller.record["currency"] is None:
        return ["shares of the cost of all that is required"]
    return ["in ", FromCase("burden.currency", teller.record["currency"])]


def _alone(teller: _Teller) -> list[Block]:
    """What only one contributor brings, what would replace it, and what it is needed for."""
    record, run = teller.record, teller.desk.run
    losses = {each["contributor"]: each for each in record["losses"]}
    items: list[Text] = []
    for each in record["only_one_brings"]:
        name = each["contributor"]
        told = list(dict.fromkeys(k for gap in each["gaps"] for k in gap["capabilities"]))
        spans: list[Span] = [
            actor_span(run, name), ": without it there is not enough ", *_listed(teller, told),
        ]  # fmt: skip
        adds = losses[name]["adds"]
        if adds:
            words = f"least cost of pledges by others that replace {name}"
            cost = teller.cost(f"loss.{name}", each["cost"], words)
            spans += [". In its place at least cost (", cost, *teller.currency(), "): "]
            spans += _added(teller, f"loss.{name}", adds, who=True)
        if not each["closed"]:
            left = dict.fromkeys(k for gap in losses[name]["unmet"] for k in gap["capabilities"])
            spans += [". Nobody else may add ", *_listed(teller, list(left))]
        items.append((*spans, *_needed_for(teller, each)))
    blocks: list[Block] = []
    if items:
        heading = "Some things only one contributor brings enough of."
        blocks = [Paragraph((Strong((heading,)),)), Items(tuple(items))]
    return blocks + _followed(teller)


def _needed_for(teller: _Teller, each: Record) -> list[Span]:
    """The provision without which the replacement would be cheaper by most."""
    provisions = teller.desk.run.case.file.provisions
    less = {p: found["cost"] for p, found in each["without"].items() if found["closed"]}
    if not less or not each["closed"] or each["cost"] <= 0:
        return []
    best = min(less, key=lambda p: less[p])
    if less[best] > 0.95 * each["cost"]:
        return []
    name = f"loss.{each['contributor']}.without.{best}"
    words = f"least cost of replacing {each['contributor']} if {best} required nothing"
    title = FromCase(f"provisions.{best}.title", provisions[best].title)
    return [". If “", title, "” asked for nothing: ", teller.cost(name, less[best], words)]


def _followed(teller: _Teller) -> list[Block]:
    """The dearest loss after which others stay away as well."""
    run = teller.desk.run
    for each in teller.record["followed"][:1]:
        name = each["contributor"]
        spans: list[Span] = ["Were ", actor_span(run, name), " to stay away, "]
        for i, other in enumerate(each["followers"]):
            spans += [", " if i else "", actor_span(run, other)]
        words = f"least cost of replacing {name} and those that stay away without it"
        cost = teller.cost(f"followed.{name}", each["cost"], words)
        tail = " would not send what waits for it. Replacing all of that would take "
        return [Paragraph((*spans, tail, cost, *teller.currency(), "."))]
    return []


def _method(teller: _Teller) -> Text:
    """How costs are counted and who may add."""
    if teller.record["currency"] is None:
        counted = "The case states no costs, so the whole requirement of every capability counts "
        counted += "alike. "
    else:
        counted = "Costs are those of the case. "
    rules = {
        "pledged": "what each pledges, valued at cost",
        "equal": "equal parts",
        "power": "the power of the actors",
        "weights": "the weights of the case",
    }
    return (
        counted,
        "Fair shares go by ",
        rules[teller.record["key"]["rule"]],
        ". A contributor may add what it already brings some of, unless the case says otherwise; "
        "what is not pledged is added in whole lots. After a loss the others stay.",
    )
