"""The field types that the records of a case share."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError, core_schema

from accord.case.conditions import Condition, ConditionField
from accord.case.numbers import Number, NumberField, PackageNumber

__all__ = [
    "Amount",
    "ConflictCondition",
    "Date",
    "Duration",
    "Factor",
    "Id",
    "Length",
    "PackageAmount",
    "PackageCondition",
    "PackagePoints",
    "PackagePositiveAmount",
    "PackageProbability",
    "PackageReal",
    "PledgeCondition",
    "Points",
    "PositiveAmount",
    "Probability",
    "Real",
    "Record",
    "Score",
    "ShockCondition",
    "ShortForm",
    "Stake",
    "Stretch",
]


class Record(BaseModel):
    """A frozen record that refuses unknown keys."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, populate_by_name=True
    )


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]

Probability = Annotated[Number, NumberField.of("probability", "probability")]
Amount = Annotated[Number, NumberField.of("amount", "amount")]
Points = Annotated[Number, NumberField.of("real", "points")]
Score = Annotated[Number, NumberField.of("points", "points of 100")]
Real = Annotated[Number, NumberField.of("real", "number")]
PositiveAmount = Annotated[Number, NumberField.of("amount", "amount", positive=True)]
Factor = Annotated[Number, NumberField.of("amount", "factor")]
Stake = Annotated[Number, NumberField.of("amount", "the protege's stake = 1")]
Rotation = Annotated[Number, NumberField.of("amount", "units kept for one deployed", least=1.0)]
Rank = Annotated[float, "rank correlation"]

PackageProbability = Annotated[
    PackageNumber, NumberField.of("probability", "probability", steps=True)
]
PackageAmount = Annotated[PackageNumber, NumberField.of("amount", "amount", steps=True)]
PackagePositiveAmount = Annotated[
    PackageNumber, NumberField.of("amount", "amount", steps=True, positive=True)
]
PackagePoints = Annotated[PackageNumber, NumberField.of("real", "points", steps=True)]
PackageScore = Annotated[
    PackageNumber, NumberField.of("points", "percent of the public", steps=True)
]
PackageReal = Annotated[PackageNumber, NumberField.of("real", "number", steps=True)]
PackageStake = Annotated[
    PackageNumber, NumberField.of("amount", "the protege's stake = 1", steps=True)
]

PackageCondition = Annotated[Condition, ConditionField("package")]
ShockCondition = Annotated[Condition, ConditionField("shocks")]
PledgeCondition = Annotated[Condition, ConditionField("pledge")]
ConflictCondition = Annotated[Condition, ConditionField("conflict")]

LONGEST_DAYS = 36_525.0
_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(day|week|month|year)s?")


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time: days, and the text it was written as."""

    days: float
    text: str


def _read_length(raw: Any) -> Length:
    if isinstance(raw, Length):
        return raw
    match = _DURATION.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if match is None:
        raise PydanticCustomError(
            "duration",
            "{found}",
            {"found": repr(raw), "wanted": "a length of time such as 6 months", "hint": ""},
        )
    return Length(float(match[1]) * _DAYS[match[2]], raw.strip())


def _read_stretch(raw: Any) -> Length:
    length = _read_length(raw)
    if not 0 < length.days <= LONGEST_DAYS:
        raise PydanticCustomError(
            "duration",
            "{found}",
            {
                "found": repr(length.text),
                "wanted": "more than nothing, at most 100 years",
                "hint": "",
            },
        )
    return length


_LENGTHS = {"type": "string", "examples": ["20 days", "6 months", "10 years"]}
Duration = Annotated[Length, PlainValidator(_read_length), WithJsonSchema(_LENGTHS)]
Stretch = Annotated[Length, PlainValidator(_read_stretch), WithJsonSchema(_LENGTHS)]


def _read_date(raw: Any) -> dt.date:
    if isinstance(raw, dt.date):
        return raw
    try:
        if isinstance(raw, str):
            return dt.date.fromisoformat(raw)
    except ValueError:
        pass
    raise PydanticCustomError(
        "date",
        "{found}",
        {"found": repr(raw), "wanted": "a date such as 2025-08-20", "hint": _HINT},
    )


_HINT = "year, month, day with hyphens, and a day that the month has"
Date = Annotated[
    dt.date, PlainValidator(_read_date), WithJsonSchema({"type": "string", "format": "date"})
]


@dataclass(frozen=True, slots=True)
class ShortForm:
    """Annotation: a short way of writing a record, written out before it is read.

    Attributes
    ----------
    write_out : function
        The record's mapping for the short form, anything else as it is.
    form : str
        What it looks like: ``Number``, ``PackageNumber``, ``text`` or ``names``, a list of them.
    words : tuple of str
        The texts that may stand there; any where empty.
    """

    write_out: Callable[[Any], Any]
    form: Literal["Number", "PackageNumber", "text", "names"] = "text"
    words: tuple[str, ...] = ()

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Write out, then read."""
        return core_schema.no_info_before_validator_function(self.write_out, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Either form."""
        short: dict[str, Any] = {"type": "string"}
        if self.words:
            short = {"enum": list(self.words)}
        elif self.form == "names":
            short = {"type": "array", "items": {"type": "string"}}
        elif self.form != "text":
            short = {"x-number": self.form}
        return {"anyOf": [short, handler(schema)]}


def titled(raw: Any) -> Any:
    """A bare text stands for a mapping with that title."""
    return {"title": raw} if isinstance(raw, str) else raw


Titled = ShortForm(titled)
