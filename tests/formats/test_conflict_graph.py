"""Reading conflicts in graph form: what counts, and every mistake with its place."""

import json
import random

import pytest

from accord._errors import CaseErrors
from accord.formats import conflict_graph
from accord.formats.conflict_graph import read_conflict_graph
from conflict_files import graph_record, random_graph


def put(folder, record):
    file = folder / "x.json"
    text = record if isinstance(record, str) else json.dumps(record, indent=1)
    file.write_text(text, encoding="utf-8")
    return file


def simple():
    moves = {0: {0: {1}, 1: {0}, 2: set()}, 1: {0: {2}, 1: set(), 2: {0, 1}}}
    return graph_record(["A", "A"], ["YN", "N-", "--"], [[1, 2, 3], [3, 3, 1]], moves)


def refused(folder, record):
    with pytest.raises(CaseErrors) as caught:
        read_conflict_graph(put(folder, record))
    for error in caught.value.errors:
        assert error.file.endswith("x.json")
        assert error.found
        assert error.wanted
        assert error.line
        assert error.column
    return caught.value.errors


def test_names_may_repeat_and_other_keys_are_not_read(tmp_path):
    found = read_conflict_graph(put(tmp_path, simple() | {"expected": 1, "dms2": []}))
    assert found.parties == ("A", "A")
    assert found.states == ("YN", "N-", "--")
    assert found.ranks.tolist() == [[1, 2, 3], [3, 3, 1]]
    assert found.conflict.moves[1].origins.tolist() == [0, 2, 2]
    assert found.conflict.moves[1].ends.tolist() == [2, 0, 1]


def changed(path, value):
    record = simple()
    node = record
    for part in path[:-1]:
        node = node[part]
    if value is KeyError:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return record


RANKS, MOVES = "ordinal_payoff_dense_rank", "reachable_1step"


@pytest.mark.parametrize(
    ("path", "value", "at", "found"),
    [
        (("dms", 0), 7, "dms.0", "7"),
        (("states",), 7, "states", "7"),
        (("states", 1, "yn"), KeyError, "states.1.yn", "no yn"),
        (("states", 1, "yn"), 5, "states.1.yn", "5"),
        (("states", 1), "YN", "states.1", "'YN'"),
        ((RANKS, "A#1"), KeyError, f"{RANKS}.A#1", "no A#1"),
        ((RANKS, "A#1"), [1, 2], f"{RANKS}.A#1", "2 entries"),
        ((RANKS, "A#1", 2), 1.5, f"{RANKS}.A#1.2", "1.5"),
        ((RANKS, "A#1", 2), True, f"{RANKS}.A#1.2", "true"),
        ((RANKS, "A#1", 2), 10**30, f"{RANKS}.A#1.2", str(10**30)),
        ((RANKS, "B#2"), [1, 2, 3], f"{RANKS}.B#2", "the unknown party 'B#2'"),
        ((RANKS,), KeyError, RANKS, f"no {RANKS}"),
        ((MOVES,), [], MOVES, "an empty list"),
        ((MOVES, "A#0"), [[], []], f"{MOVES}.A#0", "2 entries"),
        ((MOVES, "A#0", 0), 2, f"{MOVES}.A#0.0", "2"),
        ((MOVES, "A#0", 0), [4], f"{MOVES}.A#0.0.0", "4"),
        ((MOVES, "A#0", 0), [0], f"{MOVES}.A#0.0.0", "0"),
        ((MOVES, "A#0", 0), [1], f"{MOVES}.A#0.0.0", "a move from 1 to itself"),
        ((MOVES, "A#0", 0), [2, 2], f"{MOVES}.A#0.0.1", "the state 2 a second time"),
    ],
)
def test_one_mistake_is_told_once_with_its_place(tmp_path, path, value, at, found):
    errors = refused(tmp_path, changed(path, value))
    if path == ("dms", 0):  # what stands under the name is then unknown
        errors = errors[:1]
    (error,) = errors
    assert (error.path, error.found) == (at, found)


def test_all_mistakes_are_told_at_once(tmp_path):
    record = simple()
    record["states"][0] = {}
    record[RANKS]["A#0"][1] = None
    record[MOVES]["A#1"][2] = [1, 1, 9]
    assert [error.path for error in refused(tmp_path, record)] == [
        "states.0", f"{RANKS}.A#0.1", f"{MOVES}.A#1.2.1", f"{MOVES}.A#1.2.2"
    ]  # fmt: skip


def test_too_many_states_are_refused_with_a_hint(tmp_path, monkeypatch):
    monkeypatch.setattr(conflict_graph, "MOST_GRAPH_STATES", 2)
    (error,) = refused(tmp_path, simple())
    assert (error.path, error.found) == ("states", "3 states")
    assert ".gmcr" in error.hint


def mistakes(file):
    try:
        read_conflict_graph(file)
    except CaseErrors as caught:
        return caught.errors
    return ()


def test_damaged_files_never_end_in_a_traceback(tmp_path):
    told = 0
    for seed in range(500):
        draws = random.Random(seed)
        text = json.dumps(graph_record(*random_graph(seed)))
        for _ in range(draws.randint(1, 3)):
            at = draws.randrange(len(text))
            text = text[:at] + draws.choice(["", "{", "]", '"', ",", "9", "-", "null"]) + text[
                at + draws.randint(0, 3) :
            ]  # fmt: skip
        errors = mistakes(put(tmp_path, text))
        told += bool(errors)
        assert all(e.found and e.wanted and e.line and e.column for e in errors)
    assert told > 400
