"""Times of the exploration, each beside its peer; words 1 2 3 4 5 6 7 choose among the jobs.

Jobs: 1 who accepts, for 65,536 packages in 8,192 worlds with six actors, end to end, 2 joint
shares from four stored rows, 3 synthetic spaces of 19 provisions, eight actors and three tables in
4,096 worlds: ordinary, flat, and nearly flat with noise, 4 every package of a space of ten million
counted in 4,096 worlds, 5 PRIM on 10,000 cases of 60 inputs, 6 the flagship case in 4,096 worlds
under each of its consent rules, class tables first, 7 the flagship case in 512 worlds with nothing
made before: what a minute gives, tables and all. Times are wall clock, with as many threads as
there are processors; the memory is the largest that the process has held so far, and jobs that
tell it run in a process of their own. Peers: the same by numpy, on one thread.
"""

from __future__ import annotations

import math
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import accord
from accord.explore.search.effort import Effort
from accord.explore.search.exploring import allowed_levels, best_of, prepare
from accord.explore.search.whole import chosen_rule
from accord.theory.discovery import discover
from accord.theory.search.branch import search
from accord.theory.search.counting import count_all
from accord.theory.search.counting_compiled import joint_weights
from accord.theory.search.formula import Literal, all_of
from accord.theory.search.space import Space, Table, packed
from accord.theory.search.warming import warm
from credible import clock

Integers = NDArray[np.int64]
Words = NDArray[np.uint64]

WORKERS = os.cpu_count() or 1
FLAGSHIP = Path(__file__).parent.parent / "cases" / "ukraine-2025"
GRID = 256


def row(job: str, ours: str, peer: str, figure: str, goal: str, met: bool | None) -> None:
    """Print one line of the table."""
    told = "–" if met is None else "yes" if met else "NO"
    print(f"| {job} | {ours} | {peer} | {figure} | {goal} | {told} |", flush=True)


def gigabytes() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def listed(actors: int, worlds: int, sizes: tuple[int, ...], seed: int) -> Space:
    """A space in which actors accept or not, and nothing else counts."""
    random = np.random.default_rng(seed)
    points = tuple(
        np.rint(random.uniform(0, 100 / len(sizes), (n, actors, worlds)) * GRID).astype(np.int64)
        for n in sizes
    )
    asked = np.rint(random.normal(50, 6, (actors, worlds)) * GRID).astype(np.int64)
    return Space(sizes, asked, points, (), all_of(*map(Literal, range(actors))))


def by_numpy(space: Space, rows: int) -> Integers:
    """The same by half tables in 16 bits, on one thread, of the first rows of the outer half."""
    half = len(space.sizes) // 2
    outer = -space.asked.astype(np.int16)[None]
    inner = np.zeros_like(outer)
    for j, points in enumerate(space.points):
        own = points.astype(np.int16)
        if j < half:
            outer = (outer[:, None] + own).reshape(-1, *outer.shape[1:])
        else:
            inner = (inner[:, None] + own).reshape(-1, *inner.shape[1:])
    inner = np.ascontiguousarray(-inner.transpose(1, 0, 2))
    counts = []
    for a in outer[:rows]:
        passes = a[0] >= inner[0]
        for n in range(1, len(inner)):
            passes &= a[n] >= inner[n]
        counts.append(np.count_nonzero(passes, axis=1))
    return np.concatenate(counts).astype(np.int64)


def who_accepts() -> None:
    """Job 1."""
    space = listed(6, 8192, (4,) * 8, 1)
    count_all(listed(6, 64, (4,) * 8, 1))
    ours, counts = min((clock(lambda: count_all(space, workers=WORKERS)) for _ in range(3)),
                       key=lambda told: told[0])  # fmt: skip
    rows = 16
    theirs, some = clock(lambda: by_numpy(space, rows))
    if not np.array_equal(counts[: some.size], some):
        raise SystemExit("counts differ from numpy's")
    rate, peer = counts.size * 8192 / ours, some.size * 8192 / theirs
    row("1 who accepts, 65,536 × 8,192 × 6", f"{rate:.2g}/s", f"{peer:.2g}/s",
        f"{rate / peer:.1f} times", "1e9/s and 4 times",
        rate >= 1e9 and rate >= 4 * peer)  # fmt: skip


