"""The slow bargaining implementation against negotiation domains that others have solved."""

import json
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from oracles import bargain, drafts, solutions

REFERENCE = Path(__file__).parents[4] / "shared" / "reference" / "bargain"
GRID = 10**9
DOMAINS = [
    "domain8_6p",
    "england_zimbabwe",
    "jobs",
    "phone_a",
    "politics",
    "smartgrid_3p",
    "travel_b",
    "vacation",
    "zoning_plan_5p",
]

domains = pytest.mark.parametrize("name", DOMAINS)


def read(name, file):
    if not REFERENCE.exists():
        pytest.skip("the reference cases beside the checkout are absent")
    return json.loads((REFERENCE / name / file).read_text(encoding="utf-8"))


def on_grid(number):
    return round(Fraction(number) * GRID)


@cache
def problem(name):
    """A domain on the grid of 1e-9; kept, because listing a large one takes a second or two."""
    tables = read(name, "tables.json")
    return bargain.Problem(
        [len(issue["values"]) for issue in tables["issues"]],
        [[[on_grid(x) for x in row] for row in p["contributions"]] for p in tables["parties"]],
        [on_grid(party["reserved_value"]) for party in tables["parties"]],
    )


@cache
def whole_frontier(name):
    return bargain.frontier(problem(name))


def approx(vector, within=1e-6):
    return pytest.approx(vector, abs=within, rel=0)


def only(found):
    """The single utility vector of a solution, in units."""
    (vector,) = found.utilities
    return [steps / GRID for steps in vector]


def assert_attained(found, value, stated):
    """A solution has the value stated and is attained where, and as often as, stated."""
    assert value == approx(stated["value"])
    assert found.packages == stated["n_ties"]
    assert len(found.utilities) == len(stated["utilities"]) == 1
    assert only(found) == approx(stated["utilities"][0])


@domains
def test_as_many_packages_are_acceptable_to_all_and_to_each_party(name):
    expected = read(name, "expected.json")
    here = problem(name)
    assert here.levels == expected["issue_sizes"]
    assert len(here.rows) == expected["n_outcomes"]
    assert bargain.acceptable_to_all(here) == expected["n_rational_all_ge"]
    assert bargain.per_party(here) == expected["n_rational_per_party_ge"]
    strictly = [all(u > r for u, r in zip(v, here.walk_away, strict=True)) for _, v, _ in here.rows]
    assert sum(strictly) == expected["n_rational_all_gt"]
    lows, highs = ([end(x) / GRID for x in zip(*(v for _, v, _ in here.rows), strict=True)]
                   for end in (min, max))  # fmt: skip
    assert lows == approx(expected["utility_min"])
    assert highs == approx(expected["utility_max"])


@domains
def test_the_frontier_has_the_points_and_multiplicities_stated(name):
    stated = read(name, "expected.json")["pareto_all"]
    found = whole_frontier(name)
    assert [len(found), sum(found.values())] == stated["counts_on_1e-9_grid"]
    points = sorted(found)
    for wanted in stated["utilities"]:
        near = [
            point
            for point in points
            if all(abs(x / GRID - y) < 1e-8 for x, y in zip(point, wanted, strict=True))
        ]
        assert len(near) == 1


@domains
def test_the_frontier_of_acceptable_packages_has_the_size_stated(name):
    stated = read(name, "expected.json")["pareto_rational"]
    found = bargain.frontier(problem(name), only_acceptable=True)
    assert len(found) == stated["n_distinct_utility_vectors"]
    assert sum(found.values()) == stated["n_outcomes"]


@domains
def test_the_nash_solution_is_the_one_stated(name):
    found = solutions.nash(problem(name))
    gainers, product = found.value
    assert gainers == len(problem(name).walk_away)
    assert_attained(found, product / GRID**gainers, read(name, "expected.json")["nash"])


@domains
def test_the_egalitarian_solution_is_the_one_stated(name):
    expected = read(name, "expected.json")
    found = solutions.egalitarian(problem(name))
    assert_attained(found, found.value[0] / GRID, expected["egalitarian_maxmin_gain"])
    assert only(found) == approx(expected["egalitarian_leximin"])


@domains
@pytest.mark.parametrize(
    ("over", "key"), [("acceptable", "ks_ideal_rational"), ("all", "ks_ideal_all")]
)
def test_the_kalai_smorodinsky_solution_is_the_one_stated(name, over, key):
    stated = read(name, "expected.json")[key]
    found = solutions.kalai_smorodinsky(problem(name), over)
    assert found.left_out == ()
    ideal = [(g + r) / GRID for g, r in zip(found.ideal, problem(name).walk_away, strict=True)]
    assert ideal == approx(stated["ideal"])
    assert_attained(found, float(found.value[0]), stated["maxmin_ratio"])
    assert only(found) == approx(stated["leximin"])


@domains
def test_the_largest_welfare_is_the_one_stated(name):
    expected = read(name, "expected.json")
    found = solutions.utilitarian(problem(name))
    assert_attained(found, found.value / GRID, expected["max_welfare_rational"])
    most = max(sum(vector) for _, vector, _ in problem(name).rows)
    assert most / GRID == approx(expected["max_welfare_all"]["value"])


@domains
def test_the_convention_of_negmas_gives_what_negmas_finds(name):
    stated = read(name, "expected.json")["negmas_convention_exact"]
    found = solutions.negmas(problem(name))
    assert [steps / GRID for steps in found["disagreement"]] == approx(stated["disagreement"])
    for solution in ("nash", "kalai", "ks"):
        assert only(found[solution]) == approx(stated[solution]), solution


@domains
def test_the_shapley_value_of_the_veto_splits_a_blocked_package_among_those_who_refuse(name):
    here = problem(name)
    values = bargain.veto_values(here)
    missing = len(here.rows) - bargain.acceptable_to_all(here)
    assert sum(values) == Fraction(missing, len(here.rows))
    for party, value in enumerate(values):
        share = sum(Fraction(1, says.count(False)) for _, _, says in here.rows if not says[party])
        assert value == share / len(here.rows)


def test_the_compromise_model_and_the_median_voter_on_emission_standards():
    """Bueno de Mesquita (1994), p. 78."""
    record = read("forecast_emission_standards", "expected.json")
    power, salience, position = (
        [Fraction(str(actor[key])) for actor in record["actors"]]
        for key in ("capability", "salience", "position")
    )
    mean = drafts.compromise(power, salience, position)
    assert float(mean) == pytest.approx(record["compromise_model"], abs=1e-12)
    assert drafts.median_voter(power, salience, position) == record["weighted_median_cxs"]


def test_the_compromise_model_where_two_actors_stand_at_the_ends():
    record = read("forecast_exchange_rex", "expected.json")
    for issue, expected in record["nbs"].items():
        stands = [actor[issue] for actor in record["actors"].values()]
        found = drafts.compromise(
            *([stand[key] for stand in stands] for key in ("power", "salience", "position"))
        )
        assert float(found) == pytest.approx(expected, abs=1e-12)
