"""``accord solve deterrence``: the report against an independent tree, cases, and the command."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

import accord
from accord._errors import CaseErrors, UsageError
from accord.case.load import load
from accord.cli.app import run
from accord.criteria.credible import games
from accord.criteria.pledging import coin
from accord.criteria.setting import Setting
from accord.formats.efg import read_efg
from accord.theory.deterrence import solve
from accord.worlds.worlds import draw
from oracles import deterrence as oracle
from oracles.war import defeat_chance
from teaching import FLAGSHIP, TEACHING

ORDERS = ([], ["A"], ["B", "A"], ["A", "C", "B"], [["A", "B"]], ["C", ["A", "B"]])
NUMBERS = (
    "stake",
    "cost",
    "shared_cost",
    "punishes",
    "precision",
    "reneging",
    "automatic",
    "alone",
)
KEYS = {"p_attack", "modes", "interval", "p_resist", "honour", "p_defeated", "unique", "without"}


def random_block(seed, order):
    draws = random.Random(seed)

    def between(low, high):
        return draws.uniform(low, high)

    names = [name for tier in order for name in tier]
    ranges = {
        "stake": (0.1, 1.5), "cost": (0.1, 0.8), "shared_cost": (0, 0.8), "punishes": (0, 0.3),
        "precision": (2, 12), "reneging": (0, 0.4), "automatic": (0, 0.5), "alone": (0, 0.5),
        "forward": (0, 8), "reinforcement": (0, 6), "delay": (0, 40), "forces": (0, 9),
    }  # fmt: skip
    guarantors = {name: {what: between(*r) for what, r in ranges.items()} for name in names}
    for i, name in enumerate(names):
        guarantors[name]["tripwire"] = {"at_most": between(0, 0.1), "half_at": between(1, 5)}
        guarantors[name]["leans_on"] = {other: between(0.3, 1) for other in names[i + 1 :]}
    return {
        "challenger": {
            "stake": between(0.5, 2), "cost_of_war": between(0.05, 0.8),
            "strength": between(4, 18), "precision": between(2, 12),
            "without_attack": between(-0.2, 0.4), "snapback": between(0, 0.4),
        },
        "protege": {
            "stake": 1, "cost_of_war": between(0.1, 0.5), "strength": between(1, 12),
            "precision": between(2, 12),
        },
        "contest": {
            "steepness": between(0.5, 3), "defence_advantage": between(1, 2),
            "fait_accompli": between(5, 40),
        },
        "guarantors": {"order": order, "backstop": names[-1] if names else None} | guarantors,
        "beliefs": {
            name: {"stake": {"times": between(0.5, 1.5)}, "cost": {"shift": between(-0.1, 0.1)}}
            for name in names[:2]
        },
        "modes": {
            "full": {},
            "probe": {"stake": {"times": 0.3}, "cost_of_war": {"times": 0.2},
                      "automatic": {"times": 0.3}, "guarantor_stake": {"times": 0.5}},
        },
    }  # fmt: skip


def as_tree(block):
    """The block in the words of the oracle, by the formulas of the file's contract."""
    raw = {k: v for k, v in block["guarantors"].items() if k not in {"order", "backstop"}}
    true = {}
    for name, one in raw.items():
        own = {what: one[what] for what in NUMBERS}
        late = np.exp(-one["delay"] / block["contest"]["fait_accompli"])
        own["strength"] = one["forward"] + one["reinforcement"] * late
        wire = one["tripwire"]
        own["tripwire"] = wire["at_most"] * (1 - 0.5 ** (one["forces"] / wire["half_at"]))
        true[name] = own | {"leans_on": one["leans_on"]}
    seen = {name: dict(own) for name, own in true.items()}
    for name, moved in block["beliefs"].items():
        seen[name]["stake"] *= moved["stake"]["times"]
        seen[name]["cost"] += moved["cost"]["shift"]
    order = block["guarantors"]["order"]
    return {
        "challenger": block["challenger"], "protege": block["protege"], "contest": block["contest"],
        "tiers": [tier if isinstance(tier, list) else [tier] for tier in order],
        "backstop": block["guarantors"]["backstop"], "guarantors": true, "beliefs": seen,
        "modes": {
            name: {what: each["times"] for what, each in mode.items()}
            for name, mode in block["modes"].items()
        },
        "coin": "waits",
    }  # fmt: skip


