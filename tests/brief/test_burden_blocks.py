"""The blocks on burden sharing: no bare digits, costs in words, nothing where nothing is known."""

from __future__ import annotations

import pytest

from accord.brief.desk import Desk
from accord.brief.document import Items, Paragraph, Section, Strong, Table
from accord.brief.ledger import Ledger
from accord.brief.sections.burden import burden
from accord.case.load import load
from accord.criteria.burden import burden as worked_out
from accord.criteria.setting import Setting
from accord.run.run import Run
from accord.worlds.worlds import draw
from teaching import TEACHING, altered


def desk_of(case, details):
    manifest = {"consent": "everyone", "worlds": 256, "effective_worlds": 256.0}
    run = Run(case, None, details, {}, tuple(case.file.packages), {}, manifest)
    return Desk(run, Ledger(run))


def told(case, package):
    setting = Setting(case, draw(case, 256, 1), {n: case.chosen(n) for n in case.file.packages})
    details = {"burden": {next(iter(case.file.packages)): worked_out(setting, package)}}
    return burden(desk_of(case, details))


def words(spans):
    return "".join(
        words(span.spans) if isinstance(span, Strong) else getattr(span, "text", span)
        for span in spans
    )


def text_of(blocks):
    parts = []
    for block in blocks:
        match block:
            case Paragraph(spans):
                parts.append(words(spans))
            case Items(items):
                parts += [words(item) for item in items]
            case Table(caption, header, rows):
                parts += [words(caption), *(words(head) for head in header)]
                parts += [words(cell) for row in rows for cell in row]
    return "\n".join(parts)


@pytest.fixture(scope="module")
def pact():
    return told(load(TEACHING), "pact")


def test_plain_text_holds_no_digit(pact):
    Section("coalition", "The coalition", ("Who brings what",), tuple(pact))


def test_the_finding_leads(pact):
    first = pact[0].spans[0]
    assert isinstance(first, Strong)
    assert words(first.spans) == "What is on the table would be enough, were every pledge kept."


def test_costs_and_replacements_are_told(pact):
    text = text_of(pact)
    assert "Bearing the loss of any one contributor: in new pledges, 100% of all" in text
    assert "The Harbour League: without it there is not enough patrol boats" in text
    assert "Northland 6 boats (patrol boats)" in text


def test_a_currency_of_the_case_is_named(tmp_path):
    block = "\nburden: {judgement: Invented, cost: {boats: 3}, currency: million crowns}\n"
    text = text_of(told(load(altered(tmp_path, more=block)), "pact"))
    assert "in new pledges, 30 million crowns" in text
    assert "The case states no costs" not in text


def test_nothing_required_or_known_is_not_told():
    case = load(TEACHING)
    assert told(case, "status-quo") == []
    assert burden(desk_of(case, {})) == []
