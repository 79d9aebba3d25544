"""Whatever is wrong with a file: it is refused with its place, what was found, what is wanted."""

import json
import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accord._errors import CaseErrors
from accord.formats import read, source
from accord.formats.read import read_negotiation
from negotiations import (
    DOMAIN,
    KTAB,
    NEGMAS_BUYER,
    NEGMAS_DOMAIN,
    OWNER,
    TENANT,
    WEB_DOMAIN,
    WEB_PROFILE,
    only,
    put,
    refused,
)

BOMB = """<?xml version="1.0"?>
<!DOCTYPE lolz [
 <!ENTITY lol "lol">
 <!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
]>
<utility_space>&lol2;</utility_space>
"""
FETCH = """<?xml version="1.0"?>
<!DOCTYPE utility_space SYSTEM "http://127.0.0.1:9/evil.dtd" [
 <!ENTITY secret SYSTEM "file:///etc/passwd">
]>
<utility_space>&secret;</utility_space>
"""


@pytest.mark.parametrize("text", [BOMB, FETCH])
def test_document_types_and_entities_are_refused_and_nothing_is_fetched(
    tmp_path, monkeypatch, text
):
    def never(*_):
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket, "socket", never)
    error = only(put(tmp_path, domain=DOMAIN, tenant=text)[1:])
    assert "document type" in error.found
    assert error.line == 2
    assert "passwd" not in str(error)


def test_elements_nested_without_end_are_refused(tmp_path):
    error = only(put(tmp_path, deep="<utility_space>" * 5000))
    assert "nested too deeply" in error.found


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b"\xef\xbb\xbf \n", "an empty file"),
        (b"\x7fELF\0\0\1", "a binary file"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a binary file"),
        (b"caf\xe9: [1, 2]", "neither UTF-8 nor UTF-16"),
        (b"just some words", "no known format"),
        (b"<html><body/></html>", "no known format"),
        (b'{"a": 1}', "no known format"),
        (b"[1, 2]", "no object"),
        (b'<?xml version="1.0" encoding="klingon"?><utility_space/>', "encoding"),
    ],
)
def test_what_is_no_negotiation_is_refused(tmp_path, content, found):
    file = tmp_path / "file.xml"
    file.write_bytes(content)
    assert found in only([file]).found


def test_a_missing_file_and_one_that_is_too_large_are_told_together(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "MAXIMUM_BYTES", 100)
    files = put(tmp_path, domain=DOMAIN)
    errors = refused([*files, tmp_path / "absent.xml"])
    assert sorted(error.found for error in errors) == [f"a file of {len(DOMAIN)} bytes"[:10] + (
        f"{len(DOMAIN):,} bytes"
    ), "no such file"]  # fmt: skip


def test_a_domain_alone_and_profiles_alone_are_refused(tmp_path):
    domain, tenant = put(tmp_path, domain=DOMAIN, tenant=TENANT)
    assert only([domain]).found == "a domain without profiles"
    assert only([tenant]).found == "profiles without their domain"
    web = json.loads(json.dumps(WEB_PROFILE))
    del web["LinearAdditiveUtilitySpace"]["domain"]
    assert only(put(tmp_path, web=web)).found == "profiles without their domain"


def test_two_domains_and_files_of_two_tools_are_refused(tmp_path):
    files = put(tmp_path, domain=DOMAIN, other=DOMAIN, tenant=TENANT, web=WEB_PROFILE)
    assert "a second domain" in only(files[:3]).found
    assert "several formats: genius, geniusweb" in only([files[0], *files[2:]]).found


def test_two_files_of_one_name_are_refused(tmp_path):
    (tmp_path / "more").mkdir()
    domain, tenant = put(tmp_path, domain=DOMAIN, tenant=TENANT)
    (other,) = put(tmp_path / "more", tenant=OWNER)
    error = only([domain, tenant, other])
    assert error.file == str(other)
    assert "'tenant'" in error.found
    assert str(tenant) in error.wanted


def changed(*keys, value):
    """The GeniusWeb profile with one value replaced, or removed where it is None."""
    profile = json.loads(json.dumps(WEB_PROFILE))
    node = profile["LinearAdditiveUtilitySpace"]
    for key in keys[:-1]:
        node = node[key]
    if value is None:
        del node[keys[-1]]
    else:
        node[keys[-1]] = value
    return profile


