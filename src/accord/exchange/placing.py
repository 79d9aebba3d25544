"""A folder of files, written whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from accord._errors import UsageError

__all__ = ["place", "refuse_occupied"]


def refuse_occupied(folder: str | Path) -> None:
    """Refuse a place that is a file or a folder with anything in it.

    Raises
    ------
    UsageError
        If there is anything.
    """
    target = Path(folder)
    try:
        occupied = target.exists() and (not target.is_dir() or any(target.iterdir()))
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror or error}") from None
    if occupied:
        raise UsageError(f"{folder} exists and is not empty; choose a new folder")


def place(folder: str | Path, files: Mapping[str, str]) -> tuple[Path, ...]:
    """Write files by name into a folder that does not exist yet or is empty.

    They are written beside it first and moved there together.

    Returns
    -------
    tuple of Path
        The files written, in the order given.

    Raises
    ------
    UsageError
        If the folder holds anything, is a file, or cannot be written; nothing is written then.
    """
    refuse_occupied(folder)
    target = Path(folder)
    fresh = target.resolve().with_name(f".{target.resolve().name}.{os.getpid()}.new")
    try:
        fresh.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        for name, text in files.items():
            (fresh / name).write_bytes(text.encode("utf-8", "replace"))
        if target.exists():
            target.rmdir()
        fresh.rename(target)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise UsageError(f"{folder} cannot be written: {error.strerror or error}") from None
    except BaseException:
        # an interruption leaves nothing half written behind
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return tuple(target / name for name in files)
