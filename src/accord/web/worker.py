"""The process that does one piece of long work: told over its input, tells how far it is."""

from __future__ import annotations

import datetime as dt
import json
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from accord._errors import AccordError, CaseErrors, RunError
from accord.brief.explored import explored_key
from accord.case.case import Case
from accord.case.days import days_of
from accord.case.load import AsOf, load
from accord.explore.nearest import MOST_PAIRS, nearest
from accord.explore.search.results import keep_explored
from accord.explore.stress_kept import keep_stress, stress_content
from accord.run.assess import assess
from accord.run.progress import STEPS, Stopwatch
from accord.run.run import Run
from accord.run.store import open_run, run_folder, save
from accord.run.what_if import WhatIf
from accord.watch.history import history
from accord.watch.scores import score

if TYPE_CHECKING:
    from accord.theory.search.branch import Progress

__all__ = ["main"]

MOST_MEMORY = 4 * 10**9
"""Bytes that the tables of a search may take."""

TELLING = 0.3
"""Seconds between two words about how far a search is."""


def main() -> int:
    """Do what the input asks; the exit code is 0, or 2 where the input or the case is wrong."""
    # told to stop, it leaves nothing half written
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    question = json.loads(sys.stdin.buffer.read())
    try:
        _KINDS[question["kind"]](question)
    except CaseErrors as error:
        _tell({"errors": [each.as_json() for each in error.errors]})
        return 2
    except AccordError as error:
        _tell({"errors": [{"found": str(error), "wanted": "", "hint": ""}]})
        return 2
    return 0


