"""The numbers of the chapter "Durable": its arithmetic, accord's answers and the page agree.

The arithmetic stands in ``oracles.durable_chapter``, in plain Python and without accord.
"""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

import accord
from accord.formats.gmcr import read_gmcr
from accord.formats.gmcr_states import gmcr_conflict, gmcr_ranks
from accord.theory import survival
from accord.theory.bargaining import on_grid
from accord.theory.witness import status_quo_paths, witness
from oracles import credible_chapter
from oracles import durable_chapter as hand
from oracles.durable_chapter import CONCEPTS, FOLDER, WORLDS, conflict, record

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "textbook" / "durable.md"
HARBOUR = ROOT / "cases" / "harbour-pact"
FILES = ("two-villages", "tarn", "asleep")
HOLLIN, MARSH, WARDEN = range(3)
CAUSES = ("attack", "reversal", "leaving")


@pytest.fixture(scope="module")
def text():
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tarn():
    return conflict("tarn")


def told(number, places=3):
    return f"{number:.{places}f}".replace("-", "−")


def rows(text, header):
    """Rows of the table whose first line begins so, without bold type."""
    lines = text.replace("**", "").split(f"| {header}", 1)[1].splitlines()[2:]
    found = []
    for line in lines:
        if not line.startswith("|"):
            return found
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def has(text, *phrases):
    plain = text.replace("**", "")
    for phrase in phrases:
        assert phrase in plain, phrase


def wishes(name):
    return {maker["name"]: maker["preferences"] for maker in record(name)["decisionMakers"]}


# -- the conflict


def same(ours, report):
    assert [state["options"] for state in report["states"]] == ours.states
    for concept, parties in report["stable"].items():
        for party, numbers in enumerate(parties.values()):
            mine = [ours.number(s) for s in ours.states if ours.stable(concept, party, s)]
            assert numbers == mine, (concept, party)
        everyone = set.intersection(*map(set, parties.values()))
        assert report["equilibria"][concept] == sorted(everyone)


@pytest.mark.parametrize("name", FILES)
def test_the_hand_calculation_of_each_file_is_what_accord_says(name):
    same(conflict(name), accord.solve_conflict(FOLDER / f"{name}.gmcr"))
    assert record("asleep") == record("tarn", Marsh={"misperceptions": [[[0, "Y"]]]})


def test_the_table_of_states(text, tarn):
    shown = rows(text, "state | options | Hollin")
    assert len(shown) == len(tarn.states) == 12
    for state, row in zip(tarn.states, shown, strict=True):
        worths = [str(tarn.worth(party, state)) for party in tarn.parties]
        stays = [tarn.strongest(state, party) for party in tarn.parties]
        assert row == [str(tarn.number(state)), state, *worths, *stays, tarn.strongest(state)]
    assert [s for s in tarn.states if tarn.strongest(s) == "nash"] == ["YNYN"]
    assert all(tarn.worth(party, "YNYN") < tarn.worth(party, "NNNN") for party in (HOLLIN, MARSH))
    has(text, "It is worth 11 to Hollin and 1 to Marsh")


def test_the_dilemma(text):
    two = conflict("two-villages")
    assert [two.worth(0, s) for s in ("YN", "NN", "YY", "NY")] == [3, 2, 1, 0]
    assert [two.worth(1, s) for s in ("NY", "NN", "YY", "YN")] == [3, 2, 1, 0]
    assert two.strongest("NN") == "sseq"
    own = {name: {"preferences": each[::-1]} for name, each in wishes("two-villages").items()}
    turned = conflict("two-villages", **own)
    assert [turned.worth(0, s) for s in ("YN", "YY", "NN", "NY")] == [3, 2, 1, 0]
    assert (turned.strongest("NN"), turned.strongest("YY")) == ("–", "nash")
    has(text, "Now I net alone (3), both net (2), nobody nets (1), the other nets alone (0).")


