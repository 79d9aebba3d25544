"""What a person types into a field, as plain data."""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    NodeEvent,
    ScalarEvent,
)

from accord._errors import CaseError, CaseErrors
from accord.case.yaml_reader import read_yaml_text
from accord.case.yaml_writing import UnfitValueError, plain_data

__all__ = ["value_of"]

MAXIMUM_TYPED = 20_000


def value_of(text: str, name: str = "the value") -> Any:
    """Read one value: a number, ``[4, 6, 9]``, ``{from: 1, to: 10}``, true, false or words.

    Parameters
    ----------
    text : str
        YAML in brackets, read by the reader of case files: nothing is executed, ``no`` is a word.
    name : str
        What errors call the place.

    Raises
    ------
    CaseErrors
        If it is no such value, more than one, or too large; line and column count in ``text``.
    """
    if len(text) > MAXIMUM_TYPED:
        found = f"a text of {len(text):,} characters"
        raise CaseErrors([CaseError("", name, 0, 0, found, f"at most {MAXIMUM_TYPED:,}")])
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    document = "value:\n" + "".join(f"  {line}\n" for line in lines)
    try:
        tree = read_yaml_text(document, name)
        errors = [*tree.errors] or _unfit(document, name, lines)
        if not errors:
            return plain_data(tree.data["value"])
    except CaseErrors as error:
        errors = list(error.errors)
    except UnfitValueError as error:
        errors = [CaseError("", name, 0, 0, error.found, error.wanted, error.hint)]
    raise CaseErrors([_moved(each, lines) for each in errors])


def _unfit(document: str, name: str, lines: list[str]) -> list[CaseError]:
    """What the reader would take and a field does not: shared values, tags, blocks, comments."""
    try:
        events = list(YAML(typ="safe").parse(document))
    except YAMLError as error:
        return [CaseError("", name, 0, 0, str(error), "one value")]
    nodes = [each for each in events if isinstance(each, NodeEvent)][2:]
    if sum(isinstance(each, DocumentStartEvent) for each in events) != 1 or not nodes:
        return [CaseError("", name, 1, 1, "several values", "one value")]
    for node in nodes:
        trouble = _trouble(node)
        if trouble is not None:
            return [_at(node.start_mark, name, *trouble)]
    first = nodes[0]
    if isinstance(first, ScalarEvent):
        if first.start_mark.index == first.end_mark.index:
            found = "only a comment" if any(line.strip() for line in lines) else "nothing"
            return [CaseError("", name, 1, 1, found, "a value", "put quotes around words with #")]
        rest = document[first.end_mark.index :].strip()
        if rest:
            return [_at(first.end_mark, name, rest, "one value", "put quotes around words with #")]
    return []


def _trouble(node: Any) -> tuple[str, str, str] | None:
    if isinstance(node, AliasEvent) or node.anchor:
        return f"the shared value {node.anchor}", "a value that is written out", ""
    if getattr(node, "tag", None) or getattr(node, "ctag", None):
        return "a tag, which begins with !", "a value without tag", "put quotes around the words"
    if isinstance(node, CollectionStartEvent) and not node.flow_style:
        hint = "write {key: value} or [one, two]; put quotes around words with a colon or a dash"
        return "a list or mapping without brackets", "one value", hint
    if isinstance(node, ScalarEvent) and node.style in {"|", ">"}:
        return f"a block of text after {node.style}", "one value", "put quotes around the words"
    return None


def _at(mark: Any, name: str, found: str, wanted: str, hint: str) -> CaseError:
    return CaseError("", name, mark.line + 1, mark.column + 1, found, wanted, hint)


def _moved(error: CaseError, lines: list[str]) -> CaseError:
    """An error where the person sees it: one line up and two columns to the left."""
    line = min(max(error.line - 1, 1), len(lines)) if error.line else 0
    column = max(error.column - 2, 1) if line else 0
    path = error.path.removeprefix("value").removeprefix(".")
    text = lines[line - 1][:400] if line else ""
    hint = "put it in quotes" if "mapping values are not allowed" in error.found else error.hint
    column = min(column, len(text) + 1) if line else 0
    return CaseError(path, error.file, line, column, error.found, error.wanted, hint, text)
