"""What a brief always has, and what it says where a block of the case is missing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from accord._errors import ModelError
from accord.brief.answers import answers
from accord.brief.document import Figure, FromCase, Items, Paragraph, Section, Strong, Table
from accord.brief.plain import plain_text
from accord.brief.publish import render
from accord.brief.write import write
from accord.case.load import load, load_tree, read_case
from accord.criteria.table import CRITERIA
from accord.run.assess import assess
from accord.run.report import assess_report, compare_report
from oracles.generator import case_of, random_case
from teaching import FLAGSHIP, TEACHING

SECTIONS = (
    "lead", "where-things-stand", "framework", "acceptable", "deliverable", "credible", "durable",
    "parties", "coalition", "cautions", "watch", "upside", "takeaways", "overall", "method",
    "sources", "categories",
)  # fmt: skip
FREE = {"method", "sources", "categories"}
MISSING = {
    # what is taken away: the tests that can no longer be put
    ("positions", "consent"): {"acceptable"},
    ("consent",): {"acceptable"},
    ("pledges",): {"deliverable", "credible"},
    ("capabilities", "pledges", "phases", "deterrence", "durability"): {
        "deliverable", "credible", "durable",
    },
    ("deterrence",): {"credible", "durable"},
    ("durability",): {"durable"},
    ("positions", "consent", "pledges"): {"acceptable", "deliverable", "credible"},
    ("watch",): set(),
    ("watch", "shocks", "durability"): {"durable"},
    ("conflicts",): set(),
}  # fmt: skip


def without(*blocks):
    """A run of the teaching case without some of its blocks and what refers to them."""
    tree, folder = read_case(TEACHING)
    for block in blocks:
        del tree.data[block]
    if "positions" in blocks and "durability" in tree.data:
        del tree.data["durability"]["drift"]
    if "conflicts" in blocks and "durability" in tree.data:
        del tree.data["durability"]["conflict"]
    if "capabilities" in blocks:
        del tree.data["provisions"]["patrol"]["levels"]["joint"]["requires"]
    if "shocks" in blocks:
        tree.data["positions"]["SOUTH"]["walk_away"]["plus"] = 0
    return assess(load_tree(tree, folder), worlds=512)


def sections_of(document):
    return {section.id: section for section in document.sections}


def words_of(section):
    """All text of a section, paragraph by paragraph."""
    lines = [plain_text(section.headline)]
    for block in section.blocks:
        match block:
            case Paragraph(spans):
                lines.append(plain_text(spans))
            case Items(items):
                lines += [plain_text(item) for item in items]
            case Table(caption, header, rows):
                lines += [plain_text(t) for t in (caption, *header, *(c for r in rows for c in r))]
            case _:
                lines += [plain_text(block.title), plain_text(block.note)]
    return "\n".join(lines)


def spans_of(section):
    """Every span, however deep, headlines and tables included."""

    def below(spans):
        for span in spans:
            yield span
            if isinstance(span, Strong):
                yield from below(span.spans)

    yield from below(section.headline)
    for block in section.blocks:
        table = block if isinstance(block, Table) else getattr(block, "table", None)
        if isinstance(block, Paragraph):
            yield from below(block.spans)
        elif isinstance(block, Items):
            for item in block.items:
                yield from below(item)
        if table is not None:
            for text in (table.caption, *table.header, *(c for r in table.rows for c in r)):
                yield from below(text)
            if table is not block:
                yield from below((*block.title, *block.note))


def check_whole(document):
    ids = [section.id for section in document.sections]
    assert [name for name in ids if name in SECTIONS] == list(SECTIONS)
    assert len(ids) == len(set(ids))
    known = {figure.id for figure in document.figures}
    assert len(known) == len(document.figures)
    for section in document.sections:
        assert plain_text(section.headline).strip()
        assert section.kicker.strip()
        for span in spans_of(section):
            if isinstance(span, str) and section.id not in FREE:
                assert not re.search(r"\d", span)
            if isinstance(span, Figure):
                assert span.id in known
                assert span.basis in document.bases
                assert span.reduction


@pytest.mark.parametrize("folder", [TEACHING, FLAGSHIP], ids=lambda f: f.name)
def test_a_brief_has_every_section_in_the_order_of_a_reader(folder):
    document = write(assess(load(folder), worlds=256))
    check_whole(document)
    assert document.date.isoformat() in {"2025-01-01", "2025-08-20"}


@pytest.mark.parametrize("blocks", MISSING, ids="+".join)
def test_a_missing_block_is_not_assessed_and_never_passed(blocks):
    run = without(*blocks)
    document = write(run)
    check_whole(document)
    sections = sections_of(document)
    assert set(run.verdict.not_assessed) == MISSING[blocks]
    for criterion in CRITERIA:
        words = words_of(sections[criterion.name])
        if criterion.name in MISSING[blocks]:
            assert plain_text(sections[criterion.name].headline) == "Not assessed"
            assert f"not put: {run.verdict.not_assessed[criterion.name]}" in words
            assert not any(f".{criterion.name}." in figure.id for figure in document.figures)
        else:
            assert "not assessed" not in words.lower()
    assert "ot assessed" in render(run, ".md") or not MISSING[blocks]


@pytest.mark.parametrize("blocks", MISSING, ids="+".join)
def test_answers_and_reports_say_what_was_not_assessed(blocks):
    run = without(*blocks)
    told = [answer for _, answer in answers(run)]
    assert sum(answer.startswith("not assessed: ") for answer in told) == len(MISSING[blocks])
    report = assess_report(run, "nowhere")["packages"]["pact"][run.rule]
    compared = compare_report(run, "pact", "status-quo")["tests"]
    for test in MISSING[blocks]:
        why = run.verdict.not_assessed[test]
        assert report[test] == {"share": None, "se": None, "why": why}
        assert compared[test]["difference"] is None
        assert compared[test]["why"] == why
    assert report["joint"]["tests"] == f"{4 - len(MISSING[blocks])} of 4"
    assert set(report["first_failure"]) == {c.name for c in CRITERIA} - MISSING[blocks]


def test_without_pledges_and_positions_parties_and_coalition_say_so():
    sections = sections_of(write(without("positions", "consent", "pledges")))
    assert "No positions" in plain_text(sections["parties"].headline)
    assert "No pledges" in plain_text(sections["coalition"].headline)


def test_without_questions_there_is_nothing_to_watch():
    section = sections_of(write(without("watch")))["watch"]
    assert plain_text(section.headline) == "Nothing is left to watch"


@pytest.mark.parametrize("seed", range(800, 804))
def test_random_cases_give_whole_briefs(seed):
    run = assess(case_of(random_case(seed)), worlds=256, seed=seed)
    document = write(run)
    check_whole(document)
    assert write(run) == document
    assert render(run, ".html") == render(run, ".html")


def test_plain_text_with_a_digit_is_refused_wherever_it_stands():
    figure = Figure("a.b", "3", 3.0, None, None, "counted", "||")
    fine = Section("lead", "Lead", ("It found ", figure), (Paragraph((FromCase("x", "7"),)),))
    bad = Paragraph(("in 34% of worlds",))
    places = [
        {"headline": ("34% of worlds",)},
        {"blocks": (bad,)},
        {"blocks": (Paragraph((Strong(("34%",)),)),)},
        {"blocks": (Items((("34%",),)),)},
        {"blocks": (Table(("Shares",), (("A",),), ((("34%",),),)),)},
    ]
    for place in places:
        with pytest.raises(ModelError, match="digit"):
            replace(fine, **place)
        assert replace(fine, **place, free=True).free