WEB = [
    (changed("issueWeights", "place", value="0.6"), "issueWeights.place", "'0.6'"),
    (changed("issueWeights", "place", value=-0.6), "issueWeights.place", "-0.6"),
    (changed("issueWeights", "place", value=True), "issueWeights.place", "True"),
    (changed("issueWeights", "place", value=None), "issueWeights.place", "no weight"),
    (changed("issueWeights", value=None), "issueWeights", "nothing"),
    (changed("issueUtilities", "place", value=None), "issueUtilities.place", "no such issue"),
    (changed("issueUtilities", "more", value={}), "issueUtilities.more", "the domain does not"),
    (changed("issueUtilities", "place", value={"x": 1}), "issueUtilities.place", "neither"),
    (changed("issueUtilities", "place", "discreteutils", "valueUtilities", "sea", value="a lot"),
     "issueUtilities.place.discreteutils.valueUtilities.sea", "'a lot'"),
    (changed("issueUtilities", "days", "numberutils", "highValue", value=1),
     "issueUtilities.days.numberutils", "highValue 1"),
    (changed("issueUtilities", "days", "numberutils", "lowUtility", value=None),
     "issueUtilities.days.numberutils.lowUtility", "nothing"),
    (changed("reservationBid", "issuevalues", "place", value="moon"),
     "reservationBid.issuevalues.place", "'moon'"),
    (changed("reservationBid", "issuevalues", "plaice", value="sea"),
     "reservationBid.issuevalues.plaice", "the domain does not"),
    (changed("domain", "name", value="other") | {}, "", ""),
    (changed("domain", "issuesValues", "place", "values", value=["sea", "moon"]), "domain",
     "another domain"),
    ({"LinearPartialOrdering": {"domain": WEB_DOMAIN}}, None, "of the kind LinearPartialOrdering"),
]  # fmt: skip


@pytest.mark.parametrize(("profile", "path", "found"), WEB)
def test_a_mistake_in_a_geniusweb_profile_is_told_with_its_path(tmp_path, profile, path, found):
    files = put(tmp_path, trip=WEB_DOMAIN, guest=profile)
    if path == "":
        # the name of the domain alone is no reason to refuse a profile
        assert read_negotiation(files).title == "trip"
        return
    error = only(files)
    wanted = f"LinearAdditiveUtilitySpace.{path}" if path is not None else "LinearPartialOrdering"
    assert error.path == wanted
    assert found in error.found
    assert error.line > 1 or path is None


@pytest.mark.parametrize(
    ("issues", "found"),
    [
        ({}, "no issue"),
        ([], "a list"),
        ({"a": {"values": []}}, "no values"),
        ({"a": {"values": [{}]}}, "no text and no number"),
        ({"a": {"range": [1, 2]}}, "no range"),
        ({"a": {"range": [1, "x", 1]}}, "no range"),
        ({"a": {"range": [1, 2, 0]}}, "from 1 to 2 by 0"),
        ({"a": {"range": [1, 1e9, 1]}}, "1,000,000,000 values"),
        ({"a": {}}, "neither values nor a range"),
    ],
)
def test_a_mistake_in_a_geniusweb_domain_is_told(tmp_path, issues, found):
    files = put(tmp_path, trip={"name": "x", "issuesValues": issues}, guest=WEB_PROFILE)
    error = only(files)
    assert error.file == str(files[0])
    assert found in error.found


