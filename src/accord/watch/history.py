"""How the shares of packages came about: one step a day on which something became known.

MODELS, section 8. Each step loads the case as of its day, so it knows nothing that came later. A
day that brings answers alone changes what worlds weigh and nothing in them, so the margins of the
step before still hold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from accord._errors import CaseError, CaseErrors, UsageError
from accord.case.case import Case
from accord.case.days import days_from, read_by_tests
from accord.case.load import load_tree, read_case
from accord.case.tree import Tree
from accord.case.updates import Update, read_updates
from accord.criteria.setting import Setting, rule_names
from accord.run.assess import verdict_of
from accord.theory.estimates import Estimate
from accord.theory.paired import independent_difference, paired_difference
from accord.verdict.verdict import Verdict
from accord.watch.kept import keep_result, kept_result, key_of
from accord.worlds.weights import Weights, explained_indicators, journal_weights
from accord.worlds.worlds import Lines, Worlds, draw

__all__ = ["SCHEMA", "history"]

SCHEMA = 1
"""Version of the shape of a history."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class _Day:
    """The case on a day, and what came of it."""

    date: dt.date
    case: Case
    worlds: Worlds
    weights: Weights
    verdict: Verdict
    read: str


@dataclass(frozen=True)
class _Asked:
    """What the history is asked for, and the case before any update."""

    tree: Tree
    folder: Path
    updates: Sequence[Update]
    worlds: int
    seed: int
    lines: Lines
    consent: str | None
    packages: tuple[str, ...]

    def case(self, day: dt.date | None, updates: Sequence[Update] | None = None) -> Case:
        """The case as of a day."""
        known = self.updates if updates is None else updates
        return load_tree(self.tree.twin(), self.folder, day, updates=known)


