"""When a package works and why it fails: found in some worlds, told from the others."""

import numpy as np
import pytest

from accord._errors import ModelError
from accord.case.load import load
from accord.explore.scenario_search import LUCK, Found, Search, in_box
from accord.explore.scenario_search import quasi_p as chances
from accord.explore.scenario_words import Told, condition, parts, percent, sentence, sentences
from accord.explore.scenarios import (
    Restriction,
    Target,
    find_scenarios,
    target_worlds,
    when_it_works,
    why_it_fails,
)
from accord.run.assess import assess
from accord.run.run import Run
from accord.theory.estimates import Estimate, share
from accord.verdict.verdict import Row, Verdict
from oracles.boxes import holds, quasi_p, shares
from teaching import TEACHING

BLOCK = 256
WORLDS = 4096


def planted(works, inputs, *, weights=None, late=None):
    """A run of one package that passes its first test where it works, and its second always."""
    worlds = works.size
    late = np.ones(worlds, dtype=bool) if late is None else late
    margins = np.where(np.stack([works, late]), 1.0, -1.0).astype(np.float32)[:, None]
    # the first test fails for a reason of its own in the upper half of the worlds
    reasons = np.full((2, 1, worlds), -1, dtype=np.int16)
    reasons[0, 0] = np.where(works, -1, np.where(np.arange(worlds) % 3 == 0, 1, 0))
    verdict = Verdict(
        ("acceptable", "credible", "durable"), {"durable": "nothing to keep"}, ("all",),
        (Row("acceptable", "all"), Row("credible")), ("p",), margins, reasons,
        ("actor:A", "line:B.x"),
        np.ones(worlds, dtype=np.int64) if weights is None else weights,
    )  # fmt: skip
    return Run(None, verdict, {}, inputs, ("p",), {}, {})


def drawn(worlds=WORLDS, noise=20, seed=5):
    """Inputs of which a few will matter, and many that never do."""
    random = np.random.default_rng(seed)
    inputs = {f"noise.n{i}": random.random(worlds) for i in range(noise)}
    inputs["war.cost"] = random.random(worlds)
    inputs["war.stake"] = 100 * random.random(worlds)
    inputs["shocks.reversal"] = (random.random(worlds) < 0.3).astype(float)
    return inputs, random.random(worlds)


@pytest.fixture(scope="module")
def known():
    inputs, luck = drawn()
    box = (inputs["war.cost"] > 0.4) & (inputs["shocks.reversal"] == 0)
    works = luck < np.where(box, 0.8, 0.1)
    run = planted(works, inputs)
    return run, box, when_it_works(run, "p", "all", run.inputs)


def test_the_box_is_where_the_successes_were_put(known):
    run, box, found = known
    assert found.finding == "found"
    one = {r.path: r for r in found.box.restrictions}
    assert set(one) == {"war.cost", "shocks.reversal"}
    assert one["war.cost"].lower == pytest.approx(0.4, abs=0.05)
    assert one["war.cost"].upper is None
    assert one["shocks.reversal"].falls is False
    assert one["war.cost"].falls is None
    assert (found.box.where == box).mean() > 0.97
    assert all(r.found_again > 0.9 for r in found.box.restrictions)
    assert found.inputs == len(run.inputs)
    assert {r.path for leaf in found.leaves for r in leaf.restrictions} == set(one)


def told(found):
    return ([found.box] if found.box else []) + list(found.leaves)


def test_everything_is_told_from_the_worlds_in_which_nobody_looked(known):
    run, _, found = known
    joint = run.verdict.joint("all", "p")
    for one in told(found):
        density, mass, coverage, chosen = shares(
            one.restrictions, run.inputs, joint, run.verdict.weights.tolist()
        )
        assert one.density.value == pytest.approx(density)
        assert one.mass.value == pytest.approx(mass)
        assert one.coverage.value == pytest.approx(coverage)
        assert one.chosen == pytest.approx(chosen)
        assert one.where.tolist() == [
            holds(one.restrictions, run.inputs, world) for world in range(run.worlds)
        ]
        odd = np.arange(run.worlds) // BLOCK % 2 == 1
        assert one.worlds == (one.where & odd).sum()
        assert one.density == share(joint[odd], one.where[odd])


def test_quasi_p_is_the_binomial_test_of_each_side(known):
    run, _, found = known
    joint = run.verdict.joint("all", "p")
    for one in told(found):
        for own in one.restrictions:
            for side, limit, chance in zip(
                ("lower", "upper"), (own.lower, own.upper), own.quasi_p, strict=True
            ):
                assert (chance is None) == (limit is None)
                if chance is not None:
                    wanted = quasi_p(one.restrictions, own.path, side, run.inputs, joint)
                    assert chance == pytest.approx(wanted, rel=1e-6, abs=1e-12)


