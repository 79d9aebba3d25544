"""Cases made of other tools' negotiations: checked, assessed, and wanting the same."""

import datetime as dt
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accord._errors import CaseErrors, UsageError
from accord.case.case import Case
from accord.case.check import check
from accord.case.load import load
from accord.criteria.positions import positions
from accord.criteria.setting import Setting
from accord.exchange import importing
from accord.exchange.importing import import_case
from accord.exchange.naming import identifiers
from accord.formats.geniusweb_writer import write_geniusweb
from accord.formats.read import read_negotiation
from accord.run.assess import assess
from accord.theory.bargaining import GRID
from accord.worlds.worlds import central_case
from negotiations import (
    DOMAIN,
    KTAB,
    NEGMAS_BUYER,
    NEGMAS_DOMAIN,
    OWNER,
    TENANT,
    WEB_DOMAIN,
    WEB_PROFILE,
    negotiations,
    put,
)
from teaching import files_below

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "bargain"
HERE = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
DAY = dt.date(2030, 1, 15)


def in_points(case: Case, negotiation, most=200):
    """For some packages: utilities less walk-away values in points, as (ours, the file's)."""
    found = list(positions(Setting(case, central_case(case), {})).values())
    provisions = {name: list(p.levels) for name, p in case.file.provisions.items()}
    spaces = [range(len(issue.levels)) for issue in negotiation.issues]
    for levels in itertools.islice(itertools.product(*spaces), most):
        chosen = {name: ids[k] for (name, ids), k in zip(provisions.items(), levels, strict=True)}
        for position, profile in zip(found, negotiation.profiles, strict=True):
            rows = profile.contributions
            total = sum(max(row) - min(row) for row in rows)
            gain = sum(row[k] for row, k in zip(rows, levels, strict=True)) - profile.reservation
            ours = (position.utility(chosen) - position.walk_away)[0] / GRID
            yield ours, (100 * gain / total if total > 1e-6 else gain)


@pytest.mark.parametrize(
    "texts",
    [
        {"domain": DOMAIN, "tenant": TENANT, "owner": OWNER},
        {"trip": WEB_DOMAIN, "guest": WEB_PROFILE},
        {"trade": NEGMAS_DOMAIN, "buyer": NEGMAS_BUYER},
        {"oil": KTAB},
    ],
    ids=["genius", "geniusweb", "negmas", "ktab"],
)
def test_an_imported_case_is_checked_assessed_and_wants_what_the_files_say(tmp_path, texts):
    files = put(tmp_path, **texts)
    report = import_case(files, tmp_path / "case", as_of=DAY)
    assert report.files == (tmp_path / "case/case.schema.json", tmp_path / "case/case.yaml")
    ignored = read_negotiation(files).ignored
    assert report.notes[: len(ignored)] == ignored
    assert all("walk-away value" in note for note in report.notes[len(ignored) :])
    assert check(tmp_path / "case").ok
    case = load(tmp_path / "case")
    assert case.as_of == DAY
    run = assess(case, worlds=256)
    assert run.verdict.packages[0] == "best-sum"
    negotiation = read_negotiation(files)
    for ours, theirs in in_points(case, negotiation):
        near = (len(negotiation.issues) + 1) / (2 * GRID) + 1e-5
        assert ours == pytest.approx(theirs, abs=near) or min(ours, theirs) >= 90


def test_the_words_of_the_files_and_the_powers_stand_in_the_case(tmp_path):
    import_case(put(tmp_path, oil=KTAB), tmp_path / "case", as_of=DAY)
    file = load(tmp_path / "case").file
    assert file.title == "Oil"
    assert {a: r.name for a, r in file.actors.items()} == {
        "A": "First, of all", "B": "Second", "C": "Third"
    }  # fmt: skip
    assert file.actors["A"].power.central == 10.5
    assert file.provisions["price"].title == "Price"
    assert [x.title for x in file.provisions["price"].levels.values()] == ["0", "25", "100"]
    assert file.provisions["price"].ordered
    assert file.consent.rules["everyone"].actors == ("A", "B", "C")
    text = (tmp_path / "case/case.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=./case.schema.json\naccord: 1\n")
    assert "Imported from oil.txt" in text
    assert str(tmp_path) not in text


def test_the_named_package_has_the_greatest_sum_of_utilities(tmp_path):
    files = put(tmp_path, domain=DOMAIN, tenant=TENANT, owner=OWNER)
    import_case(files, tmp_path / "case", as_of=DAY)
    chosen = load(tmp_path / "case").chosen("best-sum")
    assert chosen == {"rent": "low", "months": "level_6", "pets": "cat"}


