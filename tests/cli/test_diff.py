"""The command diff: what it says first, its shape, and how it ends."""

from __future__ import annotations

import json

import pytest

import accord
from accord.brief.words import chance_words
from accord.cli.app import run as command
from recordable import recordable
from teaching import TEACHING, altered, files_below, put

QUICK = ("--worlds", "256")
NOTHING = "Nothing that the brief says has changed."
TOP = {
    "schema", "a", "b", "summary", "changed", "changes", "consent", "rules", "tests", "packages",
    "paired", "unpaired_because", "findings", "first_failures", "best",
}  # fmt: skip
SIDE = {
    "source", "case", "title", "as_of", "digest", "assumptions", "worlds", "effective_worlds",
    "weight_warning", "seed", "lines",
}  # fmt: skip
FINDING = {
    "package", "rule", "test", "a", "b", "difference", "se", "beyond_chance", "reason", "text",
    "words", "reason_words", "changed", "why",
}  # fmt: skip


@pytest.fixture(scope="module")
def sunk(tmp_path_factory):
    """The teaching case with an update after which the League has no boats."""
    case = recordable(tmp_path_factory.mktemp("sunk"))
    put(case, "updates/boats.yaml",
        "date: 2025-03-01\ntitle: The boats have sunk\njudgement: seen from the pier\n"
        "change: {pledges.GUARD.fleet.amount: 0}\n")  # fmt: skip
    return case


def told(capsys, *words):
    """Exit code and the one JSON object on stdout."""
    code = command(["diff", *map(str, words), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_nothing_has_changed_where_nothing_has(capsys):
    assert command(["diff", str(TEACHING), str(TEACHING / "case.yaml"), *QUICK]) == 0
    out = capsys.readouterr().out
    assert f"\n\n{NOTHING}\nThe case is the same.\n" in out
    assert "Findings that changed" not in out


def test_the_shape_is_stable(capsys, sunk):
    code, report = told(capsys, sunk, f"{sunk}@2025-03-01", *QUICK)
    assert code == 0
    assert set(report) == TOP
    assert set(report["a"]) == set(report["b"]) == SIDE
    assert all(set(finding) == FINDING for finding in report["findings"])
    assert (report["a"]["as_of"], report["b"]["as_of"]) == ("2025-01-01", "2025-03-01")
    assert report["b"]["source"] == f"{sunk}@2025-03-01"
    assert report["paired"] is True
    assert [u["title"] for u in report["changes"]["updates"]["only_b"]] == ["The boats have sunk"]
    assert report["changed"] == sum(finding["changed"] for finding in report["findings"])
    for finding in report["findings"]:
        for key in "ab":
            assert finding["words"][key] == chance_words(finding[key]["share"])
        why = {
            "words": finding["words"]["a"] != finding["words"]["b"],
            "share": finding["beyond_chance"],
            "reason": finding["reason"]["changed"],
        }
        assert finding["why"] == [name for name, holds in why.items() if holds]
        assert finding["changed"] == any(why.values())


def test_findings_that_changed_come_first_and_in_words(capsys, sunk):
    assert command(["diff", str(sunk), f"{sunk}@latest"]) == 0
    out, err = capsys.readouterr()
    first = out.split("\n\n")[1].splitlines()
    assert "findings have changed." in first[0]
    assert any(
        line.startswith(
            "The pact: being deliverable is now given almost no chance, it was unlikely"
        )
        for line in first
    )
    assert "pledges.GUARD.fleet.amount" in out
    assert "boats.yaml:4" in out
    assert out.index("What changed in the case") < out.index("Findings that changed")
    assert NOTHING not in out
    assert "error" not in err


def test_text_that_changes_nothing_is_told_as_such(capsys, tmp_path):
    case = altered(tmp_path, ("title: Six League boats", "title: Six boats of the League"))
    assert command(["diff", str(TEACHING), str(case), *QUICK]) == 0
    out = capsys.readouterr().out
    assert f"{NOTHING}\nIn the case: one change in one record.\n" in out
    assert "Six boats of the League" in out


def test_a_run_gives_its_worlds_to_the_other_side(capsys, tmp_path, sunk):
    place = tmp_path / "run"
    words = ["assess", str(sunk), "-o", str(place), "--worlds", "512", "--seed", "3", "--json"]
    assert command(words) == 0
    capsys.readouterr()
    code, report = told(capsys, place, sunk)
    assert code == 0
    assert (report["b"]["worlds"], report["b"]["seed"]) == (512, 3)
    assert report["changed"] == 0
    assert report["summary"] == [NOTHING, "The case is the same."]
    code, report = told(capsys, place, sunk, "--seed", "4")
    assert report["paired"] is False
    assert told(capsys, place, place)[1]["summary"][0] == NOTHING
    code, report = told(capsys, place, place, "--seed", "4")
    assert code == 2
    assert "two runs" in json.dumps(report)


def test_packages_that_one_side_has_alone_are_listed(capsys, tmp_path):
    case = altered(tmp_path, ("  dear-pact: {title: The pact with fees kept",
                              "  kept: {title: Fees kept"))  # fmt: skip
    code, report = told(capsys, TEACHING, case, *QUICK)
    assert code == 0
    assert report["packages"]["only_b"] == ["kept"]
    assert "Only now there is Fees kept." in report["summary"]
    assert "Only before there is The pact with fees kept." in report["summary"]
    assert NOTHING not in report["summary"]


def test_the_rule_asked_for_leads(capsys, sunk):
    words = (sunk, f"{sunk}@latest", *QUICK, "--consent", "without-south")
    code, report = told(capsys, *words)
    assert code == 0
    assert report["consent"] == "without-south"
    assert report["findings"][0]["rule"] == "without-south"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("nowhere", "CASE"), "no such file"),
        (("CASE", "CASE@soon"), "CASE@2025-08-20"),
        (("CASE", "CASE", "--consent", "nobody"), "nobody"),
        (("CASE", "CASE", "--worlds", "0"), "--worlds 0"),
        (("CASE", "CASE", "--seed", "-1"), "--seed -1"),
        (("CASE",), "B"),
    ],
)
def test_wrong_input_ends_with_two_and_writes_nothing(capsys, tmp_path, words, found):
    case = altered(tmp_path)
    before = files_below(tmp_path)
    code, report = told(capsys, *(word.replace("CASE", str(case)) for word in words))
    assert code == 2
    assert found.replace("CASE", "") in json.dumps(report["errors"])
    assert files_below(tmp_path) == before


def test_a_folder_whose_name_has_an_at_is_that_folder(capsys, tmp_path):
    case = altered(tmp_path).rename(tmp_path / "case@home")
    assert told(capsys, case, f"{case}@latest", *QUICK)[0] == 0


def test_the_library_takes_cases_and_runs(sunk):
    old, new = accord.load(sunk), accord.load(sunk, "latest")
    by_case = accord.diff(old, new, worlds=256)
    runs = [accord.assess(one, worlds=256) for one in (old, new)]
    by_run = accord.diff(*runs)
    assert by_case["findings"] == by_run["findings"]
    assert by_case["summary"] == by_run["summary"]
    told: list[str] = []
    accord.diff(old, new, worlds=256, progress=told.append)
    assert told[0] == "a: acceptable"
    assert "b: durable" in told
