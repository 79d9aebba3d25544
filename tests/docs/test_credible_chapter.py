"""The numbers of the chapter "Credible": its arithmetic, accord's answers and the page agree.

The arithmetic stands in ``oracles.credible_chapter``, in plain Python and without accord.
"""

from __future__ import annotations

import math
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import accord
from oracles import credible_chapter as hand
from oracles.credible_chapter import FOLDER, WHOLE, read, solve

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "textbook" / "credible.md"
FILES = ("alone", "norland", "doubted", "probe", "queue", "treaty", "command", "pact")
NOBODY = frozenset()
NV = ["Norland", "Vell"]
N, V = "guarantors.Norland.", "guarantors.Vell."
FLAGSHIP = "solve deterrence cases/ukraine-2025 --package briefing-plan"


# -- what accord says


@pytest.fixture
def ask(tmp_path):
    """accord's answer to a file with some of its numbers changed."""

    def answer(name, changes=(), order=None):
        block = read(name, changes)
        if order is not None:
            block["guarantors"]["order"] = order
        path = tmp_path / "asked.yaml"
        YAML().dump(block, path)
        return accord.solve_deterrence(path)

    return answer


@pytest.fixture(scope="module")
def text():
    return PAGE.read_text(encoding="utf-8")


def told(number, places=3):
    return f"{number:.{places}f}".replace("-", "−")


def tables(text):
    """Rows of all tables by their first cell, the last of a name; without bold type."""
    lines = [line for line in text.replace("**", "").splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0]: row[1:] for row in cells}


def has(text, *phrases):
    plain = text.replace("**", "")
    for phrase in phrases:
        assert phrase in plain, phrase


def same(ours, theirs):
    for key in ("p_attack", "p_resist", "p_defeated", "modes", "honour"):
        if key == "modes":
            theirs = theirs | {"modes": {m: p for m, p in theirs["modes"].items() if m != "none"}}
        assert ours[key] == pytest.approx(theirs[key], abs=1e-9), key


VARIANTS = {
    "none": {},
    "going alone costs Vell nothing": {V + "alone": 0},
    "going alone costs Vell 0.5": {V + "alone": 0.5},
    "Vell needs no ships of Norland's": {V + "leans_on": {"Norland": 1}},
    "Vell can do nothing without them": {V + "leans_on": {"Norland": 0}},
    "the Skerries have 8 brigades in place of 4": {"protege.strength": 8},
    "Vell is bound automatically with a chance of 0.3": {V + "automatic": 0.3},
    "Norland is bound automatically with a chance of 0.3": {N + "automatic": 0.3},
    "both share half of the cost of fighting": {V + "shared_cost": 0.5, N + "shared_cost": 0.5},
}
AWAY = {N + "delay": "14 days", "contest.fait_accompli": 20}
WIRE = {N + "tripwire": {"at_most": 0.05, "half_at": 1}, N + "forces": 1}
PLACES = {
    "all eight at home": AWAY | {N + "forward": 0, N + "reinforcement": 8},
    "one in the islands, seven at home, no tripwire": AWAY
    | {N + "forward": 1, N + "reinforcement": 7},
    "the same, with the tripwire": AWAY | WIRE | {N + "forward": 1, N + "reinforcement": 7},
    "four in the islands, four at home, no tripwire": AWAY
    | {N + "forward": 4, N + "reinforcement": 4},
    "all eight in the islands, no tripwire": {},
}


@pytest.mark.parametrize("name", [name for name in FILES if name != "command"])
def test_the_hand_calculation_of_each_file_is_what_accord_says(ask, name):
    theirs = ask(name)
    same(solve(read(name)), theirs)
    assert theirs["unique"]


def test_alone_and_with_one_guarantor(text):
    alone, one, doubted = (solve(read(name)) for name in ("alone", "norland", "doubted"))
    seen = hand.guarantors(read("doubted"), believed=True)
    believed = hand.queue(read("doubted"), seen, WHOLE, ["Norland"])[1]["Norland", NOBODY]
    resist, fights = told(one["p_resist"]), told(one["honour"]["Norland"])
    assert one["p_defeated"] == pytest.approx(0.513, abs=5e-4)
    has(
        text,
        f"1/(1 + e^(−5 · 0.133)) = {told(alone['p_resist'])}.",
        f"1/(1 + e^(−6 · {told(alone['value'])})) = {told(alone['p_attack'])}.",
        f"1/(1 + e^(−12 · 0.06)) = {fights}.",
        f"the Skerries resist with the chance {resist}.",
        f"0.487 − 0.4 − 0.2 · {fights} = −0.047 to Eastmark",
        f"{resist} · (−0.047) + 0.173 · 1 = {told(one['value'])}.",
        f"an attack is {told(one['p_attack'])}, down from {told(alone['p_attack'])}",
        f"Norland seems to fight with the chance {told(believed)}.",
        f"rises from {told(one['p_attack'])} to {told(doubted['p_attack'])}.",
        f"would fight is what it was, {told(doubted['honour']['Norland'])}.",
        f"0.3 + 0.7 · {fights} = 0.771",
        f"e^(−14/20) = {told(math.exp(-0.7))}, so 8 brigades count as {told(8 * math.exp(-0.7))}",
    )


