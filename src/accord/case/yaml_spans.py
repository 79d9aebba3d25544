"""Where every value of a YAML text begins and ends, so that it can be changed in place.

The reader makes plain data; this module keeps what the reader forgets: the exact span of each
key and value, how a value is written, and which values are shared through an anchor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

__all__ = ["Entry", "Span", "below", "line_start", "line_stop", "spans"]

_BREAK = re.compile(r"\r\n|\n|\r")
_COLON = re.compile(r"\s*:")


@dataclass(slots=True)
class Span:
    """One value in a text.

    Attributes
    ----------
    kind : {"scalar", "mapping", "sequence", "alias"}
    start, end : int
        Offsets; a block ends where its last value ends, before what follows on that line.
    flow : bool
        Whether a collection is written in brackets.
    style : str
        Of a scalar: empty for plain words, else a quote, ``|`` or ``>``.
    anchor : str
        Name under which it is shared, or, of an alias, that it stands for.
    entries : list of Entry
        Members of a collection.
    """

    kind: Literal["scalar", "mapping", "sequence", "alias"]
    start: int
    end: int
    flow: bool = False
    style: str = ""
    anchor: str = ""
    entries: list[Entry] = field(default_factory=list)

    @property
    def is_block(self) -> bool:
        """Whether it is a collection by indentation."""
        return self.kind in {"mapping", "sequence"} and not self.flow

    def entry(self, part: str | int) -> Entry | None:
        """The member under a name or at a position, or None."""
        if self.kind == "mapping":
            return next((each for each in self.entries if each.name == str(part)), None)
        if self.kind == "sequence" and isinstance(part, int) and part < len(self.entries):
            return self.entries[part]
        return None


@dataclass(slots=True)
class Entry:
    """A member of a collection: its name (empty in a list), where it begins, and its value."""

    name: str
    start: int
    value: Span

    @property
    def end(self) -> int:
        """Where its value ends."""
        return self.value.end


def spans(text: str) -> Span | None:
    """The root of a text that the reader has accepted; None where there is nothing.

    Raises
    ------
    YAMLError
        If it is not YAML.
    """
    builder = _Builder(text)
    for event in YAML(typ="safe").parse(text):
        builder.take(event)
    return builder.root


class _Builder:
    def __init__(self, text: str) -> None:
        self.root: Span | None = None
        self._text = text
        self._open: list[tuple[Span, list[tuple[str, Span]]]] = []

    def take(self, event: Any) -> None:
        if isinstance(event, CollectionEndEvent):
            span, members = self._open.pop()
            self._close(span, members, event)
            self._put("", span)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            kind: Literal["mapping", "sequence"] = (
                "mapping" if isinstance(event, MappingStartEvent) else "sequence"
            )
            start = event.start_mark.index
            flow = bool(event.flow_style)
            self._open.append((Span(kind, start, start, flow, "", event.anchor or ""), []))
        elif isinstance(event, NodeEvent):
            self._leaf(event)

    def _leaf(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, AliasEvent):
            self._put("", Span("alias", start, end, anchor=event.anchor))
            return
        assert isinstance(event, ScalarEvent)
        style = event.style or ""
        if style in {"|", ">"}:
            end = _block_end(self._text, start, end)
        name = str(event.value)
        self._put(name, Span("scalar", start, end, style=style, anchor=event.anchor or ""))

    def _put(self, name: str, span: Span) -> None:
        if self._open:
            self._open[-1][1].append((name, span))
        elif self.root is None:
            self.root = span

    def _close(self, span: Span, members: list[tuple[str, Span]], event: Any) -> None:
        if span.kind == "mapping":
            pairs = zip(members[::2], members[1::2], strict=True)
            for (name, key), (_, value) in pairs:
                self._settle_empty(key, value)
                span.entries.append(Entry(name, key.start, value))
        else:
            span.entries = [Entry("", value.start, value) for _, value in members]
        if span.flow:
            span.end = event.end_mark.index
        elif span.entries:
            span.end = span.entries[-1].end

    def _settle_empty(self, key: Span, value: Span) -> None:
        # parsers disagree on where a value stands that was left out
        if value.kind == "scalar" and value.start == value.end:
            colon = _COLON.match(self._text, key.end)
            value.start = value.end = colon.end() if colon else key.end


def _block_end(text: str, start: int, end: int) -> int:
    """Where the last line of a block of text ends, without its line break.

    Parsers go on to the next value; blank lines belong to the text only where it keeps them.
    """
    header = line_stop(text, start)
    keeps = "+" in text[start:header].partition("#")[0]
    indent, last, position = 0, header, header
    while position < end:
        stop = line_stop(text, position)
        line = text[position:stop]
        lead = len(line) - len(line.lstrip(" "))
        if line.strip():
            indent = indent or lead
            if lead < indent:
                break
            last = stop
        elif keeps:
            last = stop
        position = stop
    line = text[start:last]
    return last - len(line) + len(line.removesuffix("\n").removesuffix("\r"))


def below(span: Span) -> Iterator[Span]:
    """A value and everything below it."""
    waiting = [span]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(entry.value for entry in each.entries)


def line_start(text: str, position: int) -> int:
    """Where the line begins on which a position lies."""
    return max(text.rfind("\n", 0, position), text.rfind("\r", 0, position)) + 1


def line_stop(text: str, position: int) -> int:
    """Where the line after the one of a position begins."""
    found = _BREAK.search(text, position)
    return found.end() if found else len(text)
