"""Every reference negotiation gives the tables that independent readers gave."""

import json
from pathlib import Path

import pytest

from accord.formats.negotiation import bargain_of
from accord.formats.read import read_negotiation
from accord.theory.bargaining.space import listed

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "bargain"
FOLDERS = sorted(path.parent for path in REFERENCE.glob("*/expected.json"))


def cases(wanted):
    found = [
        folder for folder in FOLDERS
        if wanted in json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    ]  # fmt: skip
    if found:
        return [pytest.param(folder, id=folder.name) for folder in found]
    reason = "the reference cases beside the checkout are absent"
    return [pytest.param(None, marks=pytest.mark.skip(reason=reason))]


def opened(folder):
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    names = [expected["domain_file"], *expected["ufun_files"]]
    return expected, read_negotiation([folder / name for name in names])


@pytest.mark.parametrize("folder", cases("weight_decimals_kept"))
def test_genius_files_give_the_contributions_of_the_tables(folder):
    expected, found = opened(folder)
    tables = json.loads((folder / "tables.json").read_text(encoding="utf-8"))
    assert [issue.name for issue in found.issues] == [i["name"] for i in tables["issues"]]
    assert [list(issue.levels) for issue in found.issues] == [
        [str(value) for value in issue["values"]] for issue in tables["issues"]
    ]
    decimals = expected["weight_decimals_kept"]
    for profile, party, kept in zip(found.profiles, tables["parties"], decimals, strict=True):
        assert profile.name == party["name"]
        assert profile.reservation == party["reserved_value"]
        # the tables round weights to so many decimals
        near = max(1e-9, 0.5 * 10.0**-kept)
        for row, wanted in zip(profile.contributions, party["contributions"], strict=True):
            assert row == pytest.approx(wanted, rel=0, abs=near)


@pytest.mark.parametrize("folder", cases("reserved_values_from_reservationBid"))
def test_geniusweb_files_give_the_walk_away_values_and_the_acceptable_packages(folder):
    expected, found = opened(folder)
    wanted = expected["reserved_values_from_reservationBid"]
    assert [profile.reservation for profile in found.profiles] == pytest.approx(wanted, abs=1e-9)
    bargain = bargain_of(found)
    assert bargain.combinations == expected["n_outcomes"]

    accepted = bargain.acceptances(listed(bargain)).all(axis=0)
    assert accepted.sum() == expected["n_rational_all_ge"]


@pytest.mark.parametrize("folder", cases("domain_file"))
def test_a_reference_folder_reads_as_its_files_named_one_by_one(folder):
    _, named = opened(folder)
    found = read_negotiation([folder])
    assert found.issues == named.issues
    assert found.profiles == named.profiles
    assert any("expected.json" in sentence for sentence in found.ignored)
