"""What credibility hangs on: the teaching case by hand, the flagship by laws and oracles."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from accord.case.load import load
from accord.criteria.credible import solution
from accord.criteria.levers import levers
from accord.criteria.levers_ground import ground_of
from accord.criteria.levers_orders import order_sensitivity
from accord.criteria.levers_reversals import RISES, TOLD, reversals
from accord.criteria.setting import Setting
from accord.theory.deterrence import solve
from accord.theory.levers import Slot, changed, reading
from accord.worlds.worlds import draw
from teaching import FLAGSHIP, TEACHING, altered


def setting_of(case, count=256, weights=None):
    chosen = {n: case.chosen(n) for n in list(case.file.packages)[:2]}
    return Setting(case, draw(case, count, 1), chosen, weights)


@pytest.fixture(scope="module")
def small():
    return setting_of(load(TEACHING))


@pytest.fixture(scope="module")
def pact(small):
    return levers(small, "pact")


@pytest.fixture(scope="module")
def large():
    return setting_of(load(FLAGSHIP))


@pytest.fixture(scope="module")
def plan(large):
    return levers(large, next(iter(large.packages)))


def sigma(z):
    return 1 / (1 + math.exp(-z))


def by_hand(boats=True, reneging=0.2, bound=0.0, own=2.0, sanction=0.0, peace=0.1):
    """Signorino's tree of the teaching case with some numbers changed; (attack, honour, W)."""
    force = 3.0 if boats is True else boats
    without, won = own / (own + 4), (own + force) / (own + force + 4)
    fights = sigma(10 * (0.5 * (won - without) - 0.2 + reneging))
    fights = bound + (1 - bound) * fights
    defeated = (1 - fights) * without + fights * won
    resist = sigma(10 * (defeated - 0.3))
    war = (1 - defeated) - 0.2 - 0.1 * fights
    value = resist * war + (1 - resist) - sanction
    return sigma(4 * (value - peace)), fights, defeated, resist


@pytest.fixture(scope="module")
def share_of_worlds(small):
    """In how many of the worlds both fleets sail."""
    return float((np.asarray(ground_of(small, "pact").seen.guarantors[0].strength) > 0).mean())


@pytest.mark.parametrize("record", ["pact", "plan"])
def test_the_record_is_plain_data_with_chances_in_range(record, request):
    found = request.getfixturevalue(record)
    assert json.loads(json.dumps(found)) == found
    assert (found["schema"], found["worlds"]) == (1, 256)
    for curve in found["curves"]:
        assert curve["values"] == sorted(curve["values"])
        assert curve["values"][0] == 0
        assert len(curve["values"]) == len(curve["p_attack"]) == len(curve["passes"])
        for each in curve["p_attack"]:
            assert 0 <= each["p05"] <= each["p95"] <= 1
        shares = [needed["gained"]["share"] for needed in curve["needed"]]
        assert all(0 <= share <= 1 for share in shares)
        reached = [needed["reached"]["share"] for needed in curve["needed"]]
        assert reached == sorted(reached, reverse=True)
        for needed in curve["needed"]:
            assert (needed["median"] is None) == (needed["gained"]["share"] == 0)
            if needed["median"] is not None:
                assert 0 <= needed["median"] <= curve["values"][-1]
                assert 0 <= needed["passes"] <= 1
    powers = [curve["power"] for curve in found["curves"]]
    assert powers == sorted(powers, reverse=True)
    assert sum(curve["closed_form"] for curve in found["curves"]) == 2


@pytest.mark.parametrize(
    ("lever", "change"),
    [
        ("reneging", "reneging"), ("automatic", "bound"), ("protege", "own"),
        ("snapback", "sanction"), ("without_attack", "peace"),
    ],
)  # fmt: skip
def test_curves_of_the_pact_by_hand(pact, share_of_worlds, lever, change):
    (curve,) = [each for each in pact["curves"] if each["lever"] == lever]
    for value, found in zip(curve["values"], curve["p_attack"], strict=True):
        here, gone = (by_hand(boats, **{change: value})[0] for boats in (True, 0.0))
        expected = share_of_worlds * here + (1 - share_of_worlds) * gone
        assert found["mean"] == pytest.approx(expected, abs=1e-12)


def test_strength_is_set_in_every_world(pact):
    (curve,) = [each for each in pact["curves"] if each["lever"] == "strength"]
    assert curve["values"][-1] == 3.0  # six boats, two to a brigade
    for value, found in zip(curve["values"], curve["p_attack"], strict=True):
        assert found["mean"] == pytest.approx(by_hand(value)[0], abs=1e-12)
        assert found["p05"] == found["p95"] == pytest.approx(found["mean"])


