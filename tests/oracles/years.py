"""The years 1..T of one world and one package, by a plain loop.

Written from ``docs/models.md`` section 4b alone, in scalar floats; nothing is shared with
``accord.theory``. Slow and obvious.

A *world* is a dictionary::

    {
      "horizon": T,
      "temptation": omega,                       # chance a year
      "temptation_uniforms": [U_1, ..., U_T],
      "temptations": [e_1, ..., e_T],
      "supply": {guarantor: {capability: amount supplied at signing}},
      "erosion": {guarantor: yearly share lost}, # absent = 0
      "challenger_strength": k_C, "growth": yearly share gained,
      "reneging": {guarantor: R}, "automatic": {guarantor: a},
      "elections": {guarantor: {"chance": p, "uniforms": {year: U}, "shock": bool or None,
                                "keeps": {"reneging": 1, "automatic": 1, "pledges": 1}}},
      "attention": [{"chance": p, "uniforms": [U_1, ..., U_T], "lasts": years,
                     "leaves": {guarantor: {capability: factor}}}],
      "margins": {actor: u_i - r_i, in points, lines included},
      "yearly": {actor: drift of the walk-away value a year},     # absent = 0
      "consent": tree,
      "attack_probability": function(year) -> P_attack,
    }

The function gets what :func:`year_of` returns and solves that year's game. A consent tree is the
name of an actor, ``{"all": [...]}``, ``{"any": [...]}`` or ``{"at_least": k, "of": [...]}``, the
last with ``"votes": [...]`` if votes have weights.
"""

import math
from itertools import pairwise


def on_grid(points):
    """Rounded half to even to 1/256 point."""
    return round(points * 256) / 256


def reversals(world):
    """{guarantor: first year of its reversal, 0 from the start} for those that reverse.

    A reversal is in force in every year from that of the first election whose uniform falls below
    its chance; one that names a shock is in force from the start where the shock fell.
    """
    found = {}
    for name, election in world.get("elections", {}).items():
        years = [
            year
            for year, uniform in sorted(election["uniforms"].items())
            if uniform < election["chance"]
        ]
        if election.get("shock"):
            found[name] = 0
        elif years:
            found[name] = years[0]
    return found


def elsewhere(world, year):
    """The spells of attention elsewhere that are in force in a year.

    A spell that begins in year b and lasts n years is in force in b, ..., b + n - 1.
    """
    return [
        spell
        for spell in world.get("attention", [])
        if any(
            spell["uniforms"][began - 1] < spell["chance"]
            for began in range(max(1, year - spell["lasts"] + 1), year + 1)
        )
    ]


def year_of(world, year, *, reversed_too=True):
    """What the game of a year is played with.

    Returns ``{"year", "supply", "reneging", "automatic", "challenger_strength"}``: amounts after
    erosion, reversals and attention elsewhere, before requirements cap them and before rounding.
    """
    fallen = reversals(world) if reversed_too else {}
    keeps = {
        name: world["elections"][name]["keeps"] for name, since in fallen.items() if since <= year
    }
    growth = (1 + world.get("growth", 0.0)) ** year
    supply = {}
    for name, amounts in world["supply"].items():
        supply[name] = {}
        for capability, amount in amounts.items():
            left = amount * (1 - world.get("erosion", {}).get(name, 0.0)) ** year
            left *= keeps.get(name, {}).get("pledges", 1.0)
            for spell in elsewhere(world, year):
                left *= spell["leaves"].get(name, {}).get(capability, 1.0)
            supply[name][capability] = left
    return {
        "year": year,
        "supply": supply,
        "reneging": {
            name: value * keeps.get(name, {}).get("reneging", 1.0)
            for name, value in world["reneging"].items()
        },
        "automatic": {
            name: value * keeps.get(name, {}).get("automatic", 1.0)
            for name, value in world["automatic"].items()
        },
        "challenger_strength": world["challenger_strength"] * growth,
    }


def turning_drift(world, actor):
    """d_i = max over t of min(drift_t, drift_t+1), t = 1..T-1; minus infinity when T is 1."""
    yearly = world.get("yearly", {}).get(actor, 0.0)
    drift = [on_grid(year * yearly) for year in range(1, world["horizon"] + 1)]
    pairs = [min(before, after) for before, after in pairwise(drift)]
    return max(pairs, default=-math.inf)


