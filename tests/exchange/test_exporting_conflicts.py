"""A case's conflicts written as .gmcr: the same states, moves, preferences and answers."""

import json
import random

import numpy as np
import pytest

import accord
from accord._errors import UsageError
from accord.case.expressions import evaluate
from accord.case.grammar import parse_statement
from accord.case.load import load
from accord.cli.app import run
from accord.exchange import conflict_conditions, conflict_export
from accord.exchange.conflict_conditions import Layout, TooManyConjunctions, conjunctions
from accord.exchange.exporting import export_case
from accord.formats.gmcr import read_gmcr
from accord.formats.gmcr_states import matching
from conflict_files import expected_report
from teaching import FLAGSHIP, TEACHING, altered, files_below

AXES = """
  contest:
    question: How far do they go?
    parties:
      SOUTH: {press: {title: Presses, levels: {no: Not, some: A little, all: With all}}, talk: Talks}
      GUARD: {stand: {title: Stands, levels: {home: At home, near: Near, harbour: There, town: In town}}}
    today: [SOUTH.press=some, GUARD.stand=near]
    one_way: [GUARD.stand]
    impossible: ["SOUTH.press == all and (GUARD.stand >= harbour or SOUTH.talk)"]
    preferences:
      judgement: Made for a test
      SOUTH: {statements: ["SOUTH.press != no if GUARD.stand <= near", "not (SOUTH.talk and GUARD.stand == near)", "shocks.new_government or SOUTH.press >= some"]}
      GUARD: {statements: ["SOUTH.press == no or GUARD.stand != home", "not SOUTH.talk"]}
"""  # noqa: E501


def with_axes(folder, *changes):
    text = AXES
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return altered(folder, ("\ndurability:\n", f"{text.rstrip()}\ndurability:\n"))


def same_answers(one, other):
    """Two reports but for what states look like."""
    numbers = [[state["number"] for state in report["states"]] for report in (one, other)]
    assert numbers[0] == numbers[1]
    assert one["stable"] == other["stable"]
    assert one["equilibria"] == other["equilibria"]


@pytest.mark.parametrize(
    ("folder", "conflict", "words"),
    [
        (FLAGSHIP, "standoff", {}),
        (FLAGSHIP, "standoff", {"world": 300, "seed": 4}),
        (FLAGSHIP, "after_signing", {"package": "briefing-plan"}),
        (FLAGSHIP, "after_signing", {"package": "briefing-plan", "world": 5}),
        (TEACHING, "after_signing", {"package": "pact", "world": 3}),
    ],
)
def test_it_settles_as_the_case_does(tmp_path, folder, conflict, words):
    (file,) = export_case(
        load(folder), tmp_path / "out", "gmcr", conflicts=[conflict], **words
    ).files
    assert file == tmp_path / "out" / f"{conflict}.gmcr"
    there, back = accord.solve_conflict(folder, conflict, **words), accord.solve_conflict(file)
    assert back == there
    assert expected_report(json.loads(file.read_text(encoding="utf-8"))) == there


def test_levels_become_options_and_states_keep_their_numbers(tmp_path):
    case = load(with_axes(tmp_path))
    report = export_case(case, tmp_path / "out", "gmcr")
    (file,) = report.files
    same_answers(accord.solve_conflict(tmp_path / "case", "contest"), accord.solve_conflict(file))
    record = read_gmcr(file)
    assert [option.name for option in record.options] == [
        "Presses: at least A little", "Presses: at least With all", "Talks",
        "Stands: at least Near", "Stands: at least There", "Stands: at least In town",
    ]  # fmt: skip
    assert [option.direction for option in record.options] == ["both"] * 3 + ["fwd"] * 3
    assert not record.by_ranking
    assert len(record.makers[0].preferences) == 3
    told = "\n".join(report.notes)
    for words in (
        "contest: its question was left out", "SOUTH.press, GUARD.stand", "today's state is number",
        "the shock new_government does not fall", "the conflicts after_signing",
        "everything in the case but its conflicts",
    ):  # fmt: skip
        assert words in told


def test_a_ranking_and_statements_together_become_rankings(tmp_path):
    wishes = '{statements: ["SOUTH.press == no or GUARD.stand != home", "not SOUTH.talk"]}'
    ranking = ", ".join(str(number) for number in range(18, 2, -1))
    folder = with_axes(tmp_path, (wishes, "{ranking: [[1, 2], " + ranking + "]}"))
    (written,) = export_case(load(folder), tmp_path / "out", "gmcr").files
    record = read_gmcr(written)
    assert record.by_ranking
    assert record.makers[1].ranking[:2] == ((1, 2), (18,))
    same_answers(accord.solve_conflict(folder, "contest"), accord.solve_conflict(written))


