"""The aid tracker's workbook: layouts, columns, cells, and files that nobody should trust.

No file of the tracker is used: the workbooks are made here, with its names of sheets and columns.
"""

import contextlib
import datetime as dt
import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from accord._errors import CaseErrors
from accord.formats import kiel_workbook
from accord.formats.kiel import MAIN, read_tracker
from accord.formats.kiel_summary import SUMMARY

VARIABLES = (
    "activity_id", "donor", "announcement_date", "measure", "aid_type_general",
    "aid_type_specific", "explanation", "item", "reporting_currency", "tot_activity_value_EUR",
    "tot_sub_activity_value_EUR", "tot_sub_activity_value_EUR_redistr", "month",
)  # fmt: skip
DAY = dt.datetime(2024, 3, 5)  # noqa: DTZ001  workbooks know no zones
ROW = dict(
    zip(
        VARIABLES,
        ("NOM1", "Norway", DAY, "Allocation", "Military", ".", "Shells", "155mm", "NOK", 5e8, 3e8,
         3e8, 27),
        strict=True,
    )
)  # fmt: skip
HERE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def saved(tmp_path, sheets, name="Ukraine_Support_Tracker_Release_28.xlsx"):
    """A workbook of these sheets, each a list of rows."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(tmp_path / name)
    return tmp_path / name


def main_sheet(*changes, header=VARIABLES, above=()):
    """The main sheet with a row for each set of changes to ``ROW``."""
    rows = [[{**ROW, **change}.get(name) for name in VARIABLES] for change in changes]
    return {MAIN: [*above, header, *rows]}


def mistakes(file):
    """Cell, found and wanted of every mistake."""
    with pytest.raises(CaseErrors) as raised:
        read_tracker(file)
    return raised.value.errors


def summary_sheet(*rows, top=7, unit="€ billion"):
    header = [None, "Country", "EU member", "Geographic Europe", "Financial allocations",
              "Humanitarian allocations", "Military allocations", "Total bilateral allocations",
              "Total bilateral allocations", "Financial commitments", "Humanitarian commitments",
              "Military commitments", "Total bilateral commitments"]  # fmt: skip
    units = [None, None, None, None, unit, unit, unit, unit, "% 2021 GDP", *[unit] * 4]
    return {SUMMARY: [*[[]] * top, header, units, *rows]}


def test_a_row_makes_a_commitment_and_an_allocation(tmp_path):
    tracker = read_tracker(saved(tmp_path, main_sheet({})))
    assert (tracker.release, tracker.layout, tracker.allocated) == (
        "28",
        "names of variables",
        True,
    )
    commitment, allocation = tracker.entries
    assert (commitment.measure, commitment.value) == ("commitment", 5e8)
    assert (allocation.measure, allocation.value) == ("allocation", 3e8)
    assert commitment.donor == "Norway"
    assert commitment.kind == "military"
    assert commitment.date == dt.date(2024, 3, 5)
    assert commitment.month == "2024-03"
    assert commitment.activity == "NOM1"
    assert (commitment.item, commitment.explanation) == ("155mm", "Shells")
    assert commitment.row == 2
    assert tracker.as_of == "2024-03-05"


def test_what_is_committed_alone_is_no_allocation_and_parts_repeat_no_commitment(tmp_path):
    rows = (
        {"measure": "Commitment", "tot_sub_activity_value_EUR_redistr": 0},
        {"tot_activity_value_EUR": None, "tot_sub_activity_value_EUR_redistr": 1e8},
        {"measure": "Commitment", "tot_sub_activity_value_EUR_redistr": 7.0},
    )
    tracker = read_tracker(saved(tmp_path, main_sheet(*rows)))
    assert [(e.measure, e.value, e.row) for e in tracker.entries] == [
        ("commitment", 5e8, 2), ("allocation", 1e8, 3), ("commitment", 5e8, 4)
    ]  # fmt: skip
    assert any("not counted: 1" in sentence for sentence in tracker.ignored)


def test_the_titles_of_earlier_releases_are_read_with_allocations(tmp_path):
    header = ("ID", "Countries", "Announcement Date", "Type of Aid General", "Type of donation",
              "Converted Value in EUR", "Allocated Total in EUR (redistributed)", "EU")  # fmt: skip
    rows = [("DEM1", "Germany", 45000, "Financial", "Allocation", 2e9, 1e9, 1)]
    file = saved(tmp_path, {MAIN: [header, *rows]}, "UST_data.xlsx")
    tracker = read_tracker(file)
    assert tracker.layout == "titles with allocations"
    assert tracker.release == ""
    assert [(e.measure, e.value) for e in tracker.entries] == [
        ("commitment", 2e9), ("allocation", 1e9)
    ]  # fmt: skip
    assert tracker.entries[0].date == dt.date(2023, 3, 15)
    assert "1 column was not used (EU)" in tracker.ignored[0]


@pytest.mark.parametrize("donor", ["Countries", "countries"])
def test_the_first_releases_state_commitments_alone(tmp_path, donor):
    header = ("ID", donor, "Announcement Date", "Type of Aid General", "Converted Value in EUR",
              "Total monetary value delivered in EUR")  # fmt: skip
    rows = [("PLM1", "Poland", "until 12/20/2022", "Military", 1e9, "No price")]
    tracker = read_tracker(saved(tmp_path, {MAIN.replace("A", "a", 1): [header, *rows]}))
    assert not tracker.allocated
    (entry,) = tracker.entries
    assert (entry.value, entry.date) == (1e9, dt.date(2022, 12, 20))
    assert any("states no allocations" in sentence for sentence in tracker.ignored)


def test_the_header_may_stand_lower_and_its_columns_in_any_order(tmp_path):
    header = tuple(reversed(VARIABLES))
    rows = [[ROW[name] for name in header]]
    above = [["Kiel Institute"], [], ["Data"]]
    tracker = read_tracker(saved(tmp_path, {MAIN: [*above, header, *rows]}))
    assert [entry.row for entry in tracker.entries] == [5, 5]


def test_missing_renamed_and_repeated_columns_are_told_at_once(tmp_path):
    header = [{"donor": "donors", "measure": "stage of it", "month": "item"}.get(n, n)
              for n in VARIABLES]  # fmt: skip
    file = saved(tmp_path, main_sheet({}, header=header))
    errors = mistakes(file)
    assert {error.path: error.found for error in errors} == {
        f"{MAIN}!A1": "no column 'measure'",
        f"{MAIN}!B1": "the column 'donors'",
        f"{MAIN}!M1": "the column 'item' a second time",
    }
    assert all(error.line == 1 and error.file == str(file) for error in errors)
    assert next(e for e in errors if e.path.endswith("B1")).wanted == "the column 'donor'"
    assert "renamed" in next(e for e in errors if e.path.endswith("B1")).hint


def test_a_title_that_moved_out_of_the_header_is_told(tmp_path):
    header = ["" if name == "measure" else name for name in VARIABLES]
    above = [[None, None, None, "measure"]]
    (error,) = mistakes(saved(tmp_path, main_sheet({}, header=header, above=above)))
    assert error.path == f"{MAIN}!D1"
    assert "outside the header in row 2" in error.found


@pytest.mark.parametrize(
    ("column", "value", "found"),
    [
        ("tot_activity_value_EUR", "many", "'many'"),
        ("tot_activity_value_EUR", "#REF!", "'#REF!'"),
        ("tot_activity_value_EUR", True, "True"),
        ("tot_activity_value_EUR", -5, "-5"),
        ("tot_sub_activity_value_EUR_redistr", -0.5, "-0.5"),
        ("aid_type_general", "Militery", "'Militery'"),
        ("aid_type_general", None, "nothing"),
        ("measure", "Delivery", "'Delivery'"),
        ("reporting_currency", "Euros", "'Euros'"),
        ("donor", ".", "nothing"),
        ("month", 2.5, "2.5"),
        ("announcement_date", 12, "12"),
    ],
)
def test_cells_that_do_not_fit_are_told_with_their_place(tmp_path, column, value, found):
    (error,) = mistakes(saved(tmp_path, main_sheet({}, {column: value})))
    letter = "ABCDEFGHIJKLM"[VARIABLES.index(column)]
    assert error.path == f"{MAIN}!{letter}3"
    assert (error.line, error.column) == (3, VARIABLES.index(column) + 1)
    assert error.found == found
    assert column in error.wanted


def test_all_bad_cells_are_told_at_once(tmp_path):
    rows = [{"tot_activity_value_EUR": "x", "measure": "y"}, {}, {"donor": ""}]
    errors = mistakes(saved(tmp_path, main_sheet(*rows)))
    assert [error.path for error in errors] == [f"{MAIN}!D2", f"{MAIN}!J2", f"{MAIN}!B4"]


@pytest.mark.parametrize(
    "word", [".", "No price", "Not Given", "undisclosed", "No Information", "", None]
)
def test_known_placeholders_are_counted_and_not_refused(tmp_path, word):
    rows = [{"tot_activity_value_EUR": word, "announcement_date": word, "month": 0}]
    tracker = read_tracker(saved(tmp_path, main_sheet(*rows)))
    (entry,) = tracker.entries
    assert entry.measure == "allocation"
    assert (entry.date, entry.month) == (None, "")
    assert any("without day or month: 1" in sentence for sentence in tracker.ignored)
    assert any("word for no amount" in s for s in tracker.ignored) == bool(word)


def test_words_with_blanks_and_months_with_numbers_are_understood(tmp_path):
    row = {
        "aid_type_general": "Humanitarian ",
        "measure": "allocation",
        "donor": " Czech  Republic",
        "announcement_date": "in spring",
        "month": 25,
        "tot_activity_value_EUR": "1e3",
    }
    tracker = read_tracker(saved(tmp_path, main_sheet(row)))
    entry = tracker.entries[0]
    assert (entry.kind, entry.donor) == ("humanitarian", "Czech Republic")
    assert (entry.date, entry.month, entry.value) == (None, "2024-01", 1000.0)
    told = " ".join(tracker.ignored)
    assert "name no day of this century: 1" in told
    assert "number written as text" in told


def test_remarks_below_the_data_and_rows_without_amounts_are_counted(tmp_path):
    nothing = dict.fromkeys(VARIABLES)
    remark = {**nothing, "explanation": "Note: see the paper"}
    empty = {"tot_activity_value_EUR": 0, "tot_sub_activity_value_EUR_redistr": None}
    tracker = read_tracker(saved(tmp_path, main_sheet({}, empty, nothing, remark)))
    assert len(tracker.entries) == 2
    told = " ".join(tracker.ignored)
    assert "remarks: 1" in told
    assert "without an amount: 1" in told


def test_the_summary_is_read_in_euros_until_its_total(tmp_path):
    rows = [
        [None, "Norway", 0, 1, 2, 1, 6, 9, 0.02, 4, 1, 15, 20],
        [None, "EU (Commission and Council)", 0, 1, 5, ".", 0, 5, 0, 9, 0, 0, 9],
        [None, "Total", None, None, 7, 1, 6, 14, 0, 13, 1, 15, 29],
        [None, "Note", None, None, "text"],
    ]
    tracker = read_tracker(saved(tmp_path, summary_sheet(*rows)))
    assert not tracker.entries
    assert tracker.allocated
    found = {(r.donor, r.kind): (r.committed, r.allocated) for r in tracker.summary}
    assert found["Norway", "military"] == (15e9, 6e9)
    assert found["EU (Commission and Council)", "humanitarian"] == (0.0, 0.0)
    assert len(found) == 6
    assert any(f"no sheet {MAIN!r}" in sentence for sentence in tracker.ignored)


def test_a_summary_of_commitments_alone_and_one_in_dollars(tmp_path):
    header = ["Country", "Financial commitments", "Humanitarian commitments",
              "Military commitments"]  # fmt: skip
    sheets = {SUMMARY: [header, ["Poland", 1, 2, "."], ["Norway", 1, 2, 3]]}
    tracker = read_tracker(saved(tmp_path, sheets))
    assert not tracker.allocated
    assert {row.allocated for row in tracker.summary} == {None}
    errors = mistakes(saved(tmp_path, summary_sheet(unit="$ billion")))
    assert len(errors) == 6
    assert errors[0].wanted == "a column in € billion"


def test_a_missing_column_of_the_summary_is_told(tmp_path):
    sheets = summary_sheet([None, "Norway", 0, 1, 2, 1, 6, 9, 0.02, 4, 1, 15, 20])
    sheets[SUMMARY][7][11] = "Military commitment"
    (error,) = mistakes(saved(tmp_path, sheets))
    assert error.path == f"{SUMMARY}!L8"
    assert error.wanted == "the column 'Military commitments'"
    (error,) = mistakes(saved(tmp_path, {SUMMARY: [["nothing"]]}))
    assert "no header" in error.found


def test_the_release_comes_from_the_name_or_else_from_the_first_sheets(tmp_path):
    sheets = {"Cover": [["Ukraine Support Tracker"], ["Release 21"]], **main_sheet({})}
    assert read_tracker(saved(tmp_path, sheets, "tracker.xlsx")).release == "21"
    assert read_tracker(saved(tmp_path, sheets, "x_Release_30v2.xlsx")).release == "30v2"


def test_workbooks_of_something_else_are_refused(tmp_path):
    (error,) = mistakes(saved(tmp_path, {"Bilateral Assistance, DATA": [[1]]}))
    assert "was 'Bilateral Assistance, DATA' renamed?" in error.hint
    (error,) = mistakes(saved(tmp_path, {MAIN: [["a", "b"]]}))
    assert "no header" in error.found
    (error,) = mistakes(saved(tmp_path, {MAIN: []}))
    assert "no header" in error.found
    (error,) = mistakes(saved(tmp_path, main_sheet()))
    assert error.found == "no row with an amount"


def test_formulas_are_not_evaluated(tmp_path):
    row = {"tot_activity_value_EUR": "=1+1", "tot_sub_activity_value_EUR_redistr": "=2"}
    (error,) = mistakes(saved(tmp_path, main_sheet(row)))
    assert error.found == "no row with an amount"
    assert "save it" in error.hint


# -- files that nobody should trust


def repacked(file, change, **more):
    """The workbook with one part changed, and more parts beside."""
    out = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in more.items():
            new.writestr(name, content)
    file.write_bytes(out.getvalue())
    return file


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b"<html>Not found</html>", "no workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "encrypted"),
        (b"PK\x03\x04" + b"\0" * 60, "cannot be read"),
    ],
)
def test_files_that_are_no_workbooks_are_refused(tmp_path, content, found):
    file = tmp_path / "tracker.xlsx"
    file.write_bytes(content)
    (error,) = mistakes(file)
    assert found in error.found


def test_missing_files_folders_and_archives_of_something_else_are_refused(tmp_path):
    assert mistakes(tmp_path / "none.xlsx")[0].found == "no such file"
    (tmp_path / "folder.xlsx").mkdir()
    assert mistakes(tmp_path / "folder.xlsx")[0].found == "a folder"
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "cannot be read" in mistakes(tmp_path / "other.xlsx")[0].found


def test_too_large_files_and_bombs_are_refused_before_they_are_unpacked(tmp_path, monkeypatch):
    file = saved(tmp_path, main_sheet({}))
    monkeypatch.setattr(kiel_workbook, "MOST_UNPACKED", 5_000_000)
    repacked(file, lambda _, content: content, bomb=b"\0" * 6_000_000)
    assert file.stat().st_size < 50_000
    (error,) = mistakes(file)
    assert "unpack to" in error.found
    monkeypatch.setattr(kiel_workbook, "MOST_BYTES", 1_000)
    assert "at most 1,000 bytes" in mistakes(file)[0].wanted


def test_sheets_with_too_many_rows_or_cells_are_refused(tmp_path, monkeypatch):
    file = saved(tmp_path, main_sheet({}, {}, {}))
    monkeypatch.setattr(kiel_workbook, "MOST_CELLS", 30)
    assert "more than 30 cells" in mistakes(file)[0].found
    far = repacked(file, lambda _, content: content.replace(b'<row r="4"', b'<row r="900000000"'))
    monkeypatch.undo()
    assert "more than 200,000 rows" in mistakes(far)[0].found


def test_declared_entities_and_encrypted_parts_are_refused(tmp_path):
    file = saved(tmp_path, main_sheet({}))
    declared = b'<!DOCTYPE x [<!ENTITY a "b">]>'
    repacked(file, lambda n, c: declared + c if n == "xl/workbook.xml" else c)
    assert "declarations in xl/workbook.xml" in mistakes(file)[0].found
    file = saved(tmp_path, main_sheet({}))
    content = bytearray(file.read_bytes())
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    file.write_bytes(bytes(content))
    assert "encrypted" in mistakes(file)[0].found


@HERE
@given(
    places=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=6),
    part=st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml",
                          "[Content_Types].xml", "xl/sharedStrings.xml"]),
)  # fmt: skip
def test_damaged_workbooks_are_read_or_refused(tmp_path_factory, places, part):
    file = saved(tmp_path_factory.mktemp("damaged"), main_sheet({}))

    def damage(name, content):
        changed = bytearray(content)
        for place, byte in places if name == part else ():
            changed[int(place * len(changed))] = byte
        return bytes(changed)

    repacked(file, damage)
    with contextlib.suppress(CaseErrors):
        read_tracker(file)
