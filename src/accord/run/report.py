"""The stable shapes that assess and compare print."""

from __future__ import annotations

from typing import Any

import numpy as np

from accord._errors import UsageError
from accord.run.run import Run
from accord.theory.estimates import Estimate

__all__ = ["assess_report", "compare_report"]


def _share(estimate: Estimate) -> dict[str, Any]:
    return {"share": estimate.value, "se": estimate.standard_error}


def assess_report(run: Run, place: str) -> dict[str, Any]:
    """What ``assess --json`` prints."""
    return {
        "run": place,
        "case": run.manifest["case"],
        "digest": run.manifest["digest"],
        "as_of": run.manifest["as_of"],
        "lines": run.manifest["lines"],
        "worlds": run.worlds,
        "seed": run.manifest["seed"],
        "consent": run.rule,
        "assumptions": run.manifest["assumptions"],
        "packages": {
            package: {rule: _package(run, package, rule) for rule in run.rules}
            for package in run.packages
        },
    }


def _package(run: Run, package: str, rule: str) -> dict[str, Any]:
    verdict = run.verdict
    result: dict[str, Any] = {}
    for test in verdict.tests:
        if test in verdict.not_assessed:
            result[test] = {"share": None, "se": None, "why": verdict.not_assessed[test]}
        elif test == "deliverable":
            result[test] = _deliverable(run, package)
        else:
            result[test] = _share(verdict.share(test, rule, package))
    result["joint"] = _share(verdict.share("joint", rule, package)) | {"tests": verdict.joint_label}
    result["first_failure"] = {
        test: verdict.estimate(where).value
        for test, where in verdict.first_failure(rule, package).items()
    }
    result["reasons"] = [
        {"test": test, "name": name, "share": verdict.estimate(where).value}
        for test in verdict.assessed
        for name, where in verdict.reason_counts(test, rule, package)
    ]
    return result


def _deliverable(run: Run, package: str) -> dict[str, Any]:
    """The mixed share leads; waits and goes stand beside it."""
    verdict, detail = run.verdict, run.details["deliverable"][package]
    mixed = _share(verdict.share("deliverable", verdict.rules[0], package))
    return {
        **mixed,
        "waits": detail["waits"],
        "goes": detail["goes"],
        "mixed": mixed,
    }


def compare_report(run: Run, a: str, b: str, consent: str | None = None) -> dict[str, Any]:
    """What ``compare --json`` prints: paired differences in the same worlds.

    Raises
    ------
    UsageError
        For a package or rule that the run does not have.
    """
    rule = consent or run.rule
    if rule not in run.rules:
        raise UsageError(f"no consent rule {rule!r} in the run; there are {', '.join(run.rules)}")
    if a == b:
        raise UsageError(f"found {a} twice, wanted two packages")
    for name in (a, b):
        if name not in run.verdict.packages:
            known = ", ".join(run.packages)
            raise UsageError(f"no package {name!r} in the run; there are {known}")
    first, second = run.chosen(a), run.chosen(b)
    differ = {
        provision: [first[provision], second[provision]]
        for provision in first
        if first[provision] != second[provision]
    }
    tests = {test: _paired(run, test, rule, a, b) for test in (*run.verdict.tests, "joint")}
    return {"a": a, "b": b, "rule": rule, "levels_that_differ": differ, "tests": tests}


def _paired(run: Run, test: str, rule: str, a: str, b: str) -> dict[str, Any]:
    verdict = run.verdict
    if test in verdict.not_assessed:
        return dict.fromkeys(("a", "b", "difference", "se", "only_a", "only_b")) | {
            "why": verdict.not_assessed[test]
        }
    if test == "joint":
        here, there = verdict.joint(rule, a), verdict.joint(rule, b)
    else:
        here, there = verdict.passes(test, rule, a), verdict.passes(test, rule, b)
    difference = verdict.mean(here.astype(np.float64) - there)
    return {
        "a": verdict.estimate(here).value,
        "b": verdict.estimate(there).value,
        "difference": difference.value,
        "se": difference.standard_error,
        "only_a": verdict.estimate(here & ~there).value,
        "only_b": verdict.estimate(there & ~here).value,
    }
