"""KTAB's csv of spatial models: actors with influence, and positions and saliences by dimension.

A dimension becomes an ordered issue whose levels are the actors' distinct positions. An actor's
value of a level is 1 − |position − level|/100, weighted by the share of its salience
(KAPSARC Toolkit for Behavioral Analysis; Wise, Lester and Efird 2015).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from accord.formats.negotiation import Issue, Negotiation, Profile
from accord.formats.source import Findings, Source, number

__all__ = ["is_ktab", "read_ktab"]

_FIELD = re.compile(r'[ \t]*(?:"((?:[^"]|"")*)"[ \t]*|([^,]*))(?:,|$)')
_LEADING = 3
_HIGHEST = 100.0


@dataclass(frozen=True, slots=True)
class _Cell:
    """A field of the csv: its text and where it begins."""

    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class _Actor:
    """A row: name, description, influence, then position and salience of every dimension."""

    name: str
    description: str
    power: float
    positions: tuple[float, ...]
    saliences: tuple[float, ...]


def is_ktab(source: Source) -> bool:
    """Whether a file begins like KTAB's: a title with counts, then a row that begins ``Actor``."""
    rows = _rows(source.lines[:20])[:2]
    if len(rows) < 2 or len(rows[0]) < _LEADING + 1:
        return False
    counts = [number(cell.text) for cell in rows[0][2:4]]
    return None not in counts and rows[1][0].text.strip().lower() == "actor"


def read_ktab(source: Source, findings: Findings) -> Negotiation | None:
    """The negotiation that a file holds, None where it has mistakes; they go to the findings."""
    before = len(findings.errors)
    rows = _rows(source.lines)
    reader = _Reader(source, findings)
    dimensions = reader.dimensions(rows[0], rows[1])
    actors = reader.actors(rows, dimensions)
    if len(findings.errors) > before:
        return None
    levels = [sorted({actor.positions[d] for actor in actors}) for d in range(len(dimensions))]
    issues = tuple(
        Issue(name, tuple(repr(level).removesuffix(".0") for level in levels[d]), ordered=True)
        for d, name in enumerate(dimensions)
    )
    described = len({actor.description for actor in actors} - {""}) == len(actors)
    if not described:
        findings.ignore(source.place(rows[1][1].line), "the column Description was not used")
    findings.ignore(
        source.place(), "KTAB states no walk-away values: 0 was taken, which all accept"
    )
    profiles = tuple(_profile(actor, levels, described=described) for actor in actors)
    title = rows[0][0].text.strip() or source.stem
    return Negotiation(title, issues, profiles, (), "ktab")


def _profile(actor: _Actor, levels: list[list[float]], *, described: bool) -> Profile:
    total = sum(actor.saliences)
    rows = tuple(
        tuple(salience / total * (1 - abs(position - level) / _HIGHEST) for level in levels[d])
        for d, (position, salience) in enumerate(zip(actor.positions, actor.saliences, strict=True))
    )
    title = actor.description if described else actor.name
    return Profile(actor.name, rows, 0.0, actor.power, title)


def _rows(lines: Sequence[str]) -> list[list[_Cell]]:
    """The fields of every line that has any."""
    rows = [_cells(line, number_of_line) for number_of_line, line in enumerate(lines, 1)]
    return [row for row in rows if row]


def _cells(line: str, number_of_line: int) -> list[_Cell]:
    """The fields of a line; a comma at its end ends the last one."""
    found, at = [], 0
    while at < len(line):
        match = _FIELD.match(line, at)
        if match is None or match.end() == at:
            found.append(_Cell(line[at:].strip(), number_of_line, at + 1))
            break
        quoted, bare = match.groups()
        text = quoted.replace('""', '"') if quoted is not None else bare
        blanks = len(line[at:]) - len(line[at:].lstrip())
        found.append(_Cell(text.strip(), number_of_line, at + blanks + 1))
        at = match.end()
    while found and not found[-1].text:
        found.pop()
    return found


class _Reader:
    """One file on its way to actors."""

    def __init__(self, source: Source, findings: Findings) -> None:
        self._source = source
        self._findings = findings

    def _error(self, cell: _Cell, found: str, wanted: str, hint: str = "", path: str = "") -> None:
        place = self._source.place(cell.line, cell.column)
        self._findings.error(place, found, wanted, hint, path)

    def _ignore(self, cell: _Cell, what: str) -> None:
        self._findings.ignore(self._source.place(cell.line, cell.column), what)

    def dimensions(self, title: list[_Cell], header: list[_Cell]) -> list[str]:
        """The names of the dimensions, from the titles of the columns of positions."""
        stated = number(title[3].text) or 0
        names = [cell.text for cell in header[_LEADING::2]]
        last = header[-1]
        if not names or (len(header) - _LEADING) % 2:
            self._error(last, f"{len(header)} columns", "Actor, Description, Power, then pairs")
        elif len(names) != stated:
            found = f"{title[3].text} dimensions, and columns of {len(names)}"
            self._error(title[3], found, "the number of dimensions")
        for i, name in enumerate(names):
            if name in names[:i]:
                found = f"a second dimension {name!r}"
                self._error(header[_LEADING + 2 * i], found, "each dimension once")
        if title[1].text:
            self._ignore(title[1], "the description of the scenario was not used")
        for cell in title[4:]:
            self._ignore(cell, f"the field {cell.text!r} was not used")
        return names

    def actors(self, rows: list[list[_Cell]], dimensions: list[str]) -> list[_Actor]:
        found: list[_Actor] = []
        for row in rows[2:]:
            actor = self._actor(row, dimensions)
            if actor is None:
                continue
            if any(actor.name == other.name for other in found):
                self._error(row[0], f"a second actor {actor.name!r}", "each actor once")
            found.append(actor)
        stated = rows[0][2]
        if number(stated.text) != len(rows) - 2:
            self._error(stated, f"{stated.text} actors, and {len(rows) - 2} rows", "their number")
        return found

    def _actor(self, row: list[_Cell], dimensions: list[str]) -> _Actor | None:
        wanted = _LEADING + 2 * len(dimensions)
        if len(row) < wanted or not row[0].text:
            found = f"{len(row)} fields" if row[0].text else "an actor without a name"
            self._error(row[0], found, f"name, description and {wanted - 2} numbers")
            return None
        for cell in row[wanted:]:
            self._ignore(cell, f"the field {cell.text!r} was not used")
        name = row[0].text
        power = self._number(row[2], name, "power", None)
        numbers = [
            self._number(cell, name, dimensions[i // 2], _HIGHEST)
            for i, cell in enumerate(row[_LEADING:wanted])
        ]
        saliences = tuple(numbers[1::2])
        if numbers and not any(saliences):
            self._error(row[_LEADING + 1], "saliences of 0 alone", "one above 0", path=name)
        return _Actor(name, row[1].text, power, tuple(numbers[::2]), saliences)

    def _number(self, cell: _Cell, actor: str, column: str, highest: float | None) -> float:
        value = number(cell.text)
        if value is None or value < 0 or (highest is not None and value > highest):
            wanted = f"a number from 0 to {highest:g}" if highest else "a number of at least 0"
            self._error(cell, repr(cell.text), wanted, path=f"{actor}.{column}")
            return 0.0
        return value
