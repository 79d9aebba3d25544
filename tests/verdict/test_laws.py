"""The laws of the verdict (docs/models.md, section 5), on verdicts of every shape."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.verdict.verdict import Row, Verdict, signed32

BLOCK = 256
TESTS = ("acceptable", "deliverable", "credible", "durable")
BY_RULE = {"acceptable", "durable"}
NAMES = ("actor:A", "line:A.no", "cut:start:boats", "attack")


@st.composite
def verdicts(draw):
    """A verdict with random margins, ties at nought among them, and whole-number weights."""
    assessed = draw(st.sets(st.sampled_from(TESTS), min_size=1))
    rules = ("everyone", "a-few")[: draw(st.integers(1, 2))]
    rows = tuple(
        Row(test, rule)
        for test in TESTS
        if test in assessed
        for rule in (rules if test in BY_RULE else (None,))
    )
    packages = ("pact", "other", "nothing")[: draw(st.integers(1, 3))]
    worlds = BLOCK * draw(st.integers(1, 4))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (len(rows), len(packages), worlds)
    exact = generator.normal(draw(st.sampled_from([-1.0, 0.0, 1.0])), 1.0, shape)
    exact[generator.random(shape) < 0.1] = 0.0
    weights = np.ones(worlds, dtype=np.int64)
    if draw(st.booleans()):
        weights = generator.integers(0, 65536, worlds)
    return Verdict(
        TESTS,
        {test: "the case has no such block" for test in TESTS if test not in assessed},
        rules, rows, packages, signed32(exact),
        generator.integers(-1, len(NAMES), shape).astype(np.int16), NAMES, weights,
    )  # fmt: skip


def every(verdict):
    return [(rule, package) for rule in verdict.rules for package in verdict.packages]


def shares(verdict):
    return {
        (rule, package, test): verdict.share(test, rule, package).value
        for rule, package in every(verdict)
        for test in (*verdict.assessed, "joint")
    }


LIGHT = settings(max_examples=40)


@LIGHT
@given(verdicts())
def test_all_tests_together_pass_no_more_often_than_each(verdict):
    for rule, package in every(verdict):
        joint = verdict.share("joint", rule, package).value
        for test in verdict.assessed:
            assert joint <= verdict.share(test, rule, package).value + 1e-15
            assert not (verdict.joint(rule, package) & ~verdict.passes(test, rule, package)).any()


@LIGHT
@given(verdicts())
def test_a_share_is_the_weight_of_the_passing_worlds(verdict):
    for rule, package in every(verdict):
        for test in verdict.assessed:
            passing = verdict.margin(test, rule, package) >= 0
            expected = verdict.weights[passing].sum() / verdict.weights.sum()
            found = verdict.share(test, rule, package).value
            assert found == pytest.approx(expected, abs=1e-12)


@LIGHT
@given(verdicts(), st.randoms(use_true_random=False))
def test_the_order_of_blocks_changes_nothing(verdict, shuffled):
    blocks = list(range(len(verdict.weights) // BLOCK))
    shuffled.shuffle(blocks)
    order = np.concatenate([np.arange(b * BLOCK, (b + 1) * BLOCK) for b in blocks])
    other = replace(
        verdict, margins=verdict.margins[..., order], reasons=verdict.reasons[..., order],
        weights=verdict.weights[order], _index={},
    )  # fmt: skip
    assert shares(other) == pytest.approx(shares(verdict), abs=1e-12)
    for rule, package in every(verdict):
        mine, theirs = (v.share("joint", rule, package) for v in (verdict, other))
        assert theirs.standard_error == pytest.approx(mine.standard_error, abs=1e-12)


@LIGHT
@given(verdicts())
def test_worlds_that_weigh_nothing_change_nothing(verdict):
    extra = (*verdict.margins.shape[:2], BLOCK)
    other = replace(
        verdict,
        margins=np.concatenate([verdict.margins, np.full(extra, -1, np.float32)], axis=2),
        reasons=np.concatenate([verdict.reasons, np.zeros(extra, np.int16)], axis=2),
        weights=np.concatenate([verdict.weights, np.zeros(BLOCK, np.int64)]),
        _index={},
    )
    assert shares(other) == pytest.approx(shares(verdict), abs=1e-12)
    for rule, package in every(verdict):
        mine, theirs = (v.share("joint", rule, package) for v in (verdict, other))
        assert theirs.effective_worlds == pytest.approx(mine.effective_worlds)
        assert (theirs.blocks, theirs.rough) == (mine.blocks, mine.rough)


@LIGHT
@given(verdicts())
def test_the_first_failures_partition_the_failing_worlds(verdict):
    for rule, package in every(verdict):
        first = verdict.first_failure(rule, package)
        assert tuple(first) == verdict.assessed
        total = sum(first.values())
        assert (total == ~verdict.joint(rule, package)).all()
        earlier = np.ones(len(verdict.weights), dtype=bool)
        for test in verdict.assessed:
            passes = verdict.passes(test, rule, package)
            assert ((first[test] > 0) == (earlier & ~passes)).all()
            earlier &= passes


@LIGHT
@given(verdicts())
def test_an_only_failure_is_a_first_failure_that_nothing_follows(verdict):
    for rule, package in every(verdict):
        only, first = verdict.only_failure(rule, package), verdict.first_failure(rule, package)
        failures = sum(~verdict.passes(test, rule, package) for test in verdict.assessed)
        for test in verdict.assessed:
            assert (only[test] == ((first[test] > 0) & (failures == 1))).all()


@LIGHT
@given(verdicts())
def test_reasons_are_counted_by_weight_and_never_name_nothing(verdict):
    for rule, package in every(verdict):
        for test in verdict.assessed:
            for failing in (True, False):
                counted = verdict.reason_counts(test, rule, package, failing=failing)
                heavy = [int(verdict.weights[where].sum()) for _, where in counted]
                assert heavy == sorted(heavy, reverse=True)
                row, column = verdict.row(test, rule), verdict.package(package)
                side = (verdict.margins[row, column] < 0) == failing
                told = sum((where for _, where in counted), np.zeros_like(side))
                assert (told == (side & (verdict.reasons[row, column] >= 0))).all()


@LIGHT
@given(verdicts(), st.data())
def test_reductions_leave_what_they_reduce_alone(verdict, data):
    before = copy.deepcopy(verdict)
    generator = np.random.default_rng(data.draw(st.integers(0, 999)))
    weights = generator.integers(1, 9, len(verdict.weights))
    kept = generator.random(len(verdict.weights)) < 0.7
    picked = data.draw(st.permutations(verdict.packages))[:1]
    reweighted, restricted = verdict.reweight(weights), verdict.where(kept)
    taken = verdict.take(picked)
    assert (reweighted.weights == weights).all()
    assert (restricted.weights == np.where(kept, verdict.weights, 0)).all()
    assert taken.packages == tuple(picked)
    for rule in verdict.rules:
        for test in verdict.assessed:
            mine = verdict.margin(test, rule, picked[0])
            assert (taken.margin(test, rule, picked[0]) == mine).all()
    assert shares(verdict) == shares(before)
    assert (verdict.weights == before.weights).all()
    assert (verdict.margins == before.margins).all()


@LIGHT
@given(verdicts(), st.integers(0, 999))
def test_a_condition_and_its_opposite_average_to_the_whole(verdict, seed):
    here = np.random.default_rng(seed).random(len(verdict.weights)) < 0.5
    total = verdict.weights.sum()
    parts = [(verdict.weights[side].sum(), side) for side in (here, ~here)]
    if any(weight == 0 for weight, _ in parts):
        return
    for rule, package in every(verdict):
        split = sum(
            weight / total * verdict.where(side).share("joint", rule, package).value
            for weight, side in parts
        )
        assert split == pytest.approx(verdict.share("joint", rule, package).value, abs=1e-12)


@given(
    st.lists(
        st.floats(-1e30, 1e30)
        | st.sampled_from([0.0, -0.0, 5e-324, -5e-324, -1e-46, 1e-46, -1e-300]),
        min_size=1,
    )
)
def test_rounding_to_32_bits_keeps_the_sign_of_the_exact_value(values):
    exact = np.array(values)
    rounded = signed32(exact)
    assert rounded.dtype == np.float32
    assert ((rounded < 0) == (exact < 0)).all()
    assert np.abs(rounded - exact).max() <= np.abs(exact).max() * 2**-23 + 1e-44


def test_a_tie_passes_and_what_is_missing_is_named():
    verdict = Verdict(
        TESTS, {"durable": "no block"}, ("everyone",), (Row("credible"),), ("pact",),
        np.zeros((1, 1, BLOCK), np.float32), np.full((1, 1, BLOCK), -1, np.int16), (),
        np.ones(BLOCK, np.int64),
    )  # fmt: skip
    assert verdict.passes("credible", "everyone", "pact").all()
    assert verdict.joint_label == "3 of 4"
    with pytest.raises(ModelError, match="no package 'treaty'; there are pact"):
        verdict.package("treaty")
    with pytest.raises(ModelError, match="durable"):
        verdict.row("durable", "everyone")
    with pytest.raises(ModelError, match="shape"):
        replace(verdict, weights=np.ones(2 * BLOCK, np.int64), _index={})
