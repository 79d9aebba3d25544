"""Tests 1 and 2 of a whole package in one world, through the existing oracles.

Written from ``docs/models.md`` sections 1 and 2; the inputs come from ``oracles.world``.
"""

import math
from fractions import Fraction
from itertools import chain, combinations

from oracles import acceptance, capability, conditions
from oracles.world import block, days


def margins(world, chosen):
    """``{actor: (margin, slack without lines, [lines that bind and are crossed])}`` in steps."""
    return {actor: _margin(world, actor, chosen) for actor in block(world.data, "positions")}


def _margin(world, actor, chosen):
    path, record = f"positions.{actor}", world.data["positions"][actor]
    crossed = [
        name
        for name, line in record["red_lines"].items()
        if _binds(world, actor, name, line) and _crossed(world, line, chosen)
    ]
    if "support" in record:
        worth = acceptance.on_grid(world.stepped(f"{path}.support", record["support"], chosen))
        below = acceptance.on_grid(world.number(f"{path}.needs"))
    else:
        worth = _utility(world, actor, record, chosen)
        below = _walk_away(world, actor, record)
    return acceptance.margin(worth, below, len(crossed)), worth - below, crossed


def _utility(world, actor, record, chosen):
    path, values = f"positions.{actor}", {}
    for provision, value in record["values"].items():
        at = f"{path}.values.{provision}"
        levels = list(world.provisions[provision]["levels"])
        if "levels" in value:
            points = {level: world.number(f"{at}.levels.{level}") for level in levels}
        else:
            points = acceptance.preferred(levels, value["prefers"])
        values[provision] = (world.number(f"{at}.weight"), points)
    met = [
        world.number(f"{path}.interactions.{i}.points")
        for i, interaction in enumerate(record.get("interactions", []))
        if world.holds(interaction["when"], chosen)
    ]
    return acceptance.utility(acceptance.contributions(values), chosen, met)


def _walk_away(world, actor, record):
    path, raw = f"positions.{actor}.walk_away", record["walk_away"]
    if not (isinstance(raw, dict) and raw.get("like") == "status-quo"):
        return acceptance.on_grid(world.stepped(path, raw, {}))
    below = world.chosen("status-quo")
    plus = world.stepped(f"{path}.plus", raw["plus"], below)
    return _utility(world, actor, record, below) + acceptance.on_grid(plus)


def _binds(world, actor, name, line):
    if world.worlds.lines == "none":
        return False
    if world.worlds.lines == "hard" or "binding" not in line:
        return True
    column = f"bluff.{line['bluff']}" if "bluff" in line else f"line.{actor}.{name}"
    return world.luck(column) < world.number(f"positions.{actor}.red_lines.{name}.binding")


def _crossed(world, line, chosen):
    if "never" in line:
        return world.holds(line["never"], chosen)
    return not world.holds(line["always"], chosen)


def consent(world, rule, chosen):
    """A rule as a counted tree of this world (None where nobody is to be asked)."""

    def tree(node):
        if isinstance(node, str):
            return {"actor": node}
        here = {"counts": world.holds(node["when"], chosen)} if "when" in node else {}
        if "actor" in node:
            return here | {"actor": node["actor"]}
        if "at_least" not in node:
            kind = "all" if "all" in node else "any"
            return here | {kind: [tree(member) for member in node[kind]]}
        own = node["at_least"]
        names = [m if isinstance(m, str) else m.get("actor") for m in own["of"]]
        votes = [own.get("weights", {}).get(name, 1) for name in names]
        members = [tree(member) for member in own["of"]]
        return here | {"at_least": own["k"], "of": members, "votes": votes}

    return acceptance.counted(tree(world.data["consent"][rule]))


def available(world):
    """Numbers of the pledges that are available."""
    found = set()
    for m, (owner, name, pledge) in enumerate(world.pledges):
        path = f"stages.{pledge['stage']}"
        if "chance" in pledge:
            path = f"pledges.{owner}.{name}.chance"
        chance = world.number(path)
        for shock, fell in world.shocks.items():
            if fell and owner in world.data["shocks"][shock].get("hits", {}):
                chance *= world.number(f"shocks.{shock}.hits.{owner}")
        column = f"availability.{owner}" + (f".{name}" if pledge.get("independent") else "")
        if world.luck(column) < chance:
            found.add(m)
    return found


