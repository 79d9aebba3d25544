"""All minimal sets that make a monotone yes-or-no function hold, and all that block it.

A function of sets is monotone when adding members never turns a yes into a no. Its *minimal
sets* (minimum viable coalitions, minimal path sets) are the smallest that hold; its *minimal
cuts* are the smallest whose removal from everybody leaves a no. Each family is the family of
minimal hitting sets of the other.

Algorithm: joint generation, as in MARCO (Liffiton et al. 2016). Look for a set that no result
so far explains: it hits every known cut, yet contains no known minimal set. If the function
holds there, shrink it to a minimal set; if not, grow it as far as it stays a no, and what is
left out is a minimal cut. When no unexplained set exists, both lists are complete.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["MinimalSets", "minimal_sets"]


@dataclass(frozen=True, slots=True)
class MinimalSets:
    """Minimal sets and minimal cuts, as sorted tuples of members, smallest first.

    Attributes
    ----------
    sets : tuple of tuples of int
        Minimal sets that hold; ``((),)`` when the function always holds.
    cuts : tuple of tuples of int
        Minimal sets whose removal blocks; ``((),)`` when the function never holds.
    complete : bool
        False when the search stopped at its limit.
    """

    sets: tuple[tuple[int, ...], ...]
    cuts: tuple[tuple[int, ...], ...]
    complete: bool


def minimal_sets(holds: Callable[[int], bool], members: int, limit: int = 1000) -> MinimalSets:
    """List the minimal sets and the minimal cuts of a monotone function.

    Parameters
    ----------
    holds : function of a bitmask
        Bit i says whether member i is in; must be monotone.
    members : int
    limit : int
        Results after which the search stops and says so.

    Returns
    -------
    MinimalSets

    References
    ----------
    Liffiton, Previti, Malik and Marques-Silva 2016; minimal path and cut sets: Birnbaum 1969.
    """
    everybody = (1 << members) - 1
    paths: list[int] = []
    cuts: list[int] = []
    while len(paths) + len(cuts) < limit:
        seed = _unexplained(paths, cuts, everybody)
        if seed is None:
            return MinimalSets(_listed(paths), _listed(cuts), complete=True)
        if holds(seed):
            paths.append(_shrunk(holds, seed, members))
        else:
            cuts.append(everybody & ~_grown(holds, seed, members))
    complete = _unexplained(paths, cuts, everybody) is None
    return MinimalSets(_listed(paths), _listed(cuts), complete)


def _unexplained(paths: list[int], cuts: list[int], everybody: int) -> int | None:
    """A set that meets every cut and contains no path, by depth-first search."""
    pending = [(0, 0)]  # (certainly in, certainly out)
    while pending:
        within, without = pending.pop()
        if any(not path & ~within for path in paths):
            continue
        # a path with one member not yet in forces that member out
        forced = 0
        for path in paths:
            rest = path & ~within
            if not path & without and rest & (rest - 1) == 0:
                forced |= rest
        without |= forced
        open_cuts = [cut & ~without for cut in cuts if not cut & within]
        if not open_cuts:
            # as large as the paths allow: large seeds give cuts, small ones paths
            return _widest(paths, within, without, everybody)
        choice = min(open_cuts, key=int.bit_count)
        if not choice:
            continue
        barred = without
        branches = []
        while choice:
            member = choice & -choice
            branches.append((within | member, barred))
            barred |= member
            choice &= choice - 1
        pending.extend(reversed(branches))
    return None


def _widest(paths: list[int], within: int, without: int, everybody: int) -> int:
    candidates = everybody & ~within & ~without
    while candidates:
        member = candidates & -candidates
        candidates &= candidates - 1
        if all(path & ~(within | member) for path in paths):
            within |= member
    return within


def _shrunk(holds: Callable[[int], bool], seed: int, members: int) -> int:
    for member in range(members):
        smaller = seed & ~(1 << member)
        if smaller != seed and holds(smaller):
            seed = smaller
    return seed


def _grown(holds: Callable[[int], bool], seed: int, members: int) -> int:
    for member in range(members):
        larger = seed | (1 << member)
        if larger != seed and not holds(larger):
            seed = larger
    return seed


def _listed(bitmasks: list[int]) -> tuple[tuple[int, ...], ...]:
    listed = (tuple(i for i in range(mask.bit_length()) if mask >> i & 1) for mask in bitmasks)
    return tuple(sorted(listed, key=lambda members: (len(members), members)))
