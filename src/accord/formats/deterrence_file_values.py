"""Blocks and numbers of a deterrence file, each mistake noted with its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any

from accord.case.tree import Path, Tree, dotted
from accord.formats.deterrence_file_fields import LARGEST, SAID, Field

__all__ = ["Values", "nearest", "shown"]

_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(day|week|month|year)s?")
_RANGES = {
    "amount": f"a number from 0 to {LARGEST:,.0f}",
    "positive": f"a number above 0, at most {LARGEST:,.0f}",
    "chance": "a number from 0 to 1",
    "real": f"a number from -{LARGEST:,.0f} to {LARGEST:,.0f}",
    "days": "days from 0, or a text such as 20 days",
}
_OTHER_WORDS = {"strength": "forward"}
_UNCERTAIN = (
    "uncertain and conditional numbers belong to cases: accord solve deterrence CASE --package NAME"
)


def nearest(name: object, names: Collection[str]) -> str:
    """The hint that names the most similar of some names, empty where none is."""
    word = str(name)
    # a key cut short is unlike the whole to a comparison of letters
    longer = [other for other in names if len(word) > 2 and other.startswith(word)]
    near = get_close_matches(word, names, 1) or longer
    if not near and word in _OTHER_WORDS and _OTHER_WORDS[word] in names:
        near = [_OTHER_WORDS[word]]
    return f"did you mean {near[0]}?" if near else ""


class Values:
    """Reads blocks and numbers below a tree's root; mistakes gather in the tree's errors.

    Parameters
    ----------
    tree : Tree
    root : path
        Where the deterrence block stands.
    """

    def __init__(self, tree: Tree, root: Path) -> None:
        self.tree = tree
        self._root = root

    def error(self, path: Path, found: str, wanted: str, hint: str = "") -> None:
        """Note a mistake at a path below the root."""
        self.tree.error((*self._root, *path), found, wanted, hint)

    def get(self, path: Path) -> Any:
        """What stands at a path, None where nothing does."""
        full = (*self._root, *path)
        return self.tree.get(full) if self.tree.has(full) else None

    def has(self, path: Path) -> bool:
        """Whether something stands at a path, be it nothing written out."""
        return self.tree.has((*self._root, *path))

    def block(self, path: Path, keys: Collection[str], *, needed: bool = True) -> dict[str, Any]:
        """The mapping at a path, its unknown keys noted; empty where there is none."""
        raw = self.get(path)
        name = dotted(path) or "deterrence"
        if raw is None and (not needed or self.has(path)):
            if self.has(path):
                self.error(path, "nothing", f"the block {name}, or no such key")
            return {}
        if not isinstance(raw, dict):
            found = f"no {name}" if raw is None else shown(raw)
            self.error(path, found, f"a block with {', '.join(keys)}")
            return {}
        for key in raw:
            if key not in keys and key not in SAID:
                hint = nearest(key, keys)
                self.error((*path, key), f"the unknown key {key!r}", f"{', '.join(keys)}", hint)
        return raw

    def numbers(self, path: Path, fields: Mapping[str, Field]) -> dict[str, float]:
        """All numbers of a block, what is absent by its default."""
        return {name: self.number((*path, name), field) for name, field in fields.items()}

    def number(self, path: Path, field: Field) -> float:
        """One number; where it is a mistake, some number that fits."""
        fits = 1.0 if field.default is None else field.default
        if not self.has(path):
            if field.default is None and isinstance(self.get(path[:-1]), dict):
                self.error(path, f"no {path[-1]}", _RANGES[field.kind], field.meaning)
            return fits
        raw = self.get(path)
        if field.kind == "days" and isinstance(raw, str):
            match = _LENGTH.fullmatch(raw.strip())
            if match is not None:
                raw = float(match[1]) * _DAYS[match[2]]
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            hint = _UNCERTAIN if isinstance(raw, dict | list) else ""
            self.error(path, shown(raw), _RANGES[field.kind], hint)
            return fits
        if not _fits(raw, field.kind):
            self.error(path, f"{raw:g}", _RANGES[field.kind])
            return fits
        return float(raw)


def shown(raw: Any) -> str:
    """What stands there, in a few words."""
    if raw is None:
        return "nothing"
    if isinstance(raw, dict):
        return "a block"
    text = "a list" if isinstance(raw, list) else repr(raw)
    return text if len(text) <= 60 else text[:57] + "..."


def _fits(raw: float, kind: str) -> bool:
    least = {"real": -LARGEST}.get(kind, 0.0)
    most = {"chance": 1.0}.get(kind, LARGEST)
    return least <= raw <= most and (kind != "positive" or raw > 0)
