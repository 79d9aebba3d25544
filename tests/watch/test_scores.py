"""Scores of forecasts against the journal: known answers, and nothing from the future."""

import csv
import datetime as dt
import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord._errors import UsageError
from accord.case.load import load
from accord.theory.scoring import brier
from accord.watch.scored import scores_of
from accord.watch.scores import score
from accord.worlds.weights import event_probability, journal_weights
from accord.worlds.worlds import draw
from recordable import HEADER, recordable
from teaching import FLAGSHIP, put

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "scoring" / "scores.json"
LIST_YES = "2025-02-05,2025-02-03,cabinet-list,yes,2025-02-01,gazette,,"
VOTE_NO = "2025-04-05,2025-04-03,budget-vote,no,2025-04-01,gazette,,"
CONGRESS_YES = "2025-06-05,2025-06-03,congress-meets,yes,2025-06-01,gazette,,"
MET = {"worlds": 256}


def scored(case, *words, **more):
    return score(case, *words, **(MET | more))


def content(found, *without):
    return {key: value for key, value in found.as_json().items() if key not in without}


def test_scores_agree_with_an_independent_implementation():
    if not REFERENCE.exists():
        pytest.skip("the reference cases beside the checkout are absent")
    reference = json.loads(REFERENCE.read_text(encoding="utf-8"))
    found = scores_of(reference["p"], [bool(y) for y in reference["y"]])
    assert found.brier == pytest.approx(reference["brier"], rel=1e-14)
    assert found.log == pytest.approx(reference["log"], rel=1e-14)
    assert found.parts.score == pytest.approx(reference["brier"], rel=1e-12)
    assert sum(each.forecasts for each in found.bins) == len(reference["p"])
    share = np.mean(reference["y"])
    assert found.climate_brier == pytest.approx(share * (1 - share), rel=1e-12)
    assert found.skill == pytest.approx(1 - reference["brier"] / (share * (1 - share)), rel=1e-12)


def test_scores_of_a_case_by_hand(tmp_path):
    case = recordable(tmp_path, LIST_YES, VOTE_NO)
    found = scored(case)
    assert [one.name for one in found.answered] == ["cabinet-list", "budget-vote"]
    listed, voted = found.answered
    worlds = draw(load(case), 256)
    expected = np.where(worlds.shock("new_government"), 0.8, 0.2).mean()
    assert listed.chance == pytest.approx(expected, abs=1e-12)
    assert voted.chance == pytest.approx(0.7, abs=1e-12)
    assert listed.made == voted.made == dt.date(2025, 1, 1)
    assert found.scored.brier == pytest.approx(((1 - expected) ** 2 + 0.49) / 2)
    assert found.scored.log == pytest.approx(-(math.log(expected) + math.log(0.3)) / 2)
    assert found.scored.share == 0.5
    assert found.scored.climate_brier == 0.25
    assert found.left_out == {"congress-meets": "pending"}


def test_unknown_and_pending_are_not_no(tmp_path):
    unknown = LIST_YES.replace(",yes,2025-02-01", ",unknown,")
    found = scored(recordable(tmp_path, unknown, VOTE_NO))
    assert [one.name for one in found.answered] == ["budget-vote"]
    assert found.left_out == {"cabinet-list": "unknown", "congress-meets": "pending"}
    assert math.isnan(found.scored.error)
    assert found.scored.skill is None, "climatology is perfect where all answers are alike"


def test_nothing_answered_is_no_score_and_no_failure(tmp_path):
    found = scored(recordable(tmp_path), dt.date(2026, 1, 1))
    assert found.scored is None
    assert found.answered == ()
    assert set(found.left_out.values()) == {"past its deadline, no answer"}
    assert found.as_json()["scores"] is None
    assert "nothing to score" in found.notes[0]


def test_an_answer_counts_from_the_day_it_was_known(tmp_path):
    case = recordable(tmp_path, LIST_YES)
    assert scored(case, dt.date(2025, 2, 2)).answered == ()
    assert len(scored(case, dt.date(2025, 2, 3)).answered) == 1


def test_of_two_entries_the_later_one_is_scored(tmp_path):
    again = "2025-03-05,2025-03-03,cabinet-list,no,2025-03-01,gazette,,cabinet-list@2025-02-03"
    case = recordable(tmp_path, LIST_YES, again)
    assert scored(case, dt.date(2025, 3, 2)).answered[0].happened is True
    late = scored(case, forecasts="last").answered[0]
    assert late.happened is False
    assert late.made == dt.date(2025, 2, 2), "before the first answer, which was taken back"


