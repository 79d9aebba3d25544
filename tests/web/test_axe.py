"""Every page in light and dark, wide and narrow: no violation of WCAG 2 A or AA, no overflow."""

import pytest
from browser import violations, visiting

PAGES = (
    "/",
    "/?q=nothing-at-all",
    "/cases/journal/overview",
    "/cases/journal/builder?level=clause:talk",
    "/cases/journal/consent?lines=hard",
    "/cases/journal/coalition?without=GUARD",
    "/cases/journal/credibility",
    "/cases/journal/durability",
    "/cases/journal/watch",
    "/cases/journal/evidence",
    "/cases/journal/assumptions?q=weight&assume=coordination%3D0.5",
    "/cases/journal/edit",
    "/cases/journal/edit?at=positions.NORTH",
    "/cases/journal/brief",
    "/cases/journal/history",
    "/cases/journal/score",
    "/cases/journal/changed?since=2025-01-01",
    "/cases/journal/nearest?level=clause:talk",
    "/cases/journal/figures/pact.credible.share",
    "/cases/cascade/overview",
)
WRONG = {"/cases/journal/nothing-here": 404, "/cases/journal/builder?level=clause:nothing": 422}


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_fit(chromium, workbench, scheme, width):
    found = {}
    with visiting(chromium, workbench, width=width, color_scheme=scheme) as visit:
        visit.expected = {"status of 404", "status of 422"}
        for path in (*PAGES, *WRONG):
            status = visit.open(path).status
            assert status in ({WRONG[path]} if path in WRONG else {200, 202}), path
            wide = visit.page.evaluate("document.documentElement.scrollWidth")
            overflow = [f"{wide} px wide"] if wide > width else []
            if broken := overflow + violations(visit.page):
                found[path] = broken
    assert found == {}
