"""The workbook of the Ukraine Support Tracker, as a user downloads it from the Kiel Institute.

Every row of the main sheet is an activity or a part of one. The columns are summed the way that
reproduces the tracker's own totals by country: commitments over all rows (the value of an activity
stands in its first row alone, and what is allocated was committed), allocations over the rows
whose measure is an allocation (Trebesch et al. 2023, The Ukraine Support Tracker: Which countries
help Ukraine and how?, Kiel Working Paper 2218).
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from accord._errors import CaseErrors
from accord.case.tree import Place
from accord.formats.kiel_cells import Tally, amount, currency, day, is_blank, month, text, word
from accord.formats.kiel_columns import LAYOUTS, Header, find_header
from accord.formats.kiel_summary import KINDS, SUMMARY, Kind, SummaryRow, read_summary
from accord.formats.kiel_workbook import Cell, Sheet, Workbook, open_workbook, same_name
from accord.formats.source import Findings

__all__ = ["MAIN", "Entry", "Measure", "Tracker", "read_tracker"]

MAIN = "Bilateral Assistance, MAIN DATA"
Measure = Literal["commitment", "allocation"]
_MEASURES = ("commitment", "allocation")
_RELEASE = re.compile(r"release[ _-]*(\d{1,3}[a-z]*\d*)", re.IGNORECASE)
_COVERS, _COVER_ROWS = 3, 40


@dataclass(frozen=True, slots=True)
class Entry:
    """A commitment or an allocation in one row of the main sheet.

    Attributes
    ----------
    donor : str
        As the workbook names it.
    kind : str
        ``military``, ``financial`` or ``humanitarian``.
    measure : str
        ``commitment`` or ``allocation``.
    activity : str
        The workbook's id of the activity, may be empty.
    date : date or None
        Day of the announcement.
    month : str
        Such as ``2022-03``, empty where neither day nor month is known.
    value : float
        Euros, above 0.
    item, explanation : str
        What it is, as far as the workbook says.
    row : int
        Row of the sheet.
    """

    donor: str
    kind: Kind
    measure: Measure
    activity: str
    date: dt.date | None
    month: str
    value: float
    item: str
    explanation: str
    row: int


@dataclass(frozen=True, slots=True)
class Tracker:
    """A release of the tracker.

    Attributes
    ----------
    file : str
        As the user named it.
    release : str
        Its number, such as ``28`` or ``30v2``, by the workbook or its name; may be empty.
    layout : str
        Which of the known layouts the main sheet has; empty without a main sheet.
    allocated : bool
        Whether the release states allocations beside commitments.
    entries : tuple of Entry
        In the order of the sheet; empty where there is the summary alone.
    summary : tuple of SummaryRow
        The workbook's own totals, empty where it has none.
    ignored : tuple of str
        What was passed over, a sentence each.
    """

    file: str
    release: str
    layout: str
    allocated: bool
    entries: tuple[Entry, ...]
    summary: tuple[SummaryRow, ...]
    ignored: tuple[str, ...]

    @property
    def as_of(self) -> str:
        """Day or month of the latest entry, empty where none has one."""
        dates = [entry.date.isoformat() if entry.date else entry.month for entry in self.entries]
        return max(dates, default="")


def read_tracker(file: str | Path) -> Tracker:
    """Read a workbook of the tracker.

    Parameters
    ----------
    file : path
        An ``.xlsx`` with the main sheet, the country summary, or both.

    Raises
    ------
    CaseErrors
        With every mistake that was found, each with its sheet and cell.
    """
    findings = Findings()
    book = open_workbook(file)
    main, summary = _named(book, MAIN), _named(book, SUMMARY)
    if main is None and summary is None:
        _refuse_sheets(book)
    layout, allocated = "", False
    entries: tuple[Entry, ...] = ()
    if main is not None:
        layout, allocated, entries = _read_main(book.sheet(main), findings)
    rows = read_summary(book.sheet(summary), findings) if summary is not None else ()
    if main is None:
        findings.ignore(Place(book.label), f"no sheet {MAIN!r}: the totals of {summary} were read")
        allocated = any(row.allocated is not None for row in rows)
    if findings.errors:
        raise CaseErrors(findings.errors)
    release = _release(book, {main, summary})
    return Tracker(book.label, release, layout, allocated, entries, rows, tuple(findings.ignored))


def _named(book: Workbook, wanted: str) -> str | None:
    return next((name for name in book.names if same_name(name) == same_name(wanted)), None)


def _refuse_sheets(book: Workbook) -> None:
    findings = Findings()
    near = difflib.get_close_matches(MAIN, book.names, 1)
    hint = f"was {near[0]!r} renamed?" if near else ""
    found = "the sheets " + ", ".join(repr(name) for name in book.names[:12])
    findings.error(Place(book.label), found, f"the sheet {MAIN!r} or {SUMMARY!r}", hint)
    raise CaseErrors(findings.errors)


def _release(book: Workbook, read: set[str | None]) -> str:
    """The number of the release: from the file's name, the title, or the first sheets."""
    return next(filter(None, map(_number_of, _said(book, read))), "")


