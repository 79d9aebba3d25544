"""Coalition stability by its definitions (Kilgour et al. 2001; Inohara and Hipel 2008)."""

from itertools import combinations

from oracles.graph_model import group_reach


def subsets(members, least=1):
    """All subsets of at least so many members."""
    members = sorted(members)
    return [
        group for size in range(least, len(members) + 1) for group in combinations(members, size)
    ]


def gains(graph, ranks, group, state):
    """States that a coalition reaches and every member strictly prefers."""
    return {
        end
        for end in group_reach(graph, group, state)
        if all(ranks[member][end] > ranks[member][state] for member in group)
    }


def reach_by_gains(graph, ranks, outside, start):
    """Where coalition improvements lead, no coalition moving twice in a row."""
    found, seen, open_ = set(), {(start, None)}, [(start, None)]
    while open_:
        here, last = open_.pop()
        for group in subsets(outside):
            if group == last:
                continue
            for end in gains(graph, ranks, group, here):
                found.add(end)
                if (end, group) not in seen:
                    seen.add((end, group))
                    open_.append((end, group))
    return found


def unanswered(graph, ranks, concept, group, state):
    """Coalition improvements without an answer."""
    outside = [party for party in graph if party not in group]

    def tempting(one):
        return all(ranks[member][one] > ranks[member][state] for member in group)

    found = set()
    for end in gains(graph, ranks, group, state):
        if concept == "nash":
            answers = set()
        elif concept == "seq":
            answers = reach_by_gains(graph, ranks, outside, end)
        else:
            answers = group_reach(graph, outside, end)
        answered = False
        for answer in answers:
            if tempting(answer):
                continue
            repairs = [one for one in group_reach(graph, group, answer) if tempting(one)]
            if concept != "smr" or not repairs:
                answered = True
        if not answered:
            found.add(end)
    return found
