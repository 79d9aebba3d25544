"""The whole space of a case against the tests themselves, package by package and bit by bit."""

import io
import itertools

import numpy as np
import pytest

import accord
from accord._errors import UsageError
from accord.case.truth import unmet_constraints
from accord.criteria.positions import positions
from accord.explore.search import making
from accord.explore.search.effort import Effort
from accord.explore.search.exploring import allowed_levels, best_of, explore, prepare
from accord.explore.search.whole import whole_space
from accord.run.what_if import CHOSEN
from accord.theory.search.formula import evaluate
from accord.theory.search.space import packed, unpacked
from teaching import TEACHING, altered

WORLDS = 512
MINUTE = Effort()

RULES = """  by-votes: {at_least: {k: 3, of: [NORTH, SOUTH, GUARD], weights: {GUARD: 2}}}
  at-times:
    all: [NORTH, {actor: SOUTH, when: "clause == assist or shocks.new_government"}]
  either: {any: [{all: [NORTH, GUARD]}, {actor: SOUTH, when: review == yearly}]}
  now-and-then: {all: [{any: [{actor: SOUTH, when: patrol == joint}]}, GUARD]}
"""
LAST_RULE = "  without-south: {all: [NORTH, GUARD]}\n"

CASES = {
    "as it stands": (),
    "more rules": ((LAST_RULE, LAST_RULE + RULES),),
    "drift of all": (
        (LAST_RULE, LAST_RULE + RULES),
        ("drift: {SOUTH: {yearly: 1}}", "drift: {SOUTH: {yearly: [-6, 1, 9]}, GUARD: {yearly: 4}}"),
        ("horizon: 2 years", "horizon: 6 years"),
    ),
    "consents that pledges wait for": (
        (LAST_RULE, LAST_RULE + RULES),
        ('if: "NORTH joins"}', 'if: "SOUTH accepts or clause == talk"}'),
        ('if: "GUARD joins"}', 'if: "GUARD joins and not GUARD accepts"}'),
        ("GUARD joins and not GUARD accepts", "GUARD joins and NORTH accepts"),
    ),
    "a consent that must be missing": (
        ('if: "NORTH joins"}', 'if: "not SOUTH accepts"}'),
        (LAST_RULE, LAST_RULE + RULES),
    ),
    "interactions and a public": (
        ("actors:\n", "actors:\n  TOWN: {name: The town, role: public}\n"),
        (LAST_RULE, LAST_RULE + "  with-the-town: {all: [NORTH, GUARD, TOWN]}\n"),
        ("    walk_away: 30\n", "    walk_away: 30\n    interactions:\n"
         "      - {when: patrol == joint and review == yearly, points: [-20, 5, 12]}\n"),
        ("capabilities:\n", "  TOWN:\n    judgement: Asked in the market\n    needs: 50\n"
         "    support: {base: 48, steps: [{when: fees == dropped, add: [-9, 4, 9]}, "
         "{when: patrol == joint and clause == assist, add: [-3, 2, 8]}]}\ncapabilities:\n"),
    ),
    "interactions on a shock alone": (
        (LAST_RULE, LAST_RULE + RULES),
        ("    walk_away: 30\n", "    walk_away: 30\n    interactions:\n"
         "      - {when: shocks.new_government, points: [-9, 4, 14]}\n"
         "      - {when: patrol == joint or shocks.new_government, points: [-12, 3, 9]}\n"),
    ),
    "constraints and amounts of the text": (
        (LAST_RULE, LAST_RULE + RULES),
        ("positions:\n", "constraints:\n  - {when: patrol == joint, require: review == yearly}\n"
         "  - {when: fees == kept, require: clause == assist}\npositions:\n"),
        ("amount: 6,", "amount: {base: 6, steps: [{when: review == yearly, add: [-1, 1, 3]}]},"),
        ("steepness: 1,", "steepness: [0.7, 1, 1.5],"),
    ),
    "elections and growth": (
        ("  temptation: 0.5\n", "  temptation: [0.3, 0.5, 0.8]\n"
         "  growth: {challenger: [0, 0.05, 0.2]}\n  erosion: {default: [0, 0.05, 0.1]}\n"
         "  elections:\n    GUARD:\n      years: [2, 4]\n"
         "      reversal: {base: [0.2, 0.4, 0.6], steps: [{when: review == yearly, times: 0.5}]}\n"
         "      keeps: {reneging: 0.5, automatic: 0, pledges: 0.4}\n"),
        ("horizon: 2 years", "horizon: 5 years"),
    ),
    "two that decide at once, and ways to attack": (
        ("actors:\n", "actors:\n  ISLES: {name: The Isles, role: guarantor}\n"),
        ("    police: {title:",
         "    guards: {title: Guards on the mole, serves: [boats], amount: 2, "
         'stage: sure, if: "review == yearly"}\n    police: {title:'),
        ("pledges:\n", "pledges:\n  ISLES:\n    galleys: {title: Galleys, serves: [boats], "
         "amount: {base: 3, steps: [{when: clause == assist, add: 2}]}, stage: sure}\n"),
        ("    order: [GUARD]\n", "    order: [[GUARD, ISLES]]\n"),
        ("reneging: {like: levels_meaning.reneging}, automatic: 0}\n",
         "reneging: {like: levels_meaning.reneging}, automatic: 0.1}\n"
         "    ISLES: {like: GUARD, stake: [0.2, 0.4, 0.8], cost: [0.1, 0.2, 0.4], "
         "automatic: {base: 0, steps: [{when: review == yearly, set: 0.2}]}, "
         "alone: 0.05, leans_on: {GUARD: 0.5}}\n"
         "  beliefs:\n    ISLES: {stake: {shift: [-0.2, 0, 0.1]}}\n"
         "  modes:\n    full: {title: A siege}\n"
         "    probe: {title: A raid, stake: {times: 0.4}, cost_of_war: {times: 0.3}}\n"),
        ("precision: 4,\n", "precision: [2, 4, 8],\n"),
        ("horizon: 2 years", "horizon: 4 years"),
    ),
    "no conflict": (("  conflict: {name: after_signing, concept: SEQ}\n", ""),),
}  # fmt: skip


