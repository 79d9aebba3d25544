"""Sixty-four worlds side by side: the words against numpy's comparisons, at the ends of types."""

import numba
import numpy as np
import pytest

from accord.theory.search.lanes_compiled import (
    any_difference_below,
    any_sum_below,
    at_least,
    below,
    write_difference,
    write_floored_difference,
    write_moved,
)
from accord.theory.search.space import packed


@numba.njit
def told_below(values, at):
    return below(values, at)


@numba.njit
def told_at_least(have, have_at, need, need_at):
    return at_least(have, have_at, need, need_at)


@numba.njit
def told_sum(first, first_at, second, second_at, count):
    return any_sum_below(first, first_at, second, second_at, count)


@numba.njit
def told_difference(first, first_at, second, second_at, count):
    return any_difference_below(first, first_at, second, second_at, count)


@numba.njit
def told_written(out, out_at, first, first_at, second, second_at, count):
    write_difference(out, out_at, first, first_at, second, second_at, count)


@numba.njit
def told_floored(out, out_at, first, first_at, second, second_at, count):
    write_floored_difference(out, out_at, first, first_at, second, second_at, count)


@numba.njit
def told_moved(out, out_at, start, start_at, more, more_at, less, less_at, count):
    write_moved(out, out_at, start, start_at, more, more_at, less, less_at, count)


def word(flags):
    return int(packed(flags[None])[0, 0])


def entries(random, kind, count, share=1):
    """Entries of a type: small ones and its ends, or those by a share nearer to nought."""
    info = np.iinfo(kind)
    ends = np.array([info.min // share, info.max // share, 0, 1], dtype=kind)
    small = random.integers(-3 if info.min else 0, 4, count).astype(kind)
    return np.where(random.random(count) < 0.3, random.choice(ends, count), small).astype(kind)


@pytest.mark.parametrize("kind", [np.int16, np.int32, np.int64])
@pytest.mark.parametrize("seed", range(20))
def test_what_is_below_nought_as_numpy_tells_it(kind, seed):
    random = np.random.default_rng(seed)
    first, second = (entries(random, kind, 640, 2) for _ in range(2))
    at, other, count = (int(n) for n in random.integers([0, 0, 0], [257, 257, 6]))
    assert told_below(first, at) == word(first[at : at + 64] < 0)
    one, two = (
        part[begin : begin + 64 * count].reshape(count, 64)
        for part, begin in ((first, at), (second, other))
    )
    assert told_sum(first, at, second, other, count) == word((one + two < 0).any(axis=0))
    assert told_difference(first, at, second, other, count) == word((one - two < 0).any(axis=0))


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.uint32, np.int16, np.int32])
@pytest.mark.parametrize("seed", range(20))
def test_who_has_what_is_needed_as_numpy_tells_it(kind, seed):
    random = np.random.default_rng(seed)
    have, need = (entries(random, kind, 320) for _ in range(2))
    at, other = (int(n) for n in random.integers(0, 257, 2))
    expected = word(have[at : at + 64] >= need[other : other + 64])
    assert told_at_least(have, at, need, other) == expected


def test_rows_of_an_array_of_several_axes_are_named_by_where_they_lie():
    values = np.arange(2 * 3 * 64, dtype=np.int32).reshape(2, 3, 64) - 300
    assert told_below(values, (1 * 3 + 1) * 64) == word(values[1, 1] < 0)


@pytest.mark.parametrize("kind", [np.int16, np.int32])
@pytest.mark.parametrize("seed", range(20))
def test_rows_are_written_as_numpy_reckons_them_and_no_others(kind, seed):
    random = np.random.default_rng(seed)
    start, more, less = (entries(random, kind, 640, 4) for _ in range(3))
    at, one, two, three, count = (int(n) for n in random.integers([0] * 5, [257] * 4 + [6]))
    parts = [
        part[begin : begin + 64 * count]
        for part, begin in ((start, one), (more, two), (less, three))
    ]
    for written, expected, arguments in (
        (told_written, parts[0] - parts[1], (start, one, more, two)),
        (told_floored, np.maximum(parts[0], -1) - parts[1], (start, one, more, two)),
        (told_moved, parts[0] + (parts[1] - parts[2]), (start, one, more, two, less, three)),
    ):
        out = np.full(640, 77, dtype=kind)
        written(out, at, *arguments, count)
        assert np.array_equal(out[at : at + 64 * count], expected)
        assert (np.delete(out, np.s_[at : at + 64 * count]) == 77).all()
