"""Capability coalitions of a file: who is needed, against counting every state in fractions."""

from __future__ import annotations

import copy
import json
import random
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

import accord
from accord._errors import CaseErrors
from accord.cli.app import run
from oracles.capacity_outage import chance_of_enough, table
from oracles.coalition_cases import random_coalition
from oracles.coalitions import MODES, solve

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "coalition"
TOYS = ("toy_capability_chain", "toy_capability_mutual_wait")
FIXED_POINTS = {"waits": "lfp", "goes": "gfp"}


def solved(folder, document):
    """The report on a document, read from a file."""
    path = folder / "coalition.json"
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False), encoding="utf-8")
    return accord.solve_coalition(path)


@cache
def counted(seed):
    """The answer to a random case by counting every state."""
    return solve(random_coalition(seed))


def plain(value):
    """Fractions as floats, and sets of players without an order."""
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        members = [plain(each) for each in value]
        assert len(members) == len({str(each) for each in members})
        return sorted(tuple(each) if isinstance(each, list) else each for each in members)
    return value


def flat(value, path=()):
    """Every number and set of a report, by where it stands."""
    if isinstance(value, dict):
        return {
            place: found
            for name, each in value.items()
            for place, found in flat(each, (*path, name)).items()
        }
    return {path: value}


def differences(report, expected):
    """Where two reports tell something else: numbers by more than 1e-12, sets at all.

    What the report tells beyond what is expected is left out.
    """
    mine = flat(plain({name: report[name] for name in expected}))
    theirs = flat(plain(expected))
    told = [f"{place}: there only once" for place in mine.keys() ^ theirs.keys()]
    for place in mine.keys() & theirs.keys():
        found, wanted = mine[place], theirs[place]
        same = abs(found - wanted) <= 1e-12 if isinstance(wanted, float) else found == wanted
        if not same:
            told.append(f"{place}: found {found}, wanted {wanted}")
    return told


@pytest.fixture(params=TOYS)
def toy(request):
    path = REFERENCE / f"{request.param}.json"
    if not path.exists():
        pytest.skip("the reference cases are not beside this checkout")
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_reference_coalitions_give_their_recorded_answers(toy, tmp_path):
    report = solved(tmp_path, toy)
    assert report["exact"] is True
    for mode, name in FIXED_POINTS.items():
        expected = toy["expected"][name]
        chance = float(Fraction(expected["p_deliver"]))
        assert report["p_deliver"][mode] == pytest.approx(chance, abs=1e-12)
        assert report["birnbaum"][mode] == pytest.approx(expected["birnbaum"], abs=1e-12)
        assert plain(report["minimum_viable"][mode]) == plain(
            [[p for p in toy["players"] if p in path] for path in expected["min_path_sets"]]
        )
        assert plain(report["minimal_cuts"][mode]) == plain(expected["min_cut_sets"] or [])


def test_with_everyone_surely_there_the_reference_coalitions_share_as_recorded(toy, tmp_path):
    # The recorded values are of v(S): delivery when exactly S is available.
    sure = toy | {"availability": dict.fromkeys(toy["players"], 1)}
    report = solved(tmp_path, sure)
    for mode, name in FIXED_POINTS.items():
        expected = toy["expected"][name]
        shares = {p: float(Fraction(value)) for p, value in expected["shapley_of_v"].items()}
        assert report["shapley"][mode] == pytest.approx(shares, abs=1e-12)
        left = {p: report["without"][p][mode] for p in toy["players"]}
        assert left == pytest.approx(expected["n_minus_1"], abs=1e-12)
        assert report["p_deliver"][mode] == expected["deliver_full"]


@pytest.mark.parametrize("block", range(10))
def test_random_coalitions_agree_with_counting_every_state(block, tmp_path):
    for seed in range(30 * block, 30 * block + 30):
        document = random_coalition(seed)
        report = solved(tmp_path, document)
        told = differences(report, counted(seed))
        assert not told, (seed, told)
        chances = report["p_deliver"]
        gap = chances["goes"] - chances["waits"]
        assert report["coordination_gap"] == pytest.approx(gap, abs=1e-12)
        assert report["players"] == document["players"]


