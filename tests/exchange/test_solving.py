"""One kernel alone on other tools' files: the report, its conventions, and very large domains."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import accord
from accord._errors import UsageError
from accord.theory.bargaining import frontier, patterns

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "bargain"
FOLDERS = (
    sorted(p.parent.name for p in REFERENCE.glob("*/expected.json") if "forecast" not in str(p))
    if REFERENCE.exists()
    else []
)


def geniusweb(folder, parties, issues, values, seed):
    """A random domain whose parties walk away at their last but one values."""
    rng = np.random.default_rng(seed)
    names = {f"issue {j}": {"values": [f"v{k}" for k in range(values)]} for j in range(issues)}
    domain = {"name": "d", "issuesValues": names}
    files = [folder / "domain.json"]
    files[0].write_text(json.dumps(domain))
    for n in range(parties):
        weights = rng.dirichlet(np.ones(issues))
        worth = {
            issue: {f"v{k}": round(float(rng.random()), 3) for k in range(values)}
            for issue in names
        }
        middle = {i: sorted(w, key=w.get)[1] for i, w in worth.items()}
        profile = {
            "name": f"p{n}",
            "issueUtilities": {
                i: {"discreteutils": {"valueUtilities": w}} for i, w in worth.items()
            },
            "issueWeights": dict(zip(names, map(float, weights), strict=True)),
            "domain": domain,
            "reservationBid": {"issuevalues": middle},
        }
        files.append(folder / f"p{n}.json")
        files[-1].write_text(json.dumps({"LinearAdditiveUtilitySpace": profile}))
    return files


@pytest.mark.skipif(not FOLDERS, reason="the reference cases are not beside the checkout")
@pytest.mark.parametrize("folder", FOLDERS)
def test_the_report_gives_the_answers_of_the_reference_cases(folder):
    expected = json.loads((REFERENCE / folder / "expected.json").read_text())
    files = [
        REFERENCE / folder / name for name in (expected["domain_file"], *expected["ufun_files"])
    ]
    report = accord.solve_bargain(files)
    assert report["parties"] == [Path(name).stem for name in expected["ufun_files"]]
    assert report["packages"] == expected["n_outcomes"]
    assert report["acceptable_to_all"] == expected["n_rational_all_ge"]
    assert report["conflicts"] == []
    whole, agreed = expected["pareto_all"], expected["pareto_rational"]
    points = whole["utilities"] if isinstance(whole, dict) else whole
    assert report["frontier"]["size"] == len(points)
    order = np.lexsort(np.array(points).T[::-1])[::-1]
    found = np.array(report["frontier"]["points"])
    assert found == pytest.approx(np.array(points)[order], abs=1e-6)
    if isinstance(agreed, dict):
        assert report["frontier"]["packages"] == whole["n_outcomes"]
        size = (agreed["n_distinct_utility_vectors"], agreed["n_outcomes"])
        here = report["acceptable_frontier"]
        assert (here["size"], here["packages"]) == size
        told = {
            "nash": expected["nash"]["utilities"][0],
            "egalitarian": expected["egalitarian_leximin"],
            "kalai_smorodinsky": expected["ks_ideal_rational"]["leximin"],
            "utilitarian": expected["max_welfare_rational"]["utilities"][0],
        }
        for name, utilities in told.items():
            assert report[name]["utilities"] == pytest.approx(utilities, abs=1e-6), name
        wide = accord.solve_bargain(files, ks_ideal="all")["kalai_smorodinsky"]
        assert wide["utilities"] == pytest.approx(expected["ks_ideal_all"]["leximin"], abs=1e-6)
        other = accord.solve_bargain(files, "negmas")
        recorded = expected["negmas_convention_exact"]
        for name, key in (("nash", "nash"), ("egalitarian", "kalai"), ("kalai_smorodinsky", "ks")):
            assert other[name]["utilities"] == pytest.approx(recorded[key], abs=1e-6)
    else:
        assert report["acceptable_frontier"]["size"] == len(agreed)
        assert report["nash"]["utilities"] == pytest.approx(expected["nash"], abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_programs_find_the_solutions_of_a_frontier_that_is_too_large_to_scan(
    seed, tmp_path, monkeypatch
):
    files = geniusweb(tmp_path, 4, 5, 4, seed)
    exact = accord.solve_bargain(files)
    monkeypatch.setattr(frontier, "MOST_VECTORS_OF_MANY", 4)
    large = accord.solve_bargain(files)
    assert not large["frontier"]["exact"]
    assert max(large["frontier"]["within"]) > 0
    for name in ("nash", "egalitarian", "kalai_smorodinsky", "utilitarian"):
        assert large[name]["certificate"]["program"]
        assert large[name]["value"] == pytest.approx(exact[name]["value"], rel=1e-4, abs=1e-5)
        assert large[name]["utilities"] == pytest.approx(exact[name]["utilities"], abs=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_a_sample_without_a_deal_is_no_proof_of_conflict(seed, tmp_path, monkeypatch):
    files = geniusweb(tmp_path, 5, 5, 3, seed)
    for file in files[1:]:
        content = json.loads(file.read_text())
        space = content["LinearAdditiveUtilitySpace"]
        values = {
            issue: one["discreteutils"]["valueUtilities"]
            for issue, one in space["issueUtilities"].items()
        }
        best = {issue: max(worth, key=worth.get) for issue, worth in values.items()}
        space["reservationBid"]["issuevalues"] = best
        file.write_text(json.dumps(content))
    exact = accord.solve_bargain(files)
    assert exact["conflicts"]
    monkeypatch.setattr(patterns, "MOST_PAIRS", 0)
    sampled = accord.solve_bargain(files)
    assert sampled["conflicts"] == exact["conflicts"]
    assert sampled["nash"] is None


def test_options_that_contradict_each_other_are_refused(tmp_path):
    files = geniusweb(tmp_path, 2, 3, 3, 1)
    with pytest.raises(UsageError, match="wanted all"):
        accord.solve_bargain(files, "negmas", "acceptable")
