"""The deterrence game of one world and one package, by recursion over a tree of dictionaries.

Written from ``docs/models.md`` section 3 alone, in scalar floats; nothing is shared with
``accord.theory``. Slow and obvious.

A *game* is a dictionary::

    {
      "challenger": {"stake": v_C, "cost_of_war": c_C, "strength": k_C, "precision": lambda_C,
                     "without_attack": s_C, "snapback": x},
      "protege": {"stake": v_D, "cost_of_war": c_D, "strength": k_D, "precision": lambda_D},
      "contest": {"steepness": m, "defence_advantage": theta},
      "tiers": [["USA"], ["GBR", "FRA"], ["EST"]],   # the declared order; an inner list of several
                                                     # decides at once
      "backstop": "USA" or None,
      "guarantors": {name: {"stake": v, "cost": c, "shared_cost": beta, "punishes": h,
                            "reneging": R, "tripwire": T, "automatic": a, "alone": gamma,
                            "precision": lambda, "strength": k, "leans_on": {name: eta}}},
      "modes": {name: {"stake": 1, "cost_of_war": 1, "automatic": 1, "guarantor_stake": 1}},
                                                     # factors; those left out are 1
      "coin": "waits" or "goes",
    }

``"beliefs"`` may hold a second ``guarantors`` dictionary, as the challenger sees them.
Any guarantor may carry ``"absent": True`` (forced out) or ``"certain": True`` (bound in every
mode).
"""

import copy
import math
from itertools import product

from oracles.war import defeat_chance, logistic, war_payoffs

SCAN = 500
"""Steps of the scan for fixed points of a tier of two."""


def bound(one, mode):
    """a_g in a mode: the chance of being bound automatically."""
    if one.get("absent"):
        return 0.0
    if one.get("certain"):
        return 1.0
    return one["automatic"] * mode.get("automatic", 1.0)


def solve_mode(game, guarantors, mode):
    """The tree of one mode of attack, solved from its leaves.

    Returns a node::

        {"values": {player: expected payoff of the attack}, "resist": probability,
         "war": node of the first tier}

    where the node of a tier is ``{"joined": frozenset, "members": [...], "solutions": [{name: q},
    ...], "join": {name: q}, "values": {...}, "after": {frozenset of joiners: node}}`` and that of a
    war ``{"joined": frozenset, "values": {...}}``.
    """
    war = _tier(game, guarantors, mode, 0, frozenset())
    challenger, protege = game["challenger"], game["protege"]
    stake = mode.get("stake", 1.0)
    conceded = dict.fromkeys(guarantors, 0.0)
    conceded["challenger"] = challenger["stake"] * stake - challenger["snapback"]
    conceded["protege"] = -protege["stake"] * stake
    resist = logistic(protege["precision"] * (war["values"]["protege"] - conceded["protege"]))
    values = {
        player: resist * war["values"][player] + (1 - resist) * conceded[player]
        for player in conceded
    }
    return {"values": values, "resist": resist, "war": war}


def _tier(game, guarantors, mode, number, joined):
    if number == len(game["tiers"]):
        return {"joined": joined, "values": war_payoffs(game, guarantors, mode, joined)}
    members = list(game["tiers"][number])
    after = {}
    for choice in product((False, True), repeat=len(members)):
        joiners = frozenset(m for m, goes in zip(members, choice, strict=True) if goes)
        if not any(guarantors[m].get("absent") for m in joiners):
            after[joiners] = _tier(game, guarantors, mode, number + 1, joined | joiners)
    solutions = tier_solutions(guarantors, mode, members, after)
    join = solutions[-1] if game["coin"] == "goes" else solutions[0]
    values = _expected(after, members, join)
    return {
        "joined": joined,
        "members": members,
        "solutions": solutions,
        "join": join,
        "values": values,
        "after": after,
    }


def _chance(members, join, joiners):
    return math.prod(join[m] if m in joiners else 1 - join[m] for m in members)


def _expected(after, members, join):
    players = next(iter(after.values()))["values"]
    return {
        player: sum(
            _chance(members, join, joiners) * node["values"][player]
            for joiners, node in after.items()
        )
        for player in players
    }