def test_leaves_hold_every_world_once(known):
    _, _, found = known
    assert (np.sum([leaf.where for leaf in found.leaves], axis=0) == 1).all()
    assert sum(leaf.mass.value for leaf in found.leaves) == pytest.approx(1)
    assert sum(leaf.coverage.value for leaf in found.leaves) == pytest.approx(1)
    densities = [leaf.density.value for leaf in found.leaves]
    assert densities == sorted(densities, reverse=True)


def test_the_telling_worlds_have_no_say_in_what_is_found(known):
    run, _, found = known
    odd = np.arange(run.worlds) // BLOCK % 2 == 1
    joint = run.verdict.joint("all", "p")
    # among the telling worlds the same share works, but in other worlds of the box and outside
    other = np.where(odd & found.box.where, True, joint)
    again = when_it_works(planted(other, run.inputs), "p", "all", run.inputs, resamples=0)
    assert [(r.path, r.lower, r.upper) for r in again.box.restrictions] == [
        (r.path, r.lower, r.upper) for r in found.box.restrictions
    ]
    assert again.box.density.value == 1
    assert again.box.chosen == found.box.chosen


def test_the_same_seed_finds_the_same(known):
    run, _, found = known
    again = when_it_works(run, "p", "all", run.inputs)
    assert [one.restrictions for one in told(again)] == [one.restrictions for one in told(found)]


@pytest.mark.parametrize("seed", range(4))
def test_luck_alone_explains_nothing(seed):
    inputs, luck = drawn(2048, noise=40, seed=seed)
    found = when_it_works(planted(luck < 0.3, inputs), "p", "all", inputs, resamples=0)
    assert found.finding == "nothing stands out"
    assert (found.box, found.leaves) == (None, ())
    assert "among 43 inputs none was found" in sentences(found)[0]


def test_what_held_only_where_it_was_looked_for_is_not_told():
    inputs, luck = drawn(2048)
    odd = np.arange(2048) // BLOCK % 2 == 1
    works = luck < np.where((inputs["war.cost"] > 0.5) & ~odd, 0.8, 0.2)
    run = planted(works, inputs)
    look = Search(run, inputs).look(works, np.where(odd, 0, 1))
    assert "war.cost" in look.box
    assert look.split_on == {"war.cost"}
    found = when_it_works(run, "p", "all", inputs, resamples=0)
    assert (found.finding, found.box, found.leaves) == ("nothing stands out", None, ())


@pytest.mark.parametrize("seed", range(5))
def test_no_restriction_is_kept_that_luck_could_bring_about(seed):
    inputs, luck = drawn(1024, noise=40, seed=seed)
    works = luck < np.where(inputs["war.cost"] > 0.7, 0.45, 0.2)
    weights = np.ones(1024, dtype=np.int64)
    look = Search(planted(works, inputs), inputs).look(works, weights)
    assert len(look.box) <= 4
    for path in look.box:
        sides = chances(inputs, look.box, path, works, weights)
        assert max(side for side in sides if side is not None) <= LUCK


def test_an_input_is_found_again_on_the_same_side_only():
    look = Found({"a": (0.3, None), "b": (None, 1.0), "c": (0.1, 0.9)}, ({},))
    assert look.restricts("a", (0.5, None))
    assert look.restricts("a", (0.5, 0.7))
    assert not look.restricts("a", (None, 0.3))
    assert not look.restricts("b", (0.3, None))
    assert look.restricts("c", (None, 0.2))
    assert not look.restricts("d", (0.3, 0.4))


def test_what_does_not_vary_or_is_not_named_is_never_told():
    inputs, luck = drawn(2048)
    works = luck < np.where(inputs["war.cost"] > 0.5, 0.9, 0.1)
    inputs["fixed"] = np.ones(2048)
    run = planted(works, inputs)
    paths = [path for path in inputs if path != "war.cost"]
    found = when_it_works(run, "p", "all", paths, resamples=0)
    assert found.inputs == len(paths) - 1
    assert all(r.path in paths for one in told(found) for r in one.restrictions)


