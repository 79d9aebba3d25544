import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from accord._errors import ModelError
from accord.theory.distributions import (
    Beta,
    Discrete,
    Distribution,
    Domain,
    LogitNormal,
    LogNormal,
    Metalog,
    Mixture,
    Normal,
    Pert,
    Point,
    Triangular,
    Uniform,
    interval90,
)

GRID = np.concatenate([[1e-9, 1e-5], np.linspace(0.001, 0.999, 333), [1 - 1e-5, 1 - 1e-9]])

EVERY_KIND = [
    Point(3.0),
    Uniform(-1, 4),
    Triangular(4, 6, 9),
    Triangular(4, 4, 9),
    Triangular(4, 9, 9),
    Triangular(2, 2, 2),
    Normal(3, 2),
    LogNormal(0.5, 0.7),
    LogitNormal(0.5, 0.7),
    LogitNormal(-1, 1.5, scale=100),
    Beta(2, 0.5),
    Pert(1, 2, 7),
    Discrete([3, 1, 2], [0.2, 0.5, 0.3]),
    Metalog(1, 3, 8),
    Metalog(1, 3, 8, Domain.AMOUNT),
    Metalog(0.1, 0.3, 0.4, Domain.PROBABILITY),
    Metalog(10, 30, 90, Domain.POINTS),
    Mixture([Metalog(1, 3, 8), Metalog(2, 9, 11)]),
    Mixture([Uniform(0, 1), Uniform(3, 4)], [1, 3]),
    Mixture([Point(2), Normal(2, 1), Discrete([2, 5], [0.5, 0.5])]),
]


@pytest.mark.parametrize("distribution", EVERY_KIND, ids=repr)
def test_quantiles_never_fall_lie_in_the_support_and_invert_the_cdf(distribution):
    values = distribution.quantile(GRID)
    assert values.shape == GRID.shape
    assert (np.diff(values) >= 0).all()
    low, high = distribution.support()
    assert ((values >= low) & (values <= high)).all()
    # the generalised inverse: F(x-) <= u <= F(x), equality where F is continuous
    assert (distribution.cdf_before(values) <= GRID + 1e-9).all()
    assert (distribution.cdf(values) >= GRID - 1e-9).all()


@pytest.mark.parametrize("distribution", EVERY_KIND, ids=repr)
def test_an_element_does_not_depend_on_its_neighbours(distribution):
    together = distribution.quantile(GRID)
    assert [float(distribution.quantile(u)) for u in GRID[::40]] == together[::40].tolist()
    assert np.array_equal(distribution.quantile(GRID.reshape(1, -1)), together.reshape(1, -1))


@pytest.mark.parametrize("distribution", EVERY_KIND, ids=repr)
def test_mass_outside_the_support_is_exactly_zero_and_all_is_outside_nothing(distribution):
    assert distribution.mass_outside(*distribution.support()) == 0.0
    assert distribution.mass_outside(1e9, 2e9) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Triangular(4, 6, 9), stats.triang(0.4, 4, 5)),
        (Uniform(2, 5), stats.uniform(2, 3)),
        (Normal(3, 2), stats.norm(3, 2)),
        (LogNormal(0.5, 0.7), stats.lognorm(0.7, scale=math.exp(0.5))),
        (LogNormal.from_moments(3, 2), stats.lognorm(0.60640314, scale=2.49615088)),
        (Beta(2, 1.5), stats.beta(2, 1.5)),
        (Pert(1, 2, 7), stats.beta(1 + 4 / 6, 1 + 20 / 6, 1, 6)),
    ],
    ids=lambda law: repr(law) if isinstance(law, Distribution) else "scipy",
)
def test_quantiles_and_cdfs_agree_with_scipy(ours, theirs):
    np.testing.assert_allclose(ours.quantile(GRID), theirs.ppf(GRID), rtol=1e-6, atol=1e-9)
    values = theirs.ppf(GRID)
    np.testing.assert_allclose(ours.cdf(values), theirs.cdf(values), rtol=1e-6, atol=1e-9)


def test_a_log_normal_from_moments_has_them():
    distribution = LogNormal.from_moments(3, 2)
    moments = stats.lognorm.stats(distribution.spread, scale=math.exp(distribution.location))
    assert moments == pytest.approx((3, 4))


