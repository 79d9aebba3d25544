"""Plain data as YAML text: one value at a time, in the style of what it replaces."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from typing import Any

from accord._errors import CaseErrors
from accord.case.tree import copied
from accord.case.yaml_reader import read_yaml_text

__all__ = ["LIMITS", "UnfitValueError", "block_text", "flow_text", "key_text", "plain_data"]
__all__ += ["same", "scalar_text"]

MAXIMUM_VALUES = 10_000
MAXIMUM_DEPTH = 20
MAXIMUM_TEXT = 100_000
MAXIMUM_KEY = 200
LIMITS = f"at most {MAXIMUM_VALUES:,} values, {MAXIMUM_DEPTH} levels deep"

_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# what JSON leaves as it is and YAML would read as a line break or refuse
_ESCAPED = {"\x85": "\\N", "\u2028": "\\L", "\u2029": "\\P", "\ufeff": "\\uFEFF"}


class UnfitValueError(ValueError):
    """A value that cannot be written; ``found`` and ``wanted`` say why."""

    def __init__(self, found: str, wanted: str, hint: str = "") -> None:
        self.found, self.wanted, self.hint = found, wanted, hint
        super().__init__(f"found {found}, wanted {wanted}")


def plain_data(value: Any) -> Any:
    """A copy of a value as the reader would give it: mappings by text, lists, single values.

    Raises
    ------
    UnfitValueError
        If it is something else, too deep, too large, or a number or text that no case can hold.
    """
    return _plain(value, 0, [0])


def _plain(value: Any, depth: int, count: list[int]) -> Any:
    count[0] += 1
    if count[0] > MAXIMUM_VALUES or depth > MAXIMUM_DEPTH:
        raise UnfitValueError("a value that is too large or nested too deeply", LIMITS)
    match value:
        case dict():
            if any(not isinstance(key, str | int | float) for key in value):
                raise UnfitValueError("a key that is not a name", "names as keys")
            return {_key(key): _plain(each, depth + 1, count) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each, depth + 1, count) for each in value]
        case str():
            return _words(value, MAXIMUM_TEXT)
        case bool() | None:
            return value
        case int():
            if abs(value) >= 10**29:
                raise UnfitValueError("a number of over 29 digits", "a number")
            return int(value)
        case float():
            if not math.isfinite(value):
                raise UnfitValueError(str(value), "a finite number")
            return float(value)
        case dt.date() if not isinstance(value, dt.datetime):
            return value.isoformat()
    raise UnfitValueError(
        f"a {type(value).__name__}", "a number, a text, true, false, a list or names"
    )


def _key(key: Any) -> str:
    text = _words(str(key), MAXIMUM_KEY)
    if not text or "\n" in text or "\r" in text:
        raise UnfitValueError(f"the key {text!r}", "a name on one line")
    return text


def _words(text: str, most: int) -> str:
    if len(text) > most:
        raise UnfitValueError(f"a text of {len(text):,} characters", f"at most {most:,}")
    bad = _NOT_TEXT.search(text)
    if bad is not None:
        raise UnfitValueError(
            f"the character U+{ord(bad.group()):04X}", "letters, signs and blanks"
        )
    return str(text)


def same(one: Any, other: Any) -> bool:
    """Whether two values are alike to the last type; the order of keys does not count."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def scalar_text(value: Any, *, flow: bool, style: str = "") -> str:
    """One single value on one line; quotes as before where they are, and else only where needed."""
    if not isinstance(value, str):
        return _number_text(value)
    quoted = {"'": _single(value), '"': _double(value)}
    by_need = ["'", '"'] if "'" not in value or '"' in value else ['"', "'"]
    wanted = [style, *by_need] if style in quoted else by_need
    candidates = [quoted[each] for each in wanted]
    if style not in quoted:
        candidates.insert(0, value)
    for text in candidates:
        if "\n" not in text and "\r" not in text and _reads_as(text, value, flow=flow):
            return text
    return _double(value)


def _number_text(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


def _single(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _double(value: str) -> str:
    text = json.dumps(value, ensure_ascii=False)
    for sign, escaped in _ESCAPED.items():
        text = text.replace(sign, escaped)
    return text


def _reads_as(text: str, value: str, *, flow: bool) -> bool:
    """Whether the reader takes a text for a value, wherever such a value can stand."""
    block = f"k:\n  a: {text}\n  b:\n  - {text}\n"
    if not same(_read(block), {"k": {"a": value, "b": [value]}}):
        return False
    brackets = f"k: {{a: {text}, b: [{text}, {text}]}}\n"
    return not flow or same(_read(brackets), {"k": {"a": value, "b": [value, value]}})


def _read(document: str) -> Any:
    try:
        tree = read_yaml_text(document, "")
    except CaseErrors:
        return None
    return None if tree.errors else tree.data


def key_text(key: str) -> str:
    """A key as it is written."""
    for text in (key, _single(key)):
        if _read(f"{text}: 1\nk: {{{text}: 1}}\n") == {key: 1, "k": {key: 1}}:
            return text
    return _double(key)


def flow_text(value: Any, *, flow: bool = True, style: str = "") -> str:
    """A value on one line: collections in brackets."""
    match value:
        case dict():
            members = (f"{key_text(key)}: {flow_text(each)}" for key, each in value.items())
            return "{" + ", ".join(members) + "}"
        case list():
            return "[" + ", ".join(flow_text(each) for each in value) + "]"
    return scalar_text(value, flow=flow, style=style)


def block_text(value: str, style: str, indent: int) -> str | None:
    """A text of several lines as ``|`` or ``>`` with its lines indented, or None if it cannot."""
    body = value.removesuffix("\n")
    if not body.strip() or body.endswith("\n") or body[0] in " \t\n":
        return None
    mark = ">" if style == ">" and "\n" not in body else "|"
    lines = [" " * indent + line if line else "" for line in body.split("\n")]
    text = "\n".join([mark + ("" if value.endswith("\n") else "-"), *lines])
    document = "k:\n" + " " * (indent - 1) + f"a: {text}\nb: 1\n" if indent > 1 else None
    if document is None or _read(document) != {"k": {"a": value}, "b": 1}:
        return None
    return text


def entry_lines(key: str, value: Any, indent: int, step: int, width: int = 100) -> list[str]:
    """Lines of a new entry of a block: in brackets where that fits, else one member a line."""
    lead = " " * indent + key_text(key) + ":"
    text = flow_text(copied(value), flow=False)
    if len(lead) + 1 + len(text) <= width or not isinstance(value, dict) or not value:
        return [f"{lead} {text}"]
    lines = [lead]
    for name, each in value.items():
        lines += entry_lines(name, each, indent + step, step, width)
    return lines


__all__ += ["entry_lines"]
