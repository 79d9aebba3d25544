"""Why there is no deal, by putting every package to everybody who is asked."""

from __future__ import annotations

import random
from functools import cached_property
from itertools import combinations, product
from math import prod

import numpy as np
import pytest

from accord.criteria.impasse import impasse
from accord.criteria.positions import positions
from accord.criteria.setting import Setting
from accord.worlds.worlds import central_case, draw
from oracles import acceptance, package
from oracles.generator import case_of, random_case
from oracles.world import World, named

SEEDS = tuple(range(5000, 5030))
MOST_LISTED = 130  # packages of a case
STEPS = 256


def hard_case(seed):
    """A random case whose actors want more than it has to give, with constraints and costs."""
    dice = random.Random(seed)
    data = random_case(seed)
    for actor, record in data["positions"].items():
        if actor == "judgement":
            continue
        for line in record["red_lines"].values():
            if dice.random() < 0.5:
                line["waive_cost"] = round(dice.uniform(0, 30), 2)
        if "support" not in record and dice.random() < 0.7:
            wanted = round(dice.uniform(45, 85), 1)
            record["walk_away"] = dice.choice(
                [wanted, [wanted - 9, wanted, wanted + 9], {"uniform": [wanted - 5, wanted + 5]}]
            )
    (first, one), (second, two) = list(data["provisions"].items())[:2]
    fell = "shocks.shock0 and " if "shock0" in data["shocks"] else ""
    data["constraints"] = [
        {
            "when": f"{fell}{first} == {next(iter(one['levels']))}",
            "require": f"{second} != {list(two['levels'])[-1]}",
        }
    ]
    people = [a for a in data["positions"] if a != "judgement"]
    at_times = f"{second} != {next(reversed(two['levels']))}"
    if fell:
        at_times = f"(not shocks.shock0 or {at_times})"
    data["consent"]["all-of-them"] = {
        "all": [*people[:-1], {"actor": people[-1], "when": at_times}]
    }
    return data


def small(seed):
    return prod(len(p["levels"]) for p in random_case(seed)["provisions"].values()) <= MOST_LISTED


def plain(node):
    """Whether members with ``when`` stand only in ``all``, beside others that are always asked."""
    if isinstance(node, str) or "actor" in node:
        return True
    members = node["at_least"]["of"] if "at_least" in node else node.get("all", node.get("any"))
    at_times = [m for m in members if not isinstance(m, str) and "when" in m]
    if at_times and ("all" not in node or len(at_times) == len(members)):
        return False
    return all(plain(member) for member in members)


def merged(group):
    """A group in which whoever is asked at all times is not asked at times as well."""
    return frozenset((a, when) for a, when in group if when is None or (a, None) not in group)


def groups_of(node):
    """Sets of (actor, condition or None) any of which satisfies a plain rule, minimal or not."""
    if isinstance(node, str):
        return [frozenset({(node, None)})]
    if "actor" in node:
        return [frozenset({(node["actor"], node.get("when"))})]
    own = node.get("at_least")
    members = own["of"] if own else node.get("all", node.get("any"))
    names = [m if isinstance(m, str) else m.get("actor") for m in members]
    votes = [own.get("weights", {}).get(name, 1) if own else 1 for name in names]
    quota = own["k"] if own else 1 if "any" in node else len(members)
    parts = [groups_of(member) for member in members]
    found = []
    for size in range(1, len(parts) + 1):
        for picked in combinations(range(len(parts)), size):
            if sum(votes[i] for i in picked) >= quota:
                found += [frozenset().union(*pick) for pick in product(*(parts[i] for i in picked))]
    return found


