"""Deterrence files: what is read, every mistake with its place, and a schema that agrees."""

from __future__ import annotations

import copy
import json
import math

import jsonschema
import pytest

import accord
from accord._errors import CaseErrors, ModelError
from accord.formats.deterrence_file import read_deterrence_file
from accord.formats.deterrence_file_fields import MOST_GUARANTORS
from accord.formats.deterrence_file_schema import deterrence_schema
from accord.theory.game import Challenger, Contest, Game, Guarantor, Protege, check_game

TEXT = """\
challenger: {stake: 1.0, cost_of_war: 0.3, strength: 12, precision: 5}
protege: {stake: 1, cost_of_war: 0.3, precision: 6, strength: 9}
contest: {steepness: 1.2, defence_advantage: 1.3, fait_accompli: 20 days}
guarantors:
  order: [USA, [GBR, FRA]]
  backstop: USA
  USA: {stake: 0.2, cost: 0.3, precision: 6, automatic: 0.4, forward: 2.01,
        reinforcement: 5, delay: 2 weeks}
  FRA: {stake: 0.4, cost: 0.3, precision: 4, tripwire: {at_most: 0.05, half_at: 5000},
        forces: 3000, leans_on: {USA: 0.6}, forward: 1.5}
  GBR: {like: FRA, precision: 5.5}
beliefs: {USA: {stake: {shift: -0.3}, automatic: {times: 2, shift: 0.3}, strength: {times: 0.5}}}
modes: {full: {}, probe: {stake: {times: 0.3}, automatic: {times: 0.3}}}
"""
SCHEMA = jsonschema.Draft202012Validator(deterrence_schema())


@pytest.fixture
def read(tmp_path):
    def reading(text, name="game.yaml"):
        path = tmp_path / name
        path.write_text(text if isinstance(text, str) else json.dumps(text))
        return read_deterrence_file(path)

    return reading


@pytest.fixture
def mistakes(read):
    def told(text, name="game.yaml"):
        with pytest.raises(CaseErrors) as caught:
            read(text, name)
        return caught.value.errors

    return told


def block():
    """The smallest file that uses everything a mistake below breaks, as plain data."""
    guarantor = {"stake": 0.2, "cost": 0.3, "precision": 6}
    return {
        "challenger": {"stake": 1, "cost_of_war": 0.3, "strength": 12, "precision": 5},
        "protege": {"stake": 1, "cost_of_war": 0.3, "strength": 9, "precision": 6},
        "contest": {"steepness": 1, "defence_advantage": 1.2},
        "guarantors": {
            "order": ["USA", ["GBR", "FRA"]],
            "backstop": "USA",
            "USA": dict(guarantor),
            "GBR": guarantor | {"leans_on": {"USA": 0.5}},
            "FRA": guarantor | {"tripwire": {"at_most": 0.1, "half_at": 2}},
        },
        "beliefs": {"USA": {"stake": {"times": 0.5}}},
        "modes": {"full": {}, "probe": {"stake": {"times": 0.3}}},
    }


def changed(path, value):
    """The block with one value set; ``...`` removes it."""
    data = copy.deepcopy(block())
    node = data
    for key in path[:-1]:
        node = node[key]
    if value is ...:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return data


def test_what_is_read(read):
    file = read(TEXT)
    assert file.names == ("USA", "GBR", "FRA")
    assert file.true.tiers == ((0,), (1, 2))
    assert file.true.backstop == 0
    usa, gbr, fra = file.true.guarantors
    # as written, not rounded to 1/8
    assert usa.strength == pytest.approx(2.01 + 5 * math.exp(-14 / 20), rel=1e-15)
    assert (gbr.precision, fra.precision) == (5.5, 4.0)
    assert gbr.tripwire == pytest.approx(0.05 * (1 - 0.5 ** (3000 / 5000)), rel=1e-14)
    assert dict(gbr.leans_on) == {0: 0.6}
    assert (usa.alone, usa.reneging, usa.punishes, usa.shared_cost) == (0, 0, 0, 0)
    assert (file.true.challenger.without_attack, file.true.challenger.snapback) == (0, 0)


