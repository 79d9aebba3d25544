"""Gathered worlds are those of the draw, one by one."""

from __future__ import annotations

import numpy as np
import pytest

from accord.case.consistency import package_numbers_in
from accord.case.load import load
from accord.worlds.gathered import gathered
from accord.worlds.worlds import central_case, draw
from teaching import FLAGSHIP

CASE = load(FLAGSHIP)
AT = np.array([7, 7, 0, 255, 300, 7, 511])


@pytest.fixture(scope="module")
def worlds():
    return draw(CASE, 512, 5)


def test_every_input_is_that_of_the_world_it_came_from(worlds):
    some = gathered(worlds, AT)
    assert some.count == AT.size
    assert not some.is_central
    for number in CASE.numbers.values():
        # asked for twice, as values are kept
        assert (some.value(number) == worlds.value(number)[AT]).all()
        assert (some.value(number) == worlds.value(number)[AT]).all()


def test_luck_shocks_and_package_numbers_come_along(worlds):
    some = gathered(worlds, AT)
    assert (some.chance("coordination") == worlds.chance("coordination")[AT]).all()
    for name, fallen in worlds.shocks().items():
        assert (some.shock(name) == fallen[AT]).all()
    chosen = CASE.chosen(next(iter(CASE.file.packages)))
    numbers = [number for _, number in package_numbers_in(CASE.file.deterrence)]
    assert any(number.steps for number in numbers)
    for number in numbers:
        whole = worlds.package_value(number, chosen)
        assert (some.package_value(number, chosen) == whole[AT]).all()


def test_the_one_central_world_may_be_taken_many_times():
    some = gathered(central_case(CASE), np.zeros(3, dtype=np.intp))
    assert some.is_central
    assert some.chance("coordination").tolist() == [0.5] * 3
    for number in CASE.numbers.values():
        assert some.value(number).tolist() == [number.central] * 3


def test_inputs_that_are_set_stay_set(worlds):
    number = next(n for n in CASE.numbers.values() if not n.distribution.is_point)
    fixed = np.arange(256.0)
    some = gathered(draw(CASE, 256), AT[:3])
    assert (some.value(number) != fixed[AT[:3]]).any()
    held = type(worlds)(CASE, 1, (0,), fixed={number.path: fixed})
    assert gathered(held, AT[:3]).value(number).tolist() == [7.0, 7.0, 0.0]
