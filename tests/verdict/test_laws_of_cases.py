"""What must follow, world by world, when a case is changed: on random cases with all blocks."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from accord.criteria import acceptable, deliverable, durable
from accord.criteria.setting import Setting
from accord.criteria.table import CRITERIA
from accord.run.assess import assess, verdict_of
from accord.run.store import open_run, save
from accord.worlds.worlds import Worlds, draw
from oracles.generator import case_of, random_case

BLOCK = 256
PACKAGES = ("pact", "other", "status-quo")


def verdict_for(data, seed, blocks=(0,)):
    """The verdict of a case's packages over some blocks of worlds."""
    case = case_of(data)
    worlds = Worlds(case, seed, blocks)
    chosen = {name: case.chosen(name) for name in PACKAGES}
    setting = Setting(case, worlds, chosen, brief=frozenset(PACKAGES))
    return verdict_of(setting, np.ones(worlds.count, np.int64), lambda _: None)[0]


def setting_for(data, seed, lines="stated"):
    case = case_of(data)
    chosen = {name: case.chosen(name) for name in PACKAGES}
    return Setting(case, draw(case, BLOCK, seed, lines), chosen, brief=frozenset(PACKAGES))


def accepted(data, seed, lines="stated"):
    """Where each rule holds for each package, shape (R, P, W)."""
    return acceptable.assess(setting_for(data, seed, lines)).margins >= 0


def delivered(data, seed):
    """Where each package can be fielded, shape (1, P, W)."""
    return deliverable.assess(setting_for(data, seed)).margins >= 0


def lasting(data, seed):
    """Where each package is kept under each rule, shape (R, P, W)."""
    return durable.assess(setting_for(data, seed)).margins >= 0


def voices(data):
    return [actor for actor in data["positions"] if actor != "judgement"]


@pytest.mark.parametrize("seed", range(500, 512))
def test_lines_that_bind_more_often_never_let_more_through(seed):
    data = random_case(seed)
    none, stated, hard = (accepted(data, seed, lines) for lines in ("none", "stated", "hard"))
    assert (stated <= none).all()
    assert (hard <= stated).all()


@pytest.mark.parametrize("seed", range(520, 530))
def test_relaxing_a_red_line_never_lowers_acceptance(seed):
    data = random_case(seed)
    before = accepted(data, seed)
    for actor in voices(data):
        for name, line in data["positions"][actor]["red_lines"].items():
            softer = copy.deepcopy(data)
            own = softer["positions"][actor]["red_lines"]
            own[name]["binding"] = 0.0
            assert (before <= accepted(softer, seed)).all()
            del own[name]
            assert (before <= accepted(softer, seed)).all()
            if isinstance(line.get("binding"), float):
                own[name] = line | {"binding": line["binding"] / 2}
                assert (before <= accepted(softer, seed)).all()


@pytest.mark.parametrize("seed", range(540, 550))
def test_an_unconditional_pledge_never_lowers_delivery(seed):
    data = random_case(seed)
    before = delivered(data, seed)
    capabilities = [name for name in data["capabilities"] if name != "judgement"]
    owners = [*(name for name in data["pledges"] if name != "judgement"), "FOXTROT"]
    for owner in dict.fromkeys(owners):
        for capability in capabilities:
            more = copy.deepcopy(data)
            pool = {"title": "More", "serves": [capability], "amount": 4, "stage": "sure"}
            more["pledges"].setdefault(owner, {})["more"] = pool
            assert (before <= delivered(more, seed)).all()


@pytest.mark.parametrize("seed", range(560, 570))
def test_larger_amounts_and_weaker_conditions_never_lower_delivery(seed):
    data = random_case(seed)
    before = delivered(data, seed)
    for owner, pools in data["pledges"].items():
        for name in pools if owner != "judgement" else ():
            freer, larger, smaller = (copy.deepcopy(data) for _ in range(3))
            freer["pledges"][owner][name].pop("if", None)
            assert (before <= delivered(freer, seed)).all()
            larger["pledges"][owner][name]["amount"] = 60
            assert (before <= delivered(larger, seed)).all()
            smaller["pledges"][owner][name]["amount"] = 0
            assert (before >= delivered(smaller, seed)).all()


@pytest.mark.parametrize("seed", range(580, 595))
def test_asking_one_more_actor_never_enlarges_acceptance(seed):
    data = random_case(seed)
    before = accepted(data, seed)
    for actor in voices(data):
        assert (accepted(stricter(data, actor), seed) <= before).all()


@pytest.mark.parametrize("seed", range(580, 586))
def test_asking_one_more_actor_makes_nothing_last_longer(seed):
    data = random_case(seed)
    before = lasting(data, seed)
    for actor in voices(data):
        assert (lasting(stricter(data, actor), seed) <= before).all()


def stricter(data, actor):
    """The same case with one more actor to ask under every rule."""
    asked = copy.deepcopy(data)
    for rule in data["consent"]:
        if rule != "default":
            asked["consent"][rule] = {"all": [data["consent"][rule], actor]}
    return asked


@pytest.mark.parametrize("seed", range(600, 608))
def test_a_block_drawn_alone_is_the_block_of_a_longer_run(seed):
    data = random_case(seed)
    both, second, turned = (verdict_for(data, seed, blocks) for blocks in ((0, 1), (1,), (1, 0)))
    first, last = slice(0, BLOCK), slice(BLOCK, None)
    for longer, part, other, same in ((both, last, second, first), (both, first, turned, last)):
        assert (longer.margins[..., part] == other.margins[..., same]).all()
        assert (spoken(longer)[..., part] == spoken(other)[..., same]).all()


def spoken(verdict):
    """The names of all reasons; their numbers may differ between runs."""
    return np.array([*verdict.names, ""], dtype=object)[verdict.reasons]


@pytest.mark.parametrize("seed", [620, 621, 622])
def test_a_run_read_from_its_folder_has_the_same_verdict(seed, tmp_path):
    run = assess(case_of(random_case(seed)), worlds=BLOCK, seed=seed)
    save(run, tmp_path / "run")
    again = open_run(tmp_path / "run")
    assert again.verdict.rows == run.verdict.rows
    assert again.verdict.names == run.verdict.names
    for field in ("margins", "reasons", "weights"):
        assert (getattr(again.verdict, field) == getattr(run.verdict, field)).all()
    assert again.verdict.first_failure(run.rule, "pact").keys() == {c.name for c in CRITERIA}
    for package in run.verdict.packages:
        for test in (*run.verdict.assessed, "joint"):
            mine, theirs = (r.verdict.share(test, run.rule, package) for r in (run, again))
            assert mine == theirs


@pytest.mark.parametrize("seed", [630, 631])
def test_the_same_seed_gives_the_same_bits_and_another_seed_others(seed):
    data = random_case(seed)
    one, same, other = (verdict_for(data, s) for s in (seed, seed, seed + 1))
    assert one.margins.tobytes() == same.margins.tobytes()
    assert one.reasons.tobytes() == same.reasons.tobytes()
    assert one.margins.tobytes() != other.margins.tobytes()
    assert draw(case_of(data), 1, seed).blocks == (0,)
