"""The best packages of the whole space: what is shown of them, and the search that finds them."""

from __future__ import annotations

import itertools
import json
import math
import re
import shutil
import subprocess
import sys
import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from browser import violations, visiting
from serving import OWN, WORLDS, Page, over, serving
from test_injection import BAD, harmless, hostile_case

from accord.brief.explored import explored_key
from accord.case.load import load
from accord.explore.search.results import explored_under, keep_explored
from accord.run.what_if import CHOSEN, WhatIf
from accord.web import works

PAGE, TWIN = "/cases/harbour/explore", "/api/cases/harbour/explore"
TESTS = {"acceptable": 0.75, "deliverable": 0.995, "credible": 0.164, "durable": 0.31}
BEST = {"patrol": "none", "clause": "assist", "fees": "shared", "review": "yearly"}
OTHER = {"patrol": "joint", "clause": "talk", "fees": "shared", "review": "none"}

# Stands in for a worker: tells how far it is, and then waits until it is told to end, or to come
# to an end.
WAITING = """
import json, signal, sys, time
question = json.loads(sys.stdin.read())
signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
told = {"step": "best 3.0%", "done": 0.25, "left": 31.0, "early": question["rule"] == "everyone"}
print(json.dumps(told), flush=True)
time.sleep(600)
"""


def offered(levels, joint=0.0625, fresh=0.055, se=0.006, *, proven=False):
    return {"package": levels, "joint": joint, "joint_fresh": fresh, "se": se, "tests": TESTS,
            "proven": proven}  # fmt: skip


def result(*best, rule="everyone", bound=0.25, worlds=2048, **more):
    return {
        "schema": 1, "rule": rule, "best": list(best), "bound": bound,
        "gap": bound - best[0]["joint"], "packages_total": 24, "nodes": 7, "seconds": 20.0,
        "tables_seconds": 2.0, "reproducible": False, "worlds": worlds, "seed": 1,
        "assessed": list(TESTS), **more,
    }  # fmt: skip


def keep(served, content, **key):
    case = load(served / "harbour")
    return keep_explored(served / "harbour" / "runs", explored_key(case.digest, **key), content)


def start(client, query="", **form):
    data = {"rule": "everyone", "seconds": 20, "worlds": WORLDS, **form}
    return client.post(PAGE + query, data=data, headers=OWN)


def searched(client, query="", **form):
    """The twin of the page to which a search leads, once it is over."""
    answer = start(client, query, **form)
    assert answer.status_code == 303
    place = answer.headers["location"].split("#")[0]
    work = client.get(f"/api{place}").json()["work"]
    if work is not None:
        assert over(client, work["id"])["stage"] == "done"
    return place, client.get(f"/api{place}").json()


def joint_shares(folder, rule, allowed=lambda _: True, **options):
    """Joint shares of every package by its levels, each put to the tests by itself."""
    case = load(folder)
    what_if = WhatIf(case, worlds=WORLDS, **options)
    names = list(case.file.provisions)
    found = {}
    for levels in itertools.product(*(case.file.provisions[n].levels for n in names)):
        package = dict(zip(names, levels, strict=True))
        if allowed(package):
            verdict = what_if.judge(package).verdict
            found[levels] = verdict.share("joint", rule, CHOSEN).value
    return found


@pytest.fixture
def client(harbour):
    with serving(harbour) as client:
        yield client


