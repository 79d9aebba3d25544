"""What an open question would tell, against sums over worlds and answers by brute force."""

from __future__ import annotations

import datetime as dt
from math import exp, log2

import numpy as np
import pytest

from accord.case.load import load_tree, read_case
from accord.run.assess import assess
from accord.watch.indicators import answered, rank
from teaching import TEACHING

NEW = "shocks.new_government"


def indicator(likelihood, deadline="2025-06-01"):
    return {
        "question": "Does it happen?",
        "counts": "It is announced.",
        "deadline": deadline,
        "judgement": "invented",
        "likelihood": likelihood,
    }


QUESTIONS = {
    "loud": indicator([{"when": NEW, "p": 0.95}, {"p": 0.05}]),
    "deaf": indicator([{"p": 0.3}]),
    "vague": indicator([{"when": NEW, "p": [0.3, 0.5, 0.9]}, {"p": {"uniform": [0.1, 0.6]}}]),
    "certain": indicator([{"p": 1.0}]),
    "slow": indicator({"milestone": "congress"}),
    "over": indicator([{"when": NEW, "p": 0.95}, {"p": 0.05}], deadline="2024-12-31"),
}
MILESTONES = {
    "judgement": "invented",
    "congress": {
        "hazard": {
            "per": "month",
            "rate": {"base": 0.1, "steps": [{"when": NEW, "times": 3}]},
        }
    },
}


def run_with(journal=(), as_of=None, worlds=1024, **more):
    """The teaching case with more questions, and what the journal says about them."""
    tree, folder = read_case(TEACHING)
    tree.data["watch"].update(QUESTIONS | more)
    tree.data["milestones"] = MILESTONES
    tree.data["journal"] = [
        {"recorded": day, "known": day, "indicator": name, "outcome": outcome, "on": day}
        for name, outcome, day in journal
    ]
    return assess(load_tree(tree, folder, as_of), worlds=worlds, seed=3, consent="without-south")


@pytest.fixture(scope="module")
def run():
    return run_with()


def entropy(chances):
    return -sum(p * log2(p) for p in chances if p > 0)


def by_brute_force(verdict, chance, weights):
    """P(event), shares before, if yes, if no, and entropy lost, by loops over worlds."""
    total = sum(weights)
    table = {(yes, passes): 0.0 for yes in (True, False) for passes in (True, False)}
    for passes, p, weight in zip(verdict, chance, weights, strict=True):
        table[True, bool(passes)] += weight * p / total
        table[False, bool(passes)] += weight * (1 - p) / total
    event = table[True, True] + table[True, False]
    before = table[True, True] + table[False, True]
    gain = entropy([before, 1 - before])
    after = {}
    for yes, share in ((True, event), (False, table[False, True] + table[False, False])):
        after[yes] = table[yes, True] / share if share > 0 else None
        if share > 0:
            gain -= share * entropy([after[yes], 1 - after[yes]])
    return event, before, after[True], after[False], gain


def agrees(found, expected):
    event, before, if_yes, if_no, gain = expected
    assert found.event == pytest.approx(event, abs=1e-12)
    assert found.before == pytest.approx(before, abs=1e-12)
    assert found.gain == pytest.approx(gain, abs=1e-12)
    for mine, theirs in ((found.if_yes, if_yes), (found.if_no, if_no)):
        assert mine == (None if theirs is None else pytest.approx(theirs, abs=1e-12))


def test_the_gain_of_every_question_is_the_entropy_it_takes_away(run):
    weights = run.verdict.weights
    for one in rank(run, "pact", "without-south"):
        joint = run.verdict.joint("without-south", "pact")
        agrees(one.joint, by_brute_force(joint, one.chance, weights))
        passes = run.verdict.passes(one.test, "without-south", "pact")
        agrees(one.moved, by_brute_force(passes, one.chance, weights))


def test_questions_are_ranked_by_what_they_tell_about_the_verdict(run):
    for rule in run.rules:
        ranked = rank(run, "pact", rule)
        told = [(one.joint.gain, one.moved.gain) for one in ranked]
        assert told == sorted(told, reverse=True)
        for one in ranked:
            for test in run.verdict.assessed:
                passes = run.verdict.passes(test, rule, "pact")
                gain = by_brute_force(passes, one.chance, run.verdict.weights)[-1]
                assert one.moved.gain >= gain - 1e-12
    names = [one.name for one in rank(run, "pact", "everyone")]
    assert names[0] == "loud"
    assert set(names[-2:]) == {"deaf", "certain"}


