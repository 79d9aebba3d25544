"""Pages made of sections of the brief: each test by itself, and all of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from accord.brief.document import Section
from accord.brief.plain_json import section_json
from accord.web.answers import LATER, SectionPage, about
from accord.web.pages.asking import CaseName, StateNow, frame_of, pages, told
from accord.web.rendering import PAGES
from accord.web.workbench import Told

__all__ = ["router", "sections_of"]

router = APIRouter()

_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "overview": (
        "lead",
        "packages",
        "exploration",
        "framework",
        "what-if",
        "parties",
        "takeaways",
    ),
    "consent": ("acceptable", "cautions"),
    "credibility": ("credible",),
    "durability": ("durable", "where-things-stand"),
}
"""Which sections a page shows, in which order."""

Page = Literal["overview", "consent", "credibility", "durability"]
PageName = Annotated[Page, Path(description="Which page.")]


def sections_of(found: Told, wanted: tuple[str, ...]) -> tuple[Section, ...]:
    """Sections of a document by their ids, in the order asked for; missing ones left out."""
    known = {section.id: section for section in found.document.sections}
    return tuple(known[name] for name in wanted if name in known)


@router.get("/cases/{name}/{page}", response_class=HTMLResponse, include_in_schema=False)
def show(request: Request, name: CaseName, page: Page, state: StateNow) -> HTMLResponse:
    """A page of sections."""
    frame = frame_of(request, name, state, page)
    found = told(request, name, state)
    return pages(request).page(
        request, f"{page}.html.j2", frame=frame, page_title=PAGES[page], run=found.run,
        sections=sections_of(found, _SECTIONS[page]),
    )  # fmt: skip


@router.get("/api/cases/{name}/{page}", responses=LATER)
def tell(request: Request, name: CaseName, page: PageName, state: StateNow) -> SectionPage:
    """The sections of a page as data."""
    frame = frame_of(request, name, state, page)
    found = told(request, name, state)
    return SectionPage(
        about=about(frame), worlds=found.run.worlds,
        sections=[section_json(each) for each in sections_of(found, _SECTIONS[page])],
    )  # fmt: skip
