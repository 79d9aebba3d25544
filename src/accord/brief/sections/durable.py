"""Test four: is keeping it an equilibrium, and does it survive the years?"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from accord.brief.desk import Desk
from accord.brief.document import (
    Block,
    Chart,
    Figure,
    FromCase,
    Items,
    Paragraph,
    Section,
    Span,
    Table,
    Text,
)
from accord.brief.labels import package_span, reason_spans, rule_name, rule_words
from accord.brief.sections.commitment import RESEARCH, commitment
from accord.brief.sections.defections import defections
from accord.brief.sections.hazards import hazards, standing, year_number
from accord.brief.sections.refusal import not_assessed
from accord.brief.words import chance_clause, count_words

__all__ = ["durable"]

_KICKER = "Durable: would it last?"


def durable(desk: Desk) -> Section:
    """The section."""
    if "durable" in desk.run.verdict.not_assessed:
        return not_assessed(desk, "durable", _KICKER)
    detail = desk.run.details["durable"][desk.lead]
    blocks: list[Block] = [
        Paragraph(_summary(desk, detail)),
        _survival_chart(desk, detail),
        *hazards(desk, detail),
        Paragraph(("What ends it, over the whole horizon:",)),
        Items(_causes(desk)),
    ]
    blocks += defections(desk)
    blocks.append(Paragraph(_given(desk), "note"))
    if detail["commitment"] is not None:
        blocks.append(Paragraph(commitment(desk, detail["commitment"]), "note"))
    blocks.append(Paragraph(RESEARCH, "note"))
    return Section("durable", _KICKER, _finding(desk), tuple(blocks))


def _finding(desk: Desk) -> Text:
    share = desk.passes("durable")
    reason = desk.leading_reason("durable")
    if share >= 0.66 or reason is None:
        return (chance_clause(share, "it lasts its horizon"),)
    return (
        chance_clause(share, "it lasts"),
        "; what ends it most often is ",
        *reason_spans(desk.run, reason[0]),
    )


def _summary(desk: Desk, detail: dict[str, Any]) -> Text:
    key = desk.key("durable")
    years = desk.ledger.count(
        f"{desk.lead}.durable.years", detail["years"], "years of the horizon", key
    )
    lived = detail["rules"][desk.rule]
    survives = desk.ledger.detail(
        f"{desk.lead}.durable.{desk.rule}.survives",
        lived["survives"],
        "share of worlds in which no attack and no departure ends it within the horizon",
        key,
    )
    ends: Text = (survives, " of worlds no attack and no departure ends it within ", years)
    over: Text = (" years" if detail["years"] != 1 else " year",)
    both = desk.ledger.share(desk.lead, "durable")
    if detail["kept"] is None:
        return ("In ", *ends, *over, "; whether somebody would gain by breaking it was not asked.")
    kept = desk.ledger.detail(
        f"{desk.lead}.durable.kept",
        detail["kept"],
        f"share of worlds in which keeping it is stable for every party ({detail['concept']})",
        key,
    )
    return (
        "Two things must hold. In ",
        kept,
        " of worlds nobody gains by breaking it, so that keeping it is an equilibrium; in ",
        *ends,
        *over,
        ". Both hold in ",
        both,
        " of worlds.",
    )


def _survival_chart(desk: Desk, detail: dict[str, Any]) -> Chart:
    run = desk.run
    curves = {rule: detail["rules"][rule]["survival"] for rule in run.rules}
    alike: dict[str, list[str]] = {}
    for rule in (desk.rule, *(other for other in run.rules if other != desk.rule)):
        known = next((one for one in alike if curves[one] == curves[rule]), None)
        alike.setdefault(known or rule, []).append(rule)
    figures = {
        rule: [standing(desk, rule, year, record) for year, record in enumerate(curves[rule])]
        for rule in alike
    }
    names = _names(desk)
    data = [
        {"year": year, "rule": names[rule].text, **_ends(figure)}
        for rule in alike
        for year, figure in enumerate(figures[rule])
    ]
    rows = [
        ((year_number(desk, year),), *((figures[rule][year],) for rule in alike))
        for year in range(detail["years"] + 1)
    ]
    caption: Text = (
        "Share of worlds in which ",
        package_span(run, desk.lead),
        " still stands, whether or not keeping it is an equilibrium",
    )
    header: tuple[Text, ...] = (("Years since signing",), *((names[rule],) for rule in alike))
    return Chart(
        "survival",
        _curve_title(curves[desk.rule]),
        "curves",
        tuple(data),
        Table(caption, header, tuple(rows), "r" * len(header)),
        {"x_title": "years since signing", "y_title": "share of worlds in which it still stands"},
        _bands(desk, alike),
    )


def _names(desk: Desk) -> dict[str, FromCase]:
    """Rules by their titles, or by their short names where two titles are the same."""
    titles = {rule: rule_words(desk.run, rule) for rule in desk.run.rules}
    if len({title.text for title in titles.values()}) == len(titles):
        return titles
    return {rule: rule_name(desk.run, rule) for rule in desk.run.rules}


def _ends(figure: Figure) -> dict[str, float | None]:
    """A share and its band; what is certain has none."""
    low, high = (figure.value if end is None else end for end in (figure.low, figure.high))
    return {"share": figure.value, "low": low, "high": high}


def _bands(desk: Desk, alike: dict[str, list[str]]) -> Text:
    """What the bands are, and which rules share a curve."""
    worlds = desk.ledger.count("run.worlds", desk.run.worlds, "worlds drawn")
    spans: list[Span] = [
        "Curves are consent rules, the thick one the leading rule; bands hold"
        if len(alike) > 1
        else "Bands hold",
        " nine tenths of the sampling error over ",
        worlds,
        " worlds",
    ]
    effective = float(desk.run.manifest["effective_worlds"])
    if effective < desk.run.worlds:
        telling = desk.ledger.count(
            "run.effective_worlds", round(effective), "effective number of worlds (Kish)"
        )
        spans += [", which weigh as ", telling, " equal ones"]
    spans.append(".")
    for first, *others in alike.values():
        for other in others:
            names = _names(desk)
            spans += [" “", names[other], "” has the same curve as “", names[first], "”."]
    return tuple(spans)


def _curve_title(curve: list[dict[str, float]]) -> Text:
    falls = [a["share"] - b["share"] for a, b in pairwise(curve)]
    if curve[-1]["share"] >= 0.66:
        return ("Under the leading rule most worlds still have it at the end",)
    worst = max(range(len(falls)), key=lambda i: falls[i])
    return (f"Under the leading rule it is lost most often in year {count_words(worst + 1)}",)


def _causes(desk: Desk) -> tuple[Text, ...]:
    found = desk.run.verdict.reason_counts("durable", desk.rule, desk.lead)
    items: list[Text] = []
    for name, where in found[:5]:
        share = desk.ledger.where(
            f"{desk.lead}.durable.{desk.rule}.cause.{name}",
            where,
            f"share of worlds that fail with the reason {name}",
            desk.key("durable"),
        )
        items.append((*reason_spans(desk.run, name), " — ", share))
    return tuple(items) or (("nothing ends it in any world",),)


def _given(desk: Desk) -> Text:
    verdict, rule = desk.run.verdict, desk.rule
    if {"acceptable", "deliverable"} - set(verdict.assessed):
        return ("The other tests were not all put.",)
    base = verdict.passes("acceptable", rule, desk.lead) & verdict.passes(
        "deliverable", rule, desk.lead
    )
    if not base.any():
        return (
            "In no sampled world is it both acceptable and deliverable, so nothing can be said "
            "of how long it would last there.",
        )
    given = verdict.where(base).estimate(verdict.passes("durable", rule, desk.lead))
    figure = desk.ledger.estimate(
        f"{desk.lead}.durable.{rule}.given",
        given,
        "share among worlds in which it is acceptable and deliverable",
        desk.key("durable"),
    )
    return ("Where it is both acceptable and deliverable, it lasts in ", figure, " of worlds.")
