"""Whether a whole package passes, by the very tests, where the space only bounds it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from accord.criteria.alike import years_key
from accord.criteria.kept import kept
from accord.criteria.setting import Setting
from accord.criteria.table import CRITERIA
from accord.explore.search.war_parts import written
from accord.theory.search.space import packed, unpacked

__all__ = ["Confirmation"]

Words = NDArray[np.uint64]

REMEMBERED = 4096
"""Rows that are remembered; each takes an eighth of a byte a world."""


class Confirmation:
    """Puts packages to tests by the fine path, and remembers those that are alike.

    Parameters
    ----------
    setting : Setting
    rule : int
        Which of the case's rules counts.
    tests : tuple of str
        Tests whose literals are not exact; all other tests are left to the space.
    conflict_only : bool
        Whether of test 4 only the stability of the kept state is left open.
    """

    def __init__(
        self, setting: Setting, rule: int, tests: tuple[str, ...], *, conflict_only: bool
    ) -> None:
        self._setting, self._rule, self._tests = setting, rule, tests
        self._conflict_only = conflict_only
        self._rows: OrderedDict[tuple[str, ...], Words] = OrderedDict()
        self._lock = Lock()

    def __call__(self, levels: tuple[int, ...], where: Words) -> Words:
        """Of the worlds in which a package may pass those in which it does."""
        if not where.any():
            return where
        chosen = written(self._setting, np.array(levels))
        if self._conflict_only:
            return where & self._kept(self._setting.alone("asked", chosen))
        return self._passes(chosen, where)

    def _kept(self, own: Setting) -> Words:
        key = years_key(own, "asked")
        with self._lock:
            if key in self._rows:
                self._rows.move_to_end(key)
                return self._rows[key]
        found = kept(own, "asked")
        assert found is not None
        return self._remember(key, packed(found.stable[None])[0])

    def _passes(self, chosen: Mapping[str, str], where: Words) -> Words:
        """Of some worlds those in which a package passes; only those are looked at."""
        key = (*chosen.values(), where.tobytes().hex())
        with self._lock:
            if key in self._rows:
                return self._rows[key]
        open_ = unpacked(where[None])[0]
        own = self._setting.alone("asked", chosen).gathered(np.flatnonzero(open_))
        passes = np.ones(own.worlds.count, dtype=np.bool_)
        brief = replace(own, brief=frozenset(own.packages))
        for criterion in CRITERIA:
            if criterion.name in self._tests:
                margins = criterion.assess(brief).margins[:, 0]
                passes &= margins[self._rule if len(margins) > 1 else 0] >= 0
        open_[open_] = passes
        return self._remember(key, packed(open_[None])[0])

    def _remember(self, key: tuple[str, ...], row: Words) -> Words:
        with self._lock:
            self._rows[key] = row
            while len(self._rows) > REMEMBERED:
                self._rows.popitem(last=False)
        return row
