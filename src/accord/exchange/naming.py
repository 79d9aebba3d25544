"""Ids of a case from names of another tool."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["identifiers"]

_LONGEST = 40
_TAKEN = {
    "accepts", "all", "and", "any", "at_least", "base", "because", "default", "false", "if", "in",
    "inf", "infinity", "joins", "judgement", "like", "nan", "no", "not", "null", "of", "off", "on",
    "or", "prefers", "shocks", "true", "yes",
}  # fmt: skip
"""Words that mean something in the file or in its expressions."""


def identifiers(names: Iterable[str], kind: str, *, lower: bool = True) -> list[str]:
    """An id for each name: ASCII letters, digits, ``_`` and ``-``, a letter first, each once.

    Parameters
    ----------
    names : iterable of str
        Any text; what has no letter or digit of ASCII becomes its kind and number.
    kind : str
        A word to put before digits, such as ``level``.
    lower : bool
        Whether capital letters become small.
    """
    taken: set[str] = set()
    found = []
    for number, name in enumerate(names, 1):
        bare = _bare(name.lower() if lower else name) or str(number)
        stem = bare if bare[0].isalpha() else f"{kind}_{bare}"
        stem = stem[:_LONGEST].rstrip("_-")
        if stem.lower() in _TAKEN:
            stem = f"{kind}_{stem}"
        candidate, count = stem, 2
        while candidate.lower() in taken:
            candidate, count = f"{stem}_{count}", count + 1
        taken.add(candidate.lower())
        found.append(candidate)
    return found


def _bare(name: str) -> str:
    """Letters without their marks, everything else an underscore."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9-]+", "_", plain).strip("_-")
