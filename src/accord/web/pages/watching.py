"""What to watch, what happened, how the shares moved with it, and how good the forecasts were."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from accord._errors import CaseErrors, UsageError
from accord.brief.history import history_section, step_sentences
from accord.brief.plain_json import charts_in, section_json
from accord.case.case import Case
from accord.case.records.watching import JournalEntry
from accord.formats.calendar_file import calendar_of
from accord.watch.ranking import ranking
from accord.watch.recording import record
from accord.web.answers import LATER, About, about
from accord.web.pages.asking import CaseName, StateNow, answered, bench, frame_of, pages, told
from accord.web.pages.brief import Picture, taken_away
from accord.web.pages.sections import sections_of
from accord.web.rendering import PAGES, Frame, attached
from accord.web.state import State
from accord.web.workbench import Pending

__all__ = ["router"]

router = APIRouter()

_SECTIONS = ("watch", "upside")
_PICTURES: tuple[Picture, ...] = ("csv", "svg", "png")

Line = Annotated[str, Form(max_length=400)]


class WatchPage(BaseModel):
    """Open questions by what their answers tell, and what was recorded."""

    about: About
    ranking: dict[str, Any] = Field(description="As accord watch --json prints it.")
    journal: list[dict[str, Any]]
    worlds: int
    effective_worlds: float
    weight_warning: str
    sections: list[dict[str, Any]]


def _entry(case: Case, entry: JournalEntry) -> dict[str, Any]:
    asked = case.file.watch.get(entry.indicator)
    return {
        "indicator": entry.indicator,
        "question": asked.question if asked is not None else entry.indicator,
        "outcome": entry.outcome,
        "on": entry.on.isoformat() if entry.on else None,
        "known": entry.known.isoformat(),
        "recorded": entry.recorded.isoformat(),
        "source": entry.source,
        "note": entry.note,
        "replaces": entry.replaces,
    }


def _journal(case: Case) -> list[dict[str, Any]]:
    known = [each for each in case.file.journal if each.known <= case.as_of]
    return [_entry(case, each) for each in sorted(known, key=lambda e: e.known, reverse=True)]


@router.get("/cases/{name}/watch", response_class=HTMLResponse, include_in_schema=False)
def show(request: Request, name: CaseName, state: StateNow) -> HTMLResponse:
    """Open questions, a form to answer one, and the journal."""
    frame = frame_of(request, name, state, "watch")
    return _page(request, frame)


@router.get("/api/cases/{name}/watch", responses=LATER)
def tell(request: Request, name: CaseName, state: StateNow) -> WatchPage:
    """Open questions and the journal as data."""
    frame = frame_of(request, name, state, "watch")
    found = told(request, name, state)
    manifest = found.run.manifest
    return WatchPage(
        about=about(frame), ranking=ranking(found.run), journal=_journal(frame.case),
        worlds=found.run.worlds, effective_worlds=manifest["effective_worlds"],
        weight_warning=manifest["weight_warning"],
        sections=[section_json(each) for each in sections_of(found, _SECTIONS)],
    )  # fmt: skip


def _page(
    request: Request, frame: Frame, *, problem: list[str] | None = None,
    given: dict[str, str] | None = None, status: int = 200,
) -> HTMLResponse:  # fmt: skip
    try:
        found = told(request, frame.name, frame.state)
    except Pending:
        if problem is None:
            raise
        found = None  # what was typed is worth more than what is being worked out
    ranked: dict[str, Any] = (
        ranking(found.run) if found is not None else {"indicators": [], "clairvoyance": 0.0}
    )
    worth = sorted(ranked["indicators"], key=lambda each: -each["value"]["gain"])
    latest = bench(request).case(frame.name, frame.state.latest())
    questions = dict(latest.file.watch)
    return pages(request).page(
        request, "watch.html.j2", frame=frame, page_title=PAGES["watch"], status=status,
        sections=sections_of(found, _SECTIONS) if found is not None else (),
        run=found.run if found is not None else None, journal=_journal(frame.case),
        questions=questions, worth=worth[:8],
        clairvoyance=ranked["clairvoyance"], problem=problem or [], given=given or {},
        sources=frame.case.file.sources, today=dt.datetime.now(dt.UTC).date().isoformat(),
    )  # fmt: skip


@router.post("/cases/{name}/journal", include_in_schema=False)
def write(
    request: Request, name: CaseName, indicator: Line = "", outcome: Line = "", on: Line = "",
    known: Line = "", source: Line = "", note: Line = "",
) -> Response:  # fmt: skip
    """Record what happened; the page then shows everything as it is known with it."""
    given = {
        "indicator": indicator, "outcome": outcome, "on": on, "known": known, "source": source,
        "note": note,
    }  # fmt: skip
    folder = bench(request).shelf.find(name)
    try:
        written = record(
            folder, indicator, outcome, source=source, on=on or None, known=known or None, note=note
        )
    except (CaseErrors, UsageError) as error:
        problem = (
            [f"{each.path}: found {each.found}; wanted {each.wanted}. {each.hint}".strip()
             for each in error.errors]
            if isinstance(error, CaseErrors) else [str(error)]
        )  # fmt: skip
        frame = frame_of(request, name, State(), "watch")
        return _page(request, frame, problem=problem, given=given, status=422)
    day = written.entry.known.isoformat()
    return RedirectResponse(f"/cases/{quote(name)}/watch?as_of={day}#journal", 303)


@router.get("/cases/{name}/watch.ics", include_in_schema=False)
def calendar(request: Request, name: CaseName, state: StateNow) -> Response:
    """The deadlines of open questions as a calendar."""
    found = told(request, name, state)
    names = tuple(one["name"] for one in ranking(found.run)["indicators"])
    return Response(
        calendar_of(found.run.case, names), media_type="text/calendar",
        headers=attached(f"{name}.ics"),
    )  # fmt: skip


@router.get("/cases/{name}/history", response_class=HTMLResponse, include_in_schema=False)
def show_history(request: Request, name: CaseName, state: StateNow) -> HTMLResponse:
    """How the shares moved, step by step, and what moved them."""
    frame = frame_of(request, name, state, "watch", place="history")
    found = _history(request, frame)
    lead = _lead(found, state)
    places = [
        (kind.upper(), state.address(f"{frame.home}/history.{kind}")) for kind in _PICTURES
    ]  # fmt: skip
    return pages(request).page(
        request, "history.html.j2", frame=frame, page_title="History", found=found, lead=lead,
        part=history_section(found, lead), moves=step_sentences(found, lead),
        downloads=lambda _: places,
    )  # fmt: skip


@router.get("/cases/{name}/history.{kind}", include_in_schema=False)
def take_history(request: Request, name: CaseName, kind: Picture, state: StateNow) -> Response:
    """The chart of the shares over time as a file."""
    found = _history(request, frame_of(request, name, state, "watch", place="history"))
    (chart,) = charts_in((history_section(found, _lead(found, state)),))
    return taken_away(chart, kind)


def _lead(found: dict[str, Any], state: State) -> str:
    """The package whose history is told."""
    known = found["packages"]
    wanted = state.package or ""
    return wanted if wanted in known else str(next(iter(known)))


@router.get("/api/cases/{name}/history", responses=LATER)
def tell_history(request: Request, name: CaseName, state: StateNow) -> dict[str, Any]:
    """How the shares moved, as data; the shape is that of ``accord watch --history --json``."""
    return _history(request, frame_of(request, name, state, "watch"))


def _history(request: Request, frame: Frame) -> dict[str, Any]:
    latest = bench(request).case(frame.name, frame.state.latest())
    bench(request).rule(latest, frame.state)  # a rule that there is not is told at once
    question = {
        "kind": "history", "lines": frame.state.lines, "consent": frame.state.consent,
        "digest": latest.digest,
    }  # fmt: skip
    result: dict[str, Any] = answered(
        request, frame.name, f"The history of {frame.case.file.title}", question
    )
    return result


@router.get("/cases/{name}/score", response_class=HTMLResponse, include_in_schema=False)
def show_score(request: Request, name: CaseName, state: StateNow) -> HTMLResponse:
    """How good the forecasts were."""
    frame = frame_of(request, name, state, "watch", place="score")
    return pages(request).page(
        request, "score.html.j2", frame=frame, page_title="Score", found=_score(request, frame)
    )


@router.get("/api/cases/{name}/score", responses=LATER)
def tell_score(request: Request, name: CaseName, state: StateNow) -> dict[str, Any]:
    """How good the forecasts were, as ``accord score --json`` prints it."""
    return _score(request, frame_of(request, name, state, "watch"))


def _score(request: Request, frame: Frame) -> dict[str, Any]:
    latest = bench(request).case(frame.name, frame.state.latest())
    question = {"kind": "score", "digest": latest.digest}
    result: dict[str, Any] = answered(
        request, frame.name, f"Scoring the forecasts of {frame.case.file.title}", question
    )
    return result
