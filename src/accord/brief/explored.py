"""What searches of the whole space of a case found, as far as it is kept beside the case."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from accord.case.case import Case
from accord.explore.search.results import explored_under, keep_explored
from accord.run.run import Run
from accord.theory.estimates import Estimate
from accord.theory.sampling import BLOCK
from accord.worlds.worlds import Lines

__all__ = ["carry_explored", "explored_in", "explored_key", "fresh_share", "with_explored"]

Pins = Mapping[str, Sequence[str]]

_LINES: tuple[Lines, ...] = ("stated", "hard", "none")
_FEWEST_BLOCKS = 8


def explored_key(digest: str, lines: Lines = "stated", pins: Pins | None = None) -> str:
    """Under what a search is kept: the case's digest, or one of it and of what else was asked.

    What is found among some packages, or with other lines, never takes the place of what is found
    among all.

    Parameters
    ----------
    digest : str
        Of the case, its date and assumptions among it.
    pins : mapping of provision to levels, optional
        Levels that packages may have, where not all.
    """
    if lines == "stated" and not pins:
        return digest
    asked = [digest, lines, {name: list(levels) for name, levels in (pins or {}).items()}]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def explored_in(
    folder: Path, case: Case, rules: Sequence[str], *, lines: Lines = "stated",
    pins: Pins | None = None,
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """What is kept for a case, by consent rule in their order; what does not fit it is left out.

    Parameters
    ----------
    folder : Path
        Where runs stand.
    rules : sequence of str
        The consent rules of the case.
    """
    found = explored_under(folder, explored_key(case.digest, lines, pins))
    return {
        rule: found[rule]
        for rule in rules
        if rule in found and _fits(case, found[rule], pins or {})
    }


def with_explored(run: Run, folder: Path) -> Run:
    """The run with what is kept about the whole space, for the section that tells it.

    Parameters
    ----------
    folder : Path
        The folder in which runs of the case stand.
    """
    found = explored_in(folder, run.case, run.rules, lines=run.manifest["lines"])
    return replace(run, details={**run.details, "explored": found}) if found else run


def carry_explored(folder: Path, before: str, after: str) -> None:
    """Keep what was found for a case under another digest of it as well.

    For a change that leaves the space, the worlds and the tests what they are, such as one more
    named package.

    Raises
    ------
    UsageError
        If the folder cannot be written.
    """
    for lines in _LINES:
        for content in explored_under(folder, explored_key(before, lines)).values():
            keep_explored(folder, explored_key(after, lines), content)


def fresh_share(content: Mapping[str, Any], number: int = 0) -> Estimate:
    """The share of fresh worlds in which one of the packages that were found passes all tests."""
    one, worlds = content["best"][number], int(content["worlds"])
    value, bound = float(one["joint_fresh"]), None
    if value in {0.0, 1.0}:
        bound = abs(value - min(3.0 / worlds, 1.0))
    blocks = max(worlds // BLOCK, 1)
    return Estimate(
        value, float(one["se"]), blocks < _FEWEST_BLOCKS, blocks, float(worlds), bound
    )  # fmt: skip


def _fits(case: Case, content: Mapping[str, Any], pins: Pins) -> bool:
    """Whether a result tells what is asked of it; a file may have been written by anybody."""
    try:
        asked = {name: list(levels) for name, levels in (content.get("pins") or {}).items()}
        told = [content["bound"], content["worlds"], content["packages_total"]]
        for one in content["best"]:
            told += [one["joint"], one["joint_fresh"], one["se"], *one["tests"].values()]
            if not _is_package(case, one["package"]):
                return False
        numbers = all(math.isfinite(each) and each >= 0 for each in told)
    except (KeyError, TypeError, AttributeError, ValueError):
        return False
    whole = asked == {name: list(levels) for name, levels in pins.items()}
    return bool(content["best"]) and numbers and whole and content["worlds"] >= 1


def _is_package(case: Case, levels: Mapping[str, str]) -> bool:
    provisions = case.file.provisions
    return set(levels) == set(provisions) and all(
        level in provisions[name].levels for name, level in levels.items()
    )
