"""The shipped typefaces: those a page needs as style rules, and the folder for the charts.

IBM Plex comes split by script. A page gets the splits whose characters it uses, so that a name in
Cyrillic looks as it should and nobody else carries its weight.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["FOLDER", "Face", "faces", "style_rules"]

FOLDER = Path(__file__).parent / "fonts"
"""Where the fonts, their licence and their manifest lie."""

_ALWAYS = "Latin1"
"""The split that every page needs."""


@dataclass(frozen=True, slots=True)
class Face:
    """One file for pages: a style of a family, for some characters.

    Attributes
    ----------
    file : str
        Name in the folder.
    family, style : str
        As in CSS.
    weight : int
        As in CSS.
    ranges : str
        Characters in the notation of ``unicode-range``.
    """

    file: str
    family: str
    style: str
    weight: int
    ranges: str

    def covers(self, characters: frozenset[int]) -> bool:
        """Whether it holds any of these code points."""
        spans = tuple(_spans(self.ranges))
        return any(low <= point <= high for point in characters for low, high in spans)


def faces() -> tuple[Face, ...]:
    """Every face for pages, from the manifest."""
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    return tuple(
        Face(entry["file"], entry["family"], entry["style"], entry["weight"], entry["range"])
        for package in manifest["packages"]
        for entry in package["files"]
        if entry["use"] == "page"
    )


def style_rules(text: str) -> str:
    """The ``@font-face`` rules that a page with this text needs, fonts embedded.

    Parameters
    ----------
    text : str
        All visible text.
    """
    characters = frozenset(map(ord, text))
    return "\n".join(
        _rule(face)
        for face in faces()
        if f"-{_ALWAYS}." in face.file or face.covers(characters)
    )  # fmt: skip


def _rule(face: Face) -> str:
    data = b64encode((FOLDER / face.file).read_bytes()).decode("ascii")
    return (
        f'@font-face{{font-family:"{face.family}";font-style:{face.style};'
        f"font-weight:{face.weight};font-display:swap;unicode-range:{face.ranges};"
        f'src:url("data:font/woff2;base64,{data}") format("woff2")}}'
    )


def _spans(ranges: str) -> Iterator[tuple[int, int]]:
    """The ends of every range of a ``unicode-range``."""
    for part in ranges.split(","):
        low, _, high = part.strip().removeprefix("U+").partition("-")
        yield int(low, 16), int(high or low, 16)
