"""``accord solve conflict``: reports against known answers, an obvious solver, and cases."""

import json
from pathlib import Path

import numpy as np
import pytest

import accord
from accord._errors import CaseErrors, UsageError
from accord.case.load import load
from accord.cli.app import run
from accord.criteria.conflicts import model_of, state_of
from accord.criteria.kept import kept
from accord.criteria.setting import Setting
from accord.criteria.standoff import standoff
from accord.exchange import conflict_of_case, conflicts
from accord.worlds.worlds import draw
from conflict_files import (
    CONCEPTS,
    expected_report,
    graph_record,
    holds,
    oracle_form,
    random_gmcr,
    random_graph,
)
from oracles import conflict as oracle
from oracles.graph_model import is_stable
from teaching import FLAGSHIP, TEACHING, altered

DATA = Path(__file__).parents[1] / "data"
REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "conflict"
NAMES = [
    "elmira.json", "milkriver.json", "prisoners.json", "syriairaq.json",
    "rand_cons_m6_n3_s13.gmcr", "rand_cons_m8_n3_s23.gmcr", "rand_free_m5_n2_s11.gmcr",
    "rand_free_m8_n4_s25.gmcr", "rand_mis_m6_n3_s19.gmcr", "rand_mix_m6_n2_s15.gmcr",
    "rand_mix_m7_n4_s17.gmcr", "rand_rank_m6_n2_s21.gmcr",
]  # fmt: skip


def told(capsys, *words):
    """Exit code and the one JSON object on stdout."""
    code = run([*map(str, words), "--json"])
    return code, json.loads(capsys.readouterr().out)


def put(folder, name, record):
    file = folder / name
    file.write_text(json.dumps(record), encoding="utf-8")
    return file


def counted(report):
    """What --summary has to say instead of a report."""
    return {
        "states": len(report["states"]),
        "stable": {
            concept: {party: len(numbers) for party, numbers in parties.items()}
            for concept, parties in report["stable"].items()
        },
        "equilibria": {c: len(numbers) for c, numbers in report["equilibria"].items()},
    }


@pytest.mark.parametrize("name", NAMES)
def test_reference_conflicts_come_out_state_by_state(capsys, name):
    if not REFERENCE.exists():
        pytest.skip("the reference cases beside the checkout are absent")
    answers = (REFERENCE / name).with_suffix(".expected.json" if ".gmcr" in name else ".json")
    record = json.loads(answers.read_text(encoding="utf-8"))
    code, report = told(capsys, "solve", "conflict", REFERENCE / name)
    assert code == 0
    assert report == accord.solve_conflict(REFERENCE / name)
    assert list(report) == ["states", "stable", "equilibria"]
    assert report["states"] == [
        {"number": state["no"], "options": state["yn"]} for state in record["states"]
    ]
    stated = record["expected"]["stability"]
    assert set(report["stable"]) == set(CONCEPTS) == set(report["equilibria"])
    assert len(stated) >= 4
    for concept, parties in stated.items():
        assert list(report["stable"][concept]) == list(parties)
        for party, flags in parties.items():
            wanted = [number for number, flag in enumerate(flags, 1) if flag]
            assert report["stable"][concept][party] == wanted, (concept, party)
    for concept, numbers in record["expected"]["equilibria"].items():
        assert report["equilibria"][concept] == numbers
    code, summary = told(capsys, "solve", "conflict", REFERENCE / name, "--summary")
    assert code == 0
    assert summary == counted(report)


@pytest.mark.parametrize("seed", range(240))
def test_random_files_follow_the_definitions(tmp_path, seed):
    record = random_gmcr(seed)
    assert accord.solve_conflict(put(tmp_path, "x.gmcr", record)) == expected_report(record)


@pytest.mark.parametrize("seed", range(60))
def test_what_a_party_does_not_see_it_does_not_move_to(tmp_path, seed):
    record = random_gmcr(seed, blind=True)
    report = accord.solve_conflict(put(tmp_path, "x.gmcr", record))
    form, moves, ranks = blind_graph(record)
    for concept, parties in report["stable"].items():
        for party, numbers in enumerate(parties.values()):
            wanted = [k + 1 for k in range(len(form)) if is_stable(moves, ranks, concept, party, k)]
            assert numbers == wanted


