"""Random small cases that use the whole format, as the plain data that YAML would give.

``random_case(seed)`` is a nested dictionary; ``case_of`` turns it into a loaded case. The same seed
gives the same case.
"""

import copy
from pathlib import Path

from accord.case.load import load_tree
from accord.case.tree import Tree
from oracles.dice import Dice

OTHERS = ("ECHO", "FOXTROT")  # contributors without a position
UNIT = "people"


def case_of(data):
    """The loaded case of plain data, which stays as it is."""
    return load_tree(Tree(copy.deepcopy(data)), Path("random"), updates=())


def random_case(seed):
    """A case with two to four actors, two to four provisions and all blocks."""
    dice = Dice(seed)
    data = {
        "accord": 1,
        "title": f"Random case {seed}",
        "as_of": "2025-01-01",
        "actors": _actors(dice),
        "provisions": _provisions(dice),
    }
    data["shocks"] = _judged({f"shock{i}": {"probability": dice.chance()} for i in dice.few(0, 2)})
    dice.learn(data)
    data["capabilities"], data["phases"] = _capabilities(dice), dice.phases()
    _require(dice, data)
    data["positions"] = _judged({a: _position(dice, a) for a in dice.voices})
    data["consent"] = _consent(dice)
    data["stages"] = _judged({"likely": dice.chance(0.5, 1), "sure": 1.0})
    data["coordination"] = {"value": dice.chance(), "judgement": "invented"}
    data["pledges"] = _judged(_pledges(dice))
    _refuse(data)
    for shock in data["shocks"].values():
        if isinstance(shock, dict) and dice.coin(0.6):
            shock["hits"] = {dice.choice(list(dice.pools)): dice.number(0, 1)}
    data["levels_meaning"] = _judged({"broken_word": dice.stepped("real", 0, 0.4)})
    data["deterrence"] = _judged(_deterrence(dice))
    data["conflicts"] = {"after_signing": _judged(random_conflict(dice))}
    data["durability"] = _judged(_durability(dice))
    data["packages"] = _packages(dice)
    return data


def _judged(block):
    return {"judgement": "invented", **block}


def _actors(dice):
    actors = {name: {"name": name.title()} for name in (*dice.people, *OTHERS)}
    return {**actors, "STREET": {"name": "The street", "role": "public"}}


def _provisions(dice):
    provisions = {}
    for i in dice.few(2, 4):
        levels = {f"{'abcd'[i]}{j}": {"title": f"Level {'abcd'[i]}"} for j in dice.few(2, 4)}
        if dice.coin(0.2):
            next(reversed(levels.values()))["apart"] = True
        provisions[f"clause-{'abcd'[i]}"] = {"title": "A clause", "levels": levels}
        if dice.coin(0.2):
            provisions[f"clause-{'abcd'[i]}"]["ordered"] = False
    return provisions


def _capabilities(dice):
    names = ["watchers", "soldiers", "pilots"][: dice.random.randint(1, 3)]
    dice.capabilities = names
    block = {"judgement": "invented"}
    for name in names:
        block[name] = {"title": name.title(), "unit": UNIT, "domain": "military"}
        block[name]["combine"] = dice.choice(["sum", "max"])
        if dice.coin(0.7):
            block[name]["combat_weight"] = dice.number(0.1, 0.6)
    return block


def _require(dice, data):
    for provision in data["provisions"].values():
        provision["judgement"] = "invented"
        for level in provision["levels"].values():
            if dice.coin(0.7):
                level["requires"] = {
                    name: _requirement(dice) for name in dice.some(dice.capabilities)
                }


def _requirement(dice):
    amount = dice.number(1, 12)
    if dice.coin(0.7):
        return {"amount": amount}
    ends = sorted(dice.random.randrange(len(dice.timeline)) for _ in range(2))
    return {"amount": amount, "from": dice.timeline[ends[0]], "to": dice.timeline[ends[1]]}


