"""The appendix of a brief: how every number came about, down to inputs, claims and sources.

Hundreds of figures rest on thousands of inputs, many on the same ones. So every input, claim and
judgement is written once and numbered, and a basis names its inputs by ranges of numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from accord.brief.document import Basis, Document, Figure
from accord.case.case import Case
from accord.case.records.watching import Claim, Source

__all__ = [
    "Appendix", "CitedClaim", "CitedSource", "Group", "Input", "Judgement", "Range", "Rest",
    "appendix", "interval_text", "value_text",
]  # fmt: skip

_OUTSIDE_ID = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A reason given for numbers that no source supports."""

    anchor: str
    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class CitedSource:
    """A source that supports a claim."""

    anchor: str
    name: str
    source: Source


@dataclass(frozen=True, slots=True)
class CitedClaim:
    """A claim on which inputs rest."""

    anchor: str
    name: str
    claim: Claim
    source: CitedSource


@dataclass(frozen=True, slots=True)
class Input:
    """A number of the case.

    Attributes
    ----------
    number : int
        Its place in the list, from 1.
    path : str
        Its dotted path without the part that names the group.
    used : str
        The value used.
    claims : tuple of CitedClaim
    judgement : Judgement or None
    """

    number: int
    path: str
    used: str
    claims: tuple[CitedClaim, ...]
    judgement: Judgement | None


@dataclass(frozen=True, slots=True)
class Group:
    """Inputs of one place of the case, such as the positions of one actor."""

    path: str
    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """Inputs that follow one another, first and last number."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Rest:
    """A basis with the figures that rest on it.

    Attributes
    ----------
    anchor, title : str
    figures : tuple of Figure
    blocks : tuple of (block, count)
        Inputs by block of the case.
    judgements : int
        Inputs that are judgements.
    ranges : tuple of Range
        The inputs by number.
    claims : tuple of CitedClaim
    """

    anchor: str
    title: str
    figures: tuple[Figure, ...]
    blocks: tuple[tuple[str, int], ...]
    judgements: int
    ranges: tuple[Range, ...]
    claims: tuple[CitedClaim, ...]

    @property
    def count(self) -> int:
        """Number of inputs."""
        return sum(count for _, count in self.blocks)


@dataclass(frozen=True, slots=True)
class Appendix:
    """Everything, each once, in the order of the case and of the brief."""

    rests: tuple[Rest, ...]
    groups: tuple[Group, ...]
    claims: tuple[CitedClaim, ...]
    judgements: tuple[Judgement, ...]
    sources: tuple[CitedSource, ...]


def appendix(document: Document, case: Case) -> Appendix:
    """Gather what stands behind the figures of a document."""
    used, cited = _inputs(document, case)
    claims = _claims(case, cited)
    judgements = _judgements(case, used)
    inputs = [
        Input(
            number,
            path,
            value,
            tuple(claims[claim] for claim in own if claim in claims),
            judgements.get(_reason(case, path)),
        )
        for number, (path, (value, own)) in enumerate(used.items(), start=1)
    ]
    numbers = {one.path: one.number for one in inputs}
    rests = _rests(document, numbers, claims)
    sources = {claim.source.name: claim.source for claim in claims.values()}
    return Appendix(
        rests, _groups(inputs), tuple(claims.values()), tuple(judgements.values()),
        tuple(sources.values()),
    )  # fmt: skip


def value_text(figure: Figure) -> str:
    """The unrounded value."""
    if figure.value is None or not math.isfinite(figure.value):
        return "none"
    return f"{figure.value:.6g}".replace("-", "−")


def interval_text(figure: Figure) -> str:
    """The ends of the interval, or nothing."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{figure.low:.4g} to {figure.high:.4g}".replace("-", "−")


