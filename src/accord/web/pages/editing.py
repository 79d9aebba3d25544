"""Editing a case in forms, taking an edit back, keeping a variant, and what an edit changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from accord._errors import CaseErrors, UsageError
from accord.brief.diff import diff
from accord.brief.explored import carry_explored
from accord.case.editing import Change, Proposal, edited, edits, save, undo, value_of, variant
from accord.web.answers import LATER, About, about
from accord.web.fields import SINGLE, Field, changes_from, fields_of, groups_of, said
from accord.web.judging import levels_from
from accord.web.pages.asking import CaseName, StateNow, bench, frame_of, pages, told
from accord.web.rendering import PAGES, Frame
from accord.web.state import State
from accord.web.wording import block_words

__all__ = ["router"]

router = APIRouter()

At = Annotated[str, Query(max_length=300, description="Path of the record, such as positions.A.")]
Before = Annotated[str, Query(pattern="^[0-9a-f]{0,64}$", description="Digest before the edit.")]
Line = Annotated[str, Form(max_length=400)]
Long = Annotated[str, Form(max_length=20_000)]


class FieldTold(BaseModel):
    """One value of a record."""

    path: str
    text: str
    support: str


class EditPage(BaseModel):
    """What can be edited, and the values of one record."""

    about: About
    records: dict[str, list[str]]
    at: str
    fields: list[FieldTold]


@router.get("/cases/{name}/edit", response_class=HTMLResponse, include_in_schema=False)
def show(
    request: Request, name: CaseName, at: At = SINGLE, before: Before = ""
) -> HTMLResponse:  # fmt: skip
    """The values of one record in a form; of a case that is wrong, its mistakes."""
    try:
        frame = frame_of(request, name, State(), "edit", (("at", at),))
    except CaseErrors as error:
        return _broken(request, name, error)
    return _form(request, frame, at, before=before)


@router.get("/api/cases/{name}/edit")
def tell(request: Request, name: CaseName, at: At = SINGLE) -> EditPage:
    """The values of one record, as data."""
    frame = frame_of(request, name, State(), "edit")
    return EditPage(
        about=about(frame),
        records={g.name: [path for path, _ in g.records] for g in groups_of(frame.case)},
        at=at,
        fields=[
            FieldTold(path=f.path, text=f.text, support=f.support)
            for f in fields_of(frame.case, at)
        ],
    )


def _broken(request: Request, name: str, error: CaseErrors) -> HTMLResponse:
    folder = bench(request).shelf.find(name)
    return pages(request).page(
        request, "broken.html.j2", status=422, name=name, edits=edits(folder),
        errors=[each.as_json() for each in error.errors],
    )  # fmt: skip


def _form(
    request: Request, frame: Frame, at: str, *, before: str = "",
    typed: dict[str, str] | None = None, wrong: dict[str, list[str]] | None = None,
    status: int = 200,
) -> HTMLResponse:  # fmt: skip
    folder = bench(request).shelf.find(frame.name)
    return pages(request).page(
        request, "edit.html.j2", frame=frame, page_title=PAGES["edit"], status=status, at=at,
        groups=groups_of(frame.case), fields=fields_of(frame.case, at), typed=typed or {},
        wrong=wrong or {}, edits=edits(folder)[:10], before=before, heading=_heading(frame, at),
    )  # fmt: skip


def _heading(frame: Frame, at: str) -> str:
    """The record that is edited, in words."""
    for group in groups_of(frame.case):
        for path, title in group.records:
            if path == at:
                alone = path in {SINGLE, group.name}
                return title if alone else f"{block_words(group.name)}: {title}"
    return at


@router.post("/cases/{name}/edit", include_in_schema=False)
async def write(request: Request, name: CaseName, at: At = SINGLE) -> Response:
    """Save what was changed in a form; where anything is wrong nothing is, and it is told there."""
    form = await request.form(max_fields=5000)
    typed = {key[2:]: str(value) for key, value in form.items() if key.startswith("v.")}
    shown = {key[2:]: str(value) for key, value in form.items() if key.startswith("w.")}
    return await run_in_threadpool(_written, request, name, at, typed, shown)


def _written(
    request: Request, name: str, at: str, typed: dict[str, str], shown: dict[str, str]
) -> Response:
    frame = frame_of(request, name, State(), "edit", (("at", at),))
    fields = [
        Field(f.path, f.label, shown.get(f.path, f.text), f.is_text) for f in
        fields_of(frame.case, at)
    ]  # fmt: skip
    changes, wrong = changes_from(fields, typed)
    wrong |= _overtaken(fields_of(frame.case, at), shown, {change.path for change in changes})
    if wrong:
        return _form(request, frame, at, typed=typed, wrong=wrong, status=422)
    return _saved(request, frame, at, changes, typed)


def _overtaken(
    now: Sequence[Field], shown: Mapping[str, str], changed: AbstractSet[str]
) -> dict[str, list[str]]:
    """What somebody else changed since a form was shown, among what the form changes as well."""
    return {
        field.path: [
            f"Found {field.text}, which somebody else has written since this page was loaded; "
            "save again to put yours in its place."
        ]
        for field in now
        if field.path in changed and not field.says(shown.get(field.path, field.text))
    }


def _saved(
    request: Request, frame: Frame, at: str, changes: list[Change], typed: dict[str, str]
) -> Response:
    folder = bench(request).shelf.find(frame.name)
    proposal = edited(folder, changes)
    try:
        save(proposal)
    except (CaseErrors, UsageError) as error:
        wrong = _wrong(proposal, error)
        return _form(request, frame, at, typed=typed, wrong=wrong, status=422)
    return _to_saved(frame, at)


def _to_saved(frame: Frame, at: str) -> Response:
    """To the record as it is now, with the way to what the edit changed."""
    query = urlencode({"at": at, "before": frame.case.digest})
    return RedirectResponse(f"{frame.home}/edit?{query}#saved", 303)


def _wrong(proposal: Proposal, error: CaseErrors | UsageError) -> dict[str, list[str]]:
    """What is wrong, by the path of the field at which it is told."""
    if isinstance(error, UsageError):
        return {"": [str(error)]}
    return {path: said(errors) for path, errors in proposal.at.items()}


@router.post("/cases/{name}/add", include_in_schema=False)
def add(
    request: Request, name: CaseName, block: Line = "", entry: Line = "", value: Long = ""
) -> Response:
    """Add an entry to a block: a claim, a source, a pledge, whatever has names."""
    frame = frame_of(request, name, State(), "edit")
    known = {group.name for group in groups_of(frame.case)} - {SINGLE}
    at = block if block in known else SINGLE
    first = next((path for g in groups_of(frame.case) if g.name == at for path, _ in g.records), at)
    typed = {"+name": entry, "+value": value, "+block": block}
    path = f"{block}.{entry.strip()}"
    if block not in known or frame.case.data.get(block, {}).get(entry.strip()) is not None:
        wrong = {"+": [f"{path} is no new name in a block that takes names"]}
        return _form(request, frame, first, typed=typed, wrong=wrong, status=422)
    try:
        change = Change(path, value_of(value, path))
    except CaseErrors as error:
        wrong = {"+": said(error.errors)}
        return _form(request, frame, first, typed=typed, wrong=wrong, status=422)
    proposal = edited(bench(request).shelf.find(name), [change])
    try:
        save(proposal)
    except (CaseErrors, UsageError) as error:
        told = said(proposal.errors) or [str(error)]
        return _form(request, frame, first, typed=typed, wrong={"+": told}, status=422)
    return _to_saved(frame, path)


@router.post("/cases/{name}/undo", include_in_schema=False)
def take_back(request: Request, name: CaseName, at: Line = SINGLE) -> Response:
    """Take back the last edit."""
    undo(bench(request).shelf.find(name))
    return RedirectResponse(f"/cases/{quote(name)}/edit?{urlencode({'at': at})}", 303)


@router.post("/cases/{name}/variants", include_in_schema=False)
def keep(
    request: Request, name: CaseName, state: StateNow, base: Line, title: Line,
    level: Annotated[list[str] | None, Form()] = None,
) -> Response:  # fmt: skip
    """Keep a package that was put together as a package of the case."""
    frame = frame_of(request, name, State(), "builder")
    chosen = levels_from(frame.case, bench(request).order(frame.case, State(base))[0], level or [])
    change = variant(frame.case, _free_name(frame, title), title, base, chosen)
    proposal = edited(bench(request).shelf.find(name), [change])
    looked_at = (State(), State(as_of=state.as_of))
    before = [bench(request).case(name, each).digest for each in looked_at]
    save(proposal)
    # one more name leaves what was found in the whole space as it is
    for digest, each in zip(before, looked_at, strict=True):
        after = bench(request).case(name, each).digest
        carry_explored(bench(request).shelf.find(name) / "runs", digest, after)
    kept = change.path.partition(".")[2]
    return RedirectResponse(State(package=kept).address(f"{frame.home}/builder"), 303)


def _free_name(frame: Frame, title: str) -> str:
    """A name made of a title that no package has yet."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:60]
    stem = plain if plain[:1].isalpha() else f"variant-{plain}".rstrip("-")
    taken = frame.case.file.packages
    names = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return next(each for each in names if each not in taken)


