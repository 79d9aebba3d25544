"""Headline, date, byline, lead: what was found, in the order in which a reader asks."""

from __future__ import annotations

from accord.brief.desk import Desk
from accord.brief.document import Day, FromCase, Paragraph, Section, Span, Strong, Text
from accord.brief.labels import actor_span, package_span, reason_spans, rule_words
from accord.brief.words import chance_clause, chance_words, joined
from accord.case.evidence import support_counts

__all__ = ["headline", "lead", "refusal", "support_sentence", "test_words"]

_HURDLES = {
    "acceptable": "consent",
    "deliverable": "delivery",
    "credible": "deterrence",
    "durable": "durability",
}


def headline(desk: Desk) -> Text:
    """The finding about the lead package in one line."""
    title = package_span(desk.run, desk.lead)
    joint = desk.passes("joint")
    if not desk.run.verdict.assessed:
        return (title, " was put to no test: the case names too little")
    if desk.hurdle is None or joint >= 0.66:
        return (title, " passes the tests it was put to")
    if joint >= 0.33:
        return (title, " could hold, but not safely")
    # durability under a rule falls with consent, so it is named only where consent stands
    failing = [t for t in desk.failing if t != "durable" or "acceptable" not in desk.failing]
    named = failing or [desk.hurdle]
    words = joined([_HURDLES[test] for test in named])
    # the reason is one for what the headline names
    first = desk.hurdle if desk.hurdle in named else named[0]
    return (title, f" founders on {words}: ", *_because(desk, first))


def _because(desk: Desk, test: str) -> Text:
    """Who refuses, where several do; else the most frequent reason for failing a test."""
    if test == "acceptable" and len(desk.refusing) > 1:
        return refusal(desk)
    reason = desk.leading_reason(test)
    return reason_spans(desk.run, reason[0]) if reason is not None else ("no single reason leads",)


def refusal(desk: Desk) -> Text:
    """Neither A nor B would sign."""
    spans: list[Span] = ["neither "]
    for i, actor in enumerate(desk.refusing):
        spans += [" nor " if i else "", actor_span(desk.run, actor)]
    return (*spans, " would sign")


def lead(desk: Desk) -> Section:
    """The opening of the brief."""
    run, file = desk.run, desk.run.case.file
    blocks = [
        Paragraph((Day(run.case.as_of), " · ", FromCase("byline", file.byline)), "byline"),
        Paragraph(_opening(desk), "lead"),
        Paragraph(_best(desk)),
        Paragraph(support_sentence(desk), "note"),
    ]
    return Section("lead", file.title, headline(desk), tuple(blocks))


def _opening(desk: Desk) -> Text:
    run = desk.run
    title = package_span(run, desk.lead)
    worlds = desk.ledger.count("run.worlds", run.worlds, "worlds drawn")
    spans: list[Span] = [
        chance_clause(desk.passes("joint"), ""),
        Strong((title,)),
        " passes every test it was put to. In ",
        worlds,
        " sampled worlds it ",
    ]
    parts = [test_words(desk, test, desk.lead) for test in run.verdict.assessed]
    for i, part in enumerate(parts):
        spans += [("" if i == 0 else "; " if i < len(parts) - 1 else "; and "), *part]
    joint = desk.ledger.share(desk.lead, "joint")
    return (*spans, ". All of it holds together in ", joint, " of worlds.")


def test_words(desk: Desk, test: str, package: str) -> Text:
    """What passing a test means, with its share."""
    figure = desk.ledger.share(package, test)
    rule = rule_words(desk.run, desk.rule)
    return {
        "acceptable": ("is acceptable to those it asks (", rule, ") in ", figure),
        "deliverable": ("can be delivered in ", figure),
        "credible": ("deters a renewed attack at the first temptation in ", figure),
        "durable": ("lasts its horizon in ", figure),
    }[test]


def _best(desk: Desk) -> Text:
    run = desk.run
    if desk.best == desk.lead:
        others = len(desk.agreements) - 1
        if not others:
            return ("It is the only agreement under study.",)
        return ("No other agreement under study does better on all tests together.",)
    figure = desk.ledger.share(desk.best, "joint")
    if desk.passes("joint", desk.best) == 0:
        return ("No agreement under study passes all tests in any sampled world.",)
    return (
        "Of the agreements under study, ",
        Strong((package_span(run, desk.best),)),
        " does best on all tests together, and passes them in ",
        figure,
        " of worlds: ",
        chance_words(desk.passes("joint", desk.best)),
        ".",
    )


def support_sentence(desk: Desk) -> Text:
    """How much of the case is judgement."""
    counts = support_counts(desk.run.case)
    numbers = sum(block["numbers"] for block in counts.values())
    judged = sum(block["judgements"] for block in counts.values())
    share = desk.ledger.number(
        "run.judgements.share",
        judged / max(numbers, 1),
        f"{100 * judged / max(numbers, 1):.0f}%",
        "numbers of the case that rest on a judgement, out of all its numbers",
        "||",
    )
    total = desk.ledger.count("run.numbers", numbers, "numbers written in the case")
    return (
        "What these numbers are: of the case's ",
        total,
        " numbers ",
        share,
        " are judgements, "
        "each with its reason, and the others rest on a dated source. The results show what "
        "follows if the judgements are right, not what will happen.",
    )
