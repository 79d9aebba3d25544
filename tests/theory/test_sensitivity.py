"""Sensitivity from given data: against closed forms, the definitions, SALib, and by coverage."""

import warnings
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from accord._errors import ModelError
from accord.theory.input_classes import CLASSES, classes_of
from accord.theory.sampling import BLOCK, column
from accord.theory.sensitivity import sensitivity

QUICK = {"replicates": 100, "permutations": 20}


def worlds(seed, names, blocks=8):
    """Latin hypercubes block by block, as a run draws them, shape (names, W)."""
    return np.stack([column(seed, f"input{k}", blocks) for k in range(names)])


def ishigami(seed, blocks=16):
    x = np.pi * (2 * worlds(seed, 3, blocks) - 1)
    return x, np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def ishigami_indices(a=7.0, b=0.1):
    variance = a**2 / 8 + b * np.pi**4 / 5 + b**2 * np.pi**8 / 18 + 0.5
    return 0.5 * (1 + b * np.pi**4 / 5) ** 2 / variance, a**2 / 8 / variance, 0.0


def values(found):
    return np.array([[one.value for one in each] for each in (found.first_order, found.pawn)])


# closed forms and coverage


def test_the_bands_of_the_ishigami_function_hold_its_indices():
    inside = []
    for seed in range(40):
        found = sensitivity(*ishigami(seed), seed=seed, **QUICK).first_order
        for one, truth in zip(found, ishigami_indices(), strict=True):
            assert one.value == pytest.approx(truth, abs=0.04)
            inside.append(one.low <= truth <= one.high)
    # 120 bands of 90%, three standard errors either way
    assert 0.81 <= np.mean(inside) <= 0.99


def test_bands_of_a_linear_normal_model_cover_the_index_nine_times_in_ten():
    slopes = np.array([1.0, 2.0, 0.5, 0.0])
    truth = slopes**2 / (slopes @ slopes + 1)
    inside = []
    for seed in range(120):
        normals = ndtri(worlds(seed, 5))
        outcome = slopes @ normals[:4] + normals[4]
        found = sensitivity(normals[:4], outcome, seed=seed, **QUICK).first_order
        inside.append([o.low <= t <= o.high for o, t in zip(found, truth, strict=True)])
    covered = np.mean(inside, axis=0)
    assert (covered[:3] >= 0.81).all()
    assert (covered[:3] <= 0.98).all()
    # a band is cut at nought, so that it holds an index of nought more often
    assert covered[3] >= 0.81


@pytest.mark.parametrize("weighted", [False, True])
def test_bands_of_a_shock_and_an_event_cover_both_indices(weighted):
    fall, chances = 0.3, np.array([0.2, 0.5])
    share = (1 - fall) * chances[0] + fall * chances[1]
    spread = fall * (1 - fall) * (chances[1] - chances[0])
    truth = spread**2 / (fall * (1 - fall)) / (share * (1 - share)), 2 * spread
    inside = []
    for seed in range(120):
        luck = worlds(seed, 3)
        fell = luck[0] < fall
        outcome = luck[1] < chances[fell.astype(int)]
        weights = np.ceil(luck[2] * 5) if weighted else None
        found = sensitivity([fell], outcome, weights, seed=seed, **QUICK)
        pair = found.first_order[0], found.pawn[0]
        inside.append([o.low <= t <= o.high for o, t in zip(pair, truth, strict=True)])
    covered = np.mean(inside, axis=0)
    assert (covered >= 0.81).all()
    assert (covered <= 0.98).all()


def test_the_band_of_pawn_covers_what_a_large_sample_shows():
    random = np.random.default_rng(5)

    def drawn(source, count):
        x = source.normal(size=count)
        return x, x + source.normal(size=count)

    x, y = drawn(random, 2_000_000)
    classes = classes_of(x)
    grid = np.quantile(y, np.linspace(0.005, 0.995, 199))
    everywhere = np.searchsorted(np.sort(y), grid, side="right") / y.size
    distances = []
    for part in np.split(y[classes.order], classes.starts[1:]):
        here = np.searchsorted(np.sort(part), grid, side="right") / part.size
        distances.append(np.abs(here - everywhere).max())
    truth = np.mean(distances)
    inside = []
    for seed in range(100):
        own = np.random.default_rng(seed)
        one = sensitivity(*_single(drawn(own, 4096)), seed=seed, **QUICK).pawn[0]
        inside.append(one.low <= truth <= one.high)
    assert np.mean(inside) >= 0.78


def _single(pair):
    return [pair[0]], pair[1]


