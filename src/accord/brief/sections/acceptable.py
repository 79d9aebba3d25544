"""Test one: who would sign, who would not, and which demands cannot be met together."""

from __future__ import annotations

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
from accord.brief.labels import (
    actor_span,
    line_words,
    package_span,
    rule_name,
    rule_words,
)
from accord.brief.sections.deals import deals
from accord.brief.sections.drafts import drafts
from accord.brief.sections.lead import refusal
from accord.brief.sections.refusal import not_assessed
from accord.brief.words import chance_clause, count_words

__all__ = ["acceptable", "rules_table"]


def acceptable(desk: Desk) -> Section:
    """The section."""
    run = desk.run
    if "acceptable" in run.verdict.not_assessed:
        return not_assessed(desk, "acceptable", "Acceptable: would everyone needed sign?")
    blocks: list[Block] = [
        Paragraph(_summary(desk)),
        _actors_chart(desk),
        rules_table(desk),
        _rules_explained(desk),
    ]
    blocks += _blockers(desk)
    blocks += demands(desk)
    blocks += [*deals(desk), *drafts(desk)]
    return Section(
        "acceptable", "Acceptable: would everyone needed sign?", _finding(desk), tuple(blocks)
    )


def _finding(desk: Desk) -> Text:
    share = desk.passes("acceptable")
    if share >= 0.66:
        return (chance_clause(share, "all who are asked would sign"),)
    if len(desk.refusing) > 1:
        return ("Neither ", *refusal(desk)[1:])
    reason = desk.leading_reason("acceptable")
    if reason is None:
        return ("Those who are asked would sign",)
    kind, _, rest = reason[0].partition(":")
    if kind == "line":
        actor, _, line = rest.partition(".")
        return (
            actor_span(desk.run, actor),
            " would not sign: its red line is “",
            line_words(desk.run, actor, line),
            "”",
        )
    return (actor_span(desk.run, rest), " would do better by walking away")


def _summary(desk: Desk) -> Text:
    rule = rule_words(desk.run, desk.rule)
    share = desk.ledger.share(desk.lead, "acceptable")
    return (
        "Under the leading rule of consent (",
        rule,
        "), ",
        package_span(desk.run, desk.lead),
        " is acceptable in ",
        share,
        " of worlds. An actor accepts when the package is worth at least as much to it as walking "
        "away and crosses none of its red lines that are real.",
    )


def _actors_chart(desk: Desk) -> Chart:
    run = desk.run
    detail = run.details["acceptable"][desk.lead]["actors"]
    order = sorted(detail, key=lambda actor: -detail[actor]["accepts"]["share"])
    data = [{"actor": run.case.actor_name(actor), **detail[actor]["accepts"]} for actor in order]
    table = Table(
        ("Who would accept ", package_span(run, desk.lead)),
        (("Actor",), ("Accepts",), ("Gain over walking away, points",), ("Red lines crossed",)),
        tuple(_actor_row(desk, actor, detail[actor]) for actor in order),
        "lrrl",
    )
    return Chart(
        "who-accepts",
        _chart_title(desk, order, detail),
        "bars",
        tuple(data),
        table,
        {"y": "actor", "x": "share", "x_title": "share of worlds in which it accepts"},
    )


def _actor_row(desk: Desk, actor: str, record: dict[str, Any]) -> tuple[Text, ...]:
    key = desk.key("acceptable", rule=actor)
    accepts = desk.ledger.detail(
        f"{desk.lead}.acceptable.{actor}.accepts",
        record["accepts"],
        f"share of worlds in which {actor} accepts",
        key,
    )
    gain = desk.ledger.points(
        f"{desk.lead}.acceptable.{actor}.gain",
        record["gain"],
        "utility above the walk-away value in points, red lines apart: median over worlds and "
        "the middle nine tenths",
        key,
    )
    lines: list[Span] = []
    for line in record["lines"]:
        lines += ["; " if lines else "", line_words(desk.run, actor, line)]
    return ((actor_span(desk.run, actor),), (accepts,), (gain,), tuple(lines) or ("none",))


def _chart_title(desk: Desk, order: list[str], detail: dict[str, Any]) -> Text:
    for_it = sum(detail[actor]["accepts"]["share"] >= 0.5 for actor in order)
    total = len(order)
    least = order[-1]
    if for_it == total:
        return ("More likely than not, each actor on its own would accept",)
    return (
        f"{count_words(for_it).capitalize()} of {count_words(total)} actors would more likely "
        "than not accept; least of all ",
        actor_span(desk.run, least),
    )


