"""Times of test 3, each beside its peer; words 1 2 3 choose among the jobs.

Jobs: 1 games a second with three guarantors in a queue, 2 the flagship case's packages in 10,000
worlds with its modes, 3 thresholds of 2,000 war classes in 4,096 worlds. Times are wall clock,
the best of several calls, with as many threads as there are processors. Gambit's time is
recorded, of another run; where pygambit is installed it is not called here, since one of its
games takes a quarter of a second.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import accord
from accord.criteria.credible import games
from accord.criteria.pledging import coin
from accord.criteria.setting import Setting
from accord.theory.deterrence import attack_threshold, solve
from accord.theory.game import Challenger, Contest, Game, Guarantor, Mode, Protege
from accord.worlds.worlds import draw

Floats = NDArray[np.float64]

GAMBIT = "Gambit (agent quantal response), recorded"
GAMBIT_GAMES = 4.0
"""Games a second on two cores."""

FLAGSHIP = Path(__file__).parents[1] / "cases" / "ukraine-2025"
WORKERS = os.cpu_count() or 1


def row(
    job: str, size: str, ours: str, peer: str, figure: str, goal: str, met: bool | None
) -> None:
    """Print one line of the table."""
    told = "–" if met is None else "yes" if met else "NO"
    cells = [job, size, ours, peer, figure, goal, told]
    print("| " + " | ".join(cells) + " |", flush=True)


def clock(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """The best of several wall-clock times, and what the work found."""
    best, found = math.inf, None
    for _ in range(times):
        start = time.perf_counter()
        found = work()
        best = min(best, time.perf_counter() - start)
    return best, found


def random_game(worlds: int, seed: int, guarantors: int = 3) -> Game:
    """A queue whose every number differs in every world, in the ranges of MODELS, section 3."""
    source = np.random.default_rng(seed)

    def between(low: float, high: float) -> Floats:
        return source.uniform(low, high, worlds)

    def guarantor(place: int) -> Guarantor:
        return Guarantor(
            stake=between(0.1, 1.5), cost=between(0.1, 0.8), shared_cost=between(0, 0.8),
            punishes=between(0, 0.3), precision=between(2, 12), reneging=between(0, 0.4),
            automatic=between(0, 0.5), alone=between(0, 0.5), tripwire=between(0, 0.1),
            strength=np.rint(between(0, 8) * 8) / 8,
            leans_on={other: between(0.3, 1) for other in range(place)},
        )  # fmt: skip

    return Game(
        Challenger(
            between(0.5, 2), between(0.05, 0.8), between(2, 12), between(0, 0.4), between(0, 0.4),
            between(5, 15),
        ),
        Protege(1.0, between(0.1, 0.5), between(2, 12), between(3, 9)),
        Contest(between(0.5, 3), between(1, 2)),
        tuple(guarantor(place) for place in range(guarantors)),
        tuple((place,) for place in range(guarantors)),
        0,
        (Mode("full"),),
    )  # fmt: skip


def rate() -> None:
    """1: games a second, every game its own; and the same where eight worlds share each game."""
    worlds = 500_000
    game = random_game(worlds, 1)
    seconds, found = clock(lambda: solve(game, workers=WORKERS), 5)
    figure = worlds / seconds
    size = f"{worlds:,} games, three guarantors, mean P(attack) {found.p_attack.mean():.3f}"
    row(
        "games a second", size, f"{figure:.2g}", GAMBIT, f"{GAMBIT_GAMES:g}", "≥ 2e6", figure >= 2e6
    )
    few = random_game(worlds // 8, 2)
    seconds, found = clock(lambda: np.repeat(solve(few, workers=WORKERS).p_attack, 8), 5)
    figure = found.size / seconds
    size = f"{found.size:,} worlds, eight to a game"
    row("worlds a second, deduplicated", size, f"{figure:.2g}", GAMBIT, "–", "≥ 2e6", figure >= 2e6)


def flagship() -> None:
    """2: every named package of the flagship case in 10,000 worlds, games given."""
    case = accord.load(FLAGSHIP, as_of="latest")
    packages = {name: case.chosen(name) for name in case.file.packages}
    setting = Setting(case, draw(case, 10_000, 1, "stated"), packages)
    ready = {name: games(setting, name) for name in packages}
    flips = coin(setting)
    seconds, _ = clock(
        lambda: [solve(true, seen, flips, workers=WORKERS) for true, seen in ready.values()]
    )
    count = len(packages) * setting.worlds.count
    modes = len(next(iter(ready.values()))[0].modes)
    size = f"{len(packages)} packages × {setting.worlds.count:,} worlds, {modes} modes"
    reckoned = f"{count * modes / GAMBIT_GAMES / 3600:.0f} h, from its rate"
    row("the flagship case", size, f"{seconds:.2f} s", GAMBIT, reckoned, "< 2 s", seconds < 2)


def thresholds() -> None:
    """3: the least s_C + x that deters, for classes of packages that differ in the war."""
    worlds, classes = 4096, 2000
    game = random_game(worlds, 3)
    source = np.random.default_rng(4)
    factors = source.uniform(0.5, 1.5, (classes, 3))
    temptation = source.random(worlds)

    def one_class(factor: Floats) -> Floats:
        guarantors = tuple(
            replace(g, strength=g.strength * f)
            for g, f in zip(game.guarantors, factor, strict=True)
        )
        value = solve(replace(game, guarantors=guarantors)).gross_value
        return attack_threshold(value, game.challenger.precision, temptation)

    def all_classes() -> list[Floats]:
        with ThreadPoolExecutor(WORKERS) as threads:
            return list(threads.map(one_class, factors))

    seconds, _ = clock(all_classes, 1)
    size = f"{classes:,} war classes × {worlds:,} worlds"
    reckoned = f"{classes * worlds / GAMBIT_GAMES / 86400:.0f} days, from its rate"
    row("thresholds", size, f"{seconds:.1f} s", GAMBIT, reckoned, "< 10 s", seconds < 10)


JOBS = [rate, flagship, thresholds]


def main(numbers: list[int]) -> None:
    """Print the table of some jobs, by default of all."""
    heads = ["job", "size", "accord", "peer", "peer's figure", "goal", "met"]
    print("| " + " | ".join(heads) + " |")
    print("|" + " --- |" * len(heads))
    for number in numbers or range(1, len(JOBS) + 1):
        JOBS[number - 1]()


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]])
