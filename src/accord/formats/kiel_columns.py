"""Which columns the tracker's releases have, and where they stand in a sheet.

The layouts were read off public programs that work with the releases named here; the workbook
itself is the Kiel Institute's (Trebesch et al., The Ukraine Support Tracker, Kiel Working Paper
2218), and no part of it belongs to accord.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accord.formats.kiel_workbook import Sheet, same_name
from accord.formats.source import Findings

__all__ = ["LAYOUTS", "Header", "Layout", "find_header"]

_HEADER_WITHIN = 30
"""Rows above which a header is looked for."""

_FEWEST = 3
"""Columns by which a row is known as a header."""

_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Layout:
    """How one group of releases writes an entry.

    Attributes
    ----------
    name : str
        As reports call it.
    required, optional : mapping
        The names of columns by what they mean to the reader. ``allocated`` is missing where a
        release states commitments alone.
    """

    name: str
    required: Mapping[str, str]
    optional: Mapping[str, str]

    @property
    def columns(self) -> dict[str, str]:
        """All that may be there."""
        return {**self.required, **self.optional}


_TITLED = {
    "donor": "Countries",
    "date": "Announcement Date",
    "kind": "Type of Aid General",
    "committed": "Converted Value in EUR",
}
_TITLED_OPTIONAL = {
    "activity": "ID",
    "detail": "Type of Aid Specific",
    "explanation": "Explanation",
}

LAYOUTS = (
    # releases 27, 28 and 30; of 21 some of the columns were seen
    Layout(
        "names of variables",
        {
            "donor": "donor",
            "date": "announcement_date",
            "measure": "measure",
            "kind": "aid_type_general",
            "committed": "tot_activity_value_EUR",
            "allocated": "tot_sub_activity_value_EUR_redistr",
        },
        {
            "activity": "activity_id",
            "detail": "aid_type_specific",
            "explanation": "explanation",
            "item": "item",
            "currency": "reporting_currency",
            "month": "month",
        },
    ),
    # releases before, once allocations were stated beside commitments
    Layout(
        "titles with allocations",
        {
            **_TITLED,
            "measure": "Type of donation",
            "allocated": "Allocated Total in EUR (redistributed)",
        },
        _TITLED_OPTIONAL,
    ),
    # the first releases, up to about the thirteenth: commitments and deliveries
    Layout("titles with commitments", _TITLED, _TITLED_OPTIONAL),
)


@dataclass(frozen=True, slots=True)
class Header:
    """Where a layout's columns stand: the row from 1, and positions in a row from 0."""

    layout: Layout
    row: int
    at: Mapping[str, int]


def find_header(sheet: Sheet, layouts: Sequence[Layout], findings: Findings) -> Header | None:
    """The header of a sheet, None where a column is missing; the findings say which."""
    best = max(
        ((layout, row) for row in range(1, _HEADER_WITHIN + 1) for layout in layouts),
        key=lambda pair: _fit(sheet, *pair),
    )
    layout, row = best
    if _fit(sheet, layout, row)[0] < _FEWEST:
        wanted = f"a header with the columns {', '.join(layouts[0].required.values())}"
        found = f"no header in the first {_HEADER_WITHIN} rows"
        sheet.cell(1, 1).error(findings, found, wanted)
        return None
    at = _positions(sheet, layout, row, findings)
    if set(layout.required) - set(at):
        return None
    _tell_unused(sheet, row, set(at.values()), findings)
    return Header(layout, row, at)


def _cells(sheet: Sheet, row: int) -> list[str]:
    """The names in a row, as they are compared; nothing where there is no text."""
    values = sheet.rows[row - 1] if row <= len(sheet.rows) else ()
    return [same_name(value) if isinstance(value, str) else "" for value in values]


def _fit(sheet: Sheet, layout: Layout, row: int) -> tuple[int, int]:
    """How many of a layout's columns a row has, and how few are missing."""
    cells = set(_cells(sheet, row))
    hits = sum(same_name(name) in cells for name in layout.required.values())
    return hits, hits - len(layout.required)


def _positions(sheet: Sheet, layout: Layout, row: int, findings: Findings) -> dict[str, int]:
    cells = _cells(sheet, row)
    at = {}
    for meaning, name in layout.columns.items():
        places = [i for i, cell in enumerate(cells) if cell == same_name(name)]
        if len(places) > 1:
            cell = sheet.cell(row, places[1] + 1)
            cell.error(findings, f"the column {name!r} a second time", "each column once")
        if places:
            at[meaning] = places[0]
    known = {same_name(name) for name in layout.columns.values()}
    spare = [cell for cell in cells if cell and cell not in known]
    for meaning in layout.required:
        if meaning not in at:
            _missing(sheet, row, layout.required[meaning], spare, findings)
    return at


def _missing(sheet: Sheet, row: int, name: str, spare: list[str], findings: Findings) -> None:
    """Say that a column is not there, at the column that may have been meant."""
    wanted = f"the column {name!r}"
    for other in range(1, min(_HEADER_WITHIN, len(sheet.rows)) + 1):
        cells = _cells(sheet, other)
        if other != row and same_name(name) in cells:
            cell = sheet.cell(other, cells.index(same_name(name)) + 1)
            found = f"the title {name!r} outside the header in row {row}"
            cell.error(findings, found, wanted, f"move it into row {row}")
            return
    near = difflib.get_close_matches(same_name(name), spare, 1, 0.6)
    cells = _cells(sheet, row)
    if near:
        column = cells.index(near[0]) + 1
        title = str(sheet.rows[row - 1][column - 1]).strip()
        hint = "was it renamed? name it as before, in a copy"
        sheet.cell(row, column).error(findings, f"the column {title!r}", wanted, hint)
        return
    first = next(i for i, cell in enumerate(cells, 1) if cell)
    hint = f"there are {', '.join(repr(cell) for cell in spare[:_MOST_NAMED])}" if spare else ""
    sheet.cell(row, first).error(findings, f"no column {name!r}", wanted, hint)


def _tell_unused(sheet: Sheet, row: int, used: set[int], findings: Findings) -> None:
    values = sheet.rows[row - 1]
    names = [
        " ".join(str(value).split())
        for i, value in enumerate(values)
        if i not in used and value is not None and str(value).strip()
    ]
    if names:
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        listed = ", ".join(names[:_MOST_NAMED]) + more
        columns = "column was" if len(names) == 1 else "columns were"
        what = f"{sheet.name}: {len(names)} {columns} not used ({listed})"
        findings.ignore(sheet.cell(row, 1).place, what)
