"""The twins of the pages: every answer has the shape that is promised, and every page has one."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as openapi_checks
from serving import HERE, WORLDS, Page, over, serving, whole

from accord.web import works
from accord.web.app import application
from accord.web.rendering import PAGES

CHECKS = [
    not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
]
QUIET = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)


@pytest.fixture(scope="module")
def served(assessed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("openapi") / "served"
    shutil.copytree(assessed, folder)
    return folder


@pytest.fixture(scope="module")
def client(served):
    with serving(served) as client:
        yield client


@pytest.fixture
def idle(served, monkeypatch):
    """Another client, whose long work is asked for and never begun."""
    monkeypatch.setattr(works, "MOST_AT_ONCE", 0)
    with serving(served) as client:
        yield client


NOTHING = application(Path(__file__).parent, worlds=WORLDS)
"""Of a folder without a case, for what it says of itself."""

DOCUMENT = NOTHING.openapi()
OPERATIONS = [each.ok() for each in schemathesis.openapi.from_dict(DOCUMENT).get_all_operations()]


def drawn(operation):
    """Requests that fit the schema, and some that do not; of a case that there is, mostly."""
    modes = [schemathesis.GenerationMode.POSITIVE]
    if operation.path_parameters or operation.query:
        modes.append(schemathesis.GenerationMode.NEGATIVE)
    return st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))


KNOWN = {
    "package": ["pact", "status-quo", "none"], "consent": ["everyone", "without-south", "x"],
    "as_of": ["latest", "2025-02-01", "2024-01-01", "never"], "lines": ["hard", "none", "stated"],
    "assume": ["shocks.new_government.probability=1", "coordination.value=2", "x=1"],
    "level": ["fees:kept", "fees:none", "x:y"], "beside": ["status-quo", "x"],
    "without": ["GUARD", "NORTH", "SOUTH"], "at": ["case", "positions.NORTH", "journal", "x"],
    "before": ["", "0" * 64], "since": ["2025-02-01", "latest", "never"], "page": [1, 2, 10_000],
}  # fmt: skip


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.path)
def test_every_answer_has_the_promised_shape(idle, operation):
    @settings(max_examples=8, suppress_health_check=QUIET)
    @given(case=drawn(operation), data=st.data())
    def conform(case, data):
        if "name" in case.path_parameters and data.draw(st.integers(0, 4)):
            case.path_parameters["name"] = "harbour"
        for name in data.draw(st.sets(st.sampled_from([*KNOWN]), max_size=2)):
            if name in {each.name for each in operation.query}:
                case.query[name] = data.draw(st.sampled_from(KNOWN[name]))
        answer = idle.request(**sendable(case))
        case.validate_response(answer, checks=CHECKS)

    conform()


def sendable(case):
    words = case.as_transport_kwargs(base_url=HERE)
    allowed = {"method", "url", "params", "headers", "cookies"}
    return {key: value for key, value in words.items() if key in allowed and key != "cookies"}


def test_only_reading_is_told_and_all_of_it_is():
    assert all(set(methods) == {"get"} for methods in DOCUMENT["paths"].values())
    told = set(DOCUMENT["paths"])
    routed = {route.path for route in all_routes(NOTHING) if route.path.startswith("/api/")}
    assert told == routed


def all_routes(app):
    for route in app.routes:
        if hasattr(route, "path"):
            yield route
        else:
            router = getattr(route, "original_router", None) or getattr(route, "router", None)
            yield from (each for each in router.routes if hasattr(each, "path"))


WORKING = (
    "/api/cases/{name}/overview", "/api/cases/{name}/consent", "/api/cases/{name}/coalition",
    "/api/cases/{name}/credibility", "/api/cases/{name}/durability", "/api/cases/{name}/watch",
    "/api/cases/{name}/brief", "/api/cases/{name}/figures/pact.acceptable",
    "/api/cases/{name}/changed", "/api/cases/{name}/nearest", "/api/cases/{name}/history",
    "/api/cases/{name}/score",
)  # fmt: skip


@pytest.mark.parametrize("path", WORKING)
def test_work_is_told_by_its_state_which_is_documented(idle, path):
    answer = idle.get(path.format(name="harbour") + "?lines=hard&since=2025-02-01")
    assert answer.status_code == 202
    kind = {"pact.acceptable": "{figure}"}
    documented = next(
        DOCUMENT["paths"][known] for known in (
            path.replace("pact.acceptable", kind["pact.acceptable"]),
            "/api/cases/{name}/{page}",
        ) if known in DOCUMENT["paths"]
    )["get"]["responses"]["202"]  # fmt: skip
    shape = documented["content"]["application/json"]["schema"]
    assert shape == {"$ref": "#/components/schemas/WorkState"}
    whole_shape = {**shape, "components": DOCUMENT["components"]}
    assert list(Draft202012Validator(whole_shape).iter_errors(answer.json())) == []
    assert answer.json()["stage"] == "waiting"


def test_mistakes_have_one_shape(client):
    shape = {"$ref": "#/components/schemas/ErrorList", "components": DOCUMENT["components"]}
    for path, status in {
        "/api/nowhere": 404,
        "/api/cases/none/overview": 404,
        "/api/cases/harbour/overview?as_of=never": 422,
        "/api/cases/harbour/overview?package=none": 422,
        "/api/cases/harbour/overview?assume=x": 422,
        "/api/cases/harbour/overview?lines=some": 422,
        "/api/cases/harbour/builder?level=x": 422,
        "/api/cases/harbour/evidence?page=0": 422,
        "/api/cases/harbour/figures/none": 422,
    }.items():
        answer = client.get(path)
        assert (path, answer.status_code) == (path, status)
        assert list(Draft202012Validator(shape).iter_errors(answer.json())) == []
        assert answer.json()["errors"]


def twin_of(client, address):
    answer = client.get(address)
    while answer.status_code == 202:
        (work,) = {
            each.split("/")[2] for each in Page(answer.text).links() if each.startswith("/works/")
        }
        assert over(client, work)["stage"] == "done"
        answer = client.get(address)
    assert answer.status_code == 200, address
    twin = Page(answer.text).twin()
    return twin, whole(client, twin)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_names_its_twin_and_the_twin_answers(client, page):
    query = "?package=dear-pact" if page != "edit" else "?at=positions.NORTH"
    if page in {"overview", "consent", "credibility", "durability", "watch", "brief", "coalition"}:
        query = "?consent=without-south"
    address = f"/cases/harbour/{page}{query}"
    twin, answer = twin_of(client, address)
    assert twin == f"/api{address}"
    assert answer.status_code == 200
    about = answer.json()["about"]
    assert about["case"] == "harbour"
    if page != "edit":
        wanted = {"package": "dear-pact"} if "package" in query else {"consent": "without-south"}
        assert about | wanted == about


@pytest.mark.parametrize("address", [
    "/cases/harbour/builder?level=fees%3Akept&beside=status-quo",
    "/cases/harbour/coalition?without=GUARD", "/cases/harbour/evidence?q=north&kind=judged&page=1",
    "/cases/harbour/assumptions?assume=coordination.value%3D0.5&q=north",
    "/cases/harbour/nearest?level=fees%3Akept", "/cases/harbour/history", "/cases/harbour/score",
    "/cases/harbour/figures/pact.acceptable.everyone.share", "/",  "/?q=harbour&category=Teaching",
])  # fmt: skip
def test_pages_below_and_those_with_something_chosen_have_theirs(client, address):
    twin, answer = twin_of(client, address)
    assert answer.status_code == 200
    path, wanted = urlsplit(address).path, urlsplit(address).query
    assert urlsplit(twin).path == ("/api/cases" if path == "/" else f"/api{path}")
    kept = set(urlsplit(twin).query.split("&")) | {"page=1"}
    assert set(filter(None, wanted.split("&"))) <= kept


def test_what_changed_has_its_twin(client):
    twin, answer = twin_of(client, "/cases/harbour/changed?since=2025-02-01")
    assert twin == "/api/cases/harbour/changed?since=2025-02-01"
    assert {"summary", "findings", "changes"} <= set(answer.json())
