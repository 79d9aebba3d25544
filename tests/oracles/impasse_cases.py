"""Domains of ``oracles.impasse`` in the records of ``accord.theory.bargaining``."""

import random

import numpy as np

from accord.theory.bargaining.demand import Demand
from accord.theory.bargaining.space import CONSTRAINT, Bargain, Joint, Limit
from oracles import impasse

SCALE = 4.0


def domain_of(seed, *, whens=True):
    dice = random.Random(seed)
    levels = [dice.randint(2, 4) for _ in range(dice.randint(3, 5))]
    return impasse.drawn(dice, dice.randint(2, 4), levels, whens=whens)


def as_bargain(domain):
    """The problem and its demands in order."""
    limits, demands = [], []
    for d, want in enumerate(domain.wants):
        when = None if want.when is None else as_limit(domain, f"when {d}", want.when, CONSTRAINT)
        if want.table is None:
            demands.append(Demand("walk_away", want.party, f"demand {d}", when))
        else:
            party = CONSTRAINT if want.party is None else want.party
            demands.append(Demand("limit", len(limits), f"demand {d}", when))
            limits.append(as_limit(domain, f"demand {d}", want.table, party))
    values = tuple(
        np.array([domain.values[i][j] for i in range(len(domain.values))], dtype=np.int64)
        for j in range(len(domain.levels))
    )
    joints = tuple(as_joint(domain, *joint) for joint in domain.joints)
    walk_away = np.array(domain.walk_away, dtype=np.int64)
    return Bargain(values, walk_away, joints, tuple(limits), SCALE), tuple(demands)


def as_limit(domain, name, table, party):
    allowed = np.zeros([domain.levels[j] for j in table.provisions], dtype=np.bool_)
    for cell in table.true:
        allowed[cell] = True
    return Limit(name, table.provisions, allowed, party)


def as_joint(domain, where, points):
    table = np.zeros((len(domain.values), *(domain.levels[j] for j in where)), dtype=np.int64)
    for cell, each in points.items():
        table[(slice(None), *cell)] = each
    return Joint(where, table)