def test_moves_and_ties(tarn):
    assert tarn.moves(MARSH, "NNNN") == ["NYNN", "NNYN"]
    assert tarn.moves(MARSH, "NYNN") == ["NNNN", "NNYN"]
    assert tarn.moves(MARSH, "NNYN") == []
    assert tarn.worth(MARSH, "NNNN") == tarn.worth(MARSH, "NYNN")
    assert tarn.gains(HOLLIN, "NNNN") == ["YNNN"]


def test_the_sanctions_of_the_agreement(text, tarn):
    shown = rows(text, "the others' moves from state 2")
    ends = [tarn.states[int(row[1]) - 1] for row in shown]
    assert set(ends) == tarn.answers(HOLLIN, "YNNN", tarn.moves) - {"YNNN"}
    assert [row[2] for row in shown] == [str(tarn.worth(HOLLIN, end)) for end in ends]
    harms = ["yes" if tarn.worth(HOLLIN, end) <= 13 else "no" for end in ends]
    assert [row[3] for row in shown] == harms
    assert harms.count("yes") == 4
    willing = tarn.answers(HOLLIN, "YNNN", tarn.gains)
    assert willing == {"YYNN", "YYNY"}
    assert [row[4].startswith("yes") for row in shown] == [end in willing for end in ends]
    for concept in ("gmr", "smr", "seq", "sseq"):
        assert tarn.stable(concept, HOLLIN, "NNNN")


def test_the_ranks_that_decide(text, tarn):
    def best(state):
        reached = [state, *tarn.moves(HOLLIN, state)]
        return max(tarn.worth(HOLLIN, end) for end in reached)

    shown = rows(text, "what the others can bring about from state 2")
    for row, steps in zip(shown, (tarn.moves, tarn.gains), strict=True):
        places = {"YNNN", *tarn.answers(HOLLIN, "YNNN", steps)}
        least = min(tarn.worth(HOLLIN, s) for s in places), min(best(s) for s in places)
        assert [int(cell.split()[0]) for cell in row[1:]] == list(least)
    assert (round(2**24 / 1e6), f"{2**48 / 1e14:.1f}") == (17, "2.8")


def test_inclusions_hold_and_do_not_turn_round(tarn):
    for name in FILES:
        ours = conflict(name)
        for party, state in product(ours.parties, ours.states):
            held = {c for c in CONCEPTS if ours.stable(c, party, state)}
            for strong, weak in (
                ("nash", "sseq"), ("sseq", "seq"), ("sseq", "smr"), ("seq", "gmr"), ("smr", "gmr"),
            ):  # fmt: skip
                assert strong not in held or weak in held
    assert tarn.strongest("NNYN", HOLLIN) == "smr"


def kernel():
    file = read_gmcr(FOLDER / "tarn.gmcr")
    form = gmcr_conflict(file)
    return form, gmcr_ranks(file, form.feasible), np.flatnonzero(form.feasible)


def test_witnesses():
    form, ranks, places = kernel()
    at = [int(place) for place in places]
    found = witness(form, ranks, "seq", HOLLIN, at[0])
    (sanction,) = found.sanctions
    path = [(move.party, at.index(move.end) + 1) for move in sanction.path]
    assert (at.index(sanction.improvement.end) + 1, path) == (2, [(MARSH, 4), (WARDEN, 10)])
    for concept in CONCEPTS:
        for state, end in ((8, 7), (10, 9)):
            left = witness(form, ranks, concept, HOLLIN, at[state - 1]).escape
            assert left is not None
            assert at.index(left.end) + 1 == end


