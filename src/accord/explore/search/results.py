"""Results of explorations, kept beside a case for pages and briefs."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from accord.formats.whole import write_whole

__all__ = ["explored_under", "keep_explored"]


def keep_explored(folder: Path, digest: str, content: dict[str, Any]) -> dict[str, Any] | None:
    """Keep what an exploration of a case found under a rule, unless a better one is kept.

    A better one has at least as many worlds and at most as large a gap, and one of the two is
    better.

    Parameters
    ----------
    digest : str
        Of the case.
    content : dict
        As ``Explored.as_json`` has it.

    Returns
    -------
    dict or None
        What is kept in its place, where that is better.

    Raises
    ------
    UsageError
        If the folder cannot be written.
    """
    before = explored_under(folder, digest).get(content["rule"])
    if before is not None and _whole(before) and _better(before, content):
        return before
    file = folder / f"explored-{digest[:8]}-{content['rule']}.json"
    text = json.dumps({"digest": digest, "explored": content}, ensure_ascii=False, indent=1)
    write_whole(file, (text + "\n").encode())
    return None


def _whole(content: Mapping[str, Any]) -> bool:
    """Whether what is kept can be compared; one that was damaged gives way."""
    try:
        told = [content["worlds"], content["best"][0]["joint"], content["bound"], content["gap"]]
        return all(math.isfinite(each) for each in told)
    except (KeyError, IndexError, TypeError, OverflowError):
        return False


def _better(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether one result tells more than another, and nowhere less."""
    mine, its = (
        (int(each["worlds"]), float(each["best"][0]["joint"]) - float(each["bound"]))
        for each in (one, other)
    )
    return mine != its and mine[0] >= its[0] and mine[1] >= its[1]


def explored_under(folder: Path, digest: str) -> dict[str, dict[str, Any]]:
    """What was found for a case, by consent rule; what cannot be read is left out."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.glob(f"explored-{digest[:8]}-*.json")):
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            if content["digest"] == digest:
                found[content["explored"]["rule"]] = content["explored"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            # a file of another program, or half of one, is no result
            continue
    return found
