"""Nobody but this machine's own pages: hosts, origins, sizes, times, headers."""

from __future__ import annotations

import shutil
from urllib.parse import urlencode

import pytest
from serving import STALLED, ask, serving

from accord.web import safety
from accord.web.app import application
from teaching import files_below

FOREIGN = (
    None, "", " ", "evil.example", "evil.example:80", "127.0.0.1.evil.example",
    "127-0-0-1.evil.example", "localhost.evil.example", "evil.example.localhost", "localhost.",
    "127.0.0.1.", "127.0.0.2", "0.0.0.0", "127.1", "2130706433", "0x7f000001", "017700000001",
    "127.0.0.1@evil.example", "evil.example@127.0.0.1", "user:word@127.0.0.1:80",
    "127.0.0.1:80@evil.example", "127.0.0.1/evil.example", "127.0.0.1?evil.example",
    "127.0.0.1#evil.example", "127.0.0.1\\evil.example", "127.0.0.1 evil.example",
    "127.0.0.1,evil.example", "127.0.0.1:", "127.0.0.1:80:80", "127.0.0.1:port",
    "127.0.0.1:123456", "[::1", "::1", "[::2]", "[::1].evil.example", "[::ffff:127.0.0.1]",
    "[fe80::1%25lo]", "localhost\t", "\xb9\xb2\xb7.0.0.1", "x" * 5000,
)  # fmt: skip
OURS = (
    "127.0.0.1", "127.0.0.1:80", "127.0.0.1:65535", "localhost", "LocalHost:8080", "[::1]",
    "[::1]:8080",
)  # fmt: skip
PATHS = (
    "/", "/api/cases", "/cases/harbour/evidence", "/api/cases/harbour/evidence",
    "/cases/harbour/brief.md", "/static/page.css", "/static/htmx.min.js", "/openapi.json",
    "/works/none", "/nowhere",
)  # fmt: skip
POSTS = {
    "/cases": {"name": "fresh"},
    "/cases/harbour/edit?at=case": {"v.title": "Another title"},
    "/cases/harbour/add": {"block": "sources", "entry": "s", "value": "{}"},
    "/cases/harbour/undo": {"at": "case"},
    "/cases/harbour/variants": {"base": "pact", "title": "Mine", "level": "clause:talk"},
    "/cases/harbour/journal": {
        "indicator": "cabinet-list", "outcome": "yes", "on": "2025-02-05", "source": "gazette",
    },
    "/works/none/cancel": {},
    "/works/none/again": {},
}  # fmt: skip
FORM = ("content-type", "application/x-www-form-urlencoded")
SAME = ("sec-fetch-site", "same-origin")
STRANGERS = {
    "nothing said": (),
    "another origin": (("origin", "http://evil.example"),),
    "another origin that claims to be here": (("origin", "http://evil.example"), SAME),
    "a hidden origin": (("origin", "null"),),
    "a hidden origin that claims to be here": (("origin", "null"), SAME),
    "an empty origin": (("origin", ""),),
    "another port": (("origin", "http://127.0.0.1:8081"),),
    "another scheme": (("origin", "https://127.0.0.1"),),
    "another name of this machine": (("origin", "http://localhost"),),
    "an origin with more behind": (("origin", "http://127.0.0.1.evil.example"),),
    "an origin with a path": (("origin", "http://127.0.0.1/"),),
    "cross-site": (("sec-fetch-site", "cross-site"),),
    "cross-site with our origin": (
        ("sec-fetch-site", "cross-site"),
        ("origin", "http://127.0.0.1"),
    ),
    "same-site": (("sec-fetch-site", "same-site"), ("origin", "http://127.0.0.1")),
    "typed": (("sec-fetch-site", "none"),),
    "words": (("sec-fetch-site", "same-origin, cross-site"),),
}