def test_ways_from_the_status_quo(text, tarn):
    by_moves, by_gains = (tarn.ways("YYNN", steps) for steps in (tarn.moves, tarn.gains))
    shown = rows(text, "to the equilibrium | fewest moves")
    settled = [s for s in tarn.states if tarn.strongest(s) != "–"]
    assert len(shown) == len(settled)
    form, ranks, places = kernel()
    for row, state in zip(shown, settled, strict=True):
        assert row[0].split(",")[0] == str(tarn.number(state))
        assert row[1:] == [str(by_moves[state]), str(by_gains.get(state, "no way"))]
    ends = [int(places[tarn.number(s) - 1]) for s in settled]
    for state, route in zip(
        settled, status_quo_paths(form, ranks, int(places[3]), ends), strict=True
    ):
        assert len(route.by_moves) == by_moves[state]
        gains = route.by_improvements
        assert (None if gains is None else len(gains)) == by_gains.get(state)
    assert [tarn.number(s) for s in by_gains] == [4, 10, 9, 3]


def test_solutions_about_the_tarn(text, tarn, tmp_path):
    want = wishes("tarn")
    first, second, *rest = want["Warden"]
    thrifty = {"Warden": {"preferences": [second, first, *rest]}}
    twine = {"Hollin": {"preferences": [*want["Hollin"][:3], [[1, "Y"]]]}}
    for changes in (thrifty, twine):
        file = tmp_path / "changed.gmcr"
        file.write_text(json.dumps(record("tarn", **changes)), encoding="utf-8")
        same(conflict("tarn", **changes), accord.solve_conflict(file))
    changed = conflict("tarn", **thrifty)
    assert (changed.strongest("NNNN"), changed.strongest("YYNN")) == ("smr", "nash")
    changed = conflict("tarn", **twine)
    assert changed.strongest("NNNN", HOLLIN) == "seq, smr"
    worths = [changed.worth(HOLLIN, changed.states[n - 1]) for n in (1, 2, 4, 10, 9, 6, 5)]
    assert worths == [12, 14, 15, 7, 13, 10, 8]
    others = sorted(tarn.number(s) for s in tarn.answers(HOLLIN, "NYNY", tarn.moves))
    assert [n for n in others if n != 9] == [1, 3, 5, 7, 11]
    assert [tarn.worth(HOLLIN, tarn.states[n - 1]) for n in (1, 3, 5, 7, 11)] == [13, 12, 9, 13, 9]


# -- the years


def lived():
    """The ten worlds as accord lives through them."""
    years = range(1, 4)
    tempted = np.array([[t in w[2] for w in WORLDS.values()] for t in years])
    strength = np.array([[w[2].get(t, 0.5) for w in WORLDS.values()] for t in years])
    plain = np.array([[hand.CHANCES[t]] * len(WORLDS) for t in years])
    chance = np.array([
        [hand.REVERSED if w[3] and t >= w[3] else hand.CHANCES[t] for w in WORLDS.values()]
        for t in years
    ])  # fmt: skip
    slack = np.array([w[0] for w in WORLDS.values()], dtype=float)
    drift = survival.drift_path(np.array([float(w[1]) for w in WORLDS.values()]), 3)
    leaving = survival.turning_years(on_grid(slack), drift)
    room = slack - survival.turning_thresholds(drift) / 256
    return survival.live_through(
        tempted, strength, chance, leaving, room, p_without_reversals=plain
    )


def test_ten_worlds(text):
    found = lived()
    codes = {survival.ATTACK: "attack", survival.REVERSAL: "reversal", survival.LEAVING: "leaving"}
    shown = rows(text, "world | slack")
    for place, world in enumerate(WORLDS):
        end, row = hand.end_of(world), shown[place]
        assert row[:3] == [str(world), *map(str, WORLDS[world][:2])]
        for year, cell in enumerate(row[3:6], start=1):
            wanted = ["reversal"] if WORLDS[world][3] == year else []
            if year in WORLDS[world][2]:
                wanted.append(f"e = {WORLDS[world][2][year]:.2f}")
            assert cell == ", ".join(wanted)
        assert row[6] == ("lasts" if end is None else f"{end[1]} in year {end[0]}")
        assert row[7] == told(hand.margin(world), 2)
        assert found.margin[place] == pytest.approx(hand.margin(world))
        assert found.end_year[place] == (0 if end is None else end[0])
        assert end is None or codes[int(found.cause[place])] == end[1]


