"""Times of the first test, each beside its peer in the same run: see README.md beside this file."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

import accord
from accord.criteria import impasse as criterion
from accord.criteria.setting import Setting
from accord.formats.genius_writer import write_genius
from accord.formats.negotiation import SCALE, Issue, Negotiation, Profile, bargain_of
from accord.formats.read import read_negotiation
from accord.theory.bargaining.acceptance import jointly_acceptable
from accord.theory.bargaining.demand import demands_of, met
from accord.theory.bargaining.frontier import Frontier, pareto_frontier
from accord.theory.bargaining.impasse import impasses
from accord.theory.bargaining.solutions import kalai_smorodinsky, nash
from accord.theory.bargaining.space import Bargain, Limit
from accord.theory.demands import minimal_conflicts
from accord.worlds.weights import journal_weights
from accord.worlds.worlds import draw

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

HERE = Path(__file__).parent
FLAGSHIP = HERE.parent / "cases" / "ukraine-2025"
PATIENCE = 60.0
"""Seconds after which a peer is stopped."""

REPORT = """
import json, resource, sys, time
import accord
times = []
for _ in range(4):
    start = time.perf_counter()
    report = accord.solve_bargain(sys.argv[1:])
    times.append(time.perf_counter() - start)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
sizes = [report[key]["size"] for key in ("frontier", "acceptable_frontier")]
blockers = [one[key] for one in report["blockers"].values() for key in ("accepts", "alone_blocks")]
found = [report["acceptable_to_all"], *sizes, *blockers]
print(json.dumps({"first": times[0], "best": min(times), "peak": peak, "found": found}))
"""

NEGMAS = """
import json, sys, time
from pathlib import Path
from negmas import Scenario
from negmas.preferences.ops import calc_scenario_stats, pareto_frontier
scenario = Scenario.from_genius_folder(Path(sys.argv[1]))
start = time.perf_counter()
if sys.argv[2] == "report":
    calc_scenario_stats(scenario.ufuns)
else:
    pareto_frontier(scenario.ufuns, issues=scenario.outcome_space.issues)
