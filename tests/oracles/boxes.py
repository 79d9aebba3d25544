"""A box told world by world: who is in it, and its shares among the worlds of the odd blocks."""

from __future__ import annotations

from math import comb

BLOCK = 256


def holds(restrictions, inputs, world):
    """Whether one world is in the box."""
    return all(
        (one.lower is None or inputs[one.path][world] > one.lower)
        and (one.upper is None or inputs[one.path][world] <= one.upper)
        for one in restrictions
    )


def shares(restrictions, inputs, target, weights):
    """(density, mass, coverage) in the odd blocks, and density in the even ones."""
    told = {0: [0, 0, 0, 0], 1: [0, 0, 0, 0]}
    for world, weight in enumerate(weights):
        counts = told[world // BLOCK % 2]
        inside = holds(restrictions, inputs, world)
        counts[0] += weight
        counts[1] += weight * inside
        counts[2] += weight * bool(target[world])
        counts[3] += weight * (inside and bool(target[world]))
    every, inside, wanted, both = told[1]
    return both / inside, inside / every, both / wanted, told[0][3] / told[0][1]


def tail(hits, count, chance):
    """P(at least so many of so many), by adding up."""
    return sum(
        comb(count, k) * chance**k * (1 - chance) ** (count - k) for k in range(hits, count + 1)
    )


def quasi_p(restrictions, path, side, inputs, target):
    """The binomial test of one side of one input in the odd blocks; all worlds weigh the same."""
    odd = [world for world in range(len(target)) if world // BLOCK % 2]
    inside = [world for world in odd if holds(restrictions, inputs, world)]
    others = [one for one in restrictions if one.path != path]
    own = next(one for one in restrictions if one.path == path)
    wide = [
        world
        for world in odd
        if holds(others, inputs, world)
        and (side == "lower" or own.lower is None or inputs[path][world] > own.lower)
        and (side == "upper" or own.upper is None or inputs[path][world] <= own.upper)
    ]
    chance = sum(bool(target[world]) for world in wide) / len(wide)
    return tail(sum(bool(target[world]) for world in inside), len(inside), chance)
