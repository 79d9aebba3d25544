"""Where things stand: the date, what has happened since, where it settles if nothing is signed."""

from __future__ import annotations

from collections.abc import Mapping

from accord.brief.desk import Desk
from accord.brief.document import (
    Block,
    Chart,
    Day,
    FromCase,
    Items,
    Paragraph,
    Section,
    Span,
    Table,
    Text,
)
from accord.brief.labels import actor_span, spans_joined
from accord.brief.sections.stances import mover_spans, stances, together
from accord.brief.words import chance_clause, count_words, lowered
from accord.run.run import Run
from accord.watch.indicators import answered

__all__ = ["option_spans", "standing"]

_MOST_STEPS = 5
_MOST_DRAWN = 5
_CONCEPTS = {
    "nash": "nobody could gain by moving alone",
    "sseq": "every gain could be answered by others acting in their own interest, for good",
    "smr": "every gain could be answered, for good",
    "seq": "every gain could be answered by others acting in their own interest",
    "gmr": "every gain could be answered",
}


def standing(desk: Desk) -> Section:
    """The section."""
    run = desk.run
    blocks: list[Block] = []
    updates = run.case.updates
    first: Text = ("The case is told as of ", Day(run.case.as_of), ".")
    if updates:
        first = (
            *first,
            " Since it was first written, as of ",
            Day(run.case.origin),
            ", these dated changes are in force:",
        )
    blocks.append(Paragraph(first))
    if updates:
        blocks.append(
            Items(
                tuple(
                    (Day(u.date), " — ", FromCase(f"updates.{u.name}.title", u.title))
                    for u in updates
                )
            )
        )
    blocks += _events(run)
    blocks += _standoffs(desk)
    return Section("where-things-stand", "Where things stand", _headline(desk), tuple(blocks))


def _events(run: Run) -> list[Block]:
    entries = answered(run)
    if not entries:
        return []
    words = {"yes": "yes", "no": "no", "unknown": "not known"}
    rows: list[Text] = []
    for name, entry in entries:
        question = run.case.file.watch[name].question
        rows.append(
            (
                FromCase(f"watch.{name}.question", question),
                f" — {words[entry.outcome]} (known ",
                Day(entry.known),
                ")",
            )
        )
    return [Paragraph(("What the journal has answered so far:",)), Items(tuple(rows))]


def _headline(desk: Desk) -> Text:
    conflicts = desk.run.details["standoff"]["conflicts"]
    for record in conflicts.values():
        today = record.get("today")
        concept = record["concept"]
        if today is None or concept is None:
            continue
        if today in record["equilibria"][concept]:
            at = record["equilibria"][concept].index(today)
            share = record["shares"][at] / 256 if at < len(record["shares"]) else 0.0
            return (chance_clause(share, "things stay as they are if nothing is signed"),)
        return ("If nothing is signed things do not stay as they are: somebody gains by moving",)
    return ("What is known on the day",)


def _standoffs(desk: Desk) -> list[Block]:
    blocks: list[Block] = []
    for name, record in desk.run.details["standoff"]["conflicts"].items():
        question = FromCase(f"conflicts.{name}.question", record["question"])
        concept = record["concept"]
        if concept is None:
            blocks.append(Paragraph((question, " Nowhere: no state is stable for everyone.")))
            continue
        count = record["counts"][concept]
        blocks.append(
            Paragraph(
                (
                    question,
                    f" In the central case {count_words(count)} of ",
                    desk.ledger.count(
                        f"standoff.{name}.states",
                        record["states"],
                        "possible states of the conflict",
                    ),
                    f" possible states {'is' if count == 1 else 'are'} stable for everyone, in the "
                    f"sense that {_CONCEPTS[concept]}:",
                )
            )
        )
        blocks.append(Items(tuple(_settled(desk, name, record))))
        blocks += _picture(desk, name, record)
        if "point" in record:
            told = stances(desk, name, record["point"], f"standoff.{name}", "||")
            group = together(desk, name, record["point"])
            blocks += [Paragraph(("Who stays with today's state, and what would change that:",)),
                       Items(told), *([Paragraph(group)] if group else [])]  # fmt: skip
    return blocks


