"""A package that keeps constraints, against trying every package."""

import itertools
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

import accord
from accord._errors import UsageError
from accord.case.truth import unmet_constraints
from accord.criteria.setting import Setting
from accord.explore.search import satisfying as module
from accord.explore.search.satisfying import Allowance, satisfied, satisfying
from accord.worlds.worlds import draw
from teaching import altered

CONSTRAINTS = """constraints:
  - {when: clause == talk, require: patrol == joint}
  - {when: patrol == joint, require: review == yearly and fees != kept}
  - {when: review == yearly, require: fees != dropped}
positions:
"""


def keeps(levels, constraints):
    return all(each.holds[tuple(levels[j] for j in each.provisions)] for each in constraints)


@some.composite
def problems(draw_):
    sizes = draw_(some.lists(some.integers(1, 3), min_size=1, max_size=6))
    constraints = []
    for _ in range(draw_(some.integers(0, 6))):
        scope = draw_(some.lists(some.integers(0, len(sizes) - 1), unique=True, max_size=3))
        shape = [sizes[j] for j in scope]
        bits = draw_(some.integers(0, 2 ** int(np.prod(shape)) - 1))
        holds = [bool(bits >> i & 1) for i in range(int(np.prod(shape)))]
        constraints.append(Allowance(tuple(scope), np.array(holds, dtype=bool).reshape(shape)))
    return sizes, constraints


@settings(max_examples=300, deadline=None)
@given(problems())
def test_one_is_found_just_where_there_is_one(problem):
    sizes, constraints = problem
    found = satisfied(sizes, constraints)
    some_keep = any(keeps(each, constraints) for each in itertools.product(*map(range, sizes)))
    assert (found is not None) == some_keep
    if found is not None:
        assert len(found) == len(sizes)
        assert all(0 <= level < size for level, size in zip(found, sizes, strict=True))
        assert keeps(found, constraints)
    assert satisfied(sizes, constraints) == found
    # what is ended at once says the same or nothing
    assert satisfied(sizes, constraints, ended()) == found


def ended():
    stop = threading.Event()
    stop.set()
    return stop


def apart(count, levels):
    """Provisions no two of which may have the same level."""
    holds = ~np.eye(levels, dtype=bool)
    return [levels] * count, [Allowance(p, holds) for p in itertools.combinations(range(count), 2)]


def test_the_only_one_among_a_great_many_is_found():
    """A climb that counts what it keeps comes to nothing here: all but one package are far off."""
    secret = tuple(int(level) for level in np.random.default_rng(5).integers(4, size=40))
    constraints = []
    for j in range(39):
        holds = np.zeros((4, 4), dtype=bool)
        # each is as good as the next where both are wrong
        holds[np.ix_(*([k for k in range(4) if k != secret[i]] for i in (j, j + 1)))] = True
        holds[secret[j], secret[j + 1]] = True
        constraints.append(Allowance((j, j + 1), holds))
    last = np.arange(4) == secret[39]
    assert satisfied([4] * 40, [*constraints, Allowance((39,), last)]) == secret
    first = np.arange(4) != secret[0]
    both = [Allowance((39,), last), Allowance((0,), first)]
    assert satisfied([4] * 40, [*constraints, *both]) is None


def test_a_group_that_cannot_be_kept_costs_nothing_in_the_others():
    """Packages of the first groups are not gone through again for the last."""
    sizes, constraints = [], []
    for number in range(12):
        own, found = apart(4, 4 if number < 11 else 3)
        constraints += [
            Allowance(tuple(j + len(sizes) for j in each.provisions), each.holds) for each in found
        ]
        sizes += own
    assert satisfied(sizes, constraints) is None
    assert satisfied(sizes[:-4], constraints[:-6]) is not None


def test_what_is_ended_before_it_is_known_says_just_that(monkeypatch):
    monkeypatch.setattr(module, "UNDISTURBED", 50)
    many = apart(7, 6)
    with pytest.raises(UsageError, match="ended before a package was found"):
        satisfied(*many, ended())
    assert satisfied(*apart(5, 4), ended()) is None
    assert satisfied(*apart(6, 6), ended()) is not None


def test_constraints_of_a_case_and_levels_that_packages_may_have(tmp_path):
    case = accord.load(altered(tmp_path, ("positions:\n", CONSTRAINTS)))
    setting = Setting(case, draw(case, 256, 1, "stated", 0), {}, None)
    provisions = case.file.provisions
    counts = [len(provision.levels) for provision in provisions.values()]
    choices = [
        [own for n in range(1, count + 1) for own in itertools.combinations(range(count), n)]
        for count in counts
    ]
    impossible = 0
    for allowed in itertools.product(*choices):
        named = [
            dict(zip(provisions, levels, strict=True))
            for levels in itertools.product(
                *([list(p.levels)[level] for level in own]
                  for p, own in zip(provisions.values(), allowed, strict=True))
            )
        ]  # fmt: skip
        kept = [each for each in named if not unmet_constraints(case, each)]
        found = satisfying(setting, allowed)
        assert (found is not None) == bool(kept)
        impossible += found is None
        if found is not None:
            assert {
                name: list(provision.levels)[own[level]]
                for (name, provision), own, level in zip(
                    provisions.items(), allowed, found, strict=True
                )
            } in kept
    assert 0 < impossible < len(list(itertools.product(*choices)))
