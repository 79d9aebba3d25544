"""Editing a case: where a value comes from, what is refused, saving, undoing, variants."""

import csv
import dataclasses
import json
import random
import shutil

import pytest

from accord._errors import CaseErrors, UsageError
from accord.case.check import check
from accord.case.editing import (
    REMOVED,
    Change,
    edited,
    edits,
    save,
    undo,
    value_of,
    variant,
)
from accord.case.load import load, read_case
from accord.case.saving import KEPT
from accord.case.tree import node_at, parse_path
from teaching import FLAGSHIP, altered, files_below, put

BINDING = "positions.SOUTH.red_lines.no-patrol-for-fees.binding"
CLAIMS = (
    "id,actor,claim,quote,source,locator,disputed_by\n"
    'one,NORTH,"First, of two",,gazette,p. 1,\n'
    "two,SOUTH,Second of two,,gazette,,\n"
)
SOURCES = (
    "id,title,publisher,published,accessed,link,grade,licence\n"
    "gazette,The Gazette,Gazette,2024-12-01,2024-12-02,,B,cited\n"
)
PLEDGES = (
    "contributor,pledge,serves,low,mode,high,lead,rotation,stage,place,if,because,judgement\n"
    "SOUTH,tug,boats,,1,,,,sure,,,,A tug was promised\n"
    "NORTH,launch,boats,1,2,3,,,sure,,,one,\n"
)


def with_tables(folder):
    case = altered(folder)
    put(case, "claims.csv", CLAIMS)
    put(case, "sources.csv", SOURCES)
    put(case, "pledges.csv", PLEDGES)
    assert check(case).ok
    return case


def proposed(case, *pairs, **more):
    return edited(case, [Change(path, value) for path, value in pairs], **more)


def changed_lines(proposal):
    lines = proposal.diff.splitlines()
    return (
        [each[1:] for each in lines if each.startswith("-") and not each.startswith("---")],
        [each[1:] for each in lines if each.startswith("+") and not each.startswith("+++")],
    )


def only(proposal, path):
    """The one error of a proposal, at its path."""
    assert not proposal.ok
    (error,) = proposal.at[path]
    assert (error,) == proposal.errors
    return error


def test_nothing_is_written_until_a_proposal_is_saved(tmp_path):
    case = altered(tmp_path)
    before = files_below(case)
    proposal = proposed(case, ("coordination.value", 0.5))
    assert proposal.ok
    assert changed_lines(proposal) == (
        ["coordination: {value: 0.25, judgement: They have failed to meet three times in four}"],
        ["coordination: {value: 0.5, judgement: They have failed to meet three times in four}"],
    )
    assert files_below(case) == before
    save(proposal)
    assert load(case).data["coordination"]["value"] == 0.5
    hidden = {name for name in files_below(case) if name not in before}
    assert hidden == {".accord/.gitignore", ".accord/edits/00000001.json"}
    assert (case / ".accord" / ".gitignore").read_text() == "*\n"


def test_every_sampled_number_of_the_flagship_is_reloaded_with_that_one_change(tmp_path):
    case = tmp_path / "case"
    shutil.copytree(FLAGSHIP, case, ignore=shutil.ignore_patterns("runs"))
    text = (case / "case.yaml").read_text()
    old = load(case)
    copying = [path for path, node in read_case(case)[0].mappings() if "like" in node]
    names = [n for n, each in old.numbers.items() if isinstance(_written(old, n), int | float)]
    before = dict(_leaves(old.data))
    for name in random.Random(3).sample(names, 8):
        new = before[name] / 2 if before[name] else 0.125
        proposal = proposed(case, (name, new))
        removed, added = changed_lines(proposal)
        copied = not removed
        assert len(added) == 1, name
        assert not copied or any(name.startswith(".".join(map(str, p)) + ".") for p in copying)
        if not proposal.ok:  # what it breaks is told there
            assert name in proposal.at
            continue
        put(case, "case.yaml", proposal.files["case.yaml"][1])
        after = dict(_leaves(load(case).data))
        put(case, "case.yaml", text)
        assert after[name] == new
        differing = {path for path in before | after if before.get(path) != after.get(path)}
        for path in differing - {name}:  # copies of the block follow it
            assert any(path.startswith(".".join(map(str, p)) + ".") for p in copying), path


def _leaves(node, path=""):
    if isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _leaves(value, f"{path}.{key}" if path else str(key))
    else:
        yield path, node


