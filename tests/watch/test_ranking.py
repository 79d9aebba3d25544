"""What ``accord watch`` tells, against sums written out over worlds."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from icalendar import Calendar

import accord
from accord._errors import UsageError
from accord.cli.app import run as command
from accord.run.agreements import best_agreement
from accord.watch.indicators import rank
from accord.watch.ranking import overdue, ranking
from teaching import FLAGSHIP, TEACHING, altered


@pytest.fixture(scope="module")
def run():
    return accord.assess(accord.load(FLAGSHIP), ["paris", "draft28", "status-quo"], worlds=512)


def entropy(*chances):
    return -sum(p * math.log2(p) for p in chances if p > 0)


def mutual_information(verdict, event):
    """Bits that the event tells of the verdict, from the four joint chances."""
    both = [float(np.mean(v * e)) for v in (verdict, 1.0 - verdict) for e in (event, 1.0 - event)]
    passes, happens = both[0] + both[1], both[0] + both[2]
    return entropy(passes, 1 - passes) + entropy(happens, 1 - happens) - entropy(*both)


def test_gains_and_values_are_sums_over_worlds(run):
    rule, package = "coalition-first", "draft28"
    report = ranking(run, package, rule)
    chances = {one.name: one.chance for one in rank(run, package, rule)}
    assert list(chances) == [one["name"] for one in report["indicators"]]
    utility = {p: run.verdict.joint(rule, p).astype(float) for p in run.packages}
    best_now = max(0.0, *(u.mean() for u in utility.values()))
    for one in report["indicators"]:
        event = chances[one["name"]]
        for told, verdict in (
            (one["joint"], utility[package]),
            (one["moved"], run.verdict.passes(one["test"], rule, package).astype(float)),
        ):
            assert told["gain"] == pytest.approx(mutual_information(verdict, event), abs=1e-12)
            assert told["now"] == pytest.approx(verdict.mean())
            if told["if_yes"] is not None:
                assert told["if_yes"] == pytest.approx((verdict * event).sum() / event.sum())
        parts = [max(0.0, *((u * e).mean() for u in utility.values())) for e in (event, 1 - event)]
        assert one["value"]["gain"] == pytest.approx(max(0.0, sum(parts) - best_now), abs=1e-12)
    foreseen = np.max(list(utility.values()), axis=0).mean()
    assert report["clairvoyance"] == pytest.approx(foreseen - best_now)


def test_the_package_is_the_best_agreement_unless_named(run):
    assert ranking(run)["package"] == best_agreement(run, run.rule)
    assert ranking(run, "paris")["package"] == "paris"
    with pytest.raises(UsageError, match="no package 'treaty' in the run; there are paris"):
        ranking(run, "treaty")
    with pytest.raises(UsageError, match="no consent rule 'nobody'"):
        ranking(run, None, "nobody")


def test_a_deadline_is_overdue_until_somebody_has_looked():
    late = accord.load(FLAGSHIP, as_of="latest")
    answered = {entry.indicator for entry in late.file.journal}
    for one in overdue(late):
        indicator = late.file.watch[one["name"]]
        assert indicator.deadline < late.as_of
        entries = [e for e in late.file.journal if e.indicator == one["name"]]
        assert all(e.outcome == "unknown" and e.known < indicator.deadline for e in entries)
    looked_at = [n for n in answered if late.file.watch[n].deadline < late.as_of]
    assert looked_at
    early = accord.load(FLAGSHIP)
    assert overdue(early) == []


def test_the_command_counts_what_is_overdue(tmp_path, capsys):
    case = accord.load(TEACHING)
    name, indicator = next(iter(case.file.watch.items()))
    day = (indicator.deadline + dt.timedelta(days=1)).isoformat()
    folder = altered(tmp_path)
    (folder / "journal.csv").unlink(missing_ok=True)
    assert command(["watch", str(folder), "--check"]) == 0
    assert command(["watch", str(folder), "--check", "--as-of", day]) == 1
    assert f"{name}, {indicator.question}" in capsys.readouterr().err
    assert command(["watch", str(folder), "--check", "--as-of", day, "--json"]) == 1
    assert f'"{name}"' in capsys.readouterr().out


def test_the_command_reads_a_run(run, tmp_path, capsys):
    accord.save(run, tmp_path / "run")
    assert command(["watch", str(tmp_path / "run"), "--package", "draft28"]) == 0
    out = capsys.readouterr().out
    assert "What to watch" in out
    assert "knowing everything" in out
    assert "A general ceasefire is in force:" in out


def test_the_calendar_holds_every_open_deadline(run, tmp_path):
    accord.save(run, tmp_path / "run")
    file = tmp_path / "some" / "deadlines.ics"
    assert command(["watch", str(tmp_path / "run"), "--calendar", str(file)]) == 0
    first = file.read_bytes()
    assert all(len(line) <= 75 for line in first.split(b"\r\n"))
    events = Calendar.from_ical(first).walk("VEVENT")
    case = run.case
    told = {str(event["uid"]).split("@")[0]: event for event in events}
    wanted = {one["name"] for one in ranking(run)["indicators"]}
    assert set(told) == wanted
    for name, event in told.items():
        assert event["dtstart"].dt == case.file.watch[name].deadline
        assert str(event["summary"]) == case.file.watch[name].question
    assert command(["watch", str(tmp_path / "run"), "--calendar", str(file)]) == 0
    assert file.read_bytes() == first


def test_a_place_that_cannot_be_written_is_told(run, tmp_path, capsys):
    accord.save(run, tmp_path / "run")
    (tmp_path / "taken").write_text("")
    place = tmp_path / "taken" / "deadlines.ics"
    assert command(["watch", str(tmp_path / "run"), "--calendar", str(place)]) == 2
    assert "cannot be written" in capsys.readouterr().err
