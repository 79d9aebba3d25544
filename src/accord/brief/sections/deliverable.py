"""Test two: what is needed, what comes, who waits for whom."""

from __future__ import annotations

from typing import Any

from accord.brief.desk import Desk
from accord.brief.document import Block, Chart, FromCase, Paragraph, Section, Table, Text
from accord.brief.labels import package_span, reason_spans
from accord.brief.sections.refusal import not_assessed
from accord.brief.words import chance_clause, lowered, percent

__all__ = ["deliverable"]

_KICKER = "Deliverable: could the coalition field it?"


def deliverable(desk: Desk) -> Section:
    """The section."""
    if "deliverable" in desk.run.verdict.not_assessed:
        return not_assessed(desk, "deliverable", _KICKER)
    detail = desk.run.details["deliverable"][desk.lead]
    blocks: list[Block] = [Paragraph(_summary(desk, detail)), Paragraph(_bottleneck(desk))]
    if detail["coverage"]:
        blocks.append(_coverage_chart(desk, detail["coverage"]))
    if not detail["exact"]:
        blocks.append(
            Paragraph(
                (
                    "Too many capabilities hang together for exact cuts; linear programming "
                    "decided.",
                ),
                "note",
            )
        )
    blocks.append(_packages_table(desk))
    return Section("deliverable", _KICKER, _finding(desk, detail), tuple(blocks))


def _finding(desk: Desk, detail: dict[str, Any]) -> Text:
    goes, waits = detail["goes"]["share"], detail["waits"]["share"]
    if goes < 0.33:
        words = chance_clause(goes, "it is delivered, even if all who wait go together")
        reason = desk.leading_reason("deliverable")
        return (words,) if reason is None else (words, ": ", *reason_spans(desk.run, reason[0]))
    if goes - waits >= 0.15:
        return ("Delivery hangs on whether those who wait for one another go together",)
    return (chance_clause(desk.passes("deliverable"), "it is delivered"),)


def _three(desk: Desk, package: str) -> tuple[Any, Any, Any]:
    detail = desk.run.details["deliverable"][package]
    key = desk.key("deliverable", package)
    texts = {
        "waits": "share of worlds delivered when everyone who waits for others keeps waiting",
        "goes": "share of worlds delivered when everyone who may go goes",
    }
    waits, goes = (
        desk.ledger.detail(f"{package}.deliverable.{name}", detail[name], texts[name], key)
        for name in ("waits", "goes")
    )
    return waits, goes, desk.ledger.share(package, "deliverable")


def _summary(desk: Desk, detail: dict[str, Any]) -> Text:
    waits, goes, mixed = _three(desk, desk.lead)
    spans: Text = (
        package_span(desk.run, desk.lead),
        " can be delivered in ",
        waits,
        " of worlds if all who wait for others keep waiting, in ",
        goes,
        " if all who may go do go, and in ",
        mixed,
        " with the case's own chance that they move together.",
    )
    if detail["circles"] and detail["goes"]["share"] - detail["waits"]["share"] < 0.005:
        return (*spans, " Pledges wait for one another, but going together would hardly help.")
    if detail["circles"]:
        return (*spans, " The difference is the price of pledges that wait for one another.")
    return (
        *spans,
        " No pledges wait for one another in a circle, so nothing hangs on who goes first.",
    )


def _bottleneck(desk: Desk) -> Text:
    reason = desk.leading_reason("deliverable")
    if reason is None:
        return ("Nothing that it requires falls short in any world.",)
    name, where = reason
    share = desk.ledger.where(
        f"{desk.lead}.deliverable.bottleneck",
        where,
        f"share of worlds in which the first tightest cut is {name}",
        desk.key("deliverable"),
    )
    return (
        "What falls short first, most often: ",
        *reason_spans(desk.run, name),
        " (in ",
        share,
        " of worlds).",
    )


def _coverage_chart(desk: Desk, coverage: list[dict[str, Any]]) -> Chart:
    file = desk.run.case.file
    data = [
        {
            "capability": file.capabilities[record["capability"]].title,
            "phase": file.phases[record["phase"]].title or record["phase"],
            "share": record["covered"],
        }
        for record in coverage
    ]
    worst = min(coverage, key=lambda r: r["covered"])["capability"]
    title = lowered(file.capabilities[worst].title)
    table = Table(
        ("What is needed and how often it is covered",),
        (("Capability",), ("Phase",), ("Required, mean",), ("Short by, mean",), ("Covered",)),
        tuple(_coverage_row(desk, record) for record in coverage),
        "llrrr",
    )
    return Chart(
        "coverage",
        ("Covered least often: ", FromCase(f"capabilities.{worst}.title", title)),
        "heat",
        tuple(data),
        table,
        {"x": "phase", "y": "capability"},
        ("Each capability taken alone; a pool with two roles counts in full for both.",),
    )


def _coverage_row(desk: Desk, record: dict[str, Any]) -> tuple[Text, ...]:
    file = desk.run.case.file
    capability, phase = record["capability"], record["phase"]
    known = file.capabilities[capability]
    texts = {
        "required": "mean requirement over worlds",
        "shortfall": "mean shortfall over worlds, covered worlds counting nought",
        "covered": "share of worlds in which all that can serve it, taken alone, covers it",
    }
    required, short, covered = (
        desk.ledger.number(
            f"{desk.lead}.deliverable.{capability}.{phase}.{what}",
            record[what],
            percent(record[what]) if what == "covered" else _amount(record[what]),
            text,
            desk.key("deliverable"),
        )
        for what, text in texts.items()
    )
    return (
        (FromCase(f"capabilities.{capability}.title", known.title),),
        (FromCase(f"phases.{phase}", file.phases[phase].title or phase),),
        (required, " ", FromCase(f"capabilities.{capability}.unit", known.unit)),
        (short,),
        (covered,),
    )


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 20 or value == 0 else f"{value:.1f}"


def _packages_table(desk: Desk) -> Table:
    rows = []
    for package in desk.run.packages:
        waits, goes, mixed = _three(desk, package)
        rows.append(((package_span(desk.run, package),), (waits,), (goes,), (mixed,)))
    return Table(
        ("Share of worlds in which each package can be delivered",),
        (("Package",), ("All wait",), ("All go",), ("As the case expects",)),
        tuple(rows),
        "lrrr",
    )
