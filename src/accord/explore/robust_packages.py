"""How robust the packages of a run are: over worlds, over tests and over rules of consent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.run.run import Run
from accord.theory.estimates import Estimate
from accord.theory.pareto import non_dominated
from accord.theory.robustness import NOBODY, Metric, minimax_regret, robustness

__all__ = [
    "LargestRegret", "Standing", "WorstRule", "largest_regrets", "package_metrics", "standings",
    "worst_rules",
]  # fmt: skip

JOINT = "joint"


@dataclass(frozen=True)
class LargestRegret:
    """What a package gives up at most.

    Attributes
    ----------
    package : str
    regret : float
        In the unit of the margins; of joint bits 1 where another package passes and this does not.
    world : int
        Where it is largest, the first of equals.
    against : str or None
        The package that does best there; None where this one is never behind.
    """

    package: str
    regret: float
    world: int
    against: str | None


@dataclass(frozen=True)
class Standing:
    """A package among others over several tests.

    Attributes
    ----------
    package : str
    shares : mapping of test to Estimate
    non_dominated : bool
        Whether no other package passes every test in at least as many worlds, and one in more.
        It is about the sampled worlds, errors not counted.
    """

    package: str
    shares: dict[str, Estimate]
    non_dominated: bool


@dataclass(frozen=True)
class WorstRule:
    """A package under the rule of consent that is worst for it.

    Attributes
    ----------
    package, rule : str
        Of equally bad rules the first of the case.
    share : Estimate
        Share of worlds in which it passes all tests under that rule.
    """

    package: str
    rule: str
    share: Estimate


def package_metrics(
    run: Run, rule: str, test: str = JOINT, packages: Sequence[str] | None = None, *,
    optimism: float = 0.5,
) -> tuple[Metric, ...]:  # fmt: skip
    """Robustness metrics of packages over the worlds of a run.

    Parameters
    ----------
    test : str
        One test, whose margins are compared, or ``joint`` for the bits of all.
    packages : sequence of str, optional
        The packages compared, and the order of the values; the run's named ones if left out.
    optimism : float
        Of Hurwicz's rule.

    Raises
    ------
    ModelError
        If the run knows no such package, rule or test.
    """
    return robustness(
        _performance(run, rule, test, _named(run, packages)), run.verdict.weights,
        optimism=optimism,
    )  # fmt: skip


def largest_regrets(
    run: Run, rule: str, test: str = JOINT, packages: Sequence[str] | None = None
) -> tuple[LargestRegret, ...]:
    """The largest regret of each package, and against which other, in the order of the packages.

    Parameters and errors are those of ``package_metrics``.
    """
    names = _named(run, packages)
    found = minimax_regret(_performance(run, rule, test, names), run.verdict.weights)
    return tuple(
        LargestRegret(
            name,
            float(found.largest[i]),
            int(found.worlds[i]),
            None if found.alternatives[i] == NOBODY else names[found.alternatives[i]],
        )
        for i, name in enumerate(names)
    )


def standings(run: Run, rule: str, packages: Sequence[str] | None = None) -> tuple[Standing, ...]:
    """Each package's shares of worlds by test, and whether another one dominates it.

    Raises
    ------
    ModelError
        If the run knows no such package or rule.
    """
    names, tests, weights = _named(run, packages), run.verdict.assessed, run.verdict.weights
    _check_rule(run, rule)
    # whole weights, which tell equal shares exactly
    counts = np.array(
        [[weights[run.verdict.passes(test, rule, name)].sum() for test in tests] for name in names]
    )
    kept = non_dominated(counts)
    return tuple(
        Standing(name, {test: run.verdict.share(test, rule, name) for test in tests}, bool(kept[i]))
        for i, name in enumerate(names)
    )


def worst_rules(run: Run, packages: Sequence[str] | None = None) -> tuple[WorstRule, ...]:
    """Each package under the rule of consent that is worst for it, best package first.

    This is maximin over rules: it asks what holds whoever turns out to have a say.

    Raises
    ------
    ModelError
        If the run knows no such package.
    """
    found = []
    for name in _named(run, packages):
        shares = {rule: run.verdict.share(JOINT, rule, name) for rule in run.rules}
        worst = min(shares, key=lambda rule: shares[rule].value)
        found.append(WorstRule(name, worst, shares[worst]))
    return tuple(sorted(found, key=lambda one: -one.share.value))


def _named(run: Run, packages: Sequence[str] | None) -> tuple[str, ...]:
    names = tuple(run.packages if packages is None else packages)
    if not names:
        raise ModelError("found no packages to compare, wanted at least one")
    return names


def _check_rule(run: Run, rule: str) -> None:
    if rule not in run.rules:
        raise ModelError(f"no rule {rule!r}; there are {', '.join(run.rules)}")


def _performance(
    run: Run, rule: str, test: str, packages: Sequence[str]
) -> NDArray[np.bool_] | NDArray[np.float32]:
    _check_rule(run, rule)
    if test == JOINT:
        return np.stack([run.verdict.joint(rule, name) for name in packages])
    return np.stack([run.verdict.margin(test, rule, name) for name in packages])
