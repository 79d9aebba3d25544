"""What changed in the text of a case: each change once, where it stands, with what is behind it."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import accord
from accord._errors import CaseErrors
from accord.case.archive import from_archive, to_archive
from accord.case.changes import changes, written
from accord.case.load import load_tree, read_case
from accord.case.tree import dotted
from accord.case.yaml_reader import read_yaml_text
from recordable import recordable
from teaching import FLAGSHIP, TEACHING, altered, put

TREE = read_case(TEACHING)[0]


def paths(node, path=()):
    """Every path below a node, to a single value."""
    members = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in members:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*path, key))


NUMBERS = [
    path for path in paths(TREE.data)
    if isinstance(TREE.get(path), int | float) and path[0] not in {"accord", "as_of"}
]  # fmt: skip


def compared(tmp_path, *replaced, more=""):
    """The changes from the teaching case to an altered one."""
    return changes(accord.load(TEACHING), accord.load(altered(tmp_path, *replaced, more=more)))


def rows(found):
    return [
        (change.kind, dotted(change.path), change.old, change.new)
        for record in found.records
        for change in record.changes
    ]


def test_the_same_case_has_not_changed(tmp_path):
    found = compared(tmp_path)
    assert found.count == 0
    assert found.as_json() == {
        "records": [], "updates": {"only_a": [], "only_b": []},
        "events": {"only_a": [], "only_b": []},
    }  # fmt: skip


def test_a_value_is_one_change_with_its_place_and_what_stands_behind_it(tmp_path):
    found = compared(
        tmp_path, ("weight: 50, prefers: rising", "weight: [40, 50, 70], prefers: rising")
    )
    ((record),) = found.records
    (change,) = record.changes
    assert record.name == "positions.NORTH"
    assert rows(found) == [("changed", "positions.NORTH.values.patrol.weight", 50, [40, 50, 70])]
    assert change.judgement == "Wants protection first and fees second"
    text = (tmp_path / "case" / "case.yaml").read_text(encoding="utf-8").splitlines()
    assert "[40, 50, 70]" in text[change.place.line - 1]
    assert change.place.file == str(tmp_path / "case" / "case.yaml")
    told = change.as_json()
    assert (told["path"], told["line"]) == (dotted(change.path), change.place.line)
    assert json.loads(json.dumps(told)) == told


def test_another_form_of_a_number_is_one_change(tmp_path):
    found = compared(tmp_path, ("probability: 0.25", "probability: {from: 0.1, to: 0.4}"))
    assert rows(found) == [
        ("changed", "shocks.new_government.probability", 0.25, {"from": 0.1, "to": 0.4})
    ]


def test_what_is_new_or_gone_is_one_change_however_large(tmp_path):
    line = (
        "    red_lines:\n"
        '      no-patrol-for-fees: {never: "patrol == joint and fees == kept", binding: 0.5, '
        "waive_cost: 20}\n"
    )
    found = compared(tmp_path, (line, ""))
    assert [row[:2] for row in rows(found)] == [("removed", "positions.SOUTH.red_lines")]
    back = changes(accord.load(tmp_path / "case"), accord.load(TEACHING))
    assert [row[:2] for row in rows(back)] == [("added", "positions.SOUTH.red_lines")]
    assert rows(back)[0][3] == rows(found)[0][2]


def test_steps_are_known_again_by_their_condition(tmp_path):
    old = 'steps: [{when: "shocks.new_government", add: 4}]'
    new = ('steps: [{when: "fees == kept", add: 1}, '
           '{when: "shocks.new_government", add: 5}]')  # fmt: skip
    found = compared(tmp_path, (old, new))
    assert rows(found) == [
        ("added", "positions.SOUTH.walk_away.plus.steps.0", None,
         {"when": "fees == kept", "add": 1}),
        ("changed", "positions.SOUTH.walk_away.plus.steps.1.add", 4, 5),
    ]  # fmt: skip


def test_another_order_is_a_change_of_order(tmp_path):
    found = compared(
        tmp_path,
        ("levels: {talk: The parties talk, assist: The League assists}",
         "levels: {assist: The League assists, talk: The parties talk}"),
    )  # fmt: skip
    assert ("order", "provisions.clause.levels", ["talk", "assist"], ["assist", "talk"]) in rows(
        found
    )
    assert {kind for kind, *_ in rows(found)} == {"order"}


def test_new_grounds_for_old_values_are_told(tmp_path):
    found = compared(
        tmp_path, ("judgement: Both offers are on paper", "judgement: Both are signed")
    )
    assert rows(found) == [
        ("support", "pledges", {"because": [], "judgement": "Both offers are on paper"},
         {"because": [], "judgement": "Both are signed"}),
    ]  # fmt: skip


def test_copies_are_told_with_what_they_copy(tmp_path):
    text = "  GUARD: {name: The Harbour League"
    added = "  EAST: {name: Eastland}\n  WEST: {name: Westland}\n" + text
    position = "    walk_away: 30\n"
    like = ("\ncapabilities:\n", "\n  EAST: {like: GUARD}\n  WEST: {like: EAST}\ncapabilities:\n")
    before = altered(tmp_path / "a", (text, added), like)
    after = tmp_path / "b"
    shutil.copytree(before, after)
    file = after / "case.yaml"
    content = file.read_text(encoding="utf-8")
    assert content.count(position) == 1
    file.write_text(content.replace(position, "    walk_away: 35\n"), encoding="utf-8")
    found = changes(accord.load(before), accord.load(after))
    (record,) = found.records
    (change,) = record.changes
    assert dotted(change.path) == "positions.GUARD.walk_away"
    assert change.also == ("positions.EAST.walk_away", "positions.WEST.walk_away")
    # and a value of a copy's own is a change of its own
    file.write_text(
        content.replace("  EAST: {like: GUARD}", "  EAST: {like: GUARD, walk_away: 31}"),
        encoding="utf-8",
    )
    (record,) = changes(accord.load(before), accord.load(after)).records
    assert record.name == "positions.EAST"
    assert record.changes[0].also == ("positions.WEST.walk_away",)


def test_updates_and_answers_that_came_in_between(tmp_path):
    case = recordable(tmp_path, "2025-02-05,2025-02-03,cabinet-list,yes,2025-02-01,gazette,,")
    put(case, "claims.csv", "id,actor,claim,source\nsunk,NORTH,A boat has sunk,gazette\n")
    put(case, "updates/boats.yaml",
        "date: 2025-03-01\ntitle: A boat has sunk\nbecause: [sunk]\n"
        "change: {pledges.GUARD.fleet.amount: 5}\n")  # fmt: skip
    found = changes(accord.load(case), accord.load(case, "latest"))
    told = found.as_json()
    assert [u["name"] for u in told["updates"]["only_b"]] == ["boats"]
    assert told["updates"]["only_b"][0]["because"] == ["sunk"]
    assert [e["indicator"] for e in told["events"]["only_b"]] == ["cabinet-list"]
    (change,) = [
        c for r in found.records for c in r.changes
        if dotted(c.path) == "pledges.GUARD.fleet.amount"
    ]  # fmt: skip
    assert change.because == ("sunk",)
    assert change.place.file.endswith("updates/boats.yaml")
    assert change.place.line == 4
    back = changes(accord.load(case, "latest"), accord.load(case)).as_json()
    assert back["updates"]["only_a"] == told["updates"]["only_b"]
    assert back["events"]["only_a"] == told["events"]["only_b"]


def test_forecasts_by_others_count_from_their_day(tmp_path):
    case = recordable(tmp_path)
    found = changes(accord.load(case), accord.load(case, dt.date(2025, 2, 20)))
    assert rows(found) == [
        ("added", "watch.budget-vote.outside.1", None,
         {"who": "A market", "on": "2025-02-10", "p": 0.5}),
    ]  # fmt: skip


def test_a_case_from_an_archive_has_not_changed(tmp_path):
    case = accord.load(FLAGSHIP)
    back = from_archive(json.loads(json.dumps(to_archive(case))))
    assert changes(case, back).count == 0
    assert changes(back, case).as_json()["updates"] == {"only_a": [], "only_b": []}


def test_the_flagship_case_is_told_in_few_records_each_path_once():
    old, new = accord.load(FLAGSHIP), accord.load(FLAGSHIP, "latest")
    found = changes(old, new)
    assert len(found.updates) == len(new.updates) - len(old.updates)
    assert len(found.entries) == len(new.file.journal)
    told = [dotted(c.path) for r in found.records for c in r.changes if c.kind != "support"]
    told += [path for r in found.records for c in r.changes for path in c.also]
    assert len(told) == len(set(told))
    assert found.count < len(told)
    assert all(c.place.line for r in found.records for c in r.changes)


@settings(max_examples=60)
@given(st.sampled_from(NUMBERS), st.sampled_from([0, 1, 0.125, 3, 7.5, 40, [1, 2, 4]]))
def test_one_value_put_elsewhere_is_one_change_at_its_path(path, value):
    tree = TREE.twin()
    before = tree.get(path)
    tree.put(path, value, {})
    try:
        after = load_tree(tree, TEACHING)
    except CaseErrors:
        return
    found = changes(accord.load(TEACHING), after)
    # 1 in the place of true means the same, and is another text
    if value == before and isinstance(value, bool) == isinstance(before, bool):
        assert found.count == 0
        return
    ((kind, where, old, new),) = rows(found)
    assert kind == "changed"
    # a list or a form of a number is one value
    assert dotted(path).startswith(where)
    below = path[len(where.split(".")) :]
    for side, expected in ((old, before), (new, value)):
        node = side
        for part in below:
            node = node[part]
        assert node == expected


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(
        ["", "a", "no", "true", "x == y", "a: b", "it's", '"', " a", "1", "[", "~", "a, b", "#"]
    ) | st.floats(-5, 5, allow_nan=False).map(lambda x: round(x, 3)),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["a", "b", "from", "to"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=150)
@given(VALUES)
def test_values_are_written_as_a_case_could_hold_them(value):
    read = read_yaml_text(f"value: {written(value)}\n", "text")
    assert not read.errors
    assert read.data["value"] == value
    assert "\n" not in written(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([4, 6, 9], "[4, 6, 9]"),
        ({"from": 1, "to": 10}, "{from: 1, to: 10}"),
        (600000, "600000"),
        (0.1, "0.1"),
        ("fees == kept", "fees == kept"),
        ("2025-01-01", '"2025-01-01"'),
        (True, "true"),
    ],
)
def test_values_are_written_as_people_do(value, text):
    assert written(value) == text
