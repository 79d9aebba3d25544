"""The stressed world of a package stands at the 20th percentile of its margin."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from accord.case.load import load
from accord.run.assess import assess

CASE = Path(__file__).parents[2] / "cases" / "harbour-pact"


@pytest.fixture(scope="module")
def verdict():
    return assess(load(CASE), worlds=512).verdict


def test_a_fifth_of_the_worlds_is_no_better(verdict):
    margins = verdict.margin("credible", "everyone", "pact")
    world = verdict.stressed("credible", "everyone", "pact")
    below = np.count_nonzero(margins < margins[world])
    assert below < 0.2 * margins.size <= np.count_nonzero(margins <= margins[world])


def test_worlds_without_weight_do_not_count(verdict):
    margins = verdict.margin("credible", "everyone", "pact")
    best = np.argsort(margins, kind="stable")[-10:]
    kept = np.isin(np.arange(margins.size), best)
    world = verdict.where(kept).stressed("credible", "everyone", "pact")
    assert world == best[1]