def _inputs(
    document: Document, case: Case
) -> tuple[dict[str, tuple[str, tuple[str, ...]]], list[str]]:
    """Inputs behind any figure, in the order of the case, and the claims behind them."""
    found = {
        path: (used, own) for basis in document.bases.values() for path, used, own in basis.inputs
    }
    order = {path: i for i, path in enumerate(case.numbers)}
    ordered = sorted(found, key=lambda path: order.get(path, len(order)))
    cited = dict.fromkeys(claim for basis in document.bases.values() for claim in basis.claims)
    return {path: found[path] for path in ordered}, list(cited)


def _claims(case: Case, cited: Iterable[str]) -> dict[str, CitedClaim]:
    wanted = set(cited)
    known = {name: claim for name, claim in case.file.claims.items() if name in wanted}
    names = dict.fromkeys(claim.source for claim in known.values())
    anchors = _anchors("source", names)
    sources = {
        name: CitedSource(anchors[name], name, case.file.sources[name])
        for name in names
        if name in case.file.sources
    }
    places = _anchors("claim", known)
    return {
        name: CitedClaim(places[name], name, claim, sources[claim.source])
        for name, claim in known.items()
        if claim.source in sources
    }


def _judgements(case: Case, paths: Iterable[str]) -> dict[str, Judgement]:
    reasons = dict.fromkeys(_reason(case, path) for path in paths)
    reasons.pop("", None)
    return {
        text: Judgement(f"judgement-{i}", f"J{i}", text) for i, text in enumerate(reasons, start=1)
    }


def _reason(case: Case, path: str) -> str:
    support = case.support(path)
    return support.judgement if support is not None else ""


def _groups(inputs: Iterable[Input]) -> tuple[Group, ...]:
    """Inputs by the first two steps of their path, for as long as these stay the same."""
    groups: list[Group] = []
    for one in inputs:
        parts = one.path.split(".")
        head = ".".join(parts[:2] if len(parts) > 2 else parts[:1])
        rest = Input(
            one.number, one.path[len(head) + 1 :] or head, one.used, one.claims, one.judgement
        )
        if groups and groups[-1].path == head:
            groups[-1] = Group(head, (*groups[-1].inputs, rest))
        else:
            groups.append(Group(head, (rest,)))
    return tuple(groups)


def _rests(
    document: Document, numbers: Mapping[str, int], claims: Mapping[str, CitedClaim]
) -> tuple[Rest, ...]:
    figures: dict[str, list[Figure]] = {key: [] for key in document.bases}
    for figure in document.figures:
        figures[figure.basis].append(figure)
    return tuple(
        _rest(f"basis-{i}", document.bases[key], figures[key], numbers, claims)
        for i, key in enumerate((key for key in document.bases if figures[key]), start=1)
    )


def _rest(
    anchor: str,
    basis: Basis,
    figures: Iterable[Figure],
    numbers: Mapping[str, int],
    claims: Mapping[str, CitedClaim],
) -> Rest:
    blocks: dict[str, int] = {}
    for path, _, _ in basis.inputs:
        block = path.split(".", 1)[0]
        blocks[block] = blocks.get(block, 0) + 1
    return Rest(
        anchor,
        basis.title,
        tuple(figures),
        tuple(blocks.items()),
        basis.judgements,
        _ranges(sorted(numbers[path] for path, _, _ in basis.inputs)),
        tuple(claims[name] for name in basis.claims if name in claims),
    )


def _ranges(numbers: Iterable[int]) -> tuple[Range, ...]:
    ranges: list[Range] = []
    for number in numbers:
        if ranges and ranges[-1].last == number - 1:
            ranges[-1] = Range(ranges[-1].first, number)
        else:
            ranges.append(Range(number, number))
    return tuple(ranges)


def _anchors(kind: str, names: Iterable[str]) -> dict[str, str]:
    """An anchor for every name; names that look alike once cleaned stay apart."""
    found: dict[str, str] = {}
    for name in names:
        anchor = stem = f"{kind}-{_OUTSIDE_ID.sub('_', name)}"
        count = 1
        while anchor in found.values():
            count += 1
            anchor = f"{stem}_{count}"
        found[name] = anchor
    return found
