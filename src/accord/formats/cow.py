"""National Material Capabilities of the Correlates of War project, the abridged csv.

One row for each state and year since 1816: military expenditure and personnel, iron and steel,
energy, total and urban population, and the composite index (CINC), a state's mean share of the
world's totals (Singer, Bremer and Stuckey 1972, Capability Distribution, Uncertainty, and Major
Power War; Singer 1987, International Interactions 14).
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path

from accord._errors import CaseErrors
from accord.formats.source import Findings, Source, number, read_source

__all__ = ["COMPONENTS", "Capabilities", "CapabilityTable", "is_cow", "read_cow"]

COMPONENTS = ("irst", "milex", "milper", "pec", "tpop", "upop", "cinc")
_REQUIRED = ("stateabb", "ccode", "year", *COMPONENTS)
_OPTIONAL = ("version",)
_TELLING = {"stateabb", "ccode", "cinc"}
_FEWEST = 4
_MISSING = -9.0
_SEPARATORS = (",", ";", "\t")
_FIELDS = {
    separator: re.compile(rf'[ ]*(?:"((?:[^"]|"")*)"[ ]*|([^{separator}]*))(?:{separator}|$)')
    for separator in _SEPARATORS
}
_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Capabilities:
    """A state in a year; None where the file says that a number is missing (−9 or nothing).

    Attributes
    ----------
    state : str
        COW's abbreviation, such as ``UKG``.
    code : int
        COW's number of the state.
    year : int
    irst : float or None
        Iron and steel, thousand tons.
    milex : float or None
        Military expenditure, thousand US dollars of the year (pounds sterling before 1914).
    milper : float or None
        Military personnel, thousands.
    pec : float or None
        Primary energy consumption, thousand coal-ton equivalents.
    tpop, upop : float or None
        Total and urban population, thousands.
    cinc : float or None
        Share of the world, 0 to 1.
    line : int
        Line of the file.
    """

    state: str
    code: int
    year: int
    irst: float | None
    milex: float | None
    milper: float | None
    pec: float | None
    tpop: float | None
    upop: float | None
    cinc: float | None
    line: int

    def component(self, name: str) -> float | None:
        """One of the components by its name in the file."""
        found: float | None = getattr(self, name)
        return found


@dataclass(frozen=True, slots=True)
class CapabilityTable:
    """A file that was read: its records in order, its version, and what was not used."""

    file: str
    version: str
    records: tuple[Capabilities, ...]
    ignored: tuple[str, ...]

    @property
    def latest(self) -> int:
        """The last year that any state has."""
        return max(record.year for record in self.records)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A field: its text and where it begins, both from 1."""

    text: str
    line: int
    column: int


def is_cow(source: Source) -> bool:
    """Whether the first line of a file names the columns of this data set."""
    line = source.lines[0] if source.text is not None else ""
    names = {cell.text.lower() for cell in _cells(line.lstrip("\ufeff"), 1, _separator(line))}
    return len(names & set(_REQUIRED)) >= _FEWEST and bool(names & _TELLING)


def read_cow(file: str | Path) -> CapabilityTable:
    """Read the file.

    Parameters
    ----------
    file : path
        Columns in any order, in capital or small letters; others are told and ignored.

    Raises
    ------
    CaseErrors
        With every mistake, each with file, line and column.
    """
    source, findings = read_source(file), Findings()
    reader = _Reader(source, findings)
    records = reader.records()
    if not records and not findings.errors:
        findings.error(source.place(1, 1), "a header alone", "a row for each state and year")
    if findings.errors:
        raise CaseErrors(findings.errors)
    version = ", ".join(sorted(reader.versions))
    return CapabilityTable(str(file), version, records, tuple(findings.ignored))


def _separator(line: str) -> str:
    return max(_SEPARATORS, key=line.count)


def _cells(line: str, number_of_line: int, separator: str) -> list[_Cell]:
    """The fields of a line; what follows a quoted field without a separator is a field too."""
    found, at = [], 0
    while at < len(line):
        match = _FIELDS[separator].match(line, at)
        if match is None:
            found.append(_Cell(line[at:].strip(), number_of_line, at + 1))
            return found
        quoted, bare = match.groups()
        text = quoted.replace('""', '"') if quoted is not None else bare
        blanks = len(line[at:]) - len(line[at:].lstrip(" "))
        found.append(_Cell(text.strip(), number_of_line, at + blanks + 1))
        at = match.end()
    if line.endswith(separator):
        found.append(_Cell("", number_of_line, len(line) + 1))
    return found


