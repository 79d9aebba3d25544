"""A run that was put elsewhere still tells that its case has changed."""

from __future__ import annotations

import shutil
from pathlib import Path

from accord.cli.app import run

CASE = Path(__file__).parents[2] / "cases" / "harbour-pact"


def test_a_run_elsewhere_warns_once_its_case_has_changed(tmp_path, capsys):
    case, place = tmp_path / "case", tmp_path / "else" / "where"
    shutil.copytree(CASE, case, ignore=shutil.ignore_patterns("runs"))
    assert run(["assess", str(case), "-o", str(place), "--worlds", "256"]) == 0
    assert run(["explain", str(place), "pact.deliverable.share"]) == 0
    assert "has changed" not in capsys.readouterr().err
    text = (case / "case.yaml").read_text(encoding="utf-8")
    (case / "case.yaml").write_text(text.replace("amount: 6", "amount: 7"), encoding="utf-8")
    assert run(["explain", str(place), "pact.deliverable.share"]) == 0
    assert "has changed" in capsys.readouterr().err
