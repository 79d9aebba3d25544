"""Minimal sets of demands that conflict, and minimal sets that consent, by enumeration."""

from __future__ import annotations

from itertools import chain, combinations, product

import pytest

from accord.criteria.consent import consenting_sets
from accord.criteria.demands import conflicting_demands
from accord.criteria.setting import Setting
from accord.worlds.worlds import draw
from oracles import acceptance, conditions
from oracles.generator import case_of, random_case


def subsets(names):
    listed = list(names)
    return chain.from_iterable(combinations(listed, size) for size in range(len(listed) + 1))


def minimal(sets):
    return {s for s in sets if not any(other < s for other in sets)}


def demands_of(data, case):
    """Every demand as (name, actor, function of the chosen levels)."""
    # a shock falls in the central case where it is more likely than not
    fell = {name: shock.probability.central > 0.5 for name, shock in case.file.shocks.items()}

    def holds(text, chosen):
        def truth(atom):
            if atom[0] == "shock":
                return fell[atom[1]]
            return conditions.choice_holds(atom, data["provisions"], chosen)

        return conditions.holds(conditions.read(text), truth)

    found = {}
    for actor, record in data["positions"].items():
        for name, line in record["red_lines"].items() if actor != "judgement" else ():
            if "always" in line:
                wish = lambda chosen, text=line["always"]: holds(text, chosen)  # noqa: E731
            else:
                wish = lambda chosen, text=line["never"]: not holds(text, chosen)  # noqa: E731
            found[f"line:{actor}.{name}"] = (actor, wish)
    for i, rule in enumerate(data.get("constraints", [])):
        found[f"constraint:{i}"] = (
            "",
            lambda chosen, r=rule: not holds(r["when"], chosen) or holds(r["require"], chosen),
        )
    return found


def random_demands(seed):
    """A random case with two constraints, its demands and all its packages."""
    data = random_case(seed)
    provisions = data["provisions"]
    names = list(provisions)
    data["constraints"] = [
        {
            "when": f"{names[0]} == {next(iter(provisions[names[0]]['levels']))}",
            "require": f"{names[1]} != {list(provisions[names[1]]['levels'])[-1]}",
        }
    ]
    case = case_of(data)
    everything = [
        dict(zip(names, pick, strict=True))
        for pick in product(*(provisions[name]["levels"] for name in names))
    ]
    return data, case, demands_of(data, case), everything


@pytest.mark.parametrize("seed", range(900, 940))
def test_conflicting_sets_are_all_minimal_sets_that_no_package_satisfies(seed):
    _, case, demands, everything = random_demands(seed)
    met = [frozenset(n for n, (_, wish) in demands.items() if wish(c)) for c in everything]
    hopeless = {s for s in map(frozenset, subsets(demands)) if not any(s <= m for m in met)}
    setting = Setting(case, draw(case, 256, seed), {"pact": case.chosen("pact")})
    found = conflicting_demands(setting)
    assert found["exact"]
    assert set(found["demands"]) == set(demands)
    assert {frozenset(record["demands"]) for record in found["sets"]} == minimal(hopeless)
    for record in found["sets"]:
        assert set(record["actors"]) == {demands[name][0] for name in record["demands"]} - {""}
        for name, levels in record["witnesses"].items():
            # the witness satisfies all the others of the set
            chosen = {
                p: list(case.file.provisions[p].levels)[levels.get(p, 0)]
                for p in case.file.provisions
            }
            rest = [demands[other][1] for other in record["demands"] if other != name]
            assert all(wish(chosen) for wish in rest)
            assert not demands[name][1](chosen)
    check_blocked(case, found)


def check_blocked(case, found):
    sets = [set(record["actors"]) for record in found["sets"]]
    for rule, record in found["rules"].items():
        groups = consenting_sets(case.file.consent.rules[rule])
        assert [entry["actors"] for entry in record["consenting"]] == [sorted(g) for g in groups]
        standing = [any(actors <= group for actors in sets) for group in groups]
        assert record["blocked"] == (bool(groups) and all(standing))


def unconditional(node):
    """A rule without the members that count only at times, in the words of the oracle."""
    if isinstance(node, str):
        return {"actor": node}
    if "when" in node:
        return {"actor": node.get("actor"), "counts": False}
    if "actor" in node:
        return {"actor": node["actor"]}
    if "at_least" not in node:
        kind = "all" if "all" in node else "any"
        return {kind: [unconditional(member) for member in node[kind]]}
    own = node["at_least"]
    names = [m if isinstance(m, str) else m.get("actor") for m in own["of"]]
    votes = [own.get("weights", {}).get(name, 1) for name in names]
    members = [unconditional(member) for member in own["of"]]
    return {"at_least": own["k"], "of": members, "votes": votes}


@pytest.mark.parametrize("seed", range(940, 1000))
def test_consenting_sets_are_the_minimal_sets_of_actors_that_satisfy_a_rule(seed):
    data = random_case(seed)
    case = case_of(data)
    voices = [actor for actor in data["positions"] if actor != "judgement"]
    for rule, node in case.file.consent.rules.items():
        tree = acceptance.counted(unconditional(data["consent"][rule]))
        able = {frozenset(s) for s in subsets(voices) if acceptance.consents(tree, set(s))}
        assert set(consenting_sets(node)) == minimal(able)