def _written(case, name):
    return node_at(case.data, parse_path(name))


def test_every_number_of_the_teaching_case_is_reloaded_with_that_one_change(tmp_path):
    case = altered(tmp_path)
    old = load(case)
    tried = 0
    for name in old.numbers:
        value = _written(old, name)
        if isinstance(value, dict | list) or name.startswith("positions.NORTH.walk_away"):
            continue
        proposal = proposed(case, (name, value + 0.0625 if value < 0.9 else value - 0.0625))
        assert [len(lines) for lines in changed_lines(proposal)] == [1, 1], name
        if not proposal.ok:  # a whole number is wanted there
            assert name in proposal.at
            continue
        shutil.copytree(case, tmp_path / "fresh" / str(tried))
        (tmp_path / "fresh" / str(tried) / "case.yaml").write_text(proposal.files["case.yaml"][1])
        data = load(tmp_path / "fresh" / str(tried)).data
        expected = json.loads(json.dumps(old.data, default=str))
        parent, last = parse_path(name)[:-1], parse_path(name)[-1]
        node_at(expected, parent)[last] = value + 0.0625 if value < 0.9 else value - 0.0625
        assert json.loads(json.dumps(data, default=str)) == expected, name
        tried += 1
    assert tried > 40


def test_errors_of_the_changed_case_stand_at_the_changed_path(tmp_path):
    case = altered(tmp_path)
    proposal = proposed(case, (BINDING, 1.7), ("title", "Still fine"), ("shocks.x.probability", 2))
    assert BINDING in proposal.at
    assert "shocks.x.probability" in proposal.at
    assert "title" not in proposal.at
    (error,) = proposal.at[BINDING]
    assert error.wanted == "a probability, 0 to 1"
    assert error.text[error.column - 1 :].startswith("1.7")
    assert error.file == str(case / "case.yaml")
    before = files_below(case)
    with pytest.raises(CaseErrors):
        save(proposal)
    assert files_below(case) == before


def test_an_error_elsewhere_belongs_to_the_only_change(tmp_path):
    case = altered(tmp_path)
    proposal = proposed(case, ("provisions.clause", REMOVED))
    assert len(proposal.at["provisions.clause"]) > 3


def test_a_new_warning_is_told_where_the_old_ones_are_known(tmp_path):
    case = altered(tmp_path)
    more = ("capabilities.spare", {"title": "Spare", "unit": "boats", "domain": "civil"})
    assert proposed(case, more).warnings == ()
    told = proposed(case, more, before=check(case)).warnings
    assert [warning.path for warning in told] == ["capabilities.spare"]


def test_a_copied_value_is_overridden_beside_its_like(tmp_path):
    case = altered(
        tmp_path,
        ("    order: [GUARD]\n", "    order: [GUARD, NORTH]\n"),
        ("reneging: {like: levels_meaning.reneging}, automatic: 0}\n",
         "reneging: {like: levels_meaning.reneging}, automatic: 0}\n    NORTH: {like: GUARD}\n"),
    )  # fmt: skip
    path = "deterrence.guarantors.NORTH.stake"
    old = load(case).data["deterrence"]["guarantors"]
    proposal = proposed(case, (path, 0.25))
    assert proposal.ok, proposal.errors
    assert changed_lines(proposal) == (
        ["    NORTH: {like: GUARD}"], ["    NORTH: {like: GUARD, stake: 0.25}"],
    )  # fmt: skip
    save(proposal)
    new = load(case).data["deterrence"]["guarantors"]
    assert new["NORTH"] == old["NORTH"] | {"stake": 0.25}
    assert new["GUARD"] == old["GUARD"]
    assert proposed(case, (path, REMOVED)).ok, "what is written beside it can go again"
    error = only(proposed(case, ("deterrence.guarantors.NORTH.cost", REMOVED)), path[:-5] + "cost")
    assert "GUARD" in error.found
    whole = dict(new["NORTH"], cost=0.3)
    lines = changed_lines(proposed(case, (path[:-6], whole)))
    assert lines[1] == ["    NORTH: {like: GUARD, stake: 0.25, cost: 0.3}"]
    assert not proposed(case, (path[:-6], new["NORTH"])).files, "given back as shown, no change"


