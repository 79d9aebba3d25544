"""Reading and writing .gmcr: round trips, numbers of states, and every mistake with its place."""

import json
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import accord
from accord._errors import CaseErrors, ModelError
from accord.cli.app import run
from accord.formats.gmcr import read_gmcr
from accord.formats.gmcr_record import DecisionMaker, Gmcr, Option
from accord.formats.gmcr_states import gmcr_conflict, gmcr_ranks
from accord.formats.gmcr_writer import gmcr_text
from conflict_files import digits, possible, random_gmcr, worth_of
from negotiations import NAMES


def simple(**changes):
    record = {
        "useManualPreferenceRanking": False,
        "options": [
            {"name": "Talk", "permittedDirection": "both"},
            {"name": "Strike", "permittedDirection": "fwd"},
            {"name": "Talk", "permittedDirection": "back"},
        ],
        "infeasibles": [[[0, "Y"], [1, "Y"]]],
        "decisionMakers": [
            {"name": "North", "options": [1, 0], "preferences": [[[0, "Y"]], [[2, "N"]]]},
            {"name": "South", "options": [2], "preferences": [[[1, "N"]]]},
        ],
    }
    return record | changes


def put(folder, record, name="x.gmcr"):
    file = folder / name
    text = record if isinstance(record, str) else json.dumps(record, indent=1)
    file.write_text(text, encoding="utf-8")
    return file


def refused(folder, record):
    """Every mistake of a file, each whole and with its place."""
    with pytest.raises(CaseErrors) as caught:
        read_gmcr(put(folder, record))
    for error in caught.value.errors:
        assert error.file.endswith("x.gmcr")
        assert error.found
        assert error.wanted
        assert error.line
        assert error.column
    return caught.value.errors


def changed(path, value):
    """The simple file with one value replaced, or its key removed."""
    record = json.loads(json.dumps(simple()))
    node = record
    for part in path[:-1]:
        node = node[part]
    if value is KeyError:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return record


def ranked(*rankings):
    record = changed(("useManualPreferenceRanking",), value=True)
    for maker, ranking in zip(record["decisionMakers"], rankings, strict=True):
        maker["preferenceRanking"] = ranking
    return record


# -- what is read


def test_options_are_put_in_order_by_owner(tmp_path):
    record = read_gmcr(put(tmp_path, simple()))
    conflict = gmcr_conflict(record)
    assert conflict.owners == (0, 0, 1)
    assert conflict.directions == ("up", "both", "down")
    # digits: Strike, Talk of North, Talk of South; Strike with Talk is impossible
    assert np.flatnonzero(conflict.feasible).tolist() == [0, 1, 2, 4, 5, 6]
    ranks = gmcr_ranks(record, conflict.feasible)[:, conflict.feasible]
    assert ranks[0].tolist() == [1, 1, 3, 0, 0, 2]
    assert ranks[1].tolist() == [1, 0, 1, 1, 0, 1]


def test_options_without_an_owner_come_last_and_never_move(tmp_path):
    record = changed(("decisionMakers", 0, "options"), [1])
    conflict = gmcr_conflict(read_gmcr(put(tmp_path, record)))
    assert conflict.owners == (0, 1, -1)
    assert conflict.directions == ("up", "down", "both")


@pytest.mark.parametrize("seed", range(60))
def test_states_and_preferences_are_those_of_an_obvious_reader(tmp_path, seed):
    raw = random_gmcr(seed)
    record = read_gmcr(put(tmp_path, raw))
    conflict = gmcr_conflict(record)
    states = possible(raw)
    places = np.flatnonzero(conflict.feasible).tolist()
    order = digits(raw)
    assert places == [sum(state[o] << k for k, o in enumerate(order)) for state in states]
    ranks = gmcr_ranks(record, conflict.feasible)[:, places]
    for party, own in enumerate(ranks):
        worth = np.array([worth_of(raw, party, states)[state] for state in states])
        signs = np.sign(np.subtract.outer(worth, worth))
        assert np.array_equal(signs, np.sign(np.subtract.outer(own.astype(int), own)))