def test_precisions_of_the_challenger(text, ask):
    precisions = [float(cell) for cell in tables(text)["Eastmark's precision"]]
    shown = tables(text)["chance of an attack on the Skerries alone"]
    chances = [ask("alone", {"challenger.precision": p})["p_attack"] for p in precisions]
    assert shown == [told(chance) for chance in chances]
    assert chances[0] == 0.5


def test_where_the_brigades_are(text, ask):
    shown, found = tables(text), {}
    for place, changes in PLACES.items():
        found[place] = solve(read("norland", changes))
        same(found[place], ask("norland", changes))
        row = (found[place]["honour"]["Norland"], found[place]["p_attack"])
        assert shown[place] == [told(number) for number in row]
    first, _, wire, _, last = (each["p_attack"] for each in found.values())
    has(text, f"its tripwire takes {told(100 * (first - wire), 1)} points")
    has(text, f"All eight take {told(100 * (first - last), 1)}.")


def test_the_queue_and_the_treaty(text, ask):
    plain, treaty = solve(read("queue")), solve(read("treaty"))
    with_norland, without = ("Vell", frozenset({"Norland"})), ("Vell", NOBODY)
    first, fights = told(plain["answers"][with_norland]), told(plain["honour"]["Norland"])
    has(
        text,
        f"Δ = 0.074, chance {first}.",
        f"Δ = −0.073, chance {told(plain['answers'][without])}.",
        f"Δ = 0.108, chance {fights}.",
        f"{fights[:5]} · {first} + 0.214 · 0.293 = {told(plain['honour']['Vell'])}.",
        f"Without Norland it is {told(ask('queue')['without']['Norland'])}:",
        f"by {told(100 * (treaty['p_attack'] - plain['p_attack']), 1)} points. Follow",
        f"goes with {told(treaty['answers'][with_norland])} if Norland does, and with "
        f"{told(treaty['answers'][without])} if Norland does not",
        f"fights with {told(treaty['honour']['Norland'])} in place of {fights}.",
    )
    assert plain["p_attack"] < treaty["p_attack"]


def test_how_firm_a_word_is(text, ask):
    shown = tables(text)
    words = [float(each) for each in shown["price of Vell's broken word"]]
    found = [solve(read("queue", {V + "reneging": word})) for word in words]
    for who in ("Vell", "Norland"):
        assert shown[f"{who} fights"] == [told(each["honour"][who]) for each in found]
    chances = [each["p_attack"] for each in found]
    assert shown["chance of an attack"] == [told(chance) for chance in chances]
    falls = [later < now for now, later in pairwise(chances)]
    assert falls == [True] * 3 + [False] * 3
    assert ask("queue", {V + "reneging": 0.1})["p_attack"] == pytest.approx(chances[3])
    firm = solve(read("queue", {N + "reneging": 0.25}))["p_attack"]
    has(text, f"brings the chance of an attack down to {told(firm)}.")


def test_the_reversal_hangs_on_the_precisions(text, ask):
    pairs = {}
    for precision in (6, 24):
        same_for = {N + "precision": precision, V + "precision": precision}
        pairs[precision] = [ask(name, same_for)["p_attack"] for name in ("queue", "treaty")]
    assert pairs[6][0] > pairs[6][1]
    assert pairs[24][0] < pairs[24][1]
    for words, precision in (("lowers* the chance of an attack,", 6), ("24 it raises it", 24)):
        has(text, f"{words} from {' to '.join(told(each) for each in pairs[precision])}")


def test_one_change_at_a_time(text, ask):
    shown = tables(text)
    for label, changes in VARIANTS.items():
        found = solve(read("queue", changes))
        same(found, ask("queue", changes))
        row = (found["honour"]["Norland"], found["honour"]["Vell"], found["p_attack"])
        assert shown[label] == [told(number) for number in row], label
    best = min(VARIANTS, key=lambda label: float(shown[label][2]))
    assert best == "both share half of the cost of fighting"


