"""Small random coalitions, in which one step more or less often decides.

``random_coalition(seed)`` is a capability file as parsed JSON; ``tight_supply(seed)`` and
``wide_supply(seed)`` are pools, roles and requirements in whole numbers. The same seed gives the
same case.
"""

import random
from dataclasses import dataclass

PLAYERS = ("US", "FR", "GB", "DE", "PL", "New Zealand")
CAPABILITIES = ("lift", "patrol", "air defence", "funds")


@dataclass(frozen=True)
class Supply:
    """What pools bring, which capabilities each may serve, and what the capabilities need."""

    amounts: list
    roles: list
    requirements: list

    def alone(self):
        """What each capability could draw on if nothing else did."""
        columns = range(len(self.requirements))
        return [
            sum(amount for amount, may in zip(self.amounts, self.roles, strict=True) if may[column])
            for column in columns
        ]

    def looks_enough(self):
        """Whether checking each capability by itself, and the sum of all, says yes."""
        each = zip(self.alone(), self.requirements, strict=True)
        return all(supply >= needed for supply, needed in each) and (
            sum(self.amounts) >= sum(self.requirements)
        )


def random_coalition(seed):
    """One to six players, one to four capabilities, amounts whole or in tenths."""
    source = random.Random(seed)
    players = list(PLAYERS[: source.choice([1, 2, 3, 3, 4, 4, 5, 5, 6])])
    source.shuffle(players)
    capabilities = list(CAPABILITIES[: source.randint(1, 4)])
    tenths = source.random() < 0.5
    pooled = source.random() < 0.6
    offers = {player: _pools(source, capabilities, pooled) for player in players}
    _serve_all(source, capabilities, offers, pooled)
    requirements = _requirements(source, capabilities, offers)
    conditions = {}
    for player in source.sample(players, len(players)):
        ways = _ways(source, player, players)
        if ways is not None:
            conditions[player] = ways
    return {
        "id": f"random-{seed}",
        "kind": "capability_coalition",
        "players": players,
        "offers": {p: _written(offers[p], capabilities, pooled, tenths) for p in players},
        "capabilities": capabilities,
        "requirements": [_number(amount, tenths) for amount in requirements],
        "conditions_dnf_others_going": conditions,
        "availability": {player: _availability(source) for player in players},
    }


def _pools(source, capabilities, pooled):
    """Pairs of (capabilities in the order of the file, amount); nothing now and then."""
    if not pooled:
        return [([capability], source.choice([0, 1, 1, 2, 3, 5])) for capability in capabilities]
    pools = []
    for _ in range(source.choice([1, 1, 2, 3])):
        size = source.randint(1, len(capabilities))
        serves = sorted(source.sample(capabilities, size), key=capabilities.index)
        pools.append((serves, source.choice([0, 1, 2, 2, 3, 4, 7])))
    return pools


def _serve_all(source, capabilities, offers, pooled):
    """Have every capability served, as files must: in lists of amounts by more than nothing."""
    for place, capability in enumerate(capabilities):
        pools = [pool for offer in offers.values() for pool in offer]
        if not any(capability in serves and (pooled or amount) for serves, amount in pools):
            offer = offers[source.choice(sorted(offers))]
            if pooled:
                offer.append(([capability], source.choice([0, 1, 2])))
            else:
                offer[place] = ([capability], 1)


def _requirements(source, capabilities, offers):
    """What some of the players could just bring, a step more or less here and there."""
    needed = dict.fromkeys(capabilities, 0)
    least = min(2, len(offers)) if source.random() < 0.95 else 0
    some = source.sample(sorted(offers), source.randint(least, max(least, len(offers) - 1)))
    for player in some:
        for serves, amount in offers[player]:
            for capability, share in zip(serves, _shares(source, amount, len(serves)), strict=True):
                needed[capability] += share
    for _ in range(source.choice([0, 0, 1, 1, 2])):
        needed[source.choice(capabilities)] += source.choice([-1, 1])
    return [max(0, needed[capability]) for capability in capabilities]