def test_inputs_that_tell_nothing_lie_in_their_null_band_and_are_seldom_told_apart():
    above, mistakes = [], 0
    for seed in range(20):
        x = worlds(seed, 31)
        x[:10] = x[:10] < np.linspace(0.01, 0.6, 10)[:, None]
        found = sensitivity(x[:30], x[30] < 0.3, seed=seed, replicates=20, permutations=200)
        pairs = found.first_order + found.pawn
        above += [o.value > o.null_high for o in pairs]
        mistakes += any(o.told_apart for o in pairs)
    # 5% of 1,200; the two indices of an input hang together
    assert 0.02 <= np.mean(above) <= 0.08
    # one in twenty sets makes a mistake; five would be a chance of 1 in 400
    assert mistakes <= 4


def test_what_matters_is_told_apart_among_many_that_do_not():
    random = np.random.default_rng(3)
    x = random.normal(size=(200, 2048))
    x[7] = x[7] > 1
    outcome = x[3] + x[7] + random.normal(size=2048) > 1
    found = sensitivity(x, outcome, seed=1, replicates=50)
    for each in (found.first_order, found.pawn):
        assert {3, 7} == {k for k, one in enumerate(each) if one.told_apart}


# the definitions


def first_order_by_definition(x, y):
    """Classes and lines fitted one by one; the explained squares less what noise explains."""
    classes, explained, parameters = classes_of(x), 0.0, 0
    left = 0.0
    for part in np.split(classes.order, classes.starts[1:]):
        ranks = np.array([(x < v).sum() + (x <= v).sum() for v in x[part]], dtype=float)
        design = np.stack([np.ones(part.size), ranks - ranks.mean()], axis=1)
        if np.ptp(ranks) == 0:
            design = design[:, :1]
        fitted = design @ np.linalg.lstsq(design, y[part], rcond=None)[0]
        explained += ((fitted - y.mean()) ** 2).sum()
        left += ((y[part] - fitted) ** 2).sum()
        parameters += design.shape[1]
    noise = left / (y.size - parameters) * (parameters - 1)
    return (explained - noise) / ((y - y.mean()) ** 2).sum()


def pawn_by_definition(x, y):
    """Each class against all, at every value of the outcome."""
    classes, found = classes_of(x), 0.0
    for part in np.split(classes.order, classes.starts[1:]):
        gaps = [((y[part] <= t).mean() - (y <= t).mean(), (y <= t).mean()) for t in np.unique(y)]
        gap, share = max(gaps, key=lambda pair: abs(pair[0]))
        noise = share * (1 - share) * (1 / part.size - 1 / y.size)
        found += part.size / y.size * np.sqrt(max(gap**2 - noise, 0))
    return found


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([2, 4, 9, 30, 10**6]), st.sampled_from([2, 5]))
def test_indices_are_what_their_definitions_say(seed, distinct, outcomes):
    random = np.random.default_rng(seed)
    x = random.integers(0, distinct, 256).astype(float)
    y = np.minimum(random.integers(0, outcomes, 256) + (x > distinct / 3), outcomes - 1)
    y = y.astype(float)
    found = values(sensitivity([x], y, seed=1, replicates=20, permutations=20))[:, 0]
    assert found[0] == pytest.approx(max(0.0, first_order_by_definition(x, y)), abs=1e-9)
    assert found[1] == pytest.approx(pawn_by_definition(x, y), abs=1e-9)


def test_against_salib_where_salib_can_do_it():
    # it has neither weights nor bands by blocks, and no classes for inputs of two values
    from SALib.analyze import delta, pawn, rbd_fast  # noqa: PLC0415  slow to import

    x, y = ishigami(2)
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[-np.pi, np.pi]] * 3}
    ours = values(sensitivity(x, y, seed=1, **QUICK))
    kept = np.random.get_state()  # noqa: NPY002  SALib draws from the global state
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fast = rbd_fast.analyze(problem, x.T, y, num_resamples=2, seed=1)
            classes = delta.analyze(problem, x.T, y, num_resamples=2, seed=1, method="sobol")
            moved = pawn.analyze(problem, x.T, y, S=CLASSES, seed=1)
    finally:
        np.random.set_state(kept)  # noqa: NPY002
    assert ours[0] == pytest.approx(np.array(fast["S1"]), abs=0.03)
    assert ours[0] == pytest.approx(np.array(classes["S1"]), abs=0.05)
    # theirs is not corrected for what noise alone comes to
    assert ours[1] == pytest.approx(np.array(moved["mean"]), abs=0.03)
    assert (ours[1] <= np.array(moved["mean"]) + 0.01).all()


# properties


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.booleans(), st.booleans())
def test_bands_hold_the_index_and_stay_between_nought_and_one(seed, weighted, event):
    random = np.random.default_rng(seed)
    x = random.normal(size=(3, 512))
    x[2] = x[2] > 1.5
    y = x[0] + random.normal(size=512)
    weights = random.integers(0, 9, 512) if weighted else None
    found = sensitivity(x, y > 0 if event else y, weights, seed=seed, **QUICK)
    assert found.rough
    for one in found.first_order + found.pawn:
        assert 0 <= one.low <= one.value <= one.high <= 1
        assert 0 <= one.null_low <= one.null_high <= 1
        assert 0 <= one.chance <= 1


