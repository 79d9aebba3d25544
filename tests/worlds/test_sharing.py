"""Worlds of one case that take over what another case has drawn are the worlds they were."""

from __future__ import annotations

import numpy as np
import pytest

import accord
from accord.worlds.worlds import draw
from teaching import TEACHING, altered

TIE = (
    "\ncorrelations:\n"
    "  - {between: [positions.NORTH.values.fees.weight, positions.GUARD.walk_away], rank: 0.8}\n"
)
LOOSE = (
    ("fees: {weight: 20, prefers: falling}", "fees: {weight: [10, 20, 40], prefers: falling}"),
    ("walk_away: 30\n", "walk_away: {from: 20, to: 40}\n"),
    ("probability: 0.25", "probability: [0.1, 0.2, 0.4]"),
)


def everything(worlds):
    found = {number.path: worlds.value(number) for number in worlds.inputs()}
    return {**found, **worlds.shocks()}


@pytest.mark.parametrize(
    ("changed", "more"),
    [
        ((), ""),
        ((("[0.1, 0.2, 0.4]", "[0.1, 0.2, 0.9]"),), ""),
        ((("{from: 20, to: 40}", "{from: 20, to: 50}"),), TIE),
    ],
)
def test_what_is_taken_over_is_what_would_be_drawn(tmp_path, changed, more):
    old = accord.load(altered(tmp_path / "old", *LOOSE))
    replaced = dict(changed)
    loose = tuple(
        (text, next((new.replace(a, b) for a, b in replaced.items() if a in new), new))
        for text, new in LOOSE
    )
    new = accord.load(altered(tmp_path / "new", *loose, more=more))
    before = draw(old, 512, seed=3)
    everything(before)
    shared, fresh = draw(new, 512, seed=3).sharing(before), draw(new, 512, seed=3)
    found, expected = everything(shared), everything(fresh)
    assert list(found) == list(expected)
    assert len(found) > 3
    for path, values in expected.items():
        assert np.array_equal(found[path], values), path


def test_nothing_is_taken_from_other_worlds():
    case = accord.load(TEACHING)
    before = draw(case, 512, seed=3)
    everything(before)
    for other in (
        draw(case, 512, seed=4),
        draw(case, 256, seed=3),
        draw(case, 512, 3, "stated", 2),
    ):
        assert other.sharing(before) is other
