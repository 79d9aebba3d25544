"""Guarantors that decide at once in games made for it: one solution, three, and none in reach."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from random_games import WORLDS, random_game
from tier_by_hand import answers, attack, contraction, fixed_points

from accord.theory.deterrence import solve
from accord.theory.game import Challenger, Contest, Game, Guarantor, Protege, restrict

PLAIN = Guarantor(
    stake=0.8, cost=0.25, shared_cost=0.0, punishes=0.1, precision=10.0, reneging=0.0,
    automatic=0.0, alone=0.0, tripwire=0.0, strength=5.0,
)  # fmt: skip


def pair(first, second=None, *, protege=2.0, steepness=3.0, backstop=None, **common):
    """Two who decide at once against a challenger of strength 10; alike unless told."""
    members = [replace(PLAIN, **common, **own) for own in (first, second or first)]
    return Game(
        Challenger(1.0, 0.2, 5.0, 0.1, 0.0, 10.0),
        Protege(1.0, 0.2, 5.0, protege),
        Contest(steepness, 1.0),
        tuple(members),
        ((0, 1),),
        backstop,
    )


def assurance(precision, automatic=0.0, second=5.0, cost=0.25):
    """Each can use half of its strength without the other."""
    return pair(
        {"leans_on": {1: 0.5}}, {"leans_on": {0: 0.5}, "strength": second},
        precision=precision, automatic=automatic, cost=cost,
    )  # fmt: skip


@pytest.mark.parametrize("second", [5.0, 4.9])
def test_assurance_without_much_precision_has_one_solution(second):
    game = assurance(10.0, second=second)
    (found,) = fixed_points(game)
    assert contraction(game) < 1
    for goes in (False, True):
        result = solve(game, goes=goes)
        assert result.honour[:, 0] == pytest.approx(found, abs=1e-9)
        assert result.p_attack[0] == pytest.approx(attack(game, found), abs=1e-9)
        assert result.low[0] == result.p_attack[0] == result.high[0]
        assert result.unique[0]
        assert not result.coordination[0]


@pytest.mark.parametrize("second", [5.0, 4.9])
def test_assurance_with_more_precision_has_two_outer_solutions_around_a_third(second):
    game = assurance(15.0, second=second)
    least, middle, greatest = fixed_points(game)
    assert all(low < between < high for low, between, high in zip(least, middle, greatest))  # noqa: B905
    assert greatest[0] - least[0] > 0.6
    for goes, expected in ((False, least), (True, greatest)):
        result = solve(game, goes=goes)
        assert result.honour[:, 0] == pytest.approx(expected, abs=1e-9)
        assert result.p_attack[0] == pytest.approx(attack(game, expected), abs=1e-9)
        # the more fight, the less there is to attack for
        assert result.low[0] == pytest.approx(attack(game, greatest), abs=1e-9)
        assert result.high[0] == pytest.approx(attack(game, least), abs=1e-9)
        assert result.low[0] < attack(game, middle) < result.high[0]
        assert not result.unique[0]
        assert result.coordination[0]


def test_one_solution_that_no_certificate_covers_is_not_called_coordination():
    game = pair(
        {"leans_on": {1: 0.25}}, {"leans_on": {0: 0.25}}, steepness=2.0, stake=1.0, precision=10.0
    )
    (found,) = fixed_points(game)
    assert contraction(game) > 1
    result = solve(game)
    assert not result.unique[0]
    assert not result.coordination[0]
    assert result.honour[:, 0] == pytest.approx(found, abs=1e-9)
    assert result.low[0] == pytest.approx(result.high[0], abs=1e-9)


@pytest.mark.parametrize("automatic", [0.0, 0.1, 0.3])
def test_what_is_certified_and_what_is_coordination_along_precision(automatic):
    precisions = np.linspace(2.0, 40.0, 58)
    own = [assurance(float(precision), automatic, 4.9) for precision in precisions]
    whole = assurance(precisions, automatic, 4.9)
    waits, goes = solve(whole, goes=False), solve(whole, goes=True)
    counts = []
    for world, game in enumerate(own):
        found = fixed_points(game)
        counts.append(len(found))
        assert waits.unique[world] == (contraction(game) < 1)
        assert waits.coordination[world] == (len(found) > 1)
        assert waits.honour[:, world] == pytest.approx(found[0], abs=1e-9)
        assert goes.honour[:, world] == pytest.approx(found[-1], abs=1e-9)
    # whoever is often bound anyway need not be waited for
    assert set(counts) == ({1, 3} if automatic < 0.3 else {1})


SUBSTITUTES = {
    # one is enough, and whoever fights beside another has gained nothing by it
    "alike": pair({}, strength=20.0, protege=4.0, steepness=2.0, stake=0.9, precision=30.0),
    "who share the cost": pair(
        {}, strength=20.0, protege=4.0, steepness=2.0, stake=0.9, shared_cost=0.2, precision=30.0
    ),
    "of different strength": pair(
        {"strength": 24.0}, {"strength": 18.0, "cost": 0.28}, protege=4.0, steepness=2.0,
        stake=0.9, precision=30.0,
    ),
    "bound at times": pair(
        {"automatic": 0.1}, {"automatic": 0.05}, strength=20.0, protege=4.0, steepness=2.0,
        stake=0.9, precision=30.0,
    ),
}  # fmt: skip


def plainly(game, rounds=1001):
    """The last two rounds of plain iteration from nobody's choice to fight."""
    now = tuple(one.automatic for one in game.guarantors)
    for _ in range(rounds):
        before, now = now, answers(game, now)
    return before, now


