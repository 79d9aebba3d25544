"""What changed in the text between two versions, or two dates, of a case.

The resolved data are compared, so that it does not matter whether a value was rewritten in its
place or by an update. A node that is new, or gone, is one change however much stands below it, and
what ``like`` has copied counts once, with the names of the copies.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from accord.case.case import AppliedUpdate, Case
from accord.case.numbers import looks_like_number
from accord.case.records.watching import JournalEntry
from accord.case.support import Support
from accord.case.tree import Path, Place, dotted, node_at, stands

__all__ = ["Change", "Changes", "Kind", "Record", "changes", "written"]

Kind = Literal["added", "removed", "changed", "order", "support"]

IDENTITIES: tuple[tuple[str, ...], ...] = (
    ("id",), ("name",), ("who", "on"), ("between",), ("when",), ("when", "require"), ("actor",),
)  # fmt: skip
"""Fields by which an entry of a list is known again, the first that tell all entries apart."""

_APART = frozenset({"as_of", "journal"})
"""Blocks told elsewhere: the date of each side, and what became known."""

_PLAIN = re.compile(r"[A-Za-z][\w .()/>=<!-]*")
_WORDS_OF_YAML = frozenset({"true", "false", "null", "~"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes
    ----------
    path : tuple
        In the new case; in the old one where it is gone.
    kind : str
        ``order``: the same names in another order, which means something for levels and steps.
        ``support``: the values stand, what stands behind them does not.
    old, new : Any
        Plain data as the case writes them; None where there is none. Of ``order`` the names, of
        ``support`` ``because`` and ``judgement``.
    place : Place
        Where it stands now; where it stood, if it is gone.
    because : tuple of str
        Claims behind it and what is below it, now (or then, if it is gone).
    judgement : str
    also : tuple of str
        Dotted paths of copies (``like``) that changed with it.
    """

    path: Path
    kind: Kind
    old: Any
    new: Any
    place: Place
    because: tuple[str, ...] = ()
    judgement: str = ""
    also: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The stable shape in ``accord diff --json``."""
        return {
            "path": dotted(self.path), "kind": self.kind, "old": self.old, "new": self.new,
            "file": self.place.file, "line": self.place.line, "because": list(self.because),
            "judgement": self.judgement, "also": list(self.also),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """The changes below one record, such as ``positions.RUS``."""

    name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changed.

    Attributes
    ----------
    records : tuple of Record
        In the order of the new case.
    updates, withdrawn : tuple of AppliedUpdate
        In force now only, and then only.
    entries, struck : tuple of JournalEntry
        Known now only, and then only.
    """

    records: tuple[Record, ...]
    updates: tuple[AppliedUpdate, ...]
    withdrawn: tuple[AppliedUpdate, ...]
    entries: tuple[JournalEntry, ...]
    struck: tuple[JournalEntry, ...]

    @property
    def count(self) -> int:
        """Changes of the text; copies count with what they copy."""
        return sum(len(record.changes) for record in self.records)

    def as_json(self) -> dict[str, Any]:
        """The stable shape in ``accord diff --json``."""
        return {
            "records": [
                {"record": r.name, "changes": [change.as_json() for change in r.changes]}
                for r in self.records
            ],
            "updates": {
                "only_a": [_update_json(u) for u in self.withdrawn],
                "only_b": [_update_json(u) for u in self.updates],
            },
            "events": {
                "only_a": [_entry_json(e) for e in self.struck],
                "only_b": [_entry_json(e) for e in self.entries],
            },
        }


def _update_json(update: AppliedUpdate) -> dict[str, Any]:
    return {
        "name": update.name, "title": update.title, "date": update.date.isoformat(),
        "known": update.known.isoformat(), "because": list(update.because),
    }  # fmt: skip


def _entry_json(entry: JournalEntry) -> dict[str, Any]:
    return {
        "indicator": entry.indicator, "outcome": entry.outcome, "known": entry.known.isoformat(),
        "on": None if entry.on is None else entry.on.isoformat(), "source": entry.source,
    }  # fmt: skip


