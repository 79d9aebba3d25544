"""Plain data into records, and the records' complaints into located errors in plain words."""

from __future__ import annotations

import dataclasses
import difflib
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from accord.case.conditions import Condition
from accord.case.numbers import Number, PackageNumber, looks_like_number
from accord.case.records.root import CaseFile
from accord.case.tree import Path, Tree, dotted, node_at
from accord.case.tree import stands as is_there

__all__ = ["locate", "validate"]

_Node = TypeVar("_Node")


def validate(data: Any, tree: Tree) -> CaseFile | None:
    """The records of a case, or None with every mistake noted in ``tree.errors``."""
    try:
        return CaseFile.model_validate(data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _note(tree, detail)
        return None


def _note(tree: Tree, detail: ErrorDetails) -> None:
    path = _known_path(tree, detail["loc"])
    context = detail.get("ctx", {})
    kind = detail["type"]
    if "found" in context:
        tree.error(
            path, context["found"], context["wanted"], context["hint"], context.get("offset", 0)
        )
    elif kind == "extra_forbidden":
        _unknown_key(tree, path)
    elif kind == "missing":
        tree.error(path[:-1], f"no {path[-1]!r}", f"{path[-1]}: {_purpose(detail['loc'])}")
    elif kind == "value_error":
        wanted, _, hint = str(context["error"]).partition("|")
        tree.error(path, _short(detail["input"]), wanted, hint)
    else:
        tree.error(path, _short(detail["input"]), _plain_words(kind, detail["msg"], context))


def _known_path(tree: Tree, location: tuple[int | str, ...]) -> Path:
    """The path without the names of union members that pydantic mixes in."""
    path: Path = ()
    for number, part in enumerate(location):
        if tree.has((*path, part)) or number == len(location) - 1:
            path = (*path, part)
    return path


def _unknown_key(tree: Tree, path: Path) -> None:
    names = _fields_at(path)
    near = difflib.get_close_matches(str(path[-1]), names, 1)
    hint = f"did you mean {near[0]!r}?" if near else ""
    wanted = f"one of {', '.join(names)}" if names else "a key that the format knows"
    tree.error(path, f"the key {path[-1]!r}", wanted, hint)


def _fields_at(path: Path) -> list[str]:
    """Names of the fields that the record at the path's parent knows."""
    model: Any = CaseFile
    for part in path[:-1]:
        if isinstance(model, type) and issubclass(model, BaseModel):
            field = next((f for n, f in model.model_fields.items() if (f.alias or n) == part), None)
            extra = model.__annotations__.get("__pydantic_extra__")
            model = field.annotation if field is not None else _extra_type(model) if extra else None
        else:
            model = _member_type(model)
        model = _first_record(model)
    if isinstance(model, type) and issubclass(model, BaseModel):
        return [field.alias or name for name, field in model.model_fields.items()]
    return []


def _extra_type(model: type[BaseModel]) -> Any:
    import typing  # noqa: PLC0415  only errors need it

    hints = typing.get_type_hints(model, include_extras=True)
    return _member_type(hints["__pydantic_extra__"])


def _member_type(annotation: Any) -> Any:
    import typing  # noqa: PLC0415  only errors need it

    arguments = [a for a in typing.get_args(annotation) if a is not Ellipsis]
    return arguments[-1] if arguments else None


def _first_record(annotation: Any) -> Any:
    """The record inside ``X | None`` or ``Annotated[X, …]``; mappings and lists stay."""
    import typing  # noqa: PLC0415  only errors need it

    if typing.get_origin(annotation) in {dict, tuple} or isinstance(annotation, type):
        return annotation
    for argument in typing.get_args(annotation):
        if argument is not type(None):
            found = _first_record(argument)
            if found is not None:
                return found
    return None


def _purpose(location: tuple[int | str, ...]) -> str:
    return f"needed in {dotted(location[:-1])}" if len(location) > 1 else "needed in every case"


def _short(value: Any) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 80 else text[:77] + "…"


def _plain_words(kind: str, message: str, context: dict[str, Any]) -> str:
    words = {
        "string_type": "a text",
        "dict_type": "a mapping with keys",
        "model_type": "a mapping with keys",
        "tuple_type": "a list",
        "int_type": "a whole number",
        "int_parsing": "a whole number",
        "bool_type": "true or false",
        "bool_parsing": "true or false",
        "float_type": "a number",
        "too_short": "at least one entry",
        "string_pattern_mismatch": "a name of letters, digits, _ and -, beginning with a letter",
    }
    if kind == "literal_error":
        return f"one of {context['expected']}".replace("'", "")
    return words.get(kind, message[:1].lower() + message[1:])


def locate(node: _Node, path: Path, meanings: dict[str, PackageNumber], data: Any) -> _Node:
    """The same records with every number named by its path.

    Parameters
    ----------
    meanings : dict
        The located numbers of ``levels_meaning``, which others refer to.
    data : dict
        The plain data of the case: a number written in shorthand, such as ``requires: {isr: 1}``
        for ``{isr: {amount: 1}}``, has the path where it was written.
    """
    return _Locator(meanings, data).visit(node, path, stands=True)  # type: ignore[no-any-return]


@dataclasses.dataclass(frozen=True)
class _Locator:
    meanings: dict[str, PackageNumber]
    data: Any

    def visit(self, node: Any, path: Path, *, stands: bool) -> Any:
        """``stands`` is False once a path has left what was written."""
        match node:
            case Number():
                name = (*path, node.path) if node.path == "base" else path
                return dataclasses.replace(node, path=dotted(name))
            case PackageNumber():
                return self.package_number(node, path, stands=stands)
            case Condition() | str() | int() | float() | None:
                return node
            case BaseModel():
                return self.record(node, path, stands=stands)
            case dict():
                return {k: self.visit(v, (*path, k), stands=stands) for k, v in node.items()}
            case tuple():
                return tuple(self.visit(v, (*path, i), stands=stands) for i, v in enumerate(node))
        return node

    def record(self, node: BaseModel, path: Path, *, stands: bool) -> BaseModel:
        fields = type(node).model_fields
        there = stands and is_there(self.data, path)
        raw = node_at(self.data, path) if there else None
        written = isinstance(raw, dict) and not looks_like_number(raw)
        values = {}
        for name, field in fields.items():
            below = (*path, field.alias or name) if written or not path else path
            values[name] = self.visit(getattr(node, name), below, stands=written)
        for key, value in (node.__pydantic_extra__ or {}).items():
            values[key] = self.visit(value, (*path, key), stands=written)
        return node.model_copy(update=values)

    def package_number(self, node: PackageNumber, path: Path, *, stands: bool) -> PackageNumber:
        if node.like:
            found = self.meanings.get(node.like)
            if found is None:
                return node
            # the mark stays, so that a mistake in what it refers to is told once, where it stands;
            # the values must fit the field that refers to them
            base = dataclasses.replace(found.base, domain=node.base.domain, unit=node.base.unit)
            return dataclasses.replace(found, base=base, like=node.like)
        steps = tuple(
            dataclasses.replace(
                step,
                number=self.visit(step.number, (*path, "steps", i, step.operation), stands=stands),
            )
            for i, step in enumerate(node.steps)
        )
        return PackageNumber(self.visit(node.base, path, stands=stands), steps)