def test_a_question_without_news_tells_nothing(run):
    for one in rank(run, "pact", "everyone"):
        if one.name in {"deaf", "certain"}:
            assert one.moved.gain == pytest.approx(0, abs=1e-12)
        if one.name == "certain":
            assert one.moved.if_no is None


def test_chances_follow_their_clauses_and_their_hazards(run):
    chances = {one.name: one.chance for one in rank(run, "pact", "everyone")}
    fell = run.inputs[NEW] > 0.5
    assert (chances["loud"] == np.where(fell, 0.95, 0.05)).all()
    upper = run.inputs["watch.vague.likelihood.0.p"]
    lower = run.inputs["watch.vague.likelihood.1.p"]
    assert chances["vague"] == pytest.approx(np.where(fell, upper, lower), abs=1e-6)
    months = (dt.date(2025, 6, 1) - dt.date(2025, 1, 1)).days / (365.25 / 12)
    expected = np.where(fell, 1 - exp(-0.3 * months), 1 - exp(-0.1 * months))
    assert chances["slow"] == pytest.approx(expected, abs=1e-9)


def test_questions_whose_deadline_has_passed_are_closed(run):
    assert "over" not in {one.name for one in rank(run, "pact", "everyone")}


@pytest.mark.parametrize("outcome", ["yes", "no"])
def test_answered_questions_are_closed_and_weigh_worlds_by_bayes(outcome):
    run = run_with([("loud", outcome, "2025-01-01")])
    assert "loud" not in {one.name for one in rank(run, "pact", "everyone")}
    assert [(name, entry.outcome) for name, entry in answered(run)] == [("loud", outcome)]
    yes = {True: 0.95, False: 0.05}
    fell, stayed = (yes[f] if outcome == "yes" else 1 - yes[f] for f in (True, False))
    expected = 0.75 * stayed / (0.75 * stayed + 0.25 * fell)  # SOUTH accepts where it stays
    found = run.verdict.share("acceptable", "everyone", "pact").value
    assert found == pytest.approx(expected, abs=1e-4)  # weights are whole numbers up to 65535


def test_unknown_is_not_no():
    run = run_with([("loud", "unknown", "2025-01-01")])
    assert "loud" in {one.name for one in rank(run, "pact", "everyone")}
    assert [(name, entry.outcome) for name, entry in answered(run)] == [("loud", "unknown")]
    assert run.verdict.share("acceptable", "everyone", "pact").value == 0.75


def test_a_later_answer_replaces_the_earlier_one():
    twice = run_with([("loud", "yes", "2025-01-02"), ("loud", "no", "2025-01-03")],
                     as_of=dt.date(2025, 1, 3), slow=QUESTIONS["deaf"])  # fmt: skip
    once = run_with([("loud", "no", "2025-01-03")],
                    as_of=dt.date(2025, 1, 3), slow=QUESTIONS["deaf"])  # fmt: skip
    assert (twice.verdict.weights == once.verdict.weights).all()
    assert [entry.outcome for _, entry in answered(twice)] == ["no"]


def test_silence_about_a_hazard_informs_and_the_rest_of_its_time_is_still_open():
    run = run_with(as_of=dt.date(2025, 3, 2))
    months = 60 / (365.25 / 12)
    fell, stayed = 0.25 * exp(-0.3 * months), 0.75 * exp(-0.1 * months)
    found = run.verdict.share("acceptable", "everyone", "pact").value
    assert found == pytest.approx(stayed / (fell + stayed), abs=1e-4)
    (slow,) = (one for one in rank(run, "pact", "everyone") if one.name == "slow")
    left = 91 / (365.25 / 12)  # from 2 March to 1 June; a constant hazard has no memory
    rate = np.where(run.inputs[NEW] > 0.5, 0.3, 0.1)
    assert slow.chance == pytest.approx(1 - np.exp(-rate * left), abs=1e-9)
    last = run_with(as_of=dt.date(2025, 6, 1))
    (slow,) = (one for one in rank(last, "pact", "everyone") if one.name == "slow")
    assert slow.chance == pytest.approx(np.zeros(last.worlds), abs=1e-9)


def test_gains_under_weights_are_the_same_sums():
    run = run_with([("vague", "yes", "2025-01-01")])
    assert len(set(run.verdict.weights.tolist())) > 2
    for one in rank(run, "pact", "everyone"):
        passes = run.verdict.passes(one.test, "everyone", "pact")
        agrees(one.moved, by_brute_force(passes, one.chance, run.verdict.weights))
