"""Names of files made of names in a case: they stay in their folder and never meet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["LONGEST", "Slugs"]

LONGEST = 60
"""Characters of a name, without the number that keeps two apart."""

_OUTSIDE = re.compile(r"[^a-z0-9]+")
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(10))]
)
"""Names that Windows keeps for itself."""


class Slugs:
    """Names given out in one folder, each once.

    Parameters
    ----------
    taken : iterable of str
        Names of pages that stand there already.
    """

    def __init__(self, taken: Iterable[str] = ("index",)) -> None:
        self._taken = set(taken)

    def give(self, *texts: str) -> str:
        """A name of small Latin letters, digits and hyphens, of the first text that has any.

        The second of a name gets the number 2, and so on.
        """
        stem = next((slug for text in texts if (slug := _slug(text))), "page")
        name, count = stem, 1
        while name in self._taken:
            count += 1
            name = f"{stem}-{count}"
        self._taken.add(name)
        return name


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    slug = _OUTSIDE.sub("-", letters).strip("-")[:LONGEST].strip("-")
    return f"{slug}-page" if slug in _DEVICES else slug
