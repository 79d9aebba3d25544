"""The deterrence game of one package of a case in one world."""

from __future__ import annotations

from dataclasses import dataclass

from accord._errors import UsageError
from accord.case.case import Case
from accord.criteria.credible import games, not_assessed
from accord.criteria.fighting import guarantor_names
from accord.criteria.pledging import coin
from accord.criteria.setting import Setting
from accord.theory.game import Game, restrict
from accord.theory.sampling import BLOCK
from accord.worlds.worlds import central_case, draw

__all__ = ["Question", "game_of_case"]

MOST_WORLDS = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One game in one world.

    Attributes
    ----------
    names : tuple of str
        The guarantors in the order of their numbers.
    true, seen : Game
        By true values, and as the challenger sees it; the same object without beliefs.
    goes : bool
        The world's coin.
    package : str
        Of the case; empty where the game is of no case.
    """

    names: tuple[str, ...]
    true: Game
    seen: Game
    goes: bool
    package: str = ""


def game_of_case(case: Case, package: str | None, world: int | None, seed: int) -> Question:
    """The game of a package; of its first where there is no name, in its central world likewise.

    Raises
    ------
    UsageError
        If the case has no game or no package of that name, or seed or world are out of range.
    """
    why = not_assessed(case)
    if why is not None:
        raise UsageError(f"found that {why}, wanted a case with deterrence and pledges")
    known = tuple(case.file.packages)
    if package is not None and package not in known:
        raise UsageError(f"no package {package!r} in the case; there are {', '.join(known)}")
    name = package or known[0]
    if seed < 0 or (world is not None and not 0 <= world < MOST_WORLDS):
        found = f"--seed {seed}" if seed < 0 else f"--world {world}"
        wanted = "a whole number from 0" if seed < 0 else f"one from 0 to {MOST_WORLDS - 1:,}"
        raise UsageError(f"found {found}, wanted {wanted}")
    worlds = (
        central_case(case) if world is None else draw(case, 1, seed, first_block=world // BLOCK)
    )
    setting = Setting(case, worlds, {name: case.chosen(name)})
    true, seen = games(setting, name)
    at = (world or 0) % BLOCK
    one = slice(at, at + 1)
    record = case.file.deterrence
    assert record is not None
    own = restrict(true, one)
    other = own if seen is true else restrict(seen, one)
    return Question(guarantor_names(record), own, other, bool(coin(setting)[at]), name)
