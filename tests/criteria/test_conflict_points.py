"""What is told of today's state, against an explicit search in a sample of worlds."""

from __future__ import annotations

import pytest
from test_standoff import NAMES, Told

from accord.worlds.worlds import draw
from oracles import conflict as search

EVERY = 8
WORLDS = 256


@pytest.fixture(scope="module", params=range(12))
def found(request):
    return Told(3000 + request.param)


def looked_at(found):
    """Every eighth world for the oracle."""
    worlds = draw(found.case, WORLDS)
    return [found.of_world(worlds, at)[0] for at in range(0, WORLDS, EVERY)]


def possible(share, seen, models):
    """Whether a share of all worlds can be, when so many of those looked at had it."""
    count = round(share * WORLDS)
    return seen <= count <= WORLDS - (len(models) - seen)


def test_for_whom_it_holds_in_how_many_worlds(found):
    point, models = found.told["point"], looked_at(found)
    today = found.number(point["state"])
    for name, told in point["parties"].items():
        party = found.party(name)
        for concept, full in NAMES.items():
            seen = sum(search.stable(model, full, party, today) for model in models)
            assert possible(told["stable"][concept]["share"], seen, models)
    for concept, full in NAMES.items():
        everyone = range(len(point["parties"]))
        seen = sum(all(search.stable(m, full, n, today) for n in everyone) for m in models)
        assert possible(point["stable"][concept]["share"], seen, models)


def test_every_single_step_of_another_party_is_tried(found):
    point, models = found.told["point"], looked_at(found)
    today, full = found.number(point["state"]), NAMES[point["concept"]]
    for name, told in point["parties"].items():
        party = found.party(name)
        steps = set()
        for other in range(len(point["parties"])):
            if other != party:
                for after in search.moves(found.model, other, today):
                    if sum(a != b for a, b in zip(today, after, strict=True)) == 1:
                        steps.add((other, after))
        listed = {
            (found.party(c["change"]["party"]), found.number(c["change"]["to"])): c["stable"]
            for c in told["changes"]
        }
        assert set(listed) <= steps
        assert len(listed) == min(len(steps), 24)
        for (_, after), share in list(listed.items())[:3]:
            seen = sum(search.stable(model, full, party, after) for model in models)
            assert possible(share["share"], seen, models)


def test_the_next_best_is_within_reach_and_preferred_as_often_as_told(found):
    point, models = found.told["point"], looked_at(found)
    today = found.number(point["state"])
    for name, told in point["parties"].items():
        party = found.party(name)
        reached = search.moves(found.model, party, today)
        if told["next_best"] is None:
            assert not reached
            continue
        best = found.number(told["next_best"]["state"])
        assert best in reached
        seen = sum(search.better(model, party, best, today) for model in models)
        assert possible(told["next_best"]["preferred"]["share"], seen, models)


def test_escapes_count_the_worlds_in_which_it_does_not_hold(found):
    point = found.told["point"]
    for told in point["parties"].values():
        escapes = told["escapes"]
        share = told["stable"][point["concept"]]["share"]
        assert escapes["worlds"] == WORLDS - round(share * WORLDS)
        assert escapes["sampled"] == min(escapes["worlds"], 12)
        assert sum(move["worlds"] for move in escapes["moves"]) == escapes["sampled"]
        answered = sum(answer["worlds"] for answer in escapes["answers"])
        assert answered + escapes["unanswerable"] == escapes["sampled"]
        if point["concept"] in {"nash", "gmr", "smr"}:
            assert not escapes["answers"] or point["concept"] != "nash"
        for answer in escapes["answers"]:
            assert answer["unwilling"]


def test_groups_that_leave_all_gain_by_it(found):
    point = found.told["point"]
    today = found.number(point["state"])
    for group in point["together"]:
        members = [found.party(name) for name in group["parties"]]
        here = today
        for move in group["path"]:
            mover = found.party(move["party"])
            assert mover in members
            assert found.number(move["from"]) == here
            here = found.number(move["to"])
            assert here in search.moves(found.model, mover, found.number(move["from"]))
        assert all(search.better(found.model, member, here, today) for member in members)
