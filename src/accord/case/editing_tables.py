"""One cell or one row of a csv table changed where it stands; every other byte stays as it is."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from accord.case.editing_yaml import Removed, UnfitPlaceError
from accord.case.tables import COLUMNS
from accord.case.tree import Path
from accord.case.yaml_writing import flow_text

__all__ = ["TABLES", "row_key", "row_of", "table_changed"]

TABLES = {"sources": 1, "claims": 1, "pledges": 2}
"""Tables that can be edited, and how many cells name a row; a journal only grows."""

_LISTS = {"serves", "because"}
_NOT_FIELDS = {"id", "contributor", "pledge", "low", "mode", "high"}


@dataclass(frozen=True, slots=True)
class _Cell:
    start: int
    end: int
    text: str
    quoted: bool


def row_key(path: Path) -> tuple[str, ...]:
    """The cells that name the row of a path."""
    return tuple(str(part) for part in path[1 : 1 + TABLES[str(path[0])]])


def row_of(text: str, key: tuple[str, ...]) -> bool:
    """Whether a table has a row of that name."""
    rows = _rows(text)
    return bool(rows) and _find(rows, key) is not None


def table_changed(text: str, path: Path, value: Any) -> str:
    """A table with one field, or one row, changed, added or removed.

    Parameters
    ----------
    text : str
        The table, without a byte order mark, with its own line ends.
    path : Path
        Name of the table, of the row and, unless the row is meant, of one field.
    value : plain data or REMOVED
        For a row a mapping of its fields.

    Raises
    ------
    UnfitPlaceError
        If a cell cannot hold it, or there is no such column.
    """
    table, key = str(path[0]), row_key(path)
    rows = _rows(text)
    names = [cell.text.strip() for cell in rows[0]] if rows else []
    row = _find(rows, key)
    field = path[1 + len(key) :]
    if not field:
        if isinstance(value, Removed) and row is not None:
            return _without(text, row)
        return _with_row(text, table, names, key, value)
    if row is None:
        raise UnfitPlaceError(0, f"no row {' '.join(key)}", f"a row of {table}.csv")
    cells = dict(zip(names, row, strict=True))
    new = _cells_of(str(field[0]), value, cells)
    _refuse_unknown(table, names, new, row[0].start)
    for name in sorted(new, key=lambda name: -cells[name].start):
        cell = cells[name]
        if cell.text.strip() != new[name]:
            text = text[: cell.start] + _written(new[name], quoted=cell.quoted) + text[cell.end :]
    return text


def _rows(text: str) -> list[list[_Cell]]:
    """The cells of every row that is not blank; the first row is the header."""
    rows: list[list[_Cell]] = []
    row: list[_Cell] = []
    position = 0
    while position < len(text) or row:
        cell = _cell(text, position)
        row.append(cell)
        position = cell.end
        if text[position : position + 1] == ",":
            position += 1
            if position < len(text):
                continue
            row.append(_Cell(position, position, "", quoted=False))
        if any(each.text.strip() for each in row):
            rows.append(row)
        row = []
        position += 2 if text[position : position + 2] == "\r\n" else 1
    return rows


def _cell(text: str, start: int) -> _Cell:
    position = start
    if text[start : start + 1] == '"':
        position += 1
        while position < len(text):
            if text[position] != '"':
                position += 1
            elif text[position + 1 : position + 2] == '"':
                position += 2
            else:
                break
        inner = text[start + 1 : position].replace('""', '"')
        return _Cell(start, min(position + 1, len(text)), inner, quoted=True)
    while position < len(text) and text[position] not in ",\r\n":
        position += 1
    return _Cell(start, position, text[start:position], quoted=False)


def _find(rows: list[list[_Cell]], key: tuple[str, ...]) -> list[_Cell] | None:
    """The row whose naming cells are these, wherever their columns stand."""
    names = [cell.text.strip() for cell in rows[0]] if rows else []
    wanted = ("contributor", "pledge") if len(key) == 2 else ("id",)
    if any(name not in names for name in wanted):
        return None
    places = [names.index(name) for name in wanted]
    for row in rows[1:]:
        if len(row) == len(names) and tuple(row[i].text.strip() for i in places) == key:
            return row
    return None


def _refuse_unknown(table: str, names: list[str], new: dict[str, str], at: int) -> None:
    for name, text in new.items():
        if name not in names and text:
            known = name in COLUMNS[table]
            hint = f"add the column {name} to the first line of {table}.csv, and a comma to each"
            wanted = "one of " + ", ".join(names)
            raise UnfitPlaceError(at, f"the column {name!r}", wanted, hint if known else "")
    for name in [name for name in new if name not in names]:
        del new[name]


def _cells_of(field: str, value: Any, cells: dict[str, _Cell]) -> dict[str, str]:
    """The cells that hold a field, by column."""
    if field in _NOT_FIELDS:
        hint = "the numbers are the field amount; for another name add a row and remove this one"
        wanted = "a field that can change by itself"
        raise UnfitPlaceError(_at(cells), f"the column {field!r}", wanted, hint)
    if field == "amount":
        return _amount(value, cells)
    if isinstance(value, Removed):
        return {field: ""}
    if field in _LISTS and isinstance(value, list) and all(map(_is_word, value)):
        return {field: " ".join(value)}
    if isinstance(value, dict | list | bool) or value is None:
        raise UnfitPlaceError(
            _at(cells), flow_text(value), "a text or a number, which is all that a cell holds",
            "take the row out of the table and write it in case.yaml",
        )  # fmt: skip
    return {field: _cell_text(value, cells)}


def _amount(value: Any, cells: dict[str, _Cell]) -> dict[str, str]:
    names = ("low", "mode", "high")
    numbers = value if isinstance(value, list) else [value]
    fits = all(isinstance(each, int | float) and not isinstance(each, bool) for each in numbers)
    if not fits or len(numbers) not in {1, 3}:
        found = "nothing" if isinstance(value, Removed) else flow_text(value)
        hint = "take the pledge out of the table and write it in case.yaml"
        raise UnfitPlaceError(_at(cells), found, "a number or [low, mode, high] in a table", hint)
    if len(numbers) == 3:
        return dict(zip(names, map(_number_text, numbers, names, [cells] * 3), strict=True))
    filled = [name for name in names if name in cells and cells[name].text.strip()]
    name = filled[0] if len(filled) == 1 else "mode"
    return {each: _number_text(numbers[0], each, cells) if each == name else "" for each in names}


def _number_text(value: float, name: str, cells: dict[str, _Cell]) -> str:
    """A number; as it was written where it is the same."""
    written = cells[name].text.strip() if name in cells else ""
    try:
        if float(written) == value:
            return written
    except ValueError:
        pass
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and len(value.split()) == 1 and value == value.strip()


def _cell_text(value: Any, cells: dict[str, _Cell]) -> str:
    text = str(value)
    if text != text.strip() or "\r" in text:
        found, wanted = repr(text), "a text that neither begins nor ends with a blank"
        raise UnfitPlaceError(_at(cells), found, wanted, "a table drops blanks around a cell")
    return text


def _at(cells: dict[str, _Cell]) -> int:
    return min((cell.start for cell in cells.values()), default=0)


def _written(text: str, *, quoted: bool) -> str:
    """A cell, in quotes where it was or where it has to be."""
    if quoted or any(sign in text for sign in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _without(text: str, row: list[_Cell]) -> str:
    start, stop = row[0].start, row[-1].end
    end = "\r\n" if text[stop : stop + 2] == "\r\n" else text[stop : stop + 1]
    if not end:  # the last line stands without a line end, and so does what becomes the last
        return text[:start].removesuffix("\n").removesuffix("\r")
    return text[:start] + text[stop + len(end) :]


def _with_row(text: str, table: str, names: list[str], key: tuple[str, ...], value: Any) -> str:
    if not isinstance(value, dict):
        found = "nothing" if isinstance(value, Removed) else flow_text(value)
        raise UnfitPlaceError(0, found, f"a row of {table}.csv: {{column: cell}}")
    cells: dict[str, str] = dict(zip(COLUMNS[table], key, strict=False))
    for field, each in value.items():
        cells |= _cells_of(str(field), each, {})
    _refuse_unknown(table, names, cells, 0)
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="").writerow([cells.get(name, "") for name in names])
    end = "\r\n" if "\r\n" in text else "\n"
    if text.endswith(("\n", "\r")):
        return text + line.getvalue() + end
    return text + end + line.getvalue()