@pytest.mark.parametrize(
    ("domain", "kind", "low", "high"),
    [
        ("real", Normal, -2, 10),
        ("amount", LogNormal, 1, 10),
        ("probability", LogitNormal, 0.1, 0.6),
        ("points", LogitNormal, 10, 60),
    ],
)
def test_ninety_percent_lie_in_the_interval_and_five_on_either_side(domain, kind, low, high):
    distribution = interval90(low, high, domain)
    assert isinstance(distribution, kind)
    np.testing.assert_allclose(distribution.quantile([0.05, 0.95]), [low, high], rtol=1e-12)
    assert distribution.mass_outside(low, high) == pytest.approx(0.1)
    assert distribution.mass_outside(*Domain(domain).bounds) == 0.0
    assert not distribution.is_point


@pytest.mark.parametrize(
    ("low", "high", "domain"),
    [
        (3, 3, "real"),
        (5, 2, "amount"),
        (0, 2, "amount"),
        (0.2, 1.0, "probability"),
        (20, 100, "points"),
        (-1, 5, "points"),
        (math.nan, 5, "real"),
    ],
)
def test_an_interval_that_does_not_fit_its_domain_is_refused(low, high, domain):
    with pytest.raises(ModelError):
        interval90(low, high, domain)


def test_the_mass_outside_a_domain_is_the_probability_of_leaving_it():
    assert Normal(1, 1).mass_outside(0, math.inf) == pytest.approx(0.15865525)
    assert Triangular(-1, 0, 1).mass_outside(0, 1) == pytest.approx(0.5)
    assert Uniform(0.5, 1.5).mass_outside(0, 1) == pytest.approx(0.5)
    assert Discrete([-1, 0, 1, 2], [0.1, 0.2, 0.3, 0.4]).mass_outside(0, 1) == pytest.approx(0.5)
    assert Point(2).mass_outside(0, 1) == 1.0
    assert Point(1).mass_outside(0, 1) == 0.0


def test_the_central_value_is_the_median_and_of_discrete_inputs_the_most_likely_first_on_ties():
    assert Triangular(0, 3, 9).central() == pytest.approx(9 - math.sqrt(27))
    assert Discrete([5, 2, 9], [0.4, 0.2, 0.4]).central() == 5
    assert Discrete([9, 2, 5], [0.4, 0.2, 0.4]).most_likely() == 9
    assert Discrete([5, 2, 9], [0.4, 0.2, 0.4]).median() == 5
    assert Point(7).central() == 7
    assert Metalog(1, 3, 8).central() == 3
    assert Mixture([Discrete([1, 2], [0.6, 0.4]), Point(2)]).central() == 2
    assert Mixture([Uniform(0, 2), Uniform(0, 2)]).central() == pytest.approx(1)


def test_points_are_known_as_points():
    assert [d.is_point for d in (Point(1), Triangular(2, 2, 2), Discrete([4], [1.0]))] == [True] * 3
    assert Discrete([4, 5], [1.0, 0.0]).is_point
    assert not Triangular(1, 2, 3).is_point


@pytest.mark.parametrize(
    "build",
    [
        lambda: Triangular(4, 3, 9),
        lambda: Triangular(4, math.inf, 9),
        lambda: Uniform(2, 1),
        lambda: Normal(0, 0),
        lambda: LogNormal(0, -1),
        lambda: LogNormal.from_moments(-1, 1),
        lambda: LogitNormal(0, 1, scale=0),
        lambda: Beta(0, 1),
        lambda: Pert(1, 1, 1),
        lambda: Discrete([], []),
        lambda: Discrete([1, 2], [0.5, 0.6]),
        lambda: Discrete([1, 2], [1.5, -0.5]),
        lambda: Discrete([1, 1], [0.5, 0.5]),
        lambda: Discrete([1, 2], [1.0]),
        lambda: Mixture([]),
        lambda: Mixture([Point(1)], [0.0]),
        lambda: Mixture([Point(1)], [-1.0]),
        lambda: Mixture([Point(1)], [1.0, 2.0]),
        lambda: Metalog(1, 1, 2),
        lambda: Metalog(0, 1, 2, Domain.AMOUNT),
        lambda: Metalog(0.2, 0.5, 1.0, Domain.PROBABILITY),
        lambda: Metalog(0.2, 0.5, math.nan),
    ],
)
def test_what_is_no_distribution_is_refused(build):
    with pytest.raises(ModelError):
        build()


FINITE = st.floats(-1e4, 1e4).map(lambda x: round(x, 3))
INSIDE = st.floats(0.001, 0.999).map(lambda x: round(x, 4))


