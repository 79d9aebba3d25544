"""The commands import and export: what they print, where, and how they end."""

import json

import pytest

import accord
from accord.cli.app import help_of, run
from negotiations import DOMAIN, KTAB, OWNER, TENANT, put
from teaching import TEACHING


def told(capsys, *words):
    """Exit code and the one JSON object on stdout."""
    code = run([*map(str, words), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_import_then_check_then_assess_works(capsys, tmp_path):
    files = put(tmp_path, domain=DOMAIN, tenant=TENANT, owner=OWNER)
    target = tmp_path / "case"
    code, report = told(capsys, "import", *files, "-o", target)
    assert code == 0
    assert report == {
        "files": [f"{target}/case.schema.json", f"{target}/case.yaml"], "ignored": []
    }  # fmt: skip
    assert told(capsys, "check", target)[0] == 0
    code, report = told(capsys, "assess", target, "--worlds", "256")
    assert code == 0
    assert "best-sum" in report["packages"]


def test_import_tells_people_what_it_did_not_use_on_stderr(capsys, tmp_path):
    (file,) = put(tmp_path, oil=KTAB)
    assert run(["import", str(file), "-o", str(tmp_path / "case")]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0].endswith("case.schema.json")
    assert "next: accord check" in out
    assert "note: " in err
    assert "no walk-away values" in err


def test_import_tells_mistakes_with_their_places_and_writes_nothing(capsys, tmp_path):
    files = put(tmp_path, domain=DOMAIN, tenant=TENANT.replace('value=".2"', 'value="x"'))
    code, report = told(capsys, "import", *files, "-o", tmp_path / "case")
    assert code == 2
    (error,) = report["errors"]
    assert (error["file"], error["line"], error["column"]) == (str(files[1]), 16, 5)
    assert not (tmp_path / "case").exists()
    assert run(["import", *map(str, files), "-o", str(tmp_path / "case")]) == 2
    assert capsys.readouterr().err.endswith("1 error\n")


@pytest.mark.parametrize("format_name", ["genius", "geniusweb"])
def test_export_writes_files_that_import_takes(capsys, tmp_path, format_name):
    target = tmp_path / "out"
    words = ("export", TEACHING, "--format", format_name, "-o", target)
    code, report = told(capsys, *words)
    assert code == 0
    assert set(report) == {"files", "notes"}
    assert len(report["files"]) == 4
    assert any("no-patrol-for-fees" in note for note in report["notes"])
    assert told(capsys, "import", target, "-o", tmp_path / "case")[0] == 0
    assert told(capsys, "check", tmp_path / "case")[0] == 0
    code, report = told(capsys, *words)
    assert code == 2
    assert "not empty" in report["errors"][0]["found"]


def test_export_tells_people_what_the_format_cannot_say_on_stderr(capsys, tmp_path):
    words = ["export", str(TEACHING), "--format", "genius", "--as-of", "latest"]
    assert run([*words, "-o", str(tmp_path / "out")]) == 0
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 4
    assert "note: the consent rules" in err


def test_export_wants_a_format_that_it_knows(capsys, tmp_path):
    code, report = told(capsys, "export", TEACHING, "--format", "xml", "-o", tmp_path / "out")
    assert code == 2
    assert "genius" in report["errors"][0]["found"]


def test_both_commands_go_by_their_plain_names():
    assert "accord import" in help_of("import")
    assert "accord export" in help_of("export")
    assert callable(accord.import_case)
    assert callable(accord.export)
