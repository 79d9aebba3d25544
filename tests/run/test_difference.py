"""Two runs side by side, against sums written out over worlds."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import accord
from accord._errors import UsageError
from accord.run.agreements import best_agreement
from accord.run.assess import assess, assess_briefly
from accord.run.difference import difference
from teaching import TEACHING, altered

RULES = ["everyone", "without-south"]


def assumed(*texts, as_of=None, source=TEACHING, **asked):
    return assess_briefly(accord.load(source, as_of, texts), **({"worlds": 2048} | asked))


@pytest.fixture(scope="module")
def stated():
    return assumed()


@pytest.fixture(scope="module")
def fewer():
    """Fewer boats, and a likelier change of government."""
    return assumed("pledges.GUARD.fleet.amount=[0, 5, 9]", "shocks.new_government.probability=0.6")


def one(found, package, test, rule):
    (finding,) = [
        f for f in found["findings"]
        if (f["package"], f["test"], f["rule"]) == (package, test, rule)
    ]  # fmt: skip
    return finding


def test_a_brief_assessment_finds_what_a_full_one_does(stated):
    full = assess(accord.load(TEACHING))
    named = full.verdict.take(full.packages)
    assert (stated.verdict.margins == named.margins).all()
    assert stated.verdict.rows == named.rows
    assert stated.manifest == full.manifest
    names = [np.array([*run.verdict.names, "none"]) for run in (stated, full)]
    own, whole = (n[r] for n, r in zip(names, (stated.verdict.reasons, named.reasons), strict=True))
    assert (own == whole).all()


def test_shares_and_paired_differences_are_sums_over_worlds(stated, fewer):
    found = difference(stated, fewer)
    assert found["paired"] is True
    assert found["unpaired_because"] == ""
    assert found["rules"] == {"both": RULES, "only_a": [], "only_b": []}
    for finding in found["findings"]:
        rule, package = finding["rule"] or "everyone", finding["package"]
        passes = []
        for key, run in (("a", stated), ("b", fewer)):
            tests = run.verdict.assessed if finding["test"] == "joint" else [finding["test"]]
            rows = [run.verdict.margin(test, rule, package) >= 0 for test in tests]
            passes.append(np.all(rows, axis=0))
            assert finding[key]["share"] == passes[-1].mean()
        apart = passes[1].astype(float) - passes[0]
        assert finding["difference"] == pytest.approx(apart.mean(), abs=1e-15)
        blocks = apart.reshape(8, 256).mean(axis=1)
        assert finding["se"] == pytest.approx(blocks.std(ddof=1) / np.sqrt(8), abs=1e-15)
        large = abs(apart.mean()) > max(0.01, 1.645 * finding["se"])
        assert finding["beyond_chance"] == large
    assert any(finding["beyond_chance"] for finding in found["findings"])
    assert not all(finding["beyond_chance"] for finding in found["findings"])
    assert json.loads(json.dumps(found)) == found


def test_tests_that_ask_nobody_are_told_once_and_the_leading_rule_comes_first(stated, fewer):
    found = difference(stated, fewer, "without-south")
    assert found["consent"] == "without-south"
    assert found["rules"]["both"] == ["without-south", "everyone"]
    told = [(f["test"], f["rule"]) for f in found["findings"] if f["package"] == "pact"]
    assert told == [
        ("acceptable", "without-south"), ("deliverable", None), ("credible", None),
        ("durable", "without-south"), ("joint", "without-south"),
        ("acceptable", "everyone"), ("durable", "everyone"), ("joint", "everyone"),
    ]  # fmt: skip


def test_a_run_against_itself_differs_in_nothing(stated):
    found = difference(stated, stated)
    for finding in found["findings"]:
        assert (finding["difference"], finding["se"]) == (0, 0)
        assert not finding["beyond_chance"]
        assert not finding["reason"]["changed"]
    assert not any(each["changed"] for each in found["first_failures"])
    assert not any(each["changed"] for each in found["best"].values())


def test_leading_reasons_and_first_failures_are_counted_over_worlds(stated, fewer):
    found = difference(stated, fewer)
    for each in found["first_failures"]:
        for key, run in (("a", stated), ("b", fewer)):
            margins = np.stack(
                [run.verdict.margin(t, each["rule"], each["package"]) for t in run.verdict.assessed]
            )
            failing = (margins < 0).any(axis=0)
            counts = np.bincount((margins < 0).argmax(axis=0)[failing], minlength=4)
            assert each[key] == run.verdict.assessed[counts.argmax()]
        assert each["changed"] == (each["a"] != each["b"])
    finding = one(found, "pact", "acceptable", "everyone")
    assert finding["reason"] == {"a": "actor:SOUTH", "b": "actor:SOUTH", "changed": False}
    assert one(found, "pact", "joint", "everyone")["reason"]["a"] is None


def test_the_best_agreement_is_told_for_each_rule(stated):
    dear = assumed(
        "positions.SOUTH.walk_away=0", "positions.NORTH.values.fees.weight=300",
        "positions.GUARD.walk_away=0",
    )  # fmt: skip
    found = difference(stated, dear)
    for rule, best in found["best"].items():
        assert best["a"] == best_agreement(stated, rule)
        assert best["b"] == best_agreement(dear, rule)
        assert best["changed"] == (best["a"] != best["b"])


@pytest.mark.parametrize(
    ("asked", "why"),
    [({"seed": 2}, "the seeds are 1 and 2"), ({"worlds": 512}, "2,048 worlds were drawn")],
)
def test_worlds_of_other_seeds_or_numbers_do_not_pair(stated, asked, why):
    other = assumed(**asked)
    found = difference(stated, other)
    assert found["paired"] is False
    assert why in found["unpaired_because"]
    finding = one(found, "pact", "acceptable", "everyone")
    shares = [r.verdict.share("acceptable", "everyone", "pact") for r in (stated, other)]
    assert finding["difference"] == shares[1].value - shares[0].value
    assert finding["se"] == pytest.approx(np.hypot(*(s.standard_error for s in shares)))


def test_weights_that_differ_still_pair(stated):
    other = replace(
        stated, verdict=stated.verdict.reweight(np.arange(1, 2049)),
    )  # fmt: skip
    found = difference(stated, other)
    assert found["paired"] is True
    finding = one(found, "pact", "acceptable", "everyone")
    passes = stated.verdict.passes("acceptable", "everyone", "pact")
    weights = np.arange(1, 2049)
    expected = (passes * weights).sum() / weights.sum() - passes.mean()
    assert finding["difference"] == pytest.approx(expected, abs=1e-14)
    assert 0 < finding["se"] < 0.02


def test_what_one_side_has_alone_is_listed(stated, tmp_path):
    case = altered(
        tmp_path,
        ("  without-south: {all: [NORTH, GUARD]}", "  guard-alone: {all: [GUARD]}"),
        ("  dear-pact: {title: The pact with fees kept", "  kept: {title: Fees kept"),
    )
    other = assumed(source=case)
    found = difference(stated, other)
    assert found["packages"] == {
        "both": ["pact", "status-quo"], "only_a": ["dear-pact"], "only_b": ["kept"],
    }  # fmt: skip
    assert found["rules"]["only_a"] == ["without-south"]
    assert found["rules"]["only_b"] == ["guard-alone"]
    assert {f["rule"] for f in found["findings"]} == {"everyone", None}
    with pytest.raises(UsageError, match="no consent rule 'guard-alone' in both"):
        difference(stated, other, "guard-alone")


def test_rules_without_a_common_name_are_refused(stated, tmp_path):
    case = altered(
        tmp_path, ("  default: everyone\n  everyone:", "  default: all\n  all:"),
        ("  without-south:", "  some:"),
    )  # fmt: skip
    with pytest.raises(UsageError, match="no consent rule in common"):
        difference(stated, assumed(source=case))


def test_joint_is_left_out_where_it_covers_other_tests(stated, tmp_path):
    case = altered(tmp_path)
    file = case / "case.yaml"
    text = file.read_text(encoding="utf-8")
    start, end = text.index("\ndeterrence:"), text.index("\nconflicts:")
    file.write_text(text[:start] + text[end:], encoding="utf-8")
    found = difference(stated, assumed(source=case))
    assert "credible" in found["tests"]["only_a"]
    assert "joint" not in {f["test"] for f in found["findings"]}
    assert {f["test"] for f in found["findings"]} == set(found["tests"]["both"])
