"""Burden sharing by trying every number of lots, with Gale's condition set by set.

Problems are plain dictionaries of lists in whole numbers: ``usable[m][t]``, ``roles[m][k]``,
``owner[m]``, ``requirement[k][t]``, ``cost[c][k]``, ``lot[k]``, ``limit[c][k]`` (finite),
``shares[c]`` (fractions), ``premium`` (a whole number, 0 or more).
"""

import random
from fractions import Fraction
from itertools import chain, combinations, product

import networkx as nx
from scipy.optimize import linprog


def random_problem(seed, contributors=3, capabilities=2):
    """A small problem in whole numbers, often tight, sometimes without any plan."""
    dice = random.Random(seed)
    C, K, T = dice.randint(1, contributors), dice.randint(1, capabilities), dice.randint(1, 2)
    M = dice.randint(0, 4)
    roles = [[dice.random() < 0.6 for _ in range(K)] for _ in range(M)]
    for row in roles:
        row[dice.randrange(K)] = True
    weights = [dice.randint(0, 3) for _ in range(C)]
    weights[dice.randrange(C)] += 1
    return {
        "usable": [[dice.choice([0, 1, 2, 3, 4, 6]) for _ in range(T)] for _ in range(M)],
        "roles": roles,
        "owner": [dice.randrange(C) for _ in range(M)],
        "requirement": [[dice.choice([0, 1, 2, 4, 5, 7]) for _ in range(T)] for _ in range(K)],
        "cost": [[dice.randint(1, 4) for _ in range(K)] for _ in range(C)],
        "lot": [dice.choice([1, 2, 3]) for _ in range(K)],
        "limit": [[dice.choice([0, 1, 2, 3]) for _ in range(K)] for _ in range(C)],
        "shares": [Fraction(w, sum(weights)) for w in weights],
        "premium": dice.choice([0, 0, 1]),
    }


def sets(problem):
    """Every set of capabilities that is not empty."""
    everything = range(len(problem["requirement"]))
    return chain.from_iterable(combinations(everything, n) for n in range(1, len(everything) + 1))


def phases(problem):
    return range(len(problem["requirement"][0]))


def is_met(problem, lots, lost=None, requirement=None):
    """Whether every set of capabilities has enough in every phase, without a contributor."""
    needs = requirement or problem["requirement"]
    for t in phases(problem):
        for members in sets(problem):
            brought = sum(
                problem["usable"][m][t]
                for m, roles in enumerate(problem["roles"])
                if problem["owner"][m] != lost and any(roles[k] for k in members)
            )
            brought += sum(
                row[k] * problem["lot"][k]
                for c, row in enumerate(lots)
                if c != lost
                for k in members
            )
            if brought < sum(needs[k][t] for k in members):
                return False
    return True


def lot_cost(problem, c, k):
    """One lot in every phase in which it is needed."""
    active = sum(needed > 0 for needed in problem["requirement"][k])
    return problem["cost"][c][k] * problem["lot"][k] * active * (1 + problem["premium"])


def lots_cost(problem, lots):
    return sum(n * lot_cost(problem, c, k) for c, row in enumerate(lots) for k, n in enumerate(row))


def all_lots(problem, but=()):
    """Every way of adding lots, none by contributors that are left out."""
    limits = [0 if c in but else n for c, row in enumerate(problem["limit"]) for n in row]
    width = len(problem["lot"])
    for flat in product(*(range(n + 1) for n in limits)):
        yield [list(flat[i : i + width]) for i in range(0, len(flat), width)]


def use_cost(problem, lots):
    """The cheapest use of pools once lots are there: a flow of least cost, phase by phase."""
    total = 0
    for t in phases(problem):
        graph, needed = nx.DiGraph(), 0
        for k, row in enumerate(problem["requirement"]):
            rest = max(row[t] - sum(each[k] for each in lots) * problem["lot"][k], 0)
            needed += rest
            graph.add_edge(("need", k), "sink", capacity=rest, weight=0)
        graph.add_node("source", demand=-needed)
        graph.add_node("sink", demand=needed)
        for m, roles in enumerate(problem["roles"]):
            graph.add_edge("source", ("pool", m), capacity=problem["usable"][m][t], weight=0)
            for k, may in enumerate(roles):
                if may:
                    price = problem["cost"][problem["owner"][m]][k]
                    graph.add_edge(("pool", m), ("need", k), weight=price)
        total += nx.min_cost_flow_cost(graph)
    return total


def least(problem):
    """(total, additional) of the cheapest plan; None where there is none."""
    best = None
    for lots in all_lots(problem):
        added = lots_cost(problem, lots)
        if best is not None and added > best[0]:
            continue
        if is_met(problem, lots):
            found = (added + use_cost(problem, lots), added)
            best = found if best is None else min(best, found)
    return best


def secure(problem):
    """Least cost of lots that survive the loss of each contributor that can be made good at all.

    None where not even the plain requirements can be met; and the losses that were asked for.
    """
    losses = [c for c in range(len(problem["shares"])) if is_met(problem, problem["limit"], lost=c)]
    costs = [
        lots_cost(problem, lots)
        for lots in all_lots(problem)
        if is_met(problem, lots) and all(is_met(problem, lots, lost=c) for c in losses)
    ]
    return min(costs, default=None), losses


def cheapest_lots(problem, lost):
    """Least cost of lots by the others that make good a loss; None where nothing does."""
    costs = [
        lots_cost(problem, lots)
        for lots in all_lots(problem, {lost})
        if is_met(problem, lots, lost)
    ]
    return min(costs, default=None)


def fair(problem, least_total):
    """(largest excess, total) of the plan with the smallest largest excess, in floats."""
    best = None
    for lots in all_lots(problem):
        if is_met(problem, lots):
            found = _fair_use(problem, lots, least_total)
            if best is None or found[0] < best[0] - 1e-7:
                best = found
            elif abs(found[0] - best[0]) <= 1e-7:
                best = (best[0], min(best[1], found[1]))
    return best


def _fair_use(problem, lots, least_total):
    """The same with the lots given: two linear programs."""
    pairs = [
        (m, k, t)
        for m, roles in enumerate(problem["roles"])
        for k, may in enumerate(roles)
        if may
        for t in phases(problem)
    ]
    added = [
        sum(n * lot_cost(problem, c, k) for k, n in enumerate(row)) for c, row in enumerate(lots)
    ]
    above, bounds = [], []
    for k, row in enumerate(problem["requirement"]):
        for t, needed in enumerate(row):
            above.append([-float((k, t) == pair[1:]) for pair in pairs] + [0.0])
            bounds.append(sum(each[k] for each in lots) * problem["lot"][k] - needed)
    for m, row in enumerate(problem["usable"]):
        for t, amount in enumerate(row):
            above.append([float((m, t) == (a, b)) for a, _, b in pairs] + [0.0])
            bounds.append(amount)
    price = [float(problem["cost"][problem["owner"][m]][k]) for m, k, _ in pairs]
    for c, share in enumerate(problem["shares"]):
        own = [p * (problem["owner"][pair[0]] == c) for p, pair in zip(price, pairs, strict=True)]
        above.append([*own, -1.0])
        bounds.append(float(share * least_total) - added[c])
    ranges = [(0, None)] * len(pairs) + [(None, None)]
    first = linprog([0.0] * len(pairs) + [1.0], above, bounds, bounds=ranges, method="highs")
    ranges[-1] = (None, first.fun + 1e-9)
    then = linprog([*price, 0.0], above, bounds, bounds=ranges, method="highs")
    return first.fun, then.fun + sum(added)
