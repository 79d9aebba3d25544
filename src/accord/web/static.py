"""Style, script and typefaces of the pages."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from accord.brief.markup import ASSETS
from accord.brief.typefaces import FOLDER, faces

__all__ = ["router"]

router = APIRouter()

_OWN = Path(__file__).parent / "static"
_SCRIPTS = {"htmx.min.js": "text/javascript", "icon.svg": "image/svg+xml"}


@router.get("/static/page.css", include_in_schema=False)
def style(request: Request) -> Response:
    """The style of every page: that of the brief, and what the workbench adds."""
    return _sent(request, _style(), "text/css")


@router.get("/static/fonts/{file}", include_in_schema=False)
def font(request: Request, file: str) -> Response:
    """A typeface."""
    if file not in {face.file for face in faces()}:
        raise HTTPException(404)
    return _sent(request, (FOLDER / file).read_bytes(), "font/woff2")


@router.get("/static/{file}", include_in_schema=False)
def script(request: Request, file: str) -> Response:
    """A script or an icon, by its name alone."""
    if file not in _SCRIPTS:
        raise HTTPException(404)
    return _sent(request, (_OWN / file).read_bytes(), _SCRIPTS[file])


@cache
def _style() -> bytes:
    rules = [
        f'@font-face{{font-family:"{face.family}";font-style:{face.style};'
        f"font-weight:{face.weight};font-display:swap;unicode-range:{face.ranges};"
        f'src:url("/static/fonts/{face.file}") format("woff2")}}'
        for face in faces()
    ]
    sheets = [(ASSETS / "brief.css"), (_OWN / "workbench.css")]
    return "\n".join([*rules, *(sheet.read_text(encoding="utf-8") for sheet in sheets)]).encode()


def _sent(request: Request, content: bytes, kind: str) -> Response:
    """Content with a tag, so that a browser asks again but does not load again."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=kind, headers=headers)
