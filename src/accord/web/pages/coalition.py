"""The coalition: what is covered, who waits for whom, and what follows when somebody leaves."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from accord.brief.plain_json import section_json
from accord.brief.words import share_text
from accord.case.case import Case
from accord.run.what_if import WhatIf
from accord.web.answers import LATER, About, about
from accord.web.pages.asking import CaseName, StateNow, bench, frame_of, pages, told
from accord.web.pages.sections import sections_of
from accord.web.rendering import PAGES, Frame

__all__ = ["router"]

router = APIRouter()

_SECTIONS = ("deliverable", "coalition")

Without = Annotated[
    list[str] | None,
    Query(max_length=60, description="Members that are taken out; may be repeated."),
]


class Lost(BaseModel):
    """What a coalition is without some of its members."""

    members: list[str]
    before: float
    after: float
    before_text: str
    after_text: str
    follows: list[tuple[str, str]] = []
    rounds: list[list[str]] = []
    coverage: list[dict[str, Any]] = []


class CoalitionPage(BaseModel):
    """The sections about the coalition, and what it is without some members."""

    about: About
    without: Lost | None
    sections: list[dict[str, Any]]


def _lost(request: Request, frame: Frame, members: list[str] | None) -> Lost | None:
    if not members:
        return None
    now, case = bench(request), frame.case
    what_if = now.what_if(frame.name, frame.state)
    levels = case.chosen(now.order(case, frame.state)[0])
    found = what_if.without(levels, tuple(dict.fromkeys(members)))
    return Lost(
        members=found["members"],
        before=found["before"]["share"],
        after=found["after"]["share"],
        before_text=_text(what_if, found["before"]),
        after_text=_text(what_if, found["after"]),
        follows=[
            (case.actor_name(name), _text(what_if, where))
            for name, where in found["follows"].items()
        ],
        rounds=[[case.actor_name(name) for name in names] for names in found["rounds"]],
        coverage=[_covered(case, row) for row in found["coverage"]],
    )


def _text(what_if: WhatIf, record: dict[str, float]) -> str:
    return share_text(what_if.estimate(record))


def _covered(case: Case, row: dict[str, Any]) -> dict[str, Any]:
    phase = case.file.phases[row["phase"]]
    return row | {
        "loses": round(100 * row["before"]) > round(100 * row["after"]),
        "title": case.file.capabilities[row["capability"]].title,
        "phase_title": phase.title or row["phase"],
    }


@router.get("/cases/{name}/coalition", response_class=HTMLResponse, include_in_schema=False)
def show(
    request: Request, name: CaseName, state: StateNow, without: Without = None
) -> HTMLResponse:
    """The coalition of a package, whole or without some members."""
    more = tuple(("without", each) for each in dict.fromkeys(without or ()))
    frame = frame_of(request, name, state, "coalition", more)
    found = told(request, name, state)
    return pages(request).page(
        request, "coalition.html.j2", frame=frame, page_title=PAGES["coalition"],
        sections=sections_of(found, _SECTIONS), lost=_lost(request, frame, without),
        members=tuple(frame.case.file.pledges), out=set(without or ()),
    )  # fmt: skip


@router.get("/api/cases/{name}/coalition", responses=LATER)
def tell(
    request: Request, name: CaseName, state: StateNow, without: Without = None
) -> CoalitionPage:
    """The coalition as data."""
    frame = frame_of(request, name, state, "coalition")
    found = told(request, name, state)
    return CoalitionPage(
        about=about(frame), without=_lost(request, frame, without),
        sections=[section_json(each) for each in sections_of(found, _SECTIONS)],
    )  # fmt: skip
