"""Whether pledges deliver, for whole lists of packages, losses and coalitions, world by world.

A package acts on delivery through three choices only: which variant of its condition each pledge
follows, which variant of its amount, and which variant of each requirement. Packages that choose
alike are one class. Who goes is settled once a class of conditions; what the pools bring is added
up once a component of the pool-capability graph and class; supply and demand are compared once a
pair of classes; a package is then the conjunction of its components (Gale 1957: every connected
set of capabilities is a cut, and cuts of different components do not touch).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from accord.theory.capacity import coverage
from accord.theory.delivery.classes import classes_of, distinct_rows
from accord.theory.delivery.covering_compiled import covering_rows
from accord.theory.delivery.joining_compiled import joining_rows
from accord.theory.delivery.programs import packed_worlds, unpacked_worlds
from accord.theory.delivery.space import Component, DeliverySpace

__all__ = ["delivered_rows", "going_rows"]

Booleans: TypeAlias = NDArray[np.bool_]
Integers: TypeAlias = NDArray[np.int64]
Words: TypeAlias = NDArray[np.uint64]


class _Threads(ThreadPoolExecutor):
    """Threads that share rows of work evenly; what they write lies apart."""

    def __init__(self, workers: int) -> None:
        super().__init__(workers)
        self.workers = workers

    def share(self, work: Callable[[int, int], None], rows: int) -> None:
        """Call ``work(begin, end)`` for stretches of rows that cover all of them."""
        ends = np.linspace(0, rows, self.workers + 1).astype(int).tolist()
        parts = [pair for pair in itertools.pairwise(ends) if pair[0] < pair[1]]
        if len(parts) == 1:
            work(*parts[0])
            return
        for done in [self.submit(work, begin, end) for begin, end in parts]:
            done.result()


_CLASSES_AT_ONCE = 2048


def delivered_rows(
    space: DeliverySpace,
    package: Integers | None = None,
    allowed: Booleans | None = None,
    *,
    components: Sequence[Component] | None = None,
    workers: int = 1,
) -> Words:
    """The worlds in which packages are delivered, as bits.

    Parameters
    ----------
    space : DeliverySpace
    package : int array (N,), optional
        The package of each row; every package once when left out.
    allowed : bool array (N, contributors), optional
        Who may join in each row: all but one for a loss, a coalition for its worth.
    components : sequence of Component, optional
        Of the space; only what these ask for has to be covered.
    workers : int
        Threads; the result is the same for any number.

    Returns
    -------
    uint64 array (N, words)
        Bit b of word i is world 64·i + b.

    References
    ----------
    Tarski 1955 (who goes); Gale 1957 (what is covered).
    """
    rows, who, first, kind = _asked(space, package, allowed)
    result = np.repeat(packed_worlds(np.ones((1, space.worlds), dtype=np.bool_)), rows.size, axis=0)
    order = np.argsort(kind, kind="stable")
    begins = np.arange(0, first.size, _CLASSES_AT_ONCE)
    parts = np.split(order, np.searchsorted(kind[order], begins[1:]))[: begins.size]
    asked = space.components if components is None else components

    def settle(begin: int, end: int, inside: _Threads) -> None:
        for at in range(begin, end):
            some, chosen = parts[at], first[begins[at] : begins[at] + _CLASSES_AT_ONCE]
            going = _going(space, space.condition_of[rows[chosen]], who[chosen], inside)
            for component in asked:
                covered, pair = _covered(
                    space, component, going, kind[some] - begins[at], rows[some], inside
                )
                result[some] &= covered[pair]

    with _Threads(workers) as threads, _Threads(1) as alone:
        if begins.size < workers:
            settle(0, begins.size, threads)
        else:
            # enough stretches of classes for every thread to take whole ones
            threads.share(lambda begin, end: settle(begin, end, alone), begins.size)
    return result


def going_rows(
    space: DeliverySpace,
    package: Integers | None = None,
    allowed: Booleans | None = None,
    *,
    workers: int = 1,
) -> tuple[Words, Integers]:
    """Who goes, for every distinct choice of conditions and contributors.

    Parameters are those of :func:`delivered_rows`.

    Returns
    -------
    uint64 array (G, M, words)
    int64 array (N,)
        Which of the G each row is.
    """
    rows, who, first, kind = _asked(space, package, allowed)
    with _Threads(workers) as threads:
        variants = space.condition_of[rows[first]]
        return _going(space, variants, who[first], threads), kind


def _asked(
    space: DeliverySpace, package: Integers | None, allowed: Booleans | None
) -> tuple[Integers, Booleans, Integers, Integers]:
    """Packages, contributors allowed, and the classes of rows by conditions and contributors."""
    rows = np.arange(len(space.condition_of)) if package is None else np.asarray(package)
    who = (
        np.ones((rows.size, space.contributors), dtype=np.bool_)
        if allowed is None
        else np.asarray(allowed, dtype=np.bool_)
    )
    several = [m for m, variants in enumerate(space.conditions) if len(variants) > 1]
    columns = [space.condition_of[rows, m].astype(np.int64) for m in several]
    if allowed is not None:
        columns += list(who.T.astype(np.int64))
    return rows, who, *classes_of(columns, rows.size)


def _going(
    space: DeliverySpace,
    variants: Integers,
    allowed: Booleans,
    threads: _Threads,
) -> Words:
    """Who goes in each row, shape (R, M, words)."""
    programs = space.programs
    available = packed_worlds(space.available)
    coin = packed_worlds(space.coin)[0]
    owner = np.asarray(space.owner, dtype=np.int64)
    which = (programs.first[None] + variants).astype(np.int64)
    going = np.empty((len(which), len(owner), coin.size), dtype=np.uint64)

    def settle(begin: int, end: int) -> None:
        joining_rows(
            programs.code, programs.start, programs.order, programs.circular, programs.masks,
            programs.deepest, available, owner, which[begin:end], allowed[begin:end], coin,
            going[begin:end],
        )  # fmt: skip

    threads.share(settle, len(which))
    return going


def _covered(
    space: DeliverySpace,
    component: Component,
    going: Words,
    kind: Integers,
    package: Integers,
    threads: _Threads,
) -> tuple[Words, Integers]:
    """The worlds in which a component is covered, by class, and the class of each row."""
    inside = np.ascontiguousarray(going[:, component.pools])
    distinct, same = distinct_rows(inside)
    amounts = [space.amount_of[package, m].astype(np.int64) for m in component.pools]
    needs = [space.requirement_of[package, k].astype(np.int64) for k in component.members]
    # neighbours differ in few requirements, as what is compared row by row likes them to
    first, pair = classes_of([same[kind], *amounts, *needs], kind.size)
    brings = [a[first] + f for a, f in zip(amounts, component.first, strict=True)]
    went = distinct[same[kind[first]]]
    choices = np.stack([went, *brings, *(need[first] for need in needs)], axis=1)
    compare = _compared if component.listed else _by_programming
    return compare(space, component, inside, choices, threads), pair


def _compared(
    space: DeliverySpace, component: Component, going: Words, choices: Integers, threads: _Threads
) -> Words:
    """The worlds in which a component is covered, by who goes and the variants of everything."""
    counts = [len(space.requirements[k]) for k in component.members]
    first = np.cumsum([len(component.brings), *counts[:-1]])
    needs = np.concatenate([np.stack(space.requirements[k]) for k in component.members])
    gives = np.concatenate([component.brings, -needs.astype(component.brings.dtype)])
    own = choices.copy()
    own[:, -first.size :] += first
    touches = np.concatenate([component.serves.T, component.member.T])
    covered = np.empty((len(own), going.shape[2]), dtype=np.uint64)

    def compare(begin: int, end: int) -> None:
        covering_rows(going, gives, component.phase, touches, own[begin:end], covered[begin:end])

    threads.share(compare, len(own))
    return covered


def _by_programming(
    space: DeliverySpace, component: Component, going: Words, choices: Integers, _threads: _Threads
) -> Words:
    """As :func:`_compared` where cuts are too many to list."""
    covered = np.empty((len(choices), going.shape[2]), dtype=np.uint64)
    needs = 1 + component.pools.size
    for row, choice in enumerate(choices):
        wanted = zip(component.members, choice[needs:], strict=True)
        found = coverage(
            unpacked_worlds(going[choice[0]], space.worlds),
            component.brings[choice[1:needs]].astype(np.int64),
            component.roles,
            np.stack([space.requirements[k][v] for k, v in wanted]),
        )
        covered[row] = packed_worlds(found.delivered)[0]
    return covered
