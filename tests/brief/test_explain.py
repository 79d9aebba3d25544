"""Every number of a brief can be asked where it comes from."""

from __future__ import annotations

import json
from datetime import date

import pytest

from accord._errors import UsageError
from accord.brief.document import Figure
from accord.brief.explain import explain_report, find_figure
from accord.brief.write import write
from accord.case.load import load
from accord.run.assess import assess
from teaching import FLAGSHIP, TEACHING


@pytest.fixture(scope="module", params=[TEACHING, FLAGSHIP], ids=lambda folder: folder.name)
def written(request):
    run = assess(load(request.param), worlds=256)
    return run, write(run)


@pytest.fixture(scope="module")
def teaching():
    run = assess(load(TEACHING), worlds=512)
    return run, write(run)


def test_every_figure_of_a_brief_is_explained(written):
    run, document = written
    numbers, file = run.case.numbers, run.case.file
    cited = set()
    for figure in document.figures:
        report = explain_report(run, document, figure)
        assert report["figure"] == figure.id
        assert report["text"] == figure.text
        assert report["reduction"]
        assert report["basis"]
        if report["interval"] is not None and figure.value == figure.value:
            low, high = report["interval"]
            assert low <= high
        for entry in report["inputs"]:
            assert entry["path"] in numbers
            assert entry["used"]
            # every number rests on claims or says that it is a judgement
            assert entry["claims"] or entry["judgement"]
            assert set(entry["claims"]) <= set(report["claims"])
        for name, claim in report["claims"].items():
            cited.add(name)
            assert claim["claim"] == file.claims[name].claim
            assert claim["source"] in report["sources"]
        for name, source in report["sources"].items():
            assert date.fromisoformat(source["published"]) <= run.case.as_of
            assert source["title"] == file.sources[name].title
            assert source["grade"] in "ABCD"
    if file.claims:
        assert cited


def test_every_explanation_is_plain_json(written):
    run, document = written
    for figure in document.figures[:: max(1, len(document.figures) // 40)]:
        text = json.dumps(explain_report(run, document, figure), allow_nan=False)
        assert json.loads(text)["figure"] == figure.id


def test_shares_explain_the_inputs_that_their_test_reads(teaching):
    run, document = teaching

    def inputs(name):
        report = explain_report(run, document, find_figure(document, name))
        return {entry["path"] for entry in report["inputs"]}

    deliverable = inputs("pact.deliverable.share")
    assert {"pledges.GUARD.fleet.amount", "pledges.NORTH.police.amount", "coordination"} <= (
        deliverable
    )
    assert "provisions.patrol.levels.joint.requires.boats" in deliverable
    assert not any(path.startswith("positions") for path in deliverable)
    acceptable = inputs("pact.acceptable.everyone.share")
    assert "positions.SOUTH.walk_away.plus.steps.0.add" in acceptable
    assert "shocks.new_government.probability" in acceptable
    assert not any(path.startswith(("pledges", "deterrence")) for path in acceptable)
    credible = inputs("pact.credible.share")
    assert "deterrence.challenger.precision" in credible
    assert "levels_meaning.reneging.steps.0.set" in credible
    assert not any(path.startswith("durability") for path in credible)
    joint = inputs("pact.joint.everyone.share")
    assert joint >= acceptable | deliverable | credible


def test_a_share_is_the_verdicts_own_with_its_interval(teaching):
    run, document = teaching
    for test in (*run.verdict.assessed, "joint"):
        ids = (f"pact.{test}.everyone.share", f"pact.{test}.share")
        figure = next(f for f in document.figures if f.id in ids)
        estimate = run.verdict.share(test, "everyone", "pact")
        assert figure.value == estimate.value
        assert figure.low <= estimate.value <= figure.high


def test_a_prefix_that_one_figure_has_finds_it(teaching):
    _, document = teaching
    for figure in document.figures:
        assert find_figure(document, figure.id) is figure
        others = [f.id for f in document.figures if f is not figure]
        prefix = next(
            figure.id[:n]
            for n in range(1, len(figure.id) + 1)
            if n == len(figure.id) or not any(o.startswith(figure.id[:n]) for o in others)
        )
        assert find_figure(document, prefix) is figure


def test_an_unclear_or_unknown_name_is_refused_with_the_nearest(teaching):
    _, document = teaching
    with pytest.raises(UsageError, match=r"figures begin with 'pact\.': pact\."):
        find_figure(document, "pact.")
    with pytest.raises(UsageError, match=r"near it: .*pact\.credible\.share"):
        find_figure(document, "credible.share.pact")
    with pytest.raises(UsageError, match="without a figure all are listed"):
        find_figure(document, "weather")


def test_figures_without_a_number_explain_none(teaching):
    run, document = teaching
    nothing = Figure("x.y", "cannot happen", float("nan"), None, None, "asked", "||")
    report = explain_report(run, document, nothing)
    assert report["value"] is None
    assert report["interval"] is None
