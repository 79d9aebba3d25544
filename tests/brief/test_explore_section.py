"""The best packages of the whole space in a brief, as a reader meets them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import pytest

from accord.brief import html, markdown
from accord.brief.desk import Desk
from accord.brief.document import Table
from accord.brief.explain import explain
from accord.brief.explored import carry_explored, explored_in, explored_key, with_explored
from accord.brief.ledger import Ledger
from accord.brief.plain import plain_text
from accord.brief.sections.exploration import exploration
from accord.brief.words import large_count
from accord.brief.write import write
from accord.case.load import load
from accord.explore.search.results import explored_under, keep_explored
from accord.run.assess import assess
from accord.run.store import default_folder, save
from brief.reading import read
from brief.section_reading import figures, words
from teaching import TEACHING, altered

ACCORD = [sys.executable, "-c", "from accord.cli import main; main()"]
BEST = {"patrol": "none", "clause": "assist", "fees": "shared", "review": "yearly"}
WORLDS = 4096


def result(rule="everyone", joint=0.3125, fresh=0.29, bound=0.4, levels=BEST, se=0.01, **more):
    return {
        "rule": rule, "bound": bound, "packages_total": 68_719_476_736, "worlds": WORLDS,
        "reproducible": False,
        "best": [{"package": levels, "joint": joint, "joint_fresh": fresh, "se": se,
                  "tests": {"acceptable": 0.9}, "proven": True}],
        **more,
    }  # fmt: skip


@pytest.fixture(scope="module")
def run():
    return assess(load(TEACHING), worlds=512)


def section(run, folder, *results, **key):
    for each in results:
        keep_explored(folder, explored_key(run.manifest["digest"], **key), each)
    found = with_explored(run, folder)
    return exploration(Desk(found, Ledger(found)))


def test_where_nothing_is_kept_there_is_no_section(run, tmp_path):
    assert exploration(Desk(run, Ledger(run))) is None
    assert section(run, tmp_path / "none") is None
    assert with_explored(run, tmp_path) is run


def test_the_section_says_what_was_found_and_what_is_proven(run, tmp_path):
    found = section(run, tmp_path, result())
    assert found.kicker == "The best packages of the whole space"
    assert plain_text(found.headline) == (
        "The best of 69 billion packages passes all tests in 29% ± 2 of worlds"
    )
    first, second, note = words(found)
    assert first == (
        "Consent: everyone. The best package that was found passes all tests in 31.2% of the 4,096 "
        "worlds that were searched, and in 29% ± 2 of fresh ones. It is proven that no other of "
        "the 69 billion passes in more than 40.0% of them; a longer search may narrow that."
    )
    assert second.startswith("Of the packages that the case names, The pact does best, with ")
    assert "looks better in them than it is" in note
    assert "fresh worlds took no part in the choice" in note
    told = figures(found)
    assert told["explored.joint.everyone.bound"].value == 0.4
    assert told["explored.joint.everyone.searched"].value == 0.3125
    fresh = told["explored.joint.everyone.fresh"]
    assert fresh.value == 0.29
    assert fresh.low < 0.29 < fresh.high
    assert fresh.high - fresh.low == pytest.approx(2 * 1.645 * 0.01, rel=0.15)


def test_it_says_what_differs_from_the_best_that_the_case_names(run, tmp_path):
    found = section(run, tmp_path, result())
    (table,) = [each for each in found.blocks if isinstance(each, Table)]
    own = run.case.chosen("pact")
    rows = [[plain_text(cell) for cell in row] for row in table.rows]
    titles = run.case.file.provisions
    assert rows == [
        [titles[name].title, run.case.level_title(name, BEST[name]),
         run.case.level_title(name, own[name])]
        for name in titles if own[name] != BEST[name]
    ]  # fmt: skip
    told = figures(found)
    assert told["explored.joint.everyone.differs"].value == len(rows) == 2
    assert told["explored.provisions"].value == 4


def test_a_package_that_the_case_names_is_called_by_its_name(run, tmp_path):
    found = section(run, tmp_path, result(levels=run.case.chosen("dear-pact")))
    assert words(found)[1] == "It is a package that the case names: The pact with fees kept."
    assert not [each for each in found.blocks if isinstance(each, Table)]


@pytest.mark.parametrize(("joint", "bound", "said"), [
    (0.05, 0.2, "in more than 20.0% of them, 4.0 times the share of the best;"),
    (0.0999, 0.2, "2.0 times the share of the best"),
    (0.1, 0.2, "in more than 20.0% of them; a longer search"),
    (0.05, 0.05, "It is proven that no other of the 69 billion passes in more of them."),
    (0.05, 1.0, "The search ended by time before it proved anything about the others."),
])  # fmt: skip
def test_the_ratio_is_told_where_the_share_is_small(run, tmp_path, joint, bound, said):
    text = words(section(run, tmp_path, result(joint=joint, bound=bound)))[0]
    assert said in text
    assert ("times the share" in text) == (joint < 0.1 and joint < bound < 1)


def test_a_search_that_came_to_its_end_is_not_told_to_go_on(run, tmp_path):
    found = section(run, tmp_path, result(reproducible=True))
    assert "longer" not in words(found)[0]


def test_where_nothing_passes_nothing_is_compared(run, tmp_path):
    found = section(run, tmp_path, result(joint=0.0, fresh=0.0, se=0.0, bound=0.02))
    assert plain_text(found.headline) == (
        "Of 69 billion packages none was found that passes all tests in any world"
    )
    assert words(found)[0].startswith("Consent: everyone. No package was found that passes")
    assert "no other of the 69 billion passes in more than 2.0%" in words(found)[0]
    assert len(found.blocks) == 2


def test_rules_follow_the_one_that_leads_and_do_not_repeat_a_package(run, tmp_path):
    other = {**BEST, "patrol": "joint"}
    found = section(run, tmp_path, result("without-south"), result("everyone"))
    told = words(found)
    assert [text.split(". ")[0] for text in told if text.startswith("Consent")] == [
        "Consent: everyone", "Consent: without south",
    ]  # fmt: skip
    assert told[-2].endswith("The best package found is the same as that for “everyone”.")
    assert len([each for each in found.blocks if isinstance(each, Table)]) == 1
    found = section(run, tmp_path, result("without-south", levels=other))
    assert len([each for each in found.blocks if isinstance(each, Table)]) == 2


def test_another_rule_alone_says_which_it_is(run, tmp_path):
    found = section(run, tmp_path, result("without-south"))
    assert plain_text(found.headline).endswith("of worlds, consent: without south")


def test_results_of_another_case_of_pins_or_of_other_lines_are_not_told(run, tmp_path):
    digest = run.manifest["digest"]
    pins = {"fees": ["shared"]}
    keep_explored(tmp_path, digest[:8] + "0" * 56, result())
    assert with_explored(run, tmp_path) is run
    keep_explored(tmp_path, explored_key(digest, lines="hard"), result())
    keep_explored(tmp_path, explored_key(digest, pins=pins), result(pins=pins))
    assert with_explored(run, tmp_path) is run
    # one that stands where results of all packages stand, and says that it is none
    keep_explored(tmp_path, digest, result(pins=pins))
    assert with_explored(run, tmp_path) is run
    hard = assess(load(TEACHING), worlds=256, lines="hard")
    assert set(with_explored(hard, tmp_path).details["explored"]) == {"everyone"}
    (only,) = explored_in(tmp_path, run.case, run.rules, pins=pins).values()
    assert only["pins"] == pins


def test_keys_differ_by_what_is_asked():
    pins = [None, {"fees": ["shared"]}, {"fees": ["kept", "shared"]}, {"patrol": ["none"]}]
    lines = ("stated", "hard", "none")
    keys = {explored_key("a" * 64, line, each) for line in lines for each in pins}
    assert len(keys) == 12
    assert explored_key("a" * 64) == explored_key("a" * 64, "stated", {}) == "a" * 64


def test_what_is_carried_is_kept_under_both_digests(tmp_path):
    before, after = "1" * 64, "2" * 64
    keep_explored(tmp_path, before, result())
    keep_explored(tmp_path, explored_key(before, "hard"), result(bound=0.5))
    carry_explored(tmp_path, before, after)
    for digest in (before, after):
        assert explored_under(tmp_path, digest) == {"everyone": result()}
        assert explored_under(tmp_path, explored_key(digest, "hard"))["everyone"]["bound"] == 0.5
    assert explored_under(tmp_path, explored_key(after, "none")) == {}


def test_every_number_of_the_page_leads_to_its_derivation(run, tmp_path):
    section(run, tmp_path, result(), result("without-south", joint=0.02, fresh=0.01))
    found = with_explored(run, tmp_path)
    document = write(found)
    ids = [each.id for each in document.sections]
    assert ids.index("framework") < ids.index("exploration") < ids.index("acceptable")
    page = read(html.render(document, found.case))
    assert page.strays == []
    assert "The best packages of the whole space" in page.sections["exploration"]
    told = {f.id for f in document.figures if f.id.startswith("explored.")}
    assert told
    assert {f"#{name}" for name in told} <= {target for target, _ in page.figures}
    assert told <= set(page.ids)
    text = markdown.render(document, found.case)
    assert '## <a id="exploration"></a>The best packages of the whole space' in text
    assert html.render(write(found), found.case) == html.render(document, found.case)
    report = explain(found, "explored.joint.everyone.bound")
    assert report["value"] == 0.4
    # all levels are behind a bound over all packages, and so are the four tests
    behind = {each["path"] for each in report["inputs"]}
    assert "positions.SOUTH.values.clause.levels.talk" in behind
    assert {"deterrence.challenger.stake", "durability.temptation"} <= behind


def test_the_rest_of_the_brief_is_what_it_is_without_it(run, tmp_path):
    section(run, tmp_path, result())
    found = write(with_explored(run, tmp_path))
    plain = write(run)
    assert [each for each in found.sections if each.id != "exploration"] == list(plain.sections)


def asked(*words):
    """What a command prints."""
    return subprocess.run(
        [*ACCORD, *map(str, words)], check=True, capture_output=True, text=True
    ).stdout  # fmt: skip


def test_a_brief_of_a_case_or_of_its_run_finds_what_is_kept(tmp_path):
    place = altered(tmp_path, ("title: Harbour fees", "title: Fees <b> | 7"))
    case = load(place)
    run = assess(case, worlds=256)
    folder = default_folder(place, run)
    save(run, folder)
    keep_explored(place / "runs", case.digest, result())
    for source, ending in ((place / "case.yaml", ".html"), (folder, ".md")):
        file = tmp_path / f"brief{ending}"
        asked("brief", source, "-o", file, *(["--worlds", 256] if source != folder else []))
        text = file.read_text(encoding="utf-8")
        assert "The best packages of the whole space" in text
        assert "Fees <b>" not in text
    told = asked("explain", folder, "explored.joint.everyone.bound", "--json")
    assert json.loads(told)["text"] == "40.0%"
    # a run that stands elsewhere is told as it is
    shutil.move(folder, tmp_path / "away" / "run")
    asked("brief", tmp_path / "away" / "run", "-o", tmp_path / "away.md")
    text = (tmp_path / "away.md").read_text(encoding="utf-8")
    assert "best packages of the whole space" not in text


@pytest.mark.parametrize(("count", "words"), [
    (1, "1"), (1_296, "1,296"), (999_999, "999,999"), (1_000_000, "1 million"),
    (4_123_456, "4.1 million"), (68_719_476_736, "69 billion"), (7.2e11, "720 billion"),
    (1_500_000_000_000, "1.5 trillion"), (4 * 10**18, "4,000,000 trillion"),
])  # fmt: skip
def test_large_counts_are_told_as_they_are_spoken(count, words):
    assert large_count(int(count)) == words
    number = float(re.sub(r"[^\d.]", "", words))
    size = {"million": 1e6, "billion": 1e9, "trillion": 1e12}.get(words.split()[-1], 1.0)
    assert number * size == pytest.approx(float(count), rel=0.05)