@given(FINITE, st.floats(0.01, 1e4), INSIDE)
def test_a_metalog_hits_its_three_quantiles_or_says_where_the_middle_must_lie(low, width, place):
    high = low + width
    middle = low + width * place
    assume(low < middle < high)
    _check_metalog(low, middle, high, Domain.REAL, scale=1.0)


@given(st.sampled_from(["amount", "probability", "points"]), INSIDE, INSIDE, INSIDE)
def test_a_bounded_metalog_hits_its_three_quantiles(domain, one, two, three):
    low, middle, high = sorted((one, two, three))
    assume(low < middle < high)
    scale = {"amount": 50.0, "probability": 1.0, "points": 100.0}[domain]
    _check_metalog(low * scale, middle * scale, high * scale, Domain(domain), scale)


def _check_metalog(low, middle, high, domain, scale):
    try:
        metalog = Metalog(low, middle, high, domain)
    except ModelError as error:
        complaint = str(error)
    else:
        found = metalog.quantile([0.05, 0.5, 0.95])
        np.testing.assert_allclose(found, [low, middle, high], rtol=1e-9, atol=1e-9 * scale)
        assert (np.diff(metalog.quantile(np.linspace(1e-6, 1 - 1e-6, 2001))) >= 0).all()
        return
    assert "too skewed" in complaint
    first, last = (float(word) for word in complaint.split("between ")[1].split(" and "))
    rounding = 1e-5 * max(abs(low), abs(high))
    assert low - rounding <= first <= last <= high + rounding
    assert middle <= first + rounding or middle >= last - rounding


def test_the_bound_on_skewness_is_sharp():
    # r = (1 ± 0.9/1.1996786...)/2, Keelin's rounded constant being 1/(2·0.59984) = 1.66711/2
    reach = 0.45 / 1.1996786402577338
    Metalog(0, 0.5 - reach + 1e-9, 1)
    with pytest.raises(ModelError, match="too skewed"):
        Metalog(0, 0.5 - reach - 1e-9, 1)


def test_a_symmetric_metalog_is_the_logistic_distribution():
    reach = math.log(19)
    metalog = Metalog(-reach, 0, reach)
    np.testing.assert_allclose(metalog.quantile(GRID), stats.logistic.ppf(GRID), atol=1e-7)
    np.testing.assert_allclose(metalog.cdf([-3, 0, 2]), stats.logistic.cdf([-3, 0, 2]), atol=1e-12)


def test_the_cdf_of_a_metalog_far_outside_its_quantiles_is_zero_or_one():
    amount = Metalog(1, 3, 8, Domain.AMOUNT)
    assert amount.cdf([-5.0, 0.0, 1e300]).tolist() == [0, 0, 1]
    points = Metalog(10, 30, 60, Domain.POINTS)
    assert points.cdf([-5.0, 0.0, 100.0, 120.0]).tolist() == pytest.approx([0, 0, 1, 1])


@settings(deadline=None)
@given(st.lists(st.tuples(INSIDE, INSIDE, INSIDE, INSIDE), min_size=1, max_size=4))
def test_the_cdf_of_a_pool_is_the_weighted_mean_of_its_parts(numbers):
    parts = [Normal(10 * a, b) if c < 0.5 else LogNormal(a, b) for a, b, c, _ in numbers]
    weights = [weight for *_, weight in numbers]
    pool = Mixture(parts, weights)
    values = pool.quantile(GRID)
    wanted = sum(w * part.cdf(values) for w, part in zip(weights, parts, strict=True))
    np.testing.assert_allclose(wanted / sum(weights), GRID, atol=1e-12)


def test_a_pool_meets_values_with_a_probability_of_their_own_exactly():
    pool = Mixture([Point(2), Uniform(0, 4)])
    values = pool.quantile([0.1, 0.2, 0.3, 0.5, 0.75, 0.76])
    np.testing.assert_allclose(values[[0, 1, 5]], [0.8, 1.6, 2.08], rtol=1e-12)
    assert values[2:5].tolist() == [2, 2, 2]


def test_a_part_of_weight_zero_is_dropped_and_one_part_is_itself():
    assert Mixture([Point(9), Uniform(0, 1)], [0, 2]).support() == (0, 1)
    np.testing.assert_array_equal(
        Mixture([Normal(3, 2)]).quantile(GRID), Normal(3, 2).quantile(GRID)
    )
