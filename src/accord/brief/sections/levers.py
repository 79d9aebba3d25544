"""On what credibility hangs: break-even curves, the tornado, reversals, honour, order."""

from __future__ import annotations

from accord.brief.desk import Desk
from accord.brief.document import (
    Block,
    Chart,
    Cited,
    FromCase,
    Items,
    Paragraph,
    Span,
    Strong,
    Table,
    Text,
)
from accord.brief.labels import actor_span
from accord.brief.plain import plain_text
from accord.brief.sections.levers_curves import curves
from accord.brief.sections.levers_words import INPUTS, LEVERS, Record, Teller, amount, capital
from accord.brief.words import count_words

__all__ = ["levers"]

_MOST_REVERSALS = 3
_MATTERS = 0.01
"""A range over orders of less than a point hardly matters."""


def levers(desk: Desk) -> list[Block]:
    """The blocks; none where nothing was worked out."""
    record = desk.run.details.get("levers", {}).get(desk.lead)
    if record is None:
        return []
    teller = Teller(desk, record)
    return [
        *curves(teller),
        *_tornado(teller),
        *_reversals(teller),
        *_order(teller),
        *_honour(teller),
        Paragraph(_method(teller), "note"),
    ]


def _tornado(teller: Teller) -> list[Block]:
    rows = teller.record["tornado"]["rows"]
    if not rows:
        return []
    now = teller.record["p_attack"]["mean"]
    data = [
        {
            "input": plain_text(capital(_input(teller, row))),
            "share": now,
            "low": min(row["at_low"], row["at_high"]),
            "high": max(row["at_low"], row["at_high"]),
            "own": row["swing"] > 0,
        }
        for row in rows
    ]
    table = Table(
        ("Mean chance of an attack with one input at either end of its middle nine tenths",),
        (("Input",), ("At its low end",), ("At its high end",), ("Swing",)),
        tuple(_swing_row(teller, row, at) for at, row in enumerate(rows)),
        "lrrr",
    )
    note = (
        "Dots are the mean chance as it is; bars run between the means with the input at either "
        "end, everything else as drawn. Set in the accent: the more of it, the likelier an attack."
    )
    title: Text = ("The widest swing comes from ", *_input(teller, rows[0]))
    options = {"y": "input", "x_title": "mean chance of an attack at the first temptation"}
    return [Chart("tornado", title, "intervals", tuple(data), table, options, (note,))]


def _input(teller: Teller, row: Record) -> Text:
    words = INPUTS[row["part"], row["field"]]
    if row["mode"] is not None:
        record = teller.desk.run.case.file.deterrence
        assert record is not None
        path = f"deterrence.modes.{row['mode']}.title"
        title = record.modes[row["mode"]].title or row["mode"]
        return (words, " (", FromCase(path, title), ")")
    return (words, *teller.whose(row["guarantors"], row["enabler"]))


def _swing_row(teller: Teller, row: Record, at: int) -> tuple[Text, ...]:
    name = f"tornado.{at}"
    low, high = (
        teller.chance(
            f"{name}.{end}",
            row[f"at_{end}"],
            f"mean chance of an attack with the input at {row[end]:.4g} in every world",
        )
        for end in ("low", "high")
    )
    swing = teller.signed(
        f"{name}.swing", row["swing"], "paired difference of the two means, high less low"
    )
    return capital(_input(teller, row)), (low,), (high,), (swing,)


def _reversals(teller: Teller) -> list[Block]:
    record = teller.record["reversals"]
    rows = record["rows"]
    if len(teller.record["honour"]["honour"]) < 2 and not rows:
        # nobody to ride free on, nobody to follow
        return []
    tried = teller.number(
        "reversals.tried", record["tried"], f"{record['tried']:,}", "small changes tried"
    )
    if not rows:
        return [
            Paragraph(
                (
                    "No reversal was found: of ", tried, " small changes, no stronger commitment "
                    "of one guarantor makes an attack likelier in any world because others count "
                    "on it, and no follower that asks more of the backstop makes it less likely, "
                    "by a hundredth of a point or more.",
                )
            )
        ]  # fmt: skip
    lead: Text = (
        Strong(("More is not always better.",)),
        " Of ", tried, f" small changes, {count_words(len(rows))} "
        f"{'works' if len(rows) == 1 else 'work'} against expectation in some worlds",
        *_no_free_riding(rows),
        "; the weightiest first:" if len(rows) > 1 else ":",
    )  # fmt: skip
    items = [_reversal(teller, row, at) for at, row in enumerate(rows[:_MOST_REVERSALS])]
    return [Paragraph(lead), Items(tuple(items))]


def _no_free_riding(rows: list[Record]) -> Text:
    """What one might expect first and what was not found."""
    if any(row["mechanism"] == "free riding" for row in rows):
        return ()
    return (", though none because others count on a stronger promise",)


def _reversal(teller: Teller, row: Record, at: int) -> Text:
    name, field = f"reversal.{at}", str(row["field"])
    step = abs(teller.record["reversals"]["rises"][field])
    key = "usable" if field == "leans_on" else field
    moved = teller.number(f"{name}.step", step, amount(key, step), "by how much it is changed")
    share = teller.share(f"{name}.share", row["share"], "share of worlds with a reversal")
    mean = teller.points(f"{name}.mean", row["mean"], "mean change of the chance there")
    overall = teller.signed(f"{name}.overall", row["overall"], "mean change over all worlds")
    more = row["kind"] == "stronger commitment"
    label = INPUTS["guarantor", field] if field == "alone" else LEVERS[key]
    whose = teller.whose([row["guarantor"]], row["enabler"])
    return (
        Strong(capital((label, *whose))),
        f" {'less' if field == 'leans_on' else 'more'} by ", moved,
        f": an attack would be {'likelier' if more else 'less likely'} in ", share,
        " of worlds, there by ", mean, " on the mean (over all worlds ", overall,
        "). ",
        *_mechanism(teller, row, name),
    )  # fmt: skip


