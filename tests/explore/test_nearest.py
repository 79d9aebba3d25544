"""Better packages nearby, against every package one and two levels away."""

from __future__ import annotations

from itertools import combinations

import pytest

from accord._errors import UsageError
from accord.case.load import load
from accord.explore.nearest import nearest
from accord.run.assess import assess
from accord.run.what_if import CHOSEN, WhatIf
from oracles.generator import case_of, random_case
from teaching import TEACHING, altered

WORLDS = 256
CONSTRAINTS = """
constraints:
  - {when: "patrol == joint", require: "fees != kept"}
  - {when: "clause == talk", require: "review == none"}
"""


def steps(case, levels):
    return [
        (name, level)
        for name, provision in case.file.provisions.items()
        for level in provision.levels
        if level != levels[name]
    ]


def changes(case, levels):
    """Every change of one level, and every one of two provisions."""
    single = steps(case, levels)
    pairs = [(a, b) for a, b in combinations(single, 2) if a[0] != b[0]]
    return [(one,) for one in single], pairs


def merit(what_if, levels, rule):
    """Share that passes all tests, then the sum of the shares of each."""
    verdict = what_if.judge(levels).verdict
    joint = verdict.joint(rule, CHOSEN).mean()
    alone = sum(verdict.passes(test, rule, CHOSEN).mean() for test in verdict.assessed)
    return round(float(joint), 9), round(float(alone), 9)


def told_changes(found):
    return [
        tuple((step["provision"], step["level"]) for step in one["changes"])
        for one in found["better"]
    ]


def case_and_question(seed):
    case = case_of(random_case(seed))
    return WhatIf(case, worlds=WORLDS, seed=2), case.chosen("pact")


QUESTIONS = [
    *(("teaching", name) for name in ("pact", "dear-pact", "status-quo")),
    *((seed, "pact") for seed in (1, 5, 17)),
]


@pytest.mark.parametrize(("where", "name"), QUESTIONS)
def test_the_best_of_all_one_and_two_levels_away(where, name):
    if where == "teaching":
        what_if = WhatIf(load(TEACHING), worlds=WORLDS)
        levels = what_if.case.chosen(name)
    else:
        what_if, levels = case_and_question(where)
    for rule in what_if.rules[:2]:
        found = nearest(what_if, levels, rule, most_pairs=10_000)
        single, pairs = changes(what_if.case, levels)
        base = merit(what_if, levels, rule)
        all_merits = {
            change: merit(what_if, {**levels, **dict(change)}, rule) for change in single + pairs
        }
        better = sorted((each for each in all_merits.values() if each > base), reverse=True)
        told = told_changes(found)
        assert [all_merits[change] for change in told] == better[:10]
        assert len(set(told)) == len(told)
        assert found["singles"] == {"there": len(single), "tried": len(single)}
        assert found["pairs"] == {"there": len(pairs), "tried": len(pairs)}
        assert found["rule"] == rule
        assert found["now"]["joint"] == pytest.approx(base[0], abs=1e-9)


def test_shares_and_differences_are_those_of_the_packages_named(tmp_path):
    what_if = WhatIf(load(TEACHING), worlds=WORLDS)
    levels = what_if.case.chosen("dear-pact")
    found = nearest(what_if, levels, "everyone", most_pairs=10_000)
    assert found["better"]
    lines = "".join(
        f"  better-{n}: {{title: B, base: dear-pact, choose: {{{choices(one)}}}}}\n"
        for n, one in enumerate(found["better"])
    )
    place = altered(tmp_path, ("\npackages:\n", f"\npackages:\n{lines}"))
    verdict = assess(load(place), worlds=WORLDS, seed=1).verdict
    before = verdict.joint("everyone", "dear-pact")
    for n, one in enumerate(found["better"]):
        name = f"better-{n}"
        joint = verdict.joint("everyone", name)
        assert one["shares"]["joint"] == joint.mean()
        for test in verdict.assessed:
            assert one["shares"][test] == verdict.share(test, "everyone", name).value
        gained, lost = (joint & ~before).mean(), (before & ~joint).mean()
        assert one["difference"] == pytest.approx(gained - lost, abs=1e-12)
        assert one["se"] >= 0
        summed = sum(
            verdict.share(test, "everyone", name).value
            - verdict.share(test, "everyone", "dear-pact").value
            for test in verdict.assessed
        )
        assert one["tests_together"] == pytest.approx(summed, abs=1e-9)