class Tried:
    """A hard case, what accord says of it, and every package in the central case."""

    def __init__(self, seed):
        self.data = hard_case(seed)
        self.case = case_of(self.data)
        chosen = {"pact": self.case.chosen("pact")}
        self.setting = Setting(self.case, draw(self.case, 512, seed), chosen)
        self.found = impasse(self.setting)
        provisions = self.data["provisions"]
        self.packages = [
            dict(zip(provisions, pick, strict=True))
            for pick in product(*(provisions[name]["levels"] for name in provisions))
        ]
        self.world = World(self.data, central_case(self.case), 0, named(self.case))
        self.each = [package.margins(self.world, chosen) for chosen in self.packages]
        self.voices = [actor for actor in self.data["positions"] if actor != "judgement"]
        self.rules = {
            rule: node for rule, node in self.data["consent"].items() if rule != "default"
        }

    def constraint_holds(self, world, number, chosen):
        rule = self.data["constraints"][number]
        return not world.holds(rule["when"], chosen) or world.holds(rule["require"], chosen)

    def possible(self, chosen):
        numbers = range(len(self.data["constraints"]))
        return all(self.constraint_holds(self.world, i, chosen) for i in numbers)

    def meets(self, name, at):
        """Whether package number ``at`` meets a demand as told, in the central case."""
        demand, _, when = name.partition(" when ")
        if when and not self.world.holds(when, self.packages[at]):
            return True
        kind, _, rest = demand.partition(":")
        if kind == "constraint":
            return self.constraint_holds(self.world, int(rest), self.packages[at])
        actor, _, line = rest.partition(".")
        _, slack, crossed = self.each[at][actor]
        return slack >= 0 if kind == "walk" else line not in crossed

    def demands(self, group):
        """What a group of (actor, condition) demands, by name."""
        names = [f"constraint:{i}" for i in range(len(self.data["constraints"]))]
        for actor, when in group:
            more = f" when {when}" if when else ""
            names.append(f"walk:{actor}{more}")
            lines = self.data["positions"][actor]["red_lines"]
            names += [f"line:{actor}.{line}{more}" for line in lines]
        return names

    @cached_property
    def every_set(self):
        return [record["demands"] for record in self.found["sets"]]

    def told_groups(self, rule):
        """The groups that accord tells, as sets of (actor, condition or None)."""
        return [
            merged({(a, None) for a in told["asked"]} | set(told["at_times"].items()))
            for told in self.found["rules"][rule]["groups"]
        ]

    def deals(self, group):
        names = self.demands(group)
        return [p for p in range(len(self.packages)) if all(self.meets(n, p) for n in names)]

    def cost(self, at, group, conceding):
        """Steps to be conceded for a package, by whom and which lines; None where impossible."""
        if not self.possible(self.packages[at]):
            return None
        lowered, waived, total = {}, set(), 0
        for actor, when in group:
            if when and not self.world.holds(when, self.packages[at]):
                continue
            _, slack, crossed = self.each[at][actor]
            if (slack < 0 or crossed) and actor not in conceding:
                return None
            if slack < 0:
                lowered[actor] = -slack / STEPS
            for line in crossed:
                cost = self.data["positions"][actor]["red_lines"][line].get("waive_cost")
                if cost is None:
                    return None
                waived.add(f"line:{actor}.{line}")
                total += acceptance.on_grid(cost)
        return total + round(sum(lowered.values()) * STEPS), lowered, waived

    def cheapest(self, groups, conceding):
        costs = [
            found[0]
            for group in groups
            for at in range(len(self.packages))
            if (found := self.cost(at, group, conceding)) is not None
        ]
        return min(costs, default=None)


_KNOWN = {}


@pytest.fixture(params=[seed for seed in SEEDS if small(seed)])
def tried(request):
    """One random case, worked out once for all tests."""
    if request.param not in _KNOWN:
        _KNOWN[request.param] = Tried(request.param)
    return _KNOWN[request.param]


def minimal(sets):
    return {s for s in sets if not any(other < s for other in sets)}


def test_a_rule_has_a_deal_where_a_possible_package_has_the_consent_it_asks(tried):
    for rule, node in tried.rules.items():
        if not plain(node):
            continue
        found = tried.found["rules"][rule]
        assert set(tried.told_groups(rule)) == minimal(set(map(merged, groups_of(node))))
        assert [told["deal"] for told in found["groups"]] == [
            bool(tried.deals(group)) for group in tried.told_groups(rule)
        ]
        agreed = [
            acceptance.consents(
                package.consent(tried.world, rule, chosen),
                {actor for actor, (margin, _, _) in each.items() if margin >= 0},
            )
            for chosen, each in zip(tried.packages, tried.each, strict=True)
            if tried.possible(chosen)
        ]
        assert found["deal"] == any(agreed)


def test_no_package_meets_a_conflicting_set_and_each_witness_breaks_one_member_alone(tried):
    for record in tried.found["sets"]:
        names = record["demands"]
        for at in range(len(tried.packages)):
            assert not all(tried.meets(name, at) for name in names)
        assert set(record["witnesses"]) == set(names)
        for name, witness in record["witnesses"].items():
            at = tried.packages.index(witness)
            assert [other for other in names if not tried.meets(other, at)] == [name]


def test_conflicting_sets_are_all_minimal_sets_that_no_package_meets(tried):
    assert tried.found["complete"]
    for rule in tried.rules:
        told = tried.found["rules"][rule]["groups"]
        for group, own in zip(tried.told_groups(rule), told, strict=True):
            names = tried.demands(group)
            together = {
                frozenset(name for name in names if tried.meets(name, at))
                for at in range(len(tried.packages))
            }
            together = {s for s in together if not any(s < other for other in together)}
            hopeless = []
            for size in range(len(names) + 1):
                for members in map(frozenset, combinations(names, size)):
                    if any(known <= members for known in hopeless):
                        continue
                    if not any(members <= met for met in together):
                        hopeless.append(members)
            assert {frozenset(tried.every_set[k]) for k in own["sets"]} == set(hopeless)


def check_concession(tried, told, groups, conceding):
    """It costs what the cheapest does, and once it is made some group consents to its package."""
    least = tried.cheapest(groups, conceding)
    if told is None:
        assert least is None
        return
    assert told["points"] * STEPS == least
    at = tried.packages.index(told["package"])
    fitting = [tried.cost(at, group, conceding) for group in groups]
    assert (least, told["lowered"], set(told["waived"])) in fitting


