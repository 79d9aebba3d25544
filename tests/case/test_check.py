"""What ``check`` says about a case that has no mistakes: doubts, counts, classes."""

import pytest

from accord.case.check import check
from accord.case.load import load
from accord.case.possible import possible
from teaching import FLAGSHIP, TEACHING, altered, put

PROVISIONS = "  review:\n    title: Review of the pact\n"
# what is altered, where the doubt stands, what it says
DOUBTS = {
    "a provision that nobody values": (
        [("      review: {weight: 25, prefers: rising}\n", "")],
        "provisions.review", "nobody values and nothing mentions",
    ),
    "a capability that no level requires": (
        [("capabilities:\n", "capabilities:\n  tugs: {title: Tugs, unit: boats}\n"),
         ("serves: [boats], amount: 6", "serves: [boats, tugs], amount: 6")],
        "capabilities.tugs", "no level requires",
    ),
    "a capability that nobody serves": (
        [("capabilities:\n", "capabilities:\n  tugs: {title: Tugs, unit: tugs}\n"),
         ("requires: {boats: 10}", "requires: {boats: 10, tugs: 1}"),
         ("    fleet: {title: Six League boats,",
          "    tug: {serves: [tugs], amount: 0, stage: sure, judgement: refused}\n"
          "    fleet: {title: Six League boats,")],
        "capabilities.tugs", "nobody serves",
    ),
    "a shock that changes nothing": (
        [("shocks:\n", "shocks:\n  storm: {probability: 0.1, judgement: rare}\n")],
        "shocks.storm", "changes nothing",
    ),
    "a stage at which no pledge stands": (
        [("stages: {sure: 1.0,", "stages: {sure: 1.0, hoped: 0.5,")],
        "stages.hoped", "no pledge stands",
    ),
    "a meaning to which nothing refers": (
        [("  judgement: The unit is what the harbour is worth to Northland\n",
          "  judgement: The unit is what the harbour is worth to Northland\n  shame: 0.1\n")],
        "levels_meaning.shame", "nothing refers",
    ),
    "a milestone that no indicator uses": (
        [("watch:\n", "milestones:\n  vote:\n    hazard: {per: year, rate: 1}\n"
          "    judgement: yearly\nwatch:\n")],
        "milestones.vote", "no indicator uses",
    ),
    "a red line that no package can cross": (
        [('never: "patrol == joint and fees == kept"',
          'never: "patrol == joint and patrol == none"')],
        "positions.SOUTH.red_lines.no-patrol-for-fees", "no package can cross",
    ),
    "a red line that every package crosses": (
        [('never: "patrol == joint and', 'always: "fees == shared and')],
        "positions.SOUTH.red_lines.no-patrol-for-fees", "every package crosses",
    ),
    "a parliament in no consent rule": (
        [("actors:\n", "actors:\n  DIET: {name: The Diet, role: parliament}\n")],
        "actors.DIET", "in no consent rule",
    ),
    "a circle of waiting without coordination": (
        [("coordination: {value: 0.25, judgement: They have failed to meet three times in four}\n",
          "")],
        "pledges.GUARD.fleet.if", "The Harbour League (fleet) waits for Northland (police), "
        "which waits for The Harbour League (fleet)",
    ),
    "a pledge that waits for itself": (
        [('if: "NORTH joins"', 'if: "GUARD joins"')], "pledges.GUARD.fleet.if", "which has none",
    ),
    "a package that violates a constraint": (
        [("positions:\n", 'constraints: [{when: "patrol == joint", require: "fees == kept"}]\n'
          "positions:\n")],
        "packages.pact", "violates constraint 1",
    ),
    "a guarantor that leaves itself out": (
        [("    GUARD: {stake", "    GUARD: {members: [NORTH], stake")],
        "deterrence.guarantors.GUARD.members", "GUARD without itself",
    ),
    "a conflict that is never played": (
        [("conflicts:\n", "conflicts:\n  later:\n    question: q\n    uses_package: true\n"
          "    parties: {SOUTH: {raid: Raids}}\n    preferences:\n"
          "      SOUTH: {statements: [SOUTH.raid]}\n")],
        "conflicts.later", "never played",
    ),
}  # fmt: skip
KNOWN = {(w.path, w.wanted) for w in check(TEACHING).warnings}


@pytest.mark.parametrize("name", DOUBTS)
def test_a_doubt_is_told_with_its_place_and_its_remedy(tmp_path, name):
    changes, path, found = DOUBTS[name]
    report = check(altered(tmp_path, *changes))
    assert report.errors == ()
    new = [w for w in report.warnings if (w.path, w.wanted) not in KNOWN]
    assert path in {w.path for w in new}
    doubt = next(w for w in new if w.path == path)
    assert found in doubt.found
    assert doubt.hint
    assert doubt.line > 0
    assert doubt.text


