"""What an observable event would tell, what knowing it is worth, and weights after it was seen.

MODELS, sections 7 and 8. A verdict is a chance of passing in each world (0 or 1 where nothing is
left to luck); an indicator is a probability of its event in each world. Given the worlds, all of
it is exact sums over two outcomes, no sampling.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError
from accord.theory.estimates import effective_sample_size

__all__ = [
    "HIGHEST_WEIGHT",
    "Indication",
    "Reweighting",
    "SampleValue",
    "clairvoyance",
    "hazard_density",
    "hazard_survival",
    "indication",
    "resolved",
    "reweight",
    "sample_value",
]

HIGHEST_WEIGHT = 65535
"""Weight of the likeliest world: weights have 16 bit planes."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Indication:
    """What the event of an indicator would change about a verdict.

    Attributes
    ----------
    event : float
        Probability of the event.
    before : float
        Share of the verdict now.
    if_yes, if_no : float or None
        Share once the event has happened, or can happen no more; None where that is impossible.
    gain : float
        Information gain: mutual information of event and verdict, bits (Lindley 1956).
    """

    event: float
    before: float
    if_yes: float | None
    if_no: float | None
    gain: float

    @property
    def swing(self) -> float:
        """Difference of the shares after yes and after no, 0 when one of them is impossible."""
        if self.if_yes is None or self.if_no is None:
            return 0.0
        return self.if_yes - self.if_no


@dataclass(frozen=True, slots=True)
class SampleValue:
    """Expected value of seeing an event before choosing what to propose.

    Attributes
    ----------
    now, if_yes, if_no : int or None
        Row of the package to propose; None where no proposal is best, or the outcome impossible.
    worth : float
        Expected utility of proposing without waiting.
    gain : float
        What seeing the event adds to it, never negative (Raiffa and Schlaifer 1961).
    """

    now: int | None
    if_yes: int | None
    if_no: int | None
    worth: float
    gain: float


@dataclass(frozen=True, slots=True)
class Reweighting:
    """Weights of the worlds after a record of what happened.

    Attributes
    ----------
    weights : ndarray of int64, shape (W,)
        round(65535·w / max w), half to even.
    effective_worlds : float
        Effective sample size of these weights.
    log_evidence : float
        Natural logarithm of the record's prior probability (for hazards, density).
    """

    weights: npt.NDArray[np.int64]
    effective_worlds: float
    log_evidence: float


