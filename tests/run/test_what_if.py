"""What if: the same answers as an assessment in which the package is named, in any order."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import pytest

from accord._errors import UsageError
from accord.case.load import load
from accord.run.assess import assess
from accord.run.what_if import CHOSEN, MOST_ANSWERS, WhatIf
from oracles.generator import case_of, random_case
from recordable import recordable
from teaching import TEACHING

WORLDS = 256
KNOWN = "2025-02-05,2025-02-03,cabinet-list,yes,2025-02-01,gazette,,"
SEEDS = (1, 5, 17, 23)


def packages_of(case, run):
    """Levels of every package that was assessed, variants of its what-if included."""
    found = {name: case.chosen(name) for name in run.packages}
    for name, (base, provision, level) in run.variants.items():
        found[name] = {**case.chosen(base), provision: level}
    return found


def same(whole, name, answer):
    """Whether one answer holds what the whole verdict says of a package, to the bit."""
    full, one = whole.verdict, answer.verdict
    assert one.rows == full.rows
    assert one.packages == (CHOSEN,)
    assert one.not_assessed == full.not_assessed
    p = full.packages.index(name)
    assert one.margins[:, 0].tobytes() == full.margins[:, p].tobytes()
    for row in range(len(full.rows)):
        mine = [one.names[i] if i >= 0 else None for i in one.reasons[row, 0]]
        theirs = [full.names[i] if i >= 0 else None for i in full.reasons[row, p]]
        assert mine == theirs
    assert (one.weights == full.weights).all()
    return True


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """The teaching case with an event, so that worlds weigh differently."""
    return load(recordable(tmp_path_factory.mktemp("known"), KNOWN), "latest")


@pytest.mark.parametrize("lines", ["stated", "hard", "none"])
def test_every_named_package_and_variant_to_the_bit(lines):
    case = load(TEACHING)
    whole = assess(case, worlds=WORLDS, seed=1, lines=lines)
    what_if = WhatIf(case, worlds=WORLDS, seed=1, lines=lines)
    every = packages_of(case, whole)
    assert len(every) > 3
    for name, levels in every.items():
        assert same(whole, name, what_if.judge(levels))


def test_with_weights_too(known):
    whole = assess(known, worlds=WORLDS, seed=1)
    what_if = WhatIf(known, worlds=WORLDS, seed=1)
    assert len(set(whole.verdict.weights.tolist())) > 1
    for name, levels in packages_of(known, whole).items():
        answer = what_if.judge(levels)
        assert same(whole, name, answer)
        for test in whole.verdict.assessed:
            assert answer.verdict.share(test, "everyone", CHOSEN) == whole.verdict.share(
                test, "everyone", name
            )


@pytest.mark.parametrize("seed", SEEDS)
def test_of_random_cases_too(seed):
    case = case_of(random_case(seed))
    whole = assess(case, worlds=WORLDS, seed=3)
    what_if = WhatIf(case, worlds=WORLDS, seed=3)
    assert what_if.tests == whole.verdict.assessed
    assert what_if.rules == whole.verdict.rules
    for name, levels in packages_of(case, whole).items():
        assert same(whole, name, what_if.judge(levels))


def every_package(case):
    provisions = case.file.provisions
    for levels in product(*(each.levels for each in provisions.values())):
        yield dict(zip(provisions, levels, strict=True))


def test_the_order_of_questions_does_not_matter():
    case = load(TEACHING)
    asked = [*every_package(case)]
    ways = [asked, asked[::-1], asked[1::2] + asked[::2]]
    found = []
    for way in ways:
        what_if = WhatIf(case, worlds=WORLDS)
        answers = {tuple(levels.values()): what_if.judge(levels) for levels in way}
        found.append({
            key: (run.verdict.margins.tobytes(),
                  [run.verdict.names[i] if i >= 0 else "" for i in run.verdict.reasons.ravel()])
            for key, run in answers.items()
        })  # fmt: skip
    assert found[0] == found[1] == found[2]
    assert len({margins for margins, _ in found[0].values()}) > 10


def test_levels_in_another_order_are_the_same_package():
    what_if = WhatIf(load(TEACHING), worlds=WORLDS)
    levels = what_if.case.chosen("pact")
    assert what_if.judge(dict(reversed(levels.items()))) is what_if.judge(levels)


@pytest.mark.parametrize("first", [True, False])
def test_quick_tests_are_those_of_the_whole(first):
    case = load(TEACHING)
    for name in case.file.packages:
        what_if = WhatIf(case, worlds=WORLDS)
        levels = case.chosen(name)
        if first:
            what_if.judge(levels)
        quick = what_if.judge(levels, ("acceptable", "deliverable"))
        full = what_if.judge(levels)
        assert set(quick.verdict.assessed) == {"acceptable", "deliverable"}
        assert set(quick.verdict.not_assessed) == {"credible", "durable"}
        for test in quick.verdict.assessed:
            for rule in what_if.rules:
                mine, theirs = (each.verdict.margins[each.verdict.row(test, rule), 0]
                                for each in (quick, full))  # fmt: skip
                assert mine.tobytes() == theirs.tobytes()


def test_threads_that_ask_at_once_hear_the_same():
    case = load(TEACHING)
    asked = [*every_package(case)]
    alone = WhatIf(case, worlds=WORLDS)
    expected = [alone.judge(levels).verdict.margins.tobytes() for levels in asked]
    together = WhatIf(case, worlds=WORLDS)

    def ask(number):
        levels = asked[number % len(asked)]
        rule = ("everyone", "without-south")[number % 2]
        blocking = json.dumps(together.blocking(levels, rule))
        without = json.dumps(together.without(levels, ("GUARD",)))
        quick = together.judge(levels, ("acceptable",)).verdict.margins
        return together.judge(levels).verdict.margins.tobytes(), quick.shape, blocking, without

    with ThreadPoolExecutor(4) as pool:
        found = [*pool.map(ask, [*range(len(asked) * 2), *reversed(range(len(asked)))])]
    numbers = [*range(len(asked) * 2), *reversed(range(len(asked)))]
    for number, (margins, _, blocking, without) in zip(numbers, found, strict=True):
        levels = asked[number % len(asked)]
        assert margins == expected[number % len(asked)]
        rule = ("everyone", "without-south")[number % 2]
        assert blocking == json.dumps(alone.blocking(levels, rule))
        assert without == json.dumps(alone.without(levels, ("GUARD",)))


def test_more_questions_than_are_kept_are_answered_all_the_same(monkeypatch):
    from accord.run import what_if as module  # noqa: PLC0415

    assert MOST_ANSWERS > 3
    monkeypatch.setattr(module, "MOST_ANSWERS", 3)
    case = load(TEACHING)
    what_if = WhatIf(case, worlds=WORLDS)
    asked = [*every_package(case)]
    first = [what_if.judge(levels).verdict.margins.tobytes() for levels in asked]
    assert len(what_if._answers) == 3
    assert [what_if.judge(levels).verdict.margins.tobytes() for levels in asked] == first


def test_who_accepts_is_what_the_verdict_says_where_all_are_asked():
    case = load(TEACHING)
    what_if = WhatIf(case, worlds=WORLDS)
    for levels in every_package(case):
        run = what_if.judge(levels, ("acceptable",)).verdict
        for rule, actors in {"everyone": ("NORTH", "SOUTH", "GUARD"),
                             "without-south": ("NORTH", "GUARD")}.items():  # fmt: skip
            found = what_if.blocking(levels, rule)
            passes = run.passes("acceptable", rule, CHOSEN)
            accepts = [found[actor]["accepts"]["share"] for actor in actors]
            alone = [found[actor]["alone"]["share"] for actor in actors]
            # none passes more often than the least willing accepts, and one alone is one alone
            assert passes.mean() <= min(accepts)
            assert sum(alone) <= 1 - passes.mean() + 1e-12
            assert all(a <= 1 - b + 1e-12 for a, b in zip(alone, accepts, strict=True))
            assert set(found) == {"NORTH", "SOUTH", "GUARD"}


def test_red_lines_that_are_crossed_are_told_with_the_share_in_which_they_bind():
    """The one line of the case binds in half of the worlds, and is crossed where fees are kept."""
    what_if = WhatIf(load(TEACHING), worlds=2048)
    levels = what_if.case.chosen("pact")
    line = "no-patrol-for-fees"
    crossed = what_if.blocking({**levels, "fees": "kept"}, "everyone")["SOUTH"]["lines"][line]
    assert abs(crossed["share"] - 0.5) < 6 * max(crossed["se"], 0.005)
    assert line not in what_if.blocking(levels, "everyone")["SOUTH"]["lines"]


@pytest.mark.parametrize("levels", [
    {}, {"patrol": "joint"}, {"patrol": "none", "clause": "talk", "fees": "kept"},
    {"patrol": "x", "clause": "talk", "fees": "kept", "review": "none"},
    {"patrol": "none", "clause": "talk", "fees": "kept", "review": "none", "more": "x"},
])  # fmt: skip
def test_levels_that_do_not_fit_are_told(levels):
    what_if = WhatIf(load(TEACHING), worlds=WORLDS)
    for ask in (
        what_if.judge, lambda one: what_if.blocking(one, "everyone"),
        lambda one: what_if.without(one, ()),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=r"wanted one of|no provision"):
            ask(levels)


def test_members_that_pledge_nothing_are_told():
    what_if = WhatIf(load(TEACHING), worlds=WORLDS)
    with pytest.raises(UsageError, match="SOUTH pledges nothing"):
        what_if.without(what_if.case.chosen("pact"), ("GUARD", "SOUTH"))


def test_shares_at_the_ends_carry_the_bound_that_is_known():
    what_if = WhatIf(load(TEACHING), worlds=WORLDS)
    none, all_ = (what_if.estimate({"share": share, "se": 0.0}) for share in (0.0, 1.0))
    assert (none.bound, all_.bound) == (pytest.approx(3 / WORLDS), pytest.approx(1 - 3 / WORLDS))
    assert what_if.estimate({"share": 0.5, "se": 0.1}).bound is None
    assert np.isclose(none.effective if hasattr(none, "effective") else WORLDS, WORLDS)