def test_the_order_of_decision(text, ask):
    first = solve(read("queue"))["p_attack"]
    turned = ask("queue", order=["Vell", "Norland"])
    at_same_time = ask("queue", order=[["Norland", "Vell"]])
    assert at_same_time["unique"]
    has(
        text,
        f"an attack is {told(turned['p_attack'])} in place of {told(first)}.",
        f"goes with only {told(turned['honour']['Vell'])}.",
        f"knowing, the chance is {told(at_same_time['p_attack'])}.",
        f"worth up to {told(100 * (turned['p_attack'] - first), 1)} points",
    )


def test_two_equilibria_and_the_certificate(text, ask):
    low, high = (solve(read("command"), start=start) for start in (0.0, 1.0))
    theirs, shown = ask("command"), tables(text)
    same(low, theirs)
    assert theirs["interval"] == pytest.approx([high["p_attack"], low["p_attack"]], abs=1e-9)
    assert not theirs["unique"]
    for label, each in (("everyone waits", low), ("everyone goes", high)):
        row = (each["honour"]["Norland"], each["honour"]["Vell"], each["p_attack"])
        assert shown[label] == [told(number) for number in row]
    calm = ask("command", {N + "precision": 6, V + "precision": 6})
    assert calm["unique"]
    has(text, f"certified, with a chance of an attack of {told(calm['p_attack'])}.")
    leads = [ask("command", order=order)["p_attack"] for order in (NV, NV[::-1])]
    has(text, f"an attack is {told(leads[0])}; if Vell goes first, {told(leads[1])}.")
    follows = []
    for leader, other in (NV, NV[::-1]):
        answers = solve(read("command"), order=[leader, other])["answers"]
        follows.append(told(answers[other, frozenset({leader})]))
    has(text, f"Vell then follows with {follows[0]}, Norland with {follows[1]}.")


def test_what_the_two_of_the_command_gain_by_going(text):
    block, gains = read("command"), {}
    them = hand.guarantors(block)
    for name, other in (NV, NV[::-1]):
        for joined in (NOBODY, frozenset({other})):
            go, stay = {joined | {name}: 1}, {joined: 1}
            gains[name, len(joined)] = told(hand.gain(block, them, WHOLE, name, go, stay))
    assert gains == {
        ("Norland", 0): "−0.150", ("Norland", 1): "0.199",
        ("Vell", 0): "−0.355", ("Vell", 1): "0.244",
    }  # fmt: skip
    has(text, "worse by 0.15 if", "better by 0.199", "worse by 0.355", "better by 0.244")


def test_probes(text, ask):
    found, block = solve(read("probe")), read("probe")
    probe = hand.modes_of(block)["probe"]
    fights = hand.queue(block, hand.guarantors(block), probe, ["Norland"])[1]["Norland", NOBODY]
    has(
        text,
        f"it fights with {told(fights)} in place of 0.673",
        f"The probe is worth {told(found['values']['probe'])} to Eastmark, the full attack "
        f"{told(found['values']['full'])}.",
        f"lies between the two, at {told(found['value'])} (",
    )
    section = text.split("### Modes")[1].split("### Temptation")[0]
    shown, shares = tables(section), []
    for word in (0.06, 0.1, 0.25, 0.4):
        each = ask("probe", {N + "reneging": word})
        row = (each["modes"]["full"], each["modes"]["probe"], each["p_attack"])
        assert shown[f"{word:.2f}"] == [told(number) for number in row]
        shares.append(f"{100 * row[1] / row[2]:.0f}%")
    has(text, f"rises from {shares[0]} in the first line to {shares[2]} in the third")


def test_worlds_and_the_promises_that_are_tested(text):
    firm, soft = (solve(read("norland", {N + "stake": stake})) for stake in (1.5, 1))
    section = text.split("### Temptation")[1].split("### The threshold")[0]
    for stake, each in (("1.5", firm), ("1", soft)):
        row = (each["honour"]["Norland"], each["p_attack"])
        assert tables(section)[stake] == [told(number) for number in row]
    chances = firm["p_attack"], soft["p_attack"]
    fights = firm["honour"]["Norland"], soft["honour"]["Norland"]
    tested = sum(p * q for p, q in zip(chances, fights, strict=True)) / sum(chances)
    has(text, f"({told(fights[0])} + {told(fights[1])})/2 = {told(sum(fights) / 2)}")
    has(text, f"/(0.691 + 0.893) = {told(tested)}. The promises")


