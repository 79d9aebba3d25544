"""Test 2 at central requirements: random cases against counting every shock and every state."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache
from itertools import product
from math import ceil

import numpy as np
import pytest

import accord
from accord._errors import UsageError
from accord.cli.app import run
from accord.criteria.central_delivery import central_delivery
from accord.worlds.worlds import central_case
from oracles import package, pledge_states
from oracles.generator import case_of, random_case
from oracles.world import World, block, named
from teaching import FLAGSHIP, TEACHING, altered

SEEDS = range(3000, 3040)


class Central(World):
    """The central case when certain shocks fall."""

    def __init__(self, data, case, falls):
        super().__init__(data, central_case(case), 0, named(case))
        self.shocks = falls

    def likely(self):
        """The probability that just these shocks fall."""
        chance = Fraction(1)
        for name, fell in self.shocks.items():
            own = Fraction(self.number(f"shocks.{name}.probability"))
            chance *= own if fell else 1 - own
        return chance

    def chance(self, at):
        owner, name, pledge = self.pledges[at]
        path = f"stages.{pledge['stage']}"
        if "chance" in pledge:
            path = f"pledges.{owner}.{name}.chance"
        chance = self.number(path)
        for shock, fell in self.shocks.items():
            if fell and owner in self.data["shocks"][shock].get("hits", {}):
                chance *= self.number(f"shocks.{shock}.hits.{owner}")
        return Fraction(chance)


def situation(world, chosen):
    """One way the shocks fall, in the words of ``oracles.pledge_states``."""
    names, phases = list(block(world.data, "capabilities")), list(world.data["phases"])
    steps = {
        name: package.grid_step(world, group)
        for group in package.groups(world) for name in group
    }  # fmt: skip
    accepting = {a for a, (m, _, _) in package.margins(world, chosen).items() if m >= 0}
    serves = [pledge["serves"] for _, _, pledge in world.pledges]
    needs = package.required(world, chosen)
    return pledge_states.Situation(
        world.likely(),
        tuple(world.chance(m) for m in range(len(serves))),
        tuple(package.waiting(world, chosen, accepting)),
        tuple(
            tuple(ceil(package.usable(world, m, t, chosen) / steps[own[0]] - 1e-3) for t in phases)
            for m, own in enumerate(serves)
        ),
        tuple(frozenset(names.index(k) for k in own) for own in serves),
        tuple(tuple(round(needs.get((k, t), 0.0) / steps[k]) for t in phases) for k in names),
    )


class Counted:
    """A random case and one of its packages, and the answers of both sides."""

    def __init__(self, seed, chosen_package="pact"):
        self.data = random_case(seed)
        self.case = case_of(self.data)
        self.chosen = self.case.chosen(chosen_package)
        shocks = list(block(self.data, "shocks"))
        ways = product((False, True), repeat=len(shocks))
        worlds = [
            Central(self.data, self.case, dict(zip(shocks, way, strict=True))) for way in ways
        ]
        self.names = list(block(self.data, "pledges"))
        listed = worlds[0].pledges
        pledges = pledge_states.Pledges(
            len(self.names),
            tuple(self.names.index(owner) for owner, _, _ in listed),
            tuple(bool(pledge.get("independent")) for _, _, pledge in listed),
        )
        self.situations = [situation(world, self.chosen) for world in worlds]
        self.told = [
            pledge_states.solve(pledges, self.situations, greatest=greatest)
            for greatest in (False, True)
        ]
        self.found = central_delivery(self.case, self.chosen)

    def named(self, sets):
        """Sets of the oracle's contributors, in the numbers of those that can matter."""
        index = {self.names.index(n): i for i, n in enumerate(self.found.contributors)}
        return [tuple(sorted(index[c] for c in members)) for members in sets]


@cache
def counted(seed):
    return Counted(seed)