def turned_by(world, year):
    """Actors that have been below their drifting walk-away value in two consecutive years."""
    turned = set()
    for actor, margin in world["margins"].items():
        yearly = world.get("yearly", {}).get(actor, 0.0)
        below = [margin < on_grid(one * yearly) for one in range(1, year + 1)]
        if any(before and after for before, after in pairwise(below)):
            turned.add(actor)
    return turned


def consents(tree, refusing):
    """Whether a consent rule holds with these actors refusing and all others accepting."""
    if isinstance(tree, str):
        return tree not in refusing
    if "all" in tree:
        return all(consents(member, refusing) for member in tree["all"])
    if "any" in tree:
        return any(consents(member, refusing) for member in tree["any"])
    votes = tree.get("votes", [1] * len(tree["of"]))
    return tree["at_least"] <= sum(
        vote for member, vote in zip(tree["of"], votes, strict=True) if consents(member, refusing)
    )


def rule_margin(tree, margins):
    """Margin of a consent rule: least over all, greatest over any, k-th largest over at_least."""
    if isinstance(tree, str):
        return margins[tree]
    if "all" in tree:
        return min(rule_margin(member, margins) for member in tree["all"])
    if "any" in tree:
        return max(rule_margin(member, margins) for member in tree["any"])
    votes = tree.get("votes", [1] * len(tree["of"]))
    ordered = sorted(
        zip((rule_margin(member, margins) for member in tree["of"]), votes, strict=True),
        key=lambda pair: -pair[0],
    )
    counted = 0
    for margin, vote in ordered:
        counted += vote
        if counted >= tree["at_least"]:
            return margin
    return -math.inf


def play(world):
    """Live through the years.

    Returns a dictionary:

    survives          bool
    ended             year in which it ended, None if it did not
    cause             "attack", "leaving" or None; in one year the attack comes first
    leaving           actors that had turned against the package when it broke, sorted
    reversal          of an attack: whether it would have been deterred that year had no reversal
                      been in force (then the cause to print is the reversal)
    tempted           [years in which the challenger was tempted, until the end]
    attack_chances    {tempted year: P_attack}
    margin            (full years kept)/T - 1 if it ended, else the least of e_t - P_t over tempted
                      years and the rule's slack/100, floored at 0
    slack             the rule's margin in points with walk-away values r_i + d_i
    """
    horizon = world["horizon"]
    slack = rule_margin(
        world["consent"],
        {actor: m - turning_drift(world, actor) for actor, m in world["margins"].items()},
    )
    found = {
        "survives": True,
        "ended": None,
        "cause": None,
        "leaving": [],
        "reversal": False,
        "tempted": [],
        "attack_chances": {},
        "slack": slack,
    }
    least = slack / 100
    for year in range(1, horizon + 1):
        if world["temptation_uniforms"][year - 1] < world["temptation"]:
            chance = world["attack_probability"](year_of(world, year))
            tempting = world["temptations"][year - 1]
            found["tempted"].append(year)
            found["attack_chances"][year] = chance
            least = min(least, tempting - chance)
            if tempting < chance:
                calm = world["attack_probability"](year_of(world, year, reversed_too=False))
                found.update(cause="attack", reversal=tempting >= calm)
        turned = turned_by(world, year)
        if found["cause"] is None and not consents(world["consent"], turned):
            found.update(cause="leaving", leaving=sorted(turned))
        if found["cause"] is not None:
            found.update(survives=False, ended=year, margin=(year - 1) / horizon - 1)
            return found
    return {**found, "margin": max(0.0, least)}


def commitment_problem(chances, challenger, protege, discount):
    """First year t with delta * pi_(t+1) - pi_t > c_C/v_C + c_D/v_D (Powell 2006), or None.

    chances              [pi_0, pi_1, ...], that the challenger wins a war begun in year t
    challenger, protege  (stake, cost of war)
    """
    rent = challenger[1] / challenger[0] + protege[1] / protege[0]
    for year, (now, later) in enumerate(pairwise(chances)):
        if discount * later - now > rent:
            return year
    return None
