"""What is written for another tool reads back as what it was."""

import itertools
import json
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accord._errors import UsageError
from accord.formats import nearest_bid as searching
from accord.formats.genius_writer import write_genius
from accord.formats.geniusweb_writer import write_geniusweb
from accord.formats.nearest_bid import nearest_bid
from accord.formats.negotiation import Issue, Negotiation, Profile, bargain_of
from accord.formats.read import read_negotiation
from accord.theory.bargaining.space import listed
from negotiations import DOMAIN, OWNER, TENANT, WEB_PROFILE, negotiations, put, put_written

HERE = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
FORMATS = {"genius": write_genius, "geniusweb": write_geniusweb}


def back(folder, negotiation, write):
    written = write(negotiation)
    found = read_negotiation(put_written(folder, written))
    assert [(i.name, i.levels) for i in found.issues] == [
        (i.name, i.levels) for i in negotiation.issues
    ]
    assert found.title in {negotiation.title, negotiation.title.strip()} or write is write_genius
    return found, written


def alike(found, wanted, near=1e-9):
    return all(
        np.allclose(a, b, rtol=0, atol=near)
        for p, q in zip(found.profiles, wanted.profiles, strict=True)
        for a, b in zip(p.contributions, q.contributions, strict=True)
    )


@HERE
@given(negotiations())
def test_genius_files_hold_the_same_utilities_and_walk_away_values(tmp_path, negotiation):
    found, written = back(tmp_path, negotiation, write_genius)
    assert alike(found, negotiation)
    for profile, wanted in zip(found.profiles, negotiation.profiles, strict=True):
        assert profile.reservation == wanted.reservation
    powers = [p for p in negotiation.profiles if p.power is not None]
    assert len([note for note in written.notes if "power" in note]) == len(powers)
    assert found.ignored == ()


@HERE
@given(negotiations(shares=st.floats(0, 0.25)))
def test_geniusweb_files_hold_the_same_utilities_and_the_same_acceptances(tmp_path, negotiation):
    found, written = back(tmp_path, negotiation, write_geniusweb)
    assert alike(found, negotiation)
    ours, theirs = bargain_of(negotiation), bargain_of(found)
    packages = listed(ours)
    accepted, told = ours.acceptances(packages), theirs.utilities(packages)
    for i, profile in enumerate(negotiation.profiles):
        noted = any(f"{profile.name}: the walk-away value" in note for note in written.notes)
        assert noted or abs(found.profiles[i].reservation - profile.reservation) <= 1e-9
        if accepted[i].any():
            least = told[i][accepted[i]].min()
            assert abs(least - theirs.walk_away[i]) <= len(negotiation.issues)


@HERE
@given(negotiations())
def test_geniusweb_weights_sum_to_one_exactly_and_utilities_stay_within_bounds(negotiation):
    for text in list(write_geniusweb(negotiation).files.values())[1:]:
        space = json.loads(text, parse_float=Decimal)["LinearAdditiveUtilitySpace"]
        assert sum(Decimal(weight) for weight in space["issueWeights"].values()) == 1
        for body in space["issueUtilities"].values():
            values = body["discreteutils"]["valueUtilities"].values()
            assert all(0 <= value <= 1 for value in values)


@HERE
@given(negotiations(shares=st.floats(-2, 3)), st.sampled_from(list(FORMATS)))
def test_utilities_of_any_sign_keep_every_preference(tmp_path, negotiation, name):
    found, written = back(tmp_path, negotiation, FORMATS[name])
    for profile, wanted in zip(found.profiles, negotiation.profiles, strict=True):
        before = np.concatenate([np.subtract(row, row[0]) for row in wanted.contributions])
        after = np.concatenate([np.subtract(row, row[0]) for row in profile.contributions])
        at = np.argmax(np.abs(before))
        scale = after[at] / before[at] if abs(before[at]) > 1e-3 else 1.0
        assert scale > 0
        assert np.allclose(after, before * scale, rtol=0, atol=1e-8 if scale != 1.0 else 1e-3)
        mended = [n for n in written.notes if n.startswith(f"{wanted.name}: Genius")]
        same = [
            np.allclose(a, b, rtol=0, atol=1e-9)
            for a, b in zip(profile.contributions, wanted.contributions, strict=True)
        ]
        assert mended or all(same)


