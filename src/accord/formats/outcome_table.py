"""A table of cases as csv: a column that says what came of each, and columns of inputs."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from accord._errors import CaseErrors
from accord.formats.source import Findings, Source, number, read_source

__all__ = ["OutcomeTable", "read_outcome_table"]

MOST_CATEGORIES = 50
"""Different words that a column may always hold; with more, they must be at most half its rows."""

_MOST_LINES = 5
_LONGEST_CELL = 40
_WORDS_OF_TRUTH = (("true", "false"), ("yes", "no"), ("t", "f"), ("y", "n"))


@dataclass(frozen=True)
class OutcomeTable:
    """A table that was read.

    Attributes
    ----------
    inputs : mapping of column to list of float, or of str where it holds categories
    outcome : list of bool
    """

    inputs: dict[str, list[float] | list[str]]
    outcome: list[bool]


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of a row, and the first and the last of its lines."""

    line: int
    last: int
    cells: list[str]


def read_outcome_table(
    file: str | Path, outcome: str, inputs: Sequence[str] = ()
) -> OutcomeTable:  # fmt: skip
    """Read a table.

    A column in which more than half of the cells are finite numbers is a column of numbers, and
    every other cell in it is a mistake. Any other column holds categories; one with more than 50
    different words in more than half of its rows names its rows and is a mistake as a whole.

    Parameters
    ----------
    outcome : str
        The column that holds 0 or 1.
    inputs : sequence of str
        Columns that count as inputs; all others where none are named.

    Raises
    ------
    CaseErrors
        With everything that is wrong: columns that are missing, nameless or named twice, rows of
        another length, empty cells, cells that are no number among numbers, columns that name
        their rows, an outcome that is neither 0 nor 1 or the same in every row. One for each
        column, at the first of its cells.
    """
    source, findings = read_source(file, "a csv table with a header"), Findings()
    if source.text is None:
        findings.error(source.place(), "bytes that are no UTF-8", "a csv table in UTF-8")
        raise CaseErrors(findings.errors)
    rows = _rows(source, source.text)
    top = next(rows, _Row(1, 1, []))
    columns = _Columns(source, findings, top)
    wanted = columns.choose(outcome, inputs)
    if findings.errors:
        raise CaseErrors(findings.errors)
    columns.take(rows)
    happened = columns.outcome(outcome)
    table = OutcomeTable({name: columns.inputs(name) for name in wanted}, happened)
    if findings.errors:
        raise CaseErrors(findings.errors)
    return table


def _rows(source: Source, text: str) -> Iterator[_Row]:
    """Rows in which anything stands."""
    reader, line = csv.reader(io.StringIO(text, newline="")), 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) or (cells and line == 1):
                yield _Row(line, reader.line_num, [cell.strip() for cell in cells])
            line = reader.line_num + 1
    except csv.Error:
        findings = Findings()
        findings.error(
            source.place(line, 1), f"a cell of more than {csv.field_size_limit():,} characters",
            "shorter cells", "is there a quotation mark that is not closed?",
        )  # fmt: skip
        raise CaseErrors(findings.errors) from None