def test_conditions_of_every_shape(tmp_path):
    conditions = [
        [],
        [[0, "Y"], [0, "N"]],
        [[0, "Y"], [0, "Y"]],
        {"compound": True, "members": []},
        {"compound": True, "members": [[], [[2, "N"]]]},
    ]
    record = read_gmcr(put(tmp_path, changed(("decisionMakers", 1, "preferences"), conditions)))
    assert record.makers[1].preferences == (
        ((),), (((0, True), (0, False)),), (((0, True), (0, True)),), (), ((), ((2, False),))
    )  # fmt: skip
    conflict = gmcr_conflict(record)
    ranks = gmcr_ranks(record, conflict.feasible)[1, conflict.feasible]
    assert ranks.tolist() == [0, 0, 1, 0, 0, 1]


def test_old_names_are_understood(tmp_path):
    record = ranked([1, 2, 3, [4, 5], 6], [6, 5, 4, 3, 2, 1])
    wanted = read_gmcr(put(tmp_path, record))
    record["useManualPreferenceVectors"] = record.pop("useManualPreferenceRanking")
    for maker in record["decisionMakers"]:
        maker["preferenceVector"] = maker.pop("preferenceRanking")
        del maker["preferences"]
    found = read_gmcr(put(tmp_path, record))
    assert [maker.ranking for maker in found.makers] == [m.ranking for m in wanted.makers]
    assert found.by_ranking


def test_a_ranking_that_does_not_count_may_be_stale(tmp_path):
    record = changed(("decisionMakers", 0, "preferenceRanking"), [1, 1, 99])
    assert read_gmcr(put(tmp_path, record)).makers[0].ranking == ((1,), (1,), (99,))


def test_names_may_repeat_and_be_blank(tmp_path):
    record = changed(("decisionMakers", 1, "name"), "North")
    record["options"][0]["name"] = ""
    report = accord.solve_conflict(put(tmp_path, record))
    assert list(report["stable"]["nash"]) == ["North#0", "North#1"]


def test_what_nobody_reads_may_be_anything(tmp_path):
    record = simple(program="x", version=[1], comments={"a": None})
    assert read_gmcr(put(tmp_path, record)) == read_gmcr(put(tmp_path, simple()))


# -- round trips


@pytest.mark.parametrize("seed", range(100))
def test_what_is_written_is_read_again(tmp_path, seed):
    record = read_gmcr(put(tmp_path, random_gmcr(seed, blind=seed % 2 == 0)))
    assert read_gmcr(put(tmp_path, gmcr_text(record))) == record


@st.composite
def records(draw):
    count = draw(st.integers(1, 5))
    options = tuple(
        Option(draw(NAMES), draw(st.sampled_from(["both", "fwd", "back"]))) for _ in range(count)
    )
    parties = draw(st.integers(1, 4))
    owners = draw(st.lists(st.integers(-1, parties - 1), min_size=count, max_size=count))
    conjunctions = st.lists(st.tuples(st.integers(0, count - 1), st.booleans()), max_size=3).map(
        tuple
    )
    conditions = st.lists(st.lists(conjunctions, max_size=3).map(tuple), max_size=3).map(tuple)
    makers = tuple(
        DecisionMaker(
            draw(NAMES),
            tuple(draw(st.permutations([k for k in range(count) if owners[k] == party]))),
            draw(conditions),
            draw(conditions),
            draw(st.none() | st.just(((1, 2), (3,)))),
        )
        for party in range(parties)
    )
    together = draw(st.none() | st.permutations(range(parties)))
    coalitions = None if together is None else tuple((party,) for party in together)
    return Gmcr(options, makers, draw(conditions), by_ranking=False, coalitions=coalitions)


@given(records())
def test_every_record_survives(tmp_path_factory, record):
    file = put(tmp_path_factory.mktemp("gmcr"), gmcr_text(record))
    try:
        gmcr_conflict(record)
    except ModelError:
        with pytest.raises(CaseErrors, match="exclude every state"):
            read_gmcr(file)
        return
    assert read_gmcr(file) == record


def test_coalitions_are_kept(tmp_path):
    record = read_gmcr(put(tmp_path, simple(coalitions=[[1, 0]])))
    assert record.coalitions == ((1, 0),)
    assert '"coalitions": [[1, 0]]' in gmcr_text(record)
    record = read_gmcr(put(tmp_path, simple(coalitions=[1, [0]])))
    assert '"coalitions": [1, 0]' in gmcr_text(record)


# -- mistakes


