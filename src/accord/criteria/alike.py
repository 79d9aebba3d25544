"""Which packages are alike to a test: keys under which what it found for one holds for another.

Guarantors, protege and challenger look at package numbers, that hang on the levels named in their
conditions, and at the pools that go and what is needed of them. These two hang on consents too,
and so on every provision; therefore the arrays themselves stand in the key, by their digest, not
the levels from which they came.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from accord.case.consistency import package_numbers_in
from accord.case.expressions import Choice, atoms
from accord.case.numbers import PackageNumber
from accord.criteria.fighting import fielded, needs
from accord.criteria.setting import Setting

__all__ = ["war_key", "years_key"]


def war_key(setting: Setting, package: str) -> tuple[str, ...]:
    """Two packages of one key play the same deterrence game in every world."""
    record = setting.case.file.deterrence
    pools = fielded(setting, package)
    numbers = setting.once_for_all(
        ("war numbers",), lambda: [number for _, number in package_numbers_in(record)]
    )
    return (
        *_levels(setting, package, numbers),
        ",".join(map(str, pools)),
        _digest([needs(setting, package), *pools.values()]),
    )


def years_key(setting: Setting, package: str) -> tuple[str, ...]:
    """Two packages of one key fare alike in the years after signing, consent apart."""
    years = setting.case.file.durability
    numbers = setting.once_for_all(
        ("numbers of years",), lambda: [number for _, number in package_numbers_in(years)]
    )
    names = setting.once_for_all(("conflict provisions",), lambda: _conflict_provisions(setting))
    chosen = setting.packages[package]
    return (
        *war_key(setting, package),
        *_levels(setting, package, numbers),
        *(chosen[name] for name in names),
    )


def _levels(setting: Setting, package: str, numbers: Iterable[PackageNumber]) -> tuple[str, ...]:
    """The levels on which some numbers hang."""
    chosen = setting.packages[package]
    return tuple(part for number in numbers for part in setting.levels_for(number, chosen))


def _conflict_provisions(setting: Setting) -> tuple[str, ...]:
    """Provisions that the preferences of the conflict after signing speak of."""
    years = setting.case.file.durability
    if years is None or years.conflict is None:
        return ()
    preferences = setting.case.file.conflicts[years.conflict.name].preferences.values()
    conditions = [
        condition
        for preference in preferences
        for condition in (
            *(preference.statements or ()),
            *(worth.when for worth in preference.worth or ()),
        )
    ]
    found = (atom for condition in conditions for atom in atoms(condition.expression))
    return tuple(dict.fromkeys(atom.provision for atom in found if isinstance(atom, Choice)))


def _digest(arrays: Iterable[NDArray[np.float64]]) -> str:
    digest = blake2b(digest_size=16)
    for array in arrays:
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