def test_shares_and_hazards(text):
    ends = [hand.end_of(world) for world in WORLDS]
    stands, found = hand.curve(ends), lived()
    counts, hazards = rows(text, "year | stand when"), rows(text, "year | hazard of an attack")
    theirs = survival.hazards_by_cause(found.end_year, found.cause, 3)
    for year in (1, 2, 3):
        ended = [ends.count((year, cause)) for cause in CAUSES]
        row = [year, stands[year - 1], *ended, stands[year]]
        assert counts[year - 1] == [*map(str, row), told(stands[year] / 10)]
        ours = [number / stands[year - 1] for number in ended]
        assert hazards[year - 1][1:] == [told(each) for each in (*ours, sum(ours))]
        assert theirs[:, year - 1] == pytest.approx(ours)
    by_cause = [sum(e is not None and e[1] == cause for e in ends) for cause in CAUSES]
    assert by_cause == [3, 2, 2]
    has(text, "attacks end three worlds of ten, reversals two, leaving two, and three last")
    assert stands[3] / 10 == pytest.approx(0.9 * (1 - 1 / 3) * (1 - 1 / 2))


def test_turning():
    assert [hand.turns(slack, 2) for slack in (1, 3, 5)] == [2, 3, None]
    assert hand.turns(3, 1.5, 5) == 4
    path = survival.drift_path(np.array([1.5]), 5)
    assert survival.turning_years(on_grid(np.array([3.0])), path) == [4]


def test_norland_over_the_years(text, tmp_path):
    shown = rows(text, "years since signing | Norland's brigades")
    for row in shown:
        changes, found = hand.norland(int(row[0]))
        path = tmp_path / "year.yaml"
        YAML().dump(credible_chapter.read("norland", changes), path)
        theirs = accord.solve_deterrence(path)
        assert theirs["p_attack"] == pytest.approx(found["p_attack"], abs=1e-9)
        amounts = list(changes.values())[:2]
        assert row[1:3] == [told(amount, 2) for amount in amounts]
        assert row[3:] == [told(found["honour"]["Norland"]), told(found["p_attack"])]
    softer = hand.norland(3, word=0.03)[1]["p_attack"]
    away = hand.norland(2, left=0.5)[1]["p_attack"]
    has(
        text,
        f"P in year 3 would be {told(softer)}.",
        f"If that is year 2, P is {told(away)} in that year",
    )
    stands = 1
    for year in range(1, 11):
        stands *= 1 - 0.2 * hand.norland(year)[1]["p_attack"]
    start = hand.constant(0.2, hand.norland(0)[1]["p_attack"], 10)
    has(text, f"there stand {told(stands)} of the worlds", f"it would be {told(start)}.")


def test_the_closed_form(text):
    for row in rows(text, "years | luck afresh"):
        years = int(row[0])
        ours = hand.constant(0.2, 0.5, years), hand.one_luck(0.2, 0.5, years)
        assert row[1:] == [told(each) for each in ours]
    has(
        text,
        f"0.9^5 = {told(hand.constant(0.25, 0.4, 5))}.",
        f"0.6 + 0.4 · 0.75^5 = {told(hand.one_luck(0.25, 0.4, 5))}.",
    )


@pytest.mark.parametrize("persistence", [0, 1])
def test_the_closed_form_is_how_accord_lives(persistence):
    # every combination once: five equal parts of a year's chance, two of a temptation's strength
    moods = np.array(list(product((0.1, 0.3, 0.5, 0.7, 0.9), repeat=3))).T
    if persistence:
        luck = np.array([[0.25] * 3, [0.75] * 3]).T
    else:
        luck = np.array(list(product((0.25, 0.75), repeat=3))).T
    uniforms, own = np.repeat(moods, luck.shape[1], 1), np.tile(luck, moods.shape[1])
    strength = survival.temptation(own[0], own, float(persistence))
    worlds = own.shape[1]
    found = survival.live_through(
        survival.tempted(uniforms, 0.2), strength, np.full((3, worlds), 0.5),
        np.zeros(worlds, dtype=np.int64), np.full(worlds, np.inf),
    )  # fmt: skip
    formula = hand.one_luck if persistence else hand.constant
    assert found.survives.mean() == pytest.approx(formula(0.2, 0.5, 3))