def indication(
    verdict: npt.ArrayLike, event: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> Indication:
    """Shares of a verdict if an event happens and if not, and its information gain.

    Event and verdict are independent given the world.

    Parameters
    ----------
    verdict : array_like, shape (W,)
        Chance of passing in each world, 0..1.
    event : array_like, shape (W,)
        P(event | w), 0..1.
    weights : array_like, shape (W,), optional
        Equal if left out.

    Raises
    ------
    ModelError
        If a number lies outside 0..1, shapes differ, or every weight is 0.
    """
    passing = _chances(verdict, "verdict")
    chance = _chances(event, "event")
    weight = _normalised(weights, passing.shape)
    if chance.shape != passing.shape:
        raise ModelError(f"found {chance.size} chances of the event for {passing.size} worlds")
    joint = np.array(
        [[(weight * e * v).sum() for v in (passing, 1.0 - passing)] for e in (chance, 1.0 - chance)]
    )
    either = joint.sum(axis=1)
    shares = [
        float(row[0] / total) if total > 0 else None
        for row, total in zip(joint, either, strict=True)
    ]
    return Indication(
        event=float(either[0] / either.sum()),
        before=float(joint[:, 0].sum() / joint.sum()),
        if_yes=shares[0],
        if_no=shares[1],
        gain=_mutual_information(joint),
    )


def sample_value(
    utility: npt.ArrayLike, event: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> SampleValue:
    """Expected value of sample information about one event, for a shortlist of packages.

    The proposer proposes one package or nothing, which is worth 0; the first of equals is taken,
    and a package only when it is worth more than nothing.

    Parameters
    ----------
    utility : array_like, shape (P, W)
        The proposer's utility of proposing a package in a world.
    event : array_like, shape (W,)
        P(event | w).
    weights : array_like, shape (W,), optional

    Raises
    ------
    ModelError
        If shapes differ, the event's numbers lie outside 0..1, or every weight is 0.
    """
    worth = _utilities(utility)
    chance = _chances(event, "event")
    weight = _normalised(weights, worth.shape[1:])
    if chance.shape != worth.shape[1:]:
        raise ModelError(f"found {chance.size} chances of the event for {worth.shape[1]} worlds")
    # The total is the sum of the two parts, so that it never exceeds what they reach apart.
    parts = [(worth * (weight * e)).sum(axis=1) for e in (chance, 1.0 - chance)]
    now, now_worth = _best(parts[0] + parts[1])
    if_yes, yes_worth = _best(parts[0])
    if_no, no_worth = _best(parts[1])
    gain = max(0.0, yes_worth + no_worth - now_worth)
    return SampleValue(now, if_yes, if_no, now_worth, gain)


def clairvoyance(utility: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Expected value of perfect information: E max - max E over packages and no proposal.

    Includes foresight of luck, so it bounds from above what any inquiry can be worth.

    Parameters
    ----------
    utility : array_like, shape (P, W)
    weights : array_like, shape (W,), optional
    """
    worth = _utilities(utility)
    weight = _normalised(weights, worth.shape[1:])
    foreseen = (weight * np.maximum(worth.max(axis=0, initial=0.0), 0.0)).sum()
    return max(0.0, float(foreseen) - _best((worth * weight).sum(axis=1))[1])


def resolved(event: npt.ArrayLike, *, happened: bool) -> Floats:
    """Likelihood of a resolved indicator in each world: P(yes|w) or P(no|w).

    Parameters
    ----------
    event : array_like, shape (W,)
        P(event | w).
    happened : bool
    """
    chance = _chances(event, "event")
    return chance if happened else 1.0 - chance


def hazard_density(rate: npt.ArrayLike, elapsed: float) -> Floats:
    """Likelihood of an event of constant hazard that happened after a time: r·exp(-r·t).

    Parameters
    ----------
    rate : array_like, shape (W,)
        Hazard per unit of time.
    elapsed : float
        Time from the start to the event, same unit.
    """
    return _rates(rate, elapsed) * hazard_survival(rate, elapsed)


def hazard_survival(rate: npt.ArrayLike, elapsed: float) -> Floats:
    """Likelihood of silence for a time, exp(-r·t): until as-of or the deadline, what came first.

    Parameters
    ----------
    rate : array_like, shape (W,)
        Hazard per unit of time.
    elapsed : float
        Time of silence, same unit.
    """
    return np.asarray(np.exp(-_rates(rate, elapsed) * elapsed))


def reweight(likelihoods: npt.ArrayLike, prior: npt.ArrayLike | None = None) -> Reweighting:
    """Weights from a record: the product of the likelihoods of its entries, as 16-bit integers.

    A pure function of prior and entries; a later entry about the same indicator has to replace the
    earlier one before it gets here.

    Parameters
    ----------
    likelihoods : array_like, shape (E, W)
        One row an entry; densities may exceed 1.
    prior : array_like, shape (W,), optional
        Weights before; equal if left out.

    Raises
    ------
    ModelError
        If a likelihood is negative or not finite, or the product becomes zero in every world; the
        message names the entry, counted from 0.
    """
    rows = np.asarray(likelihoods, dtype=np.float64)
    if rows.ndim != 2 or not rows.shape[1]:
        raise ModelError(f"found likelihoods of shape {rows.shape}, wanted (entries, worlds)")
    product = _normalised(prior, rows.shape[1:])
    product = product / product.max()
    log_scale = float(-np.log(product.sum()))
    for entry, row in enumerate(rows):
        if not (np.isfinite(row).all() and (row >= 0).all()):
            raise ModelError(f"entry {entry}: found a likelihood that is negative or not finite")
        product = product * row
        highest = float(product.max())
        if highest == 0.0:
            raise ModelError(
                f"entry {entry}: what happened is impossible in every world that the entries "
                "before it leave; allow for it in the indicator's probabilities"
            )
        # Only ratios matter; scaling keeps a long record from running out of float range.
        product = product / highest
        log_scale += float(np.log(highest))
    weights = np.rint(HIGHEST_WEIGHT * product).astype(np.int64)
    return Reweighting(
        weights, effective_sample_size(weights), log_scale + float(np.log(product.sum()))
    )


def _mutual_information(joint: Floats) -> float:
    table = joint / joint.sum()
    independent = np.outer(table.sum(axis=1), table.sum(axis=0))
    filled = table > 0
    terms = table[filled] * np.log2(table[filled] / independent[filled])
    return max(0.0, float(terms.sum()))


def _best(worth: Floats) -> tuple[int | None, float]:
    if not worth.size or worth.max() <= 0:
        return None, 0.0
    row = int(np.argmax(worth))
    return row, float(worth[row])


def _normalised(weights: npt.ArrayLike | None, shape: tuple[int, ...]) -> Floats:
    weight = np.ones(shape) if weights is None else np.asarray(weights, dtype=np.float64)
    if weight.shape != shape:
        raise ModelError(f"found weights of shape {weight.shape} for worlds of shape {shape}")
    effective_sample_size(weight)  # refuses what weighs nothing
    return np.asarray(weight / weight.sum())


def _chances(values: npt.ArrayLike, subject: str) -> Floats:
    chances = np.asarray(values, dtype=np.float64)
    if chances.ndim != 1 or not ((chances >= 0) & (chances <= 1)).all():
        raise ModelError(f"{subject}: wanted one probability from 0 to 1 in each world")
    return chances


def _utilities(values: npt.ArrayLike) -> Floats:
    worth = np.asarray(values, dtype=np.float64)
    if worth.ndim != 2 or not np.isfinite(worth).all():
        raise ModelError(
            f"found utilities of shape {worth.shape}, wanted finite (packages, worlds)"
        )
    return worth


def _rates(rate: npt.ArrayLike, elapsed: float) -> Floats:
    rates = np.asarray(rate, dtype=np.float64)
    if not (np.isfinite(rates).all() and (rates >= 0).all() and elapsed >= 0):
        raise ModelError("wanted hazards and a time that are not negative")
    return rates
