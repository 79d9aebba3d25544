"""Names inside the block on burden sharing: capabilities, contributors, and costs for all."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from accord.case.case import Case
from accord.case.tree import Path, Tree

__all__ = ["check_burden"]


def check_burden(case: Case, tree: Tree) -> None:
    """Note every mistake in the block ``burden`` in ``tree.errors``."""
    burden, file = case.file.burden, case.file
    if burden is None:
        return
    path: Path = ("burden",)
    for field, names in (("cost", burden.cost or {}), ("lots", burden.lots)):
        for name in names:
            _known(tree, name, file.capabilities, (*path, field, name), "a capability of the case")
    if burden.cost is not None:
        required = {
            capability
            for provision in file.provisions.values()
            for level in provision.levels.values()
            for capability in level.requires
        }
        bare = [name for name in file.capabilities if name in required - set(burden.cost)]
        if bare:
            tree.error((*path, "cost"), f"no cost of {', '.join(bare)}",
                       "a cost of every capability that some level requires")  # fmt: skip
    _check_key(case, tree, (*path, "key"))
    for actor, additions in burden.adds.items():
        at = (*path, "adds", actor)
        _known(tree, actor, file.pledges, at, "a contributor of the case")
        for name in (*additions.without_limit, *additions.limits):
            where = (*at, name) if name in additions.limits else at
            _known(tree, name, file.capabilities, where, "a capability of the case")
        for name in set(additions.without_limit) & set(additions.limits):
            tree.error((*at, name), f"{name} with a limit and without one", "one of the two")


def _check_key(case: Case, tree: Tree, path: Path) -> None:
    assert case.file.burden is not None
    key, file = case.file.burden.key, case.file
    if key is None:
        return
    for actor in key.weights:
        _known(tree, actor, file.pledges, (*path, actor), "a contributor of the case")
    powers = [actor for actor in file.pledges if actor in file.actors and file.actors[actor].power]
    if key.by == "power" and not powers:
        tree.error(path, "'power', but no contributor has any", "contributors with a power",
                   "write power: NUMBER at actors, or choose another key")  # fmt: skip
    if key.weights and not any(number.central > 0 for number in key.weights.values()):
        tree.error(path, "no weight above nought", "at least one contributor with a weight")


def _known(tree: Tree, name: str, names: Iterable[str], path: Path, wanted: str) -> None:
    known = list(names)
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known[:10])}"
        tree.error(path, repr(name), wanted, hint if known else "")
