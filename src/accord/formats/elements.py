"""XML as a small tree whose elements know their places.

Document types are refused, and with them every entity that could expand or be fetched; expat is
told to parse no external parameter entities either, so a file is all that is ever read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from accord._errors import CaseError, CaseErrors
from accord.formats.source import Source

__all__ = ["Element", "read_elements"]

MAXIMUM_DEPTH = 60
MAXIMUM_ELEMENTS = 300_000


@dataclass(slots=True)
class Element:
    """An element: its name in lower case, its attributes, where it begins, what is below it."""

    tag: str
    attributes: dict[str, str]
    line: int
    column: int
    children: list[Element] = field(default_factory=list)
    has_text: bool = False

    def get(self, name: str) -> str:
        """An attribute, empty where it is missing."""
        return self.attributes.get(name, "")

    def walk(self) -> Iterator[Element]:
        """The element itself and all below it, in the order written."""
        yield self
        for child in self.children:
            yield from child.walk()

    def below(self, tag: str) -> list[Element]:
        """Every element of a name below this one, in the order written."""
        return [element for element in self.walk() if element.tag == tag and element is not self]


def read_elements(source: Source) -> Element:
    """The root element of an XML file.

    Raises
    ------
    CaseErrors
        If it is not well formed, declares a document type or an entity, or is nested too deeply.
    """
    builder = _Builder(source)
    try:
        builder.parser.Parse(source.content, True)
    except expat.ExpatError as error:
        line, column = error.lineno, error.offset + 1
        found = f"XML that is not well formed: {expat.errors.messages[error.code]}"
        raise builder.refusal(found, "well-formed XML", (line, column)) from None
    except (LookupError, ValueError) as error:
        raise builder.refusal(f"an encoding that cannot be read: {error}", "UTF-8") from None
    assert builder.root is not None
    return builder.root


class _Builder:
    """Elements from the events of expat."""

    def __init__(self, source: Source) -> None:
        self.root: Element | None = None
        self._source = source
        self._open: list[Element] = []
        self._count = 0
        self.parser = expat.ParserCreate()
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._entity
        self.parser.ExternalEntityRefHandler = self._external

    def refusal(self, found: str, wanted: str, at: tuple[int, int] | None = None) -> CaseErrors:
        """One mistake at a place, by default where the parser stands."""
        line, column = at or (
            self.parser.CurrentLineNumber,
            self.parser.CurrentColumnNumber + 1,
        )
        place = self._source.place(line, column)
        return CaseErrors(
            [CaseError("", place.file, place.line, place.column, found, wanted, "", place.text)]
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= MAXIMUM_DEPTH:
            raise self.refusal("elements nested too deeply", f"at most {MAXIMUM_DEPTH} levels")
        if self._count > MAXIMUM_ELEMENTS:
            raise self.refusal("too many elements", f"at most {MAXIMUM_ELEMENTS:,}")
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        element = Element(tag.lower(), attributes, line, column)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _tag: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if self._open and text.strip():
            self._open[-1].has_text = True

    def _doctype(self, name: str, system: str | None, *_more: object) -> None:
        what = f"that refers to {system}" if system else f"of {name}"
        raise self.refusal(f"a document type {what}", "XML without document type and entities")

    def _entity(self, name: str, *_more: object) -> None:
        raise self.refusal(f"the entity {name}", "XML without document type and entities")

    def _external(self, *_more: object) -> int:
        raise self.refusal("an external entity", "XML without document type and entities")
