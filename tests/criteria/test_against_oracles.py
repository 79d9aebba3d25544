"""The four tests against slow implementations written from the page, case by case, world by world.

Random small cases use the whole format; the oracles read the plain data of the case and share
with accord only the drawn inputs.
"""

from __future__ import annotations

from math import inf, log

import numpy as np
import pytest

from accord.criteria import acceptable, credible, deliverable, durable
from accord.criteria.credible import solution
from accord.criteria.kept import kept
from accord.criteria.setting import Setting
from accord.worlds.worlds import draw
from oracles import acceptance, deterrence, fighting, keeping, package
from oracles.generator import case_of, random_case
from oracles.world import World, named

BLOCK = 256
PACKAGES = ("pact", "other")
LINES = ("stated", "stated", "hard", "none")


class Pair:
    """A random case: its worlds as accord assesses them, and one at a time for the oracles."""

    def __init__(self, seed, count):
        self.data = random_case(seed)
        case = case_of(self.data)
        self.names = named(case)
        self.worlds = draw(case, BLOCK, seed, LINES[seed % 4])
        chosen = {name: case.chosen(name) for name in PACKAGES}
        self.setting = Setting(case, self.worlds, chosen, brief=frozenset(PACKAGES))
        picked = np.random.default_rng(seed).choice(BLOCK, count, replace=False)
        self.at = [int(w) for w in picked]

    def triples(self):
        """(package column, its levels, number of the world, the oracle's world)."""
        for column, name in enumerate(PACKAGES):
            for w in self.at:
                world = World(self.data, self.worlds, w, self.names)
                yield column, world.chosen(name), w, world


def accepting(each):
    return {actor for actor, (margin, _, _) in each.items() if margin >= 0}


@pytest.mark.parametrize("seed", range(40))
def test_acceptance_agrees_with_recursion_over_the_consent_tree(seed):
    pair = Pair(seed, 6)
    found = acceptable.assess(pair.setting)
    for column, chosen, w, world in pair.triples():
        each = package.margins(world, chosen)
        for row, rule in enumerate(found.rules):
            tree = package.consent(world, rule, chosen)
            margin = acceptance.rule_margin(tree, {a: m for a, (m, _, _) in each.items()})
            mine = found.margins[row, column, w]
            assert (mine >= 0) == acceptance.consents(tree, accepting(each))
            if abs(margin) < inf:
                assert mine * 256 == margin
                check_reason(found.names[found.reasons[row, column, w]], tree, each, margin)


def check_reason(reason, tree, each, margin):
    """The reason is an actor that was asked and whose margin it is, or its first crossed line."""
    kind, _, name = reason.partition(":")
    actor, _, line = name.partition(".")
    assert actor in acceptance.asked(tree)
    assert each[actor][0] == margin
    crossed = each[actor][2]
    assert (kind, line) == (("line", crossed[0]) if crossed else ("actor", ""))


@pytest.mark.parametrize("seed", range(100, 140))
def test_delivery_agrees_with_all_fixed_points_and_all_cuts(seed):
    pair = Pair(seed, 6)
    found = deliverable.assess(pair.setting)
    for column, chosen, w, world in pair.triples():
        members = package.going(world, chosen, accepting(package.margins(world, chosen)))
        ratio, cuts = package.delivery(world, chosen, members)
        mine = found.margins[0, column, w]
        assert (mine >= 0) == (ratio >= 1)
        expected = 10 if ratio == inf else -10 if ratio == 0 else log(ratio)
        assert mine == pytest.approx(max(-10, min(10, expected)), abs=1e-9)
        reason = found.names[found.reasons[0, column, w]]
        named = {f"cut:{phase}:{'+'.join(wanted)}" for phase, wanted in cuts}
        assert reason in (named or {"nothing-required"})


def signed_game(world, chosen):
    members = package.going(world, chosen, accepting(package.margins(world, chosen)))
    return fighting.game(world, chosen, fighting.fielded(world, chosen, members))


@pytest.fixture
def _coarse_scan(monkeypatch):
    monkeypatch.setattr(deterrence, "SCAN", 60)


@pytest.mark.usefixtures("_coarse_scan")
@pytest.mark.parametrize("seed", range(200, 240))
def test_credibility_agrees_with_recursion_over_the_game_tree(seed):
    pair = Pair(seed, 3)
    found = credible.assess(pair.setting)
    for column, chosen, w, world in pair.triples():
        game = signed_game(world, chosen)
        solved = deterrence.solve(game)
        equilibrium = solution(pair.setting, PACKAGES[column])
        assert equilibrium.p_attack[w] == pytest.approx(solved["attack"], abs=1e-9)
        assert equilibrium.attack_value[w] == pytest.approx(solved["attack_value"], abs=1e-9)
        margin, kind, name = deterrence.credible(game, fighting.temptation(world, 0))
        mine = found.margins[0, column, w]
        assert mine == pytest.approx(margin, abs=1e-9)
        assert (mine >= 0) == (margin >= 0)
        reason = found.names[found.reasons[0, column, w]]
        prefix = {"strongest pillar": "pillar", "weakest link": "weakest"}.get(kind)
        assert reason == (f"{prefix}:{name}" if prefix else kind.replace(" ", "-").replace("'", ""))


@pytest.mark.usefixtures("_coarse_scan")
@pytest.mark.parametrize("seed", range(300, 340))
def test_durability_agrees_with_legal_sequences_and_a_loop_over_the_years(seed):
    pair = Pair(seed, 3)
    found = durable.assess(pair.setting)
    for column, chosen, w, world in pair.triples():
        each = package.margins(world, chosen)
        members = package.going(world, chosen, accepting(each))
        game = fighting.game(world, chosen, fighting.fielded(world, chosen, members))
        solved = deterrence.solve(game)
        value = 100 * (solved["attack_value"] - game["challenger"]["without_attack"])
        stable, escaping = keeping.kept(world, chosen, value)
        assert bool(kept(pair.setting, PACKAGES[column]).stable[w]) == stable
        slacks = {actor: slack for actor, (_, slack, _) in each.items()}
        for row, rule in enumerate(found.rules):
            tree = package.consent(world, rule, chosen)
            story = keeping.lived(world, chosen, members, slacks, tree)
            expected = -1.0 if not stable else min(story["margin"], 1.0)
            mine = found.margins[row, column, w]
            assert min(mine, 1.0) == pytest.approx(expected, abs=1e-9)
            assert (mine >= 0) == (stable and story["survives"])
            reason = found.names[found.reasons[row, column, w]]
            assert reason.partition(":")[0] == ending(stable, story)
            if not stable:
                assert reason == f"escape:{escaping}"
            if reason.startswith("leaves") and story["leaving"]:  # else it lacks votes anyway
                assert reason.partition(":")[2] in story["leaving"]


def ending(stable, story):
    if not stable:
        return "escape"
    if story["survives"]:
        return "kept"
    if story["cause"] == "leaving":
        return "leaves"
    return "reversal" if story["reversal"] else "attack"


def test_random_cases_reach_every_kind_of_ending():
    found = set()
    for seed in range(300, 330):
        pair = Pair(seed, 1)
        for test in (acceptable, deliverable, credible, durable):
            result = test.assess(pair.setting)
            found |= {result.names[i].partition(":")[0] for i in np.unique(result.reasons)}
    assert found >= {"actor", "line", "cut", "nothing-required", "pillar", "weakest"}
    assert found >= {"protege-alone", "challengers-stake", "no-single-guarantor"}
    assert found >= {"escape", "kept", "attack", "leaves", "reversal"}
