"""One more entry in a case's journal: checked like the case itself, written whole or not at all.

The journal only grows. A correction is an entry of its own that says which one it replaces, so
what was once written stays readable and ``as_of`` still tells what was known on a day.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from accord._errors import CaseError, CaseErrors, UsageError
from accord.case.case import Case
from accord.case.load import brought_to_date, load_tree, read_case
from accord.case.locking import locked
from accord.case.records.watching import JournalEntry
from accord.case.replacing import replace_file
from accord.case.tables import COLUMNS, MAXIMUM_BYTES
from accord.case.tree import Place, Tree, dotted
from accord.case.updates import Update, read_updates
from accord.watch.answering import Answer, checked_answer
from accord.worlds.weights import last_entries

__all__ = ["Recorded", "record"]

HEADER = ",".join(COLUMNS["journal"])
LINE_END = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True)
class Recorded:
    """An entry that was written.

    Attributes
    ----------
    journal : Path
        The file, and the line on which the entry begins.
    question : str
        What the indicator asks, until its deadline.
    entry : JournalEntry
        What was written.
    before : JournalEntry or None
        What the case said of the indicator until now.
    now : JournalEntry
        What it says from now on, once everything in it is known.
    explained_by : tuple of str
        Updates in force that stand in for the answer, which then weighs no worlds.
    notes : tuple of str
        What is worth knowing about the entry.
    """

    journal: Path
    line: int
    question: str
    deadline: dt.date
    entry: JournalEntry
    before: JournalEntry | None
    now: JournalEntry
    explained_by: tuple[str, ...]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The stable shape printed by ``--json``."""
        return {
            "journal": str(self.journal),
            "line": self.line,
            "indicator": self.entry.indicator,
            "question": self.question,
            "deadline": self.deadline.isoformat(),
            "entry": _told(self.entry),
            "before": None if self.before is None else _told(self.before),
            "now": _told(self.now),
            "explained_by": list(self.explained_by),
            "notes": list(self.notes),
        }


def record(
    case: str | Path, indicator: str, outcome: str, *, source: str, on: str | dt.date | None = None,
    known: str | dt.date | None = None, recorded: str | dt.date | None = None, note: str = "",
    wait: float = 10.0,
) -> Recorded:  # fmt: skip
    """Append what happened to the ``journal.csv`` of a case.

    Lines that stand there stay as they are, byte for byte. The file is locked from reading to
    writing, and replaced in one step once the new one is on the disk: after a crash it is the old
    one or the new one. A journal that does not exist is begun.

    Parameters
    ----------
    case : path
        The case's folder, or its ``case.yaml``.
    indicator : str
    outcome : str
        ``yes``, ``no`` or ``unknown``.
    source : str
        A source of the case.
    on : date, optional
        The day it happened, or on which it had not; needed unless the outcome is unknown.
    known : date, optional
        The day from which it was known. By default the later of ``on`` and the day on which the
        source was published; for an unknown outcome the day of recording.
    recorded : date, optional
        Today by default.
    note : str
        One line.
    wait : float
        Seconds to wait for somebody else who is writing.

    Raises
    ------
    CaseErrors
        With all that is wrong with the entry, or with the case; nothing is written.
    UsageError
        If somebody else holds the file for longer, or it cannot be written.
    """
    days = [_day_text(day) for day in (on, known, recorded)]
    answer = Answer(indicator, outcome, days[0], days[1], days[2], source, note)
    file = Path(case)
    folder = file if file.is_dir() or not file.suffix else file.parent
    if not folder.is_dir():
        read_case(case)  # tells that there is none
    journal = Path(os.path.realpath(folder / "journal.csv"))
    try:
        with locked(journal, wait):
            return _appended(case, folder / "journal.csv", journal, answer)
    except OSError as error:
        raise UsageError(f"{journal} cannot be written: {error.strerror or error}") from None


def _day_text(day: str | dt.date | None) -> str:
    return "" if day is None else str(day).strip()


def _written(entry: JournalEntry) -> dict[str, str]:
    """The cells of an entry, empty where there is nothing to say."""
    values = {name: getattr(entry, name) for name in COLUMNS["journal"]}
    return {name: "" if value is None else str(value) for name, value in values.items()}


