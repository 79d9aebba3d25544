"""The burden of a package: the teaching case by hand, random cases by laws."""

from __future__ import annotations

import json

import numpy as np
import pytest

from accord.case.load import load
from accord.criteria import deliverable
from accord.criteria.burden import burden
from accord.criteria.burden_problem import central_burden, stressed_burden
from accord.criteria.pledging import coalition_of
from accord.criteria.setting import Setting
from accord.theory.capacity import coverage
from accord.worlds.worlds import draw
from oracles.generator import case_of, random_case
from teaching import TEACHING, altered

SEEDS = range(2000, 2024)


def setting_of(case, count=256):
    return Setting(case, draw(case, count, 1), {n: case.chosen(n) for n in case.file.packages})


@pytest.fixture(scope="module")
def pact():
    """Ten boats are needed; the League pledges six and Northland four, each if the other joins."""
    return burden(setting_of(load(TEACHING)), "pact")


def test_the_record_is_plain_data(pact):
    assert json.loads(json.dumps(pact)) == pact
    assert pact["schema"] == 1


def test_what_is_pledged_is_just_enough(pact):
    assert pact["central"]["required"] == [
        {"capability": "boats", "phase": "start", "amount": 10.0, "pledged": 10.0}
    ]
    least = pact["central"]["least"]
    assert (least["total"], least["additional"], least["adds"]) == (pytest.approx(1), 0, [])
    shares = {name: each["share"] for name, each in least["carries"].items()}
    assert shares == {"GUARD": pytest.approx(0.6), "NORTH": pytest.approx(0.4)}
    assert pact["key"] == {
        "rule": "pledged",
        "shares": {"GUARD": pytest.approx(0.6), "NORTH": pytest.approx(0.4)},
    }


def test_a_reserve_of_a_tenth_is_one_more_boat(pact):
    reserve = pact["central"]["reserve"]
    assert pact["reserve"] == 0.1
    assert sum(each["amount"] for each in reserve["adds"]) == 1
    assert reserve["price"] == pytest.approx(0.1)


def test_bearing_either_loss_doubles_the_fleet(pact):
    secure = pact["central"]["secure"]
    assert {each["contributor"]: each["amount"] for each in secure["adds"]} == {
        "GUARD": 4.0, "NORTH": 6.0,
    }  # fmt: skip
    assert secure["price"] == pytest.approx(1)
    assert secure["unprotected"] == {}


def test_one_more_boat_costs_a_tenth_of_the_requirement(pact):
    (price,) = pact["central"]["prices"]
    assert price["price"] == pytest.approx(0.1)


def test_neither_can_be_spared_and_the_other_could_replace_it(pact):
    only = {each["contributor"]: each for each in pact["only_one_brings"]}
    assert set(only) == {"GUARD", "NORTH"}
    guard = next(each for each in pact["losses"] if each["contributor"] == "GUARD")
    assert guard["gaps"] == [
        {"capabilities": ["boats"], "phase": "start", "amount": 6.0, "was_met": True,
         "others_bring": 4.0}
    ]  # fmt: skip
    assert [(a["contributor"], a["amount"]) for a in guard["adds"]] == [("NORTH", 6.0)]
    assert only["GUARD"]["cost"] == pytest.approx(0.6)
    assert only["GUARD"]["without"] == {"patrol": {"cost": 0.0, "closed": True}}


def test_who_waits_leaves_with_whom_it_waits_for(pact):
    followed = {each["contributor"]: each for each in pact["followed"]}
    assert followed["GUARD"]["followers"] == ["NORTH"]
    # all ten boats, by the one who is left
    assert sum(each["amount"] for each in followed["GUARD"]["adds"]) == 10


def test_a_package_that_requires_nothing_costs_nothing():
    record = burden(setting_of(load(TEACHING)), "status-quo")
    assert record["central"]["required"] == []
    assert record["central"]["least"]["total"] == 0
    assert record["losses"] == record["only_one_brings"] == []