def changes(a: Case, b: Case) -> Changes:
    """What changed from a case to another version or date of it."""
    before, after = _known_data(a), _known_data(b)
    found = [_behind(a, b, each) for each in _compared((), (), before, after)]
    found += _supports(a, b, found)
    records: dict[str, list[Change]] = {}
    for change in _without_copies(found):
        records.setdefault(_record_of(change.path), []).append(change)
    return Changes(
        tuple(Record(name, tuple(each)) for name, each in records.items()),
        *_only(a.updates, b.updates, lambda u: u.name),
        *_only(a.file.journal, b.file.journal, lambda e: e),
    )


def _only(old: Sequence[Any], new: Sequence[Any], key: Any) -> tuple[tuple[Any, ...], ...]:
    """What stands in the new one only, and in the old one only."""
    olds, news = [key(each) for each in old], [key(each) for each in new]
    return (
        tuple(each for each in new if key(each) not in olds),
        tuple(each for each in old if key(each) not in news),
    )


def _known_data(case: Case) -> dict[str, Any]:
    """The resolved data without what is told elsewhere, and without what came later."""
    data = {block: value for block, value in case.data.items() if block not in _APART}
    if "watch" in data:
        data["watch"] = {
            name: _known_forecasts(case, name, raw) if "outside" in raw else raw
            for name, raw in data["watch"].items()
        }
    return data


def _known_forecasts(case: Case, name: str, raw: dict[str, Any]) -> dict[str, Any]:
    known = {(f.who, f.on.isoformat()) for f in case.file.watch[name].outside}
    outside = [f for f in raw["outside"] if (f["who"], str(f["on"])) in known]
    return {**raw, "outside": outside}


@dataclass(frozen=True, slots=True)
class _Pair:
    """Where two values differ."""

    old_path: Path
    path: Path
    kind: Kind
    old: Any
    new: Any


def _compared(old_path: Path, path: Path, old: Any, new: Any) -> Iterator[_Pair]:
    """Every difference below two nodes, in the order of the new one."""
    if isinstance(old, dict) and isinstance(new, dict) and not _is_leaf(old, new):
        yield from _mappings(old_path, path, old, new)
        return
    if isinstance(old, list) and isinstance(new, list):
        keys = _identified(old, new)
        if keys is not None:
            yield from _lists(old_path, path, dict(zip(keys[0], old, strict=True)),
                              dict(zip(keys[1], new, strict=True)))  # fmt: skip
            return
    if not _same(old, new):
        yield _Pair(old_path, path, "changed", old, new)


