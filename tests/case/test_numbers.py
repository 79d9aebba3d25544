"""Every way of writing a number, and the domains that bound it."""

import numpy as np
import pytest
from pydantic_core import PydanticCustomError

from accord.case.numbers import NumberField, looks_like_number

AMOUNT = NumberField.of("amount", "soldiers")
PROBABILITY = NumberField.of("probability", "probability")
POINTS = NumberField.of("points", "points")
REAL = NumberField.of("real", "number")


def quantiles(number, *levels):
    return [float(q) for q in number.distribution.quantile(np.array(levels))]


def test_a_plain_number_is_certain():
    number = AMOUNT.number(5)
    assert number.distribution.is_point
    assert number.central == 5


def test_three_numbers_are_a_triangle():
    # F(mode) = (mode - low) / (high - low) = 1/5, and the median of the rest by its formula
    number = AMOUNT.number([4, 5, 9])
    assert quantiles(number, 0.2) == pytest.approx([5])
    assert number.central == pytest.approx(9 - np.sqrt(0.5 * 5 * 4))


def test_three_equal_numbers_are_one():
    assert AMOUNT.number([5, 5, 5]).distribution.is_point


@pytest.mark.parametrize(
    ("field", "low", "high"), [(AMOUNT, 1, 10), (PROBABILITY, 0.1, 0.4), (POINTS, 20, 70)]
)
def test_from_to_is_a_90_percent_interval_of_every_domain(field, low, high):
    number = field.number({"from": low, "to": high})
    assert quantiles(number, 0.05, 0.95) == pytest.approx([low, high])
    assert number.distribution.mass_outside(*field.domain.bounds) == 0


def test_from_to_on_a_real_field_is_normal():
    number = REAL.number({"from": -1, "to": 3})
    assert number.central == pytest.approx(1)
    assert quantiles(number, 0.05, 0.95) == pytest.approx([-1, 3])


def test_quantiles_are_met():
    number = AMOUNT.number({"p05": 1, "p50": 3, "p95": 12})
    assert quantiles(number, 0.05, 0.5, 0.95) == pytest.approx([1, 3, 12])


def test_named_forms():
    assert AMOUNT.number({"uniform": [2, 4]}).central == pytest.approx(3)
    assert quantiles(REAL.number({"normal": [1, 2]}), 0.5) == pytest.approx([1])
    assert PROBABILITY.number({"beta": [2, 2]}).central == pytest.approx(0.5)
    assert AMOUNT.number({"pert": [0, 2, 4]}).central == pytest.approx(2)
    mean_and_deviation = AMOUNT.number({"lognormal": [5, 2]}).distribution
    draws = mean_and_deviation.quantile((np.arange(20000) + 0.5) / 20000)
    assert draws.mean() == pytest.approx(5, rel=1e-3)
    assert draws.std() == pytest.approx(2, rel=2e-2)


def test_a_discrete_number_is_its_likeliest_value_in_the_central_case():
    assert AMOUNT.number({"discrete": {1: 0.4, 7: 0.6}}).central == 7
    assert AMOUNT.number({"discrete": {3: 0.5, 1: 0.5}}).central in {1, 3}


def test_experts_are_pooled_by_their_probabilities():
    number = AMOUNT.number({"experts": {"ANN": [1, 2, 3], "BEN": [101, 102, 103]}})
    # half of the mass lies with each
    low, high = quantiles(number, 0.25, 0.75)
    assert low == pytest.approx(2)
    assert high == pytest.approx(102)


def test_a_value_in_a_mapping_has_a_place_for_its_support():
    assert AMOUNT.number({"value": 3}).central == 3


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        (PROBABILITY, 1.5),
        (PROBABILITY, -0.1),
        (PROBABILITY, [0.5, 0.9, 1.2]),
        (PROBABILITY, {"normal": [0.9, 0.2]}),
        (AMOUNT, -1),
        (AMOUNT, {"from": -1, "to": 4}),
        (AMOUNT, {"uniform": [4, 2]}),
        (AMOUNT, {"uniform": [2]}),
        (AMOUNT, {"from": 1}),
        (AMOUNT, {"discrete": {1: 0.4, 2: 0.4}}),
        (AMOUNT, {"discrete": {"many": 1.0}}),
        (AMOUNT, {"experts": {"ANN": [1, 2]}}),
        (AMOUNT, {"experts": {"ANN": [1, 2, 3]}, "pool": "cooke"}),
        (AMOUNT, {"p05": 3, "p50": 2, "p95": 9}),
        (AMOUNT, [1, 2]),
        (AMOUNT, [1, "2", 3]),
        (AMOUNT, True),
        (AMOUNT, None),
        (AMOUNT, "5"),
        (AMOUNT, {}),
        (NumberField.of("amount", "factor", positive=True), 0),
        (NumberField.of("amount", "rotation", least=1.0), [0.5, 2, 3]),
    ],
)
def test_what_is_no_number_of_the_field_is_refused(field, raw):
    with pytest.raises(PydanticCustomError) as caught:
        field.number(raw)
    assert caught.value.context["found"]
    assert caught.value.context["wanted"]


def test_mass_outside_the_domain_is_shown():
    with pytest.raises(PydanticCustomError) as caught:
        PROBABILITY.number({"normal": [1, 0.1]})
    assert "50.00%" in caught.value.context["found"]


def test_steps_and_references():
    field = NumberField.of("amount", "soldiers", steps=True)
    read = field.package_number({"base": 4, "steps": [{"when": "a == x", "times": [0, 1, 2]}]})
    assert [step.operation for step in read.steps] == ["times"]
    assert field.package_number({"like": "levels_meaning.cost"}).like == "cost"
    for wrong in (
        {"steps": []}, {"base": 1, "steps": 3}, {"base": 1, "step": []},
        {"base": 1, "steps": [{"when": "a == x", "add": 1, "set": 2}]},
        {"base": 1, "steps": [{"add": 1}]},
    ):  # fmt: skip
        with pytest.raises(PydanticCustomError):
            field.package_number(wrong)


def test_a_form_with_its_support_is_still_a_form():
    assert looks_like_number({"from": 1, "to": 2, "because": ["c1"]})
    assert not looks_like_number({"weight": 3})
    assert not looks_like_number({"judgement": "why"})
