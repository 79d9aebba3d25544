import random
from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from accord._errors import ModelError
from accord.theory.bargaining import layout
from accord.theory.bargaining.boxes import cover, partition
from accord.theory.bargaining.demand import demands_of, met, table_of
from accord.theory.bargaining.fairness import fairest, leximin
from accord.theory.bargaining.nash import nash_package
from accord.theory.bargaining.optimum import greatest, nearest
from accord.theory.bargaining.program import Program, verified
from accord.theory.bargaining.space import Bargain
from oracles import impasse as oracle
from oracles.impasse_cases import SCALE, as_bargain, domain_of

SHAPES = st.lists(st.integers(1, 4), max_size=3).map(tuple)


@given(SHAPES.flatmap(lambda shape: arrays(np.bool_, shape)))
def test_boxes_cover_exactly_the_true_cells_and_none_can_grow(table):
    boxes = cover(table)
    covered = np.zeros_like(table)
    for box in boxes:
        covered[np.ix_(*box) if box else ()] = True
        for axis, levels in enumerate(box):
            for level in set(range(table.shape[axis])) - set(levels):
                larger = [(*x, level) if a == axis else x for a, x in enumerate(box)]
                assert not table[np.ix_(*larger)].all()
    assert np.array_equal(covered, table)


@given(SHAPES.flatmap(lambda shape: arrays(np.int64, shape, elements=st.integers(0, 2))))
def test_a_partition_puts_every_cell_in_one_box_of_its_own_code(codes):
    times = np.zeros(codes.shape, dtype=np.int64)
    for code, box in partition(codes):
        place = np.ix_(*box) if box else ()
        assert (codes[place] == code).all()
        times[place] += 1
    assert (times == 1).all()


def test_what_a_package_meets_is_what_the_definition_says():
    for seed in range(60):
        domain = domain_of(seed)
        bargain, demands = as_bargain(domain)
        packages = np.array(domain.packages)
        wanted = [[oracle.met(domain, w, p) for p in domain.packages] for w in domain.wants]
        assert np.array_equal(met(bargain, demands, packages), wanted)
        for demand, row in zip(demands, wanted, strict=True):
            table = table_of(bargain, demand, 5_000)
            assert np.array_equal(bargain.meets(table, packages), row)


@pytest.mark.parametrize("cells", [0, 5_000])
def test_the_program_finds_a_package_exactly_where_one_meets_the_demands(cells, monkeypatch):
    monkeypatch.setattr(layout, "MOST_CELLS", cells)
    for seed in range(60):
        domain = domain_of(seed)
        bargain, demands = as_bargain(domain)
        together = oracle.met_sets(domain)
        program = Program(bargain, demands)
        dice = random.Random(seed)
        for _ in range(6):
            wanted = dice.sample(range(len(demands)), dice.randint(0, len(demands)))
            found = program.feasible(wanted)
            assert (found is not None) == any(set(wanted) <= m for m in together), (seed, wanted)
            if program.nearly(wanted) is None:
                assert found is None
            if found is not None:
                row = tuple(found.tolist())
                assert all(oracle.met(domain, domain.wants[d], row) for d in wanted)


def test_a_package_that_breaks_what_it_had_to_meet_is_never_returned():
    bargain = Bargain((np.array([[0, 1]]),), np.array([1]))
    with pytest.raises(ModelError, match="breaks what it had to meet: walk-away 0"):
        verified(bargain, demands_of(bargain), np.array([0]))


def test_a_grid_too_fine_for_the_solver_is_refused():
    table = np.array([[0, 10**11], [10**11, 0]])
    bargain = Bargain((table,) * 13, np.array([1, 1]))
    with pytest.raises(ModelError, match="coarser grid"):
        Program(bargain, demands_of(bargain))


def test_the_largest_weighted_sum_is_that_of_listing():
    for seed in range(50):
        domain = domain_of(seed)
        bargain, demands = as_bargain(domain)
        dice = random.Random(seed)
        weights = [dice.randint(-2, 3) for _ in domain.walk_away]

        def worth(package, domain=domain, weights=weights):
            return sum(w * oracle.utility(domain, i, package) for i, w in enumerate(weights))

        deals = oracle.deals(domain)
        found = greatest(bargain, demands, weights)
        assert (found is None) == (not deals)
        if deals:
            assert tuple(found.tolist()) in deals
            assert worth(tuple(found.tolist())) == max(map(worth, deals))


def test_leximin_is_that_of_listing_with_and_without_scales():
    for seed in range(40):
        domain = domain_of(seed)
        bargain, demands = as_bargain(domain)
        dice = random.Random(seed)
        parties = sorted(dice.sample(range(bargain.parties), dice.randint(1, bargain.parties)))
        scales = [dice.randint(1, 5) for _ in parties] if seed % 2 else None
        wanted = oracle.leximin(domain, parties, scales or [1] * len(parties))
        found = leximin(bargain, demands, parties, scales)
        first = fairest(bargain, demands, parties, scales)
        assert (found is None) == (first is None) == (wanted is None)
        if wanted is not None:
            assert shares(domain, parties, scales, found) == wanted, seed
            assert shares(domain, parties, scales, first)[0] == wanted[0]


