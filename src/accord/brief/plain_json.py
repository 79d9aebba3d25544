"""Sections of a brief as plain data: words, tables and the rows of charts, with ids of figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from accord.brief.document import (
    Block,
    Chart,
    Figure,
    Items,
    Paragraph,
    Section,
    Span,
    Strong,
    Table,
    Text,
)
from accord.brief.plain import plain_text

__all__ = ["charts_in", "section_json", "table_csv"]


def section_json(section: Section) -> dict[str, Any]:
    """A section, JSON-ready: ``id``, ``kicker``, ``headline`` and ``blocks``.

    A block has a ``kind``: ``paragraph`` with ``text`` and ``role``; ``items`` with ``items``;
    ``table`` with ``caption``, ``header`` and ``rows``; ``chart`` with ``id``, ``title``, ``note``
    and its ``table``. ``figures`` are the ids of the figures in it.
    """
    return {
        "id": section.id,
        "kicker": section.kicker,
        "headline": plain_text(section.headline),
        "blocks": [_block(block) for block in section.blocks],
    }


def table_csv(table: Table) -> str:
    """A table as comma-separated values, its header first.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for row in (table.header, *table.rows):
        writer.writerow([_harmless(plain_text(cell)) for cell in row])
    return text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "@", "+", "-", "\t", "\r")) else cell


def _block(block: Block) -> dict[str, Any]:
    told: dict[str, Any]
    match block:
        case Paragraph(spans, role):
            told = {"kind": "paragraph", "role": role, "text": plain_text(spans)}
            return told | {"figures": _figures([spans])}
        case Items(items):
            told = {"kind": "items", "items": [plain_text(item) for item in items]}
            return told | {"figures": _figures(items)}
        case Table():
            return _table(block)
    told = {"kind": "chart", "id": block.id, "title": plain_text(block.title)}
    return told | {"note": plain_text(block.note), "table": _table(block.table)}


def _table(table: Table) -> dict[str, Any]:
    cells = [table.caption, *table.header, *(cell for row in table.rows for cell in row)]
    return {
        "kind": "table",
        "caption": plain_text(table.caption),
        "header": [plain_text(cell) for cell in table.header],
        "rows": [[plain_text(cell) for cell in row] for row in table.rows],
        "figures": _figures(cells),
    }


def _figures(texts: Iterable[Text]) -> list[str]:
    return list(dict.fromkeys(figure.id for text in texts for figure in _within(text)))


def _within(spans: Iterable[Span]) -> Iterable[Figure]:
    for span in spans:
        if isinstance(span, Figure):
            yield span
        elif isinstance(span, Strong):
            yield from _within(span.spans)


def charts_in(sections: Iterable[Section]) -> Iterable[Chart]:
    """Every chart of some sections."""
    for section in sections:
        for block in section.blocks:
            if isinstance(block, Chart):
                yield block
