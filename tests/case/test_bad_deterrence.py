"""Every kind of game without a meaning is a located error of ``check``, and nothing is written."""

import json

import pytest

from accord.case.check import check
from accord.case.circles import circles
from accord.cli.app import run
from teaching import altered, files_below

GUARD = (
    "    GUARD: {stake: 0.5, cost: 0.2, shared_cost: 0, punishes: 0.1, precision: 10,\n"
    "            reneging: {like: levels_meaning.reneging}, automatic: 0}\n"
)
ORDER = "    order: [GUARD]\n    backstop: GUARD\n"


def second(more="", order="[GUARD, EAST]", backstop="GUARD", members="[NORTH]"):
    """A second guarantor beside the first."""
    east = f"    EAST: {{like: GUARD, members: {members}{more}}}\n"
    return (ORDER + GUARD, f"    order: {order}\n    backstop: {backstop}\n{GUARD}{east}")


def in_a_circle():
    """Two guarantors that lean on each other."""
    both = GUARD.replace("automatic: 0}", "automatic: 0, leans_on: {EAST: 0.5}}")
    both += GUARD.replace("GUARD: {", "EAST: {members: [NORTH], leans_on: {GUARD: 0.5}, ")
    return (ORDER + GUARD, ORDER.replace("[GUARD]", "[GUARD, EAST]") + both)


def modes(text):
    return ("  contest: {steep", f"  modes: {text}\n  contest: {{steep")


def crowd(count):
    """A queue of guarantors; all but the first are groups."""
    names = [f"G{i}" for i in range(2, count + 1)]
    groups = "".join(f"    {name}: {{like: GUARD, members: [{name}]}}\n" for name in names)
    actors = "".join(f"  {name}: {{name: {name}, role: guarantor}}\n" for name in names)
    return (
        ("actors:\n", f"actors:\n{actors}"),
        (ORDER, f"    order: [{', '.join(['GUARD', *names])}]\n    backstop: GUARD\n"),
        (GUARD, GUARD + groups),
    )


AT = "deterrence.guarantors"
LEAN = f"{AT}.EAST.leans_on"

