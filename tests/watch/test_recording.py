"""The journal: what is refused, what is written, and that nothing written is ever lost."""

import csv
import datetime as dt
import fcntl
import os
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord._errors import CaseErrors, UsageError
from accord.case.load import load
from accord.case.tables import COLUMNS
from accord.watch.recording import record
from accord.worlds.weights import last_entries
from recordable import HEADER, recordable
from teaching import files_below, put

FIRST = "2025-02-05,2025-02-03,cabinet-list,yes,2025-02-01,gazette,,"
ON = {"on": "2025-02-01", "source": "gazette", "recorded": "2025-02-10"}


def refused(case, *words, **more):
    """Everything that is wrong with an entry, by the word that says it; nothing is written."""
    before = files_below(case)
    with pytest.raises(CaseErrors) as caught:
        record(case, *words, **(ON | more))
    assert files_below(case) == before
    return {error.file: error for error in caught.value.errors}


def test_an_entry_begins_a_journal(tmp_path):
    case = recordable(tmp_path)
    told = record(case, "cabinet-list", "yes", note='A list, "in full"', **ON)
    assert (case / "journal.csv").read_text() == (
        HEADER
        + '2025-02-10,2025-02-03,cabinet-list,yes,2025-02-01,gazette,"A list, ""in full""",\n'
    )
    assert told.line == 2
    assert told.before is None
    assert told.now == told.entry == last_entries(load(case, "latest"))["cabinet-list"]
    assert told.now.known == dt.date(2025, 2, 3), "known from the day its source was published"
    assert not list(case.glob(".*")), "no lock and no half file is left"


def test_a_correction_is_an_entry_that_names_the_one_it_replaces(tmp_path):
    case = recordable(tmp_path, FIRST)
    told = record(case, "cabinet-list", "no", **ON)
    lines = (case / "journal.csv").read_text().splitlines()
    assert lines[1] == FIRST
    assert lines[2].endswith(",cabinet-list@2025-02-03")
    assert told.before.outcome == "yes"
    assert told.now.outcome == "no"
    assert last_entries(load(case, dt.date(2025, 2, 3)))["cabinet-list"].outcome == "no"


def test_unknown_has_no_day_and_is_known_when_it_is_recorded(tmp_path):
    case = recordable(tmp_path)
    told = record(case, "cabinet-list", "unknown", source="gazette", recorded="2025-03-02")
    assert told.entry.on is None
    assert told.entry.known == dt.date(2025, 3, 2)
    assert "--on" in refused(case, "budget-vote", "unknown")


def test_everything_wrong_is_told_at_once(tmp_path):
    errors = refused(
        recordable(tmp_path), "cabinet-lst", "maybe", on="2025-02-30", known="20250201",
        source="gazete", recorded="tomorrow", note="two\nlines",
    )  # fmt: skip
    assert set(errors) == {
        "INDICATOR", "OUTCOME", "--on", "--known", "--source", "--recorded", "--note",
    }  # fmt: skip
    assert errors["INDICATOR"].hint == "did you mean 'cabinet-list'?"
    assert errors["--source"].hint == "did you mean 'gazette'?"
    assert errors["--on"].line == errors["--on"].column == 1
    assert errors["--on"].text == "2025-02-30"


