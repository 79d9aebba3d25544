"""What worlds weigh once events have happened, or have failed to."""

import datetime as dt

import numpy as np
import pytest

from accord._errors import CaseErrors
from accord.case.load import load
from accord.worlds.weights import (
    entries_in_force,
    event_probability,
    explained_indicators,
    journal_weights,
    last_entries,
)
from accord.worlds.worlds import draw
from teaching import altered, put

HEAD = "recorded,known,indicator,outcome,on\n"


def weighed(folder, date="latest", worlds=2048):
    case = load(folder, date)
    drawn, found = journal_weights(case, draw(case, worlds))
    return drawn, found


def journal(folder, *rows):
    put(folder, "journal.csv", HEAD + "".join(f"{row}\n" for row in rows))
    return folder


def ratio(drawn, found, shock="new_government"):
    """Mean weight where a shock falls, over the mean weight where it does not."""
    fell = drawn.shock(shock)
    return found.weights[fell].mean() / found.weights[~fell].mean()


def test_nothing_known_weighs_nothing(tmp_path):
    drawn, found = weighed(altered(tmp_path))
    assert set(found.weights) == {1}
    assert found.effective == drawn.count == 2048


@pytest.mark.parametrize(("outcome", "expected"), [("yes", 0.8 / 0.2), ("no", 0.2 / 0.8)])
def test_an_answer_weighs_by_its_likelihood(tmp_path, outcome, expected):
    folder = journal(altered(tmp_path), f"2025-02-02,2025-02-01,cabinet-list,{outcome},2025-02-01")
    assert ratio(*weighed(folder)) == pytest.approx(expected, rel=1e-4)


def test_an_unknown_answer_is_no_no(tmp_path):
    folder = journal(altered(tmp_path), "2025-03-02,2025-03-02,cabinet-list,unknown,")
    assert set(weighed(folder)[1].weights) == {1}


def test_a_question_whose_answer_is_pending_says_nothing(tmp_path):
    folder = journal(altered(tmp_path), "2025-02-02,2025-02-01,cabinet-list,yes,2025-02-01")
    assert set(weighed(folder, dt.date(2025, 1, 31))[1].weights) == {1}


def test_a_later_entry_replaces_and_never_multiplies(tmp_path):
    first = "2025-02-02,2025-02-01,cabinet-list,yes,2025-02-01"
    again = "2025-02-04,2025-02-03,cabinet-list,yes,2025-02-03"
    taken_back = "2025-02-05,2025-02-04,cabinet-list,no,2025-02-04"
    once = ratio(*weighed(journal(altered(tmp_path / "a"), first)))
    twice = ratio(*weighed(journal(altered(tmp_path / "b"), first, again)))
    corrected = ratio(*weighed(journal(altered(tmp_path / "c"), first, again, taken_back)))
    assert once == twice == pytest.approx(4, rel=1e-4)
    assert corrected == pytest.approx(1 / 4, rel=1e-4)


def test_an_event_that_an_update_explains_is_not_counted_twice(tmp_path):
    folder = journal(altered(tmp_path), "2025-02-02,2025-02-01,cabinet-list,yes,2025-02-01")
    put(folder, "updates/1.yaml",
        "date: 2025-02-01\njudgement: m\nexplains: [cabinet-list@2025-02-01]\n"
        "change: {shocks.new_government.probability: 0.6}\n")  # fmt: skip
    drawn, found = weighed(folder)
    assert set(found.weights) == {1}
    assert explained_indicators(drawn.case) == {"cabinet-list"}
    assert entries_in_force(drawn.case) == {}
    assert set(last_entries(drawn.case)) == {"cabinet-list"}


def test_what_could_not_happen_is_an_error_that_names_the_entry(tmp_path):
    folder = altered(
        tmp_path,
        ('{when: "shocks.new_government", p: 0.8}', '{when: "shocks.new_government", p: 0}'),
        ("{p: 0.2}]", "{p: 0}]"),
    )
    journal(folder, "2025-02-02,2025-02-01,cabinet-list,yes,2025-02-01")
    with pytest.raises(CaseErrors) as caught:
        weighed(folder)
    (error,) = caught.value.errors
    assert error.path == "journal.0"
    assert error.file == str(folder / "journal.csv")
    assert error.line == 2
    assert "cabinet-list" in error.found


def test_worlds_are_added_where_few_are_left_with_weight(tmp_path):
    folder = altered(tmp_path, ("p: 0.8}, {p: 0.2}", "p: 0.001}, {p: 0.999}"))
    journal(folder, "2025-02-02,2025-02-01,cabinet-list,yes,2025-02-01")
    drawn, found = weighed(folder, worlds=1024)
    # three quarters of the worlds keep their weight: 1,024 are too few, 1,536 are enough
    assert drawn.count == 2048
    assert found.effective >= 1000
    assert found.warning == ""
    first = draw(drawn.case, 1024)
    assert (
        drawn.uniform("shocks.new_government")[:1024] == first.uniform("shocks.new_government")
    ).all()


