"""The years: closed forms, laws, and an independent play-through."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest

from accord._errors import ModelError
from accord.theory.bargaining import on_grid
from accord.theory.survival import (
    ATTACK,
    ESCAPE,
    KEPT,
    LEAVING,
    REVERSAL,
    attention_elsewhere,
    commitment_problem,
    drift_path,
    erosion_factors,
    growth_factors,
    hazards_by_cause,
    live_through,
    reversals,
    survival_curve,
    temptation,
    tempted,
    turning_thresholds,
    turning_years,
)
from oracles import years as oracle

SEEDS = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("persistence", [0.0, 0.3, 0.9, 1.0])
def test_temptations_are_uniform_and_as_alike_as_persistence_says(persistence):
    generator = np.random.default_rng(1)
    common, own = generator.random(20_000), generator.random((2, 20_000))
    moments = temptation(common, own, persistence)
    assert all(kstest(moment, "uniform").pvalue > 1e-4 for moment in moments)
    from scipy.special import ndtri  # noqa: PLC0415

    alike = np.corrcoef(ndtri(moments))[0, 1]
    assert alike == pytest.approx(persistence, abs=0.03)
    assert np.allclose(temptation(common, own[0], 0.0), own[0])
    assert np.allclose(temptation(common, own[0], 1.0), common)


def test_persistence_outside_its_range_is_refused():
    with pytest.raises(ModelError, match="persistence"):
        temptation(np.full(1, 0.5), np.full(1, 0.5), 1.5)


def test_with_constant_hazard_survival_is_geometric():
    # tempted with chance w, attacked with chance P once tempted: (1 - wP)^t
    generator = np.random.default_rng(7)
    worlds, horizon, chance, attack = 256 * 400, 6, 0.3, 0.4
    result = live_through(
        tempted(generator.random((horizon, worlds)), chance),
        generator.random((horizon, worlds)),
        np.full((horizon, worlds), attack),
        np.zeros(worlds, dtype=np.int64),
        np.full(worlds, 50.0),
    )
    curve = survival_curve(result.end_year, horizon)
    for year, estimate in enumerate(curve):
        expected = (1 - chance * attack) ** year
        assert abs(estimate.value - expected) <= 5 * estimate.standard_error + 1e-12
    hazards = hazards_by_cause(result.end_year, result.cause, horizon)
    assert hazards[0] == pytest.approx(np.full(horizon, chance * attack), abs=0.006)
    assert (hazards[1:] == 0).all()
    assert set(np.unique(result.cause)) == {KEPT, ATTACK}


@given(SEEDS)
def test_hazards_multiply_to_the_survival_curve(seed):
    generator = np.random.default_rng(seed)
    horizon, worlds = 4, 512
    ends = generator.integers(0, horizon + 1, worlds)
    causes = np.where(ends > 0, generator.choice([ATTACK, LEAVING, REVERSAL], worlds), KEPT)
    weights = generator.integers(1, 9, worlds).astype(float)
    hazards = hazards_by_cause(ends, causes, horizon, weights=weights).sum(axis=0)
    curve = [estimate.value for estimate in survival_curve(ends, horizon, weights)]
    assert curve[0] == 1.0
    assert np.allclose(np.cumprod(1 - hazards), curve[1:])


def test_years_that_no_world_reaches_have_no_hazard():
    hazards = hazards_by_cause(np.array([1, 1]), np.array([ATTACK, LEAVING]), 2)
    assert hazards[:, 0].tolist() == [0.5, 0.0, 0.5]
    assert np.isnan(hazards[:, 1]).all()


@given(SEEDS, st.integers(1, 6))
def test_an_actor_turns_exactly_where_its_slack_lies_below_the_threshold(seed, horizon):
    generator = np.random.default_rng(seed)
    drift = drift_path(generator.normal(0, 2, 40), horizon)
    bumpy = generator.integers(-900, 900, drift.shape)
    slack = generator.integers(-900, 900, 40)
    for path in (drift, bumpy):
        years = turning_years(slack, path)
        assert np.array_equal(years > 0, slack < turning_thresholds(path))
        assert ((years == 0) | ((years >= 2) & (years <= horizon))).all()
        for world, year in enumerate(years):
            below = slack[world] < path[:, world]
            pairs = [t + 2 for t in range(horizon - 1) if below[t] and below[t + 1]]
            assert year == (pairs[0] if pairs else 0)


def test_drift_is_on_the_grid_of_the_walk_away_values():
    assert drift_path(np.array([0.3, -1.0]), 3).tolist() == [[77, -256], [154, -512], [230, -768]]
    with pytest.raises(ModelError, match="horizon"):
        drift_path(np.zeros(1), 0)


def test_a_reversal_stays_and_a_shock_reverses_from_the_start():
    uniforms = np.array([[0.1, 0.9, 0.9], [0.9, 0.1, 0.9]])
    fallen = np.array([False, False, True])
    result = reversals(uniforms, 0.5, (3, 5), 6, fallen)
    assert result[:, 0].tolist() == [False, False, True, True, True, True]
    assert result[:, 1].tolist() == [False] * 4 + [True] * 2
    assert result[:, 2].all()
    assert not reversals(uniforms[:1], 0.5, (9,), 6).any()
    with pytest.raises(ModelError, match="elections"):
        reversals(uniforms, 0.5, (3,), 6)


def test_attention_stays_elsewhere_as_long_as_stated():
    uniforms = np.array([[0.9], [0.1], [0.9], [0.9]])
    assert attention_elsewhere(uniforms, 0.5, 1)[:, 0].tolist() == [False, True, False, False]
    assert attention_elsewhere(uniforms, 0.5, 1.5)[:, 0].tolist() == [False, True, True, False]
    assert attention_elsewhere(uniforms, 0.5, 99)[:, 0].tolist() == [False, True, True, True]


def test_strength_erodes_and_the_challenger_grows_by_compounding():
    assert erosion_factors(0.1, 3) == pytest.approx([0.9, 0.81, 0.729])
    assert growth_factors(np.array([0.5, 0.0]), 2).tolist() == [[1.5, 1.0], [2.25, 1.0]]
    with pytest.raises(ModelError, match="factor"):
        erosion_factors(1.5, 2)


def test_a_conflict_that_is_no_equilibrium_fails_whatever_the_years_bring():
    quiet = np.zeros((2, 2), dtype=bool)
    result = live_through(
        quiet,
        np.ones((2, 2)),
        np.zeros((2, 2)),
        np.array([0, 2]),
        np.full(2, 8.0),
        stable=np.array([False, True]),
    )
    assert result.margin.tolist() == [-1.0, -0.5]
    assert result.cause.tolist() == [ESCAPE, LEAVING]
    assert result.survives.tolist() == [True, False]


def test_power_that_shifts_too_fast_is_flagged_in_its_first_year():
    wins = np.array([[0.3, 0.3], [0.4, 0.3], [0.9, 0.3]])
    assert commitment_problem(wins, 1.0, 0.1, 0.1).tolist() == [1, -1]
    assert commitment_problem(wins, 0.5, 0.1, 0.1).tolist() == [-1, -1]


def random_world(generator, horizon):
    actors = ("A", "B", "C")
    chances = generator.random(horizon + 1)
    calm = chances * generator.choice([1.0, 0.5])
    return {
        "horizon": horizon,
        "temptation": generator.random() * 0.6,
        "temptation_uniforms": generator.random(horizon).tolist(),
        "temptations": generator.random(horizon).tolist(),
        "supply": {},
        "reneging": {},
        "automatic": {},
        "challenger_strength": 1.0,
        "elections": {
            "USA": {
                "chance": generator.random(),
                "shock": bool(generator.random() < 0.2),
                "uniforms": {2: generator.random(), 4: generator.random()},
                "keeps": {"reneging": 0.5},
            }
        },
        "margins": {actor: float(generator.integers(-200, 2000)) / 256 for actor in actors},
        "yearly": {actor: float(generator.normal(0, 1)) for actor in actors},
        "consent": {"all": ["A", {"any": ["B", "C"]}]},
        "chances": chances,
        "calm": calm,
    }


def play(world):
    """The kernels' answer for one world of the oracle."""
    horizon, usa = world["horizon"], world["elections"]["USA"]
    stands = reversals(
        np.array(list(usa["uniforms"].values()))[:, None],
        usa["chance"],
        tuple(usa["uniforms"]),
        horizon,
        np.array([usa["shock"]]),
    )[:, 0]
    chance = np.where(stands, world["chances"][1:], world["calm"][1:])[:, None]
    slack, turned = {}, {}
    for actor, margin in world["margins"].items():
        path = drift_path(np.array([world["yearly"][actor]]), horizon)
        start = on_grid([margin])
        slack[actor] = int((start - turning_thresholds(path))[0])
        year = int(turning_years(start, path)[0])
        turned[actor] = year or 99
    # a monotone rule holds until the fold of the years in which its actors turn
    breaks = min(turned["A"], max(turned["B"], turned["C"]))
    room = min(slack["A"], max(slack["B"], slack["C"])) / 256 if horizon > 1 else np.inf
    return live_through(
        tempted(np.array(world["temptation_uniforms"])[:, None], world["temptation"]),
        np.array(world["temptations"])[:, None],
        chance,
        np.array([0 if breaks == 99 else breaks]),
        np.array([room]),
        p_without_reversals=world["calm"][1:, None],
    )


@given(SEEDS, st.integers(1, 6))
@settings(max_examples=400)
def test_years_played_one_by_one_end_the_same_way(seed, horizon):
    world = random_world(np.random.default_rng(seed), horizon)

    def attack_probability(state):
        reverse = state["reneging"].get("USA", 1.0) < 1.0
        return world["chances" if reverse else "calm"][state["year"]]

    world["reneging"] = {"USA": 1.0}
    theirs = oracle.play({**world, "attack_probability": attack_probability})
    mine = play(world)
    assert mine.survives[0] == theirs["survives"]
    assert mine.end_year[0] == (theirs["ended"] or 0)
    assert mine.margin[0] == pytest.approx(theirs["margin"], abs=1e-12)
    assert (mine.margin[0] >= 0) == theirs["survives"]
    names = {None: KEPT, "attack": ATTACK, "leaving": LEAVING}
    assert mine.cause[0] == (REVERSAL if theirs["reversal"] else names[theirs["cause"]])
