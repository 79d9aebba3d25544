"""What a behaviour in the tree of a deterrence game means for the game; and Gambit's behaviour."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from typing import Any, TypeAlias

from accord._errors import ModelError, UsageError
from accord.formats.efg import efg_text
from accord.formats.efg_deterrence import BOUND, FIGHT, RESIST, attack_in, binding, player_names
from accord.formats.efg_tree import ExtensiveGame, Move, reached

__all__ = ["Answers", "Behaviour", "Solved", "answers_of", "solved_by_gambit"]

Behaviour: TypeAlias = Mapping[tuple[int, int], Sequence[float]]
"""From player and information set, both from 1, to the chances of the actions."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a tree answers.

    Attributes
    ----------
    modes : mapping from "none" and every mode to its chance
    p_resist : float
        In the first mode.
    honour : tuple of float
        Chance that each guarantor fights, given that an attack in the first mode is resisted.
    """

    modes: Mapping[str, float]
    p_resist: float
    honour: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Solved:
    """What an independent solver found.

    Attributes
    ----------
    solver : str
        Its name and version.
    precision : float
        The lambda that it reached, near the one asked for.
    behaviour : Behaviour
    """

    solver: str
    precision: float
    behaviour: Behaviour


def answers_of(
    game: ExtensiveGame, names: Sequence[str], modes: Sequence[str], behaviour: Behaviour
) -> Answers:
    """Read the answers off the tree of a deterrence game.

    Parameters
    ----------
    game : ExtensiveGame
        Made by :func:`accord.formats.efg_deterrence.extensive_form`, or read from such a file.
    names, modes : sequences of str
        Guarantors and modes of the deterrence game, in order.
    behaviour : Behaviour

    Raises
    ------
    ModelError
        When the tree is not that of such a game.
    """
    root = game.root
    if not isinstance(root, Move) or len(root.actions) != 2 * len(modes):
        raise ModelError("found another tree, wanted that of a deterrence game with these modes")
    attack = dict(zip(root.actions, behaviour[1, root.infoset], strict=True))
    found = {mode: float(attack[attack_in(mode)]) for mode in modes}
    found = {"none": float(sum(list(attack.values())[: len(modes)]))} | found
    protege = root.after[root.actions.index(attack_in(modes[0]))]
    assert isinstance(protege, Move)
    resist = dict(zip(protege.actions, behaviour[2, protege.infoset], strict=True))[RESIST]
    war = protege.after[protege.actions.index(RESIST)]
    ways = list(reached(war, _at(behaviour)))
    honour = []
    for g, name in enumerate(player_names(names)[2:]):
        fights = {(0, binding(modes[0], name), BOUND)}
        honour.append(
            sum(
                chance
                for way, chance in ways
                if any(step in fights or (step[0], step[2]) == (3 + g, FIGHT) for step in way)
            )
        )
        # bound for certain: no move is left in the tree
        if not any(step[0] == 3 + g or step[:2] == (0, binding(modes[0], name))
                   for way, _ in ways for step in way):  # fmt: skip
            honour[-1] = 1.0
    return Answers(found, float(resist), tuple(honour))


def _at(behaviour: Behaviour) -> Callable[[Move], Sequence[float]]:
    return lambda move: behaviour[move.player, move.infoset]


def solved_by_gambit(game: ExtensiveGame) -> Solved:
    """The agent quantal response equilibrium by Gambit, traced from lambda = 0.

    Gambit is no part of accord: it is used where the user has installed it beside accord.

    Raises
    ------
    UsageError
        Where pygambit is missing, older than 17, or finds nothing.
    """
    try:
        gambit: Any = import_module("pygambit")
    except ImportError:
        raise UsageError(
            "found no pygambit, wanted it for --audit; "
            "install pygambit 17 into the environment of accord"
        ) from None
    version = str(getattr(gambit, "__version__", "of unknown version"))
    if not hasattr(gambit, "qre") or int("0" + version.partition(".")[0].strip("of ")) < 17:
        raise UsageError(f"found pygambit {version}, wanted pygambit 17 or later for --audit")
    asked = game.precision
    assert asked is not None
    theirs = gambit.read_efg(BytesIO(efg_text(game).encode()))
    points = gambit.qre.logit_solve_lambda(theirs, asked)
    if not points:
        raise UsageError(f"found no answer of pygambit {version}, wanted its equilibrium")
    profile = points[-1].profile
    behaviour: dict[tuple[int, int], Sequence[float]] = {}
    for number, player in enumerate(game.players, 1):
        moves = _moves(game, number)
        told = [mixed for _, mixed in profile[player]] if moves else []
        for move, mixed in zip(moves, told, strict=True):
            chances = {str(action): float(chance) for action, chance in dict(mixed).items()}
            behaviour[number, move.infoset] = [chances[action] for action in move.actions]
    return Solved(f"Gambit {version}", float(points[-1].lam), behaviour)


def _moves(game: ExtensiveGame, player: int) -> list[Move]:
    """The first move of each information set of a player, in the order of the tree."""
    found: dict[int, Move] = {}
    waiting = [game.root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Move):
            if node.player == player:
                found.setdefault(node.infoset, node)
            waiting += reversed(node.after)
    return list(found.values())