@pytest.mark.parametrize("name", SUBSTITUTES)
def test_substitutes_cycle_under_plain_iteration_and_are_solved_all_the_same(name):
    game = SUBSTITUTES[name]
    before, after = plainly(game)
    assert min(abs(a - b) for a, b in zip(before, after, strict=True)) > 0.4
    assert answers(game, after) == pytest.approx(before, abs=1e-12)
    every = fixed_points(game)
    assert len(every) == 3
    for goes in (False, True):
        result = solve(game, goes=goes)
        chances = tuple(result.honour[:, 0])
        assert answers(game, chances) == pytest.approx(chances, abs=1e-9)
        assert result.p_attack[0] == pytest.approx(attack(game, chances), abs=1e-9)
        assert not result.unique[0]
        assert result.coordination[0]
        for outer in (every[0], every[-1]):
            assert result.low[0] - 1e-9 <= attack(game, outer) <= result.high[0] + 1e-9


@pytest.mark.parametrize("name", ["alike", "who share the cost"])
def test_the_hull_of_alike_substitutes_holds_every_solution(name):
    game = SUBSTITUTES[name]
    chances = [attack(game, found) for found in fixed_points(game)]
    result = solve(game)
    assert result.low[0] == pytest.approx(min(chances), abs=1e-9)
    assert result.high[0] == pytest.approx(max(chances), abs=1e-9)


@pytest.mark.parametrize("name", ["of different strength", "bound at times"])
def test_the_hull_of_unlike_substitutes_holds_every_solution(name):
    game = SUBSTITUTES[name]
    chances = [attack(game, found) for found in fixed_points(game)]
    assert solve(game).high[0] == pytest.approx(max(chances), abs=1e-9)


def test_a_backstop_that_leaves_it_to_a_follower_who_waits_for_it():
    """As in matching pennies: neither plain rounds nor turns settle, yet one solution exists."""
    game = pair(
        {"stake": 0.9}, {"alone": 0.6, "stake": 0.9, "cost": 0.05}, strength=20.0,
        protege=4.0, steepness=2.0, precision=30.0, backstop=0,
    )  # fmt: skip
    before, after = plainly(game)
    assert max(abs(a - b) for a, b in zip(before, after, strict=True)) > 0.4
    turns = [(0.0, 0.0)]
    for _ in range(500):
        first = answers(game, turns[-1])[0]
        turns.append((first, answers(game, (first, turns[-1][1]))[1]))
    assert abs(turns[-1][0] - turns[-2][0]) > 0.4
    (found,) = fixed_points(game)
    assert contraction(game) > 1
    result = solve(game)
    assert result.honour[:, 0] == pytest.approx(found, abs=1e-9)
    assert not result.unique[0]
    assert not result.coordination[0]
    assert result.low[0] == pytest.approx(result.high[0], abs=1e-9)


def test_three_who_decide_at_once_answer_one_another():
    for seed in range(15):
        several = replace(random_game(seed, 3, ((0, 1, 2),), modes=1), backstop=0)
        for world in range(WORLDS):
            one = restrict(several, np.array([world]))
            chances = tuple(solve(one).honour[:, 0])
            assert answers(as_floats(one), chances) == pytest.approx(chances, abs=1e-9)


def as_floats(record):
    """A game of one world with plain numbers."""
    if isinstance(record, tuple):
        return tuple(as_floats(each) for each in record)
    if isinstance(record, dict):
        return {key: as_floats(each) for key, each in record.items()}
    if hasattr(record, "__dataclass_fields__"):
        names = record.__dataclass_fields__
        return replace(record, **{name: as_floats(getattr(record, name)) for name in names})
    return float(record[0]) if isinstance(record, np.ndarray) else record


TANGENT = 0.22829089139
"""Cost at which the lower two solutions of ``assurance(15)`` have just become one."""


@pytest.mark.parametrize("beyond", [1e-3, 1e-5, 1e-7, 1e-9])
def test_just_within_a_tangency_the_least_solution_is_found(beyond):
    game = assurance(15.0, cost=TANGENT + beyond)
    result = solve(game)
    chances = tuple(result.honour[:, 0])
    assert answers(game, chances) == pytest.approx(chances, abs=1e-9)
    assert chances[0] < 0.23


@pytest.mark.parametrize("beyond", [1e-6, 1e-7, 1e-8])
def test_just_outside_a_tangency_the_only_solution_is_found(beyond):
    game = assurance(15.0, cost=TANGENT - beyond)
    (found,) = fixed_points(game)
    assert solve(game).honour[:, 0] == pytest.approx(found, abs=1e-9)


@pytest.mark.parametrize(
    ("precision", "stake", "cost", "protege", "usable"),
    [(20.0, 1.0, 0.2, 5.0, 0.0), (20.0, 1.0, 0.4, 1.0, 0.3), (20.0, 1.5, 0.5, 3.0, 0.0)],
)
def test_three_who_lean_in_a_ring_are_solved(precision, stake, cost, protege, usable):
    own = replace(
        PLAIN, precision=precision, stake=stake, cost=cost, strength=12.0, shared_cost=0.5
    )
    ring = tuple(replace(own, leans_on={(g + 1) % 3: usable}) for g in range(3))
    plain = pair({}, protege=protege, steepness=2.0)
    game = replace(plain, guarantors=ring, tiers=((0, 1, 2),))
    chances = tuple(solve(game).honour[:, 0])
    assert answers(game, chances) == pytest.approx(chances, abs=1e-9)
