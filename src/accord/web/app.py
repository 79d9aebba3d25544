"""The application: every page, the guard before it, and what becomes of mistakes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from accord._errors import AccordError, CaseErrors
from accord.web import static
from accord.web.answers import ErrorList, work_state
from accord.web.pages import (
    assumptions,
    brief,
    builder,
    cases,
    coalition,
    editing,
    evidence,
    exploring,
    sections,
    stressing,
    watching,
    works,
)
from accord.web.rendering import Pages
from accord.web.safety import Guard
from accord.web.shelf import NoCaseError
from accord.web.workbench import WORLDS, Pending, Workbench

__all__ = ["application"]

_ROUTERS = (
    cases.router, works.router, builder.router, exploring.router, stressing.router,
    coalition.router, evidence.router, assumptions.router, brief.router, editing.router,
    watching.router, sections.router, static.router,
)  # fmt: skip


def application(folder: Path, *, worlds: int = WORLDS) -> FastAPI:
    """The workbench on a folder.

    Parameters
    ----------
    folder : Path
        A case, or a folder of cases; no file outside it is ever read or written.
    worlds : int
        Worlds of the runs that it makes.

    Raises
    ------
    UsageError
        If there is no such folder.
    """
    bench = Workbench(folder, worlds=worlds)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        bench.works.close()

    app = FastAPI(
        title="accord", version=version("accord"), docs_url=None, redoc_url=None,
        description="The pages of the workbench as data.", lifespan=lifespan,
        responses={
            404: {"model": ErrorList, "description": "There is nothing of that name."},
            422: {"model": ErrorList, "description": "The case, or what is asked, is wrong."},
        },
    )  # fmt: skip
    app.state.bench, app.state.pages = bench, Pages(bench.drawings)
    for router in _ROUTERS:
        app.include_router(router)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(Guard)
    _take_mistakes(app)
    return app


def _take_mistakes(app: FastAPI) -> None:
    @app.exception_handler(AccordError)
    def mistaken(request: Request, error: AccordError) -> Response:
        if isinstance(error, Pending):
            return _pending(request, error)
        if isinstance(error, CaseErrors):
            errors = [each.as_json() for each in error.errors]
            return _told(request, 422, "The case has mistakes", errors)
        return _told(request, 404 if isinstance(error, NoCaseError) else 422,
                     "That does not fit", [_plain(str(error))])  # fmt: skip

    @app.exception_handler(RequestValidationError)
    def misfit(request: Request, error: RequestValidationError) -> Response:
        errors = [
            _plain(str(each["msg"]).lower(), ".".join(str(step) for step in each["loc"][1:]))
            for each in error.errors()
        ]
        if any(each["loc"][0] == "path" for each in error.errors()):
            return _told(request, 404, "There is no such page", errors)
        return _told(request, 422, "That does not fit", errors)

    @app.exception_handler(HTTPException)
    def lost(request: Request, error: HTTPException) -> Response:
        words = {404: "There is no such page", 405: "That cannot be done here"}
        heading = words.get(error.status_code, str(error.detail))
        plain = _plain(f"{request.method} {request.url.path}")
        answer = _told(request, error.status_code, heading, [plain])
        answer.headers.update(error.headers or {})
        return answer


def _plain(found: str, path: str = "") -> dict[str, str | int]:
    return {
        "file": "", "line": 0, "column": 0, "path": path, "found": found, "wanted": "", "hint": "",
    }  # fmt: skip


def _as_data(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _pending(request: Request, error: Pending) -> Response:
    if _as_data(request):
        return JSONResponse(work_state(error.work).model_dump(), 202)
    pages: Pages = request.app.state.pages
    back = str(request.url.path) + (f"?{request.url.query}" if request.url.query else "")
    return pages.page(request, "working.html.j2", status=202, work=error.work, back=back)


def _told(
    request: Request, status: int, heading: str, errors: list[dict[str, str | int]]
) -> Response:
    if _as_data(request):
        return JSONResponse({"errors": errors}, status)
    pages: Pages = request.app.state.pages
    return pages.page(
        request, "error.html.j2", status=status, code=status, heading=heading, errors=errors
    )
