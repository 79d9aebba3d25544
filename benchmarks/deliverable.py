"""Times of the second test, each beside its peer in the same run: see README.md."""

from __future__ import annotations

import itertools
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

import accord
from accord.theory.coalition import All, Always, AtLeast, Condition, Goes, Never, World, joining
from accord.theory.delivery.programs import shares_of_worlds
from accord.theory.delivery.rows import delivered_rows
from accord.theory.delivery.space import DeliverySpace
from accord.theory.loss import Coalition, deliver, in_some_worlds
from accord.theory.power import shapley_from_table
from accord.theory.silent import silent_highs

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]
Words = NDArray[np.uint64]

WORKERS = os.cpu_count() or 1
COMPONENTS = ((0, 1, 2, 3), (4, 5, 6), (7, 8, 9), (10, 11))
"""Capabilities that pools of several roles join; a real coalition of 28 has smaller ones."""
CAPABILITIES, PHASES, PROVISIONS, LEVELS = 12, 2, 8, 4
SAMPLE = 300
"""Package-worlds that get a linear programme each."""

FIRST = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
import deliverable
space = deliverable.few_packages(deliverable.Invented(25, 128, 3), 4)
start = time.perf_counter()
deliverable.delivered_rows(space)
print(json.dumps({"seconds": time.perf_counter() - start}))
"""


def row(
    job: str, size: str, ours: str, peers: list[tuple[str, str]], goal: str, *, met: bool | None
) -> None:
    """Print one line of the table."""
    cells = [
        job, size, ours, "; ".join(name for name, _ in peers) or "none",
        "; ".join(figure for _, figure in peers) or "–", goal,
        "–" if met is None else "yes" if met else "NO",
    ]  # fmt: skip
    print("| " + " | ".join(cells) + " |", flush=True)


def clock(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """The best of several times, and what the work found."""
    best, found = math.inf, None
    for _ in range(times):
        found = None
        start = time.perf_counter()
        found = work()
        best = min(best, time.perf_counter() - start)
    return best, found


def same(job: str, ours: object, theirs: object) -> None:
    """Stop where the peer found something else: its time would be of another job."""
    if ours != theirs:
        raise SystemExit(f"{job}: found {ours} where the peer found {theirs}")


class Invented:
    """Contributors with two or three pools each, and what eight provisions of four levels move.

    Parameters
    ----------
    moving : int
        How many of the provisions move conditions; all of them move requirements.
    """

    def __init__(self, contributors: int, worlds: int, moving: int) -> None:
        rng = np.random.default_rng(7)
        owners = [c for c in range(contributors) for _ in range(2 + c % 2)]
        pledges = len(owners)
        self.owner, self.contributors, self.worlds = tuple(owners), contributors, worlds
        self.roles = np.zeros((pledges, CAPABILITIES), dtype=np.bool_)
        for m in range(pledges):
            members = COMPONENTS[m % len(COMPONENTS)]
            roles = rng.choice(members, 2 if rng.random() < 0.4 else 1, replace=False)
            self.roles[m, roles] = True
        for members in COMPONENTS:
            # a chain of pools with two roles keeps each component in one piece
            for one, other in itertools.pairwise(members):
                pools = np.flatnonzero(self.roles[:, list(members)].any(axis=1))
                self.roles[rng.choice(pools), [one, other]] = True
        self.amounts = rng.integers(10, 200, (pledges, PHASES, worlds))
        self.luck = rng.random((contributors, worlds))[owners]
        self.chance = rng.uniform(0.6, 0.98, (pledges, 1))
        self.coin = rng.random(worlds) < 0.5
        self.conditions = [self._conditions(m, rng) for m in range(pledges)]
        # a pledge follows one provision; the first pledges of all provisions differ by level
        self.follows = [m % moving for m in range(pledges)]
        self._require(rng)

    def _conditions(self, pledge: int, rng: np.random.Generator) -> list[Condition]:
        """The condition at each level: fewer pledges to wait for, and fewer worlds that forbid."""
        others = [Goes(tuple(rng.integers(0, len(self.owner), 3).tolist())) for _ in range(4)]
        mask = rng.random((LEVELS, self.worlds)) < np.linspace(0.85, 1.0, LEVELS)[:, None]
        kinds: list[Condition] = [
            All((World(mask[0]), AtLeast(2, tuple(others)))),
            All((World(mask[1]), others[0])),
            All((World(mask[2]), AtLeast(1, tuple(others[:2])))),
            World(mask[3]),
        ]
        if pledge % 4 == 3:
            return [Always()] * LEVELS
        return [Never(), *kinds[1:]] if pledge % 7 == 6 else kinds

    def _require(self, rng: np.random.Generator) -> None:
        """Two provisions move some requirements, one moves each of the others."""
        serving = np.einsum("mk,mtw->kt", self.roles / self.roles.sum(axis=1)[:, None],
                            self.amounts) / self.worlds  # fmt: skip
        self.moved_by: list[tuple[int, ...]] = []
        self.requirements: list[list[Integers]] = []
        for k in range(CAPABILITIES):
            movers = (k % PROVISIONS,) if k % 3 else (k % PROVISIONS, (k + 5) % PROVISIONS)
            parts = rng.uniform(0.0, 0.6, (len(movers), LEVELS)) * 0.9 / len(movers)
            spread = rng.uniform(0.6, 1.4, (1, self.worlds))
            tables = [
                np.rint(sum(parts[i, level] for i, level in enumerate(levels))
                        * serving[k][:, None] * spread).astype(np.int64)
                for levels in itertools.product(range(LEVELS), repeat=len(movers))
            ]  # fmt: skip
            self.moved_by.append(movers)
            self.requirements.append(tables)

    def space(self, levels: Integers) -> DeliverySpace:
        """The space of packages given as levels (P, provisions): availability is settled here."""
        of = np.zeros((len(levels), CAPABILITIES), dtype=np.int64)
        for k, movers in enumerate(self.moved_by):
            for provision in movers:
                of[:, k] = of[:, k] * LEVELS + levels[:, provision]
        return DeliverySpace(
            available=self.luck < self.chance,
            owner=self.owner,
            contributors=self.contributors,
            conditions=self.conditions,
            amounts=[(table,) for table in self.amounts],
            roles=self.roles,
            requirements=self.requirements,
            condition_of=levels[:, self.follows],
            amount_of=np.zeros((len(levels), len(self.owner)), dtype=np.int64),
            requirement_of=of,
            coin=self.coin,
        )


def every_package() -> Integers:
    """The levels of all 65,536 packages."""
    return np.indices((LEVELS,) * PROVISIONS).reshape(PROVISIONS, -1).T


def few_packages(invented: Invented, count: int) -> DeliverySpace:
    """Some packages spread over all, in a shuffled order."""
    rng = np.random.default_rng(11)
    return invented.space(every_package()[rng.permutation(LEVELS**PROVISIONS)[:count]])


def bitmap(invented: Invented) -> Words:
    """From uniforms to the bits of every package."""
    return delivered_rows(invented.space(every_package()), workers=WORKERS)


@dataclass(frozen=True)
class Verdicts:
    """What linear programmes say of some package-worlds, and how many they settle a second."""

    delivered: list[bool]
    rate: float


def one_coalition(space: DeliverySpace, package: int) -> Coalition:
    """A package of a space, by itself."""
    return Coalition(
        tuple(v[i] for v, i in zip(space.conditions, space.condition_of[package], strict=True)),
        space.owner,
        space.contributors,
        np.stack([v[i] for v, i in zip(space.amounts, space.amount_of[package], strict=True)]),
        space.roles,
        np.stack(
            [v[i] for v, i in zip(space.requirements, space.requirement_of[package], strict=True)]
        ),
    )


def transport(roles: Booleans) -> highspy.Highs:
    """A programme with one variable a pool, capability it may serve and phase; bounds come later.

    Rows are first what pools have in each phase, then what capabilities need.
    """
    solver = silent_highs()
    solver.setOptionValue("threads", 1)
    pairs = [(m, k, t) for m, k in np.argwhere(roles).tolist() for t in range(PHASES)]
    for _ in pairs:
        solver.addVar(0.0, highspy.kHighsInf)
    for axis, count in ((0, len(roles)), (1, CAPABILITIES)):
        for one in range(count):
            for phase in range(PHASES):
                own = [i for i, p in enumerate(pairs) if p[axis] == one and p[2] == phase]
                solver.addRow(
                    0.0, 0.0, len(own), np.array(own, dtype=np.int32), np.ones(len(own))
                )  # fmt: skip
    return solver


def programmes(space: DeliverySpace, places: list[tuple[int, int, frozenset[int]]]) -> Verdicts:
    """One linear programme for every (package, world, lost contributors), warm from the last."""
    solver = transport(space.roles)
    total = len(space.owner) * PHASES
    rows = np.arange(total + CAPABILITIES * PHASES, dtype=np.int32)
    spent, delivered = 0.0, []
    for package, world, lost in places:
        own = in_some_worlds(one_coalition(space, package), np.array([world]))
        there = ~np.isin(space.owner, list(lost)) & space.available[:, world]
        start = time.perf_counter()
        going = joining(there[:, None], own.conditions, space.coin[[world]])
        supply = np.where(going, own.usable[:, :, 0], 0).ravel().astype(np.float64)
        needs = own.requirement[:, :, 0].ravel().astype(np.float64)
        solver.changeRowsBounds(
            len(rows), rows, np.concatenate([np.full(total, -highspy.kHighsInf), needs]),
            np.concatenate([supply, np.full(needs.size, highspy.kHighsInf)]),
        )  # fmt: skip
        solver.run()
        delivered.append(solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)
        spent += time.perf_counter() - start
    return Verdicts(delivered, len(places) / spent)


def sample(packages: int, worlds: int) -> Iterator[tuple[int, int]]:
    """Package-worlds to look at, the same in every run."""
    rng = np.random.default_rng(3)
    for _ in range(SAMPLE):
        yield int(rng.integers(packages)), int(rng.integers(worlds))


def first_call() -> None:
    """What compiling costs, in a process with an empty cache."""
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(
            [sys.executable, "-c", FIRST, str(Path(__file__).parent)],
            env=os.environ | {"NUMBA_CACHE_DIR": empty}, check=True, capture_output=True, text=True,
        )  # fmt: skip
    seconds = json.loads(done.stdout)["seconds"]
    row(
        "first call, with an empty cache of compiled code",
        "4 packages",
        f"{seconds:.1f} s",
        [],
        "–",
        met=None,
    )


def bitmaps() -> None:
    """1: package-worlds a second."""
    first_call()
    for moving, kind in ((3, "64 going sets"), (PROVISIONS, "65,536 going sets")):
        invented = Invented(25, 2048, moving)
        bitmap(Invented(25, 64, moving))  # compiled before the clock starts
        seconds, bits = clock(partial(bitmap, invented))
        space = invented.space(every_package())
        rate = len(bits) * invented.worlds / seconds
        places = list(sample(len(bits), invented.worlds))
        peer = programmes(space, [(package, world, frozenset()) for package, world in places])
        found = [bool(bits[p, w >> 6] >> np.uint64(w & 63) & np.uint64(1)) for p, w in places]
        same("package-worlds", found, peer.delivered)
        size = f"65,536 packages × 2,048 worlds, {kind}, {told(bits, invented.worlds)}"
        peers = [(f"HiGHS, one programme each, {SAMPLE} of them", f"{peer.rate:.0f}/s")]
        plain = moving < PROVISIONS
        goal = "≥ 1e8/s" if plain else "–"
        met = rate >= 1e8 if plain else None
        row("package-worlds", size, f"{rate:.2g}/s ({seconds:.2f} s)", peers, goal, met=met)


def told(bits: Words, worlds: int) -> str:
    """The share that is delivered."""
    return f"{100 * shares_of_worlds(bits, worlds, None).mean():.0f} % delivered"


def losses() -> None:
    """2: the loss of any one, and of none."""
    for moving, kind in ((3, "64 going sets a loss"), (PROVISIONS, "5,000 going sets a loss")):
        invented = Invented(25, 2000, moving)
        space = few_packages(invented, 5000)
        package = np.repeat(np.arange(5000), 26)
        allowed = np.tile(
            np.vstack([~np.eye(25, dtype=np.bool_), np.ones((1, 25), bool)]), (5000, 1)
        )
        work = partial(delivered_rows, space, package, allowed, workers=WORKERS)
        seconds, bits = clock(work, 2)
        places = [(p, w, (p + w) % 25) for p, w in sample(5000, invented.worlds)]
        peer = programmes(space, [(p, w, frozenset({c})) for p, w, c in places])
        found = [
            bool(bits[26 * p + c, w >> 6] >> np.uint64(w & 63) & np.uint64(1)) for p, w, c in places
        ]
        same("losses", found, peer.delivered)
        size = f"25 losses × 5,000 packages × 2,000 worlds, {kind}, {told(bits, 2000)}"
        expected = bits.size * 64 / peer.rate
        peers = [(f"HiGHS, from {SAMPLE} programmes", f"{expected:.2g} s")]
        row("loss of any one", size, f"{seconds:.2f} s", peers, "≤ 10 s", met=seconds <= 10)


def shapley() -> None:
    """3: exact Shapley shares of P(deliver)."""
    invented = Invented(18, 512, PROVISIONS)
    space = invented.space(every_package()[[30000]])
    sets = np.arange(1 << 18)
    allowed = (sets[:, None] >> np.arange(18) & 1).astype(np.bool_)

    def worths(allowed: Booleans) -> Floats:
        bits = delivered_rows(
            space, np.zeros(len(allowed), dtype=np.int64), allowed, workers=WORKERS
        )
        return shares_of_worlds(bits, space.worlds, None)

    seconds, values = clock(lambda: shapley_from_table(worths(allowed)))
    some = np.random.default_rng(5).integers(0, sets.size, SAMPLE)
    coalition = one_coalition(space, 0)

    def plainly() -> list[float]:
        return [
            float(deliver(coalition, space.available & allowed[s, list(space.owner)][:, None],
                          space.coin).delivered.mean())
            for s in some
        ]  # fmt: skip

    theirs, shares = clock(plainly, 1)
    same("worths", worths(allowed[some]).tolist(), shares)
    size = f"18 contributors × 512 worlds, Σφ = {values.sum():.4f}"
    peers = [(f"one coalition at a time, from {SAMPLE}", f"{theirs / SAMPLE * sets.size:.0f} s")]
    row("exact Shapley of P(deliver)", size, f"{seconds:.2f} s", peers, "–", met=None)


def solving() -> None:
    """4: a capability file of 20 players, every state looked at."""
    rng = np.random.default_rng(20)
    names = [f"P{i}" for i in range(20)]
    capabilities = ["lift", "patrol", "funds", "air"]
    offers = {
        name: [{"serves": sorted(rng.choice(capabilities, 1 + i % 2, replace=False).tolist()),
                "amount": int(rng.integers(2, 9))}]
        for i, name in enumerate(names)
    }  # fmt: skip
    document = {
        "kind": "capability_coalition", "id": "twenty", "players": names, "offers": offers,
        "capabilities": capabilities, "requirements": [14, 12, 13, 11],
        "conditions_dnf_others_going": {
            name: [[names[(i + 1) % 20]], [names[(i + 5) % 20], names[(i + 9) % 20]]]
            for i, name in enumerate(names) if i % 3
        },
        "availability": {name: round(float(rng.uniform(0.6, 0.95)), 2) for name in names},
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "twenty.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        seconds, report = clock(lambda: accord.solve_coalition(path), 2)
    same("exact", report["exact"], True)
    chance = report["p_deliver"]
    size = f"20 players, P {chance['waits']:.3f} and {chance['goes']:.3f}"
    row("solve coalition, exact", size, f"{seconds:.2f} s", [], "–", met=None)


JOBS = [bitmaps, losses, shapley, solving]


def main(numbers: list[int]) -> None:
    """Print the table of some jobs, by default of all."""
    heads = ["job", "size", "accord", "peer", "peer's figure", "limit", "met"]
    print("| " + " | ".join(heads) + " |")
    print("|" + " --- |" * len(heads))
    for number in numbers or range(1, len(JOBS) + 1):
        JOBS[number - 1]()


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]])
