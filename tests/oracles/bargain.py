"""Bargaining by its definitions: every package listed, whole numbers, no shortcut.

Written from ``docs/models.md`` section 1 alone; slow and obvious. Nothing is shared with
``accord.theory``. Parties and provisions are numbers from nought, a package is a tuple with one
level for every provision, and utilities are whole grid steps. Solutions, exchanges and forecasts
stand in ``oracles.solutions`` and ``oracles.drafts``.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from math import factorial


@dataclass(frozen=True, eq=False)
class Problem:
    """Who gains what from every level of every provision.

    ``levels`` are the numbers of levels; ``values[party][provision][level]`` and
    ``walk_away[party]`` are whole numbers. A joint is ``(provisions, points)``: the points of every
    party by the levels of those provisions, as a function of them or as a dictionary, in which
    what is absent adds nothing. A line is ``(party, provisions, forbidden)`` and a constraint
    ``(provisions, forbidden)``, ``forbidden`` being a set of tuples of levels.
    """

    levels: list
    values: list
    walk_away: list
    joints: list = ()
    lines: list = ()
    constraints: list = ()

    @property
    def parties(self):
        return range(len(self.walk_away))

    @cached_property
    def rows(self):
        """``(package, utilities, who accepts)`` of every package that the constraints allow."""
        return [
            (
                package,
                tuple(utility(self, party, package) for party in self.parties),
                tuple(accepts(self, party, package) for party in self.parties),
            )
            for package in packages(self)
        ]


def at(package, provisions):
    """The levels that a package has at some provisions."""
    return tuple(package[j] for j in provisions)


def possible(problem, package):
    """Whether no constraint forbids a package."""
    return not any(at(package, where) in forbidden for where, forbidden in problem.constraints)


def packages(problem):
    """Every package that the constraints allow, in row-major order."""
    every = product(*(range(size) for size in problem.levels))
    return [package for package in every if possible(problem, package)]


def utility(problem, party, package):
    """What a package is worth to a party: levels one by one, then what joints add."""
    total = sum(problem.values[party][j][level] for j, level in enumerate(package))
    for where, points in problem.joints:
        levels = at(package, where)
        added = points(*levels) if callable(points) else points.get(levels)
        total += added[party] if added is not None else 0
    return total


def crossed(problem, party, package):
    """Numbers of the party's own lines that a package crosses."""
    return {
        number
        for number, (owner, where, forbidden) in enumerate(problem.lines)
        if owner == party and at(package, where) in forbidden
    }


def accepts(problem, party, package):
    """A party accepts what is worth its walk-away value and crosses none of its own lines."""
    if utility(problem, party, package) < problem.walk_away[party]:
        return False
    return not crossed(problem, party, package)


def acceptable_rows(problem):
    """Rows of the packages that every party accepts."""
    return [row for row in problem.rows if all(row[2])]


def acceptable_to_all(problem):
    """Number of packages that every party accepts."""
    return len(acceptable_rows(problem))


def per_party(problem):
    """Number of packages that each party accepts."""
    return [sum(row[2][party] for row in problem.rows) for party in problem.parties]


def alone_blocks(problem):
    """Packages, by party, that everybody else accepts and this party does not."""
    return [
        [
            package
            for package, _, says in problem.rows
            if not says[party] and all(says[other] for other in problem.parties if other != party)
        ]
        for party in problem.parties
    ]


def dominates(one, other):
    """At least as much for everybody and more for somebody."""
    return one != other and all(x >= y for x, y in zip(one, other, strict=True))


def frontier(problem, only_acceptable=False):
    """Utility vectors that no other one dominates, with the number of packages at each.

    Dominance is inside the set asked for: all packages, or those that every party accepts. Whoever
    dominates has the larger sum, and a dominated vector is dominated by one that is not, so that
    each vector need be compared with those kept before it only.
    """
    rows = acceptable_rows(problem) if only_acceptable else problem.rows
    numbers = {}
    for _, vector, _ in rows:
        numbers[vector] = numbers.get(vector, 0) + 1
    kept = []
    for vector in sorted(numbers, key=sum, reverse=True):
        if not any(dominates(better, vector) for better in kept):
            kept.append(vector)
    return {vector: numbers[vector] for vector in kept}


def veto_shares(problem):
    """``v[S]``: the share of packages that all accept once the parties of S are set to accept.

    None where the constraints allow no package.
    """
    if not problem.rows:
        return None
    parties = list(problem.parties)
    sets = [frozenset(s) for n in range(len(parties) + 1) for s in combinations(parties, n)]
    refusing = [{i for i in parties if not says[i]} for _, _, says in problem.rows]
    return {s: Fraction(sum(r <= s for r in refusing), len(refusing)) for s in sets}


def veto_values(problem):
    """Shapley value of the veto, by subsets (Shapley 1953): fractions that sum to 1 - v(∅)."""
    shares = veto_shares(problem)
    if shares is None:
        return None
    n = len(problem.walk_away)
    return [
        sum(
            Fraction(factorial(len(s)) * factorial(n - len(s) - 1), factorial(n))
            * (shares[s | {party}] - shares[s])
            for s in shares
            if party not in s
        )
        for party in problem.parties
    ]