def test_the_break_even_of_sanctions_by_hand(pact, share_of_worlds):
    (curve,) = [each for each in pact["curves"] if each["lever"] == "snapback"]
    half, quarter, tenth = curve["needed"]
    now = by_hand()[0]
    least = math.log(now / (1 - now)) / 4
    assert half["median"] == pytest.approx(least)
    assert half["gained"]["share"] == half["reached"]["share"] == share_of_worlds
    assert half["already"]["share"] == 0
    assert quarter["median"] is tenth["median"] is None
    at = np.interp(least, curve["values"], curve["passes"])
    assert half["passes"] == pytest.approx(at)


def test_honour_among_the_attacked_by_hand(pact, share_of_worlds):
    worlds = [(share_of_worlds, by_hand()), (1 - share_of_worlds, by_hand(0.0))]
    weight = sum(s * attack * resist for s, (attack, _, _, resist) in worlds)
    for name, at in (("honour", 1), ("defeated", 2)):
        told = pact["honour"][name]
        told = told["GUARD"] if name == "honour" else told
        large = sum(s * each[at] for s, each in worlds)
        there = sum(s * each[0] * each[3] * each[at] for s, each in worlds) / weight
        assert told["at_large"] == pytest.approx(large)
        assert told["if_attacked"] == pytest.approx(there)
        assert told["difference"] == pytest.approx(there - large)
    attacked = sum(s * each[0] for s, each in worlds)
    assert pact["honour"]["attacked"] == pytest.approx(attacked)
    assert pact["honour"]["resisted"] == pytest.approx(weight / attacked)


def test_with_one_guarantor_there_is_no_reversal_and_one_order(pact):
    assert pact["reversals"]["rows"] == []
    assert pact["reversals"]["tried"] == 3
    assert pact["order"]["orders"] == 1
    assert pact["order"]["at_once"] is None
    assert pact["order"]["changes"]["share"] == 0
    least, most = pact["order"]["range"]
    assert least == most == pact["order"]["declared"]


def test_the_only_uncertain_input_of_the_pact_is_whether_the_boats_come(pact):
    assert pact["tornado"]["inputs"] == 1
    (row,) = pact["tornado"]["rows"]
    assert (row["part"], row["field"], row["guarantors"]) == ("guarantor", "strength", ["GUARD"])
    assert row["at_low"] == pytest.approx(by_hand(0.0)[0])
    assert row["at_high"] == pytest.approx(by_hand()[0])
    assert row["swing"] == pytest.approx(row["at_high"] - row["at_low"])


def test_a_package_without_attacks_that_pick_worlds(tmp_path):
    case = load(altered(tmp_path, ("precision: 4,", "precision: 0,")))
    found = levers(setting_of(case), "pact")
    assert found["p_attack"]["mean"] == 0.5
    assert all(each["needed"][1]["median"] is None for each in found["curves"])


def test_weights_of_worlds_count(small):
    heavy = np.asarray(ground_of(small, "pact").seen.guarantors[0].strength) > 0
    weighed = setting_of(load(TEACHING), weights=np.where(heavy, 1, 0).astype(np.int64))
    found = levers(weighed, "pact")
    assert found["p_attack"]["mean"] == pytest.approx(by_hand()[0])
    assert found["tornado"]["rows"] == []


def test_the_first_block_of_many_worlds_is_enough(large, plan):
    more = setting_of(load(FLAGSHIP), 512)
    ground = ground_of(more, next(iter(more.packages)))
    assert ground.worlds == 256
    assert ground.mean(ground.solved.p_attack) == plan["p_attack"]["mean"]
    everywhere = solution(more, next(iter(more.packages)))
    assert np.array_equal(everywhere.p_attack[:256], ground.solved.p_attack)


def test_the_flagship_starts_from_the_solution_of_the_test(large, plan):
    solved = solution(large, next(iter(large.packages)))
    assert plan["p_attack"]["mean"] == pytest.approx(float(solved.p_attack.mean()))
    assert plan["honour"]["attacked"] == plan["p_attack"]["mean"]
    assert plan["order"]["declared"] == pytest.approx(plan["p_attack"]["mean"], abs=1e-12)
    first = solved.honour[0].mean()
    (presence,) = [each for each in plan["curves"] if each["lever"] == "presence"]
    assert presence["guarantors"] == ["USA"]
    assert presence["now"] == pytest.approx(float(first))
    assert set(plan["honour"]["persistence"]) == {"0", "0.9"}


def test_the_tornado_of_the_flagship_is_ranked_and_paired(large, plan):
    rows = plan["tornado"]["rows"]
    assert len(rows) == 12 < plan["tornado"]["inputs"]
    swings = [abs(row["swing"]) for row in rows]
    assert swings == sorted(swings, reverse=True)
    top = rows[0]
    ground = ground_of(large, next(iter(large.packages)))
    slot = Slot(top["part"], top["field"])
    values = np.sort(reading(ground.seen, slot))
    assert top["low"] == values[12]  # the thirteenth of 256 is the first past five in a hundred
    direct = solve(changed(ground.seen, {slot: top["high"]}), goes=ground.goes).p_attack
    assert top["at_high"] == pytest.approx(float(direct.mean()), abs=1e-12)
    signs = {(row["part"], row["field"]): row["swing"] for row in rows}
    for field, sign in (("stake", 1), ("cost_of_war", -1), ("snapback", -1)):
        assert signs.get(("challenger", field), sign) * sign > 0


