"""What an attack is worth in very many games, nearly: to seven digits and more, compiled.

The formulas are those of :mod:`accord.theory.leaves_compiled` and
:mod:`accord.theory.backward_compiled`, with exponentials and logarithms by polynomials that run on
several games at once. Games in which that is not sure to be near, since guarantors that decide at
once could settle in more than one way, are told to be doubtful, and are for the exact fold.

Imported where it is used, as numba loads slowly.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from accord.theory.near_functions_compiled import exponentials, logarithms, logistics

__all__ = ["BATCH", "FLAT", "NEAR", "Shape", "near_gross_values"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bytes = NDArray[np.uint8]

BATCH = 64
"""Games that are worked out together."""

NEAR = 1e-7
"""By how much a value that is not doubtful may miss, many times over."""

SETTLED = 1e-9
SWEEPS = 40
SURELY_ONE = 0.9
"""Product of slopes below which two guarantors settle in one way only, and soon."""

FLAT = 1e-3
"""Precision of the challenger below which digits are lost."""

# fields of a game: of the world, and of each guarantor from WORLD on
STAKE, COST, PROTEGE_STAKE, PROTEGE_COST, PROTEGE_PRECISION, PROTEGE_STRENGTH = range(6)
STEEPNESS, ADVANTAGE, STRENGTH, PRECISION, WORLD = range(6, 11)
G_STAKE, G_COST, G_SHARED, G_PUNISHES, G_PRECISION, G_RENEGING, G_AUTOMATIC = range(7)
G_ALONE, G_TRIPWIRE, G_STRENGTH, EACH = range(7, 11)
MODE = 4


class Shape(NamedTuple):
    """What games have in common.

    ``guarantors`` n, ``tiers`` (T + 1,) the places at which tiers begin, and n; ``leans`` (L, 2)
    places of who leans on whom; ``backstop`` its place or −1; ``modes`` M. A game has
    WORLD + EACH · n + L + MODE · M fields, in that order.
    """

    guarantors: int
    tiers: Integers
    leans: Integers
    backstop: int
    modes: int


@numba.njit(cache=True, nogil=True)
def _gathered(
    plain: Floats, tables: Floats, starts: Integers, widths: Integers, counts: Integers,
    places: Integers, moment: Integers, variants: NDArray[np.int32], begin: int, f: Floats,
) -> None:  # fmt: skip  # pragma: no cover
    """Write the fields of some games, (D, B)."""
    for b in range(f.shape[1]):
        k = moment[begin + b]
        for d in range(f.shape[0]):
            f[d, b] = plain[k, d]
        column = 0
        for p in range(starts.size):
            at = starts[p] + (k * counts[p] + variants[begin + b, p]) * widths[p]
            for c in range(widths[p]):
                f[places[column], b] = tables[at + c]
                column += 1


@numba.njit(cache=True, nogil=True)
def _together(
    shape: Shape, f: Floats, leaf: int, own: Floats, joint: Floats, total: Floats
) -> None:  # pragma: no cover
    """K(S), and the strength of those in S as if nobody leant on anybody."""
    size = joint.size
    for b in range(size):
        joint[b], total[b] = f[PROTEGE_STRENGTH, b], 0.0
    for p in range(shape.guarantors):
        if not (leaf >> p) & 1:
            continue
        strength = f[WORLD + EACH * p + G_STRENGTH]
        for b in range(size):
            own[b] = strength[b]
            total[b] += strength[b]
        for pair in range(shape.leans.shape[0]):
            if shape.leans[pair, 0] == p and not (leaf >> shape.leans[pair, 1]) & 1:
                usable = f[WORLD + EACH * shape.guarantors + pair]
                for b in range(size):
                    own[b] *= usable[b]
        for b in range(size):
            joint[b] += own[b]


@numba.njit(cache=True, nogil=True)
def _prices(
    shape: Shape, f: Floats, leaf: int, p: int, total: Floats, prices: Floats
) -> None:  # pragma: no cover
    """What fighting costs one guarantor."""
    back, base = shape.backstop, WORLD + EACH * p
    alone = 1.0 if back >= 0 and back != p and not (leaf >> back) & 1 else 0.0
    for b in range(prices.size):
        cost, shared = f[base + G_COST, b], f[base + G_SHARED, b]
        part = f[base + G_STRENGTH, b] / max(total[b], 1e-300)
        prices[b] = cost * (1.0 - shared) + cost * shared * part + alone * f[base + G_ALONE, b]


@numba.njit(cache=True, nogil=True)
def _leaves(
    shape: Shape, f: Floats, room: Floats, defeated: Floats, fighting: Floats
) -> None:  # pragma: no cover
    """W(S) and the costs of fighting."""
    n, size = shape.guarantors, f.shape[1]
    joint, total, odds = room[4], room[5], room[6]
    logarithms(f[ADVANTAGE], room[0], odds)
    logarithms(f[STRENGTH], room[0], room[1])
    for b in range(size):
        odds[b] -= room[1, b]
    for leaf in range(1 << n):
        _together(shape, f, leaf, room[7], joint, total)
        for b in range(size):
            room[7, b] = max(joint[b], 1e-300)
        logarithms(room[7], room[0], room[3])
        for b in range(size):
            room[3, b] = f[STEEPNESS, b] * (room[3, b] + odds[b])
        logistics(room[3], room, defeated[leaf])
        for b in range(size):
            if joint[b] <= 0.0:
                defeated[leaf, b] = 0.0
        for p in range(n):
            if (leaf >> p) & 1:
                _prices(shape, f, leaf, p, total, fighting[p, leaf])


@numba.njit(cache=True, nogil=True)
def _gain(
    f: Floats, p: int, mode: int, without: int, rest: Floats, costs: Floats, gain: Floats
) -> None:  # pragma: no cover
    """Precision times what fighting gains one guarantor over staying out."""
    base, within = WORLD + EACH * p, without | (1 << p)
    for b in range(gain.size):
        stake = f[base + G_STAKE, b] * f[mode + 3, b]
        staying = f[base + G_RENEGING, b] + f[base + G_TRIPWIRE, b]
        value = stake * (rest[within, b] - rest[without, b])
        value -= costs[p, within, b] - staying
        gain[b] = f[base + G_PRECISION, b] * value


@numba.njit(cache=True, nogil=True)
def _bound(f: Floats, p: int, mode: int, bound: Floats) -> None:  # pragma: no cover
    base = WORLD + EACH * p
    for b in range(bound.size):
        bound[b] = f[base + G_AUTOMATIC, b] * f[mode + 2, b]


@numba.njit(cache=True, nogil=True)
def _alone(
    f: Floats, p: int, mode: int, rest: Floats, costs: Floats, chances: Floats, room: Floats
) -> None:  # pragma: no cover
    """The chance of a guarantor that moves by itself, at every node before it."""
    _bound(f, p, mode, room[4])
    for node in range(1 << p):
        _gain(f, p, mode, node, rest, costs, room[3])
        logistics(room[3], room, room[5])
        for b in range(f.shape[1]):
            chances[p, node, b] = room[4, b] + (1.0 - room[4, b]) * room[5, b]


@numba.njit(cache=True, nogil=True)
def _begun(gains: Floats, bounds: Floats, q: Floats, doubtful: Bytes) -> None:  # pragma: no cover
    """Where the two begin, and in which games they may settle in more than one way."""
    for b in range(doubtful.size):
        slope = abs(gains[1, b] - gains[0, b]) * (1.0 - bounds[0, b]) / 4.0
        slope *= abs(gains[3, b] - gains[2, b]) * (1.0 - bounds[1, b]) / 4.0
        if slope >= SURELY_ONE:
            doubtful[b] = 1
        q[0, b] = 0.5 + 0.5 * bounds[0, b]
        q[1, b] = q[0, b]


@numba.njit(cache=True, nogil=True)
def _pair(
    f: Floats, begin: int, mode: int, rest: Floats, costs: Floats, chances: Floats, room: Floats,
    doubtful: Bytes,
) -> None:  # fmt: skip  # pragma: no cover
    """The chances of two that decide at once, at every node before them."""
    size, first, second = f.shape[1], begin, begin + 1
    bounds, gains, q, told = room[8:10], room[10:14], room[14:16], room[5]
    _bound(f, first, mode, bounds[0])
    _bound(f, second, mode, bounds[1])
    for node in range(1 << begin):
        _gain(f, first, mode, node, rest, costs, gains[0])
        _gain(f, first, mode, node | (1 << second), rest, costs, gains[1])
        _gain(f, second, mode, node, rest, costs, gains[2])
        _gain(f, second, mode, node | (1 << first), rest, costs, gains[3])
        _begun(gains, bounds, q, doubtful)
        for sweep in range(SWEEPS):
            moved = 0.0
            for i in (1, 0):
                for b in range(size):
                    low, high = gains[2 * i, b], gains[2 * i + 1, b]
                    room[3, b] = low + q[1 - i, b] * (high - low)
                logistics(room[3], room, told)
                for b in range(size):
                    told[b] = bounds[i, b] + (1.0 - bounds[i, b]) * told[b]
                for b in range(size):
                    if not doubtful[b]:
                        moved = max(moved, abs(told[b] - q[i, b]))
                for b in range(size):
                    q[i, b] = told[b]
            if moved <= SETTLED:
                break
            if sweep == SWEEPS - 1:
                for b in range(size):
                    doubtful[b] = 1
        for b in range(size):
            chances[first, node, b] = q[0, b]
            chances[second, node, b] = q[1, b]


@numba.njit(cache=True, nogil=True)
def _averaged(
    f: Floats, p: int, begin: int, rest: Floats, punished: Floats, costs: Floats, chances: Floats
) -> None:  # pragma: no cover
    """The mean over what one guarantor does, whose tier begins at a place."""
    half, mask = 1 << p, (1 << begin) - 1
    punishes = f[WORLD + EACH * p + G_PUNISHES]
    for node in range(half):
        chance = chances[p, node & mask]
        for b in range(f.shape[1]):
            rest[node, b] += chance[b] * (rest[node + half, b] - rest[node, b])
            inside = punished[node + half, b] + punishes[b]
            punished[node, b] += chance[b] * (inside - punished[node, b])
        for earlier in range(begin):
            if (node >> earlier) & 1:
                for b in range(f.shape[1]):
                    out = costs[earlier, node, b]
                    costs[earlier, node, b] = out + chance[b] * (
                        costs[earlier, node + half, b] - out
                    )


@numba.njit(cache=True, nogil=True)
def _worth(
    f: Floats, mode: int, defeated: Floats, punished: Floats, room: Floats, value: Floats
) -> None:  # pragma: no cover
    """What an attack in a mode is worth to the challenger."""
    for b in range(value.size):
        gain = defeated[b] * (f[PROTEGE_STAKE, b] * f[mode, b])
        gain -= f[PROTEGE_COST, b] * f[mode + 1, b]
        room[3, b] = f[PROTEGE_PRECISION, b] * gain
    logistics(room[3], room, room[5])
    for b in range(value.size):
        stake, resist = f[STAKE, b] * f[mode, b], room[5, b]
        war = (1.0 - defeated[b]) * stake - f[COST, b] * f[mode + 1, b] - punished[b]
        value[b] = resist * war + (1.0 - resist) * stake


@numba.njit(cache=True, nogil=True)
def _copied(
    whole: Floats, fighting: Floats, rest: Floats, punished: Floats, costs: Floats
) -> None:  # pragma: no cover
    """Leaves anew, for another mode."""
    for leaf in range(whole.shape[0]):
        for b in range(whole.shape[1]):
            rest[leaf, b], punished[leaf, b] = whole[leaf, b], 0.0
    for p in range(costs.shape[0]):
        for leaf in range(whole.shape[0]):
            for b in range(whole.shape[1]):
                costs[p, leaf, b] = fighting[p, leaf, b]


@numba.njit(cache=True, nogil=True)
def _soft(
    f: Floats, values: Floats, room: Floats, gross: Floats, doubtful: Bytes
) -> None:  # pragma: no cover
    """ln(mean exp(l U)) / l over modes."""
    modes, size = values.shape
    if modes == 1:
        for b in range(size):
            gross[b] = values[0, b]
        return
    best, total = room[4], room[5]
    for b in range(size):
        best[b], total[b] = values[0, b], 0.0
        for m in range(1, modes):
            best[b] = max(best[b], values[m, b])
        if f[PRECISION, b] < FLAT:
            doubtful[b] = 1
    for m in range(modes):
        for b in range(size):
            room[3, b] = f[PRECISION, b] * (values[m, b] - best[b])
        exponentials(room[3], room[0], room[1])
        for b in range(size):
            total[b] += room[1, b] / modes
    logarithms(total, room[0], room[1])
    for b in range(size):
        gross[b] = best[b] + room[1, b] / max(f[PRECISION, b], FLAT)


@numba.njit(cache=True, nogil=True)
def near_gross_values(
    shape: Shape, plain: Floats, tables: Floats, starts: Integers, widths: Integers,
    counts: Integers, places: Integers, moment: Integers, variants: NDArray[np.int32],
    gross: Floats, doubtful: Bytes,
) -> None:  # fmt: skip  # pragma: no cover
    """Write what attacking is worth beforehand, nearly.

    Parameters
    ----------
    shape : Shape
        Tiers of one or two.
    plain : float array (K, D)
        Fields of a game in each moment.
    tables : float array
        For each part, from ``starts`` on, (K, V, F): the fields that it changes, whose places
        among all D stand in ``places``, part after part; ``widths`` F and ``counts`` V.
    moment : int array (G,), variants : int32 array (G, parts)
        Of each game; G is a multiple of BATCH.
    gross : float array (G,), doubtful : uint8 array (G,)
        Written.
    """
    n, size = shape.guarantors, 1 << shape.guarantors
    f, room = np.empty((plain.shape[1], BATCH)), np.empty((16, BATCH))
    whole, fighting = np.empty((size, BATCH)), np.zeros((n, size, BATCH))
    rest, punished = np.empty((size, BATCH)), np.empty((size, BATCH))
    costs, chances = np.empty((n, size, BATCH)), np.empty((n, size, BATCH))
    values = np.empty((shape.modes, BATCH))
    for begin in range(0, moment.size, BATCH):
        _gathered(plain, tables, starts, widths, counts, places, moment, variants, begin, f)
        doubt = doubtful[begin : begin + BATCH]
        for b in range(BATCH):
            doubt[b] = 0
        _leaves(shape, f, room, whole, fighting)
        for m in range(shape.modes):
            mode = WORLD + EACH * n + shape.leans.shape[0] + MODE * m
            _copied(whole, fighting, rest, punished, costs)
            for tier in range(shape.tiers.size - 2, -1, -1):
                first, end = shape.tiers[tier], shape.tiers[tier + 1]
                if end - first == 1:
                    _alone(f, first, mode, rest, costs, chances, room)
                else:
                    _pair(f, first, mode, rest, costs, chances, room, doubt)
                for p in range(end - 1, first - 1, -1):
                    _averaged(f, p, first, rest, punished, costs, chances)
            _worth(f, mode, rest[0], punished[0], room, values[m])
        _soft(f, values, room, gross[begin : begin + BATCH], doubt)