def test_a_shock_that_seldom_falls_does_not_hide_what_matters_more():
    """Peeling off all the worlds without it looks best at first, and leaves few."""
    inputs, luck = drawn(2048, noise=6)
    inputs["shocks.rare"] = (np.arange(2048) % 12 == 0).astype(float)
    chance = np.where(inputs["war.cost"] > 0.6, 0.95, 0.3)
    run = planted(luck < np.where(inputs["shocks.rare"] == 1, 0.95, chance), inputs)
    found = when_it_works(run, "p", "all", inputs, resamples=0)
    assert "war.cost" in {r.path for r in found.box.restrictions}
    assert found.box.coverage.value > 0.5


@pytest.mark.parametrize(("works", "finding"), [(True, "everywhere"), (False, "nowhere")])
def test_one_class_is_said_and_not_looked_into(works, finding):
    inputs, _ = drawn(1024)
    run = planted(np.full(1024, works), inputs)
    found = when_it_works(run, "p", "all", inputs)
    assert (found.finding, found.box, found.leaves) == (finding, None, ())
    assert found.share.value == works
    assert found.of_interest == (1024 if works else 0)
    assert sentences(found) == (
        (
            "Works in all 1,024 worlds: 100 per cent (more than 99.71 per cent) (errors are rough)."
            if works
            else "Works in none of 1,024 worlds: 0 per cent (less than 0.29 per cent)"
            " (errors are rough)."
        ),
    )


def test_too_few_of_a_kind_are_said_to_be_too_few():
    inputs, _ = drawn(2048)
    rare = np.arange(2048) % 100 == 0
    found = when_it_works(planted(rare, inputs), "p", "all", inputs)
    assert (found.finding, found.of_interest, found.worlds) == ("too few", 21, 2048)
    assert "these 21 of 2,048 worlds are too few" in sentences(found)[0]
    found = when_it_works(planted(~rare, inputs), "p", "all", inputs)
    assert "the 21 of 2,048 worlds in which it does not are too few" in sentences(found)[0]


def test_one_block_cannot_both_choose_and_tell():
    inputs, luck = drawn(BLOCK)
    found = when_it_works(planted(luck < 0.5, inputs), "p", "all", inputs)
    assert (found.finding, found.box, found.leaves) == ("one half", None, ())
    assert sentences(found) == (
        f"Works in {percent(found.share)} of worlds; when is not told, because they lie in one "
        "block, and it takes two to choose a scenario and to tell it (errors are rough).",
    )
    # two blocks would be too few as well
    few = when_it_works(planted(np.arange(BLOCK) < 19, inputs), "p", "all", inputs)
    assert few.finding == "too few"
    inputs, luck = drawn(2 * BLOCK)
    enough = when_it_works(planted(luck < 0.5, inputs), "p", "all", inputs, resamples=0)
    assert enough.finding in {"found", "nothing stands out"}


