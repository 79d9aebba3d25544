"""Releases of the aid tracker and national capabilities, imported for an analyst."""

import csv
import datetime as dt
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from ruamel.yaml import YAML

from accord._errors import CaseErrors, ModelError, UsageError
from accord.case.check import check
from accord.case.load import load
from accord.case.scaffold import new
from accord.cli.app import run
from accord.exchange.importing import import_case
from accord.exchange.sharing_keys import sharing_key
from accord.exchange.sharing_keys_states import STATES, iso_of_abbreviation, iso_of_name
from accord.exchange.tracker import Change, changes, conversions, reconciled, spread, support
from accord.formats.cow import Capabilities
from accord.formats.kiel import MAIN, Entry, Tracker, read_tracker
from accord.formats.kiel_summary import KINDS, SummaryRow
from negotiations import DOMAIN, put

HEADER = (
    "activity_id", "donor", "announcement_date", "measure", "aid_type_general",
    "tot_activity_value_EUR", "tot_sub_activity_value_EUR_redistr", "item",
)  # fmt: skip
NMC = """\
stateabb,ccode,year,milex,milper,irst,pec,tpop,upop,cinc,version
USA,2,2015,1,1,1,1,1,1,0.5,2021
USA,2,2016,600,1300,1,1,320,1,0.13,2021
GMY,255,2016,40,180,1,1,80,1,0.02,2021
FRN,220,2016,60,-9,1,1,60,1,0.03,2021
"""
NEW = [
    ("DEM1", "Germany", "2024-01-05", "Allocation", "Military", 4e9, 3e9, "Tanks"),
    ("DEM1", "Germany", ".", "Allocation", "Military", None, 1e9, "Shells"),
    ("DEF1", "Germany", "2024-02-01", "Commitment", "Financial", 4e9, 0, ""),
    ("FRM1", "France", "2024-03-01", "Allocation", "Military", 2e9, 1e9, ""),
    ("CZM1", "Czechia", "2024-04-01", "Commitment", "Military", 1e9, 0, ""),
]
OLD = [
    ("DEM1", "Germany", "2024-01-05", "Allocation", "Military", 4e9, 2e9, "Tanks"),
    ("FRM0", "France", "2023-03-01", "Allocation", "Military", 5e8, 5e8, "@cmd()"),
    ("CZM1", "Czech Republic", "2024-04-01", "Commitment", "Military", 1e9, 0, ""),
]


def workbook(tmp_path, rows, release=28):
    book = Workbook()
    book.active.title = MAIN
    for row in (HEADER, *rows):
        book.active.append(list(row))
    file = tmp_path / f"Ukraine_Support_Tracker_Release_{release}.xlsx"
    book.save(file)
    return file


def table(file):
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def entry(donor, value, measure="commitment", kind="military", activity="", row=2):
    month = "2024-01"
    day = dt.date(2024, 1, 2)
    return Entry(donor, kind, measure, activity, day, month, value, "", "", row)


def tracker(*entries, summary=(), allocated=True):
    return Tracker("x.xlsx", "28", "names of variables", allocated, entries, summary, ())


# -- conversion


def test_conversion_is_what_is_allocated_of_what_is_committed(tmp_path):
    release = read_tracker(workbook(tmp_path, NEW))
    found = {(p.donor, p.kind): p for p in support(release)}
    germany = found["Germany", "military"]
    assert (germany.allocated, germany.committed, germany.rate, germany.entries) == (4e9, 4e9, 1, 2)
    assert found["Germany", "financial"].rate == 0
    overall, military, financial, *donors = conversions(release)
    assert (overall.allocated, overall.committed, overall.entries) == (5e9, 11e9, 5)
    assert overall.rate == pytest.approx(5 / 11)
    assert (military.kind, financial.kind) == ("military", "financial")
    assert [one.donor for one in donors] == ["Czechia", "France", "Germany"]
    assert overall.as_of == "2024-04-01"


def test_a_release_without_allocations_and_nobody_who_committed_have_no_rate():
    one = tracker(entry("A", 5.0), allocated=False)
    assert conversions(one)[0].rate is None
    assert conversions(one)[0].allocated is None
    two = tracker(entry("A", 5.0, "allocation"))
    assert (conversions(two)[0].allocated, conversions(two)[0].rate) == (5.0, None)


