"""Conditions of pledges as small programs that a compiled loop can run on 64 worlds at a time.

A condition becomes a row of whole numbers in postfix order, so that one stack of words evaluates
it; masks over worlds are kept once, however many conditions name them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.coalition import (
    All,
    Always,
    Any,
    AtLeast,
    Condition,
    Goes,
    Never,
    World,
    mutual_waits,
    waits_for,
)

__all__ = [
    "ALL",
    "ALWAYS",
    "ANY",
    "AT_LEAST",
    "GOES",
    "NEVER",
    "WORLD",
    "Programs",
    "packed_worlds",
    "programs_of",
    "shares_of_worlds",
    "unpacked_worlds",
]

Booleans: TypeAlias = NDArray[np.bool_]
Integers: TypeAlias = NDArray[np.int64]
Words: TypeAlias = NDArray[np.uint64]
Floats: TypeAlias = NDArray[np.float64]

ALWAYS, NEVER, WORLD, GOES, ALL, ANY, AT_LEAST = range(7)
WORD = 64
_AT_ONCE = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Programs:
    """Every variant of every pledge's condition.

    Attributes
    ----------
    code : int64 array (L,)
        All programs, one behind the other.
    start : int64 array (V + 1,)
        Where the program of each variant begins, and where the last one ends.
    first : int64 array (M,)
        The first variant of each pledge; its others follow.
    masks : uint64 array (X, words)
        Distinct masks over worlds.
    order : int64 array (M,)
        Pledges so that those waited for come before those that wait, circles apart.
    circular : bool
        Whether pledges wait for one another in a circle under some choice of variants; where
        none do, the least and the greatest fixed point are one.
    deepest : int
        Words that the stack has to hold.
    """

    code: Integers
    start: Integers
    first: Integers
    masks: Words
    order: Integers
    circular: bool
    deepest: int


def packed_worlds(rows: Booleans) -> Words:
    """Rows of worlds as words: bit b of word i is world 64·i + b, bits behind the last are 0."""
    table = np.atleast_2d(np.asarray(rows, dtype=np.bool_))
    octets = np.packbits(table, axis=1, bitorder="little")
    words = -(-table.shape[1] // WORD)
    padded = np.zeros((table.shape[0], words * 8), dtype=np.uint8)
    padded[:, : octets.shape[1]] = octets
    return padded.view(np.uint64)


def unpacked_worlds(words: Words, worlds: int) -> Booleans:
    """The worlds of each row, shape (..., W)."""
    octets = np.ascontiguousarray(words).view(np.uint8)
    return np.unpackbits(octets, axis=-1, count=worlds, bitorder="little").view(np.bool_)


def shares_of_worlds(words: Words, worlds: int, weights: NDArray[np.float64] | None) -> Floats:
    """The weighted share of worlds whose bit is set, per row.

    Parameters
    ----------
    words : uint64 array (N, words)
    worlds : int
    weights : float array (W,), optional
        Equal when left out; counts are then exact until the one division.

    Returns
    -------
    float array (N,)
    """
    if weights is None:
        return np.asarray(np.bitwise_count(words).sum(axis=1) / worlds)
    share = weights / weights.sum()
    parts = [
        unpacked_worlds(words[i : i + _AT_ONCE], worlds) @ share
        for i in range(0, len(words), _AT_ONCE)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def programs_of(variants: Sequence[Sequence[Condition]], worlds: int) -> Programs:
    """Compile the variants of every pledge's condition.

    Parameters
    ----------
    variants : sequence of M sequences of conditions
        At least one each.
    worlds : int

    Raises
    ------
    ModelError
        When a node is empty, a mask has the wrong length or a pledge is unknown.
    """
    masks: dict[bytes, int] = {}
    rows: list[Words] = []
    code: list[int] = []
    start = [0]
    first: list[int] = []
    deepest = 1
    for pledge, conditions in enumerate(variants):
        first.append(len(start) - 1)
        for condition in conditions:
            writer = _Writer(pledge, len(variants), worlds, code, masks, rows)
            deepest = max(deepest, writer.write(condition))
            start.append(len(code))
    mentions = [
        frozenset[int]().union(*(waits_for(each, m) for each in conditions))
        for m, conditions in enumerate(variants)
    ]
    words = -(-worlds // WORD)
    return Programs(
        np.array(code, dtype=np.int64),
        np.array(start, dtype=np.int64),
        np.array(first, dtype=np.int64),
        np.stack(rows) if rows else np.zeros((0, words), dtype=np.uint64),
        np.array(_waited_for_first(mentions), dtype=np.int64),
        bool(mutual_waits([Goes(tuple(sorted(others))) for others in mentions])),
        deepest,
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    """Appends the program of one pledge's condition."""

    pledge: int
    pledges: int
    worlds: int
    code: list[int]
    masks: dict[bytes, int]
    rows: list[Words]

    def write(self, condition: Condition) -> int:
        """Write a condition and return how many words of stack it needs."""
        match condition:
            case Always():
                self.code.append(ALWAYS)
            case Never():
                self.code.append(NEVER)
            case World(mask):
                self.code.extend([WORLD, self._mask(mask)])
            case Goes(pledges):
                if any(not 0 <= other < self.pledges for other in pledges):
                    raise ModelError(
                        f"pledge {self.pledge} waits for one of {pledges}, "
                        f"but there are {self.pledges}"
                    )
                others = [other for other in pledges if other != self.pledge]
                self.code.extend([GOES, len(others), *others])
            case All(members) | Any(members) | AtLeast(_, members):
                return self._node(condition, members)
        return 1

    def _node(self, condition: All | Any | AtLeast, members: tuple[Condition, ...]) -> int:
        if not members:
            raise ModelError(f"pledge {self.pledge} has a condition without members")
        needs = [place + self.write(member) for place, member in enumerate(members)]
        if isinstance(condition, AtLeast):
            if not 1 <= condition.k <= len(members):
                raise ModelError(
                    f"at least {condition.k} of {len(members)} members can never be asked for"
                )
            self.code.extend([AT_LEAST, len(members), condition.k])
        else:
            self.code.extend([ALL if isinstance(condition, All) else ANY, len(members)])
        return max(needs)

    def _mask(self, mask: Booleans) -> int:
        if mask.shape != (self.worlds,):
            raise ModelError(f"a mask of {self.worlds} worlds is wanted, found {mask.shape}")
        row = packed_worlds(mask)[0]
        key = row.tobytes()
        if key not in self.masks:
            self.masks[key] = len(self.rows)
            self.rows.append(row)
        return self.masks[key]


def _waited_for_first(mentions: Sequence[frozenset[int]]) -> list[int]:
    """Pledges in the order in which a depth-first search leaves them."""
    order: list[int] = []
    seen: set[int] = set()
    for root in range(len(mentions)):
        pending = [(root, False)]
        while pending:
            pledge, left = pending.pop()
            if left:
                order.append(pledge)
            elif pledge not in seen:
                seen.add(pledge)
                pending.append((pledge, True))
                pending += [
                    (other, False) for other in sorted(mentions[pledge]) if other not in seen
                ]
    return order
