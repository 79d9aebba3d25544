"""Small coalitions of conditional pledges, solved in fractions by counting every state.

Written from ``docs/models.md`` section 2 alone; slow and obvious. The input is the parsed JSON of a
capability file. Nothing is shared with the code under test: delivery is decided by a maximum flow
from pools to capabilities instead of capability cuts, fixed points are found among all subsets, the
Shapley value is the mean over all orders.

Every number of the answer is a ``Fraction``; sets are sorted in the order of the file's players.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations
from math import factorial, lcm

MODES = ("waits", "goes")


@dataclass(frozen=True)
class Coalition:
    """A capability file in plain words.

    ``pools`` has, per player, pairs of (capabilities that the pool may serve, amount). ``ways``
    has, per player, the sets of others of which one has to go in full; a player whose ways hold
    the empty set is unconditional, one without a way never goes.
    """

    players: tuple
    capabilities: tuple
    requirements: tuple
    pools: dict
    ways: dict
    availability: dict


def exact(number):
    """The number as it is written: 0.1 is one tenth, not the nearest binary fraction."""
    return Fraction(str(number))


def read(document):
    """The coalition that a parsed capability file describes."""
    players, capabilities = tuple(document["players"]), tuple(document["capabilities"])
    told = document.get("conditions_dnf_others_going", {})
    return Coalition(
        players,
        capabilities,
        tuple(exact(amount) for amount in document["requirements"]),
        {player: _pools(document["offers"][player], capabilities) for player in players},
        {player: [frozenset(way) for way in told.get(player, [[]])] for player in players},
        {player: exact(document["availability"][player]) for player in players},
    )


def _pools(offer, capabilities):
    if offer and isinstance(offer[0], dict):
        return [(frozenset(pool["serves"]), exact(pool["amount"])) for pool in offer]
    pairs = zip(capabilities, offer, strict=True)
    return [(frozenset([capability]), exact(amount)) for capability, amount in pairs]


def subsets(members):
    """All subsets of a sequence, as frozensets, small ones first."""
    for size in range(len(members) + 1):
        yield from map(frozenset, combinations(members, size))


def once(coalition, available, going):
    """Who is available and content with the others that go."""
    return frozenset(
        player
        for player in available
        if any(way <= going - {player} for way in coalition.ways[player])
    )


def fixed_points(coalition, available):
    """The least and the greatest set that the rule maps to itself, out of all subsets."""
    order = sorted(available)
    found = [going for going in subsets(order) if once(coalition, available, going) == going]
    least = frozenset.intersection(*found)
    greatest = frozenset.union(*found)
    # Tarski: both are fixed points themselves, and iteration from either end arrives there.
    assert least in found
    assert greatest in found
    assert least == _iterated(coalition, available, frozenset())
    assert greatest == _iterated(coalition, available, frozenset(available))
    return {"waits": least, "goes": greatest}


def _iterated(coalition, available, going):
    while (following := once(coalition, available, going)) != going:
        going = following
    return going


def maximum_flow(residual, source, sink):
    """Edmonds and Karp 1972: augment along shortest paths until there is none.

    ``residual`` maps a node to {node: capacity} and is used up.
    """
    total = Fraction(0)
    while True:
        came_from, queue = {source: None}, [source]
        for node in queue:
            for following, capacity in residual.get(node, {}).items():
                if capacity > 0 and following not in came_from:
                    came_from[following] = node
                    queue.append(following)
        if sink not in came_from:
            return total
        path, node = [], sink
        while came_from[node] is not None:
            path.append((came_from[node], node))
            node = came_from[node]
        pushed = min(residual[start][end] for start, end in path)
        for start, end in path:
            residual[start][end] -= pushed
            back = residual.setdefault(end, {})
            back[start] = back.get(start, Fraction(0)) + pushed
        total += pushed


def delivers(coalition, going):
    """Whether the pools of those who go can be shared out so that every requirement is met."""
    residual = {"source": {}}
    for player in going:
        for number, (serves, amount) in enumerate(coalition.pools[player]):
            pool = ("pool", player, number)
            residual["source"][pool] = amount
            residual[pool] = {("capability", each): amount for each in serves}
    for capability, needed in zip(coalition.capabilities, coalition.requirements, strict=True):
        residual[("capability", capability)] = {"sink": needed}
    return maximum_flow(residual, "source", "sink") == sum(coalition.requirements)


def chances(coalition, possible):
    """How likely each set of available players is when only ``possible`` may be."""
    grown = {frozenset(): Fraction(1)}
    for player in sorted(possible):
        p = coalition.availability[player]
        absent = {state: chance * (1 - p) for state, chance in grown.items()}
        grown = absent | {state | {player}: chance * p for state, chance in grown.items()}
    return grown


def expectation(coalition, table, possible):
    """The mean of a table over sets of available players when only ``possible`` may be."""
    likely = chances(coalition, possible).items()
    return sum((chance * table[state] for state, chance in likely if table[state]), Fraction(0))


def shapley(players, worth):
    """Each player's mean marginal contribution over all orders."""
    common = lcm(*(value.denominator for value in worth.values()))
    whole = {members: int(value * common) for members, value in worth.items()}
    totals = dict.fromkeys(players, 0)
    for order in permutations(players):
        before = frozenset()
        for player in order:
            after = before | {player}
            totals[player] += whole[after] - whole[before]
            before = after
    orders = factorial(len(players)) * common
    return {player: Fraction(total, orders) for player, total in totals.items()}


