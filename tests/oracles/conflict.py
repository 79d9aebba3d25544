"""Stability in the graph model by explicit search for legal sequences, for tiny conflicts.

Written from ``docs/models.md`` section 4a alone, with Python sets; slow and obvious.

A *conflict* is a dictionary::

    {
      "parties": n,
      "options": [(owner, size, direction), ...],  # direction "both", "up" or "down"; size 2 is a
                                                   # two-valued option, more is a level axis
      "impossible": set of states,                 # a state is a tuple of levels, one an option
      "worth": [function(state) -> comparable, ...],   # one a party, higher is better, ties allowed
    }

A legal sequence of moves of a group is one in which nobody moves twice in a row.
"""

from itertools import product

CONCEPTS = ("Nash", "GMR", "SMR", "SEQ", "SSEQ")


def states(conflict):
    """All feasible states."""
    every = product(*(range(size) for _, size, _ in conflict["options"]))
    return [state for state in every if state not in conflict["impossible"]]


def moves(conflict, party, state):
    """R_n(s): feasible states that the party reaches alone, by changing its own options at once."""
    choices = []
    for (owner, size, direction), level in zip(conflict["options"], state, strict=True):
        if owner != party:
            choices.append([level])
        elif direction == "up":
            choices.append(list(range(level, size)))
        elif direction == "down":
            choices.append(list(range(level + 1)))
        else:
            choices.append(list(range(size)))
    return {other for other in product(*choices) if other != state} - conflict["impossible"]


def better(conflict, party, one, other):
    """Whether the party prefers ``one`` to ``other``."""
    worth = conflict["worth"][party]
    return worth(one) > worth(other)


def improvements(conflict, party, state):
    """R_n+(s): moves of the party to strictly better states."""
    return {s for s in moves(conflict, party, state) if better(conflict, party, s, state)}


def reach(conflict, group, state, *, improving):
    """R_H(s), or R_H+(s): where legal sequences of one move or more lead."""
    step = improvements if improving else moves
    found = set()
    seen = {(state, None)}
    waiting = [(state, None)]
    while waiting:
        here, last = waiting.pop()
        for party in group:
            if party == last:
                continue
            for there in step(conflict, party, here):
                found.add(there)
                if (there, party) not in seen:
                    seen.add((there, party))
                    waiting.append((there, party))
    return found


def stable(conflict, concept, party, state):
    """Whether a state is stable for a party under a concept."""
    others = [other for other in range(conflict["parties"]) if other != party]
    escapes = improvements(conflict, party, state)
    if concept == "Nash":
        return not escapes
    return all(_sanctioned(conflict, concept, party, others, state, s1) for s1 in escapes)


def _sanctioned(conflict, concept, party, others, state, escape):
    """Whether the others can answer the escape so that the party ends no better than before."""
    for answer in reach(conflict, others, escape, improving=concept in ("SEQ", "SSEQ")):
        if better(conflict, party, answer, state):
            continue
        if concept in ("GMR", "SEQ"):
            return True
        onward = moves(conflict, party, answer)
        if not any(better(conflict, party, s3, state) for s3 in onward):
            return True
    return False


def equilibria(conflict, concept):
    """States that are stable for every party."""
    everyone = range(conflict["parties"])
    return {
        state
        for state in states(conflict)
        if all(stable(conflict, concept, party, state) for party in everyone)
    }


def distances(conflict, start, *, improving):
    """Fewest moves of legal sequences of all parties from a state to every state they reach."""
    step = improvements if improving else moves
    found = {start: 0}
    seen = {(start, None)}
    front, count = [(start, None)], 0
    while front:
        count += 1
        ahead = []
        for here, last in front:
            for party in range(conflict["parties"]):
                if party == last:
                    continue
                for there in step(conflict, party, here):
                    found.setdefault(there, count)
                    if (there, party) not in seen:
                        seen.add((there, party))
                        ahead.append((there, party))
        front = ahead
    return found
