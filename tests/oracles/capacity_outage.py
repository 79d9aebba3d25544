"""Capacity outage tables of units that fail independently (Billinton and Allan 1996, chapter 2).

The table of what is available grows by one unit at a time:

    P_n(x) = a_n P_{n-1}(x - c_n) + (1 - a_n) P_{n-1}(x)

with c_n the unit's capacity and a_n its availability; a unit with several states adds one term a
state. Capacities are tuples, one number a capability, so that a unit may bring several things that
stand or fall together. Probabilities are fractions.
"""

from collections import defaultdict
from fractions import Fraction


def table(units, capabilities):
    """What is available with which chance.

    ``units`` is a sequence of units, each a list of pairs (chance, tuple of amounts). Chances that
    are left over bring nothing.
    """
    nothing = (0,) * capabilities
    chances = {nothing: Fraction(1)}
    for states in units:
        left = 1 - sum(chance for chance, _ in states)
        grown = defaultdict(Fraction)
        for held, before in chances.items():
            for chance, brought in [*states, (left, nothing)]:
                total = tuple(a + b for a, b in zip(held, brought, strict=True))
                grown[total] += before * chance
        chances = dict(grown)
    return chances


def chance_of_enough(chances, requirements):
    """The chance that every capability has what it needs."""
    return sum(
        chance
        for held, chance in chances.items()
        if all(have >= need for have, need in zip(held, requirements, strict=True))
    )


def expected_shortfall(chances, requirement, capability=0):
    """What one capability lacks on average: the expected demand not supplied."""
    return sum(chance * max(0, requirement - held[capability]) for held, chance in chances.items())
