"""What knowing an input of a run is worth to whoever proposes."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from accord._errors import UsageError
from accord.case.load import load_tree, read_case
from accord.explore.parameter_value import worths
from accord.run.assess import assess
from accord.theory.parameter_value import parameter_value
from accord.watch.ranking import ranking
from teaching import TEACHING

RULE = "without-south"
COST = "deterrence.challenger.cost_of_war"
STRENGTH = "deterrence.challenger.strength"


@pytest.fixture(scope="module")
def run():
    """The teaching case; one package's results turned round where the cost of war is high."""
    tree, folder = read_case(TEACHING)
    tree.data["deterrence"]["challenger"]["strength"] = [1, 4, 7]
    tree.data["deterrence"]["challenger"]["cost_of_war"] = {"uniform": [0.1, 0.9]}
    tree.data["shocks"]["eclipse"] = {"probability": 0.5, "judgement": "it does nothing"}
    drawn = assess(load_tree(tree, folder), worlds=2048, consent=RULE)
    margins = drawn.verdict.margins.copy()
    here = drawn.inputs[COST] < 0.4
    margins[:, drawn.verdict.package("dear-pact")] = np.where(here, 1, -1)
    return replace(drawn, verdict=replace(drawn.verdict, margins=margins, _index={}))


def test_the_input_on_which_the_choice_hangs_is_worth_most(run):
    found = worths(run)
    first = found.inputs[0]
    assert first.paths == (COST,)
    assert first.told.told_apart
    assert 0 < first.told.value <= found.clairvoyance
    eclipse = next(one for one in found.inputs if one.paths == ("shocks.eclipse",))
    assert not eclipse.told.told_apart


def test_the_decision_is_the_one_that_indicators_are_valued_for(run):
    found = worths(run)
    assert found.clairvoyance == pytest.approx(ranking(run)["clairvoyance"])
    joint = {name: run.verdict.joint(RULE, name).mean() for name in run.packages}
    assert found.now == max(joint, key=joint.get)
    assert found.share == pytest.approx(max(joint.values()))


def test_values_are_those_of_the_worlds_and_weights_of_the_run(run):
    weights = np.random.default_rng(1).integers(0, 5, run.worlds)
    weighed = replace(run, verdict=run.verdict.reweight(weights))
    shortlist = ["pact", "dear-pact"]
    found = worths(weighed, packages=shortlist, paths=[COST], together=[[COST, STRENGTH]], seed=4)
    direct = parameter_value(
        [run.inputs[COST], np.stack([run.inputs[COST], run.inputs[STRENGTH]])],
        np.stack([run.verdict.joint(RULE, one) for one in shortlist]),
        weights,
        seed=4,
    )
    by_paths = {one.paths: one.told for one in found.inputs}
    assert by_paths == {(COST,): direct.values[0], (COST, STRENGTH): direct.values[1]}


def test_one_package_that_is_the_only_one_is_worth_proposing_whatever_is_known(run):
    found = worths(run, packages=["dear-pact"])
    assert found.now == "dear-pact"
    # a proposal that fails costs nothing, so it is made in any case
    assert found.clairvoyance == pytest.approx(0, abs=1e-12)
    assert all(one.told.value <= 1e-12 for one in found.inputs)


def test_where_nothing_or_everything_passes_it_says_so(run):
    joint = run.verdict.joint(RULE, "dear-pact")
    for where, words in ((joint, "passes in every world"), (~joint, "passes in any world")):
        found = worths(replace(run, verdict=run.verdict.where(where)), packages=["dear-pact"])
        assert found.inputs == ()
        assert words in found.why
        assert (found.now, found.share) == (("dear-pact", 1) if where is joint else (None, 0))


def test_an_input_that_no_longer_varies_is_left_out(run):
    fell = run.inputs["shocks.eclipse"] > 0.5
    found = worths(
        replace(run, verdict=run.verdict.where(fell)),
        paths=[COST, "shocks.eclipse"],
        together=[["shocks.eclipse", STRENGTH], ["shocks.eclipse", COST]],
    )
    assert found.left_out == ("shocks.eclipse",)
    assert {one.paths for one in found.inputs} == {(COST,), (STRENGTH,)}
    assert worths(run, paths=[]).why == "no input varies between the worlds"


