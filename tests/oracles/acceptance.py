"""Test 1 in one world: utilities by enumeration in fractions, consent by recursion over its tree.

Written from ``docs/models.md`` section 1 alone; slow and obvious. All points are whole numbers of
1/256 point once they are rounded, half to even.

A consent tree is a nested dictionary of one world: ``{"actor": name}``, ``{"all": members}``,
``{"any": members}`` or ``{"at_least": k, "of": members, "votes": numbers}``; any of them may carry
``"counts": bool``, whether its ``when`` holds.
"""

from fractions import Fraction
from math import inf

STEPS = 256
CROSSED = 200 * STEPS


def on_grid(points):
    """Points as whole steps of 1/256, half to even."""
    return round(Fraction(points) * STEPS)


def preferred(levels, wish):
    """Points 0..100 of every level in equal steps: "rising", "falling" or {"peak": level}."""
    last = len(levels) - 1
    if wish == "rising":
        return {level: Fraction(100 * i, last) for i, level in enumerate(levels)}
    if wish == "falling":
        return {level: Fraction(100 * (last - i), last) for i, level in enumerate(levels)}
    top = levels.index(wish["peak"])
    far = max(top, last - top)
    return {level: 100 - Fraction(100 * abs(i - top), far) for i, level in enumerate(levels)}


def contributions(values):
    """What every level adds, in steps: ``{provision: {level: steps}}``.

    ``values`` is ``{provision: (weight, {level: points})}``; weights are scaled to sum to 100.
    """
    total = sum(Fraction(weight) for weight, _ in values.values())
    return {
        provision: {
            level: on_grid(100 * Fraction(weight) / total * Fraction(value) / 100 if total else 0)
            for level, value in points.items()
        }
        for provision, (weight, points) in values.items()
    }


def utility(table, chosen, interactions):
    """Utility of a package in steps; ``interactions`` are points of those that hold."""
    return sum(levels[chosen[provision]] for provision, levels in table.items()) + sum(
        on_grid(points) for points in interactions
    )


def margin(worth, walk_away, crossed):
    """m = u - r - 200 for each binding line that is crossed; the actor accepts iff m >= 0."""
    assert abs(worth - walk_away) < CROSSED
    return worth - walk_away - CROSSED * crossed


def counted(tree):
    """The tree without members that do not count, None where nobody is left to ask."""
    if not tree.get("counts", True):
        return None
    if "actor" in tree:
        return {"actor": tree["actor"]}
    kind = next(kind for kind in ("all", "any", "of") if kind in tree)
    kept = [counted(member) for member in tree[kind]]
    present = [member for member in kept if member is not None]
    if not present:
        return None
    if kind != "of":
        return {kind: present}
    votes = [v for v, member in zip(tree["votes"], kept, strict=True) if member is not None]
    return {"at_least": tree["at_least"], "of": present, "votes": votes}


def rule_margin(tree, margins):
    """Margin of a counted tree: least over all, greatest over any, k-th largest over at_least."""
    if tree is None:
        return inf
    if "actor" in tree:
        return margins[tree["actor"]]
    if "all" in tree:
        return min(rule_margin(member, margins) for member in tree["all"])
    if "any" in tree:
        return max(rule_margin(member, margins) for member in tree["any"])
    each = [rule_margin(member, margins) for member in tree["of"]]
    # the k-th largest, with votes: the largest value that members with k votes reach
    reached = [
        value
        for value in each
        if sum(v for m, v in zip(each, tree["votes"], strict=True) if m >= value)
        >= tree["at_least"]
    ]
    return max(reached, default=-inf)


def consents(tree, accepting):
    """Whether a counted tree holds when exactly these actors accept."""
    if tree is None:
        return True
    if "actor" in tree:
        return tree["actor"] in accepting
    if "all" in tree:
        return all(consents(member, accepting) for member in tree["all"])
    if "any" in tree:
        return any(consents(member, accepting) for member in tree["any"])
    return tree["at_least"] <= sum(
        votes
        for member, votes in zip(tree["of"], tree["votes"], strict=True)
        if consents(member, accepting)
    )


def asked(tree):
    """Every actor of a counted tree."""
    if tree is None:
        return set()
    if "actor" in tree:
        return {tree["actor"]}
    members = tree.get("all") or tree.get("any") or tree["of"]
    return set().union(*(asked(member) for member in members))
