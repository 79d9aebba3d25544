"""What to watch next, and the conditions under which the best package works."""

from __future__ import annotations

from accord.brief.desk import Desk
from accord.brief.document import (
    Block,
    Day,
    Figure,
    FromCase,
    Items,
    Paragraph,
    Section,
    Span,
    Table,
    Text,
)
from accord.brief.labels import package_span
from accord.brief.words import chance_words
from accord.explore.upside import Condition, best_conditions
from accord.theory.information import Indication
from accord.watch.indicators import Watched, rank

__all__ = ["upside", "watch"]

MOST_FINE_PRINT = 6
_TESTS = {
    "acceptable": "consent",
    "deliverable": "delivery",
    "credible": "deterrence",
    "durable": "durability",
}


def watch(desk: Desk) -> Section:
    """Open indicators, ranked by what their answer would tell about the best package."""
    ranked = rank(desk.run, desk.best, desk.rule)
    if not ranked:
        text = Paragraph(("No question is open.",))
        return Section("watch", "What to watch next", ("Nothing is left to watch",), (text,))
    about = _subject(ranked)
    words = "passing all tests" if about == "joint" else "each test, since it never passes them all"
    blocks: list[Block] = [
        Paragraph(
            (
                "Ranked by what the answer would tell about ",
                package_span(desk.run, desk.best),
                f" — {words} — in bits, with the test that it moves most.",
            )
        ),
        _table(desk, ranked),
    ]
    blocks += [Paragraph(_swing_sentence(desk, one, about)) for one in ranked[:3]]
    blocks.append(Paragraph(("What counts:",)))
    blocks.append(
        Items(
            tuple(
                (
                    FromCase(f"watch.{one.name}.question", one.record.question),
                    " — ",
                    FromCase(f"watch.{one.name}.counts", one.record.counts),
                )
                for one in ranked[:MOST_FINE_PRINT]
            )
        )
    )
    return Section("watch", "What to watch next", _finding(ranked), tuple(blocks))


def _subject(ranked: tuple[Watched, ...]) -> str:
    """What swings are told of: the joint verdict, or each one's test where that never passes."""
    return "joint" if ranked[0].joint.before > 0 else "test"


def _finding(ranked: tuple[Watched, ...]) -> Text:
    first = ranked[0]
    title = first.record.title or first.record.question
    return ("Most telling next: ", FromCase(f"watch.{first.name}.question", title))


def _swing(desk: Desk, one: Watched, found: Indication, what: str) -> tuple[Figure, Figure, Figure]:
    base = f"{desk.best}.{what}.{desk.rule}.{one.name}"
    texts = (
        ("before", found.before, f"weighted share of worlds: {what}"),
        ("if-yes", found.if_yes, f"the same, worlds weighted by P(event | world): {what}"),
        ("if-no", found.if_no, f"the same, worlds weighted by P(no event | world): {what}"),
    )
    before, yes, no = (
        desk.ledger.number(
            f"{base}.{name}",
            value if value is not None else float("nan"),
            "cannot happen" if value is None else _tenths(value),
            text,
            f"{desk.best}|watch|",
        )
        for name, value, text in texts
    )
    return before, yes, no


def _tenths(value: float) -> str:
    points = 100.0 * value
    return f"{points:.1f}%" if points < 10 else f"{points:.0f}%"


def _swing_sentence(desk: Desk, one: Watched, about: str) -> Text:
    joint = about == "joint"
    found, what = (one.joint, "joint") if joint else (one.moved, one.test)
    before, yes, no = _swing(desk, one, found, what)
    passes = " passes all tests in " if joint else f" passes the test of {_TESTS[one.test]} in "
    return (
        FromCase(f"watch.{one.name}.question", one.record.question),
        " The case gives this ",
        _chance(desk, one),
        f" ({chance_words(one.joint.event)}). If it happens, ",
        package_span(desk.run, desk.best),
        passes,
        before,
        " → ",
        yes,
        " of worlds; if not, in ",
        before,
        " → ",
        no,
        ".",
    )


def _chance(desk: Desk, one: Watched) -> Figure:
    return desk.ledger.number(
        f"watch.{one.name}.chance",
        one.joint.event,
        f"{100 * one.joint.event:.0f}%",
        "mean over worlds of P(event | world)",
        "|watch|",
    )


def _table(desk: Desk, ranked: tuple[Watched, ...]) -> Table:
    rows = []
    for one in ranked:
        gain = desk.ledger.number(
            f"watch.{one.name}.gain",
            one.joint.gain,
            f"{one.joint.gain:.4f}",
            "mutual information of the event and the joint verdict, exact sum over worlds",
            f"{desk.best}|watch|",
        )
        _, yes, no = _swing(desk, one, one.moved, one.test)
        rows.append(
            (
                (FromCase(f"watch.{one.name}.question", one.record.question),),
                (Day(one.record.deadline),),
                (_chance(desk, one),),
                (gain,),
                (_TESTS[one.test], ": ", yes, " if yes, ", no, " if no"),
                _outside(desk, one),
            )
        )
    return Table(
        ("Open questions",),
        (
            ("Question",),
            ("Deadline",),
            ("Chance",),
            ("Bits",),
            ("Moves most",),
            ("Outside forecasts",),
        ),
        tuple(rows),
        "llrrll",
    )


