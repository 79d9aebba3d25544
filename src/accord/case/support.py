"""What stands behind a number: claims, or a judgement that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accord.case.tree import Path, Tree

__all__ = ["Support", "take_support"]


@dataclass(frozen=True, slots=True)
class Support:
    """Claims or a judgement, and the path of the mapping where they stand."""

    path: Path
    because: tuple[str, ...] = ()
    judgement: str = ""

    @property
    def is_sourced(self) -> bool:
        """Whether claims alone stand behind it; what also needs a judgement is a judgement."""
        return bool(self.because) and not self.judgement


def take_support(tree: Tree) -> tuple[Any, dict[Path, Support]]:
    """The data without ``because`` and ``judgement``, and the supports by path.

    Mistakes of form are noted in ``tree.errors``.
    """
    supports: dict[Path, Support] = {
        path: Support(path, tuple(raw.get("because", ())), raw.get("judgement", ""))
        for path, raw in tree.scalar_support.items()
    }
    return _strip(tree, (), tree.data, supports), supports


def _strip(tree: Tree, path: Path, node: Any, supports: dict[Path, Support]) -> Any:
    if isinstance(node, list):
        return [_strip(tree, (*path, i), item, supports) for i, item in enumerate(node)]
    if not isinstance(node, dict):
        return node
    if "because" in node or "judgement" in node:
        supports[path] = Support(path, _claims(tree, path, node), _judgement(tree, path, node))
    return {
        key: _strip(tree, (*path, key), value, supports)
        for key, value in node.items()
        if key not in {"because", "judgement"}
    }


def _claims(tree: Tree, path: Path, node: dict[str, Any]) -> tuple[str, ...]:
    raw = node.get("because", [])
    if isinstance(raw, str):
        raw = [raw]
    if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
        tree.error((*path, "because"), repr(raw), "a list of claim ids", "because: [claim-id]")
        return ()
    if "because" in node and not raw:
        tree.error((*path, "because"), "an empty list", "at least one claim id")
    return tuple(raw)


def _judgement(tree: Tree, path: Path, node: dict[str, Any]) -> str:
    raw = node.get("judgement", "")
    if "judgement" in node and (not isinstance(raw, str) or not raw.strip()):
        tree.error((*path, "judgement"), repr(raw), "a reason in words")
        return ""
    return str(raw).strip()
