"""Conflicts with known answers: four published ones, and eight that another program solved."""

import json
from pathlib import Path

import numpy as np
import pytest

from accord.theory.conflict import Conflict, equilibria, stability
from accord.theory.preference import ranks_from_ranking, ranks_from_statements
from oracles.graph_model import moves

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "conflict"
DIRECTIONS = {"both": "both", "fwd": "up", "back": "down"}


def published(name):
    if not REFERENCE.exists():
        pytest.skip("the reference cases beside the checkout are absent")
    return json.loads((REFERENCE / name).read_text(encoding="utf-8"))


def check_expected(conflict, ranks, record):
    places = [state["decimal"] for state in record["states"]]
    assert np.flatnonzero(conflict.feasible).tolist() == places
    found = stability(conflict, ranks)
    stated = record["expected"]["stability"]
    assert set(stated) >= {"nash", "gmr", "smr", "seq"}
    for concept, of_parties in stated.items():
        for party, wanted in enumerate(of_parties.values()):
            assert found[concept][party, places].astype(int).tolist() == wanted, (concept, party)
        settled = np.flatnonzero(equilibria(conflict, found[concept])[places]) + 1
        assert settled.tolist() == record["expected"]["equilibria"][concept]


def reference_ranks(record, states):
    ranks = np.zeros((record["n_dms"], states), dtype=int)
    places = [state["decimal"] for state in record["states"]]
    for party, dense in enumerate(record["ordinal_payoff_dense_rank"].values()):
        ranks[party, places] = dense
    return ranks


@pytest.mark.parametrize("name", ["elmira", "milkriver", "prisoners", "syriairaq"])
def test_published_conflicts_come_out_as_published(name):
    record = published(f"{name}.json")
    options = record["n_options"]
    feasible = np.zeros(2**options, dtype=bool)
    feasible[[state["decimal"] for state in record["states"]]] = True
    conflict = Conflict(
        record["n_dms"],
        (2,) * options,
        tuple(record["option_owner_dm"]),
        tuple(DIRECTIONS[way] for way in record["permitted_direction"]),
        feasible,
    )
    number = {state["decimal"]: state["no"] for state in record["states"]}
    graph = moves(conflict.sizes, conflict.owners, conflict.directions, feasible.tolist())
    for party, reached in enumerate(record["reachable_1step"].values()):
        for place, ends in zip(number, reached, strict=True):
            assert sorted(number[end] for end in graph[party][place]) == ends
    check_expected(conflict, reference_ranks(record, conflict.states), record)


GMCR = [
    "rand_cons_m6_n3_s13",
    "rand_cons_m8_n3_s23",
    "rand_free_m5_n2_s11",
    "rand_free_m8_n4_s25",
    "rand_mis_m6_n3_s19",
    "rand_mix_m6_n2_s15",
    "rand_mix_m7_n4_s17",
    "rand_rank_m6_n2_s21",
]


@pytest.mark.parametrize("name", GMCR)
def test_conflicts_of_gmcr_come_out_as_another_implementation_computed_them(name):
    record = published(f"{name}.expected.json")
    conflict, ranks = read_gmcr(published(f"{name}.gmcr"))
    check_expected(conflict, ranks, record)
    places = [state["decimal"] for state in record["states"]]
    theirs = reference_ranks(record, conflict.states)[:, places]
    for party in range(conflict.parties):
        assert np.array_equal(
            np.sign(np.subtract.outer(ranks[party, places], ranks[party, places])),
            np.sign(np.subtract.outer(theirs[party], theirs[party])),
        )


def read_gmcr(record):
    """A conflict and ranks from a .gmcr record, as the reference's README describes them."""
    makers = record["decisionMakers"]
    order = [option for maker in makers for option in maker["options"]]
    owners = [party for party, maker in enumerate(makers) for _ in maker["options"]]
    unowned = [option for option in range(len(record["options"])) if option not in order]
    order, owners = order + unowned, owners + [-1] * len(unowned)
    states = np.arange(2 ** len(order))
    on = {option: states >> place & 1 == 1 for place, option in enumerate(order)}

    def holds(condition):
        if isinstance(condition, dict):
            return np.any([holds(member) for member in condition["members"]], axis=0)
        met = np.ones(states.size, dtype=bool)
        for option, sign in condition:
            met &= on[option] == (sign == "Y")
        return met

    def any_holds(conditions):
        return np.any([np.zeros(states.size, dtype=bool), *map(holds, conditions)], axis=0)

    feasible = ~any_holds(record["infeasibles"])
    conflict = Conflict(
        len(makers),
        (2,) * len(order),
        tuple(owners),
        tuple(DIRECTIONS[record["options"][option]["permittedDirection"]] for option in order),
        feasible,
        np.stack([~any_holds(maker.get("misperceptions", [])) for maker in makers]),
    )
    if record["useManualPreferenceRanking"]:
        ranks = [read_ranking(maker["preferenceRanking"], feasible) for maker in makers]
    else:
        stated = [np.stack(list(map(holds, maker["preferences"]))) for maker in makers]
        ranks = [ranks_from_statements(statements) for statements in stated]
    return conflict, np.stack(ranks)


def read_ranking(ranking, feasible):
    numbers = np.flatnonzero(feasible)
    groups = [group if isinstance(group, list) else [group] for group in ranking]
    return ranks_from_ranking([numbers[np.array(group) - 1] for group in groups], feasible)
