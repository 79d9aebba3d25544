"""Packages under stress: what is shown of them, and the work that finds it out."""

from __future__ import annotations

import shutil

import pytest
from browser import violations, visiting
from serving import OWN, WORLDS, Page, over, serving
from test_injection import BAD, harmless, hostile_case

from accord.brief.explored import explored_key
from accord.case.load import load
from accord.explore.stress_kept import keep_stress, stress_under
from brief.stress_results import cause, result

PAGE, TWIN = "/cases/harbour/stress", "/api/cases/harbour/stress"


def keep(folder, content, lines="stated"):
    key = explored_key(load(folder).digest, lines)
    return keep_stress(folder / "runs", key, content["package"], content["rule"], content)


def start(client, query="", **form):
    data = {"package": "pact", "rule": "everyone", **form}
    return client.post(PAGE + query, data=data, headers=OWN)


@pytest.fixture
def client(harbour):
    with serving(harbour) as client:
        yield client


def test_where_nothing_is_kept_the_page_says_what_it_would_do(client):
    page = Page(client.get(PAGE).text)
    assert "When it works, and why it fails, has not been asked yet" in page.text
    assert "It is not known of The pact, consent: everyone. A look at the 256 worlds" in page.text
    assert page.all("form", method="post", action=PAGE)
    told = client.get(page.twin()).json()
    assert (told["package"], told["rule"], told["worlds"]) == ("pact", "everyone", 256)
    assert (told["sections"], told["kept"], told["work"]) == ([], [], None)


def test_what_is_kept_is_told_where_its_package_and_rule_lead(harbour, client):
    kept = result()
    keep(harbour / "harbour", kept)
    page = Page(client.get(PAGE).text)
    assert "Whether it works hangs on “a new government in Southland”" in page.text
    assert "It passes all tests in 60% ± 2 of the worlds" in page.text
    assert "The pact, consent: everyone." in page.text
    told = client.get(TWIN).json()
    assert [section["id"] for section in told["sections"]] == ["stress"]
    (one,) = told["kept"]
    assert one["found"] == kept
    assert (one["package"], one["rule"], one["place"], one["shown"]) == (
        "pact", "everyone", PAGE, True,
    )  # fmt: skip
    # every figure leads to where it comes from
    places = [link for link in page.links() if "/figures/stress." in link]
    assert places
    assert "told from the worlds in which nobody looked for it" in client.get(places[0]).text
    # the brief tells it as well
    sections = client.get("/api/cases/harbour/brief").json()["sections"]
    assert "stress" in [section["id"] for section in sections]


def test_other_results_are_a_link_away(harbour, client):
    keep(harbour / "harbour", result())
    keep(harbour / "harbour", result(rule="without-south", works=cause("passes")))
    page = Page(client.get(PAGE).text)
    assert "Others that were looked at" in page.text
    assert f"{PAGE}?consent=without-south" in page.links()
    page = Page(client.get(f"{PAGE}?consent=without-south").text)
    assert "No input tells when it works" in page.text
    assert "The pact, consent: without south." in page.text
    assert PAGE in page.links()


def test_what_is_kept_newly_is_shown_at_once(harbour, client):
    assert client.get(TWIN).json()["kept"] == []
    keep(harbour / "harbour", result())
    assert len(client.get(TWIN).json()["kept"]) == 1
    keep(harbour / "harbour", result(works=cause("passes")))
    assert "No input tells when it works" in client.get(PAGE).text


def test_results_of_other_lines_or_of_another_case_are_not_shown(harbour, client):
    keep(harbour / "harbour", result(), lines="hard")
    keep_stress(harbour / "harbour" / "runs", "0" * 64, "pact", "everyone", result())
    keep(harbour / "harbour", {**result(rule="without-south"), "worlds": 0})
    assert client.get(TWIN).json()["kept"] == []


