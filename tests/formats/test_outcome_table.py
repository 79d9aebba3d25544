"""Tables of cases: what is read, and everything that is wrong with one."""

import json

import pytest

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
    assert [error.line for error in raised.value.errors] == [2, 3, 3]


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