def _told(entry: JournalEntry) -> dict[str, str | None]:
    written = _written(entry)
    return {**written, "on": written["on"] or None}


def _appended(case: str | Path, shown: Path, journal: Path, answer: Answer) -> Recorded:
    """Check and write, while the journal is locked."""
    content = journal.read_bytes() if journal.exists() else b""
    tree, folder = read_case(case)
    updates = read_updates(tree, folder)
    stands = load_tree(tree.twin(), folder, "latest", updates=updates)
    columns = _columns(content)
    entry, notes = checked_answer(stands, answer, columns)
    before = last_entries(stands).get(entry.indicator)
    grown, line, text = _grown(content, columns, entry)
    if len(grown) > MAXIMUM_BYTES:
        raise UsageError(
            f"found a journal of {len(grown):,} bytes with the new entry, "
            f"wanted at most {MAXIMUM_BYTES:,}"
        )
    number = len(stands.file.journal)
    _refuse_before_its_time(tree, updates, entry, number, Place(str(shown), line, 1, text))
    says = _with(stands, entry)
    replace_file(journal, grown, lambda: _refuse_changed(journal, content))
    asked = says.file.watch[entry.indicator]
    explained = tuple(
        update.name
        for update in says.updates
        if entry.indicator in {name.split("@")[0] for name in update.explains}
    )
    return Recorded(
        shown, line, asked.question, asked.deadline, entry, before,
        last_entries(says)[entry.indicator], explained, notes,
    )  # fmt: skip


def _columns(content: bytes) -> tuple[str, ...]:
    """The columns of a journal in their order; all of them where there is none yet."""
    if not content:
        return COLUMNS["journal"]
    text = content.decode("utf-8-sig")
    return tuple(cell.strip() for cell in next(csv.reader(io.StringIO(text, newline=""))))


def _grown(content: bytes, columns: tuple[str, ...], entry: JournalEntry) -> tuple[bytes, int, str]:
    """The new file, the line of the new entry, and its text.

    The new line ends as the first line of the file does, or not at all where the last one does
    not.
    """
    written = _written(entry)
    cells = io.StringIO(newline="")
    csv.writer(cells, lineterminator="").writerow([written[name] for name in columns])
    text = cells.getvalue()
    found = LINE_END.search(content)
    end = found.group() if found else b"\n"
    if not content:
        content = HEADER.encode() + end
    last = end if content.endswith((b"\n", b"\r")) else b""
    stands = content if last else content + end
    reader = csv.reader(io.StringIO(stands.decode("utf-8-sig"), newline=""))
    for _ in reader:
        pass
    return stands + text.encode() + last, reader.line_num + 1, text


def _with(stands: Case, entry: JournalEntry) -> Case:
    """The case with one more entry, as of the last day on which anything is known."""
    file = stands.file.model_copy(
        update={
            "journal": (*stands.file.journal, entry),
            "as_of": max(stands.as_of, entry.known),
        }
    )
    return replace(stands, file=file)


def _refuse_before_its_time(
    tree: Tree, updates: Sequence[Update], entry: JournalEntry, number: int, place: Place
) -> None:
    """Whether question and source stood in the case on the day from which the answer was known.

    Everything else about the entry was checked with all that is known; on an earlier day only
    what updates add can be missing.
    """
    there = brought_to_date(tree.twin(), updates, entry.known)
    named = {"watch": (entry.indicator, "indicator"), "sources": (entry.source, "source")}
    missing = [
        CaseError(
            dotted(("journal", number)), place.file, place.line, place.column,
            f"the {kind} {name!r} as of {entry.known}", f"a {kind} of the case",
            "an update adds it later; give the day from which it was known", place.text,
        )
        for block, (name, kind) in named.items()
        if name and not there.has((block, name))
    ]  # fmt: skip
    if missing:
        raise CaseErrors(missing)


def _refuse_changed(journal: Path, old: bytes) -> None:
    """An editor knows nothing of the lock, so what stands there is compared before it goes."""
    if old != (journal.read_bytes() if journal.exists() else b""):
        raise UsageError(f"{journal} was changed meanwhile, so nothing was written; try again")
