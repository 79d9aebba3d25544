"""A table of cases as csv: a column that says what came of each, and columns of inputs."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from accord._errors import CaseErrors
from accord.formats.source import Findings, Source, number, read_source

__all__ = ["OutcomeTable", "read_outcome_table"]

MOST_ERRORS = 50


@dataclass(frozen=True)
class OutcomeTable:
    """A table that was read.

    Attributes
    ----------
    inputs : mapping of column to list of float, or of str where any cell is no number
    outcome : list of bool
    """

    inputs: dict[str, list[float] | list[str]]
    outcome: list[bool]


def read_outcome_table(
    file: str | Path, outcome: str, inputs: Sequence[str] = ()
) -> OutcomeTable:  # fmt: skip
    """Read a table.

    Parameters
    ----------
    outcome : str
        The column that holds 0 or 1.
    inputs : sequence of str
        Columns that count as inputs; all others where none are named.

    Raises
    ------
    CaseErrors
        With everything that is wrong: columns that are missing or named twice, rows of another
        length, empty cells, an outcome that is neither 0 nor 1 or the same in every row.
    """
    source, findings = read_source(file, "a csv table with a header"), Findings()
    if source.text is None:
        findings.error(source.place(), "bytes that are no UTF-8", "a csv table in UTF-8")
        raise CaseErrors(findings.errors)
    reader = csv.reader(io.StringIO(source.text, newline=""))
    header = [name.strip() for name in next(reader, [])]
    wanted = _columns(source, findings, header, outcome, inputs)
    if findings.errors:
        raise CaseErrors(findings.errors)
    cells: dict[str, list[str]] = {name: [] for name in (*wanted, outcome)}
    lines: list[int] = []
    for row in reader:
        if any(cell.strip() for cell in row):
            lines.append(reader.line_num)
            _take(source, findings, header, row, reader.line_num, cells)
    happened = _outcome(source, findings, outcome, cells[outcome], lines)
    if findings.errors:
        raise CaseErrors(findings.errors[:MOST_ERRORS])
    return OutcomeTable({name: _typed(cells[name]) for name in wanted}, happened)


def _columns(
    source: Source, findings: Findings, header: Sequence[str], outcome: str, inputs: Sequence[str]
) -> list[str]:
    """The columns of inputs."""
    for name in sorted({name for name in header if header.count(name) > 1}):
        findings.error(source.place(1, 1), f"the column {name!r} twice", "names that differ")
    for name in (outcome, *inputs):
        if name not in header:
            near = difflib.get_close_matches(name, header, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(header)}"
            findings.error(source.place(1, 1), f"no column {name!r}", "a column of the table", hint)
    chosen = [name for name in (inputs or header) if name != outcome]
    if not chosen:
        findings.error(source.place(1, 1), "no column of inputs", "at least one")
    return list(dict.fromkeys(chosen))


def _take(
    source: Source, findings: Findings, header: Sequence[str], row: Sequence[str], line: int,
    cells: dict[str, list[str]],
) -> None:  # fmt: skip
    if len(row) != len(header):
        findings.error(
            source.place(line, 1), f"{len(row)} cells", f"{len(header)}, as in the header"
        )
        row = [*row, *[""] * len(header)][: len(header)]
    elif any(not row[header.index(name)].strip() for name in cells):
        empty = next(name for name in cells if not row[header.index(name)].strip())
        findings.error(source.place(line, 1), f"nothing under {empty!r}", "a value in every row")
    for name, column in cells.items():
        column.append(row[header.index(name)].strip())


def _outcome(
    source: Source, findings: Findings, name: str, cells: Sequence[str], lines: Sequence[int]
) -> list[bool]:
    found = [number(cell) for cell in cells]
    for cell, value, line in zip(cells, found, lines, strict=True):
        if cell and value not in {0.0, 1.0}:
            findings.error(source.place(line, 1), f"{cell!r} under {name!r}", "0 or 1", path=name)
    kinds = {value for value in found if value in {0.0, 1.0}}
    if not findings.errors and len(kinds) < 2:
        told = "no row" if not cells else f"only {next(iter(kinds)):.0f}"
        findings.error(
            source.place(1, 1), f"{told} under {name!r}", "rows with 0 and rows with 1",
            "there is nothing to tell apart", path=name,
        )  # fmt: skip
    return [value == 1.0 for value in found]


def _typed(cells: Sequence[str]) -> list[float] | list[str]:
    """Numbers where every cell is one, else words."""
    numbers = [value for cell in cells if (value := number(cell)) is not None]
    return numbers if len(numbers) == len(cells) else list(cells)
