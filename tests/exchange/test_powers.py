"""``accord solve power``: published games, the shape of the report, and the command."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import accord
from accord.cli.app import run
from accord.theory.voting import choice

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "coalition"
WEIGHTED = (
    sorted(
        path.name for path in REFERENCE.glob("*.json")
        if json.loads(path.read_text())["kind"] == "weighted"
    )
    if REFERENCE.exists()
    else []
)  # fmt: skip

POPULATIONS = {
    "DE": 80523746, "FR": 65633194, "UK": 63896071, "IT": 59685227, "ES": 46704308,
    "PL": 38533299, "RO": 20057458, "NL": 16779575, "BE": 11161642, "EL": 11062508,
    "CZ": 10516125, "PT": 10487289, "HU": 9908798, "SE": 9555893, "AT": 8451860,
    "BG": 7284552, "DK": 5602628, "FI": 5426674, "SK": 5410836, "IE": 4591087,
    "HR": 4262140, "LT": 2971905, "SI": 2058821, "LV": 2023825, "EE": 1324814,
    "CY": 865878, "LU": 537039, "MT": 421364,
}  # fmt: skip
"""Eurostat, population on 1 January 2013, as first published (demo_pjan)."""


@pytest.fixture
def written(tmp_path):
    def write(content, name="game.json"):
        path = tmp_path / name
        path.write_text(json.dumps(content))
        return path

    return write


def council():
    """The Council of the Union under the Treaty of Lisbon, Article 16(4) TEU, 28 members."""
    ones = [1] * len(POPULATIONS)
    total = sum(POPULATIONS.values())
    return {
        "players": list(POPULATIONS),
        "games": {
            "members55": {"weights": ones, "quota": 16},
            "population65": {
                "weights": list(POPULATIONS.values()), "quota": -(-total * 65 // 100),
            },
            "blocking": {"weights": ones, "quota": 25},
        },
        "formula": "members55 & population65 | blocking",
    }  # fmt: skip


@pytest.mark.skipif(not WEIGHTED, reason="the reference cases are not beside the checkout")
@pytest.mark.parametrize("name", WEIGHTED)
def test_the_report_gives_the_answers_of_the_reference_cases(name):
    expected = json.loads((REFERENCE / name).read_text())["expected"]
    report = accord.solve_power(REFERENCE / name)
    assert report["exact"]
    assert report["ignored"] == []
    players = report["players"]
    assert [report["swings"][p] for p in players] == expected["banzhaf_swings"]
    assert [report["banzhaf"][p] for p in players] == expected["banzhaf_normalized"]
    assert [report["banzhaf_absolute"][p] for p in players] == expected["banzhaf_absolute"]
    assert [report["shapley_shubik"][p] for p in players] == expected["shapley_shubik"]
    told = report["fractions"]["shapley_shubik"]
    assert [told[p] for p in players] == expected["shapley_exact"]


@pytest.mark.skipif(not WEIGHTED, reason="the reference cases are not beside the checkout")
def test_a_coalition_of_capabilities_is_sent_to_its_own_command(capsys):
    assert run(["solve", "power", str(REFERENCE / "toy_capability_chain.json")]) == 2
    assert "accord solve coalition" in capsys.readouterr().err


def test_the_security_council_in_three_forms(written):
    # Shapley and Shubik 1954 for 11 members; for the 15 since 1965 421/2145 and 4/2145
    members = [f"P{i}" for i in range(5)] + [f"E{i}" for i in range(10)]
    weighted = written({"players": members, "weights": [7] * 5 + [1] * 10, "quota": 39}, "w.json")
    formula = written(
        {
            "players": members,
            "games": {
                "veto": {"weights": [1] * 5 + [0] * 10, "quota": 5},
                "nine": {"weights": [1] * 15, "quota": 9},
            },
            "formula": "veto and nine",
        },
        "f.json",
    )
    worths = [
        int(s & 31 == 31 and s.bit_count() >= 9) for s in range(1 << 15)
    ]  # fmt: skip
    tabled = written({"players": members, "values": worths}, "t.json")
    for path in (weighted, formula, tabled):
        report = accord.solve_power(path)
        assert report["exact"]
        shapley = report["fractions"]["shapley_shubik"]
        assert [shapley[p] for p in members] == ["421/2145"] * 5 + ["4/2145"] * 10
        assert [report["swings"][p] for p in members] == [848] * 5 + [84] * 10


def test_the_first_economic_community_in_two_forms(written):
    # Banzhaf 1965 and Brams 1975: Luxembourg never decided anything
    names = ["DE", "FR", "IT", "NL", "BE", "LU"]
    path = written({"players": names, "weights": [4, 4, 4, 2, 2, 1], "quota": 12}, "w.json")
    report = accord.solve_power(path)
    told = report["fractions"]["shapley_shubik"].values()
    assert list(told) == ["7/30"] * 3 + ["3/20"] * 2 + ["0"]
    assert list(report["swings"].values()) == [10, 10, 10, 6, 6, 0]
    big = names[:3]
    winning = [big] + [[a, b, "NL", "BE"] for a in big for b in big if a < b]
    listed = accord.solve_power(written({"players": names, "winning": winning}, "l.json"))
    for key in ("shapley_shubik", "banzhaf", "banzhaf_absolute", "swings", "fractions"):
        assert listed[key] == report[key]


def test_the_council_of_28_with_exact_populations(written):
    report = accord.solve_power(written(council()))
    assert report["exact"]
    assert report["method"] == "two halves"
    shapley = {p: Fraction(v) for p, v in report["fractions"]["shapley_shubik"].items()}
    assert sum(shapley.values()) == 1
    ranked = sorted(POPULATIONS, key=POPULATIONS.get)
    assert [shapley[p] for p in ranked] == sorted(shapley.values())
    # the share of votes that pass (Coleman), from the swings of one member and the sizes
    assert report["shapley_shubik"]["DE"] == pytest.approx(0.14418, abs=1e-5)
    assert report["banzhaf"]["DE"] == pytest.approx(0.10234, abs=1e-5)
    draws = np.random.default_rng(1).random((200_000, 28)) < 0.5
    weights = np.array(list(POPULATIONS.values()))
    sums, sizes = draws @ weights, draws.sum(axis=1)
    quota = council()["games"]["population65"]["quota"]

    def wins(total, size):
        return ((size >= 16) & (total >= quota)) | (size >= 25)

    for i in (0, 5, 27):
        without = sums - draws[:, i] * weights[i], sizes - draws[:, i]
        turned = wins(without[0] + weights[i], without[1] + 1) & ~wins(*without)
        name = list(POPULATIONS)[i]
        assert report["banzhaf_absolute"][name] == pytest.approx(turned.mean(), abs=4e-3)


def test_weights_beyond_64_bits_and_decimals(written):
    small = accord.solve_power(written({"weights": [3, 2, 2], "quota": 4}, "s.json"))
    unit = 10**50
    large = {"weights": [3 * unit + 1, 2 * unit, 2 * unit], "quota": 4 * unit}
    assert accord.solve_power(written(large, "l.json")) == small | {"method": "states"}
    decimals = {"weights": [0.3, 0.2, 0.2], "quota": 0.4}
    assert accord.solve_power(written(decimals, "d.json")) == small


def test_sums_that_are_nought_make_no_shares(written):
    nobody = accord.solve_power(written({"weights": [1, 2], "quota": 4}, "n.json"))
    assert nobody["banzhaf"] == {"1": 0.0, "2": 0.0}
    assert nobody["shapley_shubik"] == {"1": 0.0, "2": 0.0}
    against = accord.solve_power(written({"values": [0, 1, -1, 0]}, "a.json"))
    assert against["banzhaf"] == {"1": None, "2": None}
    assert against["banzhaf_absolute"] == {"1": 1.0, "2": -1.0}
    assert against["shapley_shubik"] == {"1": 1.0, "2": -1.0}
    assert against["swings"] is None


def test_what_is_drawn_carries_standard_errors_and_repeats(written):
    weights = [10**14 + 10**9 * k**3 + k for k in range(40)]
    game = {
        "games": {
            "a": {"weights": weights, "quota": sum(weights) // 2},
            "b": {"weights": weights[::-1], "quota": sum(weights) // 2},
        },
        "formula": "a & b",
    }
    path = written(game)
    report = accord.solve_power(path)
    assert report["method"] == "sampling"
    assert not report["exact"]
    assert report["fractions"] is report["swings"] is report["within"] is None
    assert set(report["standard_errors"]) == {"shapley_shubik", "banzhaf", "banzhaf_absolute"}
    assert sum(report["shapley_shubik"].values()) == pytest.approx(1)


# -- the command


def test_the_command_prints_a_table(written, capsys):
    assert run(["solve", "power", str(written({"weights": [2, 1, 1], "quota": 3, "x": 1}))]) == 0
    out, err = capsys.readouterr()
    assert "3 players, exact (found by counting by weight)" in out
    assert "0.666667" in out
    assert "note:" in err
    assert "'x' was not used" in err


def test_the_command_prints_the_report_as_json(written, capsys):
    path = written({"weights": [2, 1, 1], "quota": 3})
    assert run(["solve", "power", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == accord.solve_power(path)


def test_the_command_says_how_far_a_figure_can_be_trusted(written, capsys, monkeypatch):
    monkeypatch.setattr(choice, "counting_cost", lambda _: (math.inf, math.inf))
    monkeypatch.setattr(choice, "MOST_IN_HALVES", 0)
    monkeypatch.setattr(choice, "power_by_states", lambda *_: None)
    rng = np.random.default_rng(0)
    path = written({"weights": rng.integers(10, 100, 20).tolist(), "quota": 500})
    assert run(["solve", "power", str(path)]) == 0
    assert "by quadrature: to within 1e-12" in capsys.readouterr().out
    path = written({"values": [0, 1, -1, 0]})
    assert run(["solve", "power", str(path)]) == 0
    assert "–" in capsys.readouterr().out


def test_the_command_refuses_with_one_json_object(written, capsys):
    assert run(["solve", "power", str(written({"weights": [-1], "quota": 0})), "--json"]) == 2
    errors = json.loads(capsys.readouterr().out)["errors"]
    assert [error["path"] for error in errors] == ["weights.0", "quota"]
