"""A case as plain data whose every node knows its place in a file.

A ``Tree`` is what readers produce and what updates, assumptions and ``like`` change, before any
record is made of it: mappings, lists and scalars, with a parallel table from path to place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from accord._errors import CaseError

__all__ = ["Path", "Place", "Tree", "dotted", "node_at", "parse_path", "stands"]
__all__ += ["values_below"]

MAXIMUM_NODES = 300_000
"""Values that a case may have once aliases and copies are unfolded."""

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node was written: file, line and column from 1 (0 = unknown) and the line itself."""

    file: str
    line: int = 0
    column: int = 0
    text: str = ""


def dotted(path: Path) -> str:
    """The path as users write it: names and list positions joined by dots."""
    return ".".join(str(part) for part in path)


def parse_path(text: str) -> Path:
    """The path behind a dotted text; whole numbers are positions in lists."""
    return tuple(int(part) if part.isdigit() else part for part in text.split("."))


def node_at(node: Any, path: Path) -> Any:
    """The node at a path below plain data; KeyError where there is none."""
    for part in path:
        if isinstance(node, dict) and str(part) in node:
            node = node[str(part)]
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            node = node[part]
        else:
            raise KeyError(dotted(path))
    return node


def stands(node: Any, path: Path) -> bool:
    """Whether there is a node at a path below plain data."""
    try:
        node_at(node, path)
    except KeyError:
        return False
    return True


@dataclass(slots=True)
class Tree:
    """Plain data with places. The only mutable object of the case room; it never leaves it.

    ``scalar_support`` holds what stands behind values that an update or an assumption set and
    that have no mapping of their own to carry it.
    """

    data: dict[str, Any]
    places: dict[Path, Place] = field(default_factory=dict)
    errors: list[CaseError] = field(default_factory=list)
    scalar_support: dict[Path, dict[str, Any]] = field(default_factory=dict)

    def place(self, path: Path) -> Place:
        """The place of a node, or of its nearest ancestor that has one."""
        for length in range(len(path), -1, -1):
            found = self.places.get(path[:length])
            if found is not None:
                return found
        return Place("case.yaml")

    def error(self, path: Path, found: str, wanted: str, hint: str = "", offset: int = 0) -> None:
        """Note one mistake at a path; ``offset`` moves the caret inside the written text."""
        place = self.place(path)
        column = place.column + offset if place.line else 0
        if offset and place.text[place.column - 1 : place.column] in {'"', "'"}:
            column += 1
        self.errors.append(
            CaseError(dotted(path), place.file, place.line, column, found, wanted, hint, place.text)
        )

    def get(self, path: Path) -> Any:
        """The node at a path; KeyError where there is none."""
        return node_at(self.data, path)

    def has(self, path: Path) -> bool:
        """Whether a node stands at a path."""
        return stands(self.data, path)

    def put(self, path: Path, value: Any, places: dict[Path, Place]) -> None:
        """Set a node; ``places`` are relative to it. Missing mappings on the way are made.

        The position after the last one of a list appends to it.
        """
        self._forget(path)
        node: Any = self.data
        for part in path[:-1]:
            node = node[int(part)] if isinstance(node, list) else node.setdefault(str(part), {})
        key = path[-1]
        if isinstance(node, list) and key == len(node):
            node.append(value)
        elif isinstance(node, list):
            node[int(key)] = value
        else:
            node[str(key)] = value
        for relative, place in places.items():
            self.places[path + relative] = place

    def drop(self, path: Path) -> None:
        """Remove a node."""
        self._forget(path)
        parent = self.get(path[:-1])
        del parent[path[-1] if isinstance(parent, list) else str(path[-1])]

    def copied(self, path: Path) -> tuple[Any, dict[Path, Place]]:
        """A deep copy of a node and its places, relative to it."""
        node = self.get(path)
        places = {
            below: self.places[path + below]
            for below in _paths_below(node)
            if path + below in self.places
        }
        return copied(node), places

    def twin(self) -> Tree:
        """A tree of its own with the same content; changing one leaves the other."""
        support = {path: dict(raw) for path, raw in self.scalar_support.items()}
        return Tree(copied(self.data), dict(self.places), list(self.errors), support)

    def mappings(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Every mapping, outer before inner, in the order written."""
        stack: list[tuple[Path, Any]] = [((), self.data)]
        while stack:
            path, node = stack.pop()
            if isinstance(node, dict):
                yield path, node
                stack.extend(((*path, key), node[key]) for key in reversed(list(node)))
            elif isinstance(node, list):
                stack.extend(((*path, i), node[i]) for i in reversed(range(len(node))))

    def mappings_with(self, key: str) -> list[tuple[Path, dict[str, Any]]]:
        """Every mapping that has a key, outer before inner, in the order written."""
        found: list[tuple[Path, dict[str, Any]]] = []
        trail: list[str | int] = []

        def look(node: dict[str, Any] | list[Any]) -> None:
            members: Iterable[tuple[str | int, Any]]
            if isinstance(node, dict):
                if key in node:
                    found.append((tuple(trail), node))
                members = node.items()
            else:
                members = enumerate(node)
            for name, value in members:
                # paths are made for what is found alone: there are thousands of others
                if isinstance(value, dict | list):
                    trail.append(name)
                    look(value)
                    trail.pop()

        look(self.data)
        return found

    def _forget(self, path: Path) -> None:
        """Drop what is known of a path and all below it; only what stands there can have any."""
        if self.has(path):
            for below in _paths_below(self.get(path)):
                self.places.pop(path + below, None)
                self.scalar_support.pop(path + below, None)


def copied(node: Any) -> Any:
    """Plain data copied all the way down (several times as fast as the standard library)."""
    if isinstance(node, dict):
        return {key: copied(value) for key, value in node.items()}
    if isinstance(node, list):
        return [copied(value) for value in node]
    return node


def values_below(node: Any) -> Iterator[Any]:
    """A node and everything below it."""
    yield node
    if isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            yield from values_below(value)


def _paths_below(node: Any) -> Iterator[Path]:
    """Relative paths of a node and of all below it."""
    yield ()
    if isinstance(node, dict):
        members: Iterable[tuple[str | int, Any]] = node.items()
    elif isinstance(node, list):
        members = enumerate(node)
    else:
        return
    for key, value in members:
        for below in _paths_below(value):
            yield (key, *below)
