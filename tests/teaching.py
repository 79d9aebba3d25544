"""The teaching case, copied and altered for a test."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEACHING = ROOT / "cases" / "harbour-pact"
FLAGSHIP = ROOT / "cases" / "ukraine-2025"


def altered(folder: Path, *changes: tuple[str, str], more: str = "") -> Path:
    """The teaching case in a new folder; each change replaces a text that stands there once."""
    target = folder / "case"
    shutil.copytree(TEACHING, target, ignore=shutil.ignore_patterns("runs"))
    file = target / "case.yaml"
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    file.write_text(text + more, encoding="utf-8")
    return target


def put(folder: Path, name: str, text: str) -> Path:
    """One more file in the folder of a case."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
