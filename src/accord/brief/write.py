"""A run becomes a document: every section in the order in which a reader asks."""

from __future__ import annotations

from accord.brief.desk import Desk
from accord.brief.document import Document
from accord.brief.ledger import Ledger
from accord.brief.sections.acceptable import acceptable
from accord.brief.sections.cautions import cautions
from accord.brief.sections.closing import categories, method, overall, sources, takeaways
from accord.brief.sections.coalition import coalition
from accord.brief.sections.credible import credible
from accord.brief.sections.deliverable import deliverable
from accord.brief.sections.durable import durable
from accord.brief.sections.framework import framework, what_if
from accord.brief.sections.lead import lead
from accord.brief.sections.parties import parties
from accord.brief.sections.standing import standing
from accord.brief.sections.watching import upside, watch
from accord.run.run import Run

__all__ = ["write"]

_SECTIONS = (
    lead, standing, framework, what_if, acceptable, deliverable, credible, durable, parties,
    coalition, cautions, watch, upside, takeaways, overall, method, sources, categories,
)  # fmt: skip


def write(run: Run) -> Document:
    """Write the brief of a run. The same run gives the same document."""
    desk = Desk(run, Ledger(run))
    sections = [section for make in _SECTIONS if (section := make(desk)) is not None]
    return Document(
        run.case.file.title,
        "en",
        run.case.as_of,
        tuple(sections),
        tuple(desk.ledger.figures.values()),
        desk.ledger.bases,
    )
