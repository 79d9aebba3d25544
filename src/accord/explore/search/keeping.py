"""Class tables that are kept beside a case, under a key of everything that they hang on."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from accord.case.case import Case
from accord.explore.search.war import Classes, War
from accord.explore.search.war_parts import Part, distinct_arrays
from accord.explore.search.whole import Pattern, Tables
from accord.formats.whole import write_by
from accord.run.own_code import own_code
from accord.worlds.worlds import Worlds

__all__ = ["keep_tables", "kept_tables", "table_key"]


def table_key(case: Case, worlds: Worlds) -> str:
    """SHA-256, in hexadecimal, of all that class tables hang on: case, worlds, program."""
    asked = repr((case.digest, worlds.seed, worlds.blocks, worlds.lines, np.__version__))
    return hashlib.sha256(asked.encode() + own_code()).hexdigest()


def kept_tables(folder: Path, key: str, patterns: Sequence[Pattern]) -> Tables | None:
    """The tables kept under a key, or None."""
    try:
        with _file(folder, key).open("rb") as file, np.load(file, allow_pickle=False) as kept:
            if str(kept["key"]) != key:
                return None
            same = kept["same"].tolist()
            which = {s: kept[f"which_{s}"] for s in set(same)}
            classes = Classes(
                tuple(kept["provisions"].tolist()), kept["value_of"], kept["first"],
                kept["second"], kept["third"], tuple(which[s] for s in same),
            )  # fmt: skip
            peace = Part(
                tuple(kept["peace_provisions"].tolist()), kept["peace"], kept["peace_packages"]
            )
            return Tables(tuple(patterns), classes, War(peace, kept["have"], kept["need"]))
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        # what cannot be read is no table, and is made anew
        return None


def keep_tables(folder: Path, key: str, tables: Tables) -> None:
    """Keep tables, whole or not at all, in the place of those of other versions of the case.

    Raises
    ------
    UsageError
        If the folder cannot be written.
    """
    classes, war = tables.classes, tables.war
    if classes is None or war is None:
        return
    which, same = distinct_arrays(classes.which)
    content: dict[str, Any] = {
        "key": np.array(key), "provisions": np.array(classes.provisions, dtype=np.int64),
        "value_of": classes.value_of, "first": classes.first, "second": classes.second,
        "third": classes.third, "same": np.array(same), "have": war.have, "need": war.need,
        "peace": war.peace.which, "peace_packages": war.peace.packages,
        "peace_provisions": np.array(war.peace.provisions, dtype=np.int64),
    }  # fmt: skip
    content |= {f"which_{number}": each for number, each in enumerate(which)}

    def write(fresh: Path) -> None:
        with fresh.open("wb") as file:
            np.savez(file, **content)

    write_by(_file(folder, key), write)
    for other in folder.glob("tables-*.npz"):
        if other != _file(folder, key):
            with suppress(OSError):
                other.unlink()


def _file(folder: Path, key: str) -> Path:
    return folder / f"tables-{key[:8]}.npz"
