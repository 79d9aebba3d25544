"""Shares as they are printed: as many digits as their error bears out."""

import pytest

from accord.brief.words import share_text
from accord.theory.estimates import Estimate


def estimate(value, error, bound=None, rough=False):
    return Estimate(value, error, rough, 16, 4096.0, bound)


@pytest.mark.parametrize(("value", "error", "text"), [
    (0.34, 0.012, "34% ± 2"),
    (0.34, 0.004, "34% ± 0.7"),
    # small ones that differ by more than their errors are not made equal by rounding
    (0.036, 0.0017, "3.6% ± 0.3"),
    (0.044, 0.0017, "4.4% ± 0.3"),
    (0.0994, 0.0017, "9.9% ± 0.3"),
    (0.0996, 0.0017, "10% ± 0.3"),
    (0.044, 0.012, "4% ± 2"),
    # rounding moves it by less than its error
    (0.015, 0.005, "2% ± 0.9"),
    (0.0243, 0.0029, "2.4% ± 0.5"),
    (0.044, 0.0, "4%"),
    (0.0095, 0.001, "0.9% ± 0.2"),
])  # fmt: skip
def test_a_share_has_the_digits_that_its_error_bears_out(value, error, text):
    assert share_text(estimate(value, error)) == text


def test_a_share_of_none_or_all_is_told_by_its_bound():
    assert share_text(estimate(0.0, 0.0, 3 / 4096)) == "< 0.073%"
    assert share_text(estimate(1.0, 0.0, 1 - 3 / 4096)) == "> 99.927%"
    # an error as large as the share says no more
    assert share_text(estimate(0.0004, 0.0004)).startswith("< 0.1")


def test_few_blocks_are_said_to_be_rough():
    assert share_text(estimate(0.036, 0.0017, rough=True)) == "3.6% ± 0.3 (rough)"
