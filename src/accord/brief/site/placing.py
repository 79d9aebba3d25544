"""A site as a folder: written whole or not at all, and only where a site of ours may stand."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from accord._errors import RunError

__all__ = ["MANIFEST", "place", "refuse_what_is_no_site"]

MANIFEST = "site.json"
"""By this file a site of ours is known; it names every file and what is in it."""

_KIND = "accord site"
_TOLD = 3
"""Foreign files that an error names."""


def refuse_what_is_no_site(folder: Path) -> None:
    """Refuse a folder that holds a file which no site of ours put there.

    Raises
    ------
    RunError
        Where something would be lost if a site were placed there.
    """
    folder = _real(folder)
    if not folder.exists() and _set_aside(folder).exists():
        # the writer died between setting the old site aside and moving the new one in
        _set_aside(folder).rename(folder)
    if not folder.exists():
        return
    if not folder.is_dir():
        raise RunError(f"{folder} is a file; choose another place with -o")
    present = {str(p.relative_to(folder)) for p in folder.rglob("*") if not _is_plain(p)}
    foreign = sorted(present - _own(folder))
    if foreign:
        some = ", ".join(foreign[:_TOLD]) + (" …" if len(foreign) > _TOLD else "")
        raise RunError(
            f"{folder} holds what no site of accord wrote: {some}; choose another place with -o"
        )


def place(files: Mapping[str, bytes], folder: Path) -> None:
    """Write a site. One that stands there is replaced only once the new one is whole.

    Parameters
    ----------
    files : mapping of str to bytes
        By their paths in the folder, parted by ``/``.

    Raises
    ------
    RunError
        If the folder holds anything else, or cannot be written.
    """
    folder = _real(folder)
    refuse_what_is_no_site(folder)
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}.accord-new")
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for name, content in {**files, MANIFEST: _manifest(files)}.items():
            file = fresh / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        _swap(fresh, folder)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise RunError(f"{folder} cannot be written: {error.strerror or error}") from error
    except BaseException:
        # an interruption leaves no half of a site behind
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _real(folder: Path) -> Path:
    """Where a link leads, so that the site stands behind it and the link stays."""
    return folder.resolve()


def _is_plain(path: Path) -> bool:
    """Whether it is a folder and nothing else, which is lost without harm."""
    return path.is_dir() and not path.is_symlink()


def _own(folder: Path) -> set[str]:
    """The files that the site in a folder says it is made of; none where it is no site."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if told["kind"] == _KIND:
            return {MANIFEST, *map(str, told["files"])}
    except (OSError, ValueError, KeyError, TypeError):
        # what cannot be read is no site of ours
        pass
    return set()


def _manifest(files: Mapping[str, bytes]) -> bytes:
    digests = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}
    told = {"kind": _KIND, "schema": 1, "files": digests}
    return (json.dumps(told, indent=1) + "\n").encode()


def _set_aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.accord-old")


def _swap(fresh: Path, folder: Path) -> None:
    """Put the new folder in place; a crash in between leaves the old one to be recovered."""
    old = _set_aside(folder)
    if folder.exists():
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
