"""``accord explore --ladder`` where some rungs allow no package that keeps all constraints."""

import json

import pytest

from accord.cli.app import run
from teaching import altered

WORLDS = ("--worlds", "256", "--consent", "without-south")


def constrained(folder, *constraints):
    text = "".join(f"  - {each}\n" for each in constraints)
    return str(altered(folder, ("positions:\n", f"constraints:\n{text}positions:\n")))


@pytest.fixture
def talking(tmp_path):
    return constrained(tmp_path, "{when: clause == talk, require: patrol == joint}")


@pytest.fixture
def assisted(tmp_path):
    return constrained(tmp_path, "{when: clause == assist, require: patrol == joint}")


def told(capsys, *words):
    code = run(["explore", *words, *WORLDS, "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("clause", ["talk", "assist"])
def test_a_rung_that_allows_no_package_is_told_and_the_ladder_goes_on(capsys, tmp_path, clause):
    case = constrained(tmp_path, f"{{when: clause == {clause}, require: patrol == joint}}")
    pin = ("--pin", f"clause={clause}")
    code, found = told(capsys, case, "--ladder", "patrol", *pin)
    assert code == 0
    none, joint = found["rungs"]
    assert (none["allows"], none["possible"], none["best"]) == ("none", False, [])
    assert (none["bound"], none["gap"], none["reproducible"]) == (0.0, 0.0, True)
    assert none["packages_total"] == 6
    assert (none["worlds"], none["rule"]) == (256, "without-south")
    assert none["pins"] == {"patrol": ["none"], "clause": [clause]}
    assert (joint["allows"], joint["possible"]) == ("joint", True)
    code, alone = told(capsys, case, *pin)
    assert code == 0
    assert joint["best"][0] == alone["best"][0]
    assert joint["best"][0]["package"]["patrol"] == "joint"
    assert joint["bound"] == alone["bound"]
    assert found["least"] == ("joint" if alone["best"][0]["joint"] else None)


def test_of_rungs_with_packages_the_least_is_named(capsys, assisted):
    _, found = told(capsys, assisted, "--ladder", "patrol", "--pin", "clause=assist")
    assert found["least"] == "joint"
    _, found = told(capsys, assisted, "--ladder", "patrol")
    assert [rung["possible"] for rung in found["rungs"]] == [True, True]


def test_people_are_told_which_rungs_are_impossible(capsys, assisted):
    words = [assisted, *WORLDS, "--ladder", "patrol", "--pin", "clause=assist"]
    assert run(["explore", *words]) == 0
    out, err = capsys.readouterr()
    (row,) = [line.split() for line in out.splitlines() if line.startswith("none ")]
    assert row == ["none", "–", "0.0%", "–"]
    assert "no package with patrol at most none keeps all constraints of the case" in err
    assert "patrol, at most joint, does as well as the last rung" in err
    assert run(["explore", *words[:-2]]) == 0
    assert "keeps all constraints" not in capsys.readouterr().err


def test_the_last_impossible_rung_stands_for_those_before_it(capsys, tmp_path):
    case = constrained(tmp_path, "{when: review != yearly, require: fees == dropped}")
    words = ["explore", case, *WORLDS, "--ladder", "fees", "--pin", "review=none"]
    assert run(words) == 0
    err = capsys.readouterr().err
    assert "no package with fees at most shared keeps all constraints" in err
    assert err.count("keeps all constraints") == 1


@pytest.mark.parametrize("of", ["patrol", "NORTH"])
def test_where_no_rung_allows_a_package_it_is_refused(capsys, talking, of):
    pins = ("--pin", "clause=talk", "--pin", "patrol=none")
    assert run(["explore", talking, *WORLDS, "--ladder", of, *pins]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "no package with these levels keeps all constraints of the case" in err