def _shares(source, amount, parts):
    """A whole amount in whole parts at random."""
    walls = sorted(source.randint(0, amount) for _ in range(parts - 1))
    return [high - low for low, high in zip([0, *walls], [*walls, amount], strict=True)]


def _ways(source, player, players):
    """Lists of others of which one has to go in full; None for a player left out of the file."""
    others = [other for other in players if other != player]
    kind = source.random()
    if kind < 0.15:
        return None
    if kind < 0.35 or not others:
        return source.choice([[[]], [[]], [[]], []])
    ways = [
        source.sample(others, source.randint(1, min(3, len(others))))
        for _ in range(source.randint(1, 3))
    ]
    if kind > 0.95:
        ways.insert(source.randint(0, len(ways)), [])
    return ways


def _availability(source):
    kind = source.random()
    if kind < 0.1:
        return source.choice([0, 1, "0/1", "1/1", 0.0, 1.0])
    if kind < 0.4:
        return source.choice([0.1, 0.25, 0.5, 0.7, 0.9, 0.95])
    below = source.choice([2, 3, 5, 7, 10, 12])
    return f"{source.randint(0, below)}/{below}"


def _written(pools, capabilities, pooled, tenths):
    """An offer as the file has it: amounts in the order of the capabilities, or pools."""
    if not pooled:
        return [_number(amount, tenths) for _, amount in pools]
    return [{"serves": serves, "amount": _number(amount, tenths)} for serves, amount in pools]


def _number(amount, tenths):
    """Whole, or so many tenths as a decimal."""
    return amount / 10 if tenths else amount


def tight_supply(seed, step=0):
    """Up to eight pools that cover up to six capabilities to the last unit.

    Requirements are one way of sharing out everything. With ``step`` other than 0, so much is
    moved from one capability to another, which leaves the total as it is: capability by capability
    that often still looks like enough when it is not.
    """
    source = random.Random(seed)
    pools, capabilities = source.randint(2, 8), source.randint(2, 6)
    largest = source.choice([2, 3, 5, 9, 1_000_000])
    roles = [_roles(source, capabilities, source.choice([1, 2, 2, 3])) for _ in range(pools)]
    return _tight(source, [source.randint(0, largest) for _ in roles], roles, step)


def wide_supply(seed, step=0, largest=9):
    """Thirteen to sixteen capabilities in one piece, through pools of many roles.

    Two pools of nearly all roles join everything to more sets than anyone would list.
    """
    source = random.Random(seed)
    capabilities = source.randint(13, 16)
    roles = [_roles(source, capabilities, source.randint(1, 3)) for _ in range(10)]
    roles.append([True] * capabilities)
    roles.append(_roles(source, capabilities, capabilities - 2))
    return _tight(source, [source.randint(0, largest) for _ in roles], roles, step)


def _roles(source, capabilities, most):
    chosen = source.sample(range(capabilities), min(most, capabilities))
    return [column in chosen for column in range(capabilities)]


def _tight(source, amounts, roles, step):
    """Share everything out, with a pocket of capabilities that takes all that may serve it.

    The pocket is a tight cut; ``step`` is moved into it from outside.
    """
    kinds = range(len(roles[0]))
    pocket = set(source.sample(kinds, source.randint(1, len(kinds) - 1)))
    needed = [0] * len(kinds)
    for amount, may in zip(amounts, roles, strict=True):
        columns = [column for column in kinds if may[column]]
        columns = [column for column in columns if column in pocket] or columns
        for column, share in zip(columns, _shares(source, amount, len(columns)), strict=True):
            needed[column] += share
    outside = [column for column in kinds if column not in pocket]
    giver = max(source.sample(outside, len(outside)), key=lambda column: needed[column] > 0)
    moved = min(step, needed[giver])
    alone = Supply(amounts, roles, needed).alone()
    # To where it does not show capability by capability, if there is such a place.
    hidden = [column for column in pocket if alone[column] >= needed[column] + moved]
    taker = source.choice(hidden or sorted(pocket))
    needed[giver] -= moved
    needed[taker] += moved
    return Supply(amounts, roles, needed)
