"""The days on which something became known, and what of a case tests read."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path

from accord.case.case import Case
from accord.case.load import load_tree, read_case
from accord.case.updates import Update, read_updates

__all__ = ["days_from", "days_of", "read_by_tests"]

UNREAD = frozenset(
    {"as_of", "byline", "categories", "claims", "journal", "milestones", "sources", "title"}
    | {"watch"}
)
"""Blocks that no test reads: they tell what is known, and by that what worlds weigh."""


def days_of(source: str | Path, until: dt.date | None = None) -> tuple[dt.date, ...]:
    """The day of a case, and every later one on which an update or an answer came.

    Raises
    ------
    CaseErrors
        If the case is wrong on its own date.
    """
    tree, folder = read_case(source)
    updates = read_updates(tree, folder)
    return days_from(load_tree(tree.twin(), folder, updates=updates), updates, until)


def days_from(
    first: Case, updates: Sequence[Update], until: dt.date | None = None
) -> tuple[dt.date, ...]:
    """The same for a case that was loaded on its own date."""
    entries = (dt.date.fromisoformat(str(e["known"])) for e in first.data.get("journal", ()))
    days = {*(update.known for update in updates), *entries}
    last = until or dt.date.max
    return (first.as_of, *sorted(day for day in days if first.as_of < day <= last))


def read_by_tests(case: Case) -> str:
    """Everything in the resolved case on which a margin can hang, in its order."""
    data = {block: value for block, value in case.data.items() if block not in UNREAD}
    return json.dumps(data, ensure_ascii=False, default=str)
