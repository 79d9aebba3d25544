"""In how many worlds every package of a space passes: nothing is searched, all are counted.

Sums are kept for two halves of the provisions, so that a package costs one addition and one
compare a literal (MODELS, section 5).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.search.arranged import blocked
from accord.theory.search.leaves import Laid
from accord.theory.search.space import Space

__all__ = ["MOST_COUNTED", "count_all"]

Integers = NDArray[np.int64]

MOST_COUNTED = 100_000_000
"""Packages that are counted one by one."""

AT_ONCE = 1 << 22
"""Packages whose counts are worked out together."""


def count_all(space: Space, *, workers: int = 2) -> Integers:
    """What the worlds weigh in which each package passes, in row-major order of levels.

    Parameters
    ----------
    space : Space
        Whose formula asks for every literal that it names, and whose combinations of levels lie
        within one half of its provisions.

    Returns
    -------
    int64 array (P,)

    Raises
    ------
    ModelError
        If there are too many packages, or the space is another than such.
    """
    if space.packages > MOST_COUNTED:
        raise ModelError(f"found {space.packages:,} packages, at most {MOST_COUNTED:,} are counted")
    if len(space.program.steps) or space.contests or space.confirm is not None:
        raise ModelError("alternatives, contests and what is confirmed are searched, not counted")
    cut = _cut(space)
    laid, leaves = Laid.of(space), space.leaves
    parts = [range(cut), range(cut, len(space.sizes))]
    sums = [_sums(space, laid, part, asked=part is parts[0]) for part in parts]
    outer, inner = _narrowed(sums)
    of = [_names(space, part) for part in parts]
    flat = [part.reshape(-1) for part in leaves.which]
    of[0] += np.cumsum([0, *(part.size for part in flat)])[:-1]
    which = np.concatenate([np.zeros(0, dtype=np.int32), *flat]).astype(np.int32)
    counts = np.zeros((len(of[0]), len(of[1])), dtype=np.int64)

    def count(begin: int) -> None:
        from accord.theory.search.counting_compiled import count_packages  # noqa: PLC0415

        part = slice(begin, begin + step)
        count_packages(
            np.ascontiguousarray(outer[:, part]), inner, leaves.rows, of[0][part], of[1], which,
            laid.tables, space.planes, 0, space.worlds // 64, counts[part],
        )  # fmt: skip

    share = -(-len(of[0]) // workers)
    step = max(min(AT_ONCE // len(of[1]), share), 1)
    with ThreadPoolExecutor(workers) as threads:
        for _ in threads.map(count, range(0, len(of[0]), step)):
            pass
    return counts.reshape(-1)


def _cut(space: Space) -> int:
    """Before which provision the halves are cut, as evenly as combinations of levels let it."""
    whole = math.log(max(space.packages, 1))
    found = [
        cut
        for cut in range(len(space.sizes) + 1)
        if all(
            max(joint.provisions) < cut or min(joint.provisions) >= cut for joint in space.joints
        )
    ]
    return min(found, key=lambda cut: abs(math.log(math.prod(space.sizes[:cut])) - whole / 2))


def _sums(space: Space, laid: Laid, provisions: Sequence[int], *, asked: bool) -> Integers:
    """Sums of the literals that count for all combinations of some provisions, (A, N, W)."""
    total = (-space.asked if asked else np.zeros_like(space.asked))[laid.every][None]
    for j in provisions:
        more = total[:, None] + space.points[j][None][:, :, laid.every]
        total = more.reshape(len(total) * space.sizes[j], *total.shape[1:])
    sizes = [space.sizes[j] for j in provisions]
    for joint in space.joints:
        if set(joint.provisions) <= set(provisions):
            places = np.indices(sizes).reshape(len(sizes), -1)
            own = tuple(places[list(provisions).index(j)] for j in joint.provisions)
            total = total + joint.points[own][:, laid.every]
    return np.asarray(total)


def _narrowed(halves: Sequence[Integers]) -> list[NDArray[Any]]:
    """Both halves in 16 bits, blocks first.

    A sum that lies beyond all that the other half can make up for may as well lie nearer.
    """
    result = []
    lows = [half.min(axis=0, initial=0) for half in halves]
    highs = [half.max(axis=0, initial=0) for half in halves]
    for half, low, high in ((halves[0], lows[1], highs[1]), (halves[1], lows[0], highs[0])):
        near = np.clip(half, -high - 1, -low + 1) if half.size else half
        if near.size and max(int(near.max()), -int(near.min())) > np.iinfo(np.int16).max // 2:
            raise ModelError("points too large to be counted in 16 bits; use a coarser grid")
        result.append(np.moveaxis(blocked(near.astype(np.int16)), 1, 0).copy())
    return result


def _names(space: Space, provisions: Sequence[int]) -> Integers:
    """What the levels of some provisions add to the place of each table's row, (A, T)."""
    sizes = [space.sizes[j] for j in provisions]
    places = np.indices(sizes).reshape(len(sizes), math.prod(sizes))
    result = np.zeros((places.shape[1], len(space.tables)), dtype=np.int64)
    for t, table in enumerate(space.tables):
        for at, j in enumerate(table.provisions):
            if j in provisions:
                stride = math.prod(space.sizes[other] for other in table.provisions[at + 1 :])
                result[:, t] += stride * places[list(provisions).index(j)]
    return result
