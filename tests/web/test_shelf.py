"""Only the served folder is read and written, whatever a request names."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from serving import ask

from accord._errors import UsageError
from accord.web.app import application
from accord.web.shelf import Shelf
from teaching import altered, files_below

SECRET = "the-secret-of-the-next-folder"
FORM = ("content-type", "application/x-www-form-urlencoded")
SAME = ("sec-fetch-site", "same-origin")

NAMES = (
    "..", ".", "%2e%2e", "%2E%2E", "%252e%252e", "..%2f", "..%2foutside", "%2e%2e%2foutside",
    "..%5coutside", "..\\outside", "harbour%2f..%2f..%2foutside", "harbour/../../outside",
    "../outside", "....//outside", "%2fetc%2fpasswd", "/etc/passwd", "//etc/passwd", "~", "~root",
    "%00", "harbour%00", "harbour%00.txt", "harbour%0a", "harbour%20", "HARBOUR", "harbour.",
    "%c0%ae%c0%ae", "%ff", "%ed%a0%80", "a" * 300, ".hidden", "leads-out", "link-to-file", "*",
    "harb*", "[h]arbour", "$HOME", "outside", "con", "C:", "%uff0e%uff0e", "harbour;x",
)  # fmt: skip


def outside_and_inside(tmp_path, assessed):
    """The served folder and, beside it, a case that is none of its."""
    outside = altered(tmp_path, ("title: The harbour pact", f"title: {SECRET}"))
    outside = outside.rename(tmp_path / "outside")
    (outside / "secret.txt").write_text(SECRET, encoding="utf-8")
    served = tmp_path / "served"
    shutil.copytree(assessed, served)
    (served / "leads-out").symlink_to(outside)
    (served / "link-to-file").symlink_to(outside / "case.yaml")
    (served / "dangling").symlink_to(tmp_path / "nowhere")
    (served / "case-dangling").symlink_to(tmp_path / "nowhere" / "case.yaml")
    shutil.copytree(outside, served / ".hidden")
    (served / "plain-file").write_text("no case", encoding="utf-8")
    return outside, served


@pytest.fixture(scope="module")
def place(tmp_path_factory, assessed):
    folder = tmp_path_factory.mktemp("shelf")
    outside_and_inside(folder, assessed)
    return folder


@pytest.fixture(scope="module")
def app(place):
    return application(place / "served", worlds=256)


def tree(folder):
    """Everything below a folder: files with what is in them, links with where they lead."""
    found = dict(files_below(folder))
    for below in sorted(folder.rglob("*")):
        if below.is_symlink():
            found[str(below)] = str(below.readlink())
        elif below.is_dir():
            found[str(below)] = "a folder"
    return found


@pytest.fixture
def untouched(place):
    """Nothing was written anywhere, in the served folder or around it."""
    before = tree(place)
    yield
    assert tree(place) == before


PAGES = (
    "overview", "builder", "builder/answer", "nearest", "consent", "coalition", "credibility",
    "durability", "watch", "watch.ics", "history", "score", "evidence", "assumptions", "assume",
    "edit", "changed", "brief", "brief.html", "brief.md", "figures/x", "charts/x.svg",
)  # fmt: skip


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_case_leads_elsewhere(app, name):
    # all pages find their case in one way: for most names a few of them are enough
    for page in PAGES if name in {"..", "%2e%2e", "leads-out"} else PAGES[::7]:
        for home in ("/cases/", "/api/cases/"):
            answer = ask(app, quote(f"{home}{name}/{page}", safe="/%;*[]$~:\\."))
            assert (page, answer.status) in {(page, 404), (page, 422)}
            assert answer.raised is None
            assert SECRET.encode() not in answer.body
    for page in ("edit?at=case", "add", "undo", "variants", "journal"):
        path = quote(f"/cases/{name}/{page}", safe="/%;*[]$~:\\.?=")
        form = b"v.title=x&base=pact&title=x&indicator=cabinet-list&outcome=yes&source=gazette"
        answer = ask(app, path, method="POST", headers=(FORM, SAME), body=[form])
        assert (page, answer.status) in {(page, 404), (page, 405), (page, 422)}
        assert answer.raised is None
        assert SECRET.encode() not in answer.body


@pytest.mark.usefixtures("untouched")
def test_only_cases_in_the_folder_are_listed(app):
    answer = ask(app, "/api/cases")
    assert answer.body.count(b'"name"') == 1
    assert b"harbour" in answer.body
    for name in (SECRET, "hidden", "leads-out", "link-to-file", "dangling"):
        assert name.encode() not in answer.body
        assert name.encode() not in ask(app, "/").body


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("parameter", [
    "edit?at=", "changed?before=", "changed?since=", "overview?package=", "overview?consent=",
    "overview?as_of=", "overview?lines=", "overview?assume=", "builder?level=", "builder?beside=",
    "coalition?without=", "evidence?block=", "evidence?q=", "assumptions?q=", "figures/",
    "charts/", "brief.", "assume?path=", "assume?to=", "assume?shock=",
])  # fmt: skip
def test_no_other_parameter_leads_elsewhere(app, parameter):
    for name in NAMES[:30:2]:
        shown = quote(name, safe="%")
        ending = ".csv" if parameter == "charts/" else ""
        for home in ("/cases/harbour/", "/api/cases/harbour/"):
            answer = ask(app, f"{home}{parameter}{shown}{ending}")
            assert answer.raised is None
            assert answer.status in {200, 303, 307, 404, 422}
            assert SECRET.encode() not in answer.body
            if answer.status == 303:
                assert answer.headers["location"].startswith("/cases/harbour/")
            if answer.status == 307:  # the same without the stroke at its end
                assert answer.headers["location"].startswith(f"http://127.0.0.1{home}")


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("name", [
    *NAMES, "page.css/..", "../app.py", "%2e%2e%2fapp.py", "htmx.min.js.json", "htmx.min.js%00",
    "fonts/..%2f..%2fbrief.css", "fonts/../page.css/../../app.py", "fonts/", "fonts/none.woff2",
    "fonts/%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd", "workbench.css",
])  # fmt: skip
def test_static_files_are_those_that_are_known(app, name):
    for home in ("/static/", "/static/fonts/"):
        answer = ask(app, quote(f"{home}{name}", safe="/%"))
        if answer.status == 307:  # the same without the stroke at its end
            answer = ask(app, answer.headers["location"].removeprefix("http://127.0.0.1"))
        assert answer.status == 404
        assert answer.raised is None


def test_typefaces_and_scripts_that_are_known_are_sent(app):
    style = ask(app, "/static/page.css")
    assert style.headers["content-type"].startswith("text/css")
    fonts = [part.split('"')[0] for part in style.body.decode().split('url("')[1:]]
    assert fonts
    for font in fonts:
        answer = ask(app, font)
        assert (answer.status, answer.headers["content-type"]) == (200, "font/woff2")
        assert answer.body[:4] == b"wOF2"
    assert ask(app, "/static/htmx.min.js").status == 200
    assert ask(app, "/static/icon.svg").headers["content-type"].startswith("image/svg+xml")


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("name", [
    *NAMES, "", "1case", "-case", "_case", "a b", "a/b", "a.b", "a" * 61, "dangling", "harbour",
    "plain-file", "case-dangling", "Київ", "name\n", "a\x00", "a%2fb",
])  # fmt: skip
def test_a_new_case_needs_a_plain_name_that_is_free(app, name):
    if name in {"HARBOUR", "con", "outside"}:
        pytest.skip("a plain name that is free")
    form = f"name={quote(name)}".encode()
    answer = ask(app, "/cases", method="POST", headers=(FORM, SAME), body=[form])
    assert answer.status == 422
    assert answer.raised is None


@pytest.mark.parametrize("name", ["fresh", "A", "a-b_c1", "outside", "z" * 60])
def test_a_new_case_stands_in_the_folder_and_nowhere_else(tmp_path, assessed, name):
    outside, served = outside_and_inside(tmp_path, assessed)
    kept, before = tree(outside), tree(served)
    app = application(served, worlds=256)
    body = [f"name={name}".encode()]
    answer = ask(app, "/cases", method="POST", headers=(FORM, SAME), body=body)
    assert (answer.status, answer.headers["location"]) == (303, f"/cases/{name}/edit")
    assert tree(outside) == kept
    after = tree(served)
    assert {key: after[key] for key in before} == before
    assert all(Path(key).is_relative_to(served / name) or key.startswith(f"{name}/")
               for key in after.keys() - before.keys())  # fmt: skip
    assert ask(app, f"/cases/{name}/edit").status == 200
    assert ask(app, "/cases", method="POST", headers=(FORM, SAME), body=body).status == 422
    assert tree(served) == after


@pytest.mark.parametrize("link", [
    "case.yaml", "sources.csv", "claims.csv", "journal.csv", "updates", "updates/2025-02-01.yaml",
    "runs", "runs/elsewhere", ".accord", ".accord/edits", "extra.yaml", "deep/down/there",
])  # fmt: skip
def test_a_case_with_a_link_that_leads_out_is_neither_read_nor_written(tmp_path, assessed, link):
    outside, served = outside_and_inside(tmp_path, assessed)
    case = served / "harbour"
    elsewhere = outside / "case.yaml" if link.endswith(("yaml", "csv")) else outside
    if (case / link).is_dir():
        shutil.rmtree(case / link)
    (case / link).unlink(missing_ok=True)
    (case / link).parent.mkdir(parents=True, exist_ok=True)
    (case / link).symlink_to(elsewhere)
    before = tree(tmp_path)
    app = application(served, worlds=256)
    assert SECRET.encode() not in ask(app, "/").body
    for page in ("edit", "evidence", "overview", "brief.md"):
        for home in ("/cases", "/api/cases"):
            answer = ask(app, f"{home}/harbour/{page}")
            assert (home, page, answer.status) in {(home, page, 422), (home, page, 404)}
            assert SECRET.encode() not in answer.body
    assert f"{link} is a link".encode() in ask(app, "/cases/harbour/overview").body
    form = b"v.title=x&w.title=y&indicator=cabinet-list&outcome=yes&source=gazette&on=2025-02-05"
    for page in ("edit?at=case", "journal", "undo"):
        path = f"/cases/harbour/{page}"
        answer = ask(app, path, method="POST", headers=(FORM, SAME), body=[form])
        assert answer.status == 422
    assert tree(tmp_path) == before


def test_a_link_within_the_folder_may_stay(tmp_path, assessed):
    _, served = outside_and_inside(tmp_path, assessed)
    sources = served / "shared-sources.csv"
    (served / "harbour" / "sources.csv").rename(sources)
    (served / "harbour" / "sources.csv").symlink_to(sources)
    app = application(served, worlds=256)
    assert b"The gazette" in ask(app, "/cases/harbour/watch").body
    assert ask(app, "/cases/harbour/evidence").status == 200


def test_one_case_alone_may_be_served(tmp_path, assessed):
    _, served = outside_and_inside(tmp_path, assessed)
    before = tree(tmp_path)
    app = application(served / "harbour", worlds=256)
    assert ask(app, "/cases/harbour/evidence").status == 200
    assert b'id="new"' not in ask(app, "/").body
    for name in ("outside", "..", "%2e%2e", "leads-out"):
        assert ask(app, f"/cases/{name}/evidence").status in {404, 422}
    answer = ask(app, "/cases", method="POST", headers=(FORM, SAME), body=[b"name=fresh"])
    assert answer.status == 422
    assert tree(tmp_path) == before


def test_a_folder_that_is_none_is_told(tmp_path):
    with pytest.raises(UsageError, match="no folder"):
        application(tmp_path / "none")
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="no folder"):
        Shelf(tmp_path / "file")


def test_an_empty_folder_is_a_beginning(tmp_path):
    app = application(tmp_path)
    assert b"Begin with a new one" in ask(app, "/").body
    assert ask(app, "/api/cases").body == b'{"cases":[]}'


def test_a_case_with_mistakes_is_listed_and_its_mistakes_are_shown(tmp_path, assessed):
    _, served = outside_and_inside(tmp_path, assessed)
    (served / "harbour" / "case.yaml").write_text("accord: 1\ntitle: [\n", encoding="utf-8")
    app = application(served, worlds=256)
    assert b"mistake" in ask(app, "/").body
    answer = ask(app, "/cases/harbour/edit")
    assert answer.status == 422
    assert b"case.yaml:" in answer.body
    told = ask(app, "/api/cases/harbour/overview")
    assert told.status == 422
    assert b'"line"' in told.body
