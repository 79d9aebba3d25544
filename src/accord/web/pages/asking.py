"""What every page asks of the server: the workbench, the templates, the frame around a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, cast

from fastapi import Depends, Path, Request

from accord.web.rendering import Frame, Pages
from accord.web.state import State, state_of
from accord.web.workbench import Told, Workbench

__all__ = ["CaseName", "StateNow", "answered", "bench", "frame_of", "pages", "told"]

CaseName = Annotated[str, Path(max_length=200, description="Name of a case's folder.")]
StateNow = Annotated[State, Depends(state_of)]


def bench(request: Request) -> Workbench:
    """The workbench of this server."""
    return cast("Workbench", request.app.state.bench)


def pages(request: Request) -> Pages:
    """The templates of this server."""
    return cast("Pages", request.app.state.pages)


def frame_of(
    request: Request, name: str, state: State, page: str, more: tuple[tuple[str, str], ...] = (),
    place: str = "",
) -> Frame:  # fmt: skip
    """The frame of a page about a case; a case that is wrong ends here with all its mistakes."""
    return Frame(name, bench(request).case(name, state), state, page, more, place)


def answered(request: Request, name: str, title: str, question: Mapping[str, Any]) -> Any:
    """The answer of long work about a case; see :meth:`Workbench.answered`."""
    return bench(request).answered(name, title, question, foreign=_is_foreign(request))


def _is_foreign(request: Request) -> bool:
    # another port of this machine is of the same site, and somebody else's all the same
    return request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}


def told(request: Request, name: str, state: State) -> Told:
    """The run behind a page; see :meth:`Workbench.told`."""
    return bench(request).told(name, state, foreign=_is_foreign(request))
