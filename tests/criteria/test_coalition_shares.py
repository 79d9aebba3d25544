"""Three routes to the shares of P(deliver): tables one by one, compiled tables, drawn orders."""

from __future__ import annotations

import numpy as np
import pytest

from accord.criteria import coalition_shares
from accord.criteria.setting import Setting
from accord.worlds.worlds import draw
from oracles.generator import case_of, random_case

SEEDS = (2000, 2004, 2005, 2015, 2020, 2022)


def shares(seed, worlds=512, weights=None):
    case = case_of(random_case(seed))
    packages = {"pact": case.chosen("pact")}
    setting = Setting(case, draw(case, worlds, seed), packages, weights)
    return coalition_shares.shapley_shares(setting, "pact")


@pytest.mark.parametrize("seed", SEEDS)
def test_compiled_tables_say_the_same(seed, monkeypatch):
    one_by_one = shares(seed)
    monkeypatch.setattr(coalition_shares, "FEW_WORTHS", 0)
    compiled = shares(seed)
    assert compiled["of"] == pytest.approx(one_by_one["of"], abs=1e-12)
    assert compiled["exact"]
    for name, (value, error) in one_by_one["shares"].items():
        assert compiled["shares"][name] == pytest.approx([value, error], abs=1e-12)


@pytest.mark.parametrize("few", [0, 2**30])
@pytest.mark.parametrize("seed", SEEDS)
def test_drawn_orders_sum_up_and_come_near(seed, few, monkeypatch):
    exact = shares(seed)
    monkeypatch.setattr(coalition_shares, "EXACT_PLAYERS", 0)
    monkeypatch.setattr(coalition_shares, "FEW_WORTHS", few)
    drawn = shares(seed)
    assert not drawn["exact"] or not drawn["shares"]
    assert drawn["of"] == pytest.approx(exact["of"], abs=1e-12)
    assert sum(v for v, _ in drawn["shares"].values()) == pytest.approx(drawn["of"], abs=1e-9)
    for name, (value, error) in drawn["shares"].items():
        assert abs(value - exact["shares"][name][0]) <= 5 * error + 1e-9


def test_weighted_worlds_weigh():
    weights = (np.arange(512) % 7).astype(np.int64)
    found = shares(2005, weights=weights)
    assert sum(v for v, _ in found["shares"].values()) == pytest.approx(found["of"], abs=1e-9)
    assert found["of"] != shares(2005)["of"]


def test_too_many_coalitions_for_all_worlds_are_tried_in_the_first(monkeypatch):
    monkeypatch.setattr(coalition_shares, "MOST_WORTHS", 1)
    few = shares(2005)
    assert few["worlds"] == 256
    assert few["shares"].keys() == shares(2005, worlds=256)["shares"].keys()