def test_a_copied_number_is_overridden_as_a_whole(tmp_path):
    case = altered(
        tmp_path,
        ("packages:\n", "  second:\n    like: cabinet-list\n    deadline: 2025-04-01\npackages:\n"),
    )
    proposal = proposed(case, ("watch.second.likelihood.1.p", 0.3))
    assert changed_lines(proposal)[1] == [
        "    likelihood: [{when: shocks.new_government, p: 0.8}, {p: 0.3}]"
    ]  # fmt: skip
    save(proposal)
    watch = load(case).data["watch"]
    assert watch["cabinet-list"]["likelihood"][1] == {"p": 0.2}
    assert watch["second"]["likelihood"][1] == {"p": 0.3}


UPDATE = """\
date: 2025-01-10
title: A quarrel
judgement: Read in the papers
change:
  coordination.value: 0.1
end: [durability.drift]
"""


def test_a_value_in_force_through_an_update_is_refused_by_file_and_line(tmp_path):
    case = altered(tmp_path)
    put(case, "updates/2025-01-10-quarrel.yaml", UPDATE)
    error = only(proposed(case, ("coordination.value", 0.5), as_of="latest"), "coordination.value")
    assert "updates/2025-01-10-quarrel.yaml, line 5" in error.found
    assert error.line == 5
    assert error.file.endswith("2025-01-10-quarrel.yaml")
    gone = proposed(case, ("durability.drift.SOUTH.yearly", 2), as_of="latest")
    assert "ends durability.drift" in only(gone, "durability.drift.SOUTH.yearly").found
    shown = load(case, "latest").data["coordination"]["value"]
    assert not proposed(case, ("coordination.value", shown), as_of="latest").files
    early = proposed(case, ("coordination.value", 0.5))
    assert early.ok
    (warning,) = early.warnings
    assert "from 2025-01-10" in warning.found
    assert proposed(case, ("title", "Another"), as_of="latest").ok


