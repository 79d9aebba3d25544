"""Which inputs of a run matter: the run's own worlds, weights, names and errors."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from accord._errors import UsageError
from accord.case.load import load_tree, read_case
from accord.explore.sensitivity import influences
from accord.run.assess import assess
from accord.theory.sensitivity import sensitivity
from teaching import TEACHING

RULE = "without-south"


@pytest.fixture(scope="module")
def run():
    """The teaching case with a strength and costs that are uncertain, and a shock of no effect."""
    tree, folder = read_case(TEACHING)
    tree.data["deterrence"]["challenger"]["strength"] = [1, 4, 7]
    tree.data["deterrence"]["challenger"]["cost_of_war"] = {"uniform": [0.1, 0.9]}
    tree.data["deterrence"]["protege"]["cost_of_war"] = [0.29, 0.3, 0.31]
    tree.data["shocks"]["eclipse"] = {"probability": 0.5, "judgement": "it does nothing"}
    return assess(load_tree(tree, folder), worlds=2048, consent=RULE)


def test_what_moves_the_verdict_is_told_apart_and_what_does_nothing_is_not(run):
    found = influences(run, "pact", test="credible")
    apart = {one.path for one in found.inputs if one.told_apart}
    assert {"deterrence.challenger.cost_of_war", "deterrence.challenger.strength"} <= apart
    assert "shocks.eclipse" not in apart
    assert {one.path for one in found.inputs} | set(found.left_out) == set(run.inputs)


def test_inputs_told_apart_come_first_and_then_by_their_index(run):
    keys = [(not one.told_apart, -one.first_order.value) for one in influences(run, "pact").inputs]
    assert keys == sorted(keys)


@pytest.mark.parametrize("test", ["joint", "credible"])
def test_indices_are_those_of_the_worlds_and_weights_of_the_run(run, test):
    weights = np.random.default_rng(1).integers(0, 5, run.worlds)
    weighed = replace(run, verdict=run.verdict.reweight(weights))
    found = influences(weighed, "pact", test=test, seed=9)
    passes = run.verdict.joint(RULE, "pact")
    if test != "joint":
        passes = run.verdict.passes(test, RULE, "pact")
    paths = [path for path in run.inputs if path not in found.left_out]
    rows = sensitivity([run.inputs[path] for path in paths], passes, weights, seed=9)
    by_path = {one.path: one for one in found.inputs}
    for path, first, pawn in zip(paths, rows.first_order, rows.pawn, strict=True):
        assert (by_path[path].first_order, by_path[path].pawn) == (first, pawn)
    assert found.effective_worlds == pytest.approx(weights.sum() ** 2 / (weights**2).sum())


def test_an_input_that_no_longer_varies_is_left_out(run):
    fell = run.inputs["shocks.eclipse"] > 0.5
    found = influences(replace(run, verdict=run.verdict.where(fell)), "pact")
    assert "shocks.eclipse" in found.left_out
    assert "shocks.eclipse" not in {one.path for one in found.inputs}


def test_a_package_that_always_or_never_passes_says_so(run):
    joint = run.verdict.joint(RULE, "pact")
    for where, word in ((joint, "every"), (~joint, "no")):
        found = influences(replace(run, verdict=run.verdict.where(where)), "pact")
        assert found.inputs == ()
        assert f"passes in {word} world" in found.why
        assert found.effective_worlds is None
        assert json.loads(json.dumps(found.as_json()))["why"] == found.why


def test_where_no_input_varies_it_says_so(run):
    found = influences(run, "pact", paths=[])
    assert (found.inputs, found.why) == ((), "no input varies between the worlds")


def test_the_shape_for_json_holds_everything_by_name(run):
    found = influences(run, "pact")
    told = json.loads(json.dumps(found.as_json()))
    assert list(told) == [
        "package", "consent", "test", "worlds", "effective_worlds", "rough", "inputs", "left_out",
        "why",
    ]  # fmt: skip
    first = told["inputs"][0]
    assert list(first) == ["path", "told_apart", "first_order", "pawn"]
    assert first["path"] == found.inputs[0].path
    assert first["pawn"]["null_high"] == found.inputs[0].pawn.null_high


def test_the_same_run_tells_the_same_and_fewer_inputs_may_be_compared(run):
    assert influences(run, "pact") == influences(run, "pact")
    few = influences(run, "pact", paths=["deterrence.challenger.strength", "shocks.eclipse"])
    assert [one.path for one in few.inputs] == ["deterrence.challenger.strength", "shocks.eclipse"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"package": "treaty"}, "no package 'treaty'"),
        ({"consent": "nobody"}, "no consent rule 'nobody'"),
        ({"test": "lovely"}, "no test 'lovely'"),
        ({"paths": ["nowhere.at.all"]}, "no uncertain input 'nowhere.at.all'"),
    ],
)
def test_words_that_do_not_fit_are_refused(run, words, told):
    with pytest.raises(UsageError, match=told):
        influences(run, **{"package": "pact", **words})


def test_a_test_that_was_not_assessed_is_refused_with_its_reason(run):
    rows = [i for i, row in enumerate(run.verdict.rows) if row.test != "credible"]
    without = replace(
        run.verdict,
        not_assessed={"credible": "no game is written"},
        rows=tuple(run.verdict.rows[i] for i in rows),
        margins=run.verdict.margins[rows],
        reasons=run.verdict.reasons[rows],
        _index={},
    )
    with pytest.raises(UsageError, match="no game is written"):
        influences(replace(run, verdict=without), "pact", test="credible")


@pytest.mark.parametrize("count", [63, 64])
def test_fewer_worlds_than_an_estimate_needs_are_told(run, count):
    passes = run.verdict.passes("credible", RULE, "pact")
    some = np.concatenate([np.flatnonzero(passes)[:20], np.flatnonzero(~passes)[: count - 20]])
    kept = replace(run, verdict=run.verdict.where(np.isin(np.arange(run.worlds), some)))
    found = influences(kept, "pact", test="credible")
    if count < 64:
        assert found.why == "too few worlds weigh anything: 63, wanted 64 or more"
        assert (found.inputs, found.effective_worlds) == ((), None)
    else:
        assert found.why is None
        assert found.inputs
