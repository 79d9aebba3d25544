"""Test four: is keeping it an equilibrium, and does it survive the years?"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from accord.brief.desk import Desk
from accord.brief.document import (
    Block,
    Chart,
    FromCase,
    Items,
    Paragraph,
    Section,
    Span,
    Table,
    Text,
)
from accord.brief.labels import actor_span, package_span, reason_spans, rule_name
from accord.brief.sections.refusal import not_assessed
from accord.brief.words import chance_clause, count_words, lowered

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
        Paragraph(("What ends it, over the whole horizon:",)),
        Items(_causes(desk)),
    ]
    blocks += _escapes(desk, detail)
    blocks.append(Paragraph(_given(desk), "note"))
    if detail["commitment"] is not None:
        blocks.append(Paragraph(_commitment(desk, detail["commitment"]), "note"))
    return Section("durable", _KICKER, _finding(desk), tuple(blocks))


def _finding(desk: Desk) -> Text:
    share = desk.passes("durable")
    reason = desk.leading_reason("durable")
    if share >= 0.66 or reason is None:
        return (chance_clause(share, "it lasts its horizon"),)
    return (
        chance_clause(share, "it lasts"),
        "; the first cause of its end is ",
        *reason_spans(desk.run, reason[0]),
    )


def _summary(desk: Desk, detail: dict[str, Any]) -> Text:
    key = desk.key("durable")
    years = desk.ledger.count(
        f"{desk.lead}.durable.years", detail["years"], "years of the horizon", key
    )
    spans: list[Span] = ["Over ", years, " years, "]
    if detail["kept"] is not None:
        kept = desk.ledger.detail(
            f"{desk.lead}.durable.kept",
            detail["kept"],
            f"share of worlds in which keeping it is stable for every party ({detail['concept']})",
            key,
        )
        spans += ["keeping it is an equilibrium in ", kept, " of worlds; "]
    lived = detail["rules"][desk.rule]
    survives = desk.ledger.detail(
        f"{desk.lead}.durable.{desk.rule}.survives",
        lived["survives"],
        "share of worlds in which no attack and no departure ends it within the horizon",
        key,
    )
    both = desk.ledger.share(desk.lead, "durable")
    return (
        *spans,
        "it survives the pressure of the years in ",
        survives,
        "; both together hold in ",
        both,
        ".",
    )


def _survival_chart(desk: Desk, detail: dict[str, Any]) -> Chart:
    run = desk.run
    curves = {rule: detail["rules"][rule]["survival"] for rule in run.rules}
    distinct: list[str] = []
    for rule in (desk.rule, *run.rules):
        if all(curves[rule] != curves[known] for known in distinct):
            distinct.append(rule)
    data = [
        {
            "year": year,
            "rule": rule_name(run, rule).text,
            "share": record["share"],
            "low": max(record["share"] - 1.645 * record["se"], 0.0),
            "high": min(record["share"] + 1.645 * record["se"], 1.0),
        }
        for rule in distinct
        for year, record in enumerate(curves[rule])
    ]
    table = Table(
        (
            "Share of worlds in which ",
            package_span(run, desk.lead),
            " still stands, whether or not keeping it is an equilibrium",
        ),
        (("Years since signing",), *((rule_name(run, rule),) for rule in distinct)),
        tuple(_year_row(desk, year, distinct, curves) for year in range(detail["years"] + 1)),
        "r" * (1 + len(distinct)),
    )
    return Chart(
        "survival",
        _curve_title(curves[desk.rule]),
        "curves",
        tuple(data),
        table,
        {"x_title": "years since signing", "y_title": "share of worlds in which it still stands"},
    )


def _year_row(
    desk: Desk, year: int, rules: list[str], curves: dict[str, list[dict[str, float]]]
) -> tuple[Text, ...]:
    label = desk.ledger.number(f"years.{year}", float(year), str(year), "years since signing", "||")
    cells: list[Text] = [(label,)]
    for rule in rules:
        figure = desk.ledger.detail(
            f"{desk.lead}.durable.{rule}.survival.{year}",
            curves[rule][year],
            "share of worlds in which it still stands after so many years",
            desk.key("durable", rule=rule),
        )
        cells.append((figure,))
    return tuple(cells)


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


def _escapes(desk: Desk, detail: dict[str, Any]) -> list[Block]:
    years = desk.run.case.file.durability
    if not detail["escapes"] or years is None or years.conflict is None:
        return []
    items: list[Text] = []
    for party, record in detail["escapes"].items():
        spans: list[Span] = [
            actor_span(desk.run, party),
        ]
        moves = sorted(record["moves"].items(), key=lambda item: -item[1])
        if moves:
            spans += [" most often ", *_move_words(desk, years.conflict.name, moves[0][0])]
        items.append(tuple(spans))
    return [
        Paragraph(
            (
                "Where keeping it is no equilibrium, somebody gains by a move that the others "
                "would not undo:",
            )
        ),
        Items(tuple(items)),
    ]


def _move_words(desk: Desk, conflict: str, text: str) -> Text:
    spans: list[Span] = []
    for part in text.split(" and "):
        name, _, level = part.partition("=")
        party, _, option = name.partition(".")
        record = desk.run.case.file.conflicts[conflict].parties.get(party, {}).get(option)
        if record is None:
            return ("the first step back",)
        title = record.levels[level] if level and record.levels else record.title
        spans += [
            "; " if spans else "",
            FromCase(f"conflicts.{conflict}.parties.{party}.{option}", lowered(title)),
        ]
    return tuple(spans)


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


def _commitment(desk: Desk, record: dict[str, Any]) -> Text:
    if record["flagged"] is None:
        return (
            "The commitment check finds no year in which the challenger would lose more by "
            "waiting than war costs (central case; a reading, no part of the verdict).",
        )
    year = desk.ledger.count(
        f"{desk.lead}.durable.commitment",
        record["flagged"],
        "first year in which the discounted chance to win next year exceeds this year's by more "
        "than war costs",
        desk.key("durable"),
    )
    return (
        "The commitment check flags year ",
        year,
        ": waiting would then gain the challenger more "
        "than war costs (central case; a reading, no part of the verdict).",
    )
