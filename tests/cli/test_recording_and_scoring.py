"""The commands record and score: what they print, where, and how they end."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from accord.cli.app import run
from recordable import HEADER, recordable
from teaching import FLAGSHIP, files_below

ACCORD = [sys.executable, "-c", "from accord.cli import main; main()"]
FIRST = "2025-02-05,2025-02-03,cabinet-list,yes,2025-02-01,gazette,,"
ON = ("--on", "2025-02-01", "--source", "gazette", "--recorded", "2025-02-10")


def told(capsys, *words):
    """Exit code and the one JSON object on stdout."""
    code = run([*words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_record_tells_what_was_written_and_what_it_was_before(capsys, tmp_path):
    case = recordable(tmp_path, FIRST)
    code, report = told(capsys, "record", str(case), "cabinet-list", "no", *ON, "--note", "Not yet")
    assert code == 0
    assert set(report) == {
        "journal", "line", "indicator", "question", "deadline", "entry", "before", "now",
        "explained_by", "notes",
    }  # fmt: skip
    assert (report["journal"], report["line"]) == (str(case / "journal.csv"), 3)
    assert report["entry"] == report["now"] == {
        "recorded": "2025-02-10", "known": "2025-02-03", "indicator": "cabinet-list",
        "outcome": "no", "on": "2025-02-01", "source": "gazette", "note": "Not yet",
        "replaces": "cabinet-list@2025-02-03",
    }  # fmt: skip
    assert report["before"]["outcome"] == "yes"
    _, again = told(capsys, "score", str(case), "--worlds", "256")
    assert [one["outcome"] for one in again["answered"]] == ["no"]


def test_record_for_people_runs_no_assessment(capsys, tmp_path):
    case = recordable(tmp_path)
    assert run(["record", str(case / "case.yaml"), "cabinet-list", "no", *ON]) == 0
    out, err = capsys.readouterr()
    assert "before: no answer" in out
    assert "now: no on 2025-02-01, known 2025-02-03, recorded 2025-02-10, source gazette" in out
    assert "note: answered with no before its deadline" in err
    assert not (case / "runs").exists()


def test_record_writes_nothing_where_anything_is_wrong(capsys, tmp_path):
    case = recordable(tmp_path, FIRST)
    before = files_below(case)
    words = ("record", str(case), "cabinet-lst", "perhaps", "--on", "soon", "--source", "nobody")
    code, report = told(capsys, *words)
    assert code == 2
    assert [error["file"] for error in report["errors"]] == [
        "--on", "--source", "INDICATOR", "OUTCOME",
    ]  # fmt: skip
    assert run(list(words)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("4 errors\n")
    assert run(["record", str(case), "cabinet-list", "yes", "--on", "2025-02-01"]) == 2
    assert "--source" in capsys.readouterr().err
    assert files_below(case) == before


def test_record_gives_up_on_a_journal_that_somebody_holds(tmp_path, capsys):
    case = recordable(tmp_path)
    code = "import fcntl, sys, time; f = open(sys.argv[1], 'w'); f.write('77'); f.flush();"
    code += "fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(600)"
    words = [sys.executable, "-c", code, str(case / ".journal.csv.lock")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        record = ("record", str(case), "cabinet-list", "yes", *ON)
        assert told(capsys, *record, "--wait", "0")[0] == 2
        waiting = subprocess.Popen([*ACCORD, *record], stdout=subprocess.PIPE)
        time.sleep(0.5)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        waiting.communicate(timeout=60)
        assert waiting.returncode == 0, "the lock ends with its process"
    assert (case / "journal.csv").read_text().count("\n") == 2


def test_two_commands_at_once_lose_nothing(tmp_path):
    case = recordable(tmp_path)
    names = ["cabinet-list", "budget-vote", "congress-meets"]
    commands = [
        subprocess.Popen(
            [*ACCORD, "record", str(case), name, "yes", *ON],
            stdout=subprocess.PIPE, env={**os.environ, "PYTHONWARNINGS": "error"},
        )
        for name in names
    ]  # fmt: skip
    for command in commands:
        command.communicate(timeout=120)
        assert command.returncode == 0
    text = (case / "journal.csv").read_text()
    assert text.startswith(HEADER)
    assert sorted(line.split(",")[2] for line in text.splitlines()[1:]) == sorted(names)


def test_score_prints_scores_beside_climatology_and_others(capsys):
    code, report = told(capsys, "score", str(FLAGSHIP), "--worlds", "256")
    assert code == 0
    assert set(report) == {
        "title", "as_of", "forecasts", "worlds", "seed", "count", "answered", "left_out",
        "scores", "impossible", "outside", "remarks", "notes",
    }  # fmt: skip
    assert report["count"] == len(report["answered"]) == 13
    scores = report["scores"]
    assert set(scores) == {"brier", "log", "climatology", "calibration"}
    parts = scores["brier"]
    total = parts["reliability"] - parts["resolution"] + parts["uncertainty"] + parts["within"]
    assert total == pytest.approx(parts["score"])
    assert scores["climatology"]["brier"] == pytest.approx(parts["uncertainty"])
    assert sum(each["forecasts"] for each in scores["calibration"]) == 13
    assert {"who", "indicators", "brier", "ours", "skill"} == set(report["outside"][0])
    assert set(report["left_out"].values()) == {"unknown"}


def test_score_for_people_says_how_little_it_shows(capsys):
    assert run(["score", str(FLAGSHIP), "--worlds", "256"]) == 0
    out, err = capsys.readouterr()
    assert "Scores of 13 forecasts" in out
    assert "13 answers, fewer than 30" in out
    assert "the case says: Indicators were worded with their outcomes known" in out
    assert err == ""


def test_score_is_asked_as_of_a_date(capsys, tmp_path):
    case = recordable(tmp_path, FIRST)
    words = ("score", str(case), "--worlds", "256", "--as-of")
    assert told(capsys, *words, "2025-02-02")[1]["scores"] is None
    assert told(capsys, *words, "2025-02-03")[1]["count"] == 1
    assert told(capsys, *words, "yesterday")[0] == 2
    assert run([*words, "2025-02-02"]) == 0
    out = capsys.readouterr().out
    assert "cabinet-list (pending)" in out
    assert "nothing to score" in out
    assert run([*words, "2025-02-03", "--forecasts", "last"]) == 0
    assert "2025-01-31" in capsys.readouterr().out