def test_the_beta_of_the_spread_has_the_mean_and_variance_of_the_donors():
    committed = [100.0, 50, 200, 400, 20, 30]
    allocated = [90.0, 10, 100, 200, 25, 0]
    pairs = [
        entry(f"D{i}", value, measure, row=i)
        for i, values in enumerate(zip(committed, allocated, strict=True))
        for measure, value in zip(("commitment", "allocation"), values, strict=True)
    ]
    found = spread(tracker(*pairs), "military")
    rates = np.minimum(np.array(allocated) / committed, 1)
    mean = np.average(rates, weights=committed)
    variance = np.average((rates - mean) ** 2, weights=committed)
    a, b = found.beta
    assert a / (a + b) == pytest.approx(mean)
    assert a * b / ((a + b) ** 2 * (a + b + 1)) == pytest.approx(variance)
    assert (found.donors, found.above) == (6, 1)
    assert found.p50 == pytest.approx(0.5)
    assert spread(tracker(*pairs[:8]), "military") is None
    assert spread(tracker(*pairs), "financial") is None


def test_differences_from_the_workbooks_own_totals_are_told():
    entries = (entry("Turkiye", 5e9), entry("Turkiye", 1e9, "allocation"))
    rows = (SummaryRow("Turkey", "military", 5.01e9, 2e9, 9), SummaryRow("X", "military", 0, 0, 10))
    (said,) = reconciled(tracker(*entries, summary=rows))
    assert "Turkey, military allocations: the entries sum to 1.000" in said
    assert reconciled(tracker(*entries)) == ()


# -- changes


def test_changes_name_what_is_new_gone_and_changed(tmp_path):
    newer = read_tracker(workbook(tmp_path, NEW))
    older = read_tracker(workbook(tmp_path, OLD, 27))
    found = {(c.donor, c.measure, c.activity): (c.change, c.difference) for c in
             changes(newer, older)}  # fmt: skip
    assert found == {
        ("Germany", "allocation", "DEM1"): ("changed", 2e9),
        ("Germany", "commitment", "DEF1"): ("new", 4e9),
        ("France", "commitment", "FRM1"): ("new", 2e9),
        ("France", "allocation", "FRM1"): ("new", 1e9),
        ("France", "commitment", "FRM0"): ("gone", -5e8),
        ("France", "allocation", "FRM0"): ("gone", -5e8),
    }


def test_a_measure_that_one_release_does_not_state_is_not_new():
    newer = tracker(entry("A", 5.0), entry("A", 2.0, "allocation"))
    older = tracker(entry("A", 5.0), allocated=False)
    assert changes(newer, older) == ()


ENTRIES = st.lists(
    st.builds(
        entry,
        st.sampled_from(["Germany", "Poland", "Turkey", "Türkiye"]),
        st.floats(1, 1e10),
        st.sampled_from(["commitment", "allocation"]),
        st.sampled_from(KINDS),
        st.sampled_from(["", "A1", "A2"]),
    ),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(ENTRIES, ENTRIES)
def test_changes_sum_to_the_difference_of_the_releases(new, old):
    newer, older = tracker(*new), tracker(*old)
    forth, back = changes(newer, older), changes(older, newer)
    total = math.fsum(e.value for e in new) - math.fsum(e.value for e in old)
    assert math.fsum(c.difference for c in forth) == pytest.approx(total, rel=1e-9, abs=10)
    assert math.fsum(c.difference for c in forth + back) == pytest.approx(0, abs=1e-3)
    assert changes(newer, newer) == ()
    assert all(isinstance(c, Change) for c in forth)


# -- keys


def capabilities(**values):
    return [
        Capabilities(state, 1, 2016, 1.0, milex, 1.0, 1.0, 1.0, 1.0, 0.1, 2)
        for state, milex in values.items()
    ]


def test_shares_are_among_the_contributors_with_data_and_sum_to_one():
    records = capabilities(GMY=30.0, UKG=50.0, FRN=None, AUS=20.0, AUL=70.0)
    key = sharing_key(records, ["DEU", "GBR", "FRA", "AUT", "POL"])
    assert key.shares == {"DEU": 0.3, "GBR": 0.5, "AUT": 0.2}
    assert key.without == ("FRA", "POL")
    assert (key.component, key.year) == ("milex", 2016)
    assert sharing_key(records, ["GMY", "AUS"]).shares == {"GMY": 0.3, "AUS": 0.7}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"component": "milexx"}, "did you mean 'milex'"),
        ({"contributors": ["DEU", "QQQ"]}, "'QQQ'"),
        ({"contributors": ["DEU", "DEU"]}, "twice"),
        ({"contributors": ["FRA"]}, "nobody with milex"),
        ({"contributors": []}, "nobody with milex"),
        ({"year": 1900}, "2016 to 2016"),
    ],
)
def test_keys_that_cannot_be_made_are_refused(words, said):
    arguments = {"contributors": ["DEU"], "component": "milex", **words}
    with pytest.raises(ModelError, match=said):
        sharing_key(capabilities(GMY=30.0, FRN=None), **arguments)
    with pytest.raises(ModelError):
        sharing_key([], ["DEU"])


