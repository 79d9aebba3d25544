"""A spreadsheet as rows of values: opened with care, because anybody may have made it.

Formulas are never evaluated: what the program that saved the workbook computed is read. Links to
other files are not followed. What could fill the memory is refused before it is unpacked.
"""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from accord._errors import CaseError, CaseErrors
from accord.case.tree import Place
from accord.formats.source import Findings

__all__ = ["MOST_BYTES", "MOST_UNPACKED", "Cell", "Sheet", "Workbook", "is_workbook"]
__all__ += ["open_workbook", "same_name"]

MOST_BYTES = 60_000_000
"""Of the file; releases of the tracker have about ten million."""

MOST_UNPACKED = 600_000_000
MOST_PARTS = 5_000
MOST_ROWS = 200_000
MOST_CELLS = 20_000_000
_HEAD = 65_536
_ENDINGS = {".xls", ".xlsm", ".xlsx"}
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_WANTED = "an Excel workbook (.xlsx)"
_BROKEN = (
    AttributeError, EOFError, IndexError, KeyError, NotImplementedError, OSError, OverflowError,
    ParseError, RuntimeError, TypeError, ValueError, zipfile.BadZipFile, zipfile.LargeZipFile,
    zlib.error,
)  # fmt: skip
"""What a reader of spreadsheets raises on files that are none, or are damaged."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where something stands: sheet, and row and column from 1."""

    label: str
    sheet: str
    row: int
    column: int

    @property
    def place(self) -> Place:
        """As errors tell it: the file, its row as line, and the column's number."""
        return Place(self.label, self.row, self.column)

    @property
    def name(self) -> str:
        """As spreadsheets name it, such as ``Country Summary (€)!C9``."""
        letters, rest = "", self.column
        while rest > 0:
            rest, letter = divmod(rest - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return f"{self.sheet}!{letters}{self.row}"

    def error(self, findings: Findings, found: str, wanted: str, hint: str = "") -> None:
        """Note a mistake in this cell."""
        findings.error(self.place, found, wanted, hint, self.name)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was read: the values of its rows, as long as they are filled."""

    label: str
    name: str
    rows: tuple[tuple[Any, ...], ...]

    def cell(self, row: int, column: int) -> Cell:
        """A place in it, both counted from 1."""
        return Cell(self.label, self.name, row, column)


@dataclass
class Workbook:
    """An open workbook; sheets are read when they are asked for."""

    label: str
    names: tuple[str, ...]
    title: str
    _inner: Any = field(repr=False)

    def sheet(self, name: str, most: int = MOST_ROWS) -> Sheet:
        """The rows of a sheet, no more than ``most`` of them where that is below the limit.

        Raises
        ------
        CaseErrors
            If the sheet is too large or damaged.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                rows = tuple(self._rows(name, most))
            except _BROKEN as error:
                raise _refusal(self.label, _damage(error), "a sheet", name) from None
        return Sheet(self.label, name, rows)

    def _rows(self, name: str, most: int) -> Iterator[tuple[Any, ...]]:
        sheet, cells = self._inner[name], 0
        # the size that a sheet claims to have may be anything
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            cells += len(row)
            if number > most:
                if most < MOST_ROWS:
                    return
                raise _refusal(self.label, f"more than {MOST_ROWS:,} rows", "a sheet", name)
            if cells > MOST_CELLS:
                raise _refusal(self.label, f"more than {MOST_CELLS:,} cells", "a sheet", name)
            yield row


def same_name(name: str) -> str:
    """A name without its capital letters and with one blank where there are several."""
    return " ".join(name.split()).casefold()


def is_workbook(file: str | Path) -> bool:
    """Whether a file is a spreadsheet by its ending, or by how it begins."""
    path = Path(file)
    if path.is_dir():
        return False
    if path.suffix.lower() in _ENDINGS:
        return True
    try:
        with path.open("rb") as stream:
            return stream.read(4) in {_ZIP, _OLE}
    except OSError:
        return False


def open_workbook(file: str | Path) -> Workbook:
    """Open a workbook without evaluating anything in it.

    Raises
    ------
    CaseErrors
        If it is missing, too large, no workbook, encrypted, damaged, or has no sheets.
    """
    content = _content(file)
    _refuse_bombs(str(file), content)
    import openpyxl  # noqa: PLC0415  a third of a second, and needed by this reader alone

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            inner = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
            names = tuple(sheet.title for sheet in inner.worksheets)
            title = str(inner.properties.title or "")
        except _BROKEN as error:
            raise _refusal(file, _damage(error), _WANTED) from None
    if not names:
        raise _refusal(file, "a workbook without sheets", "the workbook of the tracker")
    return Workbook(str(file), names, title, inner)


def _content(file: str | Path) -> bytes:
    path = Path(file)
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise _refusal(file, f"a file of {size:,} bytes", f"at most {MOST_BYTES:,} bytes")
        content = path.read_bytes()
    except FileNotFoundError:
        raise _refusal(file, "no such file", _WANTED) from None
    except IsADirectoryError:
        raise _refusal(file, "a folder", _WANTED) from None
    except OSError as error:
        raise _refusal(file, str(error.strerror), "a readable file") from None
    if content.startswith(_OLE):
        hint = "save it without a password as .xlsx"
        raise _refusal(file, "an encrypted workbook, or one of Excel 97", _WANTED, "", hint)
    if not content.startswith(_ZIP):
        found = "a file that is no workbook" if content else "an empty file"
        raise _refusal(file, found, _WANTED, "", "download it again; this may be a web page")
    return content


def _refuse_bombs(label: str, content: bytes) -> None:
    """Refuse what would be too large once unpacked, is encrypted, or declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            if size > MOST_UNPACKED or len(parts) > MOST_PARTS:
                found = f"{len(parts):,} parts that unpack to {size:,} bytes"
                wanted = f"at most {MOST_PARTS:,} parts and {MOST_UNPACKED:,} bytes"
                raise _refusal(label, found, wanted)
            if any(part.flag_bits & 1 for part in parts):
                raise _refusal(label, "an encrypted workbook", "one without a password")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        head = stream.read(_HEAD).replace(b"\0", b"").upper()
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise _refusal(label, f"declarations in {part.filename}", "plain XML")
    except _BROKEN as error:
        raise _refusal(label, _damage(error), _WANTED) from None


def _damage(error: BaseException) -> str:
    words = " ".join(str(error).split())[:120] or type(error).__name__
    return f"a workbook that cannot be read ({words})"


def _refusal(
    file: str | Path, found: str, wanted: str, path: str = "", hint: str = ""
) -> CaseErrors:
    return CaseErrors([CaseError(path, str(file), 0, 0, found, wanted, hint)])
