"""Minimal sets and minimal cuts of monotone functions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from accord.theory.monotone import minimal_sets

MEMBERS = 6


def families():
    return st.lists(st.integers(0, 2**MEMBERS - 1), max_size=6)


def minimal(bitmasks):
    smallest = {a for a in bitmasks if not any(b & ~a == 0 and b != a for b in bitmasks)}
    listed = [tuple(i for i in range(MEMBERS) if mask >> i & 1) for mask in smallest]
    return tuple(sorted(listed, key=lambda each: (len(each), each)))


@given(families())
def test_all_minimal_sets_and_all_minimal_cuts_are_found(family):
    def holds(members):
        return any(not each & ~members for each in family)

    everything = range(2**MEMBERS)
    result = minimal_sets(holds, MEMBERS)
    assert result.complete
    assert result.sets == minimal([s for s in everything if holds(s)])
    assert result.cuts == minimal([s for s in everything if not holds((2**MEMBERS - 1) & ~s)])


@given(families())
def test_every_minimal_set_meets_every_minimal_cut(family):
    result = minimal_sets(lambda s: any(not each & ~s for each in family), MEMBERS)
    assert all(set(one) & set(cut) for one in result.sets for cut in result.cuts)


def test_a_search_that_stops_early_says_so():
    def majority(members):
        return members.bit_count() >= 5

    assert not minimal_sets(majority, 10, limit=7).complete
    assert minimal_sets(majority, 10).complete
    assert len(minimal_sets(majority, 10).sets) == 252


def test_always_and_never_have_the_empty_set_and_the_empty_cut():
    assert minimal_sets(lambda _: True, 3).sets == ((),)
    assert minimal_sets(lambda _: True, 3).cuts == ()
    assert minimal_sets(lambda _: False, 3).cuts == ((),)
    assert minimal_sets(lambda _: False, 0).complete
