"""Tables of cases: what is read, and everything that is wrong with one."""

import csv
import io
import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord._errors import CaseErrors
from accord.cli.app import run
from accord.formats.outcome_table import read_outcome_table

GOOD = "a,b,kind,hit\n1,2.5,x,0\n2,3.5,y,1\n\n3,1e2,x,1.0\n"


def written(folder, text):
    file = folder / "cases.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def test_columns_are_numbers_where_every_cell_is_one(tmp_path):
    table = read_outcome_table(written(tmp_path, GOOD), "hit")
    assert table.inputs == {"a": [1, 2, 3], "b": [2.5, 3.5, 100], "kind": ["x", "y", "x"]}
    assert table.outcome == [False, True, True]
    assert list(read_outcome_table(written(tmp_path, GOOD), "hit", ["b"]).inputs) == ["b"]
    marked = written(tmp_path, "﻿" + GOOD.replace("\n", "\r\n"))
    assert read_outcome_table(marked, "hit") == table


@pytest.mark.parametrize(
    ("text", "outcome", "line", "found"),
    [
        (GOOD, "hits", 1, "no column 'hits'"),
        (GOOD.replace("kind", "a"), "hit", 1, "the column 'a' twice"),
        ('a,hit\n1,0\n"2,1\n' + "3,1\n" * 40_000, "hit", 3, "a cell of more than 131,072"),
        (GOOD.replace("2,3.5,y,1", "2,3.5,1"), "hit", 3, "3 cells"),
        (GOOD.replace("2,3.5,y,1", "2,,y,1"), "hit", 3, "nothing under 'b'"),
        (GOOD.replace("y,1", "y,yes"), "hit", 3, "'yes' under 'hit'"),
        (GOOD.replace("x,0", "x,1"), "hit", 1, "only 1 under 'hit'"),
        ("a,hit\n", "hit", 1, "no row under 'hit'"),
        ("hit\n0\n1\n", "hit", 1, "no column of inputs"),
        (b"a,hit\n\xff,1\n", "hit", 0, "bytes that are no UTF-8"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, text, outcome, line, found):
    with pytest.raises(CaseErrors) as raised:
        read_outcome_table(written(tmp_path, text), outcome)
    assert any(found in error.found and error.line == line for error in raised.value.errors)


def test_all_mistakes_are_told_at_once(tmp_path):
    text = GOOD.replace("x,0", "x,7").replace("2,3.5,y,1", "2,,y,no")
    with pytest.raises(CaseErrors) as raised:
        read_outcome_table(written(tmp_path, text), "hit")
    assert [(error.line, error.column) for error in raised.value.errors] == [(2, 9), (3, 3)]


def test_the_command_prints_the_documented_shape(tmp_path, capsys):
    rows = [f"{i},{i % 7},{'n' if i % 3 else 's'},{int(i > 60 and i % 3 > 0)}" for i in range(100)]
    file = written(tmp_path, "x,y,side,hit\n" + "\n".join(rows) + "\n")
    assert run(["solve", "discover", str(file), "--outcome", "hit", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"trajectory", "chosen"} <= set(told)
    box = told["trajectory"][told["chosen"]]
    assert box["dimensions"] == len(box["limits"]) == len(box["quasi_p"])
    assert box["limits"]["side"] == ["n"]
    low, high = box["limits"]["x"]
    assert 55 <= low <= 65
    assert high == 99
    assert box["quasi_p"]["x"][1] is None
    assert run(["solve", "discover", str(file), "--outcome", "hit"]) == 0
    assert "x: at least" in capsys.readouterr().out
    assert run(["solve", "discover", str(file), "--outcome", "hit", "--peel", "2"]) == 2
    assert "peel: found 2" in capsys.readouterr().err


@pytest.mark.parametrize("peel", ["0.001", "0.1"])
def test_of_many_boxes_some_are_printed(tmp_path, capsys, peel):
    rows = "".join(f"{i},{int(i >= 450)}\n" for i in range(500))
    command = ["solve", "discover", str(written(tmp_path, "x,hit\n" + rows)), "--outcome", "hit"]
    assert run([*command, "--peel", peel, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert run([*command, "--peel", peel]) == 0
    text = capsys.readouterr().out
    cells = [line.replace("*", " ").split() for line in text.splitlines()]
    shown = [int(row[0]) for row in cells if len(row) == 5 and row[0].isdigit()]
    boxes = len(told["trajectory"])
    assert told["trajectory"][-1]["density"] == 1
    assert {0, told["chosen"], boxes - 1} <= set(shown)
    assert text.count(" * ") == 1
    if peel == "0.1":
        assert shown == list(range(boxes))
        assert "--json" not in text
    else:
        assert boxes > 400
        assert len(shown) in {40, 41}
        assert max(b - a for a, b in itertools.pairwise(shown)) <= boxes / 39 + 1
        assert f"These are {len(shown)} of {boxes:,} boxes; --json has all." in text


def refused(folder, text, capsys, *words):
    """The mistakes that the command tells in JSON, and as text, for a table it must not take."""
    command = ["solve", "discover", str(written(folder, text)), "--outcome", "hit", *words]
    assert run(command) != 0
    said = capsys.readouterr()
    assert not said.out
    assert run([*command, "--json"]) != 0
    return json.loads(capsys.readouterr().out)["errors"], said.err


def many(count=200, **cells):
    """A table with two numbers, a category and an outcome; cells by their row and column."""
    rows = [[f"{i / 8}", str(i % 7), "ns"[i % 2], str(int(i > 120))] for i in range(count)]
    for place, cell in cells.items():
        column, row = place.split("_")
        rows[int(row)]["abkh".index(column)] = cell
    return "a,b,kind,hit\n" + "".join(",".join(row) + "\n" for row in rows)


@pytest.mark.parametrize(
    "cell", ["NA", "N/A", "nan", "NaN", "null", "None", "inf", "-inf", "1e999", "", "1 000", "x"]
)
def test_what_is_no_number_among_numbers_is_refused(tmp_path, capsys, cell):
    (error,), text = refused(tmp_path, many(b_10=cell), capsys)
    assert (error["line"], error["column"], error["path"]) == (12, 6, "b")
    assert (repr(cell) if cell else "nothing") + " under 'b'" in error["found"]
    assert error["wanted"] == "a finite number, as in 199 of 200 rows"
    assert "leave the row out or fill the number in" in error["hint"]
    assert "cases.csv:12:6: b" in text


def test_many_bad_cells_of_a_column_are_one_mistake(tmp_path, capsys):
    bad = {f"a_{row}": "NA" for row in range(0, 180, 2)} | {"b_7": "inf", "k_9": "", "k_11": ""}
    errors, text = refused(tmp_path, many(**bad), capsys)
    assert [(e["path"], e["line"], e["column"]) for e in errors] == [
        ("a", 2, 1), ("b", 9, 7), ("kind", 11, 9),
    ]  # fmt: skip
    assert "the first of 90 rows (of 200)" in errors[0]["found"]
    assert "lines 2, 4, 6, 8, 10, …" in errors[0]["found"]
    assert "2 rows (of 200) that hold nothing: lines 11, 13" in errors[2]["found"]
    assert "3 errors" in text


@pytest.mark.parametrize(("numbers", "taken"), [(50, True), (51, False)])
def test_more_than_half_of_the_cells_make_a_column_of_numbers(tmp_path, numbers, taken):
    kinds = [str(i % 3) if i < numbers else "abc"[i % 3] for i in range(100)]
    text = "kind,hit\n" + "".join(f"{kind},{i % 2}\n" for i, kind in enumerate(kinds))
    if taken:
        assert read_outcome_table(written(tmp_path, text), "hit").inputs == {"kind": kinds}
        return
    with pytest.raises(CaseErrors, match=r"'a' under 'kind', the first of 49 rows \(of 100\)"):
        read_outcome_table(written(tmp_path, text), "hit")


@pytest.mark.parametrize(
    ("different", "count", "taken"),
    [(51, 100, False), (51, 102, True), (52, 102, False), (50, 50, True), (51, 51, False)],
)
def test_a_column_that_names_its_rows_is_refused(tmp_path, capsys, different, count, taken):
    rows = [f"id{i % different},{i % 5},{i % 2}" for i in range(count)]
    text = "id,x,hit\n" + "\n".join(rows) + "\n"
    if not taken:
        (error,), _ = refused(tmp_path, text, capsys)
        assert (error["line"], error["column"], error["path"]) == (1, 1, "id")
        assert error["found"] == f"{different} different values in {count} rows under 'id'"
        assert "leave the column out" in error["hint"]
    named = ["--input", "x"] if not taken else []
    file = str(written(tmp_path, text))
    assert run(["solve", "discover", file, "--outcome", "hit", *named, "--json"]) == 0


@pytest.mark.parametrize(
    ("values", "hint"),
    [
        (("yes", "no"), "write 1 for yes and 0 for no"),
        (("True", "FALSE"), "write 1 for true and 0 for false"),
        (("2", "yes"), "name another column"),
        (("0.5", "3"), "name another column"),
    ],
)
def test_a_wrong_outcome_is_one_mistake(tmp_path, capsys, values, hint):
    cells = {f"h_{row}": values[row % 2] for row in range(5, 195)}
    (error,), text = refused(tmp_path, many(**cells), capsys)
    assert (error["line"], error["column"], error["path"]) == (7, 11, "hit")
    told = f"{values[1]!r} under 'hit', the first of 190 rows (of 200) that hold neither 0 nor 1"
    assert error["found"].startswith(told)
    assert error["wanted"] == "0 or 1 in every row"
    assert hint in error["hint"]
    caret = next(line for line in text.splitlines() if line.strip() == "^")
    shown = text.splitlines()[text.splitlines().index(caret) - 1]
    assert shown[caret.index("^") :] == values[1]
    assert "1 error" in text


def test_rows_of_another_length_are_one_mistake(tmp_path, capsys):
    (error,), _ = refused(tmp_path, many().replace("\n", ",\n").replace("hit,", "hit"), capsys)
    assert error["line"] == 2
    assert error["found"].startswith("5 cells, the first of 200 rows (of 200)")


def test_a_column_without_a_name_is_refused(tmp_path, capsys):
    (error,), text = refused(tmp_path, many().replace("kind", " "), capsys, "--input", "a")
    assert (error["line"], error["column"]) == (1, 6)
    assert error["found"] == "a column without a name"
    assert "cases.csv:1:6" in text


def test_where_no_box_exists_a_sentence_says_so(tmp_path, capsys):
    text = "a,kind,hit\n" + "".join(f"1,x,{int(i % 3 == 0)}\n" for i in range(90))
    command = ["solve", "discover", str(written(tmp_path, text)), "--outcome", "hit"]
    assert run(command) == 0
    told = capsys.readouterr().out
    assert "No input tells hit = 1 apart from hit = 0" in told
    assert told.endswith("so no box was found.\n")
    assert "lie there" not in told
    assert run([*command, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (len(found["trajectory"]), found["chosen"]) == (1, 0)
    assert found["trajectory"][0]["limits"] == found["trajectory"][0]["quasi_p"] == {}


def test_where_all_cases_are_the_best_box_a_sentence_says_so(tmp_path, capsys):
    text = "a,hit\n" + "".join(f"{i},{int(i % 10 > 0 and i != 95)}\n" for i in range(100))
    assert run(["solve", "discover", str(written(tmp_path, text)), "--outcome", "hit"]) == 0
    told = capsys.readouterr().out
    assert "No box is better than all cases together" in told
    assert "lie there" not in told


WORDS = st.text('ab," \n', max_size=6).map(lambda word: f"w{word}")


@given(rows=st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6))
def test_a_place_is_where_the_cell_begins(tmp_path_factory, rows):
    """Behind quoted cells with commas, quotation marks and line breaks, too."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["k", "l", "hit"])
    for number, (left, right) in enumerate(rows, 1):
        writer.writerow([left, right, "wrong" if number == len(rows) else "0"])
    before = out.getvalue()[: -len("wrong\n")]
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    file = written(tmp_path_factory.mktemp("places"), out.getvalue())
    with pytest.raises(CaseErrors) as raised:
        read_outcome_table(file, "hit")
    (error,) = raised.value.errors
    assert (error.line, error.column) == place