@pytest.fixture
def written(tmp_path):
    def write(content, name="game.json"):
        path = tmp_path / name
        path.write_text(json.dumps(content))
        return path

    return write


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_the_report_is_that_of_an_independent_tree(written, order, monkeypatch):
    monkeypatch.setattr(oracle, "SCAN", 60)
    for seed in range(4):
        block = random_block(seed, order)
        report = accord.solve_deterrence(written(block))
        assert set(report) == KEYS
        tree = as_tree(block)
        theirs = oracle.solve(tree)
        if not theirs["unique"]:
            assert not report["unique"]
            continue
        assert report["p_attack"] == pytest.approx(theirs["attack"], abs=1e-9)
        assert report["interval"] == [report["p_attack"]] * 2 or not report["unique"]
        assert sum(report["modes"].values()) == pytest.approx(1, abs=1e-12)
        for mode, chance in theirs["modes"].items():
            assert report["modes"][mode] == pytest.approx(chance * theirs["attack"], abs=1e-9)
        first = theirs["trees"]["true"]["full"]
        assert report["p_resist"] == pytest.approx(first["resist"], abs=1e-9)
        sets = oracle.joining_chances(first["war"])
        for name, honour in report["honour"].items():
            fights = sum(chance for joined, chance in sets.items() if name in joined)
            assert honour == pytest.approx(fights, abs=1e-9)
        defeated = sum(
            chance * defeat_chance(tree, tree["guarantors"], joined)
            for joined, chance in sets.items()
        )
        assert report["p_defeated"] == pytest.approx(defeated, abs=1e-9)
        for name, chance in report["without"].items():
            tree["beliefs"][name]["absent"] = True
            assert chance == pytest.approx(oracle.solve(tree)["attack"], abs=1e-9)
            del tree["beliefs"][name]["absent"]


def coordination():
    """Two who each go if the other does."""
    own = {
        "stake": 1.5, "cost": 0.6, "precision": 30, "forward": 6, "leans_on": {},
    }  # fmt: skip
    return {
        "challenger": {"stake": 1, "cost_of_war": 0.3, "strength": 12, "precision": 5},
        "protege": {"stake": 1, "cost_of_war": 0.1, "strength": 2, "precision": 6},
        "contest": {"steepness": 6, "defence_advantage": 1},
        "guarantors": {"order": [["A", "B"]], "A": dict(own), "B": dict(own)},
    }


def test_several_solutions_give_an_interval(written):
    report = accord.solve_deterrence(written(coordination()))
    low, high = report["interval"]
    assert not report["unique"]
    assert low < high - 0.05
    # nobody joining is the least solution, which the challenger likes best
    assert report["p_attack"] == pytest.approx(high)


def test_a_world_of_a_case_is_that_of_a_run():
    report = accord.solve_deterrence(FLAGSHIP, "briefing-plan", world=300, seed=4)
    case = load(FLAGSHIP)
    setting = Setting(case, draw(case, 512, 4), {"briefing-plan": case.chosen("briefing-plan")})
    solved = solve(*games(setting, "briefing-plan"), coin(setting))
    assert report["p_attack"] == pytest.approx(solved.p_attack[300], abs=1e-12)
    assert list(report["honour"].values()) == pytest.approx(solved.honour[:, 300], abs=1e-12)
    assert set(report) == KEYS


