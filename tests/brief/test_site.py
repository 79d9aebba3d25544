"""The site: whole, linked, escaped, the same every time, and never in anybody's way."""

import datetime as dt
import json
import os
import re
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

import accord
from accord._errors import CaseErrors, RunError, UsageError
from accord.brief.site import gathering, placing
from accord.brief.site.conditions import condition_words
from accord.brief.site.feed import FeedEntry, checked_address, feed
from accord.brief.site.slugs import LONGEST, Slugs
from accord.case.grammar import parse
from accord.case.load import load
from accord.cli.app import run
from brief.reading import read
from brief.sites import NASTY, SCRIPT, WORLDS, evident, hostile, plain
from teaching import altered, files_below, put

ATOM = "{http://www.w3.org/2005/Atom}"
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
ADDRESS = "https://example.org/briefs"


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """A folder of three cases, two of which share their actors, and a folder that is no case."""
    folder = tmp_path_factory.mktemp("cases")
    evident(folder)
    plain(folder)
    hostile(folder)
    put(folder / "notes", "read.me", "no case")
    return folder


@pytest.fixture(scope="module")
def whole(cases, tmp_path_factory):
    """The site of all three, and what was told of it."""
    folder = tmp_path_factory.mktemp("sites") / "whole"
    told = accord.site([cases], folder, title=SCRIPT, worlds=WORLDS, as_of="latest", workers=0)
    return folder, told


@pytest.fixture(scope="module")
def pages(whole):
    """Every page as text and as a strict reader sees it, by its path in the site."""
    folder = whole[0]
    texts = {
        str(file.relative_to(folder)): file.read_text(encoding="utf-8")
        for file in sorted(folder.rglob("*.html"))
    }
    return {name: (text, read(text)) for name, text in texts.items()}


def own(pages):
    """Pages of the site's own making; the brief as one file has its tests elsewhere."""
    return {name: page for name, page in pages.items() if not name.endswith("brief.html")}


def test_every_kind_of_page_is_there(whole, pages):
    folder, told = whole
    names = {one.name for one in told.cases}
    assert names == {"evident", "hostile", "plain"}
    for name in names:
        for file in ("index.html", "brief.html", "brief.md", "run.json"):
            assert (folder / "cases" / name / file).is_file()
        assert f"history/{name}.html" in pages
    fixed = {"index.html", "search.html", "actors/index.html", "sources/index.html",
             "categories/index.html", "categories/teaching.html", "categories/harbours.html",
             "actors/northland.html", "sources/the-gazette-of-the-harbour.html",
             "sources/an-almanac.html"}  # fmt: skip
    assert fixed <= set(pages)
    scripts = {"search.js", "search-index.js", "assets/minisearch.js", "feed.xml", "site.json"}
    assert scripts <= set(files_below(folder))
    assert told.pages == len(pages)


def test_the_latest_brief_stands_first(pages):
    text = pages["index.html"][0]
    dates = re.findall(r'As of <time datetime="([\d-]+)"', text)
    assert dates == ["2025-02-10", "2025-01-01", "2025-01-01"]
    chips = re.search(r'<ul class="chips">(.*?)</ul>', text, re.DOTALL)[1]
    counts = [int(n) for n in re.findall(r"</a> (\d+)</li>", chips)]
    assert counts[0] == 2
    assert counts == sorted(counts, reverse=True)


def test_every_link_and_every_anchor_arrives(whole, pages):
    folder, count = whole[0], 0
    for name, (_, page) in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in {"http", "https"}, (name, link)
                continue
            assert not parts.netloc, (name, link)
            target = (folder / name if not parts.path else
                      (folder / name).parent / unquote(parts.path)).resolve()  # fmt: skip
            assert target.is_file(), (name, link)
            path = str(target.relative_to(folder.resolve()))
            if parts.fragment:
                assert unquote(parts.fragment) in pages[path][1].ids, (name, link)
                count += 1
    assert count > 100


def test_ids_are_unique(pages):
    for name, (_, page) in pages.items():
        assert len(page.ids) == len(set(page.ids)), name


def test_every_page_can_be_reached_from_the_front(pages):
    reached, waiting = set(), ["index.html"]
    while waiting:
        name = waiting.pop()
        if name in reached or name not in pages:
            continue
        reached.add(name)
        for link in pages[name][1].links:
            if not urlsplit(link).scheme:
                waiting.append(os.path.normpath(Path(name).parent / urlsplit(link).path))
    assert set(pages) - reached == set()