def four_rows() -> None:
    """Job 2."""
    random = np.random.default_rng(2)
    rows = random.integers(0, 2**63, (4, 4096, 8192 // 64), dtype=np.uint64)
    planes = np.full((1, 8192 // 64), ~np.uint64(0))
    kept, found = np.zeros(8192 // 64, dtype=np.uint64), np.zeros(4096, dtype=np.int64)
    joint_weights(rows, planes, kept, found)
    ours, _ = clock(lambda: joint_weights(rows, planes, kept, found), times=15)
    theirs, told = clock(
        lambda: np.bitwise_count(np.bitwise_and.reduce(rows, axis=0)).sum(axis=1), times=15
    )
    if not np.array_equal(found, told):
        raise SystemExit("joint shares differ from numpy's")
    rate = 4096 * 8192 / ours
    row("2 joint of four stored rows", f"{rate:.2g}/s", f"{4096 * 8192 / theirs:.2g}/s",
        f"{theirs / ours:.1f} times, one thread", "5e9/s", rate >= 5e9)  # fmt: skip


def synthetic(kind: str, seed: int, worlds: int = 4096) -> Space:
    """A space of the size of the flagship's, its points spread as a case's are."""
    random = np.random.default_rng(seed)
    sizes = (4, 4, 4, 5, 4, 4, 3, 4, 5, 4, 4, 4, 4, 4, 5, 4, 4, 4, 4)
    actors, noise = 8, 25.0 if kind == "noisy" else 10.0
    weight = random.dirichlet(np.ones(len(sizes)) * 1.5, actors) * 100
    points = []
    for j, levels in enumerate(sizes):
        base = random.uniform(0, 100, (levels, actors))
        own = weight[:, j][:, None] * np.exp(random.normal(0, 0.25, (actors, worlds)))
        spread = random.normal(0, noise, (levels, actors, worlds))
        value = np.clip(base[:, :, None] + spread, 0, 100)
        points.append(np.rint(own[None] * value / 100 * GRID).astype(np.int64))
    best = sum(part.max(axis=0) for part in points)
    share = 0.62 if kind == "ordinary" else 0.5
    luck = random.normal(0, 4, (actors, worlds)) * GRID
    asked = np.rint(share * best + luck).astype(np.int64)
    tables = [_table(random, sizes, worlds) for _ in range(3)]
    formula = all_of(*map(Literal, range(actors + len(tables))))
    return Space(sizes, asked, tuple(points), tuple(tables), formula)


def _table(random: np.random.Generator, sizes: tuple[int, ...], worlds: int) -> Table:
    own = tuple(sorted(random.choice(len(sizes), 5, replace=False).tolist()))
    count = math.prod(sizes[j] for j in own)
    score = sum(
        random.normal(0, 1, sizes[j]).reshape([-1 if k == j else 1 for k in own]) for j in own
    )
    merit = np.ravel(score)[:, None] + random.normal(0, 0.5, (count, worlds))
    return Table(own, packed(merit > random.normal(-1, 1.5, worlds)))


def synthetic_space(kind: str, seconds: float, points: float) -> None:
    """Job 3, one kind."""
    space = synthetic(kind, 0)
    warm(space)
    taken, found = clock(
        lambda: search(space, seconds=seconds, gap=int(points * space.total), workers=WORKERS),
        times=1,
    )  # fmt: skip
    gap = 100 * (found.bound - found.value) / space.total
    row(f"3 synthetic, {kind}", f"{taken:.1f} s", "–",
        f"best {100 * found.value / space.total:.1f}%, gap {gap:.2f} points, "
        f"{found.nodes / taken:.2g} steps/s, {gigabytes():.1f} GB",
        f"{100 * points:g} points in {seconds:g} s, 1 GB",
        gap <= 100 * points and gigabytes() <= 1.0)  # fmt: skip


def ten_million() -> None:
    """Job 4: four tables of classes, one a test."""
    random = np.random.default_rng(4)
    sizes = (4,) * 9 + (5, 4, 2)
    tables = tuple(
        Table(own, packed(random.random((math.prod(sizes[j] for j in own), 4096)) < 0.6))
        for own in ((0, 1, 2, 3, 4), (3, 4, 5, 6), (6, 7, 8, 9), (1, 8, 9, 10, 11))
    )
    none = tuple(np.zeros((n, 0, 4096), dtype=np.int64) for n in sizes)
    space = Space(sizes, np.zeros((0, 4096), dtype=np.int64), none, tables,
                  all_of(*map(Literal, range(4))))  # fmt: skip
    taken, counts = clock(lambda: count_all(space, workers=WORKERS))
    some = 20_000
    places = np.stack(np.unravel_index(np.arange(some), sizes))

    def peer() -> Integers:
        rows = []
        for own in tables:
            shape = [sizes[j] for j in own.provisions]
            rows.append(own.rows[np.ravel_multi_index(places[list(own.provisions)], shape)])
        joint = np.bitwise_and.reduce(rows, axis=0)
        return np.bitwise_count(joint).sum(axis=1, dtype=np.int64)

    theirs, told = clock(peer)
    if not np.array_equal(counts[:some], told):
        raise SystemExit("counts differ from numpy's")
    row(f"4 joint counts of {counts.size:,} packages", f"{taken:.1f} s",
        f"{theirs / some * counts.size:.0f} s (numpy, reckoned)", f"best {counts.max()}",
        "60 s for 1e7", taken * 1e7 / counts.size <= 60)  # fmt: skip


def patient_rules() -> None:
    """Job 5."""
    random = np.random.default_rng(5)
    inputs = {f"x{k}": random.random(10_000) for k in range(60)}
    inside = (inputs["x0"] < 0.4) & (inputs["x1"] > 0.5)
    outcome = (random.random(10_000) < np.where(inside, 0.8, 0.05)).astype(np.int64)
    discover({name: values[:500] for name, values in inputs.items()}, outcome[:500])
    taken, _ = clock(lambda: discover(inputs, outcome))
    row("5 PRIM, 10,000 × 60", f"{taken:.2f} s", "–", "", "2 s", taken <= 2)


def flagship() -> None:
    """Job 6."""
    case = accord.load(FLAGSHIP)
    taken, prepared = clock(lambda: prepare(case, worlds=4096, workers=WORKERS), times=1)
    row("6 flagship, class tables", f"{taken:.0f} s", "–", f"{gigabytes():.1f} GB", "600 s",
        taken <= 600)  # fmt: skip
    allowed = allowed_levels(case, {})
    for rule in prepared.asking.rules:
        found = best_of(prepared, rule, allowed, Effort(60.0), shown=1)
        best = found.best[0]
        row(f"6 flagship, {rule}", f"{found.seconds:.0f} s", "–",
            f"best {100 * best.joint.value:.2f}% (fresh {100 * best.fresh.value:.2f}%), gap "
            f"{100 * found.gap:.2f} points, {found.nodes:,} nodes, {gigabytes():.1f} GB",
            "2 points in 60 s, 4 GB", found.gap <= 0.02 and gigabytes() <= 4.0)  # fmt: skip


def from_nothing() -> None:
    """Job 7: all that a minute gives, class tables and search together."""
    case, worlds, began = accord.load(FLAGSHIP), 512, time.monotonic()
    prepared = prepare(case, worlds=worlds, workers=WORKERS)
    tables = time.monotonic() - began
    rule, allowed = chosen_rule(case, None), allowed_levels(case, {})
    found = best_of(prepared, rule, allowed, Effort(max(60.0 - tables, 1.0)), shown=1)
    best = found.best[0]
    figure = (
        f"{worlds} worlds, tables {tables:.0f} s, best {100 * best.joint.value:.2f}% (fresh "
        f"{100 * best.fresh.value:.2f}%), gap {100 * found.gap:.2f} points"
    )
    taken = f"{time.monotonic() - began:.0f} s"
    row(f"7 flagship, {rule}, from nothing", taken, "–", figure, "told", None)


KINDS = {"ordinary": (10.0, 0.0), "flat": (10.0, 0.02), "noisy": (60.0, 0.02)}


def main(words: list[str]) -> None:
    """Run the jobs that are asked for, each that tells its memory in a process of its own."""
    if words and words[0] in KINDS:
        synthetic_space(words[0], *KINDS[words[0]])
        return
    jobs = words or ["1", "2", "3", "4", "5", "6", "7"]
    print("| job | accord | peer | figure | goal | met |\n| --- | --- | --- | --- | --- | --- |")
    for job in jobs:
        if job == "3":
            for kind in KINDS:
                subprocess.run([sys.executable, __file__, kind], check=True)
        else:
            {"1": who_accepts, "2": four_rows, "4": ten_million, "5": patient_rules,
             "6": flagship, "7": from_nothing}[job]()  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
