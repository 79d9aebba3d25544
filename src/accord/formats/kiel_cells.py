"""What the cells of the tracker mean: amounts, days, months, and the words of its columns.

Placeholders that the releases are known to hold (a full stop, "No price", "Not given",
"undisclosed", "No Information", months numbered 0, days written as "until 12/20/2022") are
counted and told, not refused; anything else that does not fit is a mistake with its cell.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from accord.formats.kiel_workbook import Cell, same_name
from accord.formats.source import Findings, number

__all__ = ["Tally", "amount", "currency", "day", "is_blank", "month", "text", "word"]

_PLACEHOLDERS = {".", "-", "no price", "not given", "undisclosed", "no information"}
_FIRST_SERIAL, _LAST_SERIAL = 36_526, 73_050
"""Days of the years 2000 to 2099 as spreadsheets number them, 1 being 1 January 1900."""

_EARLIEST, _LATEST = 2000, 2099
_SERIAL_ZERO = dt.date(1899, 12, 30)
_FIRST_YEAR = 2022
"""Month 1 of the tracker is January 2022."""

_MOST_MONTHS = 600
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_LONGEST = 200


@dataclass
class Tally:
    """How often something was passed over, and where first."""

    counts: dict[str, int] = field(default_factory=dict)
    first: dict[str, Cell] = field(default_factory=dict)

    def add(self, what: str, cell: Cell) -> None:
        """Count one."""
        self.counts[what] = self.counts.get(what, 0) + 1
        self.first.setdefault(what, cell)

    def tell(self, findings: Findings) -> None:
        """One sentence for each, in the order in which they first came."""
        for what, count in self.counts.items():
            cell = self.first[what]
            findings.ignore(cell.place, f"{what}: {count} (first in {cell.name})")


def is_blank(value: Any) -> bool:
    """Whether a cell is empty, or holds a word for nothing known."""
    return value is None or (isinstance(value, str) and same_name(value) in {"", *_PLACEHOLDERS})


def amount(value: Any, cell: Cell, column: str, findings: Findings, tally: Tally) -> float | None:
    """An amount of at least nothing, None where none is stated or the cell is a mistake."""
    if is_blank(value):
        if value is not None and str(value).strip():
            tally.add(f"cells of {column!r} with a word for no amount, taken as none", cell)
        return None
    found = number(value) if isinstance(value, str) else _plain(value)
    if found is None:
        hint = "an error of a formula" if str(value).startswith("#") else ""
        cell.error(findings, repr(value), f"a number in {column!r}", hint)
        return None
    if isinstance(value, str):
        tally.add(f"cells of {column!r} with a number written as text, taken as numbers", cell)
    if found < 0:
        hint = "if it corrects another entry, subtract it there in a copy"
        cell.error(findings, f"{found:,.15g}", f"an amount of at least 0 in {column!r}", hint)
        return None
    return found


def _plain(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e300 and math.isfinite(value) else None


def word(
    value: Any, cell: Cell, column: str, known: Sequence[str], findings: Findings
) -> str | None:
    """One of the words of a column, in small letters; None where it is another."""
    found = same_name(value) if isinstance(value, str) else ""
    if found in known:
        return found
    near = difflib.get_close_matches(found, known, 1)
    hint = f"did you mean {near[0].title()!r}?" if near else ""
    wanted = f"{', '.join(name.title() for name in known)} in {column!r}"
    cell.error(findings, "nothing" if is_blank(value) else repr(value), wanted, hint)
    return None


def currency(value: Any, cell: Cell, column: str, findings: Findings) -> None:
    """Check a currency: three letters (ISO 4217), where one is named."""
    if not is_blank(value) and not (isinstance(value, str) and _CURRENCY.fullmatch(value.strip())):
        cell.error(findings, repr(value), f"a currency's three letters in {column!r}", "e.g. EUR")


def day(value: Any, cell: Cell, column: str, findings: Findings, tally: Tally) -> dt.date | None:
    """A day, None where none is stated or it cannot be told which."""
    # a nought with the format of a day reads as midnight
    if is_blank(value) or isinstance(value, dt.time):
        return None
    if isinstance(value, str | dt.date):
        found = _written(value) if isinstance(value, str) else value
        if isinstance(found, dt.datetime):
            found = found.date()
        if found is None or not _EARLIEST <= found.year <= _LATEST:
            tally.add(f"cells of {column!r} that name no day of this century", cell)
            return None
        return found
    serial = _plain(value)
    if serial is None or not _FIRST_SERIAL <= serial <= _LAST_SERIAL:
        cell.error(findings, repr(value), f"a day in {column!r}")
        return None
    return _SERIAL_ZERO + dt.timedelta(days=int(serial))


def _written(value: str) -> dt.date | None:
    """The day in a text: ISO, or month/day/year as the releases write it."""
    iso, american = _ISO.search(value), _AMERICAN.search(value)
    if iso:
        year, first, second = map(int, iso.groups())
    elif american:
        first, second, year = map(int, american.groups())
        if first > 12 >= second:
            first, second = second, first
    else:
        return None
    try:
        return dt.date(year, first, second)
    except ValueError:
        return None


def month(value: Any, cell: Cell, column: str, findings: Findings) -> str:
    """The month that the tracker numbers, as ``2022-01`` for 1; nothing where unknown (0)."""
    if is_blank(value):
        return ""
    found = number(value) if isinstance(value, str) else _plain(value)
    if found is None or found != int(found) or not 0 <= found <= _MOST_MONTHS:
        cell.error(findings, repr(value), f"a month in {column!r}: 1 for January 2022, 0 unknown")
        return ""
    years, months = divmod(int(found) - 1, 12)
    return f"{_FIRST_YEAR + years}-{months + 1:02d}" if found else ""


def text(value: Any) -> str:
    """The words of a cell on one line, no longer than a reader wants."""
    return "" if is_blank(value) else " ".join(str(value).split())[:_LONGEST]
