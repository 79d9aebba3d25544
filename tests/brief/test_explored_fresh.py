"""The shares of fresh worlds, kept and read back: what worlds weigh goes with them."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from accord.brief.desk import Desk
from accord.brief.explored import (
    explored_in,
    explored_key,
    fresh_share,
    fresh_worlds,
    with_explored,
)
from accord.brief.ledger import Ledger
from accord.brief.sections.exploration import exploration
from accord.brief.words import share_text
from accord.case.load import load
from accord.explore.search.effort import Effort
from accord.explore.search.exploring import allowed_levels, best_of, prepare
from accord.explore.search.results import explored_under, keep_explored
from accord.run.assess import assess
from accord.theory.estimates import share
from brief.section_reading import figures, words
from recordable import recordable

RULE = "without-south"
DAY = dt.date(2025, 3, 1)
NOTHING = {"patrol": ["none"], "clause": ["talk"]}
ANSWER = "2025-02-05,2025-02-03,cabinet-list,yes,2025-02-01,gazette,,"


@pytest.fixture(scope="module")
def weighed(tmp_path_factory):
    """A case whose journal makes worlds weigh more and less, and a search of it."""
    case = load(recordable(tmp_path_factory.mktemp("weighed"), ANSWER), DAY)
    return case, prepare(case, worlds=512)


def searched(weighed, rule=RULE, pins=None):
    case, ready = weighed
    found = best_of(ready, rule, allowed_levels(case, pins or {}), Effort(20.0))
    return found, json.loads(json.dumps({**found.as_json(), "pins": pins or {}}))


@pytest.mark.parametrize(("rule", "pins"), [(RULE, {}), ("everyone", NOTHING)])
def test_what_is_kept_tells_the_estimate_itself(weighed, tmp_path, rule, pins):
    case, ready = weighed
    found, content = searched(weighed, rule, pins)
    keep_explored(tmp_path, explored_key(case.digest, pins=pins), content)
    kept = explored_in(tmp_path, case, [rule], pins=pins)[rule]
    assert fresh_worlds(kept) == ready.fresh.worlds
    for number, one in enumerate(found.best):
        told = fresh_share(kept, number)
        assert told == one.fresh
        assert share_text(told) == share_text(one.fresh)


def test_a_share_of_nought_has_the_bound_of_what_worlds_weigh(weighed):
    """Nobody is deterred by talk without a patrol, so no fresh world passes either."""
    _, ready = weighed
    _, content = searched(weighed, "everyone", NOTHING)
    weights = ready.fresh.setting.weights
    known = share([False] * ready.fresh.worlds, weights)
    told = fresh_share(content)
    assert told.value == 0.0
    assert told.effective_worlds == pytest.approx(known.effective_worlds)
    assert known.effective_worlds < 0.9 * ready.fresh.worlds
    assert told.bound == pytest.approx(3.0 / known.effective_worlds)
    # what was kept before this was written down is read as it was
    del content["best"][0]["fresh"]
    assert fresh_share(content).bound == 3.0 / content["worlds"]
    assert fresh_worlds(content) is None


def test_the_number_of_fresh_worlds_is_told_as_it_is(weighed, tmp_path):
    case, _ = weighed
    run = assess(case, worlds=512)
    found, content = searched(weighed)
    assert found.best[0].joint.value > 0
    same = content["worlds"] == content["best"][0]["fresh"]["worlds"]
    assert same
    said = {}
    for name, change in {
        "as many": lambda _: None,
        "more": lambda one: one["fresh"].update(worlds=content["worlds"] + 512),
        "unknown": lambda one: one.pop("fresh"),
    }.items():
        other = json.loads(json.dumps(content))
        for one in other["best"]:
            change(one)
        keep_explored(tmp_path / name, case.digest, other)
        whole = with_explored(run, tmp_path / name)
        section = exploration(Desk(whole, Ledger(whole)))
        said[name] = next(text for text in words(section) if text.startswith("Consent"))
        counted = f"explored.joint.{RULE}.fresh-worlds" in figures(section)
        assert counted == (name == "more")
    assert re.search(r"and in \S+ ± \S+( \(rough\))? of as many fresh ones\.", said["as many"])
    assert f"of {content['worlds'] + 512:,} fresh ones." in said["more"]
    assert re.search(r"and in \S+ ± \S+( \(rough\))? of fresh ones\.", said["unknown"])


FRESH = {"worlds": 512, "blocks": 2, "effective_worlds": 400.0, "bound": 3 / 400}


@pytest.mark.parametrize("fresh", [
    None, [], "512", 512, {},
    *({name: value for name, value in FRESH.items() if name != left} for left in FRESH),
    *({**FRESH, "worlds": bad} for bad in (0, -512, 511, "512", None, 512.0, True, float("nan"))),
    *({**FRESH, "blocks": bad} for bad in (0, 3, "2", None, 1.5, True)),
    *({**FRESH, "effective_worlds": bad}
      for bad in (0, -1, 0.5, 513, "400", None, [], float("nan"), float("inf"), 10**400)),
    *({**FRESH, "bound": bad} for bad in (0.0, 0.5, -0.1, "0", [], float("nan"), 3 / 512)),
])  # fmt: skip
def test_what_cannot_be_is_left_out(weighed, tmp_path, fresh):
    case, _ = weighed
    _, content = searched(weighed, "everyone", NOTHING)
    content["pins"] = {}
    one = content["best"][0]
    assert one["joint_fresh"] == 0.0
    for given_, stays in ((FRESH, True), (fresh, False)):
        one["fresh"] = given_
        keep_explored(tmp_path / str(stays), case.digest, content)
        assert bool(explored_in(tmp_path / str(stays), case, ["everyone"])) == stays
    # a bound belongs to shares of 0 and 1 alone
    one["fresh"], one["joint_fresh"] = FRESH, 0.25
    keep_explored(tmp_path / "inside", case.digest, content)
    assert explored_in(tmp_path / "inside", case, ["everyone"]) == {}


JSON = some.recursive(
    some.none() | some.booleans() | some.floats() | some.integers() | some.text(max_size=3),
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(some.sampled_from([*FRESH, "x"]), inner, max_size=4)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(
    value=some.sampled_from([0, 0.0, 1, 1.0, 0.3]) | JSON,
    changes=some.dictionaries(some.sampled_from([*FRESH]), JSON, max_size=2) | JSON,
    wide=some.dictionaries(some.sampled_from(["worlds", "bound", "seconds", "packages_total"]),
                           JSON, max_size=1),
)  # fmt: skip
def test_whatever_is_written_there_is_left_out_or_can_be_told(
    weighed, tmp_path_factory, value, changes, wide
):
    case, _ = weighed
    content = {
        "rule": RULE, "bound": 0.5, "packages_total": 24, "worlds": 512, "gap": 0.5, **wide,
        "best": [{
            "package": dict(case.chosen("pact")), "joint": 0.0, "joint_fresh": value, "se": 0.01,
            "tests": {}, "fresh": {**FRESH, **changes} if isinstance(changes, dict) else changes,
        }],
    }  # fmt: skip
    folder = tmp_path_factory.mktemp("kept")
    keep_explored(folder, case.digest, content)
    for kept in explored_in(folder, case, [RULE]).values():
        assert share_text(fresh_share(kept))
        assert fresh_worlds(kept) >= 256


@pytest.mark.parametrize("spoil", [
    lambda c: c.pop("worlds"),
    lambda c: c.update(best=[]),
    lambda c: c.update(best={}),
    lambda c: c.update(bound="high"),
    lambda c: c.update(bound=float("nan")),
    lambda c: c.update(gap=None),
    lambda c: c.update(worlds=10**400),
    lambda c: c["best"][0].pop("joint"),
])  # fmt: skip
def test_a_damaged_result_gives_way_to_a_whole_one(weighed, tmp_path, spoil):
    case, _ = weighed
    _, content = searched(weighed)
    damaged = json.loads(json.dumps(content))
    spoil(damaged)
    keep_explored(tmp_path, case.digest, damaged)
    assert keep_explored(tmp_path, case.digest, content) is None
    assert explored_under(tmp_path, case.digest) == {RULE: content}


def test_a_file_that_is_nested_without_end_is_no_result(tmp_path):
    digest = "a" * 64
    (tmp_path / f"explored-{digest[:8]}-x.json").write_text("[" * 200_000, encoding="utf-8")
    assert explored_under(tmp_path, digest) == {}
