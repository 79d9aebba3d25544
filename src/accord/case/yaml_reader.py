"""YAML 1.2 into a Tree: positions kept, duplicate keys refused, sizes bounded.

ruamel.yaml composes nodes (its C parser where present); this module turns them into plain data
by the YAML 1.2 core schema, so that ``no`` stays a word and ``2025-08-20`` a date written as text.
"""

from __future__ import annotations

import math
import re
from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from accord._errors import CaseError, CaseErrors
from accord.case.tree import MAXIMUM_NODES, Path, Place, Tree

__all__ = ["MAXIMUM_BYTES", "read_yaml", "read_yaml_text"]

MAXIMUM_BYTES = 8_000_000
MAXIMUM_DEPTH = 40

_BRACKET = re.compile(r"[][{}]")
_LEAD = re.compile(r" *([-?] +)*")
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(
    r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|[-+]?(inf|nan|infinity)", re.IGNORECASE
)
_CONSTANTS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


def read_yaml(file: FilePath, name: str | None = None) -> Tree:
    """Read a file into a Tree. Raises CaseErrors where it is missing, too large or not YAML."""
    label = name or str(file)
    try:
        size = file.stat().st_size
        if size > MAXIMUM_BYTES:
            raise _refusal(
                label,
                f"a file of {size:,} bytes",
                f"at most {MAXIMUM_BYTES:,} bytes",
                "put long tables beside the case as csv",
            )
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise _refusal(
            label, "no such file", "a case file", "accord new DIR writes a small case to start from"
        ) from None
    except IsADirectoryError:
        raise _refusal(label, "a folder", "a file") from None
    except UnicodeDecodeError as error:
        raise _refusal(
            label, f"bytes that are not UTF-8 at byte {error.start}", "a text file in UTF-8"
        ) from None
    except OSError as error:
        raise _refusal(label, str(error.strerror), "a readable file") from None
    return read_yaml_text(text, label)


def read_yaml_text(text: str, label: str) -> Tree:
    """Read a text into a Tree; ``label`` names the file in errors."""
    _refuse_deep_nesting(text, label)
    try:
        root = YAML(typ="safe").compose(text)
    except MarkedYAMLError as error:
        raise CaseErrors([_syntax(error, text, label)]) from None
    except (YAMLError, RecursionError, ValueError) as error:
        raise _refusal(label, str(error) or "a text that cannot be read", "YAML 1.2") from None
    builder = _Builder(text, label)
    data = builder.build(root, ()) if root is not None else {}
    if not isinstance(data, dict):
        raise _refusal(label, _kind(data), "a mapping with keys such as title and actors")
    tree = Tree(data, builder.places, builder.errors)
    tree.places.setdefault((), Place(label))
    return tree


def _refuse_deep_nesting(text: str, label: str) -> None:
    """Composers recurse: brackets are counted before one is asked to."""
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        lead = _LEAD.match(line)
        assert lead is not None
        if lead.end() > 20 * MAXIMUM_DEPTH:
            raise _too_deep(label, number, lead.end())
        for bracket in _BRACKET.finditer(line):
            depth = depth + 1 if bracket.group() in "[{" else max(0, depth - 1)
            if depth > 5 * MAXIMUM_DEPTH:
                raise _too_deep(label, number, bracket.end())


def _too_deep(label: str, line: int, column: int) -> CaseErrors:
    wanted = f"at most {MAXIMUM_DEPTH} levels"
    return CaseErrors([CaseError("", label, line, column, "values nested too deeply", wanted)])


class _Builder:
    """Nodes into plain data, with a bound on what aliases can unfold to."""

    def __init__(self, text: str, label: str) -> None:
        self.places: dict[Path, Place] = {}
        self.errors: list[CaseError] = []
        self._lines = text.splitlines()
        self._label = label
        self._count = 0

    def build(self, node: Node, path: Path) -> Any:
        self._count += 1
        if self._count > MAXIMUM_NODES or len(path) > MAXIMUM_DEPTH:
            raise CaseErrors(
                [
                    self._error(
                        node, path[:3], "aliases or nesting that unfold without end",
                        f"at most {MAXIMUM_NODES:,} values, {MAXIMUM_DEPTH} levels deep",
                    )
                ]
            )  # fmt: skip
        self.places[path] = self._place(node)
        match node:
            case MappingNode():
                return self._mapping(node, path)
            case SequenceNode():
                return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
            case ScalarNode():
                return self._scalar(node, path)
        raise TypeError(node)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self.errors.append(
                    self._error(key_node, path, "a list or mapping", "a name as key")
                )
                continue
            key = str(key_node.value)
            if key in result:
                self.errors.append(
                    self._error(
                        key_node, (*path, key), f"the key {key!r} a second time",
                        f"each key once (the first stands on line {first[key]})",
                        "the second would silently replace the first",
                    )
                )  # fmt: skip
                continue
            first[key] = key_node.start_mark.line + 1
            result[key] = self.build(value_node, (*path, key))
            if isinstance(value_node, MappingNode | SequenceNode) and not value_node.flow_style:
                self.places[(*path, key)] = self._place(key_node)
        return result

    def _scalar(self, node: ScalarNode, path: Path) -> Any:
        text = str(node.value)
        # libyaml and the pure parser mark plain scalars differently: None, '' or a missing style
        if (getattr(node, "style", None) or "") in {"'", '"', "|", ">"}:
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _INT.fullmatch(text):
            if len(text) > 30:
                self.errors.append(
                    self._error(node, path, "a number of over 30 digits", "a number")
                )
                return 0
            return int(text)
        if _FLOAT.fullmatch(text):
            value = float(text)
            if math.isfinite(value):
                return value
        if _NOT_FINITE.fullmatch(text) or _FLOAT.fullmatch(text):
            self.errors.append(self._error(node, path, text, "a finite number"))
            return 0
        return text

    def _place(self, node: Node) -> Place:
        line, column = node.start_mark.line, node.start_mark.column
        text = self._lines[line] if line < len(self._lines) else ""
        return Place(self._label, line + 1, column + 1, text[:400])

    def _error(self, node: Node, path: Path, found: str, wanted: str, hint: str = "") -> CaseError:
        place = self._place(node)
        name = ".".join(str(part) for part in path)
        return CaseError(
            name, place.file, place.line, place.column, found, wanted, hint, place.text
        )


def _syntax(error: MarkedYAMLError, text: str, label: str) -> CaseError:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    lines = text.splitlines()
    source = lines[line] if line < len(lines) else ""
    problem = " ".join(str(part) for part in (error.context, error.problem) if part)
    found, hint = problem or "a text that is not YAML", _DOUBTS
    if source[column : column + 1] == "\t":
        found, hint = "a tab", "indent with spaces"
    elif "mapping values are not allowed" in problem:
        hint = "put a text that holds a colon and a blank in quotes"
    elif "scanning a quoted scalar" in problem:
        start = error.context_mark.line + 1 if error.context_mark is not None else line + 1
        hint = f"a quote that opens on line {start} is not closed"
    return CaseError(
        "", label, line + 1, column + 1, found, "YAML 1.2", hint, source[:400]
    )  # fmt: skip


_DOUBTS = "check indentation, colons and quotes on this line and the one above"


def _refusal(label: str, found: str, wanted: str, hint: str = "") -> CaseErrors:
    return CaseErrors([CaseError("", label, 0, 0, found, wanted, hint)])


def _kind(value: Any) -> str:
    return {list: "a list", str: "a text", type(None): "nothing"}.get(type(value), "a single value")
