"""For every class of wars, how much peace has to be worth to the challenger in each world.

Guarantors and protege never look at what keeping the peace is worth to the challenger, y = s_C + x.
So a war of one class is deterred in a world, at signing and in every later year in which the
challenger is tempted, iff y reaches a threshold. Thresholds are kept as *grades*, places among the
values that y has there, so that they compare exactly and take few bytes (MODELS, section 5).

Classes differ in the numbers of the game, in the forces that go, and in the chance that a policy
is reversed. In one world most forces are alike, since what is not available goes under no package;
a game is solved once for each pair of numbers and forces that differ there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.criteria.bargains import space_of
from accord.criteria.pledging import coin
from accord.criteria.setting import Setting
from accord.criteria.temptation import temptation
from accord.explore.search.war_games import Fields, Moments, fields_of, moments
from accord.explore.search.war_near import NearGames, can_be_near
from accord.explore.search.war_parts import (
    Part,
    distinct_arrays,
    forces,
    graded,
    kind_of_grades,
    numbers_of_war,
    numbers_of_years,
    peace,
    spread,
    together,
    worths,
)
from accord.theory.bargaining.space import CONSTRAINT
from accord.theory.choice import logistic
from accord.theory.delivery.classes import distinct_rows
from accord.theory.deterrence import attack_threshold, gross_value

__all__ = ["Classes", "Games", "War", "allowed_combinations", "games_of", "war_of"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

AT_ONCE = 120_000
"""Games that are laid out together."""

NEARLY_SURE = 1.0 - 1e-6
"""Temptations above it for which digits of a chance are lost."""

STRETCH = 64
"""Worlds whose needs are written together."""


@dataclass(frozen=True, eq=False)
class Classes:
    """Classes of wars.

    Attributes
    ----------
    provisions : tuple of int
        All that tell classes apart.
    value_of : int32 array (V, parts)
        Of each combination of numbers, the variant of each part.
    first, second, third : int32 array (C,)
        Numbers, forces and reversal of each class.
    which : tuple of int32 array (L, …)
        The class of each combination of levels, for each pattern of consents; patterns that make
        no difference share one.
    """

    provisions: tuple[int, ...]
    value_of: NDArray[np.int32]
    first: NDArray[np.int32]
    second: NDArray[np.int32]
    third: NDArray[np.int32]
    which: tuple[NDArray[np.int32], ...]

    @property
    def count(self) -> int:
        """C."""
        return self.first.size


@dataclass(frozen=True, eq=False)
class Games:
    """All games that packages may come to, not solved yet.

    Attributes
    ----------
    setting : Setting
    when : Moments
    fields : Fields
    classes : Classes
    peace : Part
        What peace is worth to the challenger, which no game looks at.
    """

    setting: Setting
    when: Moments
    fields: Fields
    classes: Classes
    peace: Part


def games_of(setting: Setting, patterns: Sequence[Mapping[str, bool]]) -> Games:
    """Sort all packages into classes of wars, for each pattern of consents."""
    values, years = numbers_of_war(setting), numbers_of_years(setting)
    found, when = forces(setting, patterns), moments(setting, years)
    fields = fields_of(setting, when, years, values, found, patterns)
    # forces that are alike in every moment are one
    table = fields.changed[-1][2]
    _, alike = distinct_rows(table.reshape(len(table), -1).view(np.uint64))
    under = [Part(p.provisions, alike[p.which], p.packages) for p in found.under]
    kept = np.unique(alike, return_index=True)[1]
    number, places, _ = fields.changed[-1]
    fields = Fields(fields.plain, (*fields.changed[:-1], (number, places, table[kept])))
    classes = _classes(setting, values, years, under, len(kept))
    return Games(setting, when, fields, classes, peace(setting))


def _classes(
    setting: Setting, values: Sequence[Part], years: Part, under: Sequence[Part], forces: int
) -> Classes:
    whole = together(setting, values)
    scope = tuple(sorted({j for p in (whole, years, *under) for j in p.provisions}))
    sizes = space_of(setting).sizes
    shape = [sizes[j] for j in scope]
    numbers = spread(whole, scope, shape) * years.count + spread(years, scope, shape)
    span = whole.count * years.count * forces
    keys, same = distinct_arrays(numbers * forces + spread(part, scope, shape) for part in under)
    seen, allowed = np.zeros(span, dtype=np.bool_), allowed_combinations(setting, scope)
    for key in keys:
        seen[key[allowed]] = True
    known = np.flatnonzero(seen)
    place = np.cumsum(seen, dtype=np.int32) - 1
    pair, second = np.divmod(known, forces)
    first, third = np.divmod(pair, years.count)
    value_of = [[int(p.which[tuple(levels[list(p.provisions)])]) for p in values]
                for levels in whole.packages]  # fmt: skip
    which = [np.where(allowed, place[key], np.int32(0)) for key in keys]
    return Classes(
        scope, np.array(value_of, dtype=np.int32).reshape(whole.count, -1),
        first.astype(np.int32), second.astype(np.int32), third.astype(np.int32),
        tuple(which[number] for number in same),
    )  # fmt: skip


def allowed_combinations(setting: Setting, scope: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which combinations of levels no constraint of the case rules out, (L, …)."""
    space = space_of(setting)
    result = np.ones([space.sizes[j] for j in scope], dtype=np.bool_)
    for _, party, table, _ in space.parts[3]:
        kept = np.asarray(np.asarray(table.values, dtype=np.bool_).any(axis=-1))
        inside = [j for j in table.provisions if j in scope]
        if party != CONSTRAINT or not inside:
            continue
        # a level of another provision may yet let it be kept
        outside = tuple(i for i, j in enumerate(table.provisions) if j not in scope)
        shape = [space.sizes[j] if j in inside else 1 for j in scope]
        result &= kept.any(axis=outside).reshape(shape)
    return result


