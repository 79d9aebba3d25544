"""The chance of delivery where only availability is uncertain, in fractions, state by state.

Written from ``docs/models.md`` section 2 alone; slow and obvious. A pledge is available where its
contributor's uniform number lies below its chance; an independent pledge has a number of its own.
So a contributor is in one of a few states, and everything asked is a sum over the product of the
states of all, and over the situations in which the world may be.

Conditions are the tuples of ``oracles.capability``; amounts and requirements are whole numbers.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import chain, combinations, pairwise, permutations, product
from math import factorial

from oracles.capability import holds
from oracles.coalitions import maximum_flow


@dataclass(frozen=True)
class Situation:
    """One way the world may be.

    ``weight`` is its probability. Per pledge ``chances``, ``conditions``, ``amounts`` (one a
    phase) and ``serves`` (a set of capabilities); ``needs`` has a row of phases per capability.
    """

    weight: Fraction
    chances: tuple
    conditions: tuple
    amounts: tuple
    serves: tuple
    needs: tuple


@dataclass(frozen=True)
class Pledges:
    """Whose each pledge is, 0, 1, …, and which of them have luck of their own."""

    contributors: int
    owners: tuple
    independent: tuple

    def of(self, contributor):
        return [m for m, owner in enumerate(self.owners) if owner == contributor]

    def all_of(self, contributors):
        return frozenset(m for m, owner in enumerate(self.owners) if owner in contributors)

    def states(self, contributor, chances):
        """Pairs of (pledges available, probability), each combination of lucks once."""
        own = self.of(contributor)
        together = [m for m in own if not self.independent[m]]
        lucks = [together] if together else []
        lucks += [[m] for m in own if self.independent[m]]
        parts = [_one_luck(luck, chances) for luck in lucks]
        joint = []
        for combination in product(*parts):
            there = frozenset().union(*(available for available, _ in combination))
            chance = Fraction(1)
            for _, part in combination:
                chance *= part
            joint.append((there, chance))
        return joint


def _one_luck(pledges, chances):
    """Cut the line from 0 to 1 at every chance; in each piece some pledges are available."""
    cuts = sorted({Fraction(0), Fraction(1), *(chances[m] for m in pledges)})
    return [
        (frozenset(m for m in pledges if low < chances[m]), high - low)
        for low, high in pairwise(cuts)
    ]


def subsets(members):
    """All subsets of a collection, as frozensets, small ones first."""
    listed = sorted(members)
    return map(
        frozenset, chain.from_iterable(combinations(listed, n) for n in range(len(listed) + 1))
    )


def going(situation, available, *, greatest):
    """Apply "available, and content with the others that go" from one end until it rests."""
    now = frozenset(available) if greatest else frozenset()
    while True:
        following = frozenset(
            m for m in available if holds(situation.conditions[m], now - {m})
        )  # fmt: skip
        if following == now:
            return now
        now = following


def enough(situation, joined):
    """Whether pools can be shared out so that every requirement of every phase is met."""
    for phase in range(len(situation.needs[0])):
        residual = {"source": {}}
        for m in joined:
            residual["source"]["pool", m] = situation.amounts[m][phase]
            residual["pool", m] = {
                ("capability", k): situation.amounts[m][phase] for k in situation.serves[m]
            }
        for k, row in enumerate(situation.needs):
            residual["capability", k] = {"sink": row[phase]}
        if maximum_flow(residual, "source", "sink") != sum(row[phase] for row in situation.needs):
            return False
    return True


class Told:
    """Everything about one situation at one of the two fixed points."""

    def __init__(self, pledges, situation, *, greatest):
        self.pledges, self.situation = pledges, situation
        self.states = [
            pledges.states(c, situation.chances) for c in range(pledges.contributors)
        ]  # fmt: skip
        self.goes = cache(lambda available: going(situation, available, greatest=greatest))
        self.enough = cache(lambda joined: enough(situation, joined))

    def delivers(self, available):
        return self.enough(self.goes(available))

    def mean(self, value, some):
        """The mean of a function of the available pledges, with the states of each given."""
        total = Fraction(0)
        for combination in product(*some):
            chance = Fraction(1)
            for _, part in combination:
                chance *= part
            if chance:
                available = frozenset().union(*(there for there, _ in combination))
                total += chance * value(available)
        return total

    def chance(self, members, surely=None):
        """P(deliver) when only members may be available, and one of them surely is in full."""
        never = [(frozenset(), Fraction(1))]
        some = [
            [(self.pledges.all_of([c]), Fraction(1))] if c == surely
            else self.states[c] if c in members else never
            for c in range(self.pledges.contributors)
        ]  # fmt: skip
        return self.mean(self.delivers, some)

    def missing(self, available, capability):
        """Per phase what lacks when all that can serve a capability serves it."""
        joined = self.goes(available)
        return [
            max(0, need - sum(self.situation.amounts[m][t] for m in joined
                              if capability in self.situation.serves[m]))
            for t, need in enumerate(self.situation.needs[capability])
        ]  # fmt: skip


def _added(situations, told, value):
    """The sum over situations of what each says, times its weight."""
    return sum(
        (s.weight * value(one) for s, one in zip(situations, told, strict=True)), Fraction(0)
    )


def shapley(contributors, worth):
    """Each contributor's mean marginal contribution over all orders."""
    total = [Fraction(0)] * contributors
    for order in permutations(range(contributors)):
        for place, c in enumerate(order):
            before = frozenset(order[:place])
            total[c] += worth[before | {c}] - worth[before]
    return [each / factorial(contributors) for each in total]


