"""The shares of fresh worlds on the page of a search: their bounds, and how many they are."""

from __future__ import annotations

import pytest
from serving import Page, serving

from accord.brief.explored import explored_key
from accord.case.load import load
from accord.explore.search.results import keep_explored

PAGE = "/cases/harbour/explore"
LEVELS = {"patrol": "none", "clause": "assist", "fees": "shared", "review": "yearly"}
WORLDS = 4096


def told(harbour, fresh):
    """What the page says where a package passed in some worlds searched and in no fresh one."""
    case = load(harbour / "harbour")
    one = {"package": LEVELS, "joint": 0.0625, "joint_fresh": 0.0, "se": 0.0,
           "tests": {"acceptable": 0.75}, "proven": True}  # fmt: skip
    if fresh is not None:
        one["fresh"] = fresh
    content = {"rule": "everyone", "best": [one], "bound": 0.25, "gap": 0.1875, "worlds": WORLDS,
               "packages_total": 24}  # fmt: skip
    keep_explored(harbour / "harbour" / "runs", explored_key(case.digest), content)
    with serving(harbour) as client:
        return Page(client.get(PAGE).text).text


@pytest.mark.parametrize(("fresh", "said"), [
    ({"worlds": WORLDS, "blocks": 16, "effective_worlds": 1024.0, "bound": 3 / 1024},
     "< 0.29% of as many fresh ones."),
    ({"worlds": 2 * WORLDS, "blocks": 32, "effective_worlds": 1024.0, "bound": 3 / 1024},
     "< 0.29% of 8,192 fresh ones."),
    (None, "< 0.073% of fresh ones."),
])  # fmt: skip
def test_the_bound_is_that_of_what_the_fresh_worlds_weigh(harbour, fresh, said):
    assert said in told(harbour, fresh)


def test_a_file_with_what_cannot_be_is_not_shown(harbour):
    fresh = {"worlds": WORLDS, "blocks": 16, "effective_worlds": 0.0, "bound": 1.0}
    assert "fresh ones" not in told(harbour, fresh)
