"""The coalition: who brings what, who waits for whom, who is pivotal."""

from __future__ import annotations

from typing import Any

from accord.brief.desk import Desk
from accord.brief.document import Block, FromCase, Items, Paragraph, Section, Span, Table, Text
from accord.brief.labels import actor_span, package_span
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
    blocks += _waiting(desk, detail)
    blocks += _pivotal(desk, detail)
    blocks += _rejecting(desk)
    return Section(
        "coalition", "The coalition: who brings what", _finding(desk, detail), tuple(blocks)
    )


def _finding(desk: Desk, detail: dict[str, Any]) -> Text:
    brings = len(detail["participation"])
    silent = len(desk.run.case.file.pledges) - brings
    waits = len({name.split(".")[0] for name in detail["waits_for"]} & set(detail["participation"]))
    spans = f"{count_words(brings).capitalize()} contributors bring something; "
    spans += f"{count_words(waits)} of them wait for others"
    if silent:
        spans += f", and {count_words(silent)} more are named without a pledge that counts"
    return (spans,)


def _pledges(desk: Desk, detail: dict[str, Any]) -> Table:
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
            ("Share of delivery",),
        ),
        tuple(_contributor(desk, actor, detail) for actor in detail["participation"]),
        "llrrrr",
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
    return (*cells, _shapley(desk, actor, detail["shapley"]["shares"].get(actor)))


def _shapley(desk: Desk, actor: str, record: list[float] | None) -> Text:
    if record is None or abs(record[0]) < 0.00005:
        return ("none",)
    value, error = record
    text = (
        f"{100 * value:.2f} ± {164.5 * error:.2f} points" if error else f"{100 * value:.2f} points"
    )
    return (
        desk.ledger.number(
            f"{desk.lead}.deliverable.shapley.{actor}",
            value,
            text,
            "Shapley value of the share of worlds delivered when only some contributors may join",
            desk.key("deliverable"),
        ),
    )


def _waiting(desk: Desk, detail: dict[str, Any]) -> list[Block]:
    run = desk.run
    items: list[Text] = []
    for circle in detail["circles"]:
        owners = list(dict.fromkeys(name.split(".")[0] for name in circle))
        spans: list[Span] = ["A circle of waiting: "]
        for i, owner in enumerate(owners):
            spans += [", " if i else "", actor_span(run, owner)]
        spans.append(" — none of them moves unless enough of the others do")
        items.append(tuple(spans))
    waiting: dict[str, set[str]] = {}
    for name, others in detail["waits_for"].items():
        waiting.setdefault(name.split(".")[0], set()).update(others)
    for owner, others in waiting.items():
        if owner in detail["participation"]:
            spans = [actor_span(run, owner), " waits for "]
            for i, other in enumerate(sorted(others)):
                spans += [" or " if i else "", actor_span(run, other)]
            items.append(tuple(spans))
    if not items:
        return [Paragraph(("Nobody waits for anybody.",))]
    return [Paragraph(("Who waits for whom:",)), Items(tuple(items))]


def _pivotal(desk: Desk, detail: dict[str, Any]) -> list[Block]:
    run, central = desk.run, detail["central"]
    blocks: list[Block] = []
    singles = detail["loss"]["single_points_of_failure"]
    if singles:
        spans: list[Span] = [
            "Single points of failure — without any one of them no world that delivers would: "
        ]
        for i, actor in enumerate(singles):
            spans += [", " if i else "", actor_span(run, actor)]
        blocks.append(Paragraph((*spans, ".")))
    for title, key in (
        ("Smallest groups that could deliver alone, in the central case", "minimum_viable"),
        ("Smallest groups whose staying away stops delivery, in the central case", "minimal_cuts"),
        ("Smallest groups whose going first would bring the rest", "lead_sets"),
    ):
        groups = [group for group in central[key] if group][:5]
        if groups:
            blocks.append(Paragraph((title + ":",)))
            blocks.append(Items(tuple(_group(desk, group) for group in groups)))
    if not central["minimum_viable"]:
        text = "In the central case even everyone together would not meet every requirement."
        blocks.append(Paragraph((text,)))
    return blocks


def _group(desk: Desk, group: list[str]) -> Text:
    spans: list[Span] = []
    for i, actor in enumerate(group):
        spans += [", " if i else "", actor_span(desk.run, actor)]
    return tuple(spans)


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
