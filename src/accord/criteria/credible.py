"""Test 3: does it deter a renewed attack, and would the guarantors honour it?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.case.case import Case
from accord.criteria.alike import war_key
from accord.criteria.fighting import build_game, guarantor_names
from accord.criteria.pledging import coin
from accord.criteria.setting import Setting, TestResult
from accord.criteria.temptation import temptation
from accord.theory.deterrence import (
    CHALLENGERS_STAKE,
    NO_SINGLE_GUARANTOR,
    PROTEGE_ALONE,
    Attack,
    Equilibrium,
    Lever,
    attack_threshold,
    solve,
    solve_attack,
    strongest_pillar,
    weakest_link,
)
from accord.theory.game import Game, check_game, restrict

__all__ = ["assess", "attack", "games", "not_assessed", "peace", "solution", "threshold"]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
_SPECIAL = {
    NO_SINGLE_GUARANTOR: "no-single-guarantor",
    CHALLENGERS_STAKE: "challengers-stake",
    PROTEGE_ALONE: "protege-alone",
}


def not_assessed(case: Case) -> str | None:
    """Why the test cannot be put, or None."""
    if case.file.deterrence is None:
        return "the case has no deterrence block"
    if not case.file.pledges:
        return "the case has no pledges, so no strength is known"
    return None


def games(setting: Setting, package: str) -> tuple[Game, Game]:
    """The game by true values, and as the challenger sees it."""

    def compute() -> tuple[Game, Game]:
        true = build_game(setting, package)
        record = setting.case.file.deterrence
        assert record is not None
        return true, build_game(setting, package, beliefs=True) if record.beliefs else true

    return setting.once(("games", package), compute)


def solution(setting: Setting, package: str) -> Equilibrium:
    """The solved game at signing."""

    def compute() -> Equilibrium:
        true, seen = games(setting, package)
        return solve(true, seen, coin(setting))

    return setting.once(("solution", package), compute)


def attack(setting: Setting, package: str) -> Attack | Equilibrium:
    """The challenger's side at signing; a brief package is not solved for more."""
    if package not in setting.brief:
        return solution(setting, package)

    def compute() -> Attack:
        true, seen = games(setting, package)
        check_game(true)
        return solve_attack(seen, coin(setting))

    return setting.once(("attack", package), compute)


def peace(setting: Setting, package: str) -> Floats:
    """s_C + x, what keeps the challenger from attacking besides the war itself, shape (W,)."""
    record = setting.case.file.deterrence
    assert record is not None
    result = np.zeros(setting.worlds.count)
    for number in (record.challenger.without_attack, record.challenger.snapback):
        if number is not None:
            result = result + setting.number(package, number)
    return result


def threshold(setting: Setting, gross: Floats, first: Floats) -> Floats:
    """The least s_C + x that deters at the first temptation, shape (W,).

    ``gross`` is what attacking is worth before any snap-back.
    """
    record = setting.case.file.deterrence
    assert record is not None
    return attack_threshold(gross, setting.worlds.value(record.challenger.precision), first)


def _margin(setting: Setting, package: str, first: Floats) -> Floats:
    """e_0 - P(attack), with the sign of the threshold form, which whole spaces go by."""
    solved = attack(setting, package)
    margin = first - solved.p_attack
    holds = peace(setting, package) >= threshold(setting, solved.gross_value, first)
    # the two forms differ in the last digit at most
    margin = np.where(holds, np.maximum(margin, 0.0), margin)
    return np.where(holds | (margin < 0.0), margin, -np.finfo(np.float64).tiny)


