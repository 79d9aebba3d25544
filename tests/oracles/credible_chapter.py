"""The arithmetic of the chapter "Credible" in plain Python; nothing of accord is used in it.

``solve(read("queue"))`` works out a file of the chapter as the page does by hand.
"""

from __future__ import annotations

import math
from pathlib import Path

from ruamel.yaml import YAML

FOLDER = Path(__file__).parents[2] / "docs" / "textbook" / "skerries"
WHOLE = {"stake": 1, "cost_of_war": 1, "automatic": 1, "guarantor_stake": 1}


def read(name, changes=()):
    """A file of the folder as plain data, some of its numbers changed by dotted path."""
    block = YAML(typ="safe").load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    for path, value in dict(changes).items():
        *way, last = path.split(".")
        at = block
        for key in way:
            at = at[key]
        at[last] = value
    return block


def logistic(z):
    return 1 / (1 + math.exp(-z))


def guarantors(block, believed=False):
    """Each guarantor's numbers, with strength and tripwire worked out."""
    raw = block["guarantors"]
    found = {}
    for name, one in raw.items():
        if name in ("order", "backstop"):
            continue
        own = {**raw.get(one.get("like"), {}), **one}
        late = math.exp(-float(str(own.get("delay", "0")).split()[0]) / 20)
        own["strength"] = own.get("forward", 0) + own.get("reinforcement", 0) * late
        wire = own.get("tripwire", {"at_most": 0, "half_at": 1})
        own["out"] = own.get("reneging", 0) + wire["at_most"] * (
            1 - 0.5 ** (own.get("forces", 0) / wire["half_at"])
        )
        moved = block.get("beliefs", {}).get(name, {}) if believed else {}
        own["stake"] *= moved.get("stake", {}).get("times", 1)
        found[name] = own
    return found


def defeat(block, them, joined):
    """W(S): the chance that the attack is defeated by the protege and those who joined."""
    strength = block["protege"]["strength"]
    for name in joined:
        share = 1
        for enabler, usable in them[name].get("leans_on", {}).items():
            share *= 1 if enabler in joined else usable
        strength += them[name]["strength"] * share
    contest = block["contest"]
    ratio = contest["defence_advantage"] * strength / block["challenger"]["strength"]
    return ratio ** contest["steepness"] / (1 + ratio ** contest["steepness"])


def war_value(block, them, mode, name, joined):
    """What a war fought by these is worth to a guarantor."""
    own = them[name]
    worth = own["stake"] * mode["guarantor_stake"] * defeat(block, them, joined)
    if name not in joined:
        return worth - own["out"]
    together = sum(them[other]["strength"] for other in joined)
    shared = own.get("shared_cost", 0)
    worth -= own["cost"] * (1 - shared + shared * own["strength"] / together)
    backstop = block["guarantors"].get("backstop")
    alone = backstop not in (None, name) and backstop not in joined
    return worth - own.get("alone", 0) * alone


def gain(block, them, mode, name, fight, stay):
    """What fighting gains, given the chances of who fights in the end on either branch."""
    return sum(
        sign * chance * war_value(block, them, mode, name, joined)
        for sign, branch in ((1, fight), (-1, stay))
        for joined, chance in branch.items()
    )


def queue(block, them, mode, order, joined=frozenset()):
    """Chances of who fights, from the last who decides back; and every answer on the way."""
    if not order:
        return {joined: 1.0}, {}
    name, *later = order
    fight, yes = queue(block, them, mode, later, joined | {name})
    stay, no = queue(block, them, mode, later, joined)
    better = gain(block, them, mode, name, fight, stay)
    bound = them[name].get("automatic", 0) * mode["automatic"]
    goes = bound + (1 - bound) * logistic(them[name]["precision"] * better)
    sets = {s: goes * p for s, p in fight.items()}
    for s, p in stay.items():
        sets[s] = sets.get(s, 0) + (1 - goes) * p
    return sets, yes | no | {(name, joined): goes}


def at_once(block, them, start):
    """The two of a common command: answers to answers until nothing moves."""
    first, second = block["guarantors"]["order"][0]
    mode = WHOLE
    nobody, both = frozenset(), frozenset((first, second))

    def answer(name, other, chance):
        expected = sum(
            p
            * (
                war_value(block, them, mode, name, s | {name})
                - war_value(block, them, mode, name, s)
            )
            for s, p in ((nobody, 1 - chance), (frozenset((other,)), chance))
        )
        return logistic(them[name]["precision"] * expected)

    one = two = start
    for _ in range(3000):
        one, two = answer(first, second, two), answer(second, first, one)
    sets = {
        nobody: (1 - one) * (1 - two),
        frozenset((first,)): one * (1 - two),
        frozenset((second,)): (1 - one) * two,
        both: one * two,
    }
    return sets, {first: one, second: two}


def modes_of(block):
    told = block.get("modes", {"full": {}})
    return {
        name: {what: each.get(what, {"times": 1})["times"] for what in WHOLE}
        for name, each in told.items()
    }


def attacked(block, them, mode, sets):
    """(U, chance of resistance, W) in one mode, given the chances of who fights."""
    challenger, protege = block["challenger"], block["protege"]
    beaten = sum(p * defeat(block, them, s) for s, p in sets.items())
    punished = sum(p * them[g].get("punishes", 0) for s, p in sets.items() for g in s)
    stake = mode["stake"]
    resist = logistic(
        protege["precision"]
        * (beaten * protege["stake"] * stake - protege["cost_of_war"] * mode["cost_of_war"])
    )
    war = (1 - beaten) * challenger["stake"] * stake
    war -= challenger["cost_of_war"] * mode["cost_of_war"] + punished
    value = resist * war + (1 - resist) * challenger["stake"] * stake
    return value - challenger.get("snapback", 0), resist, beaten


def solve(block, order=None, start=None):
    """Everything that the chapter tells of a file."""
    order = block["guarantors"]["order"] if order is None else order
    seen, true, modes = guarantors(block, True), guarantors(block), modes_of(block)

    def fold(them, mode):
        if start is not None:
            return at_once(block, them, start)
        return queue(block, them, mode, order)

    values = {name: attacked(block, seen, m, fold(seen, m)[0])[0] for name, m in modes.items()}
    precision = block["challenger"]["precision"]
    mean = sum(math.exp(precision * u) for u in values.values()) / len(values)
    worth = math.log(mean) / precision
    chance = logistic(precision * (worth - block["challenger"].get("without_attack", 0)))
    weights = {name: math.exp(precision * u) / mean / len(values) for name, u in values.items()}
    first = next(iter(modes.values()))
    sets, answers = fold(true, first)
    _, resist, beaten = attacked(block, true, first, sets)
    return {
        "p_attack": chance,
        "value": worth,
        "values": values,
        "modes": {name: chance * w for name, w in weights.items()},
        "p_resist": resist,
        "p_defeated": beaten,
        "answers": answers,
        "sets": sets,
        "honour": {g: sum(p for s, p in sets.items() if g in s) for g in true},
    }