def _outside(desk: Desk, one: Watched) -> Text:
    spans: list[Span] = []
    for i, forecast in enumerate(one.record.outside):
        figure = desk.ledger.number(
            f"watch.{one.name}.outside.{i}",
            forecast.p.central,
            f"{100 * forecast.p.central:.0f}%",
            "as published by the forecaster",
            "|watch|",
        )
        spans += [
            "; " if i else "",
            FromCase(f"watch.{one.name}.outside.{i}.who", forecast.who),
            " ",
            figure,
            " (",
            Day(forecast.on),
            ")",
        ]
    return tuple(spans) or ("none recorded",)


def upside(desk: Desk) -> Section:
    """The one or two conditions that raise the joint share of the best package most."""
    run = desk.run
    relevant = {path for path, _, _ in desk.ledger.basis(desk.key("joint", desk.best)).inputs}
    paths = [
        p for p in run.inputs if p in relevant or (p.count(".") == 1 and p.startswith("shocks."))
    ]
    found = best_conditions(run, desk.best, desk.rule, paths)
    title = package_span(run, desk.best)
    if not found:
        text: Text = (
            "No single input or shock was found that raises the share of worlds in which ",
            title,
            " passes all tests, in worlds other than those in which it was looked for.",
        )
        return Section(
            "upside",
            "A potential upside",
            ("No single condition would turn it",),
            (Paragraph(text),),
        )
    blocks: list[Block] = [Paragraph(_condition(desk, one)) for one in found]
    blocks.append(
        Paragraph(
            (
                "Many inputs were compared, so the best would look better than it is where it was "
                "found. Half of the blocks of worlds chose these conditions; the shares are from "
                "the other half.",
            ),
            "note",
        )
    )
    words = _side_words(desk, found[0])
    return Section("upside", "A potential upside", (title, " does best ", *words), tuple(blocks))


def _side_words(desk: Desk, one: Condition) -> Text:
    if one.path.count(".") == 1 and one.path.startswith("shocks."):
        name = one.path.split(".")[1]
        record = desk.run.case.file.shocks[name]
        span = FromCase(one.path, record.title or name.replace("_", " "))
        return (
            ("if this happens: ", span)
            if one.side == "falls"
            else ("if this does not happen: ", span)
        )
    words = "in the upper third" if one.side == "upper" else "in the lower third"
    return ("if this lies ", words, " of what the case thinks possible: ", _input(desk, one.path))


def _input(desk: Desk, path: str) -> FromCase:
    """An input in words, from the titles on its path."""
    case, parts = desk.run.case, path.split(".")
    names = [case.actor_name(p) if p in case.file.actors else _plain(p) for p in parts[1:]]
    if parts[0] == "positions":
        actor, what = names[0], parts[2]
        if what == "values":
            title = case.file.provisions[parts[3]].title
            if parts[4] == "weight":
                return FromCase(path, f"how much “{title}” matters to {actor}")
            level = case.level_title(parts[3], parts[5])
            return FromCase(path, f"what “{level}” is worth to {actor}")
        words = {
            "walk_away": "what walking away is worth",
            "support": "support in",
            "needs": "need",
        }
        return FromCase(path, f"{words.get(what, _plain(what))}, {actor}")
    return FromCase(path, ", ".join(name for name in names if name))


def _plain(part: str) -> str:
    """A part of a path in words; what only says how a number is written is left out."""
    silent = {"base", "steps", "add", "set", "times", "amount", "value"}
    return "" if part in silent or part.isdigit() else part.replace("_", " ").replace("-", " ")


def _condition(desk: Desk, one: Condition) -> Text:
    key = desk.key("joint", desk.best)
    base = f"{desk.best}.joint.{desk.rule}.upside"
    inside = desk.ledger.estimate(
        f"{base}.{one.path}.{one.side}",
        one.share,
        f"joint share in the telling blocks where {one.path}: {one.side}",
        key,
    )
    everywhere = desk.ledger.estimate(
        f"{base}.base", one.base, "joint share in the telling blocks", key
    )
    worlds = desk.ledger.count(
        f"{base}.{one.path}.{one.side}.worlds",
        one.worlds,
        "worlds of the telling blocks in which it holds",
        key,
    )
    return (
        package_span(desk.run, desk.best),
        " passes all tests in ",
        inside,
        " of the ",
        worlds,
        " worlds, against ",
        everywhere,
        " overall, ",
        *_side_words(desk, one),
        ".",
    )
