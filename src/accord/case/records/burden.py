"""How the burden of a package is shared: costs, lots, a key, a reserve, and who may add what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from accord.case.records.fields import Amount, Id, PositiveAmount, Record, ShortForm

__all__ = ["Additions", "Burden", "FairKey"]

Rule = Literal["pledged", "equal", "power"]
_RULES = ("pledged", "equal", "power")


def _key(raw: Any) -> Any:
    return {"by": raw} if isinstance(raw, str) else raw


def _additions(raw: Any) -> Any:
    return {"without_limit": raw} if isinstance(raw, list) else raw


class FairKey(Record):
    """What would be a fair share of the cost: a rule, or a weight for each contributor named."""

    model_config = Record.model_config | {"extra": "allow"}
    __pydantic_extra__: dict[str, Amount] = Field(init=False)

    by: Rule | None = None

    @property
    def weights(self) -> Mapping[str, Any]:
        """The weights in the order written; nothing where a rule decides."""
        return dict(self.__pydantic_extra__ or {})

    @model_validator(mode="after")
    def _one_way(self) -> FairKey:
        if (self.by is None) != bool(self.weights):
            raise ValueError("pledged, equal or power, or a weight for each contributor|choose one")
        return self


class Additions(Record):
    """What a contributor may pledge beyond what it has pledged: at most so much of each."""

    model_config = Record.model_config | {"extra": "allow"}
    __pydantic_extra__: dict[str, Amount] = Field(init=False)

    without_limit: tuple[Id, ...] = ()

    @property
    def limits(self) -> Mapping[str, Any]:
        """The most of each capability named, in its unit."""
        return dict(self.__pydantic_extra__ or {})


class Burden(Record):
    """How the burden of a package is shared. A case without this block has the defaults.

    ``cost`` is the cost of a unit in one phase. Where it is left out, the whole requirement of
    every capability costs one, so that costs are shares of requirements.
    """

    cost: dict[Id, PositiveAmount] | None = None
    currency: str = ""
    lots: dict[Id, PositiveAmount] = Field(default_factory=dict)
    key: Annotated[FairKey, ShortForm(_key, "text", _RULES)] | None = None
    reserve: Annotated[Amount, "share of every requirement"] | None = None
    adds: dict[Id, Annotated[Additions, ShortForm(_additions, "names")]] = Field(
        default_factory=dict
    )

    @model_validator(mode="after")
    def _priced(self) -> Burden:
        if (self.cost is None) == bool(self.currency):
            raise ValueError("cost and currency together, or neither|say what costs are counted in")
        return self