def smallest(family):
    """The members of a family of sets that contain no other, as sorted tuples, small ones first."""
    kept = [one for one in family if not any(other < one for other in family)]
    return sorted((tuple(sorted(one)) for one in kept), key=lambda one: (len(one), one))


def solve(pledges, situations, *, greatest):
    """The whole answer at one fixed point; sets are those of the first situation."""
    everybody = frozenset(range(pledges.contributors))
    told = [Told(pledges, each, greatest=greatest) for each in situations]
    worth = {
        members: _added(situations, told, lambda one, s=members: one.chance(s))
        for members in subsets(everybody)
    }
    surely = [
        _added(situations, told, lambda one, c=c: one.chance(everybody, surely=c))
        for c in sorted(everybody)
    ]
    without = [worth[everybody - {c}] for c in sorted(everybody)]
    whole = {s: told[0].delivers(pledges.all_of(s)) for s in subsets(everybody)}
    viable = smallest([s for s in whole if whole[s]])
    return {
        "p_deliver": worth[everybody],
        "without": without,
        "shapley": shapley(pledges.contributors, worth),
        "birnbaum": [one - other for one, other in zip(surely, without, strict=True)],
        "viable": viable,
        "cuts": smallest([s for s in whole if not whole[everybody - s]]),
        "single": [c for c in sorted(everybody) if viable and not whole[everybody - {c}]],
        **alone(situations, told),
    }


def alone(situations, told):
    """Each capability by itself: per phase, throughout, and what is expected to lack."""
    capabilities, phases = len(situations[0].needs), len(situations[0].needs[0])

    def mean(value):
        return _added(situations, told, lambda one: one.mean(lambda a: value(one, a), one.states))

    return {
        "covered": [
            [mean(lambda one, a, k=k, t=t: one.missing(a, k)[t] == 0) for t in range(phases)]
            for k in range(capabilities)
        ],
        "throughout": [
            mean(lambda one, a, k=k: not any(one.missing(a, k))) for k in range(capabilities)
        ],
        "shortfall": [
            [mean(lambda one, a, k=k, t=t: one.missing(a, k)[t]) for t in range(phases)]
            for k in range(capabilities)
        ],
        "worst": [mean(lambda one, a, k=k: max(one.missing(a, k))) for k in range(capabilities)],
    }
