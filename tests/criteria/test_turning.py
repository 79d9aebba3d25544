"""The number that turns a verdict: on paper for the harbour, by trying values in random cases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from accord.case.load import load
from accord.criteria.setting import Setting
from accord.criteria.turning import turning_points
from accord.worlds.worlds import central_case, draw
from oracles import acceptance, package
from oracles.generator import case_of, random_case
from oracles.world import World, named
from teaching import altered

PACKAGES = ("pact", "other")
FAR = 8  # widths of its 90% interval that a number is moved at most

# Three numbers of the harbour are uncertain here, each with its central value where the case has
# it, so that the gains are those of the teaching case: in the pact NORTH 44, SOUTH 0, GUARD 35.
UNCERTAIN = (
    ("plus: 10}", "plus: {uniform: [0, 20]}}"),
    ("walk_away: 30", "walk_away: {uniform: [20, 40]}"),
    ("patrol: {weight: 50, levels: {none: 0, joint: 60}}",
     "patrol: {weight: 50, levels: {none: 0, joint: {uniform: [40, 80]}}}"),
)  # fmt: skip
RULES = ("everyone", "without-south")


def on_paper(folder, name, *more):
    case = load(altered(folder, *UNCERTAIN, *more))
    setting = Setting(case, draw(case, 256, 1), {name: case.chosen(name)})
    return turning_points(setting, name, RULES)


@pytest.mark.parametrize("rule", RULES)
def test_the_pact_turns_soonest_through_what_the_league_walks_away_from(tmp_path, rule):
    # GUARD is 35 above its 30, so its walk-away value turns it past 65, a change of 35 where the
    # 90% interval 21..39 is 18 wide. A joint patrol weighs one half: 60 - 70 would be below nought,
    # outside the domain, so it cannot. NORTH turns where plus passes 54, a change of 44 of 18, and
    # SOUTH, which gains nought, states no uncertain number.
    found = on_paper(tmp_path, "pact")[rule]
    turns = found["turns"]
    assert found["holds"]
    assert found["refusing"] == []
    assert (turns["actor"], turns["path"]) == ("GUARD", "positions.GUARD.walk_away")
    assert turns["central"] == 30
    # the first value that turns it rounds to one grid step more than 65
    assert turns["turned"] == pytest.approx(65 + 1 / 512, abs=1e-6)
    assert turns["part"] == pytest.approx(35 / 18, abs=1e-3)
    assert not turns["inside"]


def test_no_agreement_turns_through_nobody_where_two_refuse(tmp_path):
    # NORTH is 10 below and GUARD 5 below, so no one mind turns either rule
    for found in on_paper(tmp_path, "status-quo").values():
        assert (found["holds"], found["turns"]) == (False, None)
        assert found["refusing"] == ["NORTH", "GUARD"]


def test_no_agreement_turns_through_the_last_who_refuses(tmp_path):
    # with plus around -10, NORTH is 10 above, and only GUARD, 5 below its 30, refuses: 25 turns it
    found = on_paper(tmp_path, "status-quo", ("{uniform: [0, 20]}", "{uniform: [-20, 0]}"))
    for rule in RULES:
        assert not found[rule]["holds"]
        assert found[rule]["refusing"] == ["GUARD"]
        turns = found[rule]["turns"]
        assert turns["path"] == "positions.GUARD.walk_away"
        # 25 and half a grid step round, half to even, to 25 itself
        assert turns["turned"] == pytest.approx(25 + 1 / 512, abs=1e-6)
        assert turns["part"] == pytest.approx(5 / 18, abs=1e-3)
        assert turns["inside"]


def test_a_refusal_across_a_line_is_turned_by_no_number(tmp_path):
    # SOUTH alone refuses the dear pact, 40 below and across its line, which no number turns
    found = on_paper(tmp_path, "dear-pact")
    assert found["everyone"] == {"holds": False, "turns": None, "refusing": ["SOUTH"]}
    assert found["without-south"]["holds"]


@pytest.fixture
def _far(monkeypatch):
    # far from its central value a number may lead to margins that no case would have
    monkeypatch.setattr(acceptance, "CROSSED", 10**9)


class Tried:
    """A random case; its central verdicts with any number set to any value, from the oracles."""

    def __init__(self, seed):
        self.data = random_case(seed)
        self.case = case_of(self.data)
        self.names = named(self.case)
        self.rules = tuple(rule for rule in self.data["consent"] if rule != "default")
        chosen = {name: self.case.chosen(name) for name in PACKAGES}
        self.setting = Setting(self.case, draw(self.case, 256, seed), chosen)
        self.central = central_case(self.case)

    def verdict(self, name, rule, **fixed):
        values = {path: np.array([value]) for path, value in fixed.items()}
        worlds = replace(self.central, copies=1, fixed=values, _columns={}, _values={})
        world = World(self.data, worlds, 0, self.names)
        chosen = self.case.chosen(name)
        each = package.margins(world, chosen)
        accepting = {actor for actor, (margin, _, _) in each.items() if margin >= 0}
        return acceptance.consents(package.consent(world, rule, chosen), accepting), accepting

    def movable(self):
        """Uncertain numbers of positions, red lines apart, with the width of their interval."""
        for path, number in self.names.items():
            ours = path.startswith("positions.") and ".red_lines." not in path
            low, high = map(float, number.distribution.quantile(np.array([0.05, 0.95])))
            if ours and low < high:
                yield path, number, high - low

    def check(self, name, rule, told):
        assert told["holds"] == self.verdict(name, rule)[0]
        turns = told["turns"]
        least = FAR if turns is None else turns["part"]
        for path, number, width in self.movable():
            low, high = number.domain.bounds
            for part in least * np.array([-0.99, -0.4, 0.4, 0.99]):
                value = float(np.clip(number.central + part * width, low, high))
                assert self.verdict(name, rule, **{path: value})[0] == told["holds"]
        if turns is None:
            return
        number = self.names[turns["path"]]
        low, high = map(float, number.distribution.quantile(np.array([0.05, 0.95])))
        step = turns["turned"] - number.central
        assert turns["central"] == number.central
        assert turns["part"] == pytest.approx(abs(step) / (high - low))
        assert turns["inside"] == (low <= turns["turned"] <= high)
        flipped, accepting = self.verdict(name, rule, **{turns["path"]: turns["turned"]})
        assert flipped != told["holds"]
        assert {turns["actor"]} == accepting ^ self.verdict(name, rule)[1]
        nearer = number.central + 0.99 * step
        assert self.verdict(name, rule, **{turns["path"]: nearer})[0] == told["holds"]


@pytest.mark.usefixtures("_far")
@pytest.mark.parametrize("seed", range(6000, 6016))
def test_the_number_told_turns_the_verdict_and_nothing_nearer_does(seed):
    tried = Tried(seed)
    for name in PACKAGES:
        found = turning_points(tried.setting, name, tried.rules)
        for rule in tried.rules:
            tried.check(name, rule, found[rule])
            asked = tried.case.file.consent.rules[rule].actors
            accepting = tried.verdict(name, rule)[1]
            assert found[rule]["refusing"] == [a for a in asked if a not in accepting]


def test_random_cases_turn_both_ways_and_not_at_all():
    ways = set()
    for seed in range(6000, 6020):
        tried = Tried(seed)
        for told in turning_points(tried.setting, "pact", tried.rules).values():
            ways.add((told["holds"], told["turns"] is not None))
    assert ways == {(True, True), (True, False), (False, True), (False, False)}