def test_a_walk_away_value_above_every_bid_is_told(tmp_path):
    issue = Issue("x", ("a", "b"), False)
    negotiation = Negotiation("t", (issue,), (Profile("p", ((0.2, 0.6),), 0.9),), (), "genius")
    found, written = back(tmp_path, negotiation, write_geniusweb)
    assert found.profiles[0].reservation == pytest.approx(0.6)
    assert "no bid reaches the walk-away value" in written.notes[0]


@pytest.mark.parametrize("write", FORMATS.values())
def test_what_was_read_is_written_and_read_the_same(tmp_path, write):
    first = read_negotiation(put(tmp_path, domain=DOMAIN, tenant=TENANT, owner=OWNER))
    (tmp_path / "new").mkdir()
    found, written = back(tmp_path / "new", first, write)
    assert alike(found, first)
    assert [p.name for p in found.profiles] == ["tenant", "owner"]
    assert any("'Months'" in note for note in written.notes)


def test_a_geniusweb_walk_away_value_survives_unchanged(tmp_path):
    first = read_negotiation(put(tmp_path, guest=WEB_PROFILE))
    (tmp_path / "new").mkdir()
    found, written = back(tmp_path / "new", first, write_geniusweb)
    assert found.profiles[0].reservation == pytest.approx(first.profiles[0].reservation)
    assert not any("walk-away" in note for note in written.notes)


def test_names_that_xml_cannot_hold_are_refused():
    issue = Issue("a\x01b", ("x",), False)
    negotiation = Negotiation("t", (issue,), (Profile("p", ((1.0,),), 0.0),), (), "genius")
    with pytest.raises(UsageError, match=r"U\+0001"):
        write_genius(negotiation)
    assert len(write_geniusweb(negotiation).files) == 2


@pytest.mark.parametrize("write", FORMATS.values())
def test_files_get_names_that_differ_and_that_folders_can_hold(write):
    issue = Issue("x", ("a",), False)
    names = ["a/b", "a?b", "A_B", "..", "", "_x", "t-domain", "long" * 99]
    profiles = tuple(Profile(name, ((1.0,),), 0.0) for name in names)
    files = list(write(Negotiation("t", (issue,), profiles, (), "genius")).files)
    assert len({name.lower() for name in files}) == len(names) + 1
    assert all("/" not in name and name[0] not in "._" and len(name) < 80 for name in files)


@HERE
@given(
    st.lists(st.lists(st.integers(-50, 50), min_size=1, max_size=4), min_size=1, max_size=5),
    st.integers(-300, 300),
)
def test_the_nearest_bid_is_the_one_that_listing_all_finds(rows, target):
    values = [np.asarray(row, dtype=np.int64) for row in rows]
    bid = nearest_bid(values, target)
    sums = [sum(bundle) for bundle in itertools.product(*rows)]
    reached = [total for total in sums if total >= target]
    assert bid.exact
    assert bid.value == (min(reached) if reached else max(sums))
    assert sum(row[level] for row, level in zip(rows, bid.levels, strict=True)) == bid.value


def test_a_search_that_had_to_thin_says_so(monkeypatch):
    monkeypatch.setattr(searching, "MOST_SUMS", 50)
    source = np.random.default_rng(3)
    values = [source.integers(0, 10**8, 5) for _ in range(10)]
    bid = nearest_bid(values, 4 * 10**8)
    assert not bid.exact
    assert bid.value >= 4 * 10**8
    assert sum(int(row[k]) for row, k in zip(values, bid.levels, strict=True)) == bid.value
