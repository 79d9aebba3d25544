"""Limited-move stability by plain recursion (Fang, Hipel and Kilgour 1993, ch. 3)."""


def anticipated(graph, ranks, horizon, party, state):
    """G_h(i, s); between equally good moves the one to the state of the lowest number."""
    if horizon == 0 or not graph[party][state]:
        return state
    other = 1 - party
    best = None
    for move in sorted(graph[party][state]):
        end = anticipated(graph, ranks, horizon - 1, other, move)
        if best is None or ranks[party][end] > ranks[party][best]:
            best = end
    return best if ranks[party][best] > ranks[party][state] else state


def all_anticipated(graph, ranks, horizon, party, state):
    """Every state that might be anticipated, whichever of equally good moves anyone makes."""
    if horizon == 0 or not graph[party][state]:
        return {state}
    mine = ranks[party]
    futures = {
        move: all_anticipated(graph, ranks, horizon - 1, 1 - party, move)
        for move in graph[party][state]
    }
    # What the party can be sure of: the worst future of the move whose worst is best.
    surely = max(min(mine[end] for end in ends) for ends in futures.values())
    found = {
        end
        for move, ends in futures.items()
        for end in ends
        if mine[end] > mine[state]
        and all(
            mine[end] >= min(mine[other] for other in others)
            for rival, others in futures.items()
            if rival != move
        )
    }
    return found | ({state} if surely <= mine[state] else set())


def repeats(graph, ranks, states, cap=60):
    """First horizon and period of the anticipations of both parties, and who is stable for good."""
    history = []
    now = {(party, state): state for party in (0, 1) for state in states}
    for _ in range(cap):
        ahead = {}
        for party, state in now:
            ends = [now[1 - party, move] for move in sorted(graph[party][state])]
            best = max(ends, key=lambda end: ranks[party][end]) if ends else state
            ahead[party, state] = best if ranks[party][best] > ranks[party][state] else state
        if ahead in history:
            start = history.index(ahead)
            cycle = history[start:]
            stable = {place for place in ahead if all(step[place] == place[1] for step in cycle)}
            return start + 1, len(cycle), stable
        history.append(ahead)
        now = ahead
    return None