def test_beliefs_multiply_then_add_and_stay_in_range(read):
    file = read(TEXT)
    true, seen = file.true.guarantors[0], file.seen.guarantors[0]
    assert seen.stake == 0.0
    assert seen.automatic == 1.0
    assert seen.strength == pytest.approx(true.strength / 2)
    assert file.seen.guarantors[1:] != ()
    assert file.seen.challenger is file.true.challenger


def test_what_is_absent(read):
    data = block()
    del data["beliefs"], data["modes"], data["guarantors"]["backstop"]
    file = read(data, "game.json")
    assert file.seen is file.true
    assert [mode.name for mode in file.true.modes] == ["full"]
    assert file.true.backstop is None


def test_nobody_guarantees(read):
    data = block() | {"guarantors": {"order": []}, "beliefs": {}}
    file = read(data, "game.json")
    assert file.names == ()
    assert file.true.guarantors == ()


def test_under_its_key_and_with_what_a_case_says_to_readers(read):
    data = block()
    data["challenger"]["actor"] = "RUS"
    data |= {"timeline": {"counts": "initial"}, "persistence": 0.5, "judgement": "a guess"}
    plain, nested = read(data, "a.json"), read({"deterrence": data}, "b.json")
    assert plain.true.challenger.stake == nested.true.challenger.stake == 1.0
    assert SCHEMA.is_valid(data)
    assert SCHEMA.is_valid({"deterrence": data})
    assert SCHEMA.is_valid(block())


@pytest.mark.parametrize(
    ("tripwire", "forces", "cost"),
    [
        (0.2, ..., 0.2),  # a bare price is paid
        (0.2, 7, 0.2),
        (0.2, 0, 0.0),
        ({"at_most": 0.2}, ..., 0.0),
        ({"at_most": 0.2}, 3, 0.2),
        ({"at_most": 0.2, "half_at": 3}, 3, 0.1),
        ({"at_most": 0.2, "half_at": 3}, ..., 0.0),
    ],
)
def test_tripwires(read, tripwire, forces, cost):
    data = changed(("guarantors", "USA", "tripwire"), tripwire)
    if forces is not ...:
        data["guarantors"]["USA"]["forces"] = forces
    assert read(data, "game.json").true.guarantors[0].tripwire == pytest.approx(cost)


