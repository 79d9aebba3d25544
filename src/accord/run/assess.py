"""Put packages to all four tests. The only place that calls every criterion."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord._errors import UsageError
from accord.case.case import Case
from accord.criteria.beside import rejecting_participants
from accord.criteria.setting import Setting, TestResult, rule_names
from accord.criteria.table import CRITERIA
from accord.run.halves import assessed, skipped_tests
from accord.run.run import SCHEMA, Run, variant_name
from accord.verdict.verdict import Row, Verdict, signed32
from accord.worlds.weights import Weights, journal_weights
from accord.worlds.worlds import Lines, Worlds, draw

__all__ = ["assess", "assess_briefly", "verdict_from", "verdict_of"]

Progress = Callable[[str], None]


def assess(
    case: Case,
    packages: Sequence[str] = (),
    *,
    worlds: int = 2048,
    seed: int = 1,
    lines: Lines = "stated",
    consent: str | None = None,
    progress: Progress | None = None,
) -> Run:
    """Assess named packages of a case, and the variants of its what-if.

    Parameters
    ----------
    packages : sequence of str
        Names; all packages of the case when empty.
    worlds : int
        Rounded up to whole blocks of 256; more are drawn where events have made the weights of
        these worlds too unequal.
    consent : str, optional
        The consent rule that leads; all are assessed.

    Raises
    ------
    UsageError
        For a package, rule or number of worlds that does not fit.
    """
    names, rule = _asked_for(case, packages, worlds, seed), _leading_rule(case, consent)
    tell = progress or (lambda _: None)
    variants = _variants(case, names)
    drawn, weights = journal_weights(case, draw(case, worlds, seed, lines))
    chosen: dict[str, Mapping[str, str]] = {name: case.chosen(name) for name in names}
    for name, (base, provision, level) in variants.items():
        chosen[name] = {**case.chosen(base), provision: level}
    setting = Setting(case, drawn, chosen, weights.unequal, frozenset(variants))
    found, others = assessed(setting, names, tell)
    verdict, details = verdict_from(setting, weights.weights, found)
    details |= others
    details["run"] = {"schema": 1, "rejecting": rejecting_participants(setting, verdict)}
    manifest = _manifest(case, drawn, rule, verdict) | _sampled(names, worlds, weights)
    return Run(case, verdict, details, _inputs(drawn), tuple(names), variants, manifest)


def assess_briefly(
    case: Case,
    packages: Sequence[str] = (),
    *,
    worlds: int = 2048,
    seed: int = 1,
    lines: Lines = "stated",
    consent: str | None = None,
    progress: Progress | None = None,
) -> Run:
    """As :func:`assess`, with verdict and manifest alone: no details, variants or inputs.

    Raises
    ------
    UsageError
        For a package, rule or number of worlds that does not fit.
    """
    names, rule = _asked_for(case, packages, worlds, seed), _leading_rule(case, consent)
    drawn, weights = journal_weights(case, draw(case, worlds, seed, lines))
    chosen = {name: case.chosen(name) for name in names}
    setting = Setting(case, drawn, chosen, None, frozenset(names))
    verdict, _ = verdict_of(setting, weights.weights, progress or (lambda _: None))
    manifest = _manifest(case, drawn, rule, verdict) | _sampled(names, worlds, weights)
    return Run(case, verdict, {}, {}, names, {}, manifest)


def verdict_of(
    setting: Setting, weights: NDArray[np.int64], progress: Progress
) -> tuple[Verdict, dict[str, Any]]:
    """The verdict of every assessed test on a setting, and the details by test and package."""
    return verdict_from(setting, weights, assessed(setting, (), progress)[0])


def verdict_from(
    setting: Setting, weights: NDArray[np.int64], found: Mapping[str, TestResult]
) -> tuple[Verdict, dict[str, Any]]:
    """One verdict from the results of tests, and the details by test and package."""
    case = setting.case
    skipped = skipped_tests(case)
    rows: list[Row] = []
    names: list[str] = []
    margins, reasons = [], []
    details: dict[str, Any] = {}
    for name, result in found.items():
        details[name] = dict(result.details)
        rows += [Row(name, rule) for rule in result.rules]
        margins.append(signed32(result.margins))
        reasons.append(_renumbered(result, names))
    shape = (0, len(setting.packages), setting.worlds.count)
    verdict = Verdict(
        tuple(criterion.name for criterion in CRITERIA),
        skipped,
        rule_names(case),
        tuple(rows),
        tuple(setting.packages),
        np.concatenate(margins) if margins else np.zeros(shape, dtype=np.float32),
        np.concatenate(reasons) if reasons else np.zeros(shape, dtype=np.int16),
        tuple(names),
        weights,
    )
    return verdict, details


def _renumbered(result: TestResult, names: list[str]) -> NDArray[np.int16]:
    """Reasons by the verdict's common names, to which new ones are added."""
    for name in result.names:
        if name not in names:
            names.append(name)
    index = np.array([*(names.index(name) for name in result.names), -1], dtype=np.int16)
    return np.asarray(index[result.reasons])


def _asked_for(case: Case, packages: Sequence[str], worlds: int, seed: int) -> tuple[str, ...]:
    if seed < 0:
        raise UsageError(f"found --seed {seed}, wanted a whole number from 0")
    if worlds < 1:
        raise UsageError(f"found --worlds {worlds}, wanted at least 1 (256 make a block)")
    known = tuple(case.file.packages)
    for name in packages:
        if name not in known:
            raise UsageError(f"no package {name!r} in the case; there are {', '.join(known)}")
    return tuple(dict.fromkeys(packages)) or known


def _leading_rule(case: Case, consent: str | None) -> str:
    rules = rule_names(case)
    if consent is None:
        return case.file.consent.default if case.file.consent else rules[0]
    if consent not in rules:
        raise UsageError(f"no consent rule {consent!r} in the case; there are {', '.join(rules)}")
    return consent


def _variants(case: Case, names: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """Every other level of each what-if provision in the first package asked for."""
    base = names[0]
    provisions = case.file.what_if or tuple(case.file.provisions)[:1]
    own = case.chosen(base)
    return {
        variant_name(base, provision, level): (base, provision, level)
        for provision in provisions
        for level in case.file.provisions[provision].levels
        if level != own[provision]
    }


def _inputs(worlds: Worlds) -> dict[str, NDArray[np.float64]]:
    inputs = {number.path: worlds.value(number) for number in worlds.inputs()}
    for name, fell in worlds.shocks().items():
        inputs[f"shocks.{name}"] = fell.astype(np.float64)
    # as a run's folder keeps them, so that a run and its folder tell the same
    return {path: values.astype(np.float32).astype(np.float64) for path, values in inputs.items()}


def _sampled(names: Sequence[str], worlds: int, weights: Weights) -> dict[str, Any]:
    return {
        "packages": list(names),
        "worlds_asked": worlds,
        "effective_worlds": weights.effective,
        "weight_warning": weights.warning,
    }


def _manifest(case: Case, worlds: Worlds, rule: str, verdict: Verdict) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "case": case.name,
        "digest": case.digest,
        "as_of": case.as_of.isoformat(),
        "lines": worlds.lines,
        "consent": rule,
        "assumptions": list(case.assumptions),
        "seed": worlds.seed,
        "worlds": worlds.count,
        "methods": {c.name: c.method for c in CRITERIA if c.name not in verdict.not_assessed},
        "versions": {
            "accord": version("accord"),
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
    }
