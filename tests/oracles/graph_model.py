"""Stability in the graph model by its definitions, with sets and loops. Slow and obvious.

Written from ``docs/models.md`` section 4a. Nothing is shared with ``accord.theory``.
"""

from itertools import product


def moves(sizes, owners, directions, feasible, perceived=None):
    """Moves of every party.

    ``moves[party][state]`` is the set of states that the party reaches from ``state`` on its own.
    Options are digits of a state's number, option 0 the least significant. ``feasible`` is a list
    of N booleans, ``perceived`` a list of n such lists or None.
    """
    states = list(product(*(range(size) for size in reversed(sizes))))
    numbers = {state: number for number, state in enumerate(states)}
    parties = range(max([*owners, 0]) + 1)
    found = {}
    for party in parties:
        sees = [
            feasible[number] and (perceived is None or perceived[party][number])
            for number in range(len(states))
        ]
        found[party] = {number: set() for number in range(len(states))}
        for start in states:
            for end in states:
                if start == end or not sees[numbers[start]] or not sees[numbers[end]]:
                    continue
                before, after = start[::-1], end[::-1]
                if all(
                    b == a or (o == party and (d == "both" or (a > b if d == "up" else a < b)))
                    for b, a, o, d in zip(before, after, owners, directions, strict=True)
                ):
                    found[party][numbers[start]].add(numbers[end])
    return found


def group_reach(moves, group, start, ranks=None):
    """States that a group reaches by legal sequences; improvements only where ranks are given.

    No party moves twice in a row (Fang, Hipel and Kilgour 1993).
    """
    reached, open_ = set(), [(start, None)]
    seen = {(start, None)}
    while open_:
        state, last = open_.pop()
        for party in group:
            if party == last:
                continue
            for end in moves[party][state]:
                if ranks is not None and ranks[party][end] <= ranks[party][state]:
                    continue
                reached.add(end)
                if (end, party) not in seen:
                    seen.add((end, party))
                    open_.append((end, party))
    return reached


def is_stable(moves, ranks, concept, party, state):
    """Whether a state is stable for a party: the definitions, word for word."""
    mine = ranks[party]
    improvements = {end for end in moves[party][state] if mine[end] > mine[state]}
    if concept == "nash":
        return not improvements
    others = [other for other in moves if other != party]
    sanctioned = []
    for first in improvements:
        answers = group_reach(moves, others, first, ranks if concept in {"seq", "sseq"} else None)
        good = False
        for second in answers:
            if mine[second] > mine[state]:
                continue
            repairs = [third for third in moves[party][second] if mine[third] > mine[state]]
            if concept in {"gmr", "seq"} or not repairs:
                good = True
        sanctioned.append(good)
    return all(sanctioned)
