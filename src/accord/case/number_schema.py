"""The forms of a number as JSON Schema, each defined once."""

from __future__ import annotations

from typing import Any

__all__ = ["definitions"]

Schema = dict[str, Any]

_NUMBER: Schema = {"$ref": "#/$defs/Number"}


def definitions() -> dict[str, Schema]:
    """Definitions that records refer to: numbers, steps, and what stands behind them."""
    return {
        "Because": {
            "description": "Claims that stand behind the numbers here and below",
            "anyOf": [
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
                {"type": "string", "minLength": 1},
            ],
        },
        "Judgement": {
            "description": "Why the numbers here and below are what they are",
            "type": "string",
            "minLength": 1,
        },
        "Number": {
            "description": "A number, certain or uncertain",
            "anyOf": [
                {"type": "number"},
                _plain(3, "Triangular: low, mode, high"),
                *_forms(),
                _object({"value": _supported()}, ["value"], "A number with its support"),
                _experts(),
            ],
        },
        "PackageNumber": _package_number(),
        "Step": _step(),
    }


def _supported() -> Schema:
    """Forms that are no mappings and so have no place for a support of their own."""
    return {"anyOf": [{"type": "number"}, _plain(3)]}


def _package_number() -> Schema:
    return {
        "description": "A number that may depend on package and shocks",
        "anyOf": [
            _NUMBER,
            _object(
                {
                    "base": _NUMBER,
                    "steps": {"type": "array", "items": {"$ref": "#/$defs/Step"}},
                },
                ["base"],
                "A base, and steps where conditions hold",
            ),
            _object(
                {"like": {"type": "string", "pattern": r"^levels_meaning\."}},
                ["like"],
                "An entry of levels_meaning",
            ),
        ],
    }


def _plain(count: int, description: str = "") -> Schema:
    found: Schema = {
        "type": "array", "items": {"type": "number"}, "minItems": count, "maxItems": count,
    }  # fmt: skip
    return found | {"description": description} if description else found


def _object(properties: dict[str, Schema], required: list[str], description: str) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": properties
        | {"because": {"$ref": "#/$defs/Because"}, "judgement": {"$ref": "#/$defs/Judgement"}},
        "required": required,
        "additionalProperties": False,
    }


def _forms() -> list[Schema]:
    number: Schema = {"type": "number"}
    chances = {"type": "object", "additionalProperties": number, "minProperties": 1}
    forms: list[tuple[dict[str, Schema], str]] = [
        ({"from": number, "to": number}, "A 90% interval"),
        ({"p05": number, "p50": number, "p95": number}, "Quantiles (metalog)"),
        ({"uniform": _plain(2)}, "Uniform: low, high"),
        ({"pert": _plain(3)}, "PERT: low, mode, high"),
        ({"normal": _plain(2)}, "Normal: mean, standard deviation"),
        ({"lognormal": _plain(2)}, "Log-normal: mean, standard deviation"),
        ({"beta": _plain(2)}, "Beta: its two shapes"),
        ({"discrete": chances}, "Values with their probabilities"),
    ]
    return [_object(properties, list(properties), told) for properties, told in forms]


def _experts() -> Schema:
    experts = {
        "type": "object",
        "description": "5%, 50% and 95% of every expert",
        "additionalProperties": _plain(3),
        "minProperties": 1,
    }
    return _object(
        {"experts": experts, "pool": {"enum": ["linear", "cooke"]}}, ["experts"], "Experts, pooled"
    )


def _step() -> Schema:
    operations = ("set", "add", "times")
    found = _object(
        {"when": {"type": "string"}, **dict.fromkeys(operations, _NUMBER)},
        ["when"],
        "The first matching set replaces the base; then every times and add, in order",
    )
    return found | {"oneOf": [{"required": [name]} for name in operations]}
