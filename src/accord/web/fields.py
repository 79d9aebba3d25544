"""A case as fields of forms: one a value, with its path and its text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accord._errors import CaseError, CaseErrors, UsageError
from accord.case.case import Case
from accord.case.editing import Change, value_of
from accord.case.tree import dotted, node_at, parse_path, stands
from accord.case.yaml_writing import flow_text
from accord.web.wording import block_words, path_words

__all__ = ["Field", "Group", "changes_from", "fields_of", "groups_of", "said"]

LONG = 60
"""Characters from which a text gets several lines."""

CLOSED = frozenset({"journal", "accord"})
"""Blocks that no form changes: the journal only grows, by recording."""

SINGLE = "case"
"""The group of values that stand in no block."""


@dataclass(frozen=True, slots=True)
class Field:
    """One value.

    Attributes
    ----------
    path : str
        Dotted, in the case.
    label : str
        Its path below the record that is shown, in words.
    text : str
        As a person would write it.
    is_text : bool
        Whether it is words; else what is typed is read as a value of a case file.
    support : str
        Why it is so, where the value itself is supported and not only what is around it.
    """

    path: str
    label: str
    text: str
    is_text: bool
    support: str = ""

    @property
    def is_long(self) -> bool:
        """Whether it needs several lines."""
        return len(self.text) > LONG

    def says(self, text: str) -> bool:
        """Whether a text from a form is this one."""
        return _tidy(text) == _tidy(self.text)


@dataclass(frozen=True, slots=True)
class Group:
    """A block of the case and the records in it."""

    name: str
    records: tuple[tuple[str, str], ...]
    """Path and title."""


def groups_of(case: Case) -> tuple[Group, ...]:
    """What can be edited, block by block."""
    groups = [Group(SINGLE, ((SINGLE, "Title, date, categories"),))]
    for block, node in case.data.items():
        if block in CLOSED or _is_leaf(case, block, node):
            continue
        if isinstance(node, Mapping) and all(isinstance(v, Mapping) for v in node.values()):
            records = tuple((f"{block}.{name}", _title(case, block, name)) for name in node)
        else:
            records = ((block, block_words(block)),)
        groups.append(Group(block, records))
    return tuple(groups)


def _title(case: Case, block: str, name: str) -> str:
    node = case.data[block][name]
    if block in {"positions", "pledges"}:
        return case.actor_name(name)
    return str(node.get("title") or node.get("name") or name.replace("_", " "))


def fields_of(case: Case, at: str) -> tuple[Field, ...]:
    """Every value of a record.

    Raises
    ------
    UsageError
        If nothing stands there, or it cannot be edited.
    """
    if at == SINGLE:
        plain = {k: v for k, v in case.data.items() if k not in CLOSED and _is_leaf(case, k, v)}
        return tuple(_field(case, (key,), block_words(key), value) for key, value in plain.items())
    try:
        path = parse_path(at)
    except ValueError:
        path = ()
    if not path or path[0] in CLOSED or not stands(case.data, path):
        raise UsageError(f"nothing stands at {at!r} that could be edited")
    return tuple(_below(case, path, node_at(case.data, path), len(path)))


def _below(case: Case, path: tuple[Any, ...], node: Any, depth: int) -> Iterator[Field]:
    if _is_leaf(case, dotted(path), node):
        yield _field(case, path, path_words(case, dotted(path), depth), node)
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield from _below(case, (*path, key), value, depth)
    else:
        for index, value in enumerate(node):
            yield from _below(case, (*path, index), value, depth)


def _is_leaf(case: Case, path: str, node: Any) -> bool:
    """Whether a node is one value: a number in whatever form, words, or a list of such."""
    if path in case.numbers or not isinstance(node, Mapping | list):
        return True
    if isinstance(node, list):
        return not any(isinstance(each, Mapping | list) for each in node)
    return not node


def _field(case: Case, path: tuple[Any, ...], label: str, value: Any) -> Field:
    support = case.supports.get(path)
    why = ""
    if support is not None:
        why = support.judgement or ", ".join(support.because)
    is_text = isinstance(value, str)
    return Field(
        dotted(path), label, value if is_text else flow_text(value), is_text, why
    )  # fmt: skip


def changes_from(
    fields: Sequence[Field], typed: Mapping[str, str]
) -> tuple[list[Change], dict[str, list[str]]]:
    """What a form changes, and what cannot be read, by path.

    Parameters
    ----------
    fields : sequence of Field
        As they were shown.
    typed : mapping of path to str
    """
    changes, wrong = [], {}
    for field in fields:
        text = typed.get(field.path)
        if text is None or field.says(text):
            continue
        if field.is_text:
            changes.append(Change(field.path, _tidy(text)))
            continue
        try:
            changes.append(Change(field.path, value_of(text, field.path)))
        except CaseErrors as error:
            wrong[field.path] = said(error.errors)
    return changes, wrong


def said(errors: Sequence[CaseError]) -> list[str]:
    """Mistakes as sentences beside a field."""
    return [f"Found {each.found}; wanted {each.wanted}. {each.hint}".strip() for each in errors]


def _tidy(text: str) -> str:
    """Text without what a browser adds to it."""
    return text.replace("\r\n", "\n").strip()