def test_shared_values_are_not_changed_behind_the_back(tmp_path):
    case = altered(
        tmp_path,
        ("levels: {kept: Northland keeps them, shared: They are shared",
         "levels: &l {kept: Northland keeps them, shared: They are shared"),
        ("    levels: {none: No review, yearly: A review every year}", "    levels: *l"),
        ("fees: kept, review: none}", "fees: kept, review: kept}"),
        ("fees: dropped, review: yearly}", "fees: dropped, review: shared}"),
    )  # fmt: skip
    assert check(case).ok
    shared = only(proposed(case, ("provisions.fees.levels.kept", "x")),
                  "provisions.fees.levels.kept")  # fmt: skip
    assert "&l" in shared.found
    alias = only(proposed(case, ("provisions.review.levels.kept", "x")),
                 "provisions.review.levels.kept")  # fmt: skip
    assert "*l" in alias.found
    assert alias.line
    proposal = proposed(case, ("provisions.review.levels", {"kept": "None", "shared": "Yearly"}))
    assert not proposal.ok or changed_lines(proposal)[1] == [
        "    levels: {kept: None, shared: Yearly}"
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", [True, False])
def test_a_cell_of_a_table_changes_its_own_line_only(tmp_path, end, mark, last):
    case = with_tables(tmp_path)
    for name in ("claims.csv", "sources.csv", "pledges.csv", "case.yaml"):
        text = (case / name).read_text()
        text = mark + (text if last else text.rstrip("\n")).replace("\n", end)
        (case / name).write_bytes(text.encode())
    before = files_below(case)
    for path, value, name, line in (
        ("claims.one.claim", 'Now, "quoted"', "claims.csv", 1),
        ("claims.two.quote", "A quote, with a comma", "claims.csv", 2),
        ("sources.gazette.grade", "A", "sources.csv", 1),
        ("pledges.SOUTH.tug.amount", 4, "pledges.csv", 1),
        ("pledges.SOUTH.tug.amount", [1, 4, 6], "pledges.csv", 1),
        ("pledges.NORTH.launch.amount.2", 5.5, "pledges.csv", 2),
        ("pledges.NORTH.launch.because", ["one", "two"], "pledges.csv", 2),
        ("coordination.value", 0.75, "case.yaml", 60),
        ("title", "Étude 😀", "case.yaml", 3),
    ):
        proposal = proposed(case, (path, value))
        assert proposal.ok, proposal.errors
        assert list(proposal.files) == [name]
        old, new = (text.encode() for text in proposal.files[name])
        assert old == before[name]
        one, two = old.split(b"\n"), new.split(b"\n")
        assert len(one) == len(two)
        differing = [i for i, pair in enumerate(zip(one, two, strict=True)) if len(set(pair)) > 1]
        if name != "case.yaml":
            assert differing == [line]
        assert len(differing) == 1
        save(proposal)
        assert (case / name).read_bytes() == new
        assert node_at(_with_support(case), parse_path(path)) == value
        undo(case)
        assert (case / name).read_bytes() == old


def _with_support(case):
    """The plain data with its support, from the tree that the loader starts from."""
    return read_case(case)[0].data


def test_rows_come_and_go(tmp_path):
    case = with_tables(tmp_path)
    row = {"actor": "GUARD", "claim": "Third", "source": "gazette"}
    proposal = proposed(case, ("claims.three", row))
    assert proposal.ok
    assert changed_lines(proposal) == ([], ["three,GUARD,Third,,gazette,,"])
    save(proposal)
    back = proposed(case, ("claims.three", REMOVED))
    assert back.files["claims.csv"][1] == CLAIMS
    gone = proposed(case, ("claims.one", REMOVED))
    assert "claims.one" in gone.at, "a pledge rests on it"
    rows = list(csv.reader(gone.files["claims.csv"][1].splitlines()))
    assert [row[0] for row in rows] == ["id", "two", "three"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("pledges.SOUTH.tug.amount", {"from": 1, "to": 3}),
        ("pledges.SOUTH.tug.amount", [1, 2]),
        ("claims.one.claim", " blanks "),
        ("claims.one.claim", ["a", "list"]),
        ("claims.one.colour", "red"),
        ("claims.one.id", "other"),
        ("pledges.NORTH.launch.low", 2),
        ("pledges.SOUTH.tug.bluff", "x"),
        ("claims.one", "not a row"),
        ("claims.four.claim", "no such row"),
    ],
)
def test_what_no_cell_can_hold_is_refused(tmp_path, path, value):
    case = with_tables(tmp_path)
    proposal = proposed(case, (path, value))
    assert not proposal.ok
    assert path in proposal.at


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("", 1),
        ("..", 1),
        ("../../etc/passwd", 1),
        ("a..b", 1),
        ("title.", "x"),
        ("title", float("nan")),
        ("title", float("inf")),
        ("title", "\x00"),
        ("title", "\ud800"),
        ("title", object()),
        ("title", "x" * 200_000),
        ("title", list(range(20_000))),
        ("title.below", "x"),
        ("categories.7", "x"),
        ("categories.²", "x"),
        ("journal.0.note", "x"),
        ("nothing.here", REMOVED),
        ("actors.NORTH.role.x", 1),
        ("x" * 2_000, 1),
        (".".join("a" * 60), 1),
    ],
)
def test_a_path_or_value_that_cannot_be_is_refused(tmp_path, path, value):
    case = altered(tmp_path)
    before = files_below(case)
    proposal = proposed(case, (path, value))
    assert not proposal.ok
    assert all(error.found and error.wanted for error in proposal.errors)
    with pytest.raises(CaseErrors):
        save(proposal)
    assert files_below(case) == before


def test_a_value_that_is_too_deep_is_refused(tmp_path):
    value = []
    for _ in range(5_000):
        value = [value]
    assert not proposed(altered(tmp_path), ("title", value)).ok


@pytest.mark.parametrize(
    "words",
    ["no", "1e3", "2025-08-20", "a: b", "# x", '"', "'", "one\ntwo", "!!python/object:os.system x",
     "{{7*7}}", "*a", "&a b", "- x", "it's", "<script>", "null", "=1+1", "\u2028", "日本 😀"],
)  # fmt: skip
def test_a_title_of_any_words_comes_back(tmp_path, words):
    case = altered(tmp_path)
    proposal = proposed(case, ("title", words))
    assert [len(lines) for lines in changed_lines(proposal)] == [1, 1]
    save(proposal)
    assert load(case).file.title == words


