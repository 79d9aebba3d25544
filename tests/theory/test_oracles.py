"""The slow implementations against closed forms and laws, so that they can be trusted."""

import copy
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles.deterrence import attack_choice, changed, credible, solve, temptation
from oracles.war import defeat_chance, effective_strength, forward_strengths, logistic, tripwire
from oracles.years import commitment_problem, consents, play, rule_margin, turning_drift, year_of

SEEDS = st.integers(0, 2**32)


def guarantor(source, leans_on=()):
    return {
        "stake": source.uniform(0.1, 1.5),
        "cost": source.uniform(0.1, 0.8),
        "shared_cost": source.uniform(0, 0.8),
        "punishes": source.uniform(0, 0.3),
        "reneging": source.uniform(0, 0.4),
        "tripwire": source.uniform(0, 0.1),
        "automatic": source.uniform(0, 0.5),
        "alone": source.uniform(0, 0.5),
        "precision": source.uniform(2, 12),
        "strength": round(source.uniform(0, 8) * 8) / 8,
        "leans_on": {name: source.uniform(0.3, 1) for name in leans_on},
    }


def random_game(seed, tiers=(("A",), ("B", "C"))):
    source = np.random.default_rng(seed)
    names = [name for tier in tiers for name in tier]
    return {
        "challenger": {
            "stake": source.uniform(0.5, 2),
            "cost_of_war": source.uniform(0.05, 0.8),
            "strength": source.uniform(8, 18),
            "precision": source.uniform(2, 12),
            "without_attack": source.uniform(0, 0.4),
            "snapback": source.uniform(0, 0.4),
        },
        "protege": {
            "stake": 1.0,
            "cost_of_war": source.uniform(0.1, 0.5),
            "strength": source.uniform(6, 12),
            "precision": source.uniform(3, 10),
        },
        "contest": {
            "steepness": source.uniform(0.5, 3),
            "defence_advantage": source.uniform(1, 2),
        },
        "tiers": [list(tier) for tier in tiers],
        "backstop": names[0] if names else None,
        "guarantors": {
            name: guarantor(source, leans_on=() if name == names[0] else names[:1])
            for name in names
        },
        "modes": {
            "full": {},
            "probe": {"stake": 0.3, "cost_of_war": 0.2, "automatic": 0.3, "guarantor_stake": 0.5},
        },
        "coin": "waits",
    }


def test_without_guarantors_the_game_is_signorinos_tree_of_two():
    game = random_game(1, tiers=())
    game["modes"] = {"full": {}}
    c, d, contest = game["challenger"], game["protege"], game["contest"]
    ratio = d["strength"] * contest["defence_advantage"] / c["strength"]
    won = ratio ** contest["steepness"] / (1 + ratio ** contest["steepness"])
    war_c = (1 - won) * c["stake"] - c["cost_of_war"] - c["snapback"]
    resist = logistic(d["precision"] * (1 - (1 - won) - d["cost_of_war"]))
    worth = resist * war_c + (1 - resist) * (c["stake"] - c["snapback"])
    found = solve(game)
    assert found["resist"] == pytest.approx(resist)
    assert found["attack"] == pytest.approx(
        logistic(c["precision"] * (worth - c["without_attack"]))
    )
    assert credible(game, 0.999)[1:] == ("protege alone", None)
    assert credible(game, 0.0)[1:] == ("challenger's stake", None)


def test_one_guarantor_is_signorinos_tree_of_three():
    game = random_game(2, tiers=(("A",),))
    game["modes"] = {"full": {}}
    one = game["guarantors"]["A"]
    with_, without = (defeat_chance(game, game["guarantors"], s) for s in ({"A"}, set()))
    honour = with_ * one["stake"] - one["cost"]  # all of the cost, alone among the joined
    renege = without * one["stake"] - one["reneging"] - one["tripwire"]
    q = one["automatic"] + (1 - one["automatic"]) * logistic(one["precision"] * (honour - renege))
    found = solve(game)
    assert found["honour"]["A"] == pytest.approx(q)
    assert found["defeated"] == pytest.approx(q * with_ + (1 - q) * without)


