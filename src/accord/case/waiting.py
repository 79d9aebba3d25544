"""Pledges that wait for one another, told in words."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from accord._errors import CaseError
from accord.case.case import Case
from accord.case.doubt import doubt
from accord.case.expressions import And, Expression, JoinCount, Joins, Or
from accord.theory import coalition

__all__ = ["waiting"]


def waiting(case: Case) -> Iterator[CaseError]:
    """A doubt for every circle of waiting pledges, and for pledges that can never go.

    What package and world decide is taken to hold, so the circles are those that some package
    may bring about (Tarski 1955: without a circle, who waits and who goes is one answer).
    """
    entries = [(c, n) for c, pledges in case.file.pledges.items() for n in pledges]
    conditions = [_condition(case, entries, entry) for entry in entries]
    for circle in coalition.mutual_waits(conditions):
        yield _circle(case, entries, conditions, circle)
    for (contributor, name), condition in zip(entries, conditions, strict=True):
        own = case.file.pledges[contributor]
        itself = coalition.Goes((entries.index((contributor, name)),))
        if len(own) == 1 and condition == itself:
            yield doubt(
                case,
                ("pledges", contributor, name, "if"),
                f"a pledge that waits for another one of {contributor}, which has none",
                "a condition that can hold",
                "name another contributor",
            )


def _condition(
    case: Case, entries: Sequence[tuple[str, str]], entry: tuple[str, str]
) -> coalition.Condition:
    condition = case.file.pledges[entry[0]][entry[1]].condition
    return coalition.Always() if condition is None else _waits(condition.expression, entries)


def _waits(part: Expression, entries: Sequence[tuple[str, str]]) -> coalition.Condition:
    match part:
        case Joins(actor, name):
            found = [i for i, (c, n) in enumerate(entries) if c == actor and name in {None, n}]
            return coalition.Goes(tuple(found))
        case JoinCount(count, actors):
            members = tuple(_waits(Joins(actor, None), entries) for actor in actors)
            return coalition.AtLeast(count, members)
        case And(parts):
            return coalition.All(tuple(_waits(each, entries) for each in parts))
        case Or(parts):
            return coalition.Any(tuple(_waits(each, entries) for each in parts))
    return coalition.Always()


def _circle(
    case: Case,
    entries: Sequence[tuple[str, str]],
    conditions: Sequence[coalition.Condition],
    circle: tuple[int, ...],
) -> CaseError:
    path = _shortest(conditions, circle)
    named = [f"{case.actor_name(entries[m][0])} ({entries[m][1]})" for m in path]
    words = f"{named[0]} waits for {named[1]}" + "".join(
        f", which waits for {name}" for name in [*named[2:], named[0]]
    )
    if len(circle) > len(path):
        words += f" ({len(circle) - len(path)} more wait in circles with them)"
    contributor, name = entries[path[0]]
    at = ("pledges", contributor, name, "if")
    if case.file.coordination is None:
        wanted = "a coordination block, or no circle of waiting"
        hint = "without one they all wait for ever: write coordination: PROBABILITY"
    else:
        wanted = "pledges that do not wait for one another"
        hint = "kept as it is, they go together with the probability in coordination"
    return doubt(case, at, words, wanted, hint)


def _shortest(conditions: Sequence[coalition.Condition], circle: tuple[int, ...]) -> list[int]:
    """The shortest circle through the first pledge, by breadth-first search."""
    start = circle[0]
    came: dict[int, int] = {}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for other in sorted(coalition.waits_for(conditions[here], here) & set(circle)):
            if other == start:
                path = [here]
                while path[-1] != start:
                    path.append(came[path[-1]])
                return path[::-1]
            if other not in came:
                came[other] = here
                queue.append(other)
    raise AssertionError("a strongly connected set has a circle through each member")
