"""The brief to read and to take away, and where its figures and charts come from."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, Response

from accord._errors import UsageError
from accord.brief import charts
from accord.brief.document import Chart
from accord.brief.explain import explain_report, find_figure
from accord.brief.plain import plain_text
from accord.brief.plain_json import charts_in, section_json, table_csv
from accord.brief.publish import FORMATS, render
from accord.web.answers import LATER, SectionPage, about
from accord.web.pages.asking import CaseName, StateNow, frame_of, pages, told
from accord.web.rendering import PAGES, attached
from accord.web.workbench import Told

__all__ = ["Picture", "router", "taken_away"]

router = APIRouter()

_BESIDE = frozenset({"packages"})
"""Sections that the pages have and the brief does not."""

FigureName = Annotated[str, Path(max_length=300, description="Id of a figure.")]
ChartName = Annotated[str, Path(max_length=200, description="Id of a chart.")]
Ending = Literal["html", "md"]
Picture = Literal["csv", "svg", "png"]
_KINDS = {"html": "text/html", "md": "text/markdown"}


@router.get("/cases/{name}/brief", response_class=HTMLResponse, include_in_schema=False)
def show(request: Request, name: CaseName, state: StateNow) -> HTMLResponse:
    """The whole brief."""
    frame = frame_of(request, name, state, "brief")
    found = told(request, name, state)
    places = [
        (ending.removeprefix(".").upper(), state.address(f"{frame.home}/brief{ending}"))
        for ending in FORMATS
    ]
    return pages(request).page(
        request, "brief_page.html.j2", frame=frame, page_title=PAGES["brief"],
        sections=[s for s in found.document.sections if s.id not in _BESIDE], places=places,
    )  # fmt: skip


@router.get("/api/cases/{name}/brief", responses=LATER)
def tell(request: Request, name: CaseName, state: StateNow) -> SectionPage:
    """The whole brief as data."""
    frame = frame_of(request, name, state, "brief")
    found = told(request, name, state)
    sections = [s for s in found.document.sections if s.id not in _BESIDE]
    return SectionPage(
        about=about(frame), worlds=found.run.worlds, sections=[section_json(s) for s in sections]
    )


@router.get("/cases/{name}/brief.{ending}", include_in_schema=False)
def take(request: Request, name: CaseName, ending: Ending, state: StateNow) -> Response:
    """The brief as a file."""
    found = told(request, name, state)
    file = f"{name}-{found.run.manifest['as_of']}.{ending}"
    return Response(
        render(found.run, f".{ending}"), media_type=_KINDS[ending], headers=attached(file)
    )


@router.get("/cases/{name}/figures/{figure}", response_class=HTMLResponse, include_in_schema=False)
def explain(request: Request, name: CaseName, figure: FigureName, state: StateNow) -> HTMLResponse:
    """Where a figure comes from."""
    frame = frame_of(request, name, state, "brief", place=f"figures/{figure}")
    found = told(request, name, state)
    report = _explained(found, figure)
    return pages(request).page(
        request, "figure.html.j2", frame=frame, page_title=report["text"], report=report
    )


@router.get("/api/cases/{name}/figures/{figure}", responses=LATER)
def explain_as_data(
    request: Request, name: CaseName, figure: FigureName, state: StateNow
) -> dict[str, Any]:
    """Where a figure comes from, as ``accord explain --json`` prints it."""
    frame_of(request, name, state, "brief")
    return _explained(told(request, name, state), figure)


def _explained(found: Told, figure: str) -> dict[str, Any]:
    return explain_report(found.run, found.document, find_figure(found.document, figure))


@router.get("/cases/{name}/charts/{chart}.{kind}", include_in_schema=False)
def picture(
    request: Request, name: CaseName, chart: ChartName, kind: Picture, state: StateNow
) -> Response:
    """A chart as a file: its data, or its drawing."""
    return taken_away(_chart(told(request, name, state), chart), kind)


def taken_away(chart: Chart, kind: Picture) -> Response:
    """A chart as an answer that is kept as a file."""
    if kind == "csv":
        content: str | bytes = table_csv(chart.table)
    elif kind == "svg":
        content = charts.standing_alone(chart, plain_text(chart.title))
    else:
        content = charts.png(chart, plain_text(chart.title))
    kinds = {"csv": "text/csv", "svg": "image/svg+xml", "png": "image/png"}
    return Response(content, media_type=kinds[kind], headers=attached(f"{chart.id}.{kind}"))


def _chart(found: Told, name: str) -> Chart:
    known = {chart.id: chart for chart in charts_in(found.document.sections)}
    if name not in known:
        raise UsageError(f"no chart {name!r}; there are {', '.join(known)}")
    return known[name]
