"""The numbers of a deterrence game in the comment of its tree, and back.

Payoffs alone do not say which strengths and stakes they came from. The comment does, and what it
says is held against the tree, so that a tree changed elsewhere is not answered by old numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any, TypeAlias

import numpy as np

from accord._errors import CaseError, CaseErrors, ModelError, UsageError
from accord.formats.efg_deterrence import extensive_form
from accord.formats.efg_tree import ExtensiveGame, Leaf, Node
from accord.theory.game import Challenger, Contest, Game, Guarantor, Mode, Protege, check_game

__all__ = ["game_of", "with_numbers"]

Built: TypeAlias = tuple[tuple[str, ...], Game]

_MARK = " Game: "
_NEAR = 1e-9


def with_numbers(game: Game, names: Sequence[str]) -> ExtensiveGame:
    """The tree of a game in one world, with the game's numbers in its comment.

    Raises
    ------
    ModelError, UsageError
        As :func:`accord.formats.efg_deterrence.extensive_form` does.
    """
    tree = extensive_form(game, names)
    content = {
        "names": list(names),
        "challenger": _plain(game.challenger),
        "protege": _plain(game.protege),
        "contest": _plain(game.contest),
        "guarantors": [_plain(one) for one in game.guarantors],
        "tiers": [list(tier) for tier in game.tiers],
        "backstop": game.backstop,
        "modes": [_plain(mode) for mode in game.modes],
    }
    told = json.dumps(content, ensure_ascii=False)
    return ExtensiveGame(tree.title, tree.comment + _MARK + told, tree.players, tree.root)


def game_of(tree: ExtensiveGame, label: str) -> Built:
    """The guarantors' names and the game behind a tree that accord wrote.

    Parameters
    ----------
    tree : ExtensiveGame
    label : str
        The file, for errors.

    Raises
    ------
    CaseErrors
        When the comment holds no game, or one that is not the tree's.
    """
    _, mark, told = tree.comment.partition(_MARK)
    if not mark:
        raise _refusal(label, "a tree without its numbers", "a tree that accord wrote")
    try:
        names, game = _built(json.loads(told))
        fresh = extensive_form(game, names)
    except (ValueError, TypeError, KeyError, AttributeError, ModelError, UsageError) as error:
        found = f"numbers in the comment that make no game ({error})"
        raise _refusal(label, found, "a tree as accord wrote it") from None
    if fresh.players != tree.players or fresh.precision != tree.precision:
        raise _refusal(label, "another title or other players", "those of the comment's game")
    for ours, theirs in zip(_walk(fresh.root), _walk(tree.root), strict=False):
        if not _alike(ours, theirs):
            raise _refusal(
                label, f"a tree that is not that of its comment at {ours.name!r}",
                "a tree as accord wrote it", "change the deterrence file and write the tree again",
            )  # fmt: skip
    return names, game


def _walk(node: Node) -> Iterator[Node]:
    """All nodes, in the order written; equal moves have equally many children."""
    yield node
    if not isinstance(node, Leaf):
        for child in node.after:
            yield from _walk(child)


def _alike(ours: Node, theirs: Node) -> bool:
    if isinstance(ours, Leaf) or isinstance(theirs, Leaf):
        if not isinstance(ours, Leaf) or not isinstance(theirs, Leaf):
            return False
        # the last digit may come out otherwise on another machine
        return bool(np.allclose(ours.payoffs, theirs.payoffs, rtol=_NEAR, atol=_NEAR))
    return (ours.player, ours.infoset, ours.actions, ours.chances) == (
        theirs.player,
        theirs.infoset,
        theirs.actions,
        theirs.chances,
    )


def _plain(record: Any) -> dict[str, Any]:
    """A record's numbers as floats."""
    content: dict[str, Any] = {}
    for each in fields(record):
        value = getattr(record, each.name)
        if each.name == "leans_on":
            content[each.name] = {str(other): _float(share) for other, share in value.items()}
        else:
            content[each.name] = value if isinstance(value, str) else _float(value)
    return content


def _float(value: Any) -> float:
    return float(np.asarray(value, dtype=np.float64).ravel()[0])


def _built(content: dict[str, Any]) -> Built:
    guarantors = tuple(
        Guarantor(**one | {"leans_on": {int(k): float(v) for k, v in one["leans_on"].items()}})
        for one in content["guarantors"]
    )
    names = tuple(str(name) for name in content["names"])
    if len(names) != len(guarantors):
        raise ValueError(f"{len(names)} names for {len(guarantors)} guarantors")
    game = Game(
        Challenger(**content["challenger"]),
        Protege(**content["protege"]),
        Contest(**content["contest"]),
        guarantors,
        tuple(tuple(int(g) for g in tier) for tier in content["tiers"]),
        content["backstop"],
        tuple(Mode(**mode) for mode in content["modes"]),
    )
    check_game(game)
    return names, game


def _refusal(label: str, found: str, wanted: str, hint: str = "") -> CaseErrors:
    return CaseErrors([CaseError("", label, 0, 0, found, wanted, hint)])