@pytest.fixture(scope="module")
def served(assessed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("guard") / "served"
    shutil.copytree(assessed, folder)
    return folder


@pytest.fixture(scope="module")
def app(served):
    return application(served, worlds=256)


def dressed(answer):
    """Whether an answer has every header that keeps it in its place."""
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cache-control"] in {"no-store", "no-cache"}
    assert "access-control-allow-origin" not in answer.headers
    return True


@pytest.mark.parametrize("path", PATHS)
def test_a_request_under_another_name_is_refused_everywhere(app, path):
    for host in FOREIGN:
        answer = ask(app, path, host=host)
        assert (host, answer.status) == (host, 421)
        assert dressed(answer)
        assert b"harbour" not in answer.body.lower()


def test_a_change_under_another_name_is_refused_whatever_it_says_of_itself(app, served):
    before = files_below(served)
    for host in FOREIGN:
        for path, form in POSTS.items():
            headers = (FORM, SAME, ("origin", f"http://{host}"))
            answer = ask(app, path, method="POST", host=host, headers=headers, body=[sent(form)])
            assert (host, path, answer.status) == (host, path, 421)
    assert files_below(served) == before


def test_two_hosts_are_none(app):
    assert ask(app, "/", headers=[("host", "evil.example")]).status == 421
    assert ask(app, "/", host="evil.example", headers=[("host", "127.0.0.1")]).status == 421


@pytest.mark.parametrize("host", OURS)
def test_this_machine_answers_under_its_own_names(app, host):
    assert ask(app, "/", host=host).status == 200
    headers = (FORM, SAME, ("origin", f"http://{host}"))
    answer = ask(app, "/cases", method="POST", host=host, headers=headers, body=[b"name=1"])
    assert answer.status == 422  # the form is read, and its name is none


def sent(form):
    return urlencode(form).encode()


@pytest.mark.parametrize("headers", STRANGERS.values(), ids=STRANGERS)
def test_a_change_from_elsewhere_is_refused_and_changes_nothing(app, served, headers):
    before = files_below(served)
    for path, form in POSTS.items():
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            answer = ask(app, path, method=method, headers=(FORM, *headers), body=[sent(form)])
            assert (path, method, answer.status) == (path, method, 403)
            assert dressed(answer)
    assert files_below(served) == before


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/json", "multipart/form-data; boundary=x"]
)
def test_nor_does_another_kind_of_body_get_in(app, served, kind):
    before = files_below(served)
    for path, form in POSTS.items():
        answer = ask(app, path, method="POST", headers=[("content-type", kind)], body=[sent(form)])
        assert answer.status == 403
    assert files_below(served) == before


def test_other_methods_do_nothing_even_from_here(app, served):
    before = files_below(served)
    for path in (*POSTS, *PATHS):
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
            answer = ask(app, path, method=method, headers=(FORM, SAME), body=[b"name=fresh"])
            assert (path, method, answer.status) in {(path, method, 404), (path, method, 405)}
            assert dressed(answer)
            if answer.status == 405:
                assert answer.headers["allow"]
    for path in POSTS:
        assert ask(app, path, method="HEAD").status in {404, 405}
    assert files_below(served) == before


@pytest.mark.parametrize("length", [
    str(safety.MOST_BYTES + 1), "9" * 19, "9" * 5000, "-1", "1e3", "", "+5", "\xb2", "0x10", "5, 5",
])  # fmt: skip
def test_a_length_too_large_or_none_at_all_is_refused_unread(app, length):
    for path in ("/cases", "/cases/harbour/edit?at=case", "/nowhere"):
        headers = (FORM, SAME, ("content-length", length))
        answer = ask(app, path, method="POST", headers=headers, body=[STALLED])
        assert answer.status == 413
        assert dressed(answer)


