"""What a package does in scenarios, with reasons in the words of the case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from accord.brief.labels import reason_spans
from accord.brief.plain import plain_text
from accord.explore.scenario_words import Doing, deed
from accord.run.run import Run

if TYPE_CHECKING:
    from accord.explore.scenarios import Target

__all__ = ["deeds_of"]


def deeds_of(run: Run) -> Doing:
    """What tells what a package of a run does, such as ``Fails the test “credible” (nobody …)``."""

    def told(target: Target) -> str:
        words = deed(replace(target, reason=None))
        if target.reason is None:
            return words
        return f"{words} ({plain_text(reason_spans(run, target.reason))})"

    return told