def minimal(coalition, chosen):
    """The members of a family that contain no other, each in the order of the players."""
    smallest = [one for one in chosen if not any(other < one for other in chosen)]
    return [[player for player in coalition.players if player in one] for one in smallest]


def coverage(coalition, going):
    """Per capability: is all that can serve it enough, if it serves nothing else, and what lacks.


    ``going`` maps every set of available players to the set that goes.
    """
    told = {}
    for capability, needed in zip(coalition.capabilities, coalition.requirements, strict=True):
        missing = {
            state: max(Fraction(0), needed - _supply(coalition, joining, capability))
            for state, joining in going.items()
        }
        covered = {state: Fraction(not short) for state, short in missing.items()}
        told[capability] = {
            "covered": expectation(coalition, covered, coalition.players),
            "expected_shortfall": expectation(coalition, missing, coalition.players),
        }
    return told


def _supply(coalition, going, capability):
    return sum(
        (amount for p in going for serves, amount in coalition.pools[p] if capability in serves),
        Fraction(0),
    )


def solve_one(coalition, going):
    """The answer for one of the two fixed points, given who goes in every state."""
    players, everyone = coalition.players, frozenset(coalition.players)
    verdicts = {joining: delivers(coalition, joining) for joining in set(going.values())}
    enough = {state: verdicts[joining] for state, joining in going.items()}
    value = {state: Fraction(yes) for state, yes in enough.items()}
    worth = {members: expectation(coalition, value, members) for members in subsets(players)}
    without = {player: worth[everyone - {player}] for player in players}
    surely = {}
    for player in players:
        present = {state: value[state | {player}] for state in subsets(sorted(everyone - {player}))}
        surely[player] = expectation(coalition, present, everyone - {player})
    stopping = [
        gone for gone in subsets(players) if enough[everyone] and not enough[everyone - gone]
    ]
    return {
        "p_deliver": worth[everyone],
        "shapley": shapley(players, worth),
        "birnbaum": {player: surely[player] - without[player] for player in players},
        "single_points_of_failure": [p for p in players if frozenset([p]) in stopping],
        "minimum_viable": minimal(coalition, [s for s in subsets(players) if enough[s]]),
        "minimal_cuts": minimal(coalition, stopping),
        "coverage": coverage(coalition, going),
        "without": without,
    }


def solve(document):
    """The whole answer for a parsed capability file, at both fixed points."""
    coalition = read(document)
    states = {state: fixed_points(coalition, state) for state in subsets(coalition.players)}
    answers = {
        mode: solve_one(coalition, {state: both[mode] for state, both in states.items()})
        for mode in MODES
    }
    names = [name for name in answers["waits"] if name != "without"]
    whole = {name: {mode: answers[mode][name] for mode in MODES} for name in names}
    without = {
        player: {mode: answers[mode]["without"][player] for mode in MODES}
        for player in coalition.players
    }
    return {"exact": True, "package": None, **whole, "without": without}