def blind_graph(record):
    form, states = oracle_form(record)
    moves, ranks = {}, []
    for party, maker in enumerate(record["decisionMakers"]):
        unseen = {s for s in states if any(holds(c, s) for c in maker["misperceptions"])}
        moves[party] = {
            k: {states.index(end) for end in oracle.moves(form, party, s) - unseen}
            if s not in unseen
            else set()
            for k, s in enumerate(states)
        }
        ranks.append([form["worth"][party](s) for s in states])
    return states, moves, ranks


@pytest.mark.parametrize("seed", range(240))
def test_random_graphs_follow_the_definitions(tmp_path, seed):
    names, codes, ranks, moves = random_graph(seed + 1000)
    file = put(tmp_path, "x.json", graph_record(names, codes, ranks, moves))
    report = accord.solve_conflict(file)
    assert [state["options"] for state in report["states"]] == codes
    for concept, parties in report["stable"].items():
        assert list(parties) == [f"{name}#{i}" for i, name in enumerate(names)]
        for party, numbers in enumerate(parties.values()):
            everything = range(len(codes))
            wanted = [k + 1 for k in everything if is_stable(moves, ranks, concept, party, k)]
            assert numbers == wanted
        both = set.intersection(*map(set, parties.values()))
        assert report["equilibria"][concept] == sorted(both)


@pytest.mark.parametrize("seed", range(60))
def test_both_forms_of_a_conflict_give_the_same_report(tmp_path, seed):
    record = random_gmcr(seed, blind=seed % 2 == 1)
    if seed % 2:
        _, moves, ranks = blind_graph(record)
    else:
        form, states = oracle_form(record)
        moves = {
            party: {
                k: {states.index(end) for end in oracle.moves(form, party, state)}
                for k, state in enumerate(states)
            }
            for party in range(form["parties"])
        }
        ranks = [[form["worth"][party](s) for s in states] for party in moves]
    report = accord.solve_conflict(put(tmp_path, "x.gmcr", record))
    names = [maker["name"] for maker in record["decisionMakers"]]
    codes = [state["options"] for state in report["states"]]
    graph = graph_record(names, codes, ranks, moves)
    assert accord.solve_conflict(put(tmp_path, "x.json", graph)) == report


def test_the_prisoners_dilemma():
    # Fang, Hipel and Kilgour (1993): defection is the Nash equilibrium, cooperation is stable
    # for everyone who looks ahead
    report = accord.solve_conflict(DATA / "prisoners_dilemma.gmcr")
    assert [state["options"] for state in report["states"]] == ["NN", "YN", "NY", "YY"]
    assert list(report["stable"]["nash"]) == ["Prisoner#0", "Prisoner#1"]
    assert report["equilibria"]["nash"] == [1]
    assert all(report["equilibria"][c] == [1, 4] for c in ("gmr", "smr", "seq", "sseq"))


def test_elmira():
    # Hipel, Kilgour, Fang and Peng (1997): 5, 8 and 9 are equilibria by every concept, 1 and 4 by
    # general and symmetric metarationality
    literature = dict(zip(range(1, 13), [1, 2, 3, 4, 9, 9, 5, 6, 7, 8, 9, 9], strict=True))
    report = accord.solve_conflict(DATA / "elmira.gmcr")
    for concept, numbers in report["equilibria"].items():
        settled = {literature[number] for number in numbers}
        assert settled == ({1, 4, 5, 8, 9} if concept in {"gmr", "smr"} else {5, 8, 9})


def test_the_cuban_missile_crisis():
    # Fraser and Hipel (1984): the missiles are withdrawn, with the blockade (what happened, 6) or
    # without (4), by sequential stability
    report = accord.solve_conflict(DATA / "cuban_missile_crisis.gmcr", words=True)
    assert [number - 1 for number in report["equilibria"]["seq"]] == [4, 6]
    assert report["states"][6]["words"] == ["United States: Blockade", "Soviet Union: Withdraw"]


# -- cases


