"""Commands as processes: what they import, and what is left when they are stopped."""

import json
import signal
import subprocess
import sys
import time

import pytest

from accord.case.load import load
from accord.run.assess import assess
from accord.run.store import open_run, save
from teaching import FLAGSHIP, TEACHING, altered, files_below

ACCORD = [sys.executable, "-c", "from accord.cli import main; main()"]

# Writes the new run as assess does, and stops for ever at the place that is asked for.
STOPPING = """
import sys, time
from pathlib import Path
import accord.run.store as store
from accord.cli.app import run

def stop(*_):
    print("stopped", flush=True)
    time.sleep(600)

place = sys.argv[1]
if place == "while writing":
    write, calls = store._json, []
    def slow(file, content):
        calls.append(file)
        if len(calls) > 2:
            file.write_text('{"half')
            stop()
        write(file, content)
    store._json = slow
else:
    rename = Path.rename
    def renamed(self, target):
        result = rename(self, target)
        if str(target).endswith(".old"):
            stop()
        return result
    Path.rename = renamed
run(["assess", sys.argv[2], "-o", sys.argv[3], "--seed", "2", "--worlds", "256"])
"""


def test_check_imports_no_solver():
    code = (
        "import sys; from accord.cli.app import run; run(['check', sys.argv[1], '--json']);"
        "print([m for m in sys.modules if m.split('.')[0] in {'scipy', 'altair', 'highspy', 'rich'}"
        " or m.startswith(('accord.criteria', 'accord.run', 'accord.brief'))], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(TEACHING)], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["ok"] is True
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("place", ["while writing", "between the old run and the new"])
def test_a_killed_process_leaves_the_old_run(tmp_path, place):
    folder = altered(tmp_path)
    target = tmp_path / "run"
    save(assess(load(folder), worlds=256, seed=1), target)
    before = files_below(target)
    with subprocess.Popen(
        [sys.executable, "-c", STOPPING, place, str(folder), str(target)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"stopped\n"
        process.kill()
    if place == "while writing":
        assert files_below(target) == before
    assert open_run(target).manifest["seed"] == 1
    assert files_below(target) == before
    save(assess(load(folder), worlds=256, seed=3), target)
    assert open_run(target).manifest["seed"] == 3


def test_an_interrupted_command_ends_with_130_and_writes_nothing(tmp_path):
    target = tmp_path / "run"
    with subprocess.Popen(
        [*ACCORD, "assess", str(FLAGSHIP), "-o", str(target), "--worlds", "8192"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # a shell that runs the tests in the background has its children ignore the signal
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as process:  # fmt: skip
        # the first line of progress comes after a second of work
        assert "…" in process.stderr.readline()
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 130
    assert out == ""
    assert "interrupted" in err
    assert list(tmp_path.iterdir()) == []


def test_usage_of_the_program_itself_ends_with_two():
    done = subprocess.run([*ACCORD, "--bogus"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
