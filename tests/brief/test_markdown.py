"""Markdown: the same words, tables for charts, every number linked to its origin."""

import re

import pytest
from markdown_it import MarkdownIt

from accord.brief import markdown
from brief.documents import hostile, real, written_case

CASES = [("harbour-pact", 512), ("ukraine-2025", 256)]
LINK = re.compile(r"(?<!\\)\]\(#([^)]+)\)")
ANCHOR = re.compile(r'<a id="([^"]+)"></a>')


@pytest.fixture(scope="module", params=CASES, ids=[name for name, _ in CASES])
def rendered(request):
    """The document of a real run with its Markdown."""
    document, case = real(*request.param)
    return document, case, markdown.render(document, case)


def test_every_figure_is_a_link_that_arrives(rendered):
    document, _, text = rendered
    anchors = ANCHOR.findall(text)
    assert len(anchors) == len(set(anchors))
    targets = set(LINK.findall(text))
    assert targets <= set(anchors)
    assert {figure.id for figure in document.figures} <= set(anchors)
    assert targets & {figure.id for figure in document.figures}


def test_every_section_has_its_heading(rendered):
    document, _, text = rendered
    for section in document.sections:
        assert f'<a id="{section.id}"></a>{section.kicker}' in text.replace("\\", "")


def test_the_same_run_gives_the_same_text(rendered):
    document, case, text = rendered
    assert markdown.render(document, case) == text


def test_charts_stand_as_tables_under_their_finding(rendered):
    document, _, text = rendered
    parsed = MarkdownIt("commonmark").enable("table").parse(text)
    tables = sum(token.type == "table_open" for token in parsed)
    expected = sum(
        hasattr(block, "kind") or hasattr(block, "rows")
        for section in document.sections
        for block in section.blocks
    )
    assert tables >= expected > 0


def test_rows_have_as_many_cells_as_their_header(rendered):
    tables = re.findall(r"(?:^\|.*\n?)+", rendered[2], re.MULTILINE)
    assert tables
    for table in tables:
        counts = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
        assert len(counts) == 1, table[:200]


def test_strings_of_the_case_mean_nothing_to_markdown():
    text = markdown.render(hostile(), written_case())
    page = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    assert "<script" not in page
    assert "javascript:" not in "".join(re.findall(r'href="([^"]*)"', page))
    assert "<em>x</em>" not in page
    assert set(re.findall(r"<([a-z0-9]+)", page)) <= {
        "a", "h1", "h2", "h3", "p", "strong", "ol", "ul", "li", "table", "thead", "tbody", "tr",
        "th", "td", "code",
    }  # fmt: skip
