"""Why there is no deal, by listing every package and every set of demands.

Written from the definitions in ``docs/models.md`` section 1 (*No deal*) alone; slow and obvious.
Nothing is shared with ``accord.theory``. Parties, provisions and demands are numbers from nought, a
package is a tuple of levels, and all numbers are whole grid steps.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from math import prod


@dataclass(frozen=True)
class Table:
    """A condition on a few provisions: true where their levels are in ``true``."""

    provisions: tuple
    true: frozenset

    def holds(self, package):
        return tuple(package[j] for j in self.provisions) in self.true


@dataclass(frozen=True)
class Want:
    """A demand: a table, or of ``party`` to have its walk-away value; only where ``when`` holds.

    ``party`` is None for a constraint.
    """

    party: object
    table: object = None
    when: object = None


@dataclass(frozen=True)
class Domain:
    """``values[party][provision][level]``; joints: ``(provisions, {levels: points})``."""

    levels: tuple
    values: list
    walk_away: list
    joints: list
    wants: list

    @property
    def packages(self):
        return list(product(*(range(n) for n in self.levels)))


def utility(domain, party, package):
    return sum(domain.values[party][j][level] for j, level in enumerate(package)) + sum(
        points[tuple(package[j] for j in where)][party] for where, points in domain.joints
    )


def met(domain, want, package):
    if want.when is not None and not want.when.holds(package):
        return True
    if want.table is not None:
        return want.table.holds(package)
    return utility(domain, want.party, package) >= domain.walk_away[want.party]


def met_sets(domain):
    """The different sets of demands that packages meet."""
    return {
        frozenset(d for d, want in enumerate(domain.wants) if met(domain, want, package))
        for package in domain.packages
    }


def subsets(count):
    for size in range(count + 1):
        for members in combinations(range(count), size):
            yield frozenset(members)


def conflicts(domain):
    """Every minimal set of demands that no package meets together, over all sets of demands."""
    together = met_sets(domain)
    bad = [s for s in subsets(len(domain.wants)) if not any(s <= m for m in together)]
    return {s for s in bad if not any(other < s for other in bad)}


def give_up(domain):
    """Every minimal set of demands without which some package meets all others; none of a deal."""
    everything = frozenset(range(len(domain.wants)))
    together = met_sets(domain)
    enough = [s for s in subsets(len(domain.wants)) if any(everything - s <= m for m in together)]
    return {
        s
        for s in enough
        if s and frozenset() not in enough and not any(other < s for other in enough)
    }


def deals(domain, without=()):
    """Packages that meet all demands, or all but some."""
    kept = [want for d, want in enumerate(domain.wants) if d not in without]
    return [p for p in domain.packages if all(met(domain, want, p) for want in kept)]


def cost(domain, package, costs, conceding):
    """What some parties have to concede for a package; None where more is broken than they can."""
    lowered, total = {}, 0
    for d, want in enumerate(domain.wants):
        if met(domain, want, package):
            continue
        if want.party is None or want.party not in conceding:
            return None
        if want.table is not None:
            if d not in costs:
                return None
            total += costs[d]
        else:
            lowered[want.party] = domain.walk_away[want.party] - utility(
                domain, want.party, package
            )
    return total + sum(lowered.values())


def cheapest(domain, costs, conceding):
    """The least total concession; None where none opens a deal."""
    found = [cost(domain, package, costs, conceding) for package in domain.packages]
    return min((each for each in found if each is not None), default=None)


def gains(domain, parties, package):
    return [utility(domain, i, package) - domain.walk_away[i] for i in parties]


def leximin(domain, parties, scales, without=()):
    """The largest sorted vector of shares among deals."""
    vectors = [
        sorted(Fraction(g, s) for g, s in zip(gains(domain, parties, p), scales, strict=True))
        for p in deals(domain, without)
    ]
    return max(vectors, default=None)


def nash(domain, parties, weights):
    """``(most gainers, largest product of their gains to whole weights)`` among deals."""
    found = []
    for package in deals(domain):
        each = gains(domain, parties, package)
        if min(each) >= 0:
            powers = [g**w for g, w in zip(each, weights, strict=True) if g > 0]
            found.append((len(powers), prod(powers)))
    return max(found, default=None)


def nearest(domain, package, parties):
    """The least number of changed provisions of a deal that is better for some parties."""
    now = [utility(domain, i, package) for i in parties]
    better = [
        sum(a != b for a, b in zip(p, package, strict=True))
        for p in deals(domain)
        if all(utility(domain, i, p) > u for i, u in zip(parties, now, strict=True))
    ]
    return min(better, default=None)


def drawn(dice, parties, levels, *, whens=True):
    """A random domain with joints, lines, constraints and conditional consent."""
    count = len(levels)

    def table(size, share):
        where = tuple(sorted(dice.sample(range(count), size)))
        cells = product(*(range(levels[j]) for j in where))
        return Table(where, frozenset(cell for cell in cells if dice.random() < share))

    def sometimes(share):
        return table(dice.choice((0, 1, 1, 2)), 0.6) if whens and dice.random() < share else None

    values = [[[dice.randint(-3, 9) for _ in range(n)] for n in levels] for _ in range(parties)]
    joints = []
    for _ in range(dice.choice((0, 0, 1, 2))):
        where = tuple(sorted(dice.sample(range(count), dice.choice((2, 2, 3)))))
        cells = product(*(range(levels[j]) for j in where))
        joints.append(
            (where, {c: [dice.choice((0, 0, -4, 5)) for _ in range(parties)] for c in cells})
        )
    reach = [sum(max(x) for x in table) for table in values]
    walk_away = [round(top * dice.uniform(0.3, 1.05)) for top in reach]
    wants = [Want(party, when=sometimes(0.3)) for party in range(parties)]
    for _ in range(dice.randint(1, 4)):
        size = dice.choice((0, 1, 1, 1, 2, 2, 3))
        share = dice.choice((0.4, 0.6, 0.8))
        wants.append(
            Want(dice.choice((*range(parties), None)), table(size, share), sometimes(0.15))
        )
    return Domain(tuple(levels), values, walk_away, joints, wants)