BAD = [
    # where, what is put there, where the error is told, what it says; whether a schema can know
    (("challenger", "strength"), 0, "challenger.strength", "above 0", True),
    (("contest", "defence_advantage"), 0, "contest.defence_advantage", "above 0", True),
    (("challenger", "precision"), -1, "challenger.precision", "from 0", True),
    (("guarantors", "USA", "precision"), -0.1, "guarantors.USA.precision", "from 0", True),
    (("guarantors", "GBR", "leans_on"), {"UAS": 0.5}, "guarantors.GBR.leans_on.UAS",
     "did you mean USA?", False),
    (("guarantors", "GBR", "leans_on"), {"GBR": 0.5}, "guarantors.GBR.leans_on.GBR", "itself",
     False),
    (("guarantors", "GBR", "leans_on"), {"USA": 1.5}, "guarantors.GBR.leans_on.USA", "0 to 1",
     True),
    (("guarantors", "GBR", "leans_on"), 0.5, "guarantors.GBR.leans_on", "a block", True),
    (("guarantors", "USA", "leans_on"), {"GBR": 0.5}, "guarantors.USA.leans_on.GBR",
     "USA → GBR → USA", False),
    (("guarantors", "backstop"), "UAS", "guarantors.backstop", "did you mean USA?", False),
    (("guarantors", "order"), ["USA", "GBR"], "guarantors.FRA", "not in the order", False),
    (("guarantors", "order"), ["USA", "GBR", "FRA", "DEU"], "guarantors.order.3", "no block",
     False),
    (("guarantors", "order"), ["USA", ["GBR", "FRA", "USA"]], "guarantors.order.1.2",
     "second time", False),
    (("guarantors", "order"), ["USA", ["GBR", "FRA"], []], "guarantors.order.2", "empty", True),
    (("guarantors", "order"), "USA", "guarantors.order", "a list", True),
    (("guarantors", "order"), ..., "guarantors.order", "no order", True),
    (("guarantors", "order"), ["USA", "GBR", "FRA", 3], "guarantors.order.3", "name", True),
    (("guarantors", "FRA"), ..., "guarantors.order.1.1", "FRA", False),
    (("guarantors", "backstopp"), "USA", "guarantors.backstopp", "did you mean backstop?", True),
    (("guarantors", "USA", "automatic"), 1.01, "guarantors.USA.automatic", "0 to 1", True),
    (("guarantors", "USA", "shared_cost"), -0.1, "guarantors.USA.shared_cost", "0 to 1", True),
    (("guarantors", "USA", "stake"), "much", "guarantors.USA.stake", "'much'", True),
    (("guarantors", "USA", "stake"), "0.2", "guarantors.USA.stake", "'0.2'", True),
    (("guarantors", "USA", "stake"), True, "guarantors.USA.stake", "True", True),
    (("guarantors", "USA", "stake"), None, "guarantors.USA.stake", "nothing", True),
    (("guarantors", "USA", "stake"), [0.1, 0.2, 0.3], "guarantors.USA.stake", "cases", True),
    (("guarantors", "USA", "stake"), ..., "guarantors.USA.stake", "no stake", True),
    (("guarantors", "USA", "strength"), 1, "guarantors.USA.strength", "did you mean forward?",
     True),
    (("guarantors", "USA", "stakes"), 1, "guarantors.USA.stakes", "did you mean stake?", True),
    (("guarantors", "USA", "delay"), "soon", "guarantors.USA.delay", "days", True),
    (("guarantors", "USA", "reinforcement"), 2, "contest.fait_accompli", "reinforcements", False),
    (("guarantors", "FRA", "tripwire", "half_at"), 0, "guarantors.FRA.tripwire.half_at",
     "above 0", True),
    (("contest", "fait_accompli"), 0, "contest.fait_accompli", "more than 0", True),
    (("contest", "steepness"), 1e12, "contest.steepness", "1e+12", True),
    (("contest",), ..., "contest", "no contest", True),
    (("contest",), 5, "contest", "a block", True),
    (("protege", "stake"), -1, "protege.stake", "from 0", True),
    (("modes",), {"probe": {"stake": {"times": 0.3}}}, "modes", "no full attack", False),
    (("modes",), {}, "modes", "no mode", True),
    (("modes", "none"), {}, "modes.none", "none", True),
    (("modes", "probe", "stake"), 0.3, "modes.probe.stake", "times", True),
    (("modes", "probe", "stake"), {"time": 0.3}, "modes.probe.stake.time", "did you mean times?",
     True),
    (("modes", "probe", "cost"), {"times": 0.3}, "modes.probe.cost", "did you mean cost_of_war?",
     True),
    (("beliefs",), {"UAS": {"stake": {"times": 1}}}, "beliefs.UAS", "did you mean USA?", False),
    (("beliefs", "USA"), {"steak": {"times": 1}}, "beliefs.USA.steak", "did you mean stake?",
     True),
    (("beliefs", "USA", "stake"), {}, "beliefs.USA.stake", "neither", True),
    (("beliefs", "USA", "stake"), 0.3, "beliefs.USA.stake", "times", True),
    (("believes",), {}, "believes", "did you mean beliefs?", True),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "at", "says", "schema_knows"), BAD)
@pytest.mark.parametrize("name", ["game.json", "game.yaml"])
def test_a_mistake_is_told_where_it_is(mistakes, path, value, at, says, schema_knows, name):
    data = changed(path, value)
    errors = mistakes(json.dumps(data, indent=1), name)
    told = {error.path: error for error in errors}
    assert at in told, errors
    error = told[at]
    assert says in f"{error.found} {error.wanted} {error.hint}"
    assert error.line >= 1
    assert error.column >= 1
    assert SCHEMA.is_valid(data) is not schema_knows


