"""Games that are nearly solved, very many at once, against the exact fold."""

import numpy as np
import pytest

from accord.explore.search.war_games import Fields
from accord.explore.search.war_near import NearGames, can_be_near
from accord.theory.deterrence import gross_value
from accord.theory.game import Challenger, Contest, Game, Guarantor, Mode, Protege
from accord.theory.near_functions_compiled import exponentials, logarithms, logistics
from accord.theory.near_values_compiled import NEAR

WORLDS = 300


def random_game(seed, worlds=WORLDS):
    """A game of up to five guarantors alone or in pairs, who lean on one another now and then."""
    random = np.random.default_rng(seed)

    def numbers(low, high):
        return random.uniform(low, high, worlds)

    tiers, count = [], 0
    for _ in range(random.integers(1, 4)):
        size = int(random.integers(1, 3))
        tiers.append(tuple(range(count, count + size)))
        count += size
    tiers = [tuple(int(g) for g in tier) for tier in tiers]
    guarantors = tuple(
        Guarantor(
            numbers(0, 1), numbers(0, 1), float(random.uniform(0, 1)), numbers(0, 0.2),
            numbers(0, 14), numbers(0, 0.4), numbers(0, 0.3), numbers(0, 0.3), numbers(0, 0.1),
            numbers(0, 6) * (random.random(worlds) < 0.8),
            {o: numbers(0, 1) for o in range(count) if o != g and random.random() < 0.3},
        )
        for g in range(count)
    )  # fmt: skip
    some = Mode("some", numbers(0.2, 0.6), numbers(0.1, 0.5), 0.5, numbers(0.3, 0.9))
    backstop = int(random.integers(-1, count)) if random.random() < 0.7 else None
    strength = numbers(0, 40) * (random.random(worlds) < 0.9)
    return Game(
        Challenger(numbers(0.5, 2), numbers(0, 1), numbers(0.5, 9), numbers(0, 0.5),
                   numbers(0, 0.2), numbers(1, 60)),
        Protege(1.0, numbers(0, 0.8), numbers(0, 12), strength),
        Contest(numbers(0, 3), numbers(0.5, 2)),
        guarantors, tuple(tiers), None if backstop == -1 else backstop,
        (Mode("all"), some)[: random.integers(1, 3)],
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_values_that_are_not_doubtful_are_near(seed):
    game = random_game(seed)
    assert can_be_near(game)
    games = NearGames(Fields(game, ()), WORLDS)
    moments = np.arange(WORLDS)
    gross, doubtful = games.gross(moments, np.zeros((WORLDS, 0), dtype=np.int32))
    exact = gross_value(game)
    assert not doubtful.all()
    assert np.abs(gross - exact)[~doubtful].max() < NEAR / 100


def test_what_parts_change_is_read_by_moment_and_variant():
    first, second = random_game(7), random_game(8)
    random = np.random.default_rng(1)
    table = random.uniform(0.1, 2, (3, 2, WORLDS))
    places = (0, 5)  # the challenger's stake and strength
    games = NearGames(Fields(first, ((0, places, table),)), WORLDS)
    moments, variants = random.integers(0, WORLDS, 500), random.integers(0, 3, 500)
    gross, doubtful = games.gross(moments, variants[:, None].astype(np.int32))
    fields = Fields(first, ((0, places, table),))
    exact = gross_value(fields.at([variants], moments))
    assert np.abs(gross - exact)[~doubtful].max() < NEAR / 100
    assert not np.allclose(exact[:300], gross_value(second)[:300])


def test_three_that_decide_at_once_are_left_to_the_exact_fold():
    game = random_game(3)
    three = Game(
        game.challenger, game.protege, game.contest, (game.guarantors[0],) * 3, ((0, 1, 2),),
    )  # fmt: skip
    assert not can_be_near(three)


def test_two_that_may_settle_in_two_ways_are_doubtful():
    one = Guarantor(8.0, 0.1, 0.0, 0.0, 60.0, 0.0, 0.0, 0.0, 0.0, 5.0)
    game = Game(
        Challenger(1.0, 0.1, 4.0, 0.0, 0.0, np.full(64, 10.0)), Protege(1.0, 0.1, 5.0, 1.0),
        Contest(6.0, 1.0), (one, one), ((0, 1),),
    )  # fmt: skip
    _, doubtful = NearGames(Fields(game, ()), 64).gross(
        np.arange(64), np.zeros((64, 0), dtype=np.int32)
    )
    assert doubtful.all()


def test_exponentials_and_logarithms_have_more_digits_than_are_needed():
    random = np.random.default_rng(5)
    room, scratch, result = np.empty((3, 4096)), np.empty(4096), np.empty(4096)
    x = -np.concatenate([random.uniform(0, 1, 2048), random.uniform(0, 650, 2048)])
    exponentials(x, scratch, result)
    np.testing.assert_allclose(result, np.exp(x), rtol=1e-9)
    y = np.exp(random.uniform(-300, 300, 4096))
    logarithms(y, scratch, result)
    np.testing.assert_allclose(result, np.log(y), rtol=1e-9, atol=1e-11)
    z = random.uniform(-50, 50, 4096)
    logistics(z, room, result)
    np.testing.assert_allclose(result, 1 / (1 + np.exp(-z)), rtol=1e-9)
