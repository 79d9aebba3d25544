"""The history of shares, against an assessment made afresh on every day."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest

import accord
from accord._errors import CaseErrors, UsageError
from accord.case.days import days_of
from accord.cli.app import run as command
from accord.run.assess import assess
from accord.theory.estimates import mean
from accord.watch import history as module
from accord.watch.history import history
from recordable import recordable
from teaching import FLAGSHIP, altered, files_below, put

LIST_YES = "2025-02-05,2025-02-03,cabinet-list,yes,2025-02-01,gazette,,"
VOTE_NO = "2025-04-05,2025-04-03,budget-vote,no,2025-04-01,gazette,,"
CONGRESS_YES = "2025-06-05,2025-06-03,congress-meets,yes,2025-06-01,gazette,,"
BOATS = (
    "updates/boats.yaml",
    "date: 2025-02-20\nknown: 2025-03-01\ntitle: A boat has sunk\njudgement: seen from the pier\n"
    "change: {pledges.GUARD.fleet.amount: [0, 5, 12]}\n",
)
FEES = (
    "updates/fees.yaml",
    "date: 2025-03-01\njudgement: m\ntitle: Fees matter more\n"
    "change: {positions.SOUTH.values.fees.weight: [30, 60, 90]}\n",
)
CLAIMS = "id,actor,claim,source\nsunk,NORTH,A boat has sunk,gazette\n"
MET = {"worlds": 256}
TOLD = ("acceptable", "deliverable", "credible", "durable", "joint")


def eventful(folder, *rows):
    case = recordable(folder, *(rows or (LIST_YES, VOTE_NO, CONGRESS_YES)))
    put(case, *BOATS)
    put(case, *FEES)
    return case


def test_every_step_is_what_an_assessment_on_its_day_finds(tmp_path):
    case = eventful(tmp_path)
    found = history(case, **MET)
    days = ["2025-01-01", "2025-02-03", "2025-03-01", "2025-04-03", "2025-06-03"]
    assert [step["date"] for step in found["steps"]] == days
    assert found["tests"] == list(TOLD)
    assert list(found["packages"]) == ["pact", "dear-pact", "status-quo"]
    assert (found["case"], found["consent"], found["worlds"]) == ("case", "everyone", 256)
    for step in found["steps"]:
        run = assess(accord.load(case, dt.date.fromisoformat(step["date"])), worlds=256)
        assert step["worlds"] == run.worlds
        assert step["effective_worlds"] == run.manifest["effective_worlds"]
        for package, shares in step["shares"].items():
            for test, share in shares.items():
                expected = run.verdict.share(test, "everyone", package)
                assert share == {"share": expected.value, "se": expected.standard_error}
    assert json.loads(json.dumps(found)) == found


def test_what_moved_is_told_with_its_claims_in_a_fixed_order(tmp_path):
    again = "2025-03-05,2025-03-01,budget-vote,no,2025-03-01,gazette,,"
    case = eventful(tmp_path, LIST_YES, again)
    put(case, "claims.csv", CLAIMS)
    put(case, BOATS[0], BOATS[1].replace("judgement: seen from the pier", "because: [sunk]")
        + "explains: [cabinet-list]\n")  # fmt: skip
    start, listed, third = history(case, **MET)["steps"]
    assert start["moved"] == [
        {"kind": "start", "name": "case", "title": "The harbour pact", "because": []}
    ]
    assert start["changed"] == {}
    (event,) = listed["moved"]
    assert event == {
        "kind": "event", "name": "cabinet-list", "because": [], "outcome": "yes",
        "title": "Does the opposition name a cabinet before the vote? yes", "source": "gazette",
        "explained_by": [],
    }  # fmt: skip
    told = [(one["kind"], one["name"], one["because"]) for one in third["moved"]]
    assert told == [
        ("update", "boats", ["sunk"]), ("update", "fees", []), ("event", "budget-vote", []),
    ]  # fmt: skip
    assert third["effective_worlds"] == 256, "the update stands in for the answer"


def test_changes_are_paired_where_the_worlds_are_the_same(tmp_path):
    case = eventful(tmp_path)
    steps = history(case, worlds=2048)["steps"]
    runs = [assess(accord.load(case, dt.date.fromisoformat(s["date"]))) for s in steps]
    assert {step["worlds"] for step in steps} == {2048}
    # nothing but weights moves on the day of an answer, nothing but margins on that of an update
    now, then = runs[2].verdict, runs[1].verdict
    assert (now.weights == then.weights).all()
    for package in ("pact", "dear-pact"):
        for test in ("acceptable", "deliverable"):
            apart = now.passes(test, "everyone", package).astype(float)
            apart -= then.passes(test, "everyone", package)
            expected = mean(apart, now.weights)
            assert steps[2]["changed"][package][test] == {
                "difference": expected.value, "se": expected.standard_error, "paired": True,
            }  # fmt: skip
    shares = [run.verdict.share("acceptable", "everyone", "pact").value for run in runs]
    told = steps[1]["changed"]["pact"]["acceptable"]
    assert told["difference"] == pytest.approx(shares[1] - shares[0], abs=1e-14)
    assert told["difference"] < -0.2
    assert told["paired"] is True


def test_changes_between_different_worlds_are_unpaired_and_say_so(tmp_path):
    steps = history(eventful(tmp_path), worlds=1024)["steps"]
    assert [step["worlds"] for step in steps[:2]] == [1024, 2048]
    for package, changed in steps[1]["changed"].items():
        for test, told in changed.items():
            ends = [step["shares"][package][test] for step in steps[:2]]
            assert told["paired"] is False
            assert told["difference"] == ends[1]["share"] - ends[0]["share"]
            assert told["se"] == pytest.approx(np.hypot(ends[0]["se"], ends[1]["se"]))
    assert steps[2]["changed"]["pact"]["acceptable"]["paired"] is True


def test_margins_are_made_anew_only_where_something_that_tests_read_changed(tmp_path, monkeypatch):
    case = eventful(tmp_path)
    put(case, "updates/quiet.yaml",
        "date: 2025-05-01\njudgement: m\nchange: {milestones.congress.hazard.rate: 0.2, "
        "watch.budget-vote.counts: It is won}\n")  # fmt: skip
    made = []
    real = module.verdict_of

    def counted(setting, weights, progress):
        made.append(setting.case.as_of.isoformat())
        return real(setting, weights, progress)

    monkeypatch.setattr(module, "verdict_of", counted)
    assert len(history(case, worlds=2048)["steps"]) == 6
    assert made == ["2025-01-01", "2025-03-01"]


def cut(case, start, end):
    """A block taken out of a case, from one line up to another; its text."""
    file = case / "case.yaml"
    text = file.read_text(encoding="utf-8")
    first, last = text.index(f"\n{start}"), text.index(f"\n{end}")
    file.write_text(text[:first] + text[last:], encoding="utf-8")
    return text[first + 1 : last + 1]


def test_a_case_without_positions_is_followed_by_its_other_tests(tmp_path):
    case = recordable(tmp_path, LIST_YES)
    put(case, *BOATS)
    cut(case, "consent:", "provisions:")
    cut(case, "positions:", "capabilities:")
    cut(case, "  drift:", "watch:")
    found = history(case, **MET)
    assert found["tests"] == ["deliverable", "credible", "durable", "joint"]
    for step in found["steps"]:
        run = assess(accord.load(case, dt.date.fromisoformat(step["date"])), worlds=256)
        assert step["not_assessed"] == run.verdict.not_assessed
        for test, share in step["shares"]["pact"].items():
            assert share["share"] == run.verdict.share(test, "anyone", "pact").value


def test_joint_is_compared_only_where_it_covers_the_same_tests(tmp_path):
    case = recordable(tmp_path, LIST_YES, VOTE_NO)
    block = cut(case, "deterrence:", "conflicts:")
    put(case, "updates/fight.yaml", "date: 2025-03-15\ntitle: What a war is worth\nadd:\n  "
        + block.replace("\n", "\n  ").rstrip() + "\n")  # fmt: skip
    found = history(case, **MET)
    before, after, last = found["steps"][1:]
    assert found["tests"] == list(TOLD)
    assert "credible" in before["not_assessed"]
    assert "credible" not in before["shares"]["pact"]
    assert set(after["shares"]["pact"]) == set(TOLD)
    assert "joint" in before["changed"]["pact"]
    assert not {"credible", "joint"} & set(after["changed"]["pact"])
    assert set(last["changed"]["pact"]) == set(TOLD)


def test_packages_that_come_later_have_shares_from_then_on(tmp_path):
    case = eventful(tmp_path)
    put(case, "updates/text.yaml",
        "date: 2025-05-01\njudgement: m\nadd: {packages.late: {title: A late text, base: pact, "
        "choose: {fees: shared}}}\n")  # fmt: skip
    found = history(case, packages=["late", "pact"], **MET)
    assert found["packages"] == {"pact": "The pact", "late": "A late text"}
    have = ["late" in step["shares"] for step in found["steps"]]
    assert have == [False] * 4 + [True] * 2
    assert "late" not in found["steps"][4]["changed"]
    assert "late" in found["steps"][5]["changed"]
    assert all(set(step["shares"]) <= {"late", "pact"} for step in found["steps"])


def test_an_update_that_makes_the_case_wrong_is_named(tmp_path):
    case = eventful(tmp_path)
    put(case, "updates/broken.yaml",
        "date: 2025-03-01\njudgement: m\n"
        "change: {shocks.new_government.probability: 7}\n")  # fmt: skip
    with pytest.raises(CaseErrors) as caught:
        history(case, **MET)
    first, second = caught.value.errors
    assert (first.path, first.line) == ("updates.broken", 1)
    assert first.file == str(case / "updates" / "broken.yaml")
    assert "2025-03-01" in first.found
    assert second.path == "shocks.new_government.probability"
    # the days before it still stand
    assert len(history(case, until=dt.date(2025, 2, 28), **MET)["steps"]) == 2


def test_an_update_that_only_a_test_finds_wrong_is_named_too(tmp_path):
    case = recordable(tmp_path)
    put(case, "updates/steep.yaml",
        "date: 2025-03-01\njudgement: m\nchange:\n  deterrence.guarantors.GUARD.automatic: "
        "{base: [0.5, 0.7, 0.9], "
        "steps: [{when: clause == assist, add: [0, 0.1, 0.4]}]}\n")  # fmt: skip
    with pytest.raises(CaseErrors) as caught:
        history(case, **MET)
    assert [error.path for error in caught.value.errors] == [
        "updates.steep", "deterrence.guarantors.GUARD.automatic",
    ]  # fmt: skip


def test_an_answer_that_was_impossible_is_named(tmp_path):
    case = recordable(tmp_path, VOTE_NO)
    file = case / "case.yaml"
    file.write_text(file.read_text().replace("likelihood: [{p: 0.7}]", "likelihood: [{p: 1}]"))
    with pytest.raises(CaseErrors) as caught:
        history(case, **MET)
    (error,) = caught.value.errors
    assert "budget-vote" in error.found
    assert error.file.endswith("journal.csv")


def test_what_does_not_fit_is_refused_before_anything_is_computed(tmp_path):
    case = eventful(tmp_path)

    def refused(match, **asked):
        with pytest.raises(UsageError, match=match):
            history(case, progress=lambda _: pytest.fail("computed"), **asked)

    refused("no package 'pakt' in the case; there are pact", packages=["pakt"])
    refused("found 0 worlds", worlds=0)
    refused("seed -1", seed=-1)
    refused("wanted one from 2025-01-01", until=dt.date(2024, 12, 31))
    with pytest.raises(UsageError, match=r"no consent rule 'nobody' in the case on 2025-01-01"):
        history(case, consent="nobody", **MET)


def test_a_kept_history_is_read_again_only_while_it_holds(tmp_path):
    case, kept = eventful(tmp_path), tmp_path / "kept"
    told: list[str] = []

    def made(**asked):
        told.clear()
        return history(case, keep=kept, progress=told.append, **(MET | asked)), bool(told)

    first, computed = made()
    assert computed
    (name,) = files_below(kept)
    assert name.startswith("history-")
    assert name.endswith(".json")
    assert len(name) == len("history-12345678.json")
    assert made() == (first, False)
    for asked in ({"worlds": 512}, {"seed": 2}, {"lines": "none"}, {"packages": ["pact"]},
                  {"consent": "without-south"}, {"until": dt.date(2025, 3, 1)}):  # fmt: skip
        assert made(**asked)[1], asked
    put(case, FEES[0], FEES[1].replace("60", "61"))
    assert made()[1]
    (kept / name).write_text("{", encoding="utf-8")
    put(case, *FEES)
    assert made() == (first, True)
    assert made() == (first, False)
    assert all(name.startswith("history-") for name in files_below(kept))


def test_a_result_under_a_like_name_is_not_taken_for_it(tmp_path):
    case, kept = eventful(tmp_path), tmp_path / "kept"
    history(case, keep=kept, **MET)
    (file,) = kept.iterdir()
    content = json.loads(file.read_text(encoding="utf-8"))
    content["key"] = content["key"][:8] + "0" * 56
    content["result"] = {"steps": []}
    file.write_text(json.dumps(content), encoding="utf-8")
    assert history(case, keep=kept, **MET)["steps"]


def test_days_can_be_told_beforehand(tmp_path):
    case = eventful(tmp_path)
    told: list[str] = []
    history(case, progress=told.append, **MET)
    assert told == [day.isoformat() for day in days_of(case)]
    assert days_of(case, dt.date(2025, 2, 10))[-1] == dt.date(2025, 2, 3)


def test_the_flagship_case_moves_as_its_assessments_do():
    until = dt.date(2025, 9, 5)
    found = history(FLAGSHIP, worlds=256, packages=["draft28"], until=until)
    assert [step["date"] for step in found["steps"]] == ["2025-08-20", "2025-08-22", "2025-09-05"]
    run = assess(accord.load(FLAGSHIP, until), ["draft28"], worlds=256)
    for test, share in found["steps"][-1]["shares"]["draft28"].items():
        assert share["share"] == run.verdict.share(test, found["consent"], "draft28").value


def test_the_command_prints_a_row_a_day_and_keeps_what_it_found(tmp_path, capsys):
    case = eventful(tmp_path)
    assert command(["watch", str(case), "--history", "--worlds", "512"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("The harbour pact: The pact\n")
    rows = [line for line in out.splitlines() if line.startswith("2025-")]
    assert [row.split()[0] for row in rows] == [d.isoformat() for d in days_of(case)]
    assert "A boat has sunk" in out
    assert "From 2025-02-03 on 2,048 worlds stand in for 512" in out
    assert "equally likely" in out
    assert [name[:8] for name in files_below(case / "runs")] == ["history-"]
    words = ["watch", str(case), "--history", "--worlds", "256", "--as-of", "2025-02-10", "--json"]
    assert command(words) == 0
    report = json.loads(capsys.readouterr().out)
    assert len(report["steps"]) == 2
    assert list(report["packages"]) == ["pact", "dear-pact", "status-quo"]


@pytest.mark.parametrize(
    ("more", "found"),
    [
        (["--check"], "--check"),
        (["--assume", "coordination=1"], "--assume"),
        (["--package", "pakt"], "pakt"),
        (["--as-of", "soon"], "soon"),
        (["--consent", "nobody"], "nobody"),
    ],
)
def test_the_command_refuses_what_does_not_fit(tmp_path, capsys, more, found):
    case = altered(tmp_path)
    before = files_below(tmp_path)
    assert command(["watch", str(case), "--history", "--worlds", "256", *more, "--json"]) == 2
    assert found in capsys.readouterr().out
    assert files_below(tmp_path) == before


def test_the_command_wants_a_case_and_no_run(tmp_path, capsys):
    case = altered(tmp_path)
    place = tmp_path / "run"
    assert command(["assess", str(case), "-o", str(place), "--worlds", "256", "--json"]) == 0
    capsys.readouterr()
    assert command(["watch", str(place), "--history"]) == 2
    assert "wanted a case" in capsys.readouterr().err


def test_plain_watch_tells_how_much_its_worlds_still_say(tmp_path, capsys):
    case = recordable(tmp_path, LIST_YES)
    assert command(["watch", str(case), "--as-of", "latest", "--worlds", "512"]) == 0
    out = capsys.readouterr().out
    assert "2,048 worlds drawn in place of 512" in out
    assert "inform as much as" in out
    assert command(["watch", str(case), "--worlds", "256"]) == 0
    assert "256 worlds, all of the same weight" in capsys.readouterr().out