def responses(guarantors, mode, members, after):
    """The answer of each present member to the others' chances of joining.

    ``{name: function({other: q}) -> a + (1 - a) sigma(lambda E[difference])}``, the expectation
    over the others of the tier, who join independently.
    """
    present = [m for m in members if not guarantors[m].get("absent")]
    return {name: _response(guarantors[name], mode, present, after, name) for name in present}


def _response(one, mode, present, after, name):
    others = [m for m in present if m != name]
    gains = []
    for choice in product((False, True), repeat=len(others)):
        joiners = frozenset(m for m, goes in zip(others, choice, strict=True) if goes)
        difference = after[joiners | {name}]["values"][name] - after[joiners]["values"][name]
        gains.append((joiners, difference))
    automatic = bound(one, mode)

    def answer(join):
        expected = sum(_chance(others, join, joiners) * gain for joiners, gain in gains)
        return automatic + (1 - automatic) * logistic(one["precision"] * expected)

    return answer


def tier_solutions(guarantors, mode, members, after):
    """All fixed points of a tier that were found, by rising sum of the probabilities.

    One member: the answer itself. Two: a scan of [0, 1] for sign changes of the composed response,
    each closed by bisection, so every regular fixed point is found unless two lie within 1/SCAN.
    More: iteration from all corners and the middle, undamped and damped; with complements its ends
    are the least and the greatest fixed point, otherwise some may be missed.
    """
    answers = responses(guarantors, mode, members, after)
    fixed = {m: 0.0 for m in members if m not in answers}
    if not answers:
        return [fixed]
    if len(answers) == 1:
        ((name, answer),) = answers.items()
        return [{**fixed, name: answer({})}]
    found = _scan_pair(answers) if len(answers) == 2 else _iterate_all(answers)
    found = [{**fixed, **join} for join in found]
    return sorted(found, key=lambda join: (sum(join.values()), *(join[m] for m in members)))


def _scan_pair(answers):
    (first, answer), (second, reply) = answers.items()

    def gap(q):
        return answer({second: reply({first: q})}) - q

    roots = []
    edges = [step / SCAN for step in range(SCAN + 1)]
    gaps = [gap(edge) for edge in edges]
    for step in range(SCAN):
        if gaps[step] == 0:
            roots.append(edges[step])
        elif gaps[step] * gaps[step + 1] < 0:
            roots.append(_bisect(gap, edges[step], edges[step + 1], gaps[step]))
    if gaps[-1] == 0:
        roots.append(1.0)
    return [{first: q, second: reply({first: q})} for q in roots]


def _bisect(function, low, high, at_low):
    for _ in range(80):
        middle = (low + high) / 2
        if function(middle) * at_low > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _iterate_all(answers):
    found = []
    for start in product((0.0, 0.5, 1.0), repeat=len(answers)):
        for weight in (1.0, 0.3):
            join = dict(zip(answers, start, strict=True))
            for _ in range(2000):
                replies = {m: answer(join) for m, answer in answers.items()}
                change = max(abs(replies[m] - join[m]) for m in answers)
                join = {m: join[m] + weight * (replies[m] - join[m]) for m in answers}
                if change < 1e-15:
                    break
            if change < 1e-12 and not any(
                max(abs(join[m] - other[m]) for m in answers) < 1e-9 for other in found
            ):
                found.append(join)
    if not found:
        raise ArithmeticError("no fixed point found")
    return found


def joining_chances(node):
    """P(g in S) of every guarantor from a tier's node on, and of every set S."""
    if "after" not in node:
        return {node["joined"]: 1.0}
    sets = {}
    for joiners, below in node["after"].items():
        chance = _chance(node["members"], node["join"], joiners)
        for joined, inner in joining_chances(below).items():
            sets[joined] = sets.get(joined, 0.0) + chance * inner
    return sets


