"""The shapes of the JSON twins that several pages share."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from accord.web.rendering import Frame
from accord.web.works import Work

__all__ = [
    "LATER",
    "About",
    "CaseList",
    "ErrorList",
    "SectionPage",
    "WorkState",
    "about",
    "work_state",
]


class OneError(BaseModel):
    """A mistake, where it is, and how to mend it."""

    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""
    found: str
    wanted: str = ""
    hint: str = ""


class ErrorList(BaseModel):
    """All mistakes at once."""

    errors: list[OneError]


class WorkState(BaseModel):
    """How far a piece of long work is."""

    id: str
    title: str
    stage: Literal["waiting", "working", "done", "failed", "cancelled"]
    step: str
    done: float = Field(description="Part that lies behind, from nought to one.")
    left: float | None = Field(description="Seconds left, where known.")
    errors: list[OneError] = []


class CaseShown(BaseModel):
    """A case in the list of cases."""

    name: str
    title: str
    byline: str
    as_of: str
    categories: list[str]
    packages: int
    mistakes: int
    assessed: bool


class CaseList(BaseModel):
    """Cases that fit what was searched for."""

    cases: list[CaseShown]


class About(BaseModel):
    """What an answer is about."""

    case: str
    title: str
    as_of: str
    lines: str
    consent: str | None
    package: str | None
    assume: list[str]
    digest: str


class SectionPage(BaseModel):
    """Sections of the brief on one page."""

    about: About
    worlds: int
    sections: list[dict[str, Any]]


LATER: dict[int | str, dict[str, Any]] = {
    202: {"model": WorkState, "description": "Being worked out."}
}
"""What a twin answers besides, where the answer takes a while."""


def about(frame: Frame) -> About:
    """What a page is about."""
    consent, state = frame.case.file.consent, frame.state
    return About(
        case=frame.name,
        title=frame.case.file.title,
        as_of=frame.case.as_of.isoformat(),
        lines=state.lines,
        consent=state.consent or (consent.default if consent else None),
        package=state.package or next(iter(frame.case.file.packages), None),
        assume=list(state.assume),
        digest=frame.case.digest,
    )


def work_state(work: Work) -> WorkState:
    """How far a piece of work is."""
    return WorkState(
        id=work.id, title=work.title, stage=work.stage, step=work.step, done=work.done,
        left=work.left, errors=[OneError.model_validate(dict(each)) for each in work.errors],
    )  # fmt: skip
