"""Test three: would it deter, and would it be honoured?"""

from __future__ import annotations

from typing import Any

from accord.brief.desk import Desk
from accord.brief.document import Block, Chart, Paragraph, Section, Span, Table, Text
from accord.brief.labels import actor_span, package_span, reason_spans
from accord.brief.sections.levers import levers
from accord.brief.sections.meanings import meanings
from accord.brief.sections.refusal import not_assessed
from accord.brief.words import chance_clause

__all__ = ["credible"]

_KICKER = "Credible: would it deter, would it be honoured?"


def credible(desk: Desk) -> Section:
    """The section."""
    if "credible" in desk.run.verdict.not_assessed:
        return not_assessed(desk, "credible", _KICKER)
    detail = desk.run.details["credible"][desk.lead]
    blocks: list[Block] = [
        Paragraph(_summary(desk, detail)),
        Paragraph(_alike(desk, detail), "note"),
        _packages_chart(desk),
        Paragraph(_honour(desk, detail)),
        _guarantors(desk, detail),
        Paragraph(_hangs_on(desk)),
    ]
    if detail["coordination"]["share"] > 0:
        blocks.append(Paragraph(_coordination(desk, detail), "note"))
    blocks += [*levers(desk), *meanings(desk)]
    return Section("credible", _KICKER, _finding(desk), tuple(blocks))


def _finding(desk: Desk) -> Text:
    share = desk.passes("credible")
    if share >= 0.66:
        return (chance_clause(share, "the first temptation would be resisted"),)
    reason = desk.leading_reason("credible")
    if reason is None:
        return ("It deters in every world",)
    spans = reason_spans(desk.run, reason[0])
    return (chance_clause(share, "it deters at the first temptation"), "; where not, ", *spans)


def _summary(desk: Desk, detail: dict[str, Any]) -> Text:
    attack = desk.ledger.spread(
        f"{desk.lead}.credible.p_attack",
        detail["p_attack"],
        "chance of an attack at the first temptation by the challenger's beliefs, mean over worlds",
        desk.key("credible"),
    )
    spans: list[Span] = [
        "Faced with the first temptation after signing, the challenger would attack with a chance "
        "of ",
        attack,
        ". So it holds in ",
        desk.ledger.share(desk.lead, "credible"),
        " of worlds",
    ]
    baselines = [p for p in desk.run.packages if p in desk.baselines]
    for package in baselines[:1]:
        spans += [
            ", against ",
            desk.ledger.share(package, "credible"),
            " under ",
            package_span(desk.run, package),
        ]
    return (*spans, ".")


def _alike(desk: Desk, detail: dict[str, Any]) -> Text:
    """The share were moments of temptation unrelated, and were they nearly the same."""
    unrelated, alike = (
        desk.ledger.detail(
            f"{desk.lead}.credible.persistence.{name}",
            detail["persistence"][key],
            f"share of worlds in which it deters were moments of temptation alike by {key}",
            desk.key("credible"),
        )
        for name, key in (("none", "0"), ("strong", "0.9"))
    )
    return (
        "A check on luck: if moments of temptation had nothing in common it would hold in ",
        unrelated,
        " of worlds, if they were nearly the same in ",
        alike,
        ". At the first of them the two differ from the share above by chance alone, so that the "
        "finding does not hang on it; how alike they are counts over years.",
    )


def _packages_chart(desk: Desk) -> Chart:
    details = desk.run.details["credible"]
    data = [
        {
            "package": desk.run.title(package),
            "share": details[package]["p_attack"]["mean"],
            "low": details[package]["p_attack"]["p05"],
            "high": details[package]["p_attack"]["p95"],
            "own": package == desk.lead,
        }
        for package in desk.run.packages
    ]
    least = min(desk.agreements, key=lambda p: details[p]["p_attack"]["mean"])
    table = Table(
        ("Deterrence of each package",),
        (("Package",), ("Holds",), ("Chance of attack",), ("Attack defeated if resisted",)),
        tuple(_package_row(desk, package) for package in desk.run.packages),
        "lrrr",
    )
    return Chart(
        "p-attack",
        ("An attack is least likely under “", package_span(desk.run, least), "”"),
        "intervals",
        tuple(data),
        table,
        {"y": "package", "x_title": "chance of an attack at the first temptation"},
        ("Dots are means, bars the middle nine tenths of worlds.",),
    )


