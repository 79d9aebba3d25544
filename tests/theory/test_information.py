import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory.information import (
    HIGHEST_WEIGHT,
    clairvoyance,
    hazard_density,
    hazard_survival,
    indication,
    resolved,
    reweight,
    sample_value,
)

SEEDS = st.integers(0, 2**32)


def draw(seed, worlds=64, packages=4):
    source = np.random.default_rng(seed)
    utility = source.random((packages, worlds)) - 0.3
    return utility, source.random(worlds), source.integers(0, 65536, worlds) + 1


def test_a_table_that_can_be_checked_by_hand():
    # four equal worlds: verdict 1 1 0 0, event chances 1 1/2 1/2 0
    found = indication([1, 1, 0, 0], [1.0, 0.5, 0.5, 0.0])
    assert (found.event, found.before) == (0.5, 0.5)
    assert (found.if_yes, found.if_no, found.swing) == (0.75, 0.25, 0.5)
    # H(1/2) - H(1/4) bits
    assert found.gain == pytest.approx(1 + 0.75 * math.log2(0.75) + 0.25 * math.log2(0.25))


def test_an_event_that_settles_the_verdict_gains_all_of_it_and_one_apart_from_it_nothing():
    verdict = np.array([1, 0, 0, 0])
    settled = indication(verdict, verdict)
    entropy = -0.25 * math.log2(0.25) - 0.75 * math.log2(0.75)
    assert (settled.if_yes, settled.if_no) == (1, 0)
    assert settled.gain == pytest.approx(entropy)
    assert indication(verdict, np.full(4, 0.3)).gain == pytest.approx(0, abs=1e-15)


def test_an_outcome_that_cannot_come_has_no_share():
    never = indication([1, 0], [0.0, 0.0])
    assert (never.event, never.if_yes, never.if_no, never.swing, never.gain) == (0, None, 0.5, 0, 0)
    assert indication([1, 0], [1.0, 1.0]).if_no is None


@given(SEEDS)
def test_shares_average_to_what_they_were_and_gain_is_never_negative(seed):
    _, event, weights = draw(seed)
    verdict = np.random.default_rng(seed + 1).random(event.size)
    found = indication(verdict, event, weights)
    average = found.event * found.if_yes + (1 - found.event) * found.if_no
    assert average == pytest.approx(found.before)
    assert found.before == pytest.approx(np.average(verdict, weights=weights))
    assert found.gain >= 0
    flipped = indication(verdict, 1 - event, weights)
    assert flipped.gain == pytest.approx(found.gain)
    assert flipped.if_yes == pytest.approx(found.if_no)


@given(SEEDS)
def test_a_world_of_weight_two_is_two_worlds(seed):
    utility, event, _ = draw(seed)
    weights = np.random.default_rng(seed).integers(0, 3, event.size)
    weights[0] = 1
    copies = np.repeat(np.arange(event.size), weights)
    one, other = indication(event, event, weights), indication(event[copies], event[copies])
    assert one.gain == pytest.approx(other.gain)
    one = sample_value(utility, event, weights)
    other = sample_value(utility[:, copies], event[copies])
    assert one.gain == pytest.approx(other.gain, abs=1e-12)
    found = clairvoyance(utility, weights)
    assert found == pytest.approx(clairvoyance(utility[:, copies]), abs=1e-12)


@given(SEEDS)
def test_seeing_an_event_is_worth_something_between_nothing_and_clairvoyance(seed):
    utility, event, weights = draw(seed)
    found = sample_value(utility, event, weights)
    assert 0 <= found.gain <= clairvoyance(utility, weights) + 1e-12
    means = [0.0, *((utility * weights).sum(axis=1) / weights.sum())]
    assert found.worth == pytest.approx(max(means))


