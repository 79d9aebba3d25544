"""Files of what an exploration found, read back by those who will read them."""

import csv
import json
import sys
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest

import accord
from accord._errors import UsageError
from accord.cli.app import run
from accord.explore.labelled import to_pandas, to_xarray
from accord.explore.search.exploring import Effort, allowed_levels, best_of, nothing_of, prepare
from accord.explore.search.tabling import ENDINGS, result_file, rows_of, write_explored
from accord.run.what_if import CHOSEN
from teaching import TEACHING, altered

RULE = "without-south"

HOSTILE = '=cmd|" /C calc"!A1'


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tabled")
    title = ("title: The harbour pact\n", f"title: '{HOSTILE}'\n")
    return prepare(accord.load(altered(folder, title)), worlds=512, seed=3)


@pytest.fixture(scope="module")
def explored(prepared):
    allowed = allowed_levels(prepared.case, {"review": ["yearly", "none"]})
    found = best_of(prepared, RULE, allowed, Effort(seconds=20.0))
    assert len(found.best) > 1
    return found


@pytest.fixture
def written(prepared, explored, tmp_path):
    for ending in ENDINGS:
        write_explored(tmp_path / f"best{ending}", prepared, explored)
    return tmp_path


def expected(explored):
    """A row a package, from the record alone."""
    for rank, one in enumerate(explored.best, start=1):
        row = {"rank": rank, "proven": one.proven}
        row |= {f"level.{name}": level for name, level in one.levels.items()}
        row |= {f"share.{test}": share.value for test, share in one.tests.items()}
        for name, share in (("joint", one.joint), ("joint_fresh", one.fresh)):
            row |= {name: share.value, f"{name}_se": share.standard_error}
            row[f"{name}_bound"] = share.bound
        yield row


def same_rows(table, explored, digits=17):
    """Equal to the last digit, or to as many as a format has."""
    wanted = list(expected(explored))
    assert len(table) == len(wanted)
    for found, row in zip(table, wanted, strict=True):
        assert set(found) == set(row)
        for name, value in row.items():
            if value is None:
                assert pd.isna(found[name]), name
            else:
                exact = digits == 17 or not isinstance(value, float)
                assert found[name] == (value if exact else pytest.approx(value, rel=1e-15)), name


def test_a_table_comes_back_through_pandas(written, explored):
    table = pd.read_csv(written / "best.csv", keep_default_na=False, na_values=[""])
    same_rows(table.to_dict("records"), explored)
    assert list(table.columns[:2]) == ["rank", f"level.{next(iter(explored.best[0].levels))}"]


def test_a_workbook_comes_back_with_numbers_as_numbers(written, explored):
    book = openpyxl.load_workbook(written / "best.xlsx")
    assert book.sheetnames == ["packages", "search"]
    head, *rows = book["packages"].iter_rows(values_only=True)
    same_rows([dict(zip(head, row, strict=True)) for row in rows], explored, digits=16)


def test_the_second_sheet_says_what_was_searched(written, prepared, explored):
    about = dict(
        openpyxl.load_workbook(written / "best.xlsx")["search"].iter_rows(values_only=True)
    )
    assert about["case"] == HOSTILE
    assert about["as_of"] == "2025-01-01"
    assert about["digest"] == prepared.case.digest
    assert (about["rule"], about["lines"]) == (RULE, "stated")
    assert (about["worlds"], about["seed"], about["packages"]) == (512, 3, explored.packages)
    assert (about["bound"], about["gap"]) == (explored.bound, explored.gap)
    assert about["reproducible"] is explored.reproducible
    assert about["seconds"] == pytest.approx(explored.seconds)
    assert about["tests"] == ", ".join(explored.assessed)