def test_a_case_to_a_tree(tmp_path, capsys):
    target = tmp_path / "world.efg"
    words = ["solve", "deterrence", str(TEACHING / "case.yaml"), "--world", "3", "--json"]
    assert run([*words, "--efg", str(target)]) == 0
    report = json.loads(capsys.readouterr().out)
    tree = read_efg(target)
    assert len(tree.players) == 2 + len(report["honour"])
    assert [path.name for path in tmp_path.iterdir()] == ["world.efg"]


def test_a_tree_comes_back_as_its_game(written, tmp_path):
    target = tmp_path / "game.efg"
    block = random_block(2, ["A", ["B", "C"]])
    believed = accord.solve_deterrence(written(block), efg=target)
    back = accord.solve_deterrence(target)
    for key in ("p_attack", "modes", "interval", "without"):
        assert back[key] == believed[key]
    del block["beliefs"]
    target.unlink()
    true = accord.solve_deterrence(written(block), efg=target)
    assert accord.solve_deterrence(target) == true
    with pytest.raises(UsageError, match="wanted them with a case"):
        accord.solve_deterrence(target, "pact")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (" Game: ", " ", "without its numbers"),
        ('\\"stake\\": 1.0', '\\"stake\\": 1.1', "not that of its comment"),
        ('\\"tiers\\"', '\\"tears\\"', "make no game"),
        ('\\"steepness\\": ', '\\"steepness\\": -', "make no game"),
        ("at lambda = ", "at lambda = 1", "another title"),
    ],
)
def test_a_tree_that_was_changed_is_not_answered(written, tmp_path, old, new, says):
    target = tmp_path / "game.efg"
    accord.solve_deterrence(written(random_block(2, ["A", "B"])), efg=target)
    text = target.read_text()
    assert old in text
    target.write_text(text.replace(old, new, 1))
    with pytest.raises(CaseErrors, match=says):
        accord.solve_deterrence(target)


def test_the_command(written, tmp_path, capsys):
    path = written(random_block(1, ["A", ["B", "C"]]))
    assert run(["solve", "deterrence", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == accord.solve_deterrence(path)
    assert run(["solve", "deterrence", str(path)]) == 0
    out = capsys.readouterr().out
    assert "chance of an attack" in out
    assert "Guarantors" in out
    assert run(["solve", "deterrence", str(written(random_block(1, [])))]) == 0


def test_mistakes_leave_with_two_and_write_nothing(written, tmp_path, capsys):
    block = random_block(1, ["A"])
    block["challenger"]["strength"] = 0
    block["guarantors"]["A"]["cots"] = 1
    path, target = written(block), tmp_path / "game.efg"
    assert run(["solve", "deterrence", str(path), "--json", "--efg", str(target)]) == 2
    errors = json.loads(capsys.readouterr().out)["errors"]
    assert [error["path"] for error in errors] == ["challenger.strength", "guarantors.A.cots"]
    assert errors[1]["hint"] == "did you mean cost?"
    assert not target.exists()


def test_options_that_do_not_fit(written, tmp_path):
    path = written(random_block(1, ["A"]))
    with pytest.raises(UsageError, match="wanted them with a case"):
        accord.solve_deterrence(path, "pact")
    with pytest.raises(UsageError, match="no package 'pakt'"):
        accord.solve_deterrence(TEACHING, "pakt")
    with pytest.raises(UsageError, match="--world"):
        accord.solve_deterrence(TEACHING, world=-1)
    with pytest.raises(UsageError, match="--seed"):
        accord.solve_deterrence(TEACHING, seed=-1)
    with pytest.raises(UsageError, match="cannot be written"):
        accord.solve_deterrence(path, efg=path / "game.efg")
    with pytest.raises(CaseErrors, match="Gambit"):
        accord.solve_deterrence(written({}, "tree.efg"))
    with pytest.raises(CaseErrors):
        accord.solve_deterrence(tmp_path / "missing.yaml")