def test_one_number_that_several_take_from_a_level_is_one_input(large):
    from accord.criteria.levers_swings import _inputs  # noqa: PLC0415

    ground = ground_of(large, next(iter(large.packages)))
    together = [slots for slots in _inputs(ground) if slots[0].field == "reneging"]
    assert sorted(len(slots) for slots in together) == [1, 4]


def test_every_reversal_of_the_flagship_is_there_when_worked_out_directly(large, plan):
    ground = ground_of(large, next(iter(large.packages)))
    before = solve(ground.seen, goes=ground.goes)
    for row in plan["reversals"]["rows"]:
        g = ground.names.index(row["guarantor"])
        enabler = None if row["enabler"] is None else ground.names.index(row["enabler"])
        slot = Slot("guarantor", row["field"], g, enabler)
        value = np.maximum(reading(ground.seen, slot) + RISES[row["field"]], 0.0)
        after = solve(changed(ground.seen, {slot: value}), goes=ground.goes)
        change = after.p_attack - before.p_attack
        wrong = change > TOLD if row["kind"] == "stronger commitment" else change < -TOLD
        assert row["share"]["share"] == pytest.approx(float(wrong.mean()))
        assert row["mean"] == pytest.approx(float(change[wrong].mean()))
        assert row["overall"] == pytest.approx(float(change.mean()), abs=1e-12)
        moved = (after.honour - before.honour)[g, wrong].mean()
        assert row["honour"][row["guarantor"]] == pytest.approx(float(moved), abs=1e-12)


def constructed(small, first, second):
    """A ground of two guarantors: the League goes first, a stronger friend follows."""
    ground = ground_of(small, "pact")
    game = ground.seen
    plain = replace(
        game.guarantors[0], stake=1.0, precision=60.0, punishes=0.0, reneging=0.0, strength=5.0
    )
    game = replace(
        game,
        challenger=replace(game.challenger, strength=10.0),
        protege=replace(game.protege, strength=5.0),
        guarantors=(replace(plain, **first), replace(plain, strength=10.0, **second)),
        tiers=((0,), (1,)),
    )
    return replace(ground, names=("GUARD", "FRIEND"), true=game, seen=game)


def test_a_reversal_by_free_riding_is_found_with_its_mechanism(small):
    ground = constructed(small, {"stake": 0.1, "cost": 0.02}, {"cost": 0.217})
    rows = reversals(ground)["rows"]
    (row,) = [r for r in rows if (r["field"], r["guarantor"]) == ("reneging", "GUARD")]
    assert row["mechanism"] == "free riding"
    assert row["share"]["share"] == 1
    assert row["mean"] > 0.01
    assert row["honour"]["GUARD"] > 0.3
    assert row["honour"]["FRIEND"] < -0.3


def test_a_conditional_follower_that_strengthens_the_leader_is_found(small):
    ground = constructed(small, {}, {"cost": 0.05, "alone": 0.19})
    rows = reversals(ground)["rows"]
    (row,) = [r for r in rows if r["field"] == "alone"]
    assert (row["kind"], row["mechanism"]) == ("conditional follower", "pivotal")
    assert row["guarantor"] == "FRIEND"
    assert row["mean"] < -0.01
    assert row["honour"]["GUARD"] > 0.3


def test_who_goes_first_matters_where_the_first_counts_on_the_second(small):
    ground = constructed(small, {"stake": 0.1, "cost": 0.02}, {"cost": 0.217})
    found = order_sensitivity(ground)
    assert (found["orders"], found["moving"]) == (2, ["GUARD", "FRIEND"])
    other = replace(ground.seen, tiers=((1,), (0,)))
    means = {
        ("GUARD", "FRIEND"): float(ground.solved.p_attack.mean()),
        ("FRIEND", "GUARD"): float(solve(other).p_attack.mean()),
    }
    lowest = min(means, key=lambda queue: means[queue])
    assert found["lowest"] == {"queue": list(lowest), "mean": pytest.approx(means[lowest])}
    assert found["range"][0] <= min(means.values()) + 1e-12
    assert found["range"][1] >= max(means.values()) - 1e-12


def test_the_orders_of_the_flagship(plan):
    order = plan["order"]
    assert (len(order["moving"]), order["orders"]) == (4, 24)
    least, most = order["range"]
    assert least <= order["lowest"]["mean"] <= order["highest"]["mean"] <= most
    assert least <= order["declared"] <= most
    assert sorted(order["lowest"]["queue"]) == sorted(order["highest"]["queue"])
    assert 0 <= order["changes"]["share"] <= 1
