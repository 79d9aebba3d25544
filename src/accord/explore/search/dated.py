"""The best packages on every day on which something became known.

Each day is searched by itself, with what was known on it. A day that brings answers alone changes
what worlds weigh and nothing in them, so that the class tables of the day before still hold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from accord._errors import UsageError
from accord.case.case import Case
from accord.case.days import days_of, read_by_tests
from accord.case.load import load
from accord.explore.search.effort import Effort
from accord.explore.search.exploring import Explored, Prepared, allowed_levels, best_of, prepare
from accord.explore.search.whole import chosen_rule
from accord.run.what_if import WhatIf
from accord.worlds.worlds import Lines

__all__ = ["Day", "on_every_day"]


@dataclass(frozen=True, slots=True)
class Day:
    """What was best with what was known on a day.

    Attributes
    ----------
    date : date
    updates : tuple of str
        Titles of the updates that came since the day before it.
    answers : tuple of str
        Indicators that were answered since.
    found : Explored
    """

    date: dt.date
    updates: tuple[str, ...]
    answers: tuple[str, ...]
    found: Explored

    def as_json(self) -> dict[str, Any]:
        """The stable shape in ``accord explore --every-day --json``."""
        return {
            "date": self.date.isoformat(), "updates": list(self.updates),
            "answers": list(self.answers), **self.found.as_json(),
        }  # fmt: skip


def on_every_day(
    source: str | Path, effort: Effort, *, worlds: int = 1024, seed: int = 1,
    consent: str | None = None, pins: Mapping[str, Sequence[str]] | None = None,
    lines: Lines = "stated", workers: int = 2, until: dt.date | None = None,
    memory: int | None = None, cluster: str | None = None,
    progress: Callable[[str], None] | None = None,
    making: Callable[[float], None] | None = None,
) -> tuple[Day, ...]:  # fmt: skip
    """Search on the day of a case and on every later one on which something became known.

    Where the effort is stopped, those that are done are told, the last as far as it came.

    Parameters
    ----------
    effort : Effort
        For each day; states are not kept.
    until : date, optional
        The last day.
    progress : function of a str, optional
        Told each day as it begins.
    making : function of a share, optional
        Told how far the class tables of a day are; may raise KeyboardInterrupt to end it.

    Other parameters are those of ``explore`` and ``prepare``.

    Raises
    ------
    UsageError
        If the last day is before that of the case, or the tables of a day do not fit.
    """
    effort = replace(effort, state=None, resume=False)
    tell, result = progress or (lambda _: None), list[Day]()
    before: tuple[Case, Prepared] | None = None
    days = days_of(source, until)
    if until is not None and until < days[0]:
        raise UsageError(f"found --as-of {until}, wanted a day from that of the case on, {days[0]}")
    for date in days:
        if result and effort.stop is not None and effort.stop.is_set():
            # what is stopped tells the days that it has
            break
        tell(date.isoformat())
        case = load(source, date)
        try:
            prepared = _again(before, case, worlds, seed, lines) or prepare(
                case, worlds=worlds, seed=seed, lines=lines, workers=workers, memory=memory,
                making=making, cluster=cluster,
            )  # fmt: skip
        except KeyboardInterrupt:
            if not result:
                raise
            break
        rule, allowed = chosen_rule(case, consent), allowed_levels(case, pins or {})
        found = best_of(prepared, rule, allowed, effort, shown=1)
        result.append(_day(date, case, before[0] if before is not None else case, found))
        before = case, prepared
    return tuple(result)


def _day(date: dt.date, case: Case, old: Case, found: Explored) -> Day:
    """A day, with what came since the case was as it was before."""
    known = {update.name for update in old.updates}
    return Day(
        date,
        tuple(u.title or u.name for u in case.updates if u.name not in known),
        tuple(entry.indicator for entry in case.file.journal[len(old.file.journal) :]),
        found,
    )


def _again(
    before: tuple[Case, Prepared] | None, case: Case, worlds: int, seed: int, lines: Lines
) -> Prepared | None:
    """The tables of the day before with the weights of this one, where nothing else changed."""
    if before is None or read_by_tests(before[0]) != read_by_tests(case):
        return None
    asking = WhatIf(case, worlds=worlds, seed=seed, lines=lines)
    if asking.blocks != before[1].asking.blocks:
        return None
    fresh = WhatIf(case, worlds=worlds, seed=seed, lines=lines, first_block=asking.blocks[-1] + 1)
    return replace(before[1], asking=asking, fresh=fresh, tables_seconds=0.0)
