"""When a package works and why it fails in a brief, as a reader meets it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from accord.brief import html, markdown
from accord.brief.desk import Desk
from accord.brief.document import Table
from accord.brief.explain import explain
from accord.brief.explored import explored_key
from accord.brief.input_words import input_span
from accord.brief.ledger import Ledger
from accord.brief.plain import plain_text
from accord.brief.sections.stress import stress_section
from accord.brief.stressed import with_stressed
from accord.brief.write import write
from accord.case.load import load
from accord.explore.stress import stress
from accord.explore.stress_kept import keep_stress, stress_content
from accord.run.assess import assess
from accord.run.store import default_folder, save
from brief.reading import read
from brief.section_reading import figures, words
from brief.stress_results import SHOCK, box, cause, influence, metric, result, worth
from teaching import FLAGSHIP, TEACHING, altered

ACCORD = [sys.executable, "-c", "from accord.cli import main; main()"]
STAKE = "deterrence.challenger.stake"
FLEET = "pledges.GUARD.fleet.amount"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The teaching case, some of its numbers uncertain."""
    place = altered(
        tmp_path_factory.mktemp("uncertain"),
        ("challenger: {actor: SOUTH, stake: 1,", "challenger: {actor: SOUTH, stake: [0.5, 1, 2],"),
        ("serves: [boats], amount: 6,", "serves: [boats], amount: [4, 6, 9],"),
        more="".join(f"  more{at}: {{title: More, base: pact}}\n" for at in range(2)),
    )
    return assess(load(place), worlds=512)


def with_kept(run, folder, *results, key=None):
    key = key or explored_key(run.manifest["digest"], run.manifest["lines"])
    for each in results:
        keep_stress(folder, key, each["package"], each["rule"], each)
    return with_stressed(run, folder)


def section(run, folder, **more):
    found = with_kept(run, folder, result(**more))
    return stress_section(Desk(found, Ledger(found)))


def said(found, heading):
    (text,) = [each for each in words(found) if each.startswith(heading)]
    return text.removeprefix(heading).strip()


def tables(found):
    return [
        [[plain_text(cell) for cell in row] for row in each.rows]
        for each in found.blocks if isinstance(each, Table)
    ]  # fmt: skip


def test_where_nothing_is_kept_there_is_no_section(run, tmp_path):
    assert stress_section(Desk(run, Ledger(run))) is None
    assert with_stressed(run, tmp_path) is run
    assert section(run, tmp_path, package="dear-pact") is None
    assert section(run, tmp_path, rule="without-south") is None


def test_the_section_says_when_it_works_and_why_it_fails(run, tmp_path):
    found = section(run, tmp_path)
    assert found.kicker == "When it works, and why it fails"
    assert plain_text(found.headline) == (
        "Whether it works hangs on “a new government in Southland”"
    )
    assert said(found, "When it works.") == (
        "It passes all tests in 60% ± 2 of the worlds in which “a new government in Southland” "
        "does not happen; they are 20% ± 2 of all worlds and hold 40% ± 2 of its successes."
    )
    assert said(found, "Why it fails.").startswith(
        "It fails in 10% ± 2 of the worlds in which “a new government in Southland” happens; they"
    )
    told = figures(found)
    density = told["stress.pact.everyone.passes.joint.density"]
    assert density.value == 0.6
    # 4,096 worlds are sixteen blocks, of which eight tell
    assert density.high - density.low == pytest.approx(2 * 1.8946 * 0.01, rel=1e-3)


def test_numbers_of_a_box_are_told_with_their_units(run, tmp_path):
    found = section(run, tmp_path, works=cause("passes", found=box(
        (STAKE, 0.75, 1.5), (FLEET, None, 5.5), (SHOCK, 0.5, None), worlds=100
    )))  # fmt: skip
    assert (
        "of the worlds in which “what an attack could win” is above 0.75 of the protected state’s "
        "stake and at most 1.5 of the protected state’s stake, "
        "“Pledges · The Harbour League · Six League boats · Amount” is at most 5.5"
    ) in said(found, "When it works.")
    assert plain_text(found.headline).endswith(" and more")
    told = figures(found)
    assert told["stress.pact.everyone.passes.joint.limit0.above"].value == 0.75
    assert told["stress.pact.everyone.passes.joint.limit0.most"].value == 1.5


