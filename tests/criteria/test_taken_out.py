"""A coalition without some members, by trying every set of those that are left."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from accord.criteria import deliverable
from accord.criteria.setting import Setting
from accord.criteria.taken_out import taken_out
from accord.worlds.worlds import draw
from oracles import capability, package
from oracles.generator import case_of, random_case
from oracles.world import World, named

WORLDS = 256
SEEDS = (2000, 2004, 2015, 2020)


class Tried:
    """A random case in 256 worlds: what is taken out of it, and what each world says."""

    def __init__(self, seed):
        data = random_case(seed)
        case = case_of(data)
        self.chosen = case.chosen("pact")
        self.setting = Setting(case, draw(case, WORLDS, seed), {"pact": self.chosen})
        self.data, self.names = data, named(case)
        self.worlds = [World(data, self.setting.worlds, w, self.names) for w in range(WORLDS)]
        self.contributors = [name for name in data["pledges"] if name != "judgement"]
        self.phases = list(data["phases"])
        self.members = [
            (*group,) for size in (1, 2) for group in combinations(self.contributors, size)
        ]
        self._known = [self._conditions(world) for world in self.worlds]
        self._going, self._enough = {}, {}

    def _conditions(self, world):
        margins = package.margins(world, self.chosen)
        accepting = {actor for actor, each in margins.items() if each[0] >= 0}
        return package.available(world), package.waiting(world, self.chosen, accepting)

    def going(self, w, without):
        """Pledges that go in a world when some members are not there."""
        ready, conditions = self._known[w]
        world = self.worlds[w]
        able = frozenset(m for m in ready if world.pledges[m][0] not in without)
        if (w, able) not in self._going:
            both = capability.least_and_greatest(able, conditions)
            self._going[w, able] = both[1 if world.coin else 0]
        return self._going[w, able]

    def delivers(self, w, without):
        going = self.going(w, without)
        if (w, going) not in self._enough:
            factor = package.delivery(self.worlds[w], self.chosen, going)[0]
            self._enough[w, going] = factor >= 1
        return self._enough[w, going]

    def brings(self, w, contributor, without):
        """Whether something of a contributor goes that is worth anything in some phase."""
        world = self.worlds[w]
        return any(
            world.pledges[m][0] == contributor
            and any(package.usable(world, m, phase, self.chosen) > 0 for phase in self.phases)
            for m in self.going(w, without)
        )


@pytest.fixture(scope="module", params=SEEDS)
def tried(request):
    return Tried(request.param)


def test_shares_before_and_after_are_those_counted(tried):
    before = np.mean([tried.delivers(w, ()) for w in range(WORLDS)])
    for members in tried.members:
        found = taken_out(tried.setting, "pact", members)
        assert found["schema"] == 1
        assert found["members"] == list(members)
        assert found["before"]["share"] == before
        after = np.mean([tried.delivers(w, members) for w in range(WORLDS)])
        assert found["after"]["share"] == after
        assert after <= before


def test_the_loss_of_one_is_that_of_the_criterion(tried):
    detail = deliverable.assess(tried.setting).details["pact"]
    whole = detail["mixed"]["share"]
    for member in tried.contributors:
        found = taken_out(tried.setting, "pact", (member,))
        told = detail["loss"]["without"].get(member, {"share": whole})["share"]
        assert found["after"]["share"] == told
        assert found["before"]["share"] == whole
    lost = {tuple(sorted(each["lost"])): each["share"] for each in detail["loss"]["pairs"]}
    for pair, share in lost.items():
        assert taken_out(tried.setting, "pact", pair)["after"]["share"] == share


def test_who_follows_brings_something_before_and_nothing_after(tried):
    for members in tried.members:
        found = taken_out(tried.setting, "pact", members)["follows"]
        for contributor in tried.contributors:
            share = np.mean([
                tried.brings(w, contributor, ()) and not tried.brings(w, contributor, members)
                for w in range(WORLDS)
            ])  # fmt: skip
            told = found.get(contributor, {"share": 0.0})["share"]
            assert told == (0.0 if contributor in members else share)
        shares = [each["share"] for each in found.values()]
        assert shares == sorted(shares, reverse=True)
        assert all(shares)


def test_the_order_of_members_does_not_matter(tried):
    for members in tried.members:
        one, other = (taken_out(tried.setting, "pact", each) for each in (members, members[::-1]))
        assert {**one, "members": None} == {**other, "members": None}


def test_coverage_before_is_that_of_nobody_taken_out_and_falls(tried):
    nobody = taken_out(tried.setting, "pact", ())
    assert nobody["before"] == nobody["after"]
    assert nobody["follows"] == {}
    assert nobody["rounds"] == []
    for row in nobody["coverage"]:
        assert row["before"] == row["after"]
    for members in tried.members:
        found = taken_out(tried.setting, "pact", members)
        places = [(row["capability"], row["phase"]) for row in found["coverage"]]
        assert places == [(row["capability"], row["phase"]) for row in nobody["coverage"]]
        for row, whole in zip(found["coverage"], nobody["coverage"], strict=True):
            assert row["before"] == whole["before"]
            assert row["after"] <= row["before"]
            assert found["after"]["share"] <= row["after"] + 1e-12


def rounds_by_hand(tried, members):
    """Who leaves in the central world if all were available: names, once all of theirs is gone."""
    world = World(tried.data, tried.setting.central().worlds, 0, tried.names)
    margins = package.margins(world, tried.chosen)
    accepting = {actor for actor, each in margins.items() if each[0] >= 0}
    conditions = package.waiting(world, tried.chosen, accepting)
    owners = [owner for owner, _, _ in world.pledges]
    here = set(capability.least_and_greatest(range(len(owners)), conditions)[1])
    leaving = {m for m in here if owners[m] in members}
    rounds = []
    while leaving:
        before = {owners[m] for m in here}
        here -= leaving
        gone = before - {owners[m] for m in here}
        rounds += [gone] if gone else []
        leaving = {m for m in here if not capability.holds(conditions[m], here - {m})}
    return rounds


def test_rounds_are_those_of_the_central_world(tried):
    longest = 0
    for members in tried.members:
        rounds = taken_out(tried.setting, "pact", members)["rounds"]
        assert [set(names) for names in rounds] == rounds_by_hand(tried, members)
        assert all(len(set(names)) == len(names) for names in rounds)
        longest = max(longest, len(rounds))
    assert longest >= 1


def test_with_everybody_taken_out_only_what_needs_nobody_is_delivered(tried):
    found = taken_out(tried.setting, "pact", tried.contributors)
    nothing = np.mean([
        package.delivery(world, tried.chosen, frozenset())[0] >= 1 for world in tried.worlds
    ])  # fmt: skip
    assert found["after"]["share"] == nothing
    assert found["follows"] == {}
    assert len(found["rounds"]) <= 1