def test_what_a_person_types():
    assert value_of(" 5 ") == 5
    assert value_of("[4, 6, 9]") == [4, 6, 9]
    assert value_of("{from: 1,\n to: 10}") == {"from": 1, "to": 10}
    assert value_of("no") == "no"
    assert value_of("2025-08-20") == "2025-08-20"
    assert value_of("plain words, with a comma") == "plain words, with a comma"
    assert value_of('"# x"') == "# x"
    assert value_of("true") is True


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: b", 1, 1),
        ("- a\n- b", 1, 1),
        ("", 1, 1),
        ("# x", 1, 1),
        ("5 # five", 1, 2),
        ("[1, 2", 1, None),
        ("[1,\n 2, &a 3]", 2, 5),
        ("*a", 1, None),
        ("&a 5", 1, 1),
        ("!!python/object/apply:os.system [x]", 1, 1),
        ("| \n x", 1, 1),
        ("{a: 1, a: 2}", 1, 8),
        (".inf", 1, 1),
        ("[1] [2]", 1, None),
        ("5\n---\n6: 7", None, None),
        ("[" * 500, 1, None),
        ("9" * 40, 1, 1),
        ("x" * 30_000, 0, None),
    ],
)
def test_what_is_no_value_is_an_error_at_its_place(text, line, column):
    with pytest.raises(CaseErrors) as caught:
        value_of(text)
    error = caught.value.errors[0]
    assert line is None or error.line == line, error
    assert column is None or error.column == column, error


def test_undo_takes_back_one_edit_after_the_other(tmp_path):
    case = with_tables(tmp_path)
    versions = [files_below(case)["case.yaml"]]
    for value in (0.5, 0.75):
        save(proposed(case, ("coordination.value", value), ("claims.two.quote", f"q {value}")))
        versions.append(files_below(case)["case.yaml"])
    assert [edit.changes[0][2] for edit in edits(case)] == ["0.75", "0.5"]
    assert [edit.changes[0][1] for edit in edits(case)] == ["0.5", "0.25"]
    told = undo(case)
    assert told.left == 1
    assert told.edit.files == ("case.yaml", "claims.csv")
    assert (case / "case.yaml").read_bytes() == versions[1]
    undo(case / "case.yaml")
    assert (case / "case.yaml").read_bytes() == versions[0]
    assert (case / "claims.csv").read_text() == CLAIMS
    with pytest.raises(UsageError, match="no edit"):
        undo(case)


def test_undo_refuses_what_was_changed_by_hand_since(tmp_path):
    case = altered(tmp_path)
    save(proposed(case, ("coordination.value", 0.5)))
    put(case, "case.yaml", (case / "case.yaml").read_text() + "# by hand\n")
    before = files_below(case)
    with pytest.raises(UsageError, match="by hand") as caught:
        undo(case)
    assert "coordination.value: 0.25 → 0.5" in str(caught.value)
    assert files_below(case) == before


def test_saving_refuses_a_file_that_somebody_else_changed(tmp_path):
    case = altered(tmp_path)
    first = proposed(case, ("coordination.value", 0.5))
    second = proposed(case, ("title", "Another"))
    save(first)
    before = files_below(case)
    with pytest.raises(UsageError, match="changed meanwhile"):
        save(second)
    assert files_below(case) == before


def test_saving_refuses_where_another_file_of_the_case_changed(tmp_path):
    case = with_tables(tmp_path)
    gone = proposed(case, ("claims.two", REMOVED))
    rests = proposed(
        case, ("positions.GUARD.because", ["two"]), ("positions.GUARD.judgement", REMOVED)
    )
    assert gone.ok
    assert rests.ok, rests.errors
    save(gone)
    with pytest.raises(UsageError, match="changed meanwhile"):
        save(rests)
    assert check(case).ok


def test_mistakes_that_stood_before_are_not_put_at_the_change(tmp_path):
    case = altered(tmp_path, ("binding: 0.5", "binding: 1.5"))
    proposal = proposed(case, ("title", "x"), before=check(case))
    assert list(proposal.at) == [""]
    assert proposed(case, ("title", "x"), (BINDING, 0.6)).ok


