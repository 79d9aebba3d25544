"""Everything about one case: its brief as a page and as files, its history, its shares."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from accord.brief import charts, html, markdown
from accord.brief.appendix import Appendix, appendix
from accord.brief.bases import used_texts
from accord.brief.desk import Desk
from accord.brief.document import Chart, Document, Section
from accord.brief.history import history_section, step_sentences
from accord.brief.kept import with_kept
from accord.brief.ledger import Ledger
from accord.brief.plain import plain_text
from accord.brief.sections.lead import headline
from accord.brief.site.frame import Frame, templates
from accord.brief.site.gathering import led_by
from accord.brief.site.register import CaseLinks
from accord.brief.site.steps import Step, known_steps, told_steps
from accord.brief.words import chance_clause, percent
from accord.brief.write import write_with
from accord.case.case import Case
from accord.run.report import assess_report
from accord.run.run import Run
from accord.run.store import open_run

__all__ = ["Studio", "case_pages"]

MOST_KEPT = 400
"""Drawings that are kept; a large case has some forty, of twenty kilobytes each."""


class Studio:
    """Templates that are read once, and charts that are drawn once, whatever pages show them.

    Cases that are variants of one another share many charts.
    """

    def __init__(self) -> None:
        self._drawn: dict[tuple[str, ...], str] = {}
        self.templates = templates(self._draw)

    def _draw(self, chart: Chart, label: str, width: int) -> str:
        """The SVG of a chart, by what it shows."""
        key = (chart.id, chart.kind, repr(chart.data), repr(chart.options), label, str(width))
        if key not in self._drawn:
            if len(self._drawn) >= MOST_KEPT:
                del self._drawn[next(iter(self._drawn))]
            self._drawn[key] = charts.svg(chart, label, width)
        return self._drawn[key]


def case_pages(task: Mapping[str, Any], studio: Studio) -> dict[str, Any]:
    """Make the pages of one case.

    Parameters
    ----------
    task : mapping
        JSON-ready: ``place`` of the run, ``consent`` that leads, ``site``, its title, ``links`` as
        in :class:`CaseLinks`, ``history`` as computed, or None.
    studio : Studio
        The same for many cases.

    Returns
    -------
    dict
        JSON-ready. ``files``: texts by path; ``told``: what pages about several cases say of it:
        ``headline``, ``before``, ``figure`` and ``after`` of a sentence, ``sections`` as (id,
        kicker, headline), ``used`` values and ``inputs`` on the page by path, ``claims`` on it.

    Raises
    ------
    RunError
        If the run cannot be read.
    """
    place = Path(task["place"])
    kept = with_kept(open_run(place), place.parent)
    run = led_by(kept, task["consent"])
    links, desk = CaseLinks(**task["links"]), Desk(run, Ledger(run))
    document = write_with(desk)
    behind = appendix(document, run.case)
    frame = Frame(task["site"], studio.templates)
    told = _told(desk, document, behind)
    home = f"cases/{links.slug}"
    report = assess_report(run, place.name)
    files = {
        f"{home}/index.html": _brief(frame, f"{home}/index.html", document, behind, run.case, links,
                                     told),
        f"{home}/brief.html": html.render(document, run.case, studio.templates),
        f"{home}/brief.md": markdown.render(document, run.case),
        f"{home}/run.json": json.dumps(_finite(report), ensure_ascii=False, indent=2) + "\n",
        f"history/{links.slug}.html": _history(frame, run, links, task["history"]),
    }  # fmt: skip
    return {"files": files, "told": told}


def _brief(
    frame: Frame, path: str, document: Document, behind: Appendix, case: Case, links: CaseLinks,
    told: Mapping[str, Any],
) -> str:  # fmt: skip
    sections = sorted(document.sections, key=lambda section: section.id == html.LAST)
    file = case.file
    context = {
        "document": document, "sections": sections, "last": html.LAST, "behind": behind,
        "listed": html.source_anchors(document, behind), "links": links, "here": "case",
        "description": _sentence(told),
        "actors": _named({a: r.name for a, r in file.actors.items()}, links.actors),
        "filed": _named({c: c for c in file.categories}, links.categories),
        "used_sources": _named({s: r.title for s, r in file.sources.items()}, links.sources),
    }  # fmt: skip
    return frame.page(path, "brief_page", context)


def _named(names: Mapping[str, str], slugs: Mapping[str, str]) -> list[tuple[str, str]]:
    """Name and page of each, two that share a page once."""
    return list({slugs[own]: (name, slugs[own]) for own, name in names.items()}.values())


def _sentence(told: Mapping[str, Any]) -> str:
    figure = told["figure"]
    return f"{told['before']}{figure['text'] if figure else ''}{told['after']}"


def _told(desk: Desk, document: Document, behind: Appendix) -> dict[str, Any]:
    run = desk.run
    title = f"“{run.title(desk.lead)}”"
    before, figure, after = f"{title} was put to no test.", None, ""
    if run.verdict.assessed:
        clause = chance_clause(desk.passes("joint"), title)
        before, after = f"{clause} passes every test it was put to: ", " of worlds."
        joint = desk.ledger.share(desk.lead, "joint")
        figure = {"id": joint.id, "text": joint.text}
        on_page = any(one.id == joint.id for one in document.figures)
        assert on_page, joint.id
    return {
        "headline": plain_text(headline(desk)),
        "before": before,
        "figure": figure,
        "after": after,
        "sections": [_section(section) for section in document.sections],
        "used": {p: _used(run, p, text) for p, text in used_texts(run).items() if _is_shown(p)},
        "inputs": {path: number for path, number in _inputs(behind) if _is_shown(path)},
        "claims": {claim.name: claim.anchor for claim in behind.claims},
    }


def _section(section: Section) -> tuple[str, str, str]:
    return (section.id, section.kicker, plain_text(section.headline))


def _inputs(behind: Appendix) -> Iterator[tuple[str, int]]:
    for group in behind.groups:
        for one in group.inputs:
            yield (group.path if one.path == group.path else f"{group.path}.{one.path}"), one.number


def _used(run: Run, path: str, text: str) -> str:
    """The value used, a chance in per cent."""
    if not path.endswith(".binding"):
        return text
    if path not in run.inputs:
        return percent(run.case.numbers[path].central)
    ends = np.quantile(run.inputs[path], [0.05, 0.5, 0.95], method="inverted_cdf")
    low, middle, high = (percent(float(end)) for end in ends)
    return f"{middle} ({low} to {high})"


def _is_shown(path: str) -> bool:
    """Whether the page of an actor shows a number."""
    return path.startswith(("positions.", "pledges.")) and path.endswith(
        (".binding", ".needs", ".amount", ".base")
    )


def _history(
    frame: Frame, run: Run, links: CaseLinks, found: Mapping[str, Any] | None
) -> str:  # fmt: skip
    case, lead = run.case, run.packages[0]
    part: Section | None = None
    steps: Sequence[Step]
    if found is None:
        steps = known_steps(case, links)
        scope = "What became known, day by day, until the day of the brief."
    else:
        steps = told_steps(case, links, found, step_sentences(found, lead))
        part = history_section(found, lead) if len(found["steps"]) > 1 else None
        scope = f"What became known, day by day, and what it did to {run.title(lead)}."
        if steps and steps[-1].date > case.as_of:
            scope += " The brief itself stops earlier: it knows nothing that came later."
    context = {
        "links": links, "case_title": case.file.title, "scope": scope, "part": part,
        "steps": steps, "started": _started(case, found), "here": "case",
    }  # fmt: skip
    return frame.page(f"history/{links.slug}.html", "history", context)


def _started(case: Case, found: Mapping[str, Any] | None) -> dt.date:
    return dt.date.fromisoformat(found["steps"][0]["date"]) if found else case.origin


def _finite(node: Any) -> Any:
    """The same with null for what is no finite number, as JSON wants it."""
    if isinstance(node, Mapping):
        return {key: _finite(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_finite(value) for value in node]
    return None if isinstance(node, float) and not math.isfinite(node) else node
