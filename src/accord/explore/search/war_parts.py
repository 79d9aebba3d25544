"""What a package changes in the deterrence game, part by part.

A part is a number that hangs on some provisions, or the forces that go, or the chance that a
policy is reversed. Packages that are alike in every part play the same game in every world.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.case.consistency import package_numbers_in
from accord.case.numbers import PackageNumber
from accord.case.tree import Path
from accord.criteria import credible
from accord.criteria.bargains import space_of
from accord.criteria.delivery_space import delivery_space, going_provisions
from accord.criteria.fighting import fighting_pledges
from accord.criteria.pledging import requirement, requiring, table
from accord.criteria.setting import Setting
from accord.explore.search.delivering import combinations
from accord.theory.delivery.classes import classes_of, distinct_rows
from accord.theory.delivery.rows import going_rows

__all__ = [
    "Forces", "Part", "combinations_of_peace", "combinations_of_war", "distinct_arrays", "forces",
    "graded", "in_order", "kind_of_grades", "numbers_of_war", "numbers_of_years", "peace", "spread",
    "together", "worths", "written",
]  # fmt: skip

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

OUTSIDE_WAR = {("challenger", "without_attack"), ("challenger", "snapback")}
"""What guarantors and protege never look at."""


@dataclass(frozen=True, eq=False)
class Part:
    """Variants of something, and which of them each combination of levels has.

    Attributes
    ----------
    provisions : tuple of int
    which : int array (L, …)
    packages : int array (V, J)
        The levels of a package of each variant.
    paths : tuple of path
        Of the numbers, below the block in which they stand.
    """

    provisions: tuple[int, ...]
    which: Integers
    packages: Integers
    paths: tuple[Path, ...] = ()

    @property
    def count(self) -> int:
        """V."""
        return len(self.packages)


def combinations_of_war(setting: Setting) -> int:
    """How many combinations of levels may tell wars apart."""
    file, own, fights = setting.case.file, table(setting), fighting_pledges(setting)
    numbers = [
        *(n for path, n in package_numbers_in(file.deterrence) if path[:2] not in OUTSIDE_WAR),
        *(number for _, number in package_numbers_in(file.durability)),
        *(own.records[m].amount for m in fights),
    ]
    names = {name for number in numbers for name in number.provisions}
    names |= set(going_provisions(setting, fights))
    for k in {int(k) for m in fights for k in np.flatnonzero(own.roles[m])}:
        names |= set(requiring(setting, own.capabilities[k]))
    return _combinations(setting, names)


def combinations_of_peace(setting: Setting) -> int:
    """How many combinations of levels may tell apart what peace is worth to the challenger."""
    return _combinations(
        setting, {name for _, number in _numbers_of_peace(setting) for name in number.provisions}
    )


def _combinations(setting: Setting, names: Iterable[str]) -> int:
    return math.prod(len(setting.case.file.provisions[name].levels) for name in names)


def numbers_of_war(setting: Setting) -> list[Part]:
    """The numbers of the game that guarantors and protege look at, those alike as one."""
    record = setting.case.file.deterrence
    found = [each for each in package_numbers_in(record) if each[0][:2] not in OUTSIDE_WAR]
    return _distinct(setting, found)


def numbers_of_years(setting: Setting) -> Part:
    """The numbers of the years after signing, all together."""
    found = package_numbers_in(setting.case.file.durability)
    return together(setting, _distinct(setting, found))


def peace(setting: Setting) -> Part:
    """What peace is worth to the challenger."""
    return together(setting, _distinct(setting, _numbers_of_peace(setting)))


def _numbers_of_peace(setting: Setting) -> list[tuple[Path, PackageNumber]]:
    record = setting.case.file.deterrence
    return [each for each in package_numbers_in(record) if each[0][:2] in OUTSIDE_WAR]


@dataclass(frozen=True, eq=False)
class Forces:
    """Variants of the forces that go, under several patterns of consents.

    Attributes
    ----------
    under : tuple of Part
        For each pattern; variants have the same numbers under all.
    packages : int array (F, J)
        A package of each variant, and in ``pattern`` (F,) the pattern under which it has it.
    """

    under: tuple[Part, ...]
    packages: Integers
    pattern: Integers


def forces(setting: Setting, patterns: Sequence[Mapping[str, bool]]) -> Forces:
    """Which forces go and what is needed of them, for each pattern of consents."""
    found = [_forces_under(setting, pattern) for pattern in patterns]
    known: dict[bytes, tuple[int, int, Integers]] = {}
    for s, (part, keys) in enumerate(found):
        for key, levels in zip(keys, part.packages, strict=True):
            known.setdefault(key, (len(known), s, levels))
    under = []
    for part, keys in found:
        number = np.array([known[key][0] for key in keys], dtype=np.int64)
        under.append(Part(part.provisions, number[part.which], part.packages))
    return Forces(
        tuple(under),
        np.stack([levels for _, _, levels in known.values()]),
        np.array([s for _, s, _ in known.values()], dtype=np.int64),
    )


def _forces_under(setting: Setting, accepting: Mapping[str, bool]) -> tuple[Part, list[bytes]]:
    """Forces under one pattern, and what tells each variant from all others."""
    own, fights = table(setting), fighting_pledges(setting)
    needed = sorted({int(k) for m in fights for k in np.flatnonzero(own.roles[m])})
    order = list(setting.case.file.provisions)
    scope = sorted(order.index(name) for name in going_provisions(setting, fights))
    space = delivery_space(setting, combinations(setting, scope), accepting)
    rows, kind = going_rows(space)
    inside = np.ascontiguousarray(rows[:, list(fights)])
    first, same = distinct_rows(inside)
    sizes = space_of(setting).sizes
    goes = same[kind].reshape([sizes[j] for j in scope])
    parts = [
        Part(tuple(scope), goes, _packages(setting, tuple(scope), goes)),
        *_distinct(setting, [((), own.records[m].amount) for m in fights]),
        *[_needs(setting, k) for k in needed],
    ]  # fmt: skip
    whole = together(setting, parts)
    keys = []
    for package in whole.packages:
        chosen = written(setting, package)
        went = inside[first[goes[tuple(package[scope])]]].tobytes()
        amounts = b"".join(
            setting.worlds.package_value(own.records[m].amount, chosen).tobytes() for m in fights
        )
        need = b"".join(requirement(setting, own.capabilities[k], chosen).tobytes() for k in needed)
        keys.append(went + amounts + need)
    return whole, [_digest(key) for key in keys]


def _digest(key: bytes) -> bytes:
    from hashlib import blake2b  # noqa: PLC0415

    return blake2b(key, digest_size=16).digest()


def _needs(setting: Setting, capability: int) -> Part:
    """What packages need of a capability."""
    name = table(setting).capabilities[capability]
    order = list(setting.case.file.provisions)
    scope = tuple(sorted(order.index(each) for each in requiring(setting, name)))
    found = (
        requirement(setting, name, written(setting, levels)).tobytes()
        for levels in combinations(setting, scope)
    )
    return _by_keys(setting, scope, found)


def _distinct(setting: Setting, numbers: Iterable[tuple[Path, PackageNumber]]) -> list[Part]:
    """A part of each number that hangs on provisions; those with the same variants are one."""
    order = list(setting.case.file.provisions)
    found: dict[bytes, Part] = {}
    for path, number in numbers:
        if not number.provisions:
            continue
        scope = tuple(sorted(order.index(name) for name in number.provisions))
        part = _by_keys(
            setting, scope,
            (
                setting.worlds.package_value(number, written(setting, levels)).tobytes()
                for levels in combinations(setting, scope)
            ),
        )  # fmt: skip
        key = repr(scope).encode() + part.which.tobytes()
        before = found[key].paths if key in found else ()
        found[key] = replace(part, paths=(*before, path))
    return list(found.values())


def _by_keys(setting: Setting, scope: tuple[int, ...], keys: Iterable[bytes]) -> Part:
    # digests, since values in all worlds would fill the memory where there are many variants
    known: dict[bytes, int] = {}
    number = np.array([known.setdefault(_digest(key), len(known)) for key in keys], dtype=np.int64)
    sizes = space_of(setting).sizes
    which = number.reshape([sizes[j] for j in scope])
    return Part(scope, which, _packages(setting, scope, which))


def _packages(setting: Setting, scope: tuple[int, ...], which: Integers) -> Integers:
    """A package of each variant."""
    _, first = np.unique(which, return_index=True)
    places = np.stack(np.unravel_index(first, which.shape), axis=1) if scope else None
    result = np.zeros((len(first), len(setting.case.file.provisions)), dtype=np.int64)
    if places is not None:
        result[:, list(scope)] = places
    return result


def together(setting: Setting, parts: Sequence[Part]) -> Part:
    """Parts as one: a variant for each combination of theirs that some package has."""
    scope = tuple(sorted({j for part in parts for j in part.provisions}))
    sizes = space_of(setting).sizes
    shape = [sizes[j] for j in scope]
    columns = [spread(part, scope, shape).reshape(-1) for part in parts]
    rows = int(np.prod(shape, dtype=np.int64)) if shape else 1
    _, kind = classes_of(columns, rows)
    which = kind.reshape(shape)
    return Part(scope, which, _packages(setting, scope, which))


def spread(part: Part, scope: tuple[int, ...], shape: Sequence[int]) -> Integers:
    """Which variant each combination of more provisions has."""
    own = [part.which.shape[part.provisions.index(j)] if j in part.provisions else 1 for j in scope]
    return np.asarray(np.broadcast_to(part.which.reshape(own), shape))


def written(setting: Setting, levels: Integers) -> dict[str, str]:
    """A package as the case writes it."""
    return space_of(setting).chosen(levels)


def kind_of_grades(variants: int) -> np.dtype[Any]:
    """The least unsigned type that holds the places of variants of peace, and one beyond them."""
    return np.min_scalar_type(variants)


def worths(setting: Setting, packages: Integers) -> Floats:
    """What peace is worth to the challenger under some packages (Q, J), (Q, W)."""
    result = np.empty((len(packages), setting.worlds.count))
    for row, levels in zip(result, packages, strict=True):
        row[:] = credible.peace(setting.alone("asked", written(setting, levels)), "asked")
    return result


def in_order(values: Floats) -> Floats:
    """Values (Q, W) of every world, rising, (W, Q)."""
    ordered = values.T.copy()
    ordered.sort(axis=1)
    return ordered


def graded(values: Floats) -> tuple[Floats, NDArray[Any]]:
    """Values (Q, W) of every world in order, (W, Q), and the grade that each has there, (Q, W)."""
    ordered = in_order(values)
    places = np.empty(values.shape, dtype=kind_of_grades(len(values)))
    for world, row in enumerate(ordered):
        places[:, world] = np.searchsorted(row, values[:, world])
    return ordered, places


def distinct_arrays(arrays: Iterable[NDArray[Any]]) -> tuple[list[NDArray[Any]], list[int]]:
    """Arrays without those that are equal to an earlier one, and which of them each is."""
    kept: list[NDArray[Any]] = []
    same: list[int] = []
    for array in arrays:
        number = next((i for i, one in enumerate(kept) if np.array_equal(one, array)), len(kept))
        kept += [array] if number == len(kept) else []
        same.append(number)
    return kept, same
