"""A small complete case to start from."""

from __future__ import annotations

import json
from pathlib import Path

from accord._errors import UsageError
from accord.case.schema import schema

__all__ = ["new"]


def new(folder: str | Path) -> tuple[Path, ...]:
    """Write the template of a case into a folder that does not exist yet or is empty.

    Returns
    -------
    tuple of Path
        The files written, in order.

    Raises
    ------
    UsageError
        If the folder holds anything, is a file, or cannot be written; nothing is written then.
    """
    target = Path(folder)
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise UsageError(f"{folder} exists and is not empty; a new case wants a new folder")
        return tuple(_write(target / name, text) for name, text in sorted(_files().items()))
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror or error}") from None


def _files() -> dict[Path, str]:
    """Every file of a new case, by its path in the case's folder."""
    template = Path(__file__).parent / "template"
    files = {
        path.relative_to(template): path.read_text(encoding="utf-8")
        for path in template.rglob("*.*")
        if path.is_file()
    }
    text = json.dumps(schema(), ensure_ascii=False, indent=1)
    return files | {Path("case.schema.json"): text + "\n"}


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
