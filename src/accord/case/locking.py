"""A file that one process at a time may change."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from accord._errors import UsageError

__all__ = ["locked"]

PAUSE = 0.02


@contextlib.contextmanager
def locked(file: Path, wait: float) -> Iterator[None]:
    """Hold the advisory lock of a file, which need not exist yet.

    A lock file beside it names the process that holds it, and is gone afterwards. The lock itself
    is the kernel's (``flock``), so it ends with its process, however that ends; a lock file that
    was left behind hinders nobody.

    Parameters
    ----------
    wait : float
        Seconds to wait for somebody else.

    Raises
    ------
    UsageError
        If somebody else holds it for longer.
    """
    beside = file.with_name(f".{file.name}.lock")
    until = time.monotonic() + wait
    while (descriptor := _taken(beside)) is None:
        if time.monotonic() >= until:
            raise UsageError(
                f"found {file} held by another writer{_holder(beside)}, wanted it free within "
                f"{wait:g} seconds; nothing was written, try again when it is done"
            )
        time.sleep(PAUSE)
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, b"%d\n" % os.getpid())
        yield
    finally:
        beside.unlink(missing_ok=True)
        os.close(descriptor)


def _taken(beside: Path) -> int | None:
    """An open lock file that is locked by us, or None where somebody else has it."""
    descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # whoever held it before may have removed the name, and another may have made a new one
        if os.path.samestat(os.fstat(descriptor), beside.stat()):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _holder(beside: Path) -> str:
    """Which process holds the lock, where the lock file says so."""
    try:
        number = beside.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return f" (process {number})" if number.isdigit() else ""