@pytest.mark.parametrize(("finding", "of", "headline", "sentence"), [
    ("nowhere", 0.0, "It passes all tests in no world", "in none of 4,096 worlds (< "),
    ("everywhere", 1.0, "It passes all tests in every world", "in every one of 4,096 worlds (> "),
    ("too few", 0.01, "It works in too few worlds to say when",
     "in 1% ± 1 of worlds; those worlds are too few to say when."),
    ("too few", 0.99, "It fails in too few worlds to say when", "the others are too few"),
    ("one half", 0.4, "These worlds cannot tell when it works", "in 40% ± 2 of worlds; when is "
     "not told, because all that weigh something lie in one half of the blocks, and it takes"),
    ("nothing stands out", 0.3, "No input tells when it works",
     "in 30% ± 2 of worlds; among 7 inputs none was found on which this hangs more than luck"),
])  # fmt: skip
def test_where_there_is_no_scenario_it_is_said(run, tmp_path, finding, of, headline, sentence):
    found = section(run, tmp_path, works=cause("passes", finding=finding, of=of), fails=[])
    assert plain_text(found.headline) == headline
    assert sentence in said(found, "When it works.")
    assert not [text for text in words(found) if text.startswith("Why it fails")]


def test_a_leaf_is_told_where_there_is_no_box(run, tmp_path):
    leaf = box((SHOCK, 0.5, None), density=0.9)
    found = section(run, tmp_path, works=cause("passes", leaves=[leaf, box((SHOCK, None, 0.5))]))
    assert "It passes all tests in 90% ± 2 of the worlds in which" in said(found, "When it works.")


def test_of_failures_those_with_a_reason_and_the_most_common_are_told(run, tmp_path):
    reason = "actor:SOUTH"
    assert reason in run.verdict.names
    falls = box((SHOCK, 0.5, None))
    found = section(run, tmp_path, fails=[
        cause(found=falls), cause(test="credible", found=falls, of=0.4),
        cause(test="durable", found=falls, of=0.5), cause(test="deliverable", of=0.9),
        cause(test="acceptable", reason=reason, found=falls, of=0.1),
    ])  # fmt: skip
    text = said(found, "Why it fails.")
    assert [each.split(" in ")[0] for each in text.split(". ")] == [
        "It fails", "It is not acceptable (Southland would rather walk away)", "It does not last",
    ]  # fmt: skip
    assert text.endswith("of its failures of this kind.")


def test_a_test_that_fails_for_one_reason_is_told_once(run, tmp_path):
    falls, other = box((SHOCK, 0.5, None)), box((STAKE, 1.5, None))
    single = cause(test="acceptable", reason="actor:SOUTH", found=falls, of=0.1)
    found = section(run, tmp_path, fails=[cause(test="acceptable", found=falls, of=0.1), single])
    assert said(found, "Why it fails.").count("not acceptable") == 1
    found = section(run, tmp_path, fails=[cause(test="acceptable", found=other, of=0.1), single])
    assert said(found, "Why it fails.").count("not acceptable") == 2


def test_inputs_that_are_told_apart_stand_in_a_table_of_eight_at_most(run, tmp_path):
    found = section(run, tmp_path, influences={"why": None, "inputs": [
        influence(STAKE, 0.4), influence(SHOCK, 0.2), influence(FLEET, 0.01, apart=False),
    ]})  # fmt: skip
    assert tables(found)[0] == [
        ["what an attack could win", "0.40 (0.35–0.45)", "0.50 (0.45–0.55)"],
        ["whether “a new government in Southland” happens", "0.20 (0.15–0.25)",
         "0.30 (0.25–0.35)"],
    ]  # fmt: skip
    assert said(found, "Which inputs matter.") == (
        "Of 3 inputs 2 can be told apart from one that says nothing:"
    )


def test_where_no_input_is_told_apart_it_is_said(run, tmp_path):
    found = section(run, tmp_path, influences={
        "why": None, "inputs": [influence(SHOCK, 0.01, apart=False)],
    })  # fmt: skip
    assert said(found, "Which inputs matter.") == (
        "Of 1 input none can be told apart from one that says nothing, in 4,096 worlds."
    )
    assert len(tables(found)) == 1
    found = section(run, tmp_path, influences={"why": "too few worlds: 9", "inputs": []})
    assert said(found, "Which inputs matter.") == (
        "That cannot be told: too few worlds weigh anything."
    )
    found = section(run, tmp_path, influences={"why": "no input <b>7</b>", "inputs": []})
    assert said(found, "Which inputs matter.") == (
        "That cannot be told: no input varies between the worlds."
    )


def knowing(**more):
    return {**result()["worth_of_knowing"], **more}


