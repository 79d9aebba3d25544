"""./run and ./test on a machine without a fit Python."""

import os
import shutil
import subprocess

import pytest

from teaching import ROOT

OLD = """#!/bin/sh
case "$2" in
  *print*) echo 3.9 ;;
  *) exit 1 ;;
esac
"""


@pytest.mark.parametrize("script", ["run", "test"])
@pytest.mark.parametrize("old", [True, False], ids=["an old Python", "no Python"])
def test_an_unfit_python_is_told_and_ends_with_two(tmp_path, script, old):
    for name in ("bash", "dirname"):
        (tmp_path / name).symlink_to(shutil.which(name))
    if old:
        (tmp_path / "python3").write_text(OLD, encoding="utf-8")
        (tmp_path / "python3").chmod(0o755)
    done = subprocess.run(
        [shutil.which("bash"), str(ROOT / script)],
        env={"PATH": str(tmp_path), "HOME": os.environ.get("HOME", "/")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert ("python3 (3.9)" if old else "no Python") in done.stderr
    assert "wanted: Python 3.11 or later" in done.stderr
    assert "hint: " in done.stderr


def test_constraints_name_versions_and_nothing_else():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert lines
    for line in lines:
        name, _, version = line.partition("==")
        assert name.replace("-", "").replace("_", "").replace(".", "").isalnum(), line
        assert version, line
        assert version[0].isdigit(), line
