"""What was found about packages under stress, kept beside a case for pages and briefs."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from accord.formats.whole import write_whole
from accord.run.run import Run

if TYPE_CHECKING:
    # solvers load with them, which readers of what is kept do not need
    from accord.explore.scenario_words import Doing
    from accord.explore.stress import Stress

__all__ = ["keep_stress", "stress_content", "stress_under"]

LONGEST = 80
"""Letters of a rule and a package in the name of a file."""


def stress_content(run: Run, found: Stress, doing: Doing | None = None) -> dict[str, Any]:
    """What is kept: ``Stress.as_json`` with the worlds, the seed and the lines of the run."""
    return {
        **found.as_json(doing), "worlds": run.worlds, "seed": run.manifest["seed"],
        "lines": run.manifest["lines"],
    }  # fmt: skip


def keep_stress(
    folder: Path, digest: str, package: str, rule: str, content: dict[str, Any]
) -> Path:  # fmt: skip
    """Keep what was found about a package under a rule, in the place of what was kept before.

    Parameters
    ----------
    digest : str
        Of the case.
    content : dict
        As ``stress_content`` has it.

    Raises
    ------
    UsageError
        If the folder cannot be written.
    """
    file = folder / f"stress-{digest[:8]}-{_file_name(rule, package)}.json"
    kept = {"digest": digest, "package": package, "rule": rule, "stress": content}
    write_whole(file, (json.dumps(kept, ensure_ascii=False, indent=1) + "\n").encode())
    return file


def stress_under(folder: Path, digest: str) -> dict[tuple[str, str], dict[str, Any]]:
    """What was found for a case, by package and rule; what cannot be read is left out."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for file in sorted(folder.glob(f"stress-{digest[:8]}-*.json")):
        try:
            kept = json.loads(file.read_text(encoding="utf-8"))
            content, names = kept["stress"], (kept["package"], kept["rule"])
            if kept["digest"] == digest and names == (content["package"], content["rule"]):
                found[names] = content
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            # a file of another program, or half of one, is no result
            continue
    return found


def _file_name(rule: str, package: str) -> str:
    """The two names as one that every file system takes, told apart where letters are lost."""
    both = f"{rule}-{package}"
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", both)[:LONGEST]
    if plain == both and both.count("-") == 1:
        return both
    return f"{plain}-{hashlib.sha256(json.dumps([rule, package]).encode()).hexdigest()[:8]}"
