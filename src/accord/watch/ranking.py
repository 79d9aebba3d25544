"""What to watch: open indicators ranked, milestones by date, deadlines that have passed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from accord._errors import UsageError
from accord.case.case import Case
from accord.run.agreements import best_agreement
from accord.run.run import Run
from accord.theory.information import Indication, clairvoyance, sample_value
from accord.watch.indicators import Watched, rank
from accord.watch.steps import steps
from accord.worlds.weights import last_entries

__all__ = ["MOST_PROPOSALS", "overdue", "ranking"]

MOST_PROPOSALS = 50
"""Packages on the shortlist of whoever proposes."""


def ranking(run: Run, package: str | None = None, consent: str | None = None) -> dict[str, Any]:
    """Which answers would change the picture most, and by when.

    Parameters
    ----------
    run : Run
    package : str, optional
        Whose verdicts the answers are held against; by default the agreement that passes all
        assessed tests most often under the rule, of equals the first by all tests together.
    consent : str, optional
        The consent rule; the run's leading one by default.

    Returns
    -------
    dict
        The shape that ``accord watch --json`` prints. ``worlds``: how many were drawn, and how many
        equally likely ones inform as much (``effective_worlds``). ``indicators``: open questions,
        by information gain about the joint verdict of ``package``, with ``chance`` (that the answer
        is yes), ``joint`` and ``moved``: ``gain`` in bits, ``now``, ``if_yes``, ``if_no`` (shares,
        None where the answer is impossible), of the joint verdict and of the ``test`` that it
        moves most; ``value``: what seeing the answer before proposing one package of the run's
        or none is worth, in chances of holding, with the proposal ``now``, ``if_yes``, ``if_no``.
        ``clairvoyance``: the same if everything were known, an upper bound. ``milestones``:
        ``reached`` or the chances by date. ``overdue``: questions whose deadline has passed
        without a yes or no, and without an entry since that says it is unknown.

    Raises
    ------
    UsageError
        If the package or the rule is unknown, or there are too many packages.

    References
    ----------
    Lindley 1956 (gain); Raiffa and Schlaifer 1961 (value of a sample).
    """
    rule = consent or run.rule
    if rule not in run.rules:
        raise UsageError(f"no consent rule {rule!r} in the run; there are {', '.join(run.rules)}")
    if package is not None and package not in run.packages:
        known = ", ".join(run.packages)
        raise UsageError(f"no package {package!r} in the run; there are {known}")
    if len(run.packages) > MOST_PROPOSALS:
        raise UsageError(f"found {len(run.packages)} packages, wanted at most {MOST_PROPOSALS}")
    about = package or best_agreement(run, rule)
    utility = np.stack([run.verdict.joint(rule, one) for one in run.packages]).astype(np.float64)
    weights = run.verdict.weights.astype(np.float64)
    return {
        "as_of": run.case.as_of.isoformat(),
        "package": about,
        "consent": rule,
        "worlds": run.worlds,
        "effective_worlds": run.manifest["effective_worlds"],
        "weight_warning": run.manifest["weight_warning"],
        "indicators": [
            _told(run, one, utility, weights) for one in rank(run, about, rule)
        ],
        "clairvoyance": clairvoyance(utility, weights) if run.verdict.assessed else 0.0,
        "milestones": [
            {
                "name": step.name,
                "title": step.record.title,
                "reached": None if step.reached is None else step.reached.isoformat(),
                "chances": {day.isoformat(): chance for day, chance in step.chances.items()},
            }
            for step in steps(run)
        ],
        "overdue": overdue(run.case),
    }  # fmt: skip


def overdue(case: Case) -> list[dict[str, Any]]:
    """Questions whose deadline has passed and that nobody has answered, the oldest first."""
    found = []
    last = last_entries(case)
    for name, indicator in case.file.watch.items():
        entry = last.get(name)
        looked = entry is not None and (
            entry.outcome != "unknown" or (entry.known or dt.date.min) >= indicator.deadline
        )
        if indicator.deadline < case.as_of and not looked:
            found.append(
                {"name": name, "question": indicator.question,
                 "deadline": indicator.deadline.isoformat()}
            )  # fmt: skip
    return sorted(found, key=lambda each: (each["deadline"], each["name"]))


def _told(
    run: Run, one: Watched, utility: np.ndarray[Any, Any], weights: np.ndarray[Any, Any]
) -> dict[str, Any]:
    value = sample_value(utility, one.chance, weights)

    def named(row: int | None) -> str | None:
        return None if row is None else run.packages[row]

    return {
        "name": one.name,
        "question": one.record.question,
        "deadline": one.record.deadline.isoformat(),
        "chance": one.joint.event,
        "joint": _indication(one.joint),
        "test": one.test,
        "moved": _indication(one.moved),
        "value": {
            "gain": value.gain, "now": named(value.now), "if_yes": named(value.if_yes),
            "if_no": named(value.if_no),
        },
    }  # fmt: skip


def _indication(found: Indication) -> dict[str, float | None]:
    return {
        "gain": found.gain, "now": found.before, "if_yes": found.if_yes, "if_no": found.if_no,
    }  # fmt: skip
