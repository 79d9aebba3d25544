"""The JSON Schema of a case, generated from the records.

It serves completion and first checks in editors; ``accord check`` says more. Every object may
carry ``because`` and ``judgement``, and what stands beside a sibling may copy it with ``like``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path as FilePath
from typing import Any, Literal

from accord.case.number_schema import definitions
from accord.case.records.root import CaseFile
from accord.case.yaml_reader import read_yaml

__all__ = ["descriptions", "schema"]

Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SUPPORT: Schema = {
    "because": {"$ref": "#/$defs/Because"},
    "judgement": {"$ref": "#/$defs/Judgement"},
}
_LIKE: Schema = {"like": {"type": "string", "description": "Copies the sibling of that name"}}
_NEVER_COPIED = frozenset(
    {
        "Burden",
        "CaseFile",
        "Consent",
        "Constraint",
        "Correlation",
        "Deterrence",
        "Durability",
        "FairKey",
    }
    | {
        "Interaction",
        "JournalEntry",
        "Likelihood",
        "OutsideForecast",
        "Panel",
        "PanelQuestion",
        "Worth",
    }
)
"""Blocks and members of lists: whole wherever they stand."""
_COPIED_WHOLE = frozenset(
    {"Actor", "Capability", "Claim", "Conflict", "Indicator", "Milestone", "Package", "Phase"}
    | {"Provision", "Shock", "Source"}
)
"""Whole unless they copy a sibling; records further in may stand inside a copy and be partial."""


def schema(block: Literal["case", "deterrence"] = "case") -> Schema:
    """The JSON Schema (draft 2020-12) of a case, or of its deterrence block alone."""
    whole = _whole()
    if block == "case":
        return whole
    head = {"$schema": _DIALECT, "title": "The deterrence block of a case of accord"}
    body = {"$ref": "#/$defs/Deterrence", "$defs": whole["$defs"]}
    return head | {"$ref": body["$ref"], "$defs": _reachable(body)}


@cache
def _whole() -> Schema:
    raw = CaseFile.model_json_schema(by_alias=True)
    named: dict[str, Schema] = raw.pop("$defs")
    told = descriptions()
    body = _record("CaseFile", raw, told["CaseFile"])
    body["properties"] |= {"accord": {"const": 1, "description": told["CaseFile"]["accord"]}}
    named = {name: _record(name, each, told.get(name, {})) for name, each in named.items()}
    head = {"$schema": _DIALECT, "title": "A case of accord"}
    rest = {key: value for key, value in body.items() if key != "title"}
    return head | rest | {"$defs": dict(sorted((named | definitions()).items()))}


def descriptions() -> dict[str, dict[str, str]]:
    """What every field of every record means, by record and key as written."""
    file = FilePath(__file__).parent / "records" / "descriptions.yaml"
    return read_yaml(file).data


def _record(record: str, raw: Schema, told: dict[str, str]) -> Schema:
    """The schema of one record, open to support and, where it has siblings, to copies."""
    result: Schema = _opened(raw)
    result.pop("title", None)
    if "properties" not in result:
        return result
    for name, field in result["properties"].items():
        if name in told:
            field["description"] = "; ".join(filter(None, [told[name], field.get("description")]))
    if record not in _NEVER_COPIED:
        required = result.pop("required", None)
        if record in _COPIED_WHOLE and required is not None:
            result["anyOf"] = [{"required": ["like"]}, {"required": required}]
        elif required is not None:
            # for the reference; a validator cannot know what a copy brings along
            result["x-required"] = required
        result["properties"] = _LIKE | result["properties"]
    if record != "CaseFile":
        result["properties"] |= _SUPPORT
    return result


def _opened(node: Any) -> Any:
    """References to number forms put in; mappings by name opened to support and copies."""
    if isinstance(node, list):
        return [_opened(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {
        key: {name: _opened(field) for name, field in value.items()}
        if key == "properties"
        else _opened(value)
        for key, value in node.items()
        if key != "default"
    }
    if "x-number" in node:
        node["$ref"] = f"#/$defs/{node.pop('x-number')}"
    if isinstance(node.get("title"), str) and "type" in node | {"type": node.get("anyOf")}:
        node.pop("title")
    if {"type": "null"} in node.get("anyOf", []):
        # left out, not written as nothing
        members = [member for member in node.pop("anyOf") if member != {"type": "null"}]
        node |= members[0] if len(members) == 1 else {"anyOf": members}
    patterns = node.pop("patternProperties", None)
    if patterns:
        ((pattern, member),) = patterns.items()
        node["propertyNames"] = {"pattern": pattern}
        node["additionalProperties"] = member
    if isinstance(node.get("additionalProperties"), dict) and "properties" not in node:
        node["properties"] = _LIKE | _SUPPORT
    return node


def _reachable(body: Schema) -> Schema:
    """The definitions that a schema refers to, directly or through others."""
    found: dict[str, Schema] = {}
    queue = [body["$ref"]]
    while queue:
        name = queue.pop().removeprefix("#/$defs/")
        if name not in found:
            found[name] = body["$defs"][name]
            queue.extend(_references(found[name]))
    return dict(sorted(found.items()))


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [ref for value in node.values() for ref in _references(value)]
    if isinstance(node, list):
        return [ref for item in node for ref in _references(item)]
    return []