@pytest.mark.parametrize("half", [0, 1])
def test_where_all_weight_lies_in_blocks_of_one_half_it_is_said(half):
    inputs, luck = drawn(2048)
    weights = (np.arange(2048) // BLOCK % 2 == half).astype(np.int64)
    found = when_it_works(planted(luck < 0.5, inputs, weights=weights), "p", "all", inputs)
    assert (found.finding, found.worlds) == ("one half", 1024)
    assert "all that weigh something lie in one half of the blocks, and" in sentences(found)[0]


def tailed(sigma, worlds=WORLDS, seed=3):
    """One input whose tail reaches far beyond most of its worlds, and some that never matter."""
    random = np.random.default_rng(seed)
    inputs = {"war.cost": np.exp(sigma * random.standard_normal(worlds))}
    return inputs | {f"noise.n{i}": random.random(worlds) for i in range(4)}


@pytest.mark.parametrize("sigma", [0.5, 2.0, 4.0])
@pytest.mark.parametrize("between", [(0.7, 1.0), (0.8, 0.9), (0.0, 0.8), (0.4, 0.6)])
@pytest.mark.parametrize("heavy", [False, True])
def test_rounding_a_limit_moves_few_worlds_however_long_the_tail(
    monkeypatch, sigma, between, heavy
):
    inputs = tailed(sigma)
    cost = inputs["war.cost"]
    low, high = np.quantile(cost, between)
    works = (cost >= low) & (cost <= high)
    weights = np.where(cost < np.median(cost), 1, 5) if heavy else np.ones(WORLDS, dtype=np.int64)
    search = Search(planted(works, inputs, weights=weights), inputs)
    short = search.look(works, weights)
    monkeypatch.setattr("accord.explore.scenario_search.MOVED", 0.0)
    whole = search.look(works, weights)
    (own,), (exact,) = short.box.values(), whole.box.values()
    assert set(short.box) == set(whole.box) == {"war.cost"}
    assert own[0] is None or own[1] is None or own[0] < own[1]
    for side, limit in zip(own, exact, strict=True):
        assert (side is None) == (limit is None)
        if side is not None:
            moved = (cost > side) != (cost > limit)
            assert weights[moved].sum() <= 0.01 * weights.sum()
            assert len(f"{side:.12g}".replace(".", "").strip("0")) <= 3
    # neighbouring leaves are rounded alike
    assert sum(in_box(inputs, leaf, WORLDS).astype(int) for leaf in short.leaves).tolist() == (
        [1] * WORLDS
    )


def test_a_limit_in_the_bulk_of_a_heavy_tail_is_not_rounded_by_its_range():
    inputs = tailed(2.0)
    cost = inputs["war.cost"]
    assert cost.max() > 900
    found = when_it_works(planted(cost > 5.5, inputs), "p", "all", inputs, resamples=0)
    assert found.box.restrictions[0].lower == pytest.approx(5.5, abs=0.5)
    assert found.box.coverage.value > 0.95
    assert found.box.density.value > 0.95
    found = when_it_works(
        planted((cost > 5.5) & (cost < 9), inputs), "p", "all", inputs, resamples=0
    )
    (own,) = found.box.restrictions
    assert (own.lower, own.upper) == (pytest.approx(5.5, abs=0.5), pytest.approx(9, abs=1))
    assert found.box.coverage.value > 0.8


@pytest.mark.parametrize("size", [1e-9, 1.0, 1e12])
def test_where_worlds_spread_evenly_two_digits_are_enough(size):
    inputs, luck = drawn(2048)
    inputs = {**inputs, "war.cost": size * inputs["war.cost"]}
    works = luck < np.where(inputs["war.cost"] > 0.4237 * size, 0.95, 0.05)
    found = when_it_works(planted(works, inputs), "p", "all", inputs, resamples=0)
    (own,) = found.box.restrictions
    assert float(f"{own.lower:.1e}") == own.lower
    assert own.lower == pytest.approx(0.42 * size, rel=0.1)


def test_without_inputs_nothing_stands_out():
    inputs, luck = drawn(1024)
    run = planted(luck < 0.5, {**inputs, "fixed": np.ones(1024)})
    for paths in ([], ["fixed"]):
        found = when_it_works(run, "p", "all", paths)
        assert (found.finding, found.inputs) == ("nothing stands out", 0)


def test_worlds_that_weigh_nothing_do_not_count():
    inputs, luck = drawn(4096)
    there = np.arange(4096) % 2 == 0
    works = luck < np.where(inputs["war.cost"] > 0.5, 0.8, 0.1)
    # elsewhere it works where it does not matter
    misled = np.where(there, works, inputs["war.stake"] > 50)
    run = planted(misled, inputs, weights=there.astype(np.int64))
    found = when_it_works(run, "p", "all", inputs, resamples=2)
    assert [r.path for r in found.box.restrictions] == ["war.cost"]
    assert found.worlds == 2048
    density, mass, coverage, chosen = shares(
        found.box.restrictions, inputs, misled, there.astype(int).tolist()
    )
    assert found.box.density.value == pytest.approx(density)
    assert found.box.mass.value == pytest.approx(mass)
    assert found.box.coverage.value == pytest.approx(coverage)
    assert found.box.chosen == pytest.approx(chosen)


def test_weights_that_all_grow_change_nothing(known):
    run, _, found = known
    heavy = Run(None, run.verdict.reweight(7 * run.verdict.weights), {}, run.inputs, ("p",), {}, {})
    again = when_it_works(heavy, "p", "all", run.inputs)
    for a, b in zip(told(found), told(again), strict=True):
        assert a.density.value == pytest.approx(b.density.value)
        assert [(r.path, r.lower, r.upper, r.found_again) for r in a.restrictions] == [
            (r.path, r.lower, r.upper, r.found_again) for r in b.restrictions
        ]


def test_failures_are_told_apart_by_test_and_reason():
    inputs, luck = drawn(2048, noise=3)
    works = luck < np.where(inputs["war.cost"] > 0.5, 0.8, 0.1)
    late = inputs["war.stake"] < 70
    run = planted(works, inputs, late=late)
    found = why_it_fails(run, "p", "all", inputs, reasons=2, resamples=0)
    by_target = {one.target: one for one in found}
    assert list(by_target) == [
        Target("fails"),
        Target("fails", "acceptable"),
        Target("fails", "acceptable", "actor:A"),
        Target("fails", "acceptable", "line:B.x"),
        Target("fails", "credible"),
    ]
    for target, one in by_target.items():
        where = target_worlds(run, "p", "all", target)
        assert one.of_interest == where.sum()
        assert one.share.value == pytest.approx(where.mean())
    credible = by_target[Target("fails", "credible")].box.restrictions
    assert [(r.path, r.lower) for r in credible] == [("war.stake", pytest.approx(70, abs=1))]
    acceptable = by_target[Target("fails", "acceptable")].box.restrictions
    assert [(r.path, r.upper) for r in acceptable] == [("war.cost", pytest.approx(0.5, abs=0.05))]
    reasons = [target_worlds(run, "p", "all", Target("fails", "acceptable", name))
               for name in run.verdict.names]  # fmt: skip
    assert (np.logical_xor(*reasons) == ~works).all()
    assert (target_worlds(run, "p", "all", Target("passes", "credible")) == late).all()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"package": "q"}, "no package 'q'"),
        ({"rule": "none"}, "no rule 'none'"),
        ({"paths": ["war.cost", "war.price"]}, "no input war.price"),
        ({"targets": [Target("fails", "popular")]}, "no row for the test 'popular'"),
        ({"targets": [Target("fails", "acceptable", "actor:Z")]}, "no reason 'actor:Z'"),
        ({"targets": [Target("passes", "acceptable", "actor:A")]}, "a single test's failure"),
        ({"targets": [Target("fails", "joint", "actor:A")]}, "a single test's failure"),
        ({"resamples": -1}, "found -1 resamples"),
        ({"seed": -1}, "of seed -1"),
    ],
)
def test_what_the_run_does_not_know_is_refused(change, found):
    inputs, luck = drawn(512)
    asked = {
        "package": "p", "rule": "all", "paths": list(inputs), "targets": [Target("passes")],
        **change,
    }  # fmt: skip
    with pytest.raises(ModelError, match=found):
        find_scenarios(planted(luck < 0.5, inputs), asked.pop("package"), asked.pop("rule"),
                       asked.pop("paths"), asked.pop("targets"), **asked)  # fmt: skip


