"""The deterrence game of a whole package in one world, for ``oracles.deterrence``.

Written from ``docs/models.md`` section 3; the inputs come from ``oracles.world``.
"""

import math
from statistics import NormalDist

from oracles import deterrence
from oracles.package import amount, required, usable
from oracles.war import tripwire
from oracles.world import block, days


def fielded(world, chosen, members):
    """What each pool that goes has in the phase that counts, ``{pledge: {capability: amount}}``."""
    phase = world.data["deterrence"]["timeline"]["counts"]
    result = {}
    for m in members:
        pledge = world.pledges[m][2]
        behind = pledge.get("place") == "behind"
        have = amount(world, m, chosen) if behind else usable(world, m, phase, chosen)
        result[m] = dict.fromkeys(pledge["serves"], have)
    return result


def strengths(world, chosen, supply):
    """``{contributor: (index before rounding, forces)}`` from ``{pledge: {capability: amount}}``.

    A pool with several roles counts once, where it is strongest; a reinforcement is discounted by
    exp(-lead/τ). Forces are told in the unit of the first capability that fights.
    """
    needs = required(world, chosen)
    phase = world.data["deterrence"]["timeline"]["counts"]
    weights = {
        name: world.number(f"capabilities.{name}.combat_weight")
        for name, record in block(world.data, "capabilities").items()
        if "combat_weight" in record
    }
    unit = next(iter(weights.values()), 1.0)
    joined = {}
    for brought in supply.values():
        for name, have in brought.items():
            joined[name] = joined.get(name, 0.0) + have
    used = {
        name: min(1.0, needs.get((name, phase), 0.0) / have) if have > 0 else 0.0
        for name, have in joined.items()
    }
    result = {}
    for m, brought in supply.items():
        owner, _, pledge = world.pledges[m]
        index = max(weights.get(name, 0.0) * used[name] * have for name, have in brought.items())
        before = result.get(owner, (0.0, 0.0))
        if pledge.get("place") == "behind":
            lead = days(pledge["lead"]) if "lead" in pledge else 0.0
            tau = days(world.data["deterrence"]["contest"]["fait_accompli"])
            result[owner] = before[0] + index * math.exp(-lead / tau), before[1]
        else:
            result[owner] = before[0] + index, before[1] + index / unit
    return result


def deciders(world):
    """Guarantors in the declared order."""
    order = world.data["deterrence"]["guarantors"]["order"]
    return [name for tier in order for name in ([tier] if isinstance(tier, str) else tier)]


def members_of(world, name):
    """The contributors that stand behind a guarantor."""
    return world.data["deterrence"]["guarantors"][name].get("members", [name])


def game(world, chosen, supply, left=None):
    """The game of ``oracles.deterrence``; ``left`` is a year of ``oracles.years``, if any."""
    raw, path = world.data["deterrence"], "deterrence"
    left = left or {}
    strong = strengths(world, chosen, supply)

    def value(who, field, nothing=0.0):
        if field not in raw[who]:
            return nothing
        return world.stepped(f"{path}.{who}.{field}", raw[who][field], chosen)

    challenger = {
        field: value("challenger", field)
        for field in ("stake", "cost_of_war", "precision", "without_attack", "snapback")
    }
    strength = left.get("challenger_strength", value("challenger", "strength"))
    challenger["strength"] = max(round(strength * 8) / 8, 0.125)
    protege = {field: value("protege", field) for field in ("stake", "cost_of_war", "precision")}
    protege["strength"] = round(value("protege", "strength") * 8) / 8
    order = raw["guarantors"]["order"]
    true = {g: _guarantor(world, g, chosen, strong, left, seen=False) for g in deciders(world)}
    found = {
        "challenger": challenger,
        "protege": protege,
        "contest": {f: value("contest", f) for f in ("steepness", "defence_advantage")},
        "tiers": [[tier] if isinstance(tier, str) else list(tier) for tier in order],
        "backstop": raw["guarantors"].get("backstop"),
        "guarantors": {g: one | {"strength": round(one["strength"] * 8) / 8}
                       for g, one in true.items()},
        "modes": {
            name: {f: world.number(f"{path}.modes.{name}.{f}.times") for f in mode}
            for name, mode in raw.get("modes", {"full": {}}).items()
        },
        "coin": "goes" if world.coin else "waits",
    }  # fmt: skip
    if "beliefs" in raw:
        believed = {g: _guarantor(world, g, chosen, strong, left, seen=True) for g in true}
        found["beliefs"] = {g: one | {"strength": round(one["strength"] * 8) / 8}
                            for g, one in believed.items()}  # fmt: skip
    return found


def _guarantor(world, name, chosen, strong, left, *, seen):
    raw, path = world.data["deterrence"]["guarantors"][name], f"deterrence.guarantors.{name}"
    found = {
        field: world.stepped(f"{path}.{field}", raw[field], chosen) if field in raw else 0.0
        for field in ("stake", "cost", "shared_cost", "punishes", "reneging", "automatic", "alone",
                      "precision")
    }  # fmt: skip
    for field in ("reneging", "automatic"):
        found[field] = left.get(field, {}).get(name, found[field])
    own = [strong.get(member, (0.0, 0.0)) for member in members_of(world, name)]
    found["strength"], forces = sum(s for s, _ in own), sum(f for _, f in own)
    found["tripwire"] = _tripwire(world, raw, path, forces)
    found["leans_on"] = {o: world.number(f"{path}.leans_on.{o}") for o in raw.get("leans_on", {})}
    shifts = world.data["deterrence"].get("beliefs", {}).get(name, {}) if seen else {}
    for field in shifts:
        at = f"deterrence.beliefs.{name}.{field}"
        moved = found[field] * world.number(f"{at}.times") + world.number(f"{at}.shift")
        found[field] = max(moved, 0.0)
    found["automatic"] = min(found["automatic"], 1.0)
    return found


def _tripwire(world, raw, path, forces):
    if "tripwire" not in raw:
        return 0.0
    if isinstance(raw["tripwire"], dict) and "at_most" in raw["tripwire"]:
        limit = world.number(f"{path}.tripwire.at_most")
        return tripwire(limit, forces, world.number(f"{path}.tripwire.half_at"))
    return world.number(f"{path}.tripwire") if forces > 0 else 0.0


def temptation(world, year):
    """e_t from the world's common and own normal numbers."""
    common, own = (NormalDist().inv_cdf(world.luck(name))
                   for name in ("temptation", f"temptation.{year}"))  # fmt: skip
    return deterrence.temptation(common, own, world.number("deterrence.persistence"))
