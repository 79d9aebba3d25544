"""Assumptions: what may be believed otherwise, all of it kept in the address."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from accord.brief.words import percent
from accord.case.case import Case
from accord.case.numbers import Number
from accord.formats.source import number
from accord.web.answers import About, about
from accord.web.pages.asking import CaseName, StateNow, bench, frame_of, pages
from accord.web.pages.evidence import written_value
from accord.web.rendering import PAGES, Frame
from accord.web.state import State
from accord.web.wording import path_words

__all__ = ["router"]

router = APIRouter()

MOST_SHOWN = 40

Words = Annotated[str, Query(max_length=200, description="Words that occur in an input's path.")]


class Changed(BaseModel):
    """A value that differs from the case's own."""

    path: str
    value: str
    before: str = Field(description="What the case says.")
    text: str = Field(description="PATH=VALUE, as in the address.")


class Input(BaseModel):
    """A number that may be changed."""

    path: str
    value: str
    central: float
    why: str


class Shock(BaseModel):
    """An event, and whether it is taken as certain, as excluded, or as the case says."""

    name: str
    title: str
    chance: str
    stands: str


class AssumptionsPage(BaseModel):
    """What is assumed, and what may be assumed otherwise."""

    about: About
    changed: list[Changed]
    shocks: list[Shock]
    rules: list[str]
    dates: list[str] = Field(description="Days on which something new is known.")
    inputs: list[Input] = Field(description="Uncertain inputs that fit the words.")


def _shocks(plain: Case, state: State) -> list[Shock]:
    fixed = dict(each.partition("=")[::2] for each in state.assume)
    found = []
    for name, record in plain.file.shocks.items():
        stands = _stands(fixed.get(f"shocks.{name}.probability"))
        found.append(
            Shock(
                name=name, title=record.title or name.replace("_", " "),
                chance=_chance(record.probability), stands=stands,
            )
        )  # fmt: skip
    return found


def _stands(said: str | None) -> str:
    """What an assumption makes of an event."""
    if said is None:
        return "as the case says"
    words = {1.0: "happens", 0.0: "does not happen"}
    chance = number(said)
    return (
        f"with a chance of {said}"
        if chance is None
        else words.get(chance, f"with a chance of {said}")
    )


def _chance(number: Number) -> str:
    """A chance with its range of nine tenths, such as ``20% (12–29)``."""
    if number.distribution.is_point:
        return percent(number.central)
    low, high = (100 * float(v) for v in number.distribution.quantile([0.05, 0.95]))
    return f"{percent(number.central)} ({low:.0f}–{high:.0f})"


def _changed(plain: Case, state: State) -> list[Changed]:
    found = []
    for text in state.assume:
        path, _, value = text.partition("=")
        own = plain.numbers.get(path)
        before = written_value(own) if own is not None else ""
        found.append(Changed(path=path, value=value, before=before, text=text))
    return found


def _inputs(case: Case, words: str) -> list[Input]:
    wanted = words.casefold().replace(".", " ").split()
    found = []
    for path, own in case.numbers.items():
        text = f"{path} {path_words(case, path)}".casefold()
        if all(word in text for word in wanted):
            support = case.support(path)
            why = ""
            if support is not None:
                why = support.judgement or ", ".join(support.because)
            found.append(Input(path=path, value=written_value(own), central=own.central, why=why))
        if len(found) == MOST_SHOWN:
            break
    return found


def _page(request: Request, name: str, state: State, words: str) -> tuple[Frame, AssumptionsPage]:
    frame = frame_of(request, name, state, "assumptions", (("q", words),) if words else ())
    plain = bench(request).case(name, State(as_of=state.as_of))
    consent = frame.case.file.consent
    return frame, AssumptionsPage(
        about=about(frame),
        changed=_changed(plain, state),
        shocks=_shocks(plain, state),
        rules=list(consent.rules) if consent else [],
        dates=_dates(request, name),
        inputs=_inputs(plain, words) if words else [],
    )


def _dates(request: Request, name: str) -> list[str]:
    """Days on which an update or an entry of the journal became known, the case's own first."""
    latest = bench(request).case(name, State().latest())
    days = {update.known for update in latest.updates}
    days |= {entry.known for entry in latest.file.journal}
    later = sorted(day.isoformat() for day in days if day > latest.origin)
    return [latest.origin.isoformat(), *later]


@router.get("/cases/{name}/assumptions", response_class=HTMLResponse, include_in_schema=False)
def show(request: Request, name: CaseName, state: StateNow, q: Words = "") -> HTMLResponse:
    """What is assumed, and forms to assume otherwise."""
    frame, found = _page(request, name, state, q)
    return pages(request).page(
        request, "assumptions.html.j2", frame=frame, page_title=PAGES["assumptions"],
        found=found, words=q,
    )  # fmt: skip


@router.get("/api/cases/{name}/assumptions")
def tell(request: Request, name: CaseName, state: StateNow, q: Words = "") -> AssumptionsPage:
    """What is assumed, as data."""
    return _page(request, name, state, q)[1]


@router.get("/cases/{name}/assume", include_in_schema=False)
def assume(
    request: Request, name: CaseName, state: StateNow, path: str = "", value: str = "",
    shock: Annotated[list[str] | None, Query(max_length=60)] = None, to: str = "assumptions",
) -> Response:  # fmt: skip
    """Add to what is assumed, and go to the address that says so; nothing is changed by it."""
    kept = dict(each.partition("=")[::2] for each in state.assume)
    for each in shock or ():
        event, _, said = each.partition(":")
        where = f"shocks.{event}.probability"
        kept.pop(where, None)
        if number(said) is not None:
            kept[where] = said
    if path:
        kept[path.strip()] = value.strip()
    assumed = tuple(f"{key}={text}" for key, text in kept.items())
    after = State(state.package, state.consent, state.as_of, state.lines, assumed)
    frame = frame_of(request, name, after, "assumptions")
    page = to if to in PAGES else "assumptions"
    return RedirectResponse(after.address(f"{frame.home}/{page}"), 303)
