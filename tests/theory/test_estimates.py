import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from accord._errors import ModelError
from accord.theory.estimates import effective_sample_size, interval, mean, share
from accord.theory.sampling import BLOCK, column


def test_the_error_of_a_share_is_the_deviation_between_blocks():
    event = np.random.default_rng(1).random(16 * BLOCK) < 0.3
    found = share(event)
    blocks = event.reshape(16, BLOCK).mean(axis=1)
    assert found.value == event.mean()
    assert found.standard_error == pytest.approx(blocks.std(ddof=1) / 4)
    assert (found.rough, found.blocks, found.bound_text) == (False, 16, "")
    assert found.effective_worlds == 16 * BLOCK


def test_stratified_worlds_have_a_smaller_error_than_independent_ones():
    stratified = share(column(1, "a", 16) < 0.3001)
    independent = share(np.random.default_rng(1).random(16 * BLOCK) < 0.3)
    assert stratified.standard_error < independent.standard_error / 5


def test_the_error_of_a_weighted_share_is_the_jackknife_over_blocks():
    draw = np.random.default_rng(2)
    event, weights = draw.random(10 * BLOCK) < 0.4, draw.integers(0, 65536, 10 * BLOCK)
    found = share(event, weights)
    left_out = []
    for block in range(10):
        kept = np.repeat(np.arange(10) != block, BLOCK)
        left_out.append(np.average(event[kept], weights=weights[kept]))
    spread = np.square(np.array(left_out) - np.mean(left_out)).sum()
    assert found.value == pytest.approx(np.average(event, weights=weights))
    assert found.standard_error == pytest.approx(np.sqrt(0.9 * spread))


def test_under_eight_blocks_the_binomial_error_is_used_and_marked_rough():
    draw = np.random.default_rng(3)
    event, weights = draw.random(7 * BLOCK) < 0.4, draw.random(7 * BLOCK)
    found = share(event, weights)
    binomial = np.sqrt(found.value * (1 - found.value) / effective_sample_size(weights))
    assert found.rough
    assert found.standard_error == pytest.approx(binomial)
    assert not share(np.tile(event, 2)).rough


def test_blocks_without_weight_do_not_count():
    event = np.random.default_rng(3).random(10 * BLOCK) < 0.4
    weights = np.repeat([1.0] * 7 + [0.0] * 3, BLOCK)
    assert share(event, weights) == share(event[: 7 * BLOCK], weights[: 7 * BLOCK])
    assert share(event, weights).blocks == 7


@pytest.mark.parametrize(
    ("blocks", "certain", "text"),
    [(8, False, "< 0.15%"), (8, True, "> 99.85%"), (1, False, "< 1.2%"), (64, True, "> 99.982%")],
)
def test_a_share_of_nothing_or_all_is_printed_as_a_bound(blocks, certain, text):
    found = share(np.full(blocks * BLOCK, certain))
    assert (found.value, found.standard_error) == (float(certain), 0.0)
    assert found.bound_text == text
    low, high = interval(found)
    assert high - low == pytest.approx(3 / (blocks * BLOCK))


def test_the_bound_follows_the_effective_number_of_worlds():
    weights = np.ones(8 * BLOCK)
    weights[0] = 2000.0
    effective = 4047**2 / (2000**2 + 2047)
    found = share(np.zeros(8 * BLOCK, dtype=bool), weights)
    assert found.effective_worlds == pytest.approx(effective)
    assert found.bound == pytest.approx(3 / effective)
    # every world with a weight passes, whatever the others do
    event = np.zeros(8 * BLOCK, dtype=bool)
    event[0] = True
    found = share(event, event)
    assert (found.value, found.bound, found.bound_text) == (1.0, 0.0, "> 0%")


def test_the_interval_is_students_with_one_degree_fewer_than_blocks():
    found = share(np.random.default_rng(4).random(12 * BLOCK) < 0.5)
    low, high = interval(found, 0.95)
    reach = stats.t.ppf(0.975, 11) * found.standard_error
    assert (low, high) == pytest.approx((found.value - reach, found.value + reach))
    wide = interval(found, 0.9999999, limits=(0.45, 0.55))
    assert wide == (0.45, 0.55)
    with pytest.raises(ModelError, match="level"):
        interval(found, 1.0)


def test_nine_intervals_in_ten_cover_the_truth():
    covered = 0
    for seed in range(300):
        event = np.random.default_rng(seed).random(8 * BLOCK) < 0.2
        low, high = interval(share(event), 0.9)
        covered += low <= 0.2 <= high
    assert stats.binomtest(covered, 300, 0.9).pvalue > 0.001


@given(st.integers(0, 2**32), st.permutations(range(9)))
def test_the_order_of_blocks_changes_no_share(seed, order):
    draw = np.random.default_rng(seed)
    event, weights = draw.random((9, BLOCK)) < 0.3, draw.integers(0, 65536, (9, BLOCK))
    one = share(event.ravel(), weights.ravel())
    other = share(event[order].ravel(), weights[order].ravel())
    assert one.value == other.value
    assert one.standard_error == pytest.approx(other.standard_error)


def test_a_mean_of_differences_is_the_difference_of_shares():
    draw = np.random.default_rng(5)
    one, other = draw.random(9 * BLOCK) < 0.6, draw.random(9 * BLOCK) < 0.5
    difference = mean(one.astype(float) - other)
    assert difference.value == pytest.approx(share(one).value - share(other).value)
    assert difference.bound is None
    rough = mean((one.astype(float) - other)[: 2 * BLOCK])
    assert rough.standard_error == pytest.approx(
        (one.astype(float) - other)[: 2 * BLOCK].std() / np.sqrt(2 * BLOCK)
    )


@pytest.mark.parametrize("weights", [np.zeros(BLOCK), -np.ones(BLOCK), np.ones(3), [np.nan] * 256])
def test_weights_that_weigh_nothing_are_refused(weights):
    with pytest.raises(ModelError):
        share(np.ones(BLOCK, dtype=bool), weights)


def test_worlds_come_in_whole_blocks():
    with pytest.raises(ModelError, match="whole blocks"):
        share(np.ones(100, dtype=bool))
