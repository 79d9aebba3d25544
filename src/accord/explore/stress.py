"""A package under stress: when it works, why it fails, what matters, what knowing is worth.

Everything comes from the worlds of a run that was made, nothing is drawn anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from accord._errors import UsageError
from accord.explore.parameter_value import Worths, worths
from accord.explore.robust_packages import (
    LargestRegret,
    Standing,
    WorstRule,
    largest_regrets,
    package_metrics,
    standings,
    worst_rules,
)
from accord.explore.scenario_words import Doing, sentences
from accord.explore.scenarios import Scenario, Scenarios, when_it_works, why_it_fails
from accord.explore.sensitivity import Influences, influences, uncertain
from accord.run.run import Run
from accord.theory.estimates import Estimate
from accord.theory.robustness import Metric

__all__ = ["STEPS", "Stress", "stress"]

STEPS = {
    "when it works": 0.12,
    "why it fails": 0.6,
    "which inputs matter": 0.08,
    "what knowing them is worth": 0.2,
}
"""What part of the time each step takes."""


@dataclass(frozen=True, eq=False)
class Stress:
    """What was found about a package.

    Attributes
    ----------
    package, rule : str
    works : Scenarios
    fails : tuple of Scenarios
        At all, in each test, and for the main reasons.
    influences : Influences
    worths : Worths
        Of the run's packages as a shortlist; where there are more than 50, of the leading ones.
    metrics : tuple of Metric
        Over the joint bits of the run's packages, in their order.
    packages : tuple of str
    regrets : tuple of LargestRegret
    standings : tuple of Standing
    worst : tuple of WorstRule
    """

    package: str
    rule: str
    works: Scenarios
    fails: tuple[Scenarios, ...]
    influences: Influences
    worths: Worths
    metrics: tuple[Metric, ...]
    packages: tuple[str, ...]
    regrets: tuple[LargestRegret, ...]
    standings: tuple[Standing, ...]
    worst: tuple[WorstRule, ...]

    def as_json(self, doing: Doing | None = None) -> dict[str, Any]:
        """The stable shape in ``accord stress --json``.

        Parameters
        ----------
        doing : function of a Target, optional
            Puts into words what the package does; reasons by their codes where there is none.
        """
        return {
            "schema": 1,
            "package": self.package,
            "rule": self.rule,
            "works": _scenarios_json(self.works, doing),
            "fails": [_scenarios_json(each, doing) for each in self.fails],
            "influences": self.influences.as_json(),
            "worth_of_knowing": self.worths.as_json(),
            "robustness": [
                {
                    "name": metric.name, "formula": metric.formula, "direction": metric.direction,
                    "values": dict(zip(self.packages, metric.values.tolist(), strict=True)),
                    "ranks": dict(zip(self.packages, metric.ranks.tolist(), strict=True)),
                }
                for metric in self.metrics
            ],
            "regrets": [asdict(each) for each in self.regrets],
            "pareto": [each.package for each in self.standings if each.non_dominated],
            "maximin_over_rules": [
                {"package": each.package, "rule": each.rule, "share": each.share.value}
                for each in self.worst
            ],
        }  # fmt: skip


def stress(
    run: Run, package: str | None = None, consent: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> Stress:  # fmt: skip
    """Put a package under stress in the worlds of a run.

    Parameters
    ----------
    package : str, optional
        The run's first by default.
    consent : str, optional
        The run's leading rule by default.
    progress : function of a str, optional
        Told each step, see ``STEPS``.

    Raises
    ------
    UsageError
        If the run has no such package or rule, or no test was put to its case.
    """
    name, rule = package or run.packages[0], consent or run.rule
    for what, found, known in (("package", name, run.verdict.packages), ("rule", rule, run.rules)):
        if found not in known:
            raise UsageError(f"found the {what} {found}, wanted one of {', '.join(known)}")
    if not run.verdict.assessed:
        raise UsageError("no test was put to this case")
    tell = progress or (lambda _: None)
    paths = uncertain(run, run.inputs)[0]
    tell("when it works")
    works = when_it_works(run, name, rule, paths)
    tell("why it fails")
    fails = why_it_fails(run, name, rule, paths)
    tell("which inputs matter")
    matter = influences(run, name, rule)
    tell("what knowing them is worth")
    worth = worths(run, rule)
    return Stress(
        name, rule, works, fails, matter, worth, package_metrics(run, rule), run.packages,
        largest_regrets(run, rule), standings(run, rule), worst_rules(run),
    )  # fmt: skip


def _scenarios_json(found: Scenarios, doing: Doing | None) -> dict[str, Any]:
    return {
        "kind": found.target.kind,
        "test": found.target.test,
        "reason": found.target.reason,
        "finding": found.finding,
        "share": _share(found.share),
        "inputs": found.inputs,
        "sentences": list(sentences(found, doing=doing)),
        "box": None if found.box is None else _scenario_json(found.box),
        "leaves": [_scenario_json(leaf) for leaf in found.leaves],
    }


def _scenario_json(one: Scenario) -> dict[str, Any]:
    return {
        "method": one.method,
        "restrictions": [
            {
                "path": each.path, "lower": each.lower, "upper": each.upper,
                "quasi_p": list(each.quasi_p), "found_again": each.found_again,
            }
            for each in one.restrictions
        ],
        "density": _share(one.density),
        "mass": _share(one.mass),
        "coverage": _share(one.coverage),
        "worlds": one.worlds,
    }  # fmt: skip


def _share(estimate: Estimate) -> dict[str, float | None]:
    return {
        "share": estimate.value, "se": estimate.standard_error, "bound": estimate.bound,
        "blocks": estimate.blocks, "effective_worlds": estimate.effective_worlds,
    }  # fmt: skip
