"""A brief written from a run folder is the brief written from the run itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.brief.publish import render
from accord.case.load import load
from accord.run.assess import assess
from accord.run.store import open_run, save

CASES = Path(__file__).parents[2] / "cases"


@pytest.mark.parametrize(
    ("name", "lines", "as_of"),
    [("harbour-pact", "stated", None), ("ukraine-2025", "hard", "latest")],
)
def test_a_run_folder_gives_the_same_bytes_as_the_run(name, lines, as_of, tmp_path):
    run = assess(load(CASES / name, as_of), worlds=256, lines=lines)
    save(run, tmp_path / "run")
    assert render(open_run(tmp_path / "run"), ".md") == render(run, ".md")


def test_the_order_of_levels_survives_the_folder(tmp_path):
    case = load(CASES / "ukraine-2025")
    run = assess(case, ["briefing-plan"], worlds=256)
    save(run, tmp_path / "run")
    opened = open_run(tmp_path / "run").case
    for name, provision in case.file.provisions.items():
        assert list(opened.file.provisions[name].levels) == list(provision.levels)
    assert list(opened.file.actors) == list(case.file.actors)
    assert opened.digest == case.digest
