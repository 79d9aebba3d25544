"""``accord stress``: what it says to people, and what it refuses."""

import json
import re
from dataclasses import replace

import pytest

import accord
from accord.cli.app import run
from accord.explore.scenario_words import sentences
from teaching import altered

WORLDS = "256"
EQUAL = "–"
METRICS = 10


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A case in which status-quo passes nowhere, and pact and dear-pact without South only."""
    folder = altered(tmp_path_factory.mktemp("stressed"))
    assert run(["assess", str(folder), "--worlds", WORLDS]) == 0
    (place,) = (folder / "runs").glob("*/manifest.json")
    return place.parent


@pytest.fixture
def said(capsys, monkeypatch):
    """What the command prints, and the same as data."""

    def say(*words):
        monkeypatch.setenv("COLUMNS", "200")
        assert run(["stress", *map(str, words)]) == 0
        text = capsys.readouterr().out
        assert run(["stress", *map(str, words), "--json"]) == 0
        return text, json.loads(capsys.readouterr().out)

    return say


def rows_of(text, told):
    """Value, rank and best of each metric, as printed."""
    names = {metric["name"] for metric in told["robustness"]}
    cells = [re.split(r"\s{2,}", line.strip()) for line in text.splitlines()]
    return {row[0]: row[2:] for row in cells if row[0] in names}


@pytest.mark.parametrize("rule", ["everyone", "without-south"])
@pytest.mark.parametrize("package", ["pact", "status-quo"])
def test_reasons_are_told_in_the_words_of_assess(capsys, made, said, package, rule):
    assert run(["assess", str(made.parent.parent), "--worlds", WORLDS, "--consent", rule]) == 0
    leading = capsys.readouterr().out.partition("Leading reasons")[2]
    text, told = said(made, "--package", package, "--consent", rule)
    named = [cause["reason"] for cause in told["fails"] if cause["reason"]]
    assert named
    for cause in told["fails"]:
        assert f"\n  {cause['sentences'][0]}\n" in text
    assert not re.search(r"because of|\w+:\w|challengers-stake", text.partition("\n")[2])
    rows = [re.split(r"\s{2,}", line.strip()) for line in leading.splitlines()]
    worded = {(row[1], row[3]) for row in rows if row[0] == package}
    assert worded
    for test, words in worded:
        assert f"Fails the test “{test}” ({words}) in " in text


@pytest.mark.parametrize(("inputs", "words"), [(1, "1 input none"), (2, "2 inputs none")])
def test_one_input_is_no_plural(made, inputs, words):
    works = accord.stress(accord.open_run(made)).works
    about = replace(works, finding="nothing stands out", box=None, leaves=(), inputs=inputs)
    assert f"among {words} was found" in sentences(about)[0]


@pytest.mark.parametrize(("hits", "words"), [
    (1, "; this one of 512 worlds is too few to say when."),
    (3, "; these 3 of 512 worlds are too few to say when."),
    (511, "; the one of 512 worlds in which it does not is too few to say when."),
    (509, "; the 3 of 512 worlds in which it does not are too few to say when."),
])  # fmt: skip
def test_so_few_worlds_are_told_in_their_number(made, hits, words):
    works = accord.stress(accord.open_run(made)).works
    about = replace(
        works, finding="too few", box=None, leaves=(), of_interest=hits, worlds=512
    )  # fmt: skip
    assert sentences(about)[0].partition(" (errors")[0].rstrip(".").endswith(words.rstrip("."))


def test_where_nothing_passes_no_package_is_called_best(made, said):
    text, told = said(made, "--consent", "everyone")
    found = rows_of(text, told)
    assert len(found) == METRICS
    assert {tuple(row[1:]) for row in found.values()} == {(EQUAL, EQUAL)}
    assert "By every metric of robustness all packages are equal." in text
    assert "*" not in text


@pytest.mark.parametrize(
    ("package", "who"), [("status-quo", "it passes"), ("pact", "status-quo passes")]
)
def test_what_never_passes_is_not_praised_without_a_caution(made, said, package, who):
    text, told = said(made, "--package", package, "--consent", "without-south")
    found = rows_of(text, told)
    for metric in told["robustness"]:
        ranks = metric["ranks"]
        _, rank, best = found[metric["name"]]
        first = [name for name in ranks if ranks[name] == 1]
        if len(first) == len(ranks):
            assert (rank, best) == (EQUAL, EQUAL)
            continue
        never = "status-quo"
        assert best == ", ".join(f"{name}*" if name == never else name for name in first)
        star = "*" * (package == never == first[0])
        assert rank == f"{ranks[package]} of {len(ranks)}{star}"
    assert found["mean-variance"][2] == "status-quo*"
    assert f"\n* {who} in no world; measures of spread alone call that good" in text
    assert f"\n{EQUAL} all packages are equal by this metric\n" in text


def test_a_package_alone_has_no_rank(capsys, tmp_path, said):
    folder, place = altered(tmp_path), tmp_path / "run"
    words = ["--worlds", WORLDS, "--package", "pact", "-o", str(place)]
    assert run(["assess", str(folder), *words]) == 0
    capsys.readouterr()
    text, told = said(place, "--consent", "without-south")
    assert {tuple(row[1:]) for row in rows_of(text, told).values()} == {(EQUAL, EQUAL)}
    assert "There is no other package to compare it with." in text
    assert "No other does better" not in text


def test_of_more_packages_than_are_compared_it_is_told_how_many_are(capsys, tmp_path, said):
    line = "  status-quo: {title: No agreement"
    copies = [f"  p{k}: {{title: The pact {k}, base: pact, choose: {{}}}}\n" for k in range(48)]
    folder, place = altered(tmp_path, (line, "".join(copies) + line)), tmp_path / "run"
    assert run(["assess", str(folder), "--worlds", WORLDS, "-o", str(place)]) == 0
    capsys.readouterr()
    text, told = said(place, "--package", "pact", "--consent", "without-south")
    worth = told["worth_of_knowing"]
    assert worth["why"] is None
    assert (len(worth["packages"]), worth["packages_total"]) == (50, 51)
    assert worth["packages"][:3] == ["pact", "dear-pact", "p0"]
    # the one that passes in no world
    assert "status-quo" not in worth["packages"]
    assert "\nOnly the 50 packages that hold in the most worlds were compared, of 51.\n" in text


def test_where_all_packages_are_compared_nothing_is_told_of_it(made, said):
    text, told = said(made, "--consent", "without-south")
    assert told["worth_of_knowing"]["packages_total"] == 3
    assert "were compared" not in text


@pytest.mark.parametrize("as_json", [False, True])
def test_a_file_is_refused_as_a_wrong_folder_is(capsys, tmp_path, as_json):
    file = tmp_path / "b1.md"
    file.write_text("# no run\n", encoding="utf-8")
    for place in (file, tmp_path / "nowhere"):
        assert run(["stress", str(place), *(["--json"] * as_json)]) == 2
        out, err = capsys.readouterr()
        assert f"{place} is no complete run" in (out if as_json else err)
        assert (err if as_json else out) == ""
        assert "accord assess" not in out + err
