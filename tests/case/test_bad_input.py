"""Every kind of bad input is a located error, all come at once, and nothing is written."""

import json

import pytest

from accord.case.check import check
from accord.cli.app import run
from teaching import altered, files_below, put

# name: (changes, dotted path, words of what was found, words that the error must hold)
MISTAKES = {
    "a text where a number is wanted": (
        ("strength: 4, precision: 4", "strength: strong, precision: 4"),
        "deterrence.challenger.strength", "'strong'",
    ),
    "a number where a mapping is wanted": (
        ("phases: {start: {by: 3 months}}", "phases: 3"), "phases", "3",
    ),
    "a list where a text is wanted": (("title: The harbour pact", "title: [a]"), "title", "['a']"),
    "an unknown key": (
        ("coordination: {value", "cordination: {value"), "cordination", "'cordination'",
    ),
    "an unknown actor": (("protege: {actor: NORTH", "protege: {actor: NORT"),
                         "deterrence.protege.actor", "'NORT'"),
    "an unknown level": (("choose: {fees: kept}", "choose: {fees: keptt}"),
                         "packages.dear-pact.choose.fees", "'keptt'"),
    "an unknown level in a condition": (
        ('never: "patrol == joint', 'never: "patrol == joined'),
        "positions.SOUTH.red_lines.no-patrol-for-fees.never", "'joined'",
    ),
    "a probability over one": (("probability: 0.25", "probability: 25"),
                               "shocks.new_government.probability", "25"),
    "a percentage": (("probability: 0.25", "probability: 25%"),
                     "shocks.new_government.probability", "'25%'"),
    "low above mode": (("binding: 0.5", "binding: [0.5, 0.2, 0.9]"),
                       "positions.SOUTH.red_lines.no-patrol-for-fees.binding", "[0.5, 0.2, 0.9]"),
    "mode above high": (("binding: 0.5", "binding: [0.1, 0.9, 0.5]"),
                        "positions.SOUTH.red_lines.no-patrol-for-fees.binding", "[0.1, 0.9, 0.5]"),
    "a negative amount": (("amount: 6,", "amount: -6,"), "pledges.GUARD.fleet.amount", "-6"),
    "a distribution outside its domain": (
        ("probability: 0.25", "probability: {normal: [0.5, 1]}"),
        "shocks.new_government.probability", "of its mass outside 0 to 1",
    ),
    "a condition that is not monotone": (
        ('if: "NORTH joins"', 'if: "not NORTH joins"'), "pledges.GUARD.fleet.if",
        "not … NORTH joins",
    ),
    "a call": (('if: "NORTH joins"', 'if: "open(NORTH)"'), "pledges.GUARD.fleet.if", "'('"),
    "an attribute": (('if: "NORTH joins"', 'if: "NORTH.fleet.size joins"'),
                     "pledges.GUARD.fleet.if", "'.'"),
    "arithmetic": (('if: "NORTH joins"', 'if: "fees + 1"'), "pledges.GUARD.fleet.if", "'+'"),
    "not a number": (("probability: 0.25", "probability: .nan"),
                     "shocks.new_government.probability", ".nan"),
    "infinity": (("amount: 6,", "amount: .inf,"), "pledges.GUARD.fleet.amount", ".inf"),
    "a number too large to be finite": (("amount: 6,", "amount: 1e999,"),
                                        "pledges.GUARD.fleet.amount", "1e999"),
    "a key twice": (("  clause:\n", "  patrol: {}\n  clause:\n"), "provisions.patrol",
                    "'patrol' a second time"),
    "a number without support": (
        (", judgement: Two boats are worth a brigade here", ""),
        "capabilities.boats.combat_weight", "a number without support",
    ),
    "a meaning that does not exist": (
        ("reneging: {like: levels_meaning.reneging}", "reneging: {like: levels_meaning.renege}"),
        "deterrence.guarantors.GUARD.reneging.like", "'renege'",
    ),
    "a copy of nothing": (
        ("status-quo: {title: No", "status-quo: {like: status-kuo, title: No"),
        "packages.status-quo.like", "'status-kuo'",
    ),
    "a circle of bases": (("title: No agreement,", "title: No agreement, base: pact,"),
                          "packages.pact.base", "a circle"),
    "a conflict state that cannot be": (
        ("    kept: []", '    kept: []\n    impossible: ["not SOUTH.raid"]'),
        "conflicts.after_signing.kept", "impossible",
    ),
    "nought where something is divided by it": (
        ("defence_advantage: 1", "defence_advantage: 0"),
        "deterrence.contest.defence_advantage", "0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_its_place(tmp_path, name):
    change, path, found = MISTAKES[name]
    folder = altered(tmp_path, change)
    errors = check(folder).errors
    assert [error.path for error in errors] == [path]
    error = errors[0]
    assert found in error.found
    assert error.wanted
    lines = (folder / "case.yaml").read_text(encoding="utf-8").splitlines()
    assert error.text == lines[error.line - 1]
    assert 1 <= error.column <= len(error.text)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_ends_with_two_and_writes_nothing(tmp_path, name, capsys):
    folder = altered(tmp_path, MISTAKES[name][0])
    before = files_below(tmp_path)
    assert run(["assess", str(folder), "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert [error["path"] for error in told["errors"]] == [MISTAKES[name][1]]
    assert set(told["errors"][0]) == {"file", "line", "column", "path", "found", "wanted", "hint"}
    assert files_below(tmp_path) == before


def test_a_requirement_that_nobody_serves_is_told_where_it_stands(tmp_path):
    folder = altered(
        tmp_path,
        ("capabilities:\n", "capabilities:\n  tugs: {title: Tugs, unit: tugs}\n"),
        ("requires: {boats: 10}", "requires: {boats: 10, tugs: 1}"),
    )
    (error,) = check(folder).errors
    assert error.path.startswith("provisions.")
    assert error.path.endswith("requires.tugs")
    assert "nobody serves" in error.found
    assert "amount 0" in error.hint
    assert "tugs: 1" in error.text


def test_mistakes_of_one_layer_come_all_at_once(tmp_path):
    names = ["an unknown actor", "an unknown level", "an unknown level in a condition",
             "a condition that is not monotone", "a number without support",
             "a meaning that does not exist"]  # fmt: skip
    folder = altered(tmp_path, *(MISTAKES[name][0] for name in names))
    assert {e.path for e in check(folder).errors} == {MISTAKES[name][1] for name in names}


def test_mistakes_of_form_come_all_at_once(tmp_path):
    names = ["a text where a number is wanted", "a number where a mapping is wanted",
             "a list where a text is wanted", "an unknown key", "a probability over one",
             "low above mode", "a negative amount", "a call", "a key twice"]  # fmt: skip
    folder = altered(tmp_path, *(MISTAKES[name][0] for name in names))
    assert {e.path for e in check(folder).errors} == {MISTAKES[name][1] for name in names}


def test_a_near_name_is_suggested(tmp_path):
    folder = altered(tmp_path, MISTAKES["an unknown level"][0])
    assert check(folder).errors[0].hint == "did you mean 'kept'?"


def test_the_caret_stands_under_the_mistake_in_a_condition(tmp_path):
    folder = altered(tmp_path, ("and fees == kept", "and fees == keptt"))
    error = check(folder).errors[0]
    assert error.text[error.column - 1 :].startswith("fees == keptt")


def refused(folder, found, line=None):
    """The one error of a case that cannot be read."""
    (error,) = check(folder).errors
    assert found in error.found
    if line is not None:
        assert error.line == line
    return error


def test_a_missing_file(tmp_path):
    error = refused(tmp_path / "nowhere", "no such file")
    assert error.file == str(tmp_path / "nowhere" / "case.yaml")
    assert "accord new" in error.hint


def test_a_text_that_is_no_yaml(tmp_path):
    folder = tmp_path / "case"
    put(folder, "case.yaml", "accord: 1\ntitle: [open\nactors: {}\n")
    assert refused(folder, "while parsing a flow").line >= 2


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "case.yaml").write_bytes(b"title: \xff\xfe")
    refused(tmp_path, "not UTF-8 at byte 7")


def test_a_file_of_fifty_megabytes_is_refused_unread(tmp_path):
    with (tmp_path / "case.yaml").open("wb") as file:
        file.truncate(50_000_000)
    refused(tmp_path, "50,000,000 bytes")


@pytest.mark.parametrize(
    "text",
    ["a: " + "[" * 5000, "a: " + "{b: " * 5000, "\n".join(" " * i + "a:" for i in range(2000)),
     "- " * 5000, "? " * 5000],
    ids=["brackets", "braces", "indentation", "dashes", "complex keys"],
)  # fmt: skip
def test_deep_nesting_is_refused(tmp_path, text):
    put(tmp_path, "case.yaml", text)
    refused(tmp_path, "nested too deeply")


def test_an_alias_bomb_is_refused(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    put(tmp_path, "case.yaml", "\n".join(lines))
    refused(tmp_path, "unfold without end")


def test_an_alias_of_itself_is_refused(tmp_path):
    put(tmp_path, "case.yaml", "a: &a [*a]\n")
    refused(tmp_path, "unfold without end")


def test_copies_that_double_are_refused(tmp_path):
    text, spaces = "watch:\n", "  "
    for _ in range(18):
        text += f"{spaces}y: {{like: x}}\n{spaces}x:\n"
        spaces += "  "
    text += f"{spaces}z: 1\n"
    put(tmp_path, "case.yaml", text)
    assert any("unfold without end" in error.found for error in check(tmp_path).errors)


def test_an_update_whose_path_does_not_exist(tmp_path):
    folder = altered(tmp_path)
    put(folder, "updates/2025-02-01-more.yaml",
        "date: 2025-02-01\nchange:\n  pledges.GUARD.fleat.amount: 7\njudgement: m\n")  # fmt: skip
    error = refused(folder, "pledges.GUARD.fleat.amount", line=3)
    assert error.file.endswith("2025-02-01-more.yaml")
    assert error.hint == "did you mean 'fleet'?"


def test_an_update_below_something_that_is_no_mapping(tmp_path):
    folder = altered(tmp_path)
    put(folder, "updates/2025-02-01-more.yaml",
        "date: 2025-02-01\nadd:\n  title.short: pact\n")  # fmt: skip
    refused(folder, "title.short", line=3)


def test_an_update_that_explains_an_unknown_indicator(tmp_path):
    folder = altered(tmp_path)
    put(folder, "updates/2025-02-01-more.yaml",
        "date: 2025-02-01\nexplains: [cabinet-lists@2025-02-01]\n")  # fmt: skip
    assert refused(folder, "'cabinet-lists'", line=2).hint == "did you mean 'cabinet-list'?"


def test_a_claim_dated_after_the_as_of_date(tmp_path):
    folder = altered(tmp_path, ("amount: 6, stage", "amount: {value: 6, because: [c1]}, stage"))
    put(folder, "sources.csv", "id,title,publisher,published,grade\nS1,T,P,2025-03-01,A\n")
    put(folder, "claims.csv", "id,actor,claim,quote,source\nc1,GUARD,six boats,,S1\n")
    error = refused(folder, "rests on c1, published 2025-03-01")
    assert error.path == "pledges.GUARD.fleet.amount"
    assert "evidence of 2025-01-01 or earlier" in error.wanted


def test_a_table_with_an_unknown_column(tmp_path):
    folder = altered(tmp_path)
    put(folder, "sources.csv", "id,title,publicher\nS1,T,P\n")
    assert refused(folder, "'publicher'", line=1).hint == "did you mean 'publisher'?"


def test_pools_that_serve_capabilities_counted_differently(tmp_path):
    folder = altered(
        tmp_path,
        (
            "capabilities:\n",
            "capabilities:\n  crews: {title: Crews, unit: people, domain: civil}\n",
        ),
        ("serves: [boats], amount: 6", "serves: [boats, crews], amount: 6"),
    )
    error = refused(folder, "boats in boats and crews in people")
    assert error.path == "pledges.GUARD.fleet.serves"