def _said(book: Workbook, read: set[str | None]) -> Iterator[str]:
    yield Path(book.label).stem
    yield book.title
    for name in [name for name in book.names[:_COVERS] if name not in read]:
        for row in book.sheet(name, _COVER_ROWS).rows:
            yield from (value for value in row if isinstance(value, str))


def _number_of(words: str) -> str:
    match = _RELEASE.search(words)
    return match.group(1).lower() if match else ""


def _read_main(sheet: Sheet, findings: Findings) -> tuple[str, bool, tuple[Entry, ...]]:
    header = find_header(sheet, LAYOUTS, findings)
    if header is None:
        return "", False, ()
    reader = _Reader(sheet, header, findings)
    entries: list[Entry] = []
    for number in range(header.row + 1, len(sheet.rows) + 1):
        entries.extend(reader.entries(number))
    reader.tally.tell(findings)
    if not entries and not findings.errors:
        hint = "open it in a spreadsheet program and save it, so that formulas have values"
        cell = sheet.cell(header.row + 1, 1)
        cell.error(findings, "no row with an amount", "commitments or allocations", hint)
    allocated = "allocated" in header.layout.required
    if not allocated:
        findings.ignore(
            sheet.cell(header.row, 1).place,
            "this release states no allocations: its entries are commitments alone",
        )
    return header.layout.name, allocated, tuple(entries)


class _Reader:
    """The main sheet on its way to entries."""

    def __init__(self, sheet: Sheet, header: Header, findings: Findings) -> None:
        self._sheet = sheet
        self._header = header
        self._findings = findings
        self.tally = Tally()

    def _value(self, row: int, meaning: str) -> Any:
        values, at = self._sheet.rows[row - 1], self._header.at.get(meaning)
        return values[at] if at is not None and at < len(values) else None

    def _cell(self, row: int, meaning: str) -> Cell:
        return self._sheet.cell(row, self._header.at.get(meaning, 0) + 1)

    def _column(self, meaning: str) -> str:
        return self._header.layout.columns[meaning]

    def _amount(self, row: int, meaning: str) -> float:
        if meaning not in self._header.at:
            return 0.0
        cell, column = self._cell(row, meaning), self._column(meaning)
        value = self._value(row, meaning)
        return amount(value, cell, column, self._findings, self.tally) or 0.0

    def entries(self, row: int) -> list[Entry]:
        """The commitment and the allocation of a row, as far as it states them."""
        if all(map(is_blank, self._sheet.rows[row - 1])):
            return []
        donor = text(self._value(row, "donor"))
        said = ("kind", "measure", "committed", "allocated")
        if not donor:
            if all(is_blank(self._value(row, meaning)) for meaning in said):
                what = "rows without donor, kind and amount, taken as remarks"
                self.tally.add(what, self._sheet.cell(row, 1))
                return []
            cell = self._cell(row, "donor")
            cell.error(self._findings, "nothing", f"a donor in {self._column('donor')!r}")
        kind = self._word(row, "kind", KINDS)
        measure = self._word(row, "measure", _MEASURES) if self._has_measure else "commitment"
        if "currency" in self._header.at:
            cell, value = self._cell(row, "currency"), self._value(row, "currency")
            currency(value, cell, self._column("currency"), self._findings)
        values = self._values(row, measure)
        date, known_month = self._when(row)
        if kind is None or measure is None or not donor:
            return []
        if not values:
            self.tally.add("rows without an amount", self._sheet.cell(row, 1))
        elif not known_month:
            self.tally.add("entries without day or month", self._cell(row, "date"))
        activity = text(self._value(row, "activity"))
        item = text(self._value(row, "item")) or text(self._value(row, "detail"))
        explanation = text(self._value(row, "explanation"))
        kinds: dict[str, Kind] = {name: name for name in KINDS}
        return [
            Entry(donor, kinds[kind], which, activity, date, known_month, value, item, explanation,
                  row)
            for which, value in values
        ]  # fmt: skip

    @property
    def _has_measure(self) -> bool:
        return "measure" in self._header.layout.required

    def _word(self, row: int, meaning: str, known: tuple[str, ...]) -> str | None:
        cell, value = self._cell(row, meaning), self._value(row, meaning)
        return word(value, cell, self._column(meaning), known, self._findings)

    def _values(self, row: int, measure: str | None) -> list[tuple[Measure, float]]:
        committed, allocated = self._amount(row, "committed"), self._amount(row, "allocated")
        found: list[tuple[Measure, float]] = []
        if committed:
            found.append(("commitment", committed))
        if allocated and measure == "allocation":
            found.append(("allocation", allocated))
        elif allocated:
            what = "allocated amounts in rows that are commitments, not counted"
            self.tally.add(what, self._cell(row, "allocated"))
        return found

    def _when(self, row: int) -> tuple[dt.date | None, str]:
        cell, column = self._cell(row, "date"), self._column("date")
        date = day(self._value(row, "date"), cell, column, self._findings, self.tally)
        numbered = ""
        if "month" in self._header.at:
            cell, column = self._cell(row, "month"), self._column("month")
            numbered = month(self._value(row, "month"), cell, column, self._findings)
        return date, f"{date:%Y-%m}" if date else numbered
