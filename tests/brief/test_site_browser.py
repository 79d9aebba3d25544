"""The site in Chromium, opened as files: search, accessibility, and no request to anybody."""

import re
import shutil
from contextlib import contextmanager

import pytest

import accord
from brief.sites import WORLDS, evident, plain
from teaching import ROOT

NAMES = ("chromium", "chromium-browser")
AXE = ROOT / "tests" / "data" / "axe" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = (
    "index.html", "cases/evident/index.html", "history/evident.html", "actors/index.html",
    "actors/northland.html", "sources/the-gazette-of-the-harbour.html", "categories/teaching.html",
    "search.html?q=harbor",
)  # fmt: skip

LOOK = """rules => axe.run(document,
  {runOnly: rules, preload: false, resultTypes: ["violations"]})"""
"""Without fetching the style once more, which no page may."""

TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", event =>
  console.error("policy: " + event.violatedDirective + " " + event.blockedURI))"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of a site of two cases."""
    folder = tmp_path_factory.mktemp("site")
    cases = [evident(folder), plain(folder, title="The wharf treaty")]
    accord.site(cases, folder / "out", title="Harbour papers", worlds=WORLDS, as_of="latest")
    return folder / "out"


@pytest.fixture(scope="module")
def chromium():
    """The system's Chromium."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed")
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def visiting(chromium, site, width=1280, **options):
    """A page; at its end nothing may have gone wrong, or been asked of anybody but the files."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
    wrong = []
    context.add_init_script(TELL_VIOLATIONS)
    context.on("console", lambda told: wrong.append(f"console: {told.text}"))
    context.on("weberror", lambda told: wrong.append(f"error: {told.error}"))
    # a page that is left gives up itself what it was still loading
    context.on("requestfailed", lambda asked: wrong.append(f"failed: {asked.url} {asked.failure}")
               if asked.failure != "net::ERR_ABORTED" else None)  # fmt: skip
    context.on("request", lambda asked: None if asked.url.startswith((f"file://{site}/", "data:"))
               else wrong.append(f"elsewhere: {asked.url}"))  # fmt: skip
    try:
        yield context.new_page()
        assert wrong == []
    finally:
        context.close()


def found_by(page):
    """Headings of the results, with where they lead."""
    links = page.locator("#results h2 a").all()
    return [(link.inner_text(), link.get_attribute("href")) for link in links]


def test_search_forgives_slips_and_finds_beginnings(chromium, site):
    with visiting(chromium, site) as page:
        page.goto(f"file://{site}/index.html")
        page.fill("#q", "warf treety")
        page.press("#q", "Enter")
        page.wait_for_url("**/search.html?q=warf+treety")
        assert found_by(page)[0] == ("The wharf treaty", "cases/plain/index.html")
        assert "result" in page.inner_text("#found")
        page.fill("#q", "northl")
        first = page.locator("#results li:first-child h2 a")
        first.filter(has_text=re.compile("^Northland$")).wait_for()
        page.fill("#q", "bots first")
        page.locator("#results h2 a", has_text="Northland puts protection").first.click()
        page.wait_for_url("**/sources/the-gazette-of-the-harbour.html#evident-1")
        assert page.locator(":target").inner_text().startswith("Northland")


def test_search_tells_when_nothing_or_less_is_found(chromium, site):
    with visiting(chromium, site) as page:
        page.goto(f"file://{site}/search.html?q=zzzzzzzzzzzz")
        assert page.inner_text("#found").startswith("Nothing found")
        page.goto(f"file://{site}/search.html?q=almanac+zzzzzzzzzzzz")
        assert page.inner_text("#found").startswith("No page has all of these words")
        assert ("An almanac", "sources/an-almanac.html") in found_by(page)
        page.goto(f"file://{site}/search.html")
        assert page.evaluate("document.activeElement.id") == "q"


def test_words_from_the_address_and_from_cases_are_no_markup(chromium, site):
    with visiting(chromium, site) as page:
        page.goto(f"file://{site}/search.html?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%20pact")
        assert page.locator("img").count() == 0
        assert page.locator("#results li").count() > 0


def test_without_javascript_search_says_so_and_all_else_works(chromium, site):
    with visiting(chromium, site, java_script_enabled=False) as page:
        page.goto(f"file://{site}/search.html")
        assert "Search needs JavaScript" in page.locator("noscript p").inner_text()
        page.locator("noscript a", has_text="briefs").click()
        page.locator("h2 a").first.click()
        assert page.locator("h1").inner_text()
        page.locator(".figure").first.click()
        assert "#" in page.url
        page.locator("details > summary").first.click()


def test_style_and_typefaces_are_loaded(chromium, site):
    with visiting(chromium, site) as page:
        page.goto(f"file://{site}/cases/evident/index.html")
        loaded = page.evaluate(
            "document.fonts.ready.then(all => [...all].filter(f => f.status === 'loaded').length)"
        )
        assert loaded >= 3
        assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith(
            '"IBM Plex Serif"'
        )


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_fit(chromium, site, scheme, width):
    script, found = AXE.read_text(encoding="utf-8"), {}
    with visiting(chromium, site, width, color_scheme=scheme) as page:
        for name in PAGES:
            page.goto(f"file://{site}/{name}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            page.evaluate(script)
            told = page.evaluate(LOOK, RULES)
            assert told["passes"], "axe looked at nothing"
            broken = [(one["id"], one["nodes"][0]["html"][:200]) for one in told["violations"]]
            broken += [f"{wide} px wide"] if wide > width else []
            if broken:
                found[name] = broken
    assert found == {}
