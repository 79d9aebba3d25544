"""Stability under unknown preferences by listing every completion."""

from itertools import product

from oracles.graph_model import is_stable


def of_alternatives(alternatives):
    """Every combination of the parties' rankings."""
    return [list(some) for some in product(*alternatives)]


def of_intervals(low, high):
    """Every ranking of every party within its intervals."""
    rankings = [
        [list(one) for one in product(*(range(a, b + 1) for a, b in zip(least, most, strict=True)))]
        for least, most in zip(low, high, strict=True)
    ]
    return of_alternatives(rankings)


def verdicts(graph, completions, concept, states):
    """Who is stable where under all and under some, and which states are equilibria so."""
    always = {(party, state) for party in graph for state in states}
    ever, settled_always, settled_ever = set(), set(states), set()
    for ranks in completions:
        stable = {
            (party, state)
            for party in graph
            for state in states
            if is_stable(graph, ranks, concept, party, state)
        }
        settled = {state for state in states if all((party, state) in stable for party in graph)}
        always &= stable
        ever |= stable
        settled_always &= settled
        settled_ever |= settled
    return always, ever, settled_always, settled_ever
