"""Numbers of the section on stress: what they rest on, and how their limits are printed."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.brief.desk import Desk
from accord.brief.explored import explored_key
from accord.brief.ledger import Ledger
from accord.brief.plain import plain_text
from accord.brief.sections.stress import stress_section
from accord.brief.stressed import stressed_in
from accord.case.load import load
from accord.explore.exact_numbers import exact
from accord.explore.scenario_words import percent, sentences
from accord.explore.stress import stress
from accord.explore.stress_kept import keep_stress, stress_content
from accord.run.assess import assess
from accord.theory.estimates import share
from brief.section_reading import figures, words
from brief.stress_results import SHOCK, box, cause, kept_share, result
from teaching import altered

STAKE = "deterrence.challenger.stake"
BLOCK = 256
Z = 1.6448536


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The teaching case in nine blocks of unequal weight; all that the pact fears is a shock.

    Five blocks choose, four tell.
    """
    place = altered(
        tmp_path_factory.mktemp("feared"),
        ("challenger: {actor: SOUTH, stake: 1,", "challenger: {actor: SOUTH, stake: [0.5, 1, 2],"),
        ("probability: 0.25, judgement: One", "probability: 0.1, judgement: One"),
    )
    made = assess(load(place), worlds=9 * BLOCK)
    falls = made.inputs[SHOCK] == 1
    margins = made.verdict.margins.copy()
    margins[:, made.verdict.package("pact")] = 1.0
    margins[0, made.verdict.package("pact")] = np.where(falls, -1.0, 1.0)
    weights = np.random.default_rng(2).integers(1, 20, made.worlds)
    verdict = replace(made.verdict, margins=margins, weights=weights, _index={})
    effective = weights.sum() ** 2 / (weights**2).sum()
    return replace(
        made, verdict=verdict, manifest={**made.manifest, "effective_worlds": float(effective)}
    )


@pytest.fixture(scope="module")
def found(run):
    return stress(run, "pact")


def section(run, folder, content):
    key = explored_key(run.manifest["digest"], run.manifest["lines"])
    keep_stress(folder, key, content["package"], content["rule"], content)
    told = replace(run, details={**run.details, "stress": stressed_in(run, folder)})
    assert told.details["stress"]
    return stress_section(Desk(told, Ledger(told)))


def kish(weights):
    return float(weights.sum()) ** 2 / float((weights**2).sum())


def test_what_is_kept_of_a_share_is_all_that_was_estimated(run, found):
    content = json.loads(json.dumps(stress_content(run, found)))
    assert content["works"]["share"] == kept_share(run.verdict.share("joint", run.rule, "pact"))
    for one, kept in zip(
        (found.works, *found.fails), (content["works"], *content["fails"]), strict=True
    ):
        for told, told_kept in zip(
            filter(None, (one.box, *one.leaves)), filter(None, (kept["box"], *kept["leaves"])),
            strict=True,
        ):  # fmt: skip
            for name in ("density", "mass", "coverage"):
                assert told_kept[name] == kept_share(getattr(told, name))


def test_bounds_of_a_box_rest_on_the_worlds_of_which_it_is_a_share(run, found, tmp_path):
    told = figures(section(run, tmp_path, stress_content(run, found)))
    weights = run.verdict.weights.astype(float)
    odd = np.arange(run.worlds) // BLOCK % 2 == 1
    falls = run.inputs[SHOCK] == 1
    density = told["stress.pact.everyone.fails.joint.density"]
    coverage = told["stress.pact.everyone.fails.joint.coverage"]
    # the box is the shock, so the worlds in it are the failures: about a hundred
    least = 1 - 3 / kish(weights[odd & falls])
    assert least < 0.98
    for figure in (density, coverage):
        assert (figure.value, figure.high) == (1, 1)
        assert figure.low == pytest.approx(least)
    mass = told["stress.pact.everyone.fails.joint.mass"]
    assert mass.value == pytest.approx(weights[odd & falls].sum() / weights[odd].sum())
    # four blocks tell, so the error is the binomial one
    error = math.sqrt(mass.value * (1 - mass.value) / kish(weights[odd]))
    assert mass.high - mass.value == pytest.approx(Z * error, rel=1e-5)


def test_the_brief_and_the_command_tell_the_same_bound(run, found, tmp_path):
    whole = found.fails[0]
    told = figures(section(run, tmp_path, stress_content(run, found)))
    bound = told["stress.pact.everyone.fails.joint.coverage"].text
    assert bound.startswith("> ")
    least = bound[2:].rstrip("%")
    assert percent(whole.box.coverage) == f"100 per cent (more than {least} per cent)"
    assert f"hold 100 per cent (more than {least} per cent) of its failures" in sentences(whole)[0]


def without_what_shares_rest_on(content):
    """The content as older files have it."""
    if isinstance(content, list):
        return [without_what_shares_rest_on(each) for each in content]
    if not isinstance(content, dict):
        return content
    if set(content) >= {"share", "se"}:
        return {"share": content["share"], "se": content["se"]}
    return {name: without_what_shares_rest_on(each) for name, each in content.items()}