def _position(dice, actor):
    lines = {f"line{i}": _line(dice) for i in dice.few(0, 2)}
    if actor == "STREET":
        support = dice.stepped("points", 20, 65)
        return {"support": support, "needs": dice.number(30, 60), "red_lines": lines}
    values = {}
    for name in dice.some(dice.provisions):
        levels = list(dice.provisions[name]["levels"])
        wish = dice.choice(["rising", "falling", {"peak": dice.choice(levels)}, None])
        values[name] = {"weight": dice.number(1, 50)}
        if wish is None:
            values[name]["levels"] = {level: dice.number(0, 100) for level in levels}
        else:
            values[name]["prefers"] = wish
    position = {"values": values, "red_lines": lines, "walk_away": _walk_away(dice)}
    if dice.coin():
        position["interactions"] = [
            {"when": dice.condition(), "points": dice.number(-15, 15)} for _ in dice.few(1, 2)
        ]
    return position


def _walk_away(dice):
    if dice.coin(0.4):
        return dice.number(10, 60)
    return {"like": "status-quo", "plus": dice.stepped("real", -10, 15)}


def _line(dice):
    line = {dice.choice(["never", "never", "always"]): f"({dice.condition()})"}
    if dice.coin(0.8):
        line["binding"] = dice.chance()
    if dice.coin(0.3):
        line["bluff"] = "shared"
    return line


def _consent(dice):
    rules = {f"rule{i}": _node(dice, 0) for i in dice.few(1, 2)}
    return {"default": "rule0", **rules}


def _node(dice, depth):
    kind = dice.choice(["all", "any", "at_least"])
    names = dice.some(dice.voices)
    members = [
        _node(dice, 1) if depth == 0 and dice.coin(0.2) else _member(dice, name) for name in names
    ]
    if kind != "at_least":
        return {kind: members}
    block = {"of": members}
    if dice.coin():
        asked = [m if isinstance(m, str) else m.get("actor") for m in members]
        block["weights"] = {a: dice.random.randint(1, 3) for a in asked if a and dice.coin(0.7)}
    votes = [
        block.get("weights", {}).get(m if isinstance(m, str) else m.get("actor"), 1)
        for m in members
    ]
    block["k"] = dice.random.randint(1, sum(votes))
    return {"at_least": block}


def _member(dice, name):
    return {"actor": name, "when": dice.condition()} if dice.coin(0.2) else name


def _pledges(dice):
    owners = dice.some([*dice.people[1:], *OTHERS], 3)[:4]
    dice.pools = {owner: [f"pool{i}" for i in dice.few(1, 2)] for owner in owners}
    return {
        owner: {name: _pledge(dice, owner, name) for name in names}
        for owner, names in dice.pools.items()
    }


def _refuse(data):
    """Somebody says no to every capability that nobody serves, which would be a mistake."""
    owner = next(name for name in data["pledges"] if name != "judgement")
    pools = data["pledges"][owner]
    served = {
        capability
        for name, offers in data["pledges"].items()
        if name != "judgement"
        for pool in offers.values()
        for capability in pool["serves"]
    }
    for capability in data["capabilities"]:
        if capability not in served | {"judgement"}:
            refusal = {"serves": [capability], "amount": 0, "stage": "sure"}
            pools[f"no-{capability}"] = refusal


def _pledge(dice, owner, name):
    pledge = {
        "title": f"{name} of {owner}",
        "serves": dice.some(dice.capabilities),
        "amount": dice.stepped("amount", 1, 15),
        "stage": dice.choice(["likely", "likely", "sure"]),
    }
    if dice.coin(0.3):
        pledge["rotation"] = dice.number(1, 3)
    if dice.coin(0.4):
        pledge["lead"] = dice.choice(["2 weeks", "5 months", "40 days"])
    if dice.coin(0.25):
        pledge["place"] = "behind"
    if dice.coin(0.2):
        pledge["chance"] = dice.chance()
    if dice.coin(0.2):
        pledge["independent"] = True
    if dice.coin():
        pledge["if"] = dice.waiting(owner)
    return pledge


