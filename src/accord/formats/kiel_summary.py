"""The tracker's own totals by country: the sheet ``Country Summary (€)``, in billions of euros.

Its header stands a few rows down, with units in the row below; titles occur more than once, in
euros and as shares of GDP.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

from accord.formats.kiel_cells import Tally, amount, is_blank
from accord.formats.kiel_workbook import Sheet, same_name
from accord.formats.source import Findings

__all__ = ["KINDS", "SUMMARY", "Kind", "SummaryRow", "read_summary"]

SUMMARY = "Country Summary (€)"
Kind = Literal["military", "financial", "humanitarian"]
KINDS: tuple[Kind, ...] = ("military", "financial", "humanitarian")
BILLION = 1e9
_HEADER_WITHIN = 30
_UNIT = "€ billion"


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A donor's totals of one kind of aid, in euros; ``allocated`` is None where not stated."""

    donor: str
    kind: Kind
    committed: float
    allocated: float | None
    row: int


def read_summary(sheet: Sheet, findings: Findings) -> tuple[SummaryRow, ...]:
    """The rows of the summary in their order; mistakes go to the findings."""
    header = next(
        (i for i, row in enumerate(sheet.rows[:_HEADER_WITHIN]) if "country" in _names(row)), None
    )
    if header is None:
        found = f"no header in the first {_HEADER_WITHIN} rows"
        sheet.cell(1, 1).error(findings, found, "a header with the column 'Country'")
        return ()
    columns = _columns(sheet, header, findings)
    country = _names(sheet.rows[header]).index("country")
    found_rows: list[SummaryRow] = []
    tally = Tally()
    for i in range(header + 1, len(sheet.rows)):
        row = sheet.rows[i]
        name = row[country] if country < len(row) else None
        if not isinstance(name, str) or is_blank(name):
            continue
        if same_name(name).startswith("total"):
            break
        found_rows.extend(_donor(sheet, i, " ".join(name.split()), columns, findings, tally))
    tally.tell(findings)
    return tuple(found_rows)


def _names(row: tuple[object, ...]) -> list[str]:
    return [same_name(value) if isinstance(value, str) else "" for value in row]


def _columns(sheet: Sheet, header: int, findings: Findings) -> dict[tuple[Kind, str], int]:
    """The column of each kind and measure; allocations are left out where no kind has any."""
    names = _names(sheet.rows[header])
    units = _units(sheet, header, names.index("country"))
    units += [""] * (len(names) - len(units))
    unit = same_name(_UNIT)
    at: dict[tuple[Kind, str], int] = {}
    missing = []
    for measure in ("commitments", "allocations"):
        for kind in KINDS:
            places = [i for i, name in enumerate(names) if name == f"{kind} {measure}"]
            in_euros = [i for i in places if units[i] == unit] or [
                i for i in places if not units[i]
            ]
            if in_euros:
                at[kind, measure] = in_euros[0]
            elif places:
                cell = sheet.cell(header + 2, places[0] + 1)
                cell.error(findings, f"the unit {units[places[0]]!r}", f"a column in {_UNIT}")
            else:
                missing.append((kind, measure))
    stated = {measure for _, measure in at}
    for kind, measure in missing:
        if measure in stated or measure == "commitments":
            _missing(sheet, header, f"{kind.title()} {measure}", names, findings)
    return at


def _units(sheet: Sheet, header: int, country: int) -> list[str]:
    """The units in the row below the header; none where a country stands there already."""
    below = sheet.rows[header + 1] if header + 1 < len(sheet.rows) else ()
    return [] if country < len(below) and not is_blank(below[country]) else _names(below)


def _missing(sheet: Sheet, header: int, name: str, names: list[str], findings: Findings) -> None:
    near = difflib.get_close_matches(same_name(name), [n for n in names if n], 1, 0.8)
    column = names.index(near[0]) + 1 if near else names.index("country") + 1
    found = f"the column {near[0]!r}" if near else f"no column {name!r}"
    hint = "was it renamed? name it as before, in a copy" if near else ""
    sheet.cell(header + 1, column).error(findings, found, f"the column {name!r}", hint)


def _donor(
    sheet: Sheet,
    i: int,
    donor: str,
    columns: dict[tuple[Kind, str], int],
    findings: Findings,
    tally: Tally,
) -> list[SummaryRow]:
    row = sheet.rows[i]

    def euros(kind: Kind, measure: str) -> float | None:
        if (kind, measure) not in columns:
            return None
        at = columns[kind, measure]
        value = row[at] if at < len(row) else None
        title = f"{kind.title()} {measure}"
        found = amount(value, sheet.cell(i + 1, at + 1), title, findings, tally)
        return (found or 0.0) * BILLION

    return [
        SummaryRow(
            donor, kind, euros(kind, "commitments") or 0.0, euros(kind, "allocations"), i + 1
        )
        for kind in KINDS
    ]