def test_the_random_coalitions_differ_where_it_matters():
    answers = [counted(seed) for seed in range(120)]
    chances = [answer["p_deliver"] for answer in answers]
    assert sum(0 < chance["waits"] < 1 for chance in chances) >= 25
    assert sum(chance["waits"] < chance["goes"] for chance in chances) >= 15
    assert sum(len(answer["minimum_viable"]["goes"]) > 1 for answer in answers) >= 10
    together = [
        answer
        for answer in answers
        if not answer["minimum_viable"]["goes"]
        and all(each["covered"] > 0 for each in answer["coverage"]["goes"].values())
    ]
    assert together, "no case in which each capability alone can be covered and all cannot"


def test_the_order_of_players_and_the_unit_change_nothing(tmp_path):
    for seed in range(20):
        document = random_coalition(seed)
        turned = copy.deepcopy(document)
        turned["players"].reverse()
        turned["requirements"] = [amount * 8 for amount in turned["requirements"]]
        for player, offer in turned["offers"].items():
            turned["offers"][player] = [
                each | {"amount": each["amount"] * 8} if isinstance(each, dict) else each * 8
                for each in offer
            ]
        second = solved(tmp_path, turned)
        for mode in MODES:
            for each in second["coverage"][mode].values():
                each["expected_shortfall"] /= 8
        first = solved(tmp_path, document)
        assert not differences(second, {name: first[name] for name in solve(GOOD)})


