"""The evidence: every number with its claim and source or its judgement, and what is disputed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from accord.case.case import Case
from accord.case.evidence import support_counts
from accord.case.numbers import Number
from accord.web.answers import About, about
from accord.web.pages.asking import CaseName, StateNow, frame_of, pages
from accord.web.rendering import PAGES
from accord.web.wording import path_words

__all__ = ["router", "written_value"]

router = APIRouter()

PER_PAGE = 100

_UNSAID = frozenset({"amount", "factor", "number", "probability"})
"""Units that tell a reader nothing."""

Kind = Literal["all", "sourced", "judged"]
Words = Annotated[str, Query(max_length=200, description="Words that occur in path or reason.")]
Block = Annotated[str, Query(max_length=60, description="A block of the case.")]
KindNow = Annotated[Kind, Query(description="All numbers, those with a source, or judgements.")]
PageNow = Annotated[int, Query(ge=1, le=10_000, description="A hundred numbers a page.")]


class NumberRow(BaseModel):
    """A number of the case and what stands behind it."""

    path: str
    value: str
    place: str = Field(description="File and line.")
    claims: list[str]
    judgement: str


class ClaimRow(BaseModel):
    """A claim with its source."""

    id: str
    claim: str
    actor: str
    quote: str
    locator: str
    disputed_by: str
    source: str
    source_title: str
    publisher: str
    published: str
    grade: str
    link: str
    supports: int = Field(description="Numbers that rest on it.")


class EvidencePage(BaseModel):
    """What the numbers of a case rest on."""

    about: About
    blocks: dict[str, dict[str, int]]
    numbers: list[NumberRow]
    total: int = Field(description="Numbers that fit, on all pages.")
    page: int
    claims: list[ClaimRow]
    disputed: list[ClaimRow]


def written_value(number: Number) -> str:
    """A number in words: its value, or its middle and the range of nine tenths."""
    drawn = number.distribution
    unit = "" if number.unit in _UNSAID else number.unit
    if drawn.is_point:
        return f"{number.central:.4g} {unit}".strip()
    low, high = (float(v) for v in drawn.quantile([0.05, 0.95]))
    return f"{number.central:.4g} ({low:.4g} to {high:.4g}) {unit}".strip()


def _row(case: Case, number: Number) -> NumberRow:
    support, place = case.support(number.path), case.place(number.path)
    return NumberRow(
        path=number.path,
        value=written_value(number),
        place=f"{place.file.rsplit('/', maxsplit=1)[-1]}:{place.line}" if place.line else "",
        claims=list(support.because) if support else [],
        judgement=support.judgement if support else "",
    )


def _fitting(case: Case, words: str, block: str, kind: Kind) -> list[Number]:
    def fits(number: Number) -> bool:
        support = case.support(number.path)
        sourced = support is not None and support.is_sourced
        reason = support.judgement if support else ""
        text = f"{number.path} {path_words(case, number.path)} {reason}".casefold()
        return (
            (not block or number.path.split(".", 1)[0] == block)
            and (kind == "all" or (kind == "sourced") == sourced)
            and all(word in text for word in words.casefold().split())
        )

    return [number for number in case.numbers.values() if fits(number)]


def _claims(case: Case) -> Iterator[ClaimRow]:
    counts: dict[str, int] = {}
    for path in case.numbers:
        support = case.support(path)
        for claim in support.because if support else ():
            counts[claim] = counts.get(claim, 0) + 1
    for name, record in case.file.claims.items():
        source = case.file.sources[record.source]
        yield ClaimRow(
            id=name, claim=record.claim, quote=record.quote, locator=record.locator,
            actor=case.actor_name(record.actor) if record.actor else "",
            disputed_by=record.disputed_by, source=record.source, source_title=source.title,
            publisher=source.publisher, published=source.published.isoformat(),
            grade=source.grade, link=source.link, supports=counts.get(name, 0),
        )  # fmt: skip


@router.get("/cases/{name}/evidence", response_class=HTMLResponse, include_in_schema=False)
def show(
    request: Request, name: CaseName, state: StateNow, q: Words = "", block: Block = "",
    kind: KindNow = "all", page: PageNow = 1,
) -> HTMLResponse:  # fmt: skip
    """Numbers with what stands behind them, claims, and what is disputed."""
    found = tell(request, name, state, q, block, kind, page)
    chosen = [("q", q), ("block", block), ("kind", kind if kind != "all" else "")]
    more = tuple((key, value) for key, value in chosen if value)
    frame = frame_of(request, name, state, "evidence", more)
    return pages(request).page(
        request, "evidence.html.j2", frame=frame, page_title=PAGES["evidence"], found=found,
        words=q, block=block, kind=kind, last=max(1, -(-found.total // PER_PAGE)),
        judged=sum(each["judgements"] for each in found.blocks.values()),
        numbers=sum(each["numbers"] for each in found.blocks.values()),
    )  # fmt: skip


@router.get("/api/cases/{name}/evidence")
def tell(
    request: Request, name: CaseName, state: StateNow, q: Words = "", block: Block = "",
    kind: KindNow = "all", page: PageNow = 1,
) -> EvidencePage:  # fmt: skip
    """The evidence as data."""
    frame = frame_of(request, name, state, "evidence")
    case = frame.case
    fitting = _fitting(case, q, block, kind)
    claims = list(_claims(case))
    return EvidencePage(
        about=about(frame),
        blocks=support_counts(case),
        numbers=[_row(case, each) for each in fitting[PER_PAGE * (page - 1) : PER_PAGE * page]],
        total=len(fitting),
        page=page,
        claims=claims,
        disputed=[each for each in claims if each.disputed_by],
    )
