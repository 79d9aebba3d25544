"""Everything that can be said about a case before it is computed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from accord._errors import CaseError, CaseErrors
from accord.case.case import Case
from accord.case.classes import classes
from accord.case.doubtful import doubtful
from accord.case.evidence import support_counts
from accord.case.load import AsOf, latest_day, load_tree, read_case
from accord.case.tree import Path, Tree, parse_path
from accord.case.unused import cited_claims, unused
from accord.case.updates import Update, read_updates

__all__ = ["Report", "check", "check_texts"]


@dataclass(frozen=True, slots=True)
class Report:
    """What ``check`` found.

    Attributes
    ----------
    title : str
        The case's title; empty where it could not be read.
    errors : tuple of CaseError
        Mistakes; a case with any cannot be assessed.
    warnings : tuple of CaseError
        What is allowed and probably not meant, in the same shape.
    blocks : mapping of block to {numbers, supported, judgements}
        How many numbers each block has on the case's own date, how many have a claim behind
        them and how many are judgements. Empty where there are errors.
    classes : mapping of test to int or None
        How many packages each test can tell apart; None where it cannot be put.
    """

    title: str
    errors: tuple[CaseError, ...]
    warnings: tuple[CaseError, ...]
    blocks: dict[str, dict[str, int]] = field(default_factory=dict)
    classes: dict[str, int | None] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the case can be assessed."""
        return not self.errors

    def total(self, what: str) -> int:
        """``numbers``, ``supported`` or ``judgements`` over all blocks."""
        return sum(block[what] for block in self.blocks.values())

    def as_json(self) -> dict[str, Any]:
        """The stable shape printed by ``--json``."""
        return {
            "ok": self.ok,
            "errors": [error.as_json() for error in self.errors],
            "warnings": [warning.as_json() for warning in self.warnings],
            "numbers": self.total("numbers"),
            "supported": self.total("supported"),
            "judgements": self.total("judgements"),
            "blocks": self.blocks,
            "classes": self.classes,
        }


def check(source: str | FilePath) -> Report:
    """Check a case on its own date and with every update in force.

    Parameters
    ----------
    source : path
        The case's folder, or its ``case.yaml``.

    Returns
    -------
    Report
        With all errors and warnings, each once. Nothing is raised for a mistake in the case.
    """
    return check_texts(source, {})


def check_texts(source: str | FilePath, texts: Mapping[str, str]) -> Report:
    """The same, with texts by file name in place of files on the disk."""
    try:
        tree, folder = read_case(source, texts)
    except CaseErrors as error:
        return Report("", error.errors, ())
    updates = read_updates(tree, folder)
    own = _loaded(tree.twin(), folder, None, updates)
    cases, errors = [own], list(own.errors) if isinstance(own, CaseErrors) else []
    if updates or _has_later(tree):
        last = _loaded(tree, folder, "latest", updates)
        cases.append(last)
        errors += last.errors if isinstance(last, CaseErrors) else ()
    if errors:
        return Report("", CaseErrors(_each_once(errors)).errors, ())
    sound = [case for case in cases if isinstance(case, Case)]
    trees = [tree, *(update.tree for update in updates)]
    warnings = CaseErrors(_each_once(_warnings(sound, cited_claims(trees)))).errors
    first = sound[0]
    return Report(first.file.title, (), warnings, support_counts(first), classes(first))


def _loaded(
    tree: Tree, folder: FilePath, as_of: AsOf, updates: Sequence[Update]
) -> Case | CaseErrors:
    try:
        return load_tree(tree, folder, as_of, updates=updates)
    except CaseErrors as error:
        return error


def _has_later(tree: Tree) -> bool:
    """Whether the journal goes on after the case's own date."""
    try:
        own = dt.date.fromisoformat(str(tree.data.get("as_of")))
    except ValueError:
        return False
    return latest_day(tree, ()) not in {None, own}


def _each_once(found: Iterable[CaseError]) -> list[CaseError]:
    """The first of those that say the same of the same place."""
    kept: dict[tuple[str, int, int, str, str], CaseError] = {}
    for error in found:
        key = (error.file, error.line, error.column, error.path, error.wanted)
        kept.setdefault(key, error)
    return list(kept.values())


def _warnings(cases: Sequence[Case], cited: frozenset[str]) -> list[CaseError]:
    """Doubts of either date; what is used on one of the dates is not unused."""
    found = [warning for case in cases for warning in doubtful(case)]
    unheeded = [{w.path: w for w in unused(case, cited)} for case in cases]
    for each in unheeded:
        for path, warning in each.items():
            if all(
                path in other or not _stands(case, parse_path(path))
                for case, other in zip(cases, unheeded, strict=True)
            ):
                found.append(warning)
    return found


def _stands(case: Case, path: Path) -> bool:
    node: Any = case.data
    for part in path:
        if not isinstance(node, dict) or str(part) not in node:
            return False
        node = node[str(part)]
    return True
