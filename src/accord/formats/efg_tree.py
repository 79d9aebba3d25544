"""A game in extensive form, as Gambit writes it: moves, information sets, leaves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

__all__ = ["ExtensiveGame", "Leaf", "Move", "Node", "Step", "leaves_of", "reached"]

_PRECISION = re.compile(r"\blambda = ([0-9.eE+-]+)")


@dataclass(frozen=True, slots=True)
class Leaf:
    """An end of the game.

    Attributes
    ----------
    name : str
        Told once: no two leaves share it.
    payoffs : tuple of float
        One a player.
    """

    name: str
    payoffs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody's turn, or chance's.

    Attributes
    ----------
    name : str
        The way that leads here, so no two moves share it; solvers insist.
    player : int
        From 1, in the order of the players; 0 is chance.
    infoset : int
        From 1, counted for each player; moves of one information set look alike to the player.
    label : str
        Of the information set.
    actions : tuple of str
    chances : tuple of Fraction
        Of the actions, empty where a player chooses.
    after : tuple of Node
        What follows each action.
    """

    name: str
    player: int
    infoset: int
    label: str
    actions: tuple[str, ...]
    chances: tuple[Fraction, ...]
    after: tuple[Node, ...]


Node: TypeAlias = Leaf | Move
Step: TypeAlias = tuple[int, str, str]
"""The player, the label of the information set, and the action taken."""


@dataclass(frozen=True, slots=True)
class ExtensiveGame:
    """A game.

    Attributes
    ----------
    title : str
        Says at which lambda the game is to be solved.
    comment : str
        How what the tree says is meant.
    players : tuple of str
    root : Node
    """

    title: str
    comment: str
    players: tuple[str, ...]
    root: Node

    @property
    def precision(self) -> float | None:
        """The lambda of the title, None where there is none."""
        match = _PRECISION.search(self.title)
        return float(match[1]) if match else None


def leaves_of(node: Node) -> Iterator[Leaf]:
    """The leaves below a node, in the order written."""
    if isinstance(node, Leaf):
        yield node
    else:
        for child in node.after:
            yield from leaves_of(child)


def reached(
    node: Node, behaviour: Callable[[Move], Sequence[float]], chance: float = 1.0
) -> Iterator[tuple[tuple[Step, ...], float]]:
    """The way to every leaf below a node and the chance that it is taken.

    Parameters
    ----------
    behaviour : function from a move of a player to the chances of its actions
    chance : float
        That the node itself is reached.
    """
    if isinstance(node, Leaf):
        yield (), chance
        return
    chances = [float(own) for own in node.chances] or behaviour(node)
    for action, own, child in zip(node.actions, chances, node.after, strict=True):
        for way, each in reached(child, behaviour, chance * own):
            yield ((node.player, node.label, action), *way), each
