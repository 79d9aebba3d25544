"""Times of test 4, each beside its peer; words 1 2 3 4 5 choose among the jobs.

Jobs: 1 a conflict of 4,096 states and 3 parties, all five concepts, 2 the same for 2^20 states and
4 parties, 3 for 5 parties, free and with impossible states and one-way options, 4 a thousand
worlds of 1,024 states and 4 parties, 5 ten years of 500 packages in 10,000 worlds. Times are wall
clock, with as many threads as there are processors; the memory is the largest that the process has
held so far, and each job that tells it runs in a process of its own. Peers: GMCR+ as recorded of
another run (37.5 s and 800 MB for 4,096 states; out of memory for 2^14), and here the matrix form
of the graph model (Xu, Hipel, Kilgour and Fang 2018) in numpy.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from accord.theory.conflict import CONCEPTS, stability
from accord.theory.deterrence import solve
from accord.theory.game import restrict
from accord.theory.reachability import Conflict
from accord.theory.survival import live_through, temptation, tempted
from credible import clock, random_game

Booleans = NDArray[np.bool_]
Ranks = NDArray[np.int32]
WORKERS = os.cpu_count() or 1
GMCR = "GMCR+, recorded"


def row(job: str, ours: str, peer: str, figure: str, goal: str, met: bool | None) -> None:
    """Print one line of the table."""
    told = "–" if met is None else "yes" if met else "NO"
    cells = [job, ours, peer, figure, goal, told]
    print("| " + " | ".join(cells) + " |", flush=True)


def megabytes() -> int:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def conflict_of(options: int, parties: int, *, constrained: bool = False) -> Conflict:
    """Options shared out in turn; one in three states impossible, every third option one-way."""
    source = np.random.default_rng(options)
    possible = np.ones(1 << options, dtype=np.bool_)
    if constrained:
        possible = source.random(1 << options) < 2 / 3
    owners = tuple(option % parties for option in range(options))
    one_way = tuple("up" if constrained and o % 3 == 0 else "both" for o in range(options))
    return Conflict(parties, (2,) * options, owners, one_way, possible)  # type: ignore[arg-type]


def strict(conflict: Conflict, worlds: int | None = None) -> Ranks:
    """Random strict preferences."""
    source = np.random.default_rng(7)
    shape = (conflict.parties, conflict.states)
    plain = np.arange(conflict.states, dtype=np.int32)
    rows = np.broadcast_to(plain, shape if worlds is None else (worlds, *shape))
    return source.permuted(rows, axis=-1)


def by_matrices(conflict: Conflict, ranks: Ranks) -> dict[str, Booleans]:
    """The five concepts by matrices of all pairs of states; options that move both ways only."""
    states = np.arange(conflict.states)
    moves, gains = [], []
    for party in range(conflict.parties):
        own = sum(1 << o for o, owner in enumerate(conflict.owners) if owner == party)
        alike = (states[:, None] ^ states[None]) & ~own == 0
        moves.append(alike & ~np.eye(states.size, dtype=np.bool_))
        gains.append(moves[-1] & (ranks[party][None] > ranks[party][:, None]))
    found = {concept: np.ones(ranks.shape, dtype=np.bool_) for concept in CONCEPTS}
    for party, rank in enumerate(ranks):
        worse = rank[None] <= rank[:, None]
        # where the party ends no better even after its own further move
        trapped = ~(moves[party].astype(np.float32) @ (~worse).T.astype(np.float32) > 0).T & worse
        answers = [
            ("gmr", moves, worse), ("smr", moves, trapped), ("seq", gains, worse),
            ("sseq", gains, trapped),
        ]  # fmt: skip
        found["nash"][party] = ~gains[party].any(axis=1)
        for concept, steps, bad in answers:
            others = [step for other, step in enumerate(steps) if other != party]
            reach = _closed(np.logical_or.reduce(others))
            punished = (bad.astype(np.float32) @ reach.T.astype(np.float32)) > 0
            found[concept][party] = ~(gains[party] & ~punished).any(axis=1)
    return found


def _closed(step: Booleans) -> Booleans:
    """Everything that steps reach, staying left out."""
    reach = step
    while True:
        further = reach | (reach.astype(np.float32) @ reach.astype(np.float32) > 0)
        if np.array_equal(further, reach):
            return reach
        reach = further


def small() -> None:
    """1: 4,096 states × 3 parties, and beside it what matrices take for 1,024."""
    conflict = conflict_of(12, 3)
    ranks = strict(conflict)
    seconds, _ = clock(lambda: stability(conflict, ranks), 9)
    figure = "37.5 s, 800 MB"
    row("4,096 states × 3", f"{seconds:.3f} s", GMCR, figure, "0.05 s", seconds < 0.05)
    less = conflict_of(10, 3)
    ranks = strict(less)
    seconds, ours = clock(lambda: stability(less, ranks), 9)
    theirs, other = clock(lambda: by_matrices(less, ranks), 1)
    assert all(np.array_equal(ours[concept], other[concept]) for concept in CONCEPTS)
    row("1,024 states × 3", f"{seconds:.4f} s", "matrices, numpy", f"{theirs:.1f} s", "–", None)


def alone(what: str) -> None:
    """A job in a process of its own, so that its memory is its own."""
    subprocess.run([sys.executable, __file__, what], check=True)


def large(parties: int, goal: float, *, constrained: bool = False) -> None:
    """All concepts for 2^20 states."""
    conflict = conflict_of(20, parties, constrained=constrained)
    ranks = strict(conflict)
    seconds, _ = clock(lambda: stability(conflict, ranks, workers=WORKERS), 1)
    kind = ", constrained, one-way" if constrained else ""
    ours = f"{seconds:.1f} s, {megabytes()} MB"
    met = seconds < goal and (constrained or parties > 4 or megabytes() < 500)
    row(f"2^20 states × {parties}{kind}", ours, GMCR, "out of memory at 2^14", f"{goal:g} s", met)


def batch() -> None:
    """4: a thousand worlds of one conflict."""
    conflict = conflict_of(10, 4)
    ranks = strict(conflict, 1000)
    seconds, _ = clock(lambda: stability(conflict, ranks, workers=WORKERS), 1)
    one, _ = clock(lambda: by_matrices(conflict, ranks[0]), 1)
    figure = f"{1000 * one:.0f} s, from one world"
    row("1,000 worlds × 1,024 × 4", f"{seconds:.1f} s", "matrices, numpy", figure, "20 s",
        seconds < 20)  # fmt: skip


def years() -> None:
    """5: 500 classes × 10,000 worlds × 10 years of erosion and growth, where it is tempted."""
    worlds, classes, horizon = 10_000, 500, 10
    game, source = random_game(worlds, 3), np.random.default_rng(4)
    rows = temptation(source.random(worlds), source.random((horizon, worlds)), 0.5)
    when = tempted(source.random((horizon, worlds)), 0.2)
    never = np.zeros(worlds, dtype=np.int64)

    year, world = np.nonzero(when)
    pairs = restrict(game, world)
    grown = np.asarray(pairs.challenger.strength) * 1.03 ** (year + 1)
    left = 0.97 ** (year + 1)
    factors = source.uniform(0.5, 1.5, (classes, len(pairs.guarantors)))

    def one_class(factor: NDArray[np.float64]) -> None:
        own = tuple(
            replace(g, strength=np.asarray(g.strength) * (left * f))
            for g, f in zip(pairs.guarantors, factor, strict=True)
        )
        challenger = replace(pairs.challenger, strength=grown)
        chances = np.zeros(rows.shape)
        chances[when] = solve(replace(pairs, challenger=challenger, guarantors=own)).p_attack
        live_through(when, rows, chances, never, np.full(worlds, np.inf))

    def follow() -> None:
        with ThreadPoolExecutor(WORKERS) as threads:
            for _ in threads.map(one_class, factors):
                pass

    seconds, _ = clock(follow, 1)
    row("500 × 10,000 × 10 years", f"{seconds:.1f} s", "–", "–", "10 s", seconds < 10)


JOBS = {
    "1": small,
    "2": lambda: alone("2a"),
    "2a": lambda: large(4, 10),
    "3": lambda: [alone("3a"), alone("3b"), alone("3c")],
    "3a": lambda: large(5, 20),
    "3b": lambda: large(4, 20, constrained=True),
    "3c": lambda: large(5, 20, constrained=True),
    "4": batch,
    "5": years,
}


def main(words: list[str]) -> None:
    """Print the table of some jobs, by default of all."""
    if not any(word[1:] for word in words):
        heads = ["job", "accord", "peer", "peer's figure", "goal", "met"]
        print("| " + " | ".join(heads) + " |\n|" + " --- |" * len(heads), flush=True)
    for word in words or ["1", "2", "3", "4", "5"]:
        JOBS[word]()


if __name__ == "__main__":
    main(sys.argv[1:])
