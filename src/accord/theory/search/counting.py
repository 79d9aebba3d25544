"""In how many worlds every package of a space passes: nothing is searched, all are counted.

Sums are kept for two halves of the provisions, so that a package costs one addition and one
compare a literal (MODELS, section 5).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.search.arranged import blocked
from accord.theory.search.leaves import Laid
from accord.theory.search.space import WORD, Joint, Space

__all__ = ["MOST_COUNTED", "count_all"]

Integers = NDArray[np.int64]

MOST_COUNTED = 100_000_000
"""Packages that are counted one by one."""

BLOCKS_AT_ONCE = 8
"""Blocks of worlds for which sums are worked out together."""


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
    of = [_names(space, part) for part in parts]
    flat = [part.reshape(-1) for part in leaves.which]
    of[0] += np.cumsum([0, *(part.size for part in flat)])[:-1]
    which = np.concatenate([np.zeros(0, dtype=np.int32), *flat]).astype(np.int32)
    sums = _Sums(space, laid, parts)

    def count(blocks: Sequence[int]) -> Integers:
        from accord.theory.search.counting_compiled import count_packages  # noqa: PLC0415

        counts = np.zeros((len(of[0]), len(of[1])), dtype=np.int64)
        for begin in range(blocks[0], blocks[-1] + 1, BLOCKS_AT_ONCE):
            end = min(begin + BLOCKS_AT_ONCE, blocks[-1] + 1)
            outer, inner = sums.of(begin, end)
            count_packages(
                outer, inner, leaves.rows, of[0], of[1], which, laid.tables, space.planes, begin,
                counts,
            )  # fmt: skip
        return counts

    shares = np.array_split(np.arange(space.worlds // WORD), min(workers, space.worlds // WORD))
    with ThreadPoolExecutor(workers) as threads:
        found = list(threads.map(count, (share.tolist() for share in shares)))
    return np.asarray(sum(found[1:], found[0]).reshape(-1))


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


class _Sums:
    """Sums of literals for the combinations of both halves, stretch by stretch of worlds."""

    def __init__(self, space: Space, laid: Laid, parts: Sequence[Sequence[int]]) -> None:
        self._space, self._parts = space, parts
        most = sum(int(np.abs(part).max(initial=0)) for part in space.points)
        most += sum(int(np.abs(joint.points).max(initial=0)) for joint in space.joints)
        if most + int(np.abs(space.asked).max(initial=0)) > np.iinfo(np.int32).max:
            raise ModelError("points too large to be counted in 32 bits; use a coarser grid")
        self._asked = self._laid(space.asked[None], laid)
        self._points = [self._laid(points, laid) for points in space.points]
        self._joints = [self._laid(_listed(space, joint), laid) for joint in space.joints]

    @staticmethod
    def _laid(points: Integers, laid: Laid) -> NDArray[np.int32]:
        """Points (L, N, W) of the literals that count, blocks of worlds first."""
        own = blocked(points[:, laid.every].astype(np.int32))
        return np.ascontiguousarray(np.moveaxis(own, 1, 0))

    def of(self, begin: int, end: int) -> list[NDArray[np.int16]]:
        """Both halves, (blocks, A, N · 64), in 16 bits.

        A sum that lies beyond all that the other half can make up for may as well lie nearer: with
        ends of each half on both sides of nought no sum of two changes its sign.
        """
        halves = [self._half(part, begin, end) for part in self._parts]
        lows = [half.min(axis=1, initial=0, keepdims=True) for half in halves]
        highs = [half.max(axis=1, initial=0, keepdims=True) for half in halves]
        result = []
        for half, low, high in ((halves[0], lows[1], highs[1]), (halves[1], lows[0], highs[0])):
            near = np.clip(half, -high - 1, -low + 1)
            if near.size and max(int(near.max()), -int(near.min())) > np.iinfo(np.int16).max // 2:
                raise ModelError("points too large to be counted in 16 bits; use a coarser grid")
            result.append(near.astype(np.int16))
        return result

    def _half(self, provisions: Sequence[int], begin: int, end: int) -> NDArray[np.int32]:
        stretch, space = slice(begin, end), self._space
        total = -self._asked[stretch] if provisions is self._parts[0] else 0 * self._asked[stretch]
        for j in provisions:
            own = self._points[j][stretch]
            total = (total[:, :, None] + own[:, None]).reshape(
                len(own), total.shape[1] * own.shape[1], own.shape[2]
            )
        sizes = [space.sizes[j] for j in provisions]
        places = np.indices(sizes).reshape(len(sizes), math.prod(sizes))
        for joint, points in zip(space.joints, self._joints, strict=True):
            if set(joint.provisions) <= set(provisions):
                row = np.zeros(places.shape[1], dtype=np.int64)
                for j in joint.provisions:
                    row = row * space.sizes[j] + places[list(provisions).index(j)]
                total += points[stretch][:, row]
        return total


def _listed(space: Space, joint: Joint) -> Integers:
    """Points of a joint by combination (C, N, W)."""
    count = math.prod(space.sizes[j] for j in joint.provisions)
    return joint.points.reshape(count, *space.asked.shape)


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
