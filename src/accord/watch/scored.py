"""Scores of forecasts of yes or no, beside what climatology would have scored."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from accord.theory.scoring import (
    BrierParts,
    CalibrationBin,
    brier,
    brier_parts,
    calibration_bins,
    log_score,
    skill,
)

__all__ = ["BINS", "Scored", "scores_of"]

BINS = 10


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of some forecasts; lower is better.

    Attributes
    ----------
    brier, error : float
        Brier score and its standard error, NaN for one forecast.
    parts : BrierParts
        Over ten bins of equal width.
    log : float
        Logarithmic score, nats; infinite where something happened that was called impossible.
    share : float
        Share of the answers that were yes: the forecast of climatology, which knows the answers.
    climate_brier, climate_log : float
        What that share would have scored for every question.
    skill : float or None
        1 - Brier / Brier of climatology; None where all answers were alike.
    bins : tuple of CalibrationBin
    """

    brier: float
    error: float
    parts: BrierParts
    log: float
    share: float
    climate_brier: float
    climate_log: float
    skill: float | None
    bins: tuple[CalibrationBin, ...]

    def as_json(self) -> dict[str, Any]:
        """The stable shape printed by ``--json``."""
        parts = self.parts
        return {
            "brier": {
                "score": self.brier, "se": self.error, "reliability": parts.reliability,
                "resolution": parts.resolution, "uncertainty": parts.uncertainty,
                "within": parts.within, "bins": BINS,
            },
            "log": self.log,
            "climatology": {
                "share": self.share, "brier": self.climate_brier, "log": self.climate_log,
                "skill": self.skill,
            },
            "calibration": [
                {"forecasts": b.forecasts, "stated": b.stated, "observed": b.observed,
                 "low": b.low, "high": b.high}
                for b in self.bins
            ],
        }  # fmt: skip


def scores_of(chances: Sequence[float], happened: Sequence[bool]) -> Scored:
    """Scores of forecasts of yes or no, beside those of climatology.

    Parameters
    ----------
    chances : sequence of float
    happened : sequence of bool

    Raises
    ------
    ModelError
        If there is none, or a chance lies outside 0..1.
    """
    value = brier(chances, happened)
    share = float(np.mean(happened))
    climate = [share] * len(happened)
    climate_brier = brier(climate, happened)
    losses = np.square(np.asarray(chances) - np.asarray(happened, dtype=np.float64))
    error = float(losses.std(ddof=1) / math.sqrt(losses.size)) if losses.size > 1 else math.nan
    return Scored(
        value, error, brier_parts(chances, happened, BINS), log_score(chances, happened), share,
        climate_brier, log_score(climate, happened),
        skill(value, climate_brier) if climate_brier > 0 else None,
        calibration_bins(chances, happened, BINS),
    )  # fmt: skip
