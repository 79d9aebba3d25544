"""The note of an edit: what changed, and how each file goes back and forth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from accord.case.proposal import EDITABLE, digest

__all__ = ["Patch", "divided", "note_json", "note_of"]


@dataclass(frozen=True, slots=True)
class Patch:
    """The one stretch in which two texts differ, with the digests of both.

    Attributes
    ----------
    start : int
        Characters before it.
    taken, put : str
        What stood there, and what stands there now.
    old, new : str
        SHA-256 of the whole texts, in hexadecimal.
    """

    start: int
    taken: str
    put: str
    old: str
    new: str

    def is_old(self, text: str) -> bool:
        """Whether a text is the one before the edit."""
        return digest(text) == self.old

    def is_new(self, text: str) -> bool:
        """Whether a text is the one after the edit."""
        return digest(text) == self.new

    def applied(self, text: str) -> str:
        """The new text from the old one."""
        result = text[: self.start] + self.put + text[self.start + len(self.taken) :]
        assert self.is_new(result)
        return result

    def reversed(self) -> Patch:
        """The way back."""
        return Patch(self.start, self.put, self.taken, self.new, self.old)


class _Noted(Protocol):
    @property
    def number(self) -> int: ...
    @property
    def time(self) -> str: ...
    @property
    def changes(self) -> tuple[tuple[str, str, str], ...]: ...


def divided(old: str, new: str) -> Patch:
    """The patch from one text to another."""
    most = min(len(old), len(new))
    start = _alike(old, new, most)
    tail = _alike(old[::-1], new[::-1], most - start)
    return Patch(
        start,
        old[start : len(old) - tail],
        new[start : len(new) - tail],
        digest(old),
        digest(new),
    )


def _alike(one: str, other: str, most: int) -> int:
    """How many characters two texts begin with in common, up to a number."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def note_json(kind: str, edit: _Noted, patches: Mapping[str, Patch]) -> bytes:
    """A note as it is written down."""
    content = {
        "version": 1,
        "kind": kind,
        "number": edit.number,
        "time": edit.time,
        "changes": [
            {"path": path, "old": old, "new": new} for path, old, new in edit.changes
        ],
        "files": {
            name: {
                "start": patch.start, "taken": patch.taken, "put": patch.put,
                "old": patch.old, "new": patch.new,
            }
            for name, patch in patches.items()
        },
    }  # fmt: skip
    return (json.dumps(content, ensure_ascii=True, indent=1) + "\n").encode("ascii")


def note_of(
    content: Any,
) -> tuple[str, int, str, tuple[tuple[str, str, str], ...], dict[str, Patch]]:
    """Kind, number, time, changes and patches of a note.

    Raises
    ------
    ValueError, KeyError, TypeError
        If it is none; a name of another file than a case's own is none.
    """
    kind, number = str(content["kind"]), int(content["number"])
    patches = {str(name): Patch(**patch) for name, patch in content["files"].items()}
    if content["version"] != 1 or kind not in {"edit", "undo"} or number < 1:
        raise ValueError(kind)
    if not patches or any(name not in EDITABLE for name in patches):
        raise ValueError("files")
    if not all(
        isinstance(patch.start, int)
        and all(isinstance(t, str) for t in (patch.taken, patch.put, patch.old, patch.new))
        for patch in patches.values()
    ):
        raise ValueError("patch")
    changes = tuple(
        (str(each["path"]), str(each["old"]), str(each["new"])) for each in content["changes"]
    )
    return kind, number, str(content["time"]), changes, patches