def test_the_concession_opens_a_deal_and_no_other_costs_less(tried):
    for rule in tried.rules:
        found = tried.found["rules"][rule]
        groups = tried.told_groups(rule)
        if found["deal"]:
            assert "concession" not in found
            continue
        check_concession(tried, found["concession"], groups, set(tried.voices))
        assert set(found["sole"]) == {actor for group in groups for actor, _ in group}
        for actor, told in found["sole"].items():
            demanding = [g for g in groups if actor in {name for name, _ in g}]
            check_concession(tried, told, demanding, {actor})


def test_a_line_frees_a_deal_where_some_package_breaks_it_alone(tried):
    for rule in tried.rules:
        found = tried.found["rules"][rule]
        if found["deal"]:
            continue
        best = {}
        for group in tried.told_groups(rule):
            names = tried.demands(group)
            always = [actor for actor, when in group if when is None]
            for name in (n for n in names if n.startswith("line:")):
                line = name.partition(" when ")[0]
                for at, each in enumerate(tried.each):
                    if always and all(tried.meets(n, at) for n in names if n != name):
                        gain = min(each[actor][1] for actor in always) / STEPS
                        best[line] = max(best.get(line, gain), gain)
        assert {freed["line"]: freed["gain"] for freed in found["freed"]} == best
        ranked = [freed["gain"] for freed in found["freed"]]
        assert ranked == sorted(ranked, reverse=True)


def test_the_fairest_deal_has_the_largest_smallest_gain(tried):
    for rule in tried.rules:
        found = tried.found["rules"][rule]
        if not found["deal"]:
            continue
        fairest = found["fairest"]
        group = tried.told_groups(rule)[fairest["group"]]
        deals = tried.deals(group)
        at = tried.packages.index(fairest["package"])
        assert at in deals
        always = {actor for actor, when in group if when is None}
        gains = {actor: tried.each[at][actor][1] / STEPS for actor in always}
        assert fairest["gains"] == gains
        assert fairest["gain"] == min(gains.values(), default=0)
        if always:
            least = [min(tried.each[p][actor][1] for actor in always) for p in deals]
            assert fairest["gain"] * STEPS == max(least)


def conflict_worlds(tried, names):
    """In which of the first 256 worlds no package meets some demands."""
    worlds = draw(tried.case, 256, tried.setting.worlds.seed)
    known = positions(Setting(tried.case, worlds, {}))
    rules = tried.case.file.constraints

    def condition(text, chosen):
        # every condition of a case that is met here was read by accord, so look it up by its text
        return np.broadcast_to(worlds.holds(conditions[text], chosen), 256)

    conditions = {}
    for node in tried.case.file.consent.rules.values():
        for inner in nodes_below(node):
            if inner.when is not None:
                conditions[inner.when.text] = inner.when

    def met(name, chosen):
        demand, _, when = name.partition(" when ")
        kind, _, rest = demand.partition(":")
        if kind == "constraint":
            rule = rules[int(rest)]
            holds = ~np.broadcast_to(worlds.holds(rule.when, chosen), 256) | np.broadcast_to(
                worlds.holds(rule.require, chosen), 256
            )
        elif kind == "walk":
            holds = known[rest].slack(chosen) >= 0
        else:
            actor, _, line = rest.partition(".")
            crossed = known[actor].crosses(known[actor].record.red_lines[line], chosen)
            holds = ~(known[actor].binding[line] & crossed)
        return holds | ~condition(when, chosen) if when else holds

    conflict = np.ones(256, dtype=bool)
    for chosen in tried.packages:
        conflict &= ~np.all([met(name, chosen) for name in names], axis=0)
    return conflict


def nodes_below(node):
    yield node
    for member in node.members:
        yield from nodes_below(member)


def test_the_share_of_a_set_counts_the_first_worlds_in_which_it_is_a_conflict(tried):
    for record in tried.found["sets"][:5]:
        expected = conflict_worlds(tried, record["demands"]).mean()
        assert record["share"]["share"] == pytest.approx(expected, abs=1e-12)


def test_random_cases_reach_deals_and_conflicts_of_every_kind():
    found = [_KNOWN.get(seed) or Tried(seed) for seed in SEEDS if small(seed)]
    assert len(found) >= 25
    rules = [rule for each in found for rule in each.found["rules"].values()]
    assert {rule["deal"] for rule in rules} == {True, False}
    names = {name for each in found for own in each.every_set for name in own}
    assert {name.partition(":")[0] for name in names} == {"walk", "line", "constraint"}
    assert any(" when " in name for name in names)
    without = [rule for rule in rules if not rule["deal"]]
    assert {rule["concession"] is None for rule in without} == {True, False}
    assert any(rule["concession"] and rule["concession"]["waived"] for rule in without)
    assert any(rule["freed"] for rule in without)
