"""Where things settle if nothing is signed, against an explicit search for legal sequences."""

from __future__ import annotations

import pytest

from accord.criteria.standoff import MOST_LISTED, standoff
from accord.worlds.worlds import central_case, draw
from oracles import conflict as search
from oracles import keeping
from oracles.dice import Dice
from oracles.generator import case_of, random_case, random_conflict
from oracles.world import World, named

NAMES = {"nash": "Nash", "gmr": "GMR", "smr": "SMR", "seq": "SEQ", "sseq": "SSEQ"}


def random_standoff(seed):
    """A random case with a second conflict, in which nothing depends on a package."""
    data, dice = random_case(seed), Dice(seed + 10_000)
    data["shocks"]["storm"] = {"probability": dice.chance()}
    dice.people = [name for name in data["positions"] if name not in {"judgement", "STREET"}]
    dice.condition = lambda: dice.choice(["shocks.storm", "not shocks.storm"])
    written = random_conflict(dice)
    for preference in written["preferences"].values():
        for worth in preference.get("worth", []):
            if worth.pop("value", None):
                worth["add"] = dice.number(-20, 20)
    written |= {"judgement": "invented", "uses_package": False, "today": written.pop("kept")}
    data["conflicts"]["standoff"] = written
    return data


class Told:
    """What accord tells of a standoff, and the same conflict for the oracle."""

    def __init__(self, seed):
        self.data = random_standoff(seed)
        self.case = case_of(self.data)
        self.told = standoff(self.case)["conflicts"]["standoff"]
        self.model, self.axes = self.of_world(central_case(self.case), 0)

    def of_world(self, worlds, at):
        world = World(self.data, worlds, at, named(self.case))
        return keeping.graph(world, "standoff", {}, 0.0)

    def number(self, texts):
        """The state in which exactly these options are on."""
        on = {text.split("=")[0]: text.partition("=")[2] or "on" for text in texts}
        return tuple(levels.index(on.get(name, levels[0])) for name, levels in self.axes.items())

    def party(self, name):
        return list(self.data["conflicts"]["standoff"]["parties"]).index(name)


@pytest.fixture(scope="module", params=range(20))
def found(request):
    return Told(3000 + request.param)


def test_equilibria_are_those_of_the_definitions(found):
    assert found.told["states"] == len(search.states(found.model))
    for concept, name in NAMES.items():
        expected = search.equilibria(found.model, name)
        assert found.told["counts"][concept] == len(expected)
        listed = {found.number(s) for s in found.told["equilibria"][concept]}
        assert listed <= expected
        assert len(listed) == min(len(expected), MOST_LISTED)
    strongest = next((c for c in NAMES if search.equilibria(found.model, NAMES[c])), None)
    assert found.told["concept"] == strongest


def test_today_is_stable_for_whom_the_definitions_say(found):
    today = found.number(found.told["today"])
    parties = list(found.data["conflicts"]["standoff"]["parties"])
    for concept, name in NAMES.items():
        stable = [p for n, p in enumerate(parties) if search.stable(found.model, name, n, today)]
        assert found.told["today_stable"][concept] == stable


def test_shares_count_the_first_worlds_in_which_a_state_settles(found):
    concept = found.told["concept"]
    if concept is None:
        return
    worlds = draw(found.case, 256)
    counts = [0] * len(found.told["shares"])
    states = [found.number(s) for s in found.told["equilibria"][concept]]
    for at in range(0, 256, 8):
        model, _ = found.of_world(worlds, at)
        settled = search.equilibria(model, NAMES[concept])
        counts = [n + (s in settled) for n, s in zip(counts, states, strict=True)]
    # every eighth world was looked at, so each count is bounded by what was seen
    for told, seen in zip(found.told["shares"], counts, strict=True):
        assert seen <= told <= 256 - (32 - seen)


def test_witnesses_show_an_answer_to_every_improvement(found):
    for witness in found.told.get("witnesses", []):
        party, state = found.party(witness["party"]), found.number(witness["state"])
        improving = witness["concept"] in {"seq", "sseq"}
        assert witness["stable"]
        improvements = search.improvements(found.model, party, state)
        if witness["concept"] == "nash":
            assert not improvements
            continue
        answered = set()
        for sanction in witness["sanctions"]:
            start = found.number(sanction["improvement"]["to"])
            answered.add(start)
            here, last = start, None
            for move in sanction["path"]:
                mover = found.party(move["party"])
                assert mover not in {party, last}
                assert found.number(move["from"]) == here
                here, last = found.number(move["to"]), mover
                step = search.improvements if improving else search.moves
                assert here in step(found.model, mover, found.number(move["from"]))
            assert not search.better(found.model, party, here, state)
        assert answered == improvements


def test_paths_from_today_are_as_short_as_can_be(found):
    today = found.number(found.told["today"])
    for improving, key in ((False, "by_moves"), (True, "by_improvements")):
        shortest = search.distances(found.model, today, improving=improving)
        for route in found.told["paths"]:
            path, state = route[key], found.number(route["state"])
            if state == today:
                continue
            assert (path is None) == (state not in shortest)
            if path is not None:
                assert len(path) == shortest[state]
                assert found.number(path[-1]["to"]) == state
