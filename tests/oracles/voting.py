"""Power indices from their definitions: all orders, and all sets of others, in fractions.

A game is a function of a frozenset of players; players are 0..n-1.
"""

from fractions import Fraction
from itertools import combinations, permutations
from math import factorial


def all_sets(players):
    members = list(players)
    return [
        frozenset(chosen) for size in range(len(members) + 1)
        for chosen in combinations(members, size)
    ]  # fmt: skip


def shapley_by_orders(worth, n):
    """The mean of what each player adds over all n! orders."""
    values = [Fraction(0)] * n
    for order in permutations(range(n)):
        before = frozenset()
        for player in order:
            after = before | {player}
            values[player] += worth(after) - worth(before)
            before = after
    return [value / factorial(n) for value in values]


def shapley_by_sets(worth, n):
    """The same as a weighted sum over sets of others."""
    values = []
    for player in range(n):
        total = Fraction(0)
        for others in all_sets(set(range(n)) - {player}):
            size = len(others)
            weight = Fraction(factorial(size) * factorial(n - size - 1), factorial(n))
            total += weight * (worth(others | {player}) - worth(others))
        values.append(total)
    return values


def banzhaf(worth, n):
    """The mean of what each player adds over all sets of others."""
    values = []
    for player in range(n):
        gains = [
            Fraction(worth(others | {player})) - worth(others)
            for others in all_sets(set(range(n)) - {player})
        ]
        values.append(sum(gains) / len(gains))
    return values


def swings(worth, n):
    """Sets of others that each player turns from losing to winning."""
    return [
        sum(
            worth(others | {player}) - worth(others)
            for others in all_sets(set(range(n)) - {player})
        )
        for player in range(n)
    ]


def weighted(weights, quota):
    return lambda members: int(sum(weights[i] for i in members) >= quota)


def listed(coalitions):
    """Some winning coalitions, and whatever holds one of them."""
    return lambda members: int(any(set(one) <= members for one in coalitions))


def tabled(values):
    return lambda members: values[sum(1 << i for i in members)]


def formula(games, tree):
    """``tree`` is a game's position or (all or any, [trees])."""

    def holds(node, members):
        if isinstance(node, int):
            return bool(weighted(*games[node])(members))
        join, parts = node
        return join(holds(part, members) for part in parts)

    return lambda members: int(holds(tree, members))
