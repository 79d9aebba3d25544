"""Cautions: what the result hangs on, and which inputs are judgements."""

from __future__ import annotations

from accord.brief.desk import Desk
from accord.brief.document import Block, FromCase, Paragraph, Section, Table, Text
from accord.brief.labels import package_span, rule_words
from accord.case.evidence import support_counts

__all__ = ["cautions"]

_BLOCKS = {
    "positions": "who wants what",
    "pledges": "who pledges what",
    "deterrence": "what an attacker would weigh",
    "levels_meaning": "what a clause is worth",
    "conflicts": "what the parties prefer",
    "durability": "the years",
    "watch": "what to watch",
    "provisions": "what levels require",
    "shocks": "shocks",
    "stages": "how firm pledges are",
    "milestones": "milestones",
    "actors": "the actors",
    "capabilities": "capabilities",
    "coordination": "moving together",
    "packages": "packages",
}


def cautions(desk: Desk) -> Section:
    """The section."""
    run = desk.run
    blocks: list[Block] = [_rules(desk), Paragraph(_judged(desk)), _support(desk)]
    for test, why in run.verdict.not_assessed.items():
        blocks.append(Paragraph((f"Not assessed: {test}, because {why}.",), "warning"))
    if run.manifest["weight_warning"]:
        text = FromCase("journal", run.manifest["weight_warning"])
        blocks.append(Paragraph(("The journal weighs heavily: ", text, "."), "warning"))
    for assumption in run.manifest["assumptions"]:
        text = FromCase("assumptions", assumption)
        blocks.append(
            Paragraph(("Assumed for this brief, against the case: ", text, "."), "warning")
        )
    if run.manifest["lines"] != "stated":
        words = {"hard": "every stated red line is taken as real", "none": "red lines are ignored"}
        blocks.append(Paragraph((f"In this brief {words[run.manifest['lines']]}.",), "warning"))
    disputed = [
        c for c, claim in run.case.file.claims.items() if claim.disputed_by and _cited(desk, c)
    ]
    for claim in disputed[:8]:
        record = run.case.file.claims[claim]
        blocks.append(
            Paragraph(
                (
                    "Disputed: ",
                    FromCase(f"claims.{claim}.claim", record.claim),
                    " — by ",
                    FromCase(f"claims.{claim}.disputed_by", _disputing(desk, record.disputed_by)),
                    ".",
                ),
                "note",
            )
        )
    return Section("cautions", "Cautions", _finding(desk), tuple(blocks))


def _disputing(desk: Desk, text: str) -> str:
    """Who disputes a claim: another claim in its words, or the text as it stands."""
    other = desk.run.case.file.claims.get(text)
    if other is None:
        return text
    who = desk.run.case.actor_name(other.actor) if other.actor else "another source"
    return f"{who}: {other.claim}"


def _cited(desk: Desk, claim: str) -> bool:
    return any(claim in support.because for support in desk.run.case.supports.values())


def _finding(desk: Desk) -> Text:
    verdict = desk.run.verdict
    if "acceptable" in verdict.assessed:
        shares = [verdict.share("acceptable", rule, desk.lead).value for rule in desk.run.rules]
        if max(shares) - min(shares) > 0.5:
            return ("The answer hangs on whose consent is asked, and on judgements",)
    return ("The results are as good as the judgements behind them",)


def _rules(desk: Desk) -> Table:
    """Each test and all of them together, under every rule of consent."""
    verdict = desk.run.verdict
    tests = [test for test in ("acceptable", "durable") if test in verdict.assessed] + ["joint"]
    rows: list[tuple[Text, ...]] = []
    for rule in desk.run.rules:
        cells: list[Text] = [(rule_words(desk.run, rule),)]
        for test in tests:
            cells.append((desk.ledger.share(desk.lead, test, rule),))
        rows.append(tuple(cells))
    names = {"joint": "All tests together"}
    return Table(
        (package_span(desk.run, desk.lead), " under every rule of consent"),
        (("Rule of consent",), *((names.get(test, test.capitalize()),) for test in tests)),
        tuple(rows),
        "l" + "r" * len(tests),
    )


def _judged(desk: Desk) -> Text:
    counts = support_counts(desk.run.case)
    most = max(counts, key=lambda block: counts[block]["judgements"])
    judged = desk.ledger.count(
        f"run.{most}.judgements", counts[most]["judgements"], f"judgements in the block {most}"
    )
    return (
        "Most judgements, ",
        judged,
        " of them, say ",
        FromCase(most, _BLOCKS.get(most, most)),
        ". Whoever reads these positions otherwise should change them and look again.",
    )


def _support(desk: Desk) -> Table:
    rows: list[tuple[Text, ...]] = []
    for block, counts in support_counts(desk.run.case).items():
        cells: list[Text] = [(FromCase(block, _BLOCKS.get(block, block)),)]
        for key in ("numbers", "supported", "judgements"):
            name = f"run.{block}.{key}"
            cells.append((desk.ledger.count(name, counts[key], f"{key} in the block {block}"),))
        rows.append(tuple(cells))
    return Table(
        ("Numbers of the case by what stands behind them",),
        (("Block",), ("Numbers",), ("With a source",), ("Judgements",)),
        tuple(rows),
        "lrrr",
    )
