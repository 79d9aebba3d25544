"""Tables made before a search, or found beside the case; and how far that is."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from accord._errors import UsageError
from accord.criteria.setting import Setting
from accord.explore.search.clustering import client_of, war_on
from accord.explore.search.keeping import keep_tables, kept_tables, table_key
from accord.explore.search.war import games_of, war_of
from accord.explore.search.war_parts import combinations_of_war
from accord.explore.search.whole import Tables, patterns_of, tests_of

__all__ = ["tables_of"]


MOST_COMBINATIONS = 100_000_000
"""Combinations of levels that may tell wars apart for class tables to be made."""


def tables_of(
    setting: Setting, *, folder: Path | None = None, memory: int | None = None, workers: int = 2,
    progress: Callable[[float], None] | None = None, cluster: str | None = None,
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
    if combinations_of_war(setting) > MOST_COMBINATIONS:
        # wars are then told apart for whole packages only, by the tests themselves
        return Tables(patterns, None, None), time.monotonic() - began
    key = table_key(setting.case, setting.worlds)
    found = kept_tables(folder, key, patterns) if folder is not None else None
    if found is None:
        with nullcontext() if cluster is None else client_of(cluster) as client:
            games = games_of(setting, patterns)
            _check_memory(games.classes.count * setting.worlds.count, memory)
            signing = "credible" in tests
            if client is None:
                war = war_of(games, at_signing=signing, workers=workers, progress=progress)
            else:
                war = war_on(client, games, patterns, at_signing=signing, progress=progress)
        found = Tables(patterns, games.classes, war)
        if folder is not None:
            keep_tables(folder, key, found)
    elif found.war is not None:
        _check_memory(found.war.need.size, memory)
    return found, time.monotonic() - began


def _check_memory(needed: int, memory: int | None) -> None:
    # the rows, their copy for one rule, and bounds over what is not chosen yet
    if memory is not None and 3 * needed > memory:
        raise UsageError(
            f"found class tables of {_size(needed)}, which need {_size(3 * needed)} to be "
            f"searched, wanted at most {_size(memory)}; allow more memory or ask for fewer worlds"
        )


def _size(count: int) -> str:
    """Bytes in the largest unit of which there is one."""
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "KB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count} bytes"