print(json.dumps({"best": time.perf_counter() - start}))
"""

COMPILE = """
import json, sys, time
import numpy as np
from accord.theory.bargaining.dominance import distinct, non_dominated
vectors = distinct(np.random.default_rng(1).integers(0, 10**9, (3, 5000)))[0]
start = time.perf_counter()
non_dominated(vectors)
print(json.dumps({"best": time.perf_counter() - start}))
"""


def row(
    job: str, size: str, ours: float | None, peers: Iterable[tuple[str, str]], goal: float | None,
    memory: tuple[float, float] | None = None,
) -> None:  # fmt: skip
    """Print one line of the table; memory is (peak, at most) in MB."""
    named = list(peers)
    used = "" if memory is None else f", {memory[0]:.0f} MB"
    most = (
        "–" if goal is None else f"{goal:g} s" + ("" if memory is None else f", {memory[1]:g} MB")
    )
    met_ = ours is not None and goal is not None and ours <= goal
    met_ = met_ and (memory is None or memory[0] <= memory[1])
    cells = [
        job, size, "–" if ours is None else f"{ours:.3f}{used}",
        "; ".join(name for name, _ in named) or "none",
        "; ".join(seconds for _, seconds in named) or "–",
        most, "–" if goal is None else "yes" if met_ else "NO",
    ]  # fmt: skip
    print("| " + " | ".join(cells) + " |", flush=True)


def clock(work: Callable[[], Any], times: int = 5) -> tuple[float, Any]:
    """The best of several times, and what the work found."""
    best, found = math.inf, None
    for _ in range(times):
        start = time.perf_counter()
        found = work()
        best = min(best, time.perf_counter() - start)
    return best, found


def child(program: str, *words: object, **environment: str) -> dict[str, Any]:
    """What a program of its own printed."""
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, words)],
        env=os.environ | environment, check=True, capture_output=True, text=True,
        timeout=2 * PATIENCE,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def same(job: str, ours: object, theirs: object) -> None:
    """Stop where the peer found something else: its time would be of another job."""
    if ours != theirs:
        raise SystemExit(f"{job}: found {ours} where the peer found {theirs}")


def negmas(folder: Path, job: str) -> tuple[str, str]:
    """NegMAS on the same files where it is installed, otherwise its recorded time."""
    if importlib.util.find_spec("negmas") is None:
        recorded = json.loads((HERE / "recorded.json").read_text(encoding="utf-8"))["negmas"]
        known = recorded[job]
        return f"{recorded['name']} ({known['clock']})", f"> {known['more_than']}"
    try:
        return "NegMAS", f"{child(NEGMAS, folder, job)['best']:.3f}"
    except subprocess.TimeoutExpired:
        return "NegMAS", f"> {2 * PATIENCE:g}"


def random_bargain(issues: int, parties: int, *, opposed: bool = False, seed: int = 1) -> Bargain:
    """Issues of ten values on the 1e-9 grid; opposed: the second party ranks them the other way."""
    rng = np.random.default_rng(seed)
    tables = []
    for _ in range(issues):
        values = rng.random((parties, 10)) / issues
        if opposed:
            values[1, np.argsort(values[0])] = np.sort(values[1])[::-1]
        tables.append(np.rint(values * SCALE).astype(np.int64))
    return Bargain(tuple(tables), np.zeros(parties, dtype=np.int64), scale=SCALE)


def write_files(folder: Path, bargain: Bargain, walk_away: float) -> list[str]:
    """A random negotiation as Genius XML, the domain and a profile a party."""
    issues = tuple(
        Issue(f"issue {j}", tuple(f"value {level}" for level in range(size)), ordered=False)
        for j, size in enumerate(bargain.sizes)
    )
    profiles = tuple(
        Profile(
            f"party {i}",
            tuple(tuple((table[i] / SCALE).tolist()) for table in bargain.values),
            walk_away,
        )
        for i in range(bargain.parties)
    )
    written = write_genius(Negotiation("random", issues, profiles, (), "genius"))
    for name, text in written.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [str(folder / name) for name in written.files]


def every_utility(bargain: Bargain) -> Integers:
    """Utilities (N, P) of all packages by plain enumeration."""
    total = np.zeros((bargain.parties, 1), dtype=np.int64)
    for table in bargain.values:
        total = (total[:, :, None] + table[:, None, :]).reshape(bargain.parties, -1)
    return total


def plain_frontier(utilities: Integers) -> int | None:
    """Number of non-dominated vectors, from sorted ones; None where that takes too long.

    Two parties: sorted by the first, one sweep. More: the largest sum first, what it dominates
    dropped, again and again.
    """
    if len(utilities) == 2:
        second = utilities[1, np.lexsort(utilities[::-1])[::-1]]
        return 1 + int((second[1:] > np.maximum.accumulate(second)[:-1]).sum())
    until = time.perf_counter() + PATIENCE
    alive = utilities[:, np.argsort(-utilities.sum(axis=0), kind="stable")]
    kept = 0
    while alive.shape[1]:
        kept += 1
        alive = alive[:, ~(alive <= alive[:, :1]).all(axis=0)]
        if time.perf_counter() > until:
            return None
    return kept


def plainly_solved(bargain: Bargain) -> int | None:
    """The size of the frontier by plain enumeration."""
    return plain_frontier(every_utility(bargain))


def plain_report(bargain: Bargain) -> list[int | None]:
    """The counts, frontiers and blockers of a report by plain enumeration."""
    utilities = every_utility(bargain)
    accepts = utilities >= bargain.walk_away[:, None]
    everybody = accepts.all(axis=0)
    blockers = []
    for i in range(bargain.parties):
        alone = np.delete(accepts, i, axis=0).all(axis=0) & ~accepts[i]
        blockers += [int(accepts[i].sum()), int(alone.sum())]
    frontiers = [plain_frontier(utilities), plain_frontier(utilities[:, everybody])]
    return [int(everybody.sum()), *frontiers, *blockers]


def report() -> None:
    """1: the whole report from files, in a process of its own, whose memory is measured."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        folders = {"independent": Path(one), "opposed": Path(other)}
        files = {
            kind: write_files(folder, random_bargain(6, 3, opposed=kind == "opposed"), 0.5)
            for kind, folder in folders.items()
        }
        # before any peer runs: a child's peak counts what its parent held when it was made
        ours = {kind: child(REPORT, *names) for kind, names in files.items()}
        for kind, own in ours.items():
            bargain = bargain_of(read_negotiation(files[kind]))
            theirs, found = clock(partial(plain_report, bargain), 2)
            same("report", own["found"], found)
            peers = [("numpy, every package", f"{theirs:.3f}")]
            if kind == "independent":
                peers.append(negmas(folders[kind], "report"))
            size = f"1e6 × 3, {found[0]:,} acceptable"
            row(f"full report; {kind}", size, own["best"], peers, 2.0, (own["peak"], 500))
            row("the same, first call", size, own["first"], [], 2.0)