def test_a_case_settles_as_its_standoff_does(capsys):
    code, report = told(capsys, "solve", "conflict", FLAGSHIP)
    assert code == 0
    case = load(FLAGSHIP)
    settled = standoff(case)["conflicts"]["standoff"]
    assert settled["counts"] == {c: len(n) for c, n in report["equilibria"].items()}
    model = model_of(case, "standoff")
    places = np.flatnonzero(model.conflict.feasible)
    for concept, states in settled["equilibria"].items():
        numbers = [int(np.searchsorted(places, state_of(model, tuple(s)))) + 1 for s in states]
        assert numbers == report["equilibria"][concept][: len(numbers)]
    worded = accord.solve_conflict(FLAGSHIP, words=True)
    assert report["states"][worded["today"] - 1]["options"] == "YYNYNNY"
    assert settled["today_stable"] == {
        c: [p.split("#")[0] for p, numbers in parties.items() if worded["today"] in numbers]
        for c, parties in report["stable"].items()
    }


def test_a_world_of_a_case_settles_as_its_run_says():
    case = load(FLAGSHIP)
    name, concept = case.file.durability.conflict.name, case.file.durability.conflict.concept
    setting = Setting(case, draw(case, 256, 3), {"briefing-plan": case.chosen("briefing-plan")})
    found = kept(setting, "briefing-plan")
    for world in (0, 7, 100, 255):
        report = accord.solve_conflict(
            FLAGSHIP, name, "briefing-plan", world=world, seed=3, words=True
        )
        assert (report["kept"] in report["equilibria"][concept]) == found.stable[world]
        if not found.stable[world]:
            party = f"{found.parties[found.escaping[world]]}#{found.escaping[world]}"
            assert report["kept"] not in report["stable"][concept][party]
    assert 0 < found.stable.mean() < 1


LEVELS = (
    "SOUTH: {raid: Raids the harbour}",
    "SOUTH: {raid: {title: Presses on, levels: {none: Not at all, some: A little, all: With all}}}",
)


def with_levels(folder):
    return altered(
        folder,
        LEVELS,
        ('when: "SOUTH.raid and GUARD.leave"', 'when: "SOUTH.raid >= some and GUARD.leave"'),
        ('"SOUTH.raid and not GUARD.leave"', '"SOUTH.raid == all and not GUARD.leave"'),
        ('["not SOUTH.raid", ', '["SOUTH.raid <= some", '),
        ("    kept: []\n", "    kept: [SOUTH.raid=some]\n"),
    )


def test_levels_are_digits_and_are_told_in_words(tmp_path):
    report = accord.solve_conflict(with_levels(tmp_path), package="pact", words=True)
    assert [state["options"] for state in report["states"]] == ["0N", "1N", "2N", "0Y", "1Y", "2Y"]
    assert report["states"][4]["words"][0].endswith("Presses on: A little")
    assert report["kept"] == 2
    assert report["today"] is None


def test_what_does_not_fit_a_case_is_told(tmp_path):
    for words, says in (
        ({}, "wanted --package with one of pact"),
        ({"package": "pakt"}, "no package 'pakt'"),
        ({"conflict": "standof"}, "no conflict 'standof'"),
        ({"package": "pact", "world": -1}, "--world -1"),
        ({"package": "pact", "seed": -1}, "--seed -1"),
        ({"package": "pact", "assume": ("nowhere=1",)}, "nowhere"),
    ):
        with pytest.raises(UsageError, match=says):
            accord.solve_conflict(TEACHING, **words)
    with pytest.raises(UsageError, match="depends on no package"):
        accord.solve_conflict(FLAGSHIP, "standoff", "briefing-plan")
    for words in ({"conflict": "x"}, {"package": "x"}, {"world": 0}, {"assume": ["a=1"]}):
        with pytest.raises(UsageError, match="wanted them with a case"):
            accord.solve_conflict(DATA / "elmira.gmcr", **words)
    for name in ("none.gmcr", "none.json", "none.yaml", "none"):
        with pytest.raises(CaseErrors, match="no such"):
            accord.solve_conflict(tmp_path / name)


