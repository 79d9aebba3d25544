"""The case: records, names of inputs, support and places, as of one date."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from accord.case.conditions import Condition
from accord.case.numbers import Number, PackageNumber
from accord.case.records.agreement import Package
from accord.case.records.root import CaseFile
from accord.case.support import Support
from accord.case.tree import Path, Place, dotted, parse_path, stands

__all__ = ["AppliedUpdate", "Case", "conditions_in", "numbers_in"]


@dataclass(frozen=True, slots=True)
class AppliedUpdate:
    """An update that is in force: its name, dates and what it touched."""

    name: str
    title: str
    date: dt.date
    known: dt.date
    because: tuple[str, ...]
    explains: tuple[str, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """A case as of one date.

    Attributes
    ----------
    name : str
        Name of its folder.
    file : CaseFile
        The records, every number named by its path.
    supports : mapping from path to Support
        Where ``because`` and ``judgement`` stand.
    places : mapping from path to Place
        Where every node was written.
    data : dict
        The resolved plain data, without support.
    updates : tuple of AppliedUpdate
        Updates in force, in the order applied.
    assumptions : tuple of str
        ``PATH=VALUE`` texts applied on top.
    archived_digest : str
        Digest of the case from which an archive was made; empty for a case read from its folder.
    started : date or None
        The date that the case itself states, where an as-of date has replaced it.
    """

    name: str
    file: CaseFile
    supports: Mapping[Path, Support]
    places: Mapping[Path, Place] = field(repr=False)
    data: dict[str, Any] = field(repr=False)
    updates: tuple[AppliedUpdate, ...] = ()
    assumptions: tuple[str, ...] = ()
    archived_digest: str = ""
    started: dt.date | None = None

    @property
    def origin(self) -> dt.date:
        """The date for which the case was first written; clocks run from there."""
        return self.started or self.file.as_of

    @property
    def as_of(self) -> dt.date:
        """The date of what is known."""
        return self.file.as_of

    @cached_property
    def numbers(self) -> dict[str, Number]:
        """Every number that was written, by its path."""
        found: dict[str, Number] = {}
        for number in numbers_in(self.file):
            name = number.path
            if name and name not in found and stands(self.data, parse_path(name)):
                found[name] = number
        return found

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the resolved case with its support, in hexadecimal."""
        if self.archived_digest:
            return self.archived_digest
        content = {
            "data": self.data,
            "supports": {dotted(p): [s.because, s.judgement] for p, s in self.supports.items()},
            "assumptions": self.assumptions,
        }
        text = json.dumps(content, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def support(self, path: str | Path) -> Support | None:
        """The nearest support at or above a path; the case as a whole gives none."""
        steps = parse_path(path) if isinstance(path, str) else path
        for length in range(len(steps), 0, -1):
            found = self.supports.get(steps[:length])
            if found is not None:
                return found
        return None

    def place(self, path: str | Path) -> Place:
        """Where a node, or its nearest ancestor, was written."""
        steps = parse_path(path) if isinstance(path, str) else path
        for length in range(len(steps), -1, -1):
            found = self.places.get(steps[:length])
            if found is not None:
                return found
        return Place("case.yaml")

    def actor_name(self, actor: str) -> str:
        """An actor's name in words."""
        record = self.file.actors.get(actor)
        return record.name if record is not None else actor

    def level_title(self, provision: str, level: str) -> str:
        """A level's title."""
        return self.file.provisions[provision].levels[level].title

    def chosen(self, package: str) -> dict[str, str]:
        """The level of every provision in a named package, bases followed."""
        record = self.file.packages[package]
        below = self.chosen(record.base) if record.base is not None else {}
        return {**below, **record.choose}

    def silent(self, package: str) -> tuple[str, ...]:
        """Provisions on which the package's own text says nothing."""
        record = self.file.packages[package]
        return tuple(name for name in self.file.provisions if name not in record.choose)

    def published_later(self, package: Package) -> bool:
        """Whether the package was published after the as-of date."""
        return package.date is not None and package.date > self.as_of


def numbers_in(node: Any) -> Iterator[Number]:
    """Every number below a record, in the order of its fields."""
    match node:
        case Number():
            yield node
        case PackageNumber():
            yield node.base
            for step in node.steps:
                yield step.number
        case BaseModel():
            for name in type(node).model_fields:
                yield from numbers_in(getattr(node, name))
            for value in (node.__pydantic_extra__ or {}).values():
                yield from numbers_in(value)
        case dict():
            for value in node.values():
                yield from numbers_in(value)
        case tuple():
            for value in node:
                yield from numbers_in(value)


def conditions_in(node: Any, path: Path = ()) -> Iterator[tuple[Path, Condition]]:
    """Every condition below a record, with the path where it is written."""
    match node:
        case Condition():
            yield path, node
        case PackageNumber() if not node.like:
            for i, step in enumerate(node.steps):
                yield (*path, "steps", i, "when"), step.when
        case BaseModel():
            fields = type(node).model_fields
            for name in fields:
                yield from conditions_in(getattr(node, name), (*path, fields[name].alias or name))
            for key, value in (node.__pydantic_extra__ or {}).items():
                yield from conditions_in(value, (*path, key))
        case dict():
            for key, value in node.items():
                yield from conditions_in(value, (*path, key))
        case tuple():
            for i, value in enumerate(node):
                yield from conditions_in(value, (*path, i))
