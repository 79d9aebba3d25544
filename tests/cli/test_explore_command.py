"""``accord explore``: what it prints, what it keeps, and how it ends."""

import json
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import pytest

import accord
from accord._errors import UsageError
from accord.cli.app import run
from accord.cli.explore_options import memory_size, pinned_levels
from accord.cli.explore_printing import print_explored
from accord.explore.search.dated import on_every_day
from accord.explore.search.effort import Effort
from accord.explore.search.results import explored_under
from accord.run.what_if import CHOSEN, WhatIf
from recordable import recordable
from teaching import TEACHING, altered, put


@pytest.fixture
def case(tmp_path):
    target = tmp_path / "case"
    shutil.copytree(TEACHING, target, ignore=shutil.ignore_patterns("runs"))
    return target


def told(capsys, *words):
    """Exit code and the one JSON object on stdout."""
    code = run(["explore", *words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_contract_of_the_answer(capsys, case):
    code, found = told(capsys, str(case), "--seconds", "20", "--worlds", "512", "--seed", "2")
    assert code == 0
    assert {
        "best", "bound", "gap", "packages_total", "nodes", "seconds", "tables_seconds",
        "reproducible",
    } <= set(found)  # fmt: skip
    provisions = list(accord.load(case).file.provisions)
    joints = [each["joint"] for each in found["best"]]
    assert joints == sorted(joints, reverse=True)
    for each in found["best"]:
        assert {"package", "joint", "joint_fresh", "se", "tests"} <= set(each)
        assert list(each["package"]) == provisions
        assert all(0 <= share <= 1 for share in (each["joint"], each["joint_fresh"], each["se"]))
        assert all(each["joint"] <= share <= 1 for share in each["tests"].values())
    assert found["gap"] == pytest.approx(found["bound"] - joints[0])
    # a space that is gone through ends early
    assert found["gap"] == 0.0
    assert found["reproducible"] is True
    assert found["packages_total"] <= 24
    assert 0 <= found["seconds"] < 20


def test_the_same_is_asked_and_the_same_is_answered(capsys, case):
    first = told(capsys, str(case), "--worlds", "256")[1]
    again = told(capsys, str(case), "--worlds", "256")[1]
    other = told(capsys, str(case), "--worlds", "256", "--consent", "without-south")[1]
    assert first["best"] == again["best"]
    assert other["rule"] == "without-south"
    assert other["best"][0]["joint"] >= first["best"][0]["joint"]


def test_people_are_told_what_is_proven(capsys, case):
    assert run(["explore", str(case), "--worlds", "256", "--pin", "patrol=joint"]) == 0
    out, _ = capsys.readouterr()
    assert "12 packages, 256 worlds, seed 1, consent everyone, only with patrol joint\n" in out
    # SOUTH never accepts a joint patrol
    assert "No package was found that passes all tests" in out
    assert "Proven: no package passes in any of the worlds searched." in out
    assert "in fresh worlds" in out
    assert run(["explore", str(case), "--worlds", "256"]) == 0
    out, _ = capsys.readouterr()
    assert "Best found: passes all tests" in out
    assert "Proven: no other package passes in more of the worlds searched." in out


@pytest.mark.parametrize(("best", "times"), [(0.02, "; the bound is 3.0 times the best"),
                                             (0.2, "")])  # fmt: skip
def test_a_bound_far_above_the_best_is_told_as_its_multiple(capsys, case, best, times):
    loaded = accord.load(case)
    found = accord.find_best(loaded, Effort(), worlds=256)
    one = replace(found.best[0], joint=replace(found.best[0].joint, value=best))
    print_explored(loaded, replace(found, best=(one,), bound=best + 0.04))
    out, _ = capsys.readouterr()
    assert f"a gap of 4.0 points{times}." in out


def test_a_gap_and_a_search_without_a_proof_are_told(capsys, case):
    code, found = told(capsys, str(case), "--worlds", "256", "--gap", "0.1")
    assert code == 0
    assert run(["explore", str(case), "--worlds", "256", "--gap", "0.1"]) == 0
    out, _ = capsys.readouterr()
    assert f"a gap of {100 * found['gap']:.1f} points" in out
    assert run(["explore", str(case), "--worlds", "256", "--seconds", "0"]) == 0
    out, _ = capsys.readouterr()
    assert "The search ended before it proved anything about the other packages." in out


def test_a_better_result_stays_kept_and_it_is_said(capsys, case):
    assert run(["explore", str(case), "--worlds", "512"]) == 0
    key = accord.load(case).digest
    before = explored_under(case / "runs", key)
    capsys.readouterr()
    assert run(["explore", str(case), "--worlds", "256", "--seconds", "0"]) == 0
    assert "go on telling what an earlier search found under everyone: 512 worlds" in (
        "".join(capsys.readouterr())
    )
    assert explored_under(case / "runs", key) == before
    assert run(["explore", str(case), "--worlds", "768"]) == 0
    assert explored_under(case / "runs", key)["everyone"]["worlds"] == 768


def test_a_ladder_keeps_what_is_pinned(capsys, case):
    pins = ("--pin", "fees=kept,dropped", "--pin", "patrol=none")
    code, found = told(capsys, str(case), "--worlds", "256", "--ladder", "fees", *pins)
    assert code == 0
    assert [rung["allows"] for rung in found["rungs"]] == ["kept", "dropped"]
    for rung in found["rungs"]:
        assert rung["best"][0]["package"]["patrol"] == "none"
        assert rung["best"][0]["package"]["fees"] != "shared"
    code, found = told(capsys, str(case), "--worlds", "256", "--ladder", "NORTH", *pins)
    assert {rung["pins"]["patrol"][0] for rung in found["rungs"]} == {"none"}


def test_every_rule_and_one_package_for_all(capsys, case):
    code, found = told(capsys, str(case), "--worlds", "512", "--every-rule")
    assert code == 0
    assert list(found["rules"]) == list(accord.load(case).file.consent.rules)
    one = found["maximin"]
    assert one["worst"] == min(one["joint"].values())
    assert one["worst"] <= one["bound"] == min(r["bound"] for r in found["rules"].values())
    case = accord.load(case)
    asking = WhatIf(case, worlds=512, seed=1)

    def shares(package):
        verdict = asking.judge(package).verdict
        return sorted(verdict.share("joint", rule, CHOSEN).value for rule in found["rules"])

    others = [each["package"] for told in found["rules"].values() for each in told["best"]]
    assert shares(one["package"]) == max(map(shares, others))
    assert len({tuple(shares(each)) for each in others}) > 1


def test_a_ladder_never_falls(capsys, case):
    for of, kind in (("patrol", "provision"), ("NORTH", "actor")):
        code, found = told(
            capsys, str(case), "--worlds", "512", "--ladder", of, "--consent", "without-south"
        )
        assert code == 0
        assert found["kind"] == kind
        best = [rung["best"][0]["joint"] for rung in found["rungs"]]
        assert best == sorted(best)
        assert found["least"] in [rung["allows"] for rung in found["rungs"]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--pin", "patrol"), "PROVISION=LEVEL"),
        (("--pin", "patrol=all"), "wanted one of none, joint"),
        (("--pin", "patrol=none", "--pin", "patrol=joint"), "twice"),
        (("--memory", "much"), "2GB"),
        (("--memory", "1KB"), "fewer worlds"),
        (("--gap", "-1"), "wanted a share from 0 to 1"),
        (("--seed", "-1"), "wanted a whole number from 0"),
        (("--seconds", "inf"), "wanted a number from 0"),
        (("--every-rule", "--consent", "everyone"), "one of them at a time"),
        (("--every-day", "--as-of", "2024-06-01"), "2025-01-01"),
        (("--every-day", "--memory", "much"), "2GB"),
        (("--every-day", "--memory", "1KB"), "fewer worlds"),
        (("--every-day", "--cluster", "tcp://127.0.0.1:1"), "tcp://127.0.0.1:1"),
        (("--consent", "nobody"), "wanted one of"),
        (("--resume",), "found no search to go on from"),
        (("--resume", "--every-rule"), "one of them at a time"),
        (("--ladder", "SOUTHERN"), "wanted a provision or an actor"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_plain_words(capsys, case, words, said):
    assert run(["explore", str(case), "--worlds", "256", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert "Traceback" not in err


def test_sizes_and_pins_are_read_as_written():
    assert memory_size("2GB") == 2_000_000_000
    assert memory_size("500 mb") == 500_000_000
    assert memory_size("1e6") == 1_000_000
    assert pinned_levels(["a=b,c", "d=e"]) == {"a": ["b", "c"], "d": ["e"]}
    for bad in ("", "GB", "-1GB", "nan", "inf"):
        with pytest.raises(UsageError):
            memory_size(bad)


def test_a_case_without_wars_is_searched_by_what_it_has(capsys, tmp_path):
    text = (TEACHING / "case.yaml").read_text(encoding="utf-8")
    begin, end = text.index("levels_meaning:"), text.index("watch:")
    folder = altered(tmp_path, (text[begin:end], ""))
    code, found = told(capsys, str(folder), "--worlds", "256")
    assert code == 0
    assert set(found["best"][0]["tests"]) == {"acceptable", "deliverable"}
    assert found["gap"] == 0.0


WAITING = r"""
import sys
from accord.cli import main
from accord.theory.search.hunt import Hunt

through = Hunt._through

def wait_first(self, *words):
    # what is searched to have kernels compiled is not kept
    if self.told.keep is not None:
        sys.stderr.write("searching\n")
        self.told.stop.wait()
    through(self, *words)

Hunt._through = wait_first
sys.exit(main())
"""


def test_an_interrupt_ends_with_the_best_so_far(case):
    """As Ctrl-C does, in the middle of the search."""
    words = ("--worlds", "256", "--consent", "without-south", "--json")
    asked = [sys.executable, "-c", WAITING, "explore", str(case), *words]
    with subprocess.Popen(
        asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        # other threads may write into the same line
        while "searching" not in (line := running.stderr.readline()):
            assert line
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=300)
    assert running.returncode == 0
    found = json.loads(out)
    assert found["best"][0]["joint"] > 0
    assert found["bound"] >= found["best"][0]["joint"]
    assert not found["reproducible"]


def test_every_day_is_searched_with_what_was_known_on_it(capsys, tmp_path):
    case = recordable(tmp_path, "2025-02-05,2025-02-03,cabinet-list,yes,2025-02-01,gazette,,")
    put(case, "updates/boats.yaml",
        "date: 2025-03-01\ntitle: A boat has sunk\nchange: {pledges.GUARD.fleet.amount: 5}\n"
        "judgement: Seen from the pier\n")  # fmt: skip
    code, found = told(capsys, str(case), "--worlds", "256", "--every-day")
    assert code == 0
    days = {day["date"]: day for day in found["days"]}
    assert list(days) == ["2025-01-01", "2025-02-03", "2025-03-01"]
    assert days["2025-03-01"]["updates"] == ["A boat has sunk"]
    assert days["2025-02-03"]["answers"] == ["cabinet-list"]
    for day in days:
        code, alone = told(capsys, str(case), "--worlds", "256", "--as-of", day)
        assert alone["best"][0]["package"] == days[day]["best"][0]["package"]
        assert alone["bound"] == days[day]["bound"]


def test_days_that_are_stopped_are_told_as_far_as_they_came(tmp_path):
    case = recordable(tmp_path, "2025-02-05,2025-02-03,cabinet-list,yes,2025-02-01,gazette,,")
    put(case, "updates/boats.yaml",
        "date: 2025-03-01\ntitle: A boat has sunk\nchange: {pledges.GUARD.fleet.amount: 5}\n"
        "judgement: Seen from the pier\n")  # fmt: skip
    begun, made = [], []

    def making(done):
        made.append(done)
        if len(begun) == 3:
            raise KeyboardInterrupt

    days = on_every_day(case, Effort(5.0), worlds=256, progress=begun.append, making=making)
    assert [day.date.isoformat() for day in days] == ["2025-01-01", "2025-02-03"]
    assert begun[-1] == "2025-03-01"
    assert made

    stop = threading.Event()
    stop.set()
    (first,) = on_every_day(case, Effort(5.0, stop=stop), worlds=256)
    assert first.date.isoformat() == "2025-01-01"

    def at_once(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        on_every_day(case, Effort(5.0), worlds=256, making=at_once)
