"""A conflict as the text of a ``.gmcr`` file."""

from __future__ import annotations

import json
from typing import Any

from accord.formats.gmcr_record import Condition, Conjunction, DecisionMaker, Gmcr

__all__ = ["gmcr_text"]


def gmcr_text(record: Gmcr) -> str:
    """The text of a file, an entry a line; reading it gives the same record.

    Parameters
    ----------
    record : Gmcr
    """
    parts = {
        "program": json.dumps("accord"),
        "useManualPreferenceRanking": json.dumps(record.by_ranking),
        "options": _lines(
            [{"name": one.name, "permittedDirection": one.direction} for one in record.options]
        ),
        "infeasibles": _lines([_condition(each) for each in record.infeasibles]),
        "decisionMakers": _lines([_maker(maker) for maker in record.makers]),
    }
    if record.coalitions is not None:
        parts["coalitions"] = _json([_alone(members) for members in record.coalitions])
    body = ",\n".join(f"{json.dumps(key)}: {text}" for key, text in parts.items())
    return f"{{\n{body}\n}}\n"


def _lines(entries: list[Any]) -> str:
    return "[\n" + ",\n".join(f" {_json(entry)}" for entry in entries) + "\n]" if entries else "[]"


def _json(node: Any) -> str:
    return json.dumps(node, ensure_ascii=False)


def _maker(maker: DecisionMaker) -> dict[str, Any]:
    written: dict[str, Any] = {
        "name": maker.name,
        "options": list(maker.options),
        "preferences": [_condition(each) for each in maker.preferences],
    }
    if maker.misperceptions:
        written["misperceptions"] = [_condition(each) for each in maker.misperceptions]
    if maker.ranking is not None:
        written["preferenceRanking"] = [_alone(group) for group in maker.ranking]
    return written


def _alone(members: tuple[int, ...]) -> int | list[int]:
    """A number where it stands alone, a list where several belong together."""
    return members[0] if len(members) == 1 else list(members)


def _condition(condition: Condition) -> Any:
    if len(condition) == 1:
        return _conjunction(condition[0])
    return {"compound": True, "members": [_conjunction(each) for each in condition]}


def _conjunction(conjunction: Conjunction) -> list[list[Any]]:
    return [[option, "Y" if on else "N"] for option, on in conjunction]
