"""A new value as the fewest changes of single places, and changes of plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accord.case.editing_yaml import REMOVED, Removed
from accord.case.tree import Path, copied
from accord.case.yaml_writing import same

__all__ = ["changed", "steps"]


def steps(path: Path, old: Any, new: Any) -> Iterator[tuple[Path, Any]]:
    """Places to change so that ``old`` becomes ``new``; what is the same is not touched.

    Additions come before removals, so that no collection is empty on the way.
    """
    if same(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict) and old and new:
        for key, value in new.items():
            if key in old:
                yield from steps((*path, key), old[key], value)
            else:
                yield (*path, key), value
        for key in old:
            if key not in new:
                yield (*path, key), REMOVED
    elif isinstance(old, list) and isinstance(new, list) and old and new:
        yield from _list_steps(path, old, new)
    else:
        yield path, new


def _list_steps(path: Path, old: list[Any], new: list[Any]) -> Iterator[tuple[Path, Any]]:
    if len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from steps((*path, number), one, other)
        return
    if len(new) > len(old) and same(new[: len(old)], old):
        for number in range(len(old), len(new)):
            yield (*path, number), new[number]
        return
    gone = len(old) - len(new)
    for first in range(len(new) + 1):
        if gone > 0 and same(old[:first] + old[first + gone :], new):
            for number in reversed(range(first, first + gone)):
                yield (*path, number), REMOVED
            return
    yield path, new


def changed(data: Any, path: Path, value: Any) -> Any:
    """A copy of plain data with one place changed; what is missing above it is made.

    Raises
    ------
    KeyError
        If the path leads through a single value or a list that has no such position.
    """
    if not path:
        return value
    key = path[0]
    if isinstance(data, list):
        if not isinstance(key, int) or key > len(data) or (key == len(data) and path[1:]):
            raise KeyError(key)
        if isinstance(value, Removed) and len(path) == 1:
            return [each for number, each in enumerate(data) if number != key]
        if key == len(data):
            return [*data, value]
        return [
            changed(each, path[1:], value) if number == key else copied(each)
            for number, each in enumerate(data)
        ]
    if data is not None and not isinstance(data, dict):
        raise KeyError(key)
    name, result = str(key), dict(data or {})
    if isinstance(value, Removed) and len(path) == 1:
        del result[name]
    else:
        result[name] = changed(result.get(name), path[1:], value)
    return result