def _deterrence(dice):
    names = [a for a in (*dice.people[2:], "ECHO") if dice.coin(0.8)]
    group = dice.coin(0.3) and len(names) < 3
    order = [*names, *(["others"] if group else [])]
    dice.deciders = list(order)
    if len(order) >= 2 and dice.coin(0.4):
        order = [*order[:-2], order[-2:]]
    guarantors = {"order": order}
    if dice.deciders and dice.coin(0.6):
        guarantors["backstop"] = dice.choice(dice.deciders)
    for i, name in enumerate(dice.deciders):
        guarantors[name] = _guarantor(dice, i)
        if name == "others":
            guarantors[name]["members"] = ["FOXTROT"]
    game = {
        "timeline": {"counts": dice.choice(dice.timeline)},
        "persistence": dice.chance(),
        "challenger": _challenger(dice),
        "protege": {
            "actor": dice.people[1],
            "stake": dice.stepped("amount", 0.8, 1.2),
            "cost_of_war": dice.number(0.1, 0.5),
            "strength": dice.stepped("amount", 1, 6),
            "precision": dice.number(2, 8),
        },
        "contest": {
            "steepness": dice.number(0.5, 3),
            "defence_advantage": dice.number(1, 2),
            "fait_accompli": "20 days",
        },
        "guarantors": guarantors,
    }
    _perceptions(dice, game)
    return game


def _challenger(dice):
    challenger = {
        "actor": dice.people[0],
        "stake": dice.stepped("amount", 0.6, 1.6),
        "cost_of_war": dice.number(0.1, 0.6),
        "strength": dice.number(3, 8),
        "precision": dice.number(2, 6),
    }
    if dice.coin(0.7):
        challenger["without_attack"] = dice.stepped("real", 0.0, 0.5)
    if dice.coin():
        challenger["snapback"] = dice.stepped("amount", 0.0, 0.3)
    return challenger


def _guarantor(dice, place):
    guarantor = {
        "stake": dice.number(0.1, 1.2),
        "cost": dice.stepped("amount", 0.1, 0.6),
        "shared_cost": dice.number(0, 0.8),
        "punishes": dice.number(0, 0.3),
        "precision": dice.number(2, 8),
        "reneging": {"like": "levels_meaning.broken_word"},
        "automatic": dice.stepped("probability", 0, 0.3),
    }
    if dice.coin(0.4):
        guarantor["reneging"] = dice.number(0, 0.3)
    if dice.coin():
        guarantor["alone"] = dice.number(0.05, 0.4)
    if dice.coin(0.4):
        guarantor["tripwire"] = {"at_most": dice.number(0, 0.1), "half_at": dice.number(1, 9)}
    elif dice.coin(0.3):
        guarantor["tripwire"] = dice.number(0, 0.1)
    if place and dice.coin(0.4):
        guarantor["leans_on"] = {dice.deciders[0]: dice.number(0.3, 1)}
    return guarantor


def _perceptions(dice, game):
    if dice.deciders and dice.coin(0.4):
        fields = dice.some(["stake", "cost", "reneging", "strength", "alone", "automatic"])[:2]
        game["beliefs"] = {
            dice.choice(dice.deciders): {
                f: {"times": dice.number(0.5, 1.4), "shift": dice.number(-0.2, 0.1)} for f in fields
            }
        }
    if dice.coin(0.4):
        probe = {"stake": 0.3, "cost_of_war": 0.2, "automatic": 0.5, "guarantor_stake": 0.5}
        game["modes"] = {
            "full": {},
            "probe": {key: {"times": dice.number(0, 2 * mean)} for key, mean in probe.items()},
        }


def random_conflict(dice):
    """A conflict of the people of a case, with what each of them prefers."""
    parties = {}
    for name in dice.people[: dice.random.randint(2, 3)]:
        parties[name] = {f"act{i}": _option(dice) for i in dice.few(1, 2)}
    axes = {f"{p}.{o}": r for p, own in parties.items() for o, r in own.items()}
    conflict = {
        "question": "Does anyone gain by breaking it?",
        "uses_package": True,
        "parties": parties,
        "kept": [f"{n}=low" for n, r in axes.items() if isinstance(r, dict)],
        "preferences": {name: _preference(dice, name, axes) for name in parties},
    }
    on = [name for name, record in axes.items() if not isinstance(record, dict)]
    if len(on) >= 2 and dice.coin(0.4):
        conflict["impossible"] = [" and ".join(dice.random.sample(on, 2))]
    if on and dice.coin(0.4):
        conflict["one_way"] = [dice.choice(on)]
    return conflict


