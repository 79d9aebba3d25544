"""What pages load: one style, the typefaces they need as files, and the scripts of the search."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from accord.brief.markup import ASSETS
from accord.brief.typefaces import FOLDER, Face, faces

__all__ = ["assets"]

_STATIC = Path(__file__).parent / "static"
_ALWAYS = "-Latin1."
"""In the names of the files that every page needs."""


def assets(texts: Iterable[str]) -> dict[str, bytes]:
    """Files by path in the site.

    Parameters
    ----------
    texts : iterable of str
        All pages; typefaces come for the characters in them.
    """
    characters = frozenset(ord(c) for text in texts for c in frozenset(text))
    chosen = [face for face in faces() if _ALWAYS in face.file or face.covers(characters)]
    style = "\n".join(
        [
            *map(_rule, chosen),
            (ASSETS / "brief.css").read_text(encoding="utf-8"),
            (_STATIC / "site.css").read_text(encoding="utf-8"),
        ]
    )
    found = {
        "assets/site.css": style.encode(),
        "assets/icon.svg": (_STATIC / "icon.svg").read_bytes(),
        "assets/minisearch.js": (_STATIC / "minisearch.js").read_bytes(),
        "assets/minisearch.js.LICENSE.txt": (_STATIC / "minisearch.js.LICENSE.txt").read_bytes(),
        "assets/fonts/OFL.txt": (FOLDER / "OFL.txt").read_bytes(),
        "search.js": (_STATIC / "search.js").read_bytes(),
    }
    return found | {f"assets/fonts/{f.file}": (FOLDER / f.file).read_bytes() for f in chosen}


def _rule(face: Face) -> str:
    return (
        f'@font-face{{font-family:"{face.family}";font-style:{face.style};'
        f"font-weight:{face.weight};font-display:swap;unicode-range:{face.ranges};"
        f'src:url("fonts/{face.file}") format("woff2")}}'
    )
