"""The coalition: who brings what, who waits for whom, who is pivotal."""

from __future__ import annotations

from typing import Any

from accord.brief.desk import Desk
from accord.brief.document import Block, FromCase, Paragraph, Section, Span, Table, Text
from accord.brief.labels import actor_span, package_span
from accord.brief.sections.burden import burden
from accord.brief.sections.losing import losing
from accord.brief.sections.waiting import waiting
from accord.brief.words import count_words

__all__ = ["coalition"]


def coalition(desk: Desk) -> Section:
    """The section."""
    run = desk.run
    if "deliverable" in run.verdict.not_assessed:
        text = Paragraph(("The case names no pledges.",))
        return Section("coalition", "The coalition", ("No pledges are known",), (text,))
    detail = run.details["deliverable"][desk.lead]
    blocks: list[Block] = [_pledges(desk, detail)]
    blocks += waiting(desk, detail)
    blocks += losing(desk, detail)
    blocks += burden(desk)
    blocks += _rejecting(desk)
    return Section(
        "coalition", "The coalition: who brings what", _finding(desk, detail), tuple(blocks)
    )


def _finding(desk: Desk, detail: dict[str, Any]) -> Text:
    brings = len(detail["participation"])
    silent = len(desk.run.case.file.pledges) - brings
    waits = len(
        {
            name.split(".")[0]
            for name, asks in detail["asks"].items()
            if asks["groups"]
            and not (asks["unmet"] or asks["stranded"])
            and name.split(".")[0] in detail["participation"]
        }
    )
    who = "contributor brings" if brings == 1 else "contributors bring"
    spans = f"{count_words(brings).capitalize()} {who} something; "
    if waits == brings > 1:
        spans += "both wait for others" if waits == 2 else "all of them wait for others"
    else:
        spans += f"{count_words(waits)} of them {'waits' if waits == 1 else 'wait'} for others"
    if silent:
        spans += f", and {count_words(silent)} more are named without a pledge that counts"
    return (spans,)


def _pledges(desk: Desk, detail: dict[str, Any]) -> Table:
    shared = bool(detail["shapley"]["shares"])
    return Table(
        (
            "Contributors to ",
            package_span(desk.run, desk.lead),
            ", and in how many worlds each brings at least one pledge",
        ),
        (
            ("Contributor",),
            ("Pledges",),
            ("All wait",),
            ("All go",),
            ("As expected",),
            *((("Share of delivery",),) if shared else ()),
        ),
        tuple(_contributor(desk, actor, detail) for actor in detail["participation"]),
        "llrrrr" if shared else "llrrr",
    )


def _contributor(desk: Desk, actor: str, detail: dict[str, Any]) -> tuple[Text, ...]:
    pledges: list[Span] = []
    for name, pledge in desk.run.case.file.pledges[actor].items():
        if pledge.amount.base.central > 0 or pledge.amount.steps:
            title = pledge.title or name.replace("_", " ").replace("-", " ")
            stage = FromCase(f"pledges.{actor}.{name}.stage", pledge.stage)
            shown = FromCase(f"pledges.{actor}.{name}", title)
            pledges += ["; " if pledges else "", shown, " (", stage, ")"]
    cells: list[Text] = [(actor_span(desk.run, actor),), tuple(pledges)]
    shares = detail["participation"][actor]
    for key in ("waits", "goes", "mixed"):
        if key != "mixed" and shares[key] == shares["mixed"]:
            cells.append(("same",))
            continue
        figure = desk.ledger.detail(
            f"{desk.lead}.deliverable.{actor}.{key}",
            shares[key],
            f"share of worlds in which a pledge of {actor} goes ahead ({key})",
            desk.key("deliverable"),
        )
        cells.append((figure,))
    shares_of = detail["shapley"]["shares"]
    return (*cells, *((_shapley(desk, actor, shares_of.get(actor)),) if shares_of else ()))


def _shapley(desk: Desk, actor: str, record: list[float] | None) -> Text:
    if record is None or record[0] < 0.00005:
        return ("none",)
    value, error = record
    spread = 164.5 * error
    return (
        desk.ledger.number(
            f"{desk.lead}.deliverable.shapley.{actor}",
            value,
            f"{100 * value:.1f}{f' ± {spread:.1f}' if spread >= 0.05 else ''} points",
            "Shapley value of the share of worlds delivered when only some contributors may join",
            desk.key("deliverable"),
        ),
    )


def _rejecting(desk: Desk) -> list[Block]:
    """The tests pass side by side: how often a joint pass has a contributor who rejects."""
    share = desk.run.details["run"]["rejecting"].get(desk.lead, {}).get(desk.rule)
    if share is None:
        return []
    figure = desk.ledger.detail(
        f"{desk.lead}.joint.{desk.rule}.rejecting",
        share,
        "share of joint passes in which a participating contributor with a position rejects it",
        desk.key("joint"),
    )
    return [
        Paragraph(
            (
                "The tests pass side by side. Among worlds in which all hold together, a "
                "contributor who takes part would itself reject the package in ",
                figure,
                ".",
            ),
            "note",
        )
    ]