def test_nothing_is_loaded_from_elsewhere(whole, pages):
    for name, (text, page) in own(pages).items():
        policy = POLICY.search(text)[1]
        assert "default-src &#39;none&#39;" in policy
        assert ("script-src" in policy) == (name == "search.html")
        assert "unsafe" not in policy
        assert ("script" in page.tags) == (name == "search.html")
        assert "style" not in page.tags
        assert not re.search(r"<[a-z][^<>]* style=", text), name
        for loaded in page.loads:
            assert not urlsplit(loaded).scheme, (name, loaded)
            assert (whole[0] / Path(name).parent / loaded).resolve().is_file(), (name, loaded)
    style = (whole[0] / "assets/site.css").read_text(encoding="utf-8")
    for target in re.findall(r'url\("?([^")]*)', style):
        assert (whole[0] / "assets" / target).is_file(), target
    assert "@import" not in style


def test_hostile_words_stay_words(pages):
    for name, (text, page) in pages.items():
        # the strict reader has refused handlers and broken nesting already
        assert "<script>alert" not in text, name
        assert "<svg onload" not in text, name
        assert page.tags <= {
            "a", "article", "b", "bdi", "body", "button", "caption", "circle", "cite", "clippath",
            "code", "dd", "defs", "details", "div", "dl", "dt", "figcaption", "figure", "footer",
            "form", "g", "h1", "h2", "h3", "h4", "head", "header", "hgroup", "html", "input",
            "label", "li", "link", "lineargradient", "main", "meta", "nav", "noscript", "ol", "p",
            "path", "q", "rect", "script", "section", "span", "stop", "strong", "style", "summary",
            "svg", "table", "tbody", "td", "text", "th", "thead", "time", "title", "tr", "tspan",
            "ul", "line", "use", "mask", "ellipse",
        }, (name, page.tags)  # fmt: skip
        assert not any(link.lower().startswith(("javascript", "data")) for link in page.links)


def test_hostile_words_are_shown_all_the_same(pages):
    shown = "".join(text for text, _ in pages.values())
    for words in NASTY:
        assert str(escape(words)) in shown


def test_words_that_run_the_other_way_are_kept_apart(pages):
    for name, (text, _) in own(pages).items():
        main = text[text.index("<main") :]
        if name.startswith(("actors/", "sources/", "categories/")):
            for before in re.findall("(.{0,40})\u202e", main):
                assert "<bdi>" in before or 'dir="auto">' in before, (name, before)


def test_no_name_leaves_the_folder(whole):
    for name in files_below(whole[0]):
        for part in Path(name).with_suffix("").parts:
            assert part not in {"..", "con", "nul"}
            assert len(part) < 80


def test_an_actor_is_told_across_cases_by_its_name(pages):
    text, page = pages["actors/northland.html"]
    assert "The evident pact" in text
    assert "The plain pact" in text
    assert "Northland puts protection before fees" in text
    assert "Boats first" in text
    assert "Disputed by" in text
    assert "Four police boats" in text
    assert "../cases/evident/index.html#parties" in page.links
    league = pages["actors/the-harbour-league.html"][0]
    assert "The League keeps ten boats ready" in league
    south = pages["actors/southland.html"][0]
    assert "No patrol for fees" in south
    assert "“Patrol of the harbour” is “Joint patrol” and “Harbour fees” is" in south
    assert re.search(r'index\.html#i\d+"><bdi>50%</bdi></a>', south)


def test_a_source_is_told_with_all_that_is_known_of_it(pages):
    text, page = pages["sources/the-gazette-of-the-harbour.html"]
    for words in ("State press", "1 December 2024", "24 December 2024", "A, primary", "page 2"):
        assert words in text
    assert "https://example.org/gazette?a=1&b=2" in page.links
    almanac = pages["sources/an-almanac.html"]
    assert "javascript:alert(1)" in almanac[0]
    assert "free to quote" in almanac[0]
    assert "Nobody has counted the piers" in almanac[0]


def test_the_history_tells_updates_and_answers_by_the_day_they_were_known(pages):
    text = pages["history/evident.html"][0]
    update, answer = text.index("The League doubts its boats"), text.index("Read out on the quay")
    assert update < answer
    assert re.findall(r'<h3><time datetime="([\d-]+)"', text) == ["2025-02-01", "2025-02-10"]
    assert "(of <time" in text
    assert "<b>Yes.</b>" in text
    assert "sources/an-almanac.html" in text


def test_an_empty_history_says_so(pages):
    text = pages["history/plain.html"][0]
    assert "Nothing has become known since" in text
    assert "as the case was first written, on" in text