@router.get("/cases/{name}/changed", response_class=HTMLResponse, include_in_schema=False)
def show_changed(
    request: Request, name: CaseName, state: StateNow, before: Before = "", since: str = ""
) -> HTMLResponse:
    """What changed since an edit, or since a day, and which findings changed with it."""
    more = tuple((key, value) for key, value in (("before", before), ("since", since)) if value)
    frame = frame_of(request, name, state, "edit", more, "changed")
    return pages(request).page(
        request, "changed.html.j2", frame=frame, page_title="What changed",
        found=_changed(request, frame, before, since),
    )  # fmt: skip


@router.get("/api/cases/{name}/changed", responses=LATER)
def tell_changed(
    request: Request, name: CaseName, state: StateNow, before: Before = "", since: str = ""
) -> dict[str, Any]:
    """What changed, as ``accord diff --json`` prints it."""
    return _changed(request, frame_of(request, name, state, "edit"), before, since)


def _changed(request: Request, frame: Frame, before: str, since: str) -> dict[str, Any]:
    now = told(request, frame.name, frame.state).run
    if since:
        other = State(frame.state.package, frame.state.consent, since, frame.state.lines)
        then = told(request, frame.name, other).run
    else:
        then = bench(request).earlier(frame.name, before)
    return diff(then, now)