def test_all_conflicts_are_written_with_a_package_and_some_without(tmp_path):
    words = {"format": "gmcr"}
    assert len(export_case(load(FLAGSHIP), tmp_path / "one", **words).files) == 1
    report = export_case(load(FLAGSHIP), tmp_path / "two", package="briefing-plan", **words)
    assert [file.stem for file in report.files] == ["standoff", "after_signing"]
    told = "\n".join(report.notes)
    assert "worth of RUS, UKR, USA, GBR, FRA at central values" in told
    assert "the package briefing-plan" in told
    assert "the agreement as kept is number 1" in told


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({}, "wanted --package with one of pact"),
        ({"conflicts": ["after_signing"]}, "wanted --package with one of pact"),
        ({"conflicts": ["nowhere"]}, "no conflict 'nowhere'"),
        ({"package": "pakt"}, "no package 'pakt'"),
        ({"package": "pact", "world": -1}, "--world -1"),
        ({"format": "efg", "conflicts": ["after_signing"]}, "wanted it with gmcr"),
        ({"format": "genius", "conflicts": ["after_signing"]}, "wanted it with gmcr"),
    ],
)
def test_options_that_do_not_fit_write_nothing(tmp_path, words, says):
    with pytest.raises(UsageError, match=says):
        export_case(load(TEACHING), tmp_path / "out", **({"format": "gmcr"} | words))
    assert files_below(tmp_path) == {}


def test_a_package_goes_to_the_conflicts_that_depend_on_it(tmp_path):
    words = {"package": "briefing-plan", "format": "gmcr"}
    both = ["after_signing", "standoff", "standoff"]
    files = export_case(load(FLAGSHIP), tmp_path / "out", conflicts=both, **words).files
    assert [file.stem for file in files] == ["after_signing", "standoff"]
    with pytest.raises(UsageError, match="depend on no package"):
        export_case(load(FLAGSHIP), tmp_path / "more", conflicts=["standoff"], **words)


def test_what_a_file_cannot_hold_is_refused(tmp_path, monkeypatch):
    case = load(with_axes(tmp_path))
    for name, value, says in (
        ("MOST_OPTIONS", 5, "of 6 two-valued options"),
        ("MOST_RANKED", 10, "with 36 places"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(conflict_export, name, value)
            patch.setattr(conflict_export, "_statements", lambda *_: None)
            with pytest.raises(UsageError, match=says):
                export_case(case, tmp_path / "out", "gmcr")
    monkeypatch.setattr(conflict_conditions, "MOST_CONJUNCTIONS", 1)
    with pytest.raises(UsageError, match="very many cases"):
        export_case(case, tmp_path / "out", "gmcr")
    assert not (tmp_path / "out").exists()


def test_statements_that_are_too_long_become_a_ranking(tmp_path, monkeypatch):
    folder = with_axes(tmp_path, ("(GUARD.stand >= harbour or SOUTH.talk)", "SOUTH.talk"))
    monkeypatch.setattr(conflict_conditions, "MOST_CONJUNCTIONS", 1)
    (file,) = export_case(load(folder), tmp_path / "out", "gmcr").files
    assert read_gmcr(file).by_ranking
    same_answers(accord.solve_conflict(folder, "contest"), accord.solve_conflict(file))


def test_the_command_takes_several_conflicts(capsys, tmp_path):
    words = ["export", str(FLAGSHIP), "--format", "gmcr", "--package", "briefing-plan"]
    words += ["--conflict", "after_signing", "-o", str(tmp_path / "out")]
    assert run([*words, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["files"] == [str(tmp_path / "out" / "after_signing.gmcr")]
    assert "left out: the conflicts standoff" in report["notes"]


# -- conditions

LEVELS = (("off", "on"), ("a", "b", "c", "d"), ("off", "on"), ("x", "y", "z"))
OPTIONS = (("A", "one"), ("A", "two"), ("B", "one"), ("B", "two"))


def random_text(draws, depth=3):
    if depth == 0 or draws.random() < 0.2:
        index = draws.randrange(4)
        name = ".".join(OPTIONS[index])
        if LEVELS[index] == ("off", "on"):
            return name
        return f"{name} {draws.choice(['==', '!=', '<=', '>='])} {draws.choice(LEVELS[index])}"
    parts = [f"({random_text(draws, depth - 1)})" for _ in range(draws.randint(2, 3))]
    return (
        draws.choice([" and ", " or "]).join(parts) if draws.random() < 0.7 else f"not {parts[0]}"
    )


@pytest.mark.parametrize("seed", range(300))
def test_conditions_keep_their_meaning(seed):
    expression = parse_statement(random_text(random.Random(seed)))
    layout = Layout.of(OPTIONS, LEVELS)
    assert layout.count == 7
    sizes = [len(names) for names in LEVELS]
    digits = np.indices(sizes[::-1]).reshape(4, -1)[::-1]

    def truth(atom):
        index = OPTIONS.index((atom.party, atom.option))
        if atom.relation is None:
            return digits[index] > 0
        other = LEVELS[index].index(atom.level)
        return {
            "==": digits[index] == other, "!=": digits[index] != other,
            "<=": digits[index] <= other, ">=": digits[index] >= other,
        }[atom.relation]  # fmt: skip

    try:
        found = conjunctions(expression, layout, lambda _: False)
    except TooManyConjunctions:
        pytest.fail("so few options make so many conjunctions")
    reached = ~matching([layout.steps()], range(7))
    assert np.array_equal(matching([found], range(7))[reached], evaluate(expression, truth))
