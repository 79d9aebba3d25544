"""The framework under discussion: what the lead package says, and what one choice changes."""

from __future__ import annotations

from accord.brief.desk import Desk
from accord.brief.document import Block, Chart, Day, FromCase, Paragraph, Section, Span, Table, Text
from accord.brief.labels import level_span, package_span
from accord.brief.words import count_words, sentence
from accord.run.run import variant_name

__all__ = ["framework", "what_if"]


def framework(desk: Desk) -> Section:
    """What the package says on every provision, and where its text is silent."""
    run, file = desk.run, desk.run.case.file
    chosen, silent = run.chosen(desk.lead), set(run.case.silent(desk.lead))
    rows: list[tuple[Text, ...]] = []
    for name, provision in file.provisions.items():
        said = FromCase(f"provisions.{name}.title", provision.title)
        level = level_span(run, name, chosen[name])
        note: Text = ("silent",) if name in silent else ("says so",)
        rows.append(((said,), (level,), note))
    spoken = len(file.provisions) - len(silent)
    table = Table(
        (package_span(run, desk.lead),),
        (("Provision",), ("What the package says",), ("Its own text",)),
        tuple(rows),
        "lll",
    )
    blocks: list[Block] = [Paragraph(_claims(desk)), table]
    record = file.packages[desk.lead]
    if record.note:
        blocks.append(Paragraph((FromCase(f"packages.{desk.lead}.note", record.note),), "note"))
    if silent and record.base is not None:
        base = package_span(run, record.base)
        blocks.append(Paragraph(("Where the text is silent it is read as in ", base, "."), "note"))
    blocks.append(Paragraph(_violated(desk), "note"))
    total = count_words(len(file.provisions))
    words = f"The text speaks on {count_words(spoken)} of {total} provisions"
    if not silent:
        words = "The text speaks on every provision"
    return Section("framework", "The framework under discussion", (words,), tuple(blocks))


def _claims(desk: Desk) -> Text:
    case = desk.run.case
    support = case.support(("packages", desk.lead))
    spans: list[Span] = ["What could be agreed is a level for every provision. "]
    if support is not None and support.because:
        source = case.file.sources[case.file.claims[support.because[0]].source]
        title = FromCase(f"sources.{case.file.claims[support.because[0]].source}", source.title)
        spans += ["What “", title, "” (", Day(source.published), ") reports: "]
    for name in support.because[:4] if support else ():
        spans += [FromCase(f"claims.{name}", sentence(case.file.claims[name].claim)), " "]
    return (*spans, package_span(desk.run, desk.lead), " picks these:")


def _violated(desk: Desk) -> Text:
    return (
        "Other agreements under study: ",
        *_listed(desk, [p for p in desk.agreements if p != desk.lead]),
        ".",
    )


def _listed(desk: Desk, packages: list[str]) -> Text:
    spans: list[Span] = []
    for i, package in enumerate(packages):
        record = desk.run.case.file.packages[package]
        spans += ["; " if i else "", package_span(desk.run, package)]
        if desk.run.case.published_later(record):
            spans.append(" (published later)")
    return tuple(spans) or ("none",)


def what_if(desk: Desk) -> Section | None:
    """Every level of the provision that the case asks about, four tests beside one another."""
    run = desk.run
    provision = next((parts[1] for parts in run.variants.values()), None)
    if provision is None:
        return None
    record = run.case.file.provisions[provision]
    own = run.chosen(desk.lead)[provision]
    shown = [
        (level, desk.lead if level == own else variant_name(desk.lead, provision, level))
        for level in record.levels
    ]
    tests = (*run.verdict.assessed, "joint")
    data = [
        {
            "level": record.levels[level].title,
            "test": test,
            "share": run.verdict.share(test, desk.rule, package).value,
            "own": level == own,
        }
        for level, package in shown
        for test in tests
    ]
    title = FromCase(f"provisions.{provision}.title", record.title)
    table = Table(
        (title, ": the tests beside one another"),
        (("Level",), *((test.capitalize(),) for test in tests)),
        tuple(_what_if_row(desk, provision, level, package) for level, package in shown),
        "l" + "r" * len(tests),
    )
    finding = _what_if_finding(desk, provision, shown)
    chart = Chart(
        "what-if",
        ("The tests at every level",),
        "dots",
        tuple(data),
        table,
        {"y": "level", "order": [record.levels[level].title for level, _ in shown]},
        ("Everything else as in ", package_span(run, desk.lead), "."),
    )
    return Section("what-if", "If this choice changed", (title, ": ", *finding), (chart,))


def _unmoved(desk: Desk, shown: list[tuple[str, str]]) -> str:
    """Why a choice changes little: a test that fails, or holds, whatever is chosen."""
    verdict = desk.run.verdict
    words = {
        "acceptable": "consent",
        "deliverable": "delivery",
        "credible": "deterrence",
        "durable": "durability",
    }
    for test in verdict.assessed:
        if all(verdict.share(test, desk.rule, package).value < 0.05 for _, package in shown):
            return f"whatever is chosen, {words[test]} fails"
    return "on its own it moves none of the tests by much"


def _what_if_row(desk: Desk, provision: str, level: str, package: str) -> tuple[Text, ...]:
    note: Text = (" (as the package says)",) if package == desk.lead else ()
    cells: list[Text] = [(level_span(desk.run, provision, level), *note)]
    for test in (*desk.run.verdict.assessed, "joint"):
        cells.append((desk.ledger.share(package, test),))
    return tuple(cells)


def _what_if_finding(desk: Desk, provision: str, shown: list[tuple[str, str]]) -> Text:
    verdict, rule = desk.run.verdict, desk.rule
    ranges = {}
    for test in verdict.assessed:
        shares = [verdict.share(test, rule, package).value for _, package in shown]
        ranges[test] = max(shares) - min(shares)
    moved = max(ranges, key=lambda t: ranges[t])
    if ranges[moved] < 0.05:
        return (_unmoved(desk, shown),)
    at = max(shown, key=lambda s: verdict.share(moved, rule, s[1]).value)
    words = {
        "acceptable": "it moves consent most, which is easiest at “",
        "deliverable": "it moves delivery most, which is easiest at “",
        "credible": "it moves deterrence most, which is strongest at “",
        "durable": "it moves durability most, which is longest at “",
    }
    return (words[moved], level_span(desk.run, provision, at[0]), "”")