def _package_row(desk: Desk, package: str) -> tuple[Text, ...]:
    detail = desk.run.details["credible"][package]
    texts = {
        "p_attack": "chance of an attack at the first temptation by the challenger's beliefs",
        "p_defeated": "chance that an attack that is resisted is defeated, by true values",
    }
    attack, defeated = (
        desk.ledger.spread(
            f"{package}.credible.{what}",
            detail[what],
            f"{text}, mean over worlds",
            desk.key("credible", package),
        )
        for what, text in texts.items()
    )
    holds = desk.ledger.share(package, "credible")
    return ((package_span(desk.run, package),), (holds,), (attack,), (defeated,))


def _honour(desk: Desk, detail: dict[str, Any]) -> Text:
    resist = desk.ledger.spread(
        f"{desk.lead}.credible.p_resist",
        detail["p_resist"],
        "chance that the protege resists a full attack, by true values, mean over worlds",
        desk.key("credible"),
    )
    return (
        "Deterrence is what the challenger believes; whether the promise would be honoured is "
        "another question. If it were attacked, the protege would resist with a chance of ",
        resist,
        ", and then the guarantors would fight with these chances:",
    )


def _guarantors(desk: Desk, detail: dict[str, Any]) -> Table:
    rows = []
    key = desk.key("credible")
    for name, record in detail["honour"].items():
        honour = desk.ledger.spread(
            f"{desk.lead}.credible.honour.{name}",
            record,
            "chance that it fights given that the attack is resisted, by true values, mean over "
            "worlds",
            key,
        )
        without = _attack_if(desk, name, detail["without"][name], "without", "absent")
        certain = _attack_if(desk, name, detail["certain"][name], "certain", "certain to fight")
        rows.append(((actor_span(desk.run, name),), (honour,), (without,), (certain,)))
    return Table(
        ("Would the promise be honoured, and what hangs on each guarantor",),
        (
            ("Guarantor",),
            ("Would fight",),
            ("Chance of attack without it",),
            ("Chance of attack were it certain",),
        ),
        tuple(rows),
        "lrrr",
    )


def _attack_if(desk: Desk, name: str, value: float, what: str, words: str) -> Span:
    return desk.ledger.number(
        f"{desk.lead}.credible.{what}.{name}",
        value,
        f"{100 * value:.0f}%",
        f"mean chance of attack with this guarantor {words}, by the challenger's beliefs",
        desk.key("credible"),
    )


def _hangs_on(desk: Desk) -> Text:
    verdict = desk.run.verdict
    failing = desk.leading_reason("credible")
    passing = verdict.reason_counts("credible", desk.rule, desk.lead, failing=False)
    spans: list[Span] = []
    if failing is not None:
        share = desk.ledger.where(
            f"{desk.lead}.credible.failing",
            failing[1],
            f"share of worlds that fail with the reason {failing[0]}",
            desk.key("credible"),
        )
        spans += [
            "Where it fails, most often ",
            *reason_spans(desk.run, failing[0]),
            " (",
            share,
            " of all worlds). ",
        ]
    if passing:
        share = desk.ledger.where(
            f"{desk.lead}.credible.holding",
            passing[0][1],
            f"share of worlds that hold with the reason {passing[0][0]}",
            desk.key("credible"),
        )
        spans += [
            "Where it holds, most often ",
            *reason_spans(desk.run, passing[0][0]),
            " (",
            share,
            " of all worlds).",
        ]
    return tuple(spans)


def _coordination(desk: Desk, detail: dict[str, Any]) -> Text:
    share = desk.ledger.detail(
        f"{desk.lead}.credible.coordination",
        detail["coordination"],
        "share of worlds in which guarantors that decide at once have more than one equilibrium",
        desk.key("credible"),
    )
    low, high = (
        desk.ledger.number(
            f"{desk.lead}.credible.interval.{end}",
            value,
            f"{100 * value:.0f}%",
            f"mean of the {end} chance of attack over the equilibria found",
            desk.key("credible"),
        )
        for end, value in zip(("lowest", "highest"), detail["interval"], strict=True)
    )
    return (
        "Coordination: in ",
        share,
        " of worlds the guarantors who decide at once could settle "
        "in more than one way; the mean chance of attack then lies between ",
        low,
        " and ",
        high,
        ".",
    )
