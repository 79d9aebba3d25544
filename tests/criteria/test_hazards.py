"""Hazards by cause: a plain loop over worlds, the survival curve, and weights that count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from accord.case.load import load
from accord.criteria.durable import assess
from accord.criteria.setting import Setting
from accord.criteria.survival_detail import hazards
from accord.theory.estimates import share
from accord.theory.survival import hazards_by_cause
from accord.worlds.worlds import draw
from oracles.generator import case_of, random_case
from teaching import TEACHING

NAMES = ["kept", "attack", "reversal:EAST", "leaves:SOUTH"]


def luck(seed, worlds=512, horizon=6):
    """Years and causes of an end, nought and kept where there is none, and weights."""
    random = np.random.default_rng(seed)
    ends = random.integers(0, horizon + 1, worlds)
    reasons = np.where(ends > 0, random.integers(1, len(NAMES), worlds), 0)
    return ends, reasons, random.integers(0, 5, worlds).astype(float)


def by_loops(ends, reasons, weights, year, cause):
    """The chance of one cause in one year, world by world."""
    standing = ended = 0.0
    for end, reason, weight in zip(ends, reasons, weights, strict=True):
        if end == 0 or end >= year:
            standing += weight
            if end == year and (cause == "any" or NAMES[reason] == cause):
                ended += weight
    return ended / standing


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("weighed", [False, True])
def test_hazards_are_those_of_a_plain_loop(seed, weighed):
    ends, reasons, weights = luck(seed)
    given = weights if weighed else None
    found = hazards(ends, reasons, NAMES, 6, given)
    plain = weights if weighed else np.ones(len(ends))
    for cause, records in {"any": found["any"], **found["causes"]}.items():
        for year, record in enumerate(records, start=1):
            wanted = by_loops(ends, reasons, plain, year, cause)
            assert record["share"] == pytest.approx(wanted, abs=1e-12)
    theory = hazards_by_cause(ends, reasons, 6, (1, 2, 3), given)
    table = [[record["share"] for record in found["causes"][name]] for name in NAMES[1:]]
    assert np.allclose(table, theory)


def test_weights_count():
    ends, reasons, weights = luck(7)
    light = hazards(ends, reasons, NAMES, 6, None)
    heavy = hazards(ends, reasons, NAMES, 6, weights)
    assert light["any"] != heavy["any"]
    doubled = hazards(ends, reasons, NAMES, 6, 2 * weights)
    assert [r["share"] for r in doubled["any"]] == pytest.approx([r["share"] for r in heavy["any"]])


def test_errors_and_worlds_are_those_of_the_worlds_that_still_stand():
    ends, reasons, weights = luck(3, worlds=4096)
    found = hazards(ends, reasons, NAMES, 6, weights)
    for year in (1, 4, 6):
        standing = np.where((ends == 0) | (ends >= year), weights, 0.0)
        wanted = share(ends == year, standing)
        assert found["any"][year - 1] == {"share": wanted.value, "se": wanted.standard_error}
        assert found["worlds"][year - 1] == wanted.effective_worlds
        assert found["blocks"][year - 1] == wanted.blocks == 16
    # fewer stand, less is known
    assert sorted(found["worlds"], reverse=True) == found["worlds"]


def test_a_year_that_no_world_reaches_has_no_hazard_and_what_never_ends_no_cause():
    ends, reasons = np.full(256, 2), np.ones(256, dtype=np.int64)
    found = hazards(ends, reasons, NAMES, 3, None)
    assert found["any"][2] is None
    assert found["causes"]["attack"] == [{"share": 0.0, "se": 0.0}, {"share": 1.0, "se": 0.0}, None]
    assert (found["worlds"][2], found["blocks"][2]) == (0.0, 0)
    calm = hazards(np.zeros(256, dtype=np.int64), np.zeros(256, dtype=np.int64), NAMES, 3, None)
    assert calm["causes"] == {}
    assert [record["share"] for record in calm["any"]] == [0.0, 0.0, 0.0]


def settings():
    """Random cases and the teaching case, with weights and without."""
    cases = [load(TEACHING), *(case_of(random_case(seed)) for seed in range(900, 912))]
    for i, case in enumerate(cases):
        chosen = {name: case.chosen(name) for name in case.file.packages}
        setting = Setting(case, draw(case, 256, i), chosen)
        yield setting
        if i % 3 == 0:
            weights = np.random.default_rng(i).integers(1, 9, 256)
            yield replace(setting, weights=weights)


def test_hazards_of_cases_multiply_to_the_curve_and_add_up_over_causes():
    told = 0
    for setting in settings():
        if setting.case.file.durability is None or setting.case.file.deterrence is None:
            continue
        for detail in assess(setting).details.values():
            assert detail["schema"] == 3
            for lived in detail["rules"].values():
                record, stands = lived["hazards"], 1.0
                assert set(record["causes"]) == set(lived["endings"])
                for year, whole in enumerate(record["any"]):
                    if whole is None:
                        assert stands == pytest.approx(0.0, abs=1e-9)
                        continue
                    parts = [rows[year]["share"] for rows in record["causes"].values()]
                    assert sum(parts) == pytest.approx(whole["share"], abs=1e-9)
                    for cause, rows in record["causes"].items():
                        ends = lived["endings"][cause][year]
                        assert stands * rows[year]["share"] == pytest.approx(ends, abs=1e-9)
                    stands *= 1.0 - whole["share"]
                    assert stands == pytest.approx(lived["survival"][year + 1]["share"], abs=1e-9)
                    told += 1
    assert told > 50