def test_the_commitment_problem(text):
    wins = [0.3, 0.4, 0.85, 0.9]
    shown = rows(text, "year | 0.9 · next year's")
    for year, row in enumerate(shown):
        left = 0.9 * wins[year + 1] - wins[year]
        assert row == [str(year), told(left), "yes" if left > 0.35 else "no"]
    assert hand.flagged(wins, 0.9, 0.35) == 1
    assert 1 - 0.9 * (wins[2] - 0.2) < 1 - wins[1] - 0.15
    for path, bound, year in (
        (wins, 0.35, 1), ([0.2, 0.5, 0.5], 0.2, 0), ([0.2, 0.3, 0.4, 0.5, 0.5], 0.2, None),
    ):  # fmt: skip
        assert hand.flagged(path, 0.9, bound) == year
        theirs = survival.commitment_problem(np.array([path]).T, 0.9, bound / 2, bound / 2)
        assert theirs.tolist() == [-1 if year is None else year]


def test_the_harbour_pact(text):
    waits, goes = (
        accord.solve_deterrence(HARBOUR, package="pact", assume=assumed)["p_attack"]
        for assumed in ((), ("coordination=1",))
    )
    one = 0.5 * (0.75 * waits + 0.25 * goes)
    two = 0.75 * (1 - waits / 2) ** 2 + 0.25 * (1 - goes / 2) ** 2
    has(
        text,
        f"P is {told(waits)} while",
        f"and {told(goes)} where they sail",
        f"0.5 · (0.75 · {told(waits)} + 0.25 · {told(goes)}) = {told(one)}.",
        f"0.75 · (1 − {told(waits / 2)})² + 0.25 · (1 − {told(goes / 2)})² = {told(two)} stand",
    )
    run = accord.assess(accord.load(HARBOUR), worlds=2048, seed=1)
    rules = run.details["durable"]["pact"]["rules"]
    for rule, after in (("everyone", (1 - one, 0)), ("without-south", (1 - one, two))):
        curve = rules[rule]["survival"]
        for year, wanted in enumerate(after, start=1):
            assert curve[year]["share"] == pytest.approx(wanted, abs=0.03)
    endings = rules["everyone"]["endings"]
    assert sum(endings["attack"]) == pytest.approx(2 / 3, abs=0.03)
    hazard = {c: each[1]["share"] for c, each in rules["everyone"]["hazards"]["causes"].items()}
    assert hazard["leaves:SOUTH"] > hazard["attack"]
    assert run.details["durable"]["pact"]["kept"]["share"] == 1


def test_every_sum_that_is_written_out_is_right(text):
    prose = text.split("## Sources")[0].replace("**", "").replace("²", "^2")
    number = r"\d+(?:\.\d+)?(?:\^\d+)?"
    sums = rf"(?<![\d.−)+·] )(?<![\d.−^(])(\(?{number}(?: ?[·+−/] ?\(?{number}\)?(?:\^2)?)+) = "
    found = re.findall(sums + r"(−?\d+(?:\.\d+)?)(?![\d/])", prose)
    assert len(found) >= 15
    for left, right in found:
        places = len(right.partition(".")[2])
        exact = eval(left.replace("·", "*").replace("−", "-").replace("^", "**"))
        assert told(exact + 1e-12, places) == right, f"{left} = {right}"


def test_every_link_leads_to_a_file(text):
    for link in re.findall(r"\]\(([^)]+)\)", text):
        assert (PAGE.parent / link.partition("#")[0]).exists(), link
    assert {path.stem for path in FOLDER.glob("*.gmcr")} == set(FILES)
