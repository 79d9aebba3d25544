"""Delivery of whole lists of packages as bits, against one package at a time, and its laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory.capacity import cuts_of
from accord.theory.coalition import All, Always, Any, AtLeast, Goes, Never, World, joining
from accord.theory.delivery import classes
from accord.theory.delivery.classes import classes_of, distinct_rows
from accord.theory.delivery.programs import (
    packed_worlds,
    programs_of,
    shares_of_worlds,
    unpacked_worlds,
)
from accord.theory.delivery.rows import delivered_rows, going_rows
from accord.theory.delivery.space import DeliverySpace, space_of
from accord.theory.loss import Coalition, deliver
from oracles import capability
from oracles.coalitions import maximum_flow

WORLDS = (1, 2, 7, 63, 64, 65, 128, 200, 1000, 1024, 1030, 1100, 2050)


def random_condition(generator, pledges, worlds, depth=2):
    kind = generator.choice(
        ["always", "world", "goes", "never", "all", "any", "at_least"],
        p=[0.1, 0.15, 0.35, 0.02, 0.14, 0.12, 0.12],
    )
    if kind in ("all", "any", "at_least") and depth:
        members = tuple(
            random_condition(generator, pledges, worlds, depth - 1)
            for _ in range(generator.integers(1, 4))
        )
        if kind == "at_least":
            return AtLeast(int(generator.integers(1, len(members) + 1)), members)
        return (All if kind == "all" else Any)(members)
    if kind == "world":
        return World(generator.random(worlds) < 0.7)
    if kind == "always":
        return Always()
    if kind == "never":
        return Never()
    return Goes(tuple(int(m) for m in generator.integers(0, pledges, generator.integers(0, 4))))


def random_space(seed, worlds=None, unit=1):
    """Several packages whose amounts often just do, or just do not; ``unit`` scales amounts."""
    generator = np.random.default_rng(seed)
    count = int(generator.choice(WORLDS)) if worlds is None else worlds
    pledges, kinds = int(generator.integers(1, 8)), int(generator.integers(1, 6))
    phases, packages = int(generator.integers(1, 3)), int(generator.integers(1, 12))
    contributors = int(generator.integers(1, 5))

    def tables(most):
        several = range(generator.integers(1, 4))
        return [unit * generator.integers(0, most, (phases, count)) for _ in several]

    conditions = [
        [random_condition(generator, pledges, count) for _ in range(generator.integers(1, 4))]
        for _ in range(pledges)
    ]
    amounts = [tables(6) for _ in range(pledges)]
    # nothing is required of some capabilities in any package, and some pools serve nothing
    requirements = [tables(5 if generator.random() < 0.8 else 1) for _ in range(kinds)]

    def chosen(variants):
        rows = [generator.integers(0, len(each), packages) for each in variants]
        return np.stack(rows, axis=1).astype(generator.choice([np.int8, np.int32, np.int64]))

    return DeliverySpace(
        generator.random((pledges, count)) < 0.8,
        tuple(int(c) for c in generator.integers(0, contributors, pledges)),
        contributors, conditions, amounts, generator.random((pledges, kinds)) < 0.5,
        requirements, chosen(conditions), chosen(amounts), chosen(requirements),
        generator.random(count) < generator.choice([0.0, 0.5, 1.0]),
    )  # fmt: skip


def asked_of(space, seed):
    """Rows of a space: packages in any order, some of them twice, and who may join in each."""
    generator = np.random.default_rng(seed + 1_000_000)
    count = int(generator.integers(1, 16))
    package = generator.integers(0, len(space.condition_of), count)
    return package, generator.random((count, space.contributors)) < 0.75


def one_package(space, package):
    """The coalition of one package, by hand."""

    def picked(variants, which):
        return [each[i] for each, i in zip(variants, which[package], strict=True)]

    amounts = picked(space.amounts, space.amount_of)
    needs = picked(space.requirements, space.requirement_of)
    shape = (0, space.phases, space.worlds)
    return Coalition(
        tuple(picked(space.conditions, space.condition_of)), space.owner, space.contributors,
        np.array(amounts).reshape(-1, *shape[1:]), space.roles,
        np.array(needs).reshape(-1, *shape[1:]),
    )  # fmt: skip


def ready(space, allowed):
    return space.available & allowed[list(space.owner)][:, None]


def by_the_fine_path(space, package, allowed):
    """Who goes and what is delivered, a row at a time."""
    going, delivered = [], []
    for p, who in zip(package, allowed, strict=True):
        coalition, there = one_package(space, p), ready(space, who)
        going.append(joining(there, coalition.conditions, space.coin))
        delivered.append(deliver(coalition, there, space.coin).delivered)
    return np.array(going), np.array(delivered)


def check(space, package, allowed):
    going, delivered = by_the_fine_path(space, package, allowed)
    bits = delivered_rows(space, package, allowed)
    # all bits, those behind the last world included
    assert np.array_equal(bits, packed_worlds(delivered))
    words, kind = going_rows(space, package, allowed)
    assert np.array_equal(unpacked_worlds(words, space.worlds)[kind], going)
    padding = packed_worlds(np.ones((1, space.worlds), dtype=bool))[0]
    assert not (words & ~padding).any()
    return bits


@pytest.mark.parametrize("block", range(8))
def test_rows_are_those_of_one_package_at_a_time(block):
    for seed in range(40 * block, 40 * block + 40):
        space = random_space(seed)
        check(space, *asked_of(space, seed))


@pytest.mark.parametrize("unit", [10**6, 3 * 10**7, 10**9, 10**13])
def test_amounts_of_any_size_decide_alike(unit):
    small, large = (random_space(7, 200, each) for each in (1, unit))
    assert small.components
    kinds = {each.brings.dtype.itemsize for each in large.components}
    assert kinds == ({4} if unit == 10**6 else {8})
    package, allowed = asked_of(small, 7)
    assert np.array_equal(
        check(large, package, allowed), delivered_rows(small, package, allowed)
    )  # fmt: skip


def test_huge_amounts_stay_in_32_bits_where_requirements_are_small():
    space = random_space(5, 100)
    rich = replace(space, amounts=[[t * 2**40 for t in each] for each in space.amounts])
    assert all(each.brings.dtype == np.int32 for each in rich.components)
    check(rich, *asked_of(rich, 5))


def test_the_spaces_show_what_they_should():
    spaces = [random_space(seed) for seed in range(320)]
    both = [delivered_rows(space) for space in spaces]
    shares = [shares_of_worlds(b, s.worlds, None) for b, s in zip(both, spaces, strict=True)]
    assert sum(bool(((share > 0) & (share < 1)).any()) for share in shares) > 60
    assert sum(space.programs.circular for space in spaces) > 100
    assert {space.worlds for space in spaces} == set(WORLDS)
    assert any(not space.roles[m].any() for space in spaces for m in range(len(space.owner)))
    assert sum(len(s.components) < len(s.cuts.components) for s in spaces) > 30
    assert sum(len(space.condition_of) > 1 for space in spaces) > 200


def test_any_number_of_workers_gives_the_same_bits():
    for seed in range(12):
        space = random_space(seed, 1100)
        rows = [delivered_rows(space, workers=workers) for workers in (1, 2, 3, 7)]
        assert all(np.array_equal(rows[0], other) for other in rows[1:])
        went = [going_rows(space, workers=workers)[0] for workers in (1, 2, 5)]
        assert all(np.array_equal(went[0], other) for other in went[1:])


def test_more_classes_than_are_settled_at_once():
    space = random_space(40, 65)
    package = np.zeros(5000, dtype=np.int64)
    generator = np.random.default_rng(2)
    wide = replace(space, contributors=14)
    allowed = generator.random((5000, 14)) < 0.6
    bits = delivered_rows(wide, package, allowed)
    for workers in (2, 3, 5):
        # with few workers each takes whole stretches of classes
        assert np.array_equal(delivered_rows(wide, package, allowed, workers=workers), bits)
    own = allowed[:, : space.contributors]
    distinct = np.unique(own, axis=0)
    told = delivered_rows(space, package[: len(distinct)], distinct)
    index = {row.tobytes(): i for i, row in enumerate(distinct)}
    assert np.array_equal(bits, told[[index[row.tobytes()] for row in own]])


def joined_space(kinds, worlds, seed):
    """All capabilities in one piece, through pools of many roles, and a pool with one of each."""
    generator = np.random.default_rng(seed)
    roles = generator.random((9, kinds)) < 0.4
    roles[0], roles[1:3] = True, generator.random((2, kinds)) < 0.9
    conditions = [[random_condition(generator, 9, worlds) for _ in range(2)] for _ in range(9)]
    amounts = [[generator.integers(0, 9, (1, worlds)) for _ in range(2)] for _ in range(9)]
    needs = [[generator.integers(0, 3, (1, worlds)) for _ in range(2)] for _ in range(kinds)]
    which = [generator.integers(0, 2, (3, n)) for n in (9, 9, kinds)]
    return DeliverySpace(
        generator.random((9, worlds)) < 0.9, tuple(range(9)), 9, conditions, amounts, roles, needs,
        *which, generator.random(worlds) < 0.5,
    )  # fmt: skip


@pytest.mark.parametrize(("kinds", "worlds"), [(12, 100), (13, 40), (15, 30)])
def test_components_with_too_many_cuts_to_list_are_decided_by_programming(kinds, worlds):
    found = []
    for seed in range(2):
        space = joined_space(kinds, worlds, seed)
        assert [each.listed for each in space.components] == [kinds <= 12]
        generator = np.random.default_rng(seed)
        allowed = generator.random((5, 9)) < 0.9
        bits = check(space, generator.integers(0, 3, 5), allowed)
        found.append(unpacked_worlds(bits, worlds))
        parts = delivered_rows(space, workers=1), delivered_rows(space, workers=3)
        assert np.array_equal(*parts)
    assert 0 < np.mean(found) < 1


def test_nothing_required_is_delivered_and_nothing_asked_has_no_rows():
    space = random_space(3, 70)
    free = replace(space, requirements=[[np.zeros_like(t) for t in v] for v in space.requirements])
    assert free.components == ()
    assert (shares_of_worlds(delivered_rows(free), 70, None) == 1).all()
    nothing = np.zeros(0, dtype=np.int64)
    assert delivered_rows(space, nothing).shape == (0, 2)
    none_asked = delivered_rows(space, nothing, np.zeros((0, space.contributors), dtype=bool))
    assert none_asked.shape == (0, 2)
    empty = replace(
        space, condition_of=space.condition_of[:0], amount_of=space.amount_of[:0],
        requirement_of=space.requirement_of[:0],
    )  # fmt: skip
    assert delivered_rows(empty).shape == (0, 2)
    assert going_rows(empty)[0].shape == (0, len(space.owner), 2)


@pytest.mark.parametrize("need", [0, 1])
def test_without_pledges_only_nothing_is_delivered(need):
    table = np.full((1, 70), need)
    space = DeliverySpace(
        np.zeros((0, 70), dtype=bool), (), 2, [], [], np.zeros((0, 1), dtype=bool),
        [[table]], np.zeros((3, 0), dtype=int), np.zeros((3, 0), dtype=int),
        np.zeros((3, 1), dtype=int), np.ones(70, dtype=bool),
    )  # fmt: skip
    assert (shares_of_worlds(delivered_rows(space), 70, None) == 1 - need).all()
    assert delivered_rows(space).shape == (3, 2)


def test_without_capabilities_everything_is_delivered():
    space = random_space(1, 10)
    bare = replace(
        space, roles=space.roles[:, :0], requirements=[], requirement_of=space.requirement_of[:, :0]
    )
    assert (shares_of_worlds(delivered_rows(bare), 10, None) == 1).all()


def told_to_the_oracle(condition, world):
    """The condition in the words of ``oracles.capability``, in one world."""
    match condition:
        case Always():
            return ("always",)
        case Never():
            return ("never",)
        case World(mask):
            return ("world", bool(mask[world]))
        case Goes(pledges):
            return ("goes", pledges)
        case AtLeast(k, members):
            return ("at_least", k, [told_to_the_oracle(each, world) for each in members])
        case All(members) | Any(members):
            kind = "all" if isinstance(condition, All) else "any"
            return (kind, [told_to_the_oracle(each, world) for each in members])


def flows(coalition, going, world):
    """Whether pools can be shared out so that every requirement is met, by maximum flow."""
    for phase in range(coalition.requirement.shape[1]):
        residual = {"source": {}}
        for m in going:
            residual["source"]["pool", m] = int(coalition.usable[m, phase, world])
            residual["pool", m] = {
                ("capability", k): 10**9 for k in np.flatnonzero(coalition.roles[m])
            }
        needs = coalition.requirement[:, phase, world].tolist()
        for k, need in enumerate(needs):
            residual["capability", k] = {"sink": need}
        if maximum_flow(residual, "source", "sink") != sum(needs):
            return False
    return True


def test_small_spaces_agree_with_all_fixed_points_and_maximum_flows():
    seen = set()
    for seed in range(1000, 1060):
        space = random_space(seed, 7)
        package, allowed = asked_of(space, seed)
        bits = unpacked_worlds(delivered_rows(space, package, allowed), 7)
        for row, p in enumerate(package):
            coalition, there = one_package(space, p), ready(space, allowed[row])
            for world in range(0, 7, 2):
                rules = [told_to_the_oracle(each, world) for each in coalition.conditions]
                able = set(np.flatnonzero(there[:, world]).tolist())
                least, greatest = capability.least_and_greatest(able, rules)
                going = greatest if space.coin[world] else least
                assert bits[row, world] == flows(coalition, going, world)
                seen.add((bool(bits[row, world]), least == greatest))
    assert len(seen) == 4


def test_the_space_of_one_coalition_takes_amounts_that_know_no_worlds():
    generator = np.random.default_rng(4)
    roles = generator.random((4, 3)) < 0.6
    rules = (Always(), Goes((0,)), Goes((3,)), Goes((2,)))
    available = generator.random((4, 90)) < 0.8
    for shape in ((), (1,)):
        usable = generator.integers(0, 6, (4, 2, *shape))
        needs = generator.integers(0, 5, (3, 2, *shape))
        coalition = Coalition(rules, (0, 0, 1, 1), 2, usable, roles, needs)
        for goes in (False, True):
            coin = np.full(90, goes)
            bits = delivered_rows(space_of(coalition, available, coin))
            told = deliver(coalition, available, goes).delivered
            assert np.array_equal(unpacked_worlds(bits, 90)[0], told)


SEEDS = st.integers(0, 10**6)


@given(SEEDS, SEEDS)
@settings(max_examples=25)
def test_removing_a_contributor_never_adds_a_world(seed, more):
    space = random_space(seed, 100)
    generator = np.random.default_rng(more)
    package, allowed = asked_of(space, more)
    fewer = allowed & (generator.random(allowed.shape) < 0.7)
    before, after = (delivered_rows(space, package, who) for who in (allowed, fewer))
    assert not (after & ~before).any()


@given(SEEDS, SEEDS)
@settings(max_examples=25)
def test_adding_amounts_or_asking_for_less_never_removes_a_world(seed, more):
    space = random_space(seed, 100)
    generator = np.random.default_rng(more)

    def grown(tables, by):
        return [[np.maximum(t + by * generator.integers(0, 3), 0) for t in v] for v in tables]

    richer = replace(space, amounts=grown(space.amounts, 1))
    easier = replace(space, requirements=grown(space.requirements, -1))
    before = delivered_rows(space)
    assert not (before & ~delivered_rows(richer)).any()
    assert not (before & ~delivered_rows(easier)).any()


@given(SEEDS, st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_the_order_of_packages_and_of_capabilities_changes_nothing(seed, source):
    space = random_space(seed, 70)
    packages = list(range(len(space.condition_of)))
    source.shuffle(packages)
    rows = delivered_rows(space)
    assert np.array_equal(delivered_rows(space, np.array(packages)), rows[packages])
    moved = replace(
        space, condition_of=space.condition_of[packages], amount_of=space.amount_of[packages],
        requirement_of=space.requirement_of[packages],
    )  # fmt: skip
    assert np.array_equal(delivered_rows(moved), rows[packages])
    kinds = list(range(space.roles.shape[1]))
    source.shuffle(kinds)
    turned = replace(
        space, roles=space.roles[:, kinds], requirements=[space.requirements[k] for k in kinds],
        requirement_of=space.requirement_of[:, kinds],
    )  # fmt: skip
    assert np.array_equal(delivered_rows(turned), rows)


@given(
    st.lists(st.lists(st.integers(0, 5), min_size=9, max_size=9), max_size=5),
    st.sampled_from([1, 2**15, 2**40, 2**55]),
    st.sampled_from([2**62, 20]),
)
def test_classes_tell_apart_what_differs_and_nothing_else(columns, factor, largest):
    table = np.array(columns, dtype=np.int64).reshape(-1, 9) * factor
    with pytest.MonkeyPatch.context() as patch:
        # a small limit sends keys through their compression
        patch.setattr(classes, "_LARGEST", max(largest, 5 * factor + 1))
        first, kind = classes_of(table, 9)
    rows = [tuple(row) for row in table.T]
    assert len(first) == len(set(rows)) == kind.max() + 1
    assert [rows.index(row) for row in rows] == first[kind].tolist()
    assert [rows[i] for i in first] == sorted(set(rows))


def test_many_columns_of_large_numbers_do_not_overflow():
    generator = np.random.default_rng(0)
    table = generator.integers(0, 2**40, (6, 3))[:, generator.integers(0, 3, 500)]
    first, kind = classes_of(table, 500)
    assert len(first) == 3
    assert np.array_equal(table[:, first][:, kind], table)


def test_rows_without_columns_are_one_class():
    first, kind = classes_of([], 4)
    assert first.tolist() == [0]
    assert kind.tolist() == [0, 0, 0, 0]
    assert [each.size for each in classes_of([], 0)] == [0, 0]


@given(st.lists(st.lists(st.integers(0, 2), min_size=2, max_size=2), max_size=12))
def test_distinct_rows_are_numbered_as_they_first_appear(rows):
    table = np.array(rows, dtype=np.uint64).reshape(-1, 2, 1) << np.uint64(62)
    first, kind = distinct_rows(table)
    assert first.tolist() == sorted(first.tolist())
    assert np.array_equal(table[first][kind], table)
    assert len(first) == len({tuple(row) for row in rows})
    assert kind.tolist() == [[rows[i] for i in first].index(row) for row in rows]


@pytest.mark.parametrize("worlds", [1, 64, 65, 130])
def test_shares_are_counts_or_weighed(worlds):
    generator = np.random.default_rng(worlds)
    rows = generator.random((5, worlds)) < 0.4
    words = packed_worlds(rows)
    assert np.array_equal(unpacked_worlds(words, worlds), rows)
    assert np.array_equal(shares_of_worlds(words, worlds, None), rows.sum(axis=1) / worlds)
    weights = generator.random(worlds)
    told = shares_of_worlds(words, worlds, weights)
    assert np.allclose(told, np.average(rows, axis=1, weights=weights), rtol=0, atol=1e-14)
    assert shares_of_worlds(words[:0], worlds, weights).shape == (0,)


def plain_space(**changes):
    """One pledge, one capability, one package, three worlds; some fields changed."""
    table = np.ones((2, 3), dtype=np.int64)
    fields = {
        "available": np.ones((1, 3), dtype=bool), "owner": (0,), "contributors": 1,
        "conditions": [[Always()]], "amounts": [[table]], "roles": np.ones((1, 1), dtype=bool),
        "requirements": [[table]], "condition_of": np.zeros((1, 1), dtype=int),
        "amount_of": np.zeros((1, 1), dtype=int), "requirement_of": np.zeros((1, 1), dtype=int),
        "coin": np.ones(3, dtype=bool),
    }  # fmt: skip
    return DeliverySpace(**(fields | changes))


TWO = np.zeros((1, 2), dtype=int)
MISFITS = {
    "owner": {"owner": (0, 0)},
    "conditions": {"conditions": []},
    "amounts": {"amounts": []},
    "roles": {"roles": np.ones((2, 1), dtype=bool)},
    "requirements": {"requirements": []},
    "condition_of": {"condition_of": TWO},
    "amount_of": {"amount_of": TWO},
    "requirement_of": {"requirement_of": TWO},
    "packages": {"requirement_of": np.zeros((2, 1), dtype=int)},
    "coin": {"coin": np.ones(2, dtype=bool)},
}


@pytest.mark.parametrize("changes", MISFITS.values(), ids=MISFITS.keys())
def test_shapes_that_do_not_fit_are_refused(changes):
    with pytest.raises(ModelError, match="do not fit together"):
        plain_space(**changes)


@pytest.mark.parametrize("field", ["amounts", "requirements"])
def test_tables_of_another_shape_or_below_nought_are_refused(field):
    good = np.ones((2, 3), dtype=np.int64)
    with pytest.raises(ModelError, match=r"shape \(2, 3\)"):
        plain_space(**{field: [[good, good[:, :2]]]})
    with pytest.raises(ModelError, match="negative"):
        plain_space(**{field: [[good, good * -1]]})


def test_sums_beyond_what_floats_hold_exactly_are_refused():
    with pytest.raises(ModelError, match=r"2\*\*53"):
        _ = plain_space(requirements=[[np.full((2, 3), 2**52)]]).components


WRONG = {
    "member": (All(()), "without members"),
    "too many": (AtLeast(3, (Always(), Always())), "at least 3 of 2"),
    "none": (AtLeast(0, (Always(),)), "at least 0 of 1"),
    "mask": (World(np.ones(2, dtype=bool)), "mask of 3 worlds"),
    "below": (Goes((-1,)), "waits for one of"),
    "beyond": (Any((Goes((0, 1)),)), "waits for one of"),
}


@pytest.mark.parametrize(("condition", "words"), WRONG.values(), ids=WRONG.keys())
def test_conditions_that_cannot_be_are_refused(condition, words):
    with pytest.raises(ModelError, match=words):
        delivered_rows(plain_space(conditions=[[Always(), condition]]))


def test_programs_name_each_mask_once_and_know_circles():
    mask = np.array([True, False, True])
    chain = programs_of([[Always(), World(mask)], [Goes((0,)), World(mask.copy())]], 3)
    assert len(chain.masks) == 1
    assert not chain.circular
    assert chain.order.tolist() == [0, 1]
    # pledges wait for one another only under different choices, which may meet
    assert programs_of([[Always(), Goes((1,))], [Goes((0,)), Never()]], 3).circular


def test_the_cuts_of_a_space_are_those_of_its_roles():
    space = random_space(11)
    assert space.cuts == cuts_of(space.roles)