def test_the_last_forecast_stands_on_the_eve(tmp_path):
    case = recordable(tmp_path, LIST_YES, VOTE_NO, CONGRESS_YES)
    first, last = (scored(case, forecasts=moment) for moment in ("first", "last"))
    days = [dt.date(2025, 1, 31), dt.date(2025, 3, 31), dt.date(2025, 5, 31)]
    assert [one.made for one in last.answered] == days
    assert {one.made for one in first.answered} == {dt.date(2025, 1, 1)}
    eve = load(case, days[2])
    worlds, weights = journal_weights(eve, draw(eve, 256))
    chance = event_probability(worlds, eve.file.watch["congress-meets"])
    expected = np.average(chance, weights=weights.weights)
    assert last.answered[2].chance == pytest.approx(expected, abs=1e-12)
    assert last.answered[2].chance < first.answered[2].chance, "silence until then informs"


def test_a_question_put_later_is_forecast_from_its_first_day(tmp_path):
    row = "2025-03-05,2025-03-03,new-one,yes,2025-03-01,gazette,,"
    case = recordable(tmp_path, row)
    put(case, "updates/later.yaml",
        "date: 2025-02-05\njudgement: m\nadd:\n  watch.new-one: {question: Why, counts: C, "
        "deadline: 2025-05-01, likelihood: [{p: 0.5}]}\n")  # fmt: skip
    put(case, "updates/surer.yaml",
        "date: 2025-02-20\njudgement: m\n"
        "change: {'watch.new-one.likelihood': [{p: 0.9}]}\n")  # fmt: skip
    first, last = (
        scored(case, forecasts=moment).answered[0] for moment in ("first", "last")
    )  # fmt: skip
    assert (first.made, first.chance) == (dt.date(2025, 2, 5), pytest.approx(0.5))
    assert (last.made, last.chance) == (dt.date(2025, 2, 28), pytest.approx(0.9))


def test_an_answer_as_old_as_its_question_is_not_scored(tmp_path):
    row = "2025-01-05,2025-01-01,cabinet-list,yes,2025-01-01,gazette,,"
    found = scored(recordable(tmp_path, row))
    assert found.left_out["cabinet-list"] == "answered before the question stood in the case"


def test_an_update_that_tells_the_answer_ends_the_time_for_forecasts(tmp_path):
    case = recordable(tmp_path, "2025-02-25,2025-02-20,cabinet-list,yes,2025-02-20,gazette,,")
    put(case, "updates/told.yaml",
        "date: 2025-02-10\njudgement: m\nexplains: [cabinet-list]\n"
        "change: {shocks.new_government.probability: 0.99}\n")  # fmt: skip
    assert scored(case, forecasts="last").answered[0].made == dt.date(2025, 2, 9)


def test_outside_forecasts_are_met_on_their_own_day(tmp_path):
    case = recordable(tmp_path, VOTE_NO)
    (paper,) = scored(case).outside
    assert paper.who == "A paper"
    assert paper.theirs == pytest.approx(0.36)
    assert paper.ours == pytest.approx(0.49)
    assert paper.skill == pytest.approx(1 - 0.49 / 0.36)
    last = scored(case, forecasts="last")
    assert {each.who: round(each.theirs, 9) for each in last.outside} == {
        "A paper": 0.81, "A market": 0.25,
    }  # fmt: skip
    assert {r.who: (r.on, r.made) for r in last.answered[0].rivals} == {
        "A paper": (dt.date(2025, 3, 1), dt.date(2025, 3, 1)),
        "A market": (dt.date(2025, 2, 10), dt.date(2025, 2, 10)),
    }


def test_what_was_called_impossible_is_named(tmp_path):
    case = recordable(tmp_path, LIST_YES, VOTE_NO)
    file = case / "case.yaml"
    file.write_text(file.read_text().replace("likelihood: [{p: 0.7}]", "likelihood: [{p: 1}]"))
    found = scored(case)
    assert found.scored.log == math.inf
    assert found.as_json()["impossible"] == ["budget-vote"]


def test_the_case_is_quoted_on_its_own_indicators(tmp_path):
    case = recordable(tmp_path, LIST_YES)
    assert scored(case).remarks == ()
    put(case, "README.md", "# Case\n\nIndicators are fun.\n\n- **Actors** are two.\n"
        "- **Indicators were worded\n  late.** So there.\n"
        "- **Indicators** two\n\nmore\n")  # fmt: skip
    assert scored(case).remarks == ("Indicators were worded late. So there.", "Indicators two")


def test_it_says_how_few_and_how_late(tmp_path):
    notes = " ".join(scored(recordable(tmp_path, LIST_YES)).notes)
    assert "1 answer, fewer than 30" in notes
    assert "1 of 1 answers were recorded after they were known, up to 2 days" in notes


