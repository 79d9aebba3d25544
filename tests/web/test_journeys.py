"""What people come for, done in a real browser: by hand, by keyboard, and without JavaScript."""

import csv
import io
import json
import re
from urllib.parse import parse_qs, urlsplit

from browser import visiting

from teaching import files_below


def query(page):
    """What the address of a page says, name by name."""
    return parse_qs(urlsplit(page.url).query)


def share(text):
    """The number with which a share begins."""
    return float(text.replace("<", "").replace(">", "").split("%")[0])


def written(workbench, name):
    """The files of a case, without runs and without what edits leave behind."""
    files = files_below(workbench.folder / name)
    return {path: text for path, text in files.items() if path.endswith((".yaml", ".csv"))}


def test_a_variant_is_built_from_the_overview_in_five_clicks(visit):
    visit.open("/cases/built/overview")
    page, clicks = visit.page, []

    def click(name, where):
        clicks.append(name)
        where.click()

    click("Build", page.get_by_role("link", name="Build", exact=True))
    clicks.append("a level")
    page.get_by_label("Harbour fees").select_option(label="They are shared")
    visit.whole()
    click("Keep", page.get_by_role("button", name="Keep as a variant"))
    page.locator("#package option:checked", has_text="The pact, changed").wait_for(state="attached")
    assert query(page) == {"package": ["the-pact-changed"]}
    assert page.get_by_label("Harbour fees").input_value() == "fees:shared"
    click("Overview", page.get_by_role("link", name="Overview", exact=True))
    visit.settle()
    assert page.locator("#packages th", has_text="The pact, changed").count() == 1
    assert len(clicks) <= 5


def test_a_change_repaints_the_answer_and_the_address_without_loading_the_page(visit):
    visit.open("/cases/harbour-pact/builder")
    page = visit.page
    before, first = visit.shares(), page.url
    page.evaluate("window.stillHere = true")
    page.get_by_label("If the harbour is attacked").select_option(label="The parties talk")
    page.get_by_role("heading", name="1 change to The pact").wait_for()
    after = visit.shares()
    assert page.evaluate("window.stillHere") is True
    assert query(page)["level"] == ["clause:talk"]
    assert set(after) == set(before) == {"Acceptable", "Deliverable", "Credible", "Durable",
                                         "All together"}  # fmt: skip
    assert after != before
    page.get_by_label("Harbour fees").select_option(label="They are shared")
    page.get_by_role("heading", name="2 changes to The pact").wait_for()
    visit.whole()
    page.go_back()
    page.get_by_role("heading", name="1 change to The pact").wait_for()
    assert query(page)["level"] == ["clause:talk"]
    assert page.get_by_label("Harbour fees").input_value() == "fees:dropped"
    assert visit.shares() == after
    page.go_back()
    page.get_by_role("heading", name="The pact as it stands").wait_for()
    assert page.url == first
    assert visit.shares() == before


def test_an_address_that_is_passed_on_shows_the_same(visit, chromium, workbench):
    visit.open("/cases/harbour-pact/builder")
    visit.page.get_by_label("Harbour fees").select_option(label="Northland keeps them")
    visit.page.get_by_role("heading", name="1 change to The pact").wait_for()
    mine, place = visit.shares(), visit.page.url
    with visiting(chromium, workbench) as other:
        other.open(place.removeprefix(workbench.address))
        assert other.shares() == mine


def test_everything_works_without_javascript(chromium, workbench):
    with visiting(chromium, workbench, java_script_enabled=False) as visit:
        page = visit.page
        page.goto(workbench.address + "/cases/harbour-pact/builder")
        before = visit.shares()
        page.get_by_label("If the harbour is attacked").select_option(label="The parties talk")
        page.get_by_role("button", name="Show what holds").click()
        assert page.get_by_role("heading", name="1 change to The pact").count() == 1
        assert visit.shares() != before
        page.go_back()
        assert visit.shares() == before
        page.goto(workbench.address + "/cases/harbour-pact/assumptions")
        page.get_by_label("A new government in Southland").select_option(label="happens")
        page.get_by_role("button", name="Assume this").nth(1).click()
        assert query(page)["assume"] == ["shocks.new_government.probability=1"]
        page.get_by_role("link", name="undo").click()
        assert query(page) == {}


def test_without_javascript_long_work_reloads_itself(chromium, workbench):
    with visiting(chromium, workbench, java_script_enabled=False) as visit:
        page = visit.page
        answer = page.goto(workbench.address + "/cases/harbour-pact/overview?lines=none")
        assert answer.status == 202
        page.locator("#packages").wait_for(timeout=120_000)
        assert page.locator("#work").count() == 0


