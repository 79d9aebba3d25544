"""A brief as Markdown: the same words, charts as their tables, every number with its origin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from accord.brief.appendix import Appendix, Input, Rest, appendix, interval_text, value_text
from accord.brief.document import (
    Block,
    Chart,
    Document,
    Figure,
    Items,
    Link,
    Paragraph,
    Section,
    Span,
    Strong,
    Table,
    Text,
)
from accord.brief.plain import day_text, plain_text
from accord.case.case import Case

__all__ = ["render"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&$])")
_OPENING = re.compile(r"^(\s*)([-+]|\d+(?=[.)]))")
_OUTSIDE_ADDRESS = re.compile(r"[^A-Za-z0-9\-._~:/?#\[@!$&'*+,;=%\]]")
_LAST = "method"


def render(document: Document, case: Case) -> str:
    """Render a brief.

    Parameters
    ----------
    document : Document
    case : Case
        The case of the run, for its claims and sources.

    Returns
    -------
    str
        Markdown after CommonMark with tables. The same document and case give the same characters.
    """
    sections = sorted(document.sections, key=lambda section: section.id == _LAST)
    parts = [part for section in sections for part in _section(section)]
    parts += _derivations(appendix(document, case))
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> Iterator[str]:
    kicker = _escape(section.kicker)
    if section.id == "lead":
        yield f"{_anchor(section.id)}{kicker}"
        yield f"# {_line(section.headline)}"
    else:
        yield f"## {_anchor(section.id)}{kicker}"
        yield f"**{_line(section.headline)}**"
    for block in section.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(spans, role):
            text = _opened(_line(spans))
            if text:
                yield {"warning": f"> **Note.** {text}", "quote": f"> {text}"}.get(role, text)
        case Items(items, numbered):
            if items:
                mark = "1." if numbered else "-"
                yield "\n".join(f"{mark} {_opened(_line(item))}" for item in items)
        case Table():
            yield f"**{_line(block.caption)}**"
            yield _table(block)
        case Chart():
            yield f"**{_line(block.title)}**"
            yield _table(block.table)
            if block.note:
                yield _opened(_line(block.note))


def _table(table: Table) -> str:
    align = table.align.ljust(len(table.header), "l")
    rules = ["---:" if side == "r" else "---" for side in align[: len(table.header)]]
    rows = [[_line(cell) for cell in row] for row in (table.header, *table.rows)]
    return "\n".join(_row(row) for row in (rows[0], rules, *rows[1:]))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _line(text: Text) -> str:
    return "".join(_span(span) for span in text).strip()


def _span(span: Span) -> str:
    match span:
        case Figure():
            return f"[{_escape(span.text)}](#{span.id})"
        case Link():
            return _link(span)
        case Strong():
            return f"**{_line(span.spans)}**"
    return _escape(plain_text((span,)))


def _link(link: Link) -> str:
    if link.target.startswith(("#", "https://", "http://")):
        return f"[{_escape(link.text)}]({_address(link.target)})"
    return _escape(link.text)


def _address(target: str) -> str:
    """An address that cannot end the link around it."""
    return _OUTSIDE_ADDRESS.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode()), target
    )


def _escape(text: str) -> str:
    """Text without meaning to Markdown, on one line."""
    return _SPECIAL.sub(r"\\\1", re.sub(r"\s*[\r\n]+\s*", " ", text))


def _opened(line: str) -> str:
    """A line whose beginning is not taken for a list."""
    return _OPENING.sub(
        lambda found: (
            found.group(1)
            + (f"\\{found.group(2)}" if found.group(2) in "-+" else f"{found.group(2)}\u200b")
        ),
        line,
    )


def _anchor(name: str) -> str:
    return f'<a id="{name}"></a>'


def _derivations(behind: Appendix) -> Iterator[str]:
    yield f"## {_anchor('derivations')}Derivations"
    yield (
        "Every number of this brief, grouped by what it rests on: as printed, what was done to the "
        "run to get it, its unrounded value, and the interval around it where there is one."
    )
    for rest in behind.rests:
        yield from _rest(rest)
    if behind.groups:
        yield f"### {_anchor('inputs')}Inputs"
        yield (
            "Numbers of the case that stand behind a figure, with the value used: for an uncertain "
            "one its median over worlds and the middle nine tenths."
        )
    for group in behind.groups:
        yield f"**{_escape(group.path)}**"
        rows = [["Number", "Input", "Used", "Behind it"], ["---:", "---", "---", "---"]]
        rows += [_input(one) for one in group.inputs]
        yield "\n".join(_row(row) for row in rows)
    yield from _evidence(behind)


def _rest(rest: Rest) -> Iterator[str]:
    yield f"### {_anchor(rest.anchor)}{_escape(rest.title)}"
    if rest.count:
        blocks = ", ".join(f"{_escape(name)} {count:,}" for name, count in rest.blocks)
        ranges = ", ".join(
            f"[{one.first}{f'–{one.last}' if one.last > one.first else ''}](#i{one.first})"
            for one in rest.ranges
        )
        claims = ", ".join(f"[{_escape(c.name)}](#{c.anchor})" for c in rest.claims) or "none"
        yield (
            f"Rests on {rest.count:,} inputs, {rest.judgements:,} of them judgements: {blocks}. "
            f"Inputs {ranges}. Claims: {claims}."
        )
    else:
        yield "Rests on no single input: it is read off the case or the run as a whole."
    yield "\n".join(_figure(figure, rest) for figure in rest.figures)


def _figure(figure: Figure, rest: Rest) -> str:
    interval = interval_text(figure)
    between = f", interval {interval}" if interval else ""
    return (
        f"- {_anchor(figure.id)}**{_escape(figure.text)}** {_escape(figure.reduction)}. "
        f"Value {value_text(figure)}{between}. `{figure.id}` [basis](#{rest.anchor})"
    )


def _input(one: Input) -> list[str]:
    behind = [f"[{_escape(cited.name)}](#{cited.anchor})" for cited in one.claims]
    if one.judgement is not None:
        behind.append(f"[{one.judgement.mark}](#{one.judgement.anchor})")
    place = f"{_anchor(f'i{one.number}')}{one.number}"
    return [place, _escape(one.path), _escape(one.used), " ".join(behind)]


def _evidence(behind: Appendix) -> Iterator[str]:
    if behind.claims:
        yield f"### {_anchor('claims')}Claims"
        lines = []
        for cited in behind.claims:
            claim, source = cited.claim, cited.source
            quote = f" “{_escape(claim.quote)}”" if claim.quote else ""
            dispute = f" Disputed by {_escape(claim.disputed_by)}." if claim.disputed_by else ""
            where = f", {_escape(claim.locator)}" if claim.locator else ""
            lines.append(
                f"- {_anchor(cited.anchor)}**{_escape(cited.name)}** {_escape(claim.claim)}{quote}"
                f"{dispute} — [{_escape(source.source.title)}](#{source.anchor}){where}"
            )
        yield "\n".join(lines)
    if behind.judgements:
        yield f"### {_anchor('judgements')}Judgements"
        yield "\n".join(
            f"- {_anchor(one.anchor)}**{one.mark}** {_escape(one.text)}"
            for one in behind.judgements
        )
    if behind.sources:
        yield f"### {_anchor('sources-of-claims')}Sources of claims"
        yield "\n".join(
            f"- {_anchor(cited.anchor)}**{_escape(cited.name)}** "
            f"{_link(Link(cited.source.link, cited.source.title))}. "
            f"{_escape(cited.source.publisher)}, {day_text(cited.source.published)}. "
            f"Grade {cited.source.grade}."
            for cited in behind.sources
        )