def test_the_shares_are_those_of_the_run(whole):
    folder, told = whole
    for one in told.cases:
        shares = json.loads((folder / "cases" / one.name / "run.json").read_text(encoding="utf-8"))
        opened = accord.open_run(Path(one.run))
        assert shares["digest"] == opened.manifest["digest"]
        assert shares["run"] == Path(one.run).name
        joint = shares["packages"]["pact"][opened.rule]["joint"]["share"]
        assert joint == opened.verdict.share("joint", opened.rule, "pact").value


def test_what_can_be_found_is_there(whole, pages):
    text = (whole[0] / "search-index.js").read_text(encoding="ascii")
    found = json.loads(text.removeprefix("var searchDocuments = ").removesuffix(";\n"))
    assert [each["id"] for each in found] == list(range(len(found)))
    assert {"Brief", "Part of a brief", "Actor", "Source", "Category", "Claim"} == {
        each["kind"] for each in found
    }
    for each in found:
        path, _, anchor = each["at"].partition("#")
        assert path in pages
        assert not anchor or anchor in pages[path][1].ids


def test_the_feed_is_atom(whole):
    root = ET.fromstring((whole[0] / "feed.xml").read_bytes())
    assert root.tag == f"{ATOM}feed"
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 3
    ids = [node.findtext(f"{ATOM}id") for node in (root, *entries)]
    assert len(set(ids)) == 4
    assert all(each.startswith("urn:uuid:") for each in ids)
    for node in (root, *entries):
        assert node.findtext(f"{ATOM}title")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", node.findtext(f"{ATOM}updated"))
        assert node.find(f"{ATOM}link[@rel='alternate']") is not None
    assert root.findtext(f"{ATOM}author/{ATOM}name") == SCRIPT
    assert root.find(f"{ATOM}link[@rel='self']") is None
    for entry in entries:
        target = entry.find(f"{ATOM}link").get("href")
        assert (whole[0] / target).is_file()
        assert entry.findtext(f"{ATOM}summary")


def test_the_feed_has_absolute_links_where_the_address_is_known():
    entries = [
        FeedEntry("cases/a/index.html", "A\x00\x0b\ud800", "B", "", dt.date(2025, 1, day), ("C",))
        for day in (2, 1)
    ]
    root = ET.fromstring(feed("T", entries, checked_address(ADDRESS)))
    assert root.find(f"{ATOM}link[@rel='self']").get("href") == f"{ADDRESS}/feed.xml"
    assert root.findtext(f"{ATOM}id") == f"{ADDRESS}/"
    assert root.findtext(f"{ATOM}updated") == "2025-01-02T00:00:00Z"
    first = root.find(f"{ATOM}entry")
    assert first.findtext(f"{ATOM}id") == f"{ADDRESS}/cases/a/index.html"
    assert first.find(f"{ATOM}link").get("href") == f"{ADDRESS}/cases/a/index.html"
    assert first.find(f"{ATOM}category").get("term") == "C"


