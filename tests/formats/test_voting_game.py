"""Voting games in JSON: every form, every mistake with its place, numbers of any size."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import pytest

from accord._errors import CaseErrors
from accord.formats.located_json import read_json
from accord.formats.source import Source
from accord.formats.voting_game import Coalitions, Worths, read_voting_game
from accord.theory.voting import AllOf, AnyOf

HUGE = 123456789012345678901234567890123456789


@pytest.fixture
def written(tmp_path):
    def write(content):
        path = tmp_path / "game.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def mistakes(path):
    with pytest.raises(CaseErrors) as raised:
        read_voting_game(path)
    return raised.value.errors


# -- what is read


def test_a_weighted_vote_keeps_every_digit(written):
    read = read_voting_game(written({"weights": [HUGE, HUGE + 1, 0], "quota": HUGE}))
    assert read.players == ("1", "2", "3")
    assert read.form == "weights"
    assert read.game.games[0].weights == (HUGE, HUGE + 1, 0)
    assert read.game.games[0].quota == HUGE
    assert read.notes == read.ignored == ()


def test_decimals_are_scaled_exactly(written):
    read = read_voting_game(written('{"weights": [0.1, 0.25, 1e1], "quota": 0.35}'))
    assert read.game.games[0].weights == (2, 5, 200)
    assert read.game.games[0].quota == 7


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("a & b | c", AnyOf((AllOf((0, 1)), 2))),
        ("a and (b or c)", AllOf((0, AnyOf((1, 2))))),
        ("a && b || c", AnyOf((AllOf((0, 1)), 2))),
        ("'a' AND \"b\"", AllOf((0, 1))),
        ("(((c)))", 2),
        ("a|b|c", AnyOf((0, 1, 2))),
    ],
)
def test_formulas_of_games(written, formula, expected):
    game = {"weights": [1, 2], "quota": 2}
    read = read_voting_game(
        written({"games": {"a": game, "b": game, "c": game}, "formula": formula})
    )
    assert read.game.formula == expected


def test_names_with_blanks_stand_in_quotes_and_one_game_needs_no_formula(written):
    game = {"weights": [1, 2], "quota": 2}
    read = read_voting_game(
        written({"games": {"55 % of members": game, "b": game}, "formula": "'55 % of members' | b"})
    )
    assert read.game.formula == AnyOf((0, 1))
    assert read_voting_game(written({"games": {"alone": game}})).game.formula == 0


def test_winning_coalitions_and_values(written):
    read = read_voting_game(
        written({"players": ["A", "B", 3], "winning": [["A", "B"], ["B", 3], ["A", "B", 3]]})
    )
    assert read.players == ("A", "B", "3")
    assert read.game == Coalitions((3, 6, 7))
    assert "adds nothing" in read.notes[0]
    read = read_voting_game(written('{"values": [1, 0.5, -2, 3e2]}'))
    assert read.game == Worths((1, Fraction(1, 2), -2, 300))
    assert read.players == ("1", "2")
    assert "the empty set is worth 1" in read.notes[0]


def test_what_explains_is_not_told_and_what_nobody_uses_is(written):
    about = {"id": "x", "kind": "weighted", "source": "s", "published": {}, "expected": {}}
    read = read_voting_game(written({**about, "weights": [1], "quota": 1, "quotta": 2, "foo": 1}))
    assert len(read.ignored) == 2
    assert read.ignored[0].endswith("the key 'quotta' was not used; did you mean 'quota'?")
    assert read.ignored[1].endswith("game.json:1: the key 'foo' was not used")
    game = {"weights": [1], "quota": 1, "size": 3}
    read = read_voting_game(written({"games": {"a": game, "b": game}, "formula": "a"}))
    assert [sentence.split(": ", 1)[1] for sentence in read.ignored] == [
        "the key 'size' was not used",
        "the key 'size' was not used",
        "the game 'b' is not in the formula",
    ]


def test_a_quota_that_nobody_reaches_is_noted(written):
    read = read_voting_game(written({"weights": [1, 2], "quota": 4}))
    assert "nobody wins" in read.notes[0]


# -- what is refused

GAMES = {"a": {"weights": [1, 2], "quota": 2}, "bee": {"weights": [2, 1], "quota": 2}}


@pytest.mark.parametrize(
    ("content", "found", "wanted", "hint"),
    [
        ({}, "no game", "weights and a quota", ""),
        ({"weight": [1], "quota": 1}, "no game", "weights", "'weight' is no 'weights'"),
        ({"weights": [1], "quota": 1, "values": [1]}, "'weights' and 'values'", "one of them", ""),
        ({"kind": "capability_coalition"}, "capabilities", "a voting", "accord solve coalition"),
        ({"weights": [1, -2], "quota": 1}, "-2", "0 or more", ""),
        ({"weights": [1, "2"], "quota": 1}, "'2'", "a number", ""),
        ({"weights": [1, True], "quota": 1}, "true", "a number", ""),
        ({"weights": [1, None], "quota": 1}, "nothing", "a number", ""),
        ({"weights": [1, [2]], "quota": 1}, "a list", "a number", ""),
        ({"weights": [], "quota": 1}, "an empty list", "a list of numbers", ""),
        ({"weights": {"A": 1}, "quota": 1}, "an object", "a list of numbers", ""),
        ({"weights": [1]}, "nothing", "a number above 0", ""),
        ({"weights": [1], "quota": 0}, "0", "a number above 0", "without anybody"),
        ({"weights": [1], "quota": -1}, "-1", "a number above 0", ""),
        ({"weights": [1] * 1001, "quota": 1}, "1,001 players", "1,000", ""),
        ({"players": ["A"], "weights": [1, 2], "quota": 1}, "2 weights", "1, one a player", ""),
        ({"players": ["A", "A"], "weights": [1, 2], "quota": 1}, "second time", "once", "number 1"),
        ({"players": ["A", ""], "weights": [1, 2], "quota": 1}, "''", "a name", ""),
        ({"players": ["A", 1.5], "weights": [1, 2], "quota": 1}, "1.5", "a name", ""),
        ({"players": "AB", "weights": [1, 2], "quota": 1}, "'AB'", "a list of names", ""),
        ({"games": {}, "formula": "a"}, "an object", "at least one", ""),
        ({"games": {"a": 1}, "formula": "a"}, "1", "an object with weights", ""),
        ({"games": GAMES}, "nothing", "how the games are joined", ""),
        ({"games": GAMES, "formula": 1}, "1", "how the games are joined", ""),
        ({"games": GAMES, "formula": "a & be"}, "'be'", "'bee'", "did you mean 'bee'?"),
        ({"games": GAMES, "formula": "a & !bee"}, "a negation", "&", "more support never harms"),
        ({"games": GAMES, "formula": "not a"}, "a negation", "&", "more support never harms"),
        ({"games": GAMES, "formula": "~a"}, "a negation", "&", "more support never harms"),
        ({"games": GAMES, "formula": "a bee"}, "'bee'", "& or | before it", ""),
        ({"games": GAMES, "formula": "a &"}, "the end of the formula", "name", ""),
        ({"games": GAMES, "formula": "(a & bee"}, "the end", "closing parenthesis", ""),
        ({"games": GAMES, "formula": "a )"}, "')'", "the end of the formula", ""),
        ({"games": GAMES, "formula": "a + bee"}, "'+'", "names, &", "quotes"),
        ({"games": GAMES, "formula": "(" * 150 + "a" + ")" * 150}, "too deeply", "100", ""),
        (
            {"games": {**GAMES, "c": {"weights": [1], "quota": 1}}, "formula": "c"},
            "1 weights", "2, one a player", "",
        ),
        ({"winning": [["A"]]}, "no players", "a list of their names", ""),
        ({"players": ["A"], "winning": []}, "an empty list", "a list of coalitions", ""),
        ({"players": ["A"], "winning": [[]]}, "a list", "at least one player", ""),
        ({"players": ["A"], "winning": [1]}, "1", "at least one player", ""),
        ({"players": ["Anna"], "winning": [["Ana"]]}, "'Ana'", "a player", "did you mean 'Anna'?"),
        ({"players": ["A"], "winning": [["A", "A"]]}, "a second time", "once", ""),
        ({"players": ["A"], "winning": [["A"]] * 5001}, "5,001 coalitions", "5,000", ""),
        ({"values": [1, 2, 3]}, "3 values", "2, 4, 8", ""),
        ({"values": [1]}, "1 values", "2, 4, 8", ""),
        ({"players": ["A", "B"], "values": [1, 2]}, "2 values", "4 for 2 players", ""),
        ({"values": [0, "x"]}, "'x'", "a number", ""),
        ({"values": [0, 10**300]}, "1e300", "a smaller unit", ""),
    ],
)  # fmt: skip
def test_every_mistake_says_what_was_found_and_wanted(written, content, found, wanted, hint):
    errors = mistakes(written(content))
    assert len(errors) == 1, errors
    (error,) = errors
    assert found in error.found
    assert wanted in error.wanted
    assert hint in error.hint
    assert error.line == 1
    assert error.file.endswith("game.json")


def test_all_mistakes_come_at_once_with_their_places(written):
    text = """{
 "players": ["A", "B", "B"],
 "games": {
  "members": {"weights": [1, 1, -1], "quota": 2},
  "population": {"weights": [1, 2], "quota": 0}
 },
 "formula": "members & (populaton | !members)"
}"""
    found = [(error.line, error.column, error.path) for error in mistakes(written(text))]
    assert found == [
        (2, 24, "players.2"),
        (4, 33, "games.members.weights.2"),
        (5, 29, "games.population.weights"),
        (5, 46, "games.population.quota"),
        (7, 25, "formula"),
        (7, 37, "formula"),
    ]


def test_a_repeated_key_and_broken_json_are_refused(written):
    (error,) = mistakes(written('{"weights": [1], "quota": 1, "quota": 2}'))
    assert "a second time" in error.found
    (error,) = mistakes(written('{"weights": [1,'))
    assert error.line == 1
    (error,) = mistakes(written("[1]"))
    assert error.wanted == "a JSON object"


def test_files_that_are_none_are_refused(tmp_path, written):
    (error,) = mistakes(tmp_path / "none.json")
    assert (error.found, error.wanted) == ("no such file", "a JSON file of a voting game")
    assert mistakes(tmp_path)[0].found == "a folder"
    assert mistakes(written(" "))[0].wanted == "a JSON file of a voting game"


# -- numbers of any size


def source(text):
    return Source("x.json", "x", text.encode())


def test_whole_numbers_stay_whole_beyond_30_digits():
    data = read_json(source(f'{{"a": {HUGE}, "b": -{HUGE}, "c": 1.5, "d": 1e3}}')).data
    assert data == {"a": HUGE, "b": -HUGE, "c": 1.5, "d": 1000.0}
    assert isinstance(data["a"], int)
    assert isinstance(data["d"], float)


def test_what_no_float_can_hold_is_whole_only_where_every_digit_is_kept():
    text = '{"a": ' + "9" * 400 + "}"
    assert "a finite number" in read_json(source(text)).errors[0].wanted
    exact = read_json(source(text), exact=True)
    assert exact.data["a"] == 10**400 - 1
    assert not exact.errors
    assert read_json(source('{"a": 0.1}'), exact=True).data["a"] == Decimal("0.1")


@pytest.mark.parametrize(
    "number", ["9" * 5000, "1e5000", "1e-5000", "0." + "1" * 5000, "1e99999999"]
)
def test_numbers_without_end_are_refused(number):
    tree = read_json(source(f'{{"a": {number}}}'), exact=True)
    assert "at most 4,300" in tree.errors[0].wanted