@pytest.mark.parametrize(
    ("text", "line", "column", "found"),
    [
        ('{"issuesValues": {"a": }', 1, 24, "'}'"),
        ('{\n "issuesValues" {}}', 2, 17, "'{}}'"),
        ('{"issuesValues": {},\n\t"issuesValues": {"a": {"values": [1]}}}', 2, 2, "second time"),
        ('{"issuesValues": {"a": {"values": [NaN]}}}', 1, 36, "NaN"),
        ('{"issuesValues": {"a": {"values": ["\\ud800"]}}}', 1, 36, "ud800"),
        ('{"issuesValues": {"a": "b\n"}}', 1, 24, "does not end"),
        ('{"issuesValues": {"a": {}}} 5', 1, 29, "behind the end"),
        ('{"issuesValues": ', 1, 18, "the end of the file"),
        ("[" * 100_000, 1, 62, "nested too deeply"),
    ],
)
def test_json_that_is_none_is_told_with_line_and_column(tmp_path, text, line, column, found):
    errors = refused(put(tmp_path, trip=text, guest=WEB_PROFILE))
    assert any(
        (error.line, error.column) == (line, column) and found in error.found for error in errors
    ), [str(error) for error in errors]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("weights: [0.25, 0.75]", "weights: [0.25]", "no weight of it"),
        ("weights: [0.25, 0.75]", "weights: [0.25, 0.75, 1]", "3 entries"),
        ("weights: [0.25, 0.75]", "weights: [0.25, .nan]", ".nan"),
        ("weights: [0.25, 0.75]", "weights: [0.25, x]", "'x'"),
        ('"no": 0.5', '"yes": 0.5', "a value that the domain does not have"),
        ('{red: 1.0, "no": 0.5}', "{red: 1.0}", "no utility of 'no'"),
        ("type: AffineFun", "type: CosFun", "CosFun"),
        ("type: TableFun\n    mapping", "type: IdentityFun\n    m", "a linear function"),
        ("reserved_value: 0.25", "reserved_value: .inf", ".inf"),
        ("LinearAdditiveUtilityFunction", "HyperRectangleUtilityFunction", "HyperRectangle"),
        ("name: buyer", "name: buyer\nname: seller", "second time"),
    ],
)
def test_a_mistake_in_a_negmas_function_is_told_with_its_place(tmp_path, old, new, found):
    assert NEGMAS_BUYER.count(old) == 1
    files = put(tmp_path, domain=NEGMAS_DOMAIN, buyer=NEGMAS_BUYER.replace(old, new))
    errors = refused(files)
    assert any(e.file == str(files[1]) and found in e.found for e in errors), map(str, errors)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("type: ContiguousIssue", "type: ContinuousIssue", "ContinuousIssue"),
        ("values: [1, 3]", "values: [3, 1]", "from 3 to 1"),
        ("values: [1, 3]", "values: [1, x]", "['1"[:1]),
        ('values: [red, "no"]', "values: []", "no values"),
        ("name: Colour", "name: Quantity", "second issue"),
    ],
)
def test_a_mistake_in_a_negmas_domain_is_told_with_its_place(tmp_path, old, new, found):
    files = put(tmp_path, domain=NEGMAS_DOMAIN.replace(old, new), buyer=NEGMAS_BUYER)
    error = only(files)
    assert error.file == str(files[0])
    assert error.line > 1
    assert found in error.found


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "found"),
    [
        ("10.5", "lots", 3, 21, "'lots'"),
        ("10.5, 0", "10.5, 101", 3, 27, "'101'"),
        ("20, 100, 50, 50, 50", "20, 100, 50, 50", 4, 1, "6 fields"),
        ("20, 100, 50, 50, 50", "20, 100, 0, 50, 0", 4, 21, "saliences of 0"),
        ("B, Second", "A, Second", 4, 1, "second actor"),
        (", 3, 2,", ", 4, 2,", 1, 31, "4 actors, and 3 rows"),
        (", 3, 2,", ", 3, 3,", 1, 34, "3 dimensions, and columns of 2"),
        ("Quota", "Price", 2, 41, "second dimension"),
    ],
)
def test_a_mistake_in_a_ktab_file_is_told_with_its_place(tmp_path, old, new, line, column, found):
    assert KTAB.count(old) == 1
    error = only(put(tmp_path, oil=KTAB.replace(old, new)))
    assert (error.line, error.column) == (line, column)
    assert found in error.found


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_files_that_are_damaged_anywhere_are_read_or_refused(tmp_path, data):
    texts = {
        "genius": (DOMAIN, TENANT), "web": (json.dumps(WEB_DOMAIN), json.dumps(WEB_PROFILE)),
        "negmas": (NEGMAS_DOMAIN, NEGMAS_BUYER), "ktab": (KTAB,),
    }[data.draw(st.sampled_from(["genius", "web", "negmas", "ktab"]))]  # fmt: skip
    chosen = data.draw(st.integers(0, len(texts) - 1))
    text = texts[chosen]
    at = data.draw(st.integers(0, len(text)))
    more = data.draw(st.sampled_from(["", "<", ">", '"', "{", "]", ",", "\n", "x", "-", "\0", "é"]))
    damaged = text[:at] + more + text[at + data.draw(st.integers(0, 12)) :]
    files = []
    for i, written in enumerate(texts):
        file = tmp_path / f"file{i}"
        file.write_text(damaged if i == chosen else written, encoding="utf-8")
        files.append(file)
    refused_for, found = (), None
    try:
        found = read_negotiation(files)
    except CaseErrors as refusal:
        refused_for = refusal.errors
    assert (found is None) == bool(refused_for)
    assert all(error.file and error.found and error.wanted for error in refused_for)
    if found is not None:
        sizes = [len(issue.levels) for issue in found.issues]
        assert sizes
        for profile in found.profiles:
            assert [len(row) for row in profile.contributions] == sizes


def test_a_folder_without_a_negotiation_is_refused(tmp_path):
    (tmp_path / "notes.json").write_text('{"a": 1}', encoding="utf-8")
    assert "no file of a negotiation" in only([tmp_path]).found
    assert {".xml", ".json"} <= read._ENDINGS