def test_the_table_of_states_is_without_doubles_and_knows_donors():
    names = [name for names in STATES.values() for name in names]
    assert len(names) == len(set(names))
    assert STATES["GBR"] == ("UKG",)
    assert STATES["SRB"] == ("SRB", "YUG")
    assert iso_of_abbreviation("GMY") == "DEU"
    assert [iso_of_name(n) for n in ("Czech Republic", "czechia", "Türkiye", "Turkey", "EU")] == [
        "CZE", "CZE", "TUR", "TUR", ""
    ]  # fmt: skip


# -- the command


def test_import_writes_tables_and_a_snippet(tmp_path):
    files = [workbook(tmp_path, OLD, 27), workbook(tmp_path, NEW)]
    (tmp_path / "nmc.csv").write_text(NMC, encoding="utf-8")
    report = import_case([*files, tmp_path / "nmc.csv"], tmp_path / "out")
    assert [path.name for path in report.files] == [
        "support.csv", "conversion.csv", "stages.yaml", "changes.csv", "sources.csv",
        "capabilities.csv",
    ]  # fmt: skip
    told = "\n".join(report.notes)
    assert "Release_28.xlsx is the newer release" in told
    assert "45.5% of what was committed had been allocated" in told
    assert "commitments 2 new, 1 gone, 0 changed, +5.500 billion euros" in told
    assert "no milper in 2016 for CZE, FRA" in told
    rows = table(tmp_path / "out/support.csv")
    assert rows[-1] == {
        "donor": "Germany", "kind": "military", "committed": "4000000000",
        "allocated": "4000000000", "conversion": "1.0000", "entries": "2",
    }  # fmt: skip
    overall = table(tmp_path / "out/conversion.csv")[0]
    assert (overall["donor"], overall["conversion"], overall["release"]) == ("all", "0.4545", "28")
    gone = [row for row in table(tmp_path / "out/changes.csv") if row["change"] == "gone"]
    assert {row["item"] for row in gone} == {"'@cmd()"}
    shares = {row["state"]: row for row in table(tmp_path / "out/capabilities.csv")}
    assert set(shares) == {"CZR", "FRN", "GMY"}
    assert float(shares["GMY"]["milex_share"]) == pytest.approx(0.4)
    assert shares["FRN"]["milper"] == ""
    assert shares["GMY"]["year"] == "2016"