def test_a_member_that_leaves_takes_others_along(visit):
    visit.open("/cases/cascade/coalition")
    page = visit.page
    page.get_by_label("Echo", exact=True).check()
    page.get_by_role("button", name="See what follows").click()
    page.get_by_role("heading", name="Who follows").wait_for()
    assert query(page) == {"without": ["ECHO"]}
    lines = page.locator("#without ul li").all_inner_texts()
    assert {line.split(":")[0] for line in lines} >= {"Foxtrot", "Bravo"}
    assert page.locator(".rounds li").all_inner_texts() == ["Echo", "Foxtrot", "Bravo"]
    title = page.locator("h1").inner_text()
    after, whole = (share(part.split(" in ")[-1]) for part in title.split(", with all"))
    assert after <= whole
    page.get_by_role("link", name="Put everybody back").click()
    assert page.get_by_label("Echo", exact=True).is_checked() is False


def test_what_the_protagonist_decides_moves_the_shares(visit):
    visit.open("/cases/harbour-pact/builder")
    page, before = visit.page, visit.shares()
    page.get_by_label("If the harbour is attacked").select_option(label="The parties talk")
    page.get_by_role("heading", name="1 change to The pact").wait_for()
    after = visit.shares()
    assert share(after["Credible"]) != share(before["Credible"])
    visit.open("/cases/harbour-pact/assumptions")
    page.get_by_label("A new government in Southland").select_option(label="happens")
    page.get_by_role("button", name="Assume this").nth(1).click()
    page.get_by_role("heading", name="What is assumed beside the case").wait_for()
    page.get_by_role("link", name="Build", exact=True).click()
    assumed = visit.shares()
    assert share(assumed["Acceptable"]) < share(before["Acceptable"])
    assert page.get_by_text("1 value changed").count() == 1


def test_a_recorded_event_weighs_the_worlds_anew_and_stands_in_the_journal(visit, workbench):
    visit.open("/cases/journal/watch")
    page = visit.page
    assert page.get_by_role("heading", name="Nothing was recorded by").count() == 1
    assert page.get_by_text("weigh as much as").count() == 0
    page.get_by_role("link", name="Record what happened").click()
    page.get_by_label("Question", exact=True).select_option("cabinet-list")
    page.get_by_label("Outcome").select_option("yes")
    page.get_by_label("Day on which it happened").fill("2025-02-10")
    page.get_by_label("Source", exact=True).select_option("gazette")
    page.get_by_label("Note").fill("A list was read out")
    page.get_by_role("button", name="Record", exact=True).click()
    page.wait_for_url("**/watch?as_of=2025-02-10**")
    visit.settle()
    page.locator("#journal table").wait_for()
    row = page.locator("#journal tbody tr")
    assert row.count() == 1
    assert "A list was read out" in row.inner_text()
    assert "10 February 2025" in row.inner_text()
    told = page.get_by_text("weigh as much as").inner_text().replace(",", "")
    drawn, weigh = re.search(r"(\d+) worlds weigh as much as (\d+) equal", told).groups()
    assert 0 < int(weigh) < int(drawn)
    lines = (workbench.folder / "journal" / "journal.csv").read_text(encoding="utf-8").splitlines()
    (entry,) = csv.DictReader(io.StringIO("\n".join(lines)))
    assert (entry["indicator"], entry["outcome"]) == ("cabinet-list", "yes")


def test_a_mistake_is_told_at_its_field_and_nothing_is_written(visit, workbench):
    visit.expected = {"status of 422"}
    before = written(workbench, "edited")
    visit.open("/cases/edited/edit?at=positions.GUARD")
    page = visit.page
    page.get_by_label("Walk away").fill("[30, 20")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Nothing was saved.").wait_for()
    field = page.get_by_label("Walk away")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.input_value() == "[30, 20"
    told = page.locator(f"#{field.get_attribute('aria-describedby')}")
    assert told.inner_text().startswith("Found")
    assert page.evaluate("document.activeElement.id") == field.get_attribute("id")
    assert written(workbench, "edited") == before


def test_an_edit_is_saved_its_findings_shown_and_taken_back(visit, workbench):
    before = written(workbench, "edited")
    visit.open("/cases/edited/edit?at=positions.GUARD")
    page = visit.page
    page.get_by_label("Walk away").fill("95")
    page.get_by_role("button", name="Save").click()
    saved = page.get_by_role("status")
    saved.wait_for()
    assert "Saved" in saved.inner_text()
    assert "30 → 95" in saved.inner_text()
    changed = written(workbench, "edited")
    assert changed == {**before, "case.yaml": before["case.yaml"].replace(
        b"walk_away: 30\n", b"walk_away: 95\n")}  # fmt: skip
    saved.get_by_role("link", name="See which findings changed").click()
    visit.settle()
    page.get_by_role("heading", name="findings changed").wait_for()
    assert page.locator("#content tbody tr").count() > 0
    assert page.get_by_text("positions.GUARD.walk_away").count() > 0
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_role("button", name="Undo the last edit").click()
    page.get_by_role("button", name="Undo the last edit").wait_for(state="detached")
    assert written(workbench, "edited") == before


