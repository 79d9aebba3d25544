"""Test 3 alone: of a deterrence file, or of a package of a case in one world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from accord._errors import CaseErrors, UsageError
from accord.case.load import AsOf, load
from accord.exchange.game_of_case import Question, game_of_case
from accord.formats.deterrence_file import read_deterrence_file, read_deterrence_tree
from accord.formats.efg import efg_text, read_efg
from accord.formats.efg_answers import Answers, Solved, answers_of, solved_by_gambit
from accord.formats.efg_deterrence import extensive_form
from accord.formats.efg_numbers import game_of, with_numbers
from accord.formats.whole import write_whole
from accord.theory.deterrence import Equilibrium, solve, strongest_pillar
from accord.theory.game import Game

__all__ = ["solve_deterrence"]


def solve_deterrence(
    source: str | Path, package: str | None = None, world: int | None = None, seed: int = 1,
    as_of: AsOf = None, assume: Sequence[str] = (), *, efg: str | Path | None = None,
    audit: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Whether guarantees deter, and whether they would be honoured.

    Parameters
    ----------
    source : path
        A deterrence game in plain numbers, in YAML or JSON; a tree (``.efg``) that accord wrote,
        which holds the challenger's view alone; or a case.
    package : str, optional
        Of a case; its first by default.
    world : int, optional
        Of a case, counted from 0 in the draws of ``seed``; its central world, of medians and most
        likely values, by default. Strengths are then rounded to 1/8, as in every run.
    seed : int
        Of the draws.
    as_of, assume
        Of a case, as elsewhere.
    efg : path, optional
        Where to write the game by the challenger's beliefs in Gambit's extensive form.
    audit : bool
        Have Gambit solve the same games, and tell the largest difference.

    Returns
    -------
    dict
        The shape that ``accord solve deterrence --json`` prints. ``p_attack``, ``modes``,
        ``interval`` and ``without`` (the chance of an attack with each guarantor absent) are by
        the challenger's beliefs, ``p_resist``, ``honour`` and ``p_defeated`` by the true values
        in the first mode. ``unique``: no other solution exists, by either. Where several were
        found, all but ``interval`` is told for the one with the fewest fighting, or in a world of
        a case for the one that its coin picks. With ``audit``: ``solver``, the ``lambda`` it
        reached, ``largest_difference`` over p_attack, modes, p_resist and honour at this lambda,
        and ``at``, where that is.

    Raises
    ------
    CaseErrors
        With every mistake in the file or the case.
    UsageError
        For an option that does not fit, a tree that is too large, or an audit without Gambit.
    """
    question = _asked(source, package, world, seed, as_of, assume)
    solved = solve(question.true, question.seen, question.goes)
    report = _report(question, solved)
    if efg is not None or audit:
        tree = with_numbers(question.seen, question.names)
        if audit:
            report["audit"] = _audited(question)
        if efg is not None:
            write_whole(Path(efg), efg_text(tree).encode("utf-8", "replace"))
    return report


def _asked(
    source: str | Path, package: str | None, world: int | None, seed: int, as_of: AsOf,
    assume: Sequence[str],
) -> Question:  # fmt: skip
    path = Path(source)
    tree = None
    if path.is_file():
        if path.suffix.lower() == ".efg":
            _refuse_options(source, package, world, as_of, assume)
            names, game = game_of(read_efg(path), str(source))
            return Question(names, game, game, goes=False)
        try:
            tree = read_deterrence_tree(path)
        except CaseErrors:
            if package is None:
                raise
        if tree is not None and ("accord" in tree.data or "packages" in tree.data):
            tree = None
        elif tree is not None:
            _refuse_options(source, package, world, as_of, assume)
            file = read_deterrence_file(path, tree)
            return Question(file.names, file.true, file.seen, goes=False)
    elif not path.exists() and path.suffix:
        read_deterrence_tree(path)
    return game_of_case(load(path, as_of, assume), package, world, seed)


def _refuse_options(
    source: str | Path, package: str | None, world: int | None, as_of: AsOf, assume: Sequence[str]
) -> None:
    if package is not None or world is not None or as_of is not None or assume:
        raise UsageError(
            f"found --package, --world, --as-of or --assume with {source}, "
            "wanted them with a case; such a file holds one game"
        )


def _report(question: Question, solved: Equilibrium) -> dict[str, Any]:
    names = question.names
    unique = bool(solved.unique[0])
    if question.true is not question.seen and unique:
        unique = bool(solve(replace(question.true, modes=question.true.modes[:1])).unique[0])
    chance = float(solved.p_attack[0])
    interval = [float(solved.low[0]), float(solved.high[0])]
    absent = strongest_pillar(question.seen, question.goes).p_attack
    return {
        "p_attack": chance,
        "modes": {mode: float(each[0]) for mode, each in solved.modes.items()},
        "interval": [chance, chance] if bool(solved.unique[0]) else interval,
        "p_resist": float(solved.p_resist[0]),
        "honour": {name: float(solved.honour[g, 0]) for g, name in enumerate(names)},
        "p_defeated": float(solved.p_defeated[0]),
        "unique": unique,
        "without": {name: float(absent[g, 0]) for g, name in enumerate(names)},
    }


def _audited(question: Question) -> dict[str, Any]:
    """Gambit's answers beside ours, at the lambda that Gambit reached."""
    theirs, solved, scale = _theirs(question, question.seen)
    true = (theirs, solved, scale)
    if question.true is not question.seen:
        true = _theirs(question, question.true)
    ours = solve(_scaled(question.seen, scale), None, question.goes)
    own = solve(_scaled(question.true, true[2]), None, question.goes)
    apart = {
        f"modes.{mode}": abs(theirs.modes[mode] - each[0]) for mode, each in ours.modes.items()
    }
    apart["p_attack"] = abs(1.0 - theirs.modes["none"] - ours.p_attack[0])
    apart["p_resist"] = abs(true[0].p_resist - own.p_resist[0])
    for g, name in enumerate(question.names):
        apart[f"honour.{name}"] = abs(true[0].honour[g] - own.honour[g, 0])
    at = max(apart, key=lambda what: float(apart[what]))
    return {
        "solver": solved.solver,
        "lambda": solved.precision,
        "largest_difference": float(apart[at]),
        "at": at,
    }


def _theirs(question: Question, game: Game) -> tuple[Answers, Solved, float]:
    tree = extensive_form(game, question.names)
    solved = solved_by_gambit(tree)
    modes = [mode.name for mode in game.modes]
    answers = answers_of(tree, question.names, modes, solved.behaviour)
    assert tree.precision is not None
    return answers, solved, solved.precision / tree.precision


def _scaled(game: Game, scale: float) -> Game:
    """The game with every precision multiplied."""
    return replace(
        game,
        challenger=replace(game.challenger, precision=game.challenger.precision * scale),
        protege=replace(game.protege, precision=game.protege.precision * scale),
        guarantors=tuple(
            replace(one, precision=np.asarray(one.precision) * scale) for one in game.guarantors
        ),
    )