def assess(setting: Setting) -> TestResult:
    """Margin e_0 − P(attack) and on whom it hangs (MODELS, section 3)."""
    record = setting.case.file.deterrence
    assert record is not None
    deciders = guarantor_names(record)
    names = tuple(
        [f"weakest:{name}" for name in deciders]
        + [f"pillar:{name}" for name in deciders]
        + list(_SPECIAL.values())
    )
    shape = (1, len(setting.packages), setting.worlds.count)
    values, reasons = np.zeros(shape), np.zeros(shape, dtype=np.int64)
    details: dict[str, Any] = {}
    first = temptation(setting.worlds, record.persistence, 0)
    for column, package in enumerate(setting.packages):

        def judge(package: str = package) -> _Judged:
            return _judge(setting, package, names, first)

        if package in setting.brief:
            judged = setting.while_recent("credible", war_key(setting, package), judge)
        else:
            judged = judge()
            details[package] = _detail(setting, package, deciders, judged)
        values[0, column], reasons[0, column] = judged.margin, judged.reasons
    return TestResult((None,), values, reasons, names, details)


@dataclass(frozen=True, eq=False)
class _Judged:
    """Margin and reason (W,), and the chances of attack with each absent or certain (n, W)."""

    margin: Floats
    reasons: NDArray[np.int64]
    absent: Floats
    certain: Floats


def _judge(setting: Setting, package: str, names: tuple[str, ...], first: Floats) -> _Judged:
    """Margin and reason; chances without and with each guarantor everywhere unless brief."""
    record = setting.case.file.deterrence
    assert record is not None
    deciders, seen = guarantor_names(record), games(setting, package)[1]
    margin = _margin(setting, package, first)
    told = np.full(margin.shape, package not in setting.brief)
    weak = _lever(weakest_link, seen, told | (margin < 0), first, coin(setting))
    pillar = _lever(strongest_pillar, seen, told | (margin >= 0), coin(setting))
    fails = _indices(names, "weakest:", deciders, weak.guarantor)
    passes = _indices(names, "pillar:", deciders, pillar.guarantor)
    reasons = np.where(margin < 0, fails, passes)
    return _Judged(margin, reasons, pillar.p_attack, weak.p_attack)


def _lever(
    find: Callable[..., Lever], game: Game, where: Booleans, *by_world: NDArray[Any]
) -> Lever:
    """A lever found in some of the worlds, noughts elsewhere."""
    if where.all():
        return find(game, *by_world)
    guarantor = np.zeros(where.size, dtype=np.intp)
    chances = np.zeros((len(game.guarantors), where.size))
    if where.any():
        at = np.flatnonzero(where)
        found = find(restrict(game, at), *(each[at] for each in by_world))
        guarantor[at], chances[:, at] = found.guarantor, found.p_attack
    return Lever(guarantor, chances)


def _indices(
    names: tuple[str, ...], prefix: str, deciders: tuple[str, ...], found: NDArray[np.intp]
) -> NDArray[np.int64]:
    result = np.zeros(found.shape, dtype=np.int64)
    for index, decider in enumerate(deciders):
        result[found == index] = names.index(prefix + decider)
    for special, name in _SPECIAL.items():
        result[found == special] = names.index(name)
    return result


def _detail(
    setting: Setting, package: str, deciders: tuple[str, ...], judged: _Judged
) -> dict[str, Any]:
    solved = solution(setting, package)
    record = setting.case.file.deterrence
    assert record is not None
    at = {}
    for rho in (0.0, 0.9):
        e = temptation(setting.worlds, rho, 0)
        at[f"{rho:g}"] = setting.share(e >= solved.p_attack)
    return {
        "schema": 1,
        "p_attack": setting.spread(solved.p_attack),
        "modes": {name: setting.spread(chance)["mean"] for name, chance in solved.modes.items()},
        "interval": [setting.spread(solved.low)["mean"], setting.spread(solved.high)["mean"]],
        "unique": setting.share(solved.unique),
        "coordination": setting.share(solved.coordination),
        "p_resist": setting.spread(solved.p_resist),
        "honour": {name: setting.spread(solved.honour[i]) for i, name in enumerate(deciders)},
        "p_defeated": setting.spread(solved.p_defeated),
        "without": {
            name: setting.spread(judged.absent[i])["mean"] for i, name in enumerate(deciders)
        },
        "certain": {
            name: setting.spread(judged.certain[i])["mean"] for i, name in enumerate(deciders)
        },
        "persistence": at,
    }