class _Columns:
    """The columns of one table, and what is wrong with them."""

    def __init__(self, source: Source, findings: Findings, header: _Row) -> None:
        self._source = source
        self._findings = findings
        self._header = header
        self._names = header.cells
        self._rows: list[_Row] = []

    def choose(self, outcome: str, inputs: Sequence[str]) -> list[str]:
        """The columns of inputs."""
        names = self._names
        for at, name in enumerate(names):
            if not name:
                self._error(
                    self._header, at, "a column without a name", "a name for every column",
                    "name the column in the header, or leave it out",
                )  # fmt: skip
            elif name in names[:at]:
                self._error(self._header, at, f"the column {name!r} twice", "names that differ")
        for name in (outcome, *inputs):
            if name not in names:
                near = difflib.get_close_matches(name, names, 1)
                hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}"
                self._error(self._header, 0, f"no column {name!r}", "a column of the table", hint)
        chosen = [name for name in (inputs or names) if name != outcome]
        if not chosen:
            self._error(self._header, 0, "no column of inputs", "at least one")
        return list(dict.fromkeys(chosen))

    def take(self, rows: Iterator[_Row]) -> None:
        """Take the rows that are as long as the header."""
        found, wide = list(rows), len(self._names)
        self._rows = [row for row in found if len(row.cells) == wide]
        odd = [row for row in found if len(row.cells) != wide]
        if odd:
            more = _more(odd, len(found), "have another number of cells than the header")
            self._error(odd[0], 0, f"{len(odd[0].cells)} cells{more}", f"{wide}, as in the header")

    def outcome(self, name: str) -> list[bool]:
        """Whether it happened, by row."""
        cells = self._cells(name)
        values = [number(cell) for cell in cells]
        wrong = [row for row, value in enumerate(values) if value not in {0.0, 1.0}]
        if wrong:
            hint = _in_numbers([cells[row] for row in wrong])
            self._cells_error(name, wrong, "hold neither 0 nor 1", "0 or 1 in every row", hint)
        elif len(set(values)) < 2 and not self._findings.errors:
            told = f"only {values[0]:.0f}" if values else "no row"
            self._error(
                self._header, self._names.index(name), f"{told} under {name!r}",
                "rows with 0 and rows with 1", "there is nothing to tell apart", name,
            )  # fmt: skip
        return [value == 1.0 for value in values]

    def inputs(self, name: str) -> list[float] | list[str]:
        """Numbers where more than half of the cells are, else words."""
        cells = self._cells(name)
        values = [number(cell) for cell in cells]
        numbers = [value for value in values if value is not None]
        if 2 * len(numbers) <= len(cells):
            return self._categories(name, cells)
        wrong = [row for row, value in enumerate(values) if value is None]
        if wrong:
            which = ("row", "number") if len(wrong) == 1 else ("rows", "numbers")
            hint = f"leave the {which[0]} out or fill the {which[1]} in"
            if any(cells[row] for row in wrong):
                hint += "; if the column holds categories, write words in every row"
            wanted = f"a finite number, as in {len(numbers):,} of {len(cells):,} rows"
            self._cells_error(name, wrong, "hold no finite number", wanted, hint)
        return numbers

    def _categories(self, name: str, cells: list[str]) -> list[str]:
        different = len(set(cells))
        empty = [row for row, cell in enumerate(cells) if not cell]
        if different > MOST_CATEGORIES and 2 * different > len(cells):
            self._error(
                self._header, self._names.index(name),
                f"{different:,} different values in {len(cells):,} rows under {name!r}",
                "numbers, or categories that many rows share",
                "it names the rows and explains nothing: leave the column out", name,
            )  # fmt: skip
        elif empty:
            hint = f"leave the row{'s' * (len(empty) > 1)} out or fill the value in"
            self._cells_error(name, empty, "hold nothing", "a value in every row", hint)
        return cells

    def _cells(self, name: str) -> list[str]:
        at = self._names.index(name)
        return [row.cells[at] for row in self._rows]

    def _cells_error(
        self, name: str, wrong: Sequence[int], how: str, wanted: str, hint: str
    ) -> None:
        """One mistake for all cells of a column that are wrong alike, at the first of them."""
        at, rows = self._names.index(name), [self._rows[row] for row in wrong]
        cell = rows[0].cells[at]
        shown = repr(cell if len(cell) <= _LONGEST_CELL else f"{cell[:_LONGEST_CELL]}…")
        found = f"{shown if cell else 'nothing'} under {name!r}"
        more = _more(rows, len(self._rows), how)
        self._error(rows[0], at, f"{found}{more}", wanted, hint, name)

    def _error(
        self, row: _Row, at: int, found: str, wanted: str, hint: str = "", path: str = ""
    ) -> None:
        place = self._source.place(*_place(self._source.lines, row, at))
        self._findings.error(place, found, wanted, hint, path)


def _more(rows: Sequence[_Row], count: int, how: str) -> str:
    """How many rows are like the first, and the lines of some; nothing for one row."""
    if len(rows) == 1:
        return ""
    lines = [str(row.line) for row in rows[:_MOST_LINES]] + ["…"] * (len(rows) > _MOST_LINES)
    return f", the first of {len(rows):,} rows (of {count:,}) that {how}: lines {', '.join(lines)}"


def _in_numbers(wrong: Sequence[str]) -> str:
    """The way from an outcome that is neither 0 nor 1 to one that is."""
    words = {cell.casefold() for cell in wrong}
    for yes, no in _WORDS_OF_TRUTH:
        if words <= {yes, no}:
            return f"write 1 for {yes} and 0 for {no}"
    return "name another column as the outcome, or write 1 where it happened and 0 where it did not"


def _place(lines: Sequence[str], row: _Row, at: int) -> tuple[int, int]:
    """Line and column, from 1, where a cell begins: the csv module does not tell."""
    cell, state = 0, "new"
    for line in range(row.line, row.last + 1):
        text = lines[line - 1]
        for column, sign in enumerate(text):
            if cell == at:
                return line, len(text) - len(text[column:].lstrip()) + 1
            if sign == "," and state != "quoted":
                cell, state = cell + 1, "new"
            elif sign == '"' and state != "plain":
                state = "closed" if state == "quoted" else "quoted"
            elif state != "quoted":
                state = "plain"
        if cell == at:
            return line, len(text) + 1
    return row.line, 1