def test_a_body_that_does_not_say_how_long_it_is_is_counted(app, served):
    before = files_below(served)
    part = b"v.title=" + b"x" * (safety.MOST_BYTES // 4)
    for path in POSTS:
        answer = ask(app, path, method="POST", headers=(FORM, SAME), body=[*[part] * 4, STALLED])
        assert answer.status == 413
        assert dressed(answer)
    lying = (FORM, SAME, ("content-length", "5"))
    assert ask(app, "/cases", method="POST", headers=lying, body=[part] * 5).status == 413
    assert files_below(served) == before


def test_a_body_just_as_long_as_may_be_is_read(app):
    form = b"name=1&more=".ljust(safety.MOST_BYTES, b"x")
    halves = [form[:1000], form[1000:]]
    answer = ask(app, "/cases", method="POST", headers=(FORM, SAME), body=halves)
    assert answer.status == 422
    answer = ask(app, "/cases", method="POST", headers=(FORM, SAME), body=[*halves, b"x"])
    assert answer.status == 413


def test_a_body_that_does_not_end_is_given_up(app, served, monkeypatch):
    monkeypatch.setattr(safety, "MOST_SECONDS", 0.05)
    before = files_below(served)
    for path, form in POSTS.items():
        answer = ask(app, path, method="POST", headers=(FORM, SAME), body=[sent(form), STALLED])
        assert answer.status == 408
        assert dressed(answer)
    assert files_below(served) == before


def test_a_body_that_breaks_off_changes_nothing(app, served):
    before = files_below(served)
    answer = ask(app, "/cases", method="POST", headers=(FORM, SAME), body=[])
    assert answer.status == 400
    assert dressed(answer)
    assert files_below(served) == before


@pytest.mark.parametrize("path", [
    "/", "/nowhere", "/api/nowhere", "/cases/none/overview", "/api/cases/none/overview",
    "/cases/harbour/edit?at=nothing", "/cases/harbour/builder?level=x", "/works/none",
    "/cases/harbour/evidence?page=0", "/static/page.css", "/static/none", "/openapi.json",
    "/cases/harbour/assume?path=x&value=1", "/cases/harbour/charts/none.svg",
    "/cases/harbour/changed?before=zz", "/cases/harbour/overview?as_of=never",
])  # fmt: skip
def test_every_answer_has_the_headers(app, path):
    answer = ask(app, path)
    assert answer.raised is None
    assert dressed(answer)


def test_what_is_not_loaded_again_has_them_too(app):
    tag = ask(app, "/static/page.css").headers["etag"]
    answer = ask(app, "/static/page.css", headers=[("if-none-match", tag)])
    assert (answer.status, answer.body) == (304, b"")
    assert dressed(answer)


def test_an_error_of_ours_has_them_too_and_tells_nothing_of_the_inside(served):
    app = application(served, worlds=256)

    @app.get("/breaks")
    def breaks():
        raise ZeroDivisionError("a secret of the inside")

    answer = ask(app, "/breaks")
    assert answer.status == 500
    assert dressed(answer)
    assert b"secret" not in answer.body
    assert b"Traceback" not in answer.body
    assert isinstance(answer.raised, ZeroDivisionError)  # the log has it


LONG_WORK = (
    "/cases/harbour/overview?lines=none", "/api/cases/harbour/overview?lines=none",
    "/api/cases/harbour/watch?lines=none", "/api/cases/harbour/coalition?lines=none",
    "/cases/harbour/brief.md?lines=none", "/api/cases/harbour/history",
    "/api/cases/harbour/score", "/api/cases/harbour/nearest", "/cases/harbour/nearest",
    "/api/cases/harbour/changed?since=2025-02-01",
)  # fmt: skip


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_from_elsewhere_starts_no_work(served, site):
    with serving(served) as client:
        started = []
        client.app.state.bench.works.start = lambda *a, **k: started.append(a)
        for path in LONG_WORK:
            answer = client.get(path, headers={"Sec-Fetch-Site": site})
            assert (path, answer.status_code) == (path, 422)
            assert "from elsewhere" in answer.text
        assert started == []
        # what is at hand it may see, as an address that was sent to somebody is opened
        assert client.get("/api/cases/harbour/watch", headers={"Sec-Fetch-Site": site}).is_success


def test_an_address_that_is_typed_starts_it(served):
    with serving(served) as client:
        for site in ("none", "same-origin"):
            answer = client.get(LONG_WORK[1], headers={"Sec-Fetch-Site": site})
            assert answer.status_code == 202
        client.post(
            f"/works/{answer.json()['id']}/cancel", headers={"Sec-Fetch-Site": "same-origin"}
        )
