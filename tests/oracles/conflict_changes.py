"""The inverse of stability by trying every ranking, and every set of comparisons."""

from itertools import combinations, product

from oracles.graph_model import group_reach, is_stable


def changed_comparisons(before, after, state):
    """States that were better than the target and no longer are, or the other way round."""
    return {
        one
        for one in range(len(before))
        if (before[one] > before[state]) != (after[one] > after[state])
    }


def least_over_rankings(graph, ranks, concept, party, state):
    """Fewest changed comparisons over all rankings of a party under which a state is stable."""
    count = len(ranks[party])
    best = None
    for ranking in product(range(count), repeat=count):
        trial = [*ranks[:party], list(ranking), *ranks[party + 1 :]]
        changed = len(changed_comparisons(ranks[party], ranking, state))
        if (best is None or changed < best) and is_stable(graph, trial, concept, party, state):
            best = changed
    return best


def least_over_sets(graph, ranks, concept, party, state):
    """The same over all sets of better states that are put level with the target."""
    mine = ranks[party]
    better = [one for one in range(len(mine)) if mine[one] > mine[state]]
    for size in range(len(better) + 1):
        for some in combinations(better, size):
            if is_stable(graph, levelled(ranks, party, state, some), concept, party, state):
                return size
    raise AssertionError("a state without anything better is stable")


def levelled(ranks, party, state, some):
    """Ranks with some states put level with the target."""
    mine = list(ranks[party])
    for one in some:
        mine[one] = mine[state]
    return [*ranks[:party], mine, *ranks[party + 1 :]]


def answered(graph, ranks, concept, party, state, end):
    """Whether a move is no improvement, or one that the others answer."""
    mine = ranks[party]
    if mine[end] <= mine[state]:
        return True
    if concept == "nash":
        return False
    others = [one for one in graph if one != party]
    reach = group_reach(graph, others, end, ranks if concept in {"seq", "sseq"} else None)
    return any(holds_down(graph, ranks, concept, party, state, answer) for answer in reach)


def holds_down(graph, ranks, concept, party, state, answer):
    """Whether a party ends no better than at the target once it was answered so."""
    mine = ranks[party]
    onward = graph[party][answer] if concept in {"smr", "sseq"} else set()
    return all(mine[one] <= mine[state] for one in {answer, *onward})


def fewest_unwilling(graph, ranks, party, start):
    """For each state that the others reach, fewest moves on the way that their mover dislikes."""
    others = [one for one in graph if one != party]
    fewest = {}
    front = {(start, None): 0}
    known = dict(front)
    while front:
        ahead = {}
        for (here, last), count in front.items():
            for other in others:
                if other == last:
                    continue
                for end in graph[other][here]:
                    price = count + (ranks[other][end] <= ranks[other][here])
                    if end not in fewest or price < fewest[end]:
                        fewest[end] = price
                    if price < known.get((end, other), 10**9):
                        known[end, other] = ahead[end, other] = price
        front = ahead
    return fewest
