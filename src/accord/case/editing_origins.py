"""Where the value at a path comes from: the case file, a table, a copy, or an update in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path as FilePath
from typing import Any

from accord._errors import CaseError, CaseErrors
from accord.case.editing_steps import changed
from accord.case.editing_tables import TABLES, row_key, row_of
from accord.case.editing_yaml import Removed
from accord.case.likeness import expand_likeness
from accord.case.load import AsOf, latest_day
from accord.case.numbers import looks_like_number
from accord.case.tree import Path, Place, Tree, copied, dotted, node_at, parse_path, stands
from accord.case.updates import Update, apply_update, read_updates

__all__ = ["Origins"]

_SUPPORT = {"because", "judgement"}


class Origins:
    """A case as it stood before an edit.

    Attributes
    ----------
    data : plain data
        Resolved: tables, updates in force and copies included.
    """

    def __init__(self, tree: Tree, folder: FilePath, as_of: AsOf) -> None:
        self._updates = read_updates(tree, folder)
        day = _day(tree, self._updates, as_of)
        self._in_force = [each for each in self._updates if day is not None and each.known <= day]
        resolved = tree.twin()
        for update in self._in_force:
            apply_update(resolved, update)
        try:
            expand_likeness(resolved)
        except CaseErrors:
            resolved = tree  # check tells it
        self.data: dict[str, Any] = resolved.data

    def table(self, path: Path, written: Any, texts: dict[str, str]) -> str | None:
        """The table that holds, or should hold, the row of a path; None where case.yaml does."""
        name = str(path[0])
        text = texts.get(f"{name}.csv")
        if name not in TABLES or text is None or len(path) <= TABLES[name]:
            return None
        key = row_key(path)
        if key[-1] in _SUPPORT or (len(key) == 2 and stands(written, path[:2]) and not (
            stands(written, path[:3]) or row_of(text, key)
        )):  # fmt: skip
            return None
        if row_of(text, key):
            return f"{name}.csv"
        return None if stands(written, path[:2]) or written.get(name) else f"{name}.csv"

    def refusal(self, path: Path) -> CaseError | None:
        """Why a path cannot be edited, if an update in force says what stands there."""
        for update in reversed(self._in_force):
            for place, text in _places(update):
                steps = _steps(text)
                if _touch(steps, path):
                    where = f"{FilePath(place.file).parent.name}/{FilePath(place.file).name}"
                    what = "ends" if place in _ended(update) else "sets"
                    return CaseError(
                        dotted(path), place.file, place.line, place.column,
                        f"a value in force through {where}, line {place.line}, "
                        f"which {what} {text} from {update.known}",
                        "a value that stands in the case itself",
                        "edit that file, or record a new update with a later date", place.text,
                    )  # fmt: skip
        return None

    def remarks(self, path: Path) -> list[CaseError]:
        """Updates not in force yet that will say what stands at a path."""
        found = []
        for update in self._updates:
            if update in self._in_force:
                continue
            for place, text in _places(update):
                if _touch(_steps(text), path):
                    found.append(
                        CaseError(
                            dotted(path), place.file, place.line, place.column,
                            f"{text}, which this update sets from {update.known}",
                            "an edit that holds on every date",
                            "what you change holds until then; change the update too if it "
                            "should hold after", place.text,
                        )
                    )  # fmt: skip
        return found

    def override(self, path: Path, value: Any, written: Any) -> tuple[Path, Any] | None:
        """What to write where for a value that stands only through ``like``.

        None where there is no such copy. A number and a list are replaced as a whole, so the
        whole of it is written with the one change in it.

        Raises
        ------
        LookupError
            If it would have to take away what is copied.
        """
        if stands(written, path) or not stands(self.data, path):
            return None
        start = _copying(path, written)
        if start is None:
            return None
        for length in range(start + 1, len(path)):
            node = node_at(self.data, path[:length])
            if isinstance(node, list) or looks_like_number(node):
                return path[:length], changed(copied(node), path[length:], value)
        if not isinstance(value, Removed):
            return path, value
        raise LookupError(str(node_at(written, path[:start])["like"]))


def _copying(path: Path, written: Any) -> int | None:
    """How long the path is of the nearest block above that says ``like``."""
    for length in range(len(path) - 1, 0, -1):
        if stands(written, path[:length]):
            node = node_at(written, path[:length])
            if isinstance(node, dict) and "like" in node:
                return length
    return None


def _places(update: Update) -> list[tuple[Place, str]]:
    """Every path that an update speaks of, with its place."""
    found = []
    for key in ("change", "add"):
        named = update.tree.data.get(key)
        if isinstance(named, dict):
            found += [(update.tree.place((key, text)), text) for text in named]
    return found + [(place, text) for place, text in _ended(update).items()]


def _ended(update: Update) -> dict[Place, str]:
    listed = update.tree.data.get("end")
    items = listed if isinstance(listed, list) else []
    return {update.tree.place(("end", i)): str(text) for i, text in enumerate(items)}


def _steps(text: str) -> Path:
    try:
        return parse_path(text)
    except ValueError:  # a digit of another script, which is no path at all
        return ()


def _touch(one: Path, other: Path) -> bool:
    """Whether one path lies at or above the other."""
    shorter = min(len(one), len(other))
    return shorter > 0 and list(map(str, one[:shorter])) == list(map(str, other[:shorter]))


def _day(tree: Tree, updates: Sequence[Update], as_of: AsOf) -> dt.date | None:
    try:
        own = dt.date.fromisoformat(str(tree.data.get("as_of")))
    except ValueError:
        return None
    if as_of is None:
        return own
    return latest_day(tree, updates) if as_of == "latest" else as_of
