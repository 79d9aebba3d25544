"""The JSON Schema of a deterrence file, made from the tables that its reader uses.

It serves completion and first checks in editors. What it cannot say, the reader does: that order,
blocks, backstop, beliefs and leaning name the same guarantors, that leaning goes round in no
circle, that one mode is a full attack, that automatic entry stays at or below 1 in every mode, and
that reinforcements need ``fait_accompli``. Editors see ``like`` as one more key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from accord.case.schema import schema as case_schema
from accord.formats.deterrence_file_fields import (
    BELIEVED,
    CHALLENGER,
    CONTEST,
    GUARANTOR,
    LARGEST,
    MODE,
    MOST_GUARANTORS,
    PROTEGE,
    SAID,
    SHIFT,
    TRIPWIRE,
    Field,
)

__all__ = ["deterrence_schema", "schema"]

Schema = dict[str, Any]

_DAYS = r"^\s*\d+(\.\d+)?\s*(day|week|month|year)s?\s*$"
_FULL = "The factor; 1 where it is absent"


def schema(block: Literal["case", "deterrence"] = "case") -> Schema:
    """The JSON Schema of a case, or of a deterrence file of plain numbers."""
    return case_schema() if block == "case" else deterrence_schema()


def deterrence_schema() -> Schema:
    """The JSON Schema (draft 2020-12) of a deterrence file."""
    game = {"$ref": "#/$defs/Game"}
    under = {
        "type": "object",
        "properties": {"deterrence": game, **_said()},
        "required": ["deterrence"],
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A deterrence game of accord in plain numbers",
        "if": {"type": "object", "required": ["deterrence"]},
        "then": under,
        "else": game,
        "$defs": {
            "Game": _game(),
            "Guarantor": _guarantor(),
            "Belief": _block({name: _moved() for name in BELIEVED}),
            "Mode": _block({name: _factor(meaning) for name, meaning in MODE.items()}),
        },
    }


def _game() -> Schema:
    contest = _numbers(CONTEST)
    days = Field("Days in which an attacker can create facts", None, "days")
    contest["properties"]["fait_accompli"] = _positive_days(days)
    return _block(
        {
            "challenger": _numbers(CHALLENGER),
            "protege": _numbers(PROTEGE),
            "contest": contest,
            "guarantors": _guarantors(),
            "beliefs": {
                "type": "object",
                "description": "How the challenger sees guarantors, where it errs",
                "properties": _said(),
                "additionalProperties": {"$ref": "#/$defs/Belief"},
            },
            "modes": {
                "type": "object",
                "description": "Ways to attack; one leaves everything as it is",
                "minProperties": 1,
                "propertyNames": {"not": {"const": "none"}},
                "properties": _said(),
                "additionalProperties": {"$ref": "#/$defs/Mode"},
            },
        },
        ("challenger", "protege", "contest", "guarantors"),
    )


def _guarantors() -> Schema:
    name: Schema = {"type": "string", "minLength": 1}
    tier = {"type": "array", "items": name, "minItems": 1, "uniqueItems": True}
    return {
        "type": "object",
        "required": ["order"],
        "properties": {
            "order": {
                "type": "array",
                "description": "Who decides after whom; a list inside the list decides at once",
                "items": {"anyOf": [name, tier]},
                "uniqueItems": True,
                "maxItems": MOST_GUARANTORS,
            },
            "backstop": {
                "type": ["string", "null"],
                "description": "Without whom going costs the others alone",
            },
            **_said(),
        },
        "additionalProperties": {"$ref": "#/$defs/Guarantor"},
    }


def _guarantor() -> Schema:
    # whoever copies a sibling brings along what is required
    body = _numbers(GUARANTOR)
    required = body.pop("required")
    body["anyOf"] = [{"required": ["like"]}, {"required": required}]
    body["properties"] |= {
        "like": {"type": "string", "description": "Copies the guarantor of that name"},
        "tripwire": {
            "description": "What staying out costs because forces stand there",
            "anyOf": [_number(TRIPWIRE["at_most"]), _tripwire()],
        },
        "leans_on": {
            "type": ["object", "null"],
            "description": "Share of its strength usable without another guarantor",
            "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1},
        },
    }
    return body


def _tripwire() -> Schema:
    body = _numbers(TRIPWIRE)
    return body | {"required": ["at_most"]}


def _moved() -> Schema:
    body = _numbers(SHIFT)
    body["anyOf"] = [{"required": [name]} for name in SHIFT]
    return body


def _factor(meaning: str) -> Schema:
    body = _block({"times": _number(Field(_FULL))}, ("times",))
    return {"description": meaning} | body


def _numbers(fields: Mapping[str, Field]) -> Schema:
    """A block of numbers; what has no default is required."""
    needed = tuple(name for name, field in fields.items() if field.default is None)
    return _block({name: _number(field) for name, field in fields.items()}, needed)


def _block(properties: Mapping[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    body: Schema = {
        "type": "object",
        "properties": {**properties, **_said()},
        "additionalProperties": False,
    }
    return body | ({"required": list(required)} if required else {})


def _said() -> Schema:
    """What readers are told and the game is not."""
    return dict.fromkeys(sorted(SAID), True)


def _number(field: Field) -> Schema:
    told: Schema = {"description": field.meaning}
    if field.default is not None:
        told |= {"default": field.default}
    number: Schema = {"type": "number", "minimum": 0, "maximum": LARGEST}
    match field.kind:
        case "positive":
            number = {"type": "number", "exclusiveMinimum": 0, "maximum": LARGEST}
        case "chance":
            number |= {"maximum": 1}
        case "real":
            number |= {"minimum": -LARGEST}
        case "days":
            return told | {"anyOf": [number, {"type": "string", "pattern": _DAYS}]}
    return told | number


def _positive_days(field: Field) -> Schema:
    number = {"type": "number", "exclusiveMinimum": 0, "maximum": LARGEST}
    return {
        "description": field.meaning,
        "anyOf": [number, {"type": "string", "pattern": _DAYS, "examples": ["20 days"]}],
    }
