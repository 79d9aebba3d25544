"""A folder becomes a Case: read, merge, update, assume, copy, validate, refer, support."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any, Literal

from accord._errors import CaseErrors
from accord.case.assemble import assembled
from accord.case.case import AppliedUpdate, Case
from accord.case.evidence import check_evidence
from accord.case.likeness import expand_likeness
from accord.case.panel import put_panel_weights
from accord.case.references import check_references
from accord.case.support import take_support
from accord.case.tables import merge_tables
from accord.case.tree import Tree
from accord.case.updates import (
    Update,
    apply_assumptions,
    apply_update,
    check_explained,
    read_updates,
)
from accord.case.validation import validate
from accord.case.yaml_reader import read_yaml, read_yaml_text

__all__ = ["AsOf", "brought_to_date", "latest_day", "load", "load_tree", "read_case"]

AsOf = dt.date | Literal["latest"] | None


def load(source: str | FilePath, as_of: AsOf = None, assume: Sequence[str] = ()) -> Case:
    """Load a case as of a date.

    Parameters
    ----------
    source : path
        The case's folder, or its ``case.yaml``.
    as_of : date, "latest" or None
        Updates known by then are applied; None is the case's own date.
    assume : sequence of str
        ``PATH=VALUE`` texts applied last.

    Raises
    ------
    CaseErrors
        With every mistake that was found, each with its place.
    UsageError
        If an assumption does not fit.
    """
    tree, folder = read_case(source)
    return load_tree(tree, folder, as_of, assume)


def read_case(
    source: str | FilePath, texts: Mapping[str, str] | None = None
) -> tuple[Tree, FilePath]:
    """The tree of a case with its tables, before any update, and its folder.

    Texts of ``case.yaml`` and of tables, by file name, stand in for what is on the disk.

    Raises
    ------
    CaseErrors
        If the file is missing, too large or not YAML.
    """
    file = FilePath(source)
    if file.is_dir() or not file.suffix:
        file = file / "case.yaml"
    given = (texts or {}).get(file.name)
    tree = read_yaml(file) if given is None else read_yaml_text(given, str(file))
    merge_tables(tree, file.parent, texts)
    return tree, file.parent


def load_tree(
    tree: Tree,
    folder: FilePath,
    as_of: AsOf = None,
    assume: Sequence[str] = (),
    updates: Sequence[Update] | None = None,
) -> Case:
    """Load a case from its tree, which is used up; its updates are read unless given."""
    started = _date(tree.data.get("as_of"))
    if updates is None:
        updates = read_updates(tree, folder)
    applied = _bring_to_date(tree, updates, as_of)
    apply_assumptions(tree, assume)
    expand_likeness(tree)
    put_panel_weights(tree)
    data, supports = take_support(tree)
    written = validate(data, tree)
    if written is None:
        raise CaseErrors(tree.errors)
    case = Case(
        folder.resolve().name, assembled(written, data), supports, tree.places, data, applied,
        tuple(assume), started=started,
    )  # fmt: skip
    check_references(case, tree)
    check_evidence(case, tree)
    if tree.errors:
        raise CaseErrors(tree.errors)
    return case


def brought_to_date(tree: Tree, updates: Sequence[Update], day: dt.date) -> Tree:
    """A tree with the updates that are known on a day, not checked yet; it is used up."""
    _bring_to_date(tree, updates, day)
    return tree


def _bring_to_date(tree: Tree, updates: Sequence[Update], as_of: AsOf) -> tuple[AppliedUpdate, ...]:
    day = _effective_date(tree, updates, as_of)
    if day is None:
        return ()
    in_force = [update for update in updates if update.known <= day]
    for update in in_force:
        apply_update(tree, update)
    check_explained(tree, in_force)
    if as_of is not None:
        tree.data["as_of"] = day.isoformat()
    return tuple(
        AppliedUpdate(u.name, u.title, u.date, u.known, u.because, u.explains, u.paths)
        for u in in_force
    )


def _effective_date(tree: Tree, updates: Sequence[Update], as_of: AsOf) -> dt.date | None:
    own = _date(tree.data.get("as_of"))
    if as_of is None or own is None:
        return own
    return latest_day(tree, updates) if as_of == "latest" else as_of


def latest_day(tree: Tree, updates: Sequence[Update]) -> dt.date | None:
    """The last day on which anything in the case became known."""
    entries = tree.data.get("journal", [])
    known = [
        _date(entry.get("known"))
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict)
    ]
    own = _date(tree.data.get("as_of"))
    days = [own, *(update.known for update in updates), *known]
    return max((day for day in days if day is not None), default=None)


def _date(raw: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(raw))
    except ValueError:
        return None
