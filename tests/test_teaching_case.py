"""The harbour pact, worked out on paper.

Every number below is derived here from the case file with fractions and the logistic function
alone; nothing is taken from ``accord.theory``. The weights of NORTH are 50, 30, 20, those of
SOUTH 40, 20, 40, those of GUARD 50, 25, 25, so they sum to 100 as they stand.
"""

from __future__ import annotations

from fractions import Fraction
from math import exp, log2, sqrt
from pathlib import Path

import numpy as np
import pytest

from accord.case.load import load
from accord.criteria.credible import solution
from accord.criteria.positions import margins, positions
from accord.criteria.setting import Setting
from accord.explore.upside import best_conditions
from accord.run.assess import assess
from accord.watch.indicators import rank
from accord.worlds.worlds import draw

FOLDER = Path(__file__).resolve().parents[1] / "cases" / "harbour-pact"
WORLDS = 2048
NO_PATROL = "pact:patrol=none"

# Utility above the walk-away value, in points, while no new government rules Southland.
#
# NORTH   pact       50·1 + 30·1 + 20·0   = 80      no agreement  0 + 30·0.2 + 20·1 = 26
#         dear-pact  50·1 + 30·1 + 20·1   = 100     walks away at 26 + 10           = 36
#         no patrol  0    + 30·1 + 20·0   = 30
# SOUTH   pact       40·¼ + 20·½ + 40·1   = 60      no agreement  40 + 20 + 40·0    = 60
#         dear-pact  40·¼ + 20·½ + 40·0   = 20      walks away at 60, with a new government 64
#         no patrol  40   + 20·½ + 40·1   = 90
# GUARD   pact       50·0.6 + 25·0.4 + 25 = 65      no agreement  0 + 25 + 0        = 25
#         no patrol  0      + 25·0.4 + 25 = 35      walks away at 30
GAINS = {
    "pact": {"NORTH": 44, "SOUTH": 0, "GUARD": 35},
    "dear-pact": {"NORTH": 64, "SOUTH": -40, "GUARD": 35},
    "status-quo": {"NORTH": -10, "SOUTH": 0, "GUARD": -5},
    NO_PATROL: {"NORTH": -6, "SOUTH": 30, "GUARD": 5},
}
DEARER = 4  # points that a new government in Southland adds to its walk-away value
CROSSED = 200  # points that a crossed line costs


def logistic(x):
    return 1 / (1 + exp(-x))


def war(*, boats, reneging, forced=None):
    """The game once the harbour is attacked: (chance that the League fights, resistance, worth).

    The League's six boats weigh half a brigade each: k = 3 beside Northland's 2 against 4, and
    with steepness 1 and no advantage the attack is defeated with chance K/(K + 4).
    """
    alone = Fraction(2, 2 + 4)
    together = Fraction(2 + 3, 2 + 3 + 4) if boats else alone
    fights = together / 2 - Fraction(1, 5)  # stake ½ times the chance of victory, cost 0.2
    stays = alone / 2 - reneging
    joins = logistic(float(10 * (fights - stays))) if forced is None else forced
    defeated = joins * float(together) + (1 - joins) * float(alone)
    # resisting costs Northland 0.3 and gains the chance of victory times its stake of 1
    resists = logistic(10 * (defeated - 0.3))
    at_war = (1 - defeated) - 0.2 - 0.1 * joins  # stake 1, cost of war 0.2, punishment 0.1
    return joins, resists, resists * at_war + (1 - resists) * 1


def attack(*, boats, reneging, without_attack, forced=None):
    """P(attack): precision 4 on what attacking is worth above leaving it."""
    return logistic(4 * (war(boats=boats, reneging=reneging, forced=forced)[2] - without_attack))


R = Fraction(1, 5)  # the reneging cost of the clause 'assist'
GAMES = {
    "pact": {"reneging": R, "without_attack": 0.1},  # fees dropped are worth 0.1 in peace
    "dear-pact": {"reneging": R, "without_attack": 0.0},
    "status-quo": {"reneging": Fraction(0), "without_attack": 0.0},
    NO_PATROL: {"reneging": R, "without_attack": 0.1},
}
NEEDS_BOATS = {"pact", "dear-pact"}