def test_a_record_that_leaves_too_few_worlds_is_told_with_its_probability(tmp_path):
    folder = altered(
        tmp_path,
        ("probability: 0.25", "probability: 0.002"),
        ("p: 0.8}, {p: 0.2}", "p: 1}, {p: 0.00001}"),
    )
    journal(folder, "2025-02-02,2025-02-01,cabinet-list,yes,2025-02-01")
    drawn, found = weighed(folder, worlds=1024)
    assert drawn.count == 16 * 1024
    assert found.effective < 1000
    assert "effective of 16384 worlds" in found.warning
    # certain where the shock falls, 1 in 100,000 where it does not
    expected = np.where(drawn.shock("new_government"), 1, 0.00001).mean()
    assert f"probability beforehand was {expected:.1e}" in found.warning


MILESTONES = """milestones:
  judgement: m
  vote:
    hazard: {per: year, rate: {base: 2, steps: [{when: shocks.new_government, times: 3}]}}
  talks: {hazard: {per: year, rate: 4}}
  treaty: {hazard: {per: year, rate: 5}, needs: [vote, talks]%s}
watch:
  judgement: m
  vote-soon: {question: q, counts: c, deadline: 2025-03-01, likelihood: {milestone: vote}}
  vote-late: {question: q, counts: c, deadline: 2025-12-31, likelihood: {milestone: vote}}
  treaty-late: {question: q, counts: c, deadline: 2025-12-31, likelihood: {milestone: treaty}}
"""


def with_milestones(folder, never=""):
    text = (altered(folder) / "case.yaml").read_text(encoding="utf-8")
    start, end = text.index("watch:\n"), text.index("packages:\n")
    put(folder / "case", "case.yaml", text[:start] + MILESTONES % never + text[end:])
    return folder / "case"


def days(date):
    return (date - dt.date(2025, 1, 1)).days / 365.25


def test_silence_counts_until_the_date_and_only_once(tmp_path):
    folder = with_milestones(tmp_path)
    date = dt.date(2025, 7, 1)
    drawn, found = weighed(folder, date)
    # two indicators ask for the vote and one for what needs it: silence is told once
    assert ratio(drawn, found) == pytest.approx(np.exp(-4 * days(date)), rel=1e-4)


def test_silence_after_an_answered_deadline_goes_on(tmp_path):
    folder = journal(with_milestones(tmp_path), "2025-03-02,2025-03-02,vote-soon,no,")
    date = dt.date(2025, 7, 1)
    assert ratio(*weighed(folder, date)) == pytest.approx(np.exp(-4 * days(date)), rel=1e-4)


def test_a_date_weighs_by_the_density(tmp_path):
    day = dt.date(2025, 2, 10)
    folder = journal(with_milestones(tmp_path), f"2025-02-10,2025-02-10,vote-soon,yes,{day}",
                     f"2025-02-10,2025-02-10,vote-late,yes,{day}")  # fmt: skip
    # the vote's density; the treaty's silence that follows on the same day adds nothing
    assert ratio(*weighed(folder, day)) == pytest.approx(3 * np.exp(-4 * days(day)), rel=1e-4)


def simulated(case, count=200_000):
    """Dates of vote, talks and treaty without the shock, in years, by drawing waiting times."""
    rng = np.random.default_rng(7)
    vote, talks = rng.exponential(1 / 2, count), rng.exponential(1 / 4, count)
    return vote, talks, np.maximum(vote, talks) + rng.exponential(1 / 5, count)


def test_an_open_question_has_the_time_that_is_left(tmp_path):
    case = load(with_milestones(tmp_path), dt.date(2025, 7, 1))
    worlds = draw(case, 256)
    calm = ~worlds.shock("new_government")
    vote, _, treaty = simulated(case)
    now, end = days(dt.date(2025, 7, 1)), days(dt.date(2025, 12, 31))
    silent = vote > now
    late = event_probability(worlds, case.file.watch["vote-late"])[calm]
    assert late == pytest.approx(1 - np.exp(-2 * (end - now)), rel=1e-9)
    expected = (treaty[silent] <= end).mean()
    found = event_probability(worlds, case.file.watch["treaty-late"])[calm]
    assert found == pytest.approx(expected, abs=0.006)


def test_before_anything_is_known_prerequisites_run_side_by_side(tmp_path):
    case = load(with_milestones(tmp_path))
    worlds = draw(case, 256)
    calm = ~worlds.shock("new_government")
    _, _, treaty = simulated(case)
    found = event_probability(worlds, case.file.watch["treaty-late"])[calm]
    assert found == pytest.approx((treaty <= days(dt.date(2025, 12, 31))).mean(), abs=0.004)


def test_the_mass_on_never_stays(tmp_path):
    free = load(with_milestones(tmp_path / "a"))
    barred = load(with_milestones(tmp_path / "b", ", never: 0.4"))
    chances = [
        event_probability(draw(case, 256), case.file.watch["treaty-late"])
        for case in (free, barred)
    ]
    assert chances[1] == pytest.approx(0.6 * chances[0])
