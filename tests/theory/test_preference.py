import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory.preference import (
    dense_ranks,
    ranks_from_ranking,
    ranks_from_statements,
    ranks_from_worth,
    worth_on_grid,
)


def test_ranks_count_the_different_numbers_below():
    assert dense_ranks([30, 10, 30, -5, 10]).tolist() == [2, 1, 2, 0, 1]
    assert dense_ranks([[2.5, 1.0], [7.0, 7.0]]).tolist() == [[1, 0], [0, 0]]


@given(st.integers(0, 2**32), st.integers(0, 80), st.integers(1, 40))
def test_the_first_statement_that_tells_states_apart_decides(seed, statements, states):
    source = np.random.default_rng(seed)
    # few different columns in the leading rows, so that late statements matter
    holds = source.random((2, statements, states)) < source.choice([0.02, 0.5])
    ranks = ranks_from_statements(holds)
    for world in range(2):
        columns = [tuple(column) for column in holds[world].T.tolist()]
        order = {column: place for place, column in enumerate(sorted(set(columns)))}
        assert ranks[world].tolist() == [order[column] for column in columns]


def test_worth_adds_on_a_grid_so_that_ties_are_ties():
    amounts = [0.1, 0.2, 0.3, -0.3]
    holds = np.array([[1, 0], [1, 0], [0, 1], [0, 0]], dtype=bool)
    # as floats 0.1 + 0.2 exceeds 0.3
    assert worth_on_grid(amounts, holds).tolist() == [300_000_000, 300_000_000]
    assert ranks_from_worth(amounts, holds).tolist() == [0, 0]


@given(st.integers(0, 2**32))
def test_worth_is_the_sum_of_what_holds_in_every_world_and_any_order(seed):
    source = np.random.default_rng(seed)
    amounts, holds = source.normal(0, 50, size=(3, 6)), source.random((6, 9)) < 0.5
    found = worth_on_grid(amounts, holds)
    np.testing.assert_allclose(found / 1e9, amounts @ holds, atol=1e-8)
    order = source.permutation(6)
    assert np.array_equal(found, worth_on_grid(amounts[:, order], holds[order]))


def test_a_ranking_is_best_first_and_equal_inside_a_group():
    feasible = [True, True, False, True]
    assert ranks_from_ranking([[3], [0, 1]], feasible).tolist() == [1, 1, 0, 2]


@pytest.mark.parametrize(
    ("groups", "complaint"),
    [
        ([[0], [1]], "state 3 is missing"),
        ([[0], [1, 0], [3]], "state 0 stands there twice"),
        ([[0], [1, 2], [3]], "state 2 is not a possible"),
        ([[0], [1, 9], [3]], "state 9 is not a possible"),
        ([[-1], [0, 1, 3]], "state -1 is not a possible"),
    ],
)
def test_a_ranking_names_every_possible_state_once(groups, complaint):
    with pytest.raises(ModelError, match=complaint):
        ranks_from_ranking(groups, [True, True, False, True])


@pytest.mark.parametrize(
    "build",
    [
        lambda: worth_on_grid([1.0], [[True], [False]]),
        lambda: worth_on_grid([np.nan], [[True]]),
        lambda: worth_on_grid([2e9], [[True]]),
        lambda: ranks_from_statements([True]),
    ],
)
def test_preferences_that_do_not_fit_are_refused(build):
    with pytest.raises(ModelError):
        build()
