"""Tables made before a search, or found beside the case; and how far that is."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from accord._errors import UsageError
from accord.criteria.setting import Setting
from accord.explore.search.clustering import client_of, war_on
from accord.explore.search.keeping import keep_tables, kept_tables, table_key
from accord.explore.search.war import Classes, Games, games_of, war_of
from accord.explore.search.war_parts import (
    Part,
    combinations_of_peace,
    combinations_of_war,
    kind_of_grades,
)
from accord.explore.search.whole import Tables, patterns_of, tests_of

__all__ = ["give_back", "tables_of"]

MOST_COMBINATIONS = 100_000_000
"""Combinations of levels that may tell wars apart for class tables to be made."""

MOST_OF_PEACE = 1_000_000
"""The same of what peace is worth, where each is looked at by itself."""

FLOAT = 8
"""Bytes of one."""


def tables_of(
    setting: Setting, *, folder: Path | None = None, memory: int | None = None, workers: int = 2,
    progress: Callable[[float], None] | None = None, cluster: str | None = None,
    unkept: Callable[[UsageError], None] | None = None,
) -> tuple[Tables, float]:  # fmt: skip
    """The class tables of a case in the worlds of a setting, and the seconds that they took.

    Parameters
    ----------
    folder : Path, optional
        Where tables are looked for and kept.
    memory : int, optional
        Bytes that may be used.
    progress : function of the share that is done, optional
    cluster : str, optional
        The address of a Dask scheduler whose workers make them, or ``local``.
    unkept : function of a UsageError, optional
        Told where they cannot be kept, and they are used all the same; an error where there is
        none.

    Raises
    ------
    UsageError
        If they do not fit into the memory, or a cluster that is asked for is not there.
    """
    began = time.monotonic()
    patterns = patterns_of(setting.case)
    tests = tests_of(setting.case)
    if not {"credible", "durable"} & set(tests):
        return Tables(patterns, None, None), time.monotonic() - began
    if (
        combinations_of_war(setting) > MOST_COMBINATIONS
        or combinations_of_peace(setting) > MOST_OF_PEACE
    ):
        # wars are then told apart for whole packages only, by the tests themselves
        return Tables(patterns, None, None), time.monotonic() - began
    key = table_key(setting.case, setting.worlds)
    found = kept_tables(folder, key, patterns) if folder is not None else None
    if found is None:
        with nullcontext() if cluster is None else client_of(cluster) as client:
            games = games_of(setting, patterns)
            kept = _kept(games.classes, games.peace, setting.worlds.count)
            _check_memory(kept, memory, games)
            signing = "credible" in tests
            if client is None:
                war = war_of(games, at_signing=signing, workers=workers, progress=progress)
            else:
                war = war_on(client, games, patterns, at_signing=signing, progress=progress)
        found = Tables(patterns, games.classes, war)
        if folder is not None:
            _keep(folder, key, found, unkept)
    elif found.war is not None and found.classes is not None:
        _check_memory(_kept(found.classes, found.war.peace, setting.worlds.count), memory)
    return found, time.monotonic() - began


def _keep(
    folder: Path, key: str, tables: Tables, unkept: Callable[[UsageError], None] | None
) -> None:
    """Keep tables, or tell that they cannot be kept; they are of use all the same."""
    try:
        keep_tables(folder, key, tables)
    except UsageError as error:
        if unkept is None:
            raise
        unkept(error)


def give_back() -> None:
    """Give memory that nothing holds any more back to the system, where its C library can.

    Making tables leaves holes of many small arrays to each thread, a fifth of a gigabyte on a large
    case, on top of which the search would come.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)


class _Bytes(NamedTuple):
    """Of class tables: grades that are had and needed, and which of them packages have."""

    grades: int
    which: int

    @property
    def all(self) -> int:
        return self.grades + self.which


def _kept(classes: Classes, peace: Part, worlds: int) -> _Bytes:
    grades = (peace.count + classes.count) * worlds * kind_of_grades(peace.count).itemsize
    # patterns of consents that make no difference share one
    once = {id(which): which.nbytes for which in classes.which}
    return _Bytes(grades, peace.which.nbytes + sum(once.values()))


def _check_memory(kept: _Bytes, memory: int | None, games: Games | None = None) -> None:
    """Refuse what takes more, made and searched or searched alone."""
    # grades, their copy for one rule, and bounds over what is not chosen yet
    needed = kept.all + 2 * kept.grades
    if games is not None:
        fields = sum(table.nbytes for _, _, table in games.fields.changed)
        # what peace is worth is held as it comes, and in order
        worths = 2 * games.peace.count * games.setting.worlds.count * FLOAT
        needed = max(needed, kept.all + fields + worths)
    if memory is not None and needed > memory:
        raise UsageError(
            f"found class tables of {_size(kept.all)}, which need {_size(needed)} to be made and "
            f"searched, wanted at most {_size(memory)}; allow more memory or ask for fewer worlds"
        )


def _size(count: int) -> str:
    """Bytes in the largest unit of which there is one."""
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "KB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count} bytes"
