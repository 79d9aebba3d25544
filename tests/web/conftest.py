"""Cases that were assessed once, to be copied by whoever serves them."""

from __future__ import annotations

import shutil

import pytest
from browser import chromium, visit, workbench  # noqa: F401  fixtures of the browser's tests
from serving import WORLDS

from accord.case.load import load
from accord.run.assess import assess
from accord.run.store import run_folder, save
from recordable import recordable


@pytest.fixture(scope="session")
def assessed(tmp_path_factory):
    """A folder of one case, ``harbour``, with its run."""
    folder = tmp_path_factory.mktemp("assessed")
    place = recordable(folder).rename(folder / "harbour")
    case = load(place)
    run = assess(case, worlds=WORLDS, seed=1)
    save(run, run_folder(place, case, "stated", tuple(case.file.packages)))
    return folder


@pytest.fixture
def harbour(assessed, tmp_path):
    """A copy of it for a test that writes."""
    shutil.copytree(assessed, tmp_path / "served")
    return tmp_path / "served"
