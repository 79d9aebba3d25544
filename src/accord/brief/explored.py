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
from accord.theory.estimates import Estimate, kept_share, rule_of_three
from accord.theory.sampling import BLOCK
from accord.worlds.worlds import Lines

__all__ = [
    "carry_explored", "explored_in", "explored_key", "fresh_share", "fresh_worlds", "with_explored",
]  # fmt: skip

Pins = Mapping[str, Sequence[str]]

_LINES: tuple[Lines, ...] = ("stated", "hard", "none")
_ROUNDING = 1e-9


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
    """The share of fresh worlds in which one of the packages that were found passes all tests.

    Results that were kept without what the fresh worlds weigh are taken to have as many of them as
    were searched, and all to weigh the same.
    """
    one = content["best"][number]
    value, fresh = float(one["joint_fresh"]), one.get("fresh")
    if fresh is None:
        worlds = int(content["worlds"])
        return kept_share(value, float(one["se"]), max(worlds // BLOCK, 1), float(worlds))
    told = kept_share(value, float(one["se"]), fresh["blocks"], float(fresh["effective_worlds"]))
    return replace(told, bound=fresh["bound"])


def fresh_worlds(content: Mapping[str, Any]) -> int | None:
    """How many fresh worlds there were; None where that is not kept."""
    fresh = content["best"][0].get("fresh")
    return None if fresh is None else int(fresh["worlds"])


def _fits(case: Case, content: Mapping[str, Any], pins: Pins) -> bool:
    """Whether a result tells what is asked of it; a file may have been written by anybody."""
    try:
        asked = {name: list(levels) for name, levels in (content.get("pins") or {}).items()}
        told = [content["bound"], content["worlds"], content["packages_total"]]
        told += [content[name] for name in ("seconds", "tables_seconds") if name in content]
        for one in content["best"]:
            told += [one["joint"], one["joint_fresh"], one["se"], *one["tests"].values()]
            if not (_is_package(case, one["package"]) and _is_weighed(one)):
                return False
        numbers = all(math.isfinite(each) and each >= 0 for each in told)
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError):
        return False
    whole = asked == {name: list(levels) for name, levels in pins.items()}
    return bool(content["best"]) and numbers and whole and content["worlds"] >= 1


def _is_weighed(one: Mapping[str, Any]) -> bool:
    """Whether what is told of the fresh worlds of a package, if anything is, can be."""
    if "fresh" not in one:
        return True
    fresh, value = one["fresh"], one["joint_fresh"]
    worlds, blocks, effective = fresh["worlds"], fresh["blocks"], fresh["effective_worlds"]
    if not all(type(count) is int and count >= 1 for count in (worlds, blocks)):
        return False
    # sums of weights are rounded
    if blocks * BLOCK > worlds or not 1 - _ROUNDING <= effective <= worlds * (1 + _ROUNDING):
        return False
    bound, known = fresh["bound"], rule_of_three(value, effective)
    return bound is None or (known is not None and math.isclose(bound, known, abs_tol=_ROUNDING))


def _is_package(case: Case, levels: Mapping[str, str]) -> bool:
    provisions = case.file.provisions
    return set(levels) == set(provisions) and all(
        level in provisions[name].levels for name, level in levels.items()
    )
