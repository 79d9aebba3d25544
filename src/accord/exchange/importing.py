"""Cases from the negotiations of other tools, and tables from a user's own downloads."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from accord.case.load import load_tree
from accord.case.schema import schema
from accord.case.yaml_reader import read_yaml_text
from accord.exchange.case_of import case_of
from accord.exchange.placing import place, refuse_occupied
from accord.exchange.report import Report
from accord.exchange.tracker_import import data_files, import_data
from accord.formats.read import read_negotiation

__all__ = ["import_case"]

_HEAD = "# yaml-language-server: $schema=./case.schema.json\n"
_WORDS = {"title", "name", "byline", "judgement"}
_FLOW_DEPTH = 2
_MOST_NAMED = 6
_WIDEST = 1_000_000
"""Characters in a line of the file: a name is never folded."""


def import_case(
    files: Sequence[str | Path], folder: str | Path, *, as_of: dt.date | None = None
) -> Report:
    """Make a case of another tool's negotiation, ready to check and to assess.

    Everybody's consent is asked, and the package with the greatest sum of utilities is named, so
    that there is something to assess. From the workbook of the Ukraine Support Tracker (and an
    older release of it) and from national capabilities of the Correlates of War project, tables
    and a snippet of a case are made instead.

    Parameters
    ----------
    files : sequence of path
        A domain and its profiles (Genius, GeniusWeb, NegMAS), one KTAB csv, or one folder; or
        one or two workbooks of the tracker, a csv of national capabilities, or both.
    folder : path
        A folder that does not exist yet, or is empty.
    as_of : date, optional
        What the case is as of; today by default. Of no matter for tables.

    Returns
    -------
    Report
        The files written, and what of the negotiation was not used or was changed.

    Raises
    ------
    CaseErrors
        With every mistake in the files.
    UsageError
        If the folder holds anything or cannot be written. In both cases nothing is written.
    """
    refuse_occupied(folder)
    data = data_files(files)
    if data["workbook"] or data["capabilities"]:
        return import_data(data, folder)
    negotiation = read_negotiation(files)
    names = [Path(file).resolve().name for file in files]
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    origin = ", ".join(names[:_MOST_NAMED]) + more
    origins = {Path(file).stem: name for file, name in zip(files, names, strict=True)}
    day = as_of or dt.datetime.now(dt.UTC).date()
    data, notes = case_of(negotiation, origin, day, origins)
    text = _HEAD + _yaml(data)
    # what cannot be read again is never written
    load_tree(read_yaml_text(text, "case.yaml"), Path(folder), updates=())
    content = {
        "case.schema.json": json.dumps(schema(), ensure_ascii=False, indent=1) + "\n",
        "case.yaml": text,
    }
    return Report(place(folder, content), (*negotiation.ignored, *notes))


def _yaml(data: dict[str, Any]) -> str:
    writer = YAML()
    writer.width = _WIDEST
    writer.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    writer.dump(_styled(data), stream)
    return stream.getvalue().encode("utf-8", "replace").decode()


def _styled(node: Any, key: str = "", *, words: bool = False) -> Any:
    """Words of other files in quotes; lists and mappings without much below them on one line."""
    if isinstance(node, dict):
        inside = key == "levels"
        mapping = CommentedMap(
            (name, _styled(value, name, words=inside)) for name, value in node.items()
        )
        if _depth(node) < _FLOW_DEPTH and key not in {"choose", "levels"}:
            mapping.fa.set_flow_style()
        if _depth(node) == _FLOW_DEPTH and set(node) == {"weight", "levels"}:
            mapping.fa.set_flow_style()
        return mapping
    if isinstance(node, list):
        sequence = CommentedSeq(_styled(value) for value in node)
        sequence.fa.set_flow_style()
        return sequence
    if isinstance(node, str) and (words or key in _WORDS):
        return DoubleQuotedScalarString(node)
    return node


def _depth(node: Any) -> int:
    """Levels of mappings and lists in a node."""
    if isinstance(node, dict):
        return 1 + max(map(_depth, node.values()), default=0)
    return 1 if isinstance(node, list) else 0