class _Reader:
    """One file on its way to records."""

    def __init__(self, source: Source, findings: Findings) -> None:
        self._source = source
        self._findings = findings
        self._separator = _separator(source.lines[0])
        self._at: dict[str, int] = {}
        self._width = 0
        self.versions: set[str] = set()

    def _error(self, cell: _Cell, found: str, wanted: str, hint: str = "", path: str = "") -> None:
        place = self._source.place(cell.line, cell.column)
        self._findings.error(place, found, wanted, hint, path)

    def records(self) -> tuple[Capabilities, ...]:
        """All rows, none of them where the header does not fit."""
        if self._source.text is None:
            place = self._source.place()
            self._findings.error(place, "bytes that are neither UTF-8 nor UTF-16", "a csv in UTF-8")
            return ()
        lines = self._source.lines
        if not self._header(_cells(lines[0], 1, self._separator)):
            return ()
        found: list[Capabilities] = []
        first: dict[tuple[str, int], int] = {}
        for line_number, line in enumerate(lines[1:], 2):
            if not line.strip():
                continue
            cells = _cells(line, line_number, self._separator)
            record = self._record(cells)
            if record is None:
                continue
            key = (record.state, record.year)
            if key in first:
                wanted = f"each state and year once (the first is in line {first[key]})"
                said = f"{record.state} in {record.year} a second time"
                self._error(cells[self._at["stateabb"]], said, wanted)
            first.setdefault(key, line_number)
            found.append(record)
        return tuple(found)

    def _header(self, cells: list[_Cell]) -> bool:
        names = [cell.text.lower() for cell in cells]
        known = (*_REQUIRED, *_OPTIONAL)
        spare = [name for name in names if name not in known]
        fits = True
        for i, name in enumerate(names):
            if name in known and name in names[:i]:
                self._error(cells[i], f"the column {name!r} a second time", "each column once")
                fits = False
        for name in _REQUIRED:
            if name not in names:
                near = difflib.get_close_matches(name, spare, 1)
                cell = cells[names.index(near[0])] if near else cells[-1]
                found = f"the column {cell.text!r}" if near else f"no column {name!r}"
                hint = "was it renamed?" if near else ""
                self._error(cell, found, f"the column {name!r}", hint)
                fits = False
        self._at = {name: i for i, name in enumerate(names) if name in known}
        self._width = len(cells)
        if fits and spare:
            more = f" and {len(spare) - _MOST_NAMED} more" if len(spare) > _MOST_NAMED else ""
            listed = ", ".join(spare[:_MOST_NAMED]) + more
            what = f"columns that were not used: {listed}"
            self._findings.ignore(self._source.place(1, 1), what)
        return fits

    def _record(self, cells: list[_Cell]) -> Capabilities | None:
        if len(cells) != self._width:
            self._error(cells[-1], f"{len(cells)} fields", f"{self._width}, as in the header")
            return None
        before = len(self._findings.errors)
        state = cells[self._at["stateabb"]]
        if not state.text:
            self._error(state, "nothing", "the abbreviation of a state")
        code = self._whole(cells[self._at["ccode"]], "ccode")
        year = self._whole(cells[self._at["year"]], "year")
        values = {name: self._component(cells[self._at[name]], name) for name in COMPONENTS}
        if "version" in self._at:
            self.versions.update({cells[self._at["version"]].text} - {""})
        if len(self._findings.errors) > before:
            return None
        return Capabilities(state.text.upper(), code, year, line=state.line, **values)

    def _whole(self, cell: _Cell, name: str) -> int:
        value = number(cell.text)
        if value is None or value != int(value) or value <= 0 or value > 9999:
            self._error(cell, repr(cell.text), f"a whole number in {name!r}", path=name)
            return 0
        return int(value)

    def _component(self, cell: _Cell, name: str) -> float | None:
        value = number(cell.text) if cell.text else _MISSING
        if value == _MISSING:
            return None
        if value is None or value < 0 or (name == "cinc" and value > 1):
            wanted = "a share from 0 to 1" if name == "cinc" else "a number of at least 0"
            self._error(cell, repr(cell.text), f"{wanted} in {name!r}, or -9", path=name)
            return None
        return value