def test_all_at_once_with_line_and_column(mistakes):
    text = TEXT.replace("strength: 12", "strength: 0").replace("steepness: 1.2", "steepness: .nan")
    text = text.replace("backstop: USA", "backstop: USB").replace("precision: 4", "precision: -4")
    errors = mistakes(text.replace("modes:", "modes: {full: {}}\nmodes:"))
    places = [(error.path, error.line) for error in errors]
    assert ("challenger.strength", 1) in places
    assert ("contest.steepness", 3) in places
    assert ("guarantors.backstop", 6) in places
    assert ("guarantors.FRA.precision", 9) in places
    assert ("modes", 14) in places
    strength = errors[0]
    assert strength.text[strength.column - 1 :].startswith("0,")


def test_a_mistake_that_is_copied_is_told_once(mistakes):
    errors = mistakes(
        TEXT.replace("precision: 4", "cost: -1", 1).replace("cost: 0.3, cost", "cost")
    )
    assert len({(e.line, e.column, e.found) for e in errors}) == len(errors)


def test_a_mode_may_not_bind_beyond_certainty(mistakes):
    errors = mistakes(TEXT.replace("automatic: {times: 0.3}", "automatic: {times: 3}"))
    assert errors[0].path == "modes.probe.automatic.times"
    assert "USA" in errors[0].found


def test_circles_are_told_once(mistakes):
    data = changed(("guarantors", "USA", "leans_on"), {"FRA": 0.5})
    data["guarantors"]["FRA"]["leans_on"] = {"GBR": 0.5}
    errors = mistakes(data, "game.json")
    assert [error.path for error in errors] == ["guarantors.USA.leans_on.FRA"]
    assert "USA → FRA → GBR → USA" in errors[0].found


def test_more_guarantors_than_can_decide(read, mistakes):
    def crowd(size):
        names = [f"G{i}" for i in range(size)]
        own = {name: {"stake": 0.2, "cost": 0.3, "precision": 6} for name in names}
        return block() | {"guarantors": {"order": names} | own, "beliefs": {}}

    assert len(read(crowd(MOST_GUARANTORS), "game.json").names) == MOST_GUARANTORS
    error = mistakes(crowd(MOST_GUARANTORS + 1), "game.json")[0]
    assert (error.path, error.found) == ("guarantors.order", f"{MOST_GUARANTORS + 1} guarantors")


def test_the_limit_is_that_of_the_theory():
    one = Guarantor(*[0.1] * 10)

    def game(size):
        return Game(
            Challenger(*[1.0] * 6), Protege(*[1.0] * 4), Contest(1.0, 1.0), (one,) * size,
            tuple((i,) for i in range(size)),
        )  # fmt: skip

    check_game(game(MOST_GUARANTORS))
    with pytest.raises(ModelError):
        check_game(game(MOST_GUARANTORS + 1))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\0\1\2", "binary"),
        (b"\xff\xff\xff", "UTF-8"),
        (b"- 1\n- 2\n", "a list"),
        (b"a: [1, 2", "YAML"),
        (b"challenger:\n\tstake: 1\n", "tab"),
        (b"challenger: {stake: 1e999}\n", "finite"),
        (b"guarantors: [" * 300, "nested"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, content, says):
    path = tmp_path / "game.yaml"
    path.write_bytes(content)
    with pytest.raises(CaseErrors) as caught:
        read_deterrence_file(path)
    assert says in str(caught.value)


def test_files_that_are_not_there(tmp_path):
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(CaseErrors):
            read_deterrence_file(path)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(deterrence_schema())
    assert accord.schema("deterrence") == deterrence_schema()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("challenger", "precision"), 0),
        (("protege", "precision"), 0),
        (("guarantors", "USA", "precision"), 0),
        (("protege", "strength"), 0),
        (("contest", "steepness"), 0),
        (("guarantors", "GBR", "leans_on"), {"USA": 0}),
        (("guarantors", "backstop"), None),
        (("modes",), {"whole": {"stake": {"times": 1}}, "probe": {"stake": {"times": 0.3}}}),
    ],
)
def test_the_ends_of_what_is_allowed(read, path, value):
    data = changed(path, value)
    check_game(read(data, "game.json").seen)
    assert SCHEMA.is_valid(data)
