"""The best packages of the whole space: what is kept of them, and a search that finds more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from accord._errors import UsageError
from accord.brief.explored import explored_in, fresh_share, fresh_worlds
from accord.brief.words import large_count, share_text
from accord.case.case import Case
from accord.web.answers import About, WorkState, about, work_state
from accord.web.pages.asking import CaseName, StateNow, bench, frame_of, pages
from accord.web.rendering import PAGES, Frame
from accord.web.state import State
from accord.web.workbench import SEED
from accord.web.works import Work

__all__ = ["router"]

router = APIRouter()

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

WORLDS = (256, 512, 1024, 2048, 4096, 8192)
SECONDS: Mapping[int, str] = {
    5: "5 seconds", 20: "20 seconds", 60: "1 minute", 120: "2 minutes", 300: "5 minutes",
    900: "15 minutes", 1800: "half an hour",
}  # fmt: skip
USUAL_SECONDS = 60

Pins = Annotated[
    list[str] | None,
    Query(
        alias="pin", max_length=400,
        description="PROVISION:LEVEL that packages may have; may be repeated.",
    ),
]  # fmt: skip
PinsChosen = Annotated[list[str] | None, Form(alias="pin", max_length=400)]
Rule = Annotated[str, Form(max_length=200)]
Seconds = Annotated[int, Form(ge=1, le=1800)]
Worlds = Annotated[int, Form(ge=1, le=8192)]


class RuleExplored(BaseModel):
    """What is known of the best packages under one consent rule."""

    rule: str
    title: str
    found: dict[str, Any] | None = Field(
        description="As accord explore --json prints it; None where no search is kept."
    )


class ExplorePage(BaseModel):
    """What is known of the best packages of the whole space, and the search for more."""

    about: About
    pins: dict[str, list[str]] = Field(description="Levels that packages may have, where not all.")
    packages_total: int = Field(description="Packages that there are, with these pins.")
    rules: list[RuleExplored]
    work: WorkState | None = Field(description="The search that goes on, or failed last.")


class Column(BaseModel):
    """A package that was found, as the page shows it."""

    letter: str
    levels: dict[str, str]
    joint: str
    fresh: str
    tests: dict[str, str]
    proven: bool
    named: list[str] = Field(description="Titles of the named packages that are the same.")
    changed: list[str] = Field(description="Provisions that differ from the base.")
    place: str = Field(description="Where the builder shows it; empty without a base.")


class Told(BaseModel):
    """What was found under one rule, as the page shows it."""

    rule: str
    title: str
    found: dict[str, Any] | None
    passes: bool = Field(default=False, description="Whether anything was found that passes.")
    columns: list[Column] = []
    limit: str = Field(default="", description="What no package exceeds in the worlds searched.")
    many: str = Field(default="", description="How many fresh worlds there were, where known.")
    proof: str = ""
    effort: str = ""


def pins_from(case: Case, asked: Sequence[str]) -> dict[str, list[str]]:
    """Levels by provision, in the order of the case; provisions with all levels are left out.

    Raises
    ------
    UsageError
        For a provision or level that the case does not have.
    """
    provisions, wanted = case.file.provisions, set(asked)
    found = {
        name: [level for level in record.levels if f"{name}:{level}" in wanted]
        for name, record in provisions.items()
    }
    unknown = wanted - {f"{name}:{level}" for name, levels in found.items() for level in levels}
    if unknown:
        first = min(unknown)
        raise UsageError(f"found {first!r}, wanted a level of the case such as {_example(case)}")
    return {
        name: levels
        for name, levels in found.items()
        if levels and len(levels) < len(provisions[name].levels)
    }


def _example(case: Case) -> str:
    return next((f"{name}:{next(iter(p.levels))}" for name, p in case.file.provisions.items()), "")


def _pairs(pins: Mapping[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple(("pin", f"{name}:{level}") for name, levels in pins.items() for level in levels)


def _size(case: Case, pins: Mapping[str, Sequence[str]]) -> int:
    size = 1
    for name, provision in case.file.provisions.items():
        size *= len(pins.get(name, provision.levels))
    return size


def _rules(request: Request, frame: Frame) -> dict[str, str]:
    """Titles of the consent rules, the one that leads in front."""
    now, consent = bench(request), frame.case.file.consent
    if consent is None:
        return dict.fromkeys(now.what_if(frame.name, frame.state).rules, "Nobody is asked")
    lead = now.rule(frame.case, frame.state) or consent.default
    ordered = dict.fromkeys((lead, *consent.rules))
    return {rule: consent.rules[rule].title or _plain(rule) for rule in ordered}


def _plain(name: str) -> str:
    text = name.replace("-", " ").replace("_", " ")
    return text[:1].upper() + text[1:]


def _work(request: Request, frame: Frame) -> Work | None:
    """The search on this case that there is to tell of."""
    here = bench(request)
    return here.works.to_tell("explore", str(here.shelf.find(frame.name)))


def _page(
    request: Request, name: str, state: State, pin: Sequence[str]
) -> tuple[Frame, ExplorePage]:  # fmt: skip
    plain = frame_of(request, name, state, "explore")
    pins = pins_from(plain.case, pin)
    frame = Frame(name, plain.case, state, "explore", _pairs(pins))
    titles = _rules(request, frame)
    runs = bench(request).shelf.find(name) / "runs"
    found = explored_in(runs, frame.case, tuple(titles), lines=state.lines, pins=pins)
    work = _work(request, frame)
    return frame, ExplorePage(
        about=about(frame), pins=pins, packages_total=_size(frame.case, pins),
        rules=[
            RuleExplored(rule=rule, title=title, found=found.get(rule))
            for rule, title in titles.items()
        ],
        work=work_state(work) if work is not None else None,
    )  # fmt: skip


@router.get("/cases/{name}/explore", response_class=HTMLResponse, include_in_schema=False)
def show(request: Request, name: CaseName, state: StateNow, pin: Pins = None) -> HTMLResponse:
    """What is known, the search that goes on or a form to start one."""
    frame, found = _page(request, name, state, pin or ())
    case, worlds = frame.case, bench(request).worlds
    return pages(request).page(
        request, "explore.html.j2", frame=frame, page_title=PAGES["explore"], found=found,
        told=[_told(frame, one) for one in found.rules], work=_work(request, frame),
        size=large_count(found.packages_total), whole=large_count(_size(case, {})),
        seconds=SECONDS, usual_seconds=USUAL_SECONDS, usual_worlds=worlds,
        worlds=sorted({*WORLDS, worlds}), base=_base(frame),
        unpinned=state.address(f"{frame.home}/explore"),
        address=state.address(f"{frame.home}/explore", frame.more),
    )  # fmt: skip


@router.get("/api/cases/{name}/explore")
def tell(request: Request, name: CaseName, state: StateNow, pin: Pins = None) -> ExplorePage:
    """What is known of the best packages of the whole space, as data."""
    return _page(request, name, state, pin or ())[1]


@router.post("/cases/{name}/explore", include_in_schema=False)
def start(
    request: Request, name: CaseName, state: StateNow, rule: Rule,
    seconds: Seconds = USUAL_SECONDS, worlds: Worlds = 2048, pin: PinsChosen = None,
) -> Response:  # fmt: skip
    """Begin a search, or find the one that goes on; the page tells how far it is."""
    plain = frame_of(request, name, state, "explore")
    pins = pins_from(plain.case, pin or ())
    frame = Frame(name, plain.case, state, "explore", _pairs(pins))
    titles = _rules(request, frame)
    if rule not in titles:
        raise UsageError(f"no consent rule {rule!r}; there are {', '.join(titles)}")
    place = state.address(f"{frame.home}/explore", frame.more)
    going = _work(request, frame)
    if going is None or going.over:
        title = f"Searching all packages of “{frame.case.file.title}”"
        if pins:
            title = f"Searching the packages of “{frame.case.file.title}” with what was chosen"
        question = {
            "kind": "explore", "folder": str(bench(request).shelf.find(name)),
            "digest": frame.case.digest, "as_of": state.as_of, "assume": list(state.assume),
            "lines": state.lines, "rule": rule, "seconds": seconds, "worlds": worlds, "seed": SEED,
            "pins": pins,
        }  # fmt: skip
        bench(request).works.start(
            f"{title}, consent: {titles[rule]}", question, again=True, place=place
        )
    return RedirectResponse(f"{place}#search", 303)


def _base(frame: Frame) -> str:
    """The named package from which the builder begins; empty where the case names none."""
    packages = frame.case.file.packages
    wanted = frame.state.package
    return wanted if wanted in packages else next(iter(packages), "")


def _told(frame: Frame, one: RuleExplored) -> Told:
    told = Told(rule=one.rule, title=one.title, found=one.found)
    if one.found is not None:
        told.columns = [_column(frame, one, number) for number in range(len(one.found["best"]))]
        first = one.found["best"][0]
        told.passes = first["joint"] > 0 or first["joint_fresh"] > 0
        told.limit = _percent(min(max(one.found["bound"], first["joint"]), 1.0))
        told.many = _many(one.found)
        told.proof, told.effort = _proof(one.found), _effort(one.found)
    return told


def _column(frame: Frame, one: RuleExplored, number: int) -> Column:
    assert one.found is not None
    found, base = one.found["best"][number], _base(frame)
    levels = {name: found["package"][name] for name in frame.case.file.provisions}
    own = frame.case.chosen(base) if base else levels
    changed = [name for name in levels if levels[name] != own[name]]
    state, place = frame.state, ""
    if base:
        more = [("level", f"{name}:{levels[name]}") for name in changed]
        place = state.address(f"{frame.home}/builder", more, consent=_consent(frame, one.rule))
    packages = frame.case.file.packages
    return Column(
        letter=LETTERS[number % len(LETTERS)], levels=levels, joint=_percent(found["joint"]),
        fresh=share_text(fresh_share(one.found, number)),
        tests={test: _percent(share) for test, share in found["tests"].items()},
        proven=bool(found.get("proven")), changed=changed, place=place,
        named=[p.title for key, p in packages.items() if frame.case.chosen(key) == levels],
    )  # fmt: skip


def _consent(frame: Frame, rule: str) -> str | None:
    """The rule as an address says it, None where it is the case's own."""
    consent = frame.case.file.consent
    return rule if consent is not None and rule != consent.default else None


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _many(found: Mapping[str, Any]) -> str:
    count = fresh_worlds(found)
    if count is None:
        return ""
    return "as many" if count == int(found["worlds"]) else f"{count:,}"