def choices(one):
    return ", ".join(f"{step['provision']}: {step['level']}" for step in one["changes"])


def test_constraints_of_the_case_are_kept(tmp_path):
    place = altered(
        tmp_path, ("choose: {fees: kept}}", "choose: {fees: shared}}"), more=CONSTRAINTS
    )
    what_if = WhatIf(load(place), worlds=WORLDS)
    free = WhatIf(load(TEACHING), worlds=WORLDS)
    levels = what_if.case.chosen("status-quo")

    def allowed(package):
        return not (package["patrol"] == "joint" and package["fees"] == "kept") and not (
            package["clause"] == "talk" and package["review"] != "none"
        )

    found = nearest(what_if, levels, "everyone", most_pairs=10_000)
    assert found["better"]
    for change in told_changes(found):
        assert allowed({**levels, **dict(change)})
    single, pairs = changes(what_if.case, levels)
    fit = [c for c in single if allowed({**levels, **dict(c)})]
    assert len(fit) < len(single)
    assert found["singles"] == {"there": len(fit), "tried": len(fit)}
    both = [c for c in pairs if allowed({**levels, **dict(c)})]
    assert len(both) < len(pairs)
    assert found["pairs"] == {"there": len(both), "tried": len(both)}
    base = merit(free, levels, "everyone")
    merits = {
        change: merit(free, {**levels, **dict(change)}, "everyone")
        for change in single + pairs
        if allowed({**levels, **dict(change)})
    }
    best = sorted((each for each in merits.values() if each > base), reverse=True)
    told = told_changes(found)
    # what is two levels away by a way that is ruled out halfway counts all the same
    assert [merits[change] for change in told] == best[:10]


def test_only_the_most_promising_pairs_are_tried_and_it_is_told():
    what_if = WhatIf(load(TEACHING), worlds=WORLDS)
    levels = what_if.case.chosen("pact")
    single, pairs = changes(what_if.case, levels)
    for most in (0, 1, 3):
        said = []
        found = nearest(what_if, levels, "everyone", said.append, most_pairs=most)
        assert found["pairs"] == {"there": len(pairs), "tried": most}
        assert found["singles"]["tried"] == len(single)
        assert sum(len(change) == 2 for change in told_changes(found)) <= most
        assert set(said) <= {"one level away", "two levels away"}
        assert ("two levels away" in said) == (most > 0)
    ranked = {
        change[0]: merit(what_if, {**levels, **dict(change)}, "everyone") for change in single
    }
    promise = {
        pair: tuple(sum(each) for each in zip(*(ranked[step] for step in pair), strict=True))
        for pair in pairs
    }
    (best,) = [p for p in pairs if promise[p] == max(promise.values())][:1] or [None]
    found = nearest(what_if, levels, "everyone", most_pairs=1)
    two = [change for change in told_changes(found) if len(change) == 2]
    assert all(promise[pair] == promise[best] for pair in two)


def test_of_the_best_there_is_none_is_better():
    what_if = WhatIf(load(TEACHING), worlds=WORLDS)
    levels = what_if.case.chosen("status-quo")
    for _ in range(20):
        found = nearest(what_if, levels, "everyone", most_pairs=10_000)
        if not found["better"]:
            break
        levels = {**levels, **dict(told_changes(found)[0])}
    assert found["better"] == []


def test_what_does_not_fit_is_told():
    what_if = WhatIf(load(TEACHING), worlds=WORLDS)
    with pytest.raises(UsageError):
        nearest(what_if, {"patrol": "joint"}, "everyone")
    nothing = case_of({
        "accord": 1, "title": "Nothing", "as_of": "2025-01-01", "actors": {"A": {"name": "A"}},
        "provisions": {"x": {"title": "X", "levels": {"a": "A", "b": "B"}}},
        "packages": {"p": {"title": "P", "choose": {"x": "a"}}},
    })  # fmt: skip
    with pytest.raises(UsageError, match="no test"):
        nearest(WhatIf(nothing, worlds=WORLDS), {"x": "a"}, "everyone")