def test_the_teaching_case_raises_only_the_doubts_it_is_about():
    assert [w.path for w in check(TEACHING).warnings] == [
        "provisions.fees.levels", "provisions.review.levels", "pledges.GUARD.fleet.if",
    ]  # fmt: skip


def test_a_quote_of_more_than_25_words_and_a_claim_that_nobody_cites(tmp_path):
    folder = altered(tmp_path)
    put(folder, "sources.csv", "id,title,publisher,published,grade\nS1,T,P,2024-03-01,A\n")
    put(folder, "claims.csv", "id,actor,claim,quote,source\n"
        f"c1,GUARD,a,{'word ' * 26},S1\nc2,GUARD,b,{'word ' * 25},S1\n")  # fmt: skip
    warnings = {(w.path, w.found) for w in check(folder).warnings}
    assert ("claims.c1", "a quote of 26 words") in warnings
    assert not any(path == "claims.c2" and "quote" in found for path, found in warnings)
    assert ("claims.c2", "the claim 'c2', which nobody cites") in warnings


def test_a_claim_that_only_an_update_cites_is_cited(tmp_path):
    folder = altered(tmp_path)
    put(folder, "sources.csv", "id,title,publisher,published,grade\nS1,T,P,2025-02-01,A\n")
    put(folder, "claims.csv", "id,actor,claim,quote,source\nc1,GUARD,a,,S1\n")
    put(folder, "updates/1.yaml",
        "date: 2025-02-01\nbecause: [c1]\nchange: {pledges.GUARD.fleet.amount: 8}\n")  # fmt: skip
    put(folder, "updates/2.yaml",
        "date: 2025-03-01\njudgement: m\nchange: {pledges.GUARD.fleet.amount: 9}\n")  # fmt: skip
    assert "claims.c1" not in {w.path for w in check(folder).warnings}


def test_what_is_used_on_either_date_is_not_unused(tmp_path):
    folder = altered(tmp_path, ("stages: {sure: 1.0,", "stages: {sure: 1.0, hoped: 0.5,"))
    put(folder, "updates/1.yaml", "date: 2025-02-01\nchange: {pledges.GUARD.fleet.stage: hoped}\n")
    assert "stages.hoped" not in {w.path for w in check(folder).warnings}


def test_mistakes_of_both_dates_are_told_each_once(tmp_path):
    folder = altered(tmp_path, ("probability: 0.25", "probability: 2"))
    put(folder, "updates/1.yaml",
        "date: 2025-02-01\njudgement: m\nchange: {pledges.GUARD.fleet.amount: -8}\n")  # fmt: skip
    errors = check(folder).errors
    assert sorted((e.path, e.found) for e in errors) == [
        ("pledges.GUARD.fleet.amount", "-8"), ("shocks.new_government.probability", "2"),
    ]  # fmt: skip


@pytest.mark.parametrize("folder", [TEACHING, FLAGSHIP], ids=["teaching", "flagship"])
def test_every_number_is_sourced_or_judged(folder):
    report = check(folder)
    assert report.ok
    for block in report.blocks.values():
        assert block["supported"] + block["judgements"] == block["numbers"]
    told = report.as_json()
    assert told["supported"] + told["judgements"] == told["numbers"] == len(load(folder).numbers)


def test_classes_of_the_teaching_case():
    # 2·2·3·2 packages; only the patrol needs boats; the war sees the clause and, through the
    # boats, the patrol; the kept conflict adds nothing
    assert check(TEACHING).classes == {
        "acceptable": 24, "deliverable": 2, "credible": 4, "durable": 4,
    }  # fmt: skip


def test_classes_count_what_pledges_and_conflicts_look_at(tmp_path):
    folder = altered(
        tmp_path,
        ('if: "NORTH joins"', 'if: "NORTH joins and fees == dropped and SOUTH accepts"'),
        ('{when: "SOUTH.raid and GUARD.leave", add: 20}',
         '{when: "SOUTH.raid and GUARD.leave and review == none", add: 20}'),
    )  # fmt: skip
    # patrol × fees × whether Southland accepts; then × clause; then × review
    assert check(folder).classes == {
        "acceptable": 24, "deliverable": 12, "credible": 24, "durable": 48,
    }  # fmt: skip


def test_a_test_whose_blocks_are_left_out_has_no_classes(tmp_path):
    text = (TEACHING / "case.yaml").read_text(encoding="utf-8")
    start, end = text.index("conflicts:\n"), text.index("watch:\n")
    put(tmp_path, "case.yaml", text[:start] + text[end:])
    report = check(tmp_path)
    assert report.ok
    assert report.classes["durable"] is None


def test_what_some_package_can_do_is_possible():
    case = load(TEACHING)
    line = case.file.positions["SOUTH"].red_lines["no-patrol-for-fees"]
    assert possible(case, line.never.expression) is True