@dataclass(frozen=True, eq=False)
class War:
    """What peace is worth, and what it has to be worth, as grades.

    Attributes
    ----------
    peace : Part
    have : unsigned array (Q, W)
        Grades of the variants of peace, of the least type that holds Q.
    need : unsigned array (C, W)
        Grades that the classes need, of the same type; Q where nothing is enough.
    """

    peace: Part
    have: NDArray[Any]
    need: NDArray[Any]


def war_of(
    games: Games, *, at_signing: bool, workers: int = 2,
    progress: Callable[[float], None] | None = None,
) -> War:  # fmt: skip
    """Work out the grades of all classes.

    Parameters
    ----------
    at_signing : bool
        Whether the first temptation counts (test 3); the years count where the case has them.
    progress : function of the share that is done, optional
    """
    setting, classes = games.setting, games.classes
    ordered, have = graded(worths(setting, games.peace.packages))
    need = np.zeros((classes.count, setting.worlds.count), dtype=have.dtype)
    solver = _Solver(games, ordered, at_signing=at_signing)
    stretches = range(0, setting.worlds.count, STRETCH)
    done = 0

    def settle(begin: int) -> None:
        end = min(begin + STRETCH, setting.worlds.count)
        need[:, begin:end] = solver.needs(begin, end).T

    threads = ThreadPoolExecutor(workers)
    try:
        for _ in threads.map(settle, stretches):
            done += 1
            if progress is not None:
                progress(done / len(stretches))
    finally:
        # who is interrupted does not wait for what has not begun
        threads.shutdown(cancel_futures=True)
    return War(games.peace, have, need)


