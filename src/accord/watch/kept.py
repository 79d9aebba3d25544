"""A history that is kept beside its case, under a key of everything that it hangs on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from accord.case.tree import Tree
from accord.case.updates import Update
from accord.formats.whole import write_whole
from accord.run.own_code import own_code

__all__ = ["keep_result", "kept_result", "key_of"]


def key_of(tree: Tree, updates: Sequence[Update], asked: Sequence[Any]) -> str:
    """SHA-256, in hexadecimal, of a case with its updates, what is asked, and who computes it.

    Parameters
    ----------
    asked : sequence
        JSON-ready: everything else on which the result hangs.
    """
    content = {
        "case": tree.data,
        "updates": [[update.name, update.tree.data] for update in updates],
        "asked": list(asked),
        "numpy": np.__version__,
    }
    found = hashlib.sha256(json.dumps(content, ensure_ascii=False, default=str).encode())
    found.update(own_code())
    return found.hexdigest()


def kept_result(folder: Path, key: str) -> dict[str, Any] | None:
    """The result kept under a key, or None."""
    try:
        content = json.loads(_file(folder, key).read_text(encoding="utf-8"))
        if content["key"] == key:
            result: dict[str, Any] = content["result"]
            return result
    except (OSError, ValueError, KeyError, TypeError):
        # what cannot be read is no result, and is made anew
        pass
    return None


def keep_result(folder: Path, key: str, result: dict[str, Any]) -> None:
    """Keep a result, whole or not at all.

    Raises
    ------
    UsageError
        If the folder cannot be written.
    """
    text = json.dumps({"key": key, "result": result}, ensure_ascii=False, indent=1)
    write_whole(_file(folder, key), (text + "\n").encode())


def _file(folder: Path, key: str) -> Path:
    return folder / f"history-{key[:8]}.json"