def test_too_many_states_are_refused_before_they_are_made(monkeypatch):
    monkeypatch.setattr(conflict_of_case, "MOST_STATES", 3)
    with pytest.raises(UsageError, match="of 4 states"):
        accord.solve_conflict(TEACHING, package="pact")
    monkeypatch.setattr(conflicts, "MOST_LISTED", 11)
    with pytest.raises(UsageError, match="--summary counts them"):
        accord.solve_conflict(DATA / "elmira.gmcr")
    assert accord.solve_conflict(DATA / "elmira.gmcr", summary=True)["states"] == 12


# -- people


def test_people_read_equilibria_first_and_find_today(capsys):
    assert run(["solve", "conflict", str(FLAGSHIP)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("standoff: Where do things settle")
    assert out.index("Equilibria") < out.index("Stable for whom")
    assert "58*" in out
    assert "Russia: Presses the offensive" in out
    assert "* today" in out
    assert "more equilibria stand in --json" in err
    assert run(["solve", "conflict", str(DATA / "elmira.gmcr"), "--summary"]) == 0
    out = capsys.readouterr().out
    assert "12 states, 3 parties" in out
    assert "Uniroyal#1" in out


def test_a_conflict_that_never_rests_is_told_so(capsys, monkeypatch):
    report = accord.solve_conflict(DATA / "elmira.gmcr", words=True)
    report["equilibria"] = {concept: [] for concept in CONCEPTS}
    monkeypatch.setattr(accord, "solve_conflict", lambda *_, **__: report, raising=False)
    assert run(["solve", "conflict", "elmira.gmcr"]) == 0
    assert "no state is an equilibrium" in capsys.readouterr().out


def test_coalitions_are_told_to_have_no_weight(capsys, tmp_path):
    record = random_gmcr(1, 3, 4) | {"coalitions": [[0, 2], 1]}
    assert run(["solve", "conflict", str(put(tmp_path, "x.gmcr", record))]) == 0
    assert "coalitions" in capsys.readouterr().err


@pytest.mark.parametrize("seed", range(40))
def test_reasons_agree_with_the_verdicts_and_can_be_walked(tmp_path, seed):
    record = random_gmcr(seed)
    file = put(tmp_path, "some.gmcr", record)
    plain = accord.solve_conflict(file)
    number = 1 + seed % len(plain["states"])
    report = accord.solve_conflict(file, why=number)
    why = report.pop("why")
    assert report == plain
    form, states = oracle_form(record)
    for party, (name, by_concept) in enumerate(why["parties"].items()):
        for concept, told_of in by_concept.items():
            assert told_of["stable"] == (number in plain["stable"][concept][name])
            if not told_of["stable"]:
                end = states[told_of["escape"]["to"] - 1]
                assert end in oracle.improvements(form, party, states[number - 1])
            for sanction in told_of["sanctions"]:
                here = sanction["improvement"]["to"]
                for step in sanction["path"]:
                    mover = list(why["parties"]).index(step["party"])
                    assert mover != party
                    assert step["from"] == here
                    here = step["to"]
                    assert states[here - 1] in oracle.moves(form, mover, states[step["from"] - 1])
    strongest = next(
        (c for c in ("nash", "sseq", "smr", "seq", "gmr") if plain["equilibria"][c]), None
    )
    settled = plain["equilibria"][strongest] if strongest else []
    assert [way["state"] for way in why["ways"]] == [n for n in settled if n != number][:40]
    shortest = oracle.distances(form, states[number - 1], improving=False)
    for way in why["ways"]:
        end = states[way["state"] - 1]
        assert (way["by_moves"] is None) == (end not in shortest)
        assert way["by_moves"] is None or len(way["by_moves"]) == shortest[end]


def test_reasons_in_words_and_what_does_not_fit(tmp_path, capsys):
    tarn = Path(__file__).parents[2] / "docs" / "textbook" / "tarn" / "tarn.gmcr"
    assert run(["solve", "conflict", str(tarn), "--why", "8"]) == 0
    words = capsys.readouterr().out
    assert "Hollin#0 leaves: it gains by going to 7, and no answer would undo that" in words
    assert "Shortest ways from 8 to equilibria" in words
    with pytest.raises(UsageError, match="wanted a state from 1 to 12"):
        accord.solve_conflict(tarn, why=13)
    graph = put(tmp_path, "some.json", graph_record(*random_graph(1)))
    with pytest.raises(UsageError, match="in graph form"):
        accord.solve_conflict(graph, why=1)
