"""The package builder: a level for every provision, and the four tests while choosing."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from accord.case.case import Case
from accord.web.answers import LATER, About, about
from accord.web.judging import Answer, answer_about, levels_from
from accord.web.pages.asking import CaseName, StateNow, answered, bench, frame_of, pages
from accord.web.rendering import PAGES, Frame
from accord.web.state import State

__all__ = ["Beside", "Levels", "asked", "router"]

router = APIRouter()

Levels = Annotated[
    list[str] | None,
    Query(alias="level", max_length=200, description="PROVISION:LEVEL; may be repeated."),
]
Beside = Annotated[
    str | None, Query(max_length=200, description="A named package to stand beside it.")
]


class BuilderPage(BaseModel):
    """A package and what the tests say of it."""

    about: About
    answer: Answer


def asked(
    request: Request, frame: Frame, levels: list[str] | None, beside: str | None, *, whole: bool
) -> Answer:
    """What is said of the package that an address names.

    Raises
    ------
    UsageError
        For a package, provision or level that the case does not have.
    """
    now, case = bench(request), frame.case
    base = now.order(case, frame.state)[0]
    chosen = levels_from(case, base, levels or [])
    other = now.order(case, State(package=beside or base))[0]
    what_if = now.what_if(frame.name, frame.state)
    rule = now.rule(case, frame.state) or _own_rule(case, what_if.rules)
    return answer_about(what_if, chosen, base, other, rule, whole=whole)


def _own_rule(case: Case, rules: tuple[str, ...]) -> str:
    return case.file.consent.default if case.file.consent else rules[0]


def _more(answer: Answer) -> tuple[tuple[str, str], ...]:
    """What the address of this package holds beside the state: only what differs from its base."""
    pairs = [("level", f"{name}:{answer.levels[name]}") for name in answer.changed]
    if answer.beside != answer.base:
        pairs.append(("beside", answer.beside))
    return tuple(pairs)


@router.get("/cases/{name}/builder", response_class=HTMLResponse, include_in_schema=False)
def show(
    request: Request, name: CaseName, state: StateNow, level: Levels = None, beside: Beside = None
) -> HTMLResponse:
    """The form and, beside it, what the tests say."""
    plain = frame_of(request, name, state, "builder")
    answer = asked(request, plain, level, beside, whole=True)
    frame = Frame(name, plain.case, state, "builder", _more(answer))
    return pages(request).page(
        request, "builder.html.j2", frame=frame, page_title=PAGES["builder"], answer=answer,
        own=plain.case.chosen(answer.base),
    )  # fmt: skip


@router.get("/cases/{name}/builder/answer", response_class=HTMLResponse, include_in_schema=False)
def change(
    request: Request, name: CaseName, state: StateNow, level: Levels = None,
    beside: Beside = None, *, whole: bool = False,
) -> HTMLResponse:  # fmt: skip
    """What the tests say after a change: the quick ones first, which then ask for the rest."""
    plain = frame_of(request, name, state, "builder")
    answer = asked(request, plain, level, beside, whole=whole)
    more = _more(answer)
    frame = Frame(name, plain.case, state, "builder", more)
    address = state.address(f"{frame.home}/builder", more)
    headers = {} if whole else {"HX-Push-Url": address}
    return pages(request).page(
        request, "answer.html.j2", frame=frame, answer=answer, headers=headers
    )


@router.get("/api/cases/{name}/builder")
def tell(
    request: Request, name: CaseName, state: StateNow, level: Levels = None, beside: Beside = None
) -> BuilderPage:
    """What the tests say of a package, as data."""
    frame = frame_of(request, name, state, "builder")
    return BuilderPage(about=about(frame), answer=asked(request, frame, level, beside, whole=True))


@router.get("/cases/{name}/nearest", response_class=HTMLResponse, include_in_schema=False)
def show_nearest(
    request: Request, name: CaseName, state: StateNow, level: Levels = None, beside: Beside = None
) -> HTMLResponse:
    """Better packages one or two levels away."""
    plain = frame_of(request, name, state, "builder")
    answer = asked(request, plain, level, beside, whole=False)
    frame = Frame(name, plain.case, state, "builder", _more(answer), "nearest")
    found = _nearest(request, frame, answer)
    base = plain.case.chosen(answer.base)
    places = []
    for one in found["better"]:
        levels = {**answer.levels, **{s["provision"]: s["level"] for s in one["changes"]}}
        pairs = [("level", f"{key}:{to}") for key, to in levels.items() if base[key] != to]
        places.append(state.address(f"{frame.home}/builder", pairs))
    return pages(request).page(
        request, "nearest.html.j2", frame=frame, page_title="Better packages nearby", found=found,
        places=places, back=state.address(f"{frame.home}/builder", frame.more),
    )  # fmt: skip


@router.get("/api/cases/{name}/nearest", responses=LATER)
def tell_nearest(
    request: Request, name: CaseName, state: StateNow, level: Levels = None, beside: Beside = None
) -> dict[str, Any]:
    """Better packages one or two levels away, as data."""
    frame = frame_of(request, name, state, "builder")
    return _nearest(request, frame, asked(request, frame, level, beside, whole=False))


def _nearest(request: Request, frame: Frame, answer: Answer) -> dict[str, Any]:
    question = {
        "kind": "nearest", "as_of": frame.state.as_of, "assume": list(frame.state.assume),
        "lines": frame.state.lines, "levels": answer.levels, "rule": answer.rule,
        "digest": frame.case.digest,
    }  # fmt: skip
    result: dict[str, Any] = answered(
        request, frame.name, "Looking for better packages nearby", question
    )
    return result
