"""What test 2 tells beside its verdict, by trying every coalition in every world."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from math import factorial, sqrt

import pytest

from accord.criteria import deliverable
from accord.criteria.setting import Setting
from accord.worlds.worlds import draw
from oracles import capability, package
from oracles.generator import case_of, random_case
from oracles.world import World, named

BLOCK = 256
SEEDS = (2000, 2004, 2005, 2015, 2020)


class Tried:
    """A random case, one package, every coalition of its contributors in 256 worlds."""

    def __init__(self, seed):
        data = random_case(seed)
        case = case_of(data)
        self.setting = Setting(case, draw(case, BLOCK, seed), {"pact": case.chosen("pact")})
        self.detail = deliverable.assess(self.setting).details["pact"]
        names = named(case)
        self.worlds = [World(data, self.setting.worlds, w, names) for w in range(BLOCK)]
        self.chosen = case.chosen("pact")
        self.contributors = [name for name in data["pledges"] if name != "judgement"]
        self.found = [self._world(world) for world in self.worlds]

    def _world(self, world):
        """Functions of one world: who goes when only some may join, and what they deliver."""
        accepting = {a for a, (m, _, _) in package.margins(world, self.chosen).items() if m >= 0}
        conditions = package.waiting(world, self.chosen, accepting)
        ready = package.available(world)

        @cache
        def going(group, coin):
            able = {m for m in ready if world.pledges[m][0] in group}
            return capability.least_and_greatest(able, conditions)[1 if coin else 0]

        @cache
        def delivers(members):
            return package.delivery(world, self.chosen, members)[0] >= 1

        return going, lambda group, coin: delivers(going(group, coin)), world.coin

    def share(self, group, coin=None):
        """Share of worlds in which a group delivers; the coin of each world unless given."""
        group = frozenset(group)
        return (
            sum(delivers(group, own if coin is None else coin) for _, delivers, own in self.found)
            / BLOCK
        )


@pytest.fixture(scope="module", params=SEEDS)
def tried(request):
    return Tried(request.param)


def test_waiting_going_and_the_coin(tried):
    everybody = tried.contributors
    assert tried.detail["waits"]["share"] == tried.share(everybody, coin=False)
    assert tried.detail["goes"]["share"] == tried.share(everybody, coin=True)
    assert tried.detail["mixed"]["share"] == tried.share(everybody)
    assert (
        tried.share(everybody, coin=False)
        <= tried.share(everybody)
        <= (tried.share(everybody, coin=True))
    )


def test_the_loss_of_any_one_contributor_cascades(tried):
    loss = tried.detail["loss"]
    whole = tried.share(tried.contributors)
    for gone in tried.contributors:
        left = tried.share([c for c in tried.contributors if c != gone])
        told = loss["without"].get(gone, {"share": whole})["share"]
        assert told == left
        assert (gone in loss["single_points_of_failure"]) == (left == 0 < whole)


def test_shares_of_delivery_are_shapleys(tried):
    """φ_c = Σ_S |S|!(n − |S| − 1)!/n! · (u(S ∪ c) − u(S)) over the groups without c."""
    count = len(tried.contributors)
    for name in tried.contributors:
        others = [c for c in tried.contributors if c != name]
        value = sum(
            factorial(size) * factorial(count - size - 1) / factorial(count)
            * (tried.share([*group, name]) - tried.share(group))
            for size in range(count)
            for group in combinations(others, size)
        )  # fmt: skip
        told = tried.detail["shapley"]["shares"].get(name, [0.0, 0.0])
        assert told[0] == pytest.approx(value, abs=1e-12)
        # one block of worlds: the most that its values can spread
        assert told[1] == pytest.approx(sqrt(value * (1 - value) / BLOCK), abs=1e-9)
    total = tried.share(tried.contributors) - tried.share([])
    assert tried.detail["shapley"]["of"] == pytest.approx(total)
    assert tried.detail["shapley"]["exact"]


def test_who_takes_part_is_who_goes_with_something_to_bring(tried):
    everybody = frozenset(tried.contributors)
    for name, told in tried.detail["participation"].items():
        pools = [
            m for m, (owner, _, _) in enumerate(tried.worlds[0].pledges)
            if owner == name and any(brings(tried, w, m) for w in tried.worlds)
        ]  # fmt: skip
        for key, coin in (("waits", False), ("goes", True), ("mixed", None)):
            here = [
                bool(set(pools) & going(everybody, own if coin is None else coin))
                for going, _, own in tried.found
            ]
            assert told[key]["share"] == sum(here) / BLOCK


def brings(tried, world, pool):
    return any(package.usable(world, pool, t, tried.chosen) > 0 for t in world.data["phases"])


def test_what_is_covered_is_counted_capability_by_capability(tried):
    everybody = frozenset(tried.contributors)
    for told in tried.detail["coverage"]:
        name, phase = told["capability"], told["phase"]
        covered, short, needed = 0, 0.0, 0.0
        for world, (going, _, coin) in zip(tried.worlds, tried.found, strict=True):
            need = package.required(world, tried.chosen).get((name, phase), 0.0)
            have = sum(
                package.usable(world, m, phase, tried.chosen)
                for m in going(everybody, coin)
                if name in world.pledges[m][2]["serves"]
            )
            covered += have >= need - 1e-5
            short += max(need - have, 0.0)
            needed += need
        assert told["covered"] == pytest.approx(covered / BLOCK)
        assert told["shortfall"] == pytest.approx(short / BLOCK, abs=1e-4)
        assert told["required"] == pytest.approx(needed / BLOCK, abs=1e-4)
