"""What was found under stress, kept beside a case and read again."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord._errors import UsageError
from accord.case.load import load
from accord.explore.stress import stress
from accord.explore.stress_kept import keep_stress, stress_content, stress_under
from accord.run.assess import assess
from accord.run.store import default_folder, save
from teaching import TEACHING, altered

ACCORD = [sys.executable, "-c", "from accord.cli import main; main()"]
DIGEST = "a" * 64


def content(package="pact", rule="everyone", **more):
    return {"package": package, "rule": rule, **more}


def keep(folder, package="pact", rule="everyone", digest=DIGEST, **more):
    return keep_stress(folder, digest, package, rule, content(package, rule, **more))


def test_what_is_kept_is_found_again_by_package_and_rule(tmp_path):
    assert stress_under(tmp_path / "none", DIGEST) == {}
    file = keep(tmp_path, worlds=1)
    assert file == tmp_path / "stress-aaaaaaaa-everyone-pact.json"
    keep(tmp_path, worlds=2)  # in the place of what was kept before
    keep(tmp_path, rule="without-south")
    keep(tmp_path, "dear-pact", digest="a" * 8 + "b" * 56)
    assert stress_under(tmp_path, DIGEST) == {
        ("pact", "everyone"): content(worlds=2),
        ("pact", "without-south"): content(rule="without-south"),
    }


NAMES = st.text("ab-_/.:é\\", min_size=1, max_size=4) | st.text(min_size=90, max_size=300)


@given(st.lists(st.tuples(NAMES, NAMES), unique=True, min_size=2, max_size=6))
def test_whatever_the_names_are_every_result_has_a_file_of_its_own(pairs):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "runs"
        files = {keep(folder, package, rule) for package, rule in pairs}
        assert {file.parent for file in files} == {folder}
        assert sorted(folder.iterdir()) == sorted(files)
        assert set(stress_under(folder, DIGEST)) == set(pairs)


@pytest.mark.parametrize("text", [
    b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"digest": 1}', b'"' + DIGEST.encode() + b'"',
    b"[" * 100_000,
    json.dumps({"digest": DIGEST, "package": "pact", "rule": "r", "stress": content()}).encode(),
    json.dumps({"digest": DIGEST, "package": [], "rule": [], "stress": [1]}).encode(),
    json.dumps({"digest": DIGEST, "package": [], "rule": [],
                "stress": {"package": [], "rule": []}}).encode(),
], ids=itertools.count())  # fmt: skip
def test_a_broken_file_is_no_result_and_spoils_no_other(tmp_path, text):
    keep(tmp_path)
    (tmp_path / "stress-aaaaaaaa-broken.json").write_bytes(text)
    (tmp_path / "stress-aaaaaaaa-folder.json").mkdir()
    assert stress_under(tmp_path, DIGEST) == {("pact", "everyone"): content()}


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "runs").write_text("no folder")
    with pytest.raises(UsageError, match="cannot be written"):
        keep(tmp_path / "runs")


def test_the_command_keeps_what_it_prints_where_the_run_stands_beside_its_case(tmp_path):
    place = altered(tmp_path)
    run = assess(load(place), worlds=256)
    beside, away = default_folder(place, run), tmp_path / "away" / "run"
    for folder in (beside, away):
        save(run, folder)
        command = [*ACCORD, "stress", str(folder), "--package", "dear-pact", "--json"]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    ((names, kept),) = stress_under(beside.parent, run.manifest["digest"]).items()
    assert names == ("dear-pact", "everyone")
    printed = json.loads(told)
    assert kept == {**printed, "worlds": 256, "seed": 1, "lines": "stated"}
    assert not list(away.parent.glob("stress-*"))


def test_what_is_kept_is_what_was_found(tmp_path):
    run = assess(load(TEACHING), worlds=512, seed=3)
    found = stress(run, "pact", "without-south")
    whole = stress_content(run, found)
    keep_stress(tmp_path, DIGEST, "pact", "without-south", whole)
    (kept,) = stress_under(tmp_path, DIGEST).values()
    assert kept == {**found.as_json(), "worlds": 512, "seed": 3, "lines": "stated"}