def test_only_the_order_of_an_input_matters_and_the_outcome_may_be_rescaled():
    x, y = ishigami(4, blocks=8)
    plain = sensitivity(x, y, seed=3, **QUICK)
    assert sensitivity(np.exp(x) - 7, y, seed=3, **QUICK) == plain
    assert values(sensitivity(x, 5 - 40 * y, seed=3, **QUICK))[0] == pytest.approx(values(plain)[0])


def test_worlds_without_weight_and_the_scale_of_weights_change_nothing():
    random = np.random.default_rng(8)
    x, y = random.normal(size=(2, 2560)), random.random(2560) < 0.4
    y[x[0] > 1] = True
    weights = random.integers(0, 5, 2560)
    plain = sensitivity(x, y, weights, seed=3, **QUICK)
    other_x, other_y = x.copy(), y.copy()
    other_x[:, weights == 0], other_y[weights == 0] = 99.0, False
    assert sensitivity(other_x, other_y, weights, seed=3, **QUICK) == plain
    assert values(sensitivity(x, y, weights * 7, seed=3, **QUICK)) == pytest.approx(values(plain))
    padded = np.concatenate([x, np.zeros((2, BLOCK))], axis=1)
    more = np.append(weights, np.zeros(BLOCK)), np.append(y, np.ones(BLOCK))
    assert sensitivity(padded, more[1], more[0], seed=3, **QUICK) == plain


def test_weights_shift_the_index_to_the_worlds_that_weigh():
    random = np.random.default_rng(9)
    x, side = random.normal(size=4096), random.random(4096) < 0.5
    y = np.where(side, x, random.normal(size=4096))
    found = [
        sensitivity([x], y, np.where(side, heavy, 5), seed=1, **QUICK).first_order[0].value
        for heavy in (0, 5, 1000)
    ]
    assert found[0] < 0.02
    assert found[1] == pytest.approx(0.25, abs=0.05)
    assert found[2] > 0.9


def test_the_seed_decides_and_the_global_random_state_does_not():
    x, y = ishigami(1, blocks=8)
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first = sensitivity(x, y, seed=11, **QUICK)
    assert sensitivity(x, y, seed=11, **QUICK) == first
    assert sensitivity(x, y, seed=12, **QUICK) != first
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_inputs_do_not_disturb_one_another():
    x, y = ishigami(1, blocks=8)
    all_three = values(sensitivity(x, y, seed=1, **QUICK))
    for k in range(3):
        assert values(sensitivity(x[[k]], y, seed=1, **QUICK))[:, 0].tolist() == (
            all_three[:, k].tolist()
        )


# classes


@given(st.lists(st.integers(-20, 20), min_size=64, max_size=300))
def test_classes_keep_equal_values_together(numbers):
    x = np.array(numbers, dtype=float)
    found = classes_of(x)
    parts = np.split(x[found.order], found.starts[1:])
    assert len(parts) <= CLASSES
    assert all(a.max() < b.min() for a, b in pairwise(parts))
    assert found.graded == (np.unique(x).size > CLASSES)


def test_classes_of_distinct_values_are_even():
    sizes = classes_of(np.random.default_rng(1).random(2048)).sizes
    assert set(sizes.tolist()) <= {204, 205}


# bad input


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"inputs": np.zeros(256)}, "shape"),
        ({"outcome": np.zeros(255)}, "shape"),
        ({"outcome": np.ones(256)}, "outcome is the same"),
        ({"inputs": np.stack([np.arange(256), np.ones(256)])}, "input 1 is the same"),
        ({"inputs": np.full((1, 256), np.nan)}, "not finite"),
        ({"weights": np.ones(3)}, "weights of shape"),
        ({"weights": -np.ones(256)}, "negative"),
        ({"weights": np.zeros(256)}, "weight 0"),
        ({"weights": (np.arange(256) < 40) * 1.0}, "40 worlds weigh anything"),
        ({"permutations": 5}, "permuted"),
        ({"replicates": 5}, "replicates"),
    ],
)
def test_what_has_no_answer_is_refused(change, told):
    plain = {"inputs": [np.arange(256)], "outcome": np.arange(256) % 2, "weights": None, "seed": 1}
    with pytest.raises(ModelError, match=told):
        sensitivity(**{**plain, **change})


def test_worlds_come_in_whole_blocks():
    with pytest.raises(ModelError, match="blocks of 256"):
        sensitivity([np.arange(300)], np.arange(300) % 2, seed=1)
