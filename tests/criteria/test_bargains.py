"""A case read as a bargaining problem, against every package put to the actors one by one."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from accord.criteria.bargains import space_of
from accord.criteria.positions import margins, positions
from accord.criteria.setting import Setting
from accord.worlds.worlds import central_case, draw
from oracles import package
from oracles.generator import case_of, random_case
from oracles.world import World, named

LINES = ("stated", "hard", "none")
MOST = 25  # packages tried of one case
WORLDS = (0, 100, 255)


def constrained(seed):
    """A random case with constraints, one of them over a shock where the case has one."""
    data = random_case(seed)
    provisions = data["provisions"]
    (first, one), (second, two) = list(provisions.items())[:2]
    data["constraints"] = [
        {
            "when": f"{first} == {next(iter(one['levels']))}",
            "require": f"{second} != {list(two['levels'])[-1]}",
        }
    ]
    if "shock0" in data["shocks"]:
        data["constraints"].append(
            {
                "when": f"shocks.shock0 and {second} == {next(iter(two['levels']))}",
                "require": f"{first} != {list(one['levels'])[-1]}",
            }
        )
    return data


def every_package(data):
    provisions = data["provisions"]
    return [
        dict(zip(provisions, pick, strict=True))
        for pick in product(*(provisions[name]["levels"] for name in provisions))
    ]


def some(packages, seed):
    if len(packages) <= MOST:
        return packages
    picked = np.random.default_rng(seed).choice(len(packages), MOST, replace=False)
    return [packages[i] for i in picked]


def allowed(data, world, chosen):
    return all(
        not world.holds(rule["when"], chosen) or world.holds(rule["require"], chosen)
        for rule in data["constraints"]
    )


class Read:
    """A random case: its space, some packages as levels, and the same packages in a setting."""

    def __init__(self, seed, worlds_of):
        self.data = constrained(seed)
        case = case_of(self.data)
        self.packages = some(every_package(self.data), seed)
        chosen = {f"p{i}": package for i, package in enumerate(self.packages)}
        self.setting = Setting(case, worlds_of(case), chosen)
        self.space = space_of(self.setting)
        self.levels = np.array([self.space.levels(package) for package in self.packages])
        self.names = named(case)

    def world(self, at):
        return World(self.data, self.setting.worlds, at, self.names)


def check(read, at):
    bargain = read.space.bargain(at)
    each = np.stack([margins(read.setting, name)[:, at] for name in read.setting.packages], axis=1)
    assert np.array_equal(bargain.acceptances(read.levels), each >= 0)
    slacks = [
        [int(p.slack(chosen)[at]) for chosen in read.packages]
        for p in positions(read.setting).values()
    ]
    assert np.array_equal(bargain.utilities(read.levels) - bargain.walk_away[:, None], slacks)
    world = read.world(at)
    wanted = [allowed(read.data, world, chosen) for chosen in read.packages]
    assert bargain.possible(read.levels).tolist() == wanted


@pytest.mark.parametrize("seed", range(4000, 4048))
def test_actors_accept_in_a_drawn_world_what_their_margins_say(seed):
    read = Read(seed, lambda case: draw(case, 256, seed, LINES[seed % 3]))
    for at in WORLDS:
        check(read, at)


@pytest.mark.parametrize("seed", range(4050, 4070))
def test_actors_accept_in_the_central_case_what_their_margins_say(seed):
    check(Read(seed, central_case), 0)


@pytest.mark.parametrize("seed", range(4080, 4100))
def test_acceptances_agree_with_margins_worked_out_in_fractions(seed):
    read = Read(seed, lambda case: draw(case, 256, seed))
    found = read.space.bargain(42).acceptances(read.levels)
    world = read.world(42)
    for k, chosen in enumerate(read.packages[:20]):
        each = package.margins(world, chosen)
        assert read.space.actors == tuple(each)
        assert found[:, k].tolist() == [margin >= 0 for margin, _, _ in each.values()]


@pytest.mark.parametrize("seed", range(4100, 4110))
def test_levels_and_names_of_a_package_are_inverse(seed):
    data = constrained(seed)
    case = case_of(data)
    space = space_of(Setting(case, central_case(case), {"pact": case.chosen("pact")}))
    every = every_package(data)
    assert list(map(space.chosen, map(space.levels, every))) == every
    # levels count from the first written, and the last provision moves fastest
    assert [tuple(space.levels(chosen)) for chosen in every] == list(np.ndindex(*space.sizes))
    assert len(every) == space.bargain().combinations


@pytest.mark.parametrize("seed", range(4110, 4120))
def test_the_table_of_a_condition_is_true_where_the_condition_holds(seed):
    read = Read(seed, lambda case: draw(case, 256, seed))
    for constraint, written in zip(
        read.setting.case.file.constraints, read.data["constraints"], strict=True
    ):
        table = read.space.table(constraint.when.expression)
        for at in WORLDS:
            world = read.world(at)
            for chosen, levels in zip(read.packages, read.levels, strict=True):
                mine = bool(table.world(at)[tuple(levels[list(table.provisions)])])
                assert mine == world.holds(written["when"], chosen)