@pytest.mark.parametrize(
    ("path", "value", "at", "found"),
    [
        (("options",), KeyError, "options", "no options"),
        (("options",), None, "options", "null"),
        (("options",), {}, "options", "an empty object"),
        (("options", 1), "Strike", "options.1", "'Strike'"),
        (("options", 1, "name"), 7, "options.1.name", "7"),
        (("options", 1, "permittedDirection"), "up", "options.1.permittedDirection", "'up'"),
        (("options", 1, "permittedDirection"), KeyError, "options.1.permittedDirection",
         "no permittedDirection"),
        (("infeasibles",), KeyError, "infeasibles", "no infeasibles"),
        (("infeasibles", 0), 3, "infeasibles.0", "3"),
        (("infeasibles", 0, 0), [0], "infeasibles.0.0", "a list of 1"),
        (("infeasibles", 0, 0, 0), 3, "infeasibles.0.0.0", "3"),
        (("infeasibles", 0, 0, 0), -1, "infeasibles.0.0.0", "-1"),
        (("infeasibles", 0, 0, 0), True, "infeasibles.0.0.0", "true"),
        (("infeasibles", 0, 0, 1), "y", "infeasibles.0.0.1", "'y'"),
        (("infeasibles", 0), {"members": []}, "infeasibles.0", "no compound"),
        (("infeasibles", 0), {"compound": False, "members": []}, "infeasibles.0",
         "compound: false"),
        (("infeasibles", 0), {"compound": True}, "infeasibles.0.members", "no members"),
        (("infeasibles", 0), {"compound": True, "members": [{"compound": True, "members": []}]},
         "infeasibles.0.members.0", "an object"),
        (("infeasibles", 0), [], "infeasibles", "conditions that exclude every state"),
        (("useManualPreferenceRanking",), KeyError, "useManualPreferenceRanking",
         "no useManualPreferenceRanking"),
        (("useManualPreferenceRanking",), 0, "useManualPreferenceRanking", "0"),
        (("useManualPreferenceVectors",), True, "useManualPreferenceVectors",
         "true beside useManualPreferenceRanking"),
        (("decisionMakers",), KeyError, "decisionMakers", "no decisionMakers"),
        (("decisionMakers",), [], "decisionMakers", "an empty list"),
        (("options",), [], "options", "an empty list"),
        (("decisionMakers", 1), [], "decisionMakers.1", "an empty list"),
        (("decisionMakers", 1, "name"), KeyError, "decisionMakers.1.name", "no name"),
        (("decisionMakers", 1, "options"), KeyError, "decisionMakers.1.options", "no options"),
        (("decisionMakers", 1, "options"), [3], "decisionMakers.1.options.0", "3"),
        (("decisionMakers", 1, "options"), ["Talk"], "decisionMakers.1.options.0", "'Talk'"),
        (("decisionMakers", 1, "options"), [2, 1], "decisionMakers.1.options.1",
         "the option 1 a second time"),
        (("decisionMakers", 1, "options"), [2, 2], "decisionMakers.1.options.1",
         "the option 2 a second time"),
        (("decisionMakers", 1, "preferences"), KeyError, "decisionMakers.1.preferences",
         "no preferences"),
        (("decisionMakers", 1, "misperceptions"), 1, "decisionMakers.1.misperceptions", "1"),
        (("decisionMakers", 1, "preferenceRanking"), "1", "decisionMakers.1.preferenceRanking",
         "'1'"),
        (("coalitions",), [0], "coalitions", "no place for the parties 1"),
        (("coalitions",), [[0, 1], 1], "coalitions.1", "the party 1 a second time"),
        (("coalitions",), [[0, 1], []], "coalitions.1", "an empty list"),
        (("coalitions",), [0, 2], "coalitions.1", "2"),
    ],
)  # fmt: skip
def test_one_mistake_is_told_once_with_its_place(tmp_path, path, value, at, found):
    record = changed(path, value)
    (error,) = refused(tmp_path, record)
    assert (error.path, error.found) == (at, found)


@pytest.mark.parametrize(
    ("ranking", "at", "found"),
    [
        ([1, 2, 3, 4, 5], "", "no place for 6"),
        ([[1]], "", "no place for 2, 3, 4, 5, 6"),
        ([1, 2, 3, 4, 5, 6, 7], ".6", "the state 7"),
        ([1, 2, 3, [4, 5, 4], 6], ".3.2", "the state 4 a second time"),
        ([1, 2, 3, 4, 5, 6, []], ".6", "an empty list"),
        ([1, 2, 3, 4, 5, 6.5], ".5", "6.5"),
        ([1, 2, 3, 4, 5, [[6]]], ".5.0", "a list of 1"),
        ([1, 2, 3, 4, 5, 0], ".5", "0"),
    ],
)
def test_rankings_name_every_possible_state_once(tmp_path, ranking, at, found):
    (error,) = refused(tmp_path, ranked(ranking, [6, 5, 4, 3, 2, 1]))
    assert (error.path, error.found) == (f"decisionMakers.0.preferenceRanking{at}", found)


