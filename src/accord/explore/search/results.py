"""Results of explorations, kept beside a case for pages and briefs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from accord.formats.whole import write_whole

__all__ = ["explored_under", "keep_explored"]


def keep_explored(folder: Path, digest: str, content: dict[str, Any]) -> Path:
    """Keep what an exploration of a case found under a rule, in the place of what was kept before.

    Parameters
    ----------
    digest : str
        Of the case.
    content : dict
        As ``Explored.as_json`` has it.

    Raises
    ------
    UsageError
        If the folder cannot be written.
    """
    file = folder / f"explored-{digest[:8]}-{content['rule']}.json"
    text = json.dumps({"digest": digest, "explored": content}, ensure_ascii=False, indent=1)
    write_whole(file, (text + "\n").encode())
    return file


def explored_under(folder: Path, digest: str) -> dict[str, dict[str, Any]]:
    """What was found for a case, by consent rule; what cannot be read is left out."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.glob(f"explored-{digest[:8]}-*.json")):
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            if content["digest"] == digest:
                found[content["explored"]["rule"]] = content["explored"]
        except (OSError, ValueError, KeyError, TypeError):
            # a file of another program, or half of one, is no result
            continue
    return found
