"""Grades of peace and of wars at the ends of their types, and the bytes that tables take."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import accord
from accord._errors import UsageError
from accord.criteria.setting import Setting
from accord.explore.search import clustering, making, war, war_parts
from accord.explore.search.clustering import needs_in, parcel_of
from accord.explore.search.effort import Effort
from accord.explore.search.exploring import allowed_levels, best_of, prepare
from accord.explore.search.making import tables_of
from accord.explore.search.war import games_of, war_of
from accord.explore.search.war_parts import (
    Part,
    combinations_of_peace,
    combinations_of_war,
    graded,
    in_order,
    kind_of_grades,
    peace,
    worths,
)
from accord.explore.search.whole import patterns_of, whole_space
from accord.run.what_if import CHOSEN
from accord.theory.search.climbing import Climber
from accord.theory.search.space import packed
from accord.worlds.worlds import draw
from teaching import TEACHING, altered

WORLDS = 256
EDGES = (255, 256, 65_535, 65_536)
WITHOUT_ATTACK = 'without_attack: {base: 0, steps: [{when: "fees == dropped", add: 0.1}]}'


def many(folder, levels=7):
    """The teaching case with three more provisions, each combination of which is worth another."""
    names, titles = ("one", "two", "three"), ", ".join(f"l{k}: Level {k}" for k in range(levels))
    steps = [
        f"{{when: {name} == l{k}, add: {k * levels**at / levels**3}}}"
        for at, name in enumerate(names)
        for k in range(1, levels)
    ]
    status_quo = "choose: {patrol: none, clause: talk, fees: kept, review: none"
    return altered(
        folder,
        ("provisions:\n", "provisions:\n" + "".join(
            f"  {name}: {{title: Number {name}, levels: {{{titles}}}}}\n" for name in names
        )),
        (WITHOUT_ATTACK, f"without_attack: {{base: -0.6, steps: [{', '.join(steps)}]}}"),
        (status_quo, status_quo + "".join(f", {name}: l0" for name in names)),
    )  # fmt: skip


def setting_of(case):
    return Setting(case, draw(case, WORLDS, 3), {})


@pytest.fixture(scope="module")
def teaching():
    return setting_of(accord.load(TEACHING))


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    return setting_of(accord.load(many(tmp_path_factory.mktemp("grades"))))


@pytest.mark.parametrize("count", [1, 2, 254, *EDGES, 65_537, 2**20])
def test_a_grade_takes_the_least_type_that_holds_one_beyond_all_variants(count):
    kind = kind_of_grades(count)
    assert kind.kind == "u"
    assert np.iinfo(kind).max >= count
    smaller = {2: np.uint8, 4: np.uint16}.get(kind.itemsize)
    assert smaller is None or np.iinfo(smaller).max < count


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=40), st.integers(-6, 6))
def test_a_grade_is_how_many_values_are_less(values, wanted):
    """From the definition: what is had reaches what is needed where a value reaches the wanted."""
    own = np.array([values, values[::-1]], dtype=np.float64).T
    ordered, have = graded(own)
    assert ordered.tolist() == [sorted(values)] * 2
    assert have[:, 0].tolist() == [sum(other < value for other in values) for value in values]
    need = sum(value < wanted for value in values)
    assert [grade >= need for grade in have[:, 0].tolist()] == [v >= wanted for v in values]


@pytest.mark.parametrize("count", [*EDGES, 65_537, 70_000])
def test_no_grade_wraps_however_many_values_there_are(count):
    values = np.random.default_rng(count).permutation(np.linspace(-1, 1, count))[:, None]
    ordered, have = graded(values)
    assert np.array_equal(ordered[0], np.sort(values[:, 0]))
    assert np.array_equal(ordered[0, have[:, 0]], values[:, 0])
    assert have.max() == count - 1
    nothing_is_enough = have.dtype.type(count)
    assert not (have >= nothing_is_enough).any()
    assert np.array_equal(in_order(values), ordered)


class Invented:
    """What peace is worth, made up: so many variants would take a case long to tell apart."""

    def __init__(self, monkeypatch, count):
        self.base = np.random.default_rng(count).permutation(np.linspace(-0.6, 0.6, count))
        monkeypatch.setattr(war, "peace", self.peace)
        for module in (war, clustering):
            monkeypatch.setattr(module, "worths", self.worths)

    def peace(self, setting):
        number = np.arange(self.base.size)
        packages = np.zeros((self.base.size, len(setting.case.file.provisions)), dtype=np.int64)
        packages[:, 0] = number
        return Part((0,), number, packages)

    def worths(self, setting, packages):
        """In every third world nothing is enough, in the next all."""
        world = np.add.outer(np.array(setting.worlds.blocks) * 256, np.arange(256)).reshape(-1)
        return self.base[packages[:, 0], None] + np.array([0.0, -100.0, 100.0])[world % 3]


@pytest.mark.parametrize("count", EDGES)
def test_a_variant_deters_whatever_others_there_are(teaching, monkeypatch, count):
    """A few variants alone have small grades, which other tests hold against the tests."""
    patterns = patterns_of(teaching.case)
    invented = Invented(monkeypatch, count)
    games = games_of(teaching, patterns)
    found = war_of(games, at_signing=True)
    assert found.have.dtype == found.need.dtype == kind_of_grades(count)
    deterred = found.have[:, None] >= found.need
    order = np.argsort(invented.base)
    some = np.concatenate([order[:3], order[-3:], order[:: max(count // 100, 1)]])
    invented.base = invented.base[some]
    few = war_of(games_of(teaching, patterns), at_signing=True)
    assert few.have.dtype == np.uint8
    assert np.array_equal(deterred[some], few.have[:, None] >= few.need)
    # all are stronger than the best, and weaker than the worst
    assert (found.need[:, 1::3] == count).all()
    assert (found.need[:, 2::3] == 0).all()
    between = found.need[:, ::3]
    assert ((between > 0) & (between < count)).any()


@pytest.mark.parametrize("count", [256, 65_536])
def test_blocks_made_elsewhere_have_the_same_grades(teaching, monkeypatch, count):
    patterns = patterns_of(teaching.case)
    Invented(monkeypatch, count)
    games = games_of(teaching, patterns)
    here = war_of(games, at_signing=True)
    parcel = parcel_of(games, patterns, games.peace.packages, at_signing=True)
    there = needs_in(parcel, teaching.worlds.blocks)
    assert there.dtype == here.need.dtype
    assert np.array_equal(there, here.need)


def test_grades_of_two_bytes_tell_what_the_tests_tell(several):
    case = several.case
    ready = prepare(case, worlds=WORLDS, seed=3)
    assert ready.tables.war.have.dtype == np.uint16
    space = whole_space(ready.asking.setting, "without-south", ready.tables)
    climber, random, some = Climber(space), np.random.default_rng(1), 0
    for _ in range(60):
        levels = tuple(int(random.integers(size)) for size in space.sizes)
        chosen = {
            name: list(provision.levels)[level]
            for (name, provision), level in zip(case.file.provisions.items(), levels, strict=True)
        }
        passes = ready.asking.judge(chosen).verdict.joint("without-south", CHOSEN)
        where = space.confirm(levels, climber.where(levels))
        assert np.array_equal(where, packed(passes[None])[0])
        some += passes.sum()
    assert 0 < some < 60 * WORLDS


@pytest.mark.parametrize("kind", [np.uint16, np.uint32])
def test_a_search_finds_the_same_with_wider_grades(monkeypatch, kind):
    case = accord.load(TEACHING)
    found = []
    for wide in (False, True):
        if wide:
            for module in (war, war_parts, making):
                monkeypatch.setattr(module, "kind_of_grades", lambda _: np.dtype(kind))
        ready = prepare(case, worlds=WORLDS)
        assert (ready.tables.war.need.dtype == kind) is wide
        best = best_of(ready, "without-south", allowed_levels(case, {}), Effort())
        found.append((best.bound, best.best[0].levels, best.gap))
    assert found[0] == found[1]
    assert found[0][0] > 0.0


def test_combinations_of_peace_are_those_of_its_own_numbers(teaching, several, tmp_path):
    assert combinations_of_peace(teaching) == 3
    assert combinations_of_peace(several) == 7**3 == peace(several).count
    # none of them plays a part in the games of others
    assert combinations_of_war(several) == combinations_of_war(teaching)
    both = "snapback: {base: 0, steps: [{when: review == yearly, add: 0.2}]}"
    two = setting_of(accord.load(altered(tmp_path, (WITHOUT_ATTACK, f"{WITHOUT_ATTACK}, {both}"))))
    assert combinations_of_peace(two) == 6
    assert peace(two).count == len(np.unique(worths(two, peace(two).packages), axis=0)) == 4


def test_where_peace_is_worth_too_many_things_the_tests_themselves_decide(monkeypatch):
    case = accord.load(TEACHING)
    usual = best_of(
        prepare(case, worlds=WORLDS), "without-south", allowed_levels(case, {}), Effort()
    )
    for most, made in ((3, True), (2, False)):
        monkeypatch.setattr(making, "MOST_OF_PEACE", most)
        ready = prepare(case, worlds=WORLDS)
        assert (ready.tables.war is not None) is made
        found = best_of(ready, "without-south", allowed_levels(case, {}), Effort())
        assert (found.bound, found.gap, found.best[0].levels) == (
            usual.bound, 0.0, usual.best[0].levels,
        )  # fmt: skip


def test_memory_is_counted_in_bytes_of_all_that_is_held(teaching, several, tmp_path):
    """Tables of one byte a grade and of two: what is kept, grades thrice while searched."""
    for name, setting in (("one", teaching), ("two", several)):
        folder = tmp_path / name
        folder.mkdir()
        found, _ = tables_of(setting, folder=folder)
        grades = found.war.have.nbytes + found.war.need.nbytes
        shared = {id(each): each for each in found.classes.which}
        which = (found.war.peace.which, *shared.values())
        held = grades + sum(each.nbytes for each in which)
        needed = held + 2 * grades
        assert tables_of(setting, folder=folder, memory=needed)[0].war is not None
        with pytest.raises(UsageError, match="fewer worlds"):
            tables_of(setting, folder=folder, memory=needed - 1)
        # made anew, what peace is worth is held besides: as it comes, and in order
        values = worths(setting, found.war.peace.packages)
        fields = games_of(setting, patterns_of(setting.case)).fields.changed
        made = held + 2 * values.nbytes + sum(table.nbytes for *_, table in fields)
        assert made > needed
        assert tables_of(setting, memory=made)[0].war is not None
        with pytest.raises(UsageError, match="to be made and searched"):
            tables_of(setting, memory=made - 1)