@given(SEEDS)
def test_listing_a_mode_twice_changes_nothing(seed):
    game = random_game(seed)
    twice = {**game, "modes": {**game["modes"], "again": game["modes"]["full"]}}
    once = {**game, "modes": {"full": {}}}
    doubled = {**game, "modes": {"full": {}, "again": {}}}
    assert solve(doubled)["attack"] == pytest.approx(solve(once)["attack"])
    assert len(solve(twice)["modes"]) == 3
    assert sum(solve(twice)["modes"].values()) == pytest.approx(1)


@settings(max_examples=30)
@given(SEEDS)
def test_the_laws_that_hold_in_every_world(seed):
    game = random_game(seed)
    attack = solve(game)["attack"]
    for key, sign in (
        ("stake", 1),
        ("cost_of_war", -1),
        ("without_attack", -1),
        ("snapback", -1),
    ):
        other = copy.deepcopy(game)
        other["challenger"][key] += 0.05
        assert (solve(other)["attack"] - attack) * sign > 0
    blind = copy.deepcopy(game)
    blind["challenger"]["precision"] = 0.0
    assert solve(blind)["attack"] == 0.5
    assert solve(changed(game, "A", "certain"))["honour"]["A"] == pytest.approx(1)
    assert solve(changed(game, "A", "absent"))["honour"]["A"] == 0


@settings(max_examples=20)
@given(SEEDS)
def test_a_guarantor_whose_war_costs_everything_is_as_good_as_absent(seed):
    game = random_game(seed)
    dear = copy.deepcopy(game)
    dear["guarantors"]["C"].update(automatic=0.0, cost=1e9, shared_cost=0.0)
    absent = changed(dear, "C", "absent")
    assert solve(dear)["attack"] == pytest.approx(solve(absent)["attack"], rel=1e-9)


@settings(max_examples=20)
@given(SEEDS)
def test_units_of_payoffs_and_of_strength_do_not_matter(seed):
    game = random_game(seed)
    scaled = copy.deepcopy(game)
    players = [scaled["challenger"], scaled["protege"], *scaled["guarantors"].values()]
    for player in players:
        for key in player:
            if key == "precision":
                player[key] /= 3.0
            elif key not in {"strength", "automatic", "shared_cost", "leans_on"}:
                player[key] *= 3.0
            elif key == "strength":
                player[key] *= 7.0
    assert solve(scaled)["attack"] == pytest.approx(solve(game)["attack"], rel=1e-9)


@settings(max_examples=15)
@given(SEEDS)
def test_a_tier_solves_its_own_equations_and_a_queue_of_one_name_tiers_needs_no_coin(seed):
    game = random_game(seed, tiers=(("A", "B"), ("C",)))
    found = solve(game)
    node = found["trees"]["true"]["full"]["war"]
    for join in node["solutions"]:
        for name, other in (("A", "B"), ("B", "A")):
            one = game["guarantors"][name]
            gain = sum(
                chance
                * (node["after"][s | {name}]["values"][name] - node["after"][s]["values"][name])
                for s, chance in ((frozenset({other}), join[other]), (frozenset(), 1 - join[other]))
            )
            a = one["automatic"]
            assert join[name] == pytest.approx(a + (1 - a) * logistic(one["precision"] * gain))
    assert sum(found["war_sets"].values()) == pytest.approx(1)
    queue = random_game(seed, tiers=(("A",), ("B",), ("C",)))
    assert solve(queue)["attack"] == solve({**queue, "coin": "goes"})["attack"]


def test_strong_complements_have_three_solutions_and_the_coin_picks_an_end():
    game = random_game(3, tiers=(("A", "B"),))
    game.update(backstop=None, modes={"full": {}})
    for one in game["guarantors"].values():
        # alone useless, together decisive
        one.update(stake=1.5, cost=0.55, shared_cost=0.0, reneging=0.05, tripwire=0.0)
        one.update(automatic=0.0, precision=30.0, strength=8.0)
    game["protege"]["strength"], game["challenger"]["strength"] = 2.0, 12.0
    game["contest"] = {"steepness": 5.0, "defence_advantage": 1.0}
    waits, goes = solve(game), solve({**game, "coin": "goes"})
    assert len(waits["trees"]["true"]["full"]["war"]["solutions"]) == 3
    assert not waits["unique"]
    assert waits["honour"]["A"] < 0.2
    assert goes["honour"]["A"] > 0.8
    assert goes["attack"] < waits["attack"]
    three = copy.deepcopy(game)
    three["tiers"] = [["A", "B", "Z"]]
    three["guarantors"]["Z"] = {**three["guarantors"]["B"], "strength": 0.0, "cost": 50.0}
    assert solve(three)["honour"]["A"] == pytest.approx(waits["honour"]["A"], rel=1e-6)


