"""What the tests do not settle among themselves: joint passes that a participant rejects."""

from __future__ import annotations

from typing import Any

import numpy as np

from accord.criteria.pledging import going, table
from accord.criteria.positions import margins, positions
from accord.criteria.setting import Setting
from accord.theory.estimates import share
from accord.verdict.verdict import Verdict

__all__ = ["rejecting_participants"]


def rejecting_participants(setting: Setting, verdict: Verdict) -> dict[str, Any]:
    """By package and rule, the share of joint passes with a participant who rejects the package.

    The tests pass side by side: acceptance does not feed delivery except where a pledge says so
    (MODELS, section 5). Packages without a joint pass are left out.
    """
    if not setting.case.file.pledges or not setting.case.file.positions:
        return {}
    result: dict[str, Any] = {}
    actors = list(positions(setting))
    own = table(setting)
    for package in setting.packages:
        here, each = going(setting, package), margins(setting, package)
        rejects = np.zeros(setting.worlds.count, dtype=np.bool_)
        for contributor in own.contributors:
            if contributor in actors:
                joins = here[list(own.of(contributor))].any(axis=0)
                rejects |= joins & (each[actors.index(contributor)] < 0)
        for rule in verdict.rules:
            joint = verdict.joint(rule, package)
            if joint.any() and verdict.weights[joint].sum() > 0:
                found = share(rejects.astype(np.float64), verdict.weights * joint)
                record = {"share": found.value, "se": found.standard_error}
                result.setdefault(package, {})[rule] = record
    return result