@pytest.fixture(scope="module")
def case():
    return load(FOLDER)


@pytest.fixture(scope="module")
def run(case):
    return assess(case, worlds=WORLDS, seed=1)


@pytest.fixture(scope="module")
def setting(case, run):
    chosen = {name: run.chosen(name) for name in GAINS}
    return Setting(case, draw(case, WORLDS, 1), chosen)


@pytest.fixture(scope="module")
def luck(setting):
    """The uniforms of a world, by what they decide."""
    return {
        name: setting.worlds.chance(name)
        for name in (
            "coordination", "line.SOUTH.no-patrol-for-fees", "temptation.0", "temptation.1",
            "temptation.2", "tempted.1", "tempted.2",
        )
    } | {"government": setting.worlds.uniform("shocks.new_government")}  # fmt: skip


def goes(package, luck):
    """The boats of a package fight where the coin says that both offers go."""
    return (luck["coordination"] < 0.25) & (package in NEEDS_BOATS)


def chance_of_attack(package, luck):
    with_boats, without = (attack(boats=boats, **GAMES[package]) for boats in (True, False))
    return np.where(goes(package, luck), with_boats, without)


@pytest.mark.parametrize("package", GAINS)
def test_every_actor_gains_what_the_page_says(package, setting, luck):
    fell = luck["government"] < 0.25
    for actor, position in positions(setting).items():
        expected = GAINS[package][actor] - DEARER * (fell & (actor == "SOUTH"))
        assert (position.slack(setting.packages[package]) == 256 * expected).all()


@pytest.mark.parametrize("package", GAINS)
def test_a_crossed_line_that_is_real_costs_two_hundred_points(package, setting, luck):
    fell = luck["government"] < 0.25
    real = luck["line.SOUTH.no-patrol-for-fees"] < 0.5
    line = real & (package == "dear-pact")  # the only package with a patrol and fees kept
    expected = [
        np.full(WORLDS, GAINS[package]["NORTH"]),
        GAINS[package]["SOUTH"] - DEARER * fell - CROSSED * line,
        np.full(WORLDS, GAINS[package]["GUARD"]),
    ]
    assert (margins(setting, package) == 256 * np.array(expected)).all()


@pytest.mark.parametrize(
    ("package", "everyone", "without_south"),
    [
        ("pact", 0.75, 1.0),  # SOUTH is content at exactly 0 points unless the government fell
        ("dear-pact", 0.0, 1.0),
        ("status-quo", 0.0, 0.0),
        (NO_PATROL, 0.0, 0.0),
    ],
)
def test_acceptance_is_exact_because_blocks_are_stratified(run, package, everyone, without_south):
    assert run.verdict.share("acceptable", "everyone", package).value == everyone
    assert run.verdict.share("acceptable", "without-south", package).value == without_south


def reasons(run, test, rule, package, *, failing=True):
    found = run.verdict.reason_counts(test, rule, package, failing=failing)
    return {name: int(where.sum()) for name, where in found}


def test_the_reason_is_the_least_content_actor_or_its_line(run):
    half, quarter = WORLDS // 2, WORLDS // 4
    assert reasons(run, "acceptable", "everyone", "pact") == {"actor:SOUTH": quarter}
    assert reasons(run, "acceptable", "everyone", "dear-pact") == {
        "actor:SOUTH": half,
        "line:SOUTH.no-patrol-for-fees": half,  # it binds in exactly half of the worlds
    }
    assert reasons(run, "acceptable", "everyone", "status-quo") == {"actor:NORTH": WORLDS}
    passing = reasons(run, "acceptable", "without-south", "pact", failing=False)
    assert passing == {"actor:GUARD": WORLDS}  # 35 points are fewer than NORTH's 44
    gains = run.details["acceptable"]["pact"]["actors"]
    assert gains["NORTH"]["gain"]["p50"] == 44
    assert gains["SOUTH"]["gain"]["mean"] == -DEARER / 4
    lines = run.details["acceptable"]["dear-pact"]["actors"]["SOUTH"]["lines"]
    assert lines == {"no-patrol-for-fees": {"share": 0.5, "se": 0.0}}