def test_a_sentence_and_its_numbers(known):
    _, _, found = known
    pieces = parts(found, found.box)
    numbers = [one for one in pieces if isinstance(one, Told)]
    assert [one.quantity for one in numbers] == ["density", "mass", "coverage"]
    assert [one.estimate for one in numbers] == [
        found.box.density, found.box.mass, found.box.coverage,
    ]  # fmt: skip
    words = sentence(pieces)
    assert words.startswith("Works in ")
    assert " per cent of the worlds in which " in words
    assert "the shock “reversal” does not fall" in words
    assert words.endswith(" of its successes.")
    own = sentence(parts(found, found.box, lambda one: f"<{one.path}>", lambda _: "Holds"))
    assert own.startswith("Holds in ")
    assert "<war.cost>" in own


@pytest.mark.parametrize(
    ("restriction", "words"),
    [
        (("a.b", 0.4, None), "a.b is above 0.4"),
        (("a.b", None, 12.0), "a.b is at most 12"),
        (("a.b", 0.4, 0.6), "a.b is above 0.4 and at most 0.6"),
        (("shocks.us", 0.5, None), "the shock “us” falls"),
        (("shocks.us", None, 0.5), "the shock “us” does not fall"),
        (("a.b", 12388.0, None), "a.b is above 12,388"),
        (("a.b", None, -1234567.5), "a.b is at most -1,234,567.5"),
        (("a.b", 0.00045, 1e12), "a.b is above 0.00045 and at most 1,000,000,000,000"),
        (("shocks.us.probability", None, 0.5), "shocks.us.probability is at most 0.5"),
    ],
)
def test_conditions_in_words(restriction, words):
    path, low, high = restriction
    assert condition(Restriction(path, low, high, (None, None), 1.0)) == words


def test_shares_in_words():
    assert percent(Estimate(0.614, 0.03, rough=True, blocks=4, effective_worlds=900)) == (
        "61 ± 5 per cent"
    )
    assert percent(Estimate(0.0213, 0.002, rough=True, blocks=4, effective_worlds=900)) == (
        "2.1 ± 0.3 per cent"
    )


def test_the_teaching_case_is_told_as_it_stands():
    run = assess(load(TEACHING), worlds=512, consent="without-south")
    for rule in run.rules:
        for package in run.packages:
            found = when_it_works(run, package, rule, run.inputs, resamples=2)
            assert found.share == run.verdict.share("joint", rule, package)
            assert all(one.endswith(".") for one in sentences(found))
    assert when_it_works(run, "pact", "everyone", run.inputs).finding == "nowhere"
