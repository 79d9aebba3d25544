"""The schema, what is generated from it, and the scaffold."""

import json

import jsonschema
import pytest

from accord._errors import UsageError
from accord.case.check import check
from accord.case.records import root
from accord.case.reference import reference
from accord.case.scaffold import new
from accord.case.schema import descriptions, schema
from accord.case.yaml_reader import read_yaml
from teaching import FLAGSHIP, ROOT, TEACHING, files_below

VALIDATOR = jsonschema.Draft202012Validator(schema())


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.Draft202012Validator.check_schema(schema("deterrence"))


@pytest.mark.parametrize("folder", [TEACHING, FLAGSHIP], ids=["teaching", "flagship"])
def test_cases_fit_the_schema(folder):
    data = read_yaml(folder / "case.yaml").data
    assert [error.json_path for error in VALIDATOR.iter_errors(data)] == []


def test_the_deterrence_block_stands_alone():
    data = read_yaml(FLAGSHIP / "case.yaml").data
    alone = jsonschema.Draft202012Validator(schema("deterrence"))
    assert alone.is_valid(data["deterrence"])
    assert not alone.is_valid({"timeline": {"counts": "start"}})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("title",), 5),
        (("actors", "NORTH", "role"), "king"),
        (("shocks", "new_government", "probability"), "25%"),
        (("shocks", "new_government", "probability"), [1, 2]),
        (("phases", "start"), {}),
        (("consent", "everyone"), {"every": ["NORTH"]}),
        (("pledges", "GUARD", "fleet", "unknown"), 1),
        (("positions", "NORTH", "because"), []),
    ],
)
def test_what_does_not_fit_is_seen(path, value):
    data = read_yaml(TEACHING / "case.yaml").data
    node = data
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    assert not VALIDATOR.is_valid(data)


@pytest.mark.parametrize("value", [0.25, [0.1, 0.25, 0.5]])
def test_what_is_no_mapping_has_its_support_beside_it(value):
    data = read_yaml(TEACHING / "case.yaml").data
    supported = {"value": value, "judgement": "A guess"}
    data["shocks"]["new_government"]["probability"] = supported
    data["pledges"]["GUARD"]["fleet"]["amount"] = {"base": supported, "steps": []}
    assert VALIDATOR.is_valid(data)


def test_every_key_is_described_and_nothing_else_is():
    told = descriptions()
    records = {record.__name__: record for record in _records(root.Record)}
    assert set(told) == set(records)
    for name, record in records.items():
        keys = {field.alias or key for key, field in record.model_fields.items()}
        assert set(told[name]) == keys, name


def _records(record):
    for each in record.__subclasses__():
        yield each
        yield from _records(each)


def test_the_committed_schema_is_the_generated_one():
    committed = (ROOT / "schema" / "case.schema.json").read_text(encoding="utf-8")
    assert json.loads(committed) == schema()


def test_the_committed_reference_is_the_generated_one():
    committed = (ROOT / "docs" / "reference" / "case.md").read_text(encoding="utf-8")
    assert committed == reference(), "run python tools/reference.py"


def test_every_record_stands_in_the_reference():
    page = reference()
    for name in descriptions():
        assert name == "CaseFile" or f"### {name}\n" in page
    assert page.count("**default**") == 1


def test_the_first_line_of_every_case_names_the_schema(tmp_path):
    new(tmp_path / "mine")
    for file in (TEACHING, FLAGSHIP, tmp_path / "mine"):
        first = (file / "case.yaml").read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema=")
        assert (file / first.partition("=")[2]).resolve().is_file()


def test_a_new_case_has_no_mistakes_and_raises_no_doubts(tmp_path):
    written = new(tmp_path / "mine")
    report = check(tmp_path / "mine")
    assert (report.errors, report.warnings) == ((), ())
    assert all(path.is_file() for path in written)
    assert None not in report.classes.values()


def test_a_new_case_shows_every_block(tmp_path):
    new(tmp_path)
    data = read_yaml(tmp_path / "case.yaml").data
    tables = {file.stem for file in tmp_path.glob("*.csv")}
    assert set(data) | tables >= set(root.CaseFile.model_fields)
    assert VALIDATOR.is_valid(data)


def test_a_new_case_wants_a_folder_of_its_own(tmp_path):
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    before = files_below(tmp_path)
    with pytest.raises(UsageError, match="not empty"):
        new(tmp_path)
    with pytest.raises(UsageError, match="not empty"):
        new(tmp_path / "letter.txt")
    assert files_below(tmp_path) == before
