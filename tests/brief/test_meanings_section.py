"""What the clauses are worth in the model: every input once, in words, marked where it counts."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from accord.brief import html
from accord.brief.desk import Desk
from accord.brief.document import FromCase, Paragraph, Section, Strong, Table
from accord.brief.ledger import Ledger
from accord.brief.plain import plain_text
from accord.brief.sections.meanings import meanings
from accord.brief.write import write
from accord.case.load import load
from accord.case.truth import package_truth
from accord.run.assess import assess
from accord.run.run import Run
from brief.reading import read
from teaching import FLAGSHIP, TEACHING, altered

RENEGING = 'reneging: {base: 0, steps: [{when: "clause == assist", set: 0.2}]}'
STRENGTH = "cost_of_war: 0.3, strength: 2,"


def told(case, package=None):
    names = tuple(case.file.packages)
    if package is not None:
        names = (package, *(name for name in names if name != package))
    manifest = {"consent": "everyone", "worlds": 256, "effective_worlds": 256.0}
    run = Run(case, SimpleNamespace(weights=np.ones(256)), {}, {}, names, {}, manifest)
    desk = Desk(run, Ledger(run))
    blocks = meanings(desk)
    # plain words hold no digit
    Section("credible", "Credible", ("Found",), tuple(blocks))
    assert not desk.ledger.figures
    return blocks


def tables(blocks):
    return [block for block in blocks if isinstance(block, Table)]


def notes(blocks):
    return [plain_text(b.spans) for b in blocks if isinstance(b, Paragraph) and b.role == "note"]


def rows(table):
    return [tuple(plain_text(cell) for cell in row) for row in table.rows]


def marked(blocks):
    """Paths of the numbers that are set in bold."""
    cells = [row[1] for table in tables(blocks) for row in table.rows]
    return {cell[0].spans[0].path for cell in cells if isinstance(cell[0], Strong)}


def shown(blocks):
    """Paths of all numbers, in the order told."""
    cells = [row[1] for table in tables(blocks) for row in table.rows]
    return [(c[0].spans[0] if isinstance(c[0], Strong) else c[0]).path for c in cells]


def test_the_teaching_case_is_told_in_one_table():
    case = load(TEACHING)
    blocks = told(case, "pact")
    assert plain_text(blocks[0].spans).startswith("What the clauses are worth in the model.")
    (table,) = tables(blocks)
    assert plain_text(table.caption) == "Cost of breaking its word (The Harbour League)"
    assert plain_text(table.header[1]).replace("\xa0", " ") == "Part of the stake"
    assert rows(table) == [
        ("If the harbour is attacked: “The League assists”", "20%"),
        ("Otherwise, as with “The parties talk”", "0%"),
    ]
    assert notes(blocks) == ["The unit is what the harbour is worth to Northland."]
    assert marked(blocks) == {"levels_meaning.reneging.steps.0.set"}
    assert marked(told(case, "status-quo")) == {"levels_meaning.reneging.base"}


def test_every_number_and_every_reason_of_the_flagship_stands_once():
    case = load(FLAGSHIP)
    blocks = told(case)
    wanted = [path for path in case.numbers if path.startswith("levels_meaning.")]
    assert sorted(shown(blocks)) == sorted(wanted)
    reasons = notes(blocks)
    for name in case.file.levels_meaning:
        words = case.support(("levels_meaning", name)).judgement
        assert sum(words in reason for reason in reasons) == 1, name
    captions = [plain_text(table.caption) for table in tables(blocks)]
    assert len(captions) == len(set(captions))


@pytest.mark.parametrize("package", list(load(FLAGSHIP).file.packages))
def test_bold_is_what_the_package_is_worked_out_with(package):
    case = load(FLAGSHIP)
    chosen, calm = case.chosen(package), dict.fromkeys(case.file.shocks, False)
    counting = set()
    for number in case.file.levels_meaning.values():
        if not number.steps:
            continue
        holding = [s for s in number.steps
                   if package_truth(case, s.when.expression, chosen, calm)]  # fmt: skip
        sets = [step for step in holding if step.operation == "set"]
        counting.add(sets[0].number.path if sets else number.base.path)
        counting |= {step.number.path for step in holding if step.operation != "set"}
    assert marked(told(case, package)) == counting


def test_uncertain_numbers_have_their_middle_nine_tenths(tmp_path):
    steps = """
    base: [0, 0.1, 0.2]
    steps:
      - {when: "clause == assist", set: {uniform: [0.2, 0.4]}}
      - {when: "fees == shared", times: {uniform: [0.5, 1.5]}}
      - {when: "fees >= shared", add: {uniform: [-0.2, 0]}, judgement: Shown in the case alone}"""
    case = load(altered(tmp_path, (RENEGING, f"reneging:{steps}"),
                        ("automatic: 0}", "automatic: 0, tripwire: 0}")))  # fmt: skip
    (table,) = tables(told(case, "pact"))
    assert [value for _, value in rows(table)] == [
        "30% (21–39)", "10% (3–17)", "× 1.00 (0.55–1.45)", "−10% (−19 to −1)",
    ]  # fmt: skip
    assert [words for words, _ in rows(table)][2:] == [
        "Harbour fees: “They are shared”", "Either “They are shared” or “They are dropped”",
    ]  # fmt: skip


def test_what_hangs_on_an_event_is_not_said_to_count(tmp_path):
    steps = """
    base: 0
    steps:
      - {when: "shocks.new_government and clause == assist", set: 0.3}
      - {when: "not clause == talk or fees != kept and review == yearly", set: 0.2}
      - {when: "shocks.new_government or not shocks.new_government", add: 0.01}"""
    case = load(altered(tmp_path, (RENEGING, f"reneging:{steps}")))
    blocks = told(case, "pact")
    assert marked(blocks) == {"levels_meaning.reneging.steps.2.add"}
    assert [words for words, _ in rows(tables(blocks)[0])] == [
        "This happens: a new government in Southland and If the harbour is attacked: “The League "
        "assists”",
        "Not: “The parties talk”, or Harbour fees: not “Northland keeps them” and Review of the "
        "pact: “A review every year”",
        "Otherwise",
        "This happens: a new government in Southland, or not: this happens: a new government in "
        "Southland",
    ]
    assert marked(told(case, "status-quo")) == {
        "levels_meaning.reneging.base", "levels_meaning.reneging.steps.2.add"
    }  # fmt: skip


def test_entries_without_conditions_share_a_table_with_their_reasons(tmp_path):
    more = """
  forces: {value: [1, 2, 3], judgement: Counted at the pier}
  bound: {value: 0.02, judgement: A captain may act alone}"""
    case = load(altered(
        tmp_path, (RENEGING, RENEGING + more),
        (STRENGTH, "cost_of_war: 0.3, strength: {like: levels_meaning.forces},"),
        ("automatic: 0}", "automatic: {like: levels_meaning.bound}}"),
    ))  # fmt: skip
    blocks = told(case, "pact")
    table = tables(blocks)[-1]
    assert plain_text(table.caption) == "Whatever the text says"
    assert plain_text(table.header[1]) == "Counts"
    assert rows(table) == [
        ("Forces of the protected state", "2.0 (1.3–2.7) brigades"),
        ("Chance of being bound without a choice (The Harbour League)", "2.0%"),
    ]
    assert notes(blocks)[1:] == [
        "Forces of the protected state: Counted at the pier.",
        "Chance of being bound without a choice (The Harbour League): A captain may act alone.",
    ]


def test_an_entry_that_another_block_uses_goes_by_its_name(tmp_path):
    more = '\n  good_will: {base: 1, steps: [{when: "fees == shared", add: 2}], judgement: Ours}'
    plus = 'plus: {base: 0, steps: [{when: "shocks.new_government", add: 4}]}'
    case = load(altered(tmp_path, (RENEGING, RENEGING + more),
                        (plus, "plus: {like: levels_meaning.good_will}")))  # fmt: skip
    table = tables(told(case, "pact"))[-1]
    assert plain_text(table.caption) == "Good will"
    assert isinstance(table.caption[0], FromCase)
    assert [value for _, value in rows(table)] == ["1.0 points", "+2.0 points"]


def test_what_nothing_refers_to_is_not_told_and_a_case_without_meanings_says_nothing(tmp_path):
    unused = (
        RENEGING + "\n  shame: {value: 0.3, judgement: Ours}\n  same: {like: levels_meaning.shame}"
    )
    blocks = told(load(altered(tmp_path, (RENEGING, unused))), "pact")
    assert not any("shame" in path for path in shown(blocks))
    judgement = "judgement: The unit is what the harbour is worth to Northland"
    entry = f"levels_meaning:\n  {judgement}\n  {RENEGING}\n"
    none = altered(tmp_path / "none", (entry, ""), ("{like: levels_meaning.reneging}", "0.1"))
    assert told(load(none), "pact") == []


def test_an_entry_that_stands_for_another_is_told_as_that_one(tmp_path):
    two = RENEGING + "\n  word: {like: levels_meaning.reneging}"
    use = "{like: levels_meaning.reneging}, automatic"
    case = load(altered(tmp_path, (RENEGING, two), (use, use.replace("reneging", "word"))))
    blocks = told(case, "pact")
    assert shown(blocks) == ["levels_meaning.reneging.steps.0.set", "levels_meaning.reneging.base"]


def test_claims_speak_where_there_is_no_judgement(tmp_path):
    folder = altered(tmp_path, (RENEGING, RENEGING[:-1] + ", because: [paid]}"))
    (folder / "claims.csv").write_text(
        "id,actor,claim,quote,source,locator,disputed_by\n"
        "paid,,The League once paid for leaving,,S,,\n"
    )
    (folder / "sources.csv").write_text(
        "id,title,publisher,published,accessed,link,grade,licence\n"
        "S,A chronicle,A press,2024-01-01,,https://a.example/,B,\n"
    )
    assert notes(told(load(folder), "pact")) == ["The League once paid for leaving."]


@pytest.fixture(scope="module", params=[TEACHING, FLAGSHIP], ids=lambda folder: folder.name)
def written(request):
    run = assess(load(request.param), worlds=256)
    return run, write(run)


def test_the_section_ends_with_the_clauses_and_no_digit_is_stray(written):
    run, document = written
    section = next(s for s in document.sections if s.id == "credible")
    first = next(
        i for i, block in enumerate(section.blocks)
        if isinstance(block, Paragraph) and plain_text(block.spans).startswith("What the clauses")
    )  # fmt: skip
    names = [plain_text(t.caption) for t in tables(section.blocks[first:])]
    assert names
    page = read(html.render(document, run.case))
    assert page.strays == []
    assert all(name in page.sections["credible"] for name in names)


def test_luck_in_common_is_a_check_beside_the_share_of_the_case(written):
    run, document = written
    figures = {figure.id: figure for figure in document.figures}
    section = next(s for s in document.sections if s.id == "credible")
    texts = [plain_text(b.spans) for b in section.blocks if isinstance(b, Paragraph)]
    (text,) = [text for text in texts if text.startswith("A check on luck")]
    lead = run.packages[0]
    record = run.details["credible"][lead]["persistence"]
    for name, key in (("none", "0"), ("strong", "0.9")):
        figure = figures[f"{lead}.credible.persistence.{name}"]
        assert figure.value == record[key]["share"]
        assert figure.text in text
