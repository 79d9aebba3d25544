"""How far two runs lie apart: shares of the packages that both know, and why they fail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord._errors import UsageError
from accord.run.agreements import best_agreement
from accord.run.run import Run
from accord.theory.estimates import Estimate
from accord.theory.paired import independent_difference, paired_difference
from accord.verdict.verdict import Row

__all__ = ["POINT", "difference"]

BEYOND_CHANCE = 1.645
"""Standard errors beyond which a difference is more than sampling (two-sided 90%)."""

POINT = 0.01
"""A difference of shares below a point is none that anybody would act on."""

JOINT = "joint"


def difference(a: Run, b: Run, consent: str | None = None) -> dict[str, Any]:
    """The findings of two runs side by side, and the difference of each: b less a.

    Worlds pair where both runs drew as many from the same seed: an input that both cases have is
    then the same in each world. Weights may differ.

    Parameters
    ----------
    a, b : Run
        Verdict and manifest are enough; other details are not read.
    consent : str, optional
        The rule that leads; by default b's, or the first that both have.

    Returns
    -------
    dict
        JSON-ready. ``consent``; ``rules``, ``tests``, ``packages``: each ``both``, ``only_a``,
        ``only_b`` (tests: those assessed); ``paired`` and ``unpaired_because``;
        ``findings``: a list of ``package``, ``rule`` (None for a test that asks nobody's consent),
        ``test`` (or ``joint``, where it covers the same tests on both sides), ``a`` and ``b``
        (``share``, ``se``), ``difference``, ``se``, ``beyond_chance`` (more than 1.645 standard
        errors and more than a point), ``reason``: the leading reason among failing worlds in ``a``
        and ``b``, None where none fails, and ``changed`` (of two that stand);
        ``first_failures``: a list of ``package``, ``rule``, and the test that is the first to fail
        most often in ``a`` and ``b`` (None where none fails), ``changed``;
        ``best``: by rule, the best agreement in ``a`` and ``b``, ``changed``.

    Raises
    ------
    UsageError
        If the runs have no consent rule in common, or not the one asked for.
    """
    rules = _sides(a.rules, b.rules)
    leading = _leading(a, b, rules["both"], consent)
    ordered = [leading, *(rule for rule in rules["both"] if rule != leading)]
    packages = _sides(a.packages, b.packages)
    tests = _sides(a.verdict.assessed, b.verdict.assessed)
    told = [*tests["both"]]
    if tests["both"] and not tests["only_a"] and not tests["only_b"]:
        told.append(JOINT)
    why = _unpaired(a, b)
    return {
        "consent": leading,
        "rules": {**rules, "both": ordered},
        "tests": tests,
        "packages": packages,
        "paired": not why,
        "unpaired_because": why,
        "findings": [
            _finding(a, b, package, rule, test)
            for package in packages["both"]
            for rule in ordered
            for test in told
            if rule == leading or test == JOINT or _asks_consent(a, b, test)
        ],
        "first_failures": [
            _first_failures(a, b, package, rule)
            for package in packages["both"]
            for rule in ordered
            if tests["both"]
        ],
        "best": {rule: _best(a, b, rule) for rule in ordered if told},
    }


def _sides(a: Sequence[str], b: Sequence[str]) -> dict[str, list[str]]:
    return {
        "both": [name for name in b if name in a],
        "only_a": [name for name in a if name not in b],
        "only_b": [name for name in b if name not in a],
    }


def _leading(a: Run, b: Run, both: Sequence[str], consent: str | None) -> str:
    if not both:
        raise UsageError(
            f"no consent rule in common: a has {', '.join(a.rules)}; b has {', '.join(b.rules)}"
        )
    if consent is None:
        return next(rule for rule in (b.rule, a.rule, both[0]) if rule in both)
    if consent not in both:
        raise UsageError(f"no consent rule {consent!r} in both; there are {', '.join(both)}")
    return consent


def _unpaired(a: Run, b: Run) -> str:
    """Why the worlds of two runs cannot be paired; empty where they can."""
    if a.manifest["seed"] != b.manifest["seed"]:
        return f"the seeds are {a.manifest['seed']} and {b.manifest['seed']}"
    if a.worlds != b.worlds:
        return f"{a.worlds:,} worlds were drawn for one and {b.worlds:,} for the other"
    return ""


def _asks_consent(a: Run, b: Run, test: str) -> bool:
    return not all(Row(test, None) in run.verdict.rows for run in (a, b))


def _passes(run: Run, test: str, rule: str, package: str) -> NDArray[np.bool_]:
    verdict = run.verdict
    return verdict.joint(rule, package) if test == JOINT else verdict.passes(test, rule, package)


def _finding(a: Run, b: Run, package: str, rule: str, test: str) -> dict[str, Any]:
    shares = [run.verdict.share(test, rule, package) for run in (a, b)]
    if _unpaired(a, b):
        apart = independent_difference(*shares)
    else:
        apart = paired_difference(
            _passes(a, test, rule, package), _passes(b, test, rule, package),
            a.verdict.weights, b.verdict.weights,
        )  # fmt: skip
    reasons = [_reason(run, test, rule, package) for run in (a, b)]
    size = abs(apart.value)
    return {
        "package": package,
        "rule": rule if test == JOINT or _asks_consent(a, b, test) else None,
        "test": test,
        "a": _share(shares[0]),
        "b": _share(shares[1]),
        "difference": apart.value,
        "se": apart.standard_error,
        "beyond_chance": size > POINT and size > BEYOND_CHANCE * apart.standard_error,
        "reason": _pair(*reasons, both_stand=True),
    }


def _share(found: Estimate) -> dict[str, float]:
    return {"share": found.value, "se": found.standard_error}


def _pair(first: str | None, second: str | None, *, both_stand: bool = False) -> dict[str, Any]:
    changed = first != second and not (both_stand and None in {first, second})
    return {"a": first, "b": second, "changed": changed}


def _reason(run: Run, test: str, rule: str, package: str) -> str | None:
    if test == JOINT:
        return None
    counted = run.verdict.reason_counts(test, rule, package)
    return counted[0][0] if counted else None


def _first_failures(a: Run, b: Run, package: str, rule: str) -> dict[str, Any]:
    found = [_first_failure(run, rule, package) for run in (a, b)]
    return {"package": package, "rule": rule, **_pair(*found, both_stand=True)}


def _first_failure(run: Run, rule: str, package: str) -> str | None:
    """The test that is the first to fail in most worlds; None where none fails."""
    shares = {
        test: run.verdict.estimate(where).value
        for test, where in run.verdict.first_failure(rule, package).items()
    }
    most = max(shares, key=lambda test: shares[test])
    return most if shares[most] > 0 else None


def _best(a: Run, b: Run, rule: str) -> dict[str, Any]:
    return _pair(*(best_agreement(run, rule) for run in (a, b)))