def test_the_shape_for_json_holds_everything_by_name(run):
    found = worths(run, paths=[COST], together=[[COST, STRENGTH]])
    told = json.loads(json.dumps(found.as_json()))
    assert list(told) == [
        "consent", "packages", "now", "share", "clairvoyance", "worlds", "effective_worlds",
        "inputs", "left_out", "packages_total", "why",
    ]  # fmt: skip
    assert list(told["inputs"][0]) == [
        "paths", "value", "standard_error", "low", "high", "null_high", "chance", "told_apart",
        "changed",
    ]  # fmt: skip
    assert worths(run, paths=[COST], together=[[COST, STRENGTH]]) == found


@pytest.fixture(scope="module")
def many(run):
    """Sixty packages whose chances are all unlike, in no order."""
    random = np.random.default_rng(5)
    names = (*run.packages, *(f"p{k}" for k in range(60 - len(run.packages))))
    chances = random.permutation(len(names)) / len(names)
    bits = random.random((len(names), run.worlds)) < chances[:, np.newaxis]
    margins = np.where(bits, 1, -1).astype(np.float32)
    rows = len(run.verdict.rows)
    verdict = replace(
        run.verdict,
        packages=names,
        margins=np.broadcast_to(margins, (rows, *margins.shape)).copy(),
        reasons=np.full((rows, *margins.shape), -1, dtype=np.int16),
        _index={},
    )
    return replace(run, packages=names, verdict=verdict)


@pytest.mark.parametrize("weighed", [False, True])
def test_of_too_many_packages_those_that_pass_most_are_compared(many, weighed):
    if weighed:
        early = np.where(np.arange(many.worlds) < 512, 9, 1)
        many = replace(many, verdict=many.verdict.reweight(early))
    found = worths(many, paths=[COST])
    share = {
        name: np.average(many.verdict.joint(RULE, name), weights=many.verdict.weights)
        for name in many.packages
    }
    rest = set(many.packages) - set(found.packages)
    assert (len(found.packages), found.packages_total) == (50, 60)
    assert max(share[name] for name in rest) <= min(share[name] for name in found.packages)
    assert list(found.packages) == sorted(found.packages, key=many.packages.index)
    assert found.now == max(share, key=share.get)
    assert found == replace(worths(many, packages=found.packages, paths=[COST]), packages_total=60)


def test_of_equals_the_first_are_compared(many):
    margins = np.ones_like(many.verdict.margins)
    margins[..., : many.worlds // 2] = -1
    alike = replace(many, verdict=replace(many.verdict, margins=margins, _index={}))
    assert worths(alike, paths=[]).packages == many.packages[:50]


def test_packages_that_fit_on_a_shortlist_are_all_compared(run):
    found = worths(run, paths=[COST])
    assert found.packages == run.packages
    assert found.packages_total == len(run.packages)


def test_more_packages_than_a_shortlist_takes_are_refused_where_they_are_named(many):
    with pytest.raises(UsageError, match="found 60 packages, wanted 1 to 50"):
        worths(many, packages=many.packages)


@pytest.mark.parametrize("count", [63, 64])
def test_fewer_worlds_than_an_estimate_needs_are_told(run, count):
    joint = run.verdict.joint(RULE, "dear-pact")
    half = np.concatenate([np.flatnonzero(joint)[:20], np.flatnonzero(~joint)[: count - 20]])
    kept = replace(run, verdict=run.verdict.where(np.isin(np.arange(run.worlds), half)))
    found = worths(kept, packages=["dear-pact", "status-quo"], paths=[COST])
    assert found.share == pytest.approx(20 / count)
    assert found.now == "dear-pact"
    if count < 64:
        assert found.why == "too few worlds weigh anything: 63, wanted 64 or more"
        assert (found.inputs, found.effective_worlds) == ((), None)
        passes = joint | run.verdict.joint(RULE, "status-quo")
        assert found.clairvoyance == pytest.approx((passes[half].sum() - 20) / 63)
    else:
        assert found.why is None
        assert len(found.inputs) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"packages": ["treaty"]}, "no package 'treaty'"),
        ({"packages": []}, "wanted 1 to 50"),
        ({"consent": "nobody"}, "no consent rule 'nobody'"),
        ({"paths": ["nowhere"]}, "no uncertain input 'nowhere'"),
        ({"together": [[COST]]}, "known together"),
        ({"together": [[COST, "nowhere"]]}, "no uncertain input 'nowhere'"),
        ({"together": [[COST, STRENGTH, "shocks.eclipse", COST + "."]]}, "no uncertain input"),
    ],
)
def test_words_that_do_not_fit_are_refused(run, words, told):
    with pytest.raises(UsageError, match=told):
        worths(run, **words)