def test_the_value_of_a_sample_by_hand():
    # one package that earns 1 or loses 2, told apart by an event that comes in 3 of 4 good worlds
    utility = np.array([[1.0] * 4 + [-2.0] * 4])
    event = np.array([1, 1, 1, 0, 0, 0, 0, 0.0])
    found = sample_value(utility, event)
    assert (found.now, found.if_yes, found.if_no) == (None, 0, None)
    assert found.worth == 0
    assert found.gain == pytest.approx(3 / 8)
    assert clairvoyance(utility) == pytest.approx(4 / 8)


def test_equal_packages_are_settled_by_order_and_an_empty_shortlist_proposes_nothing():
    assert sample_value(np.ones((2, 2)), [0.5, 0.5]).now == 0
    assert sample_value(np.zeros((2, 2)), [0.5, 0.5]).now is None
    empty = np.zeros((0, 3))
    assert sample_value(empty, [0.5] * 3).now is None
    assert clairvoyance(empty) == 0


def test_weights_are_the_product_of_likelihoods_on_sixteen_bits():
    event = np.array([0.8, 0.4, 0.2, 0.0])
    rows = [resolved(event, happened=True), resolved([0.5, 0.5, 0.0, 0.5], happened=False)]
    found = reweight(rows)
    # .8·.5, .4·.5, .2·1, 0
    assert found.weights.tolist() == [65535, 32768, 32768, 0]
    assert found.weights.dtype == np.int64
    assert found.log_evidence == pytest.approx(math.log((0.4 + 0.2 + 0.2) / 4))
    assert found.effective_worlds == pytest.approx(131071**2 / (65535**2 + 2 * 32768**2))


def test_no_entries_leave_the_prior():
    assert reweight(np.zeros((0, 3))).weights.tolist() == [HIGHEST_WEIGHT] * 3
    found = reweight(np.zeros((0, 3)), prior=[1, 2, 0])
    assert found.weights.tolist() == [32768, 65535, 0]
    assert found.log_evidence == pytest.approx(0)


def test_a_record_that_is_impossible_everywhere_names_its_entry():
    with pytest.raises(ModelError, match="entry 2: what happened is impossible"):
        reweight([[0.5, 0.5], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    with pytest.raises(ModelError, match="entry 1: found a likelihood that is negative"):
        reweight([[0.5, 0.5], [1.0, -0.1]])


def test_a_long_record_does_not_run_out_of_range():
    found = reweight(np.full((5000, 3), 1e-3) * [1.0, 0.999, 1.0])
    assert found.weights.tolist() == [65535, round(65535 * 0.999**5000), 65535]
    assert found.log_evidence == pytest.approx(5000 * math.log(1e-3) + math.log(2 / 3), rel=1e-4)


def test_a_hazard_informs_by_its_date_and_by_silence():
    rate = np.array([0.0, 0.1, 2.0])
    np.testing.assert_allclose(hazard_survival(rate, 3.0), np.exp(-3 * rate))
    np.testing.assert_allclose(hazard_density(rate, 3.0), rate * np.exp(-3 * rate))
    # density is minus the slope of survival
    slope = (hazard_survival(rate, 3.0 - 1e-6) - hazard_survival(rate, 3.0 + 1e-6)) / 2e-6
    np.testing.assert_allclose(hazard_density(rate, 3.0), slope, atol=1e-8)


@pytest.mark.parametrize(
    "call",
    [
        lambda: indication([0.5, 2.0], [0.5, 0.5]),
        lambda: indication([0.5, 0.5], [0.5, math.nan]),
        lambda: indication([0.5, 0.5], [0.5]),
        lambda: indication([0.5, 0.5], [0.5, 0.5], [0, 0]),
        lambda: indication([0.5, 0.5], [0.5, 0.5], [1, 1, 1]),
        lambda: sample_value([0.5, 0.5], [0.5, 0.5]),
        lambda: sample_value([[0.5, 0.5]], [0.5]),
        lambda: clairvoyance([[math.inf, 0.5]]),
        lambda: reweight([0.5, 0.5]),
        lambda: hazard_survival([-1.0], 2.0),
        lambda: hazard_survival([1.0], -2.0),
    ],
)
def test_numbers_that_make_no_sense_are_refused(call):
    with pytest.raises(ModelError):
        call()
