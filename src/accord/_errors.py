"""The one exception tree of accord.

::

    AccordError                 anything that a user can mend; never raised itself
    ├── CaseErrors              one or more CaseError, collected so that all are shown at once
    ├── ModelError              a computation was asked for something that has no answer
    ├── RunError                a run folder cannot be read or written
    └── UsageError              a command was called with words that do not fit

``CaseError`` is one located mistake in an input. It is a record, raised only inside
``CaseErrors``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["AccordError", "CaseError", "CaseErrors", "ModelError", "RunError", "UsageError"]


class AccordError(Exception):
    """Root of everything that a user can mend."""


@dataclass(frozen=True, slots=True)
class CaseError:
    """One located mistake in an input.

    Attributes
    ----------
    path : str
        Dotted path in the case, empty for a mistake of the whole file.
    file : str
        File as the user named it.
    line, column : int
        Counted from 1; 0 when the mistake has no place of its own.
    found : str
        What stands there.
    wanted : str
        What should stand there.
    hint : str
        How to mend it, may be empty.
    text : str
        The source line, for the caret; may be empty.
    """

    path: str
    file: str
    line: int
    column: int
    found: str
    wanted: str
    hint: str = ""
    text: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        subject = f" {self.path}" if self.path else ""
        lines = [f"{place}:{subject}", f"  found: {self.found}", f"  wanted: {self.wanted}"]
        if self.text:
            lines[1:1] = [f"    {self.text}", "    " + " " * (self.column - 1) + "^"]
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)

    def as_json(self) -> dict[str, str | int]:
        """The stable shape printed by ``--json``."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "path": self.path,
            "found": self.found,
            "wanted": self.wanted,
            "hint": self.hint,
        }


class CaseErrors(AccordError):  # noqa: N818  plural: it carries all of them
    """Every mistake found in an input, in the order of their places."""

    def __init__(self, errors: Iterable[CaseError]) -> None:
        self.errors = tuple(sorted(errors, key=lambda e: (e.file, e.line, e.column, e.path)))
        super().__init__("\n".join(str(error) for error in self.errors))


class ModelError(AccordError):
    """A computation was asked for something that has no answer."""


class RunError(AccordError):
    """A run folder cannot be read or written."""


class UsageError(AccordError):
    """A command was called with words that do not fit."""