def _is_leaf(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether a number is written here; one that depends on the package has parts of its own."""
    if {"base", "steps"} & set(old) and {"base", "steps"} & set(new):
        return False
    return looks_like_number(old) or looks_like_number(new)


def _same(old: Any, new: Any) -> bool:
    return json.dumps(old, default=str) == json.dumps(new, default=str) or (
        old == new and not isinstance(old, bool) and not isinstance(new, bool)
        and not isinstance(old, dict | list)
    )  # fmt: skip


def _mappings(
    old_path: Path, path: Path, old: dict[str, Any], new: dict[str, Any]
) -> Iterator[_Pair]:
    if _reordered(list(old), list(new)):
        yield _Pair(old_path, path, "order", list(old), list(new))
    for key, value in new.items():
        if key in old:
            yield from _compared((*old_path, key), (*path, key), old[key], value)
        else:
            yield _Pair((*old_path, key), (*path, key), "added", None, value)
    for key, value in old.items():
        if key not in new:
            yield _Pair((*old_path, key), (*path, key), "removed", value, None)


def _lists(old_path: Path, path: Path, old: dict[str, Any], new: dict[str, Any]) -> Iterator[_Pair]:
    """Two lists whose entries are known again by what identifies them."""
    olds, news = list(old), list(new)
    if _reordered(olds, news):
        names = [[json.loads(key)[0] for key in keys] for keys in (olds, news)]
        yield _Pair(old_path, path, "order", *names)
    for at, key in enumerate(news):
        if key in old:
            place = (*old_path, olds.index(key))
            yield from _compared(place, (*path, at), old[key], new[key])
        else:
            yield _Pair((*old_path, at), (*path, at), "added", None, new[key])
    for at, key in enumerate(olds):
        if key not in new:
            yield _Pair((*old_path, at), (*path, at), "removed", old[key], None)


def _reordered(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether what both have stands in another order."""
    return [key for key in old if key in new] != [key for key in new if key in old]


def _identified(old: list[Any], new: list[Any]) -> tuple[list[str], list[str]] | None:
    """A key for each entry of two lists, where one set of fields tells all apart."""
    entries = [*old, *new]
    if not entries or not all(isinstance(entry, dict) for entry in entries):
        return None
    for fields in IDENTITIES:
        if not any(fields[-1] in entry for entry in entries):
            continue
        keys = [
            [json.dumps([e.get(f) for f in fields], default=str) for e in side]
            for side in (old, new)
        ]
        if all(len(set(side)) == len(side) for side in keys):
            return keys[0], keys[1]
    return None


def _behind(a: Case, b: Case, pair: _Pair) -> Change:
    """A difference with its place and what stands behind it."""
    case, path = (a, pair.old_path) if pair.kind == "removed" else (b, pair.path)
    nearest = case.support(path)
    claims = dict.fromkeys(nearest.because if nearest else ())
    if pair.kind in {"added", "removed"}:
        for below, support in case.supports.items():
            if below[: len(path)] == path:
                claims |= dict.fromkeys(support.because)
    return Change(
        path, pair.kind, pair.old, pair.new, _place(case, path),
        tuple(claims), nearest.judgement if nearest else "",
    )  # fmt: skip


def _place(case: Case, path: Path) -> Place:
    """Where a node was written; of one that only came about around another, where that was."""
    at, node = path, node_at(case.data, path)
    while at not in case.places and isinstance(node, dict) and node:
        key = next(iter(node))
        at, node = (*at, key), node[key]
    return case.places.get(at) or case.place(path)


def _supports(a: Case, b: Case, found: Sequence[Change]) -> list[Change]:
    """Where values stand as they did and what stands behind them does not."""
    told = {change.path for change in found}
    told |= {nearest.path for change in found if (nearest := b.support(change.path))}
    result = []
    for path in dict.fromkeys([*b.supports, *a.supports]):
        old, new = a.supports.get(path), b.supports.get(path)
        if _says(old) == _says(new) or any(path[:n] in told for n in range(1, len(path) + 1)):
            continue
        if stands(a.data, path) and stands(b.data, path) and path[0] not in _APART:
            result.append(
                Change(
                    path, "support", _says(old), _says(new), b.place(path),
                    new.because if new else (), new.judgement if new else "",
                )
            )  # fmt: skip
    return result


def _says(support: Support | None) -> dict[str, Any] | None:
    if support is None:
        return None
    return {"because": list(support.because), "judgement": support.judgement}


def _without_copies(found: Sequence[Change]) -> list[Change]:
    """Changes that ``like`` has copied from one place are told once."""
    first: dict[str, list[int]] = {}
    result: list[Change] = []
    for change in found:
        values = json.dumps([change.old, change.new], default=str)
        key = (
            f"{change.kind} {change.place.file}:{change.place.line}:{change.place.column} {values}"
        )
        for at in first.get(key, []):
            if change.place.line and _copies(result[at].path, change.path):
                also = (*result[at].also, dotted(change.path))
                result[at] = replace(result[at], also=also)
                break
        else:
            first.setdefault(key, []).append(len(result))
            result.append(change)
    return result


def _copies(one: Path, other: Path) -> bool:
    """Whether two paths are the same but for names on the way, as those of copies are."""
    if len(one) != len(other) or one[-1] != other[-1]:
        return False
    apart = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    return all(isinstance(part, str) for pair in apart for part in pair)


def _record_of(path: Path) -> str:
    if path[0] in {"claims", "sources"}:
        return str(path[0])
    return dotted(path[:2])


def written(value: Any) -> str:
    """Plain data on one line, as a case writes them: ``[4, 6, 9]``, ``{from: 1, to: 10}``."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case dict():
            return "{" + ", ".join(f"{key}: {written(v)}" for key, v in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(written(v) for v in value) + "]"
        case str():
            plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS_OF_YAML
            return (
                value if plain and value == value.strip() else json.dumps(value, ensure_ascii=False)
            )
    return str(value)
