"""National Material Capabilities: columns, numbers, what is missing, and mistakes with places."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accord._errors import CaseErrors
from accord.formats.cow import COMPONENTS, is_cow, read_cow
from accord.formats.source import read_source
from negotiations import KTAB

HEADER = "stateabb,ccode,year,milex,milper,irst,pec,tpop,upop,cinc,version"
ROWS = (
    "USA,2,1816,3823,17,80,254,8659,101,.039697491,2025",
    "UKG,200,1816,-9,255,-9.0,19000,19520,,0.3366,2025",
)
HERE = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def put(tmp_path, *lines, name="NMC-70-abridged.csv", end="\n", encoding="utf-8"):
    file = tmp_path / name
    file.write_bytes((end.join(lines) + end).encode(encoding))
    return file


def mistakes(file):
    with pytest.raises(CaseErrors) as raised:
        read_cow(file)
    return raised.value.errors


def test_rows_become_records_and_missing_numbers_none(tmp_path):
    table = read_cow(put(tmp_path, HEADER, *ROWS))
    first, second = table.records
    assert (first.state, first.code, first.year, first.line) == ("USA", 2, 1816, 2)
    assert [first.component(name) for name in COMPONENTS] == [
        80.0, 3823.0, 17.0, 254.0, 8659.0, 101.0, 0.039697491
    ]  # fmt: skip
    assert (second.milex, second.irst, second.upop) == (None, None, None)
    assert second.milper == 255.0
    assert (table.version, table.latest, table.ignored) == ("2025", 1816, ())


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda text: text.replace(",", ";"),
        lambda text: text.replace(",", "\t"),
        lambda text: ",".join(f'"{part}"' for part in text.split(",")),
        lambda text: ",".join(reversed(text.split(","))),
        lambda text: text.replace(",", " , "),
    ],
    ids=["capitals", "semicolons", "tabs", "quotes", "other order", "blanks"],
)
def test_the_same_in_other_clothes_is_the_same(tmp_path, change):
    plain = read_cow(put(tmp_path, HEADER, *ROWS))
    clothed = put(tmp_path, *map(change, (HEADER, *ROWS)), name="other.csv", end="\r\n")
    assert is_cow(read_source(clothed))
    assert read_cow(clothed).records == plain.records
    marked = put(tmp_path, "\ufeff" + HEADER, *ROWS, name="marked.csv")
    assert read_cow(marked).records == plain.records


def test_the_version_may_be_missing_and_other_columns_are_told(tmp_path):
    header = HEADER.removesuffix(",version") + ",statenme"
    table = read_cow(put(tmp_path, header, ROWS[0].replace("2025", "United States")))
    assert table.version == ""
    assert table.ignored[0].endswith("NMC-70-abridged.csv:1: columns that were not used: statenme")


def test_missing_and_renamed_columns_are_told_at_once(tmp_path):
    file = put(tmp_path, HEADER.replace("milex", "mil_ex").replace("cinc", "x"), *ROWS)
    errors = mistakes(file)
    assert [(e.line, e.column, e.found) for e in errors] == [
        (1, 21, "the column 'mil_ex'"), (1, 56, "no column 'cinc'")
    ]  # fmt: skip
    assert errors[0].wanted == "the column 'milex'"
    assert errors[0].text.startswith("stateabb")
    assert "second time" in mistakes(put(tmp_path, HEADER + ",year", *ROWS))[0].found


def test_bad_cells_are_told_with_line_and_column(tmp_path):
    rows = [
        ROWS[0],
        "FRN,220,1816,many,17,80,254,8659,101,.04,2025",
        ",220,1817.5,1,-17,80,254,8659,101,1.04,2025",
        "FRN,220,1818,1",
        "USA,2,1816,1,1,1,1,1,1,0.1,2025",
        "FRN,two,1819,1,1,1,1,1,1,-0.1,2025",
    ]
    errors = mistakes(put(tmp_path, HEADER, *rows))
    assert [(e.line, e.column) for e in errors] == [
        (3, 14), (4, 1), (4, 6), (4, 15), (4, 35), (5, 14), (6, 1), (7, 5), (7, 26)
    ]  # fmt: skip
    found = [error.found for error in errors]
    assert found[0] == "'many'"
    assert found[6] == "USA in 1816 a second time"
    assert "line 2" in errors[6].wanted
    assert "0 to 1" in errors[4].wanted


def test_files_without_rows_or_in_other_encodings_are_refused(tmp_path):
    assert "header alone" in mistakes(put(tmp_path, HEADER))[0].found
    odd = put(tmp_path, HEADER, ROWS[0].replace("USA", "É"), encoding="latin-1")
    assert "neither UTF-8" in mistakes(odd)[0].found


def test_only_such_files_are_taken_for_capabilities(tmp_path):
    assert not is_cow(read_source(put(tmp_path, *KTAB.splitlines(), name="oil.csv")))
    assert not is_cow(read_source(put(tmp_path, "year,tpop,upop,pec", "1,2,3,4", name="x.csv")))
    assert is_cow(read_source(put(tmp_path, "stateabb,year,tpop,upop", "1,2,3,4", name="y.csv")))


@HERE
@given(st.lists(st.text(alphabet='USAFRN,";\t.-0123456789 e', max_size=30), min_size=1, max_size=6))
def test_any_rows_are_read_or_refused(tmp_path_factory, rows):
    file = put(tmp_path_factory.mktemp("any"), HEADER, ROWS[0], *rows)
    try:
        table = read_cow(file)
    except CaseErrors as refusal:
        assert {error.line for error in refusal.errors} <= set(range(len(rows) + 3))  # noqa: PT017
    else:
        assert table.records
