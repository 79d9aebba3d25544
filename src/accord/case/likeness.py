"""``like: SIBLING``: copy a neighbouring block, then override what is written beside it."""

from __future__ import annotations

import copy
import difflib
from typing import Any

from accord._errors import CaseErrors
from accord.case.numbers import looks_like_number
from accord.case.tree import MAXIMUM_NODES, Path, Place, Tree, dotted, stands, values_below

__all__ = ["expand_likeness"]

_SUPPORT = {"because", "judgement"}


def expand_likeness(tree: Tree) -> None:
    """Replace every ``like: SIBLING`` in place; mistakes are noted in ``tree.errors``.

    Raises
    ------
    CaseErrors
        If copies of copies unfold without end.
    """
    done: set[Path] = set()
    copied = 0
    # what was copied may itself hold copies of its own siblings: look until there are none
    while waiting := _waiting(tree, done):
        for path in waiting:
            if tree.has(path):
                _expand(tree, path, done, ())
                copied += sum(1 for _ in values_below(tree.get(path)))
                if copied > MAXIMUM_NODES:
                    wanted = f"at most {MAXIMUM_NODES:,} values in all"
                    tree.error(path, "copies of copies that unfold without end", wanted)
                    raise CaseErrors(tree.errors)


def _waiting(tree: Tree, done: set[Path]) -> list[Path]:
    return [
        path
        for path, node in tree.mappings_with("like")
        if path not in done and _asks_for_copy(path, node)
    ]


def _asks_for_copy(path: Path, node: dict[str, Any]) -> bool:
    # a walk-away value names a package, a package number names an entry of levels_meaning
    name = node.get("like")
    if (
        "like" not in node
        or not path
        or path[-1] == "walk_away"
        or (path[0] == "levels_meaning" and set(node) == {"like"})
    ):
        return False
    return not (isinstance(name, str) and name.startswith("levels_meaning."))


def _expand(tree: Tree, path: Path, done: set[Path], trail: tuple[Path, ...]) -> None:
    node = tree.get(path)
    if path in done or not isinstance(node, dict) or not _asks_for_copy(path, node):
        return
    name = node["like"]
    source = (*path[:-1], str(name))
    if path in trail or source == path:
        names = " → ".join(str(step[-1]) for step in (*trail, path))
        tree.error(
            (*path, "like"), f"a circle of copies: {names}", "a block that stands on its own"
        )
        del node["like"]
        return
    if not tree.has(source) or not isinstance(tree.get(source), dict):
        parent = tree.get(path[:-1])
        siblings = [key for key in parent if key != path[-1]] if isinstance(parent, dict) else []
        near = difflib.get_close_matches(str(name), siblings, 1)
        others = ", ".join(siblings[:8]) or "no others"
        hint = f"did you mean {near[0]!r}?" if near else f"beside it stand {others}"
        tree.error((*path, "like"), repr(name), f"the name of a block beside {dotted(path)}", hint)
        del node["like"]
        return
    _expand(tree, source, done, (*trail, path))
    _merge_into(tree, path, source)
    done.add(path)


def _merge_into(tree: Tree, path: Path, source: Path) -> None:
    copied, copied_places = tree.copied(source)
    own, own_places = tree.copied(path)
    own.pop("like")
    merged = _merged(copied, own)
    support = {
        path + key[len(source) :]: value
        for key, value in tree.scalar_support.items()
        if key[: len(source)] == source and not stands(own, key[len(source) :])
    }
    kept = {k: v for k, v in tree.scalar_support.items() if k[: len(path)] == path}
    places: dict[Path, Place] = {**copied_places, **own_places}
    tree.put(path, merged, {key: place for key, place in places.items() if stands(merged, key)})
    tree.scalar_support.update(support | kept)


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    result = copy.copy(below)
    if _SUPPORT & set(above):
        for key in _SUPPORT:
            result.pop(key, None)
    for key, value in above.items():
        old = result.get(key)
        plain = looks_like_number(value) or looks_like_number(old)
        if isinstance(value, dict) and isinstance(old, dict) and not plain:
            result[key] = _merged(old, value)
        else:
            result[key] = value
    return result
