"""Who accepts which packages: how many packages every set of parties accepts, and who blocks.

Each package has a pattern, the set of parties that accept it. Counting patterns answers how many
packages all accept (the zone of possible agreement), whom each party alone keeps from agreeing,
and the Shapley value of the veto.

Algorithm: two half tables of partial sums, every pair of halves compared with the walk-away values
(Horowitz and Sahni 1974). Two parties need no pairs: halves sorted by the first, a tree of counts
over the second. Above that, packages are sampled, and the answer says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.bargaining.space import CONSTRAINT, Bargain, Joint, Limit, factors

__all__ = ["Patterns", "acceptance_patterns", "with_lines"]

Integers = NDArray[np.int64]

MOST_PAIRS = 300_000_000
"""Packages times parties up to which every pair of halves is compared."""

LARGEST_HALF = 4_000_000
SAMPLED = 1 << 20
MOST_PARTIES = 62


@dataclass(frozen=True)
class Patterns:
    """How many packages each set of parties accepts.

    Attributes
    ----------
    parties : int
    packages : int
        All that the constraints allow.
    counts : mapping of bitmask to int
        Packages accepted by exactly the parties of the mask. Of sampled packages where not exact.
    sampled : int
        Packages sampled; 0 where every package was counted.
    """

    parties: int
    packages: int
    counts: dict[int, int]
    sampled: int = 0

    @property
    def exact(self) -> bool:
        """Whether every package was counted."""
        return not self.sampled

    @property
    def everybody(self) -> int:
        """The mask of all parties."""
        return (1 << self.parties) - 1

    def number(self, masks: list[int]) -> tuple[int, float]:
        """Packages with one of some patterns, and the standard error of that number."""
        found = sum(self.counts.get(mask, 0) for mask in masks)
        if self.exact:
            return found, 0.0
        share = found / self.sampled
        error = math.sqrt(share * (1 - share) / self.sampled)
        return round(share * self.packages), error * self.packages

    def acceptable_to_all(self) -> tuple[int, float]:
        """Packages that every party accepts, with standard error."""
        return self.number([self.everybody])

    def accepted_by(self, party: int) -> tuple[int, float]:
        """Packages that one party accepts, with standard error."""
        return self.number([mask for mask in self.counts if mask >> party & 1])

    def blocked_by(self, party: int) -> tuple[int, float]:
        """Packages that all accept but this party, with standard error."""
        return self.number([self.everybody & ~(1 << party)])

    def veto_values(self) -> list[float]:
        """The Shapley value of the veto: what each party's consent is worth.

        The worth of a set of parties is the share of packages that all accept once that set
        accepts everything. A package refused by the parties M counts in every set that holds M,
        so it gives each of them 1/|M| (Shapley 1953). The values sum to the share refused.
        """
        total = sum(self.counts.values())
        values = [0.0] * self.parties
        for mask, count in sorted(self.counts.items()):
            refusing = [i for i in range(self.parties) if not mask >> i & 1]
            for party in refusing:
                values[party] += count / total / len(refusing)
        return values


def with_lines(bargain: Bargain) -> Bargain:
    """The same problem with every red line as points so low that its party refuses.

    Utilities stay true where no line is crossed.
    """
    lines = [limit for limit in bargain.limits if limit.party != CONSTRAINT]
    if not lines:
        return bargain
    spans = [np.abs(table).max(axis=1) for table in bargain.values]
    spans += [
        np.abs(joint.points).reshape(bargain.parties, -1).max(axis=1) for joint in bargain.joints
    ]
    price = int(np.sum(spans, axis=0).max() + np.abs(bargain.walk_away).max()) + 1
    joints = tuple(_as_points(line, bargain.parties, price) for line in lines)
    rest = tuple(limit for limit in bargain.limits if limit.party == CONSTRAINT)
    return Bargain(
        bargain.values, bargain.walk_away, (*bargain.joints, *joints), rest, bargain.scale
    )


def _as_points(line: Limit, parties: int, price: int) -> Joint:
    points = np.zeros((parties, *line.allowed.shape), dtype=np.int64)
    points[line.party] = np.where(line.allowed, 0, -price)
    return Joint(line.provisions, points)


def acceptance_patterns(bargain: Bargain, seed: int = 1) -> Patterns:
    """Count the patterns of acceptance over all packages.

    Parameters
    ----------
    seed : int
        Of the sample, where one is needed.

    Raises
    ------
    ModelError
        For more than 62 parties.
    """
    if bargain.parties > MOST_PARTIES:
        raise ModelError(f"found {bargain.parties} parties, at most {MOST_PARTIES} counted")
    priced = with_lines(bargain)
    tables = [part.points for part in factors(priced)]
    sizes = [table.shape[1] for table in tables]
    packages = math.prod(sizes)
    if not packages:
        return Patterns(bargain.parties, 0, {})
    left, right = _halves(sizes)
    pairs = packages * bargain.parties <= MOST_PAIRS
    small = max(math.prod(sizes[k] for k in half) for half in (left, right)) <= LARGEST_HALF
    if not pairs and not (small and bargain.parties <= 2):
        return _sampled(priced, tables, packages, seed)
    first, second = (_sums(bargain.parties, [tables[k] for k in half]) for half in (left, right))
    if pairs:
        counts = _all_pairs(first, second, bargain.walk_away)
    else:
        counts = _two_parties(first, second, bargain.walk_away)
    return Patterns(bargain.parties, packages, counts)


def _halves(sizes: list[int]) -> tuple[list[int], list[int]]:
    """Two groups of factors with products as even as taking the largest first makes them."""
    groups: tuple[list[int], list[int]] = ([], [])
    products = [1, 1]
    for k in sorted(range(len(sizes)), key=lambda k: -sizes[k]):
        side = int(products[1] < products[0])
        groups[side].append(k)
        products[side] *= sizes[k]
    return groups


def _sums(parties: int, tables: list[Integers]) -> Integers:
    total = np.zeros((parties, 1), dtype=np.int64)
    for table in tables:
        total = (total[:, :, None] + table[:, None, :]).reshape(parties, -1)
    return total


def _all_pairs(first: Integers, second: Integers, walk_away: Integers) -> dict[int, int]:
    if first.shape[1] > second.shape[1]:
        first, second = second, first
    parties, rows = first.shape
    step = max(1, 1_000_000 // second.shape[1])
    kind = np.uint8 if parties <= 8 else np.uint16 if parties <= 16 else np.int64
    counts: dict[int, int] = {}
    for start in range(0, rows, step):
        piece = first[:, start : start + step]
        masks = np.zeros((piece.shape[1], second.shape[1]), dtype=kind)
        for i in range(parties):
            accepts = second[i] >= (walk_away[i] - piece[i])[:, None]
            masks |= accepts.astype(kind) << kind(i)
        if parties <= 16:
            found = np.bincount(masks.ravel(), minlength=1)
            seen = np.flatnonzero(found)
            many = found[seen]
        else:
            seen, many = np.unique(masks, return_counts=True)
        for mask, count in zip(seen.tolist(), many.tolist(), strict=True):
            counts[mask] = counts.get(mask, 0) + count
    return counts


def _two_parties(first: Integers, second: Integers, walk_away: Integers) -> dict[int, int]:
    """Counts for one or two parties from sorted halves."""
    total = first.shape[1] * second.shape[1]
    needs = walk_away[:, None] - first
    own = []
    for need, have in zip(needs, second, strict=True):
        ordered = np.sort(have)
        own.append(int((ordered.size - np.searchsorted(ordered, need)).sum()))
    if len(own) == 1:
        return {1: own[0], 0: total - own[0]}
    # imported here, since it takes half a second that small problems need not wait for
    from accord.theory.bargaining.pairs_compiled import pairs_at_least  # noqa: PLC0415

    order, arranged = np.argsort(-needs[0], kind="stable"), np.argsort(-second[0], kind="stable")
    ranks = np.sort(second[1])
    both = int(
        pairs_at_least(
            needs[0][order],
            np.searchsorted(ranks, needs[1][order]),
            second[0][arranged],
            np.searchsorted(ranks, second[1][arranged]),
        )
    )
    counts = {3: both, 1: own[0] - both, 2: own[1] - both, 0: total - own[0] - own[1] + both}
    return {mask: count for mask, count in counts.items() if count}


def _sampled(bargain: Bargain, tables: list[Integers], packages: int, seed: int) -> Patterns:
    draws = np.random.Generator(np.random.Philox(key=seed))
    total = np.zeros((bargain.parties, SAMPLED), dtype=np.int64)
    for table in tables:
        total += table[:, draws.integers(0, table.shape[1], SAMPLED)]
    masks = np.zeros(SAMPLED, dtype=np.int64)
    for i in range(bargain.parties):
        masks |= (total[i] >= bargain.walk_away[i]).astype(np.int64) << i
    seen, many = np.unique(masks, return_counts=True)
    return Patterns(
        bargain.parties, packages, dict(zip(seen.tolist(), many.tolist(), strict=True)), SAMPLED
    )
