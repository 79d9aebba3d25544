"""A run becomes a document: every section in the order in which a reader asks."""

from __future__ import annotations

from collections.abc import Callable

from accord.brief.desk import Desk
from accord.brief.document import Document, Section
from accord.brief.ledger import Ledger
from accord.brief.sections.acceptable import acceptable
from accord.brief.sections.cautions import cautions
from accord.brief.sections.closing import categories, method, overall, sources, takeaways
from accord.brief.sections.coalition import coalition
from accord.brief.sections.credible import credible
from accord.brief.sections.deliverable import deliverable
from accord.brief.sections.durable import durable
from accord.brief.sections.exploration import exploration
from accord.brief.sections.framework import framework, what_if
from accord.brief.sections.lead import lead
from accord.brief.sections.parties import parties
from accord.brief.sections.standing import standing
from accord.brief.sections.stress import stress_section
from accord.brief.sections.watching import upside, watch
from accord.run.run import Run

__all__ = ["write", "write_with"]

_SECTIONS = (
    lead, standing, framework, what_if, exploration, acceptable, deliverable, credible, durable,
    stress_section, parties, coalition, cautions, watch, upside, takeaways, overall, method,
    sources, categories,
)  # fmt: skip


def write(run: Run) -> Document:
    """Write the brief of a run. The same run gives the same document."""
    return write_with(Desk(run, Ledger(run)))


def write_with(desk: Desk, *more: Callable[[Desk], Section | None]) -> Document:
    """The brief of a desk's run, and further sections behind it whose figures join its own."""
    sections = [section for make in (*_SECTIONS, *more) if (section := make(desk)) is not None]
    return Document(
        desk.run.case.file.title,
        "en",
        desk.run.case.as_of,
        tuple(sections),
        tuple(desk.ledger.figures.values()),
        desk.ledger.bases,
    )
