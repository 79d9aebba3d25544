"""What the flagship case says on 31 March 2026 when every red line is taken at its word."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest

from accord.case.load import load
from accord.criteria import acceptable
from accord.criteria.demands import conflicting_demands
from accord.criteria.setting import Setting
from accord.worlds.worlds import draw
from oracles import conditions
from teaching import FLAGSHIP

WORLDS = 256


@pytest.fixture(scope="module")
def setting():
    case = load(FLAGSHIP, dt.date(2026, 3, 31))
    chosen = {name: case.chosen(name) for name in case.file.packages}
    return Setting(case, draw(case, WORLDS, 1, "hard"), chosen)


@pytest.fixture(scope="module")
def demands(setting):
    return conflicting_demands(setting)


def needing_russia(setting):
    """Rules that cannot hold without Russia: those that ask it on every way to consent."""

    def needed(node):
        if node.actor is not None:
            return node.actor == "RUS"
        parts = [needed(member) for member in node.members]
        return any(parts) if node.all is not None else all(parts)

    return {rule for rule, node in setting.case.file.consent.rules.items() if needed(node)}


def test_no_named_package_is_acceptable_under_a_rule_that_needs_russia(setting):
    found = acceptable.assess(setting)
    russian = needing_russia(setting)
    assert russian
    assert russian < set(found.rules)
    for row, rule in enumerate(found.rules):
        if rule in russian:
            assert (found.margins[row] < 0).all(), rule
    assert len(setting.packages) >= 11


def test_the_veto_clause_and_territory_stand_against_one_another(demands):
    sets = {frozenset(record["demands"]) for record in demands["sets"]}
    assert frozenset({"line:UKR.no-veto-clause", "line:RUS.veto-clause"}) in sets
    assert any(
        "territory" in demands["demands"][first]["text"]
        and "territory" in demands["demands"][second]["text"]
        and {first.split(".")[0], second.split(".")[0]} == {"line:UKR", "line:RUS"}
        for first, second in (sorted(s) for s in sets if len(s) == 2)
    )
    assert demands["exact"]


def test_other_rules_are_not_blocked(setting, demands):
    blocked = {rule for rule, record in demands["rules"].items() if record["blocked"]}
    assert blocked == needing_russia(setting)
    assert set(demands["rules"]) - blocked  # and the brief can show those


def test_pairs_that_conflict_are_those_that_no_outcome_satisfies(setting, demands):
    """Every pair of demands by brute force over the levels that they mention."""
    data = setting.case.data
    texts = {name: record["text"] for name, record in demands["demands"].items()}
    lines = {name: _read(text) for name, text in texts.items() if not name.startswith("constraint")}
    alone = {name for name in lines if not _possible(data, [lines[name]])}
    assert alone == set()
    names = list(lines)
    conflicts = {
        frozenset({one, other})
        for i, one in enumerate(names)
        for other in names[i + 1 :]
        if not _possible(data, [lines[one], lines[other]])
    }
    told = {frozenset(r["demands"]) for r in demands["sets"] if len(r["demands"]) == 2}
    assert {pair for pair in told if all(name in lines for name in pair)} == conflicts


def _read(text):
    kind, _, condition = text.partition(" ")
    tree = conditions.read(condition)
    return tree if kind == "always" else ("not", tree)


def _mentioned(tree):
    if tree[0] == "choice":
        return {tree[1]}
    if tree[0] in {"or", "and"}:
        return set().union(*map(_mentioned, tree[1]))
    return _mentioned(tree[1]) if tree[0] == "not" else set()


def _possible(data, trees):
    names = sorted(set().union(*map(_mentioned, trees)))
    levels = [list(data["provisions"][name]["levels"]) for name in names]

    def holds(tree, chosen):
        return conditions.holds(
            tree, lambda atom: conditions.choice_holds(atom, data["provisions"], chosen)
        )

    return any(
        all(holds(tree, dict(zip(names, pick, strict=True))) for tree in trees)
        for pick in product(*levels)
    )
