"""Differences over the same worlds, against leaving out one block after another by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory.estimates import mean, share
from accord.theory.paired import independent_difference, paired_difference
from accord.theory.sampling import BLOCK


def worlds(seed, blocks=10):
    draw = np.random.default_rng(seed)
    count = blocks * BLOCK
    first, second = draw.random(count) < 0.4, draw.random(count) < 0.6
    return first, second, draw.integers(0, 65536, count), draw.integers(0, 65536, count)


def ratio(values, weights):
    return (values * weights).sum() / weights.sum()


def test_unequal_weights_are_jackknifed_on_both_sides():
    first, second, old, new = worlds(3)
    found = paired_difference(first, second, old, new)
    assert found.value == pytest.approx(ratio(second, new) - ratio(first, old), abs=1e-14)
    left_out = []
    for block in range(10):
        kept = np.arange(first.size) // BLOCK != block
        left_out.append(ratio(second[kept], new[kept]) - ratio(first[kept], old[kept]))
    apart = np.array(left_out)
    expected = np.sqrt(9 / 10 * ((apart - apart.mean()) ** 2).sum())
    assert found.standard_error == pytest.approx(expected, rel=1e-12)
    assert (found.rough, found.blocks) == (False, 10)


@pytest.mark.parametrize("blocks", [2, 10])
def test_equal_weights_give_the_mean_of_differences(blocks):
    first, second, weights, _ = worlds(4, blocks)
    found = paired_difference(first, second, weights, weights)
    assert found == mean(second.astype(float) - first, weights)
    ones = np.ones(first.size, dtype=np.int64)
    assert paired_difference(first, second, ones, ones) == mean(second.astype(float) - first)


def test_few_blocks_are_rough_and_agree_with_equal_weights_in_the_limit():
    first, second, _, _ = worlds(5, 4)
    ones = np.ones(first.size)
    nearly = ones + 1e-9 * np.arange(first.size)
    found = paired_difference(first, second, ones, nearly)
    assert found.rough
    expected = paired_difference(first, second, ones, ones).standard_error
    assert found.standard_error == pytest.approx(expected, rel=1e-4)


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.sampled_from([1, 9]))
def test_turning_the_sides_round_turns_the_sign(seed, blocks):
    first, second, old, new = worlds(seed, blocks)
    there, back = (
        paired_difference(first, second, old, new), paired_difference(second, first, new, old),
    )  # fmt: skip
    assert there.value == pytest.approx(-back.value, abs=1e-14)
    assert there.standard_error == pytest.approx(back.standard_error, rel=1e-9)
    same = paired_difference(first, first, old, old)
    assert (same.value, same.standard_error) == (0, 0)


def test_independent_errors_add_as_squares():
    first, second, _, _ = worlds(6)
    sides = share(first), share(second)
    found = independent_difference(*sides)
    assert found.value == sides[1].value - sides[0].value
    squares = sides[0].standard_error ** 2 + sides[1].standard_error ** 2
    assert found.standard_error == pytest.approx(np.sqrt(squares))


def test_sides_of_different_length_are_refused():
    first, second, old, new = worlds(7)
    with pytest.raises(ModelError, match="wanted one world a row"):
        paired_difference(first, second[:BLOCK], old, new)
