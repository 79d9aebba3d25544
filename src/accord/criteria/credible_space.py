"""Test 3 for whole lists of packages: one game a war class, then thresholds.

Guarantors and protege never look at what the challenger gains by keeping the peace, s_C, or loses
by breaking it, x. So a package passes in a world iff s_C + x reaches a threshold of its *war
class*, all that touches strengths and what guarantors would do, and games are solved once a class
(MODELS, section 5).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from accord.case.consistency import package_numbers_in
from accord.case.numbers import PackageNumber
from accord.criteria.credible import peace, threshold
from accord.criteria.delivery_space import delivery_space
from accord.criteria.fighting import build_game, fighting_pledges
from accord.criteria.listed import Listed
from accord.criteria.pledging import coin, requiring, table
from accord.criteria.setting import Setting
from accord.criteria.temptation import temptation
from accord.theory.delivery.classes import classes_of, distinct_rows
from accord.theory.delivery.programs import packed_worlds, unpacked_worlds
from accord.theory.delivery.rows import going_rows
from accord.theory.deterrence import gross_value

__all__ = ["CredibleSpace", "credible_rows", "credible_space"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Words = NDArray[np.uint64]

_OUTSIDE_WAR = {("challenger", "without_attack"), ("challenger", "snapback")}


@dataclass(frozen=True, eq=False)
class CredibleSpace:
    """The war and the peace of many packages in the same worlds.

    Attributes
    ----------
    packages : Listed
    going : uint64 array (G, M, words)
        Who goes, as bits.
    goes : int array (P,)
        Which of the G each package is.
    war, peace : int array (P,)
        The classes of each package.
    wars, peaces : int array (C,) and (Q,)
        A package of each class.
    """

    packages: Listed
    going: Words
    goes: Integers
    war: Integers
    wars: Integers
    peace: Integers
    peaces: Integers

    @cached_property
    def first(self) -> Floats:
        """e_0, the first temptation (W,)."""
        setting = self.packages.setting
        record = setting.case.file.deterrence
        assert record is not None
        return temptation(setting.worlds, record.persistence, 0)

    def threshold(self, war: int) -> Floats:
        """The least s_C + x at which the packages of a war class deter (W,)."""
        row = int(self.wars[war])
        alone = self._alone(row)
        alone.once(("going", str(row)), lambda: self._going(row))
        game = build_game(alone, str(row), beliefs=True)
        return threshold(alone, gross_value(game, coin(alone)), self.first)

    def worth_of_peace(self, peace_class: int) -> Floats:
        """s_C + x of the packages of a class (W,)."""
        row = int(self.peaces[peace_class])
        return peace(self._alone(row), str(row))

    def _alone(self, row: int) -> Setting:
        return self.packages.setting.alone(str(row), self.packages.chosen(row))

    def _going(self, row: int) -> NDArray[np.bool_]:
        worlds = self.packages.setting.worlds.count
        return unpacked_worlds(self.going[self.goes[row]], worlds)


def credible_space(setting: Setting, levels: Integers) -> CredibleSpace:
    """Sort packages into classes of war and of peace.

    Parameters
    ----------
    setting : Setting
        Its own packages play no part.
    levels : int array (P, provisions)
        The level of each provision, in the order of the case.
    """
    packages = Listed(setting, levels)
    record = setting.case.file.deterrence
    assert record is not None
    within: list[PackageNumber] = []
    beside: list[PackageNumber] = []
    for path, number in package_numbers_in(record):
        (beside if path[:2] in _OUTSIDE_WAR else within).append(number)
    own, fights = table(setting), fighting_pledges(setting)
    within += [own.records[m].amount for m in fights]
    needed = {own.capabilities[k] for m in fights for k in np.flatnonzero(own.roles[m])}
    names = [name for number in within for name in number.provisions]
    names += [name for capability in needed for name in requiring(setting, capability)]
    going, goes = going_rows(delivery_space(setting, levels))
    alike = distinct_rows(going[:, list(fights)])[1][goes]
    columns = [alike, *packages.columns(sorted(set(names)))]
    wars, war = classes_of(columns, len(packages))
    asked = {name for number in beside for name in number.provisions}
    peaces, kept = packages.classes(sorted(asked))
    return CredibleSpace(packages, going, goes, war, wars, kept, peaces)


def credible_rows(space: CredibleSpace, *, workers: int = 1) -> Words:
    """The worlds in which packages deter at the first temptation, as bits.

    Parameters
    ----------
    space : CredibleSpace
    workers : int
        Threads; the result is the same for any number.

    Returns
    -------
    uint64 array (P, words)
        Bit b of word i is world 64·i + b.
    """
    worth = np.stack([space.worth_of_peace(q) for q in range(space.peaces.size)])
    members = np.argsort(space.war, kind="stable")
    ends = np.searchsorted(space.war[members], np.arange(space.wars.size + 1))
    result = np.empty((len(space.packages), packed_worlds(worth[:1] > 0.0).shape[1]), np.uint64)

    def settle(war: int) -> None:
        own = members[ends[war] : ends[war + 1]]
        kinds, which = np.unique(space.peace[own], return_inverse=True)
        result[own] = packed_worlds(worth[kinds] >= space.threshold(war))[which]

    with ThreadPoolExecutor(workers) as threads:
        for _ in threads.map(settle, range(space.wars.size)):
            pass
    return result
