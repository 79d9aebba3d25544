"""Uniform numbers for the inputs of a world: one Latin-hypercube column a block.

A block is 256 worlds. The column of an input in a block depends on the seed, the input's name and
the number of the block and on nothing else, so any block can be drawn alone, more worlds extend
fewer, and adding an input leaves every other column bit-identical (MODELS, section 0).

The generator is Philox 4x64-10 (Salmon, Moraes, Dror and Shaw 2011), keyed by a digest of seed and
name, with the block in the counter. Only its raw words are used: NumPy promises their stability
across versions, and does not promise that of its higher-level draws.
"""

from __future__ import annotations

import hashlib
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError

__all__ = ["BLOCK", "bernoulli", "block_uniforms", "blocks_for", "column", "iman_conover"]

BLOCK = 256
"""Worlds in a block."""

Floats = npt.NDArray[np.float64]

_JITTER_BITS = np.uint64(44)  # 8 bits of stratum + 44 of jitter + a half stay exact in float64
_DROPPED_BITS = np.uint64(64 - 44)
_CELL = 2.0**-52


def blocks_for(worlds: int) -> int:
    """Blocks that hold at least so many worlds; a part of a block counts as a whole one.

    Raises
    ------
    ModelError
        If fewer than one world is asked for.
    """
    if worlds < 1:
        raise ModelError(f"found {worlds} worlds, wanted at least 1")
    return -(-worlds // BLOCK)


def block_uniforms(seed: int, name: str, block: int) -> Floats:
    """One Latin-hypercube column: the uniforms of one input in one block.

    Every one of the 256 strata (k/256, (k+1)/256) holds exactly one value, in random order
    (McKay, Beckman and Conover 1979).

    Parameters
    ----------
    seed : int
        Seed of the run.
    name : str
        Dotted path of the input.
    block : int
        Number of the block, from 0.

    Returns
    -------
    ndarray, shape (256,)
        Strictly inside (0, 1).

    Raises
    ------
    ModelError
        If the block's number is negative.
    """
    return _stratified(_key(seed, name), block)


def column(seed: int, name: str, blocks: int, first: int = 0) -> Floats:
    """Uniforms of one input in ``blocks`` consecutive blocks, beginning with block ``first``.

    Returns
    -------
    ndarray, shape (blocks * 256,)
        ``block_uniforms`` of the blocks, one after the other.

    Raises
    ------
    ModelError
        If a number is negative.
    """
    if blocks < 0:
        raise ModelError(f"found {blocks} blocks, wanted a number from 0")
    key = _key(seed, name)
    drawn = np.empty((blocks, BLOCK))
    for index in range(blocks):
        drawn[index] = _stratified(key, first + index)
    return drawn.reshape(-1)


def bernoulli(uniforms: npt.ArrayLike, probability: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """The event [U < p], element by element; certain at p = 1 and impossible at p = 0."""
    return np.asarray(np.less(uniforms, probability))


def iman_conover(uniforms: Floats, correlation: Floats) -> Floats:
    """Reorder the columns of a block so that their rank correlation comes near a target.

    Iman and Conover (1982): van der Waerden scores of the ranks are decorrelated by the Cholesky
    factor of their own correlation, given the wanted one, and every column takes the ranks of its
    transformed scores. Values are only permuted within their column, so each marginal keeps its
    very values, and the first column keeps its order as well. Columns that come later never change
    earlier ones.

    Parameters
    ----------
    uniforms : ndarray, shape (n, k)
        Columns that were drawn independently, n = 256 for a block.
    correlation : ndarray, shape (k, k)
        Wanted rank correlation: symmetric, ones on the diagonal, positive definite.

    Returns
    -------
    ndarray, shape (n, k)

    Raises
    ------
    ModelError
        If the matrix is no correlation matrix or not positive definite (the message names its
        smallest eigenvalue), or if columns depend linearly on one another.
    """
    rows, columns = uniforms.shape
    target = _factor(_checked_correlation(correlation, columns), "the wanted rank correlation")
    normal = NormalDist()
    grid = np.array([normal.inv_cdf((rank + 1) / (rows + 1)) for rank in range(rows)])
    grid /= np.sqrt(np.mean(grid**2))
    scores = grid[_ranks(uniforms)]
    found = np.einsum("wi,wj->ij", scores, scores) / rows
    own = _factor(found, "the correlation of the drawn columns")
    mixing = np.linalg.solve(own.T, target.T)
    mixed = np.einsum("wi,ij->wj", scores, np.triu(mixing))
    wanted_ranks = _ranks(mixed)
    ordered = np.sort(uniforms, axis=0)
    return np.asarray(np.take_along_axis(ordered, wanted_ranks, axis=0))


def _key(seed: int, name: str) -> npt.NDArray[np.uint64]:
    digest = hashlib.blake2b(f"{seed}\0{name}".encode(), digest_size=16).digest()
    return np.frombuffer(digest, dtype="<u8").astype(np.uint64)


def _stratified(key: npt.NDArray[np.uint64], block: int) -> Floats:
    if block < 0:
        raise ModelError(f"found block {block}, wanted a number from 0")
    # The draws of a block advance the lowest word only; the block has a word of its own.
    counter = np.array([0, block, 0, 0], dtype=np.uint64)
    raw = np.random.Philox(counter=counter, key=key).random_raw(2 * BLOCK)
    stratum = np.argsort(raw[BLOCK:], kind="stable").astype(np.uint64)
    cell = (stratum << _JITTER_BITS) | (raw[:BLOCK] >> _DROPPED_BITS)
    return (cell.astype(np.float64) + 0.5) * _CELL


def _ranks(values: Floats) -> npt.NDArray[np.intp]:
    order = np.argsort(values, axis=0, kind="stable")
    return np.argsort(order, axis=0, kind="stable")


def _checked_correlation(correlation: Floats, columns: int) -> Floats:
    matrix = np.asarray(correlation, dtype=np.float64)
    if matrix.shape != (columns, columns):
        raise ModelError(
            f"found a correlation matrix of shape {matrix.shape} for {columns} inputs, "
            f"wanted {(columns, columns)}"
        )
    off_diagonal = matrix - np.eye(columns)
    if not (np.all(np.abs(off_diagonal) <= 1) and np.all(np.diag(matrix) == 1)):
        raise ModelError("a correlation matrix has ones on its diagonal and entries from -1 to 1")
    if not np.array_equal(matrix, matrix.T):
        raise ModelError("a correlation matrix is symmetric; this one is not")
    return matrix


def _factor(matrix: Floats, subject: str) -> Floats:
    """Lower Cholesky factor; an error that names the smallest eigenvalue where there is none."""
    smallest = float(np.linalg.eigvalsh(matrix)[0]) if matrix.size else 1.0
    if smallest <= 1e-10:
        raise ModelError(
            f"{subject} is not positive definite: its smallest eigenvalue is {smallest:.6g}, "
            "wanted above 0; weaken the strongest correlations"
        )
    return np.asarray(np.linalg.cholesky(matrix))