@pytest.mark.parametrize(
    "address",
    ["example.org", "ftp://example.org", "javascript:alert(1)", "https://", "https://a b",
     "https://a/?q=1", "https://a/#x", "https://[", "https://u:p@a"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(UsageError, match="--address"):
        checked_address(address)


def test_the_same_cases_give_the_same_bytes_however_they_are_made(cases, whole, tmp_path):
    again = tmp_path / "again"
    folders = [cases / name for name in ("plain", "hostile", "evident")]
    accord.site(folders, again, title=SCRIPT, worlds=WORLDS, as_of="latest", workers=2)
    first, second = files_below(whole[0]), files_below(again)
    assert list(first) == list(second)
    assert [name for name in first if first[name] != second[name]] == []
    assert not re.search(rb"/tmp|/home", b"".join(second.values()))


def test_a_site_is_replaced_and_nothing_old_is_left(cases, tmp_path):
    target = tmp_path / "deep" / "site"
    accord.site([cases / "plain"], target, worlds=WORLDS, title="First")
    (target / "empty").mkdir()
    accord.site([cases / "plain"], target, worlds=WORLDS, title="Second")
    assert "First" not in (target / "index.html").read_text(encoding="utf-8")
    assert not (target / "empty").exists()
    assert [path.name for path in target.parent.iterdir()] == ["site"]


FILES = {"index.html": b"new", "a/b.html": b"new"}


def test_a_failure_leaves_the_old_site(tmp_path, monkeypatch):
    target = tmp_path / "site"
    placing.place({"index.html": b"old"}, target)
    before = files_below(tmp_path)

    def full(self, content):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "write_bytes", full)
        with pytest.raises(RunError, match="No space left"):
            placing.place(FILES, target)
    assert files_below(tmp_path) == before
    placing.place(FILES, target)
    assert (target / "a/b.html").read_bytes() == b"new"


def test_a_death_in_between_leaves_one_to_be_found(tmp_path):
    target = tmp_path / "site"
    placing.place({"index.html": b"old"}, target)
    before = files_below(target)
    target.rename(tmp_path / ".site.accord-old")
    placing.refuse_what_is_no_site(target)
    assert files_below(target) == before


@pytest.mark.parametrize("name", ["mine.txt", "cases/x/mine.html", ".git/config"])
def test_a_folder_with_files_of_others_is_refused(tmp_path, name):
    target = tmp_path / "site"
    put(target, name, "mine")
    with pytest.raises(RunError, match="no site of accord wrote"):
        placing.place(FILES, target)
    assert list(files_below(tmp_path)) == [f"site/{name}"]


def test_a_file_of_others_in_a_site_is_not_lost(tmp_path):
    target = tmp_path / "site"
    placing.place(FILES, target)
    put(target, "CNAME", "example.org")
    with pytest.raises(RunError, match="CNAME"):
        placing.place(FILES, target)
    assert (target / "CNAME").read_text() == "example.org"


def test_a_manifest_of_something_else_makes_no_site(tmp_path):
    target = tmp_path / "site"
    for text in ("{}", "[]", "no json", '{"kind": "other", "files": ["site.json"]}'):
        put(target, placing.MANIFEST, text)
        with pytest.raises(RunError, match="no site of accord wrote"):
            placing.place(FILES, target)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    target = put(tmp_path, "site", "mine")
    with pytest.raises(RunError, match="is a file"):
        placing.place(FILES, target)
    assert target.read_text() == "mine"


def test_behind_a_link_the_link_stays(tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    placing.place(FILES, link)
    placing.place(FILES, link)
    assert link.is_symlink()
    assert (tmp_path / "real" / "index.html").is_file()


def test_a_foreign_folder_is_refused_before_anything_is_computed(cases, tmp_path, monkeypatch):
    monkeypatch.setattr(gathering, "assess", None)
    put(tmp_path, "site/mine.txt", "mine")
    with pytest.raises(RunError, match=r"mine\.txt"):
        accord.site([cases / "plain"], tmp_path / "site", seed=99)


def test_mistakes_of_all_cases_are_told_and_nothing_is_written(tmp_path):
    folder = tmp_path / "cases"
    for name, wrong in (("one", "probability: 25"), ("two", "probability: -1")):
        altered(tmp_path, ("probability: 0.25", wrong)).rename(tmp_path / name)
    folder.mkdir()
    for name in ("one", "two"):
        (tmp_path / name).rename(folder / name)
    sound = plain(folder)
    with pytest.raises(CaseErrors) as told:
        accord.site([folder], tmp_path / "site")
    assert {Path(error.file).parent.name for error in told.value.errors} == {"one", "two"}
    assert all(error.line for error in told.value.errors)
    assert not (tmp_path / "site").exists()
    assert not (sound / "runs").exists()


def test_a_run_at_hand_is_used_until_its_case_changes(cases, tmp_path, monkeypatch):
    case = shutil.copytree(cases / "plain", tmp_path / "case")
    shutil.rmtree(case / "runs", ignore_errors=True)
    asked = gathering.Asked(worlds=WORLDS)
    first = gathering.assessed(gathering.wanted([case], asked), asked, lambda _: None)
    assert all(one.at_hand for one in gathering.wanted([case], gathering.Asked()))
    assert all(one.at_hand for one in gathering.wanted([case / "case.yaml"], asked))
    for other in (gathering.Asked(worlds=512), gathering.Asked(seed=2),
                  gathering.Asked(lines="hard")):  # fmt: skip
        assert not any(one.at_hand for one in gathering.wanted([case], other))
    monkeypatch.setattr(gathering, "assess", None)
    assert gathering.assessed(gathering.wanted([case], asked), asked, lambda _: None) == first
    file = case / "case.yaml"
    file.write_text(file.read_text().replace("probability: 0.25", "probability: 0.3"))
    assert not any(one.at_hand for one in gathering.wanted([case], asked))


def test_a_run_is_taken_as_it_is(whole, cases, tmp_path):
    place = next(one.run for one in whole[1].cases if one.name == "plain")
    found = gathering.wanted([place, place, cases / "plain"], gathering.Asked())
    assert [one.folder for one in found] == [None]
    told = accord.site([place], tmp_path / "site", consent="without-south")
    assert told.cases[0].run == place
    shares = json.loads((tmp_path / "site/cases/plain/run.json").read_text())
    assert shares["consent"] == "without-south"
    with pytest.raises(UsageError, match="--as-of, --worlds"):
        gathering.wanted([place], gathering.Asked(as_of="latest", worlds=256))
    with pytest.raises(UsageError, match="--history with a run"):
        accord.site([place], tmp_path / "other", history=True)
    with pytest.raises(UsageError, match="no consent rule 'none'"):
        accord.site([place], tmp_path / "other", consent="none")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("given", ["nothing-here", "."])
def test_what_is_no_case_is_refused(tmp_path, given):
    with pytest.raises(UsageError, match="wanted a case, a run or a folder"):
        accord.site([tmp_path / given], tmp_path / "site")


def test_cases_of_one_name_have_pages_of_their_own(cases, tmp_path):
    (tmp_path / "a").mkdir()
    shutil.copytree(cases / "plain", tmp_path / "a" / "plain")
    told = accord.site([tmp_path / "a", cases / "plain"], tmp_path / "site", worlds=WORLDS)
    assert {one.name for one in told.cases} == {"plain", "plain-2"}


def test_a_history_that_was_computed_has_a_chart_and_what_each_day_did(cases, tmp_path):
    told = accord.site([cases / "evident"], tmp_path / "site", worlds=WORLDS, history=True)
    assert told.cases[0].name == "evident"
    text = (tmp_path / "site/history/evident.html").read_text(encoding="utf-8")
    page = read(text)
    assert text.count("<svg") == 2
    assert "history" in page.ids
    assert "The League doubts its boats" in text
    assert text.count('<p class="note">The pact, in points') + text.count(
        '<p class="note">Nothing about The pact moved'
    ) == 2  # fmt: skip
    assert "The brief itself stops earlier" in text
    assert list((cases / "evident" / "runs").glob("history-*.json"))


def test_the_command_tells_what_it_wrote(cases, tmp_path, capsys):
    words = ["site", str(cases / "plain"), "-o", str(tmp_path / "site"), "--title", "Papers"]
    assert run([*words, "--worlds", str(WORLDS), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"site", "pages", "cases"}
    assert [set(one) for one in told["cases"]] == [{"name", "title", "run"}]
    assert told["cases"][0]["title"] == "The plain pact"
    assert run(words) == 0
    out = capsys.readouterr().out
    assert f"site: {tmp_path}/site/index.html ({told['pages']} pages)\n" in out
    assert run(["site", str(tmp_path / "no"), "-o", str(tmp_path / "site")]) == 2
    assert run([*words, "--as-of", "yesterday"]) == 2


names = st.one_of(st.sampled_from(NASTY), st.text(max_size=90), st.from_regex(r"\A[A-b]{0,3}\Z"))


@given(st.lists(st.tuples(names, names), max_size=12))
def test_names_of_files_are_plain_and_never_meet(texts):
    slugs = Slugs()
    given_out = [slugs.give(*each) for each in texts]
    assert len(set(given_out)) == len(given_out)
    for name in given_out:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
        assert len(name) <= LONGEST + len("-page-99")
        assert name not in {"index", "con", "aux", "nul", "com1", "lpt9"}


def test_names_keep_what_can_be_kept():
    slugs = Slugs()
    assert slugs.give("Îles & Größe") == "iles-grosse"
    assert slugs.give("Iles grosse!") == "iles-grosse-2"
    assert slugs.give("iles-grosse-2") == "iles-grosse-2-2"
    assert slugs.give("Україна", "UKR") == "ukr"
    assert slugs.give("…") == "page"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("patrol == joint", "“Patrol of the harbour” is “Joint patrol”"),
        ("not fees in [kept, shared]",
         "not “Harbour fees” is “Northland keeps them” or “They are shared”"),
        ("fees >= shared and (clause != talk or shocks.new_government)",
         "“Harbour fees” is at least “They are shared” and (“If the harbour is attacked” is not "
         "“The parties talk” or this happens: A new government in Southland)"),
        ("GUARD joins or GUARD.fleet joins", "The Harbour League joins or The Harbour League joins "
         "with fleet"),
        ("2 of [NORTH, GUARD]", "at least 2 of these join: Northland and The Harbour League"),
        ("SOUTH accepts", "Southland accepts"),
    ],
)  # fmt: skip
def test_conditions_are_told_in_words(text, words):
    case = load(Path(__file__).parents[2] / "cases" / "harbour-pact")
    assert condition_words(parse(text), case) == words
