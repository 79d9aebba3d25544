"""Small random conflicts as plain numbers and lists, for further analyses of the graph model."""

import random

from oracles.graph_model import moves


def random_shape(seed, fewest=2, most=5, levels=None, perception=True):
    """Parts of a conflict and ranks of its parties.

    Options with two or three levels, some one-way, some that nobody moves; impossible states, at
    times states that a party does not see; few ranks, so that there are ties.
    """
    source = random.Random(seed)
    parties = source.randint(fewest, most)
    extra = source.randint(0, max(0, 4 - parties))
    owners = list(range(parties)) + [source.randint(-1, parties - 1) for _ in range(extra)]
    source.shuffle(owners)
    if source.random() < 0.1:
        # somebody may be left without any option
        owners[source.randrange(len(owners))] = -1
    sizes = [source.choice([2, 2, 2, 3]) if parties < 4 else 2 for _ in owners]
    states = 1
    for size in sizes:
        states *= size
    share = source.choice([0.7, 1.0])
    feasible = [source.random() < share for _ in range(states)]
    feasible[source.randrange(states)] = True
    perceived = None
    if perception and source.random() < 0.25:
        perceived = [[source.random() < 0.8 for _ in range(states)] for _ in range(parties)]
    shape = {
        "parties": parties,
        "sizes": tuple(sizes),
        "owners": tuple(owners),
        "directions": tuple(source.choice(["both", "both", "both", "up", "down"]) for _ in owners),
        "feasible": feasible,
        "perceived": perceived,
    }
    top = levels or source.choice([2, 4, states])
    ranks = [[source.randrange(top) for _ in range(states)] for _ in range(parties)]
    return shape, ranks


def strict(ranks, seed):
    """The same rankings with ties broken at random."""
    source = random.Random(seed)
    found = []
    for mine in ranks:
        order = sorted(range(len(mine)), key=lambda state: (mine[state], source.random()))
        found.append([order.index(state) for state in range(len(mine))])
    return found


def graph_of(shape):
    """R_i(s) of every party as ``graph[party][state]``, a set."""
    parts = ("sizes", "owners", "directions", "feasible", "perceived")
    found = moves(*(shape[part] for part in parts))
    nowhere = {state: set() for state in range(len(shape["feasible"]))}
    return {party: found.get(party, nowhere) for party in range(shape["parties"])}


def possible(shape):
    return [state for state, fits in enumerate(shape["feasible"]) if fits]
