"""For whom today's state and the kept agreement hold: words that say what the record says."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from accord.brief.desk import Desk
from accord.brief.document import Chart, Items, Section
from accord.brief.ledger import Ledger
from accord.brief.plain import plain_text
from accord.brief.sections.stances import stances, together
from accord.brief.sections.standing import standing
from accord.case.load import load
from accord.criteria.kept import defections
from accord.criteria.setting import Setting
from accord.criteria.standoff import standoff
from accord.run.run import Run
from accord.worlds.worlds import draw
from teaching import FLAGSHIP, TEACHING


@pytest.fixture(scope="module")
def flagship():
    return load(FLAGSHIP)


def desk_of(case, details):
    names = tuple(case.file.packages)
    manifest = {"consent": "everyone", "worlds": 256, "effective_worlds": 256.0}
    verdict = SimpleNamespace(weights=np.ones(256))
    run = Run(case, verdict, details, {}, names, {}, manifest)
    return Desk(run, Ledger(run))


def told(case, conflict, point):
    """The items, each as plain words."""
    desk = desk_of(case, {})
    items = stances(desk, conflict, point, f"standoff.{conflict}", "||")
    Section("here", "Here", ("Found",), (Items(items),))
    return dict(zip(point["parties"], (plain_text(item) for item in items), strict=True))


def test_who_stays_is_told_with_what_would_move_it(flagship):
    point = standoff(flagship)["conflicts"]["standoff"]["point"]
    words = told(flagship, "standoff", point)
    assert "nothing that it could do alone is better" in words["RUS"]
    assert "Less firm if Ukraine leaves the rest of Donbas" in words["RUS"]
    assert "makes no difference to it if United States adds oil sanctions" in words["RUS"]
    assert "would gain in" in words["USA"]
    assert "no answer that the others could give would stop it" in words["USA"]


def test_an_answer_that_holds_a_party_back_is_named(flagship):
    name = next(iter(flagship.file.packages))
    setting = Setting(flagship, draw(flagship, 256), {name: flagship.chosen(name)})
    point = defections(setting, name)["after_signing"]
    words = told(flagship, "after_signing", point)
    record = point["parties"]["RUS"]
    best = record["next_best"]
    if best["preferred"]["share"] > 1.05 - record["stable"]["seq"]["share"]:
        assert "has to expect" in words["RUS"]
    assert all(text.endswith(".") for text in words.values())


def test_groups_that_gain_together_are_named(flagship):
    point = standoff(flagship)["conflicts"]["standoff"]["point"]
    desk = desk_of(flagship, {})
    move = {"party": "UKR", "from": point["state"], "to": [*point["state"], "UKR.cede"]}
    group = {"parties": ["RUS", "UKR"], "path": [move]}
    words = plain_text(together(desk, "standoff", {**point, "together": [group]}))
    assert "Russia and Ukraine would all gain by moving together: Ukraine leaves" in words
    assert "no group" in plain_text(together(desk, "standoff", {**point, "together": []}))
    assert together(desk, "standoff", {**point, "together": None}) == ()


def with_party(point, **changes):
    party = {**next(iter(point["parties"].values())), **changes}
    return {**point, "parties": {"RUS": party}}


def test_every_case_of_a_party(flagship):
    point = standoff(flagship)["conflicts"]["standoff"]["point"]
    stays = {c: {"share": 0.5, "se": 0.01} for c in point["stable"]}
    assert (
        "can change nothing" in told(flagship, "standoff", with_party(point, next_best=None))["RUS"]
    )
    move = {"party": "UKR", "from": point["state"], "to": [*point["state"], "UKR.cede"]}
    escapes = {"worlds": 9, "sampled": 9, "moves": [], "unanswerable": 0,
               "answers": [{"state": [], "unwilling": [move], "worlds": 9}]}  # fmt: skip
    words = told(flagship, "standoff", with_party(point, stable=stays, escapes=escapes))["RUS"]
    assert "hold back if it had to expect this: Ukraine leaves the rest of Donbas" in words
    firmer = [{"change": move, "stable": {"share": 0.9, "se": 0.01}}]
    words = told(flagship, "standoff", with_party(point, stable=stays, changes=firmer))["RUS"]
    assert "Firmer if Ukraine leaves the rest of Donbas (then it stays in" in words


@pytest.mark.parametrize("source", [FLAGSHIP, TEACHING])
def test_the_picture_shows_today_and_where_things_could_settle(source):
    case = load(source)
    record = standoff(case)
    desk = desk_of(case, {"standoff": record})
    drawn = [block for block in standing(desk).blocks if isinstance(block, Chart)]
    assert len(drawn) == len(record["conflicts"])
    for chart, (name, own) in zip(drawn, record["conflicts"].items(), strict=True):
        options = sum(len(given) for given in case.file.conflicts[name].parties.values())
        heads = list(dict.fromkeys(row["state"] for row in chart.data))
        assert len(chart.data) == options * len(heads)
        on = [row["option"] for row in chart.data if row["state"] == "today" and row["level"]]
        assert len(on) == len(own["today"])
        assert not any(row["changed"] for row in chart.data if row["state"] == "today")
