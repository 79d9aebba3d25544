"""The central case of a case's bargaining, written for other tools."""

import numpy as np
import pytest

from accord._errors import UsageError
from accord.case.load import load
from accord.criteria.positions import positions
from accord.criteria.setting import Setting
from accord.exchange.exporting import export_case, negotiation_of
from accord.formats.negotiation import bargain_of
from accord.formats.read import read_negotiation
from accord.theory.bargaining import GRID
from accord.theory.bargaining.space import listed
from accord.worlds.worlds import central_case
from teaching import FLAGSHIP, TEACHING, altered, files_below


def central(case):
    found = positions(Setting(case, central_case(case), {}))
    return {actor: one for actor, one in found.items() if not one.record.is_public}


@pytest.mark.parametrize("folder", [TEACHING, FLAGSHIP], ids=["teaching", "flagship"])
@pytest.mark.parametrize(("format_name", "near"), [("genius", 1e-9), ("geniusweb", 2e-4)])
def test_what_was_exported_reads_as_the_central_utilities(tmp_path, folder, format_name, near):
    case = load(folder)
    report = export_case(case, tmp_path / "out", format_name)
    found = read_negotiation(report.files)
    wanted = central(case)
    assert [profile.name for profile in found.profiles] == list(wanted)
    for profile, position in zip(found.profiles, wanted.values(), strict=True):
        for name, row in zip(case.file.provisions, profile.contributions, strict=True):
            steps = position.contributions.get(name)
            points = np.zeros(len(row)) if steps is None else steps[:, 0] / GRID
            assert row == pytest.approx(points / 100, rel=0, abs=near)
        walk_away = position.walk_away[0] / GRID / 100
        noted = any(f"{profile.name}: the walk-away" in note for note in report.notes)
        assert profile.reservation == pytest.approx(walk_away, abs=near) or noted


def test_a_walk_away_value_becomes_the_least_bid_that_is_accepted(tmp_path):
    case = load(TEACHING)
    ours = bargain_of(negotiation_of(case))
    theirs = bargain_of(read_negotiation(export_case(case, tmp_path / "o", "geniusweb").files))
    packages = listed(ours)
    accepted = ours.acceptances(packages)
    for i in range(ours.parties):
        least = theirs.utilities(packages)[i][accepted[i]].min()
        assert abs(least - theirs.walk_away[i]) <= len(ours.sizes)


def test_everything_that_the_format_cannot_say_is_told(tmp_path):
    told = "\n".join(export_case(load(FLAGSHIP), tmp_path / "out", "genius").notes)
    for words in (
        "median", "USA: 1 interaction", "no-nato-troops", "publics", "KYIV_PUBLIC",
        "without a position", "power was left out", "constraints left out", "no-russian-veto",
        "pledges", "deters", "over the years", "briefing-plan", "ordered",
    ):  # fmt: skip
        assert words in told


def test_a_folder_with_anything_in_it_is_refused_and_left_alone(tmp_path):
    (tmp_path / "mine").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="not empty"):
        export_case(load(TEACHING), tmp_path, "genius")
    assert files_below(tmp_path) == {"mine": b"x"}


def test_an_unknown_format_is_refused(tmp_path):
    with pytest.raises(UsageError, match="wanted genius, geniusweb, efg or gmcr"):
        export_case(load(TEACHING), tmp_path / "out", "xml")
    assert not (tmp_path / "out").exists()


def test_titles_that_stand_twice_are_told_apart_by_their_ids(tmp_path):
    folder = altered(
        tmp_path, ("title: Review of the pact", "title: Harbour fees"),
        ("They are dropped", "They are shared"),
    )  # fmt: skip
    found = read_negotiation(export_case(load(folder), tmp_path / "out", "genius").files)
    names = [issue.name for issue in found.issues]
    assert names[2:] == ["Harbour fees (fees)", "Harbour fees (review)"]
    assert found.issues[2].levels[1:] == ("They are shared (shared)", "They are shared (dropped)")


def test_the_same_case_makes_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        export_case(load(TEACHING), tmp_path / name, "geniusweb")
    assert files_below(tmp_path / "one") == files_below(tmp_path / "two")
