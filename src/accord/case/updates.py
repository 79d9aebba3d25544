"""Dated updates, and assumptions: the two ways in which a case changes without being rewritten."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from accord._errors import CaseErrors, UsageError
from accord.case.tree import Path, Place, Tree, dotted, parse_path
from accord.case.yaml_reader import read_yaml, read_yaml_text

__all__ = ["KEYS", "Update", "apply_assumptions", "apply_update", "check_explained", "read_updates"]

KEYS = {
    "date": "the day it happened",
    "known": "the day it was known, where that is later",
    "title": "what happened, in words",
    "because": "claims that stand behind its numbers",
    "judgement": "why its numbers are what they are",
    "change": "`{dotted.path: value}` of what stands already",
    "add": "`{dotted.path: value}` of what is new; the position after the last appends to a list",
    "end": "paths of what stands no longer",
    "explains": "indicators whose answer it replaces from its date, or `indicator@date`",
    "note": "anything worth saying",
}
"""Every key of an update, and what it means."""


@dataclass(frozen=True, slots=True)
class Update:
    """One dated change of a case.

    Attributes
    ----------
    name : str
        File name without its ending.
    date, known : datetime.date
        The day it happened and the day it was known; as-of compares ``known``.
    because : tuple of str
        Claims behind all of its numbers that name none of their own.
    explains : tuple of str
        Journal entries whose likelihood it replaces from its date.
    paths : tuple of str
        What it changes, adds or ends.
    """

    name: str
    title: str
    date: dt.date
    known: dt.date
    because: tuple[str, ...]
    judgement: str
    explains: tuple[str, ...]
    paths: tuple[str, ...]
    tree: Tree


def read_updates(tree: Tree, folder: FilePath) -> list[Update]:
    """All updates of a case, by date and then name; mistakes are noted in ``tree.errors``."""
    found: list[Update] = []
    for file in sorted((folder / "updates").glob("*.yaml")):
        try:
            written = read_yaml(file)
        except CaseErrors as error:
            tree.errors.extend(error.errors)
            continue
        update = _read(written, file)
        tree.errors.extend(written.errors)
        if update is not None:
            found.append(update)
    return sorted(found, key=lambda update: (update.date, update.name))


def _read(written: Tree, file: FilePath) -> Update | None:
    data = written.data
    for key in data:
        if key not in KEYS:
            near = difflib.get_close_matches(key, sorted(KEYS), 1)
            hint = f"did you mean {near[0]!r}?" if near else ""
            written.error((key,), f"the key {key!r}", ", ".join(sorted(KEYS)), hint)
    date = _date(written, "date")
    known = _date(written, "known") if "known" in data else date
    paths = [str(path) for key in ("change", "add") for path in _mapping(written, key)]
    paths += [str(path) for path in _list(written, "end")]
    if date is None or known is None:
        return None
    return Update(
        file.stem,
        str(data.get("title", file.stem)),
        date,
        known,
        tuple(str(item) for item in _list(written, "because")),
        str(data.get("judgement", "")),
        tuple(str(item) for item in _list(written, "explains")),
        tuple(paths),
        written,
    )


def _date(written: Tree, key: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(written.data[key]))
    except KeyError:
        written.error((), f"no {key}", f"{key}: the day it happened, such as 2025-09-05")
    except ValueError:
        written.error((key,), repr(written.data[key]), "a date such as 2025-09-05")
    return None


def _mapping(written: Tree, key: str) -> dict[str, Any]:
    value = written.data.get(key) or {}
    if not isinstance(value, dict):
        written.error((key,), repr(value), f"{key}: {{dotted.path: value}}")
        return {}
    return value


def _list(written: Tree, key: str) -> list[Any]:
    value = written.data.get(key) or []
    if not isinstance(value, list):
        written.error((key,), repr(value), f"{key}: a list")
        return []
    return value


def apply_update(tree: Tree, update: Update) -> None:
    """Apply one update to the tree; a path that does not fit is an error at its own line."""
    written = update.tree
    for text in _mapping(written, "change"):
        path = parse_path(text)
        if not tree.has(path):
            _unknown(tree, written, ("change", text), path)
        else:
            _put(tree, written, ("change", text), path, update)
    for text in _mapping(written, "add"):
        path = parse_path(text)
        if tree.has(path):
            found = f"{text}, which stands already"
            hint = "use change: to alter what stands"
            _note(tree, written, ("add", text), found, "a path that is new", hint)
        elif (depth := _depth(tree, path)) < len(path) - 2 and len(path) > 2:
            _unknown(tree, written, ("add", text), path[: depth + 1])
        elif not _takes(tree.get(path[:depth]), path[depth]):
            wanted = "a new name below a mapping, or the next position of a list"
            hint = f"{dotted(path[:depth])} takes nothing more"
            _note(tree, written, ("add", text), text, wanted, hint)
        else:
            _put(tree, written, ("add", text), path, update)
    for position, text in enumerate(_list(written, "end")):
        path = parse_path(str(text))
        if not tree.has(path):
            _unknown(tree, written, ("end", position), path)
        else:
            tree.drop(path)


def check_explained(tree: Tree, updates: Sequence[Update]) -> None:
    """Whether every journal entry that an update explains belongs to an indicator."""
    watch = tree.data.get("watch")
    known = list(watch) if isinstance(watch, dict) else []
    for update in updates:
        for position, text in enumerate(update.explains):
            name = text.split("@", maxsplit=1)[0]
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                hint = f"did you mean {near[0]!r}?" if near else ""
                where: Path = ("explains", position)
                _note(tree, update.tree, where, repr(name), "an indicator of the case", hint)


def _put(tree: Tree, written: Tree, where: Path, path: Path, update: Update) -> None:
    value, places = written.copied(where)
    support: dict[str, Any] = {}
    if update.because:
        support["because"] = list(update.because)
    if update.judgement:
        support["judgement"] = update.judgement
    if isinstance(value, dict) and support and not {"because", "judgement"} & set(value):
        value = value | support
    tree.put(path, value, places)
    if not isinstance(value, dict) and support:
        tree.scalar_support[path] = support


def _depth(tree: Tree, path: Path) -> int:
    """How many steps of a path stand in the case."""
    return next(n for n in range(len(path), -1, -1) if tree.has(path[:n]))


def _takes(node: Any, key: str | int) -> bool:
    """Whether something new can be put below a node under that name or position."""
    return isinstance(node, dict) or (isinstance(node, list) and key == len(node))


def _unknown(tree: Tree, written: Tree, where: Path, path: Path) -> None:
    depth = _depth(tree, path)
    node = tree.get(path[:depth])
    names = [str(key) for key in node] if isinstance(node, dict) else []
    near = difflib.get_close_matches(str(path[depth]), names, 1) if depth < len(path) else []
    hint = f"did you mean {near[0]!r}?" if near else ""
    wanted = f"a path of the case; {dotted(path[:depth]) or 'the case'} has no {path[depth]!r}"
    _note(tree, written, where, dotted(path), wanted, hint)


def _note(tree: Tree, written: Tree, where: Path, found: str, wanted: str, hint: str = "") -> None:
    written.error(where, found, wanted, hint)
    tree.errors.append(written.errors.pop())


def apply_assumptions(tree: Tree, assumptions: Sequence[str]) -> None:
    """Apply ``PATH=VALUE`` texts, each recorded by the caller.

    Raises
    ------
    UsageError
        If one has no ``=`` or its path is not in the case.
    """
    for text in assumptions:
        name, separator, value = text.partition("=")
        path = parse_path(name.strip())
        if not separator:
            raise UsageError(f"found --assume {text!r}, wanted --assume PATH=VALUE")
        if not tree.has(path):
            depth = _depth(tree, path)
            node = tree.get(path[:depth])
            names = [str(key) for key in node] if isinstance(node, dict) else []
            near = difflib.get_close_matches(str(path[depth]), names, 3)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            parent = dotted(path[:depth]) or "the case"
            raise UsageError(f"--assume {text!r}: {parent} has no {path[depth]!r}{hint}")
        parsed = read_yaml_text(f"value: {value.strip()}\n", "--assume")
        if parsed.errors:
            raise CaseErrors(parsed.errors)
        tree.put(path, parsed.data.get("value"), {(): Place("--assume", 1, 1, text)})
        tree.scalar_support[path] = {"judgement": "assumed for this run"}