class _Solver:
    """Solves the games of all classes in a stretch of worlds."""

    def __init__(self, games: Games, ordered: Floats, *, at_signing: bool) -> None:
        setting, classes = games.setting, games.classes
        record = setting.case.file.deterrence
        assert record is not None
        self._classes, self._ordered, self._at_signing = classes, ordered, at_signing
        self._kind = kind_of_grades(ordered.shape[1])
        self._when, self._fields = games.when, games.fields
        self._near = None
        if can_be_near(games.fields.plain):
            self._near = NearGames(games.fields, games.when.worlds.size)
        self._alike, self._kinds, self._example = _alike(self._fields)
        world = self._when.worlds
        self._coin = coin(setting)[world]
        horizon = int(self._when.years.max(initial=0))
        bars = [temptation(setting.worlds, record.persistence, t) for t in range(horizon + 1)]
        self._bar = np.stack(bars)[self._when.years, world]
        precision = np.asarray(setting.worlds.value(record.challenger.precision))
        self._precision = precision[world] if precision.size > 1 else precision
        self._of_world = _by_world(self._when, setting.worlds.count)

    def needs(self, begin: int, end: int) -> NDArray[Any]:
        """Grades that the classes need in some worlds, (worlds, C)."""
        own = self._classes
        count = self._ordered.shape[1]
        result = np.zeros((end - begin, own.count), dtype=self._kind)
        live = np.ones(own.count, dtype=np.uint8)
        if self._at_signing:
            for group in self._groups([(w, live) for w in range(begin, end)]):
                self._settle(group, result, begin)
        asked = []
        for w in range(begin, end):
            for moment, variants in self._of_world[w]:
                here = (result[w - begin] < count) & np.isin(own.third, variants)
                asked.append((moment, here.astype(np.uint8)))
        for group in self._groups(asked):
            self._settle(group, result, begin)
        return result

    def _groups(self, asked: Sequence[tuple[int, Any]]) -> Any:
        """Moments with the pairs asked for, in groups of not too many games."""
        from accord.theory.search.pairs_compiled import mark_pairs  # noqa: PLC0415

        own, group, size = self._classes, [], 0
        for moment, live in asked:
            kinds = int(self._kinds[moment])
            mark = np.zeros(len(own.value_of) * kinds, dtype=np.uint8)
            mark_pairs(own.first, own.second, self._alike[moment], kinds, live, mark)
            pairs = np.flatnonzero(mark)
            group.append((moment, live, pairs))
            size += pairs.size
            if size >= AT_ONCE:
                yield group
                group, size = [], 0
        if group:
            yield group

    def _settle(self, group: Sequence[tuple[int, Any, Integers]], result: Any, begin: int) -> None:
        """Solve the games of a group and raise the needs of classes."""
        from accord.theory.search.pairs_compiled import give_needs  # noqa: PLC0415

        own = self._classes
        moment = np.concatenate([np.full(pairs.size, m) for m, _, pairs in group])
        value = np.concatenate([pairs // self._kinds[m] for m, _, pairs in group])
        force = np.concatenate([self._example[m][pairs % self._kinds[m]] for m, _, pairs in group])
        if not moment.size:
            return
        needs = self._graded(moment, value, force)
        start = 0
        for m, live, pairs in group:
            kinds = int(self._kinds[m])
            of_pair = np.zeros(len(own.value_of) * kinds, dtype=self._kind)
            of_pair[pairs] = needs[start : start + pairs.size]
            start += pairs.size
            row = result[int(self._when.worlds[m]) - begin]
            give_needs(own.first, own.second, self._alike[m], kinds, live, of_pair, row)

    def _graded(self, moment: Integers, value: Integers, force: Integers) -> NDArray[np.int32]:
        """The grade that each game needs."""
        from accord.theory.near_values_compiled import FLAT, NEAR  # noqa: PLC0415
        from accord.theory.search.pairs_compiled import first_at_least  # noqa: PLC0415

        own = self._classes.value_of[value]
        variants = np.ascontiguousarray(np.concatenate([own, force[:, None]], axis=1))
        precision, bar = self._precision_at(moment), self._bar[moment]
        column = self._when.worlds[moment].astype(np.int32)
        result = np.empty(moment.size, dtype=np.int32)
        if self._near is None:
            return self._solved(moment, variants)
        gross, doubtful = self._near.gross(moment, variants.astype(np.int32))
        wanted = attack_threshold(gross, precision, bar)
        first_at_least(wanted - NEAR, column, self._ordered, result)
        again = np.empty_like(result)
        first_at_least(wanted + NEAR, column, self._ordered, again)
        # where a value of peace lies so near, and where digits end, the game is solved itself
        doubtful |= (again != result) | ((bar > NEARLY_SURE) & (bar < 1.0)) | ~(precision > FLAT)
        at = np.flatnonzero(doubtful)
        if at.size:
            result[at] = self._solved(moment[at], variants[at])
        return result

    def _precision_at(self, moment: Integers) -> Floats:
        return np.broadcast_to(
            self._precision[moment] if self._precision.size > 1 else self._precision, moment.shape
        )

    def _solved(self, moment: Integers, variants: Integers) -> NDArray[np.int32]:
        """The same by the game itself."""
        from accord.theory.search.pairs_compiled import first_at_least  # noqa: PLC0415

        game = self._fields.at(list(variants.T), moment)
        gross = gross_value(game, self._coin[moment])
        precision, bar = self._precision_at(moment), self._bar[moment]
        column = self._when.worlds[moment].astype(np.int32)
        wanted = attack_threshold(gross, precision, bar)
        result = np.empty(moment.size, dtype=np.int32)
        first_at_least(wanted, column, self._ordered, result)
        later = np.flatnonzero(self._when.years[moment] > 0)
        if later.size:
            result[later] = self._exactly(
                result[later], gross[later], precision[later], bar[later], column[later]
            )
        return result

    def _exactly(
        self, need: NDArray[np.int32], gross: Floats, precision: Floats, bar: Floats,
        column: NDArray[np.int32],
    ) -> NDArray[np.int32]:  # fmt: skip
        """Years go by the chance of attack itself, which may differ in the last digit."""
        count = self._ordered.shape[1]

        def comes(at: NDArray[np.int32]) -> NDArray[np.bool_]:
            worth = self._ordered[column, np.clip(at, 0, count - 1)]
            return np.asarray(bar < logistic(precision * (gross - worth)))

        while (more := (need < count) & comes(need)).any():
            need = need + more
        while (less := (need > 0) & ~comes(need - 1)).any():
            need = need - less
        return need


def _alike(fields: Fields) -> tuple[list[NDArray[np.int32]], Integers, list[Integers]]:
    """Forces that are alike in each moment: their kinds, how many, and one of each kind."""
    table = fields.changed[-1][2]
    alike, kinds, example = [], [], []
    for k in range(table.shape[2]):
        rows = np.ascontiguousarray(table[:, :, k])
        width = max(rows.shape[1], 1) * 8
        keys = rows.view(f"V{width}").reshape(-1) if rows.shape[1] else np.zeros(len(rows))
        _, first, number = np.unique(keys, return_index=True, return_inverse=True)
        alike.append(number.astype(np.int32).reshape(-1))
        kinds.append(len(first))
        example.append(first.astype(np.int64))
    return alike, np.array(kinds, dtype=np.int64), example


def _by_world(when: Moments, worlds: int) -> list[list[tuple[int, NDArray[np.int32]]]]:
    """For each world its moments after signing, and which variants of reversal have them."""
    having: dict[int, list[int]] = {}
    for r, own in enumerate(when.of_variant):
        for moment in own.tolist():
            having.setdefault(moment, []).append(r)
    result: list[list[tuple[int, NDArray[np.int32]]]] = [[] for _ in range(worlds)]
    for moment, who in sorted(having.items()):
        result[int(when.worlds[moment])].append((moment, np.array(who, dtype=np.int32)))
    return result
