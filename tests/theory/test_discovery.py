"""Boxes by patient rule induction, against published runs and against the definition."""

import csv
import itertools
import json
from fractions import Fraction
from math import comb
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory.discovery import discover

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "discovery"


@pytest.fixture(scope="module")
def published():
    if not REFERENCE.is_dir():
        pytest.skip("the reference cases are not beside the checkout")
    told = json.loads((REFERENCE / "bryant_prim.json").read_text(encoding="utf-8"))
    with (REFERENCE / "bryant_lempert_2010.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    inputs = {name: [float(row[name]) for row in rows] for name in told["inputs"]}
    return told, discover(inputs, [float(row[told["outcome"]]) > 0.5 for row in rows])


def test_the_trajectory_of_bryant_and_lempert_is_found(published):
    told, found = published
    assert len(found.trajectory) == len(told["trajectory"])
    for box, known in zip(found.trajectory, told["trajectory"], strict=True):
        assert (box.inside, box.of_interest, len(box.limits)) == (
            known["n"], known["k"], known["res_dim"],
        )  # fmt: skip
        assert box.coverage == pytest.approx(known["coverage"])
        assert box.density == pytest.approx(known["density"])
        assert box.mass == pytest.approx(known["mass"])


def test_limits_and_quasi_p_of_bryant_and_lempert_are_found(published):
    told, found = published
    for box, limits, chances in zip(
        found.trajectory, told["restricted_limits"], told["quasi_p"], strict=True
    ):
        assert set(box.limits) == set(limits)
        for name, sides in limits.items():
            assert box.limits[name] == pytest.approx(tuple(sides))
        for name, sides in chances.items():
            for own, known in zip(box.quasi_p[name], sides, strict=True):
                assert (own is None) == (known == -1)
                assert own is None or own == pytest.approx(known, rel=1e-6)
    box = found.trajectory[21]  # the one that the authors discuss
    assert (round(box.coverage, 6), round(box.density, 6)) == (0.752809, 0.770115)


def table(seed, count=200, inputs=3, words=1):
    random = np.random.default_rng(seed)
    numbers = {f"x{i}": random.integers(0, 12, count) / 4 for i in range(inputs)}
    kinds = {f"k{i}": random.choice(["a", "b", "c"], count) for i in range(words)}
    first = next(iter(numbers.values()))
    chance = np.where(first > 1.5, 0.7, 0.1)
    if words:
        chance = np.where(kinds["k0"] == "a", chance * 0.3, chance)
    return {**numbers, **kinds}, random.random(count) < chance


def inside(inputs, limits):
    where = np.ones(len(next(iter(inputs.values()))), dtype=bool)
    for name, own in limits.items():
        values = np.asarray(inputs[name])
        if isinstance(own, frozenset):
            where &= np.isin(values, sorted(own))
        else:
            where &= (values >= own[0]) & (values <= own[1])
    return where


@pytest.mark.parametrize("seed", range(40))
def test_a_box_tells_what_is_in_it(seed):
    inputs, outcome = table(seed, words=seed % 3)
    found = discover(inputs, outcome)
    for box in found.trajectory:
        where = inside(inputs, box.limits)
        assert where.sum() == box.inside
        assert outcome[where].sum() == box.of_interest
        assert box.coverage == pytest.approx(outcome[where].sum() / outcome.sum())
        assert box.density == pytest.approx(outcome[where].mean())
        for name, (low, high) in box.quasi_p.items():
            whole = np.asarray(inputs[name])
            own = box.limits[name]
            sides = (
                [({}, low)] if isinstance(own, frozenset)
                else [({name: (whole.min(), own[1])}, low), ({name: (own[0], whole.max())}, high)]
            )  # fmt: skip
            for free, chance in sides:
                others = {n: limits for n, limits in box.limits.items() if n != name}
                wide = inside(inputs, others | free)
                expected = tail(box.of_interest, box.inside, outcome[wide].mean())
                if chance is not None:
                    assert chance == pytest.approx(expected, rel=1e-6, abs=1e-12)


def tail(hits, count, chance):
    """P(at least so many of so many), by adding up."""
    return sum(
        comb(count, k) * chance**k * (1 - chance) ** (count - k) for k in range(hits, count + 1)
    )


def peels(values, where, share):
    """What one step may take off one input: its lower or its upper end, equal values together."""
    ordered = sorted(values[where])
    low = ordered[int((len(ordered) - 1) * share)]
    high = ordered[-1 - int((len(ordered) - 1) * share)]
    if ordered[0] < ordered[-1]:
        yield where & (values > low)
        yield where & (values < high)


@pytest.mark.parametrize("seed", range(40))
def test_every_step_peels_what_raises_the_density_most_for_what_it_gives_up(seed):
    inputs, outcome = table(seed, inputs=3, words=0)
    steps = discover(inputs, outcome, mass=0.2).trajectory
    for before, after in itertools.pairwise(steps):
        if after.inside > before.inside:  # pasted back
            break
        where = inside(inputs, before.limits)
        gains = [
            (outcome[kept].mean() - outcome[where].mean()) / (where.sum() - kept.sum())
            for values in map(np.asarray, inputs.values())
            for kept in peels(values, where, 0.1)
            if kept.sum() >= 0.2 * 200
        ]
        gain = (after.density - before.density) / (before.inside - after.inside)
        assert gain == pytest.approx(max(gains))
        assert gain > 0


def wider(inputs, limits, new):
    """What one step may give back: the fewest next values that are so many cases, or a category."""
    where = inside(inputs, limits)
    for name, own in limits.items():
        values = np.asarray(inputs[name])
        if isinstance(own, frozenset):
            for word in set(values.tolist()) - own:
                yield name, inside(inputs, {**limits, name: own | {word}})
            continue
        ups = [(own[0], value) for value in np.unique(values) if value > own[1]]
        downs = [(value, own[1]) for value in np.unique(values)[::-1] if value < own[0]]
        for side in (ups, downs):
            boxes = [inside(inputs, {**limits, name: one}) for one in side]
            enough = [box for box in boxes if box.sum() - where.sum() >= new]
            for box in [*enough[:1], *boxes[-1:]][:1]:
                yield name, box


def pasted(inputs, outcome, limits, paste):
    """Gain in density for each case taken back, of every paste that takes any back, by input."""
    where = inside(inputs, limits)
    new = max(1, round(paste * int(where.sum())))
    before = Fraction(int(outcome[where].sum()), int(where.sum()))
    return [
        (
            (Fraction(int(outcome[box].sum()), int(box.sum())) - before)
            / int(box.sum() - where.sum()),
            name,
            box,
        )
        for name, box in wider(inputs, limits, new)
        if box.sum() > where.sum()
    ]


def test_what_a_peel_took_too_much_of_is_pasted_back():
    x = np.arange(20.0)
    outcome = (x >= 12) & (x != 15)
    steps = discover({"x": x}, outcome, peel=0.3).trajectory
    # six cases, then four, then three go, of which 12 should have stayed
    assert [(box.inside, box.of_interest) for box in steps] == [
        (20, 7), (14, 7), (10, 7), (7, 6), (8, 7),
    ]  # fmt: skip
    assert steps[-1].limits == {"x": (12.0, 19.0)}


def test_a_category_that_a_peel_took_too_much_of_is_pasted_back():
    letters, hits = "baaabbcabcaa", "010110110001"
    inputs = {"x": np.arange(12.0), "k": np.array(list(letters))}
    steps = discover(inputs, np.array(list(hits)) == "1", peel=0.2, mass=0.15).trajectory
    assert [(box.inside, box.of_interest) for box in steps] == [
        (12, 6), (8, 5), (6, 4), (4, 3), (5, 4),
    ]  # fmt: skip
    assert [box.limits.get("k", "abc") for box in steps] == [
        "abc", set("ac"), set("a"), set("a"), set("ac"),
    ]  # fmt: skip


def overshot(seed, count=60):
    """A small table in which large peels take too much."""
    random = np.random.default_rng(seed)
    x, tied = random.permutation(count) / 4, random.integers(0, 9, count)
    kind = random.choice(["a", "b", "c", "d"], count)
    where = (x > random.integers(2, 7)) & (tied < 7) & np.isin(kind, ["a", "c"])
    return {"x": x, "tied": tied, "kind": kind}, random.random(count) < np.where(where, 0.8, 0.15)


@pytest.mark.parametrize(("peel", "paste"), [(0.2, 0.05), (0.15, 0.02), (0.3, 0.2)])
def test_every_step_pastes_what_raises_the_density_most_for_what_it_takes_back(peel, paste):
    back = []
    for seed in range(120):
        inputs, outcome = overshot(seed)
        steps = discover(inputs, outcome, peel=peel, paste=paste).trajectory
        smallest = min(range(len(steps)), key=lambda number: steps[number].inside)
        for before, after in itertools.pairwise(steps[smallest:]):
            gains = pasted(inputs, outcome, before.limits, paste)
            most = max(gain for gain, _, _ in gains)
            assert most > 0
            where = inside(inputs, after.limits)
            names = [name for gain, name, box in gains if gain == most and (box == where).all()]
            assert names
            back.append(names[0])
        # none is left that would raise it
        rest = pasted(inputs, outcome, steps[-1].limits, paste)
        assert max((gain for gain, _, _ in rest), default=0) <= 0
    assert {"x", "tied"} <= set(back)


@pytest.mark.parametrize("peel", [0.001, 0.005])
def test_patience_is_not_cut_short(peel):
    x = np.arange(1200.0)
    found = discover({"x": x}, x >= 1080, peel=peel)
    last = found.trajectory[-1]
    assert (last.inside, last.density, last.coverage) == (120, 1.0, 1.0)
    assert last.limits == {"x": (1079.5, 1199.0)}
    assert found.chosen == len(found.trajectory) - 1
    assert peel > 0.001 or len(found.trajectory) > 900


def test_nothing_is_peeled_off_a_box_that_cannot_be_denser():
    random = np.random.default_rng(1)
    first = np.arange(1.0, 9.0)
    inputs = {"x0": first, **{f"x{i}": random.random(8) for i in range(1, 12)}}
    steps = discover(inputs, first > 4).trajectory
    assert [box.inside for box in steps] == [8, 7, 6, 5, 4]
    assert (steps[-1].density, steps[-1].coverage) == (1.0, 1.0)


def test_a_box_may_hold_the_least_share_exactly():
    """0.07 * 100 is more than 7 in floats."""
    x = np.arange(100.0)
    found = discover({"x": x}, x >= 93, peel=0.01, mass=0.07)
    assert found.trajectory[-1].inside == 7
    assert discover({"x": x}, x >= 98, peel=0.01, mass=0.07).trajectory[-1].inside == 7


def test_values_without_a_number_between_them_are_told_apart():
    below = 1.0
    for values in ([below, np.nextafter(below, 2)], [5e-324, 1e-323], [1.0e308, 1.7e308]):
        inputs = {"x": np.repeat(values, 10)}
        for outcome in (np.arange(20) >= 10, np.arange(20) < 10):
            last = discover(inputs, outcome).trajectory[-1]
            assert (last.inside, last.density) == (10, 1.0)


def test_the_chosen_box_is_where_the_outcome_was_put():
    random = np.random.default_rng(1)
    inputs = {f"x{i}": random.random(4000) for i in range(12)}
    outcome = (inputs["x3"] > 0.6) & (inputs["x7"] < 0.5)
    found = discover(inputs, outcome)
    box = found.trajectory[found.chosen]
    assert set(box.limits) == {"x3", "x7"}
    assert box.limits["x3"][0] == pytest.approx(0.6, abs=0.05)
    assert box.limits["x7"][1] == pytest.approx(0.5, abs=0.05)
    assert box.coverage > 0.9
    assert box.density > 0.9
    assert max(max(p for p in sides if p is not None) for sides in box.quasi_p.values()) < 1e-6


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.02, 0.4), st.floats(0.05, 0.5))
def test_laws_of_a_trajectory(seed, peel, mass):
    inputs, outcome = table(seed, count=120)
    if outcome.all() or not outcome.any():
        return
    found = discover(inputs, outcome, peel=peel, mass=mass)
    first = found.trajectory[0]
    assert (first.coverage, first.mass, first.limits) == (1.0, 1.0, {})
    for before, after in zip(found.trajectory, found.trajectory[1:], strict=False):
        assert after.density > before.density
        assert after.mass >= mass
    shuffled = np.random.default_rng(seed).permutation(120)
    again = discover(
        {name: np.asarray(values)[shuffled] for name, values in inputs.items()},
        outcome[shuffled], peel=peel, mass=mass,
    )  # fmt: skip
    assert again == found


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"outcome": [True] * 4}, "in all of 4"),
        ({"outcome": [False] * 4}, "in none of 4"),
        ({"inputs": {"x": [1, 2, 3]}}, "x: found shape"),
        ({"inputs": {"x": [1, 2, 3, float("nan")]}}, "not finite"),
        ({"peel": 0.0}, "peel: found 0"),
        ({"mass": 1.5}, "mass: found 1.5"),
    ],
)
def test_what_cannot_be_told_apart_is_refused(change, found):
    told = {"inputs": {"x": [1, 2, 3, 4]}, "outcome": [True, False, True, False], **change}
    with pytest.raises(ModelError, match=found):
        discover(**told)
