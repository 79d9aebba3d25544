"""What every page asks of the server: the workbench, the templates, the frame around a case."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Path, Request

from accord.web.rendering import Frame, Pages
from accord.web.state import State, state_of
from accord.web.workbench import Told, Workbench

__all__ = ["CaseName", "StateNow", "bench", "frame_of", "pages", "told"]

CaseName = Annotated[str, Path(max_length=200, description="Name of a case's folder.")]
StateNow = Annotated[State, Depends(state_of)]


def bench(request: Request) -> Workbench:
    """The workbench of this server."""
    return cast("Workbench", request.app.state.bench)


def pages(request: Request) -> Pages:
    """The templates of this server."""
    return cast("Pages", request.app.state.pages)


def frame_of(
    request: Request, name: str, state: State, page: str, more: tuple[tuple[str, str], ...] = ()
) -> Frame:
    """The frame of a page about a case; a case that is wrong ends here with all its mistakes."""
    return Frame(name, bench(request).case(name, state), state, page, more)


def told(request: Request, name: str, state: State) -> Told:
    """The run behind a page; see :meth:`Workbench.told`."""
    foreign = request.headers.get("sec-fetch-site") == "cross-site"
    return bench(request).told(name, state, foreign=foreign)