def history(
    source: str | Path, *, worlds: int = 2048, seed: int = 1, lines: Lines = "stated",
    consent: str | None = None, packages: Sequence[str] = (), until: dt.date | None = None,
    keep: Path | None = None, progress: Progress | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The shares of packages from the case's own date to the last day on which anything came.

    Parameters
    ----------
    source : path
        The case's folder, or its ``case.yaml``.
    worlds : int
        Rounded up to whole blocks of 256; on days on which answers have made their weights too
        unequal more are drawn.
    consent : str, optional
        The consent rule; the one with which the case begins by default.
    packages : sequence of str
        Names; all that the case names on a day when empty.
    until : date, optional
        The last day that counts.
    keep : path, optional
        A folder in which the result is kept and looked for: ``history-DIGEST.json``. The key is
        made of everything that the result hangs on, so that a stale one is never read.
    progress : function of a str, optional
        Told each day as it begins.

    Returns
    -------
    dict
        JSON-ready. ``schema``, ``case``, ``title``, ``consent``, ``worlds``, ``seed``, ``lines``;
        ``packages``: titles by name; ``tests``: those assessed on any day, and ``joint``;
        ``steps``, by date, each with

        - ``date``; ``moved``: what became known: ``kind`` (``start``, ``update`` or ``event``),
          ``name``, ``title`` (of an event its question and outcome), ``because`` (claims), of an
          event also ``outcome``, ``source`` and ``explained_by`` (updates in force that stand in
          for it, so that it weighs no worlds). Milestones that keep silent until the date weigh
          worlds as well, with no entry of their own;
        - ``worlds`` drawn, ``effective_worlds`` and ``weight_warning``;
        - ``not_assessed``: tests and why; ``shares``: ``{package: {test: {share, se}}}``;
        - ``changed``: ``{package: {test: {difference, se, paired}}}`` since the step before,
          paired where both drew the same worlds; nothing where the test or the package did not
          stand on both days, or ``joint`` covered other tests.

    Raises
    ------
    CaseErrors
        If the case is wrong on a day; the first error names the update that made it so.
    UsageError
        If a package, rule, day or number of worlds does not fit.
    """
    tree, folder = read_case(source)
    asked = _Asked(
        tree, folder, read_updates(tree, folder), worlds, seed, lines, consent, tuple(packages)
    )
    first = asked.case(None)
    asked = replace(asked, consent=_rule(asked, first))
    _check(asked, first, until)
    key = ""
    if keep is not None:
        told = [worlds, seed, lines, asked.consent, list(packages), str(until), first.name]
        key = key_of(tree, asked.updates, [SCHEMA, *told])
        found = kept_result(keep, key)
        if found is not None:
            return found
    tell = progress or (lambda _: None)
    result = _told(asked, first, days_from(first, asked.updates, until), tell)
    if keep is not None:
        keep_result(keep, key, result)
    return result


def _rule(asked: _Asked, first: Case) -> str:
    if asked.consent is not None:
        return asked.consent
    return first.file.consent.default if first.file.consent else rule_names(first)[0]


def _check(asked: _Asked, first: Case, until: dt.date | None) -> None:
    """Refuse what could never be answered, before anything is computed."""
    if asked.worlds < 1 or asked.seed < 0:
        raise UsageError(
            f"found {asked.worlds} worlds of seed {asked.seed}, wanted at least 1 of a seed from 0"
        )
    if until is not None and until < first.as_of:
        raise UsageError(f"found a last day of {until}, wanted one from {first.as_of}")
    added = {path for update in asked.updates for path in update.paths}
    for name in asked.packages:
        if name not in first.file.packages and f"packages.{name}" not in added:
            known = ", ".join(first.file.packages)
            raise UsageError(f"no package {name!r} in the case; there are {known}")


def _told(
    asked: _Asked, first: Case, days: Sequence[dt.date], progress: Progress
) -> dict[str, Any]:
    steps: list[dict[str, Any]] = []
    titles: dict[str, str] = {}
    tests: dict[str, None] = {}
    before: _Day | None = None
    order: tuple[str, ...] = ()
    for date in days:
        progress(date.isoformat())
        day = _day(asked, date, before, first if before is None else None)
        steps.append(_step(asked, day, before))
        titles |= {name: day.case.file.packages[name].title for name in day.verdict.packages}
        tests |= dict.fromkeys(day.verdict.assessed)
        before, order = day, day.verdict.tests
    return {
        "schema": SCHEMA, "case": first.name, "title": first.file.title, "consent": asked.consent,
        "worlds": asked.worlds, "seed": asked.seed, "lines": asked.lines, "packages": titles,
        "tests": [*(test for test in order if test in tests), "joint"], "steps": steps,
    }  # fmt: skip


def _day(asked: _Asked, date: dt.date, before: _Day | None, case: Case | None) -> _Day:
    """The case on a day put to the tests; what is wrong with it is laid to what arrived."""
    arrived = [] if before is None else [u for u in asked.updates if u.known == date]
    try:
        return _assessed(asked, date, before, case or asked.case(date))
    except CaseErrors as errors:
        if not arrived:
            raise
        named = _culprit(asked, date, arrived)
        raise CaseErrors([*(_laid_to(one, date) for one in named), *errors.errors]) from None


def _assessed(asked: _Asked, date: dt.date, before: _Day | None, case: Case) -> _Day:
    rules = rule_names(case)
    if asked.consent not in rules:
        raise UsageError(
            f"no consent rule {asked.consent!r} in the case on {date}; there are {', '.join(rules)}"
        )
    names = [name for name in case.file.packages if not asked.packages or name in asked.packages]
    first = draw(case, asked.worlds, asked.seed, asked.lines)
    if before is not None:
        first = first.sharing(before.worlds)
    drawn, weights = journal_weights(case, first)
    if before is not None and drawn is not first:
        drawn = drawn.sharing(before.worlds)
    read = read_by_tests(case)
    if before is not None and before.read == read and before.worlds.blocks == drawn.blocks:
        verdict = before.verdict.reweight(weights.weights)
    else:
        chosen = {name: case.chosen(name) for name in names}
        # margins do not hang on weights, and details are not told
        setting = Setting(case, drawn, chosen, None, frozenset(names))
        verdict, _ = verdict_of(setting, weights.weights, lambda _: None)
    return _Day(date, case, drawn, weights, verdict, read)


def _culprit(asked: _Asked, date: dt.date, arrived: Sequence[Update]) -> list[Update]:
    """The first of a day's updates with which the case cannot be read; all, if it can be."""
    for count in range(1, len(arrived) + 1):
        some = [u for u in asked.updates if u.known < date or u in arrived[:count]]
        try:
            asked.case(date, some)
        except CaseErrors:
            return [arrived[count - 1]]
    return list(arrived)


def _laid_to(update: Update, date: dt.date) -> CaseError:
    place = update.tree.place(())
    return CaseError(
        f"updates.{update.name}", place.file, place.line or 1, place.column or 1,
        f"an update that makes the case wrong on {date}",
        "one with which the case can still be read and assessed",
        "what is wrong stands below", place.text,
    )  # fmt: skip


def _step(asked: _Asked, day: _Day, before: _Day | None) -> dict[str, Any]:
    verdict = day.verdict
    tests = (*verdict.assessed, *(("joint",) if verdict.assessed else ()))
    return {
        "date": day.date.isoformat(),
        "moved": _moved(day, before),
        "worlds": len(verdict.weights),
        "effective_worlds": day.weights.effective,
        "weight_warning": day.weights.warning,
        "not_assessed": dict(verdict.not_assessed),
        "shares": {
            package: {test: _share(_estimate(asked, day, test, package)) for test in tests}
            for package in verdict.packages
        },
        "changed": {} if before is None else _changed(asked, day, before),
    }


def _estimate(asked: _Asked, day: _Day, test: str, package: str) -> Estimate:
    return day.verdict.share(test, asked.consent or "", package)


def _share(found: Estimate) -> dict[str, float]:
    return {"share": found.value, "se": found.standard_error}


def _moved(day: _Day, before: _Day | None) -> list[dict[str, Any]]:
    """What became known since the step before, in an order that no file decides."""
    case = day.case
    if before is None:
        return [{"kind": "start", "name": case.name, "title": case.file.title, "because": []}]
    known = {update.name for update in before.case.updates}
    found: list[dict[str, Any]] = [
        {"kind": "update", "name": u.name, "title": u.title, "because": list(u.because)}
        for u in case.updates
        if u.name not in known
    ]
    explained = explained_indicators(case)
    entries = [entry for entry in case.file.journal if entry.known > before.date]
    for entry in sorted(entries, key=lambda e: (e.indicator, e.recorded)):
        standing_in = [
            u.name
            for u in case.updates
            if entry.indicator in explained
            and entry.indicator in {name.split("@")[0] for name in u.explains}
        ]
        question = case.file.watch[entry.indicator].question
        found.append(
            {"kind": "event", "name": entry.indicator, "title": f"{question} {entry.outcome}",
             "because": [], "outcome": entry.outcome, "source": entry.source,
             "explained_by": standing_in}
        )  # fmt: skip
    return found


def _changed(asked: _Asked, day: _Day, before: _Day) -> dict[str, Any]:
    both = [test for test in day.verdict.assessed if test in before.verdict.assessed]
    if both and day.verdict.assessed == before.verdict.assessed:
        both.append("joint")
    return {
        package: {test: _difference(asked, day, before, test, package) for test in both}
        for package in day.verdict.packages
        if package in before.verdict.packages
    }


def _difference(
    asked: _Asked, day: _Day, before: _Day, test: str, package: str
) -> dict[str, float | bool]:
    paired = day.worlds.blocks == before.worlds.blocks
    if paired:
        old, new = (_passes(asked, one.verdict, test, package) for one in (before, day))
        found = paired_difference(old, new, before.verdict.weights, day.verdict.weights)
    else:
        found = independent_difference(
            _estimate(asked, before, test, package), _estimate(asked, day, test, package)
        )
    return {"difference": found.value, "se": found.standard_error, "paired": paired}


def _passes(asked: _Asked, verdict: Verdict, test: str, package: str) -> np.ndarray[Any, Any]:
    rule = asked.consent or ""
    return verdict.joint(rule, package) if test == "joint" else verdict.passes(test, rule, package)