def _proof(found: Mapping[str, Any]) -> str:
    """What the search proved, and what a longer one may add."""
    best, bound = float(found["best"][0]["joint"]), float(found["bound"])
    if bound <= best:
        return "It is proven that no other package passes in more of the worlds searched."
    if bound >= 1:
        return "The search ended by time before it proved anything about the other packages."
    ratio = f"; the bound is {bound / best:,.1f} times the best" if 0 < best < 0.1 else ""
    longer = "" if found.get("reproducible", True) else (
        " A longer search may narrow that."
    )  # fmt: skip
    return (
        f"It is proven that no package passes in more than {_percent(bound)} of them, a gap of "
        f"{100 * (bound - best):.1f} points{ratio}.{longer}"
    )


def _effort(found: Mapping[str, Any]) -> str:
    parts = [f"{large_count(int(found['packages_total']))} packages"]
    if "seed" in found:
        parts.append(f"seed {found['seed']}")
    if "seconds" in found:
        parts.append(f"{_seconds(found['seconds'])} of search")
    if found.get("tables_seconds"):
        parts.append(f"{_seconds(found['tables_seconds'])} for tables")
    return ", ".join(parts)


def _seconds(value: float) -> str:
    return f"{value:.0f} s" if value >= 1 else "under 1 s"
