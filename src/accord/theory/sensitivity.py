"""Which inputs matter: first-order Sobol and PAWN indices from worlds that are drawn already.

The *first-order index* of an input is the share of the outcome's variance that knowing this input
alone would remove, V(E(Y|X)) / V(Y) (Sobol 1993). From given data it is the explained share of a
regression on classes of the input (Plischke, Borgonovo and Smith 2013, section 3; Strong and Oakley
2013), here with a straight line within each class, less what noise alone explains (Kelley 1935).
*PAWN* is how far the distribution of the outcome moves when the input is known: the greatest
distance of the two distribution functions (Kolmogorov and Smirnov), averaged over the classes
(Pianosi and Wagener 2018), each squared distance less its sampling variance. Neither asks for a
design of its own; an input that hangs together with another carries that one's effect as well.

Bands come from resampling blocks of worlds; what permuted inputs come to is in ``null_band``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError
from accord.theory.estimates import effective_sample_size
from accord.theory.input_classes import Classes, classes_of
from accord.theory.null_band import MISTAKES, NullBand, null_band, stand_out
from accord.theory.sampling import BLOCK
from accord.theory.weighing import weighing

__all__ = ["Index", "Sensitivity", "sensitivity"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

_THRESHOLDS = 32
_FEWEST_BLOCKS = 8
_PART = 16
_CHUNK = 64


@dataclass(frozen=True, slots=True)
class Index:
    """An index of one input.

    Attributes
    ----------
    value : float
        From 0 to 1.
    low, high : float
        Its 90% band.
    null_low, null_high : float
        Between which nine in ten indices of permuted inputs lie.
    chance : float
        That an input that tells nothing reaches so high an index.
    told_apart : bool
        From nothing, both indices of all inputs compared at once, with a chance of 5% of any
        mistake.
    """

    value: float
    low: float
    high: float
    null_low: float
    null_high: float
    chance: float
    told_apart: bool


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Indices of every input, in the order of the inputs.

    Attributes
    ----------
    first_order, pawn : tuple of Index, length J
    effective_worlds : float
    rough : bool
        Fewer than eight blocks carry weight, so bands come from resampling parts of blocks.
    """

    first_order: tuple[Index, ...]
    pawn: tuple[Index, ...]
    effective_worlds: float
    rough: bool


def sensitivity(
    inputs: npt.ArrayLike, outcome: npt.ArrayLike, weights: npt.ArrayLike | None = None, *,
    seed: int, replicates: int = 400, permutations: int = 500,
) -> Sensitivity:  # fmt: skip
    """First-order Sobol and PAWN indices of many inputs for one outcome.

    Parameters
    ----------
    inputs : array_like, shape (J, W)
        W is a multiple of 256. Only the order of an input's values matters.
    outcome : array_like, shape (W,)
        Events as 0 and 1, or numbers; PAWN looks at 32 thresholds of these.
    weights : array_like, shape (W,), optional
        Not negative; equal if left out.
    seed : int
    replicates : int
        Resamples of the blocks, for the bands.
    permutations : int
        Of the inputs, for what nothing comes to.

    Raises
    ------
    ModelError
        If shapes do not fit, a number is not finite, W is no whole number of blocks, fewer than 64
        worlds weigh anything, or the outcome or an input is the same in all of these.
    """
    data = _Data.of(inputs, outcome, weights)
    if replicates < 20:
        raise ModelError(f"found {replicates} replicates, wanted 20 or more")
    streams = np.random.SeedSequence(seed).spawn(2)
    counts = _resampled(data.groups, replicates, np.random.default_rng(streams[0]))
    classes = [classes_of(row) for row in data.inputs]
    alike = [each.alike() for each in classes]
    nulls = _nulls(data, alike, permutations, np.random.default_rng(streams[1]))
    found = np.stack([_indices_in_blocks(data, each, counts) for each in classes], axis=1)
    rows = [
        _told(estimates, [nulls[_key(each)][which] for each in alike], int(data.groups.max()) + 1)
        for which, estimates in enumerate(found)
    ]
    return Sensitivity(rows[0], rows[1], effective_sample_size(data.weight), data.rough)


