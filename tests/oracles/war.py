"""Strengths and payoffs of a war in the deterrence game of one world.

Written from ``docs/models.md`` section 3 alone, in scalar floats; the dictionaries are described
in ``oracles.deterrence``.
"""

import math


def logistic(x):
    """1/(1 + exp(-x)) without overflow."""
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    return math.exp(x) / (1 + math.exp(x))


def forward_strengths(supply, required, combat_weight, joined=None, reinforcements=None, tau=1.0):
    """Strength of every guarantor, rounded once to 1/8 of the common index, half to even.

    supply          {guarantor: {capability: amount its joined forward pledges supply}}
    required        {capability: r_kt} in the phase that counts; absent = 0
    combat_weight   {capability: index per unit}; absent = 0
    joined          {capability: S_kt}, all joined supply that can serve it; left out: the sum of
                    ``supply``
    reinforcements  {guarantor: [(strength in the index, delay), ...]}, each adding
                    strength * exp(-delay/tau)
    """
    joined = joined or {}
    strengths = {}
    for guarantor, amounts in supply.items():
        total = 0.0
        for capability, amount in amounts.items():
            everything = joined.get(
                capability, sum(other.get(capability, 0.0) for other in supply.values())
            )
            if everything > 0:
                used = min(1.0, required.get(capability, 0.0) / everything)
                total += combat_weight.get(capability, 0.0) * used * amount
        for strength, delay in (reinforcements or {}).get(guarantor, []):
            total += strength * math.exp(-delay / tau)
        strengths[guarantor] = round(total * 8) / 8
    return strengths


def tripwire(at_most, forces, half_at):
    """T = t(1 - 2^(-f/f_half))."""
    return at_most * (1 - 0.5 ** (forces / half_at))


def effective_strength(game, guarantors, joined):
    """K(S): leaning guarantors count in part where what they lean on stays out."""
    total = game["protege"]["strength"]
    for name in joined:
        share = 1.0
        for other, eta in guarantors[name].get("leans_on", {}).items():
            if other not in joined:
                share *= eta
        total += guarantors[name]["strength"] * share
    return total


def defeat_chance(game, guarantors, joined):
    """W(S), the chance that the attack is defeated."""
    strength = effective_strength(game, guarantors, joined)
    if strength <= 0:
        return 0.0
    contest = game["contest"]
    odds = math.log(strength) + math.log(contest["defence_advantage"])
    return logistic(contest["steepness"] * (odds - math.log(game["challenger"]["strength"])))


def war_payoffs(game, guarantors, mode, joined):
    """Payoffs of everyone once there is war with the participating set ``joined``."""
    won = defeat_chance(game, guarantors, joined)
    challenger, protege = game["challenger"], game["protege"]
    stake, cost = mode.get("stake", 1.0), mode.get("cost_of_war", 1.0)
    payoffs = {
        "challenger": (1 - won) * challenger["stake"] * stake
        - challenger["cost_of_war"] * cost
        - challenger["snapback"]
        - sum(guarantors[name]["punishes"] for name in joined),
        "protege": -(1 - won) * protege["stake"] * stake - protege["cost_of_war"] * cost,
    }
    everyone = sum(guarantors[name]["strength"] for name in joined)
    for name, one in guarantors.items():
        value = won * one["stake"] * mode.get("guarantor_stake", 1.0)
        if name in joined:
            share = one["strength"] / everyone if everyone > 0 else 0.0
            beta = one["shared_cost"]
            value -= one["cost"] * ((1 - beta) + beta * share)
            backstop = game["backstop"]
            if backstop is not None and name != backstop and backstop not in joined:
                value -= one["alone"]
        else:
            value -= one["reneging"] + one["tripwire"]
        payoffs[name] = value
    return payoffs
