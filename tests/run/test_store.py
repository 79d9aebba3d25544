"""Runs as folders: saved whole, opened the same, stale when the case has changed."""

import json
import re

import numpy as np
import pytest

from accord._errors import RunError
from accord.case.load import load
from accord.run.assess import assess
from accord.run.report import assess_report, compare_report
from accord.run.store import default_folder, is_stale, open_run, run_folder, save
from teaching import altered, files_below


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = altered(tmp_path_factory.mktemp("made"))
    return folder, assess(load(folder), worlds=512)


def test_a_run_opens_as_it_was_saved(tmp_path, made):
    _, run = made
    save(run, tmp_path / "run")
    back = open_run(tmp_path / "run")
    assert (back.verdict.margins == run.verdict.margins).all()
    assert (back.verdict.reasons == run.verdict.reasons).all()
    assert (back.verdict.weights == run.verdict.weights).all()
    assert back.verdict.names == run.verdict.names
    assert back.verdict.rows == run.verdict.rows
    assert back.packages == run.packages
    assert back.variants == run.variants
    assert back.manifest == run.manifest
    assert json.loads(json.dumps(run.details)) == back.details
    assert list(back.inputs) == list(run.inputs)
    for name, values in run.inputs.items():
        assert back.inputs[name] == pytest.approx(values, rel=1e-6)
    assert assess_report(back, "x") == assess_report(run, "x")
    assert compare_report(back, "pact", "dear-pact") == compare_report(run, "pact", "dear-pact")


def test_a_run_can_be_read_without_its_case(tmp_path, made):
    _, run = made
    save(run, tmp_path / "run")
    back = open_run(tmp_path / "run")
    assert back.case.digest == run.case.digest
    assert back.case.file == run.case.file
    assert back.title("pact") == "The pact"
    save(back, tmp_path / "again")
    assert files_below(tmp_path / "again") == files_below(tmp_path / "run")


def test_the_same_seed_has_the_same_bytes_and_another_has_not(tmp_path, made):
    folder, run = made
    save(run, tmp_path / "a")
    save(assess(load(folder), worlds=512), tmp_path / "b")
    save(assess(load(folder), worlds=512, seed=2), tmp_path / "c")
    assert files_below(tmp_path / "a") == files_below(tmp_path / "b")
    assert files_below(tmp_path / "a") != files_below(tmp_path / "c")


def test_fewer_packages_have_the_same_results(made):
    folder, run = made
    alone = assess(load(folder), ["dear-pact"], worlds=512)
    for rule in run.rules:
        for test in run.verdict.tests:
            assert (
                alone.verdict.margin(test, rule, "dear-pact")
                == run.verdict.margin(test, rule, "dear-pact")
            ).all()


def test_more_worlds_extend_the_verdict(made):
    folder, run = made
    more = assess(load(folder), worlds=1024)
    assert (more.verdict.margins[:, :, :512] == run.verdict.margins).all()


def test_a_run_replaces_a_run_and_nothing_else(tmp_path, made):
    folder, run = made
    target = tmp_path / "run"
    save(run, target)
    save(assess(load(folder), worlds=256), target)
    assert open_run(target).worlds == 256
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    (tmp_path / "mine").mkdir()
    with pytest.raises(RunError, match="is no run"):
        save(run, tmp_path / "mine")


@pytest.mark.parametrize("error", [OSError("full"), KeyboardInterrupt()])
def test_a_failure_while_writing_leaves_the_old_run_and_no_litter(
    tmp_path, made, monkeypatch, error
):
    _, run = made
    target = tmp_path / "run"
    save(run, target)
    before = files_below(tmp_path)

    def broken(*_):
        raise error

    monkeypatch.setattr("accord.run.store._arrays", broken)
    with pytest.raises(RunError if isinstance(error, OSError) else KeyboardInterrupt):
        save(run, target)
    assert files_below(tmp_path) == before


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "manifest.json is missing"),
        (lambda folder: (folder / "worlds.npz").unlink(), "worlds.npz is missing"),
        (lambda folder: (folder / "case.json").write_text("{", "utf-8"), "no readable run"),
        (lambda folder: (folder / "manifest.json").write_text('{"schema": 99}', "utf-8"),
         "layout 99"),
    ],
)  # fmt: skip
def test_what_is_no_whole_run_is_refused(tmp_path, made, harm, found):
    save(made[1], tmp_path / "run")
    harm(tmp_path / "run")
    with pytest.raises(RunError, match=found):
        open_run(tmp_path / "run")


def test_a_file_is_no_run(tmp_path):
    file = tmp_path / "brief.md"
    file.write_text("a brief", "utf-8")
    for place in (file, file / "below"):
        with pytest.raises(RunError, match=r"is no complete run: it is no folder$"):
            open_run(place)


@pytest.mark.parametrize("named", [".", "case.yaml"])
def test_a_case_in_the_place_of_a_run_is_told_how_to_get_one(tmp_path, made, named):
    folder = altered(tmp_path)
    with pytest.raises(
        RunError, match=f"no complete run.*; .*accord assess {re.escape(str(folder))} first"
    ):
        open_run(folder / named)
    save(made[1], folder / "runs" / "mine")
    with pytest.raises(
        RunError, match=f"no complete run.*; .*one of its runs in {re.escape(str(folder))}/runs$"
    ):
        open_run(folder / named)


def test_the_default_place_names_date_digest_and_lines(made):
    folder, run = made
    digest = run.manifest["digest"][:8]
    assert default_folder(folder, run) == folder / "runs" / f"2025-01-01-{digest}"
    hard = assess(load(folder), worlds=256, lines="hard")
    assert default_folder(folder, hard).name == f"2025-01-01-{digest}-hard"


def test_the_default_place_tells_runs_of_other_packages_apart(made):
    folder, run = made
    case, first = load(folder), run_folder(folder, run.case, "stated", run.packages)
    assert run_folder(folder, case, "stated", run.packages) == first
    ahead = run_folder(folder, case, "stated", run.packages[::-1])
    assert ahead.name == f"{first.name}-{run.packages[-1]}"
    alone = {run_folder(folder, case, "stated", [name]).name for name in run.packages}
    assert len(alone | {first.name, ahead.name}) == len(run.packages) + 2


def test_a_run_is_stale_once_its_case_has_changed(tmp_path, made):
    folder, run = made
    assert not is_stale(run, load(folder).digest)
    assert is_stale(run, load(altered(tmp_path, ("amount: 6", "amount: 7"))).digest)


def test_relaxing_lines_never_lowers_acceptance(made):
    folder, _ = made
    case = load(folder)
    hard, stated, none = (
        assess(case, worlds=256, lines=lines) for lines in ("hard", "stated", "none")
    )
    for rule in stated.rules:
        for package in stated.packages:
            passes = [r.verdict.passes("acceptable", rule, package) for r in (hard, stated, none)]
            assert not (passes[0] & ~passes[1]).any()
            assert not (passes[1] & ~passes[2]).any()


def test_variants_change_one_provision_each(made):
    _, run = made
    assert run.variants
    for name, (base, provision, level) in run.variants.items():
        mine, other = run.chosen(name), run.case.chosen(base)
        assert {p for p in mine if mine[p] != other[p]} == {provision}
        assert mine[provision] == level
        assert np.isfinite(run.verdict.margin("credible", run.rule, name)).all()
