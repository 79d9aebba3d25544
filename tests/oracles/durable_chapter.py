"""The arithmetic of the chapter "Durable" in plain Python; nothing of accord is used in it.

States of a conflict are texts such as ``YNNY``, an option a letter, in the order of the parties.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

from oracles.credible_chapter import read, solve

FOLDER = Path(__file__).parents[2] / "docs" / "textbook" / "tarn"
CONCEPTS = ("nash", "sseq", "seq", "smr", "gmr")


# -- the conflict


def holds(condition, state):
    """A condition of a file: a list of [option, letter], or several of which one must hold."""
    if isinstance(condition, dict):
        return any(holds(member, state) for member in condition["members"])
    return all(state[option] == letter for option, letter in condition)


class Conflict:
    """A .gmcr file in statements, whose options stand in the order of the parties."""

    def __init__(self, record):
        self.makers = record["decisionMakers"]
        self.parties = range(len(self.makers))
        self.one_way = [o["permittedDirection"] == "fwd" for o in record["options"]]
        self.owner = {o: n for n in self.parties for o in self.makers[n]["options"]}
        every = ("".join(reversed(way)) for way in product("NY", repeat=len(record["options"])))
        self.states = [s for s in every if not any(holds(c, s) for c in record["infeasibles"])]

    def number(self, state):
        return self.states.index(state) + 1

    def worth(self, party, state):
        """Statements that hold, the last worth 1 and each before it twice as much."""
        told = self.makers[party]["preferences"]
        return sum(
            2 ** (len(told) - 1 - place) for place, each in enumerate(told) if holds(each, state)
        )

    def sees(self, party, state):
        return not any(holds(c, state) for c in self.makers[party].get("misperceptions", ()))

    def moves(self, party, state):
        if not self.sees(party, state):
            return []
        return [
            other for other in self.states
            if other != state and self.sees(party, other) and all(
                a == b or (self.owner[k] == party and not (self.one_way[k] and a == "Y"))
                for k, (a, b) in enumerate(zip(state, other, strict=True))
            )
        ]  # fmt: skip

    def gains(self, party, state):
        now = self.worth(party, state)
        return [other for other in self.moves(party, state) if self.worth(party, other) > now]

    def answers(self, party, state, steps):
        """Where the others can bring it, by ``steps`` (moves or gains), nobody twice in a row."""
        found, open_ = set(), [(state, None)]
        seen = set(open_)
        while open_:
            at, last = open_.pop()
            for other in self.parties:
                if other in (party, last):
                    continue
                for end in steps(other, at):
                    found.add(end)
                    if (end, other) not in seen:
                        seen.add((end, other))
                        open_.append((end, other))
        return found

    def stable(self, concept, party, state):
        now = self.worth(party, state)
        gains = self.gains(party, state)
        if concept == "nash":
            return not gains
        steps = self.gains if concept in ("seq", "sseq") else self.moves
        return all(
            any(
                self.worth(party, end) <= now
                and (
                    concept in ("gmr", "seq")
                    or all(self.worth(party, back) <= now for back in self.moves(party, end))
                )
                for end in self.answers(party, gain, steps)
            )
            for gain in gains
        )

    def strongest(self, state, party=None):
        """The strongest concepts by which one party, or everyone, would stay."""
        who = self.parties if party is None else (party,)
        held = {c for c in CONCEPTS if all(self.stable(c, n, state) for n in who)}
        if not held:
            return "–"
        for one in ("nash", "sseq"):
            if one in held:
                return one
        return ", ".join(c for c in ("seq", "smr") if c in held) or "gmr"

    def ways(self, start, steps):
        """The least number of moves to each state that can be reached."""
        far, open_ = {start: 0}, [start]
        for at in open_:
            for party in self.parties:
                for end in steps(party, at):
                    if end not in far:
                        far[end] = far[at] + 1
                        open_.append(end)
        return far


def conflict(name, **changes):
    """A file of the folder; ``Marsh={"misperceptions": …}`` changes what it says of a party."""
    return Conflict(record(name, **changes))


def record(name, **changes):
    found = json.loads((FOLDER / f"{name}.gmcr").read_text(encoding="utf-8"))
    for maker in found["decisionMakers"]:
        maker.update(changes.get(maker["name"], {}))
    return found


# -- the years

CHANCES = {1: 0.3, 2: 0.4, 3: 0.5}
REVERSED = 0.7
# world: points above the walk-away value, drift a year, temptations by year, year of a reversal
WORLDS = {
    1: (20, 0, {}, None),
    2: (20, 0, {1: 0.22}, None),
    3: (20, 0, {1: 0.55, 3: 0.45}, None),
    4: (20, 0, {2: 0.64}, None),
    5: (20, 0, {2: 0.35}, None),
    6: (20, 0, {2: 0.58}, 2),
    7: (20, 0, {3: 0.61}, 2),
    8: (3, 2, {}, None),
    9: (1, 2, {}, None),
    10: (5, 2, {}, None),
}


def turns(slack, drift, years=3):
    """The second of two years in a row below the walk-away value, None for never."""
    below = [slack < drift * year for year in range(1, years + 1)]
    return next((y + 1 for y in range(1, years) if below[y - 1] and below[y]), None)


def end_of(world, years=3):
    """(year, cause), or None where it lasts."""
    slack, drift, tempted, since = WORLDS[world]
    leaves = turns(slack, drift, years)
    for year in range(1, years + 1):
        now = since is not None and year >= since
        if year in tempted and tempted[year] < (REVERSED if now else CHANCES[year]):
            return year, "attack" if tempted[year] < CHANCES[year] else "reversal"
        if leaves == year:
            return year, "leaving"
    return None


def margin(world, years=3):
    end = end_of(world, years)
    if end is not None:
        return (end[0] - 1) / years - 1
    slack, drift, tempted, _ = WORLDS[world]
    threshold = max(min(drift * t, drift * (t + 1)) for t in range(1, years))
    room = [(slack - threshold) / 100]
    return max(0, min(room + [e - CHANCES[year] for year, e in tempted.items()]))


def curve(ends, years=3):
    """The number of worlds that stand after each of the years 0..T."""
    return [sum(e is None or e[0] > year for e in ends) for year in range(years + 1)]


def constant(tempted, attack, years):
    """Survival where every year is alike and luck is fresh."""
    return (1 - tempted * attack) ** years


def one_luck(tempted, attack, years):
    """Survival where one temptation is drawn for all years."""
    return (1 - attack) + attack * (1 - tempted) ** years


def norland(year, erosion=0.1, growth=0.05, left=1, word=0.06):
    """The Skerries with Norland alone, some years on: the answers of the chapter "Credible"."""
    changes = {
        "guarantors.Norland.forward": 8 * (1 - erosion) ** year * left,
        "challenger.strength": 12 * (1 + growth) ** year,
        "guarantors.Norland.reneging": word,
    }
    return changes, solve(read("norland", changes))


def flagged(wins, discount, bound):
    """Powell's condition: the first year after which power moves by more than war costs."""
    return next((t for t in range(len(wins) - 1) if discount * wins[t + 1] - wins[t] > bound), None)
