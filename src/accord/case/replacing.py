"""A file put in place of another in a single step, once it is on the disk."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

__all__ = ["flush_folder", "replace_file"]


def replace_file(file: Path, content: bytes, ready: Callable[[], None] | None = None) -> None:
    """Write a file so that a crash at any moment leaves the old one or the new one.

    Whoever calls holds the lock of the case.

    Parameters
    ----------
    ready : function, optional
        Called once the new file is on the disk; what it raises leaves the old one in place.
    """
    fresh = file.with_name(f".{file.name}.new")
    fresh.unlink(missing_ok=True)  # left by somebody who was killed
    try:
        with fresh.open("xb") as out:
            out.write(content)
            out.flush()
            if file.exists():
                os.fchmod(out.fileno(), file.stat().st_mode & 0o7777)
            os.fsync(out.fileno())
        if ready is not None:
            ready()
        fresh.replace(file)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    flush_folder(file.parent)


def flush_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the file system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
