"""Who blocks, and what could be made of a draft, by permutations and by listing every package."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import combinations, permutations, product
from math import prod

import numpy as np
import pytest

from accord.criteria.blockers import veto_values
from accord.criteria.drafting import drafting
from accord.criteria.positions import margins, positions
from accord.criteria.setting import Setting
from accord.worlds.worlds import central_case, draw
from oracles import acceptance, package
from oracles.generator import case_of, random_case
from oracles.world import World, named

PACKAGES = ("pact", "other")
BLOCK = 256
STEPS = 256
MOST_LISTED = 130  # packages of a case


def setting_of(data, seed, weights=None):
    case = case_of(data)
    chosen = {name: case.chosen(name) for name in PACKAGES}
    return Setting(case, draw(case, BLOCK, seed), chosen, weights)


def subsets(names):
    return [frozenset(s) for n in range(len(names) + 1) for s in combinations(names, n)]


class Votes:
    """How often every counted tree meets every set of acceptances."""

    def __init__(self, data, setting, rule):
        names = named(setting.case)
        weights = setting.weights if setting.weights is not None else [1] * BLOCK
        self.asked = list(setting.case.file.consent.rules[rule].actors)
        self.counts, self.trees = Counter(), {}
        for name in PACKAGES:
            accepts = margins(setting, name) >= 0
            for w, weight in enumerate(weights):
                world = World(data, setting.worlds, w, names)
                tree = package.consent(world, rule, setting.packages[name])
                self.trees[repr(tree)] = tree
                accepting = {
                    a for a, yes in zip(positions(setting), accepts[:, w], strict=True) if yes
                }
                self.counts[repr(tree), frozenset(accepting)] += int(weight)

    def worth(self, granted):
        """Share of (package, world) in which the rule holds once some are set to accept."""
        held = sum(
            count
            for (tree, accepting), count in self.counts.items()
            if acceptance.consents(self.trees[tree], accepting | granted)
        )
        return Fraction(held, sum(self.counts.values()))

    def values(self):
        """What each adds when all are set to accept one by one, over all orders alike."""
        worth = {granted: self.worth(granted) for granted in subsets(self.asked)}
        total = dict.fromkeys(self.asked, Fraction(0))
        orders = list(permutations(self.asked))
        for order in orders:
            for place, actor in enumerate(order):
                before = frozenset(order[:place])
                total[actor] += worth[before | {actor}] - worth[before]
        return {actor: value / len(orders) for actor, value in total.items()}


def check_values(data, setting):
    for rule in setting.case.file.consent.rules:
        votes = Votes(data, setting, rule)
        found = veto_values(setting, rule, PACKAGES)
        assert list(found) == votes.asked
        expected = votes.values()
        assert found == pytest.approx({a: float(v) for a, v in expected.items()}, abs=1e-12)
        gained = votes.worth(frozenset(votes.asked)) - votes.worth(frozenset())
        assert sum(found.values()) == pytest.approx(float(gained), abs=1e-12)


@pytest.mark.parametrize("seed", range(7000, 7015))
def test_the_value_of_a_veto_is_what_an_actor_adds_over_all_orders(seed):
    data = random_case(seed)
    check_values(data, setting_of(data, seed))


@pytest.mark.parametrize("seed", range(7020, 7025))
def test_the_value_of_a_veto_counts_each_world_by_its_weight(seed):
    data = random_case(seed)
    weights = np.random.default_rng(seed).integers(0, 5, BLOCK)
    check_values(data, setting_of(data, seed, weights))


@pytest.mark.parametrize("seed", range(7030, 7040))
def test_actors_who_want_the_same_have_the_same_veto(seed):
    data = random_case(seed)
    data["positions"]["BRAVO"] = {**data["positions"]["ALFA"], "walk_away": 70, "red_lines": {}}
    data["positions"]["ALFA"] = data["positions"]["BRAVO"]
    # points that are drawn are drawn apart, so that both want the same in every world
    for value in data["positions"]["ALFA"]["values"].values():
        value["weight"] = 10
        if "levels" in value:
            value["levels"] = {level: 20 * k for k, level in enumerate(value["levels"])}
    data["positions"]["ALFA"].pop("interactions", None)
    others = [a for a in data["positions"] if a not in {"judgement", "ALFA", "BRAVO"}]
    data["consent"] = {
        "default": "all",
        "all": {"all": [*others, "ALFA", "BRAVO"]},
        "most": {"at_least": {"k": 2, "of": ["ALFA", *others, "BRAVO"]}},
    }
    setting = setting_of(data, seed)
    for rule in ("all", "most"):
        found = veto_values(setting, rule, PACKAGES)
        assert found["ALFA"] == pytest.approx(found["BRAVO"], abs=1e-12)


def test_a_rule_without_consent_has_no_vetoes():
    data = random_case(7000)
    setting = setting_of({k: v for k, v in data.items() if k != "consent"}, 7000)
    assert veto_values(setting, "anyone", PACKAGES) is None


def with_much_to_trade(data, seed):
    """The case with values of every actor for every provision, all of whom are asked."""
    dice = np.random.default_rng(seed)
    voices = [actor for actor in data["positions"] if actor != "judgement"]
    data["consent"] = {"default": "rule0", "rule0": {"all": voices}}
    for actor, record in data["positions"].items():
        if actor != "judgement" and "support" not in record:
            record |= {"walk_away": int(dice.integers(5, 30)), "red_lines": {}}
            record["values"] = {
                name: {
                    "weight": int(dice.integers(1, 40)),
                    "levels": {level: int(dice.integers(0, 100)) for level in provision["levels"]},
                }
                for name, provision in data["provisions"].items()
            }
    return data


class Drafts:
    """A random case, what accord makes of its drafts, and every package in the central case."""

    def __init__(self, seed):
        self.data = random_case(seed)
        if seed % 2:
            with_much_to_trade(self.data, seed)
        self.provisions = self.data["provisions"]
        (first, one), (second, two) = list(self.provisions.items())[:2]
        self.data["constraints"] = [
            {
                "when": f"{first} == {next(iter(one['levels']))}",
                "require": f"{second} != {list(two['levels'])[-1]}",
            }
        ]
        self.setting = setting_of(self.data, seed)
        self.found = drafting(self.setting)
        case = self.setting.case
        self.world = World(self.data, central_case(case), 0, named(case))
        self.voices = [actor for actor in self.data["positions"] if actor != "judgement"]
        self.packages = [
            dict(zip(self.provisions, pick, strict=True))
            for pick in product(*(p["levels"] for p in self.provisions.values()))
        ]
        self.each = [package.margins(self.world, chosen) for chosen in self.packages]
        self.rules = [rule for rule in self.data["consent"] if rule != "default"]

    def at(self, name):
        return self.packages.index(dict(self.setting.packages[name]))

    def with_changes(self, name, changes):
        return self.packages.index({**self.setting.packages[name], **changes})

    def possible(self, k):
        rule = self.data["constraints"][0]
        chosen = self.packages[k]
        return not self.world.holds(rule["when"], chosen) or self.world.holds(
            rule["require"], chosen
        )

    def groups(self, rule):
        """Minimal sets of actors whose consent satisfies a rule, conditional members left out."""
        tree = acceptance.counted(unconditional(self.data["consent"][rule]))
        able = [s for s in subsets(self.voices) if acceptance.consents(tree, s)]
        return [s for s in able if not any(other < s for other in able)]

    def asked(self, rule):
        found = frozenset().union(*self.groups(rule))
        return [actor for actor in self.voices if actor in found]

    def gain(self, before, after, actor):
        return self.each[after][actor][1] - self.each[before][actor][1]

    def crosses_more(self, before, after, actor):
        return bool(set(self.each[after][actor][2]) - set(self.each[before][actor][2]))

    def distance(self, before, after):
        one, other = self.packages[before], self.packages[after]
        return sum(one[name] != other[name] for name in self.provisions)

    def improvements(self, before, group):
        """(distance, smallest gain, package) of what a whole group prefers, up to three changes."""
        return [
            (self.distance(before, k), min(self.gain(before, k, a) for a in group), k)
            for k in range(len(self.packages))
            if self.possible(k)
            and 1 <= self.distance(before, k) <= 3
            and all(self.gain(before, k, a) > 0 for a in group)
            and not any(self.crosses_more(before, k, a) for a in group)
        ]

    def pushed(self, before, after, asked):
        """Whether some of those asked fall below walking away, or cross one line more."""
        return any(
            self.crosses_more(before, after, a)
            or (self.each[before][a][1] >= 0 > self.each[after][a][1])
            for a in asked
        )

    def exchanges(self, rule):
        """{(who gives first, who gives second, changes): package} around the first draft."""
        before, asked = self.at(PACKAGES[0]), self.asked(rule)
        draft = self.packages[before]
        changes = [
            (name, level)
            for name, record in self.provisions.items()
            for level in record["levels"]
            if level != draft[name]
        ]
        found = {}
        for one, two in combinations(changes, 2):
            if one[0] == two[0]:
                continue
            first, second, both = (
                self.with_changes(PACKAGES[0], dict(c)) for c in ([one], [two], [one, two])
            )
            if not self.possible(both) or self.pushed(before, both, asked):
                continue
            for a, b in permutations(asked, 2):
                if (
                    self.gain(before, first, a) < 0 < self.gain(before, second, a)
                    and self.gain(before, second, b) < 0 < self.gain(before, first, b)
                    and self.gain(before, both, a) > 0
                    and self.gain(before, both, b) > 0
                ):
                    found[a, b, one, two] = both
        return found

    def prefer(self, name, after, actors):
        """Share of the worlds in which all of some actors prefer a package to a draft."""
        known = positions(self.setting)
        after, before = self.packages[after], self.setting.packages[name]
        gains = [known[a].slack(after) - known[a].slack(before) for a in actors]
        return sum(all(gain[w] > 0 for gain in gains) for w in range(BLOCK)) / BLOCK


def unconditional(node):
    """A rule without the members that count only at times, in the words of the oracle."""
    if isinstance(node, str):
        return {"actor": node}
    if "actor" in node:
        return {"actor": node["actor"], "counts": "when" not in node}
    if "at_least" not in node:
        kind = "all" if "all" in node else "any"
        return {kind: [unconditional(member) for member in node[kind]]}
    own = node["at_least"]
    names = [m if isinstance(m, str) else m.get("actor") for m in own["of"]]
    votes = [own.get("weights", {}).get(name, 1) for name in names]
    return {"at_least": own["k"], "of": [unconditional(m) for m in own["of"]], "votes": votes}


def small(seed):
    return prod(len(p["levels"]) for p in random_case(seed)["provisions"].values()) <= MOST_LISTED


_KNOWN = {}
SEEDS = [seed for seed in range(7100, 7135) if small(seed)]


@pytest.fixture(params=SEEDS)
def drafts(request):
    """One random case, worked out once for all tests."""
    if request.param not in _KNOWN:
        _KNOWN[request.param] = Drafts(request.param)
    return _KNOWN[request.param]


def test_an_improvement_is_the_nearest_package_that_a_whole_group_prefers(drafts):
    for name, rule in product(PACKAGES, drafts.rules):
        told, before = drafts.found["improvements"][name][rule], drafts.at(name)
        groups = [group for group in drafts.groups(rule) if group]
        options = {group: drafts.improvements(before, group) for group in groups}
        every = [option for own in options.values() for option in own]
        if told is None:
            assert not every
            continue
        after = drafts.with_changes(name, {p: new for p, (_, new) in told["changes"].items()})
        assert all(drafts.packages[before][p] == old for p, (old, _) in told["changes"].items())
        nearest = min(distance for distance, _, _ in every)
        best = max(gain for distance, gain, _ in every if distance == nearest)
        assert (nearest, told["gain"] * STEPS) == (len(told["changes"]), best)
        assert (nearest, best, after) in options[frozenset(told["group"])]
        refusing = [a for a in drafts.voices if drafts.each[after][a][0] < 0]
        assert told["refusing"] == [a for a in refusing if a in told["group"]]
        assert told["prefer"]["share"] == drafts.prefer(name, after, told["group"])


def test_an_exchange_gives_each_trader_more_than_it_gives_up(drafts):
    for rule in drafts.rules:
        every, told = drafts.exchanges(rule), drafts.found["exchanges"][rule]
        before = drafts.at(PACKAGES[0])
        best = {}
        for (a, b, _, _), both in every.items():
            gain = min(drafts.gain(before, both, a), drafts.gain(before, both, b))
            pair = frozenset({a, b})
            best[pair] = max(best.get(pair, gain), gain)
        for one in told:
            a, b = one["givers"]
            changes = [(c["provision"], c["levels"][1]) for c in one["changes"]]
            assert all(
                c["levels"][0] == drafts.packages[before][c["provision"]] for c in one["changes"]
            )
            both = every[a, b, *changes]
            gains = [drafts.gain(before, both, actor) for actor in (a, b)]
            assert [gain * STEPS for gain in one["gains"]] == gains
            assert min(gains) == best[frozenset({a, b})]
            assert one["losers"] == {
                actor: drafts.gain(before, both, actor) / STEPS
                for actor in drafts.asked(rule)
                if drafts.gain(before, both, actor) < 0
            }
            assert one["prefer"]["share"] == drafts.prefer(PACKAGES[0], both, (a, b))
        # each pair of traders is told once, those with the largest gains first
        assert sorted(best.values(), reverse=True)[:5] == [min(o["gains"]) * STEPS for o in told]


def frontier(points):
    return {p for p in points if not any(q != p and q[0] >= p[0] and q[1] >= p[1] for q in points)}


def rounded(points):
    return sorted([round(x / STEPS, 3), round(y / STEPS, 3)] for x, y in points)


def test_the_contract_curve_is_what_no_package_betters_for_both(drafts):
    names = {actor: position.walk_away for actor, position in central_positions(drafts).items()}
    for rule in drafts.rules:
        told = drafts.found["curves"][rule]
        if told is None:
            assert len(drafts.asked(rule)) < 2
            continue
        pair = told["actors"]
        assert set(pair) <= set(drafts.asked(rule))
        below = [int(names[actor][0]) for actor in pair]
        assert [x * STEPS for x in told["walk_away"]] == below

        def worth(k, pair=pair, below=below):
            return tuple(drafts.each[k][a][1] + r for a, r in zip(pair, below, strict=True))

        able = [k for k in range(len(drafts.packages)) if drafts.possible(k)]
        both = [k for k in able if all(drafts.each[k][a][0] >= 0 for a in pair)]
        for kind, size, among in (
            ("frontier", "vectors", able),
            ("acceptable", "acceptable_vectors", both),
        ):
            best = frontier({worth(k) for k in among})
            assert sorted(told[kind]) == rounded(best)
            assert told[size] == len(best)
        for name in PACKAGES:
            k = drafts.at(name)
            here = told["packages"][name]
            assert [x * STEPS for x in here["at"]] == list(worth(k))
            assert here["accepts"] == [drafts.each[k][a][0] >= 0 for a in pair]


def central_positions(drafts):
    case = drafts.setting.case
    return positions(Setting(case, central_case(case), {}))


def test_random_cases_reach_improvements_exchanges_and_curves():
    found = [(_KNOWN.get(seed) or Drafts(seed)).found for seed in SEEDS]
    improved = [
        own for each in found for rules in each["improvements"].values() for own in rules.values()
    ]
    assert {own is None for own in improved} == {True, False}
    assert any(own and own["refusing"] for own in improved)
    traded = [one for each in found for own in each["exchanges"].values() for one in own]
    assert any(one["losers"] for one in traded)
    assert {curve is None for each in found for curve in each["curves"].values()} == {True, False}
