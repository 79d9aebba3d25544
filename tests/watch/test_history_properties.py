"""A history knows on each day what was known by then, and no file's order decides anything."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from accord.watch.history import history
from recordable import HEADER, recordable
from teaching import put

FIRST = dt.date(2025, 1, 1)
MET = {"worlds": 256, "packages": ["pact"]}

CHANGES = (
    "pledges.GUARD.fleet.amount: [0, {0}, 12]",
    "positions.SOUTH.values.fees.weight: [{0}, 60, 90]",
    "shocks.new_government.probability: 0.{0}",
    "coordination: 0.{0}",
    "positions.NORTH.walk_away.plus: {0}",
    "deterrence.protege.cost_of_war: 0.{0}",
    "watch.budget-vote.likelihood: [{{when: shocks.new_government, p: 0.{0}}}, {{p: 0.5}}]",
    "milestones.congress.hazard.rate: 0.{0}",
    "packages.pact.title: The pact number {0}",
)
LATEST = {"cabinet-list": 59, "budget-vote": 151, "congress-meets": 243}
days = st.integers(1, 260)


@st.composite
def updates(draw):
    """Files of updates by name: on the same day, out of order and known late as it comes."""
    found = {}
    for at, what in enumerate(draw(st.lists(st.sampled_from(CHANGES), max_size=4, unique=True))):
        known = draw(days)
        happened = max(1, known - draw(st.integers(0, 40)))
        found[f"u{draw(st.integers(0, 9))}-{at}"] = (
            known,
            f"date: {FIRST + dt.timedelta(happened)}\nknown: {FIRST + dt.timedelta(known)}\n"
            f"judgement: m\nchange:\n  {what.format(draw(st.integers(1, 9)))}\n",
        )
    return found


@st.composite
def entries(draw):
    """Rows of a journal, one a question."""
    found = []
    for name in draw(st.lists(st.sampled_from(sorted(LATEST)), max_size=3, unique=True)):
        outcome = draw(st.sampled_from(["yes", "no", "unknown"]))
        # a no holds from the deadline on; a yes is no older than what tells it
        on = LATEST[name] if outcome == "no" else draw(st.integers(40, LATEST[name]))
        known = max(on, draw(days))
        happened = "" if outcome == "unknown" else FIRST + dt.timedelta(on)
        day = FIRST + dt.timedelta(known)
        row = f"{FIRST + dt.timedelta(300)},{day},{name},{outcome},{happened},gazette,,"
        found.append((known, row))
    return found


def followed(files, rows):
    """The history of the teaching case with these updates and entries."""
    with tempfile.TemporaryDirectory() as folder:
        case = recordable(Path(folder))
        put(case, "journal.csv", HEADER + "".join(f"{row}\n" for row in rows))
        for name, text in files.items():
            put(case, f"updates/{name}.yaml", text)
        return history(case, **MET)


@settings(max_examples=12)
@given(updates(), entries(), st.integers(0, 260))
def test_nothing_that_came_later_moves_an_earlier_step(files, rows, last):
    whole = followed({n: text for n, (_, text) in files.items()}, [row for _, row in rows])
    early = followed(
        {n: text for n, (known, text) in files.items() if known <= last},
        [row for known, row in rows if known <= last],
    )
    until = (FIRST + dt.timedelta(last)).isoformat()
    assert [step for step in whole["steps"] if step["date"] <= until] == early["steps"]
    known = {known for known, _ in [*files.values(), *rows]}
    assert len(whole["steps"]) == 1 + len(known)


@settings(max_examples=8)
@given(entries(), updates(), st.randoms(use_true_random=False))
def test_no_order_of_rows_or_of_independent_answers_matters(rows, files, shuffler):
    texts = {name: text for name, (_, text) in files.items()}
    lines = [row for _, row in rows]
    shuffled = list(lines)
    shuffler.shuffle(shuffled)
    assert followed(texts, lines) == followed(texts, shuffled)


@settings(max_examples=6)
@given(entries(), st.integers(244, 260))
def test_answers_of_one_day_weigh_as_they_do_one_after_another(rows, day):
    """What is known in the end does not hang on the days on which it came."""
    at = (FIRST + dt.timedelta(day)).isoformat()
    together = []
    for _, row in rows:
        cells = row.split(",")
        together.append(",".join([cells[0], at, *cells[2:]]))
    last = (
        f"{FIRST + dt.timedelta(300)},{FIRST + dt.timedelta(261)},cabinet-list,unknown,,gazette,,"
    )
    apart = [row for _, row in rows if ",cabinet-list," not in row]
    joined = [row for row in together if ",cabinet-list," not in row]
    one, other = followed({}, [*apart, last]), followed({}, [*joined, last])
    assert one["steps"][-1]["shares"] == other["steps"][-1]["shares"]
    assert one["steps"][-1]["effective_worlds"] == other["steps"][-1]["effective_worlds"]
