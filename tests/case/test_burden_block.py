"""The block on burden sharing: what may stand in it, and that mistakes in it are located."""

import jsonschema
import pytest

from accord.case.check import check
from accord.case.load import load
from accord.case.schema import schema
from accord.case.yaml_reader import read_yaml
from teaching import altered

BLOCK = """
burden:
  judgement: Invented for a test
  cost: {boats: [1, 2, 3]}
  currency: million crowns
  lots: {boats: 2}
  key: {GUARD: 3, NORTH: 1}
  reserve: 0.2
  adds: {GUARD: [boats], NORTH: {boats: 4}}
"""

# name: (line of the block and what stands there, dotted path, words of what was found)
MISTAKES = {
    "an unknown capability": ("lots: {boats: 2}", "lots: {boat: 2}", "burden.lots.boat", "'boat'"),
    "an unknown capability with a cost": (
        "cost: {boats: [1, 2, 3]}", "cost: {boats: 1, planes: 2}", "burden.cost.planes", "'planes'",
    ),
    "a required capability without a cost": (
        "cost: {boats: [1, 2, 3]}", "cost: {}", "burden.cost", "no cost of boats",
    ),
    "costs without a currency": ("  currency: million crowns\n", "", "burden", "cost"),
    "a cost of nought": ("[1, 2, 3]", "0", "burden.cost.boats", "0"),
    "a rule that is none": (
        "key: {GUARD: 3, NORTH: 1}", "key: powre", "burden.key.by", "'powre'",
    ),
    "a weight for nobody": ("{GUARD: 3, NORTH: 1}", "{GARD: 3}", "burden.key.GARD", "'GARD'"),
    "no weights": ("{GUARD: 3, NORTH: 1}", "{GUARD: 0}", "burden.key", "no weight above nought"),
    "a negative reserve": ("reserve: 0.2", "reserve: -0.2", "burden.reserve", "-0.2"),
    "nobody adds": ("{GUARD: [boats],", "{GARD: [boats],", "burden.adds.GARD", "'GARD'"),
    "nothing to add": ("{boats: 4}", "{boots: 4}", "burden.adds.NORTH.boots", "'boots'"),
    "nothing to add without limit": ("[boats]", "[boots]", "burden.adds.GUARD", "'boots'"),
    "with a limit and without": (
        "{boats: 4}", "{boats: 4, without_limit: [boats]}", "burden.adds.NORTH.boats", "without",
    ),
    "an unknown key": ("reserve: 0.2", "reserves: 0.2", "burden.reserves", "'reserves'"),
    "no support": ("  judgement: Invented for a test\n", "", "burden.cost.boats", "support"),
}  # fmt: skip


def test_a_block_is_read(tmp_path):
    block = load(altered(tmp_path, more=BLOCK)).file.burden
    assert block.cost["boats"].central == pytest.approx(2)
    assert block.cost["boats"].path == "burden.cost.boats"
    assert {name: weight.central for name, weight in block.key.weights.items()} == {
        "GUARD": 3, "NORTH": 1,
    }  # fmt: skip
    assert block.key.weights["GUARD"].path == "burden.key.GUARD"
    assert block.adds["GUARD"].without_limit == ("boats",)
    assert block.adds["NORTH"].limits["boats"].central == 4
    assert block.reserve.central == 0.2


@pytest.mark.parametrize("rule", ["pledged", "equal", "power"])
def test_a_rule_stands_for_its_key(tmp_path, rule):
    text = BLOCK.replace("{GUARD: 3, NORTH: 1}", rule)
    assert load(altered(tmp_path, more=text)).file.burden.key.by == rule


def test_power_needs_somebody_who_has_any(tmp_path):
    text = BLOCK.replace("{GUARD: 3, NORTH: 1}", "power")
    power = (", power: 2, judgement: The League has two votes", "")
    errors = check(altered(tmp_path, power, more=text)).errors
    assert [(e.path, e.found) for e in errors] == [
        ("burden.key", "'power', but no contributor has any")
    ]


def test_every_part_may_be_left_out(tmp_path):
    report = check(altered(tmp_path, more="\nburden: {}\n"))
    assert report.ok


def test_a_block_fits_the_schema(tmp_path):
    validator = jsonschema.Draft202012Validator(schema())
    file = altered(tmp_path, more=BLOCK) / "case.yaml"
    assert validator.is_valid(read_yaml(file).data)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_located(tmp_path, mistake):
    old, new, path, found = MISTAKES[mistake]
    assert BLOCK.count(old) == 1
    errors = check(altered(tmp_path, more=BLOCK.replace(old, new))).errors
    assert path in {error.path for error in errors}
    (error,) = [error for error in errors if error.path == path]
    assert found in f"{error.found} {error.wanted}"
    assert error.line > 0


def test_a_near_name_is_offered(tmp_path):
    text = BLOCK.replace("{boats: 4}", "{boots: 4}")
    (error,) = check(altered(tmp_path, more=text)).errors
    assert "boats" in error.hint
