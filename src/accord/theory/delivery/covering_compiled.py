"""Supply against demand at every cut, compiled: worlds in, bits of delivered worlds out.

Algorithm: what every line has to spare (supply less demand) is kept for a stretch of worlds, and
only what differs from the row before is added: pools that go in other worlds or bring something
else, requirements of another variant. Rows in an order in which neighbours are alike cost little
more than looking for a line below zero.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["covering_rows"]

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Words = NDArray[np.uint64]
Amounts = NDArray[Any]
"""int32 or int64, whichever holds every sum."""

CHUNK = 1024
"""Worlds at a time, so that the lines of a component stay near the processor; whole words."""


@numba.njit(cache=True, nogil=True)
def covering_rows(  # pragma: no cover
    going: Words,
    gives: Amounts,
    phase: Integers,
    touches: Booleans,
    choices: Integers,
    covered: Words,
) -> None:
    """Mark the worlds in which every cut of a component is covered, row by row.

    Parameters
    ----------
    going : uint64 array (G, M, words)
        Which pools of the component go.
    gives : array (V, T, W)
        What each variant of a pool brings in each phase, and less than nought for requirements.
    phase : int64 array (L,)
        The phase of each line; a line is a cut in a phase.
    touches : bool array (M + k, L)
        Which lines each pool serves, then to which each requirement belongs.
    choices : int64 array (P, 1 + M + k)
        A row of ``going``, then the variants of every pool and requirement.
    covered : uint64 array (P, words)
        Filled.
    """
    parts, lines = touches.shape
    spare = np.empty((lines, CHUNK), dtype=gives.dtype)
    changes = np.zeros((parts, gives.shape[1], CHUNK), dtype=gives.dtype)
    given = np.empty_like(changes)
    room = np.empty(CHUNK, dtype=gives.dtype)
    before = np.empty((parts, CHUNK // 64), dtype=np.uint64)
    now = np.zeros(CHUNK // 64, dtype=np.uint64)
    variant = np.empty(parts, dtype=np.int64)
    changed = np.empty(parts, dtype=np.int64)
    for begin in range(0, gives.shape[2], CHUNK):
        end = min(begin + CHUNK, gives.shape[2])
        first, last = begin >> 6, (end + 63) >> 6
        # nothing is given anywhere yet, so that it does not matter of what
        spare[:] = 0
        given[:] = 0
        before[:] = 0
        variant[:] = 0
        for row in range(choices.shape[0]):
            count = 0
            for part in range(parts):
                _read(going, choices[row, 0], part, first, now)
                new = choices[row, 1 + part]
                if new != variant[part] or not _alike(now, before[part]):
                    _expand(now, room)
                    _renew(gives[new, :, begin:end], room, given[part], changes[count])
                    changed[count] = part
                    count += 1
                    variant[part] = new
                    for word in range(now.size):
                        before[part, word] = now[word]
            _add(changes, changed[:count], phase, touches, spare, room)
            _pack(room, end - begin, covered[row, first:last])


@numba.njit(cache=True, nogil=True)
def _read(  # pragma: no cover
    going: Words, row: int, part: int, first: int, now: Words
) -> None:
    """The words of the worlds in which a part counts; requirements, behind the pools, always do."""
    for word in range(now.size):
        now[word] = np.uint64(0)
    for word in range(min(now.size, going.shape[2] - first)):
        now[word] = going[row, part, first + word] if part < going.shape[1] else ~np.uint64(0)


@numba.njit(cache=True, nogil=True)
def _alike(one: Words, other: Words) -> bool:  # pragma: no cover
    """Whether words are the same."""
    differs = np.uint64(0)
    for word in range(one.size):
        differs |= one[word] ^ other[word]
    return bool(differs == 0)


@numba.njit(cache=True, nogil=True)
def _expand(where: Words, mask: Amounts) -> None:  # pragma: no cover
    """All bits set where a world is in, none elsewhere."""
    for word in range(where.size):
        bits, here = where[word], mask[64 * word : 64 * word + 64]
        for bit in range(64):
            here[bit] = -np.int64((bits >> np.uint64(bit)) & np.uint64(1))


@numba.njit(cache=True, nogil=True)
def _renew(  # pragma: no cover
    amounts: Amounts, mask: Amounts, given: Amounts, change: Amounts
) -> None:
    """Put what a part gives in some worlds, by phase, in place of what it gave before."""
    for t in range(amounts.shape[0]):
        new, own, into = amounts[t], given[t], change[t]
        for world in range(new.size):
            now = new[world] & mask[world]
            into[world] = now - own[world]
            own[world] = now


@numba.njit(cache=True, nogil=True)
def _add(  # pragma: no cover
    changes: Amounts,
    changed: Integers,
    phase: Integers,
    touches: Booleans,
    spare: Amounts,
    short: Amounts,
) -> None:
    """Add changes to the lines that they touch; ``short`` is below 0 where any line is."""
    short[:] = 0
    for line in range(phase.size):
        own = spare[line]
        for place in range(changed.size):
            if touches[changed[place], line]:
                more = changes[place, phase[line]]
                for world in range(own.size):
                    own[world] += more[world]
        for world in range(own.size):
            # the sign is that of any line below zero
            short[world] |= own[world]


@numba.njit(cache=True, nogil=True)
def _pack(short: Amounts, count: int, row: Words) -> None:  # pragma: no cover
    """Set the bit of every world that is not short."""
    for word in range(row.size):
        bits, part = np.uint64(0), short[64 * word : min(64 * word + 64, count)]
        for bit in range(part.size):
            bits |= np.uint64(part[bit] >= 0) << np.uint64(bit)
        row[word] = bits
