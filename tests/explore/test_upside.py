"""The conditions under which a package does best: found in some blocks, told from the others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from accord.case.load import load, load_tree, read_case
from accord.explore.upside import _luck, best_conditions
from accord.run.assess import assess
from oracles.generator import case_of, random_case
from teaching import TEACHING

BLOCK = 256


def uncertain_run(worlds=2048):
    """The teaching case with a strength and a cost that are uncertain, by the wide margin."""
    tree, folder = read_case(TEACHING)
    tree.data["deterrence"]["challenger"]["strength"] = [1, 4, 7]
    tree.data["deterrence"]["challenger"]["cost_of_war"] = {"uniform": [0.1, 0.9]}
    tree.data["deterrence"]["protege"]["cost_of_war"] = [0.29, 0.3, 0.31]
    tree.data["shocks"]["eclipse"] = {"probability": 0.5, "judgement": "it does nothing"}
    return assess(load_tree(tree, folder), worlds=worlds, consent="without-south")


@pytest.fixture(scope="module")
def run():
    return uncertain_run()


def odd_blocks(run):
    return (np.arange(run.worlds) // BLOCK) % 2 == 1


def recomputed(run, one):
    """(joint share where the condition holds in the choosing blocks, and in the telling ones)."""
    joint, odd = run.verdict.joint("without-south", "pact"), odd_blocks(run)
    weights = run.verdict.weights
    return [
        np.average(joint[one.where & half], weights=weights[one.where & half])
        for half in (~odd, odd)
    ]


def test_what_raises_the_joint_share_is_found_and_nothing_else(run):
    found = best_conditions(run, "pact", "without-south", run.inputs)
    assert {(one.path, one.side) for one in found} == {
        ("deterrence.challenger.cost_of_war", "upper"),
        ("deterrence.challenger.strength", "lower"),
    }


def test_shares_come_from_the_blocks_in_which_nothing_was_looked_for(run):
    odd = odd_blocks(run)
    joint = run.verdict.joint("without-south", "pact")
    for one in best_conditions(run, "pact", "without-south", run.inputs):
        chosen, told = recomputed(run, one)
        assert one.chosen == pytest.approx(chosen)
        assert one.share.value == pytest.approx(told)
        assert one.base.value == pytest.approx(joint[odd].mean())
        assert one.worlds == (one.where & odd).sum()
        assert one.share.value > one.base.value


def test_a_condition_is_a_third_of_an_input_or_a_shock(run):
    for one in best_conditions(run, "pact", "without-south", run.inputs, count=9):
        values = run.inputs[one.path]
        if one.path.startswith("shocks."):
            assert set(values[one.where].tolist()) == {1.0 if one.side == "falls" else 0.0}
            continue
        assert one.where.mean() == pytest.approx(1 / 3, abs=0.01)
        inside, outside = values[one.where], values[~one.where]
        if one.side == "upper":
            assert inside.min() >= outside.max()
        else:
            assert inside.max() <= outside.min()


def thirds(run):
    """Every condition there is: path, side and where it holds."""
    for path, values in run.inputs.items():
        if path.startswith("shocks."):
            yield path, "falls", values > 0.5
            yield path, "stays away", values < 0.5
        else:
            low, high = np.quantile(values, [1 / 3, 2 / 3])
            yield path, "upper", values >= high
            yield path, "lower", values <= low


def test_the_choosing_blocks_alone_say_which_conditions_are_best(run):
    found = best_conditions(run, "pact", "without-south", run.inputs)
    odd, joint = odd_blocks(run), run.verdict.joint("without-south", "pact")
    best = sorted(((joint[where & ~odd].mean(), path, side) for path, side, where in thirds(run)),
                  reverse=True)  # fmt: skip
    ranked = [(path, side) for _, path, side in best]
    assert found
    assert [(one.path, one.side) for one in found] == ranked[: len(found)]
    assert [one.chosen for one in found] == sorted((one.chosen for one in found), reverse=True)


def noise(run, seed, count=40):
    """Inputs and shocks that have nothing to do with what passes."""
    random = np.random.default_rng(seed)
    drawn = {f"x.{number}": random.random(run.worlds) for number in range(count // 2)}
    for number in range(count // 2):
        chance = random.uniform(0.001, 0.5)
        drawn[f"shocks.n{number}"] = (random.random(run.worlds) < chance).astype(float)
    return replace(run, inputs=drawn)


def test_of_many_inputs_that_do_nothing_none_is_told(run):
    asked = {"package": "pact", "rule": "without-south"}
    for seed in range(60):
        useless = noise(run, seed)
        assert best_conditions(useless, **asked, paths=useless.inputs) == ()


def test_one_that_matters_is_told_among_many_that_do_nothing(run):
    path = "deterrence.challenger.cost_of_war"
    for seed in range(10):
        useless = noise(run, seed)
        among = replace(run, inputs={**useless.inputs, path: run.inputs[path]})
        (found,) = best_conditions(among, "pact", "without-south", among.inputs)
        assert (found.path, found.side) == (path, "upper")


def test_what_luck_explains_is_told_as_often_as_it_should_be(run):
    """By the definition: worlds picked without looking, shuffled over and over."""
    random = np.random.default_rng(5)
    joint = run.verdict.joint("without-south", "pact")
    where = np.arange(run.worlds) < 300
    where[300 : 300 + 40] = True
    chance = _luck(where, joint, run.verdict.weights)
    count = (joint & where).sum()
    more = [(random.permutation(joint) & where).sum() >= count for _ in range(20_000)]
    assert chance == pytest.approx(np.mean(more), abs=0.015)
    # weights that are all alike are none
    assert _luck(where, joint, 7 * run.verdict.weights) == pytest.approx(chance)


def test_a_shock_that_fell_once_is_no_condition(run):
    joint, odd = run.verdict.joint("without-south", "pact"), odd_blocks(run)
    fell = np.zeros(run.worlds)
    for half in (odd, ~odd):
        fell[np.flatnonzero(half & joint)[0]] = 1.0
    rare = replace(run, inputs={"shocks.comet": fell})
    assert best_conditions(rare, "pact", "without-south", rare.inputs) == ()


def test_worlds_count_by_what_they_weigh(run):
    """A condition seen in worlds that weigh next to nothing has not been seen."""
    path, odd = "deterrence.challenger.strength", odd_blocks(run)
    low = run.inputs[path] <= np.quantile(run.inputs[path], 1 / 3)
    weights = np.where(low & odd, 0, 1000)
    weights[np.flatnonzero(low & odd)[:5]] = 1000
    weighed = replace(run, verdict=replace(run.verdict, weights=weights))
    assert path in {o.path for o in best_conditions(run, "pact", "without-south", [path])}
    assert best_conditions(weighed, "pact", "without-south", [path]) == ()


def test_nothing_is_promised_where_nothing_passes(run):
    assert best_conditions(run, "pact", "everyone", run.inputs) == ()
    assert best_conditions(run, "pact", "without-south", []) == ()
    assert best_conditions(uncertain_run(BLOCK), "pact", "without-south", run.inputs) == ()


@pytest.mark.parametrize("seed", range(700, 712))
def test_luck_is_never_offered(seed):
    case = case_of(random_case(seed))
    found = assess(case, worlds=2 * BLOCK, seed=seed)
    uncertain = {path for path, n in case.numbers.items() if not n.distribution.is_point}
    shocks = {f"shocks.{name}" for name in case.file.shocks}
    # coins, availability, whether a line binds and temptations have no name among the inputs
    assert set(found.inputs) <= uncertain | shocks
    assert not any(path.startswith("chance:") for path in found.inputs)
    for package in found.packages:
        for one in best_conditions(found, package, found.rule, found.inputs, count=5):
            assert one.path in uncertain | shocks


def test_the_certain_teaching_case_offers_its_shock_at_most():
    found = assess(load(TEACHING), worlds=2048, consent="without-south")
    assert set(found.inputs) == {"shocks.new_government"}
