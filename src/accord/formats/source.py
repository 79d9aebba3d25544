"""A file of another tool: its bytes, places in it, and what a reader finds on the way."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from accord._errors import CaseError, CaseErrors
from accord.case.tree import Place
from accord.formats.negotiation import Issue

__all__ = ["MAXIMUM_BYTES", "MOST_LEVELS", "Domain", "Findings", "Source", "number", "read_source"]

MAXIMUM_BYTES = 20_000_000
MOST_LEVELS = 10_000
"""Values that one issue may have."""

_LONGEST_SHOWN = 400
_NEWLINE = re.compile(r"\r\n|\n|\r")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_WIDE = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Source:
    """A file that was read.

    Attributes
    ----------
    label : str
        The file as the user named it.
    stem : str
        Its name without folder and ending.
    content : bytes
    """

    label: str
    stem: str
    content: bytes

    @cached_property
    def text(self) -> str | None:
        """The text without its byte-order mark; None where the bytes are not UTF-8 or UTF-16."""
        encoding = "utf-16" if self.content.startswith(_WIDE) else "utf-8-sig"
        try:
            return self.content.decode(encoding)
        except UnicodeDecodeError:
            return None

    @cached_property
    def lines(self) -> list[str]:
        """Its lines as shown in errors."""
        text = self.text
        return _NEWLINE.split(self.content.decode("latin-1") if text is None else text)

    def place(self, line: int = 0, column: int = 0) -> Place:
        """A place in the file, counted from 1, with the line as long as it can be shown."""
        shown = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        return Place(self.label, line, column, shown if len(shown) <= _LONGEST_SHOWN else "")


@dataclass
class Findings:
    """What readers find: mistakes, and what nobody uses. Lives while files are read."""

    errors: list[CaseError] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def error(self, place: Place, found: str, wanted: str, hint: str = "", path: str = "") -> None:
        """Note one mistake."""
        self.errors.append(
            CaseError(path, place.file, place.line, place.column, found, wanted, hint, place.text)
        )

    def ignore(self, place: Place, what: str) -> None:
        """Note something that was not used, as a sentence behind its file and line."""
        where = f"{place.file}:{place.line}" if place.line else place.file
        self.ignored.append(f"{where}: {what}")


@dataclass(frozen=True)
class Domain:
    """The issues of a negotiation, and the index that the file gives each of them."""

    title: str
    issues: tuple[Issue, ...]
    indices: tuple[str, ...]
    source: Source


def read_source(file: str | Path, wanted: str = "a file of a negotiation") -> Source:
    """Read a file.

    Parameters
    ----------
    wanted : str
        What the file should be, for errors.

    Raises
    ------
    CaseErrors
        If it is missing, too large, empty, or no text.
    """
    path = Path(file)
    try:
        size = path.stat().st_size
        if size > MAXIMUM_BYTES:
            raise _refusal(file, f"a file of {size:,} bytes", f"at most {MAXIMUM_BYTES:,} bytes")
        content = path.read_bytes()
    except FileNotFoundError:
        raise _refusal(file, "no such file", wanted) from None
    except IsADirectoryError:
        raise _refusal(file, "a folder", "a file") from None
    except OSError as error:
        raise _refusal(file, str(error.strerror), "a readable file") from None
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise _refusal(file, "an empty file", wanted)
    if b"\0" in content and not content.startswith(_WIDE):
        raise _refusal(file, "a binary file", "XML, JSON, YAML or csv")
    return Source(str(file), path.stem, content)


def number(text: str) -> float | None:
    """The finite number that a text writes, None where it writes none."""
    stripped = text.strip()
    if not _NUMBER.fullmatch(stripped):
        return None
    value = float(stripped)
    return value if math.isfinite(value) else None


def _refusal(file: str | Path, found: str, wanted: str) -> CaseErrors:
    return CaseErrors([CaseError("", str(file), 0, 0, found, wanted)])
