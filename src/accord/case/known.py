"""The names of a case, and the one way of complaining about another."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from accord.case.case import Case
from accord.case.tree import Path, Tree

__all__ = ["Known"]


class Known:
    """A case whose names are looked up; every unknown one is noted in its tree.

    Attributes
    ----------
    case : Case
    file : CaseFile
        Its records.
    tree : Tree
        Where mistakes are noted.
    """

    def __init__(self, case: Case, tree: Tree) -> None:
        self.case, self.file, self.tree = case, case.file, tree

    def require(
        self, name: str | None, names: Iterable[str], path: Path, what: str, offset: int = 0
    ) -> bool:
        """Complain unless the name is one of those known."""
        names = list(names)
        if name is None or name in names:
            return True
        near = difflib.get_close_matches(name, names, 1)
        if near:
            hint = f"did you mean {near[0]!r}?"
        else:
            hint = f"known: {', '.join(names[:10])}" if names else f"the case has no {what}"
        article = "an" if what[0] in "aeiou" else "a"
        self.tree.error(path, repr(name), f"{article} {what} of the case", hint, offset)
        return False

    def actor(self, name: str | None, path: Path, offset: int = 0) -> None:
        """Complain unless the name is an actor's."""
        self.require(name, self.file.actors, path, "actor", offset)

    def level(self, provision: str, level: str, path: Path, offset: int = 0) -> None:
        """Complain unless the name is a level of the provision."""
        levels = self.file.provisions[provision].levels
        self.require(level, levels, path, f"level of {provision}", offset)
