"""Where things stand: the date, what has happened since, where it settles if nothing is signed."""

from __future__ import annotations

from accord.brief.desk import Desk
from accord.brief.document import Block, Day, FromCase, Items, Paragraph, Section, Span, Text
from accord.brief.labels import actor_span
from accord.brief.words import chance_clause, count_words, lowered
from accord.run.run import Run
from accord.watch.indicators import answered

__all__ = ["option_spans", "standing"]

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
        blocks += _escapes(desk, name, record)
    return blocks


def _settled(desk: Desk, name: str, record: dict) -> list[Text]:  # type: ignore[type-arg]
    rows: list[Text] = []
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
        rows.append((*option_spans(desk.run, name, state), *here, " — so in ", held, " of worlds"))
    return rows


def _escapes(desk: Desk, name: str, record: dict) -> list[Block]:  # type: ignore[type-arg]
    """Why today's state holds or not, by a witness."""
    for route in record.get("paths", []):
        steps = route["by_improvements"]
        if steps:
            spans: list[Span] = ["The way there by moves that each mover prefers: "]
            for i, step in enumerate(steps[:4]):
                spans += [
                    ", then " if i else "",
                    actor_span(desk.run, step["party"]),
                    " moves to “",
                    *option_spans(desk.run, name, step["to"]),
                    "”",
                ]
            return [Paragraph((*spans, "."))]
    return []


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