@pytest.mark.parametrize(("seed", "players"), [(0, 9), (1, 12), (2, 13), (3, 14)])
def test_more_players_than_one_can_count_agree_with_outage_tables(seed, players, tmp_path):
    source = random.Random(seed)
    names = [f"P{number}" for number in range(players)]
    amounts = {name: [source.randint(0, 4), source.randint(0, 3)] for name in names}
    chances = {name: Fraction(source.randint(5, 10), 10) for name in names}
    needs = [sum(amounts[name][k] for name in names[: players * 2 // 3]) for k in (0, 1)]
    document = {
        "players": names,
        "capabilities": ["lift", "funds"],
        "offers": amounts,
        "requirements": needs,
        "availability": {name: float(chance) for name, chance in chances.items()},
    }
    report = solved(tmp_path, document)
    assert report["exact"] is True

    def enough(known):
        units = [[(known[name], tuple(amounts[name]))] for name in names]
        return float(chance_of_enough(table(units, 2), needs))

    for mode in MODES:
        assert report["p_deliver"][mode] == pytest.approx(enough(chances), abs=1e-12)
        for name in names:
            without = enough(chances | {name: Fraction(0)})
            importance = enough(chances | {name: Fraction(1)}) - without
            assert report["without"][name][mode] == pytest.approx(without, abs=1e-12)
            assert report["birnbaum"][mode][name] == pytest.approx(importance, abs=1e-12)
        shared = sum(report["shapley"][mode].values())
        assert shared == pytest.approx(report["p_deliver"][mode], abs=1e-12)


def test_the_command_prints_the_report(tmp_path, capsys):
    report = solved(tmp_path, random_coalition(3))
    assert run(["solve", "coalition", str(tmp_path / "coalition.json"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(report))


GOOD = {
    "id": "two",
    "kind": "capability_coalition",
    "players": ["US", "FR"],
    "offers": {
        "US": [{"serves": ["lift", "patrol"], "amount": 4}],
        "FR": [{"serves": ["patrol"], "amount": 3}],
    },
    "capabilities": ["lift", "patrol"],
    "requirements": [2, 5],
    "conditions_dnf_others_going": {"US": [[]], "FR": [["US"]]},
    "availability": {"US": "7/10", "FR": 0.9},
}


def changed(*path, to):
    """The good file with one value changed; ``to=None`` takes it out."""
    document = copy.deepcopy(GOOD)
    parent = document
    for step in path[:-1]:
        parent = parent[step]
    if to is None:
        del parent[path[-1]]
    else:
        parent[path[-1]] = to
    return document


def test_the_good_file_is_good(tmp_path):
    report = solved(tmp_path, GOOD)
    assert report["p_deliver"]["waits"] == pytest.approx(0.63, abs=1e-12)
    assert not differences(report, solve(GOOD))


BAD = {
    "unknown player in a condition": (
        changed("conditions_dnf_others_going", "FR", to=[["Atlantis"]]),
        "Atlantis",
    ),
    "condition of an unknown player": (
        changed("conditions_dnf_others_going", "Atlantis", to=[["US"]]),
        "Atlantis",
    ),
    "negative amount": (changed("offers", "FR", 0, "amount", to=-3), "-3"),
    "negative requirement": (changed("requirements", 1, to=-5), "-5"),
    "missing availability": (changed("availability", "FR", to=None), "FR"),
    "chance above one": (changed("availability", "FR", to=1.25), "1.25"),
    "fraction above one": (changed("availability", "US", to="11/10"), "11/10"),
    "chance below zero": (changed("availability", "FR", to=-0.25), "-0.25"),
    "what is no fraction": (changed("availability", "US", to="often"), "often"),
    "division by nothing": (changed("availability", "US", to="1/0"), "1/0"),
    "too many amounts": (changed("offers", "FR", to=[1, 2, 3]), "3"),
    "too few amounts": (changed("offers", "FR", to=[1]), "1"),
    "too few requirements": (changed("requirements", to=[2]), "1"),
    "unknown capability": (changed("offers", "FR", 0, "serves", to=["tanks"]), "tanks"),
    "a capability that nobody serves": (
        changed("offers", "US", 0, "serves", to=["patrol"]),
        "lift",
    ),
    "no offer of a player": (changed("offers", "FR", to=None), "FR"),
    "an amount in words": (changed("offers", "FR", 0, "amount", to="three"), "three"),
    "an amount that is true": (changed("offers", "FR", 0, "amount", to=True), "true"),
    "a player named twice": (changed("players", to=["US", "FR", "US"]), "US"),
    "a capability named twice": (changed("capabilities", to=["lift", "lift"]), "lift"),
}


@pytest.mark.parametrize(("document", "word"), BAD.values(), ids=BAD.keys())
def test_a_mistake_is_told_with_its_place(document, word, tmp_path):
    with pytest.raises(CaseErrors) as caught:
        solved(tmp_path, document)
    lines = (tmp_path / "coalition.json").read_text(encoding="utf-8").splitlines()
    for error in caught.value.errors:
        assert Path(error.file).name == "coalition.json"
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1
        assert error.found
        assert error.wanted
    assert word.lower() in str(caught.value).lower()


def test_only_if_somebody_stays_away_is_refused_with_the_reason(tmp_path):
    document = changed("conditions_dnf_others_going", "FR", to=[["not US"]])
    with pytest.raises(CaseErrors) as caught:
        solved(tmp_path, document)
    (error,) = caught.value.errors
    line = (tmp_path / "coalition.json").read_text(encoding="utf-8").splitlines()[error.line - 1]
    assert line[error.column - 1 :].startswith('"not US"')
    told = f"{error.wanted} {error.hint}".lower()
    # More than that the name is unknown: why conditions may not say so.
    assert any(word in told for word in ("stay", "not ", "away", "monotone", "fixed point"))


def test_every_mistake_is_told_at_once(tmp_path):
    document = changed("offers", "FR", 0, "amount", to=-3)
    document["availability"]["US"] = 2
    document["conditions_dnf_others_going"]["FR"] = [["Atlantis"]]
    with pytest.raises(CaseErrors) as caught:
        solved(tmp_path, document)
    assert len({error.line for error in caught.value.errors}) >= 3


def test_what_is_no_json_is_told_with_its_place(tmp_path):
    path = tmp_path / "coalition.json"
    path.write_text('{\n "players": ["US",,]\n}\n', encoding="utf-8")
    with pytest.raises(CaseErrors) as caught:
        accord.solve_coalition(path)
    assert caught.value.errors[0].line == 2
