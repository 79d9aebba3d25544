"""Whether an answer to an indicator can be true, all objections at once."""

from __future__ import annotations

import datetime as dt
import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

from accord._errors import CaseError, CaseErrors
from accord.case.case import Case
from accord.case.records.watching import Indicator, JournalEntry
from accord.worlds.weights import last_entries

__all__ = ["Answer", "checked_answer"]

OUTCOMES: tuple[str, ...] = get_args(JournalEntry.model_fields["outcome"].annotation)
WORDS = {"indicator": "INDICATOR", "outcome": "OUTCOME"}
"""Fields that have no name on the command line; the others are options of their own name."""

NO_TEXT = {"Cc", "Cs", "Zl", "Zp"}
"""Unicode's categories of control characters, halves of characters, and ends of lines."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as somebody typed it; what was left out is empty."""

    indicator: str
    outcome: str
    on: str
    known: str
    recorded: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class _Days:
    """Days of an answer; None where left out or no date."""

    on: dt.date | None
    known: dt.date | None
    recorded: dt.date | None


class _Objections:
    """What is wrong with an answer, each with the word that says it."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.found: list[CaseError] = []

    def add(self, field: str, found: str, wanted: str, hint: str = "") -> None:
        """Object to one field."""
        word = WORDS.get(field, f"--{field}")
        text = getattr(self.answer, field)
        self.found.append(CaseError(f"journal.{field}", word, 1, 1, found, wanted, hint, text))


def checked_answer(
    case: Case, answer: Answer, columns: Sequence[str]
) -> tuple[JournalEntry, tuple[str, ...]]:
    """The entry that an answer makes, and what is worth knowing about it.

    Parameters
    ----------
    case : Case
        As of the last day on which anything became known.
    answer : Answer
    columns : sequence of str
        Those of the journal.

    Raises
    ------
    CaseErrors
        With every objection, located at the word of the command that it is about.
    """
    objections = _Objections(answer)
    _check_words(case, objections, columns)
    days = _days(case, objections)
    _check_days(case, objections, days)
    indicator = case.file.watch.get(answer.indicator)
    if indicator is not None:
        _check_against_question(objections, indicator, days)
        _check_against_journal(case, objections, days)
    if objections.found:
        raise CaseErrors(objections.found)
    assert indicator is not None
    entry = _entry(case, answer, days)
    return entry, _notes(entry, indicator)


def _check_words(case: Case, objections: _Objections, columns: Sequence[str]) -> None:
    answer = objections.answer
    if answer.indicator not in case.file.watch:
        hint = _nearest(answer.indicator, case.file.watch, "the case has no watch block")
        objections.add("indicator", repr(answer.indicator), "an indicator of the case", hint)
    if answer.outcome not in OUTCOMES:
        hint = _nearest(answer.outcome, OUTCOMES, "")
        objections.add("outcome", repr(answer.outcome), ", ".join(OUTCOMES), hint)
    if not answer.source:
        objections.add("source", "no source", "the id of a source of the case")
    elif answer.source not in case.file.sources:
        hint = _nearest(answer.source, case.file.sources, "", "add it to sources.csv first")
        objections.add("source", repr(answer.source), "a source of the case", hint)
    if not _is_line(answer.note):
        objections.add("note", "a note that is not one line of text", "one line of text")
    needed = {"indicator", "outcome", "on", "source", "note"}
    for name in sorted(needed - set(columns)):
        if getattr(answer, name):
            objections.add(
                name, f"a journal without the column {name!r}", f"the column {name!r}",
                "add it to the first line of journal.csv, and a comma to the others",
            )  # fmt: skip


def _is_line(words: str) -> bool:
    """Whether words are one line that can be written as UTF-8 and steers no terminal."""
    return all(unicodedata.category(each) not in NO_TEXT for each in words.replace("\t", " "))


def _nearest(name: str, names: Iterable[str], none: str, unlike: str = "") -> str:
    """What somebody may have meant."""
    names = list(names)
    near = difflib.get_close_matches(name, names, 1)
    if near:
        return f"did you mean {near[0]!r}?"
    return unlike or (f"known: {', '.join(names[:10])}" if names else none)


def _days(case: Case, objections: _Objections) -> _Days:
    """The days of an answer, with what stands for those left out."""
    answer = objections.answer
    on, known, recorded = (_day(objections, field) for field in ("on", "known", "recorded"))
    if not answer.recorded:
        recorded = dt.date.today()  # noqa: DTZ011  the analyst's own calendar
    source = case.file.sources.get(answer.source)
    if not answer.known and on is not None and source is not None:
        known = max(on, source.published)
    elif not answer.known and not answer.on and answer.outcome == "unknown":
        known = recorded
    return _Days(on, known, recorded)


def _day(objections: _Objections, field: str) -> dt.date | None:
    text = getattr(objections.answer, field)
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        objections.add(field, repr(text), "a date such as 2025-09-05")
        return None
    return day


def _check_days(case: Case, objections: _Objections, days: _Days) -> None:
    answer = objections.answer
    if not answer.on and answer.outcome in {"yes", "no"}:
        objections.add("on", f"no day for the outcome {answer.outcome}", "--on DATE")
    if answer.on and answer.outcome == "unknown":
        wanted = "no --on for an outcome that is unknown"
        objections.add("on", f"a day for the outcome {answer.outcome}", wanted)
    for field, day in (("on", days.on), ("known", days.known)):
        typed = bool(getattr(answer, field))
        if typed and day is not None and day < case.origin:
            objections.add(
                field, f"{day}, before the date of the case", f"a day from {case.origin} on",
                "what was known before belongs into the case itself",
            )  # fmt: skip
    if days.on and days.known and days.on > days.known:
        objections.add("on", f"{days.on}, after it was known", f"a day up to {days.known}")
    if days.known and days.recorded and days.known > days.recorded:
        field = "known" if answer.known or not answer.on else "on"
        found = f"known {days.known}, after it is recorded"
        hint = "" if answer.recorded else "--recorded DATE is the day of writing, if not today"
        objections.add(field, found, f"a day up to {days.recorded}", hint)
    source = case.file.sources.get(answer.source)
    if answer.known and days.known and source is not None and source.published > days.known:
        objections.add(
            "known", f"{days.known}, before {answer.source} was published",
            f"a day from {source.published} on", "or name the source that said so earlier",
        )  # fmt: skip


def _check_against_question(objections: _Objections, indicator: Indicator, days: _Days) -> None:
    late = days.on is not None and days.on > indicator.deadline
    if objections.answer.outcome == "yes" and late:
        objections.add(
            "on", f"yes on {days.on}, after the deadline",
            f"a day up to {indicator.deadline}, or the outcome no",
            "what happens after its deadline leaves the question answered with no",
        )  # fmt: skip


def _check_against_journal(case: Case, objections: _Objections, days: _Days) -> None:
    answer = objections.answer
    last = last_entries(case).get(answer.indicator)
    if last is None:
        return
    if days.recorded is not None and days.recorded < last.recorded:
        objections.add(
            "recorded", f"{days.recorded}, before the entry that stands",
            f"a day from {last.recorded} on", "of two entries the one recorded later counts",
        )  # fmt: skip
    stands = (last.outcome, last.on, last.known, last.source, last.note)
    if stands == (answer.outcome, days.on, days.known, answer.source, answer.note.strip()):
        objections.add(
            "indicator", "the entry that stands, once more", "an entry that says something new"
        )


def _entry(case: Case, answer: Answer, days: _Days) -> JournalEntry:
    last = last_entries(case).get(answer.indicator)
    replaces = "" if last is None else f"{last.indicator}@{last.known}"
    return JournalEntry.model_validate(
        {
            "recorded": days.recorded, "known": days.known, "indicator": answer.indicator,
            "outcome": answer.outcome, "on": days.on, "source": answer.source,
            "note": answer.note.strip(), "replaces": replaces,
        }
    )  # fmt: skip


def _notes(entry: JournalEntry, indicator: Indicator) -> tuple[str, ...]:
    if entry.outcome == "no" and entry.on is not None and entry.on < indicator.deadline:
        return (
            f"answered with no before its deadline of {indicator.deadline}: it counts as settled "
            "from now on",
        )
    return ()
