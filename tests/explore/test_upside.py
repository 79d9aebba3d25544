"""The conditions under which a package does best: found in some blocks, told from the others."""

from __future__ import annotations

import numpy as np
import pytest

from accord.case.load import load, load_tree, read_case
from accord.explore.upside import best_conditions
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
    assert [(one.path, one.side) for one in found] == ranked[: len(found)]
    assert [one.chosen for one in found] == sorted((one.chosen for one in found), reverse=True)


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