def _option(dice):
    if dice.coin(0.25):
        return {"title": "An axis", "levels": {"low": "Low", "middle": "Middle", "high": "High"}}
    return "An act"


def _preference(dice, party, axes):
    def atom():
        name, record = dice.choice(list(axes.items()))
        if isinstance(record, dict):
            name = f"{name} {dice.choice(['==', '>=', '<=', '!='])} {dice.choice(['low', 'high'])}"
        return name if dice.coin(0.6) else f"not {name}"

    def whole():
        joined = f" {dice.choice(['and', 'or'])} ".join(atom() for _ in dice.few(1, 2))
        return f"({joined}) and {dice.condition()}" if dice.coin(0.25) else joined

    own, record = dice.choice([(n, r) for n, r in axes.items() if n.startswith(f"{party}.")])
    acts = f"{own} >= middle" if isinstance(record, dict) else own
    if dice.coin():
        wishes = [f"{whole()}{dice.choice(['', f' if {atom()}'])}" for _ in range(3)]
        # a party that would rather keep still, else few states were ever stable
        return {"statements": [*([f"not ({acts})"] if dice.coin(0.6) else []), *wishes]}
    worth = [{"when": whole(), "add": dice.number(-20, 20)} for _ in dice.few(1, 2)]
    worth.append({"when": acts, "add": dice.number(-30, 5)})
    if dice.coin(0.4):
        worth.append({"when": atom(), "value": "game"})
    return {"worth": worth}


def _durability(dice):
    horizon = dice.random.randint(1, 4)
    concept = dice.choice(["Nash", "GMR", "SMR", "SEQ", "SSEQ"])
    block = {
        "horizon": f"{horizon} years",
        "conflict": {"name": "after_signing", "concept": concept},
        "temptation": dice.chance(0.1, 0.6),
        "drift": {a: {"yearly": dice.number(-4, 8)} for a in dice.some(dice.voices, 0)},
        "erosion": {"default": dice.number(0, 0.2)},
    }
    if dice.coin():
        block["erosion"][dice.choice([*dice.pools, *dice.deciders])] = dice.number(0, 0.3)
    if dice.coin():
        block["growth"] = {"challenger": dice.number(0, 0.15)}
    if dice.deciders and dice.coin(0.7):
        block["elections"] = {dice.choice(dice.deciders): _election(dice, horizon)}
    if dice.coin():
        owner = dice.choice([*dice.pools, *dice.deciders])
        block["attention"] = {
            "elsewhere": {
                "probability": dice.chance(0.1, 0.6),
                "lasts": dice.choice(["1 year", "2 years"]),
                "leaves": {owner: {k: dice.number(0, 1) for k in dice.some(dice.capabilities)}},
            }
        }
    return block


def _election(dice, horizon):
    election = {
        "years": sorted({dice.random.randint(1, horizon + 1) for _ in range(2)}),
        "reversal": dice.stepped("probability", 0.1, 0.8),
        "keeps": {
            key: dice.number(0, 1) for key in dice.some(["reneging", "automatic", "pledges"])
        },
    }
    if dice.shocks and dice.coin():
        election["of"] = dice.choice(dice.shocks)
    return election


def _packages(dice):
    def text(names):
        return {n: dice.choice(list(dice.provisions[n]["levels"])) for n in names}

    return {
        "pact": {
            "title": "A pact",
            "base": "status-quo",
            "choose": text(dice.some(dice.provisions)),
        },
        "other": {"title": "Another", "base": "pact", "choose": text(dice.some(dice.provisions))},
        "status-quo": {"title": "No agreement", "choose": text(dice.provisions)},
    }