@HERE
@given(negotiations())
def test_any_names_and_numbers_make_a_case_that_reads_back(tmp_path_factory, negotiation):
    folder = tmp_path_factory.mktemp("any")
    files = []
    for name, text in write_geniusweb(negotiation).files.items():
        (folder / name).write_text(text, encoding="utf-8")
        files.append(folder / name)
    import_case(files, folder / "case", as_of=DAY)
    case = load(folder / "case")
    written = read_negotiation(files)
    assert [p.title for p in case.file.provisions.values()] == [
        issue.name.strip() for issue in negotiation.issues
    ]
    for provision, issue in zip(case.file.provisions.values(), negotiation.issues, strict=True):
        assert [x.title for x in provision.levels.values()] == [x.strip() for x in issue.levels]
    wanting = [
        sum(max(row) - min(row) for row in profile.contributions) for profile in written.profiles
    ]
    for (ours, theirs), wants in zip(in_points(case, written), itertools.cycle(wanting)):
        if wants > 1e-6:
            bounded = max(-190.0, min(190.0, theirs))
            near = (len(negotiation.issues) + 1) / (2 * GRID) + 1e-4
            assert ours == pytest.approx(theirs, abs=near) or np.sign(ours) == np.sign(bounded)
        elif wants < 1e-10:
            # each level and the walk-away value are rounded to the files' grid of a billionth
            rounding = (len(negotiation.issues) + 1) / 2e9
            assert (ours >= 0) == (theirs >= -rounding)


def test_negative_utilities_and_walk_away_values_far_away_keep_their_meaning(tmp_path):
    wild = NEGMAS_BUYER.replace("red: 1.0", "red: -3.0").replace("value: 0.25", "value: -90")
    wilder = wild.replace("value: -90", "value: 90")
    flat = NEGMAS_BUYER.replace("weights: [0.25, 0.75]", "weights: [0, 0]")
    files = put(tmp_path, trade=NEGMAS_DOMAIN, a=wild, b=wilder, c=flat)
    report = import_case(files, tmp_path / "case", as_of=DAY)
    told = "\n".join(report.notes)
    assert "a: the walk-away value -90 lies far below every package" in told
    assert "b: the walk-away value 90 lies far above every package" in told
    assert "c is indifferent between all packages" in told
    case = load(tmp_path / "case")
    gains = [ours for ours, _ in in_points(case, read_negotiation(files))]
    assert all(gain > 0 for gain in gains[0::3])
    assert all(gain < 0 for gain in gains[1::3])
    assert all(gain < 0 for gain in gains[2::3])
    assess(case, worlds=256)


def test_a_folder_with_anything_in_it_is_refused_and_left_alone(tmp_path):
    files = put(tmp_path, oil=KTAB)
    before = files_below(tmp_path)
    with pytest.raises(UsageError, match="not empty"):
        import_case(files, tmp_path)
    with pytest.raises(UsageError, match="not empty"):
        import_case(files, files[0])
    assert files_below(tmp_path) == before


def test_an_empty_folder_will_do_and_mistakes_write_nothing(tmp_path):
    target = tmp_path / "case"
    target.mkdir()
    with pytest.raises(CaseErrors):
        import_case(put(tmp_path, oil=KTAB.replace("10.5", "x")), target)
    assert list(target.iterdir()) == []
    import_case(put(tmp_path, oil=KTAB), target, as_of=DAY)
    assert len(list(target.iterdir())) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case", "oil.txt"]


def test_an_interruption_leaves_nothing_half_written(tmp_path, monkeypatch):
    files = put(tmp_path, oil=KTAB)
    before = files_below(tmp_path)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        import_case(files, tmp_path / "case")
    assert files_below(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["oil.txt"]


def test_the_same_files_on_the_same_day_make_the_same_bytes(tmp_path):
    files = put(tmp_path, domain=DOMAIN, tenant=TENANT)
    import_case(files, tmp_path / "one", as_of=DAY)
    import_case(files, tmp_path / "two", as_of=DAY)
    assert files_below(tmp_path / "one") == files_below(tmp_path / "two")
    import_case(files, tmp_path / "today")
    assert load(tmp_path / "today").as_of >= dt.date(2025, 1, 1)


def test_the_names_of_many_files_are_not_all_listed(tmp_path):
    texts = {f"p{i}": TENANT for i in range(9)}
    import_case(put(tmp_path, domain=DOMAIN, **texts), tmp_path / "case", as_of=DAY)
    assert load(tmp_path / "case").file.byline.endswith("p4.txt and 4 more")
    assert importing._MOST_NAMED == 6


def test_every_reference_negotiation_becomes_a_case(tmp_path):
    folders = sorted(
        {path.parent for path in REFERENCE.glob("*/*") if path.name != "expected.json"}
    )
    if not folders:
        pytest.skip("the reference cases beside the checkout are absent")
    for folder in folders:
        target = tmp_path / folder.name
        assert import_case([folder], target, as_of=DAY).files
        assert check(target).ok


@given(st.lists(st.text(max_size=60), max_size=12))
def test_ids_are_valid_and_distinct(names):
    found = identifiers(names, "level")
    assert len({name.lower() for name in found}) == len(names)
    for name in found:
        assert name[0].isalpha()
        assert name.isascii()
        assert all(sign.isalnum() or sign in "_-" for sign in name)


def test_ids_stay_clear_of_the_words_of_the_file():
    names = ["Because", "like", "AND", "null", "2000", "日本", "Größe, in m²", "a", "A"]
    assert identifiers(names, "level") == [
        "level_because", "level_like", "level_and", "level_null", "level_2000", "level_6",
        "große_in_m2".replace("ß", ""), "a", "a_2",
    ]  # fmt: skip
