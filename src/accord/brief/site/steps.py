"""What became known, day by day: from a case alone, or from a history with its shares."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accord.brief.site.register import CaseLinks
from accord.case.case import Case

__all__ = ["Moved", "Step", "known_steps", "told_steps"]


@dataclass(frozen=True, slots=True)
class Moved:
    """Something that became known.

    Attributes
    ----------
    title : str
    happened : date or None
        Where that was another day.
    outcome, note : str
        Of an answer.
    sources : tuple of (title, slug)
    """

    title: str
    happened: dt.date | None
    outcome: str
    note: str
    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A day, and what came of it in words, where that was computed."""

    date: dt.date
    moved: tuple[Moved, ...]
    sentence: str = ""


def known_steps(case: Case, links: CaseLinks) -> tuple[Step, ...]:
    """Updates in force and answers of the journal, by the day they were known.

    Parameters
    ----------
    links : CaseLinks
        For the pages of the sources.
    """
    days: dict[dt.date, list[Moved]] = {}
    for update in case.updates:
        other = update.date if update.date != update.known else None
        days.setdefault(update.known, []).append(
            Moved(update.title, other, "", "", _sources(case, links, claims=update.because))
        )
    for entry in case.file.journal:
        indicator = case.file.watch.get(entry.indicator)
        question = indicator.question if indicator is not None else entry.indicator
        other = entry.on if entry.on != entry.known else None
        sources = _sources(case, links, sources=(entry.source,))
        days.setdefault(entry.known, []).append(
            Moved(question, other, _answer(entry.outcome), entry.note, sources)
        )
    return tuple(Step(day, tuple(days[day])) for day in sorted(days))


def told_steps(
    case: Case, links: CaseLinks, found: Mapping[str, Any], sentences: Sequence[str]
) -> tuple[Step, ...]:
    """The steps of a history that was computed.

    Parameters
    ----------
    found : mapping
        What :func:`accord.watch.history.history` gives.
    sentences : sequence of str
        One a step: what it did to the shares.
    """
    return tuple(
        Step(
            dt.date.fromisoformat(step["date"]),
            tuple(_moved(case, links, each) for each in step["moved"]),
            sentence,
        )
        for step, sentence in zip(found["steps"], sentences, strict=True)
        if any(each["kind"] != "start" for each in step["moved"])
    )


def _moved(case: Case, links: CaseLinks, each: Mapping[str, Any]) -> Moved:
    sources = _sources(case, links, each["because"], (each.get("source", ""),))
    if each["kind"] != "event":
        return Moved(each["title"], None, "", "", sources)
    # a question ends with its outcome there
    outcome = str(each["outcome"])
    question = str(each["title"]).removesuffix(f" {outcome}")
    note = "An update stands in for it." if each.get("explained_by") else ""
    return Moved(question, None, _answer(outcome), note, sources)


def _answer(outcome: str) -> str:
    return f"{outcome.capitalize()}."


def _sources(
    case: Case, links: CaseLinks, claims: Iterable[str] = (), sources: Iterable[str] = ()
) -> tuple[tuple[str, str], ...]:
    """Sources behind claims, and others, each once; those without a page are left out."""
    file = case.file
    cited = [file.claims[name].source for name in claims if name in file.claims]
    names = dict.fromkeys(name for name in (*cited, *sources) if name in links.sources)
    return tuple((file.sources[name].title, links.sources[name]) for name in names)