def test_sources_name_the_release_and_invent_nothing(tmp_path):
    import_case([workbook(tmp_path, NEW)], tmp_path / "out")
    header = (tmp_path / "out/sources.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == "id,title,publisher,published,accessed,link,grade,licence"
    (row,) = table(tmp_path / "out/sources.csv")
    assert row.pop("title") == "Ukraine Support Tracker, Release 28"
    assert row.pop("id") == "kiel-ust-28"
    assert row.pop("publisher").startswith("Kiel Institute")
    assert set(row.values()) == {""}


@pytest.mark.parametrize("donors", [2, 8])
def test_the_snippet_fits_into_a_case(tmp_path, donors):
    rows = [
        (f"A{i}", f"Donor {i}", "2024-01-05", "Allocation", "Military", 1e9 + i, i * 1e8, "")
        for i in range(1, donors + 1)
    ]
    import_case([workbook(tmp_path, rows)], tmp_path / "out")
    text = (tmp_path / "out/stages.yaml").read_text(encoding="utf-8")
    snippet = YAML(typ="safe").load(text)["stages"]
    assert set(snippet) == {"committed", "committed-military"}
    assert ("beta" in snippet["committed"]) == (donors >= 5)
    assert "billion euros committed were allocated" in snippet["committed"]["judgement"]
    new(tmp_path / "case")
    file = tmp_path / "case/case.yaml"
    words = YAML()
    data = words.load(file.read_text(encoding="utf-8"))
    data.setdefault("stages", {}).update(snippet)
    with file.open("w", encoding="utf-8") as stream:
        words.dump(data, stream)
    assert check(tmp_path / "case").ok
    central = load(tmp_path / "case").file.stages["committed"].central
    assert 0 < central < 1


def test_capabilities_alone_are_imported_with_shares_of_all_states(tmp_path):
    (tmp_path / "nmc.csv").write_text(NMC, encoding="utf-8")
    report = import_case([tmp_path / "nmc.csv"], tmp_path / "out")
    assert [path.name for path in report.files] == ["sources.csv", "capabilities.csv"]
    rows = table(tmp_path / "out/capabilities.csv")
    assert [row["iso3"] for row in rows] == ["USA", "DEU", "FRA"]
    assert math.fsum(float(row["tpop_share"]) for row in rows) == pytest.approx(1)


def test_files_that_do_not_belong_together_are_refused(tmp_path):
    (tmp_path / "nmc.csv").write_text(NMC, encoding="utf-8")
    books = [workbook(tmp_path, NEW, release) for release in (26, 27, 28)]
    domain = put(tmp_path, domain=DOMAIN)[0]
    for files, said in (
        ([books[0], domain], "neither the tracker's workbook"),
        ([books[0], tmp_path / "none.csv"], "no such file"),
        ([tmp_path / "nmc.csv", tmp_path], "neither the tracker's workbook"),
        (books, "one workbook file too many"),
        ([tmp_path / "nmc.csv", tmp_path / "nmc.csv"], "one capabilities file too many"),
    ):
        with pytest.raises(CaseErrors, match=said):
            import_case(files, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_mistakes_of_all_files_are_told_at_once_and_nothing_is_written(tmp_path):
    book = workbook(tmp_path, [("A", "B", None, "C", "Military", -1, 0, "")])
    (tmp_path / "nmc.csv").write_text(NMC.replace("0.13", "1.3"), encoding="utf-8")
    with pytest.raises(CaseErrors) as raised:
        import_case([book, tmp_path / "nmc.csv"], tmp_path / "out")
    assert [error.path for error in raised.value.errors] == [f"{MAIN}!D2", f"{MAIN}!F2", "cinc"]
    assert not (tmp_path / "out").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full/x").touch()
    with pytest.raises(UsageError):
        import_case([workbook(tmp_path, NEW)], tmp_path / "full")


def test_the_command_says_what_comes_next(tmp_path, capsys):
    (tmp_path / "nmc.csv").write_text(NMC, encoding="utf-8")
    book = workbook(tmp_path, NEW)
    assert run(["import", str(book), "-o", str(tmp_path / "a")]) == 0
    assert "next: paste" in capsys.readouterr().out
    assert run(["import", str(tmp_path / "nmc.csv"), "-o", str(tmp_path / "b")]) == 0
    assert "next: take shares" in capsys.readouterr().out
    assert run(["import", str(book), "-o", str(tmp_path / "c"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"files", "ignored"}
    assert len(told["files"]) == 4
    book.write_bytes(b"no workbook")
    assert run(["import", str(book), "-o", str(tmp_path / "d"), "--json"]) == 2
    assert "no workbook" in json.loads(capsys.readouterr().out)["errors"][0]["found"]
