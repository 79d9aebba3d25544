"""What an edit of a case would do, before any of it is on the disk."""

from __future__ import annotations

import difflib
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from accord._errors import CaseError, UsageError
from accord.case.editing_yaml import REMOVED, Removed

__all__ = ["EDITABLE", "REMOVED", "Change", "Proposal", "Removed", "Told", "case_folder"]
__all__ += ["digest", "read_texts"]

EDITABLE = ("case.yaml", "claims.csv", "pledges.csv", "sources.csv")
"""The files of a case that an edit can change, by name; there is no other way to name one."""

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Change:
    """A new value at a dotted path of a case: plain data, or ``REMOVED``."""

    path: str
    value: Any


@dataclass(frozen=True)
class Told:
    """What an edit does at one path: old and new plain data, ``REMOVED`` where there is none."""

    path: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Proposal:
    r"""An edit that was tried in memory.

    Attributes
    ----------
    folder : Path
        The case.
    files : mapping of file name to (str, str)
        Old and new text of each file that changes, to the last byte (``\ufeff`` and ``\r\n``
        included).
    told : tuple of Told
        What changes, path by path.
    errors : tuple of CaseError
        Everything that stands against it. Lines and columns are those of the new texts.
    warnings : tuple of CaseError
        What is allowed and worth knowing, new with this edit.
    at : mapping of path to tuple of CaseError
        The errors by the changed path they belong to; those of none are under the empty text.
    seen : mapping of file name to str
        Digest of every file with which it was checked, changed or not.
    """

    folder: FilePath
    files: Mapping[str, tuple[str, str]]
    told: tuple[Told, ...] = ()
    errors: tuple[CaseError, ...] = ()
    warnings: tuple[CaseError, ...] = ()
    at: Mapping[str, tuple[CaseError, ...]] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether it can be saved."""
        return not self.errors

    @property
    def diff(self) -> str:
        """The unified difference of all files."""
        return "".join(
            line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"
            for name, (old, new) in self.files.items()
            for line in difflib.unified_diff(
                _lines(old), _lines(new), f"a/{name}", f"b/{name}", n=3
            )
        )


def _lines(text: str) -> list[str]:
    """Lines with their ends, told apart as an editor does: by line ends alone."""
    return io.StringIO(text.removeprefix(_BOM), newline=None).readlines()


def digest(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def case_folder(source: str | FilePath) -> FilePath:
    """The folder of a case that was named by its folder or its ``case.yaml``."""
    file = FilePath(source)
    return file if file.is_dir() or not file.suffix else file.parent


def read_texts(folder: FilePath, names: Sequence[str] = EDITABLE) -> dict[str, str]:
    """The files of a case that exist, to the last byte.

    Raises
    ------
    UsageError
        If one leads out of the folder or cannot be read as text in UTF-8.
    """
    found: dict[str, str] = {}
    for name in names:
        if name not in EDITABLE:
            raise UsageError(f"found the file name {name!r}, wanted one of {', '.join(EDITABLE)}")
        file = folder / name
        if not file.exists():
            continue
        if file.resolve().parent != folder.resolve():
            raise UsageError(
                f"{file} is a link to a file outside its folder, which is not edited here; "
                "edit the file itself"
            )
        try:
            found[name] = file.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise UsageError(
                f"{file} holds bytes that are not UTF-8 at byte {error.start}; "
                "save it as UTF-8 first"
            ) from None
        except OSError as error:
            raise UsageError(f"{file} cannot be read: {error.strerror or error}") from None
    return found