@pytest.mark.parametrize(("more", "sentence"), [
    ({}, "With what is known The pact is best to propose; it holds in 25% ± 1 (rough) of worlds. "
         "Clairvoyance, knowing everything and luck too, would add 4.0 ± 0.5 points (rough), which "
         "no inquiry can exceed. Of single inputs it is worth most to know whether “a new "
         "government in Southland” happens: 2.0 (1.3–2.7) points, where permuted inputs reach "
         "0.3 points."),
    ({"inputs": [worth(SHOCK, apart=False)]}, "No single input is worth more than permuted ones"),
    ({"clairvoyance": 0.0}, "Clairvoyance, knowing everything and luck too, adds nothing"),
    ({"now": None, "share": 0.0, "why": "x"}, "no package passes in any world"),
    ({"share": 1.0, "why": "x"}, "one package passes in every world"),
    ({"why": "x"}, "no input varies between the worlds"),
    ({"why": "too few worlds weigh anything: 9"}, "cannot be told: too few worlds weigh anything."),
])  # fmt: skip
def test_what_knowing_is_worth_is_told_with_its_error(run, tmp_path, more, sentence):
    found = section(run, tmp_path, worth_of_knowing=knowing(**more))
    assert sentence in said(found, "What knowing is worth.")


def test_robustness_is_told_by_regret_and_by_metrics_that_differ(run, tmp_path):
    found = section(run, tmp_path)
    assert said(found, "How robust it is.") == (
        "It is regretted in some worlds: there The pact with fees kept passes all tests and this "
        "does not. No other package does at least as well in every test and better in one."
    )
    assert tables(found)[-1] == [
        ["Largest regret (minimax regret)", "less is better", "2 of 3",
         "The pact with fees kept"],
    ]  # fmt: skip
    found = section(run, tmp_path, pareto=[], robustness=[metric(ranks=(1, 1, 1))])
    assert "Another package does at least as well" in said(found, "How robust it is.")
    assert "By every metric of robustness all packages are equal." in words(found)
    found = section(run, tmp_path, regrets=[{"package": "pact", "regret": 0.0, "against": None}])
    assert "no other package to compare" in said(found, "How robust it is.")


@pytest.mark.parametrize(("best", "told"), [
    (["dear-pact", "status-quo", "more0"], "The pact with fees kept, No agreement and More"),
    (["dear-pact", "status-quo", "more0", "more1"], "4 packages alike"),
])  # fmt: skip
def test_packages_that_are_best_alike_are_named_while_they_are_few(run, tmp_path, best, told):
    ranks = {"pact": 5, "more1": 4} | dict.fromkeys(best, 1)
    found = section(run, tmp_path, robustness=[metric() | {"ranks": ranks}])
    assert tables(found)[-1][0][2:] == ["5 of 5", told]


@pytest.mark.parametrize("spoil", [
    lambda c: c.pop("works"),
    lambda c: c.update(worlds=0),
    lambda c: c.update(worlds="4096"),
    lambda c: c.update(pareto=["nobody"]),
    lambda c: c.update(regrets=[{"package": "pact", "against": "nobody"}]),
    lambda c: c["works"]["share"].update(share=1.5),
    lambda c: c["works"]["share"].update(se=float("nan")),
    lambda c: c["works"]["share"].update(blocks=4),
    lambda c: c["works"]["share"].update(effective_worlds=900.0),
    lambda c: c["works"]["share"].update(effective_worlds=900.0, blocks=17),
    lambda c: c["works"]["share"].update(effective_worlds=4097.0, blocks=16),
    lambda c: c["works"]["share"].update(effective_worlds=0.0, blocks=16),
    lambda c: c["works"]["share"].update(effective_worlds=900.0, blocks=16, bound=0.1),
    lambda c: c["works"]["box"].update(density={
        "share": 1.0, "se": 0.0, "effective_worlds": 300.0, "blocks": 8, "bound": 0.999}),
    lambda c: c["worth_of_knowing"].update(effective_worlds=4097.0),
    lambda c: c["works"].update(kind="fails"),
    lambda c: c["works"].update(finding="perhaps"),
    lambda c: c["works"]["box"].update(restrictions=[]),
    lambda c: c["works"]["box"]["restrictions"][0].update(path="nowhere.²"),
    lambda c: c["works"]["box"]["restrictions"][0].update(upper=None),
    lambda c: c["works"]["box"]["restrictions"][0].update(upper=float("inf")),
    lambda c: c["fails"].append(cause(test="beautiful")),
    lambda c: c["fails"].append(cause(test="acceptable", reason="actor:NOBODY")),
    lambda c: c["fails"].append(cause(of=0.2)),
    lambda c: c["influences"]["inputs"].append(influence(SHOCK, 0.3)),
    lambda c: c["influences"]["inputs"].append(influence("shocks.none", 0.3)),
    lambda c: c["worth_of_knowing"]["inputs"].append(worth("shocks.none")),
    lambda c: c["worth_of_knowing"].update(now="nobody"),
    lambda c: c["robustness"].append(metric(ranks=(2, 2, 2))),
], ids=range(29))  # fmt: skip
def test_a_result_that_does_not_fit_is_not_told(run, tmp_path, spoil):
    content = json.loads(json.dumps(result()))
    assert with_kept(run, tmp_path, content) is not run
    spoil(content)
    assert with_kept(run, tmp_path, content) is run