def test_an_older_file_is_told_with_bounds_that_come_near(run, found, tmp_path):
    older = without_what_shares_rest_on(json.loads(json.dumps(stress_content(run, found))))
    assert set(older["works"]["share"]) == {"share", "se"}
    told = figures(section(run, tmp_path, older))
    weights = run.verdict.weights.astype(float)
    odd = np.arange(run.worlds) // BLOCK % 2 == 1
    least = 1 - 3 / kish(weights[odd & (run.inputs[SHOCK] == 1)])
    for name in ("density", "coverage"):
        figure = told[f"stress.pact.everyone.fails.joint.{name}"]
        assert 1 - figure.low == pytest.approx(1 - least, rel=0.35)
    mass = told["stress.pact.everyone.fails.joint.mass"]
    assert "(rough)" in mass.text


@pytest.mark.parametrize("effective", [4096.0, 409.6, None])
def test_what_knowing_is_worth_has_the_error_of_the_effective_worlds(run, tmp_path, effective):
    content = result()
    content["worth_of_knowing"]["effective_worlds"] = effective
    told = figures(section(run, tmp_path, content))
    # where nothing is kept of them it is those of the run that is told
    worlds = run.manifest["effective_worlds"] if effective is None else effective
    for name, value in (("now", 0.25), ("clairvoyance", 0.04)):
        half = Z * math.sqrt(value * (1 - value) / worlds)
        figure = told[f"stress.pact.everyone.{name}"]
        assert figure.high - figure.value == pytest.approx(half, rel=1e-3)
        assert f"± {100 * half:.{0 if name == 'now' else 1}f}" in figure.text


def test_a_weighted_run_tells_what_knowing_is_worth_with_its_own_error(run, found, tmp_path):
    told = figures(section(run, tmp_path, stress_content(run, found)))
    now = told["stress.pact.everyone.now"]
    worlds = kish(run.verdict.weights.astype(float))
    half = Z * math.sqrt(now.value * (1 - now.value) / worlds)
    assert now.high - now.value == pytest.approx(min(half, 1 - now.value), rel=1e-5)


def test_a_share_is_told_with_what_it_was_kept_with(run, tmp_path):
    weights = np.where(np.arange(4096) % 7 == 0, 30, 1)
    for hit in (np.arange(4096) % 3 == 0, np.ones(4096, dtype=bool), np.zeros(4096, dtype=bool)):
        estimate = share(hit, weights)
        own = box((SHOCK, 0.5, None)) | {"coverage": kept_share(estimate)}
        works = cause("passes", found=own)
        told = figures(section(run, tmp_path, result(works=works)))
        figure = told["stress.pact.everyone.passes.joint.coverage"]
        fresh = Ledger(run).estimate("other", estimate, "", "||")
        assert (figure.text, figure.low, figure.high) == (fresh.text, fresh.low, fresh.high)


@pytest.mark.parametrize(("limit", "text"), [
    (12388.0, "12,388"), (1234567.5, "1,234,567.5"), (-25000.0, "−25,000"), (0.75, "0.75"),
    (2e-05, "0.00002"), (0.0, "0"),
])  # fmt: skip
def test_limits_are_printed_as_they_are(run, tmp_path, limit, text):
    works = cause("passes", found=box((STAKE, limit, None)))
    found = section(run, tmp_path, result(works=works))
    figure = figures(found)["stress.pact.everyone.passes.joint.limit0.above"]
    assert figure.value == limit
    assert figure.text == f"{text} of the protected state’s stake"
    assert f"is above {text} of the protected" in " ".join(words(found))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_no_digit_of_a_number_is_lost(value):
    text = exact(value)
    assert Decimal(text.replace(",", "")) == Decimal(repr(value))
    assert float(text.replace(",", "")) == value
    if value == 0 or 1e-6 <= abs(value) < 1e15:
        assert "e" not in text
        assert not ("." in text and text.endswith(("0", ".")))


def test_one_block_is_told_in_the_words_of_the_command(tmp_path):
    place = altered(tmp_path)
    single = assess(load(place), worlds=BLOCK)
    found = stress(single, "pact", "everyone")
    works = replace(
        found.works, finding="one half", box=None, leaves=(),
        share=share(np.arange(BLOCK) < 120),
    )  # fmt: skip
    told = section(single, tmp_path, stress_content(single, replace(found, works=works, fails=())))
    assert plain_text(told.headline) == "These worlds cannot tell when it works"
    (text,) = [each for each in words(told) if each.startswith("When it works.")]
    why = "when is not told, because they lie in one block, and it takes two to choose a scenario"
    assert f"of worlds; {why}" in text
    assert why in sentences(works)[0]
    assert not [each for each in words(told) if "looked for in one half" in each]
