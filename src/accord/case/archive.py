"""A case as one JSON document, resolved on its date, and back."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

from accord.case.assemble import assembled
from accord.case.case import AppliedUpdate, Case
from accord.case.support import Support, take_support
from accord.case.tree import Path, Place, Tree, dotted, parse_path
from accord.case.validation import validate

__all__ = ["from_archive", "to_archive"]


def to_archive(case: Case) -> dict[str, Any]:
    """JSON-ready content: what was known on the case's date, with support, nothing later."""
    data = copy.deepcopy(case.data)
    data["as_of"] = case.as_of.isoformat()
    data["journal"] = [
        entry
        for entry in data.get("journal", [])
        if dt.date.fromisoformat(entry["known"]) <= case.as_of
    ]
    for name, indicator in case.file.watch.items():
        if "outside" in data["watch"][name]:
            known = {(f.who, f.on.isoformat()) for f in indicator.outside}
            data["watch"][name]["outside"] = [
                f for f in data["watch"][name]["outside"] if (f["who"], str(f["on"])) in known
            ]
    return {
        "schema": 1,
        "name": case.name,
        "digest": case.digest,
        "started": case.origin.isoformat(),
        "data": data,
        "supports": [
            [list(path), list(support.because), support.judgement]
            for path, support in case.supports.items()
        ],
        "places": {
            dotted(path): [place.file, place.line]
            for path, place in case.places.items()
            if len(path) <= 4
        },
        "updates": [
            {
                "name": u.name, "title": u.title, "date": u.date.isoformat(),
                "known": u.known.isoformat(), "because": list(u.because),
                "explains": list(u.explains), "paths": list(u.paths),
            }
            for u in case.updates
        ],
        "assumptions": list(case.assumptions),
    }  # fmt: skip


def from_archive(content: dict[str, Any]) -> Case:
    """The case behind a document that ``to_archive`` made.

    Raises
    ------
    ValueError
        If the document is not one.
    """
    tree = Tree(copy.deepcopy(content["data"]))
    data, _ = take_support(tree)
    written = validate(data, tree)
    if written is None:
        raise ValueError("the archived case does not fit this version of accord")
    supports = {}
    for steps, because, judgement in content["supports"]:
        path: Path = tuple(steps)
        supports[path] = Support(path, tuple(because), judgement)
    places = {}
    for text, (file, line) in content["places"].items():
        places[parse_path(text) if text else ()] = Place(file, line)
    updates = tuple(
        AppliedUpdate(
            u["name"], u["title"], dt.date.fromisoformat(u["date"]),
            dt.date.fromisoformat(u["known"]), tuple(u["because"]), tuple(u["explains"]),
            tuple(u["paths"]),
        )
        for u in content["updates"]
    )  # fmt: skip
    return Case(
        content["name"], assembled(written, data), supports, places, data, updates,
        tuple(content["assumptions"]), content["digest"],
        dt.date.fromisoformat(content["started"]),
    )  # fmt: skip
