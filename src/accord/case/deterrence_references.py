"""Names inside the deterrence block, and what a game must be to have a meaning."""

from __future__ import annotations

from collections.abc import Iterator

from accord.case.circles import circles
from accord.case.known import Known
from accord.case.numbers import PackageNumber
from accord.case.records.deterrence import Deterrence, Mode, Scale
from accord.case.tree import Path

__all__ = ["check_deterrence"]

MOST_DECIDERS = 5
_PATH: Path = ("deterrence",)
_GUARANTORS: Path = (*_PATH, "guarantors")


def check_deterrence(known: Known) -> None:
    """Note every mistake in the block ``deterrence`` in the tree's errors."""
    game = known.file.deterrence
    if game is None:
        return
    known.actor(game.challenger.actor, (*_PATH, "challenger", "actor"))
    known.actor(game.protege.actor, (*_PATH, "protege", "actor"))
    known.require(game.timeline.counts, known.file.phases, (*_PATH, "timeline", "counts"), "phase")
    _check_strength(known, game)
    ordered = _check_order(known, game)
    known.require(
        game.guarantors.backstop, ordered, (*_GUARANTORS, "backstop"), "guarantor in the order"
    )
    _check_guarantors(known, game, ordered)
    _check_leaning(known, game)
    for name in game.beliefs:
        known.require(name, game.guarantors.named, (*_PATH, "beliefs", name), "guarantor")
    _check_modes(known, game)


def _check_strength(known: Known, game: Deterrence) -> None:
    """What is written in the field is above nought; what it refers to must be so as well."""
    strength = game.challenger.strength
    parts = [strength.base, *(s.number for s in strength.steps if s.operation == "set")]
    for part in parts if strength.like else ():
        if part.distribution.is_point and part.central == 0:
            known.tree.error(
                (*_PATH, "challenger", "strength", "like"), f"{part.path} of 0",
                "an amount, above 0", "the challenger's strength divides everybody else's",
            )  # fmt: skip


def _check_order(known: Known, game: Deterrence) -> list[str]:
    """Who decides, in order; each name once, and with a block of its own."""
    path: Path = (*_GUARANTORS, "order")
    ordered: list[str] = []
    for i, tier in enumerate(game.guarantors.order):
        if not tier:
            hint = "a list inside the list decides at once"
            known.tree.error((*path, i), "an empty list", "the names of guarantors", hint)
        for j, name in enumerate((tier,) if isinstance(tier, str) else tier):
            at = (*path, i) if isinstance(tier, str) else (*path, i, j)
            known.require(name, game.guarantors.named, at, "guarantor")
            if name in ordered:
                known.tree.error(at, f"{name!r} twice", "each guarantor once")
            ordered.append(name)
    if len(ordered) > MOST_DECIDERS:
        hint = (
            "each one more doubles the wars to be solved in every world; "
            "group small ones: NAME: {members: [A, B], …}"
        )
        found = f"{len(ordered)} guarantors that decide apart"
        known.tree.error(path, found, f"at most {MOST_DECIDERS}", hint)
    return ordered


def _check_guarantors(known: Known, game: Deterrence, ordered: list[str]) -> None:
    behind: dict[str, str] = {}
    for name, guarantor in game.guarantors.named.items():
        at = (*_GUARANTORS, name)
        if name not in ordered:
            known.tree.error(at, f"{name!r} without a place", "a place in order: […]")
        if not guarantor.members:
            known.actor(name, at)
        for i, member in enumerate(guarantor.members):
            known.actor(member, (*at, "members", i))
        for i, member in enumerate(guarantor.members or (name,)):
            if member in behind:
                where = (*at, "members", i) if guarantor.members else at
                found = f"{member}, who stands behind {behind[member]} already"
                hint = "its forces would be counted twice"
                known.tree.error(where, found, "each contributor behind one guarantor", hint)
            behind.setdefault(member, name)


def _check_leaning(known: Known, game: Deterrence) -> None:
    """A circle of leaning would let each pull the other down without end."""
    named = game.guarantors.named
    leans = {name: [o for o in named[name].leans_on if o != name] for name in named}
    for name in named:
        for other in named[name].leans_on:
            at = (*_GUARANTORS, name, "leans_on", other)
            if other == name:
                known.tree.error(at, f"{name}, leaning on itself", "another guarantor")
            else:
                known.require(other, [n for n in named if n != name], at, "guarantor")
    for circle in circles(leans):
        known.tree.error(
            (*_GUARANTORS, circle[0], "leans_on", circle[1]), f"a circle: {' → '.join(circle)}",
            "guarantors that do not lean back",
        )  # fmt: skip


def _check_modes(known: Known, game: Deterrence) -> None:
    path: Path = (*_PATH, "modes")
    if not any(all(_is_whole(scale) for scale in _scales(mode)) for mode in game.modes.values()):
        known.tree.error(
            path, "no full attack", "one mode that leaves everything at times 1",
            "such as full: {}",
        )  # fmt: skip
    for name, mode in game.modes.items():
        at = (*path, name)
        if name == "none":
            known.tree.error(at, "a mode named none", "another name", "none is no attack")
        if mode.automatic is not None:
            most = mode.automatic.times.distribution.support()[1]
            over = [g for g in game.guarantors.named if most * _most_automatic(game, g) > 1.0]
            if over and most > 1.0:
                known.tree.error(
                    (*at, "automatic", "times"),
                    f"up to {most:g} times the automatic entry of {', '.join(over)}",
                    "a chance of at most 1",
                )


def _scales(mode: Mode) -> Iterator[Scale | None]:
    yield from (mode.stake, mode.cost_of_war, mode.automatic, mode.guarantor_stake)


def _is_whole(scale: Scale | None) -> bool:
    """Whether a factor leaves things as they are."""
    return scale is None or (scale.times.distribution.is_point and scale.times.central == 1.0)


def _most_automatic(game: Deterrence, name: str) -> float:
    """The greatest chance of automatic entry that a guarantor can have, believed or true."""
    number: PackageNumber = game.guarantors.named[name].automatic
    changed = any(step.operation != "set" for step in number.steps)
    if changed or (name in game.beliefs and game.beliefs[name].automatic is not None):
        return 1.0
    parts = [number.base, *(step.number for step in number.steps)]
    return max(part.distribution.support()[1] for part in parts)
