"""Values of a conflict's JSON, each of its kind or noted as a mistake with its place."""

from __future__ import annotations

from typing import Any

from accord.case.tree import Path, Tree

__all__ = ["LocatedValues", "shown"]

_LONGEST = 60


class LocatedValues:
    """What stands at paths of a tree; mistakes go to the tree's errors.

    Parameters
    ----------
    tree : Tree

    Attributes
    ----------
    count : int or None
        How many things other values number, None where that cannot be known.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.count: int | None = None

    def has(self, path: Path) -> bool:
        """Whether anything stands there."""
        return self._tree.has(path)

    def error(self, path: Path, found: str, wanted: str, hint: str = "") -> None:
        """Note a mistake."""
        self._tree.error(path, found, wanted, hint)

    def value(self, path: Path, wanted: str, hint: str = "") -> Any:
        """What stands at a path; None, and a mistake, where nothing does."""
        if not self.has(path):
            self.error(path, f"no {path[-1]}", wanted, hint)
            return None
        found = self._tree.get(path)
        if found is None:
            self.error(path, "null", wanted, hint)
        return found

    def listed(self, path: Path, wanted: str, hint: str = "", *, filled: str = "") -> list[Any]:
        """A list; empty where there is none. ``filled``: what it has to hold at least."""
        found = self.value(path, wanted, hint)
        if isinstance(found, list):
            if filled and not found:
                self.error(path, shown(found), filled)
            return found
        if found is not None:
            self.error(path, shown(found), wanted)
        return []

    def mapping(self, path: Path, wanted: str) -> dict[str, Any]:
        """An object; empty where there is none."""
        found = self.value(path, wanted)
        if isinstance(found, dict):
            if not found:
                self.error(path, "an empty object", wanted)
            return found
        if found is not None:
            self.error(path, shown(found), wanted)
        return {}

    def text(self, path: Path, wanted: str) -> str:
        """A text; empty where there is none."""
        found = self.value(path, wanted)
        if isinstance(found, str):
            return found
        if found is not None:
            self.error(path, shown(found), wanted)
        return ""

    def number(self, path: Path, below: int | None, least: int) -> int | None:
        """A whole number from ``least`` to below ``below``, None where there is none."""
        found = self._tree.get(path)
        whole = isinstance(found, int) and not isinstance(found, bool)
        if whole and found >= least and (below is None or found < below):
            return int(found)
        end = "" if below is None else f" to {below - 1:,}"
        self.error(path, shown(found), f"a whole number from {least}{end}")
        return None


def shown(value: Any) -> str:
    """A value as an error tells it."""
    if isinstance(value, dict):
        return "an object" if value else "an empty object"
    if isinstance(value, list):
        return f"a list of {len(value):,}" if value else "an empty list"
    if isinstance(value, bool):
        return str(value).lower()
    text = "null" if value is None else repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