def test_results_of_another_case_or_of_other_lines_are_not_told(run, tmp_path):
    digest = run.manifest["digest"]
    for key in (digest[:8] + "0" * 56, explored_key(digest, "hard")):
        assert with_kept(run, tmp_path, result(), key=key) is run
    hard = assess(run.case, worlds=256, lines="hard")
    assert with_stressed(hard, tmp_path) is not hard


def test_every_number_of_the_page_leads_to_its_derivation(run, tmp_path):
    found = with_kept(run, tmp_path, result(), result(rule="without-south"))
    document = write(found)
    page = read(html.render(document, found.case))
    assert page.strays == []
    assert "When it works, and why it fails" in page.sections["stress"]
    told = {each.id for each in document.figures if each.id.startswith("stress.")}
    assert told
    assert {each.split(".")[2] for each in told} == {"everyone"}
    assert {f"#{name}" for name in told} <= {target for target, _ in page.figures}
    assert '<a id="stress"></a>' in markdown.render(document, found.case)
    report = explain(found, "stress.pact.everyone.passes.joint.density")
    assert report["value"] == 0.6
    assert STAKE in {each["path"] for each in report["inputs"]}
    rest = [each for each in document.sections if each.id != "stress"]
    assert rest == list(write(run).sections)


@pytest.mark.parametrize("package", ["pact", "dear-pact", "status-quo"])
def test_what_is_really_found_is_told(tmp_path, package):
    place = altered(
        tmp_path, ("cost_of_war: 0.2, strength: 4", "cost_of_war: 0.2, strength: [1, 4, 12]")
    )
    run = assess(load(place), [package, "pact"], worlds=1024)
    for rule in run.rules:
        content = json.loads(json.dumps(stress_content(run, stress(run, package, rule))))
        keep_stress(tmp_path, run.manifest["digest"], package, rule, content)
    found = with_stressed(run, tmp_path)
    assert set(found.details["stress"][package]) == set(run.rules)
    page = read(html.render(write(found), found.case))
    assert page.strays == []
    for heading in ("When it works.", "Which inputs matter.", "What knowing is worth."):
        assert heading in page.sections["stress"]


def test_a_brief_of_a_case_or_of_its_run_finds_what_is_kept(tmp_path):
    place = altered(tmp_path, ("title: A new government in", "title: A <b>new</b> 7 | in"))
    run = assess(load(place), worlds=256)
    folder = default_folder(place, run)
    save(run, folder)
    keep_stress(place / "runs", run.manifest["digest"], "pact", "everyone", result())
    for source, ending in ((place / "case.yaml", ".html"), (folder, ".md")):
        file = tmp_path / f"brief{ending}"
        words_ = ["brief", source, "-o", file, *(["--worlds", 256] if source != folder else [])]
        subprocess.run([*ACCORD, *map(str, words_)], check=True, capture_output=True)
        text = file.read_text(encoding="utf-8")
        assert "When it works, and why it fails" in text
        assert "<b>new" not in text
    name = "stress.pact.everyone.passes.joint.density"
    told = subprocess.run(
        [*ACCORD, "explain", str(folder), name, "--json"], check=True, capture_output=True
    ).stdout  # fmt: skip
    assert json.loads(told)["value"] == 0.6


@pytest.mark.parametrize(("path", "text"), [
    ("deterrence.guarantors.FRA.stake", "stake as the challenger sees it (France)"),
    ("deterrence.contest.steepness", "how much superior force decides"),
    ("positions.USA.values.us_role.weight", "United States · Role of the United States · Weight"),
    ("coordination", "Coordination"),
])  # fmt: skip
def test_inputs_are_called_by_what_they_are(path, text):
    assert input_span(load(FLAGSHIP), path).text == text


def test_every_input_has_words_of_its_own():
    case = load(FLAGSHIP)
    paths = [*case.numbers, *(f"shocks.{name}" for name in case.file.shocks)]
    told = [input_span(case, path) for path in paths]
    assert [each.path for each in told] == paths
    assert all(each.text.strip(" ·") for each in told)
    assert input_span(load(TEACHING), SHOCK).text == "a new government in Southland"
