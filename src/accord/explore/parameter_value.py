"""What knowing an input would be worth to whoever proposes a package."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from accord._errors import UsageError
from accord.explore.sensitivity import uncertain
from accord.run.run import Run
from accord.theory.information import clairvoyance
from accord.theory.parameter_value import LARGEST_GROUP, ParameterValue, parameter_value
from accord.theory.weighing import FEWEST_WORLDS

__all__ = ["MOST_PROPOSALS", "Worth", "Worths", "worths"]

MOST_PROPOSALS = 50
"""Packages on the shortlist of whoever proposes."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What knowing one input, or a few together, is worth.

    Attributes
    ----------
    paths : tuple of str
    told : ParameterValue
        In chances of holding.
    """

    paths: tuple[str, ...]
    told: ParameterValue


@dataclass(frozen=True, slots=True)
class Worths:
    """What knowing each input is worth to whoever proposes one package of a shortlist, or none.

    Attributes
    ----------
    consent : str
    packages : tuple of str
        The shortlist, which alone was compared.
    now : str or None
        What is best to propose with what is known; None where nothing is.
    share : float
        In which share of the worlds that passes every assessed test.
    clairvoyance : float
        What knowing everything, luck too, would add to that share: no inquiry is worth more.
    worlds : int
    effective_worlds : float or None
        Equally likely worlds that inform as much; None where nothing was estimated.
    inputs : tuple of Worth
        By what they are worth, those told apart from nothing before the others.
    left_out : tuple of str
        Inputs that are the same in every world that weighs something.
    packages_total : int
        Packages of which the shortlist was made.
    why : str or None
        Why nothing was estimated.
    """

    consent: str
    packages: tuple[str, ...]
    now: str | None
    share: float
    clairvoyance: float
    worlds: int
    effective_worlds: float | None
    inputs: tuple[Worth, ...]
    left_out: tuple[str, ...]
    packages_total: int
    why: str | None = None

    def as_json(self) -> dict[str, Any]:
        """A stable shape, for ``--json``."""
        return {
            **asdict(self),
            "packages": list(self.packages),
            "inputs": [{"paths": list(one.paths), **asdict(one.told)} for one in self.inputs],
            "left_out": list(self.left_out),
        }


def worths(
    run: Run, consent: str | None = None, packages: Sequence[str] | None = None,
    paths: Iterable[str] | None = None, together: Sequence[Sequence[str]] = (),
    seed: int | None = None,
) -> Worths:  # fmt: skip
    """Expected value of partial perfect information of the inputs of a run.

    A proposal is worth 1 in a world in which it passes every assessed test, and 0 elsewhere, as no
    proposal is. Luck is no input.

    Parameters
    ----------
    run : Run
    consent : str, optional
        The consent rule; the run's leading one by default.
    packages : sequence of str, optional
        The shortlist, at most 50; by default the run's packages, and where these are more, the 50
        that pass in the most worlds, of equals the first.
    paths : iterable of str, optional
        Single inputs; all by default.
    together : sequence of sequences of str
        Two or three inputs each that would be known together.
    seed : int, optional
        Of drawing and permuting; the run's by default.

    Raises
    ------
    UsageError
        If a package, the rule or an input is unknown, or there are too many packages or inputs
        in a group.
    """
    rule, shortlist, total = _decision(run, consent, packages)
    used, left_out = uncertain(run, run.inputs if paths is None else paths)
    groups: list[tuple[str, ...]] = [(path,) for path in used]
    for group in together:
        known, same = uncertain(run, group)
        if not 2 <= len(set(group)) <= LARGEST_GROUP:
            raise UsageError(
                f"found {len(set(group))} inputs to be known together, wanted two to "
                f"{LARGEST_GROUP}"
            )
        left_out = tuple(dict.fromkeys((*left_out, *same)))
        if known and known not in groups:
            groups.append(known)
    utility = np.stack([run.verdict.joint(rule, one) for one in shortlist]).astype(np.float64)
    why = _why_nothing(run, utility, groups)
    if why is not None:
        share = np.average(utility, axis=1, weights=run.verdict.weights)
        best = int(share.argmax())
        now = shortlist[best] if share[best] > 0 else None
        return Worths(
            rule, shortlist, now, float(share[best]), clairvoyance(utility, run.verdict.weights),
            run.worlds, None, (), left_out, total, why,
        )  # fmt: skip
    found = parameter_value(
        [np.stack([run.inputs[path] for path in group]) for group in groups],
        utility, run.verdict.weights,
        seed=int(run.manifest["seed"]) if seed is None else seed,
    )  # fmt: skip
    rows = [Worth(*row) for row in zip(groups, found.values, strict=True)]
    rows.sort(key=lambda one: (not one.told.told_apart, -one.told.value, one.paths))
    now = None if found.now is None else shortlist[found.now]
    return Worths(
        rule, shortlist, now, found.worth, found.clairvoyance, run.worlds, found.effective_worlds,
        tuple(rows), left_out, total,
    )  # fmt: skip


def _decision(
    run: Run, consent: str | None, packages: Sequence[str] | None
) -> tuple[str, tuple[str, ...], int]:
    """The rule, the shortlist, and of how many packages that is."""
    rule = consent or run.rule
    if rule not in run.rules:
        raise UsageError(f"no consent rule {rule!r} in the run; there are {', '.join(run.rules)}")
    names = tuple(dict.fromkeys(run.packages if packages is None else packages))
    shortlist = _leading(run, rule, names) if packages is None else names
    if not 1 <= len(shortlist) <= MOST_PROPOSALS:
        raise UsageError(f"found {len(shortlist)} packages, wanted 1 to {MOST_PROPOSALS}")
    unknown = [name for name in shortlist if name not in run.verdict.packages]
    if unknown:
        known = ", ".join(run.packages)
        raise UsageError(f"no package {unknown[0]!r} in the run; there are {known}")
    return rule, shortlist, len(names)


def _leading(run: Run, rule: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The packages that pass in the most worlds, as many as a shortlist takes, in their order."""
    if len(names) <= MOST_PROPOSALS:
        return names
    passes = {name: int(run.verdict.weights[run.verdict.joint(rule, name)].sum()) for name in names}
    best = set(sorted(names, key=lambda name: -passes[name])[:MOST_PROPOSALS])
    return tuple(name for name in names if name in best)


def _why_nothing(run: Run, utility: np.ndarray[Any, Any], groups: Sequence[object]) -> str | None:
    """Why there is nothing to estimate, if there is not."""
    if not run.verdict.assessed:
        return "no test was assessed"
    here = utility[:, run.verdict.weights > 0]
    if not here.any():
        return "no package of the shortlist passes in any world, so nothing is worth knowing for it"
    if here.all(axis=1).any():
        return "one package passes in every world, so nothing is worth knowing for the choice"
    if not groups:
        return "no input varies between the worlds"
    if here.shape[1] < FEWEST_WORLDS:
        return f"too few worlds weigh anything: {here.shape[1]}, wanted {FEWEST_WORLDS} or more"
    return None