@pytest.mark.parametrize(
    ("word", "outcome", "more"),
    [
        ("--on", "yes", {"on": "2024-12-31"}),
        ("--on", "yes", {"on": "2025-02-04", "known": "2025-02-03"}),
        ("--on", "yes", {"on": "2025-03-02", "recorded": "2025-04-01"}),
        ("--on", "no", {"on": None}),
        ("--on", "no", {"on": "2025-02-20"}),
        ("--known", "yes", {"known": "2025-02-02"}),
        ("--known", "yes", {"known": "2025-02-11"}),
        ("--known", "unknown", {"on": None, "known": "2024-12-31", "source": "almanac"}),
        ("--recorded", "no", {"recorded": "2025-02-04"}),
        ("--source", "no", {"source": ""}),
        ("INDICATOR", "yes", {}),
    ],
    ids=[
        "before the case", "after it was known", "a yes after the deadline", "no day",
        "in the future", "before its source", "known in the future", "unknown before the case",
        "recorded before the entry it corrects", "no source", "said already",
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(tmp_path, word, outcome, more):
    assert word in refused(recordable(tmp_path, FIRST), "cabinet-list", outcome, **more)


def test_no_before_the_deadline_is_remarked_upon(tmp_path):
    told = record(recordable(tmp_path), "cabinet-list", "no", **ON)
    assert "before its deadline" in told.notes[0]


def test_an_update_that_explains_the_answer_is_named(tmp_path):
    case = recordable(tmp_path)
    put(case, "updates/list.yaml",
        "date: 2025-02-01\njudgement: m\nexplains: [cabinet-list]\n"
        "change: {shocks.new_government.probability: 0.6}\n")  # fmt: skip
    assert record(case, "cabinet-list", "yes", **ON).explained_by == ("list",)


def test_a_question_that_is_put_later_cannot_be_answered_before(tmp_path):
    case = recordable(tmp_path)
    put(case, "updates/later.yaml",
        "date: 2025-02-05\njudgement: m\nadd:\n  watch.new-one: {question: Why, counts: C, "
        "deadline: 2025-05-01, likelihood: [{p: 0.5}]}\n")  # fmt: skip
    (error,) = refused(case, "new-one", "yes").values()
    assert "as of 2025-02-03" in error.found
    assert record(case, "new-one", "yes", **ON, known="2025-02-06").line == 2


def test_a_case_with_mistakes_is_left_alone(tmp_path):
    case = recordable(tmp_path, FIRST, "2025-02-05,2025-02-03,nobody,yes,2025-02-01,gazette,,")
    (error,) = refused(case, "budget-vote", "yes").values()
    assert error.line == 3
    with pytest.raises(CaseErrors):
        record(tmp_path / "none", "budget-vote", "yes", **ON)
    assert not (tmp_path / "none").exists()


LINES = {
    "crlf": (HEADER + FIRST + "\n").replace("\n", "\r\n"),
    "no final newline": HEADER + FIRST,
    "byte order mark": "\ufeff" + HEADER + FIRST + "\n",
    "quotes and breaks": HEADER + FIRST.replace("gazette,,", '"gazette","two\nlines",') + "\n",
    "blank lines": HEADER + FIRST + "\n\n\n",
    "other order": "known,recorded,outcome,indicator,on,source\n"
    "2025-02-03,2025-02-05,yes,cabinet-list,2025-02-01,gazette\n",
}


@pytest.mark.parametrize("name", LINES)
def test_lines_that_stand_stay_as_they_are(tmp_path, name):
    case = recordable(tmp_path)
    file = case / "journal.csv"
    old = LINES[name].encode()
    file.write_bytes(old)
    file.chmod(0o640)
    told = record(case, "budget-vote", "yes", **ON)
    new = file.read_bytes()
    assert new.startswith(old)
    end = b"\r\n" if name == "crlf" else b"\n"
    added = new[len(old) :]
    assert added.endswith(end) is (name != "no final newline")
    assert added.count(b"\n") == 1
    assert file.stat().st_mode & 0o777 == 0o640
    case_now = load(case, "latest")
    assert [entry.indicator for entry in case_now.file.journal] == ["cabinet-list", "budget-vote"]
    assert told.line == case_now.place(("journal", 1)).line


def test_a_column_that_is_not_there_is_named(tmp_path):
    case = recordable(tmp_path)
    put(case, "journal.csv", "recorded,known,indicator,outcome,on\n")
    assert "source" in refused(case, "budget-vote", "yes")["--source"].found


NOTES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=40)


@settings(max_examples=25)
@given(st.lists(NOTES, min_size=1, max_size=3))
def test_every_note_is_read_back_as_it_was_given(tmp_path_factory, notes):
    case = recordable(tmp_path_factory.mktemp("notes"))
    for number, note in enumerate(notes):
        outcome = "no" if number % 2 else "yes"
        assert record(case, "budget-vote", outcome, note=note, **ON).entry.note == note.strip()
    assert [e.note for e in load(case, "latest").file.journal] == [n.strip() for n in notes]


def test_a_journal_behind_a_link_stays_behind_it(tmp_path):
    case = recordable(tmp_path)
    kept = put(tmp_path, "kept/journal.csv", HEADER)
    (case / "journal.csv").symlink_to(kept)
    record(case, "budget-vote", "yes", **ON)
    assert (case / "journal.csv").is_symlink()
    assert kept.read_text().count("\n") == 2


def test_somebody_else_who_writes_is_waited_for_and_named(tmp_path):
    case = recordable(tmp_path)
    lock = case / ".journal.csv.lock"
    with lock.open("w") as held:
        held.write("4711\n")
        held.flush()
        fcntl.flock(held, fcntl.LOCK_EX)
        started = time.monotonic()
        with pytest.raises(UsageError, match=r"another writer \(process 4711\).*0\.2 seconds"):
            record(case, "budget-vote", "yes", wait=0.2, **ON)
        assert 0.2 <= time.monotonic() - started < 5
    assert not (case / "journal.csv").exists()
    record(case, "budget-vote", "yes", wait=0.2, **ON)  # a lock file left behind hinders nobody
    assert not lock.exists()


def test_what_an_editor_saved_meanwhile_is_not_lost(tmp_path, monkeypatch):
    case = recordable(tmp_path, FIRST)
    file, fsync = case / "journal.csv", os.fsync
    edited = file.read_text() + "2025-02-06,2025-02-04,budget-vote,yes,2025-02-04,gazette,,\n"

    def saved(descriptor):
        file.write_text(edited)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", saved)
    with pytest.raises(UsageError, match="changed meanwhile"):
        record(case, "cabinet-list", "no", **ON)
    assert file.read_text() == edited
    assert not list(case.glob(".*"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    case = recordable(tmp_path)
    case.chmod(0o500)
    with pytest.raises(UsageError, match="cannot be written"):
        record(case, "budget-vote", "yes", **ON)
    case.chmod(0o700)


WRITING = """
import sys
from accord.watch.recording import record
case, name, first, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
print("ready", flush=True)
sys.stdin.readline()
for number in range(first, first + count):
    record(case, name, "yes", on="2025-02-01", source="gazette", recorded="2025-02-10",
           note=f"{name} {number}", wait=60)
"""


def test_writers_at_once_lose_nothing(tmp_path):
    case = recordable(tmp_path, FIRST)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITING, str(case), name, str(first), "4"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for name, first in (("cabinet-list", 0), ("budget-vote", 0), ("budget-vote", 4))
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    with (case / "journal.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["source"] == "gazette"
    expected = [f"cabinet-list {n}" for n in range(4)] + [f"budget-vote {n}" for n in range(8)]
    assert sorted(row["note"] for row in rows[1:]) == sorted(expected)
    assert not list(case.glob(".*"))


# Writes an entry, and stops for ever before or after a call of the system.
STOPPING = """
import os, sys, time
import accord.watch.recording as recording

def stop():
    print("stopped", flush=True)
    time.sleep(600)

call, when = sys.argv[2:4]
home = {"fsync": os, "replace": recording.Path, "open": recording.Path}[call]
real = getattr(home, call)

def stopping(*args, **more):
    if call == "open" and "x" not in str(args[1:]):
        return real(*args, **more)
    if when == "before":
        stop()
    result = real(*args, **more)
    if call == "open":
        result.write(b"half of the")
        result.flush()
    stop()

setattr(home, call, stopping)
recording.record(sys.argv[1], "budget-vote", "yes", on="2025-02-01", source="gazette",
                 recorded="2025-02-10")
"""


@pytest.mark.parametrize(
    ("call", "when", "written"),
    [
        ("open", "after", False),
        ("fsync", "before", False),
        ("fsync", "after", False),
        ("replace", "before", False),
        ("replace", "after", True),
    ],
)
def test_a_writer_that_is_killed_leaves_the_old_journal_or_the_new_one(
    tmp_path, call, when, written
):
    case = recordable(tmp_path, FIRST)
    file = case / "journal.csv"
    old = file.read_bytes()
    with subprocess.Popen(
        [sys.executable, "-c", STOPPING, str(case), call, when], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout.readline() == "stopped\n"
        with pytest.raises(UsageError, match=f"process {writer.pid}"):
            record(case, "cabinet-list", "no", wait=0, **ON)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    new = b"2025-02-10,2025-02-03,budget-vote,yes,2025-02-01,gazette,,\n"
    assert file.read_bytes() == old + (new if written else b"")
    record(case, "cabinet-list", "no", **ON)
    assert file.read_bytes().startswith(old)
    assert file.read_bytes().count(b"\n") == 3 + written
    assert not list(case.glob(".*"))


def test_killed_at_any_moment_the_journal_is_whole(tmp_path):
    case = recordable(tmp_path, FIRST)
    file = case / "journal.csv"
    for attempt in range(6):
        old = file.read_bytes()
        words = [sys.executable, "-c", WRITING, str(case), "budget-vote", f"{attempt}00", "40"]
        with subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout.readline() == "ready\n"
            writer.stdin.write("go\n")
            writer.stdin.flush()
            time.sleep(0.05 + 0.07 * attempt)
            writer.kill()
            writer.wait()
        new = file.read_bytes()
        assert new.startswith(old)
        assert new.endswith(b"\n")
        rows = list(csv.reader(new.decode().splitlines()))
        assert {len(row) for row in rows} == {len(COLUMNS["journal"])}
    assert load(case, "latest")
