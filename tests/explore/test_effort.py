"""Searches that are killed at any moment are gone on with from what was kept."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from accord._errors import UsageError
from accord.explore.search.effort import Effort, searched
from accord.theory.search import hunt

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / "theory"))

from random_spaces import contested_space  # noqa: E402  stands beside another room's tests

KILLED = """
import sys
import time
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from random_spaces import contested_space
from accord.explore.search import effort
from accord.explore.search.effort import Effort, searched
from accord.theory.search import hunt

write = effort.write_whole

def write_and_rest(file, content):
    write(file, content)
    time.sleep(0.005)

effort.write_whole = write_and_rest
hunt.SLICE, hunt.KEEP_SECONDS, hunt.FEWEST_PREFIXES = 1, 0.0, 2
space = contested_space(int(sys.argv[1]), worlds=64, scale=40)
print("ready", flush=True)
while True:
    searched(space, Effort(state=Path(sys.argv[2])), (), 1, 1)
"""


def test_a_killed_search_is_gone_on_with(tmp_path):
    """kill -9 leaves a file that is whole, of an earlier moment, or none."""
    file, seed = tmp_path / "state.json", 3
    space = contested_space(seed, worlds=64, scale=40)
    alone = searched(space, Effort(), (), 1, 1)
    asked = [sys.executable, "-c", KILLED, str(seed), str(file), *sys.path]
    met, part = 0, 0
    for wait in (0.0, 0.003, 0.01, 0.017, 0.03, 0.1):
        file.unlink(missing_ok=True)
        with subprocess.Popen(asked, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout.readline() == "ready\n"
            while not file.exists():
                time.sleep(0.001)
            time.sleep(wait)
            os.kill(running.pid, signal.SIGKILL)
        if file.exists():
            met += 1
            part += not json.loads(file.read_text(encoding="utf-8"))["complete"]
            again = searched(space, Effort(state=file, resume=True), (), 1, 1)
            assert (again.value, again.bound) == (alone.value, alone.bound)
            assert again.complete
            # there is nothing left to go on with
            assert not file.exists()
    assert met > 2
    assert part


def test_what_cannot_be_gone_on_with_is_refused(tmp_path):
    space, other = (contested_space(seed, worlds=64, scale=40) for seed in (3, 4))
    file = tmp_path / "state.json"
    with pytest.raises(UsageError, match="found no search to go on from"):
        searched(space, Effort(state=file, resume=True), (), 1, 1)
    file.write_text("{half", encoding="utf-8")
    with pytest.raises(UsageError, match="found no search to go on from"):
        searched(space, Effort(state=file, resume=True), (), 1, 1)
    with pytest.raises(UsageError, match="none is named"):
        searched(space, Effort(resume=True), (), 1, 1)
    searched(other, Effort(seconds=0.0, state=file), (), 1, 1)
    if file.exists():
        with pytest.raises(UsageError, match="of another search"):
            searched(space, Effort(state=file, resume=True), (), 1, 1)


def test_where_nothing_can_be_kept_the_search_goes_on_and_it_is_said_once(tmp_path, monkeypatch):
    monkeypatch.setattr(hunt, "SLICE", 5)
    monkeypatch.setattr(hunt, "KEEP_SECONDS", 0.0)
    space = contested_space(3, worlds=64, scale=40)
    alone = searched(space, Effort(), (), 1, 1)
    (tmp_path / "runs").write_text("a file where a folder is wanted", encoding="utf-8")
    file = tmp_path / "runs" / "state.json"
    said = []
    found = searched(space, Effort(state=file, unkept=said.append), (), 1, 1)
    assert (found.levels, found.bound) == (alone.levels, alone.bound)
    assert [type(error) for error in said] == [UsageError]
    assert "cannot be written" in str(said[0])
    with pytest.raises(UsageError, match="cannot be written"):
        searched(space, Effort(state=file), (), 1, 1)
