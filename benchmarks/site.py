"""Times of ``accord site`` for fifty small cases; words 1 2 3 4 choose among them.

Jobs: 1 every case is assessed first, 2 from ready runs that are all alike, 3 from ready runs of
which each has a seed of its own, 4 the same with one process in place of one a processor. The cases
are copies of the teaching case with titles of their own. In jobs 1 and 2 they share all numbers, so
that each process draws one set of charts; in jobs 3 and 4 no two share any. Times are wall clock,
imports of the started processes included, and beside them the seconds of processor time, which say
more on a machine that others use. There is no peer: no other tool makes such pages. Nine tenths of
jobs 3 and 4 are drawing: ten charts a case, each wide and narrow.
"""  # noqa: A005  run as a file, and named after its command

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import accord
from accord.run.store import default_folder

HERE = Path(__file__).parent
TEACHING = HERE.parent / "cases" / "harbour-pact"
CASES = 50
GOAL = 30.0


def row(job: str, wall: float, processor: float, pages: int, goal: float | None) -> None:
    """Print one line of the table."""
    most = "–" if goal is None else f"{goal:g} s"
    met = "–" if goal is None else "yes" if wall <= goal else "NO"
    print(f"| {job} | {wall:.1f} s | {processor:.0f} s | none | {pages} | {most} | {met} |",
          flush=True)  # fmt: skip


def processor_seconds() -> float:
    """What this process and those that it waited for have used so far."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(sum(resource.getrusage(each)[:2]) for each in whose)


def copies(folder: Path) -> list[Path]:
    """Fifty cases."""
    text = (TEACHING / "case.yaml").read_text(encoding="utf-8")
    made = []
    for number in range(1, CASES + 1):
        case = folder / f"harbour-{number:02d}"
        case.mkdir()
        title = f"title: The harbour pact, variant {number}"
        (case / "case.yaml").write_text(text.replace("title: The harbour pact", title, 1))
        made.append(case)
    return made


def made(
    cases: list[Path], folder: Path, workers: int | None = None
) -> tuple[float, float, int]:  # fmt: skip
    """Seconds by the clock and of the processors, and pages."""
    start, used = time.perf_counter(), processor_seconds()
    found = accord.site(cases, folder, workers=workers)
    return time.perf_counter() - start, processor_seconds() - used, found.pages


def main(jobs: set[str]) -> None:
    """Print the table."""
    print("| job | accord | processor | peer | pages | at most | met |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        cases = copies(folder)
        if jobs & {"1", "2"}:
            found = made(cases, folder / "first")
            if "1" in jobs:
                row(f"{CASES} cases, assessed first", *found, None)
        if "2" in jobs:
            row(f"{CASES} cases, ready runs, all alike", *made(cases, folder / "alike"), GOAL)
        if jobs & {"3", "4"}:
            for number, case in enumerate(cases, start=1):
                run = accord.assess(accord.load(case), seed=number)
                accord.save(run, default_folder(case, run))
        if "3" in jobs:
            row(f"{CASES} cases, ready runs, none alike", *made(cases, folder / "ready"), GOAL)
        if "4" in jobs:
            row("the same, one process", *made(cases, folder / "one", 1), None)


if __name__ == "__main__":
    main(set(sys.argv[1:]) or {"1", "2", "3", "4"})
