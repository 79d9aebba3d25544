"""Whatever a case, an address or a form holds is shown as words and never becomes a page."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from urllib.parse import quote, unquote, urlencode
from xml.etree import ElementTree as ET

import pytest
from ruamel.yaml import YAML
from serving import OWN, WORLDS, Page, serving

from accord.case.load import load
from accord.run.assess import assess
from accord.run.store import run_folder, save
from accord.web.rendering import PAGES
from recordable import recordable

BAD = (
    "<script>alert(1)</script>\"><svg onload=alert(1)>' onmouseover='alert(1) "
    "{{7919*7907}}{% raw %}{#&lt;b&gt;</title></textarea></select>--><!-- \u202e\u2066]]>"
)
PRODUCT = "62615533"  # what a template would make of it
LONG = BAD + "x" * 5000
FORMULAS = ("", "=1+1 ", "@SUM(A1) ", "+1 ", "-1 ")
TEXTS = {
    "title", "name", "note", "question", "counts", "judgement", "byline", "unit", "claim", "quote",
    "locator", "publisher", "disputed_by", "licence", "who",
}  # fmt: skip
"""Keys under which any words may stand."""

SCHEMES = ("javascript", "data", "vbscript", "blob", "file")
HARMLESS = {
    "html", "head", "meta", "title", "link", "script", "body", "a", "header", "p", "b", "span",
    "main", "footer", "div", "nav", "ul", "ol", "li", "section", "article", "hgroup", "h1", "h2",
    "h3", "h4", "table", "caption", "thead", "tbody", "tr", "th", "td", "form", "label", "input",
    "select", "option", "button", "textarea", "fieldset", "legend", "details", "summary", "code",
    "strong", "em", "figure", "figcaption", "br", "noscript", "progress", "small", "time", "dl",
    "dt", "dd", "blockquote", "sup", "sub", "i", "cite", "q", "mark", "abbr", "hr", "colgroup",
    "col", "tfoot", "aside", "style",
    "svg", "g", "path", "rect", "line", "text", "tspan", "circle", "defs", "clippath", "desc",
    "lineargradient", "stop", "use", "symbol", "polyline", "polygon", "ellipse", "marker",
}  # fmt: skip


class Hostile:
    """Makes every text of a case hostile, each in its own way."""

    def __init__(self):
        self.count = 0
        self.made = []

    def text(self, *, long=False):
        number = self.count
        self.count += 1
        start = FORMULAS[number % len(FORMULAS)]
        made = f"{start}t{number} {LONG if long else BAD}"
        self.made.append(made)
        return made

    def walk(self, node, path=()):
        if isinstance(node, list):
            return [self.walk(each, (*path, i)) for i, each in enumerate(node)]
        if not isinstance(node, dict):
            return node
        found = {}
        for key, value in node.items():
            if isinstance(value, str) and (
                (key in TEXTS and path[-1:] not in {("conflict",), ("timeline",)})
                or path[-1:] == ("levels",)
                or "parties" in path
            ):
                found[key] = self.text()
            else:
                found[key] = self.walk(value, (*path, key))
        return found


def hostile_case(folder):
    """The teaching case with nothing but hostile words, and every text that it leaves out."""
    place = recordable(folder)
    hostile = Hostile()
    data = YAML(typ="safe").load((place / "case.yaml").read_text(encoding="utf-8"))
    data = json.loads(json.dumps(data, default=str))
    data = hostile.walk(data)
    data["byline"] = hostile.text(long=True)
    data["title"] = hostile.text(long=True)
    data["categories"] = [hostile.text(), "javascript:alert(1)"]
    data["actors"]["GUARD"] |= {"note": hostile.text()}
    data["provisions"]["patrol"] |= {"note": hostile.text()}
    data["phases"] = {"start": {"by": "3 months", "title": hostile.text()}}
    data["packages"]["pact"]["note"] = hostile.text(long=True)
    data["positions"]["SOUTH"]["red_lines"]["no-patrol-for-fees"]["title"] = hostile.text()
    data["shocks"]["new_government"]["title"] = hostile.text()
    data["constraints"] = [
        {"when": "patrol == joint and fees == kept", "require": "review == yearly",
         "title": hostile.text()},
    ]  # fmt: skip
    data["sources"] = {
        f"s{number}": {
            "title": hostile.text(), "publisher": hostile.text(), "published": "2024-12-01",
            "grade": "B", "link": link, "licence": hostile.text(),
        }
        for number, link in enumerate((
            "javascript:alert(1)", " JaVaScRiPt:alert(1)", "java\tscript:alert(1)",
            "data:text/html,<script>alert(1)</script>", 'https://example.org/" onclick=alert(1)',
            "//evil.example/x", "vbscript:x",
        ))
    }  # fmt: skip
    (place / "sources.csv").unlink()
    data["claims"] = {
        f"c{number}": {
            "claim": hostile.text(long=number == 0), "source": f"s{number}", "actor": "NORTH",
            "quote": hostile.text(), "locator": hostile.text(), "disputed_by": hostile.text(),
        }
        for number in range(7)
    }  # fmt: skip
    north = data["positions"]["NORTH"]
    del north["judgement"]
    north["because"] = list(data["claims"])
    data["journal"] = [
        {"recorded": "2024-12-30", "known": "2024-12-30", "indicator": "cabinet-list",
         "outcome": "yes", "on": "2024-12-29", "source": "s0", "note": hostile.text()},
    ]  # fmt: skip
    (place / "case.yaml").write_text(
        json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    return place, hostile.made


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    place, made = hostile_case(folder)
    case = load(place)
    run = assess(case, worlds=WORLDS, seed=1)
    save(run, run_folder(place, case, "stated", tuple(case.file.packages)))
    return place, made, run


@pytest.fixture(scope="module")
def client(place):
    with serving(place[0].parent) as client:
        yield client


def harmless(text):
    """The page in pieces, after making sure that all of it is ours."""
    page = Page(text)
    for tag, given in page.tags:
        assert tag in HARMLESS, tag
        for name, value in given.items():
            assert not name.startswith("on"), (tag, name)
            assert name not in {"style", "srcdoc", "formaction", "ping"}, (tag, name)
            assert re.fullmatch(r"[a-zA-Z][a-zA-Z0-9:-]*", name), (tag, name)
            if name in {"href", "src", "action", "xlink:href", "hx-get"}:
                plain = re.sub(r"[\s\x00-\x20]", "", value).lower()
                assert not plain.startswith(tuple(f"{each}:" for each in SCHEMES)), value
                assert plain.startswith(("/", "#", "http://", "https://")), value
                assert not plain.startswith("//"), value
    for given in page.all("script"):
        assert given["src"] == "/static/htmx.min.js"
    assert page.inside["script"] == []
    assert page.inside["style"] == []
    assert not page.all("style")
    assert [given["href"] for given in page.all("link", rel="stylesheet")] in (
        [],
        ["/static/page.css"],
    )
    assert PRODUCT not in text
    return page


def words(text):
    return " ".join(text.split())


@pytest.mark.parametrize("page", PAGES)
def test_no_page_of_a_hostile_case_holds_anything_but_words(client, page):
    answer = client.get(f"/cases/case/{page}")
    assert answer.status_code == 200
    found = harmless(answer.text)
    assert words(load_title(client)) in found.text


def load_title(client):
    return client.get("/api/cases").json()["cases"][0]["title"]


@pytest.mark.parametrize("address", [
    "/", "/?q=script", "/cases/case/builder?level=fees:kept&beside=status-quo",
    "/cases/case/builder/answer?level=fees:kept",
    "/cases/case/builder?level=review:none&level=fees:kept",
    "/cases/case/coalition?without=GUARD", "/cases/case/assumptions?q=.",
    "/cases/case/assumptions?assume=shocks.new_government.probability=1",
    *(f"/cases/case/edit?at={at}" for at in (
        "actors.GUARD", "claims.c0", "sources.s1", "positions.SOUTH", "packages.pact", "shocks",
        "constraints", "provisions.patrol", "watch.cabinet-list", "consent",
    )),
    "/cases/case/figures/pact.acceptable.everyone.share",
])  # fmt: skip
def test_nor_does_a_page_below_or_with_something_chosen(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[-2000:]
    harmless(answer.text)


def test_every_text_is_shown_somewhere_as_it_was_written(client, place):
    """What is nowhere shown was perhaps never tried."""
    paths = [*(f"/cases/case/{page}" for page in PAGES)]
    told = " ".join(harmless(client.get(path).text).text for path in paths)
    missing = [text for text in place[1] if words(text)[:60] not in told]
    # units, licences, judgements of blocks without a number, and names of options that nobody takes
    assert len(missing) < len(place[1]) / 3
    for part in ("title", "byline"):
        assert not any(text in missing for text in place[1] if text.startswith(part))


def charts_of(client):
    page = Page(client.get("/cases/case/brief").text)
    return sorted(
        {link.split("?")[0].rsplit(".", 1)[0] for link in page.links() if "/charts/" in link}
    )


def test_charts_as_files_are_drawings_and_cells(client):
    charts = charts_of(client)
    assert len(charts) >= 4
    for chart in charts:
        answer = client.get(f"{chart}.svg")
        assert answer.headers["content-type"].startswith("image/svg+xml")
        root = ET.fromstring(answer.content)  # stands by itself, and is well formed
        for element in root.iter():
            assert element.tag.split("}")[-1].lower() in HARMLESS
            for name, value in element.attrib.items():
                assert not name.split("}")[-1].lower().startswith("on")
                assert "javascript:" not in value.lower().replace("t1", "") or name == "aria-label"
        assert PRODUCT not in answer.text
        rows = list(csv.reader(io.StringIO(client.get(f"{chart}.csv").text, newline="")))
        assert len(rows) > 1
        for row in rows:
            assert len(row) == len(rows[0])
            for cell in row:
                assert not cell.startswith(("=", "@", "+", "-", "\t", "\r", "\n"))


def test_the_brief_as_a_file_holds_nothing_else_either(client):
    answer = client.get("/cases/case/brief.html")
    page = Page(answer.text)
    assert not page.all("script")
    for tag, given in page.tags:
        assert tag in HARMLESS
        assert not any(name.startswith("on") for name in given)
    for link in page.links():
        assert not re.sub(r"\s", "", link).lower().startswith(SCHEMES)
    assert PRODUCT not in answer.text
    assert "<script" not in client.get("/cases/case/brief.md").text.replace("\\<", "")


REFLECTED = {
    "/": ("q", "category"),
    "/cases/case/evidence": ("q", "block", "kind", "page"),
    "/cases/case/overview": ("as_of", "assume", "package", "consent", "lines"),
    "/cases/case/builder": ("level", "beside", "package", "consent", "assume"),
    "/cases/case/builder/answer": ("level", "beside", "whole"),
    "/cases/case/nearest": ("level", "beside"),
    "/cases/case/coalition": ("without",),
    "/cases/case/assumptions": ("q", "assume", "as_of"),
    "/cases/case/assume": ("path", "value", "shock", "to"),
    "/cases/case/edit": ("at", "before"),
    "/cases/case/changed": ("before", "since"),
    "/cases/case/history": ("consent",),
}
VALUES = (
    BAD[:190],
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{7919*7907}}",
    "\r\nX: y",
)


@pytest.mark.parametrize("path", REFLECTED)
def test_what_an_address_says_comes_back_as_words(client, path):
    for name in REFLECTED[path]:
        for value in (
            *VALUES,
            f"shocks.new_government.probability={BAD[:100]}",
            f"fees:{BAD[:150]}",
        ):
            answer = client.get(f"{path}?{urlencode({name: value})}")
            assert answer.status_code in {200, 303, 404, 422}
            if answer.status_code == 303:
                location = answer.headers["location"]
                assert location.startswith("/cases/case/")
                assert not re.search(r"[\s\"'<>]", location)
                continue
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
            assert "x" not in answer.headers
            harmless(answer.text)
            told = client.get(f"/api{path}?{urlencode({name: value})}")
            if told.status_code != 404:
                assert told.headers["content-type"] == "application/json"


def test_what_is_searched_for_stands_in_its_field_as_it_was_typed(client):
    for value in VALUES[:4]:
        for path in ("/", "/cases/case/evidence", "/cases/case/assumptions"):
            page = harmless(client.get(f"{path}?{urlencode({'q': value})}").text)
            assert page.all("input", name="q")[0]["value"] == value


@pytest.mark.parametrize("path", [
    "/cases/{}/overview", "/cases/case/figures/{}", "/cases/case/charts/{}.svg",
    "/cases/case/{}", "/cases/case/brief.{}", "/works/{}", "/{}", "/static/{}",
])  # fmt: skip
def test_names_in_addresses_come_back_as_words(client, path):
    for value in VALUES:
        answer = client.get(path.format(quote(value, safe="")))
        assert answer.status_code in {404, 422}
        harmless(answer.text)


FORMS = {
    "/cases": ("name", {}),
    "/cases/case/edit?at=shocks.new_government": (
        "v.shocks.new_government.probability", {},
    ),
    "/cases/case/add": ("entry", {"block": "claims", "value": "{claim: 5"}),
    "/cases/case/add#value": ("value", {"block": "claims", "entry": "c99"}),
    "/cases/case/journal": ("note", {"indicator": "none", "outcome": "yes", "source": "s0"}),
    "/cases/case/journal#on": ("on", {"indicator": "cabinet-list", "outcome": "yes"}),
    "/cases/case/journal#known": ("known", {"indicator": "none", "outcome": "yes"}),
}  # fmt: skip


@pytest.mark.parametrize("path", FORMS)
def test_a_form_that_is_refused_keeps_what_was_typed_as_words(client, place, path):
    name, rest = FORMS[path]
    before = (place[0] / "case.yaml").read_bytes()
    for value in VALUES[:4]:
        answer = client.post(path.split("#")[0], data={**rest, name: value}, headers=OWN)
        assert answer.status_code == 422
        page = harmless(answer.text)
        kept = [given.get("value") for given in page.all("input", name=name)]
        assert value in kept or value in "".join(page.pieces)
    assert (place[0] / "case.yaml").read_bytes() == before
    assert not (place[0] / "journal.csv").exists()


def test_every_field_of_every_form_is_words_when_it_is_refused(client):
    for path, names in {
        "/cases/case/journal": ("indicator", "outcome", "on", "known", "source", "note"),
        "/cases/case/add": ("block", "entry", "value"),
        "/cases/case/variants": ("base", "title", "level"),
        "/cases/case/undo": ("at",),
    }.items():
        for value in VALUES:
            answer = client.post(path, data=dict.fromkeys(names, value), headers=OWN)
            assert answer.status_code in {422, 404}, (path, answer.status_code)
            harmless(answer.text)


def test_a_value_that_looks_like_a_page_can_be_saved_and_taken_back(place, tmp_path):
    shutil.copytree(place[0].parent, tmp_path / "copy")
    with serving(tmp_path / "copy") as client:
        value = f"A new title {BAD}"
        page = Page(client.get("/cases/case/edit?at=provisions.fees").text)
        assert page.all("textarea", name="v.provisions.fees.title")
        answer = client.post("/cases/case/edit?at=provisions.fees",
                             data={"v.provisions.fees.title": value}, headers=OWN)  # fmt: skip
        assert answer.status_code == 303
        address = answer.headers["location"]
        page = harmless(client.get(address).text)
        assert page.all("div", id="saved")
        assert words(value) in page.text
        assert (
            client.post("/cases/case/undo", data={"at": BAD[:50]}, headers=OWN).status_code == 303
        )


@pytest.mark.parametrize(
    "name", ["ha\"r;b'our", "Київ – порт", "a\nX-Evil: yes", "a?b=c#d&e", "<b>", "=1"]
)
def test_a_folder_with_a_strange_name_is_a_case_like_any_other(place, tmp_path, name):
    shutil.copytree(place[0], tmp_path / name)
    with serving(tmp_path) as client:
        page = harmless(client.get("/").text)
        (address,) = [link for link in page.links() if link.startswith("/cases/")]
        home = address.rsplit("/", 1)[0]
        assert unquote(home) == f"/cases/{name}"
        page = harmless(client.get(f"{home}/evidence").text)
        assert client.get(page.twin()).json()["about"]["case"] == name
        for ending in ("brief.md", "watch.ics"):
            given = client.get(f"{home}/{ending}").headers
            kept = given["content-disposition"]
            assert "x-evil" not in given
            assert re.fullmatch(
                r"attachment; filename=\"[\w.-]+\"; filename\*=UTF-8''[\w.%~-]+", kept
            )
            assert unquote(kept.partition("''")[2]).startswith(name)
        form = {"indicator": "budget-vote", "outcome": "yes", "on": "2025-01-20", "source": "s0"}
        answer = client.post(f"{home}/journal", data=form, headers=OWN)
        assert answer.status_code == 303
        assert unquote(answer.headers["location"]).startswith(f"/cases/{name}/watch?as_of=")
