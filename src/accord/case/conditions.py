"""A condition as a field of a record: its text, its expression and what it may speak of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from accord.case.expressions import Expression
from accord.case.grammar import ExpressionError, parse, parse_statement

__all__ = ["Condition", "ConditionField", "Kind", "read_condition"]

Kind = Literal["package", "shocks", "pledge", "conflict"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a case.

    Attributes
    ----------
    text : str
        As written.
    expression : Expression
        As read.
    kind : str
        ``package`` speaks of provisions and shocks, ``shocks`` of shocks alone, ``pledge`` also
        of who joins and who accepts, ``conflict`` also of the parties' options.
    """

    text: str
    expression: Expression
    kind: Kind


def read_condition(raw: Any, kind: Kind) -> Condition:
    """Read a condition. Raises PydanticCustomError with the offset of the mistake."""
    if not isinstance(raw, str):
        raise PydanticCustomError(
            "condition",
            "{found}",
            {"found": repr(raw), "wanted": "a condition in quotes", "hint": "", "offset": 0},
        )
    try:
        expression = parse_statement(raw) if kind == "conflict" else parse(raw)
    except ExpressionError as error:
        raise PydanticCustomError(
            "condition",
            "{found}",
            {
                "found": error.found,
                "wanted": error.wanted,
                "hint": error.hint,
                "offset": error.offset,
            },
        ) from None
    return Condition(raw, expression, kind)


@dataclass(frozen=True, slots=True)
class ConditionField:
    """Annotation of a field that holds a condition of one kind."""

    kind: Kind

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Validate with this field's own reader."""
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """A text; its grammar is in docs/case.md."""
        return {"type": "string", "description": f"a condition ({self.kind})"}

    def read(self, raw: Any) -> Condition:
        """Read one condition; one that was read already passes."""
        return raw if isinstance(raw, Condition) else read_condition(raw, self.kind)
