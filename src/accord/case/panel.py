"""Weights of experts by Cooke's classical model, from the case's panel block."""

from __future__ import annotations

from typing import Any

from accord._errors import ModelError
from accord.case.tree import Tree
from accord.theory.pooling import classical_model

__all__ = ["put_panel_weights"]


def put_panel_weights(tree: Tree) -> None:
    """Give every number with ``pool: cooke`` the weights that the panel's answers earn."""
    panel = tree.data.get("panel")
    wanting = [
        (path, node)
        for path, node in tree.mappings_with("pool")
        if node["pool"] == "cooke" and isinstance(node.get("experts"), dict)
    ]
    if not wanting or not isinstance(panel, dict):
        return
    questions = _questions(panel)
    for path, node in wanting:
        names = list(node["experts"])
        if any(name not in each for each, _ in questions for name in names):
            tree.error(path, f"the experts {', '.join(names)}", "experts who answered the panel")
            continue
        answers = [[each[name] for each, _ in questions] for name in names]
        try:
            performance = classical_model(
                answers,
                [truth for _, truth in questions],
                significance=float(panel.get("cutoff", 0.0)),
            )
        except ModelError as error:
            tree.error(path, "a panel without usable weights", str(error))
            continue
        node["weights"] = dict(zip(names, (float(w) for w in performance.weights), strict=True))


def _questions(panel: dict[str, Any]) -> list[tuple[dict[str, Any], float]]:
    asked = panel.get("questions")
    return [
        (item["answers"], float(item["truth"]))
        for item in (asked if isinstance(asked, list) else [])
        if isinstance(item, dict) and isinstance(item.get("answers"), dict) and "truth" in item
    ]