@pytest.fixture
def waiting(monkeypatch):
    """Workers that go on until they are ended."""

    def begun(question):
        process = subprocess.Popen(
            [sys.executable, "-c", WAITING], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        process.stdin.write(json.dumps(question).encode())
        process.stdin.close()
        return process

    monkeypatch.setattr(works, "_begun", begun)


def test_where_nothing_was_searched_the_page_says_what_it_would_do(client):
    page = Page(client.get(PAGE).text)
    assert "Which of 24 packages does best has not been asked yet" in page.text
    assert page.all("form", method="post", action=PAGE)
    ticks = [given["value"] for given in page.all("input", type="checkbox", name="pin")]
    case = load(client.app.state.bench.shelf.find("harbour"))
    assert ticks == [f"{n}:{level}" for n, p in case.file.provisions.items() for level in p.levels]
    told = client.get(page.twin()).json()
    sizes = [len(each.levels) for each in case.file.provisions.values()]
    assert told["packages_total"] == math.prod(sizes)
    assert told["work"] is None
    assert [(one["rule"], one["found"]) for one in told["rules"]] == [
        ("everyone", None), ("without-south", None),
    ]  # fmt: skip


def test_what_is_kept_is_told_with_what_is_proven(harbour, client):
    keep(harbour, result(offered(BEST, proven=True), offered(OTHER, 0.05, 0.0, 0.0)))
    page = Page(client.get(PAGE).text)
    assert "The best of 24 packages passes all tests in 6% ± 1 of worlds" in page.text
    assert "passes all tests in 6.2% of the 2,048 worlds that were searched" in page.text
    assert (
        "no package passes in more than 25.0% of them, a gap of 18.8 points; the bound is 4.0 times"
        in (page.text)
    )
    assert "A longer search may narrow that." in page.text
    # what came out in no fresh world is told with its bound
    assert "< 0.15%" in page.text
    assert "Not searched yet: Without south." in page.text
    assert "Credible16.4%16.4%" in page.text


def test_only_what_differs_from_the_first_is_marked(harbour, client):
    keep(harbour, result(offered(BEST, proven=True), offered(OTHER)))
    page = Page(client.get(PAGE).text)
    marked, same = page.all("td", **{"class": "differs"}), page.all("td", **{"class": "same"})
    differing = [name for name in BEST if BEST[name] != OTHER[name]]
    assert (len(marked), len(same)) == (len(differing), len(BEST) - len(differing))
    assert "Patrol of the harbourNo patrolJoint patrol" in page.text
    assert "Harbour feesThey are sharedas A" in page.text


@pytest.mark.parametrize(("bound", "reproducible", "words"), [
    (0.0625, True, "It is proven that no other package passes in more of the worlds searched."),
    (1.0, False, "before it proved anything"),
    (0.125, True, "no package passes in more than 12.5% of them, a gap of 6.2 points"),
])  # fmt: skip
def test_a_proof_is_told_as_far_as_it_goes(harbour, client, bound, reproducible, words):
    content = result(offered(BEST, proven=True), bound=bound) | {"reproducible": reproducible}
    keep(harbour, content)
    text = Page(client.get(PAGE).text).text
    assert words in text
    assert ("A longer search may narrow" in text) == (not reproducible and bound < 1)


def test_where_nothing_passes_it_is_said(harbour, client):
    keep(harbour, result(offered(BEST, 0.0, 0.0, 0.0, proven=True), bound=0.0))
    text = Page(client.get(PAGE).text).text
    assert "Of 24 packages none was found that passes all tests" in text
    assert "Everyone: nothing passes all tests" in text
    assert "times the best" not in text


def test_each_package_leads_to_the_builder_with_its_levels(harbour, client):
    for rule in ("everyone", "without-south"):
        keep(harbour, result(offered(BEST, proven=True), offered(OTHER), rule=rule))
    places = [link for link in Page(client.get(PAGE).text).links() if "/builder?" in link]
    assert len(places) == 4
    for place, levels in zip(places, (BEST, OTHER, BEST, OTHER), strict=True):
        answer = client.get(f"/api{place}").json()["answer"]
        assert answer["levels"] == levels
    assert [client.get(f"/api{p}").json()["answer"]["rule"] for p in places] == [
        "everyone", "everyone", "without-south", "without-south",
    ]  # fmt: skip


def test_rules_stand_beside_one_another_the_one_that_leads_in_front(harbour, client):
    keep(harbour, result(offered(BEST, proven=True)))
    assert "by consent rule" not in client.get(PAGE).text
    keep(harbour, result(offered(OTHER, 0.5, 0.46, 0.01), rule="without-south", bound=0.5))
    rows = ["Everyone6% ± 16.2%25.0%", "Without south46% ± 250.0%50.0%"]
    for query, wanted in (("", rows), ("?consent=without-south", rows[::-1])):
        page = Page(client.get(PAGE + query).text)
        assert " ".join(wanted) in page.text
        anchors = [link for link in page.links() if link.startswith("#rule-")]
        assert {each.get("id") for each in page.all("section")} >= {a[1:] for a in anchors}
        assert len(anchors) == 2


def test_a_package_is_kept_as_a_variant_and_what_was_found_stays_known(harbour, client):
    keep(harbour, result(offered(BEST, proven=True), offered(OTHER)))
    page = Page(client.get(PAGE).text)
    form = {"title": "The one that was found", "base": page.all("input", name="base")[0]["value"]}
    case = load(harbour / "harbour")
    own = case.chosen(form["base"])
    levels = [f"{name}:{level}" for name, level in BEST.items() if own[name] != level]
    written = [given["value"] for given in page.all("input", type="hidden", name="level")]
    assert written[: len(levels)] == levels
    answer = client.post("/cases/harbour/variants", data={**form, "level": levels}, headers=OWN)
    assert answer.status_code == 303
    after = load(harbour / "harbour")
    (name,) = set(after.file.packages) - set(case.file.packages)
    assert after.chosen(name) == BEST
    assert after.digest != case.digest
    assert client.get(TWIN).json()["rules"][0]["found"]["best"][0]["package"] == BEST
    text = Page(client.get(PAGE).text).text
    assert "A is The one that was found." in text


def test_assumptions_keep_no_variant_and_have_results_of_their_own(harbour, client):
    keep(harbour, result(offered(BEST, proven=True)))
    query = "?assume=shocks.new_government.probability%3D1"
    assert client.get(TWIN + query).json()["rules"][0]["found"] is None
    case = load(harbour / "harbour", None, ["shocks.new_government.probability=1"])
    keep_explored(harbour / "harbour" / "runs", case.digest, result(offered(OTHER, proven=True)))
    assert client.get(TWIN + query).json()["rules"][0]["found"]["best"][0]["package"] == OTHER
    assert "Keep as a variant" not in client.get(PAGE + query).text


@pytest.mark.parametrize("spoil", [
    lambda c: c.pop("best"),
    lambda c: c.update(best=[]),
    lambda c: c.update(bound=float("nan")),
    lambda c: c.update(bound="1"),
    lambda c: c.update(worlds=0),
    lambda c: c.pop("packages_total"),
    lambda c: c["best"][0].update(package={**BEST, "fees": "none"}),
    lambda c: c["best"][0].update(package={"fees": "kept"}),
    lambda c: c["best"][0].pop("se"),
    lambda c: c["best"][0].update(tests=[]),
    lambda c: c.update(pins={"fees": ["kept"]}),
    lambda c: c.update(rule="nobody"),
], ids=range(12))  # fmt: skip
def test_a_result_that_does_not_fit_is_not_shown(harbour, client, spoil):
    content = json.loads(json.dumps(result(offered(BEST, proven=True))))
    spoil(content)
    keep(harbour, content)
    assert all(one["found"] is None for one in client.get(TWIN).json()["rules"])
    assert client.get(PAGE).status_code == 200
    assert client.get("/cases/harbour/overview").status_code == 200


def test_a_result_with_keys_that_are_not_known_or_missing_is_shown(harbour, client):
    content = result(offered(BEST, proven=True), digest="x", pins={}, later={"a": 1})
    for name in ("schema", "nodes", "seconds", "tables_seconds", "reproducible", "seed", "gap"):
        del content[name]
    del content["best"][0]["proven"]
    keep(harbour, content)
    assert client.get(TWIN).json()["rules"][0]["found"] == content
    assert "6.2%" in client.get(PAGE).text


@pytest.mark.parametrize("rule", ["everyone", "without-south"])
def test_a_search_finds_what_trying_every_package_finds(harbour, client, rule):
    place, told = searched(client, rule=rule)
    assert place == PAGE
    found = {one["rule"]: one["found"] for one in told["rules"]}[rule]
    shares = joint_shares(harbour / "harbour", rule)
    best = found["best"][0]
    assert best["joint"] == pytest.approx(max(shares.values()), abs=1e-12)
    assert shares[tuple(best["package"].values())] == pytest.approx(best["joint"], abs=1e-12)
    assert found["bound"] >= max(shares.values()) - 1e-12
    assert found["worlds"] == WORLDS
    text = Page(client.get(PAGE).text).text
    assert f"{100 * best['joint']:.1f}% of the {WORLDS} worlds" in text
    # pages made of the brief tell it as well
    overview = client.get("/api/cases/harbour/overview").json()["sections"]
    assert "exploration" in [section["id"] for section in overview]


def test_what_is_found_among_some_packages_stands_at_an_address_of_its_own(harbour, client):
    place, told = searched(client, pin=["fees:kept", "review:none", "review:yearly"])
    assert parse_qs(urlsplit(place).query) == {"pin": ["fees:kept"]}
    assert told["pins"] == {"fees": ["kept"]}
    assert told["packages_total"] == 8
    found = told["rules"][0]["found"]
    shares = joint_shares(harbour / "harbour", "everyone", lambda p: p["fees"] == "kept")
    assert found["packages_total"] == len(shares) == 8
    assert found["best"][0]["package"]["fees"] == "kept"
    assert found["best"][0]["joint"] == pytest.approx(max(shares.values()), abs=1e-12)
    assert client.get(TWIN).json()["rules"][0]["found"] is None
    page = Page(client.get(place).text)
    assert "Only packages with Harbour fees: Northland keeps them" in page.text
    assert [each["value"] for each in page.all("input", name="pin", type="checkbox")
            if "checked" in each] == ["fees:kept"]  # fmt: skip
    overview = client.get("/api/cases/harbour/overview").json()["sections"]
    assert "exploration" not in [section["id"] for section in overview]


def test_red_lines_read_otherwise_have_results_of_their_own(harbour, client):
    keep(harbour, result(offered(BEST, proven=True)))
    hard = result(offered(OTHER, proven=True))
    keep(harbour, hard, lines="hard")
    for query, levels in (("", BEST), ("?lines=hard", OTHER)):
        assert client.get(TWIN + query).json()["rules"][0]["found"]["best"][0]["package"] == levels
    assert client.get(f"{TWIN}?lines=none").json()["rules"][0]["found"] is None


@pytest.mark.usefixtures("waiting")
def test_a_search_is_found_where_it_is_and_cancelled(client):
    place = start(client).headers["location"]
    assert place == f"{PAGE}#search"
    work = client.get(TWIN).json()["work"]
    while not client.get(TWIN).json()["work"]["step"]:
        time.sleep(0.02)
    told = client.get(TWIN).json()["work"]
    assert (told["id"], told["stage"], told["done"], told["left"]) == (
        work["id"], "working", 0.25, 31.0,
    )  # fmt: skip
    for _ in range(2):  # a reload finds the same
        page = Page(client.get(PAGE).text)
        assert "best 3.0%" in page.text
        assert "about 31 s left" in page.text
        assert page.all("progress", value="0.250")
        assert page.all("meta", **{"http-equiv": "refresh"})
        assert not page.all("select", name="rule")
    # whoever asks while one goes on is led to it, and no other is begun
    assert start(client, rule="without-south").status_code == 303
    assert len(client.app.state.bench.works.asking(kind="explore")) == 1
    (cancel,) = {each for each in page.links() if each.endswith("/cancel")}
    answer = client.post(cancel, headers=OWN)
    assert answer.status_code == 303
    ended = Page(client.get(answer.headers["location"]).text)
    assert "Cancelled; nothing was kept." in ended.text
    assert PAGE in ended.links()
    page = Page(client.get(PAGE).text)
    assert "The last search came to nothing" in page.text
    assert page.all("select", name="rule")
    assert not page.all("meta", **{"http-equiv": "refresh"})
    # and begins again when it is asked for again
    start(client)
    assert client.get(TWIN).json()["work"]["stage"] == "working"


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize(("rule", "stage"), [("everyone", None), ("without-south", "working")])
def test_a_search_that_has_something_to_show_ends_when_it_is_asked(client, rule, stage):
    start(client, rule=rule)
    while not client.get(TWIN).json()["work"]["step"]:
        time.sleep(0.02)
    work = client.get(TWIN).json()["work"]["id"]
    place = f"/works/{work}/finish"
    assert (place in Page(client.get(PAGE).text).links()) == (stage is None)
    answer = client.post(place, headers=OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    if stage is None:
        assert over(client, work)["stage"] == "done"
        assert client.get(TWIN).json()["work"] is None
    else:
        time.sleep(0.2)
        assert client.get(TWIN).json()["work"]["stage"] == stage
    assert client.post(f"/works/{'0' * 16}/finish", headers=OWN).status_code == 422


@pytest.mark.parametrize(("form", "found"), [
    ({"rule": "nobody"}, "no consent rule 'nobody'"),
    ({"rule": BAD[:150]}, "no consent rule"),
    ({"pin": ["fees:none"]}, "found 'fees:none', wanted a level of the case"),
    ({"pin": ["tax:high"]}, "such as patrol:none"),
    ({"pin": ["fees"]}, "found 'fees'"),
    ({"pin": [BAD[:150]]}, "wanted a level of the case"),
    ({"seconds": 0}, "greater than or equal to 1"),
    ({"seconds": 1e9}, ""),
    ({"seconds": "nan"}, "valid integer"),
    ({"worlds": 10**6}, "less than or equal to 8192"),
])  # fmt: skip
def test_what_cannot_be_searched_is_refused_and_nothing_is_begun(client, form, found):
    answer = start(client, **form)
    assert answer.status_code == 422
    assert found in harmless(answer.text).text
    assert client.get(TWIN).json()["work"] is None


def test_pins_in_an_address_are_levels_of_the_case(client):
    assert client.get(f"{TWIN}?pin=fees:none").status_code == 422
    assert client.get(f"{PAGE}?{urlencode({'pin': BAD[:100]})}").status_code == 422
    # all levels of a provision are no choice
    every = "pin=fees:kept&pin=fees:shared&pin=fees:dropped"
    assert client.get(f"{TWIN}?{every}").json()["pins"] == {}


def test_a_page_from_elsewhere_starts_nothing(client):
    answer = client.post(PAGE, data={"rule": "everyone"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert client.get(TWIN).json()["work"] is None


def test_no_name_of_a_hostile_case_becomes_a_page(tmp_path, waiting):
    place, _ = hostile_case(tmp_path)
    case = load(place)
    shown = [BEST, {**BEST, "patrol": "joint"}, OTHER]
    best = [offered(levels, proven=not n) for n, levels in enumerate(shown)]
    best[0]["tests"] = TESTS | {BAD: 0.5}
    for rule in ("everyone", "without-south"):
        keep_explored(place / "runs", case.digest, result(*best, rule=rule))
        key = explored_key(case.digest, pins={"fees": ["shared"]})
        keep_explored(place / "runs", key, result(*best, rule=rule, pins={"fees": ["shared"]}))
    with serving(tmp_path) as client:
        plain = harmless(client.get("/cases/case/explore").text)
        assert len(plain.all("form", action="/cases/case/variants")) >= 4
        pinned = harmless(client.get("/cases/case/explore?pin=fees:shared").text)
        assert "Only packages with" in pinned.text
        answer = client.post("/cases/case/explore", data={"rule": "everyone"}, headers=OWN)
        assert answer.status_code == 303
        going = harmless(client.get("/cases/case/explore").text)
        assert "A search goes on" in going.text
        work = client.get("/api/cases/case/explore").json()["work"]["id"]
        harmless(client.get(f"/works/{work}").text)
        assert client.get("/api/cases/case/explore").status_code == 200


def shown_in_browser(workbench, name):
    """Give a case of the browser's server something to show."""
    folder = workbench.folder / name
    case = load(folder)
    best = (offered(BEST, proven=True), offered(OTHER))
    keep_explored(folder / "runs", case.digest, result(*best))


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible_and_fits(chromium, workbench, scheme, width):
    shown_in_browser(workbench, "journal")
    with visiting(chromium, workbench, width=width, color_scheme=scheme) as visit:
        for path in ("/cases/journal/explore", "/cases/cascade/explore",
                     "/cases/journal/explore?pin=fees:kept&pin=patrol:joint"):  # fmt: skip
            visit.open(path)
            for details in visit.page.locator("details").all():
                details.evaluate("node => node.open = true")
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert violations(visit.page) == [], path


@pytest.mark.parametrize("script", [True, False])
def test_a_search_in_a_browser_ends_with_what_it_found(chromium, workbench, script):
    name = "built" if script else "edited"
    shutil.rmtree(workbench.folder / name / "runs", ignore_errors=True)
    with visiting(chromium, workbench, java_script_enabled=script) as visit:
        page = visit.page
        page.goto(f"{workbench.address}/cases/{name}/explore")
        page.get_by_label("Whose consent is needed").select_option("without-south")
        page.get_by_label("Search for at most").select_option(label="20 seconds")
        page.get_by_role("button", name="Start the search").click()
        page.locator("#rule-without-south").wait_for(timeout=120_000)
        page.locator("#work").wait_for(state="detached")
        assert re.match(r"Without south: ", page.locator("#rule-without-south h2").inner_text())
        (kept,) = explored_under(
            workbench.folder / name / "runs", load(workbench.folder / name).digest
        ).values()
        page.get_by_role("link", name="Open in the builder").first.click()
        levels = kept["best"][0]["package"]
        titles = load(workbench.folder / name).file.provisions
        for key, level in levels.items():
            chosen = page.get_by_label(titles[key].title, exact=True).input_value()
            assert chosen == f"{key}:{level}"