def test_the_notes_are_bounded(tmp_path):
    case = altered(tmp_path)
    proposal = proposed(case, ("coordination.value", 0.5))
    old, new = proposal.files["case.yaml"]
    for _ in range(KEPT // 2 + 3):
        save(proposal)
        save(dataclasses.replace(proposal, files={"case.yaml": (new, old)}, seen={}))
    numbers = [edit.number for edit in edits(case)]
    assert len(numbers) == KEPT
    assert numbers == list(range(KEPT + 6, 6, -1))
    assert max(file.stat().st_size for file in (case / ".accord" / "edits").iterdir()) < 2_000


def test_notes_that_were_tampered_with_lead_nowhere(tmp_path):
    case = altered(tmp_path)
    outside = put(tmp_path, "outside.yaml", "secret: 1\n")
    save(proposed(case, ("coordination.value", 0.5)))
    note = case / ".accord" / "edits" / "00000001.json"
    content = json.loads(note.read_text())
    for wrong in (
        content | {"files": {"../outside.yaml": content["files"]["case.yaml"]}},
        content | {"files": {"journal.csv": content["files"]["case.yaml"]}},
        content | {"files": {}},
        content | {"number": "x"},
        [1, 2],
        {},
    ):
        note.write_text(json.dumps(wrong))
        with pytest.raises(UsageError, match="no note of an edit"):
            undo(case)
    assert outside.read_text() == "secret: 1\n"


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    case = altered(tmp_path)
    proposal = proposed(case, ("coordination.value", 0.5))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (case / ".accord").symlink_to(elsewhere)
    with pytest.raises(UsageError, match="link"):
        save(proposal)
    assert not list(elsewhere.iterdir())
    (case / ".accord").unlink()
    shutil.move(case / "case.yaml", elsewhere / "case.yaml")
    (case / "case.yaml").symlink_to(elsewhere / "case.yaml")
    with pytest.raises(UsageError, match="link"):
        proposed(case, ("coordination.value", 0.5))


def test_a_proposal_for_another_file_cannot_be_saved(tmp_path):
    case = altered(tmp_path)
    put(tmp_path, "other.yaml", "a: 1\n")
    proposal = proposed(case, ("coordination.value", 0.5))
    wrong = dataclasses.replace(proposal, files={"../other.yaml": ("a: 1\n", "a: 2\n")})
    with pytest.raises(UsageError, match="file name"):
        save(wrong)
    assert (tmp_path / "other.yaml").read_text() == "a: 1\n"


def test_the_loader_takes_no_notice_of_the_notes(tmp_path):
    case = altered(tmp_path)
    digest = load(case).digest
    save(proposed(case, ("coordination.value", 0.5)))
    undo(case)
    save(proposed(case, ("coordination.value", 0.5)))
    undo(case)
    assert load(case).digest == digest
    assert check(case).ok


def test_a_variant_holds_only_what_differs(tmp_path):
    case = altered(tmp_path)
    loaded = load(case)
    chosen = loaded.chosen("pact") | {"fees": "shared", "review": "none"}
    change = variant(loaded, "my-variant", " Mine: a try ", "pact", chosen)
    assert change.path == "packages.my-variant"
    assert change.value["choose"] == {"fees": "shared", "review": "none"}
    proposal = edited(case, [change])
    assert proposal.ok
    assert len(changed_lines(proposal)[1]) == 1
    save(proposal)
    assert load(case).chosen("my-variant") == chosen
    assert load(case).file.packages["my-variant"].title == "Mine: a try"


@pytest.mark.parametrize(
    ("name", "title", "base", "chosen"),
    [
        ("pact", "Taken", "pact", {"fees": "kept"}),
        ("", "x", "pact", {"fees": "kept"}),
        ("1st", "x", "pact", {"fees": "kept"}),
        ("a.b", "x", "pact", {"fees": "kept"}),
        ("../x", "x", "pact", {"fees": "kept"}),
        ("a\n", "x", "pact", {"fees": "kept"}),
        ("mine", " ", "pact", {"fees": "kept"}),
        ("mine", "x", "none-such", {"fees": "kept"}),
        ("mine", "x", "pact", {"fees": "none-such"}),
        ("mine", "x", "pact", {"none-such": "kept"}),
        ("mine", "x", "pact", {"fees": "dropped"}),
        ("mine", "x", "pact", {}),
    ],
)
def test_a_variant_needs_a_free_name_and_a_difference(tmp_path, name, title, base, chosen):
    with pytest.raises(UsageError):
        variant(load(altered(tmp_path)), name, title, base, chosen)


def test_a_case_that_cannot_be_read_is_told(tmp_path):
    case = altered(tmp_path)
    put(case, "case.yaml", "a: [1\n")
    proposal = proposed(case, ("title", "x"))
    assert not proposal.ok
    assert not proposal.files
    (case / "case.yaml").write_bytes(b"\xff")
    with pytest.raises(UsageError, match="UTF-8"):
        proposed(case, ("title", "x"))
    (case / "case.yaml").unlink()
    assert not proposed(case, ("title", "x")).ok