def test_a_new_case_is_begun_and_its_work_is_found_after_a_reload(visit, workbench):
    visit.open("/")
    page = visit.page
    page.get_by_label("Name of its folder").fill("a-new-quarrel")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("heading", name="Title, date, categories").wait_for()
    assert (workbench.folder / "a-new-quarrel" / "case.yaml").is_file()
    page.get_by_role("link", name="Overview", exact=True).click()
    work = page.locator("#work")
    work.wait_for()
    asked = work.get_attribute("hx-get")
    page.reload()
    if work.count():  # else it was done in the meantime
        assert work.get_attribute("hx-get") in {asked, None}
    visit.settle()
    assert page.locator("#packages tbody tr").count() > 0
    told = page.request.get(f"{visit.address}/api{asked}").json()
    assert told["stage"] == "done"


def test_long_work_can_be_cancelled(visit, workbench):
    visit.page.goto(visit.address + "/cases/journal/overview?lines=hard&as_of=latest")
    visit.page.get_by_role("button", name="Cancel").click()
    visit.page.get_by_text("Cancelled; nothing was kept.").wait_for()
    assert visit.page.get_by_role("button", name="Start again").count() == 1
    runs = workbench.folder / "journal" / "runs"
    assert not list(runs.glob("*-hard*"))


def test_the_brief_and_a_chart_are_taken_away(visit):
    page = visit.page
    visit.open("/cases/harbour-pact/brief")
    kept = {}
    for name in ("HTML", "MD"):
        with page.expect_download() as told:
            page.locator(".take").get_by_role("link", name=name, exact=True).click()
        kept[name] = told.value.path().read_text(encoding="utf-8")
        assert told.value.suggested_filename == f"harbour-pact-2025-01-01.{name.lower()}"
    assert kept["HTML"].startswith("<!doctype html>")
    assert "\n# The pact founders on durability" in kept["MD"]
    visit.open("/cases/harbour-pact/consent")
    begins = {"CSV": b"", "SVG": b"<svg", "PNG": b"\x89PNG\r\n"}
    for name, magic in begins.items():
        with page.expect_download() as told:
            page.locator(".downloads").first.get_by_role("link", name=name).click()
        content = told.value.path().read_bytes()
        assert content.startswith(magic)
        assert len(content) > 50
        if name == "CSV":
            rows = list(csv.reader(io.StringIO(content.decode("utf-8"))))
            assert len({len(row) for row in rows}) == 1


def test_cases_are_found_by_words_and_categories(visit):
    visit.open("/")
    page = visit.page
    everything = page.locator(".case-list h2").all_inner_texts()
    assert "Random case 2" in everything
    page.get_by_role("searchbox").fill("random")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=random")
    assert page.locator(".case-list h2").all_inner_texts() == ["Random case 2"]
    page.get_by_role("link", name="all cases").click()
    page.get_by_role("link", name="Teaching", exact=True).click()
    assert set(page.locator(".case-list h2").all_inner_texts()) == {"The harbour pact"}
    visit.open("/?q=no-such-thing")
    assert page.get_by_text("No case fits.").count() == 1


def test_a_figure_leads_to_where_it_comes_from(visit):
    visit.open("/cases/harbour-pact/overview")
    page = visit.page
    figure = page.locator("#lead .figure").nth(1)
    text = figure.inner_text()
    figure.click()
    page.get_by_text("Where a number comes from").wait_for()
    assert page.locator("h1").inner_text() == text
    page.get_by_text("The inputs", exact=True).click()
    assert page.locator(".numbers tbody tr").first.is_visible()
    twin = page.locator("link[rel=alternate]").get_attribute("href")
    told = json.loads(page.request.get(visit.address + twin).text())
    assert told["text"] == text
    assert page.locator(".numbers tbody tr").count() == len(told["inputs"])


def test_the_keyboard_alone_is_enough(visit):
    visit.open("/cases/harbour-pact/builder")
    page, press = visit.page, visit.page.keyboard.press
    press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"
    assert page.locator(":focus").bounding_box()["x"] >= 0
    press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    press("Tab")
    assert page.evaluate("document.activeElement.id") == "package"
    page.locator("#p-fees").focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    press("ArrowUp")
    page.get_by_role("heading", name="1 change to The pact").wait_for()
    visit.whole()
    assert page.evaluate("document.activeElement.id") == "p-fees", "the answer takes no focus away"
    page.get_by_role("button", name="Show what holds").focus()
    press("Enter")
    page.wait_for_url("**level=patrol**")
    assert page.get_by_role("heading", name="1 change to The pact").count() == 1
    page.get_by_role("link", name="Overview", exact=True).focus()
    press("Tab")
    for name in ("Build", "Explore", "Stress", "Consent"):
        assert page.locator(":focus").inner_text() == name
        press("Tab")
    press("Shift+Tab")
    press("Enter")
    page.wait_for_url("**/consent**")


def test_paper_shows_the_package_and_no_controls(visit):
    visit.open("/cases/harbour-pact/builder")
    visit.page.emulate_media(media="print")
    assert visit.page.get_by_label("Harbour fees").is_visible()
    assert not visit.page.get_by_role("button", name="Show what holds").is_visible()
    assert not visit.page.locator("nav.tabs").is_visible()