@pytest.mark.parametrize("text", [HOSTILE, "+1+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_text_becomes_a_formula(prepared, explored, tmp_path, text):
    first = explored.best[0]
    levels = dict.fromkeys(first.levels, text)
    hostile = replace(explored, best=(replace(first, levels=levels),))
    for ending in (".csv", ".xlsx"):
        write_explored(tmp_path / f"best{ending}", prepared, hostile)
    with (tmp_path / "best.csv").open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    assert {row[f"level.{name}"] for name in levels} == {f"'{text}"}
    book = openpyxl.load_workbook(tmp_path / "best.xlsx")
    cells = [cell for sheet in book for cells in sheet.iter_rows() for cell in cells]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n", "b"}
    texts = [
        cell for cell in cells if isinstance(cell.value, str) and cell.value[0] in "=+-@\t\r\n"
    ]
    assert len(texts) >= len(levels)
    assert all(cell.quotePrefix for cell in texts)


def test_characters_that_no_workbook_takes_are_replaced(prepared, explored, tmp_path):
    first = explored.best[0]
    levels = dict.fromkeys(first.levels, "bell\x07")
    write_explored(
        tmp_path / "best.xlsx", prepared, replace(explored, best=(replace(first, levels=levels),))
    )
    sheet = openpyxl.load_workbook(tmp_path / "best.xlsx")["packages"]
    assert sheet["B2"].value == "bell\N{REPLACEMENT CHARACTER}"


def test_arrays_say_in_which_worlds_each_package_passes(written, prepared, explored):
    with np.load(written / "best.npz", allow_pickle=False) as found:
        arrays = dict(found)
    weights = arrays["weights"]
    assert arrays["tests"].tolist() == list(explored.assessed)
    assert weights.shape == (512,)
    together = np.ones_like(arrays["joint"])
    for p, one in enumerate(explored.best):
        names = [
            own[level]
            for own, level in zip(arrays["level_names"], arrays["levels"][p], strict=True)
        ]
        assert dict(zip(arrays["provisions"], names, strict=True)) == one.levels
        verdict = prepared.asking.judge(one.levels).verdict
        for test in explored.assessed:
            passes = arrays[f"passes.{test}"][p]
            assert np.array_equal(passes, verdict.passes(test, RULE, CHOSEN))
            assert np.average(passes, weights=weights) == pytest.approx(one.tests[test].value)
            together[p] &= passes
        assert np.average(arrays["joint"][p], weights=weights) == pytest.approx(one.joint.value)
    assert np.array_equal(arrays["joint"], together)
    assert json.loads(str(arrays["search"]))["rule"] == RULE


def test_json_is_what_the_command_prints_and_what_was_searched(written, explored):
    content = json.loads((written / "best.json").read_text(encoding="utf-8"))
    about = content.pop("search")
    assert content == json.loads(json.dumps(explored.as_json()))
    assert about["case"] == HOSTILE


@pytest.mark.parametrize("name", ["best", "best.xls", "best.parquet", "best.csv.gz", ".csv"])
def test_unknown_endings_are_refused_with_those_that_are_known(prepared, explored, tmp_path, name):
    with pytest.raises(UsageError) as refused:
        write_explored(tmp_path / name, prepared, explored)
    assert all(ending in str(refused.value) for ending in ENDINGS)
    assert not list(tmp_path.iterdir())


def test_an_ending_in_capitals_is_that_ending():
    assert result_file("A.CSV").name == "A.CSV"


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "best.csv").mkdir()
    with pytest.raises(UsageError, match="found the folder"):
        result_file(str(tmp_path / "best.csv"))


@pytest.mark.parametrize("ending", ENDINGS)
def test_nothing_is_half_written(prepared, explored, tmp_path, monkeypatch, ending):
    file = tmp_path / f"best{ending}"
    file.write_bytes(b"before")

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(UsageError, match="No space left"):
        write_explored(file, prepared, explored)
    assert [each.name for each in tmp_path.iterdir()] == [file.name]
    assert file.read_bytes() == b"before"


def test_a_data_frame_has_the_same_rows(explored):
    table = to_pandas(explored)
    assert table.index.name == "rank"
    same_rows(table.reset_index().to_dict("records"), explored)
    assert table["joint_bound"].dtype == np.float64


def test_a_data_frame_of_no_package_has_the_columns_without_levels(prepared, explored):
    """As a rung of a ladder has it on which no package keeps the constraints."""
    allowed = allowed_levels(prepared.case, {"review": ["yearly", "none"]})
    table, whole = to_pandas(nothing_of(prepared, RULE, allowed)), to_pandas(explored)
    assert len(table) == 0
    assert (table.index.name, table.index.dtype) == ("rank", whole.index.dtype)
    wanted = {name: kind for name, kind in whole.dtypes.items() if not name.startswith("level.")}
    assert list(table.columns) == list(wanted)
    assert table.dtypes.to_dict() == wanted
    assert list(pd.concat([whole, table]).columns) == list(whole.columns)


def test_arrays_of_no_package_have_the_length_0(prepared, explored):
    found = to_xarray(nothing_of(prepared, RULE, allowed_levels(prepared.case, {})))
    whole = to_xarray(explored)
    assert dict(found.sizes) == {"rank": 0, "provision": 0, "test": len(explored.assessed)}
    assert set(found.data_vars) == set(whole.data_vars)
    for name in whole.data_vars:
        assert found[name].dims == whole[name].dims
        assert found[name].dtype.kind == whole[name].dtype.kind, name
    assert (found.attrs["bound"], found.attrs["gap"]) == (0.0, 0.0)


def test_a_found_package_by_name(explored):
    found = to_xarray(explored)
    for rank, one in enumerate(explored.best, start=1):
        here = found.sel(rank=rank)
        assert {n: str(here.level.sel(provision=n).values) for n in one.levels} == one.levels
        assert {t: float(here.share.sel(test=t)) for t in one.tests} == {
            test: share.value for test, share in one.tests.items()
        }
        assert float(here.joint_fresh_se) == one.fresh.standard_error
        assert bool(here.proven) is one.proven
    assert found.attrs["bound"] == explored.bound


def test_margins_of_a_run_by_name():
    assessed = accord.assess(accord.load(TEACHING), worlds=512, seed=1)
    found, verdict = to_xarray(assessed), assessed.verdict
    assert found.margin.dims == ("rule", "test", "package", "world")
    assert found.margin.shape == (
        len(verdict.rules), len(verdict.assessed), len(verdict.packages), 512,
    )  # fmt: skip
    for rule in verdict.rules:
        for package in verdict.packages:
            here = found.sel(rule=rule, package=package)
            for test in verdict.assessed:
                margins = here.margin.sel(test=test).values
                assert margins.dtype == np.float32
                assert np.array_equal(margins, verdict.margin(test, rule, package))
            assert np.array_equal(here.joint.values, verdict.joint(rule, package))
            weighted = here.joint.weighted(found.weight).mean().item()
            assert weighted == pytest.approx(verdict.share("joint", rule, package).value)
    counted = verdict.reason_counts("acceptable", RULE, "dear-pact")
    own = found.sel(rule=RULE, test="acceptable", package="dear-pact")
    for name, where in counted:
        speaks = (own.reason == found.attrs["reasons"].index(name)) & (own.margin < 0)
        assert np.array_equal(speaks.values, where)


def test_a_run_with_tests_left_out_has_those_that_are_left(prepared, explored):
    judged = prepared.asking.judge(explored.best[0].levels, ["credible"])
    found = to_xarray(judged)
    assert found.test.values.tolist() == ["credible"]
    assert np.array_equal(
        found.margin.sel(rule=RULE, test="credible", package=CHOSEN).values,
        judged.verdict.margin("credible", RULE, CHOSEN),
    )


@pytest.mark.parametrize(("library", "ask"), [("pandas", to_pandas), ("xarray", to_xarray)])
def test_what_is_missing_is_told_with_what_to_install(explored, monkeypatch, library, ask):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(UsageError, match=rf'{library} is not installed.*"accord\[labelled\]"'):
        ask(explored)


def test_the_command_writes_the_file_that_is_asked_for(tmp_path, capsys):
    case, file = altered(tmp_path), tmp_path / "found" / "best.csv"
    asked = ["explore", str(case), "--worlds", "256", "--seconds", "5", "--json", "-o", str(file)]
    assert run(asked) == 0
    with file.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    told = json.loads(capsys.readouterr().out)
    assert [float(row["joint"]) for row in rows] == [one["joint"] for one in told["best"]]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["-o", "best.doc"], "wanted one that ends in"),
        (["-o", "a.csv", "--every-rule"], "one search"),
        (["-o", "a.csv", "--ladder", "fees"], "one search"),
    ],
)
def test_the_command_refuses_before_it_searches(tmp_path, capsys, more, words):
    case = altered(tmp_path)
    assert run(["explore", str(case), *more]) == 2
    assert words in capsys.readouterr().err
    assert not (case / "runs").exists()


def test_rows_name_what_cannot_be_mistaken(explored):
    """A provision may have the name of a test, or be called rank."""
    first = explored.best[0]
    named = replace(first, levels={"rank": "none", "credible": "all", "joint": "some"})
    (row,) = rows_of(replace(explored, best=(named,)))
    assert (row["rank"], row["level.rank"], row["level.joint"]) == (1, "none", "some")
    assert row["joint"] == first.joint.value
