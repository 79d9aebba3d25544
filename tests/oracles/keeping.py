"""Test 4 of a whole package in one world: keeping as an equilibrium, and the years.

Written from ``docs/models.md`` section 4; the inputs come from ``oracles.world``.
"""

import math

from oracles import conditions, conflict, deterrence, years
from oracles.fighting import deciders, fielded, game, members_of, temptation
from oracles.world import days


def graph(world, name, chosen, game_value):
    """A conflict for ``oracles.conflict`` in one world, and the levels of its options.

    ``game_value`` are the points of an attack, 100(U - s_C).
    """
    written = world.data["conflicts"][name]
    axes = {}
    for party, own in written["parties"].items():
        for option, record in own.items():
            levels = list(record["levels"]) if isinstance(record, dict) else ["off", "on"]
            axes[f"{party}.{option}"] = levels
    names, parties = list(axes), list(written["parties"])

    def facts(state):
        def option(atom):
            axis = f"{atom[1]}.{atom[2]}"
            level = axes[axis][state[names.index(axis)]]
            if atom[3] is None:
                return level != axes[axis][0]
            return conditions.related(atom[3], axes[axis], level, atom[4])

        return lambda text: world.holds(text, chosen, option=option)

    every = conflict.states(
        {"options": [(0, len(levels), "both") for levels in axes.values()], "impossible": set()}
    )
    one_way = written.get("one_way", [])
    model = {
        "parties": len(parties),
        "options": [
            (parties.index(axis.split(".")[0]), len(levels), "up" if axis in one_way else "both")
            for axis, levels in axes.items()
        ],
        "impossible": {s for s in every if any(map(facts(s), written.get("impossible", [])))},
        "worth": [
            _worth(world, f"conflicts.{name}.preferences.{party}", written["preferences"][party],
                   facts, game_value, every)
            for party in parties
        ],
    }  # fmt: skip
    return model, axes


def kept(world, chosen, game_value):
    """(stable for all, first party in declared order for which it is not, or None)."""
    written = world.data["conflicts"]["after_signing"]
    model, axes = graph(world, "after_signing", chosen, game_value)
    start = {text.split("=")[0]: text.partition("=")[2] or "on" for text in written["kept"]}
    state = tuple(levels.index(start.get(name, levels[0])) for name, levels in axes.items())
    concept = world.data["durability"]["conflict"]["concept"]
    parties = list(written["parties"])
    stable = [conflict.stable(model, concept, n, state) for n in range(len(parties))]
    return all(stable), None if all(stable) else parties[stable.index(False)]


def _worth(world, path, preference, facts, game_value, every):
    """A function from a state to something comparable, higher is better."""
    if "statements" in preference:
        table = {s: tuple(map(facts(s), preference["statements"])) for s in every}
        return table.__getitem__
    table = dict.fromkeys(every, 0)
    for i, entry in enumerate(preference["worth"]):
        points = world.number(f"{path}.worth.{i}.add") if "add" in entry else game_value
        for state in every:
            if facts(state)(entry["when"]):
                table[state] += round(points * 1e9)
    return table.__getitem__


def lived(world, chosen, members, slacks, tree):
    """What ``oracles.years`` tells about a package under a counted consent tree.

    ``slacks`` are u - r in steps, lines apart.
    """
    raw, path = world.data["durability"], "durability"
    horizon = round(days(raw["horizon"]) / 365.25)
    supply = fielded(world, chosen, members)
    signed = game(world, chosen, supply)
    # a pool and a capability are one key; guarantors carry what they promised
    amounts = {}
    for m, brought in supply.items():
        own = amounts.setdefault(world.pledges[m][0], {})
        own.update({(m, name): have for name, have in brought.items()})

    def chance(year):
        left = {}
        for own in year["supply"].values():
            for (m, name), have in own.items():
                left.setdefault(m, {})[name] = have
        return deterrence.solve(game(world, chosen, left, year))["attack"]

    margins = {actor: slack / 256 for actor, slack in slacks.items()}
    story = {
        "horizon": horizon,
        "temptation": world.number(f"{path}.temptation"),
        "temptation_uniforms": [world.luck(f"tempted.{t}") for t in range(1, horizon + 1)],
        "temptations": [temptation(world, t) for t in range(1, horizon + 1)],
        "supply": amounts,
        "erosion": {owner: _erosion(world, owner) for owner in amounts},
        "challenger_strength": world.number("deterrence.challenger.strength"),
        "growth": world.number(f"{path}.growth.challenger") if "growth" in raw else 0.0,
        "reneging": {g: one["reneging"] for g, one in signed["guarantors"].items()},
        "automatic": {g: one["automatic"] for g, one in signed["guarantors"].items()},
        "elections": _elections(world, chosen, horizon),
        "attention": _attention(world, amounts, horizon),
        "margins": margins | {"": math.inf},
        "yearly": {a: world.number(f"{path}.drift.{a}.yearly") for a in raw["drift"]},
        "consent": "" if tree is None else _plain(tree),
        "attack_probability": chance,
    }
    return years.play(story)


def _erosion(world, owner):
    """A contributor's own erosion, else that of its group, else the default."""
    stated = world.data["durability"]["erosion"]
    group = next((g for g in deciders(world) if owner in members_of(world, g)), owner)
    name = next(name for name in (owner, group, "default") if name in stated)
    return world.number(f"durability.erosion.{name}")


def _elections(world, chosen, horizon):
    found = {}
    for name, raw in world.data["durability"].get("elections", {}).items():
        at = f"durability.elections.{name}"
        keeps = {key: world.number(f"{at}.keeps.{key}") for key in raw["keeps"]}
        one = {
            "chance": world.stepped(f"{at}.reversal", raw["reversal"], chosen),
            "uniforms": {y: world.luck(f"election.{name}.{y}") for y in raw["years"]},
            "shock": world.shocks[raw["of"]] if "of" in raw else None,
        }
        one["uniforms"] = {y: u for y, u in one["uniforms"].items() if y <= horizon}
        found[name] = one | {"keeps": keeps}
        # a group has the pools of its members
        if name in deciders(world) and members_of(world, name) != [name]:
            pools = {"pledges": keeps.get("pledges", 1.0)}
            for member in members_of(world, name):
                found[member] = one | {"keeps": pools}
    return found


def _attention(world, amounts, horizon):
    spells = []
    for spell, raw in world.data["durability"].get("attention", {}).items():
        at = f"durability.attention.{spell}"
        leaves = {}
        for name, capabilities in raw["leaves"].items():
            factors = {k: world.number(f"{at}.leaves.{name}.{k}") for k in capabilities}
            for owner in members_of(world, name) if name in deciders(world) else [name]:
                leaves[owner] = {key: factors.get(key[1], 1.0) for key in amounts.get(owner, {})}
        spells.append({
            "chance": world.number(f"{at}.probability"),
            "uniforms": [world.luck(f"attention.{spell}.{t}") for t in range(1, horizon + 1)],
            "lasts": math.ceil(days(raw["lasts"]) / 365.25),
            "leaves": leaves,
        })  # fmt: skip
    return spells


def _plain(tree):
    """A counted tree in the words of ``oracles.years``."""
    if "actor" in tree:
        return tree["actor"]
    kind = next(kind for kind in ("all", "any", "of") if kind in tree)
    return {**tree, kind: [_plain(member) for member in tree[kind]]}
