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
from accord.brief.sections.steps import step_table
from accord.brief.words import chance_words
from accord.case.case import Case
from accord.explore.upside import Condition, best_conditions
from accord.theory.information import Indication
from accord.watch.indicators import Watched, rank

__all__ = ["upside", "watch"]

MOST_FINE_PRINT = 6
FEW_WORLDS = 200
LEAST_TELLING = 0.0001
"""Bits below which an answer is not worth a row."""

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
    telling = [one for one in ranked if _gain(one, about) >= LEAST_TELLING] or list(ranked[:3])
    blocks: list[Block] = [
        Paragraph(
            (
                "Ranked by what the answer would tell about ",
                package_span(desk.run, desk.best),
                f" — {words} — in bits, with the test that it moves most.",
            )
        ),
        _table(desk, telling, about),
    ]
    blocks += [Paragraph(_swing_sentence(desk, one, about)) for one in telling[:3]]
    blocks += _thin(desk, about)
    blocks += step_table(desk)
    blocks += _fine_print(telling[:MOST_FINE_PRINT])
    blocks += _outside(desk, ranked)
    blocks += _silent(desk, [one for one in ranked if one not in telling])
    return Section("watch", "What to watch next", _finding(ranked), tuple(blocks))


def _thin(desk: Desk, about: str) -> list[Block]:
    """A warning where the shares rest on few worlds."""
    count = int(desk.run.verdict.joint(desk.rule, desk.best).sum())
    if about != "joint" or count >= FEW_WORLDS:
        return []
    worlds = desk.ledger.count(
        f"{desk.best}.joint.{desk.rule}.worlds",
        count,
        "worlds in which it passes all assessed tests",
        f"{desk.best}|joint|{desk.rule}",
    )
    text: Text = ("It passes all tests in only ", worlds, " of the sampled worlds, so these ")
    return [Paragraph((*text, "differences are rough."), "note")]


def _fine_print(ranked: list[Watched]) -> list[Block]:
    items = [
        (
            FromCase(f"watch.{one.name}.question", one.record.question),
            " — ",
            FromCase(f"watch.{one.name}.counts", one.record.counts),
        )
        for one in ranked
    ]
    return [Paragraph(("What counts:",)), Items(tuple(items))]


def _outside(desk: Desk, ranked: tuple[Watched, ...]) -> list[Block]:
    """What others forecast, beside the case's own chance."""
    items: list[Text] = []
    for one in ranked:
        spans: list[Span] = []
        for i, forecast in enumerate(one.record.outside):
            figure = desk.ledger.number(
                f"watch.{one.name}.outside.{i}",
                forecast.p.central,
                f"{100 * forecast.p.central:.0f}%",
                "as published by the forecaster",
                "|watch|",
            )
            who = FromCase(f"watch.{one.name}.outside.{i}.who", forecast.who)
            spans += ["; ", who, " ", figure, " (", Day(forecast.on), ")"]
        if spans:
            question = FromCase(f"watch.{one.name}.question", one.record.question)
            items.append((question, " This case ", _chance(desk, one), *spans))
    return [Paragraph(("What others forecast:",)), Items(tuple(items))] if items else []


def _silent(desk: Desk, ranked: list[Watched]) -> list[Block]:
    """Questions whose answer would tell almost nothing here."""
    if not ranked:
        return []
    spans: list[Span] = ["Open as well, though the answer would tell almost nothing about this: "]
    for i, one in enumerate(ranked):
        title = one.record.title or one.record.question
        shown = FromCase(f"watch.{one.name}.question", title)
        spans += ["; " if i else "", shown, " (", _chance(desk, one), ")"]
    return [Paragraph((*spans, "."), "note")]


def _gain(one: Watched, about: str) -> float:
    return one.joint.gain if about == "joint" else one.moved.gain


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
        " of worlds; if not, ",
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


def _table(desk: Desk, ranked: list[Watched], about: str) -> Table:
    rows: list[tuple[Text, ...]] = []
    for one in ranked:
        gain = desk.ledger.number(
            f"watch.{one.name}.gain",
            _gain(one, about),
            f"{_gain(one, about):.4f}",
            "mutual information of the event and the verdict, exact sum over worlds",
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
            )
        )
    return Table(
        ("Open questions",),
        (("Question",), ("Deadline",), ("Chance",), ("Bits",), ("Moves most",)),
        tuple(rows),
        "llrrl",
    )


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
            ("No single condition was found that raises it reliably",),
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
    if parts[0] == "conflicts":
        question = case.file.conflicts[parts[1]].question
        return FromCase(path, f"what {names[2]} prefers (“{question}”)")
    if parts[0] == "pledges":
        pledge = case.file.pledges[parts[1]][parts[2]]
        return FromCase(path, f"the pledge of {names[0]}: {pledge.title or names[1]}")
    if parts[0] == "deterrence":
        return FromCase(path, _in_the_game(case, parts, names))
    return FromCase(path, ", ".join(name for name in names if name))


def _in_the_game(case: Case, parts: list[str], names: list[str]) -> str:
    """A number of the deterrence game in words."""
    game = case.file.deterrence
    assert game is not None
    what = " ".join(name for name in names[1:] if name)
    if parts[1] in {"challenger", "protege"}:
        actor = game.challenger.actor if parts[1] == "challenger" else game.protege.actor
        return f"the {what} of {case.actor_name(actor)}"
    if parts[1] == "guarantors":
        return f"the {' '.join(n for n in names[2:] if n)} of {names[1]}"
    return f"the {what or names[0]}" + (f" of the {names[0]}" if what else "")


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
