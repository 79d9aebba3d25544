"""What the pages share: the cases that are served, what was computed of them, and the work."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from accord._errors import AccordError, UsageError
from accord.brief import charts
from accord.brief.desk import Desk
from accord.brief.document import Chart, Document
from accord.brief.kept import with_kept
from accord.brief.ledger import Ledger
from accord.brief.sections.packages import packages_section
from accord.brief.write import write_with
from accord.case.case import Case
from accord.case.load import load
from accord.run.run import Run
from accord.run.store import open_run, run_folder
from accord.run.what_if import WhatIf
from accord.web.shelf import Shelf, Shown
from accord.web.state import State
from accord.web.works import Work, Works

__all__ = ["Drawings", "Pending", "Workbench"]

WORLDS, SEED = 2048, 1

_Value = TypeVar("_Value")


class Kept(Generic[_Value]):
    """The last few things that were made, each made once however many ask at the same time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, _Value] = OrderedDict()
        self._lock = threading.Lock()
        self._making: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, make: Callable[[], _Value]) -> _Value:
        """What stands under a key, made now where nothing does."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
            own = self._making.setdefault(key, threading.Lock())
        with own:
            with self._lock:
                if key in self._found:
                    return self._found[key]
            try:
                value = make()
                with self._lock:
                    self._found[key] = value
                    while len(self._found) > self._most:
                        self._found.popitem(last=False)
            finally:
                with self._lock:
                    self._making.pop(key, None)
            return value


class Drawings:
    """Charts that were drawn, for whoever looks at a page again."""

    def __init__(self) -> None:
        self._kept: Kept[str] = Kept(400)

    def __call__(self, chart: Chart, label: str, width: int) -> str:
        """The SVG of a chart, by what it shows."""
        key = (chart.id, chart.kind, repr(chart.data), repr(chart.options), label, width)
        return self._kept.get(key, lambda: charts.svg(chart, label, width))


class Pending(AccordError):  # noqa: N818  not a mistake: the answer takes a while
    """What was asked for is being worked out.

    Attributes
    ----------
    work : Work
    """

    def __init__(self, work: Work) -> None:
        self.work = work
        super().__init__(f"{work.title}: being worked out")


@dataclass(frozen=True)
class Told:
    """A run and its document."""

    run: Run
    document: Document


class Workbench:
    """A served folder.

    Parameters
    ----------
    folder : Path
        A case or a folder of cases.
    worlds : int
        Worlds of every run that the server makes.

    Raises
    ------
    UsageError
        If there is no such folder.
    """

    def __init__(self, folder: Path, *, worlds: int = WORLDS) -> None:
        self.shelf = Shelf(folder)
        self.works = Works()
        self.worlds = worlds
        self.drawings = Drawings()
        self._cases: Kept[Case] = Kept(64)
        self._what_ifs: Kept[WhatIf] = Kept(3)
        self._told: Kept[Told] = Kept(6)

    def shown(self) -> tuple[Shown, ...]:
        """Every case that is served, by title."""
        return self.shelf.shown(lambda name: self.case(name, State()))

    def case(self, name: str, state: State) -> Case:
        """A case on a state's date, with its assumptions.

        Raises
        ------
        UsageError
            If there is no such case, date or assumption.
        CaseErrors
            With everything that is wrong with it.
        """
        folder = self.shelf.find(name)
        key = (name, _stamps(folder), state.day, state.assume)
        return self._cases.get(key, lambda: load(folder, state.day, state.assume))

    def told(self, name: str, state: State, *, foreign: bool = False) -> Told:
        """The run behind a page, and everything that the brief says of it.

        Parameters
        ----------
        foreign : bool
            Whether a page from elsewhere asks; it gets what is there and starts no work.

        Raises
        ------
        Pending
            While the run is made.
        """
        case = self.case(name, state)
        order = self.order(case, state)
        rule = self.rule(case, state)
        folder = self.shelf.find(name)
        place = run_folder(folder, case, state.lines, order)
        stamp = _stamp(place)
        if stamp is not None:
            key = (str(place), stamp, rule, _kept_stamps(place.parent))
            try:
                return self._told.get(key, lambda: _told(place, rule, case.digest))
            except _Stale:
                pass
        _refuse(foreign=foreign)
        raise Pending(self._assess(folder, state, order, case))

    def answered(
        self, name: str, title: str, question: Mapping[str, Any], *, foreign: bool = False
    ) -> Any:
        """The answer of long work about a case.

        Raises
        ------
        Pending
            Until it is there.
        """
        whole = {
            "folder": str(self.shelf.find(name)), "worlds": self.worlds, "seed": SEED, **question
        }  # fmt: skip
        known = self.works.find(whole)
        if known is None:
            _refuse(foreign=foreign)
        work = self.works.start(title, whole)
        if work.stage == "done" and work.result is not None:
            return work.result
        raise Pending(work)

    def earlier(self, name: str, digest: str) -> Run:
        """A run of a case as it was before, by its digest.

        Raises
        ------
        UsageError
            If none is kept.
        """
        runs = self.shelf.find(name) / "runs"
        for place in sorted(runs.glob(f"*-{digest[:8]}*")) if digest else ():
            with contextlib.suppress(AccordError):
                run = open_run(place)
                if run.manifest["digest"] == digest:
                    return run
        raise UsageError("the case was not assessed as it was before, so nothing can be compared")

    def what_if(self, name: str, state: State) -> WhatIf:
        """A case in fixed worlds, to ask about packages."""
        case = self.case(name, state)
        key = (name, case.digest, case.as_of, state.lines)
        return self._what_ifs.get(
            key, lambda: WhatIf(case, worlds=self.worlds, seed=SEED, lines=state.lines)
        )

    def order(self, case: Case, state: State) -> tuple[str, ...]:
        """The named packages, the one that the pages are about in front.

        Raises
        ------
        UsageError
            If the case has no such package, or none at all.
        """
        names = tuple(case.file.packages)
        if not names:
            raise UsageError("the case names no package; add one under packages")
        if state.package is None:
            return names
        if state.package not in names:
            raise UsageError(f"no package {state.package!r}; there are {', '.join(names)}")
        return (state.package, *(name for name in names if name != state.package))

    def rule(self, case: Case, state: State) -> str | None:
        """The consent rule that leads, None for the case's own.

        Raises
        ------
        UsageError
            If the case has no such rule.
        """
        consent = case.file.consent
        rules = tuple(consent.rules) if consent else ()
        if state.consent is not None and state.consent not in rules:
            known = ", ".join(rules) or "none"
            raise UsageError(f"no consent rule {state.consent!r}; there are {known}")
        return state.consent

    def _assess(self, folder: Path, state: State, order: tuple[str, ...], case: Case) -> Work:
        question = {
            "kind": "assess",
            "digest": case.digest,
            "folder": str(folder),
            "as_of": state.as_of,
            "assume": list(state.assume),
            "lines": state.lines,
            "packages": list(order),
            "worlds": self.worlds,
            "seed": SEED,
        }
        return self.works.start(
            f"Putting the packages of “{case.file.title}” to the tests", question
        )


def _refuse(*, foreign: bool) -> None:
    if foreign:
        raise UsageError("a page from elsewhere may not start work here")


class _Stale(AccordError):  # noqa: N818  not a mistake: another run is wanted
    """A run that does not belong to the case as it is now, or is of another layout."""


def _stamps(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells whether a file of a case has changed, from outside."""
    files = [*folder.glob("*.yaml"), *folder.glob("*.csv"), *folder.glob("updates/*.yaml")]
    found = []
    for file in sorted(files):
        about = file.stat()
        found.append((str(file), about.st_mtime_ns, about.st_size))
    return tuple(found)


def _stamp(place: Path) -> int | None:
    try:
        return (place / "manifest.json").stat().st_mtime_ns
    except OSError:
        return None


def _kept_stamps(runs: Path) -> tuple[tuple[str, int], ...]:
    """What tells whether another search of the whole space, or of stress, has been kept."""
    found = []
    for file in sorted((*runs.glob("explored-*.json"), *runs.glob("stress-*.json"))):
        with contextlib.suppress(OSError):
            found.append((file.name, file.stat().st_mtime_ns))
    return tuple(found)


def _told(place: Path, rule: str | None, digest: str) -> Told:
    try:
        run = open_run(place)
    except AccordError as error:
        raise _Stale(str(error)) from None
    if run.manifest["digest"] != digest:
        raise _Stale("another case")
    run = with_kept(run, place.parent)
    if rule is not None:
        run = replace(run, manifest={**run.manifest, "consent": rule})
    return Told(run, write_with(Desk(run, Ledger(run)), packages_section))
