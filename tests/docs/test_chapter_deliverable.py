"""The numbers of the chapter "Deliverable", worked out anew, and its commands, run."""

from __future__ import annotations

import copy
import json
import re
import shlex
import subprocess
import sys
from fractions import Fraction
from itertools import combinations, permutations, product
from math import comb, factorial
from pathlib import Path

import pytest

from oracles.coalitions import chances, delivers, fixed_points, read, solve

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "textbook" / "deliverable.md"
FOLDER = ROOT / "docs" / "textbook" / "convoy"
CONDITIONS = "conditions_dnf_others_going"
SHIPS = {"Alder": 4, "Birch": 4, "Cedar": 2, "Elm": 2, "Hazel": 2}
COST = {"Alder": 2, "Birch": 4, "Cedar": 3, "Elm": 5, "Hazel": 1}
KEY = {"Alder": 20, "Birch": 40, "Cedar": 10, "Elm": 20, "Hazel": 10}
MODES = ("goes", "waits")


@pytest.fixture(scope="module")
def text():
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def document():
    return json.loads((FOLDER / "convoy.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def answer(document):
    return solve(document)


def told(number, places=4):
    """A fraction as the chapter writes it: exact, without idle noughts."""
    shown = f"{float(number):.{places}f}".rstrip("0").rstrip(".")
    assert Fraction(shown) == number, f"{number} takes more than {places} places"
    return shown


def percent(number):
    return f"{float(100 * number):.1f}%"


def part(text, start, end="\n##"):
    """The text below a heading, up to the next one."""
    assert text.count(start) == 1, start
    return text.split(start)[1].split(end)[0]


def rows(section):
    """Cells of all rows of tables, without bold type."""
    lines = [line for line in section.replace("**", "").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def table(section):
    """Rows of tables by their first cell."""
    return {row[0]: row[1:] for row in rows(section)}


def listed(words):
    """The words in a sentence: commas, and "and" before the last."""
    return ", ".join(map(str, words[:-1])) + f" and {words[-1]}"


def sets(groups):
    """Groups as the chapter lists them, in the order of the file."""
    return ["{" + ", ".join(group) + "}" for group in groups]


def going(document, available):
    return fixed_points(read(document), frozenset(available))


def suffices(document, group):
    return delivers(read(document), frozenset(group))


def without_conditions(document, *free):
    changed = copy.deepcopy(document)
    for player in free:
        changed[CONDITIONS].pop(player, None)
    return changed


def lead_sets(document, available):
    """Smallest groups that, waiting no more, make everyone-waits deliver, by trying all."""
    found = []
    for size in range(len(available) + 1):
        for group in combinations(sorted(available), size):
            fixed = going(without_conditions(document, *group), available)["waits"]
            if suffices(document, fixed) and not any(set(one) <= set(group) for one in found):
                found.append(group)
    return found


# -- the promises


def test_the_table_of_promises_is_the_file(text, document):
    told_rows = table(part(text, "## 1 A convoy", "\n## 2"))
    asked = {
        "Alder": "asks for nothing", "Birch": "Cedar comes", "Cedar": "Birch or Elm comes",
        "Elm": "asks for nothing", "Hazel": "Elm comes",
    }  # fmt: skip
    coalition = read(document)
    assert coalition.ways["Birch"] == [{"Cedar"}]
    assert coalition.ways["Cedar"] == [{"Birch"}, {"Elm"}]
    assert coalition.ways["Hazel"] == [{"Elm"}]
    for player in coalition.players:
        pools = coalition.pools[player]
        brings = ", ".join(
            f"{amount} {'tankers' if serves == {'supply'} else 'ships'}" for serves, amount in pools
        )
        may = "; ".join(" or ".join(sorted(serves)) for serves, _ in pools)
        chance = str(coalition.availability[player])
        assert told_rows[player] == [brings, may, asked[player], chance]
        assert pools[0][1] == SHIPS[player]
    for name, needed in zip(coalition.capabilities, coalition.requirements, strict=True):
        assert f"- **{name}**: {needed} " in text
    assert sum(SHIPS.values()) == 14
    assert "14 ships for 10 places" in text


def test_without_elm_the_promises_have_two_answers_and_with_elm_one(text, document):
    ready = {"Alder", "Birch", "Cedar", "Hazel"}
    assert going(document, ready) == {"waits": {"Alder"}, "goes": {"Alder", "Birch", "Cedar"}}
    assert len(set(going(document, SHIPS).values())) == 1
    assert lead_sets(document, ready) == [("Birch",), ("Cedar",)]
    assert lead_sets(document, set(SHIPS)) == [()]
    assert "there are two: {Birch} and {Cedar}" in text


def test_gales_table_looks_covered_and_is_not(text, document):
    group = ["Alder", "Cedar", "Elm"]
    assert not suffices(document, group)
    shown = table(part(text, "### Pools with several roles"))
    assert shown["escort"] == ["4 + 2 = 6", "6", "looks covered"]
    assert shown["watch"] == ["2 + 2 = 4", "4", "looks covered"]
    assert shown["supply"] == ["4", "2", "looks covered"]
    assert shown["all ships and tankers"] == ["8 + 2 + 2 = 12", "12", "looks covered"]
    assert shown["escort and watch together"] == ["4 + 2 + 2 = 8", "10", "2 short"]
    assert sum(document["requirements"]) == 12


def margin(document, group):
    """The smallest ratio over all groups of capabilities, and the first group that has it."""
    coalition = read(document)
    needs = dict(zip(coalition.capabilities, coalition.requirements, strict=True))
    ratios = {}
    for size in range(1, 4):
        for chosen in combinations(needs, size):
            pools = [pool for player in group for pool in coalition.pools[player]]
            supply = sum(amount for serves, amount in pools if serves & set(chosen))
            ratios[chosen] = supply / sum(needs[name] for name in chosen)
    return ratios


def test_the_bottleneck_is_escort_and_watch_together(text, document):
    ratios = margin(document, SHIPS)
    assert f"(4 + 4 + 2)/6 = {float(ratios['escort',]):.2f}" in text
    assert f"(4 + 2 + 2 + 2)/4 = {float(ratios['watch',]):.2f}" in text
    both = ratios["escort", "watch"]
    assert f"(4 + 4 + 2 + 2 + 2)/10 = {float(both):.2f}" in text
    assert f"4/2 = {float(ratios['supply',]):.2f}" in text
    assert min(ratios.values()) == both == Fraction(14, 10)
    assert min(margin(document, ["Alder", "Birch", "Cedar"]).values()) == 1
    assert min(margin(document, ["Alder", "Cedar", "Elm"]).values()) == Fraction(8, 10)
    assert min(margin(document, ["Alder", "Elm", "Hazel"]).values()) == Fraction(8, 10)


# -- chances


def test_the_states_with_cedar_are_those_of_the_table(text, document):
    section = part(text, "### The chance of delivery")
    shown = [row for row in rows(section)[2:] if len(row) == 7]
    assert len(shown) == 8
    coalition, sums = read(document), dict.fromkeys(MODES, Fraction(0))
    for names, chance, goes, ships, yes, waits, also in shown:
        others = set() if names == "none" else set(names.split(", "))
        state = {"Alder", "Cedar"} | others
        likely = chances(coalition, coalition.players)[frozenset(state)] / Fraction(9, 10)
        assert Fraction(chance) == likely
        fixed = going(document, state)
        named = {"all": list(SHIPS), "the same": goes.split(", ")}
        assert fixed["goes"] == set(named.get(goes, goes.split(", ")))
        assert fixed["waits"] == set(named.get(waits, waits.split(", ")))
        assert int(ships) == sum(SHIPS[player] for player in fixed["goes"])
        for mode, word in (("goes", yes), ("waits", also)):
            assert suffices(document, fixed[mode]) == (word == "yes")
            sums[mode] += likely * (word == "yes")
    assert sums == {"goes": Fraction("0.86"), "waits": Fraction("0.46")}
    assert "0.24 + 0.16 + 0.24 + 0.16 + 0.06 = 0.86" in section
    assert "0.24 + 0.16 + 0.06 = 0.46" in section


def test_chances_of_delivery_gap_and_the_mean_of_both(text, answer):
    goes, waits = (answer["p_deliver"][mode] for mode in MODES)
    assert f"0.9 · 0.86 = **{told(goes)}**" in text
    assert f"0.9 · 0.46 = **{told(waits)}**" in text
    assert f"0.9 · 0.40 = **{told(goes - waits)}**" in text
    assert f"chance of {percent(goes)} at best, of {percent(waits)} at worst" in text
    mixed = percent((goes + waits) / 2)
    assert f"halfway between {percent(waits)} and {percent(goes)}, or {mixed}" in text
    assert f"the risk of failure is {percent(1 - goes)} at best" in text


def test_expected_ships_are_more_than_required(text, document):
    expected = [SHIPS[p] * read(document).availability[p] for p in SHIPS]
    assert [told(one) for one in expected] == ["4", "3.2", "1.8", "1", "1.2"]
    assert f"3.2 + 1.8 + 1 + 1.2 = {told(sum(expected) - 4)}" in text
    assert f"compares {told(sum(expected))} expected ships with 10" in text


def test_what_looks_covered_capability_by_capability_and_how_short_it_is(text, answer, document):
    section = part(text, "### How short")
    escort, watch = (answer["coverage"]["goes"][name] for name in ("escort", "watch"))
    assert f"1 − 0.14 = {told(escort['covered'])}" in section
    assert f"2 · 0.14 = {told(escort['expected_shortfall'])} ships" in section
    assert f"gives {told(watch['covered'])}, and 4 · 0.14 + 2 · 0.02 = 0.60 ships" in section
    assert watch["expected_shortfall"] == Fraction("0.6")
    coalition = read(document)
    looks, wrong = Fraction(0), {}
    for state, chance in chances(coalition, coalition.players).items():
        group = fixed_points(coalition, state)["goes"]
        ratios = margin(document, group)
        if all(ratios[name,] >= 1 for name in coalition.capabilities):
            looks += chance
            if not delivers(coalition, group):
                wrong[group] = wrong.get(group, 0) + chance
    assert f"*look* covered is {told(100 * looks)}%" in section
    gap = looks - answer["p_deliver"]["goes"]
    assert f"The {told(100 * gap)} points between" in section
    assert wrong == {
        frozenset({"Alder", "Cedar", "Elm"}): Fraction("0.036"),
        frozenset({"Alder", "Elm", "Hazel"}): Fraction("0.030"),
    }
    assert "0.036, and Elm and Hazel without Cedar, 0.030" in section


# -- what breaks first


def test_the_table_of_losses(text, document, answer):
    shown = table(part(text, "### What breaks first"))
    everyone = going(document, SHIPS)["goes"]
    for player in SHIPS:
        left = going(document, set(SHIPS) - {player})["goes"]
        away = ", ".join(sorted(everyone - left - {player})) or "nobody"
        without = answer["without"][player]
        words = "yes" if suffices(document, left) else "no"
        row = shown[player]
        assert row[0] == away
        assert int(row[1]) == sum(SHIPS[one] for one in left)
        assert row[2].split(",")[0] == words
        assert row[3:] == [told(without[mode]) for mode in MODES]
    assert shown["nobody"][3:] == [told(answer["p_deliver"][mode]) for mode in MODES]
    assert answer["single_points_of_failure"]["goes"] == ["Alder", "Cedar"]
    assert answer["single_points_of_failure"]["waits"] == ["Alder", "Cedar", "Elm"]
    free = without_conditions(document, "Birch")
    assert sum(SHIPS[p] for p in going(free, set(SHIPS) - {"Cedar"})["goes"]) == 12


def test_of_all_pairs_only_elm_and_hazel_can_both_be_lost(text, document):
    coalition = read(document)
    after = {}
    for pair in combinations(SHIPS, 2):
        rest = [player for player in SHIPS if player not in pair]
        after[pair] = sum(
            chance
            for state, chance in chances(coalition, rest).items()
            if delivers(coalition, fixed_points(coalition, state)["goes"])
        )
    assert {pair: p for pair, p in after.items() if p} == {("Elm", "Hazel"): Fraction("0.72")}
    assert "Only *Elm and Hazel* can both be lost, and the chance is then 0.72" in text


def test_cuts_are_exactly_the_smallest_groups_that_hit_all_viable_ones(text, answer):
    for mode in MODES:
        viable, cuts = answer["minimum_viable"][mode], answer["minimal_cuts"][mode]
        assert hitting(viable) == {frozenset(cut) for cut in cuts}
        assert hitting(cuts) == {frozenset(group) for group in viable}
    section = part(text, "### The loss of two")
    goes, waits = section.split("Where everyone waits,")
    assert ", ".join(sets(answer["minimal_cuts"]["goes"])) in goes
    assert " and ".join(sets(answer["minimum_viable"]["goes"])) in goes
    assert ", ".join(sets(answer["minimal_cuts"]["waits"])) in waits
    assert " and ".join(sets(answer["minimum_viable"]["waits"])) in waits


def hitting(groups):
    """Smallest sets that have a member in every group, by trying all."""
    members = sorted({player for group in groups for player in group})
    found = []
    for size in range(len(members) + 1):
        for chosen in map(frozenset, combinations(members, size)):
            if all(chosen & set(group) for group in groups) and not any(f <= chosen for f in found):
                found.append(chosen)
    return set(found)


def test_importances_and_what_an_improvement_brings(text, answer):
    goes, waits = (answer["birnbaum"][mode] for mode in MODES)
    section = part(text, "### Birnbaum's importance")
    assert f"importance **{told(goes['Birch'])}**" in section
    assert f"importance **{told(goes['Elm'])}**" in section
    assert f"importance **{told(waits['Elm'])}**" in section
    assert f"0.5 · 0.828 = {told(50 * waits['Elm'])} points" in section
    assert f"0.5 · 0.108 = {told(50 * goes['Elm'])} points" in section
    assert 7 < waits["Elm"] / goes["Elm"] < 8
    assert f"they sum to {told(sum(goes.values()))}" in text


def test_shapley_values_sum_to_the_chance_and_follow_from_the_ways(text, answer):
    section = part(text, "### Sharing the credit")
    shown = table(section)
    for player in SHIPS:
        for mode, way, value in zip(MODES, shown[player][::2], shown[player][1::2], strict=True):
            assert answer["shapley"][mode][player] == Fraction(value) == summed(way)
    for mode, total in zip(MODES, shown["sum"][1::2], strict=True):
        assert sum(answer["shapley"][mode].values()) == Fraction(total) == answer["p_deliver"][mode]
    ways = [Fraction("0.72"), Fraction("0.27"), Fraction("0.216")]
    assert ways[0] + ways[1] - ways[2] == answer["p_deliver"]["goes"]
    assert "0.72/3 = 0.24, 0.27/4 = 0.0675, 0.216/5 = 0.0432" in section
    assert factorial(len(SHIPS)) == 120


def summed(way):
    return sum(Fraction(term) for term in way.replace(" + ", " ").replace(" − ", " -").split())


# -- votes


def power(weights, quota):
    """Shapley–Shubik, swings and Banzhaf shares, by all orders and all groups."""
    pivots, swings = dict.fromkeys(weights, 0), dict.fromkeys(weights, 0)
    for order in permutations(weights):
        total = 0
        for player in order:
            total += weights[player]
            if total >= quota:
                pivots[player] += 1
                break
    for size in range(len(weights) + 1):
        for group in combinations(weights, size):
            total = sum(weights[player] for player in group)
            for player in group:
                swings[player] += total >= quota > total - weights[player]
    orders, all_swings = factorial(len(weights)), sum(swings.values())
    shapley = {player: Fraction(count, orders) for player, count in pivots.items()}
    return shapley, swings, {p: Fraction(count, all_swings) for p, count in swings.items()}


def test_power_in_the_council_stands_beside_the_credit(text, answer):
    game = json.loads((FOLDER / "council.json").read_text(encoding="utf-8"))
    weights = dict(zip(game["players"], game["weights"], strict=True))
    shapley, swings, banzhaf = power(weights, game["quota"])
    shown = table(part(text, "### Power in votes"))
    for player, votes in weights.items():
        credit = [told(answer["shapley"][mode][player]) for mode in MODES]
        votes_told = [votes, shapley[player], swings[player], banzhaf[player]]
        assert shown[player] == [*map(str, votes_told), *credit]
    vetoes = [p for p, votes in weights.items() if sum(weights.values()) - votes < game["quota"]]
    assert vetoes == ["Birch", "Elm"]
    shapley, swings, banzhaf = power(weights, 8)
    assert list(shapley.values()) == [Fraction(1, n) if n else 0 for n in (6, 3, 0, 3, 6)]
    assert list(swings.values()) == [4, 8, 0, 8, 4]
    assert banzhaf == shapley
    shapley, _, banzhaf = power(weights, 13)
    assert set(shapley.values()) == set(banzhaf.values()) == {Fraction(1, 5)}


def test_the_security_council(text):
    assert comb(9, 3) == 84
    elected = Fraction(84 * factorial(8) * factorial(6), factorial(15))
    permanent = (1 - 10 * elected) / 5
    assert (permanent, elected) == (Fraction(421, 2145), Fraction(4, 2145))
    winning = sum(comb(10, k) for k in range(4, 11))
    swings = 5 * winning + 10 * 84
    assert (winning, swings) == (848, 5080)
    for phrase in (
        "84 · 8! · 6!/15!, gives **4/2145**, or 0.19%",
        f"**421/2145** or {percent(permanent)} each, {percent(5 * permanent)} together",
        f"848/5,080 = {percent(Fraction(winning, swings))}",
        f"84/5,080 = {percent(Fraction(84, swings))}",
    ):
        assert phrase in text
    assert f"{float(100 * elected):.2f}%" == "0.19%"


# -- the burden


def plans(escort=6, watch=4, ready=SHIPS):
    """Whole ships used of each contributor that meet escort and watch, by trying all."""
    for used in product(*(range(SHIPS[player] + 1) for player in ready)):
        ships = dict.fromkeys(SHIPS, 0) | dict(zip(ready, used, strict=True))
        either = ships["Birch"] + ships["Elm"]
        enough = ships["Alder"] + either >= escort
        enough &= ships["Cedar"] + ships["Hazel"] + either >= watch
        if enough and sum(ships.values()) >= escort + watch:
            yield ships


def paid(ships):
    return {player: COST[player] * number for player, number in ships.items()}


def least(**needs):
    return min((sum(paid(ships).values()) for ships in plans(**needs)), default=None)


def excess(ships):
    return max(paid(ships)[player] - Fraction(KEY[player] * 24, 100) for player in SHIPS)


def test_least_cost_prices_and_the_fair_plan(text):
    section = part(text, "### Sharing the burden")
    cheapest = min(plans(), key=lambda ships: sum(paid(ships).values()))
    assert cheapest == {"Alder": 4, "Birch": 2, "Cedar": 2, "Elm": 0, "Hazel": 2}
    assert least() == 24
    assert "2 + 8 + 6 + 8 = **24**" in section
    assert least(escort=7) - 24 == least(watch=5) - 24 == 4
    key = list(KEY.values())
    shares = [told(Fraction(each * 24, 100)) for each in key]
    assert f"is {listed(key)} per cent" in section
    assert f"are then {listed(shares)}, but" in section
    assert f"crowns, {listed([f'{cost} from {p}' for p, cost in COST.items()])}, all" in section
    assert excess(cheapest) == Fraction("3.6")
    fair = min(plans(), key=lambda ships: (excess(ships), sum(paid(ships).values())))
    assert fair == {"Alder": 3, "Birch": 3, "Cedar": 1, "Elm": 1, "Hazel": 2}
    assert list(paid(fair).values()) == [6, 12, 3, 5, 2]
    assert sum(paid(fair).values()) == 28
    assert excess(fair) == paid(fair)["Birch"] - Fraction("9.6") == Fraction("2.4")
    assert "at 6, 12, 3, 5 and 2, a total of 28" in section


def test_security_against_the_loss_of_any_one_in_ships_and_in_promises(text, document):
    for lost in SHIPS:
        rest = [player for player in SHIPS if player != lost]
        assert least(ready=rest) is not None
    assert "without Alder 10, without Birch 10, without Cedar, Elm or Hazel 12" in text
    mended = without_conditions(document, "Birch")
    mended["offers"]["Hazel"].append({"serves": ["supply"], "amount": 2})
    found = solve(mended)["single_points_of_failure"]
    assert found == {"goes": [], "waits": []}


def test_from_which_worth_elm_comes_for_its_own_sake(text, answer):
    for mode, phrase in (("waits", "10/0.828 = 12.1"), ("goes", "10/0.108 = 92.6")):
        worth = SHIPS["Elm"] * COST["Elm"] / answer["birnbaum"][mode]["Elm"]
        assert phrase.endswith(f"= {float(worth):.1f}")
        assert phrase in text


# -- exercises


def solution(text, number):
    return re.search(rf"^{number}\. (.*)$", text.split("### Solutions")[1], re.MULTILINE)[1]


def test_solutions_one_and_five_elm_waits_for_cedar(text, document):
    cautious = copy.deepcopy(document)
    cautious[CONDITIONS]["Elm"] = [["Cedar"]]
    ready = set(SHIPS) - {"Hazel"}
    assert going(cautious, ready) == {"waits": {"Alder"}, "goes": ready}
    assert suffices(cautious, ready)
    assert lead_sets(cautious, ready) == [("Birch",), ("Cedar",), ("Elm",)]
    assert "{Birch}, {Cedar} and {Elm}" in solution(text, 1)
    assert solve(cautious)["p_deliver"] == {"goes": Fraction("0.774"), "waits": 0}
    assert "the chance is still 0.774" in solution(text, 5)


def test_solution_three_by_trying_all(text):
    groups = [["North", "South"], ["North", "East"], ["South", "East", "West"]]
    assert hitting(groups) == {
        frozenset({"North", other}) for other in ("South", "East", "West")
    } | {frozenset({"South", "East"})}
    told_sets = "{North, South}, {North, East}, {North, West} and {South, East}"
    assert told_sets in solution(text, 3)


def test_solution_four_whom_to_make_certain(text, document, answer):
    missing = {p: 1 - read(document).availability[p] for p in SHIPS if p != "Alder"}
    for mode, words in zip(MODES, solution(text, 4).split("Everyone waits"), strict=True):
        gains = {p: missing[p] * answer["birnbaum"][mode][p] for p in missing}
        for player, gain in gains.items():
            shown = f"{told(missing[player])} · {told(answer['birnbaum'][mode][player])}"
            assert f"{player} {shown} = {told(gain)}" in words
        best = max(gains, key=gains.__getitem__)
        assert f"= 0.036: {best}" in words
        surely = copy.deepcopy(document)
        surely["availability"][best] = 1
        assert solve(surely)["p_deliver"][mode] == answer["p_deliver"][mode] + gains[best]
        assert f"{float(answer['p_deliver'][mode] + gains[best]):.3f}" in words


def test_solution_seven_birch_drops_its_condition(text, document):
    found = solve(without_conditions(document, "Birch"))
    told_answer = solution(text, 7)
    assert set(found["p_deliver"].values()) == {Fraction("0.814")}
    assert ", ".join(sets(found["minimum_viable"]["waits"])) in told_answer
    assert ", ".join(sets(found["minimal_cuts"]["waits"])) in told_answer
    assert found["minimum_viable"]["waits"] == found["minimum_viable"]["goes"]
    other = solve(without_conditions(document, "Cedar"))
    assert set(other["p_deliver"].values()) == {Fraction("0.774")}
    assert "Cedar" in other["single_points_of_failure"]["waits"]


def test_solution_eight_how_the_least_cost_rises(text):
    costs = [least(escort=escort) for escort in range(6, 12)]
    assert costs == [24, 28, 32, 37, 42, None]
    told_answer = solution(text, 8)
    assert "24, 28, 32 with" in told_answer
    assert "37, 42" in told_answer


# -- every sum in the text, and every number outside the tables


def evaluated(sum_in_words):
    """A sum of the chapter in fractions; it holds nothing but numbers and signs."""
    plain = sum_in_words.replace("·", "*").replace("−", "-")
    assert re.fullmatch(r"[\d.+*/() -]+", plain), plain
    return eval(re.sub(r"\d+(\.\d+)?", r"Fraction('\g<0>')", plain))


def test_every_sum_that_is_written_out_is_right(text):
    prose = text.split("## Sources")[0].replace("**", "").replace("5,080", "5080")
    number = r"\d+(?:\.\d+)?"
    sums = rf"(?<![\d.])(\(?{number}(?: ?[·+−/] ?\(?{number}\)?)+) = ({number})(%| points)?"
    found = re.findall(sums, prose)
    assert len(found) >= 50
    for left, right, sign in found:
        places = len(right.partition(".")[2])
        exact = evaluated(left) * (100 if sign else 1)
        assert f"{float(exact):.{places}f}" == right, f"{left} = {right}{sign}"


def test_the_ladder_of_stages_is_the_availability(text, document):
    words = "announced {Elm} (Elm), drafted {Hazel} (Hazel), approved {Birch} (Birch), "
    words += "allocated {Cedar} (Cedar), deployed {Alder} (Alder)"
    assert words.format(**read(document).availability) in text


def test_chances_that_are_named_again_are_the_same(text, answer):
    goes, waits = (told(answer["p_deliver"][mode]) for mode in MODES)
    elm = {mode: told(answer["birnbaum"][mode]["Elm"]) for mode in MODES}
    gain = told(answer["birnbaum"]["waits"]["Elm"] * 50)
    for phrase in (
        f"To *divide* the {goes} another idea",
        f"to everybody, with {goes};",
        f"The chance of delivery is {told(100 * answer['p_deliver']['goes'])}%. The 6.6",
        f"0.72 (these three) + 0.27 (these four) − 0.216 (all five) = {goes}",
        "terms are 0.36 for these four, 0.27 for those four, and again 0.216 for all five",
        "both are open with 0.216.",
        f"delivery by {elm['waits']} where everyone waits and by {elm['goes']} where everyone goes",
        f"falls to {told(answer['without']['Elm']['goes'])} where everyone goes, and to nought",
        f"without it 0.72; importance **{elm['goes']}**",
        "with Birch 0.9; without it 0.9 · 0.5 · 0.6 = 0.27;",
        "To make Elm certain, from 1/2 to 1, adds",
        f"Elm, everyone waits: {elm['waits']} with, nought without",
        f"The coordination gap is now {goes}.",
        f"costs {gain} points among those who do not",
        f"0.04 to the {goes}, and it leaves no circle: the chance is 0.814",
        f"the chance is {goes} and Cedar remains one",
        f"the chance doubles to {elm['waits']}",
    ):
        assert phrase in text
    assert 2 * Fraction(waits) == Fraction(elm["waits"])
    assert Fraction("0.36") == Fraction("0.9") * Fraction("0.8") * Fraction("0.5")


def test_numbers_of_ships_that_are_named_in_sentences(text):
    for phrase in (
        "In the first there are 4 ships beside the tankers, in the second 10, as many as",
        "The smallest, 1.40, is the **margin**: all requirements could grow by 40%",
        "with Alder, Cedar and Elm 8/10 = 0.80",
        "8 ships for 10 places: none of these eight states",
        "more than the 6 that Alder's four leave open",
        "its four ships with those of Alder, Elm and Hazel would be 12, enough",
        "Birch with Hazel (8 ships)",
        "| nobody | – | 14 | yes |",
        "all orders, here 120,",
    ):
        assert phrase in text


def test_numbers_of_votes_and_costs_that_are_named_in_sentences(text):
    for phrase in (
        "Alder has 2 votes, Birch 4, Cedar 1, Elm 4, Hazel 2; ten of the thirteen",
        "of the 24 orders of these four, two",
        "There are 84 ways to choose the three",
        "together have 40/2145;",
        "Hazel 2, Alder 4, Cedar 2 and Birch 2 ships",
        "would come from Birch and cost 4.",
        "Fair shares of the 24 are",
        "has Cedar pay 6, which is 3.6 too much",
        "Alder 3, Birch 3, Cedar 1, Elm 1, Hazel 2, at",
        "The largest excess is now Birch's 2.4. Fairness costs 4 a month",
        "The margin of 1.40 says that a reserve of 40% exists",
        "two more ships required for escort the least cost is 32",
        "Elm's two ships cost 10.",
        "up to 4,095 of them",
    ):
        assert phrase in text


def test_numbers_that_solutions_name_in_sentences(text):
    for phrase in (
        "Alder, Birch, Cedar and Elm, with 12 ships",
        "Escort has 4 + 2 = 6 for 6, watch 2 + 2 = 4 for 4, supply 4 for 2, and all together "
        "12 for 12. Escort and watch together have 8 for 10.",
        "the margin is 0.80.",
        "Shapley–Shubik: 1/3 each for Birch and Elm, 1/6 each for Alder and Hazel, nought",
        "Swings: 8, 8, 4 and 4,",
        "With all 13 required everybody has one, Cedar too, and each index is 1/5.",
        "The price is 4 for the seventh and eighth ship and 5 for the ninth and tenth.",
        "escort and watch together need 15, and there are 14:",
        "quota from 10 to 8.",
        "grows from 6 ships to 7, 8, 9 and 10? What happens at 11?",
    ):
        assert phrase in text


# -- what is shown is what is printed


def shown_commands(text):
    """Each command with the lines shown below it."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((shlex.split(line[2:]), []))
            else:
                found[-1][1].append(line.rstrip())
    return found


def matches(wanted, lines):
    """Whether lines are those shown; an ellipsis stands for any number of others."""
    if not wanted:
        return not lines
    if wanted[0] != "…":
        return bool(lines) and wanted[0] == lines[0] and matches(wanted[1:], lines[1:])
    return any(matches(wanted[1:], lines[at:]) for at in range(len(lines) + 1))


@pytest.mark.parametrize(
    "file", ["convoy/convoy.json", "convoy/council.json", "convoy/security-council.json"]
)
def test_a_command_prints_what_the_chapter_shows(text, file):
    shown = [one for one in shown_commands(text) if one[0][-1].endswith(file)]
    assert len(shown) == 1
    words, wanted = shown[0]
    assert words[0] == "accord"
    accord = str(Path(sys.executable).with_name("accord"))
    done = subprocess.run(
        [accord, *words[1:]], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    assert not done.stderr
    assert matches(wanted, lines), done.stdout


def test_every_link_leads_to_a_file_or_a_heading(text):
    headings = {
        re.sub(r"[^\w\- ]", "", line.lstrip("#").strip().lower()).replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("#")
    }
    for link in re.findall(r"\]\(([^)]+)\)", text):
        path, _, heading = link.partition("#")
        assert (PAGE.parent / path).exists(), link
        assert not heading or path or heading in headings, link
