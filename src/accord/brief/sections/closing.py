"""Key takeaways, the overall sentence, and what every brief owes its reader."""

from __future__ import annotations

from accord.brief.desk import Desk
from accord.brief.document import (
    Block,
    Day,
    FromCase,
    Items,
    Link,
    Paragraph,
    Section,
    Span,
    Table,
    Text,
)
from accord.brief.labels import package_span, reason_spans, rule_words
from accord.brief.sections.lead import headline
from accord.brief.words import VOCABULARY, chance_clause, chance_words, count_words

__all__ = ["categories", "method", "overall", "sources", "takeaways"]


def takeaways(desk: Desk) -> Section:
    """What to keep in mind, each with its number."""
    run = desk.run
    items: list[Text] = []
    for test in run.verdict.assessed:
        items.append(_takeaway(desk, test))
    sets = run.details["demands"]["sets"]
    if sets:
        items.append(
            (
                f"{count_words(len(sets)).capitalize()} minimal "
                f"{'set' if len(sets) == 1 else 'sets'} of stated demands cannot be met together; "
                "one demand of each has to give way.",
            )
        )
    if desk.passes("joint", desk.best) == 0:
        items.append(("No agreement under study passes all tests in any sampled world.",))
    elif desk.best != desk.lead:
        share = desk.ledger.share(desk.best, "joint")
        items.append(
            (
                "Best of the agreements under study on all tests together: ",
                package_span(run, desk.best),
                ", in ",
                share,
                " of worlds.",
            )
        )
    words = chance_clause(desk.passes("joint"), "all of it holds together")
    return Section("takeaways", "Key takeaways", (words,), (Items(tuple(items)),))


_TAKEAWAYS = {
    "acceptable": "Consent",
    "deliverable": "Delivery",
    "credible": "Deterrence",
    "durable": "Durability",
}


def _takeaway(desk: Desk, test: str) -> Text:
    share = desk.ledger.share(desk.lead, test)
    words = f"{_TAKEAWAYS[test]}: {chance_words(desk.passes(test))}, "
    reason = desk.leading_reason(test)
    if reason is None:
        return (words, share, ".")
    return (
        words,
        share,
        "; what stands in the way most often: ",
        *reason_spans(desk.run, reason[0]),
        ".",
    )


def overall(desk: Desk) -> Section:
    """One paragraph that could stand alone."""
    run = desk.run
    joint = desk.ledger.share(desk.lead, "joint")
    spans: list[Span] = [*headline(desk), ". All tests together hold in ", joint]
    spans += [" of worlds under the rule “", rule_words(run, desk.rule), "”"]
    others = [rule for rule in run.rules if rule != desk.rule]
    if others:
        best = max(others, key=lambda rule: run.verdict.share("joint", rule, desk.lead).value)
        share = desk.ledger.share(desk.lead, "joint", best)
        spans += ["; under the other rules of consent the most is ", share]
        if run.verdict.share("joint", best, desk.lead).value > 0:
            spans += [" (“", rule_words(run, best), "”)"]
    spans.append(". Each number has its derivation below.")
    title = package_span(run, desk.best)
    if desk.passes("joint", desk.best) == 0:
        finding: Text = ("No agreement under study passes all tests in any sampled world",)
    elif desk.best == desk.lead:
        finding = ("No agreement under study does better than ", title)
    else:
        finding = (title, " does better than ", package_span(run, desk.lead))
        if desk.passes("joint", desk.best) < 0.33:
            finding = (*finding, ", but not well")
    return Section("overall", "Overall", finding, (Paragraph(tuple(spans)),))


def method(desk: Desk) -> Section:
    """How the numbers came about, in plain words, with the vocabulary of chance."""
    run, manifest = desk.run, desk.run.manifest
    weights = ""
    if run.manifest["effective_worlds"] < run.worlds:
        weights = (
            f" Worlds are weighted by what the journal records; they count as "
            f"{manifest['effective_worlds']:.0f} equal ones."
        )
    text = (
        f"{run.worlds:,} worlds were drawn (seed {manifest['seed']}), each a joint draw of every "
        f"uncertain input, in blocks of 256 by Latin hypercube. In each world every package is put "
        f"to the tests with the same luck, so that packages can be compared.{weights} A share is "
        "the part of the worlds in which something holds; behind ± stands half of its 90% interval "
        "of sampling error, taken between blocks; it is called rough where fewer than eight blocks "
        "tell. That error does not cover mistaken judgements. "
        f"Joint results are over {run.verdict.joint_label} tests."
    )
    rows = [((words,), (_class_text(i),)) for i, (_, words) in enumerate(VOCABULARY)]
    table = Table(("Words for chances",), (("Word",), ("Share of worlds",)), tuple(rows), "ll")
    tests = Items(
        tuple((f"{name.capitalize()}: {text}.",) for name, text in manifest["methods"].items())
    )
    foot = (
        f"Run {manifest['digest'][:8]} of the case “{manifest['case']}” as of "
        f"{manifest['as_of']}, lines {manifest['lines']}, accord {manifest['versions']['accord']}. "
        "Every number links to its derivation; accord explain RUN FIGURE lists all inputs, "
        "claims and sources behind it."
    )
    blocks: tuple[Block, ...] = (Paragraph((text,)), tests, table, Paragraph((foot,), "note"))
    return Section("method", "Method", ("How this was computed",), blocks, free=True)


def _class_text(index: int) -> str:
    low = 0.0 if index == 0 else VOCABULARY[index - 1][0]
    high = min(VOCABULARY[index][0], 1.0)
    return f"{100 * low:.0f}% to {100 * high:.0f}%"


def sources(desk: Desk) -> Section:
    """Every source cited by the case as of its date, with its grade."""
    file = desk.run.case.file
    cited = {
        file.claims[claim].source
        for support in desk.run.case.supports.values()
        for claim in support.because
        if claim in file.claims
    }
    cited |= {entry.source for entry in file.journal if entry.source}
    items: list[Text] = []
    for name in (s for s in file.sources if s in cited):
        source = file.sources[name]
        title: Text = (Link(source.link, source.title),) if source.link else (source.title,)
        items.append(
            (
                f"{name}. ",
                *title,
                f". {source.publisher}, ",
                Day(source.published),
                f". Grade {source.grade}.",
            )
        )
    words = (
        "Grade A primary, B major outlet or original, C mirror or secondary, D a party's own or "
        "partisan outlet."
    )
    blocks: tuple[Block, ...] = (Paragraph((words,), "note"), Items(tuple(items)))
    return Section("sources", "Sources", (f"{len(items)} sources are cited",), blocks, free=True)


def categories(desk: Desk) -> Section:
    """The categories of the case."""
    items = tuple((FromCase("categories", name),) for name in desk.run.case.file.categories)
    return Section(
        "categories", "Categories", ("Filed under",), (Items(items or (("none",),)),), free=True
    )