def test_the_flagship_case_is_scored_and_says_what_that_is_worth():
    found = score(FLAGSHIP, worlds=1024)
    with (FLAGSHIP / "journal.csv").open(encoding="utf-8", newline="") as file:
        outcome = {row["indicator"]: row["outcome"] for row in csv.DictReader(file)}
    decided = {name for name, said in outcome.items() if said != "unknown"}
    assert {one.name for one in found.answered} == decided
    assert set(found.left_out) == set(outcome) - decided
    assert found.scored.brier == pytest.approx(
        brier(
            [o.chance for o in found.answered], [outcome[o.name] == "yes" for o in found.answered]
        )
    )
    assert all(one.made < one.known for one in found.answered)
    assert "worded with their outcomes known" in found.remarks[0]
    assert {each.who for each in found.outside} >= {"Metaculus", "RAND Forecasting Initiative"}


@pytest.mark.parametrize("more", [{"worlds": 0}, {"seed": -1}])
def test_what_cannot_be_drawn_is_refused(tmp_path, more):
    with pytest.raises(UsageError, match="wanted at least 1"):
        scored(recordable(tmp_path), **more)


EVENTS = {
    "cabinet-list": dt.date(2025, 3, 1),
    "budget-vote": dt.date(2025, 6, 1),
    "congress-meets": dt.date(2025, 9, 1),
}
START = dt.date(2025, 1, 1)


@st.composite
def journals(draw_one):
    """Rows about independent questions, corrections among them, each with the day it was known."""
    rows = []
    for name, deadline in EVENTS.items():
        for number in range(draw_one(st.integers(0, 2))):
            outcome = draw_one(st.sampled_from(["yes", "no", "unknown"]))
            on = START + dt.timedelta(draw_one(st.integers(1, (deadline - START).days)))
            known = max(on, START + dt.timedelta(draw_one(st.integers(1, 300))))
            recorded = dt.date(2025, 12, 1 + number)
            day = "" if outcome == "unknown" else on
            rows.append((known, f"{recorded},{known},{name},{outcome},{day},,,"))
    return rows


MOMENTS = st.sampled_from(["first", "last"])
UPDATE = (
    "date: 2025-02-20\njudgement: m\nchange: {shocks.new_government.probability: 0.6, "
    "milestones.congress.hazard.rate: 0.3}\n"
)


def with_rows(folder, rows):
    put(folder, "journal.csv", HEADER + "".join(f"{row}\n" for row in rows))
    return folder


@settings(max_examples=25)
@given(journals(), st.integers(0, 330), MOMENTS)
def test_what_became_known_later_never_leaks(tmp_path_factory, rows, days, moment):
    day = START + dt.timedelta(days)
    case = recordable(tmp_path_factory.mktemp("leak"))
    put(case, "updates/poll.yaml", UPDATE)
    then = case.with_name("then")
    shutil.copytree(case, then)
    if dt.date(2025, 2, 20) > day:
        (then / "updates" / "poll.yaml").unlink()
    with_rows(case, [row for _, row in rows])
    with_rows(then, [row for known, row in rows if known <= day])
    now, before = (scored(each, day, forecasts=moment) for each in (case, then))
    assert content(now) == content(before)
    assert all(one.made < one.known <= day for one in now.answered)


@settings(max_examples=25)
@given(journals(), MOMENTS)
def test_a_forecast_knows_nothing_but_what_was_known_on_its_day(tmp_path_factory, rows, moment):
    end = dt.date(2026, 1, 1)
    case = recordable(tmp_path_factory.mktemp("day"))
    update = put(case, "updates/poll.yaml", UPDATE)
    for one in scored(with_rows(case, [row for _, row in rows]), end, forecasts=moment).answered:
        then = [row for known, row in rows if known <= one.made or f",{one.name}," in row]
        update.unlink(missing_ok=True)
        if dt.date(2025, 2, 20) <= one.made:
            put(case, "updates/poll.yaml", UPDATE)
        alone = scored(with_rows(case, then), end, forecasts=moment)
        same = next(other for other in alone.answered if other.name == one.name)
        assert same == one


@settings(max_examples=25)
@given(journals(), st.randoms(use_true_random=False), MOMENTS)
def test_the_order_of_independent_events_does_not_matter(tmp_path_factory, rows, luck, moment):
    case = recordable(tmp_path_factory.mktemp("order"))
    lines = [row for _, row in rows]
    straight = scored(with_rows(case, lines), dt.date(2026, 1, 1), forecasts=moment)
    luck.shuffle(lines)
    shuffled = scored(with_rows(case, lines), dt.date(2026, 1, 1), forecasts=moment)
    assert content(straight, "answered", "scores", "outside") == content(
        shuffled, "answered", "scores", "outside"
    )
    for one, other in zip(straight.answered, shuffled.answered, strict=True):
        assert (one.name, one.made, one.happened) == (other.name, other.made, other.happened)
        assert one.chance == pytest.approx(other.chance, abs=1e-4)