def test_the_work_keeps_what_it_finds(harbour, client):
    client.get(PAGE)
    answer = start(client, package="dear-pact", rule="without-south")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{PAGE}#going"
    work = client.get(TWIN).json()["work"]
    if work is not None:
        page = Page(client.get(PAGE).text)
        if page.all("progress"):
            # whoever asks while it goes on is led to it, and no other is begun
            assert page.all("meta", **{"http-equiv": "refresh"})
        assert over(client, work["id"])["stage"] == "done"
    told = client.get(TWIN).json()
    assert told["work"] is None
    (one,) = told["kept"]
    assert (one["package"], one["rule"], one["shown"]) == ("dear-pact", "without-south", False)
    assert one["place"] == f"{PAGE}?package=dear-pact&consent=without-south"
    folder = harbour / "harbour"
    (kept,) = stress_under(folder / "runs", load(folder).digest).values()
    assert kept == one["found"]
    assert (kept["worlds"], kept["seed"], kept["lines"]) == (256, 1, "stated")
    page = Page(client.get(PAGE).text)
    assert "What was looked at" in page.text
    assert one["place"] in page.links()


def test_a_run_that_has_gone_is_made_anew(harbour, client):
    client.get(PAGE)
    work = client.app.state.bench.works
    start(client)
    (first,) = work.asking(kind="stress")
    over(client, first.id)
    runs = harbour / "harbour" / "runs"
    shutil.rmtree(runs)
    again = work.start(first.title, first.question, again=True)
    assert over(client, again.id)["stage"] == "done"
    assert len(stress_under(runs, load(harbour / "harbour").digest)) == 1
    assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize(("form", "found"), [
    ({"package": "nobody"}, "no package 'nobody'; there are pact"),
    ({"rule": "nobody"}, "no rule 'nobody'; there are everyone"),
    ({"package": BAD[:150]}, "no package"),
    ({"rule": "x" * 300}, "at most 200"),
])  # fmt: skip
def test_what_cannot_be_looked_at_is_refused_and_nothing_is_begun(client, form, found):
    answer = start(client, **form)
    assert answer.status_code == 422
    assert found in harmless(answer.text).text
    assert client.get(TWIN).json()["work"] is None


def test_a_page_from_elsewhere_starts_nothing(client):
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = client.post(PAGE, data={"package": "pact", "rule": "everyone"}, headers=headers)
    assert answer.status_code == 403
    assert client.get(TWIN).json()["work"] is None


def test_no_name_of_a_hostile_case_becomes_a_page(tmp_path):
    place, _ = hostile_case(tmp_path)
    kept = result()
    kept["works"]["sentences"] = [BAD]
    kept["influences"]["why"] = BAD
    for rule in ("everyone", "without-south"):
        keep(place, {**kept, "rule": rule})
    with serving(tmp_path) as client:
        address = "/cases/case/stress"
        answer = client.get(address)
        while answer.status_code == 202:
            work = Page(answer.text).all("form", method="post")[0]["action"].split("/")[2]
            assert over(client, work)["stage"] == "done"
            answer = client.get(address)
        page = harmless(answer.text)
        assert "When it works." in page.text
        assert "Others that were looked at" in page.text
        data = {"package": "pact", "rule": "everyone"}
        assert client.post(address, data=data, headers=OWN).status_code == 303
        harmless(client.get(address).text)
        works = client.app.state.bench.works.asking(kind="stress")
        harmless(client.get(f"/works/{works[0].id}").text)
        assert over(client, works[0].id)["stage"] == "done"
        assert harmless(client.get(address).text).all("select", name="rule")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_page_is_accessible_and_fits(chromium, workbench, width):
    keep(workbench.folder / "journal", result())
    with visiting(chromium, workbench, width=width) as visit:
        for path in ("/cases/journal/stress", "/cases/cascade/stress"):
            visit.open(path)
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert violations(visit.page) == [], path


@pytest.mark.parametrize("script", [True, False])
def test_work_in_a_browser_ends_with_what_it_found(chromium, workbench, script):
    name = "built" if script else "edited"
    with visiting(chromium, workbench, java_script_enabled=script) as visit:
        page = visit.page
        page.goto(f"{workbench.address}/cases/{name}/stress")
        page.get_by_label("Package", exact=True).select_option("pact")
        page.get_by_role("button", name="Begin").click()
        page.locator("#stress").wait_for(timeout=120_000)
        page.locator("#work").wait_for(state="detached")
        assert "When it works." in page.locator("#stress").inner_text()
        folder = workbench.folder / name
        ((names, kept),) = stress_under(folder / "runs", load(folder).digest).items()
        assert names == ("pact", "everyone")
        assert kept["worlds"] == WORLDS
