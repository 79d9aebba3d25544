"""What ends it in which year, the commitment check and the steps, as a reader meets them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from accord.brief import html
from accord.brief.charts import NARROW, WIDE, svg
from accord.brief.desk import Desk
from accord.brief.document import Chart, Cited, Paragraph, Section, Table
from accord.brief.ledger import Ledger
from accord.brief.plain import plain_text
from accord.brief.sections.commitment import RESEARCH, commitment
from accord.brief.sections.durable import durable
from accord.brief.sections.hazards import FEWEST_WORLDS, hazards
from accord.brief.sections.steps import step_table
from accord.brief.write import write
from accord.case.load import load
from accord.run.assess import assess
from brief.documents import chart
from brief.reading import read
from teaching import FLAGSHIP, TEACHING, altered

HORIZON = "horizon: 2 years"
TEMPTATION = "temptation: 0.5"
DRIFT = "  drift: {SOUTH: {yearly: 1}}\n"


def desk_of(case, **options):
    run = assess(case, worlds=512, **options)
    return Desk(run, Ledger(run))


def section_of(case, **options):
    return durable(desk_of(case, **options))


def charts_of(section):
    return {block.id: block for block in section.blocks if isinstance(block, Chart)}


def words(section):
    return [plain_text(b.spans) for b in section.blocks if isinstance(b, Paragraph)]


def texts(drawing):
    root = ET.fromstring(drawing)
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.fixture(scope="module")
def desk():
    return desk_of(load(TEACHING))


@pytest.fixture(scope="module")
def flagship():
    return desk_of(load(FLAGSHIP))


def test_the_chart_tells_what_the_detail_tells(desk):
    found = charts_of(durable(desk))["hazards"]
    record = desk.run.details["durable"]["pact"]["rules"][desk.rule]["hazards"]
    assert found.kind == "columns"
    assert {row["cause"] for row in found.data} == {"An attack", "Southland turning against it"}
    for row in found.data:
        cause = "attack" if row["cause"] == "An attack" else "leaves:SOUTH"
        assert row["share"] == record["causes"][cause][row["year"] - 1]["share"]
        assert 0.0 <= row["low"] <= row["share"] <= row["high"] <= 1.0
    heads = [plain_text(head) for head in found.table.header]
    assert heads == ["Year", "Still stands when it begins", *{r["cause"]: 0 for r in found.data},
                     "Any of these"]  # fmt: skip
    assert len(found.table.rows) == 2
    title = plain_text(found.title)
    assert title.startswith("The danger is greatest in year two, and most of it comes from South")


def test_a_case_that_nothing_ends_says_so_and_draws_nothing(tmp_path):
    case = load(altered(tmp_path, (TEMPTATION, "temptation: 0"), (DRIFT, "")))
    section = section_of(case, consent="without-south")
    assert set(charts_of(section)) == {"survival"}
    assert any(text.startswith("Nothing ends it in any sampled world") for text in words(section))


def test_a_horizon_of_one_year_has_one_column_and_nobody_turns(tmp_path):
    section = section_of(load(altered(tmp_path, (HORIZON, "horizon: 1 year"))))
    found = charts_of(section)["hazards"]
    assert [row["year"] for row in found.data] == [1]
    assert plain_text(found.title).startswith("It has one year to last")
    assert "ends it within 1 year." in words(section)[0].replace("\xa0", " ")
    for width in (WIDE, NARROW):
        assert "1" in texts(svg(found, "label", width))


def test_where_nobody_can_turn_only_attacks_are_told(tmp_path):
    section = section_of(load(altered(tmp_path, (DRIFT, ""))), consent="without-south")
    found = charts_of(section)["hazards"]
    assert {row["cause"] for row in found.data} == {"An attack"}
    title = plain_text(found.title)
    assert title.startswith(("The danger is much the same in every year", "The danger is greatest"))


def test_years_with_few_worlds_are_not_drawn_and_the_note_says_from_when(flagship):
    detail = flagship.run.details["durable"][flagship.lead]
    record = detail["rules"][flagship.rule]["hazards"]
    (found,) = hazards(flagship, detail)
    Section("durable", "Durable", ("Found",), (found,))
    for row in found.data:
        assert (row["share"] is None) == (record["worlds"][row["year"] - 1] < FEWEST_WORLDS)
    assert any(row["share"] is None for row in found.data)
    note = plain_text(found.note)
    assert re.search(rf"from year \w+ on fewer than {FEWEST_WORLDS} worlds still stand", note)
    assert "too few worlds left" in texts(svg(found, "label"))


def test_every_rule_has_a_curve_or_the_note_says_whose_it_shares(flagship):
    found = charts_of(durable(flagship))["survival"]
    titles = {plain_text((flagship.run.case.file.consent.rules[r].title,))
              for r in flagship.run.rules}  # fmt: skip
    drawn = {row["rule"] for row in found.data}
    note = plain_text(found.note)
    assert drawn <= titles
    assert all(title in note for title in titles - drawn)
    assert "; bands hold nine tenths of the sampling error over 512 worlds" in note
    assert all(row["low"] <= row["share"] <= row["high"] for row in found.data)
    at_signing = [row for row in found.data if row["year"] == 0]
    assert all(row["low"] == row["high"] == 1.0 for row in at_signing)


@pytest.mark.parametrize(("title", "drawn"), [
    ("All but Southland", {"All three", "All but Southland"}),
    ("All three", {"everyone", "without south"}),
])  # fmt: skip
def test_rules_go_by_their_titles_or_by_their_names_where_two_are_the_same(tmp_path, title, drawn):
    case = load(altered(
        tmp_path,
        ("everyone: {all: [NORTH,", "everyone: {title: All three, all: [NORTH,"),
        ("without-south: {all:", f"without-south: {{title: {title}, all:"),
    ))  # fmt: skip
    found = charts_of(section_of(case))["survival"]
    assert {row["rule"] for row in found.data} == drawn


def test_research_stands_beside_and_has_authors_and_years():
    cited = [span.text for span in RESEARCH if isinstance(span, Cited)]
    assert all(re.search(r"(?:19|20)\d\d$", text) for text in cited)
    text = plain_text(RESEARCH)
    assert text.startswith("For comparison, not as an input:")
    Section("durable", "Durable", ("Found",), (Paragraph(RESEARCH),))


@pytest.mark.parametrize(("flagged", "words"), [(None, "no year is like that"),
                                                (3, "the first such year is year 3")])  # fmt: skip
def test_the_commitment_check_says_what_it_asks_and_what_it_found(flagged, words):
    desk = desk_of(load(TEACHING))
    record = {"wins": [0.4, 0.45, 0.5, 0.55, 0.6], "bound": 0.3, "flagged": flagged}
    spans = commitment(desk, record)
    Section("durable", "Durable", ("Found",), (Paragraph(spans),))
    text = plain_text(spans).replace("\xa0", " ")
    assert f"In the central case {words}: that chance moves from 40% at signing" in text
    assert "to 60% in year 4" in text
    assert "no part of the verdict" in text


def test_the_page_tells_hazards_without_a_stray_digit(desk):
    document = write(desk.run)
    page = read(html.render(document, desk.run.case))
    assert page.strays == []
    assert "The danger is greatest" in page.sections["durable"]


def test_causes_of_one_name_stay_two_panels():
    rows = [{"cause": "Same", "year": y, "share": s, "low": s, "high": s}
            for s in (0.2, 0.4) for y in (1, 2)]  # fmt: skip
    found = texts(svg(chart("columns", rows), "label"))
    assert found.count("Same") == 2
    assert (found.count("20%"), found.count("40%")) == (2, 4)


@pytest.mark.parametrize("years", [1, 10, 30, 60])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_columns_fit_any_horizon(years, width):
    rows = [{"cause": f"Cause {c}", "year": y, "share": 0.5 / y, "low": 0.0, "high": 0.9 / y}
            for c in "AB" for y in range(1, years + 1)]  # fmt: skip
    drawing = svg(chart("columns", rows, x_title="years"), "label", width)
    assert float(ET.fromstring(drawing).get("width")) <= 1.05 * width
    numbers = [text for text in texts(drawing) if text.isdigit()]
    assert len(numbers) == len(set(numbers))
    assert 1 <= len(numbers) * 24 <= width


def test_steps_agree_with_the_questions_about_them(flagship):
    table, note = step_table(flagship)
    assert isinstance(table, Table)
    assert note.role == "note"
    Section("watch", "Watch", ("Found",), (table, note))
    assert plain_text(table.header[1]) == "Only after"
    figures = flagship.ledger.figures
    document = {figure.id: figure for figure in write(flagship.run).figures}
    asked = 0
    for name, indicator in flagship.run.case.file.watch.items():
        milestone = getattr(indicator.likelihood, "milestone", None)
        chance = document.get(f"watch.{name}.chance")
        if milestone is None or chance is None:
            continue
        by = figures[f"milestones.{milestone}.by.{indicator.deadline.isoformat()}"]
        assert by.value == pytest.approx(chance.value, abs=1e-12)
        asked += 1
    assert asked > 2


def test_without_open_questions_about_milestones_there_is_no_table(desk):
    assert step_table(desk) == []
