"""Pages from templates: the frame of every page, its tabs, and where figures and charts lead."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse

from accord.brief.document import Chart, Figure
from accord.brief.markup import environment
from accord.brief.palette import INK
from accord.brief.plain import day_text
from accord.case.case import Case
from accord.web.state import State
from accord.web.wording import block_words, path_words
from accord.web.workbench import Drawings

__all__ = ["PAGES", "Frame", "Pages", "attached", "is_fragment"]

_TEMPLATES = Path(__file__).parent / "templates"

PAGES: Mapping[str, str] = {
    "overview": "Overview",
    "builder": "Build",
    "explore": "Explore",
    "stress": "Stress",
    "consent": "Consent",
    "coalition": "Coalition",
    "credibility": "Credibility",
    "durability": "Durability",
    "watch": "Watch",
    "evidence": "Evidence",
    "assumptions": "Assumptions",
    "edit": "Edit",
    "brief": "Brief",
}
"""Pages of a case, in the order of the tabs."""

_TAKEN_AWAY = ("CSV", "SVG", "PNG")


@dataclass(frozen=True)
class Frame:
    """What stands around the content of a page about a case.

    Attributes
    ----------
    name : str
        The case, in addresses.
    case : Case
    state : State
    page : str
        Which of ``PAGES``.
    more : tuple of (name, value)
        What the address holds beside the state.
    place : str
        What the page is called in its address, where it is one below a tab.
    """

    name: str
    case: Case
    state: State
    page: str
    more: tuple[tuple[str, str], ...] = ()
    place: str = ""

    @property
    def home(self) -> str:
        """The beginning of every address about this case."""
        return f"/cases/{quote(self.name)}"

    def tabs(self) -> Iterable[tuple[str, str, bool]]:
        """Label, address and whether it is this page."""
        return [
            (label, self.state.address(f"{self.home}/{page}"), page == self.page)
            for page, label in PAGES.items()
        ]

    @property
    def twin(self) -> str:
        """The address of this page as JSON."""
        return self.state.address(f"/api{self.home}/{quote(self.place or self.page)}", self.more)

    def figure(self, figure: Figure) -> str:
        """Where the derivation of a figure stands."""
        return self.state.address(f"{self.home}/figures/{quote(figure.id)}")

    def downloads(self, chart: Chart) -> Iterable[tuple[str, str]]:
        """What a chart can be taken away as, and where."""
        place = f"{self.home}/charts/{quote(chart.id)}"
        return [(kind, self.state.address(f"{place}.{kind.lower()}")) for kind in _TAKEN_AWAY]

    def package_title(self) -> str:
        """The package that the page is about, in words; empty where the case names none."""
        packages = self.case.file.packages
        name = self.state.package or next(iter(packages), "")
        return packages[name].title if name in packages else ""


class Pages:
    """The templates of the workbench."""

    def __init__(self, drawings: Drawings) -> None:
        self._environment = environment(_TEMPLATES, drawing=drawings)
        self._environment.filters |= {
            "place": quote, "actor": _actor, "block": block_words, "words": _words,
            "begun": _begun, "dated": _dated,
        }  # fmt: skip
        self._environment.globals["ink"] = INK

    def page(
        self, request: Request, template: str, *, status: int = 200,
        headers: Mapping[str, str] | None = None, **context: Any,
    ) -> HTMLResponse:  # fmt: skip
        """Render a template."""
        frame = context.get("frame")
        if isinstance(frame, Frame):
            context = {"figure_address": frame.figure, "downloads": frame.downloads} | context
        text = self._environment.get_template(template).render(
            here=str(request.url.path), **context
        )
        return HTMLResponse(text, status_code=status, headers=dict(headers or {}))


def _actor(name: str, case: Case) -> str:
    return case.actor_name(name)


def _words(path: str, case: Case, below: int = 0) -> str:
    return path_words(case, path, below)


def _dated(day: dt.date | str) -> str:
    return day_text(day if isinstance(day, dt.date) else dt.date.fromisoformat(day))


def _begun(text: str) -> str:
    """A text as a sentence begins."""
    return text[:1].upper() + text[1:]


def attached(file: str) -> dict[str, str]:
    """The headers of an answer that is kept as a file of that name, whatever letters it has."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", file)
    whole = quote(file, safe="")
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}"}


def is_fragment(request: Request) -> bool:
    """Whether part of a page is asked for, by the script on it."""
    return request.headers.get("hx-request") == "true"
