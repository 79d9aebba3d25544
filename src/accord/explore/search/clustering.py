"""Class tables made by many processes, on this machine or on several (MODELS, section 6).

Worlds are never sent: a worker draws its blocks anew from case, seed and block numbers, so that it
comes to the same bits as anyone else, and what a killed one did not finish another does again. In
few worlds more classes are alike than in many; so a worker finds classes of its own, and gives the
need of each class of the table by one combination of levels that has it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError, UsageError
from accord.case.archive import from_archive, to_archive
from accord.case.case import Case
from accord.case.expressions import Shock, atoms
from accord.criteria.setting import Setting
from accord.explore.search.war import Games, War, allowed_combinations, games_of, war_of
from accord.explore.search.war_parts import graded, in_order, kind_of_grades, worths
from accord.run.own_code import own_code
from accord.theory.sampling import BLOCK
from accord.worlds.worlds import Lines, Worlds

__all__ = ["LOCAL", "Parcel", "client_of", "needs_in", "parcel_of", "war_on"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LOCAL = "local"
"""Processes of this machine, started for the occasion and ended after it."""

TO_INSTALL = 'pip install "accord[scale]"'

RETRIES = 2
"""How often what fails on one worker is tried again."""

AHEAD = 2
"""Tasks a thread that are handed out, so that none waits for the next."""

SHARES = 4
"""Tasks a thread at least, so that all end at about the same time."""

MOST_BYTES = 2**28
"""Of one answer."""

SECONDS_TO_CONNECT = 10

MAY_BE_LARGE = "distributed.admin.large-graph-warning-threshold"


@dataclass(frozen=True, eq=False)
class Parcel:
    """What workers are told, the same for all of them.

    Attributes
    ----------
    content : bytes
        The case, archived.
    seed, lines : of the worlds
    patterns : tuple of mapping of actor to bool
        Who of those whose consent pledges wait for gives it.
    peace : int array (Q, J)
        A package of each variant of what peace is worth.
    pattern, combination : int array (C,)
        For each class a pattern and the flat number of a combination of levels that have it.
    at_signing : bool
    program : bytes
        Digest of what has to be the same on every machine; empty if it is sure to be.
    """

    content: bytes
    seed: int
    lines: Lines
    patterns: tuple[Mapping[str, bool], ...]
    peace: Integers
    pattern: NDArray[np.uint8]
    combination: Integers
    at_signing: bool
    program: bytes


def war_on(
    client: Any, games: Games, patterns: Sequence[Mapping[str, bool]], *, at_signing: bool,
    progress: Callable[[float], None] | None = None,
) -> War:  # fmt: skip
    """As :func:`accord.explore.search.war.war_of`, bit for bit, by the workers of a cluster.

    Parameters
    ----------
    client : distributed.Client
    patterns : sequence of mapping of actor to bool
        For which the games were made.

    Raises
    ------
    UsageError
        If workers run another program, or end again and again, or the cluster is lost.
    """
    worlds, worth = games.setting.worlds, games.peace
    _, have = graded(worths(games.setting, worth.packages))
    need = np.empty((games.classes.count, worlds.count), dtype=have.dtype)
    parcel = parcel_of(games, patterns, worth.packages, at_signing=at_signing)
    if client.cluster is not None:
        # processes that were started for the occasion, from the very same files
        parcel = replace(parcel, program=b"")
    done = 0
    for begin, found in _answers(client, parcel, worlds.blocks, need[:, :BLOCK].nbytes):
        need[:, begin * BLOCK : begin * BLOCK + found.shape[1]] = found
        done += found.shape[1]
        if progress is not None:
            progress(done / worlds.count)
    return War(worth, have, need)


def parcel_of(
    games: Games, patterns: Sequence[Mapping[str, bool]], worth: Integers, *, at_signing: bool
) -> Parcel:
    """What workers have to be told of games.

    Raises
    ------
    ModelError
        If worlds hang on more than case, seed and blocks.
    """
    worlds = games.setting.worlds
    if worlds.is_central or worlds.fixed:
        raise ModelError("only worlds that are drawn from a seed can be drawn again elsewhere")
    pattern, combination = _examples(games)
    return Parcel(
        _archived(games.setting.case), worlds.seed, worlds.lines, tuple(patterns), worth, pattern,
        combination, at_signing, _program(),
    )  # fmt: skip


def needs_in(parcel: Parcel, blocks: tuple[int, ...]) -> NDArray[Any]:
    """Grades that all classes need in some blocks, a function of nothing else.

    Returns
    -------
    array (C, 256 · blocks), unsigned, of the type of the whole table

    Raises
    ------
    UsageError
        If another program made the parcel.
    """
    if parcel.program and parcel.program != _program():
        raise UsageError(
            "found a worker with another accord, numpy or Python, or another kind of processor, "
            "wanted the same on all machines; install the same versions and start the workers again"
        )
    case = from_archive(json.loads(parcel.content))
    setting = Setting(case, Worlds(case, parcel.seed, blocks, parcel.lines), {})
    games = games_of(setting, parcel.patterns)
    war = war_of(games, at_signing=parcel.at_signing, workers=1)
    own = np.empty(parcel.pattern.size, dtype=np.int32)
    for s, which in enumerate(games.classes.which):
        mine = parcel.pattern == s
        own[mine] = which.reshape(-1)[parcel.combination[mine]]
    return _regraded(setting, war, parcel.peace)[own]


def _regraded(setting: Setting, war: War, packages: Integers) -> NDArray[Any]:
    """Needs as places among the worth of other variants of peace, with the same values, (C, W)."""
    before = in_order(worths(setting, war.peace.packages))
    after = in_order(worths(setting, packages))
    kind = kind_of_grades(len(packages))
    grade = np.full((war.peace.count + 1, setting.worlds.count), len(packages), dtype=kind)
    for world in range(setting.worlds.count):
        grade[:-1, world] = np.searchsorted(after[world], before[world])
    return np.asarray(np.take_along_axis(grade, war.need.astype(np.intp), axis=0))


def _examples(games: Games) -> tuple[NDArray[np.uint8], Integers]:
    """For each class a pattern and a combination of levels that have it, both (C,)."""
    classes = games.classes
    allowed = np.flatnonzero(allowed_combinations(games.setting, classes.provisions))
    pattern = np.zeros(classes.count, dtype=np.uint8)
    combination = np.full(classes.count, -1, dtype=np.int64)
    for s, which in enumerate(classes.which):
        here = which.reshape(-1)[allowed]
        new = combination[here] < 0
        pattern[here[new]] = s
        combination[here[new]] = allowed[new]
    if (combination < 0).any():
        raise ModelError("a class of wars that no package has")
    return pattern, combination


def _archived(case: Case) -> bytes:
    """The case without constraints that hang on shocks.

    A block in which such a shock never falls may rule out what another allows; a worker has to
    answer for what the whole table allows.
    """
    content = to_archive(case)
    if case.file.constraints:
        content["data"]["constraints"] = [
            written_so
            for one, written_so in zip(
                case.file.constraints, content["data"]["constraints"], strict=True
            )
            if not any(
                isinstance(atom, Shock)
                for part in (one.when, one.require)
                for atom in atoms(part.expression)
            )
        ]
    return json.dumps(content).encode()


def _program() -> bytes:
    import platform  # noqa: PLC0415  few need it

    # digits of an exponential may hang on the processor's kind
    parts = (np.__version__, platform.python_version(), platform.machine())
    return hashlib.sha256(repr(parts).encode() + own_code()).digest()


def _answers(
    client: Any, parcel: Parcel, blocks: Sequence[int], bytes_a_block: int
) -> Iterator[tuple[int, NDArray[Any]]]:
    """Needs as they come, each with the place of its first block."""
    dask = _distributed()
    size = _blocks_a_task(_threads(client), len(blocks), bytes_a_block)
    left = iter(range(0, len(blocks), size))
    begins: dict[str, int] = {}
    # the parcel is a task too: lost with its worker, it is made again
    with import_module("dask").config.set({MAY_BE_LARGE: "1GB"}):
        shared = client.submit(_same, parcel, retries=RETRIES, pure=False)
    running = dask.as_completed(loop=client.loop)

    def hand_out() -> None:
        for begin in islice(left, max(AHEAD * _threads(client) - len(begins), 0)):
            some = tuple(blocks[begin : begin + size])
            future = client.submit(needs_in, shared, some, retries=RETRIES, pure=False)
            begins[future.key] = begin
            running.add(future)

    try:
        hand_out()
        for future in running:
            found = future.result()
            future.release()
            yield begins.pop(future.key), found
            hand_out()
    except dask.KilledWorker as error:
        raise UsageError(
            "workers ended again and again at the same blocks, most likely for want of memory; "
            "give each more (dask worker --memory-limit), or start fewer on a machine"
        ) from error
    except (CancelledError, OSError) as error:
        raise UsageError(f"the cluster was lost ({error}); start it again") from error


def _same(parcel: Parcel) -> Parcel:
    return parcel


def _threads(client: Any) -> int:
    return max(1, sum(int(threads) for threads in client.nthreads().values()))


def _blocks_a_task(threads: int, blocks: int, bytes_a_block: int) -> int:
    """Blocks that a worker does together, since what hangs on no world is done once for them."""
    return max(1, min(blocks // (SHARES * threads), MOST_BYTES // max(bytes_a_block, 1)))


@contextmanager
def client_of(where: str, workers: int | None = None) -> Iterator[Any]:
    """A client of a cluster.

    Parameters
    ----------
    where : str
        The address of a scheduler, such as ``tcp://127.0.0.1:8786``; or ``local`` for processes of
        this machine, which end with the context.
    workers : int, optional
        How many processes; by default as many as the machine has processors.

    Yields
    ------
    distributed.Client

    Raises
    ------
    UsageError
        If Dask is missing, or nobody answers at the address, or no worker is there.
    """
    dask = _distributed()
    if where == LOCAL:
        with (
            dask.LocalCluster(
                n_workers=workers or os.cpu_count() or 1, processes=True, threads_per_worker=1,
                host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=logging.ERROR,
                scheduler_kwargs={"dashboard": False}, security=_security(),
            ) as cluster,
            dask.Client(cluster, set_as_default=False) as client,
        ):  # fmt: skip
            yield client
        return
    try:
        # a client that never came to be waits long for its end, so others see first who is there
        with ThreadPoolExecutor(1) as threads:
            threads.submit(asyncio.run, _greet(where)).result()
        client = dask.Client(where, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise UsageError(
            f"found no Dask scheduler at --cluster {where} ({error}), wanted the address that dask "
            "scheduler told when it started, such as tcp://127.0.0.1:8786, or local"
        ) from error
    with client:
        if not client.nthreads():
            raise UsageError(
                f"found a scheduler at {where} without workers; start one: dask worker {where}"
            )
        yield client


async def _greet(where: str) -> None:
    """Connect to a scheduler, and leave."""
    comm = await import_module("distributed.comm").connect(
        where, timeout=SECONDS_TO_CONNECT, **_distributed().Security().get_connection_args("client")
    )
    await comm.close()


def _security() -> Any:
    """Keys for the occasion, so that others on the machine cannot hand in tasks; None without."""
    try:
        return _distributed().Security.temporary()
    except ImportError:
        # encryption is another package's
        return None


def _distributed() -> Any:
    """Dask's scheduler, of the extra; typed in part only."""
    try:
        return import_module("distributed")
    except ImportError:
        raise UsageError(f"--cluster needs Dask, which is not installed: {TO_INSTALL}") from None