def rules_table(desk: Desk) -> Table:
    """Acceptance of every agreement under every rule."""
    run = desk.run
    rows = []
    for package in run.packages:
        cells: list[Text] = [(package_span(run, package),)]
        for rule in run.rules:
            cells.append((desk.ledger.share(package, "acceptable", rule),))
        rows.append(tuple(cells))
    header: tuple[Text, ...] = (("Package",), *((rule_name(run, rule),) for rule in run.rules))
    return Table(
        ("Share of worlds in which each package is acceptable, by rule of consent",),
        header,
        tuple(rows),
        "l" + "r" * len(run.rules),
    )


def _rules_explained(desk: Desk) -> Items:
    """The short names of the rules with their titles."""
    run = desk.run
    return Items(tuple((rule_name(run, rule), " — ", rule_words(run, rule)) for rule in run.rules))


def _blockers(desk: Desk) -> list[Block]:
    sole = desk.run.details["demands"]["blockers"][desk.lead]["sole"].get(desk.rule, {})
    if not sole:
        return []
    spans: list[Span] = ["Alone, with everyone else content, it would be blocked by "]
    ranked = sorted(sole, key=lambda actor: -sole[actor]["share"])
    for i, actor in enumerate(ranked[:4]):
        figure = desk.ledger.detail(
            f"{desk.lead}.acceptable.{desk.rule}.sole.{actor}",
            sole[actor],
            f"share of worlds in which {desk.rule} fails and would hold if {actor} accepted",
            desk.key("acceptable"),
        )
        spans += [", and by " if i else "", actor_span(desk.run, actor), " in ", figure]
    return [Paragraph((*spans, " of worlds."))]


def demands(desk: Desk) -> list[Block]:
    """Red lines and constraints that no package meets together, and what each would allow."""
    record = desk.run.details["demands"]
    sets, exact = record["sets"], record["exact"]
    blocks: list[Block] = []
    if sets:
        blocks.append(
            Paragraph(
                (
                    f"{count_words(len(sets)).capitalize()} "
                    f"{'set' if len(sets) == 1 else 'sets'} of stated demands cannot be met "
                    "together by any package, if every stated line is real. Each set is minimal: "
                    "giving up any one of its demands would leave a way.",
                )
            )
        )
        blocks.append(Items(tuple(_set_words(desk, one) for one in sets[:12]), numbered=True))
    else:
        blocks.append(
            Paragraph(
                (
                    "The red lines and constraints stated so far do not contradict one another: "
                    "some package crosses none of them. Whether it is also worth more than walking "
                    "away is another matter.",
                )
            )
        )
    blocks.append(Paragraph(_rules_blocked(desk)))
    if not exact:
        blocks.append(
            Paragraph(("Some demands mention too many levels to list all sets.",), "note")
        )
    return blocks


def _set_words(desk: Desk, one: dict[str, Any]) -> Text:
    spans: list[Span] = []
    for i, name in enumerate(one["demands"]):
        spans += [" — against — " if i else "", *_demand_words(desk, name)]
    return tuple(spans)


def _demand_words(desk: Desk, name: str) -> Text:
    kind, _, rest = name.partition(":")
    if kind == "line":
        actor, _, line = rest.partition(".")
        return (actor_span(desk.run, actor), ": ", line_words(desk.run, actor, line))
    constraint = desk.run.case.file.constraints[int(rest)]
    text = constraint.title or f"{constraint.when.text} requires {constraint.require.text}"
    return ("a constraint: ", FromCase(f"constraints.{rest}", text))


def _rules_blocked(desk: Desk) -> Text:
    rules = desk.run.details["demands"]["rules"]
    blocked = [rule for rule in rules if rules[rule]["blocked"]]
    free = [rule for rule in rules if not rules[rule]["blocked"]]
    spans: list[Span] = []
    if blocked:
        spans += [
            "With every stated line real, no package at all can satisfy ",
            *_rule_list(desk, blocked),
            ". ",
        ]
    if free:
        spans += ["The stated lines leave room under ", *_rule_list(desk, free), "."]
    return tuple(spans)


def _rule_list(desk: Desk, rules: list[str]) -> Text:
    if len(rules) == len(desk.run.rules) > 1:
        return (f"all {count_words(len(rules))} rules of consent",)
    spans: list[Span] = []
    for i, rule in enumerate(rules):
        spans += ["; " if i else "", "“", rule_words(desk.run, rule), "”"]
    return tuple(spans)
