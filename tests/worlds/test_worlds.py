"""Laws of the draws: blocks, names, dates and the central case."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord._errors import CaseErrors
from accord.case.load import load
from accord.theory.sampling import BLOCK
from accord.worlds.worlds import central_case, draw, redraw
from teaching import FLAGSHIP, TEACHING, altered

CASE = load(FLAGSHIP)
INPUTS = [number for number in CASE.numbers.values() if not number.distribution.is_point]


@settings(max_examples=25)
@given(st.sampled_from(INPUTS), st.integers(1, 4), st.integers(1, 4), st.integers(0, 99))
def test_more_worlds_extend_fewer(number, blocks, more, seed):
    few = draw(CASE, blocks * BLOCK, seed).value(number)
    many = draw(CASE, (blocks + more) * BLOCK, seed).value(number)
    assert (many[: few.size] == few).all()


@settings(max_examples=25)
@given(st.sampled_from(INPUTS), st.integers(0, 6), st.integers(0, 99))
def test_any_block_can_be_drawn_alone(number, block, seed):
    alone = draw(CASE, BLOCK, seed, first_block=block).value(number)
    whole = draw(CASE, (block + 1) * BLOCK, seed).value(number)
    assert (alone == whole[block * BLOCK :]).all()


@settings(max_examples=25)
@given(st.sampled_from(INPUTS), st.integers(0, 99))
def test_every_block_is_one_latin_hypercube_column(number, seed):
    uniforms = draw(CASE, 2 * BLOCK, seed).uniform(number.path).reshape(2, BLOCK)
    for column in uniforms:
        assert sorted((column * BLOCK).astype(int)) == list(range(BLOCK))


@settings(max_examples=25)
@given(st.sampled_from(INPUTS), st.integers(0, 99))
def test_values_lie_in_their_domain(number, seed):
    low, high = number.domain.bounds
    values = draw(CASE, BLOCK, seed).value(number)
    assert ((values >= low) & (values <= high)).all()


def test_adding_an_input_leaves_every_other_column_as_it_was(tmp_path):
    before = draw(load(TEACHING), 512, 3)
    richer = load(
        altered(
            tmp_path,
            ("  new_government:", "  a_storm: {probability: [0.1, 0.2, 0.4], judgement: m}\n"
             "  new_government:"),
        )
    )  # fmt: skip
    after = draw(richer, 512, 3)
    for name in ("shocks.new_government", "chance:tempted.1", "any other name"):
        assert (before.uniform(name) == after.uniform(name)).all()


def test_another_seed_is_another_draw():
    number = INPUTS[0]
    assert (draw(CASE, 256, 1).value(number) != draw(CASE, 256, 2).value(number)).any()


def test_an_update_changes_distributions_and_not_uniforms():
    path = "shocks.other_war.probability"
    before, after = (draw(load(FLAGSHIP, date), 512, 1) for date in (None, "latest"))
    assert (before.uniform(path) == after.uniform(path)).all()
    old, new = (w.value(w.case.numbers[path]) for w in (before, after))
    assert (new > old).all()


def test_a_count_is_rounded_up_to_whole_blocks():
    assert draw(CASE, 1).count == BLOCK
    assert draw(CASE, 257).count == 2 * BLOCK


def test_worlds_of_a_manifest_are_drawn_again():
    again = redraw(CASE, 5, 512, "hard")
    assert (again.value(INPUTS[0]) == draw(CASE, 512, 5).value(INPUTS[0])).all()
    assert again.lines == "hard"


def test_the_central_case_is_one_world_of_medians():
    central = central_case(CASE)
    assert central.is_central
    assert central.count == 1
    assert central.lines == "hard"
    for number in INPUTS[:200]:
        assert central.value(number).tolist() == [number.central]


def test_a_shock_falls_in_the_central_case_only_if_it_is_likelier_than_not(tmp_path):
    rare = load(TEACHING)
    common = load(altered(tmp_path, ("probability: 0.25", "probability: 0.75")))
    assert central_case(rare).shock("new_government").tolist() == [False]
    assert central_case(common).shock("new_government").tolist() == [True]


def test_shocks_fall_as_often_as_their_probability_says():
    worlds = draw(load(TEACHING), 2048, 1)
    # stratified: exactly a quarter of every block
    assert worlds.shock("new_government").reshape(-1, BLOCK).sum(axis=1).tolist() == [64] * 8


LINKED = "correlations: [{between: [%s], rank: %s}]\n"
WEIGHTS = [("      patrol: {weight: 50, prefers", "      patrol: {weight: [40, 50, 70], prefers"),
           ("      patrol: {weight: 40,", "      patrol: {weight: [30, 40, 50],"),
           ("      fees: {weight: 40,", "      fees: {weight: [30, 40, 50],")]  # fmt: skip
NORTH, SOUTH = (f"positions.{a}.values.patrol.weight" for a in ("NORTH", "SOUTH"))
FEES = "positions.SOUTH.values.fees.weight"


@pytest.mark.parametrize("rank", [-0.7, 0.4, 0.9])
def test_correlated_inputs_keep_their_marginals_and_reach_their_rank(tmp_path, rank):
    tied = load(altered(tmp_path, *WEIGHTS, more=LINKED % (f"{NORTH}, {SOUTH}", rank)))
    worlds = draw(tied, 2048, 1)
    a, b = worlds.uniform(NORTH), worlds.uniform(SOUTH)
    ranks = [np.argsort(np.argsort(x)) for x in (a, b)]
    assert np.corrcoef(ranks)[0, 1] == pytest.approx(rank, abs=0.03)
    free = draw(load(altered(tmp_path / "free", *WEIGHTS)), 2048, 1)
    for name in (NORTH, SOUTH):
        assert (np.sort(worlds.uniform(name)) == np.sort(free.uniform(name))).all()
    assert (worlds.uniform(FEES) == free.uniform(FEES)).all()


def test_correlations_that_cannot_hold_together_are_refused(tmp_path):
    links = "".join(
        f"  - {{between: [{a}, {b}], rank: {rank}}}\n"
        for a, b, rank in ((NORTH, SOUTH, 0.9), (SOUTH, FEES, 0.9), (NORTH, FEES, -0.9))
    )
    with pytest.raises(CaseErrors) as caught:
        load(altered(tmp_path, *WEIGHTS, more="correlations:\n" + links))
    assert "not positive definite" in caught.value.errors[0].found


def test_the_first_set_that_matches_replaces_and_the_rest_applies_in_order(tmp_path):
    number = (
        "strength: {base: 4, steps: [{when: 'fees == kept', add: 1},"
        " {when: 'fees == kept', times: 3}, {when: 'fees == kept', set: 10},"
        " {when: 'fees <= shared', set: 20}]}, precision: 4"
    )
    case = load(altered(tmp_path, ("strength: 4, precision: 4", number)))
    worlds = draw(case, 256)
    strength = case.file.deterrence.challenger.strength
    assert set(worlds.package_value(strength, {"fees": "kept"})) == {33}  # (10 + 1) · 3
    assert set(worlds.package_value(strength, {"fees": "shared"})) == {20}
    assert set(worlds.package_value(strength, {"fees": "dropped"})) == {4}


def test_steps_that_leave_the_domain_are_an_error_with_its_place(tmp_path):
    number = "strength: {base: 4, steps: [{when: 'shocks.new_government', add: -9}]}, precision: 4"
    folder = altered(tmp_path, ("strength: 4, precision: 4", number))
    case = load(folder)
    with pytest.raises(CaseErrors) as caught:
        draw(case, 256).package_value(case.file.deterrence.challenger.strength, {})
    (error,) = caught.value.errors
    assert error.path == "deterrence.challenger.strength"
    assert "outside in 25.0% of worlds" in error.found
    assert error.file == str(folder / "case.yaml")