def test_break_even(text, ask):
    shown = tables(text)
    rows = {
        "alone": "alone", "norland": "Norland", "queue": "Norland and Vell",
        "treaty": "the same with Vell's treaty",
    }  # fmt: skip
    needed = {}
    for name, label in rows.items():
        value = solve(read(name))["value"]
        needed[name] = value - math.log(0.25 / 0.75) / 6
        assert shown[label] == [told(value), told(needed[name])]
        for lever in ("snapback", "without_attack"):
            enough = ask(name, {f"challenger.{lever}": needed[name]})["p_attack"]
            assert enough == pytest.approx(0.25, abs=1e-9)
    saved = [needed["alone"] - needed["norland"], needed["norland"] - needed["queue"]]
    has(text, f"saves the Skerries {told(saved[0])} of sanctions, Vell's another {told(saved[1])}")
    has(text, f"treaty costs {told(needed['treaty'] - needed['queue'])} of them")
    by_trial = float(re.search(r"By trial, about (0\.\d+) in", text)[1])
    for word, above in ((by_trial - 0.001, True), (by_trial + 0.001, False)):
        assert (ask("queue", {N + "reneging": word})["p_attack"] > 0.3) == above


def test_what_must_not_be_expected(text, ask):
    start = told(ask("queue")["p_attack"])
    words = {
        "8 brigades in place of 4: ": {"protege.strength": 8},
        "(0.06 to 0.25: ": {V + "reneging": 0.25},
        "(0 to 0.3: ": {V + "automatic": 0.3},
        "for 0 in place of 0.2: ": {V + "alone": 0},
    }
    for phrase, changes in words.items():
        has(text, f"{phrase}{start} to {told(ask('queue', changes)['p_attack'])}")
    free = ask("queue", {V + "leans_on": {"Norland": 1}})["p_attack"]
    has(text, f"no need of its ships: to {told(free)})")


def test_solutions(text, ask):
    dear = ask("alone", {"protege.cost_of_war": 0.3})
    both = ask("treaty", {N + "reneging": 0.25})
    single = ask("queue", {N + "reneging": 0.25})
    assert both["p_attack"] < single["p_attack"]
    has(
        text,
        f"1/(1 + e^(−5 · 0.033)) = {told(dear['p_resist'])}, less",
        f"its chance rises to {told(dear['p_attack'])}.",
        f"Both: {told(both['p_attack'])}; Norland's alone: {told(single['p_attack'])}.",
        f"with {told(both['honour']['Norland'])} in place of {told(single['honour']['Norland'])}",
    )
    assert ask("norland", {N + "reneging": 0})["honour"]["Norland"] == pytest.approx(0.5)
    assert ask("queue", {"challenger.snapback": 0.322})["p_attack"] == pytest.approx(0.1, abs=1e-3)
    surely = {N + "precision": 2000, V + "precision": 2000}
    fights = {name: ask(name, surely) for name in ("queue", "treaty")}
    assert list(fights["queue"]["honour"].values()) == pytest.approx([1, 1], abs=1e-6)
    assert list(fights["treaty"]["honour"].values()) == pytest.approx([0, 1], abs=1e-6)
    assert fights["queue"]["p_attack"] < fights["treaty"]["p_attack"]


def test_every_sum_that_is_written_out_is_right(text):
    prose = text.split("## Sources")[0].replace("**", "")
    number = r"\d+(?:\.\d+)?"
    sums = rf"(?<![\d.−)+·] )(?<![\d.−^(])(\(?{number}(?: ?[·+−/] ?\(?{number}\)?)+) = ({number})"
    found = re.findall(sums + r"(?![\d/])", prose)
    assert len(found) >= 36
    for left, right in found:
        places = len(right.partition(".")[2])
        exact = eval(left.replace("·", "*").replace("−", "-"))
        assert f"{exact + 1e-12:.{places}f}" == right, f"{left} = {right}"


def test_the_flagship_answers_as_the_page_shows(text):
    shown = text.split("```text\n")[1].split("```")[0]
    for options in ("", " --world 7"):
        assert f"$ accord {FLAGSHIP}{options}\n" in shown
        program = str(Path(sys.executable).with_name("accord"))
        done = subprocess.run(
            [program, *(FLAGSHIP + options).split()],
            cwd=ROOT, capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
        assert done.stdout.startswith("chance of an attack, as the challenger sees it: 0.")


def test_every_link_leads_to_a_file(text):
    for link in re.findall(r"\]\(([^)]+)\)", text):
        assert (PAGE.parent / link.partition("#")[0]).exists(), link
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(FILES)
