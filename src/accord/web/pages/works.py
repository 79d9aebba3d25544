"""How far long work is, and stopping it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from accord._errors import UsageError
from accord.web.answers import WorkState, work_state
from accord.web.pages.asking import bench, pages
from accord.web.rendering import is_fragment
from accord.web.works import Work

__all__ = ["router"]

router = APIRouter()

WorkName = Annotated[str, Path(max_length=40, description="Id of a piece of work.")]


def _work(request: Request, name: str) -> Work:
    work = bench(request).works.get(name)
    if work is None:
        raise UsageError("no such work here; the server was started anew, or it is long over")
    return work


@router.get("/works/{name}", response_class=HTMLResponse, include_in_schema=False)
def show(request: Request, name: WorkName) -> HTMLResponse:
    """How far a piece of work is; the page that asked for it is loaded anew once it is done."""
    work = _work(request, name)
    if is_fragment(request):
        done = {"HX-Refresh": "true"} if work.stage == "done" else {}
        return pages(request).page(
            request, "progress.html.j2", work=work, back=work.place or "/", headers=done
        )
    return pages(request).page(request, "working.html.j2", work=work, back=work.place or "/")


@router.get("/api/works/{name}")
def tell(request: Request, name: WorkName) -> WorkState:
    """How far a piece of work is, as data."""
    return work_state(_work(request, name))


@router.post("/works/{name}/cancel", include_in_schema=False)
def cancel(request: Request, name: WorkName) -> Response:
    """Stop a piece of work."""
    bench(request).works.cancel(_work(request, name).id)
    return RedirectResponse(f"/works/{name}", 303)


@router.post("/works/{name}/finish", include_in_schema=False)
def finish(request: Request, name: WorkName) -> Response:
    """Have a piece of work end with what it has."""
    work = _work(request, name)
    bench(request).works.finish(work.id)
    return RedirectResponse(work.place or f"/works/{name}", 303)


@router.post("/works/{name}/again", include_in_schema=False)
def again(request: Request, name: WorkName) -> Response:
    """Begin a piece of work anew."""
    work = _work(request, name)
    bench(request).works.start(work.title, work.question, again=True, place=work.place)
    return RedirectResponse(f"/works/{name}", 303)
