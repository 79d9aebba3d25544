"""The blocks on what credibility hangs on: no bare digits, findings in words, cited context."""

from __future__ import annotations

import copy
from types import SimpleNamespace

import numpy as np
import pytest

from accord.brief.charts import svg
from accord.brief.desk import Desk
from accord.brief.document import Chart, Cited, Items, Paragraph, Section, Table
from accord.brief.ledger import Ledger
from accord.brief.plain import plain_text
from accord.brief.sections.levers import levers
from accord.case.load import load
from accord.criteria.levers import levers as worked_out
from accord.criteria.setting import Setting
from accord.run.run import Run
from accord.worlds.worlds import draw
from teaching import FLAGSHIP, TEACHING


def desk_of(case, details):
    manifest = {"consent": "everyone", "worlds": 256, "effective_worlds": 256.0}
    verdict = SimpleNamespace(weights=np.ones(256))
    run = Run(case, verdict, details, {}, tuple(case.file.packages), {}, manifest)
    return Desk(run, Ledger(run))


def record_of(case):
    package = next(iter(case.file.packages))
    setting = Setting(case, draw(case, 256, 1), {package: case.chosen(package)})
    return worked_out(setting, package)


def told(case, record):
    desk = desk_of(case, {"levers": {next(iter(case.file.packages)): record}})
    return desk, levers(desk)


@pytest.fixture(scope="module")
def small():
    case = load(TEACHING)
    return case, record_of(case)


@pytest.fixture(scope="module")
def large():
    case = load(FLAGSHIP)
    return case, record_of(case)


def text_of(blocks):
    parts = []
    for block in blocks:
        match block:
            case Paragraph(spans):
                parts.append(plain_text(spans))
            case Items(items):
                parts += [plain_text(item) for item in items]
            case Table(caption, header, rows):
                parts += [plain_text(caption), *(plain_text(head) for head in header)]
                parts += [plain_text(cell) for row in rows for cell in row]
            case Chart():
                parts += [plain_text(block.title), plain_text(block.note)]
    return "\n".join(parts)


@pytest.mark.parametrize("made", ["small", "large"])
def test_plain_text_holds_no_digit_and_charts_can_be_drawn(made, request):
    desk, blocks = told(*request.getfixturevalue(made))
    Section("credible", "Credible", ("What it hangs on",), tuple(blocks))
    charts = [block for block in blocks if isinstance(block, Chart)]
    assert [(chart.id, chart.kind) for chart in charts] == [
        ("levers", "curves"), ("tornado", "intervals"),
    ]  # fmt: skip
    for chart in charts:
        assert svg(chart, "label").startswith("<svg")
    names = list(desk.ledger.figures)
    assert all(".credible.levers." in name for name in names)
    assert all(figure.reduction for figure in desk.ledger.figures.values())


def test_the_strongest_lever_of_each_family_is_drawn(large):
    _, blocks = told(*large)
    chart = next(block for block in blocks if isinstance(block, Chart))
    assert plain_text(chart.title) == "Most hangs on sanctions that return on an attack"
    drawn = list(dict.fromkeys(row["rule"] for row in chart.data))
    assert drawn == [
        "Sanctions that return on an attack", "Forces of the protected state",
        "Cost of breaking its word (every guarantor)",
    ]  # fmt: skip
    assert [plain_text(head) for head in chart.table.header[1:]] == drawn
    assert {row["year"] for row in chart.data} == {12.5 * step for step in range(9)}


def test_the_tornado_is_ranked_and_its_accent_says_what_invites_attack(large):
    _, record = large
    _, blocks = told(*large)
    chart = next(b for b in blocks if isinstance(b, Chart) and b.id == "tornado")
    rows = record["tornado"]["rows"]
    assert [row["own"] for row in chart.data] == [row["swing"] > 0 for row in rows]
    assert len({row["input"] for row in chart.data}) == len(rows)
    assert all(row["low"] <= row["high"] for row in chart.data)


def test_reversals_are_told_with_their_mechanism(large):
    case, record = large
    text = text_of(told(case, record)[1])
    assert f"More is not always better. Of {record['reversals']['tried']} small changes" in text
    other = copy.deepcopy(record)
    burden = {**record["reversals"]["rows"][0], "mechanism": "burden"}
    other["reversals"]["rows"] = [burden]
    text = text_of(told(case, other)[1])
    assert "one works against expectation in some worlds, though none because others" in text
    assert "the chance that it fights itself falls by" in text
    row = {
        **record["reversals"]["rows"][0],
        "mechanism": "free riding",
        "field": "reneging",
        "honour": {"USA": 0.1, "GBR": -0.05, "FRA": -0.2, "DEU": 0.0, "others": 0.0},
    }
    conditional = {
        **row,
        "kind": "conditional follower",
        "mechanism": "pivotal",
        "field": "leans_on",
        "guarantor": "GBR",
        "enabler": "USA",
        "mean": -0.02,
    }
    other["reversals"]["rows"] = [row, conditional]
    text = text_of(told(case, other)[1])
    assert "Cost of breaking its word (United States) more by 5%" in text
    assert "France would count on it: the chance that it fights falls by 20.0 points." in text
    assert "none because others count" not in text
    used = "Part of its force that it can use alone (United Kingdom, without United States)"
    assert f"{used} less by 10%: an attack would be less likely" in text
    assert "United States would know that all hangs on it" in text


def test_without_reversals_that_is_said_and_no_reversal_invented(small, large):
    case, record = large
    none = copy.deepcopy(record)
    none["reversals"]["rows"] = []
    text = text_of(told(case, none)[1])
    assert f"No reversal was found: of {record['reversals']['tried']} small changes" in text
    text = text_of(told(*small)[1])
    assert "reversal was found" not in text
    assert "More is not always better" not in text


def test_the_order_is_told_in_one_sentence_where_several_decide(small, large):
    case, record = large
    narrow = copy.deepcopy(record)
    narrow["order"]["range"] = [0.301, 0.302]
    text = text_of(told(case, narrow)[1])
    assert text.count("Who decides first hardly matters: over 24 orders of decision") == 1
    wide = copy.deepcopy(record)
    wide["order"]["range"] = [0.3, 0.5]
    wide["order"]["lowest"]["queue"] = ["GBR", "USA"]
    text = text_of(told(case, wide)[1])
    assert "Who decides first matters: over" in text
    assert "between 30% and 50%, lowest in a queue that United Kingdom opens" in text
    assert "Who decides first" not in text_of(told(*small)[1])


def test_what_research_found_is_cited_as_context(small):
    _, blocks = told(*small)
    notes = [b for b in blocks if isinstance(b, Paragraph) and b.role == "note"]
    cited = [span.text for note in notes for span in note.spans if isinstance(span, Cited)]
    assert cited == [
        "74.5% (1816–1944; Leeds, Long and Mitchell 2000)",
        "22% (1945–2003; Berkemeier and Fuhrmann 2018)",
        "Reiter and Poast 2021; Musgrave and Ward 2023",
    ]
    assert "For comparison, not as an input" in text_of(notes)


def test_out_of_reach_is_said(small):
    text = text_of(told(*small)[1])
    assert "out of reach" in text
    assert "No value of the range brings it to one in two where it is not there yet." in text


def test_nothing_is_told_where_nothing_was_worked_out(small):
    case, _ = small
    assert levers(desk_of(case, {})) == []
    assert levers(desk_of(case, {"levers": {}})) == []