def close(mine, theirs):
    return np.allclose(np.array(mine), np.array(theirs, dtype=float), rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_chances_are_those_of_counting_shocks_and_states(seed):
    one = counted(seed)
    outlook = one.found.outlook
    for chances, told in zip((outlook.waits, outlook.goes), one.told, strict=True):
        assert chances.exact
        assert chances.p_deliver == pytest.approx(float(told["p_deliver"]), abs=1e-12)
        matter = [one.names.index(name) for name in one.found.contributors]
        for name, nothing in (("shapley", 0), ("birnbaum", 0), ("without", told["p_deliver"])):
            assert close(getattr(chances, name), [told[name][c] for c in matter]), name
            others = [told[name][c] for c in range(len(one.names)) if c not in matter]
            assert all(value == nothing for value in others), name
        assert sorted(chances.minimal.sets) == sorted(one.named(told["viable"]))
        assert sorted(chances.minimal.cuts) == sorted(one.named(told["cuts"]))
        assert [(c,) for c in chances.single_points] == one.named([(c,) for c in told["single"]])


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_covered_is_counted_capability_by_capability(seed):
    one = counted(seed)
    assert one.found.requirement.tolist() == [list(row) for row in one.situations[0].needs]
    outlook = one.found.outlook
    for chances, told in zip((outlook.waits, outlook.goes), one.told, strict=True):
        alone = chances.alone
        assert close(alone.covered, told["covered"])
        assert close(alone.covered_throughout, told["throughout"])
        for mine, name in ((alone.shortfall, "shortfall"), (alone.worst_shortfall, "worst")):
            # in steps of a millionth of the largest requirement
            assert np.allclose(mine, np.array(told[name], dtype=float), rtol=1e-12, atol=1e-6)


def test_the_cases_show_what_they_should():
    cases = [counted(seed) for seed in SEEDS]
    chances = [(one.told[0]["p_deliver"], one.told[1]["p_deliver"]) for one in cases]
    assert sum(0 < goes < 1 for _, goes in chances) >= 12
    assert sum(waits < goes for waits, goes in chances) >= 2
    assert sum(len(one.situations) > 1 for one in cases) >= 15
    assert sum(len(one.found.contributors) < len(one.names) for one in cases) >= 8
    records = [r for one in cases for r in one.found.pledges.records]
    assert sum(r.independent for r in records) >= 10


@pytest.mark.parametrize("condition", ["SOUTH accepts", "not shocks.new_government"])
def test_a_shock_bears_on_delivery_through_acceptance_as_well(condition, tmp_path):
    # with a new government, one time in four, the south would rather have no agreement
    case = altered(tmp_path, ('if: "GUARD joins"', f'if: "{condition}"'))
    assert accord.solve_coalition(case)["p_deliver"] == {"waits": 0.75, "goes": 0.75}


def test_the_report_of_a_case_is_the_same_in_the_units_of_the_case():
    report = accord.solve_coalition(TEACHING)
    case = accord.load(TEACHING)
    name = next(iter(case.file.packages))
    found = central_delivery(case, case.chosen(name))
    assert report["package"] == name
    assert report["players"] == list(found.pledges.contributors)
    for key, chances in (("waits", found.outlook.waits), ("goes", found.outlook.goes)):
        assert report["p_deliver"][key] == chances.p_deliver
        shares = dict(zip(found.contributors, chances.shapley.tolist(), strict=True))
        assert report["shapley"][key] == {n: shares.get(n, 0.0) for n in report["players"]}
        for k, capability in enumerate(found.pledges.capabilities):
            told = report["coverage"][key][capability]
            assert list(told["phases"]) == list(found.pledges.phases)
            step = found.pledges.grid[k] / 1e6
            assert told["expected_shortfall"] == chances.alone.worst_shortfall[k] * step
            for t, phase in enumerate(found.pledges.phases):
                assert told["phases"][phase] == {
                    "covered": chances.alone.covered[k, t],
                    "expected_shortfall": chances.alone.shortfall[k, t] * step,
                }
    gap = report["p_deliver"]["goes"] - report["p_deliver"]["waits"]
    assert report["coordination_gap"] == gap


def test_every_package_of_the_teaching_case_can_be_asked_for(capsys):
    for name in accord.load(TEACHING).file.packages:
        report = accord.solve_coalition(TEACHING, name)
        assert report["package"] == name
        assert report["exact"]
        assert run(["solve", "coalition", str(TEACHING), "--package", name, "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(report))


def test_people_read_the_package_and_what_each_capability_lacks(capsys):
    assert run(["solve", "coalition", str(TEACHING)]) == 0
    out = capsys.readouterr().out
    report = accord.solve_coalition(TEACHING)
    for word in (report["package"], "coordination gap", "(exact)"):
        assert word in out
    assert all(capability in out for capability in report["coverage"]["goes"])


def test_an_unknown_package_is_refused_with_those_there_are(capsys):
    with pytest.raises(UsageError, match="no package 'atlantis' in the case") as caught:
        accord.solve_coalition(TEACHING, "atlantis")
    for name in accord.load(TEACHING).file.packages:
        assert name in str(caught.value)
    code = run(["solve", "coalition", str(TEACHING), "--package", "atlantis", "--json"])
    assert code == 2
    (error,) = json.loads(capsys.readouterr().out)["errors"]
    assert "atlantis" in error["found"] + error["wanted"] + error["hint"]


def test_a_case_without_capabilities_and_pledges_is_refused(tmp_path, capsys):
    case = tmp_path / "case"
    case.mkdir()
    document = {
        "accord": 1, "title": "Two clauses", "as_of": "2025-01-01",
        "actors": {"NORTH": {"name": "North"}},
        "provisions": {"clause": {"title": "A clause", "levels": {
            "talk": {"title": "Talk"}, "assist": {"title": "Assist"}}}},
        "packages": {"pact": {"title": "A pact", "choose": {"clause": "assist"}}},
    }  # fmt: skip
    # JSON is YAML as well
    (case / "case.yaml").write_text(json.dumps(document, indent=1), encoding="utf-8")
    with pytest.raises(UsageError, match="wanted a case with both"):
        accord.solve_coalition(case)
    assert run(["solve", "coalition", str(case), "--json"]) == 2
    (error,) = json.loads(capsys.readouterr().out)["errors"]
    assert "pledges" in error["found"] + error["wanted"] + error["hint"]


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (["--package", "one"], {"package": "one"}),
        (["--as-of", "2026-01-01"], {"as_of": "latest"}),
        (["--assume", "coordination=1"], {"assume": ["coordination=1"]}),
    ],
)
def test_options_of_cases_are_refused_beside_a_capability_file(words, options, tmp_path, capsys):
    path = tmp_path / "coalition.json"
    document = {
        "players": ["US"], "offers": {"US": [3]}, "capabilities": ["lift"], "requirements": [2],
        "availability": {"US": 0.5},
    }  # fmt: skip
    path.write_text(json.dumps(document), encoding="utf-8")
    assert accord.solve_coalition(path)["p_deliver"] == {"waits": 0.5, "goes": 0.5}
    with pytest.raises(UsageError, match="a capability file holds one coalition"):
        accord.solve_coalition(path, **options)
    assert run(["solve", "coalition", str(path), *words, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["errors"]


def test_the_flagship_case_is_summed_exactly():
    report = accord.solve_coalition(FLAGSHIP)
    assert report["package"] == next(iter(accord.load(FLAGSHIP).file.packages))
    assert report["exact"]
    assert len(report["players"]) >= 25
    for key in ("waits", "goes"):
        total = sum(report["shapley"][key].values())
        assert total == pytest.approx(report["p_deliver"][key], abs=1e-9)
        for name in report["players"]:
            assert report["without"][name][key] <= report["p_deliver"][key] + 1e-12