def solved(bargain: Bargain) -> Frontier:
    """The frontier, the Nash and the Kalai–Smorodinsky solution."""
    found = pareto_frontier(bargain)
    nash(found, bargain.walk_away, bargain.scale)
    kalai_smorodinsky(found, bargain.walk_away, found.utilities.max(axis=1))
    return found


def frontier() -> None:
    """2: frontiers and solutions, after the compiled kernels were asked for once."""
    with tempfile.TemporaryDirectory() as empty:
        fresh = child(COMPILE, NUMBA_CACHE_DIR=empty)["best"]
    row("first call of a kernel, compiled", "5,000 vectors × 3", fresh, [], None)
    warming, _ = clock(lambda: solved(random_bargain(6, 3, opposed=True)), 1)
    row("frontier, first call here (kernel from its cache)", "1e6 × 3", warming, [], None)
    jobs = [(6, 3, "1e6", 0.1), (7, 3, "1e7", 0.1), (12, 2, "1e12", 0.1), (40, 2, "1e40", 0.2)]
    for issues, parties, size, goal in jobs:
        for opposed in (False, True):
            bargain = random_bargain(issues, parties, opposed=opposed)
            ours, found = clock(partial(solved, bargain))
            small = random_bargain(6, parties, opposed=opposed)
            theirs, count = clock(partial(plainly_solved, small), 1)
            if issues == 6 and count is not None:
                same("frontier", found.utilities.shape[1], count)
            told = f"> {PATIENCE:g}" if count is None else f"{theirs:.3f}"
            peers = [(f"numpy, every package of 1e6 × {parties}", told)]
            if issues == 6 and not opposed:
                with tempfile.TemporaryDirectory() as name:
                    write_files(Path(name), bargain, 0.0)
                    peers.append(negmas(Path(name), "frontier"))
            kind = "opposed" if opposed else "independent"
            exact = "exact" if found.exact else "NOT exact"
            size_ = f"{size} × {parties}, {found.utilities.shape[1]:,} vectors, {exact}"
            row(f"frontier, Nash, Kalai–Smorodinsky; {kind}", size_, ours, peers, goal)


def plainly_accepted(bargain: Bargain) -> Booleans:
    """Packages that all accept by plain enumeration."""
    shape = bargain.sizes
    accepted = (every_utility(bargain) >= bargain.walk_away[:, None]).all(axis=0).reshape(shape)
    for limit in bargain.limits:
        own = [size if j in limit.provisions else 1 for j, size in enumerate(shape)]
        accepted &= limit.allowed.reshape(own)
    return accepted.ravel()


def plainly_counted(worlds: Iterable[Bargain]) -> Integers:
    """In how many worlds all accept each package, by plain enumeration of each."""
    return np.asarray(sum(plainly_accepted(world).astype(np.int64) for world in worlds))


def acceptance() -> None:
    """3: in how many worlds all of six parties accept each package."""
    rng = np.random.default_rng(1)

    def line(name: str, where: tuple[int, int], party: int) -> Limit:
        return Limit(name, where, rng.random((10, 10)) < 0.8, party)

    lines = {
        "no lines": (),
        "a line in a half": (line("near", (0, 1), 0),),
        "a line in a half, another across": (line("near", (0, 1), 0), line("far", (1, 3), 1)),
    }
    for name, limits in lines.items():
        worlds = [
            Bargain(
                tuple(rng.integers(0, 5120, (6, 10)) for _ in range(5)),
                rng.integers(9000, 11000, 6), limits=limits,
            )
            for _ in range(1000)
        ]  # fmt: skip
        ours, _ = clock(partial(jointly_acceptable, worlds), 3)
        few = worlds[:20]
        theirs, count = clock(partial(plainly_counted, few), 3)
        same("acceptance", jointly_acceptable(few).tolist(), count.tolist())
        peers = [("numpy, every package, 20 worlds × 50", f"{theirs * 50:.3f}")]
        row(f"joint acceptance; {name}", "1e5 × 1,000 worlds × 6", ours, peers, 10.0)