def test_the_reason_names_the_weakest_link_or_the_strongest_pillar():
    game = random_game(5)
    now = solve(game)["attack"]
    margin, kind, name = credible(game, now)
    assert (margin, kind) == (0, "strongest pillar")
    rises = {n: solve(changed(game, n, "absent"))["attack"] for n in "ABC"}
    assert name == max(rises, key=rises.get)
    falls = {n: solve(changed(game, n, "certain"))["attack"] for n in "ABC"}
    best = min(falls, key=falls.get)
    assert credible(game, falls[best])[1:] == ("weakest link", best)
    all_in = game
    for n in "ABC":
        all_in = changed(all_in, n, "certain")
    floor = solve(all_in)["attack"]
    assert floor < falls[best]
    assert credible(game, (floor + falls[best]) / 2)[1] == "no single guarantor"
    assert credible(game, floor / 2)[1] == "challenger's stake"


def test_beliefs_move_the_attack_and_not_what_is_honoured():
    game = random_game(7)
    game["modes"] = {"full": {}}
    doubted = copy.deepcopy(game)
    doubted["beliefs"] = copy.deepcopy(game["guarantors"])
    for one in doubted["beliefs"].values():
        one.update(stake=0.0, reneging=0.0, automatic=0.0)
    assert solve(doubted)["attack"] > solve(game)["attack"]
    assert solve(doubted)["honour"] == solve(game)["honour"]


def test_strengths_tripwires_and_leaning():
    supply = {"A": {"isr": 2.0, "ground": 6000.0}, "B": {"ground": 2000.0}}
    found = forward_strengths(
        supply,
        {"isr": 1.0, "ground": 4000.0},
        {"ground": 0.0002},
        reinforcements={"B": [(4.0, 60.0)]},
        tau=20.0,
    )
    # ground: 4000/8000 of each is used; .6 and .2 + 4·exp(-3) = .399, to eighths
    assert found == {"A": 0.625, "B": 0.375}
    assert tripwire(0.05, 5000, 5000) == pytest.approx(0.025)
    game = random_game(1)
    everyone = {"A", "B", "C"}
    full = effective_strength(game, game["guarantors"], everyone)
    assert full == pytest.approx(
        game["protege"]["strength"] + sum(g["strength"] for g in game["guarantors"].values())
    )
    leaning = game["guarantors"]["B"]["leans_on"]["A"] * game["guarantors"]["B"]["strength"]
    alone = effective_strength(game, game["guarantors"], {"B"})
    assert alone == pytest.approx(game["protege"]["strength"] + leaning)


def test_temptations_are_uniform_whatever_their_persistence():
    assert temptation(1.3, 0.2, 1.0) == temptation(1.3, -5.0, 1.0)
    assert temptation(1.3, 0.2, 0.0) == temptation(9.0, 0.2, 0.0)
    assert temptation(0.0, 0.0, 0.5) == 0.5
    assert attack_choice([0.2, 0.2], 4.0, 0.2)[0] == 0.5


def quiet_world(**changes):
    world = {
        "horizon": 5,
        "temptation": 0.3,
        "temptation_uniforms": [0.9, 0.1, 0.9, 0.2, 0.9],
        "temptations": [0.5, 0.6, 0.5, 0.7, 0.5],
        "supply": {"A": {"air": 10.0}},
        "erosion": {"A": 0.1},
        "challenger_strength": 10.0,
        "growth": 0.05,
        "reneging": {"A": 0.4},
        "automatic": {"A": 0.3},
        "margins": {"X": 8.0, "Y": 20.0},
        "yearly": {"X": 1.0},
        "consent": {"all": ["X", "Y"]},
        "attack_probability": lambda year: 0.5,
    }
    return {**world, **changes}


