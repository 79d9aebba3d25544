"""The smallest change of one number of a position that turns acceptance, in the central case.

A rule is monotone, so one number can turn it only through the one actor whose change of mind turns
it. That actor's gain never changes direction along one value, weight or walk-away value, so halving
the way from the central value to the end of the domain finds the first value that turns the verdict
on the grid. All numbers are moved side by side, each in its own copy of the central world.

How small a change is, is told as part of the number's own 90% interval, so that points, weights and
shares of public support can stand side by side. A number that the case states as certain has no
such interval and is not moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.case.numbers import Number
from accord.criteria.consent import consent_tree
from accord.criteria.positions import margins, position_of, positions
from accord.criteria.setting import Setting
from accord.theory.bargaining import fold

__all__ = ["turning_points"]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

HALVINGS = 32

WIDTHS = 8
"""How many of its own 90% intervals a number is moved at most where its domain has no end."""


def turning_points(setting: Setting, package: str, rules: tuple[str, ...]) -> dict[str, Any]:
    """For every rule: whether it holds in the central case, and the number nearest to turning it.

    Returns
    -------
    dict by rule
        ``holds``; ``turns``: null, or ``{actor, path, central, turned, part, inside}`` with the
        value at which the verdict turns, the change as a part of the number's 90% interval, and
        whether it lies inside that interval; ``refusing``: who refuses, of those asked.
    """
    central = setting.central()
    each = margins(central, package)
    names = list(positions(central))
    consent = setting.case.file.consent
    found: dict[str, Any] = {}
    known: dict[str, dict[str, Any] | None] = {}
    for rule in rules:
        asked = consent.rules[rule].actors if consent is not None else ()
        tree = consent_tree(setting.case, central.worlds, rule, central.packages[package])
        holds = bool(fold(tree, each)[0][0] >= 0)
        turns = None
        for actor in asked:
            other = each.copy()
            other[names.index(actor)] = -1 if holds else 0
            if bool(fold(tree, other)[0][0] >= 0) == holds:
                continue
            if actor not in known:
                known[actor] = _turned(central, package, actor)
            one = known[actor]
            if one is not None and (turns is None or one["part"] < turns["part"]):
                turns = one
        refusing = [a for a in asked if each[names.index(a), 0] < 0]
        found[rule] = {"holds": holds, "turns": turns, "refusing": refusing}
    return found


def _turned(central: Setting, package: str, actor: str) -> dict[str, Any] | None:
    """The number whose smallest change makes one actor change its mind."""
    position = positions(central)[actor]
    chosen = central.packages[package]
    if position.crossed(chosen):
        return None
    numbers = list(_numbers(central, actor, chosen))
    ranges = {n.path: _interval(n) for n in numbers}
    moved = [n for n in numbers if ranges[n.path][0] < ranges[n.path][1]]
    if not moved:
        return None
    found = _halved(central, actor, chosen, moved, ranges)
    turns = [
        (abs(value - n.central) / (ranges[n.path][1] - ranges[n.path][0]), n, value)
        for n, value in found
    ]
    if not turns:
        return None
    part, number, value = min(turns, key=lambda turn: (turn[0], turn[1].path))
    low, high = ranges[number.path]
    return {
        "actor": actor, "path": number.path, "central": number.central, "turned": value,
        "part": part, "inside": bool(low <= value <= high),
    }  # fmt: skip


def _numbers(central: Setting, actor: str, chosen: Mapping[str, str]) -> Iterator[Number]:
    """The uncertain numbers behind one actor's view of a package and of walking away."""
    case = central.case
    record = case.file.positions[actor]
    below: Mapping[str, str] = {}
    if record.walk_away is not None and record.walk_away.like is not None:
        below = case.chosen(record.walk_away.like)
    for number in central.worlds.inputs():
        path = number.path.split(".")
        if path[:2] != ["positions", actor] or path[2] == "red_lines":
            continue
        if len(path) > 5 and path[2] == "values" and path[4] == "levels":
            levels = {chosen[path[3]], below.get(path[3])}
            if path[5] not in levels:
                continue
        yield number


def _interval(number: Number) -> tuple[float, float]:
    low, high = number.distribution.quantile(np.array([0.05, 0.95]))
    return float(low), float(high)


def _halved(
    central: Setting,
    actor: str,
    chosen: Mapping[str, str],
    numbers: Sequence[Number],
    ranges: Mapping[str, tuple[float, float]],
) -> list[tuple[Number, float]]:
    """For each number and direction in which it turns the actor, the first value that does."""
    start = np.repeat([n.central for n in numbers], 2)
    near, far = start.copy(), _ends(numbers, ranges)
    turned = partial(_turned_at, central, actor, chosen, numbers)
    able = turned(far)
    if not able.any():
        return []
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        here = turned(middle)
        near, far = np.where(here, near, middle), np.where(here, middle, far)
    return [(numbers[at // 2], float(far[at])) for at in np.flatnonzero(able).tolist()]


def _ends(numbers: Sequence[Number], ranges: Mapping[str, tuple[float, float]]) -> Floats:
    """How far each number is moved down and up, shape (2 · numbers,)."""
    ends = []
    for number in numbers:
        low, high = ranges[number.path]
        least, most = number.domain.bounds
        reach = WIDTHS * (high - low)
        ends += [max(least, number.central - reach), min(most, number.central + reach)]
    return np.array(ends)


def _turned_at(
    central: Setting,
    actor: str,
    chosen: Mapping[str, str],
    numbers: Sequence[Number],
    values: Floats,
) -> Booleans:
    """Whether the actor has changed its mind where number k // 2 is set to value k, alone."""
    fixed = {}
    for k, number in enumerate(numbers):
        column = np.full(values.size, number.central)
        column[2 * k : 2 * k + 2] = values[2 * k : 2 * k + 2]
        fixed[number.path] = column
    worlds = replace(central.worlds, copies=values.size, fixed=fixed, _columns={}, _values={})
    record = central.case.file.positions[actor]
    slack = position_of(worlds, actor, record).slack(chosen)
    accepts = positions(central)[actor].slack(chosen)[0] >= 0
    return np.asarray((slack >= 0) != accepts)
