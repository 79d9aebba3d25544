"""Records as they were written become records whose numbers have names."""

from __future__ import annotations

from typing import Any

from accord.case.numbers import PackageNumber
from accord.case.records.root import CaseFile
from accord.case.validation import locate

__all__ = ["assembled"]


def assembled(written: CaseFile, data: dict[str, Any]) -> CaseFile:
    """The records with every number named, and without what was not yet known."""
    meanings: dict[str, PackageNumber] = {}
    for name, number in written.levels_meaning.items():
        meanings[name] = locate(number, ("levels_meaning", name), meanings, data)
    located = locate(written, (), meanings, data)
    journal = tuple(entry for entry in located.journal if entry.known <= located.as_of)
    watch = {
        name: indicator.model_copy(
            update={"outside": tuple(f for f in indicator.outside if f.on <= located.as_of)}
        )
        for name, indicator in located.watch.items()
    }
    return located.model_copy(update={"journal": journal, "watch": watch})
