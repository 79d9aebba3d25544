"""Pools with one role each that fail independently, against recursive outage tables."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from accord.theory.capacity import taken_alone
from accord.theory.coalition import Always
from accord.theory.loss import Coalition, deliver
from oracles.capacity_outage import chance_of_enough, expected_shortfall, table

DRAWS = 20_000


@dataclass(frozen=True)
class Fleet:
    """Units that stand or fall whole, each of one pool a capability that it brings something to."""

    amounts: list
    chances: list
    requirements: list

    def units(self):
        brought = zip(self.chances, self.amounts, strict=True)
        return [[(chance, tuple(amounts))] for chance, amounts in brought]

    def pools(self):
        """Unit, capability and amount of every pool."""
        return [
            (unit, kind, amount)
            for unit, amounts in enumerate(self.amounts)
            for kind, amount in enumerate(amounts)
            if amount
        ]

    def coalition(self):
        pools, kinds = self.pools(), len(self.requirements)
        return Coalition(
            (Always(),) * len(pools),
            tuple(unit for unit, _, _ in pools),
            len(self.amounts),
            np.array([[amount] for _, _, amount in pools]),
            np.array([[kind == column for column in range(kinds)] for _, kind, _ in pools]),
            np.array(self.requirements)[:, None],
        )

    def available(self, units):
        """Per pool, from bool (units, worlds)."""
        return units[[unit for unit, _, _ in self.pools()]]


def separate(generator):
    """Every unit brings one thing: capabilities fail independently."""
    kinds, units = int(generator.integers(1, 4)), int(generator.integers(3, 10))
    amounts = [[0] * kinds for _ in range(units)]
    for unit in range(units):
        amounts[unit][int(generator.integers(kinds)) if unit >= kinds else unit] = int(
            generator.integers(1, 6)
        )
    return fleet(generator, amounts)


def joined(generator):
    """Units bring several things that come or stay away together."""
    units = int(generator.integers(3, 9))
    amounts = generator.integers(0, 5, (units, 3))
    amounts[:, 0] += 1
    return fleet(generator, amounts.tolist())


def fleet(generator, amounts):
    """Chances of either kind and requirements that some of the units just bring."""
    chances = [Fraction(int(generator.integers(0, 11)), 10) for _ in amounts]
    some = generator.random(len(amounts)) < 0.6
    needed = np.array(amounts)[some].sum(axis=0) + generator.integers(-1, 2, len(amounts[0]))
    return Fleet(amounts, chances, np.maximum(needed, 0).tolist())


def every_state(chances):
    """All states of the units as worlds (units, 2**units), and how likely each is."""
    states = np.array(list(product([False, True], repeat=len(chances)))).T
    likely = np.array([float(chance) for chance in chances])[:, None]
    return states, np.where(states, likely, 1 - likely).prod(axis=0)


def figures(known, worlds, weights=None):
    """P(delivered), P(covered) and expected shortfall a capability, by the code under test."""
    coalition = known.coalition()
    available = known.available(worlds)
    delivered = deliver(coalition, available, goes=True).delivered
    alone = taken_alone(
        available, coalition.usable, coalition.roles, coalition.requirement, weights
    )
    chance = np.average(delivered, weights=weights)
    return chance, alone.covered[:, 0], alone.shortfall[:, 0]


def by_table(known):
    """The same figures, and the variance of each capability's shortfall."""
    kinds = range(len(known.requirements))
    chances = table(known.units(), len(known.requirements))
    none = [0] * len(known.requirements)
    covered, shortfall, variance = [], [], []
    for kind in kinds:
        needed = known.requirements[kind]
        covered.append(chance_of_enough(chances, [*none[:kind], needed, *none[kind + 1 :]]))
        mean = expected_shortfall(chances, needed, kind)
        shortfall.append(mean)
        square = sum(p * max(0, needed - held[kind]) ** 2 for held, p in chances.items())
        variance.append(square - mean * mean)
    return chance_of_enough(chances, known.requirements), covered, shortfall, variance


@pytest.mark.parametrize("kind", [separate, joined])
@pytest.mark.parametrize("seed", range(40))
def test_all_states_as_worlds_give_the_outage_table(kind, seed):
    known = kind(np.random.default_rng(seed))
    worlds, weights = every_state(known.chances)
    chance, covered, shortfall = figures(known, worlds, weights)
    exact = by_table(known)
    assert chance == pytest.approx(float(exact[0]), abs=1e-12)
    assert covered == pytest.approx([float(value) for value in exact[1]], abs=1e-12)
    assert shortfall == pytest.approx([float(value) for value in exact[2]], abs=1e-12)


@pytest.mark.parametrize("kind", [separate, joined])
@pytest.mark.parametrize("seed", range(15))
def test_drawn_worlds_come_near_the_outage_table(kind, seed):
    generator = np.random.default_rng(seed)
    known = kind(generator)
    likely = np.array([float(chance) for chance in known.chances])
    worlds = generator.random((len(likely), DRAWS)) < likely[:, None]
    chance, covered, shortfall = figures(known, worlds)
    exact = by_table(known)
    truth = np.array([float(value) for value in (exact[0], *exact[1])])
    errors = np.sqrt(truth * (1 - truth) / DRAWS)
    assert (np.abs(np.array([chance, *covered]) - truth) <= 5 * errors + 1e-12).all()
    means, spread = (np.array([float(value) for value in exact[place]]) for place in (2, 3))
    assert (np.abs(shortfall - means) <= 5 * np.sqrt(spread / DRAWS) + 1e-12).all()


@pytest.mark.parametrize("seed", range(20))
def test_capabilities_without_a_common_unit_fail_independently(seed):
    known = separate(np.random.default_rng(seed))
    chance, covered, _ = figures(known, *every_state(known.chances))
    assert chance == pytest.approx(covered.prod(), abs=1e-12)


def test_the_table_of_two_units_by_hand():
    # Billinton and Allan 1996, section 2.2: two units of 3 and one of 5 MW, outage rate 0.02 each
    units = [[(Fraction(98, 100), (size,))] for size in (3, 3, 5)]
    chances = table(units, 1)
    assert {held[0]: float(chance) for held, chance in chances.items()} == pytest.approx(
        {11: 0.941192, 8: 0.038416, 6: 0.019208, 5: 0.000392, 3: 0.000784, 0: 0.000008}
    )
    assert sum(chances.values()) == 1


def test_most_of_the_tables_are_neither_hopeless_nor_certain():
    known = [kind(np.random.default_rng(seed)) for kind in (separate, joined) for seed in range(40)]
    chances = [by_table(one)[0] for one in known]
    assert sum(0 < chance < 1 for chance in chances) >= 50