def _mechanism(teller: Teller, row: Record, name: str) -> Text:
    """Whose expected chance of fighting moved, and so why."""
    honour = row["honour"]
    pick = min if row["kind"] == "stronger commitment" else max
    who = pick(honour, key=lambda each: honour[each])
    by = teller.points(
        f"{name}.honour", honour[who], "mean change there of its chance of fighting, as expected"
    )
    actor = actor_span(teller.desk.run, who)
    match row["mechanism"]:
        case "free riding":
            return (actor, " would count on it: the chance that it fights falls by ", by, ".")
        case "burden":
            return (
                "Bringing more, it would bear more of the cost that is shared, of which whoever "
                "brings nothing bears nothing: the chance that it fights itself falls by ", by, ".",
            )  # fmt: skip
        case "pivotal":
            return (actor, " would know that all hangs on it: its chance of fighting rises by ",
                    by, ".")  # fmt: skip
    return ("No chance of fighting in a full attack explains it.",)


def _order(teller: Teller) -> list[Block]:
    order = teller.record["order"]
    if order["at_once"] is None:
        return []
    least, most = (
        teller.chance(f"order.{end}", value, f"{end} mean chance of an attack over the orders")
        for end, value in zip(("lowest", "highest"), order["range"], strict=True)
    )
    changes = teller.share(
        "order.changes", order["changes"], "share of worlds whose verdict changes with the order"
    )
    spread = order["range"][1] - order["range"][0]
    words = "hardly matters" if spread < _MATTERS else "matters"
    tried = teller.number(
        "order.tried", order["orders"], f"{order['orders']:,}", "orders of decision tried"
    )
    first: Text = ()
    if spread >= _MATTERS:
        opens = actor_span(teller.desk.run, order["lowest"]["queue"][0])
        first = (", lowest in a queue that ", opens, " opens")
    return [
        Paragraph(
            (
                f"Who decides first {words}: over ", tried, " orders of decision",
                *_movers(teller, order), " and all at once, the mean chance of an attack lies "
                "between ", least, " and ", most, *first, ", and the verdict changes in ", changes,
                " of worlds.",
            )
        )
    ]  # fmt: skip


def _movers(teller: Teller, order: Record) -> Text:
    """Who changes places, where not all do."""
    if len(order["moving"]) == len(teller.record["honour"]["honour"]):
        return ()
    spans: list[Span] = []
    for i, name in enumerate(order["moving"]):
        spans += [", " if i else "", actor_span(teller.desk.run, name)]
    return (" (", *spans, " changing places)")


def _honour(teller: Teller) -> list[Block]:
    record = teller.record["honour"]
    lost = teller.chance(
        "defeated_if_attacked",
        record["defeated_if_attacked"],
        "chance that an attack is defeated given that it comes, conceded ones counted as not",
    )
    large, there = (
        teller.chance(
            f"defeated.{key}", record["defeated"][key],
            f"chance that an attack that is resisted is defeated, {words}",
        )
        for key, words in _WHERE.items()
    )  # fmt: skip
    lead: Text = (
        "Whether it deters, whether the promise would be honoured and whether the attack would "
        "fail are three questions, and an attacker picks its worlds. An attack that comes would be "
        "defeated with a chance of ", lost, "; one that comes and is resisted with ", there,
        ", against ", large, " at large.",
    )  # fmt: skip
    rows = tuple(_honour_row(teller, name, each) for name, each in record["honour"].items())
    table = Table(
        ("Chance of fighting beside the protected state once it resists, all ways of attacking",),
        (("Guarantor",), ("At large",), ("Where an attack comes",), ("Difference",)),
        rows,
        "lrrr",
    )
    return [Paragraph(lead), *([table] if rows else []), Paragraph(_RESEARCH, "note")]


_WHERE = {
    "at_large": "mean over worlds",
    "if_attacked": "worlds weighed by the chance that such an attack comes",
}

_RESEARCH: Text = (
    "For comparison, not as an input: of the promises that wars put to the test, allies honoured ",
    Cited("74.5% (1816–1944; Leeds, Long and Mitchell 2000)"),
    " and ",
    Cited("22% (1945–2003; Berkemeier and Fuhrmann 2018)"),
    "; promises that were never tested are in neither. Small forces meant as a tripwire barely "
    "move support for going to war (",
    Cited("Reiter and Poast 2021; Musgrave and Ward 2023"),
    "), so forces count here by what they can do.",
)


def _honour_row(teller: Teller, name: str, record: Record) -> tuple[Text, ...]:
    cells: list[Text] = [(actor_span(teller.desk.run, name),)]
    for key, words in _WHERE.items():
        text = f"chance that it fights given that the attack is resisted, by true values, {words}"
        cells.append((teller.chance(f"honour.{name}.{key}", record[key], text),))
    words = "chance of fighting where an attack comes less that at large"
    cells.append((teller.signed(f"honour.{name}.difference", record["difference"], words),))
    return tuple(cells)


def _method(teller: Teller) -> Text:
    worlds = teller.number(
        "worlds", teller.record["worlds"], f"{teller.record['worlds']:,}", "worlds looked at"
    )
    return (
        "Worked out in ", worlds, " worlds, everything else as drawn there. Chances of attack are "
        "by the challenger's beliefs, chances of fighting by the true values, except that a "
        "reversal is explained by what the challenger expects of a full attack; reversals below a "
        "hundredth of a point are not told. Sanctions and what peace yields are "
        "in closed form, because no guarantor looks at them.",
    )  # fmt: skip
