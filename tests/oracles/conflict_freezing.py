"""Frozen options and states that are alike, from their definitions."""

from oracles.conflict_shapes import graph_of, possible
from oracles.graph_model import group_reach, is_stable


def levels(shape, state):
    """Level of every option."""
    found = []
    for size in shape["sizes"]:
        state, level = divmod(state, size)
        found.append(level)
    return found


def with_option_held(shape, option, level):
    """The conflict in which all states with another level are impossible."""
    feasible = [
        fits and levels(shape, state)[option] == level
        for state, fits in enumerate(shape["feasible"])
    ]
    return {**shape, "feasible": feasible}


def settled(shape, ranks, concept):
    """Equilibria."""
    graph = graph_of(shape)
    return {
        state
        for state in possible(shape)
        if all(is_stable(graph, ranks, concept, party, state) for party in graph)
    }


def led_to(shape, start, ranks=None):
    """States that all parties together reach, the start included."""
    graph = graph_of(shape)
    return {start} | group_reach(graph, list(graph), start, ranks)


def is_connected(shape, some):
    """Whether changes of one option at a time join states without leaving them."""
    some = set(some)
    seen, open_ = set(), [min(some)]
    while open_:
        here = open_.pop()
        seen.add(here)
        before = levels(shape, here)
        for other in some - seen:
            after = levels(shape, other)
            if sum(a != b for a, b in zip(before, after, strict=True)) == 1:
                open_.append(other)
    return seen == some


def are_alike(shape, ranks, classes):
    """Whether a partition has equal ranks, joined classes, and moves by all members or by none."""
    graph = graph_of(shape)
    for some in classes:
        if any(len({mine[state] for state in some}) > 1 for mine in ranks):
            return False
        if not is_connected(shape, some):
            return False
        for other in classes:
            if other == some:
                continue
            for party in graph:
                lead = {bool(graph[party][state] & set(other)) for state in some}
                if len(lead) > 1:
                    return False
    return True


def partitions(states):
    """Every way to divide states into classes."""
    if not states:
        yield []
        return
    first, rest = states[0], states[1:]
    for classes in partitions(rest):
        yield [[first], *classes]
        for place, some in enumerate(classes):
            yield [*classes[:place], [first, *some], *classes[place + 1 :]]
