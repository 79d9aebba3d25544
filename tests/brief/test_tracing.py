"""Every claim of the briefing has its place in the case and its figure in the brief."""

from __future__ import annotations

from dataclasses import replace

import pytest

from accord.brief.tracing import trace, trace_markdown
from accord.brief.write import write
from accord.case.load import load
from accord.case.support import Support
from accord.case.tree import parse_path
from accord.run.assess import assess
from teaching import FLAGSHIP, ROOT

PAGE = ROOT / "docs" / "from-the-briefing.md"


@pytest.fixture(scope="module")
def run():
    # 2,048 worlds with seed 1, as ./run and the page on the way from the briefing show them
    return assess(load(FLAGSHIP), worlds=2048, seed=1)


@pytest.fixture(scope="module")
def document(run):
    return write(run)


@pytest.mark.slow
def test_every_claim_of_the_briefing_has_its_place_in_the_case(run, document):
    claims = {n for n, claim in run.case.file.claims.items() if claim.source == "briefing"}
    found = trace(run, document, "briefing")
    assert {traced.claim for traced in found} == claims
    assert len(claims) >= 30
    for traced in found:
        assert traced.places, f"{traced.claim} has no place in the case"
        for place in traced.places:
            assert traced.claim in run.case.supports[parse_path(place)].because


@pytest.mark.slow
def test_every_claim_of_the_briefing_has_a_figure_in_the_brief(run, document):
    figures = {figure.id for figure in document.figures}
    without = [t.claim for t in trace(run, document, "briefing") if t.figure not in figures]
    assert without == []


@pytest.mark.slow
def test_every_sentence_of_the_briefing_is_numbered(run):
    claims = [c for c in run.case.file.claims.values() if c.source == "briefing"]
    numbers = [int(claim.locator.removeprefix("sentence ").split(",")[0]) for claim in claims]
    assert numbers == sorted(numbers)
    assert all(claim.claim and claim.locator.startswith("sentence ") for claim in claims)


@pytest.mark.slow
def test_the_page_in_the_documentation_is_what_the_run_says(run, document):
    assert PAGE.read_text(encoding="utf-8") == trace_markdown(run, document, "briefing")


@pytest.mark.slow
def test_a_claim_that_nothing_cites_has_neither_place_nor_figure(run, document):
    lost = next(n for n, c in run.case.file.claims.items() if c.source == "briefing")
    supports = {
        path: Support(path, tuple(c for c in s.because if c != lost), s.judgement)
        for path, s in run.case.supports.items()
    }
    bare = replace(run, case=replace(run.case, supports=supports))
    (traced,) = (t for t in trace(bare, document, "briefing") if t.claim == lost)
    assert (traced.places, traced.figure) == ((), "")
    assert "| — |" in trace_markdown(bare, document, "briefing")
