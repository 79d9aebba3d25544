"""What could be made of one draft: exchanges, nearest improvements, and two plain forecasts.

Written from ``docs/models.md`` section 1 alone; slow and obvious.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations

from oracles.bargain import crossed, possible, utility


@dataclass(frozen=True)
class Exchange:
    """Two one-provision changes by which two parties give and take.

    ``first`` and ``second`` are ``(provision, level)`` with the provisions rising. ``first_giver``
    loses by the first change and gains by the second, ``second_giver`` the other way round; both
    prefer the whole. ``change`` is what the whole is worth to every party, ``losses`` the losers
    among the others with the steps they lose, ``below`` the required parties that were below their
    walk-away values already and still are.
    """

    first: tuple
    second: tuple
    first_giver: int
    second_giver: int
    result: tuple
    change: tuple
    losses: tuple
    below: tuple


def changed(package, *changes):
    """A package with some provisions set to other levels."""
    levels = list(package)
    for provision, level in changes:
        levels[provision] = level
    return tuple(levels)


def exchanges(problem, package, required=None):
    """Every exchange (logrolling) that starts from a package.

    What a change gives and takes is measured by making it alone; that half-way package need not be
    possible, the result must be. No required party (all by default) may fall from its walk-away
    value to less, or cross a line of its own that it did not cross before.
    """
    required = list(problem.parties) if required is None else list(required)
    single = [
        (provision, level)
        for provision, size in enumerate(problem.levels)
        for level in range(size)
        if level != package[provision]
    ]
    found = []
    for first, second in combinations(single, 2):
        result = changed(package, first, second)
        if first[0] == second[0] or not possible(problem, result):
            continue
        if any(_pushed(problem, party, package, result) for party in required):
            continue
        found += _pairs(problem, package, first, second, required)
    return found


def _difference(problem, party, package, *changes):
    after = utility(problem, party, changed(package, *changes))
    return after - utility(problem, party, package)


def _pushed(problem, party, package, result):
    """Whether a change makes a party fall below its walk-away value or cross one more line."""
    least = problem.walk_away[party]
    falls = utility(problem, party, package) >= least > utility(problem, party, result)
    return falls or bool(crossed(problem, party, result) - crossed(problem, party, package))


def _pairs(problem, package, first, second, required):
    by_first = [_difference(problem, i, package, first) for i in problem.parties]
    by_second = [_difference(problem, i, package, second) for i in problem.parties]
    whole = [_difference(problem, i, package, first, second) for i in problem.parties]
    result = changed(package, first, second)
    for one, other in permutations(problem.parties, 2):
        gives_first = by_first[one] < 0 < by_second[one]
        gives_second = by_second[other] < 0 < by_first[other]
        if gives_first and gives_second and whole[one] > 0 and whole[other] > 0:
            losses = [(i, -whole[i]) for i in problem.parties if whole[i] < 0]
            below = [i for i in required if utility(problem, i, result) < problem.walk_away[i]]
            yield Exchange(
                first, second, one, other, result, tuple(whole), tuple(losses), tuple(below)
            )


def distance(one, other):
    """Number of provisions in which two packages differ."""
    return sum(x != y for x, y in zip(one, other, strict=True))


def improve(problem, package, parties=None):
    """``(fewest changed provisions, all packages that near)``, or None where there is none.

    The packages are possible, and every one of the parties (all by default) accepts them and
    strictly prefers them to the given one. What others think of them does not count.
    """
    wanting = list(problem.parties) if parties is None else list(parties)
    here = [utility(problem, party, package) for party in problem.parties]
    better = [
        other
        for other, worth, says in problem.rows
        if all(says[party] and worth[party] > here[party] for party in wanting)
    ]
    if not better:
        return None
    least = min(distance(package, other) for other in better)
    return least, [other for other in better if distance(package, other) == least]


def compromise(power, salience, position):
    """Mean position weighted by power times salience; None where nothing weighs."""
    weights = [Fraction(p) * Fraction(s) for p, s in zip(power, salience, strict=True)]
    if not sum(weights):
        return None
    return sum(w * Fraction(x) for w, x in zip(weights, position, strict=True)) / sum(weights)


def median_voter(power, salience, position):
    """The lowest position up to which half of the weight stands (Black 1948); or None."""
    weights = [Fraction(p) * Fraction(s) for p, s in zip(power, salience, strict=True)]
    if not sum(weights):
        return None
    return min(
        x
        for x in position
        if 2 * sum(w for w, y in zip(weights, position, strict=True) if y <= x) >= sum(weights)
    )