# name: (changes, dotted path, words of what was found, words of what was wanted or hinted)
GAMES = {
    "leaning on nobody known": ([second(", leans_on: {WEST: 0.5}")], f"{LEAN}.WEST", "'WEST'",
                                "guarantor"),
    "leaning on a near name": ([second(", leans_on: {GARD: 0.5}")], f"{LEAN}.GARD", "'GARD'",
                               "did you mean 'GUARD'?"),
    "leaning on an actor that guarantees nothing": (
        [second(", leans_on: {SOUTH: 0.5}")], f"{LEAN}.SOUTH", "'SOUTH'", "guarantor",
    ),
    "leaning on oneself": ([second(", leans_on: {EAST: 0.5}")], f"{LEAN}.EAST", "itself",
                           "another guarantor"),
    "a share above one": ([second(", leans_on: {GUARD: 1.5}")], f"{LEAN}.GUARD", "1.5", "0 to 1"),
    "a circle of leaning": ([in_a_circle()], f"{AT}.GUARD.leans_on.EAST",
                            "GUARD → EAST → GUARD", "lean back"),
    "a challenger of no strength": (
        [("strength: 4, precision: 4", "strength: 0, precision: 4")],
        "deterrence.challenger.strength", "0", "above 0",
    ),
    "a challenger that may have no strength": (
        [("strength: 4, precision: 4", "strength: {discrete: {0: 0.5, 4: 0.5}}, precision: 4")],
        "deterrence.challenger.strength", "50.00% of its mass", "above 0",
    ),
    "a challenger that some packages rob of strength": (
        [("strength: 4, precision: 4",
          'strength: {base: 4, steps: [{when: "fees == dropped", set: 0}]}, precision: 4')],
        "deterrence.challenger.strength", "0", "above 0",
    ),
    "a challenger whose strength refers to nought": (
        [("strength: 4, precision: 4", "strength: {like: levels_meaning.nothing}, precision: 4"),
         ("levels_meaning:\n", "levels_meaning:\n  nothing: {value: 0, judgement: none}\n")],
        "deterrence.challenger.strength.like", "levels_meaning.nothing", "above 0",
    ),
    "a protege of negative strength": (
        [("strength: 2, precision: 10", "strength: -2, precision: 10")],
        "deterrence.protege.strength", "-2", "at least 0",
    ),
    "a contest of no steepness": ([("steepness: 1,", "steepness: 0,")],
                                  "deterrence.contest.steepness", "0", "above 0"),
    "a backstop that is no guarantor": ([second(backstop="WEST")], f"{AT}.backstop", "'WEST'",
                                        "guarantor in the order"),
    "a backstop with a slip": ([second(backstop="GARD")], f"{AT}.backstop", "'GARD'",
                               "did you mean 'GUARD'?"),
    "a challenger of negative precision": (
        [("strength: 4, precision: 4", "strength: 4, precision: -0.1")],
        "deterrence.challenger.precision", "-0.1", "at least 0",
    ),
    "a protege of negative precision": (
        [("strength: 2, precision: 10", "strength: 2, precision: -1")],
        "deterrence.protege.precision", "-1", "at least 0",
    ),
    "a guarantor of negative precision": ([second(", precision: -2")], f"{AT}.EAST.precision",
                                          "-2", "at least 0"),
    "modes without a full attack": ([modes("{probe: {stake: {times: 0.3}}}")],
                                    "deterrence.modes", "no full attack", "full: {}"),
    "a full attack that is not surely one": ([modes("{full: {stake: {times: [0.9, 1, 1.1]}}}")],
                                             "deterrence.modes", "no full attack", "times 1"),
    "no mode at all": ([modes("{}")], "deterrence.modes", "{}", "at least one"),
    "a mode named none": ([modes("{full: {}, none: {stake: {times: 0.3}}}")],
                          "deterrence.modes.none", "none", "another name"),
    "a mode that binds beyond certainty": (
        [modes("{full: {}, surprise: {automatic: {times: 3}}}"),
         ("reneging: {like: levels_meaning.reneging}, automatic: 0}",
          "reneging: {like: levels_meaning.reneging}, automatic: 0.5}")],
        "deterrence.modes.surprise.automatic.times", "GUARD", "at most 1",
    ),
    "a guarantor without a place": ([second(order="[GUARD]")], f"{AT}.EAST", "'EAST'", "order"),
    "a guarantor without a block": ([second(order="[GUARD, EAST, WEST]")], f"{AT}.order.2",
                                    "'WEST'", "guarantor"),
    "a guarantor with two places": ([second(order="[GUARD, [EAST, GUARD]]")], f"{AT}.order.1.1",
                                    "'GUARD' twice", "once"),
    "nobody who decides at once": ([second(order="[GUARD, EAST, []]")], f"{AT}.order.2",
                                   "an empty list", "names"),
    "a contributor behind two guarantors": ([second(members="[NORTH, GUARD]")],
                                            f"{AT}.EAST.members.1", "GUARD already",
                                            "counted twice"),
    "more guarantors than can decide apart": (
        crowd(6), f"{AT}.order", "6 guarantors", "each one more doubles",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GAMES)
def test_a_game_without_meaning_is_told_with_its_place(tmp_path, name):
    changes, path, found, wanted = GAMES[name]
    folder = altered(tmp_path, *changes)
    (error,) = check(folder).errors
    assert error.path == path
    assert found in error.found
    assert wanted in f"{error.wanted} {error.hint}"
    lines = (folder / "case.yaml").read_text(encoding="utf-8").splitlines()
    assert error.text == lines[error.line - 1]
    assert 1 <= error.column <= len(error.text)


@pytest.mark.parametrize("name", GAMES)
def test_a_game_without_meaning_ends_with_two_and_writes_nothing(tmp_path, name, capsys):
    folder = altered(tmp_path, *GAMES[name][0])
    before = files_below(tmp_path)
    assert run(["check", str(folder), "--json"]) == 2
    told = json.loads(capsys.readouterr().out)["errors"]
    assert [error["path"] for error in told] == [GAMES[name][1]]
    assert run(["assess", str(folder), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["errors"] == told
    assert files_below(tmp_path) == before


@pytest.mark.parametrize(
    "changes",
    [
        [("strength: 4, precision: 4", "strength: 4, precision: 0")],
        [("strength: 2, precision: 10", "strength: 2, precision: 0")],
        [("strength: 2, precision: 10", "strength: 0, precision: 10")],
        [("strength: 4, precision: 4", "strength: [0, 2, 4], precision: 4")],
        [second(", precision: 0, leans_on: {GUARD: 0}", order="[[GUARD, EAST]]")],
        [modes("{whole: {stake: {times: 1}}, surprise: {automatic: {times: 3}}}")],
        crowd(5),
    ],
    ids=["challenger tosses a coin", "protege tosses a coin", "protege of no strength",
         "challenger that is weak at worst", "leaning wholly", "modes", "five that decide"],
)  # fmt: skip
def test_the_ends_of_what_is_allowed(tmp_path, changes):
    assert check(altered(tmp_path, *changes)).ok


def test_small_guarantors_are_grouped_by_their_members(tmp_path):
    """What the refusal of a sixth decider suggests is taken."""
    actors = crowd(6)[0]
    group = "    small: {like: GUARD, members: [G2, G3, G4, G5, G6]}\n"
    order = (ORDER, "    order: [GUARD, small]\n    backstop: GUARD\n")
    folder = altered(tmp_path, actors, order, (GUARD, GUARD + group))
    assert check(folder).ok


def test_all_mistakes_of_a_game_come_at_once(tmp_path):
    names = ["leaning on oneself", "modes without a full attack"]
    old, new = GAMES[names[0]][0][0]
    changes = [(old, new.replace("backstop: GUARD", "backstop: GARD")), GAMES[names[1]][0][0]]
    told = {error.path for error in check(altered(tmp_path, *changes)).errors}
    assert told == {GAMES[name][1] for name in names} | {f"{AT}.backstop"}


def test_circles_are_shortest_and_told_once():
    leads = {"A": ["X", "B"], "B": ["C", "D"], "C": ["A"], "D": ["B"], "E": ["E"], "F": ["A"]}
    assert list(circles(leads)) == [("A", "B", "C", "A"), ("E", "E")]
    assert list(circles({"A": ["B"], "B": ["Z"]})) == []
    assert list(circles({})) == []
