"""Commands: what they print, where, and how they end."""

import json
import shutil

import pytest

import accord
from accord.cli.app import COMMANDS, GROUPS, help_of, name_of, run
from accord.cli.reference import commands
from teaching import ROOT, TEACHING, altered, files_below, put

SHARE = {"share", "se"}
TESTS = ("acceptable", "deliverable", "credible", "durable", "joint")
ERROR = {"file", "line", "column", "path", "found", "wanted", "hint"}


def told(capsys, *words):
    """Exit code and the one JSON object on stdout."""
    code = run([*words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_check_tells_what_it_counts(capsys):
    code, report = told(capsys, "check", str(TEACHING))
    assert code == 0
    assert {"ok", "errors", "warnings", "numbers", "supported", "judgements", "classes"} <= set(
        report
    )
    assert report["ok"] is True
    assert report["errors"] == []
    assert all(set(warning) == ERROR for warning in report["warnings"])
    assert report["supported"] + report["judgements"] == report["numbers"]
    assert set(report["classes"]) == set(TESTS[:4])


def test_check_says_no_where_it_is_strict_and_has_doubts(capsys, tmp_path):
    assert told(capsys, "check", str(TEACHING), "--strict")[0] == 1
    assert told(capsys, "new", str(tmp_path / "mine"))[0] == 0
    assert told(capsys, "check", str(tmp_path / "mine"), "--strict")[0] == 0


def test_check_keeps_mistakes_off_stdout(capsys, tmp_path):
    folder = altered(tmp_path, ("probability: 0.25", "probability: 25"))
    assert run(["check", str(folder)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert f"{folder}/case.yaml:" in err
    assert err.endswith("1 error\n")


def test_check_for_people_names_blocks_and_classes(capsys):
    assert run(["check", str(TEACHING)]) == 0
    out, err = capsys.readouterr()
    assert "The harbour pact: no errors, 3 warnings" in out
    assert "deterrence" in out
    assert "24" in out
    assert err.count("warning: ") == 3


def test_assess_prints_every_package_under_every_rule(capsys, tmp_path):
    code, report = told(capsys, "assess", str(TEACHING), "-o", str(tmp_path / "run"))
    assert code == 0
    assert report["worlds"] == 2048
    assert report["seed"] == 1
    assert report["run"] == str(tmp_path / "run")
    assert list(report["packages"]) == ["pact", "dear-pact", "status-quo"]
    for package in report["packages"].values():
        assert list(package) == ["everyone", "without-south"]
        for found in package.values():
            assert all(set(found[test]) >= SHARE for test in TESTS)
            assert set(found["deliverable"]) >= {"waits", "goes", "mixed"}
            assert found["joint"]["share"] <= min(found[test]["share"] for test in TESTS[:4])
            failures = sum(found["first_failure"].values())
            assert failures + found["joint"]["share"] == pytest.approx(1)
            assert all(set(reason) == {"test", "name", "share"} for reason in found["reasons"])


def test_assess_writes_beside_the_case_by_default(capsys, tmp_path):
    folder = altered(tmp_path)
    code, report = told(capsys, "assess", str(folder), "--package", "pact")
    assert code == 0
    name = f"2025-01-01-{report['digest'][:8]}-only-"
    assert report["run"].startswith(str(folder / "runs" / name))
    assert list(report["packages"]) == ["pact"]
    assert (folder / "runs").is_dir()


def test_assess_takes_a_case_file_as_well_as_a_folder(capsys, tmp_path):
    folder = altered(tmp_path)
    code, report = told(capsys, "assess", str(folder / "case.yaml"), "--worlds", "256")
    assert code == 0
    assert report["run"].startswith(str(folder / "runs"))


def test_assess_says_that_it_rounds_worlds_up(capsys, tmp_path):
    code = run(["assess", str(TEACHING), "-o", str(tmp_path / "r"), "--worlds", "300", "--json"])
    out, err = capsys.readouterr()
    assert code == 0
    assert json.loads(out)["worlds"] == 512
    assert "300 worlds rounded up to 512" in err


def test_assess_records_what_was_assumed(capsys, tmp_path):
    words = ("assess", str(TEACHING), "-o", str(tmp_path / "r"), "--worlds", "256")
    _, stated = told(capsys, *words)
    _, changed = told(capsys, *words, "--assume", "coordination=1", "--lines", "none",
                      "--consent", "without-south")  # fmt: skip
    assert changed["assumptions"] == ["coordination=1"]
    assert changed["lines"] == "none"
    assert changed["consent"] == "without-south"
    assert changed["digest"] != stated["digest"]
    mixed = changed["packages"]["pact"]["everyone"]["deliverable"]
    assert mixed["mixed"] == mixed["goes"]


def test_assess_knows_what_was_known_on_a_date(capsys, tmp_path):
    folder = altered(tmp_path)
    put(folder, "updates/2025-02-01-boats.yaml",
        "date: 2025-02-01\njudgement: sunk\nchange: {pledges.GUARD.fleet.amount: 0}\n")  # fmt: skip
    goes = []
    for date in ("2025-01-31", "2025-02-01", "latest"):
        code, report = told(capsys, "assess", str(folder), "--as-of", date, "--worlds", "256")
        assert code == 0
        goes.append(report["packages"]["pact"]["everyone"]["deliverable"]["goes"]["share"])
    assert goes == [1, 0, 0]


def test_the_same_seed_gives_the_same_bytes(capsys, tmp_path):
    for name in ("a", "b"):
        words = ["assess", str(TEACHING), "-o", str(tmp_path / name), "--worlds", "512"]
        assert run(words) == 0
    capsys.readouterr()
    assert files_below(tmp_path / "a") == files_below(tmp_path / "b")


def test_assess_for_people_tells_shares_errors_and_reasons_in_words(capsys, tmp_path):
    assert run(["assess", str(TEACHING), "-o", str(tmp_path / "r")]) == 0
    out, _ = capsys.readouterr()
    assert "Southland would rather walk away" in out
    assert "75%" in out
    assert "±" in out
    assert f"run: {tmp_path / 'r'}" in out


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A case with a run beside it."""
    folder = altered(tmp_path_factory.mktemp("finished"))
    assert run(["assess", str(folder), "--worlds", "512"]) == 0
    (made,) = (folder / "runs").iterdir()
    return folder, made


def test_compare_pairs_worlds(capsys, finished):
    code, report = told(capsys, "compare", str(finished[1]), "pact", "dear-pact")
    assert code == 0
    assert report["levels_that_differ"] == {"fees": ["dropped", "kept"]}
    for found in report["tests"].values():
        assert set(found) == {"a", "b", "difference", "se", "only_a", "only_b"}
        assert found["difference"] == pytest.approx(found["a"] - found["b"])
        assert found["difference"] == pytest.approx(found["only_a"] - found["only_b"])
    assert report["tests"]["deliverable"]["difference"] == 0


def test_compare_for_people(capsys, finished):
    assert run(["compare", str(finished[1]), "pact", "dear-pact"]) == 0
    out, err = capsys.readouterr()
    assert "They are dropped" in out
    assert "acceptable" in out
    assert err == ""


def test_a_run_whose_case_has_changed_is_told_to_be_stale(capsys, tmp_path, finished):
    folder = tmp_path / "case"
    shutil.copytree(finished[0], folder)
    made = folder / "runs" / finished[1].name
    text = (folder / "case.yaml").read_text(encoding="utf-8")
    put(folder, "case.yaml", text.replace("amount: 6", "amount: 7"))
    assert run(["compare", str(made), "pact", "dear-pact", "--json"]) == 0
    assert "the case has changed since this run was made" in capsys.readouterr().err
    put(folder, "case.yaml", text.replace("amount: 6", "amount: -7"))
    assert run(["compare", str(made), "pact", "dear-pact", "--json"]) == 0
    assert "has errors now" in capsys.readouterr().err
    put(folder, "case.yaml", text)
    assert run(["compare", str(made), "pact", "dear-pact", "--json"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["bogus"], "bogus"),
        (["check"], "CASE"),
        (["check", "x", "--bogus"], "--bogus"),
        (["check", "nowhere"], "no such file"),
        (["assess", "CASE", "--worlds", "many"], "--worlds"),
        (["assess", "CASE", "--worlds", "0"], "--worlds 0"),
        (["assess", "CASE", "--lines", "soft"], "--lines"),
        (["assess", "CASE", "--as-of", "2025-02-30"], "2025-02-30"),
        (["assess", "CASE", "--assume", "coordination"], "coordination"),
        (["assess", "CASE", "--assume", "nothing=1"], "nothing"),
        (["assess", "CASE", "--package", "pakt"], "pakt"),
        (["assess", "CASE", "--consent", "nobody"], "nobody"),
        (["assess", "CASE", "-o", "CASE"], "is no run"),
        (["compare", "nowhere", "a", "b"], "nowhere"),
        (["compare", "CASE", "a", "b"], "manifest.json"),
        (["new", "CASE"], "not empty"),
        (["schema", "everything"], "everything"),
    ],
)
def test_wrong_usage_ends_with_two_in_one_shape_and_writes_nothing(capsys, tmp_path, words, found):
    folder = altered(tmp_path)
    before = files_below(tmp_path)
    words = [str(folder) if word == "CASE" else word for word in words]
    code, report = told(capsys, *words)
    assert code == 2
    errors = report["errors"]
    assert all(set(error) == ERROR for error in errors)
    assert found in json.dumps(errors)
    assert run(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert found in err
    assert files_below(tmp_path) == before


def test_a_package_or_rule_that_the_run_has_not(capsys, finished):
    assert told(capsys, "compare", str(finished[1]), "pact", "pakt")[0] == 2
    words = ("compare", str(finished[1]), "pact", "dear-pact", "--consent", "nobody")
    assert told(capsys, *words)[0] == 2


def test_schema_prints_what_the_library_gives(capsys):
    assert run(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == accord.schema()
    assert told(capsys, "schema", "deterrence") == (0, accord.schema("deterrence"))


def test_new_lists_what_it_wrote(capsys, tmp_path):
    code, report = told(capsys, "new", str(tmp_path / "mine"))
    assert code == 0
    assert set(report["files"]) == {
        str(tmp_path / "mine" / f) for f in files_below(tmp_path / "mine")
    }


def test_a_new_case_can_be_assessed(capsys, tmp_path):
    assert run(["new", str(tmp_path / "mine")]) == 0
    capsys.readouterr()
    code = run(["assess", str(tmp_path / "mine"), "--worlds", "256", "--json"])
    out, err = capsys.readouterr()
    assert code == 0
    assert "warning" not in err
    for rules in json.loads(out)["packages"].values():
        for found in rules.values():
            assert None not in [found[test]["share"] for test in TESTS]


def test_help_and_version(capsys):
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("accord ")
    assert run(["assess", "--help"]) == 0
    assert "--as-of" in capsys.readouterr().out


def test_the_committed_reference_of_commands_is_the_generated_one():
    committed = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert committed == commands(), "run python tools/reference.py"


def test_every_command_takes_json_and_explains_itself():
    paths = [((name_of(command),), command) for command in COMMANDS]
    paths += [((g, name_of(m)), m) for g, (_, members) in GROUPS.items() for m in members]
    for path, command in paths:
        text = help_of(*path)
        assert "--json" in text
        assert command.__doc__.splitlines()[0].split(",")[0] in " ".join(text.split())


def test_the_library_has_one_function_for_every_command():
    assert accord.__all__ == sorted(accord.__all__)
    for name in accord.__all__:
        assert callable(getattr(accord, name))
    # packages of that name stand in the way of brief, explore and watch, a word of the language
    # in that of import
    other = {
        "brief": "publish", "explore": "find_best", "watch": "rank_indicators",
        "import": "import_case",
    }  # fmt: skip
    names = {other.get(name_of(command), name_of(command)) for command in COMMANDS}
    names |= {f"{group}_{name_of(m)}" for group, (_, own) in GROUPS.items() for m in own}
    assert names <= set(accord.__all__)
    with pytest.raises(AttributeError):
        accord.nothing  # noqa: B018