@pytest.mark.parametrize(("lines", "crossed"), [("hard", WORLDS), ("none", 0)])
def test_lines_bind_always_when_hard_and_never_when_ignored(case, lines, crossed):
    found = assess(case, ["dear-pact"], worlds=WORLDS, lines=lines)
    line = reasons(found, "acceptable", "everyone", "dear-pact")
    assert line.get("line:SOUTH.no-patrol-for-fees", 0) == crossed
    assert line.get("actor:SOUTH", 0) == WORLDS - crossed


def test_the_boats_come_only_where_both_wait_no_longer(run, luck):
    detail = run.details["deliverable"]["pact"]
    assert (detail["waits"]["share"], detail["goes"]["share"]) == (0, 1)
    assert detail["mixed"]["share"] == 0.25  # the coin falls in exactly a quarter of the worlds
    assert detail["circles"] == [["GUARD.fleet", "NORTH.police"]]
    assert detail["waits_for"] == {"GUARD.fleet": ["NORTH"], "NORTH.police": ["GUARD"]}
    # 6 + 4 boats are the 10 that are needed: ln 1 = 0 where they come, ln 0 cut at −10 elsewhere
    expected = np.where(luck["coordination"] < 0.25, 0.0, -10.0)
    assert (run.verdict.margin("deliverable", "everyone", "pact") == expected).all()
    assert reasons(run, "deliverable", "everyone", "pact") == {"cut:start:boats": 3 * WORLDS // 4}
    assert reasons(run, "deliverable", "everyone", "status-quo", failing=False) == {
        "nothing-required": WORLDS
    }


def test_both_fleets_are_pivotal_and_share_what_they_deliver(run):
    detail = run.details["deliverable"]["pact"]
    assert detail["loss"]["single_points_of_failure"] == ["GUARD", "NORTH"]
    assert {c: loss["share"] for c, loss in detail["loss"]["without"].items()} == {
        "GUARD": 0.0,
        "NORTH": 0.0,
    }
    # each is worth something only once the other is there: (0 + 1/4)/2
    assert detail["shapley"]["shares"] == {"GUARD": [0.125, 0.0], "NORTH": [0.125, 0.0]}
    assert detail["central"]["minimum_viable"] == [["GUARD", "NORTH"]]
    assert detail["central"]["minimal_cuts"] == [["GUARD"], ["NORTH"]]
    assert detail["central"]["lead_sets"] == [["GUARD"], ["NORTH"]]
    (covered,) = detail["coverage"]
    assert (covered["covered"], covered["required"]) == (0.25, 10)
    assert covered["shortfall"] == pytest.approx(7.5)
    assert detail["ratio"]["mean"] == 0.25


@pytest.mark.parametrize("package", GAINS)
def test_the_game_is_solved_in_closed_form(package, setting, luck):
    solved = solution(setting, package)
    assert np.abs(solved.p_attack - chance_of_attack(package, luck)).max() < 1e-12
    for boats in {False, package in NEEDS_BOATS}:
        where = goes(package, luck) == boats
        joins, resists, worth = war(boats=boats, reneging=GAMES[package]["reneging"])
        assert np.abs(solved.honour[0, where] - joins).max() < 1e-12
        assert np.abs(solved.p_resist[where] - resists).max() < 1e-12
        assert np.abs(solved.attack_value[where] - worth).max() < 1e-12
        defeated = joins * (5 / 9 if boats else 1 / 3) + (1 - joins) / 3
        assert np.abs(solved.p_defeated[where] - defeated).max() < 1e-12


def test_the_closed_form_itself_is_what_the_tutorial_says():
    assert war(boats=False, reneging=R)[0] == 0.5  # without boats fighting gains and costs 0.2
    assert war(boats=True, reneging=R)[0] == pytest.approx(logistic(10 / 9), abs=1e-15)
    assert war(boats=True, reneging=R)[0] == pytest.approx(0.7523361988609284, abs=1e-12)
    assert attack(boats=True, **GAMES["pact"]) == pytest.approx(0.7037436108865589, abs=1e-12)
    assert attack(boats=False, **GAMES["pact"]) == pytest.approx(0.9038426625949822, abs=1e-12)


@pytest.mark.parametrize("package", GAINS)
def test_the_first_temptation_decides_credibility_in_every_world(package, run, luck):
    margin = run.verdict.margin("credible", "everyone", package)
    expected = luck["temptation.0"] - chance_of_attack(package, luck)
    assert np.abs(margin - expected).max() < 1e-6
    assert ((margin >= 0) == (expected >= 0)).all()


@pytest.mark.parametrize("package", GAINS)
def test_the_share_of_credible_worlds_is_one_minus_the_chance_of_attack(package, run, luck):
    calm = 1 - float(chance_of_attack(package, luck).mean())
    assert chance_of_attack("pact", luck).mean() == pytest.approx(
        (attack(boats=True, **GAMES["pact"]) + 3 * attack(boats=False, **GAMES["pact"])) / 4
    )
    found = run.verdict.share("credible", "everyone", package)
    error = sqrt(calm * (1 - calm) / WORLDS)
    assert abs(found.value - calm) < 4 * error


@pytest.mark.parametrize("package", GAINS)
def test_the_league_is_weakest_link_where_its_certainty_is_enough(package, run, luck):
    bar, plain = luck["temptation.0"], chance_of_attack(package, luck)
    certain = np.where(
        goes(package, luck),
        attack(boats=True, forced=1.0, **GAMES[package]),
        attack(boats=False, forced=1.0, **GAMES[package]),
    )
    failing = bar < plain
    assert reasons(run, "credible", "everyone", package) == {
        "challengers-stake": int((failing & (bar < certain)).sum()),
        "weakest:GUARD": int((failing & (bar >= certain)).sum()),
    }
    assert reasons(run, "credible", "everyone", package, failing=False) == {
        "pillar:GUARD": int((~failing).sum())  # its punishment alone always deters a little
    }


def turned_in_second_year(package):
    """Actors that are below their walk-away value in years 1 and 2; only SOUTH's drifts, by 1."""
    gains = GAINS[package]
    return [a for a in ("NORTH", "SOUTH", "GUARD") if gains[a] < (1 if a == "SOUTH" else 0)]


@pytest.mark.parametrize("rule", ["everyone", "without-south"])
@pytest.mark.parametrize("package", GAINS)
def test_every_world_ends_when_and_why_the_page_says(package, rule, run, luck):
    p = chance_of_attack(package, luck)
    first, second = (
        (luck[f"tempted.{year}"] < 0.5) & (luck[f"temptation.{year}"] < p) for year in (1, 2)
    )
    leaves = [a for a in turned_in_second_year(package) if rule == "everyone" or a != "SOUTH"]
    # two years: kept none −1, kept one −1/2, kept both at least 0
    ends = np.where(first, -1.0, np.where(second | bool(leaves), -0.5, 0.0))
    margin = run.verdict.margin("durable", rule, package)
    assert (np.minimum(margin, 0) == ends).all()
    expected = {"attack": int((first | second).sum())}
    if leaves:
        expected[f"leaves:{leaves[0]}"] = int((~first & ~second).sum())
    assert reasons(run, "durable", rule, package) == expected


def test_what_is_kept_has_the_room_of_temptations_and_of_the_league(run, luck):
    p = chance_of_attack("pact", luck)
    room = np.full(WORLDS, 0.35)  # the League's 35 points in hundredths, less than NORTH's 44
    for year in (1, 2):
        tempted = luck[f"tempted.{year}"] < 0.5
        room = np.where(tempted, np.minimum(room, luck[f"temptation.{year}"] - p), room)
    margin = run.verdict.margin("durable", "without-south", "pact")
    assert np.abs(margin[margin >= 0] - room[margin >= 0]).max() < 1e-6


def test_keeping_is_stable_and_southland_turns_in_the_second_year(run):
    detail = run.details["durable"]["pact"]
    assert (detail["years"], detail["concept"]) == (2, "seq")
    assert detail["kept"]["share"] == 1  # raids cost 10 while the League is there, and it stays
    assert detail["escapes"] == {}
    under = detail["rules"]["everyone"]
    assert under["survival"][0]["share"] == 1
    assert under["survival"][2]["share"] == 0
    assert under["endings"]["leaves:SOUTH"][0] == 0
    assert under["endings"]["leaves:SOUTH"][1] > 0
    assert "leaves:SOUTH" not in detail["rules"]["without-south"]["endings"]
    assert detail["commitment"] is None  # the case states no discount


def test_surviving_two_years_has_a_closed_form(run):
    # tempted in half of the years: E[(1 − P/2)²] over the coin
    with_boats, without = (attack(boats=b, **GAMES["pact"]) for b in (True, False))
    expected = (1 - with_boats / 2) ** 2 / 4 + 3 * (1 - without / 2) ** 2 / 4
    found = run.details["durable"]["pact"]["rules"]["without-south"]["survives"]["share"]
    assert abs(found - expected) < 4 * sqrt(expected * (1 - expected) / WORLDS)


def test_all_four_tests_together(run, luck):
    p = chance_of_attack("pact", luck)
    lasts = np.ones(WORLDS, dtype=bool)
    for year in (1, 2):
        lasts &= ~((luck[f"tempted.{year}"] < 0.5) & (luck[f"temptation.{year}"] < p))
    together = (luck["coordination"] < 0.25) & (luck["temptation.0"] >= p) & lasts
    assert (run.verdict.joint("without-south", "pact") == together).all()
    with_boats = attack(boats=True, **GAMES["pact"])
    expected = (1 - with_boats) * (1 - with_boats / 2) ** 2 / 4
    assert abs(together.mean() - expected) < 4 * sqrt(expected * (1 - expected) / WORLDS)
    for package in GAINS:
        assert not run.verdict.joint("everyone", package).any()  # SOUTH never stays
    first = run.verdict.first_failure("everyone", "pact")
    assert first["acceptable"].sum() == WORLDS / 4
    assert run.details["run"]["rejecting"]["pact"]["without-south"]["share"] == 0


def test_the_what_if_without_a_patrol_delivers_and_deters_less(run):
    assert tuple(run.variants) == (NO_PATROL,)
    assert run.verdict.share("deliverable", "everyone", NO_PATROL).value == 1
    assert run.verdict.share("acceptable", "without-south", NO_PATROL).value == 0


def test_blockers_are_those_who_alone_refuse(run):
    blockers = run.details["demands"]["blockers"]
    assert blockers["pact"]["sole"]["everyone"]["SOUTH"]["share"] == 0.25
    assert blockers["dear-pact"]["sole"]["everyone"]["SOUTH"]["share"] == 1
    assert blockers["status-quo"]["sole"]["everyone"] == {}  # NORTH and GUARD both refuse
    assert run.details["demands"]["sets"] == []  # one line alone contradicts nothing


def entropy(*chances):
    return -sum(p * log2(p) for p in chances if p > 0)


def test_the_cabinet_list_swings_acceptance_by_bayes(run):
    (watched,) = rank(run, "pact", "everyone")
    # P(list) = ¼·0.8 + ¾·0.2 = 0.35; SOUTH accepts in the worlds without a new government
    yes = Fraction(3, 4) * Fraction(1, 5) / Fraction(35, 100)
    no = Fraction(3, 4) * Fraction(4, 5) / Fraction(65, 100)
    assert (yes, no) == (Fraction(3, 7), Fraction(12, 13))
    assert watched.test == "acceptable"
    assert watched.moved.event == pytest.approx(0.35, abs=1e-12)
    assert watched.moved.before == pytest.approx(0.75, abs=1e-12)
    assert watched.moved.if_yes == pytest.approx(float(yes), abs=1e-12)
    assert watched.moved.if_no == pytest.approx(float(no), abs=1e-12)
    told = entropy(0.75, 0.25) - 0.35 * entropy(3 / 7, 4 / 7) - 0.65 * entropy(12 / 13, 1 / 13)
    assert watched.moved.gain == pytest.approx(told, abs=1e-12)
    assert watched.joint.gain == 0  # nothing passes all four tests under this rule
    assert best_conditions(run, "pact", "everyone", ["shocks.new_government"]) == ()
