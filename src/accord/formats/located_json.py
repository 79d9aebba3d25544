"""JSON into a Tree: every value knows its line and column, duplicate keys are mistakes.

Whole numbers stay whole at any size. Others become floats, or decimals where every digit counts.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from decimal import Decimal
from typing import Any

from accord._errors import CaseError, CaseErrors
from accord.case.tree import Path, Place, Tree, dotted
from accord.formats.source import Source

__all__ = ["read_json"]

MAXIMUM_DEPTH = 60
MAXIMUM_VALUES = 300_000
MAXIMUM_DIGITS = 4_300
"""Digits of a number that is kept exactly: what Python reads without being told otherwise."""

_BLANK = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORD = re.compile(r"-?[A-Za-z]+")
_CONSTANTS: dict[str, Any] = {"true": True, "false": False, "null": None}
_NOT_FINITE = {"NaN", "Infinity", "-Infinity"}


def read_json(source: Source, *, exact: bool = False) -> Tree:
    """The object that a file holds; repeated keys and numbers that are not finite as its errors.

    Parameters
    ----------
    source : Source
    exact : bool
        Keep every digit: numbers with a point or an exponent become ``Decimal``, and whole
        numbers may be larger than any float.

    Raises
    ------
    CaseErrors
        If the file is no JSON, holds no object, or is nested too deeply.
    """
    if source.text is None:
        raise CaseErrors([_located(source.place(), "bytes that are not UTF-8", "JSON in UTF-8")])
    reader = _Reader(source, source.text, exact=exact)
    data, end = reader.value(0, (), 0)
    end = reader.skip(end)
    if end < len(source.text):
        raise reader.refusal(end, "text behind the end", "one JSON object")
    if not isinstance(data, dict):
        raise reader.refusal(0, "no object", "a JSON object")
    return Tree(data, reader.places, reader.errors)


def _located(place: Place, found: str, wanted: str, path: Path = ()) -> CaseError:
    return CaseError(
        dotted(path), place.file, place.line, place.column, found, wanted, "", place.text
    )


class _Reader:
    """A recursive reader with a bound on depth; each method returns what it read and its end."""

    def __init__(self, source: Source, text: str, *, exact: bool) -> None:
        self.places: dict[Path, Place] = {}
        self.errors: list[CaseError] = []
        self._source = source
        self._text = text
        self._exact = exact
        self._starts = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]

    def skip(self, at: int) -> int:
        match = _BLANK.match(self._text, at)
        assert match is not None
        return match.end()

    def refusal(self, at: int, found: str, wanted: str) -> CaseErrors:
        return CaseErrors([_located(self._place(at), found, wanted)])

    def value(self, at: int, path: Path, depth: int) -> tuple[Any, int]:
        at = self.skip(at)
        if depth > MAXIMUM_DEPTH:
            raise self.refusal(at, "values nested too deeply", f"at most {MAXIMUM_DEPTH} levels")
        if len(self.places) >= MAXIMUM_VALUES:
            raise self.refusal(at, "too many values", f"at most {MAXIMUM_VALUES:,}")
        self.places[path] = self._place(at)
        first = self._text[at : at + 1]
        if first == "{":
            return self._object(at + 1, path, depth)
        if first == "[":
            return self._list(at + 1, path, depth)
        if first == '"':
            return self._string(at)
        return self._scalar(at, path)

    def _object(self, at: int, path: Path, depth: int) -> tuple[dict[str, Any], int]:
        result: dict[str, Any] = {}
        at = self.skip(at)
        if self._text.startswith("}", at):
            return result, at + 1
        while True:
            key_at = self.skip(at)
            if not self._text.startswith('"', key_at):
                raise self.refusal(key_at, self._shown(key_at), "a key in double quotes")
            key, at = self._string(key_at)
            at = self._expect(self.skip(at), ":", "a colon behind the key")
            repeated = key in result
            below = (*path, key, "repeated") if repeated else (*path, key)
            read, at = self.value(at, below, depth + 1)
            if repeated:
                self.errors.append(
                    _located(
                        self._place(key_at), f"the key {key!r} a second time", "each key once",
                        (*path, key),
                    )
                )  # fmt: skip
            else:
                result[key] = read
            at = self.skip(at)
            if self._text.startswith("}", at):
                return result, at + 1
            at = self._expect(at, ",", "a comma or the end of the object")

    def _list(self, at: int, path: Path, depth: int) -> tuple[list[Any], int]:
        result: list[Any] = []
        at = self.skip(at)
        if self._text.startswith("]", at):
            return result, at + 1
        while True:
            read, at = self.value(at, (*path, len(result)), depth + 1)
            result.append(read)
            at = self.skip(at)
            if self._text.startswith("]", at):
                return result, at + 1
            at = self._expect(at, ",", "a comma or the end of the list")

    def _string(self, at: int) -> tuple[str, int]:
        match = _STRING.match(self._text, at)
        if match is None:
            raise self.refusal(at, "a text that does not end on its line", "a closing quote")
        try:
            text = str(json.loads(match.group()))
            text.encode("utf-8")
        except ValueError:
            raise self.refusal(at, match.group()[:60], "a text with valid escapes") from None
        return text, match.end()

    def _scalar(self, at: int, path: Path) -> tuple[Any, int]:
        match = _NUMBER.match(self._text, at)
        if match is not None:
            whole = match.group(1) is None and match.group(2) is None
            return self._number(at, match.group(), path, whole=whole), match.end()
        word = _WORD.match(self._text, at)
        if word is not None and word.group() in _CONSTANTS:
            return _CONSTANTS[word.group()], word.end()
        if word is not None and word.group() in _NOT_FINITE:
            self._not_finite(at, word.group(), path)
            return 0.0, word.end()
        raise self.refusal(at, self._shown(at), "a JSON value")

    def _number(self, at: int, written: str, path: Path, *, whole: bool) -> int | float | Decimal:
        if self._exact:
            value = Decimal(written)
            digits = max(len(written), abs(value.adjusted()) + 1)
            if digits > MAXIMUM_DIGITS:
                found, wanted = f"a number of {digits:,} digits", f"at most {MAXIMUM_DIGITS:,}"
                self.errors.append(_located(self._place(at), found, wanted, path))
                return 0
            return int(value) if whole else value
        rounded = float(written)
        if not math.isfinite(rounded):
            self._not_finite(at, written, path)
            return 0.0
        return int(written) if whole else rounded

    def _not_finite(self, at: int, written: str, path: Path) -> None:
        self.errors.append(_located(self._place(at), written[:60], "a finite number", path))

    def _expect(self, at: int, sign: str, wanted: str) -> int:
        if not self._text.startswith(sign, at):
            raise self.refusal(at, self._shown(at), wanted)
        return at + 1

    def _shown(self, at: int) -> str:
        return repr(self._text[at : at + 20]) if at < len(self._text) else "the end of the file"

    def _place(self, at: int) -> Place:
        line = bisect_right(self._starts, at)
        return self._source.place(line, at - self._starts[line - 1] + 1)
