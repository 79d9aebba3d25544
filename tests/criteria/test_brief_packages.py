"""Packages of which margins and reasons are enough get those of packages told in full, bit for bit.

What is left out, gathered, or kept from an earlier package must not move a digit.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import accord
from accord.criteria import durable
from accord.criteria.conflicts import model_of, state_of
from accord.criteria.credible import solution
from accord.criteria.fighting import build_game
from accord.criteria.kept import kept, ranks_under
from accord.criteria.pledging import coin
from accord.criteria.recent import Recent
from accord.criteria.setting import Setting
from accord.criteria.table import CRITERIA
from accord.criteria.withstood import pressed
from accord.criteria.years import calendar
from accord.theory.conflict import stability
from accord.theory.deterrence import solve, solve_attack
from accord.worlds.worlds import draw
from oracles.generator import case_of, random_case
from teaching import FLAGSHIP

LINES = ("stated", "hard", "none")


def random_setting(seed):
    case = case_of(random_case(seed))
    chosen = {name: case.chosen(name) for name in case.file.packages}
    return Setting(case, draw(case, 256, seed, LINES[seed % 3]), chosen)


@pytest.fixture(scope="module")
def flagship():
    case = accord.load(FLAGSHIP)
    return Setting(case, draw(case, 256, 2), {"briefing-plan": case.chosen("briefing-plan")})


def variants(setting, dice, count):
    """Packages that differ in one provision from the first named, and some drawn at random."""
    provisions = setting.case.file.provisions
    first = dict(next(iter(setting.packages.values())))
    one = [{**first, name: level} for name, p in provisions.items() for level in p.levels]
    picked = one if len(one) <= 2 * count else [one[i] for i in dice.permutation(len(one))[:count]]
    mixed = [
        {name: str(dice.choice(list(p.levels))) for name, p in provisions.items()}
        for _ in range(count)
    ]
    # the first comes again, when others have been asked about in between
    return [first, *picked, *mixed, first]


def same(one, other):
    """Whether two results agree in margins and in the names of reasons, to the bit."""
    assert one.rules == other.rules
    assert one.margins.tobytes() == other.margins.tobytes()
    names = [np.array([*result.names, "none"])[result.reasons] for result in (one, other)]
    assert (names[0] == names[1]).all()


def compare(shared, dice, count):
    """One package after another in brief with what is shared, each against a setting of its own."""
    for chosen in variants(shared, dice, count):
        brief = replace(shared.alone("asked", chosen), brief=frozenset({"asked"}))
        full = Setting(shared.case, shared.worlds, {"asked": chosen})
        for criterion in CRITERIA:
            if criterion.not_assessed(shared.case) is None:
                found = criterion.assess(brief)
                assert found.details == {}
                same(found, criterion.assess(full))


@pytest.mark.parametrize("seed", range(400, 430))
def test_variants_of_random_cases_are_judged_alike_in_brief_and_in_full(seed):
    compare(random_setting(seed), np.random.default_rng(seed), 8)


def test_variants_of_the_flagship_are_judged_alike_in_brief_and_in_full(flagship):
    compare(flagship, np.random.default_rng(1), 10)


def reversal_hangs_on_it(data):
    data["durability"]["elections"]["ECHO"]["reversal"] = {
        "base": 0.02, "steps": [{"when": "spare == s1", "set": 0.98}],
    }  # fmt: skip


def preference_hangs_on_it(data):
    gain = {"when": "ALFA.act0 and spare == s1", "add": 60}
    data["conflicts"]["after_signing"]["preferences"]["ALFA"]["worth"].append(gain)


def stake_hangs_on_it(data):
    data["deterrence"]["challenger"]["stake"] = {
        "base": 0.5, "steps": [{"when": "spare == s1", "set": 3}],
    }  # fmt: skip


@pytest.mark.parametrize("hang", [reversal_hangs_on_it, preference_hangs_on_it, stake_hangs_on_it])
def test_what_was_kept_is_not_taken_for_a_package_that_differs_where_it_counts(hang):
    data = random_case(400)
    levels = {"s0": {"title": "Not"}, "s1": {"title": "Spare"}}
    data["provisions"]["spare"] = {"title": "A spare", "levels": levels, "judgement": "invented"}
    data["packages"]["status-quo"]["choose"]["spare"] = "s0"
    hang(data)
    case = case_of(data)
    shared = Setting(case, draw(case, 256, 1), {"pact": case.chosen("pact")})
    found = []
    for level in ("s0", "s1", "s0"):
        chosen = {**case.chosen("pact"), "spare": level}
        brief = replace(shared.alone("asked", chosen), brief=frozenset({"asked"}))
        found.append(durable.assess(brief))
        same(found[-1], durable.assess(Setting(case, shared.worlds, {"asked": chosen})))
    assert (found[0].margins != found[1].margins).any()


@pytest.mark.parametrize("seed", range(500, 520))
def test_years_are_those_of_whole_games_built_year_by_year(seed):
    setting = random_setting(seed)
    for package in setting.packages:
        found, years = pressed(setting, package), calendar(setting, package)
        first = np.cumsum(found.tempted & (found.temptations < found.p_attack), axis=0)
        for t, where in enumerate(years.tempted):
            for pressure, chances in (
                (years.pressure(setting, t + 1), found.p_attack[t]),
                (years.calm(t + 1), found.p_calm[t]),
            ):
                game = build_game(setting, package, beliefs=True, pressure=pressure)
                whole = solve(game, goes=coin(setting)).p_attack
                asked = where if chances is found.p_attack[t] else found.p_calm[t] != 1.0
                assert chances[asked].tobytes() == whole[asked].tobytes()
        assert not found.p_attack[~years.tempted].any()
        assert (found.p_calm[first == 0] == 1.0).all()
        half = np.arange(setting.worlds.count) % 2 == 0
        some = pressed(setting, package, half)
        assert (some.p_attack == np.where(half, found.p_attack, 0.0)).all()


@pytest.mark.parametrize("seed", range(600, 620))
def test_who_keeps_is_as_sweeps_over_ranks_say(seed):
    setting = random_setting(seed)
    conflict = setting.case.file.durability.conflict
    if conflict is None:
        pytest.skip("no conflict is named")
    model = model_of(setting.case, conflict.name)
    state = state_of(model, model.written.kept)
    for package in setting.packages:
        ranks = ranks_under(setting, package, model)
        swept = stability(model.conflict, ranks, (conflict.concept,))
        by_party = swept[conflict.concept][:, :, state]
        found = kept(setting, package)
        assert (found.stable == by_party.all(axis=1)).all()
        assert (by_party[~found.stable, found.escaping[~found.stable]] == False).all()  # noqa: E712
        counts = {
            party: {"worlds": int((found.escaping == index).sum())}
            for index, party in enumerate(model.parties)
            if (found.escaping == index).any()
        }
        assert found.escapes == counts


@pytest.mark.parametrize("seed", range(700, 710))
def test_the_challengers_side_alone_has_the_digits_of_the_whole_solution(seed):
    setting = random_setting(seed)
    for package in setting.packages:
        game = build_game(setting, package, beliefs=True)
        whole, side = solve(game, goes=coin(setting)), solve_attack(game, coin(setting))
        for name in ("p_attack", "gross_value", "attack_value"):
            assert getattr(side, name).tobytes() == getattr(whole, name).tobytes()
        assert side.p_attack.tobytes() == solution(setting, package).p_attack.tobytes()


def test_of_each_kind_the_last_asked_for_are_kept():
    recent, made = Recent(2), []

    def ask(kind, key):
        return recent.result(kind, (key,), lambda: made.append((kind, key)) or f"{kind} {key}")

    assert [ask("war", key) for key in "abab"] == ["war a", "war b", "war a", "war b"]
    assert made == [("war", "a"), ("war", "b")]
    ask("war", "a")
    assert ask("years", "a") == "years a"  # another kind has room of its own
    ask("war", "c")  # b was asked for before a
    made.clear()
    assert [ask("war", key) for key in "acb"] == ["war a", "war c", "war b"]
    assert made == [("war", "b")]


def test_a_gathered_setting_asked_about_another_package_works_it_out_itself(flagship):
    at = np.array([3, 3, 100])
    some = flagship.gathered(at)
    number = flagship.case.file.deterrence.challenger.without_attack
    assert number.provisions
    base = flagship.packages["briefing-plan"]
    for level in flagship.case.file.provisions[number.provisions[0]].levels:
        chosen = {**base, number.provisions[0]: level}
        whole = flagship.worlds.package_value(number, chosen)
        found = some.alone("briefing-plan", chosen).number("briefing-plan", number)
        assert (found == whole[at]).all()