def shares(domain, parties, scales, package):
    row = tuple(package.tolist())
    assert row in oracle.deals(domain)
    each = oracle.gains(domain, parties, row)
    return sorted(Fraction(g, s) for g, s in zip(each, scales or [1] * len(each), strict=True))


def test_shares_that_differ_by_less_than_rounding_are_told_apart():
    values = np.array([[10_000_000, 9_999_999], [9_999_999, 9_999_998]])
    bargain = Bargain((values,), np.array([0, 0]))
    found = fairest(bargain, demands_of(bargain), [0, 1], [9_999_999, 9_999_998])
    assert found.tolist() == [0]


def test_the_nash_package_is_that_of_listing_and_proven():
    seen = set()
    for seed in range(60):
        domain = domain_of(seed)
        bargain, demands = as_bargain(domain)
        dice = random.Random(seed)
        parties = sorted(dice.sample(range(bargain.parties), dice.randint(1, bargain.parties)))
        weights = [dice.randint(1, 3) for _ in parties] if seed % 2 else [1] * len(parties)
        wanted = oracle.nash(domain, parties, weights)
        found = nash_package(bargain, demands, parties, weights)
        assert (found is None) == (wanted is None), seed
        if found is not None:
            row = tuple(found.package.tolist())
            assert row in oracle.deals(domain)
            each = oracle.gains(domain, parties, row)
            powers = [g**w for g, w in zip(each, weights, strict=True) if g > 0]
            assert (len(powers), int(np.prod(powers, dtype=object))) == wanted, seed
            assert len(found.gainers) == len(powers)
            assert found.proven
            units = [(g / SCALE) ** w for g, w in zip(each, weights, strict=True) if g > 0]
            assert found.value == pytest.approx(np.prod(units) if units else 0.0)
            seen.add(len(powers) - len(parties))
    assert len(seen) > 1


def test_the_nearest_better_package_changes_as_few_provisions_as_listing_finds():
    found_some = 0
    for seed in range(60):
        domain = domain_of(seed)
        bargain, demands = as_bargain(domain)
        dice = random.Random(seed)
        start = tuple(dice.randrange(n) for n in domain.levels)
        parties = dice.sample(range(bargain.parties), dice.randint(0, bargain.parties))
        wanted = oracle.nearest(domain, start, parties)
        found = nearest(bargain, demands, np.array(start), parties)
        assert (found is None) == (wanted is None)
        if found is not None:
            row = tuple(found.tolist())
            assert row in oracle.deals(domain)
            assert sum(a != b for a, b in zip(row, start, strict=True)) == wanted
            assert all(
                oracle.utility(domain, i, row) > oracle.utility(domain, i, start) for i in parties
            )
            found_some += 1
    assert found_some > 10


def test_large_spaces_are_solved_as_small_ones_are():
    """Two halves without anything in common: the best of the whole is the best of each."""
    rng = np.random.default_rng(5)
    half = tuple(rng.integers(0, 500, (2, 4)) for _ in range(6))
    small = Bargain(half, np.zeros(2, dtype=np.int64))
    whole = replace(small, values=half * 2)
    each = greatest(small, demands_of(small), [2, 3])
    both = greatest(whole, demands_of(whole), [2, 3])
    assert (whole.utilities(both[None]) == 2 * small.utilities(each[None])).all()


def test_scales_and_weights_that_are_not_above_nought_are_refused():
    bargain, demands = as_bargain(domain_of(0))
    with pytest.raises(ModelError, match="above nought"):
        leximin(bargain, demands, [0], [0])
    with pytest.raises(ModelError, match="above nought"):
        nash_package(bargain, demands, [0], [-1.0])


def test_with_no_party_to_please_any_package_that_meets_the_demands_is_best():
    for seed in range(10):
        domain = domain_of(seed)
        bargain, demands = as_bargain(domain)
        for found in (leximin(bargain, demands, []), fairest(bargain, demands, [])):
            deals = oracle.deals(domain)
            assert (found is None) == (not deals)
            assert found is None or tuple(found.tolist()) in deals


def test_domains_cover_every_kind_of_demand():
    kinds = {
        (w.table is None, None if w.table is None else len(w.table.provisions), w.party is None,
         w.when is not None)
        for seed in range(240) for w in domain_of(seed).wants
    }  # fmt: skip
    assert kinds >= set(product([False], [0, 1, 2, 3], [False, True], [False, True]))
    assert kinds >= {(True, None, False, False), (True, None, False, True)}