def test_costs_lots_key_and_limits_of_the_case_count(tmp_path):
    block = """
burden:
  judgement: Invented for a test
  cost: {boats: 3}
  currency: million crowns
  lots: {boats: 4}
  key: equal
  reserve: 0.5
  adds: {GUARD: {boats: 9}, NORTH: {boats: 0}}
"""
    record = burden(setting_of(load(altered(tmp_path, more=block))), "pact")
    assert record["currency"] == "million crowns"
    assert record["lots"] == {"boats": 4.0}
    central = record["central"]
    assert central["least"]["total"] == pytest.approx(30)
    assert record["key"]["shares"] == {"GUARD": 0.5, "NORTH": 0.5}
    # fifteen boats are wanted: two lots of four, the most that nine boats allow
    assert [(a["contributor"], a["lots"]) for a in central["reserve"]["adds"]] == [("GUARD", 2)]
    # with the League lost nobody may bring six more; without Northland one lot is enough
    assert list(central["secure"]["unprotected"]) == ["GUARD"]
    assert [(a["contributor"], a["lots"]) for a in central["secure"]["adds"]] == [("GUARD", 1)]


@pytest.mark.parametrize("seed", SEEDS)
def test_laws_of_random_cases(seed):
    setting = setting_of(case_of(random_case(seed)))
    record = burden(setting, "pact")
    assert json.loads(json.dumps(record)) == record
    whole = {}
    for place in ("central", "stressed"):
        world = record[place]
        least, fair, secure = world["least"], world["fair"], world["secure"]
        whole[place] = sum(
            each["amount"] * record["costs"].get(each["capability"], 0.0)
            for each in world["required"]
        )
        assert 0 <= least["additional"] <= least["total"] + 1e-9
        assert fair["price"] >= 0
        assert secure["price"] >= 0
        for plan in (least, fair):
            assert sum(each["cost"] for each in plan["carries"].values()) == pytest.approx(
                plan["total"]
            )
            assert_met(world, plan, record["lots"])
        if world["reserve"]["total"] is not None:
            assert world["reserve"]["price"] >= 0
        assert all(price["price"] >= price["beyond"] - 1e-9 >= -1e-9 for price in world["prices"])
    for loss in record["losses"]:
        assert loss["gaps"]
        assert all(each["contributor"] != loss["contributor"] for each in loss["adds"])
    for only in record["only_one_brings"]:
        for found in only["without"].values():
            assert not found["closed"] or found["cost"] >= 0


def assert_met(world, plan, lots):
    """What is used and added covers what is required, apart from what nobody can bring."""
    for need in world["required"]:
        place = (need["capability"], need["phase"])
        brought = sum(
            each["amount"] for each in plan["uses"] if (each["capability"], each["phase"]) == place
        )
        brought += sum(e["amount"] for e in plan["adds"] if e["capability"] == place[0])
        lacks = sum(e["amount"] for e in world["unmet"] if (e["capability"], e["phase"]) == place)
        assert brought + lacks >= need["amount"] * (1 - 1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_stressed_world_is_that_of_the_verdict(seed):
    setting = setting_of(case_of(random_case(seed)))
    margins = deliverable.assess(setting).margins[0, list(setting.packages).index("pact")]
    found = stressed_burden(setting, "pact").world
    order = np.argsort(margins.astype(np.float32), kind="stable")
    assert found == order[int(np.ceil(0.2 * len(order))) - 1]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_grid_of_the_burden_decides_like_that_of_the_verdict(seed):
    setting = setting_of(case_of(random_case(seed)))
    shared = central_burden(setting, "pact")
    coalition = coalition_of(setting.central(), "pact")
    goes = (shared.burden.usable > 0).any(axis=1)[:, None]
    verdict = coverage(goes, coalition.usable, coalition.roles, coalition.requirement)
    record = burden(setting, "pact", brief=True)
    assert verdict.delivered[0] == (
        record["central"]["least"]["additional"] == 0 and not record["central"]["unmet"]
    )