def rows(space, levels):
    """Where a package passes, from the definition of a space alone."""
    literals = [space.sums(levels) >= 0]
    for table in space.tables:
        row = table.which[tuple(levels[j] for j in table.provisions)]
        literals.append(unpacked(table.rows[row][None]))
    for contest in space.contests:
        have, need = (
            side.grades[side.which[tuple(levels[j] for j in side.provisions)]]
            for side in (contest.have, contest.need)
        )
        literals.append((have >= need)[None])
    found = evaluate(space.formula, np.concatenate(literals))
    if space.confirm is not None:
        found = unpacked(space.confirm(levels, packed(found[None])[0])[None])[0]
    return found


def named(case, levels):
    return {
        name: tuple(provision.levels)[level]
        for (name, provision), level in zip(case.file.provisions.items(), levels, strict=True)
    }


def packages(case):
    sizes = [len(provision.levels) for provision in case.file.provisions.values()]
    return list(itertools.product(*map(range, sizes)))


@pytest.fixture(scope="module", params=CASES)
def prepared(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    case = accord.load(altered(folder, *CASES[request.param]))
    return prepare(case, worlds=WORLDS, seed=3)


def test_every_package_passes_where_the_tests_say_so(prepared):
    case, asking = prepared.case, prepared.asking
    spaces = {r: whole_space(asking.setting, r, prepared.tables) for r in asking.rules}
    some = 0
    for levels in packages(case):
        verdict = asking.judge(named(case, levels)).verdict
        ruled_out = bool(unmet_constraints(case, named(case, levels)))
        for rule, space in spaces.items():
            passes = np.zeros(WORLDS, dtype=bool) if ruled_out else verdict.joint(rule, CHOSEN)
            assert np.array_equal(rows(space, levels), passes), (rule, levels)
            some += passes.sum()
    assert some > 0


def test_the_search_finds_the_best_of_all_packages_and_proves_it(prepared):
    case, asking = prepared.case, prepared.asking
    for rule in asking.rules:
        best = max(
            float(np.mean(asking.judge(named(case, levels)).verdict.joint(rule, CHOSEN)))
            for levels in packages(case)
            if not unmet_constraints(case, named(case, levels))
        )
        found = best_of(prepared, rule, allowed_levels(case, {}), MINUTE)
        assert found.best[0].joint.value == pytest.approx(best, abs=1e-12)
        assert found.gap == 0.0
        assert found.reproducible
        shares = [each.joint.value for each in found.best]
        assert shares == sorted(shares, reverse=True)
        assert [each.proven for each in found.best].count(True) == 1


@pytest.mark.parametrize("lines", ["stated", "hard", "none"])
def test_a_pin_keeps_its_level_and_the_best_of_the_rest(lines):
    case = accord.load(TEACHING)
    found = explore(
        case, worlds=WORLDS, consent="without-south", pins={"patrol": ["joint"]}, lines=lines
    )
    ready = prepare(case, worlds=WORLDS, lines=lines)
    best = max(
        float(np.mean(ready.asking.judge(named(case, p)).verdict.joint("without-south", CHOSEN)))
        for p in packages(case)
        if named(case, p)["patrol"] == "joint"
    )
    assert found.best[0].joint.value == pytest.approx(best, abs=1e-12)
    assert all(each.levels["patrol"] == "joint" for each in found.best)
    assert found.packages == len(packages(case)) // 2


def test_a_margin_asks_more_of_every_world_that_passes():
    case = accord.load(TEACHING)
    ready = prepare(case, worlds=WORLDS)
    allowed = allowed_levels(case, {})
    shares = [
        best_of(ready, "without-south", allowed, MINUTE, margins={"NORTH": points}).bound
        for points in (0, 10, 40, 90)
    ]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == best_of(ready, "without-south", allowed, MINUTE).bound > shares[-1] == 0.0


def test_a_margin_is_asked_of_the_share_that_is_told():
    case = accord.load(TEACHING)
    ready = prepare(case, worlds=WORLDS)
    setting, allowed = ready.asking.setting, allowed_levels(case, {})
    position = positions(setting)["GUARD"]
    for points in (0, 20, 45, 60):
        found = best_of(ready, "without-south", allowed, MINUTE, margins={"GUARD": points})
        best = 0.0
        for levels in packages(case):
            chosen = named(case, levels)
            where = ready.asking.judge(chosen).verdict.joint("without-south", CHOSEN)
            best = max(best, float(np.mean(where & (position.slack(chosen) >= 256 * points))))
        assert found.best[0].joint.value == pytest.approx(best, abs=1e-12)
        assert found.bound == pytest.approx(best, abs=1e-12)


def test_where_nothing_passes_a_package_that_the_case_allows_is_told(tmp_path):
    ruled = "constraints:\n  - {when: clause == talk, require: patrol == joint}\npositions:\n"
    case = accord.load(altered(tmp_path, ("positions:\n", ruled)))
    ready = prepare(case, worlds=256)
    for pins in ({}, {"patrol": ["none"]}):
        found = best_of(
            ready, "everyone", allowed_levels(case, pins), MINUTE, margins={"NORTH": 190}
        )
        assert found.bound == found.best[0].joint.value == found.gap == 0.0
        assert not unmet_constraints(case, found.best[0].levels)
    none = allowed_levels(case, {"clause": ["talk"], "patrol": ["none"]})
    with pytest.raises(UsageError, match="keeps all constraints"):
        best_of(ready, "everyone", none, MINUTE)


def test_tables_that_are_kept_say_the_same(tmp_path):
    case = accord.load(TEACHING)
    first = explore(case, worlds=WORLDS, folder=tmp_path)
    (kept,) = tmp_path.glob("tables-*.npz")
    again = explore(case, worlds=WORLDS, folder=tmp_path)
    assert [a.levels for a in first.best] == [b.levels for b in again.best]
    assert first.bound == again.bound
    array = io.BytesIO()
    np.save(array, np.zeros(3))
    for damaged in (b"half of it", b"", array.getvalue(), kept.read_bytes()[:-100]):
        kept.write_bytes(damaged)
        anew = explore(case, worlds=WORLDS, folder=tmp_path)
        assert anew.bound == first.bound
    explore(case, worlds=256, folder=tmp_path)
    assert len(list(tmp_path.glob("tables-*.npz"))) == 1


def test_tables_that_cannot_be_kept_are_used_and_it_is_said(tmp_path):
    case = accord.load(TEACHING)
    folder = tmp_path / "runs"
    folder.write_text("a file where a folder is wanted", encoding="utf-8")
    said = []
    ready = prepare(case, worlds=256, folder=folder, unkept=said.append)
    assert ready.tables.war is not None
    assert ["cannot be written" in str(error) for error in said] == [True]
    with pytest.raises(UsageError, match="cannot be written"):
        prepare(case, worlds=256, folder=folder)


def test_what_cannot_be_asked_is_refused_in_plain_words():
    case = accord.load(TEACHING)
    for asked, words in (
        ({"consent": "nobody"}, "wanted one of everyone"),
        ({"pins": {"tolls": ["none"]}}, "wanted one of patrol"),
        ({"pins": {"patrol": ["all"]}}, "wanted one of none, joint"),
        ({"memory": 100}, "fewer worlds"),
    ):
        with pytest.raises(UsageError, match=words):
            explore(case, worlds=256, **asked)
    for asked in ({"seconds": float("nan")}, {"seconds": -1.0}, {"gap": -0.1}):
        with pytest.raises(UsageError, match=r"wanted a (number from 0|share from 0 to 1)"):
            Effort(**asked)


def test_fresh_worlds_are_others_than_those_that_were_searched():
    ready = prepare(accord.load(TEACHING), worlds=WORLDS)
    assert not set(ready.asking.blocks) & set(ready.fresh.blocks)


def test_without_class_tables_the_tests_themselves_decide(monkeypatch):
    """So it is where wars differ in too many combinations of levels for tables to be made."""
    case = accord.load(TEACHING)
    usual = explore(case, worlds=256, consent="without-south")
    monkeypatch.setattr(making, "MOST_COMBINATIONS", 1)
    ready = prepare(case, worlds=256)
    assert ready.tables.war is None
    asking = ready.asking
    space = whole_space(asking.setting, "without-south", ready.tables)
    for levels in packages(case):
        verdict = asking.judge(named(case, levels)).verdict
        assert np.array_equal(rows(space, levels), verdict.joint("without-south", CHOSEN))
    found = best_of(ready, "without-south", allowed_levels(case, {}), MINUTE)
    assert found.best[0].levels == usual.best[0].levels
    assert found.gap == 0.0


def test_one_thread_finds_what_two_find():
    case = accord.load(TEACHING)
    one, two = (explore(case, worlds=WORLDS, seed=5, workers=workers) for workers in (1, 2))
    assert [each.levels for each in one.best] == [each.levels for each in two.best]
    assert (one.bound, one.reproducible) == (two.bound, two.reproducible)