def brute_force(violated: Booleans) -> list[tuple[int, ...]]:
    """Minimal conflicting sets by trying every set of demands on every package."""
    demands = violated.shape[1]
    bits = (violated.astype(np.int64) << np.arange(demands)).sum(axis=1)
    found: list[int] = []
    for members in sorted(range(1, 1 << demands), key=int.bit_count):
        smaller = any(known & members == known for known in found)
        if not smaller and ((bits & members) != 0).all():
            found.append(members)
    return sorted(tuple(d for d in range(demands) if mask >> d & 1) for mask in found)


def conflicts() -> None:
    """4: all minimal conflicting sets of twelve constraints by listing."""
    rng = np.random.default_rng(4)
    sizes = (8, 7, 10, 10, 10, 5)
    limits = []
    for k in range(12):
        where = tuple(sorted(rng.choice(6, 3, replace=False).tolist()))
        limits.append(Limit(f"{k}", where, rng.random([sizes[j] for j in where]) < 0.3))
    values = tuple(np.zeros((1, size), dtype=np.int64) for size in sizes)
    bargain = Bargain(values, np.zeros(1, dtype=np.int64), limits=tuple(limits))
    demands = demands_of(bargain)[1:]
    packages = np.indices(sizes).reshape(len(sizes), -1).T
    violated = ~met(bargain, demands, packages).T
    theirs, plain = clock(lambda: brute_force(violated), 1)
    peers = [("numpy, every set on every package", f"{theirs:.3f}")]
    size = f"280,000 × 12, {len(plain)} sets"
    ours, found = clock(lambda: impasses(bargain, [demands], route="listing"))
    same("conflicts", sorted(found[0].conflicts), plain)
    row("minimal conflicting sets; impasses, listing included", size, ours, peers, 0.5)
    ours, alone = clock(lambda: minimal_conflicts(violated))
    same("conflicts", sorted(alone.sets), plain)
    row("minimal conflicting sets; minimal_conflicts", size, ours, peers, 0.5)


def flagship() -> None:
    """5: conflicting sets with walk-away values over the whole space of the flagship case."""
    for as_of in (None, dt.date(2026, 3, 31)):
        case = accord.load(FLAGSHIP, as_of=as_of)
        drawn, weights = journal_weights(case, draw(case, 2048, 1, "stated"))
        chosen = {name: case.chosen(name) for name in case.file.packages}

        def whole(
            case: Any = case, drawn: Any = drawn, weights: Any = weights, chosen: Any = chosen
        ) -> dict[str, Any]:
            return criterion.impasse(Setting(case, drawn, chosen, weights.weights))

        ours, told = clock(whole, 3)
        with mock.patch.object(criterion, "impasses", wraps=impasses) as asked:
            whole()
        bargain, groups = asked.call_args.args
        kernel, _ = clock(partial(impasses, bargain, groups), 3)
        size = f"{bargain.combinations:.2g} × {bargain.parties}, as of {case.as_of}"
        size += f", {len(told['sets'])} sets, {len(groups)} groups"
        row("flagship, no deal and why, 2,048 worlds", size, ours, [], 10.0)
        row("the same, kernel alone", size, kernel, [], 10.0)


JOBS = [report, frontier, acceptance, conflicts, flagship]


def main(numbers: list[int]) -> None:
    """Print the table of some jobs, by default of all."""
    heads = ["job", "size", "accord, s", "peer", "peer, s", "at most", "met"]
    print("| " + " | ".join(heads) + " |")
    print("|" + " --- |" * len(heads))
    for number in numbers or range(1, len(JOBS) + 1):
        JOBS[number - 1]()


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]])