def test_a_package_that_nothing_happens_to_survives_with_its_least_slack():
    found = play(quiet_world())
    assert (found["survives"], found["ended"], found["tempted"]) == (True, None, [2, 4])
    # X: 8 - min(4, 5) = 4 points of slack, less than the least distance .1 in year 2
    assert found["slack"] == 4
    assert found["margin"] == pytest.approx(0.04)


def test_the_first_attack_ends_it_with_the_years_kept():
    found = play(quiet_world(attack_probability=lambda year: 0.2 * year["year"]))
    assert (found["cause"], found["ended"]) == ("attack", 4)
    assert found["margin"] == pytest.approx(3 / 5 - 1)
    assert not found["reversal"]


def test_an_actor_leaves_in_the_second_year_below_its_drifting_walk_away():
    world = quiet_world(yearly={"X": 3.0}, attack_probability=lambda year: 0.0)
    # 8 < 9 in year 3, 8 < 12 in year 4
    found = play(world)
    assert (found["cause"], found["ended"], found["leaving"]) == ("leaving", 4, ["X"])
    assert turning_drift(world, "X") == 12
    assert found["slack"] == -4
    assert play({**world, "consent": {"any": ["X", "Y"]}})["survives"]


@given(SEEDS)
def test_who_stays_is_the_rule_with_walk_away_values_raised_by_d(seed):
    source = np.random.default_rng(seed)
    actors = list("UVWXYZ")
    world = quiet_world(
        horizon=int(source.integers(2, 8)),
        temptation=0.0,
        temptation_uniforms=[0.5] * 8,
        margins={a: float(source.integers(-5, 40)) / 4 for a in actors},
        yearly={a: float(source.normal(0, 2)) for a in actors},
        consent={"all": ["U", {"any": ["V", "W"]}, {"at_least": 2, "of": ["X", "Y", "Z"]}]},
    )
    found = play(world)
    assert found["survives"] == (found["slack"] >= 0)


def test_reversals_elections_attention_and_growth_change_the_years_game():
    keeps = {"reneging": 0.5, "automatic": 0.0, "pledges": 0.3}
    world = quiet_world(
        elections={"A": {"chance": 0.4, "uniforms": {1: 0.8, 3: 0.1}, "keeps": keeps}},
        attention=[
            {
                "chance": 0.2,
                "uniforms": [0.9, 0.1, 0.9, 0.9, 0.1],
                "lasts": 2,
                "leaves": {"A": {"air": 0.5}},
            }
        ],
    )
    air = [year_of(world, year)["supply"]["A"]["air"] for year in range(1, 6)]
    wanted = [9.0, 8.1 * 0.5, 7.29 * 0.5 * 0.3, 6.561 * 0.3, 5.9049 * 0.3 * 0.5]
    assert air == pytest.approx(wanted)
    assert [year_of(world, y)["automatic"]["A"] for y in (2, 3)] == [0.3, 0.0]
    assert year_of(world, 3)["reneging"]["A"] == 0.2
    assert year_of(world, 2)["challenger_strength"] == pytest.approx(11.025)
    world["elections"]["A"]["shock"] = True
    assert year_of(world, 1)["reneging"]["A"] == 0.2
    world["elections"]["A"]["uniforms"] = {}
    world["attack_probability"] = lambda year: 0.1 if year["reneging"]["A"] == 0.4 else 0.9
    found = play(world)
    assert (found["cause"], found["ended"], found["reversal"]) == ("attack", 2, True)


def test_weighted_votes_count_from_the_largest_margin_down():
    tree = {"at_least": 5, "of": ["X", "Y", "Z"], "votes": [4, 1, 3]}
    margins = {"X": 2.0, "Y": 7.0, "Z": -1.0}
    assert rule_margin(tree, margins) == 2.0
    assert rule_margin({**tree, "at_least": 6}, margins) == -1.0
    assert consents(tree, {"Z"})
    assert not consents(tree, {"X"})
    assert rule_margin({**tree, "at_least": 9}, margins) == -math.inf


def test_powells_commitment_problem_is_flagged_in_its_first_year():
    chances = [0.2, 0.25, 0.9, 0.95]
    assert commitment_problem(chances, (1.0, 0.2), (1.0, 0.2), 0.9) == 1
    assert commitment_problem(chances, (1.0, 0.5), (1.0, 0.2), 0.9) is None
