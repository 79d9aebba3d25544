"""What knowing an input is worth: closed forms with their coverage, definitions, laws."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from accord._errors import ModelError
from accord.theory.information import clairvoyance
from accord.theory.parameter_value import parameter_value
from accord.theory.sampling import column

NORMAL = NormalDist()
QUICK = {"draws": 100, "permutations": 20}
SEEDS = st.integers(0, 2**32)


def normals(seed, names, blocks=8):
    """Latin hypercubes block by block, as a run draws them, shape (names, W)."""
    return ndtri(np.stack([column(seed, f"input{k}", blocks) for k in range(names)]))


def unit_normal_loss(difference, deviation):
    """E max(0, D) - max(0, E D) for D normal (Raiffa and Schlaifer 1961, section 5.2)."""
    z = abs(difference) / deviation
    return deviation * (NORMAL.pdf(z) - z * NORMAL.cdf(-z))


# closed forms and coverage


def two_options(x):
    return [9 + 0.3 * x[2], 9 + 0.3 * x[2] + 0.2 + 0.5 * x[0] + x[1]]


def test_intervals_of_two_linear_options_cover_the_closed_form_nine_times_in_ten():
    truth = unit_normal_loss(0.2, 0.5)
    inside, errors, found = [], [], []
    for seed in range(120):
        x = np.random.default_rng(seed).normal(size=(3, 2048))
        one = parameter_value([x[0]], two_options(x), seed=seed, **QUICK).values[0]
        inside.append(one.low <= truth <= one.high)
        errors.append(one.standard_error)
        found.append(one.value)
    assert 0.81 <= np.mean(inside) <= 0.98
    assert np.mean(found) == pytest.approx(truth, abs=4 * np.std(found) / np.sqrt(120))
    assert np.mean(errors) == pytest.approx(np.std(found), rel=0.25)


def test_intervals_from_the_worlds_of_a_run_cover_at_least_as_often():
    # what Latin hypercubes take away of the error the interval does not know of
    truth = unit_normal_loss(0.2, 0.5)
    inside = []
    for seed in range(60):
        x = normals(seed, 3)
        one = parameter_value([x[0]], two_options(x), seed=seed, **QUICK).values[0]
        inside.append(one.low <= truth <= one.high)
    assert np.mean(inside) >= 0.78


def test_an_option_against_none_and_two_inputs_known_together():
    together = np.hypot(0.4, 0.3)
    sums = np.zeros(4)
    for seed in range(12):
        x = normals(seed, 3)
        utility = [0.1 + 0.4 * x[0] + 0.3 * x[1] + x[2]]
        found = parameter_value([x[0], x[1], x[:2], x], utility, seed=seed, **QUICK)
        sums += [one.value for one in found.values]
        assert found.now == 0
        assert found.values[3].value == pytest.approx(found.clairvoyance, abs=0.02)
        share = NORMAL.cdf(-0.1 / 0.4)
        assert found.values[0].changed == pytest.approx(share, abs=0.1)
    deviations = (0.4, 0.3, together, np.hypot(together, 1.0))
    wanted = [unit_normal_loss(0.1, deviation) for deviation in deviations]
    assert sums / 12 == pytest.approx(wanted, abs=0.012)


def test_events_and_shares_by_a_probit():
    # passing is an event: U = [X + noise > c], against a sure thing of 0.5
    truth = []
    x = ndtri((np.arange(200_000) + 0.5) / 200_000)
    chance = np.array([NORMAL.cdf(v) for v in (x[::100] - 0.2) * 2])
    truth = np.maximum(chance, 0.5).mean() - max(chance.mean(), 0.5)
    inside = []
    for seed in range(60):
        drawn = normals(seed, 2)
        event = drawn[0] + 0.5 * drawn[1] > 0.2
        utility = [event * 1.0, np.full(event.size, 0.5)]
        one = parameter_value([drawn[0]], utility, seed=seed, **QUICK).values[0]
        assert one.value == pytest.approx(truth, abs=0.03)
        inside.append(one.low <= truth <= one.high)
    assert np.mean(inside) >= 0.78


def test_an_input_that_tells_nothing_lies_below_its_null_band_nineteen_times_in_twenty():
    above, mistakes = [], 0
    for seed in range(12):
        x = normals(seed, 33)
        x[:10] = x[:10] > 1
        utility = [x[30] > 0.1 * k + x[31] for k in range(3)]
        utility.append(x[32] > 0)
        found = parameter_value(list(x[:30]), utility, seed=seed, draws=50, permutations=100)
        above += [one.value > one.null_high for one in found.values]
        mistakes += any(one.told_apart for one in found.values)
    assert 0.02 <= np.mean(above) <= 0.09
    # one in twenty sets makes a mistake; four of twelve would be a chance of 1 in 500
    assert mistakes <= 3


def test_what_is_worth_knowing_is_told_apart_even_where_no_permuted_input_is_worth_anything():
    x = normals(3, 3)
    utility = [0.5 + 0.4 * x[0] + 0.1 * x[2]]
    found = parameter_value(list(x[:2]), utility, seed=1).values
    assert found[0].null_high == 0
    assert [one.told_apart for one in found] == [True, False]


# the definition, where it can be computed


def by_value(x, utility, weights):
    """The means at every value of the input."""
    foreseen = sum(
        weights[x == v].sum() * max(0.0, np.average(utility[:, x == v], 1, weights[x == v]).max())
        for v in np.unique(x)
    )
    return foreseen / weights.sum() - max(0.0, np.average(utility, 1, weights).max())


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(2, 10), st.integers(1, 4), st.booleans())
def test_an_input_with_few_values_has_the_means_at_its_values(seed, distinct, options, weighted):
    random = np.random.default_rng(seed)
    x = random.integers(0, distinct, 256).astype(float)
    utility = random.normal(size=(options, 256)) + x * random.normal(size=(options, 1))
    weights = random.integers(1, 9, 256) if weighted else np.ones(256)
    one = parameter_value([x], utility, weights, seed=1, **QUICK).values[0]
    assert one.value == pytest.approx(by_value(x, utility, weights.astype(float)), abs=1e-9)


# laws


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.booleans())
def test_no_input_is_worth_less_than_nothing_or_more_than_everything(seed, weighted):
    random = np.random.default_rng(seed)
    x = random.standard_t(2, size=(3, 256))
    x[2] = x[2] > 0.5
    utility = random.normal(size=(3, 256)) * random.random((3, 1)) + x[:1] * random.normal()
    weights = random.integers(0, 9, 256) if weighted else None
    found = parameter_value([*x, x[:2]], utility, weights, seed=seed, **QUICK)
    assert found.clairvoyance == pytest.approx(clairvoyance(utility, weights))
    for one in found.values:
        assert 0 <= one.low <= one.value <= one.high <= found.clairvoyance
        assert one.standard_error >= 0
        assert 0 <= one.changed <= 1
        assert 0 <= one.chance <= 1


def test_only_the_order_of_an_input_matters():
    x = normals(5, 3)
    utility = [0.2 + 0.5 * x[0] + x[2], np.tanh(x[1])]
    plain = parameter_value([x[0], x[1], x[:2]], utility, seed=4, **QUICK)
    for change in (lambda v: 3 * v - 100, np.exp, lambda v: v**3):
        moved = change(x)
        assert parameter_value([moved[0], moved[1], moved[:2]], utility, seed=4, **QUICK) == plain
    mirrored = parameter_value([-x[0], -x[1]], utility, seed=4, **QUICK)
    for one, other in zip(mirrored.values, plain.values[:2], strict=True):
        assert one.value == pytest.approx(other.value, rel=1e-3)


@given(SEEDS, st.floats(0.01, 100))
@settings(max_examples=15, deadline=None)
def test_the_unit_of_the_utility_is_the_unit_of_the_value(seed, unit):
    x = np.random.default_rng(seed).normal(size=(3, 512))
    utility = np.stack([x[0] + x[1], 0.1 + x[2]])
    plain = parameter_value([x[0]], utility, seed=seed, **QUICK).values[0]
    scaled = parameter_value([x[0]], unit * utility, seed=seed, **QUICK).values[0]
    assert scaled.value == pytest.approx(unit * plain.value, rel=1e-6)
    assert scaled.standard_error == pytest.approx(unit * plain.standard_error, rel=1e-6)


def test_an_option_that_stands_there_twice_or_that_is_never_best_changes_no_value():
    x = normals(6, 3)
    utility = np.stack([0.2 + 0.5 * x[0] + x[2], 0.1 + x[1]])
    plain, twice, more = (
        [one.value for one in parameter_value(list(x), options, seed=4, **QUICK).values]
        for options in (
            utility,
            np.concatenate([utility, utility]),
            np.concatenate([utility, utility[:1] - 50]),
        )
    )
    assert twice == pytest.approx(plain, rel=1e-9)
    assert more == pytest.approx(plain, rel=1e-9)


def test_worlds_without_weight_change_nothing_and_weights_count():
    random = np.random.default_rng(2)
    x, luck = random.normal(size=(2, 1024)), random.normal(size=1024)
    weights = random.integers(0, 4, 1024)
    utility = np.stack([0.1 + x[0] + luck])
    plain = parameter_value(list(x), utility, weights, seed=4, **QUICK)
    other = utility.copy()
    other[:, weights == 0] = 77
    assert parameter_value(list(x), other, weights, seed=4, **QUICK) == plain
    side = random.random(1024) < 0.5
    mixed = np.where(side, x[0], luck)[None]
    heavy = [
        parameter_value([x[0]], mixed, np.where(side, w, 5), seed=4, **QUICK).values[0].value
        for w in (0, 5, 1000)
    ]
    assert heavy[0] < 0.1 < heavy[1] < heavy[2]
    assert heavy[2] == pytest.approx(unit_normal_loss(0, 1), abs=0.06)


def test_where_nothing_can_be_won_nothing_is_worth_knowing():
    x = normals(1, 2, blocks=1)
    found = parameter_value(list(x), np.zeros((2, 256)), seed=1, **QUICK)
    assert (found.now, found.worth, found.clairvoyance) == (None, 0, 0)
    assert all(one.value == one.changed == 0 and not one.told_apart for one in found.values)
    sure = parameter_value(list(x), np.ones((1, 256)), seed=1, **QUICK)
    assert (sure.now, sure.worth, sure.values[0].value) == (0, pytest.approx(1), 0)


def test_the_seed_decides_and_the_global_random_state_does_not():
    x = normals(1, 2)
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first = parameter_value(list(x), [x[0]], seed=11, **QUICK)
    assert parameter_value(list(x), [x[0]], seed=11, **QUICK) == first
    assert parameter_value(list(x), [x[0]], seed=12, **QUICK) != first
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


# bad input


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"groups": [np.zeros(3)]}, "group 0: found shape"),
        ({"groups": [np.arange(256), np.arange(1024).reshape(4, 256)]}, "group 1: found shape"),
        ({"groups": [np.ones(256)]}, "the same in every world"),
        ({"groups": [np.stack([np.arange(256), np.ones(256)])]}, "the same in every world"),
        ({"groups": [np.full(256, np.inf)]}, "not finite"),
        ({"utility": np.zeros(256)}, "utilities of shape"),
        ({"utility": np.full((2, 256), np.nan)}, "utilities of shape"),
        ({"weights": np.ones(3)}, "weights of shape"),
        ({"weights": (np.arange(256) < 40) * 1.0}, "40 worlds weigh anything"),
        ({"permutations": 5}, "permuted"),
    ],
)
def test_what_has_no_answer_is_refused(change, told):
    plain = {"groups": [np.arange(256.0)], "utility": [np.arange(256.0)], "seed": 1}
    with pytest.raises(ModelError, match=told):
        parameter_value(**{**plain, **change})
