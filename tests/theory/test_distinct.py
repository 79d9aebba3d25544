"""Equal keys found by hashing, against sorting."""

import numpy as np
import pytest

from accord.theory.search.distinct import SMALLEST, distinct, distinct_small


@pytest.mark.parametrize("scale", [1, 2**20 + 7, 2**40, -(2**33)])
@pytest.mark.parametrize(("count", "many"), [
    (0, 1), (1, 1), (500, 3), (5000, SMALLEST // 2), (30_000, 10**6),
])  # fmt: skip
def test_different_keys_are_numbered_as_they_first_stand(count, many, scale):
    keys = np.random.default_rng(count).integers(0, many, count) * scale
    firsts, numbers = distinct(keys)
    _, expected = np.unique(keys, return_index=True)
    assert np.array_equal(firsts, np.sort(expected))
    assert np.array_equal(keys[firsts][numbers], keys)


def test_the_ends_of_whole_numbers_are_keys_like_others():
    info = np.iinfo(np.int64)
    keys = np.array([-1, info.min, info.max, 0, -1, info.max, info.min])
    firsts, numbers = distinct(keys)
    assert firsts.tolist() == [0, 1, 2, 3]
    assert numbers.tolist() == [0, 1, 2, 3, 0, 2, 1]


def test_small_numbers_are_placed_among_those_that_occur():
    numbers = np.array([[5, 2], [2, 9]], dtype=np.int32)
    kept, places = distinct_small(numbers, 11)
    assert kept.tolist() == [2, 5, 9]
    assert places.tolist() == [[1, 0], [0, 2]]
