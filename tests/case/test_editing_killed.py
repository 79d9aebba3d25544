"""Saving when the process dies, and when two save at once."""

import fcntl
import os
import signal
import subprocess
import sys
import time

import pytest

from accord._errors import UsageError
from accord.case.check import check
from accord.case.editing import Change, edited, edits, save, undo
from accord.case.load import load
from teaching import altered, put

CLAIMS = "id,actor,claim,quote,source,locator,disputed_by\none,NORTH,A claim,,gazette,,\n"
SOURCES = (
    "id,title,publisher,published,accessed,link,grade,licence\n"
    "gazette,The Gazette,Gazette,2024-12-01,2024-12-02,,B,cited\n"
)
STEPS = 45
DIES = """
import os, pathlib, signal, sys
from accord.case.editing import Change, edited, save, undo
taken = 0
def dying(function, steps):
    def call(*given, **more):
        global taken
        taken += 1
        if taken > steps:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*given, **more)
    return call
def die(case, job, steps):
    changes = [Change("coordination.value", 0.5), Change("claims.one.quote", "A, b")]
    proposal = edited(case, changes) if job == "save" else None
    for name in ("replace", "unlink", "mkdir"):
        setattr(pathlib.Path, name, dying(getattr(pathlib.Path, name), steps))
    os.fsync, os.fchmod = dying(os.fsync, steps), dying(os.fchmod, steps)
    save(proposal) if job == "save" else undo(case)
for steps, case in enumerate(sys.argv[2:]):
    child = os.fork()
    if child == 0:
        die(case, sys.argv[1], steps)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
COUNTS = """
import sys
from accord._errors import UsageError
from accord.case.editing import Change, edited, save
case, path, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
refused = 0
for number in range(1, times + 1):
    while True:
        try:
            proposal = edited(case, [Change(path, number)])
            assert proposal.ok, proposal.errors
            save(proposal)
            break
        except UsageError as error:
            assert "meanwhile" in str(error), error
            refused += 1
"""


def prepared(folder):
    case = altered(folder)
    put(case, "claims.csv", CLAIMS)
    put(case, "sources.csv", SOURCES)
    assert check(case).ok
    return case


def contents(case):
    return tuple((case / name).read_bytes() for name in ("case.yaml", "claims.csv"))


def died(job, cases):
    """Do the job in every case, each killed one step later; the exit codes."""
    words = [sys.executable, "-W", "ignore", "-c", DIES, job, *map(str, cases)]
    told = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    codes = [int(code) for code in told.split()]
    ends = codes.index(0)
    assert ends > 10
    assert set(codes[:ends]) == {-signal.SIGKILL}
    return codes[: ends + 1]


def alternatives(case):
    """The files before and after the edit of ``DIES``."""
    old = contents(case)
    proposal = edited(case, [Change("coordination.value", 0.5), Change("claims.one.quote", "A, b")])
    new = tuple(proposal.files[name][1].encode() for name in ("case.yaml", "claims.csv"))
    return old, new


def test_killed_at_any_step_a_save_leaves_whole_files_and_the_next_call_mends(tmp_path):
    cases = [prepared(tmp_path / str(step)) for step in range(STEPS)]
    old, new = alternatives(cases[0])
    reached = set()
    for case, _ in zip(cases, died("save", cases), strict=False):
        found = contents(case)
        for each, one, two in zip(found, old, new, strict=True):
            assert each in (one, two), f"half a file in {case}"
        told = edits(case)
        mended = contents(case)
        assert mended in (old, new), f"half an edit in {case}"
        assert len(told) == (mended == new)
        assert found in (mended, (new[0], old[1]))
        reached.add((found == old, found == new))
        assert not (case / ".accord" / "pending.json").exists()
        if mended == new:
            undo(case)
            assert contents(case) == old
        assert save(edited(case, [Change("title", "Afterwards")])).number == 1
        assert load(case).file.title == "Afterwards"
    assert reached == {(True, False), (False, False), (False, True)}, "all three were seen"


def test_killed_at_any_step_an_undo_leaves_whole_files_and_the_next_call_mends(tmp_path):
    cases = [prepared(tmp_path / str(step)) for step in range(STEPS)]
    old, new = alternatives(cases[0])
    for case in cases:
        save(edited(case, [Change("coordination.value", 0.5), Change("claims.one.quote", "A, b")]))
        assert contents(case) == new
    for case, _ in zip(cases, died("undo", cases), strict=False):
        for each, one, two in zip(contents(case), old, new, strict=True):
            assert each in (one, two)
        left = len(edits(case))
        assert contents(case) == (new if left else old)
        if left:
            undo(case)
            assert contents(case) == old
        assert edits(case) == ()


def test_a_file_changed_by_hand_after_a_crash_is_told_and_stays(tmp_path):
    cases = [prepared(tmp_path / str(step)) for step in range(STEPS)]
    old, new = alternatives(cases[0])
    died("save", cases)
    case = next(case for case in cases if contents(case) == (new[0], old[1]))
    (case / "claims.csv").write_bytes(old[1] + b"two,NORTH,By hand,,gazette,,\n")
    before = contents(case)
    with pytest.raises(UsageError, match=r"claims.csv was changed by hand"):
        edits(case)
    assert contents(case) == before
    assert edits(case) == ()
    save(edited(case, [Change("title", "Afterwards")]))


def test_two_processes_that_save_at_once_lose_nothing(tmp_path):
    case = prepared(tmp_path)
    first = contents(case)
    paths = ("positions.GUARD.walk_away", "positions.NORTH.walk_away.plus")
    running = [
        subprocess.Popen([sys.executable, "-c", COUNTS, str(case), path, "8"]) for path in paths
    ]
    assert [each.wait(timeout=120) for each in running] == [0, 0]
    data = load(case).data["positions"]
    assert data["GUARD"]["walk_away"] == 8
    assert data["NORTH"]["walk_away"]["plus"] == 8
    told = edits(case)
    assert sorted(edit.number for edit in told) == list(range(1, 17))
    for _ in told:
        undo(case)
    assert contents(case) == first
    assert not list(case.glob(".*.lock"))
    assert not list(case.glob(".*.new"))


def test_random_kills_leave_a_case_that_can_be_checked(tmp_path):
    case = prepared(tmp_path)
    for pause in (0.9, 1.0, 1.1, 1.2):
        child = subprocess.Popen(
            [sys.executable, "-c", COUNTS, str(case), "positions.GUARD.walk_away", "100000"]
        )
        time.sleep(pause)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        edits(case)
        assert check(case).ok
    save(edited(case, [Change("title", "Afterwards")]))
    while edits(case):
        undo(case)


def test_who_holds_the_lock_is_waited_for_and_named(tmp_path):
    case = prepared(tmp_path)
    proposal = edited(case, [Change("title", "x")])
    before = contents(case)
    with (case / ".case.yaml.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match="another writer"):
            save(proposal, wait=0.1)
        with pytest.raises(UsageError, match="another writer"):
            undo(case, wait=0.1)
    assert contents(case) == before
    assert save(proposal).number == 1
