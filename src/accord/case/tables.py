"""The csv tables beside a case: claims, sources, pledges, journal."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from accord._errors import CaseError
from accord.case.tree import Path, Place, Tree

__all__ = ["COLUMNS", "merge_tables"]

COLUMNS: dict[str, tuple[str, ...]] = {
    "sources": ("id", "title", "publisher", "published", "accessed", "link", "grade", "licence"),
    "claims": ("id", "actor", "claim", "quote", "source", "locator", "disputed_by"),
    "pledges": (
        "contributor", "pledge", "serves", "low", "mode", "high", "lead", "rotation", "stage",
        "place", "if", "because", "judgement",
    ),
    "journal": ("recorded", "known", "indicator", "outcome", "on", "source", "note", "replaces"),
}  # fmt: skip
MAXIMUM_BYTES = 8_000_000


def merge_tables(tree: Tree, folder: FilePath, texts: Mapping[str, str] | None = None) -> None:
    """Put the rows of the tables that exist into the tree.

    ``texts``, by file name, stand in for what is on the disk.
    """
    for name, columns in COLUMNS.items():
        file = folder / f"{name}.csv"
        given = (texts or {}).get(file.name)
        if given is not None or file.exists():
            for number, text, row in _rows(tree, file, columns, given):
                _MERGE[name](tree, row, Place(str(file), number, 1, text))


def _rows(
    tree: Tree, file: FilePath, columns: tuple[str, ...], given: str | None = None
) -> list[tuple[int, str, dict[str, str]]]:
    size = len(given.encode()) if given is not None else file.stat().st_size
    if size > MAXIMUM_BYTES:
        _refuse(tree, file, 0, f"a file of {size:,} bytes", f"at most {MAXIMUM_BYTES:,}")
        return []
    try:
        text = given if given is not None else file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(
            tree, file, 0, f"bytes that are not UTF-8 at byte {error.start}", "a csv file in UTF-8"
        )
        return []
    lines = text.splitlines()
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, str, dict[str, str]]] = []
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if not _header_fits(tree, file, header, columns):
            return []
        start = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) != len(header):
                    _refuse(tree, file, start, f"{len(cells)} cells", f"{len(header)} cells",
                            "put quotes around a cell that holds a comma")  # fmt: skip
                else:
                    values = {key: cell.strip() for key, cell in zip(header, cells, strict=True)}
                    rows.append((start, lines[start - 1][:400], values))
            start = reader.line_num + 1
    except csv.Error as error:
        _refuse(tree, file, reader.line_num, str(error), "a csv file with quotes in pairs")
    return rows


def _header_fits(tree: Tree, file: FilePath, header: list[str], columns: tuple[str, ...]) -> bool:
    fits = True
    for name in header:
        if name not in columns or header.count(name) > 1:
            near = difflib.get_close_matches(name, columns, 1)
            _refuse(tree, file, 1, f"the column {name!r}", "the columns " + ", ".join(columns),
                    f"did you mean {near[0]!r}?" if near else "")  # fmt: skip
            fits = False
    required = columns[:2]
    for name in required:
        if name not in header:
            _refuse(tree, file, 1, f"no column {name!r}", "the columns " + ", ".join(columns))
            fits = False
    return fits


def _refuse(tree: Tree, file: FilePath, line: int, found: str, wanted: str, hint: str = "") -> None:
    tree.errors.append(CaseError("", str(file), line, 1 if line else 0, found, wanted, hint))


def _put(tree: Tree, path: Path, value: dict[str, Any], place: Place, what: str) -> None:
    if tree.has(path):
        first = tree.place(path)
        tree.errors.append(
            CaseError(
                ".".join(map(str, path)), place.file, place.line, 1,
                f"{what} {path[-1]!r} a second time",
                f"each {what} once (the first stands in {first.file}:{first.line})",
                text=place.text,
            )
        )  # fmt: skip
        return
    tree.put(path, value, {(): place})


def _filled(row: dict[str, str], *without: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value and key not in without}


def _merge_source(tree: Tree, row: dict[str, str], place: Place) -> None:
    _put(tree, ("sources", row["id"]), _filled(row, "id"), place, "source")


def _merge_claim(tree: Tree, row: dict[str, str], place: Place) -> None:
    _put(tree, ("claims", row["id"]), _filled(row, "id"), place, "claim")


def _merge_pledge(tree: Tree, row: dict[str, str], place: Place) -> None:
    pledge = _filled(row, "contributor", "pledge", "low", "mode", "high", "serves", "because")
    path: Path = ("pledges", row["contributor"], row["pledge"])
    pledge["serves"] = row.get("serves", "").split()
    if row.get("because"):
        pledge["because"] = row["because"].split()
    cells = [row.get(name, "") for name in ("low", "mode", "high")]
    try:
        numbers = [float(cell) for cell in cells if cell]
        if "rotation" in pledge:
            pledge["rotation"] = float(pledge["rotation"])
    except ValueError:
        tree.errors.append(
            CaseError(".".join(map(str, path)), place.file, place.line, 1,
                      ", ".join([*cells, row.get("rotation", "")]), "numbers", text=place.text)
        )  # fmt: skip
        return
    pledge["amount"] = (
        numbers if len(numbers) == 3 else numbers[0] if len(numbers) == 1 else numbers
    )
    _put(tree, path, pledge, place, "pledge")


def _merge_journal(tree: Tree, row: dict[str, str], place: Place) -> None:
    entries = tree.data.setdefault("journal", [])
    entries.append(_filled(row))
    tree.places["journal", len(entries) - 1] = place


_MERGE = {
    "sources": _merge_source,
    "claims": _merge_claim,
    "pledges": _merge_pledge,
    "journal": _merge_journal,
}