def _tell(what: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _teller(shares: Mapping[str, float]) -> Callable[[str], None]:
    watch = Stopwatch(shares)

    def begin(step: str) -> None:
        reached = watch.begin(step)
        _tell({"step": step, "done": reached.done, "left": reached.left})

    return begin


def _day(text: str | None) -> AsOf:
    return text if text is None or text == "latest" else dt.date.fromisoformat(text)  # type: ignore[return-value]


def _assess(question: Mapping[str, Any]) -> None:
    """Assess a case, the package asked for in front, and save the run where it is looked for."""
    folder = Path(question["folder"])
    case = load(folder, _day(question["as_of"]), question["assume"])
    run = _assessed(case, question, _teller(STEPS))
    _tell({"step": "writing the run", "done": 1.0, "left": 0.0})
    save(run, run_folder(folder, case, question["lines"], tuple(question["packages"])))


def _assessed(case: Case, question: Mapping[str, Any], begin: Callable[[str], None]) -> Run:
    return assess(
        case, question["packages"], worlds=question["worlds"], seed=question["seed"],
        lines=question["lines"], progress=begin,
    )  # fmt: skip


def _stress(question: Mapping[str, Any]) -> None:
    """A package under stress in the worlds of the page's run, kept where pages and brief look."""
    # solvers load with it, which no other work needs
    from accord.brief.deeds import deeds_of  # noqa: PLC0415
    from accord.explore import stress as stressing  # noqa: PLC0415

    folder = Path(question["folder"])
    case = load(folder, _day(question["as_of"]), question["assume"])
    place = run_folder(folder, case, question["lines"], tuple(question["packages"]))
    run = _run_at(place, case.digest)
    begin = _teller(stressing.STEPS if run is not None else {**STEPS, **stressing.STEPS})
    if run is None:
        # it has gone since the page was made
        run = _assessed(case, question, begin)
        save(run, place)
    found = stressing.stress(run, question["package"], question["rule"], begin)
    _tell({"step": "keeping what was found", "done": 1.0, "left": 0.0})
    key = explored_key(case.digest, question["lines"])
    keep_stress(
        place.parent, key, found.package, found.rule, stress_content(run, found, deeds_of(run))
    )


def _run_at(place: Path, digest: str) -> Run | None:
    """The run of a case at a place, if it stands there."""
    try:
        run = open_run(place)
    except RunError:
        return None
    return run if run.manifest["digest"] == digest else None


def _history(question: Mapping[str, Any]) -> None:
    """The shares of every package over everything that became known."""
    folder = Path(question["folder"])
    days = [day.isoformat() for day in days_of(folder)]
    result = history(
        folder, worlds=question["worlds"], seed=question["seed"], lines=question["lines"],
        consent=question["consent"], keep=folder / "runs",
        progress=_teller(dict.fromkeys(days, 1.0)),
    )  # fmt: skip
    _tell({"result": result})


def _score(question: Mapping[str, Any]) -> None:
    """How good the forecasts were."""
    _tell({"step": "asking each question on its first day", "done": 0.1, "left": None})
    found = score(question["folder"], worlds=question["worlds"], seed=question["seed"])
    _tell({"result": found.as_json()})


def _nearest(question: Mapping[str, Any]) -> None:
    """Better packages nearby."""
    case = load(Path(question["folder"]), _day(question["as_of"]), question["assume"])
    what_if = WhatIf(
        case, worlds=question["worlds"], seed=question["seed"], lines=question["lines"]
    )
    singles = sum(len(each.levels) - 1 for each in case.file.provisions.values())
    whole, done, began = singles + MOST_PAIRS, 0, time.monotonic()

    def tried(step: str) -> None:
        nonlocal done
        elapsed = time.monotonic() - began
        left = elapsed * (whole - done) / done if done else None
        _tell({"step": step, "done": min(done / whole, 1.0), "left": left})
        done += 10

    _tell({"result": nearest(what_if, question["levels"], question["rule"], tried)})


class _Searching:
    """Tells how far a search of the whole space is, a few times a second."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._began = time.monotonic()
        self._told = 0.0

    def making(self, done: float) -> None:
        """How far the tables are, of which the search makes use."""
        elapsed = time.monotonic() - self._began
        left = elapsed * (1 - done) / done + self._seconds if done else None
        self._say("making the tables of the tests, before the search", left, early=False)

    def searching(self, reached: Progress, total: int) -> None:
        """How far the search is."""
        best, bound = 100 * reached.best / total, 100 * reached.bound / total
        self._say(
            f"best {best:.1f}%, nothing above {bound:.1f}%, gap {bound - best:.1f} points",
            reached.left,
            early=True,
        )

    def _say(self, step: str, left: float | None, *, early: bool) -> None:
        now = time.monotonic()
        if now - self._told < TELLING:
            return
        self._told = now
        elapsed = now - self._began
        # a part of what there is at most: a proof ends it sooner
        done = 0.0 if left is None else elapsed / max(elapsed + left, 0.1)
        _tell({"step": step, "done": done, "left": left, "early": early})


def _explore(question: Mapping[str, Any]) -> None:
    """The best packages of the whole space under one rule, kept where pages and brief look."""
    # compiled code loads with it, which no other work needs
    from accord.explore.search.effort import Effort  # noqa: PLC0415
    from accord.explore.search.exploring import explore  # noqa: PLC0415

    stop = threading.Event()
    # asked to come to an end, it tells what it has
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    _tell({"step": "drawing the worlds", "done": 0.0, "left": None})
    runs = Path(question["folder"]) / "runs"
    case = load(Path(question["folder"]), _day(question["as_of"]), question["assume"])
    telling, pins = _Searching(question["seconds"]), question["pins"]
    effort = Effort(question["seconds"], progress=telling.searching, stop=stop)
    found = explore(
        case, effort, worlds=question["worlds"], seed=question["seed"], consent=question["rule"],
        pins=pins, lines=question["lines"], folder=runs, memory=MOST_MEMORY, making=telling.making,
    )  # fmt: skip
    key = explored_key(case.digest, question["lines"], pins)
    keep_explored(runs, key, {**found.as_json(), "pins": pins, "lines": question["lines"]})


_KINDS: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
    "assess": _assess,
    "explore": _explore,
    "history": _history,
    "nearest": _nearest,
    "score": _score,
    "stress": _stress,
}


if __name__ == "__main__":
    sys.exit(main())