def _settled(desk: Desk, name: str, record: dict) -> list[Text]:  # type: ignore[type-arg]
    rows: list[Text] = []
    placed = 0
    ways = {tuple(route["state"]): route for route in record.get("paths", [])}
    for i, state in enumerate(record["equilibria"][record["concept"]][:6]):
        held = desk.ledger.number(
            f"standoff.{name}.{i}.share",
            record["shares"][i] / 256,
            f"{100 * record['shares'][i] / 256:.0f}%",
            "share of the first block of worlds in which this state is stable for everyone "
            "in the same sense",
            "||",
        )
        here: Text = (" (as today)",) if state == record.get("today") else ()
        if not here:
            placed += 1
            here = (f" (place {count_words(placed)})",)
        rows.append(
            (
                *option_spans(desk.run, name, state),
                *here,
                " — so in ",
                held,
                " of worlds",
                *(_way(desk, name, ways[tuple(state)]) if tuple(state) in ways else ()),
            )
        )
    return rows


def _picture(desk: Desk, name: str, record: dict) -> list[Block]:  # type: ignore[type-arg]
    """Today's state and those where things may settle, option by option."""
    settled = record["equilibria"][record["concept"]][:_MOST_DRAWN]
    today = record.get("today")
    states = [("today", today)] if today is not None else []
    others = [state for state in settled if state != today]
    states += [(f"place {count_words(i)}", state) for i, state in enumerate(others, start=1)]
    options = [
        (party, option, own)
        for party, given in desk.run.case.file.conflicts[name].parties.items()
        for option, own in given.items()
    ]
    data, rows = [], []
    for party, option, own in options:
        label = f"{actor_span(desk.run, party).text}: {lowered(own.title)}"
        cells: list[Text] = [(actor_span(desk.run, party), ": ", FromCase(
            f"conflicts.{name}.parties.{party}.{option}", lowered(own.title)))]  # fmt: skip
        levels = [_level(state, f"{party}.{option}", own.levels) for _, state in states]
        for (head, _), level in zip(states, levels, strict=True):
            changed = level != levels[0]
            data.append({"state": head, "option": label, "level": level, "changed": changed})
            cells.append((FromCase(f"conflicts.{name}.today", level or "–"),))
        rows.append(tuple(cells))
    table = Table(
        ("Options by state",),
        (("Option",), *((head.capitalize(),) for head, _ in states)),
        tuple(rows),
        "l" * (1 + len(states)),
    )
    many = "the only place" if len(others) == 1 else "the places"
    title = f"Today, and {many} where things could settle" if others else "Only today would settle"
    note = "A filled mark: it is done. What differs from today is in colour."
    axes = {"x": "state", "y": "option"}
    return [Chart(f"states-{name}", (title,), "options", tuple(data), table, axes, (note,))]


def _level(state: list[str], option: str, levels: Mapping[str, str] | None) -> str:
    """What an option stands at: nothing where it is off."""
    for text in state:
        name, _, level = text.partition("=")
        if name == option:
            return (levels or {}).get(level, "on") if level else "on"
    return ""


def _way(desk: Desk, name: str, route: dict) -> Text:  # type: ignore[type-arg]
    """How things would get from today's state to where they may settle."""
    steps = route["by_improvements"] or route["by_moves"]
    if not steps:
        return () if steps is not None else (". No way leads there from today",)
    moves = [mover_spans(desk.run, name, step) for step in steps[:_MOST_STEPS]]
    words = ". The shortest way there, every step a gain for its mover: "
    if not route["by_improvements"]:
        words = ". The shortest way there, not every step a gain for its mover: "
    return (words, *spans_joined(moves, "then"))


def option_spans(run: Run, conflict: str, state: list[str]) -> Text:
    """A state in words: the options that are on."""
    if not state:
        return ("no option is taken",)
    spans: list[Span] = []
    before = ""
    for text in state:
        name, _, level = text.partition("=")
        party, _, option = name.partition(".")
        record = run.case.file.conflicts[conflict].parties[party][option]
        title = record.levels[level] if level and record.levels else record.title
        same = party == before
        before = party
        shown = FromCase(f"conflicts.{conflict}.parties.{party}.{option}", lowered(title))
        if same:
            spans += [", ", shown]
        else:
            spans += ["; " if spans else "", actor_span(run, party), ": ", shown]
    return tuple(spans)
