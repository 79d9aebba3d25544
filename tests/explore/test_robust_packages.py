"""Robustness of the packages of a run, against the verdict added up by hand."""

import numpy as np
import pytest

from accord._errors import ModelError
from accord.explore.robust_packages import (
    largest_regrets,
    package_metrics,
    standings,
    worst_rules,
)
from accord.run.run import Run
from accord.verdict.verdict import Row, Verdict
from oracles.robustness import metrics

BLOCK = 256


@pytest.fixture(scope="module")
def run():
    """Three packages and a copy of the first, two rules, two tests, weighted worlds."""
    random = np.random.default_rng(3)
    margins = random.integers(-4, 5, (3, 4, BLOCK)).astype(np.float32) / 4
    margins[:, 2] = np.minimum(margins[:, 2], margins[:, 1])  # never ahead of the second
    margins[:, 2, :50] = -1
    margins[1] -= 0.5  # the second rule asks for more
    margins[:, 3] = margins[:, 0]
    verdict = Verdict(
        ("acceptable", "credible"), {}, ("some", "all"),
        (Row("acceptable", "some"), Row("acceptable", "all"), Row("credible")),
        ("a", "b", "c", "d"), margins, np.full(margins.shape, -1, dtype=np.int16), (),
        random.integers(0, 4, BLOCK),
    )  # fmt: skip
    return Run(None, verdict, {}, {}, ("a", "b", "c", "d"), {}, {})


@pytest.mark.parametrize("rule", ["some", "all"])
@pytest.mark.parametrize("test", ["acceptable", "credible", "joint"])
def test_metrics_are_those_of_the_margins_or_of_the_joint_bits(run, rule, test):
    verdict = run.verdict
    table = [
        (
            verdict.joint(rule, name) if test == "joint" else verdict.margin(test, rule, name)
        ).tolist()
        for name in ("c", "a")
    ]
    known = metrics(table, verdict.weights.tolist(), 0.25, 1.0 if test == "joint" else 0.0)
    for one in package_metrics(run, rule, test, ["c", "a"], optimism=0.25):
        assert one.values == pytest.approx(known[one.name], abs=1e-12), one.name
    share = package_metrics(run, rule, test)[-1].values
    assert share == pytest.approx([verdict.share(test, rule, name).value for name in "abcd"])


def test_regret_names_who_would_have_done_better(run):
    margins = run.verdict.margins[2]
    for one in largest_regrets(run, "some", "credible"):
        own = "abcd".index(one.package)
        counted = run.verdict.weights > 0
        behind = (margins.max(axis=0) - margins[own])[counted]
        assert one.regret == behind.max()
        assert margins["abcd".index(one.against), one.world] - margins[own, one.world] == one.regret
        assert run.verdict.weights[one.world] > 0
    alone = largest_regrets(run, "some", "credible", ["b"])[0]
    assert (alone.regret, alone.against) == (0, None)


def test_standing_keeps_ties_and_leaves_out_the_dominated(run):
    found = {one.package: one for one in standings(run, "some")}
    counts = {
        name: [run.verdict.weights[run.verdict.passes(test, "some", name)].sum()
               for test in ("acceptable", "credible")]
        for name in "abcd"
    }  # fmt: skip
    for name, one in found.items():
        better = [
            other for other in "abcd"
            if all(x >= y for x, y in zip(counts[other], counts[name], strict=True))
            and counts[other] != counts[name]
        ]  # fmt: skip
        assert one.non_dominated == (not better)
        assert one.shares == {
            test: run.verdict.share(test, "some", name) for test in ("acceptable", "credible")
        }
    assert found["a"].non_dominated == found["d"].non_dominated
    assert not found["c"].non_dominated


def test_worst_rules_are_told_best_package_first(run):
    found = worst_rules(run)
    shares = [one.share.value for one in found]
    assert shares == sorted(shares, reverse=True)
    for one in found:
        both = {rule: run.verdict.share("joint", rule, one.package) for rule in run.rules}
        assert one.share == both[one.rule]
        assert one.share.value == min(other.value for other in both.values())
    assert {one.rule for one in found} == {"all"}


def test_what_the_run_does_not_know_is_refused(run):
    for ask in (
        lambda: package_metrics(run, "none"),
        lambda: package_metrics(run, "some", "popular"),
        lambda: package_metrics(run, "some", "joint", ["z"]),
        lambda: package_metrics(run, "some", "joint", []),
        lambda: largest_regrets(run, "none"),
        lambda: standings(run, "none"),
        lambda: standings(run, "some", ["z"]),
        lambda: worst_rules(run, ["z"]),
    ):
        with pytest.raises(ModelError, match=r"^(no |found no packages)"):
            ask()
