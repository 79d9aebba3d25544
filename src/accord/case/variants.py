"""Keep what was tried in the package builder as a package of the case."""

from __future__ import annotations

import re
from collections.abc import Mapping

from accord._errors import UsageError
from accord.case.case import Case
from accord.case.proposal import Change

__all__ = ["variant"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}")


def variant(case: Case, name: str, title: str, base: str, chosen: Mapping[str, str]) -> Change:
    """The change that adds a package, with only the levels that differ from its base.

    Parameters
    ----------
    case : Case
    name, title : str
        Of the new package.
    base : str
        A package of the case.
    chosen : mapping of provision to level
        What is chosen; a provision that is left out is as in the base.

    Raises
    ------
    UsageError
        If the name is no name or taken, the base or a level is unknown, or nothing differs.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"found the name {name[:100]!r}, wanted letters, digits, _ and -, beginning with a "
            "letter, at most 100"
        )
    if name in case.file.packages:
        raise UsageError(f"the case has a package {name!r} already; choose another name")
    if not title.strip():
        raise UsageError("found no title, wanted a few words that say what the package is")
    if base not in case.file.packages:
        raise UsageError(
            f"found the base {base!r}, wanted one of {', '.join(case.file.packages) or 'none'}"
        )
    for provision, level in chosen.items():
        record = case.file.provisions.get(provision)
        if record is None:
            known = ", ".join(case.file.provisions)
            raise UsageError(f"found the provision {provision!r}, wanted one of {known}")
        if level not in record.levels:
            known = ", ".join(record.levels)
            raise UsageError(f"found {provision}: {level!r}, wanted one of {known}")
    below = case.chosen(base)
    differs = {
        provision: chosen[provision]
        for provision in case.file.provisions
        if provision in chosen and chosen[provision] != below.get(provision)
    }
    if not differs:
        raise UsageError(f"nothing differs from {base!r}; change a level first")
    value = {"title": title.strip(), "base": base, "choose": differs}
    return Change(f"packages.{name}", value)
