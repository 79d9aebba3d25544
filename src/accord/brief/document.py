"""A brief as a document, before anybody chooses a format.

Text is made of spans. A plain string holds no digit: whatever a reader could take for a result is
a ``Figure`` with its derivation, a ``FromCase`` that names its place in the case, a ``Day``, or
``Cited`` from research with authors and year.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from accord._errors import ModelError

__all__ = [
    "Block", "Chart", "Cited", "Day", "Document", "Figure", "FromCase", "Items", "Link",
    "Paragraph", "Section", "Span", "Strong", "Table", "Text",
]  # fmt: skip

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and how it came about.

    Attributes
    ----------
    id : str
        ``<package>.<test>[.<rule>].<quantity>``.
    text : str
        As printed, with its uncertainty, such as ``34% ± 2``.
    value : float or None
        None where nothing was computed.
    low, high : float or None
        Ends of the 90% interval of sampling error, where there is one.
    reduction : str
        What was done to the run to get it, in words.
    basis : str
        Key of the inputs on which it rests, see ``Document.bases``.
    """

    id: str
    text: str
    value: float | None
    low: float | None
    high: float | None
    reduction: str
    basis: str


@dataclass(frozen=True, slots=True)
class FromCase:
    """Text taken from the case, with the dotted path where it stands."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Day:
    """A date."""

    date: dt.date


@dataclass(frozen=True, slots=True)
class Link:
    """A reference inside the page or to a source's address."""

    target: str
    text: str


@dataclass(frozen=True, slots=True)
class Cited:
    """What research found, told beside a result with its authors and year."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words with weight; digits only inside the spans it holds."""

    spans: tuple[Span, ...]


Span = str | Figure | FromCase | Cited | Day | Link | Strong
Text = tuple[Span, ...]


def _checked(spans: Sequence[Span]) -> None:
    for span in spans:
        if isinstance(span, str) and _DIGIT.search(span):
            raise ModelError(f"a brief's plain text holds a digit: {span!r}; make it a figure")
        if isinstance(span, Strong):
            _checked(span.spans)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``role`` chooses its look."""

    spans: Text
    role: Literal["body", "lead", "note", "warning", "byline", "quote"] = "body"


@dataclass(frozen=True, slots=True)
class Items:
    """A list of short texts, numbered or not."""

    items: tuple[Text, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``align`` has l or r for every column."""

    caption: Text
    header: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    align: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart whose title states the finding, with the same data as a table.

    Attributes
    ----------
    kind : str
        What to draw; ``accord.brief.charts`` knows the kinds.
    data : list of mapping
        Rows of plain values for the drawing.
    options : mapping
        Titles of axes and the like.
    table : Table
        The same data, every number a figure.
    """

    id: str
    title: Text
    kind: str
    data: tuple[Mapping[str, Any], ...]
    table: Table
    options: Mapping[str, Any] = field(default_factory=dict)
    note: Text = ()


Block = Paragraph | Items | Table | Chart


@dataclass(frozen=True)
class Section:
    """A section: its id, its kicker (what it is about), its headline (what was found)."""

    id: str
    kicker: str
    headline: Text
    blocks: tuple[Block, ...]
    free: bool = False
    """Method, sources and categories may hold digits as plain text."""

    def __post_init__(self) -> None:
        if not self.free:
            _checked(self.headline)
            for block in self.blocks:
                for text in _texts(block):
                    _checked(text)


def _texts(block: Block) -> list[Text]:
    match block:
        case Paragraph(spans):
            return [spans]
        case Items(items):
            return list(items)
        case Table(caption, header, rows):
            return [caption, *header, *(cell for row in rows for cell in row)]
    return [block.title, block.note, *_texts(block.table)]


@dataclass(frozen=True)
class Document:
    """A whole brief.

    Attributes
    ----------
    title : str
        For the window and the archive; the headline stands in the section ``lead``.
    figures : tuple of Figure
        Every figure printed, each once, in order of first use.
    bases : mapping of key to Table
        The inputs, claims and sources on which figures rest.
    """

    title: str
    language: str
    date: dt.date
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...]
    bases: Mapping[str, Basis]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a group of figures rests on.

    Attributes
    ----------
    title : str
        In words.
    inputs : tuple of (path, used, claim ids)
        Numbers of the case, as used (median or central value as text).
    claims : tuple of str
        Claims behind them, each once.
    judgements : int
        Inputs that are judgements.
    """

    title: str
    inputs: tuple[tuple[str, str, tuple[str, ...]], ...]
    claims: tuple[str, ...]
    judgements: int
