"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from accord._errors import UsageError

__all__ = ["write_by", "write_whole"]


def write_whole(file: Path, content: bytes) -> None:
    """Write a file by way of another beside it; folders on the way are made.

    Raises
    ------
    UsageError
        If the place cannot be written.
    """

    def write(fresh: Path) -> None:
        fresh.write_bytes(content)

    write_by(file, write)


def write_by(file: Path, write: Callable[[Path], None]) -> None:
    """As :func:`write_whole`, for a function that writes to a path."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write(fresh)
        fresh.replace(file)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise UsageError(f"{file} cannot be written: {error.strerror or error}") from error
