import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory.sampling import (
    BLOCK,
    bernoulli,
    block_uniforms,
    blocks_for,
    column,
    iman_conover,
)

PINNED = [0.22748826943208333, 0.5857911930424725, 0.6851432668051342]
SEEDS = st.integers(min_value=0, max_value=2**70)
NAMES = st.text(max_size=30)
BLOCKS = st.integers(min_value=0, max_value=2**40)


@given(SEEDS, NAMES, BLOCKS)
def test_every_stratum_of_a_block_holds_exactly_one_uniform(seed, name, block):
    uniforms = block_uniforms(seed, name, block)
    assert uniforms.shape == (BLOCK,)
    assert np.array_equal(np.sort(np.floor(uniforms * BLOCK)), np.arange(BLOCK))
    assert 0 < uniforms.min() < uniforms.max() < 1


@given(SEEDS, NAMES, st.integers(0, 6), st.integers(0, 6))
def test_more_worlds_extend_fewer_and_any_block_can_be_drawn_alone(seed, name, few, more):
    longer = column(seed, name, few + more)
    assert np.array_equal(longer[: few * BLOCK], column(seed, name, few))
    assert np.array_equal(longer[few * BLOCK :], column(seed, name, more, first=few))
    for block in range(few + more):
        alone = block_uniforms(seed, name, block)
        assert np.array_equal(longer[block * BLOCK : (block + 1) * BLOCK], alone)


def test_columns_differ_between_seeds_names_and_blocks():
    drawn = [
        block_uniforms(seed, name, block)
        for seed, name in ((1, "a"), (2, "a"), (1, "b"), (11, "a"), (1, "1a"))
        for block in (0, 1, 256)
    ]
    for place, one in enumerate(drawn):
        for other in drawn[place + 1 :]:
            assert not np.array_equal(one, other)
            assert abs(np.corrcoef(one, other)[0, 1]) < 0.3


def test_a_drawn_column_is_the_same_on_every_machine_and_for_ever():
    assert block_uniforms(1, "actors.USA.power", 3)[:3].tolist() == PINNED


def test_a_part_of_a_block_counts_as_a_whole_one():
    assert [blocks_for(worlds) for worlds in (1, 256, 257, 2048)] == [1, 1, 2, 8]
    with pytest.raises(ModelError, match="0 worlds"):
        blocks_for(0)


def test_negative_blocks_are_refused():
    with pytest.raises(ModelError, match="block -1"):
        block_uniforms(1, "a", -1)
    with pytest.raises(ModelError, match="-2 blocks"):
        column(1, "a", -2)


def test_an_event_is_certain_at_one_and_impossible_at_zero():
    uniforms = block_uniforms(1, "a", 0)
    assert bernoulli(uniforms, 1.0).all()
    assert not bernoulli(uniforms, 0.0).any()
    assert bernoulli(uniforms, 0.25).sum() == 64


def correlations(size):
    """Correlation matrices of random factor models, well away from singular."""
    return st.integers(0, 2**32).map(lambda seed: _correlation(seed, size))


def _correlation(seed, size):
    loads = np.random.default_rng(seed).normal(size=(size, 2))
    covariance = loads @ loads.T + np.eye(size)
    scale = np.sqrt(np.diag(covariance))
    matrix = covariance / np.outer(scale, scale)
    matrix = (matrix + matrix.T) / 2
    np.fill_diagonal(matrix, 1.0)
    return matrix


def _rank_correlation(block):
    return np.corrcoef(np.argsort(np.argsort(block, axis=0), axis=0), rowvar=False)


@settings(deadline=None)
@given(correlations(4), SEEDS)
def test_rank_correlation_comes_near_its_target_and_marginals_keep_their_values(target, seed):
    block = np.column_stack([block_uniforms(seed, name, 0) for name in "abcd"])
    before = block.copy()
    reordered = iman_conover(block, target)
    assert np.array_equal(block, before)
    assert np.array_equal(np.sort(reordered, axis=0), np.sort(block, axis=0))
    assert np.array_equal(reordered[:, 0], block[:, 0])
    # Spearman is (6/pi) asin(r/2) of the normal scores' r, at most 0.0181 away; the rest is chance.
    assert np.abs(_rank_correlation(reordered) - target).max() < 0.12


def test_rank_correlation_meets_its_target_on_average_over_blocks():
    target = np.array([[1.0, 0.7, -0.3], [0.7, 1.0, 0.2], [-0.3, 0.2, 1.0]])
    found = []
    for block in range(40):
        drawn = np.column_stack([block_uniforms(1, name, block) for name in "abc"])
        found.append(_rank_correlation(iman_conover(drawn, target)))
    assert np.abs(np.mean(found, axis=0) - target).max() < 0.0181 + 0.006
    # the draws themselves are not correlated: it is the reordering that does it
    assert np.abs(_rank_correlation(drawn) - np.eye(3)).max() < 0.25


@settings(deadline=None)
@given(correlations(5), SEEDS)
def test_a_correlated_input_added_last_leaves_the_others_as_they_were(target, seed):
    block = np.column_stack([block_uniforms(seed, name, 0) for name in "abcde"])
    fewer = iman_conover(block[:, :4], target[:4, :4])
    assert np.array_equal(iman_conover(block, target)[:, :4], fewer)


def test_an_impossible_correlation_is_refused_with_its_smallest_eigenvalue():
    block = np.column_stack([block_uniforms(1, name, 0) for name in "abc"])
    impossible = np.array([[1.0, 0.9, 0.9], [0.9, 1.0, -0.9], [0.9, -0.9, 1.0]])
    with pytest.raises(ModelError, match=r"smallest eigenvalue is -0\.8"):
        iman_conover(block, impossible)


@pytest.mark.parametrize(
    ("matrix", "complaint"),
    [
        ([[1.0, 0.2], [0.3, 1.0]], "symmetric"),
        ([[1.0, 1.2], [1.2, 1.0]], "from -1 to 1"),
        ([[2.0, 0.2], [0.2, 1.0]], "ones on its diagonal"),
        ([[1.0]], "shape"),
        ([[1.0, np.nan], [np.nan, 1.0]], "from -1 to 1"),
    ],
)
def test_what_is_no_correlation_matrix_is_refused(matrix, complaint):
    block = np.column_stack([block_uniforms(1, name, 0) for name in "ab"])
    with pytest.raises(ModelError, match=complaint):
        iman_conover(block, np.array(matrix))


def test_one_column_given_twice_is_refused():
    twice = np.column_stack([block_uniforms(1, "a", 0)] * 2)
    with pytest.raises(ModelError, match="drawn columns"):
        iman_conover(twice, np.array([[1.0, 0.5], [0.5, 1.0]]))
