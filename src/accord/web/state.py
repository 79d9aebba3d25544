"""What a page is about, all of it in its address: so sharing, back and undo come free."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Query

from accord._errors import UsageError
from accord.case.load import AsOf
from accord.worlds.worlds import Lines

__all__ = ["State", "state_of"]

MOST_ASSUMPTIONS = 40


@dataclass(frozen=True, slots=True)
class State:
    """Date, red lines, consent rule, package and assumptions; what is None is the case's own.

    Attributes
    ----------
    package : str or None
        The package that the pages are about.
    consent : str or None
        The consent rule that leads.
    as_of : str or None
        A date, or ``latest``.
    lines : {"stated", "hard", "none"}
    assume : tuple of str
        ``PATH=VALUE``.
    """

    package: str | None = None
    consent: str | None = None
    as_of: str | None = None
    lines: Lines = "stated"
    assume: tuple[str, ...] = ()

    @property
    def day(self) -> AsOf:
        """The date as the library takes it.

        Raises
        ------
        UsageError
            If it is neither a date nor ``latest``.
        """
        if self.as_of is None or self.as_of == "latest":
            return self.as_of  # type: ignore[return-value]  # narrowed to the word itself
        try:
            return dt.date.fromisoformat(self.as_of)
        except ValueError:
            raise UsageError(
                f"found the date {self.as_of!r}, wanted one such as 2025-08-20, or latest"
            ) from None

    @property
    def untouched(self) -> bool:
        """Whether everything is the case's own."""
        return self == State()

    def latest(self) -> State:
        """Everything that is known by any date, and nothing assumed."""
        return State(as_of="latest")

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values for an address or a form, those that differ from the case's own."""
        named = {"package": self.package, "consent": self.consent, "as_of": self.as_of}
        found = [(name, value) for name, value in named.items() if value is not None]
        if self.lines != "stated":
            found.append(("lines", self.lines))
        return found + [("assume", each) for each in self.assume]

    def query(self, **changes: Any) -> str:
        """The end of an address, with its question mark, after some changes."""
        return _written(replace(self, **changes).pairs())

    def address(self, path: str, more: Iterable[tuple[str, str]] = (), **changes: Any) -> str:
        """The address of a page in this state, with further names and values."""
        return path + _written([*replace(self, **changes).pairs(), *more])


def _written(pairs: list[tuple[str, str]]) -> str:
    return f"?{urlencode(pairs)}" if pairs else ""


def state_of(
    package: Annotated[str | None, Query(max_length=200, description="A named package.")] = None,
    consent: Annotated[str | None, Query(max_length=200, description="A consent rule.")] = None,
    as_of: Annotated[
        str | None, Query(max_length=20, description="A date such as 2025-08-20, or latest.")
    ] = None,
    lines: Annotated[
        Literal["stated", "hard", "none"],
        Query(description="Red lines with their probability of being real, all, or none."),
    ] = "stated",
    assume: Annotated[
        list[str] | None,
        Query(max_length=MOST_ASSUMPTIONS, description="PATH=VALUE; may be repeated."),
    ] = None,
) -> State:
    """The state that an address names; an empty value is none."""
    kept = tuple(dict.fromkeys(each for each in assume or () if each.strip()))
    return State(package or None, consent or None, as_of or None, lines, kept)
