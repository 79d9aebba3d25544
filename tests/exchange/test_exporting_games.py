"""The deterrence game of a package in one world, written as a tree."""

import json

import pytest

import accord
from accord._errors import CaseErrors, UsageError
from accord.case.load import load
from accord.cli.app import run
from accord.exchange.exporting import export_case
from teaching import FLAGSHIP, TEACHING, files_below


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        (TEACHING, {}),
        (TEACHING, {"package": "dear-pact", "world": 3}),
        (FLAGSHIP, {"package": "briefing-plan", "world": 300, "seed": 4}),
    ],
    ids=["first and central", "a world", "another seed"],
)
def test_it_is_the_tree_that_solving_writes(tmp_path, folder, words):
    accord.solve_deterrence(folder, **words, efg=tmp_path / "solved.efg")
    report = export_case(load(folder), tmp_path / "out", "efg", **words)
    (file,) = report.files
    first = next(iter(load(folder).file.packages))
    assert file == tmp_path / "out" / f"{words.get('package', first)}.efg"
    assert file.read_bytes() == (tmp_path / "solved.efg").read_bytes()


def test_it_is_solved_as_the_challenger_sees_the_world_of_the_case(tmp_path):
    words = {"package": "pact", "world": 7, "seed": 2}
    (file,) = export_case(load(TEACHING), tmp_path / "out", "efg", **words).files
    there = accord.solve_deterrence(TEACHING, **words)
    back = accord.solve_deterrence(file)
    for key in ("p_attack", "modes", "without"):
        assert back[key] == there[key]


def test_what_a_tree_cannot_say_is_told(tmp_path):
    told = "\n".join(export_case(load(FLAGSHIP), tmp_path / "out", "efg").notes)
    for words in (
        "median", "who wants what", "other packages", "what parties could do next",
        "over the years", "which solution",
    ):  # fmt: skip
        assert words in told
    drawn = export_case(load(TEACHING), tmp_path / "drawn", "efg", "pact", 3).notes
    assert drawn[0] == "the game of the package pact, in world 3 of seed 1"
    assert not any("which solution" in note or "challenger" in note for note in drawn)


def test_beliefs_are_told_to_be_beliefs(tmp_path):
    case = load(FLAGSHIP)
    assert case.file.deterrence.beliefs
    notes = export_case(case, tmp_path / "out", "efg").notes
    (note,) = [each for each in notes if "as the challenger sees it" in each]
    assert all(name in note for name in case.file.deterrence.beliefs)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"package": "pakt"}, "no package 'pakt'"),
        ({"world": -1}, "--world -1"),
        ({"seed": -1}, "--seed -1"),
        ({"format": "genius", "package": "pact"}, "wanted them with efg"),
        ({"format": "geniusweb", "world": 0}, "wanted them with efg"),
        ({"format": "xml"}, "wanted genius, geniusweb, efg or gmcr"),
    ],
)
def test_options_that_do_not_fit_write_nothing(tmp_path, words, says):
    with pytest.raises(UsageError, match=says):
        export_case(load(TEACHING), tmp_path / "out", **({"format": "efg"} | words))
    assert files_below(tmp_path) == {}


def test_a_case_without_a_game_is_refused(tmp_path):
    text = (TEACHING / "case.yaml").read_text(encoding="utf-8")
    start, end = text.index("deterrence:\n"), text.index("conflicts:\n")
    years = text[text.index("durability:\n") : text.index("watch:\n")]
    (tmp_path / "case.yaml").write_text((text[:start] + text[end:]).replace(years, ""))
    with pytest.raises(UsageError, match="no deterrence block"):
        export_case(load(tmp_path), tmp_path / "out", "efg")
    assert list(files_below(tmp_path)) == ["case.yaml"]


def test_the_command(tmp_path, capsys):
    target = tmp_path / "out"
    words = ["export", str(TEACHING), "--format", "efg", "--package", "pact", "--world", "3",
             "--assume", "deterrence.challenger.stake=2", "-o", str(target)]  # fmt: skip
    assert run([*words, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["files"] == [str(target / "pact.efg")]
    solved = accord.solve_deterrence(TEACHING, "pact", 3, assume=["deterrence.challenger.stake=2"])
    assert accord.solve_deterrence(target / "pact.efg")["p_attack"] == solved["p_attack"]
    assert run([*words, "--json"]) == 2
    assert "not empty" in capsys.readouterr().out


def test_a_mistake_in_the_case_is_told_and_nothing_written(tmp_path):
    words = ["deterrence.challenger.strength=0"]
    with pytest.raises(CaseErrors, match="above 0"):
        export_case(load(TEACHING, None, words), tmp_path / "out", "efg")
    assert files_below(tmp_path) == {}