def waiting(world, chosen, accepting):
    """The condition of every pledge in the words of ``oracles.capability``."""
    listed = world.pledges

    def goes(owner, name=None):
        own = [(m, n) for m, (o, n, _) in enumerate(listed) if o == owner]
        return ("goes", [m for m, n in own if name in {None, n}])

    def known(part):
        return all(known(p) for p in part[1]) if part[0] in {"or", "and"} else (
            known(part[1]) if part[0] == "not" else part[0] in {"choice", "shock", "accepts"}
        )  # fmt: skip

    def truth(atom):
        if atom[0] == "choice":
            return conditions.choice_holds(atom, world.provisions, chosen)
        return world.shocks[atom[1]] if atom[0] == "shock" else atom[1] in accepting

    def translated(part):
        if known(part):
            return ("world", conditions.holds(part, truth))
        if part[0] in {"or", "and"}:
            return ("any" if part[0] == "or" else "all", [translated(p) for p in part[1]])
        if part[0] == "joins":
            return goes(part[1], part[2])
        return ("at_least", part[1], [goes(owner) for owner in part[2]])

    return [
        translated(conditions.read(pledge["if"])) if "if" in pledge else ("always",)
        for _, _, pledge in listed
    ]


def going(world, chosen, accepting):
    """Numbers of the pledges that go: the coin picks the least or the greatest fixed point."""
    least, greatest = capability.least_and_greatest(
        available(world), waiting(world, chosen, accepting)
    )
    return greatest if world.coin else least


def required(world, chosen):
    """r_kt: ``{(capability, phase): amount}``, sums or maxima of what the levels need."""
    phases, needs = list(world.data["phases"]), {}
    for provision, level in chosen.items():
        record = world.provisions[provision]["levels"][level]
        for name, raw in record.get("requires", {}).items():
            path = f"provisions.{provision}.levels.{level}.requires.{name}"
            spread = isinstance(raw, dict) and "amount" in raw
            amount = world.number(f"{path}.amount" if spread else path)
            first = phases.index(raw["from"]) if spread and "from" in raw else 0
            last = phases.index(raw["to"]) if spread and "to" in raw else len(phases) - 1
            for phase in phases[first : last + 1]:
                needs.setdefault((name, phase), []).append(amount)
    combine = {k: max if r["combine"] == "max" else sum
               for k, r in block(world.data, "capabilities").items()}  # fmt: skip
    return {key: combine[key[0]](amounts) for key, amounts in needs.items()}


def amount(world, pledge_at, chosen):
    """What a pool pledges, before lead and rotation."""
    owner, name, pledge = world.pledges[pledge_at]
    return world.stepped(f"pledges.{owner}.{name}.amount", pledge["amount"], chosen)


def usable(world, pledge_at, phase, chosen):
    """u_mt: the amount where its lead allows, divided by the rotation in sustained phases."""
    owner, name, pledge = world.pledges[pledge_at]
    record = world.data["phases"][phase]
    if "lead" in pledge and days(pledge["lead"]) > days(record["by"]):
        return 0.0
    found = amount(world, pledge_at, chosen)
    if record.get("sustained") and "rotation" in pledge:
        found /= world.number(f"pledges.{owner}.{name}.rotation")
    return found


def groups(world):
    """Sets of capabilities joined, directly or through others, by pools with several roles."""
    found = [{name} for name in block(world.data, "capabilities")]
    for _, _, pledge in world.pledges:
        touched = [group for group in found if group & set(pledge["serves"])]
        found = [g for g in found if g not in touched] + [set().union(*touched)]
    return found


def largest_requirement(world, group):
    """The most that any package requires of one capability of a group, as its 95% quantiles say."""
    most = {}
    for provision, record in world.provisions.items():
        for name in group:
            highs = [0.0]
            for level, each in record["levels"].items():
                if name in each.get("requires", {}):
                    path = f"provisions.{provision}.levels.{level}.requires.{name}"
                    highs.append(float(world.input(path).distribution.quantile([0.95])[0]))
            most[name] = most.get(name, 0.0) + max(highs)
    return max(most.values()) or 1.0


def grid_step(world, group):
    """A millionth of the power of ten at or below the largest requirement of a unit."""
    power = 1.0
    while power > largest_requirement(world, group):
        power /= 10
    while power * 10 <= largest_requirement(world, group):
        power *= 10
    return power / 1e6


def delivery(world, chosen, members):
    """(λ* as a fraction or infinity, tightest cuts) over all phases and all capability sets."""
    best, cuts = math.inf, []
    needs = required(world, chosen)
    names = list(block(world.data, "capabilities"))
    grid = {name: grid_step(world, g) for g in groups(world) for name in g}
    for phase in world.data["phases"]:
        sets = chain.from_iterable(combinations(names, n) for n in range(1, len(names) + 1))
        for wanted in sets:
            demand = sum(round(needs.get((k, phase), 0.0) / grid[k]) for k in wanted)
            supply = sum(
                math.ceil(usable(world, m, phase, chosen) / grid[serves[0]] - 1e-3)
                for m in members
                if set(serves := world.pledges[m][2]["serves"]) & set(wanted)
            )
            if demand:
                ratio = Fraction(supply, demand)
                if ratio < best:
                    best, cuts = ratio, []
                if ratio == best:
                    cuts.append((phase, wanted))
    return best, cuts
