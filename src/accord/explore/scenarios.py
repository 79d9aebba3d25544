"""When a package works and why it fails: boxes of inputs, found in some worlds, told from others.

Scenario discovery (Bryant and Lempert 2010): patient rule induction looks for one box that holds
many of the worlds of interest and few others, a small tree cuts all worlds into boxes. Hundreds
of inputs are compared, so what is found looks better than it is where it was found: even blocks
of worlds choose, odd blocks tell. How far the choice itself is luck is told by looking again in
resampled blocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.explore.scenario_search import (
    FEWEST,
    LUCK,
    Found,
    Limits,
    Search,
    by_luck,
    in_box,
    quasi_p,
)
from accord.run.run import Run
from accord.theory.estimates import Estimate, share
from accord.theory.sampling import BLOCK

__all__ = [
    "RESAMPLES", "Finding", "Restriction", "Scenario", "Scenarios", "Target", "find_scenarios",
    "target_worlds", "when_it_works", "why_it_fails",
]  # fmt: skip

Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]
Finding = Literal[
    "found", "nothing stands out", "too few", "one half", "everywhere", "nowhere"
]  # fmt: skip

RESAMPLES = 20
JOINT = "joint"


@dataclass(frozen=True)
class Target:
    """What is looked for.

    Attributes
    ----------
    kind : str
        ``passes`` or ``fails``.
    test : str
        One test, or ``joint`` for all that were assessed.
    reason : str or None
        Only worlds in which the verdict names this reason for the test's failure.
    """

    kind: Literal["passes", "fails"]
    test: str = JOINT
    reason: str | None = None


@dataclass(frozen=True)
class Restriction:
    """What a box asks of one input.

    Attributes
    ----------
    path : str
        The input, or ``shocks.NAME``, which is 1 where the shock falls and 0 elsewhere.
    lower, upper : float or None
        The input is above the first and at most the second; None where free. Rounded before
        anything was told.
    quasi_p : (float or None, float or None)
        For each restricted side the chance that the box would hold so many worlds of interest by
        luck if that side did not matter, in the telling worlds (Bryant and Lempert 2010).
    found_again : float
        Share of resamples in which the input is found again: for a box restricted on one of the
        same sides, for a leaf split on anywhere in the tree.
    """

    path: str
    lower: float | None
    upper: float | None
    quasi_p: tuple[float | None, float | None]
    found_again: float

    @property
    def falls(self) -> bool | None:
        """Of a shock whether it falls in the box; None for other inputs."""
        if self.path.startswith("shocks.") and self.path.count(".") == 1:
            return self.lower is not None
        return None


@dataclass(frozen=True, eq=False)
class Scenario:
    """A box, and what is true of it in the telling worlds.

    Attributes
    ----------
    method : str
        ``prim`` or ``tree``.
    restrictions : tuple of Restriction
    where : ndarray (W,) of bool
        The worlds in it.
    density : Estimate
        Share of its worlds that are of interest.
    mass : Estimate
        Its share of all worlds.
    coverage : Estimate
        Its share of the worlds of interest.
    chosen : float
        The density where it was looked for, which flatters.
    worlds : int
        Telling worlds in it.
    """

    method: Literal["prim", "tree"]
    restrictions: tuple[Restriction, ...]
    where: Booleans
    density: Estimate
    mass: Estimate
    coverage: Estimate
    chosen: float
    worlds: int


@dataclass(frozen=True)
class Scenarios:
    """What was found about one target of a package under a rule.

    Attributes
    ----------
    package, rule : str
    target : Target
    finding : str
        ``found``; ``nothing stands out`` where in the telling worlds no box holds more of what is
        looked for than luck would in one case of twenty; ``too few`` worlds of one kind to look;
        ``one half`` where enough of either kind are there, but all in the blocks that choose or
        all in those that tell, as with a single block; ``everywhere`` or ``nowhere`` where all
        worlds are of interest or none.
    share : Estimate
        Of all worlds that are of interest.
    of_interest, worlds : int
        Worlds of interest, and all, that weigh something.
    inputs : int
        Inputs that were compared.
    box : Scenario or None
        The one that luck is least likely to bring about, by patient rule induction.
    leaves : tuple of Scenario
        Those of a tree, densest first, which together hold all worlds; none where it tells
        nothing.
    """

    package: str
    rule: str
    target: Target
    finding: Finding
    share: Estimate
    of_interest: int
    worlds: int
    inputs: int
    box: Scenario | None = None
    leaves: tuple[Scenario, ...] = ()


def when_it_works(
    run: Run, package: str, rule: str, paths: Iterable[str], *, resamples: int = RESAMPLES,
    seed: int = 1,
) -> Scenarios:  # fmt: skip
    """The worlds in which a package passes every test that was assessed.

    Parameters
    ----------
    paths : iterable of str
        Inputs that may be told of; luck is never among them.
    resamples : int
        How often to look again.
    seed : int
        Of the resamples.
    """
    return find_scenarios(
        run, package, rule, paths, [Target("passes")], resamples=resamples, seed=seed
    )[0]


def why_it_fails(
    run: Run, package: str, rule: str, paths: Iterable[str], *, reasons: int = 1,
    resamples: int = RESAMPLES, seed: int = 1,
) -> tuple[Scenarios, ...]:  # fmt: skip
    """The worlds in which a package fails: at all, each test, and for the main reasons.

    Parameters
    ----------
    paths : iterable of str
        Inputs that may be told of.
    reasons : int
        Reasons of each test that are looked at, the most frequent first.
    resamples, seed : int
        As ``when_it_works``.
    """
    targets = [Target("fails")]
    for test in run.verdict.assessed:
        named = [name for name, _ in run.verdict.reason_counts(test, rule, package)[:reasons]]
        targets += [Target("fails", test), *(Target("fails", test, name) for name in named)]
    return find_scenarios(run, package, rule, paths, targets, resamples=resamples, seed=seed)


def find_scenarios(
    run: Run, package: str, rule: str, paths: Iterable[str], targets: Iterable[Target], *,
    resamples: int = RESAMPLES, seed: int = 1,
) -> tuple[Scenarios, ...]:  # fmt: skip
    """Look for several things in the worlds of one package.

    Parameters
    ----------
    paths : iterable of str
        Inputs that may be told of; equals are decided by their order.
    targets : iterable of Target
    resamples : int
        Draws of blocks with replacement from all, as many as choose, in which the search is
        repeated.
    seed : int
        Of those draws.

    Raises
    ------
    ModelError
        If the run knows no such package, rule, test, reason or input, or the number of resamples
        or the seed is negative.
    """
    paths = tuple(paths)
    unknown = [path for path in paths if path not in run.inputs]
    if unknown:
        raise ModelError(f"no input {', '.join(unknown)} in this run")
    if resamples < 0 or seed < 0:
        raise ModelError(f"found {resamples} resamples of seed {seed}, wanted 0 or more of both")
    search = Search(run, paths)
    draws = _draws(search, resamples, seed)
    return tuple(_scenarios(run, package, rule, target, search, draws) for target in targets)


def target_worlds(run: Run, package: str, rule: str, target: Target) -> Booleans:
    """The worlds of interest, shape (W,).

    Raises
    ------
    ModelError
        If the run knows no such package, rule, test or reason, or a reason is given for passing
        or for all tests at once.
    """
    verdict = run.verdict
    if rule not in verdict.rules:
        raise ModelError(f"no rule {rule!r}; there are {', '.join(verdict.rules)}")
    if target.reason is not None and (target.kind == "passes" or target.test == JOINT):
        raise ModelError("a reason is one of a single test's failure")
    if target.test == JOINT:
        passes = verdict.joint(rule, package)
    else:
        passes = verdict.passes(target.test, rule, package)
    if target.kind == "passes":
        return passes
    if target.reason is None:
        return ~passes
    if target.reason not in verdict.names:
        raise ModelError(f"no reason {target.reason!r} in this run")
    index = verdict.names.index(target.reason)
    reasons = verdict.reasons[verdict.row(target.test, rule), verdict.package(package)]
    return np.asarray(~passes & (reasons == index))


def _scenarios(
    run: Run, package: str, rule: str, target: Target, search: Search, draws: list[Integers]
) -> Scenarios:
    where = target_worlds(run, package, rule, target)
    there = search.weights > 0
    hits, worlds = int((where & there).sum()), int(there.sum())

    def told(
        finding: Finding, box: Scenario | None = None, leaves: tuple[Scenario, ...] = ()
    ) -> Scenarios:
        everywhere = run.verdict.estimate(where)
        return Scenarios(
            package, rule, target, finding, everywhere, hits, worlds, len(search.inputs), box,
            leaves,
        )  # fmt: skip

    if hits in (0, worlds):
        return told("everywhere" if hits else "nowhere")
    odd = (np.arange(run.worlds) // BLOCK) % 2 == 1
    if min(hits, worlds - hits) >= FEWEST and not (odd[there].any() and (~odd)[there].any()):
        return told("one half")
    found = search.look(where, np.where(odd, 0, search.weights))
    telling = _Telling(search, where, odd)
    if found is None or not telling.possible:
        return told("too few")
    again = [search.look(where, weights) for weights in draws]
    box = telling.box(found, again)
    leaves = telling.leaves(found, again)
    return told("found" if box or leaves else "nothing stands out", box, leaves)


class _Telling:
    """Boxes as they are in the worlds in which nobody looked."""

    def __init__(self, search: Search, target: Booleans, odd: Booleans) -> None:
        self.search, self.target, self.odd = search, target, odd
        self.weights = np.where(odd, search.weights, 0)
        self.possible = bool(self.weights[target].any() and self.weights[~target].any())

    def box(self, found: Found, again: list[Found | None]) -> Scenario | None:
        """The box of patient rule induction, where it still holds more than its share."""
        if not found.box:
            return None
        repeated = {
            path: _share(one is not None and one.restricts(path, own) for one in again)
            for path, own in found.box.items()
        }
        box = self._told("prim", found.box, repeated)
        return box if box is not None and self._better(box, LUCK) else None

    def leaves(self, found: Found, again: list[Found | None]) -> tuple[Scenario, ...]:
        """The leaves of the tree, where one of them still holds more than its share."""
        repeated = {
            path: _share(one is not None and path in one.split_on for one in again)
            for path in found.split_on
        }
        told = [self._told("tree", leaf, repeated) for leaf in found.leaves if leaf]
        leaves = [leaf for leaf in told if leaf is not None]
        if not any(self._better(leaf, LUCK / len(leaves)) for leaf in leaves):
            return ()
        return tuple(sorted(leaves, key=lambda leaf: -leaf.density.value))

    def _better(self, one: Scenario, level: float) -> bool:
        """Whether it holds more of what is looked for than luck would at this level."""
        everywhere = np.ones_like(one.where)
        return by_luck(one.where, everywhere, self.target, self.weights) <= level

    def _told(
        self, method: Literal["prim", "tree"], limits: Limits, again: dict[str, float]
    ) -> Scenario | None:
        inputs, target = self.search.inputs, self.target
        where = in_box(inputs, limits, target.size)
        inside = np.where(where, self.weights, 0)
        chosen = np.where(where & ~self.odd, self.search.weights, 0)
        if not (inside.any() and chosen.any()):
            return None
        restrictions = tuple(
            Restriction(
                path, low, high, quasi_p(inputs, limits, path, target, self.weights), again[path]
            )
            for path, (low, high) in limits.items()
        )
        return Scenario(
            method,
            restrictions,
            where,
            self._share(target, inside),
            self._share(where, self.weights),
            self._share(where, np.where(target, self.weights, 0)),
            float(chosen[target].sum() / chosen.sum()),
            int((inside > 0).sum()),
        )

    def _share(self, where: Booleans, weights: Integers) -> Estimate:
        return share(where[self.odd], weights[self.odd])


def _share(held: Iterable[bool]) -> float:
    """Share of looks in which something held; 0 of none."""
    looks = list(held)
    return sum(looks) / len(looks) if looks else 0.0


def _draws(search: Search, resamples: int, seed: int) -> list[Integers]:
    """Weights of worlds in each resample: as many blocks as choose, drawn from all."""
    blocks = search.blocks
    raw = np.random.Philox(key=seed).random_raw(resamples * -(-blocks // 2))
    drawn = (raw % np.uint64(blocks)).astype(np.intp).reshape(resamples, -(-blocks // 2))
    return [search.weights * np.repeat(np.bincount(one, minlength=blocks), BLOCK) for one in drawn]