@dataclass(frozen=True)
class _Data:
    """What weighs something: inputs (J, n), outcome, its level, weight and group of each world."""

    inputs: Floats
    outcome: Floats
    level: Places
    levels: int
    weight: Floats
    groups: Places
    rough: bool

    @classmethod
    def of(
        cls, inputs: npt.ArrayLike, outcome: npt.ArrayLike, weights: npt.ArrayLike | None
    ) -> _Data:
        """Check and cut away what weighs nothing."""
        rows, told = np.asarray(inputs, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
        if rows.ndim != 2 or not len(rows) or told.shape != rows.shape[1:]:
            raise ModelError(
                f"found inputs of shape {rows.shape} and an outcome of shape {told.shape}, wanted "
                "(inputs, worlds) and (worlds,)"
            )
        if not told.size or told.size % BLOCK:
            raise ModelError(f"found {told.size} worlds, wanted whole blocks of {BLOCK}")
        if not (np.isfinite(rows).all() and np.isfinite(told).all()):
            raise ModelError("found an input or outcome that is not finite")
        kept, weight = weighing(weights, told.size)
        rows, told = rows[:, kept], told[kept]
        same = np.flatnonzero((rows == rows[:, :1]).all(axis=1))
        if same.size:
            raise ModelError(f"input {same[0]} is the same in every world; leave it out")
        if (told == told[0]).all():
            raise ModelError("the outcome is the same in every world, so nothing can matter to it")
        rough = np.unique(kept // BLOCK).size < _FEWEST_BLOCKS
        groups = np.unique(kept // (_PART if rough else BLOCK), return_inverse=True)[1]
        told = (told - told.mean()) / np.abs(told - told.mean()).max()
        limits = _thresholds(told)
        return cls(
            rows, told, np.searchsorted(limits, told), limits.size + 1, weight, groups, rough
        )


def _thresholds(outcome: Floats) -> Floats:
    """Where the distribution functions are compared: at every value, or at some of many."""
    values = np.unique(outcome)
    if values.size - 1 <= _THRESHOLDS:
        return np.asarray(values[:-1])
    shares = np.arange(1, _THRESHOLDS + 1) / (_THRESHOLDS + 1)
    limits = np.unique(np.quantile(outcome, shares, method="inverted_cdf"))
    return np.asarray(limits[limits < values[-1]])


def _resampled(groups: Places, replicates: int, random: np.random.Generator) -> Floats:
    """How often each group stands in each resample, shape (1 + R, groups); first the data."""
    count = int(groups.max()) + 1
    drawn = random.multinomial(count, np.full(count, 1.0 / count), size=replicates)
    return np.concatenate([np.ones((1, count)), drawn.astype(np.float64)])


_LINEAR = np.array([0, 1, 3, 4, 5])
_SQUARE = np.array([2, 6, 7])


def _moments(weight: Floats, outcome: Floats, classes: Classes) -> Floats:
    """What is summed over a class, from arrays (…, n) in the order of the input, (3 or 8, …, n)."""
    rank = classes.ranks
    plain = [weight, weight * outcome, weight * weight]
    if classes.graded:
        tilted = weight * rank
        plain += [tilted, tilted * rank, tilted * outcome, tilted * weight, tilted * tilted]
    return np.stack(plain)


def _indices_in_blocks(data: _Data, classes: Classes, counts: Floats) -> Floats:
    """Both indices of one input in the data and in every resample, shape (2, 1 + R)."""
    order, labels = classes.order, classes.labels
    groups, width = counts.shape[1], classes.starts.size
    cell = data.groups[order] * width + labels
    weight, outcome = data.weight[order], data.outcome[order]
    moments = _moments(weight, outcome, classes)
    summed = np.stack([np.bincount(cell, row, groups * width) for row in moments])
    summed = summed.reshape(len(moments), groups, width)
    linear, square = (_LINEAR, _SQUARE) if classes.graded else (_LINEAR[:2], _SQUARE[:1])
    sums = np.empty((len(moments), len(counts), width))
    sums[linear] = counts @ summed[linear]
    # a block that stands there twice is one world of twice the weight, twice over
    sums[square] = counts**2 @ summed[square]
    squares = np.bincount(data.groups[order], weight * outcome**2, groups)
    table = np.bincount(cell * data.levels + data.level[order], weight)
    table = np.pad(table, (0, groups * width * data.levels - table.size))
    # class by class: small products wait for no threads
    table = table.reshape(groups, width, data.levels).transpose(1, 0, 2)
    levels = np.ascontiguousarray((counts @ table).transpose(1, 0, 2))
    return np.stack([_first_order(sums, counts @ squares), _pawn(sums, levels)])


def _nulls(
    data: _Data, classes: list[Classes], permutations: int, random: np.random.Generator
) -> dict[bytes, tuple[NullBand, NullBand]]:
    """Both indices where outcomes are permuted, for each way to cut an input into classes."""
    ways = {_key(each): each for each in classes}
    found: dict[bytes, list[Floats]] = {key: [] for key in ways}
    for first in range(0, permutations, _CHUNK):
        rows = min(_CHUNK, permutations - first)
        places = random.permuted(np.tile(np.arange(data.weight.size), (rows, 1)), axis=1)
        weight, outcome, level = data.weight[places], data.outcome[places], data.level[places]
        squares = (weight * outcome**2).sum(axis=1)
        for key, way in ways.items():
            sums = np.add.reduceat(_moments(weight, outcome, way), way.starts, axis=-1)
            width = way.starts.size
            cell = (np.arange(rows)[:, None] * width + way.labels) * data.levels + level
            table = np.bincount(cell.ravel(), weight.ravel(), rows * width * data.levels)
            levels = table.astype(np.float64).reshape(rows, width, data.levels)
            found[key].append(np.stack([_first_order(sums, squares), _pawn(sums, levels)]))
    bands = {key: np.concatenate(parts, axis=1) for key, parts in found.items()}
    return {key: (null_band(rows[0]), null_band(rows[1])) for key, rows in bands.items()}


def _key(classes: Classes) -> bytes:
    return bytes([classes.graded]) + classes.starts.tobytes()


def _first_order(sums: Floats, squares: Floats) -> Floats:
    """First-order indices from sums (3 or 8, S, M) and Σwy² (S,), shape (S,)."""
    weight, told, twice = sums[:3]
    total, noise_of_all = weight.sum(axis=-1), twice.sum(axis=-1) / weight.sum(axis=-1)
    grand = told.sum(axis=-1) ** 2 / total
    spread = squares - grand
    explained = _ratio(told**2, weight).sum(axis=-1)
    noise = _ratio(twice, weight).sum(axis=-1)
    if len(sums) > 3:
        tilted, steep, across, tilted_twice, steep_twice = sums[3:]
        middle = _ratio(tilted, weight)
        width = steep - middle * tilted
        width = np.where(width > 1e-9 * steep, width, 0.0)
        explained = explained + _ratio((across - middle * told) ** 2, width).sum(axis=-1)
        scatter = steep_twice - 2 * middle * tilted_twice + middle**2 * twice
        noise = noise + _ratio(scatter, width).sum(axis=-1)
    left = np.maximum(squares - explained, 0.0)
    variance = _ratio(left, np.maximum(total - noise, 0.0))
    index = _ratio(explained - grand - variance * (noise - noise_of_all), spread)
    return np.where(spread > 1e-12 * squares, index, 0.0)


def _pawn(sums: Floats, levels: Floats) -> Floats:
    """PAWN indices from sums (3 or 8, S, M) and the weight at each level (S, M, L), shape (S,)."""
    weight, _, twice = sums[:3]
    total = weight.sum(axis=-1, keepdims=True)
    below = np.cumsum(levels, axis=-1)[..., :-1]
    everywhere = below.sum(axis=-2, keepdims=True) / total[..., None]
    gaps = np.abs(_ratio(below, weight[..., None]) - everywhere)
    at = gaps.argmax(axis=-1)[..., None]
    gap = np.take_along_axis(gaps, at, axis=-1)[..., 0]
    there = np.take_along_axis(everywhere[..., 0, :], at[..., 0], axis=-1)
    noise = _ratio(twice, weight**2) - 2 * _ratio(twice, weight * total)
    noise += twice.sum(axis=-1, keepdims=True) / total**2
    distance = np.sqrt(np.maximum(gap**2 - there * (1.0 - there) * noise, 0.0))
    return np.asarray((weight / total * distance).sum(axis=-1))


def _ratio(top: Floats, bottom: Floats) -> Floats:
    """Top over bottom, 0 where there is nothing below."""
    top, bottom = np.broadcast_arrays(top, bottom)
    return np.divide(top, bottom, out=np.zeros(top.shape), where=bottom > 0)


def _told(estimates: Floats, nulls: list[NullBand], groups: int) -> tuple[Index, ...]:
    """Records from indices in the data and its resamples, shape (J, 1 + R)."""
    from scipy.special import stdtrit  # noqa: PLC0415  slow to import

    values = estimates[:, 0]
    reach = float(stdtrit(groups - 1, 0.95)) * np.sqrt(groups / (groups - 1))
    reaches = reach * estimates[:, 1:].std(axis=1, ddof=1)
    chances = [null.chance(value) for null, value in zip(nulls, values, strict=True)]
    return tuple(
        Index(
            _cut(value), _cut(value - far), _cut(value + far), _cut(null.low), _cut(null.high),
            chance, bool(apart),
        )
        for value, far, null, chance, apart in zip(
            values, reaches, nulls, chances, stand_out(chances, MISTAKES / 2), strict=True
        )
    )  # fmt: skip


def _cut(value: float) -> float:
    return float(min(max(value, 0.0), 1.0))
