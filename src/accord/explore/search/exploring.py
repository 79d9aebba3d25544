"""The best packages of the whole space of a case, with a bound that is proven.

The certificate speaks of the worlds that were searched; the share that a package is told to have
comes from fresh worlds, and both are shown (MODELS, section 6).
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from accord._errors import ModelError, UsageError
from accord.case.case import Case
from accord.criteria.bargains import space_of
from accord.explore.search.effort import Effort, searched
from accord.explore.search.making import give_back, tables_of
from accord.explore.search.satisfying import allowed_one
from accord.explore.search.whole import Tables, chosen_rule, gaining, tests_of, whole_space
from accord.run.what_if import CHOSEN, WhatIf
from accord.theory.search.branch import Found
from accord.theory.search.climbing import climb
from accord.theory.search.space import Space
from accord.worlds.worlds import Lines

__all__ = [
    "Effort", "Explored", "Offered", "Prepared", "allowed_levels", "best_of", "explore",
    "nothing_of", "prepare",
]  # fmt: skip

SHOWN = 5
"""Packages that are told."""

APART = 3
"""Provisions in which each of them differs from those before it."""

LOOKS_FOR_ANOTHER = 20_000
"""Packages that are looked at for each further one that is told: a number, so that it is always the
same one."""

ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Offered:
    """A package that was found.

    Attributes
    ----------
    levels : mapping of provision to level
    joint, fresh : Estimate
        Share of the worlds that were searched in which it passes all tests, and of fresh ones;
        where margins were asked for, in which actors gain so much besides.
    tests : mapping of test to Estimate
        Shares of the single tests in the worlds that were searched.
    proven : bool
        Whether the search proved that nothing exceeds it by more than the gap; of the others it
        is only known that they are good.
    """

    levels: Mapping[str, str]
    joint: Any
    fresh: Any
    tests: Mapping[str, Any]
    proven: bool


@dataclass(frozen=True, slots=True)
class Explored:
    """What an exploration found.

    Attributes
    ----------
    rule : str
    best : tuple of Offered
        Best first; of a rung of a ladder nothing, where no package keeps all constraints.
    bound : float
        No package has a larger joint share in the worlds that were searched.
    packages : int
        How many packages there are, with what was pinned.
    nodes : int
        Half-made packages that were bounded.
    seconds, tables_seconds : float
        Of the search, and of the tables made before it.
    reproducible : bool
        Whether it is the same on any number of threads: it ended by gap or proof, not by time,
        and no thread came first to what is best.
    worlds, seed, assessed : of the worlds that were searched, and the tests that make up joint
    fresh_worlds : int
        Number of fresh ones.
    pins : mapping of provision to levels
        Those that packages could have, of provisions that could not have all of theirs.
    """

    rule: str
    best: tuple[Offered, ...]
    bound: float
    packages: int
    nodes: int
    seconds: float
    tables_seconds: float
    reproducible: bool
    worlds: int
    seed: int
    assessed: tuple[str, ...]
    fresh_worlds: int
    pins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """By how much the bound exceeds the best."""
        found = self.bound - float(self.best[0].joint.value if self.best else 0.0)
        # a share is a mean of floats, a bound a quotient of whole numbers
        return found if found > ROUNDING else 0.0

    def as_json(self) -> dict[str, Any]:
        """The stable shape in ``accord explore --json``."""
        return {
            "schema": 1,
            "rule": self.rule,
            "best": [_offered_json(each, self.fresh_worlds) for each in self.best],
            "bound": self.bound,
            "gap": self.gap,
            "packages_total": self.packages,
            "nodes": self.nodes,
            "seconds": self.seconds,
            "tables_seconds": self.tables_seconds,
            "reproducible": self.reproducible,
            "worlds": self.worlds,
            "seed": self.seed,
            "assessed": list(self.assessed),
            "pins": {name: list(levels) for name, levels in self.pins.items()},
        }


def _offered_json(one: Offered, fresh_worlds: int) -> dict[str, Any]:
    return {
        "package": dict(one.levels),
        "joint": one.joint.value,
        "joint_fresh": one.fresh.value,
        "se": one.fresh.standard_error,
        "tests": {test: share.value for test, share in one.tests.items()},
        "proven": one.proven,
        "fresh": {
            "worlds": fresh_worlds,
            "blocks": one.fresh.blocks,
            "effective_worlds": one.fresh.effective_worlds,
            "bound": one.fresh.bound,
        },
    }


@dataclass(frozen=True, eq=False)
class Prepared:
    """A case with worlds and class tables, to be searched as often as one likes.

    Attributes
    ----------
    asking, fresh : WhatIf
        Packages put to the tests in the worlds that are searched, and in fresh ones.
    tables : Tables
    tables_seconds : float
    workers : int
    """

    asking: WhatIf
    fresh: WhatIf
    tables: Tables
    tables_seconds: float
    workers: int

    @property
    def case(self) -> Case:
        """The case."""
        return self.asking.case


def prepare(
    case: Case, *, worlds: int = 2048, seed: int = 1, lines: Lines = "stated", workers: int = 2,
    folder: Path | None = None, memory: int | None = None,
    making: Callable[[float], None] | None = None, cluster: str | None = None,
    unkept: Callable[[UsageError], None] | None = None,
) -> Prepared:  # fmt: skip
    """Draw worlds and make the class tables.

    Parameters
    ----------
    cluster : str, optional
        The address of a Dask scheduler whose workers make the tables, or ``local``.
    unkept : function of a UsageError, optional
        Told where the tables cannot be kept, as of an ``Effort``.

    Others are those of :func:`explore`.
    """
    _check_asked(case, worlds, seed, lines, workers)
    asking = WhatIf(case, worlds=worlds, seed=seed, lines=lines)
    tables, seconds = tables_of(
        asking.setting, folder=folder, memory=memory, workers=workers, progress=making,
        cluster=cluster, unkept=unkept,
    )  # fmt: skip
    fresh = WhatIf(case, worlds=worlds, seed=seed, lines=lines, first_block=asking.blocks[-1] + 1)
    return Prepared(asking, fresh, tables, seconds, workers)


def _check_asked(case: Case, worlds: int, seed: int, lines: str, workers: int) -> None:
    """Refuse before any work what cannot be asked."""
    for name, value, least in (("worlds", worlds, 1), ("seed", seed, 0), ("workers", workers, 1)):
        if value < least:
            raise UsageError(f"found --{name} {value}, wanted a whole number from {least}")
    if lines not in get_args(Lines):
        raise UsageError(f"found lines {lines}, wanted one of {', '.join(get_args(Lines))}")
    if not tests_of(case):
        raise UsageError("no test can be put to this case")


def explore(
    case: Case, effort: Effort | None = None, *, worlds: int = 2048, seed: int = 1,
    consent: str | None = None, pins: Mapping[str, Sequence[str]] | None = None,
    lines: Lines = "stated", workers: int = 2, folder: Path | None = None,
    memory: int | None = None, making: Callable[[float], None] | None = None,
) -> Explored:  # fmt: skip
    """Search all packages of a case for those that pass all tests in most worlds.

    Parameters
    ----------
    effort : Effort, optional
        A minute, or until nothing better is left, where none is given.
    worlds, seed : int
        Worlds that are searched; as many fresh ones tell the shares of what was found. Of either
        there are more where a journal makes some of them weigh little.
    consent : str, optional
        The consent rule; the case's own by default.
    pins : mapping of provision to levels, optional
        Levels that packages may have; all of them for provisions that are not named.
    folder : Path, optional
        Where class tables are kept.
    memory : int, optional
        Bytes that tables may take.
    making : function of a share, optional
        Told how far the tables are.

    Raises
    ------
    UsageError
        If no test can be put to the case, a rule or level is unknown, or tables do not fit.
    """
    rule, allowed = chosen_rule(case, consent), allowed_levels(case, pins or {})
    prepared = prepare(
        case, worlds=worlds, seed=seed, lines=lines, workers=workers, folder=folder,
        memory=memory, making=making,
    )  # fmt: skip
    return best_of(prepared, rule, allowed, effort or Effort())


def best_of(
    prepared: Prepared, rule: str, allowed: Sequence[Sequence[int]], effort: Effort, *,
    margins: Mapping[str, float] | None = None, shown: int = SHOWN,
) -> Explored:  # fmt: skip
    """Search the packages of a case that was prepared.

    Parameters
    ----------
    allowed : sequence of sequence of int
        Levels that packages may have, by provision.
    margins : mapping of actor to points, optional
        What actors have to gain over walking away wherever a package passes.
    shown : int
        How many packages are told at most, the best among them.

    Raises
    ------
    UsageError
        If no package keeps all constraints of the case, or the search was ended before one was
        found.
    """
    began = time.monotonic()
    give_back()
    asking, case = prepared.asking, prepared.case
    space = whole_space(
        asking.setting, rule, prepared.tables, margins=margins, workers=prepared.workers
    )
    part, seed = space.restricted(allowed), asking.setting.worlds.seed
    laid_out = time.monotonic() - began
    named, whole = named_packages(case, allowed), space_of(asking.setting)
    found = searched(part, effort, named, prepared.workers, seed)
    first = found.levels if found.value else allowed_one(asking.setting, allowed, effort.stop)
    others = _others(part, found, seed, shown, effort.stop) if found.value else []
    levels = [
        whole.chosen([own[level] for own, level in zip(allowed, each, strict=True)])
        for each in (first, *others)
    ]
    best = [
        _offered(prepared, rule, each, margins or {}, proven=number == 0)
        for number, each in enumerate(levels)
    ]
    best.sort(key=lambda one: (-one.joint.value, not one.proven))
    return Explored(
        rule, tuple(best), found.bound / space.total, part.packages, found.nodes, found.seconds,
        prepared.tables_seconds + laid_out, found.reproducible, asking.worlds, seed, asking.tests,
        prepared.fresh.worlds, _pins(case, allowed),
    )  # fmt: skip


def nothing_of(prepared: Prepared, rule: str, allowed: Sequence[Sequence[int]]) -> Explored:
    """What is told of packages none of which keeps all constraints of the case: a bound of 0."""
    asking = prepared.asking
    return Explored(
        rule, (), 0.0, math.prod(map(len, allowed)), 0, 0.0, prepared.tables_seconds, True,
        asking.worlds, asking.setting.worlds.seed, asking.tests, prepared.fresh.worlds,
        _pins(prepared.case, allowed),
    )  # fmt: skip


def _pins(case: Case, allowed: Sequence[Sequence[int]]) -> dict[str, tuple[str, ...]]:
    """Levels of provisions that may not have all of theirs."""
    return {
        name: tuple(list(provision.levels)[level] for level in own)
        for (name, provision), own in zip(case.file.provisions.items(), allowed, strict=True)
        if len(own) < len(provision.levels)
    }


def _others(
    space: Space, found: Found, seed: int, shown: int, stop: threading.Event | None
) -> list[tuple[int, ...]]:
    """Good packages that differ from the best and from one another."""
    result: list[tuple[int, ...]] = [found.levels]
    apart = min(APART, len(space.sizes))
    while len(result) < shown:
        try:
            another = climb(space, seed, avoid=(*result, apart), looks=LOOKS_FOR_ANOTHER, stop=stop)
        except ModelError:
            # no package differs so much from all of them
            break
        if not another.value:
            break
        result.append(another.levels)
    return result[1:]


def _offered(
    prepared: Prepared, rule: str, levels: Mapping[str, str], margins: Mapping[str, float], *,
    proven: bool,
) -> Offered:  # fmt: skip
    joint = []
    for asking in (prepared.asking, prepared.fresh):
        verdict = asking.judge(levels).verdict
        where = verdict.joint(rule, CHOSEN) & gaining(asking.setting, levels, margins)
        joint.append(verdict.estimate(where))
    here = prepared.asking.judge(levels).verdict
    tests = {test: here.share(test, rule, CHOSEN) for test in here.assessed}
    return Offered(levels, joint[0], joint[1], tests, proven)


def named_packages(case: Case, allowed: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """The packages that the case names, as far as their levels are allowed."""
    found = []
    for name in case.file.packages:
        chosen = case.chosen(name)
        levels = [provision.index(chosen[each]) for each, provision in case.file.provisions.items()]
        if all(level in own for level, own in zip(levels, allowed, strict=True)):
            found.append(tuple(list(o).index(n) for n, o in zip(levels, allowed, strict=True)))
    return found


def allowed_levels(case: Case, pins: Mapping[str, Sequence[str]]) -> list[list[int]]:
    """The levels of every provision that packages may have.

    Raises
    ------
    UsageError
        For a provision or level that the case does not have.
    """
    provisions = case.file.provisions
    for name, levels in pins.items():
        if name not in provisions:
            raise UsageError(f"found the provision {name}, wanted one of {', '.join(provisions)}")
        if not levels:
            raise UsageError(f"found no level of {name}, wanted at least one of those it may have")
        for level in levels:
            if level not in provisions[name].levels:
                raise UsageError(
                    f"found {level} of {name}, wanted one of {', '.join(provisions[name].levels)}"
                )
    return [
        [provision.index(level) for level in dict.fromkeys(pins.get(name, provision.levels))]
        for name, provision in provisions.items()
    ]