def test_a_ranking_that_is_absent_is_told_how_to_do_without(tmp_path):
    record = ranked([1, 2, 3, 4, 5, 6], [])
    del record["decisionMakers"][1]["preferenceRanking"]
    (error,) = refused(tmp_path, record)
    assert error.found == "no preferenceRanking"
    assert "false makes the statements count" in error.hint


def test_all_mistakes_are_told_at_once(tmp_path):
    record = simple()
    record["options"][0]["permittedDirection"] = 1
    record["infeasibles"][0][1][1] = "?"
    record["decisionMakers"][0]["options"] = [1, 9]
    record["decisionMakers"][1]["name"] = None
    paths = [error.path for error in refused(tmp_path, record)]
    assert paths == [
        "options.0.permittedDirection", "infeasibles.0.1.1", "decisionMakers.0.options.1",
        "decisionMakers.1.name",
    ]  # fmt: skip


def test_too_many_states_are_refused_with_their_number(tmp_path):
    options = [{"name": f"O{k}", "permittedDirection": "both"} for k in range(60)]
    (error,) = refused(tmp_path, simple(options=options))
    assert error.path == "options"
    assert f"{2**60:,} states" in error.found
    assert "16,777,216" in error.wanted
    assert error.hint


@pytest.mark.parametrize(
    "text", ["{", "[]", "nonsense", '{"options": NaN}', '{"a": 1, "a": 2}', "{}", '{"a": [1,]}']
)
def test_what_is_no_conflict_is_refused(tmp_path, text):
    assert refused(tmp_path, text)


@pytest.mark.parametrize("suffix", [".gmcr", ".json"])
def test_the_command_tells_mistakes_and_ends_with_two(capsys, tmp_path, suffix):
    file = put(tmp_path, changed(("options", 1), "Strike"), f"x{suffix}")
    assert run(["solve", "conflict", str(file), "--json"]) == 2
    (error,) = json.loads(capsys.readouterr().out)["errors"]
    assert (error["file"], error["path"], error["line"]) == (str(file), "options.1", 8)
    assert run(["solve", "conflict", str(file)]) == 2
    assert capsys.readouterr().err.endswith("1 error\n")


def damaged(seed):
    """A sound file with a few characters or values spoilt."""
    draws = random.Random(seed)
    record = random_gmcr(seed, blind=draws.random() < 0.3)
    if draws.random() < 0.3:
        record["coalitions"] = list(range(len(record["decisionMakers"])))
    for _ in range(draws.randint(1, 3)):
        spoil(draws, record)
    text = json.dumps(record, indent=draws.choice([None, 1]))
    if draws.random() < 0.3:
        for _ in range(draws.randint(1, 4)):
            at = draws.randrange(len(text))
            text = text[:at] + draws.choice(["", "{", "]", '"', ",", "9", "-", "\0", "é"]) + text[
                at + draws.randint(0, 3) :
            ]  # fmt: skip
    return text


def spoil(draws, node):
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = draws.choice(keys)
        if isinstance(node[key], dict | list) and draws.random() < 0.8:
            node = node[key]
            continue
        if draws.random() < 0.3:
            del node[key]
        else:
            odd = [None, True, -1, 0, 1, 99, 1.5, 10**40, "", "Y", [], {}, [[]], [[0, "Y"]], "fwd"]
            node[key] = draws.choice(odd)
        return


def test_a_thousand_damaged_files_never_end_in_a_traceback(tmp_path):
    told = 0
    for seed in range(1000):
        file = put(tmp_path, damaged(seed))
        try:
            record = read_gmcr(file)
        except CaseErrors as caught:
            told += 1
            for error in caught.errors:
                assert error.file == str(file)
                assert error.found
                assert error.wanted
                assert (error.line and error.column) or "binary" in error.found
            continue
        report = accord.solve_conflict(file)
        assert len(report["states"]) == gmcr_conflict(record).feasible.sum()
        assert read_gmcr(put(tmp_path, gmcr_text(record))) == record
    assert told > 600
