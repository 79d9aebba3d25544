"""A package under stress: what is kept of it, and the work that finds it out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from accord._errors import UsageError
from accord.brief.labels import rule_words
from accord.brief.plain_json import section_json
from accord.run.run import Run
from accord.web.answers import LATER, About, WorkState, about, work_state
from accord.web.pages.asking import CaseName, StateNow, bench, frame_of, pages, told
from accord.web.pages.sections import sections_of
from accord.web.rendering import PAGES, Frame
from accord.web.state import State
from accord.web.workbench import SEED
from accord.web.works import Work

__all__ = ["router"]

router = APIRouter()

Name = Annotated[str, Form(max_length=200)]


class KeptStress(BaseModel):
    """What is kept about a package under a rule."""

    package: str
    package_title: str
    rule: str
    rule_title: str
    place: str = Field(description="Where it is shown.")
    shown: bool = Field(description="Whether this page shows it.")
    found: dict[str, Any] = Field(description="As accord stress --json prints it, and the worlds.")


class StressPage(BaseModel):
    """What is known of the packages under stress."""

    about: About
    package: str
    rule: str
    worlds: int = Field(description="Worlds of the run that would be looked at.")
    sections: list[dict[str, Any]] = Field(description="As in the brief; empty where none is kept.")
    kept: list[KeptStress]
    work: WorkState | None = Field(description="The work that goes on, or failed last.")


def _work(request: Request, frame: Frame) -> Work | None:
    """The work on this case that there is to tell of."""
    here = bench(request)
    return here.works.to_tell("stress", str(here.shelf.find(frame.name)))


def _kept(frame: Frame, run: Run) -> list[KeptStress]:
    return [
        KeptStress(
            package=package, package_title=run.title(package), rule=rule,
            rule_title=rule_words(run, rule).text, place=_place(frame, package, rule),
            shown=(package, rule) == (run.packages[0], run.rule), found=found,
        )
        for package, by_rule in run.details.get("stress", {}).items()
        for rule, found in by_rule.items()
    ]  # fmt: skip


def _place(frame: Frame, package: str, rule: str) -> str:
    """The address of the page about a package and a rule; what is the case's own is left out."""
    file = frame.case.file
    own = rule if file.consent is not None and rule != file.consent.default else None
    named = package if package != next(iter(file.packages)) else None
    return frame.state.address(f"{frame.home}/stress", package=named, consent=own)


def _page(
    request: Request, name: str, state: State
) -> tuple[Frame, Run, StressPage, dict[str, Any]]:  # fmt: skip
    frame = frame_of(request, name, state, "stress")
    found = told(request, name, state)
    run, work = found.run, _work(request, frame)
    sections = sections_of(found, ("stress",))
    page = StressPage(
        about=about(frame), package=run.packages[0], rule=run.rule, worlds=run.worlds,
        sections=[section_json(each) for each in sections], kept=_kept(frame, run),
        work=work_state(work) if work is not None else None,
    )  # fmt: skip
    return frame, run, page, {"sections": sections, "work": work}


@router.get("/cases/{name}/stress", response_class=HTMLResponse, include_in_schema=False)
def show(request: Request, name: CaseName, state: StateNow) -> HTMLResponse:
    """What is known, the work that goes on or a form to begin it."""
    frame, run, found, more = _page(request, name, state)
    return pages(request).page(
        request, "stress.html.j2", frame=frame, page_title=PAGES["stress"], found=found,
        packages={package: run.title(package) for package in run.packages},
        rules={rule: rule_words(run, rule).text for rule in (run.rule, *run.rules)},
        address=state.address(f"{frame.home}/stress"), **more,
    )  # fmt: skip


@router.get("/api/cases/{name}/stress", responses=LATER)
def tell(request: Request, name: CaseName, state: StateNow) -> StressPage:
    """What is known of the packages under stress, as data."""
    return _page(request, name, state)[2]


@router.post("/cases/{name}/stress", include_in_schema=False)
def start(
    request: Request, name: CaseName, state: StateNow, package: Name, rule: Name
) -> Response:  # fmt: skip
    """Begin the work, or find the one that goes on; the page tells how far it is."""
    frame = frame_of(request, name, state, "stress")
    run = told(request, name, state).run
    for what, asked, known in (("package", package, run.packages), ("rule", rule, run.rules)):
        if asked not in known:
            raise UsageError(f"no {what} {asked!r}; there are {', '.join(known)}")
    place = state.address(f"{frame.home}/stress")
    going = _work(request, frame)
    if going is None or going.over:
        question = {
            "kind": "stress", "folder": str(bench(request).shelf.find(name)),
            "digest": frame.case.digest, "as_of": state.as_of, "assume": list(state.assume),
            "lines": state.lines, "packages": list(run.packages), "package": package,
            "rule": rule, "worlds": bench(request).worlds, "seed": SEED,
        }  # fmt: skip
        title = (
            f"Putting “{run.title(package)}” under stress, consent: {rule_words(run, rule).text}"
        )
        bench(request).works.start(title, question, again=True, place=place)
    return RedirectResponse(f"{place}#going", 303)