def solve(game):
    """The whole game of one world.

    Returns a dictionary:

    attack           P_attack under the challenger's beliefs
    attack_value     U-bar, what an attack is worth to the challenger
    modes            {mode: P(mode | attack)}
    mode_values      {mode: U_mode} under the challenger's beliefs
    resist           P(protege resists | attack), true values
    honour           {guarantor: P(in S | attack and resistance)}, true values
    resist_and_honour  {guarantor: P(resistance and in S | attack)}, true values
    war_sets         {frozenset: P(S | attack and resistance)}, true values
    defeated         P(attack defeated | attack and resistance), true values
    unique           whether every tier, in both readings, had one solution only
    trees            {"believed": {mode: node}, "true": {mode: node}}
    """
    true = {
        name: solve_mode(game, game["guarantors"], mode) for name, mode in game["modes"].items()
    }
    believed = true
    if "beliefs" in game:
        believed = {
            name: solve_mode(game, game["beliefs"], mode) for name, mode in game["modes"].items()
        }
    values = {name: node["values"]["challenger"] for name, node in believed.items()}
    precision = game["challenger"]["precision"]
    attack, worth, modes = attack_choice(
        list(values.values()), precision, game["challenger"]["without_attack"]
    )
    modes = dict(zip(values, modes, strict=True))
    resist = sum(modes[name] * node["resist"] for name, node in true.items())
    sets = {}
    for name, node in true.items():
        for joined, chance in joining_chances(node["war"]).items():
            sets[joined] = sets.get(joined, 0.0) + modes[name] * node["resist"] * chance
    fought = {
        name: sum(chance for joined, chance in sets.items() if name in joined)
        for name in game["guarantors"]
    }
    return {
        "attack": attack,
        "attack_value": worth,
        "modes": modes,
        "mode_values": values,
        "resist": resist,
        "honour": {name: chance / resist for name, chance in fought.items()},
        "resist_and_honour": fought,
        "war_sets": {joined: chance / resist for joined, chance in sets.items()},
        "defeated": sum(
            chance / resist * defeat_chance(game, game["guarantors"], joined)
            for joined, chance in sets.items()
        ),
        "unique": all(_unique(node["war"]) for tree in (believed, true) for node in tree.values()),
        "trees": {"believed": believed, "true": true},
    }


def attack_choice(values, precision, without_attack):
    """(P_attack, U-bar, [P(mode | attack)]) from the values of the modes."""
    if precision == 0:
        return 0.5, sum(values) / len(values), [1 / len(values)] * len(values)
    top = max(values)
    powers = [math.exp(precision * (value - top)) for value in values]
    worth = top + math.log(sum(powers) / len(powers)) / precision
    modes = [power / sum(powers) for power in powers]
    return logistic(precision * (worth - without_attack)), worth, modes


def _unique(node):
    if "after" not in node:
        return True
    return len(node["solutions"]) == 1 and all(_unique(below) for below in node["after"].values())


def changed(game, name, mark):
    """The game with a guarantor forced out ("absent") or bound in every mode ("certain").

    The mark goes on the true guarantor and on the believed one.
    """
    other = copy.deepcopy(game)
    for guarantors in (other["guarantors"], other.get("beliefs", {})):
        if name in guarantors:
            guarantors[name][mark] = True
    return other


def declared(game):
    """Guarantors in the declared order."""
    return [name for tier in game["tiers"] for name in tier]


def credible(game, temptation):
    """(margin e_0 - P_attack, kind, guarantor or None) of the first temptation.

    kind is "strongest pillar" (its forced absence raises P_attack most, the first declared on
    ties) or "protege alone" (no absence raises it) when the test passes; when it fails "weakest
    link" (its certainty lowers P_attack most, and enough), "no single guarantor" (all of them
    certain would be enough) or "challenger's stake".
    """
    now = solve(game)["attack"]
    names = declared(game)
    if temptation >= now:
        rises = [solve(changed(game, name, "absent"))["attack"] - now for name in names]
        if not rises or max(rises) <= 0:
            return temptation - now, "protege alone", None
        return temptation - now, "strongest pillar", names[rises.index(max(rises))]
    levels = [solve(changed(game, name, "certain"))["attack"] for name in names]
    if levels and min(levels) <= temptation:
        return temptation - now, "weakest link", names[levels.index(min(levels))]
    certain = game
    for name in names:
        certain = changed(certain, name, "certain")
    enough = bool(names) and solve(certain)["attack"] <= temptation
    return temptation - now, "no single guarantor" if enough else "challenger's stake", None


def temptation(common, own, persistence):
    """e_t = Phi(sqrt(rho) z + sqrt(1 - rho) z_t) from two standard normal numbers."""
    z = math.sqrt(persistence) * common + math.sqrt(1 - persistence) * own
    return 0.5 * math.erfc(-z / math.sqrt(2))
