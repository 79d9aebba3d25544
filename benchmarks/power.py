"""Times of the power indices, each beside its peer; words 1 2 3 choose among the jobs.

Jobs: 1 Shapley and Banzhaf values from a table of worths, 2 the Council of the European Union,
3 a fund of 190 members. Times are of the processor, the best of several calls; a numpy row is of
the same run, and the run stops where it finds something else. Peers that are called recorded were
timed on two cores in another run. The first call of compiled code has a row of its own.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.theory.power import powers_from_table
from accord.theory.voting import AllOf, AnyOf, FormulaGame, VotingPower, WeightedGame, formula_power

FloatArray = NDArray[np.float64]

RECORDED = {
    "table 20": ("coopgame-py, Shapley alone, recorded", 0.109),
    "council": ("power-bdd 1.0.0, recorded", 3.2),
}

POPULATIONS = (
    80523746, 65633194, 63896071, 59685227, 46704308, 38533299, 20057458, 16779575, 11161642,
    11062508, 10516125, 10487289, 9908798, 9555893, 8451860, 7284552, 5602628, 5426674, 5410836,
    4591087, 4262140, 2971905, 2058821, 2023825, 1324814, 865878, 537039, 421364,
)  # fmt: skip
"""The 28 members, Germany first: Eurostat, 1 January 2013, as first published (demo_pjan)."""


def row(
    job: str, size: str, ours: float, peer: tuple[str, float] | None, most: float | None
) -> None:
    """Print one line of the table, in milliseconds."""
    cells = [
        job, size, f"{1e3 * ours:.2f}",
        peer[0] if peer else "none", f"{1e3 * peer[1]:.1f}" if peer else "–",
        "–" if most is None else f"{1e3 * most:g}",
        "–" if most is None else "yes" if ours <= most else "NO",
    ]  # fmt: skip
    print("| " + " | ".join(cells) + " |", flush=True)


def clock(work: Callable[[], Any], times: int = 7) -> tuple[float, Any]:
    """The best of several processor times, and what the work found."""
    best, found = math.inf, None
    for _ in range(times):
        start = time.process_time()
        found = work()
        best = min(best, time.process_time() - start)
    return best, found


def plain_values(table: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Both values player by player: the gains of each over all sets of others, weighted by size."""
    players = table.size.bit_length() - 1
    sizes = np.bitwise_count(np.arange(table.size // 2, dtype=np.int64))
    weights = np.array([1 / (players * math.comb(players - 1, s)) for s in range(players)])[sizes]
    shapley, banzhaf = np.empty(players), np.empty(players)
    for i in range(players):
        halves = table.reshape(-1, 2, 1 << i)
        gains = (halves[:, 1] - halves[:, 0]).ravel()
        shapley[i], banzhaf[i] = gains @ weights, gains.mean()
    return shapley, banzhaf


def tables() -> None:
    """1: both values of all players from 2^n worths."""
    first, _ = clock(lambda: powers_from_table(np.zeros(1 << 15)), 1)
    row("Shapley and Banzhaf, first call here", "n = 15", first, None, None)
    for players, most in ((20, 0.003), (25, 0.2)):
        table = np.random.default_rng(1).random(1 << players)
        ours, found = clock(lambda table=table: powers_from_table(table))
        theirs, plain = clock(lambda table=table: plain_values(table), 1)
        if not np.allclose(found, plain, rtol=0, atol=1e-9):
            raise SystemExit("the values are not those of the plain way")
        size = f"n = {players}"
        row("Shapley and Banzhaf", size, ours, ("numpy, player by player", theirs), most)
        if players == 20:
            row("Shapley and Banzhaf", size, ours, RECORDED["table 20"], most)


def council() -> None:
    """2: 55 % of the members and 65 % of the people, or fewer than four against."""
    ones = (1,) * len(POPULATIONS)
    people = WeightedGame(POPULATIONS, -(-sum(POPULATIONS) * 65 // 100))
    games = (WeightedGame(ones, 16), people, WeightedGame(ones, 25))
    game = FormulaGame(games, AnyOf((AllOf((0, 1)), 2)))
    first, _ = clock(lambda: formula_power(game), 1)
    size = "n = 28, exact populations"
    row("Council of the Union, first call here", size, first, None, None)
    ours, found = clock(lambda: formula_power(game))
    row(f"Council of the Union{told(found)}", size, ours, RECORDED["council"], 0.1)


def fund() -> None:
    """3: votes that fall like those of the International Monetary Fund."""
    votes = [int(1500 + 830_000 / rank**1.25) for rank in range(1, 191)]
    for unit, percent in ((1000, 85), (100, 50), (1, 85)):
        weights = tuple(one // unit for one in votes)
        game = WeightedGame(weights, -(-sum(weights) * percent // 100))
        ours, found = clock(lambda game=game: formula_power(FormulaGame((game,), 0)), 1)
        size = f"n = 190, {sum(weights):,} votes, {percent} %"
        row(f"A fund{told(found)}", size, ours, None, None)
    weights = tuple(one // 100 for one in votes)
    both = (WeightedGame(weights, -(-sum(weights) * 85 // 100)), WeightedGame((1,) * 190, 114))
    ours, found = clock(lambda: formula_power(FormulaGame(both, AllOf((0, 1)))), 1)
    size = f"n = 190, {sum(weights):,} votes, 85 % and 3/5 of members"
    row(f"A fund{told(found)}", size, ours, None, None)


def told(power: VotingPower) -> str:
    """How the indices were found, and whether exactly."""
    return f"; {power.method}, {'exact' if power.exact else f'within {power.within:.0e}'}"


JOBS = [tables, council, fund]


def main(numbers: list[int]) -> None:
    """Print the table of some jobs, by default of all."""
    heads = ["job", "size", "accord, ms", "peer", "peer, ms", "at most, ms", "met"]
    print("| " + " | ".join(heads) + " |")
    print("|" + " --- |" * len(heads))
    for number in numbers or range(1, len(JOBS) + 1):
        JOBS[number - 1]()


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]])
