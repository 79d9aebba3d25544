"""The list of cases, and a new one."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from accord._errors import UsageError
from accord.brief.words import count_words
from accord.case.scaffold import new
from accord.web.answers import CaseList, CaseShown
from accord.web.pages.asking import bench, pages
from accord.web.shelf import Shown

__all__ = ["router"]

router = APIRouter()

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")

Words = Annotated[str, Query(max_length=200, description="Words that all have to occur.")]
Category = Annotated[str, Query(max_length=200, description="A category.")]


def _fitting(shown: tuple[Shown, ...], words: str, category: str) -> list[Shown]:
    return [
        one
        for one in shown
        if one.speaks_of(words) and (not category or category in one.categories)
    ]


@router.get("/", response_class=HTMLResponse, include_in_schema=False)
def show(request: Request, q: Words = "", category: Category = "") -> HTMLResponse:
    """Every case that is served, or those that fit."""
    return _list(request, q, category)


@router.get("/api/cases")
def tell(request: Request, q: Words = "", category: Category = "") -> CaseList:
    """Every case that is served, or those that fit, as data."""
    found = _fitting(bench(request).shown(), q, category)
    return CaseList(
        cases=[
            CaseShown(
                name=one.name, title=one.title, byline=one.byline, as_of=one.as_of,
                categories=list(one.categories), packages=one.packages, mistakes=one.mistakes,
                assessed=one.assessed,
            )
            for one in found
        ]
    )  # fmt: skip


@router.post("/cases", include_in_schema=False)
def begin(request: Request, name: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Write a small complete case to start from, and go there."""
    try:
        new(_free_place(request, name))
    except UsageError as error:
        return _list(request, "", "", problem=str(error), given=name, status=422)
    return RedirectResponse(f"/cases/{quote(name)}/edit", 303)


def _free_place(request: Request, name: str) -> Path:
    """Where a new case would stand.

    Raises
    ------
    UsageError
        If the name is none, or taken.
    """
    if not NAME.fullmatch(name):
        raise UsageError(
            f"found the name {name!r}, wanted letters, digits and hyphens, a letter first"
        )
    place = bench(request).shelf.place_for(name)
    if os.path.lexists(place):
        raise UsageError(f"a folder {name!r} is there already; choose another name")
    return place


def _list(
    request: Request, words: str, category: str, *, problem: str = "", given: str = "",
    status: int = 200,
) -> HTMLResponse:  # fmt: skip
    shown = bench(request).shown()
    found = _fitting(shown, words, category)
    counts = Counter(name for one in shown for name in one.categories)
    number = len(found)
    told = count_words(number) if number < 100 else f"{number:,}"
    heading = f"{told} case{'' if number == 1 else 's'}".capitalize()
    return pages(request).page(
        request, "cases.html.j2", status=status, cases=found, words=words, category=category,
        categories=sorted(counts.items(), key=lambda item: (-item[1], item[0])),
        heading=heading, can_add=not bench(request).shelf.single, problem=problem, name_given=given,
        query=urlencode([(k, v) for k, v in (("q", words), ("category", category)) if v]),
    )  # fmt: skip
