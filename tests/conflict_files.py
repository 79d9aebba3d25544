"""Conflicts as .gmcr and in graph form: random ones, and what an obvious solver says of them."""

import random
from itertools import product

from oracles import conflict as oracle

CONCEPTS = {"nash": "Nash", "gmr": "GMR", "smr": "SMR", "seq": "SEQ", "sseq": "SSEQ"}
WAYS = {"both": "both", "fwd": "up", "back": "down"}


def random_conjunction(draws, options, most=3):
    chosen = draws.sample(range(options), draws.randint(1, min(most, options)))
    return [[option, draws.choice("YN")] for option in sorted(chosen)]


def random_condition(draws, options):
    if draws.random() < 0.3:
        members = [random_conjunction(draws, options, 2) for _ in range(draws.randint(1, 3))]
        return {"compound": True, "members": members}
    return random_conjunction(draws, options)


def holds(condition, state):
    """Whether a condition holds; a state gives each option by its position in the file."""
    if isinstance(condition, dict):
        return any(holds(member, state) for member in condition["members"])
    return all(state[option] == (sign == "Y") for option, sign in condition)


def digits(record):
    """Positions of the options in the order of the digits of a state's number."""
    order = [option for maker in record["decisionMakers"] for option in maker["options"]]
    return order + [o for o in range(len(record["options"])) if o not in order]


def possible(record):
    """Possible states in the order of their numbers, each by the options' positions in the file."""
    order = digits(record)
    found = []
    for signs in product([False, True], repeat=len(order)):
        state = dict(zip(reversed(order), signs, strict=True))
        if not any(holds(each, state) for each in record["infeasibles"]):
            found.append(tuple(state[option] for option in range(len(order))))
    return found


def random_gmcr(seed, parties=None, options=None, *, blind=False):
    """A conflict of 2 to 5 parties with ties, one-way and idle options and impossible states."""
    draws = random.Random(seed)
    n = parties or draws.randint(2, 5)
    m = options or draws.randint(n, 5)
    positions = list(range(m))
    draws.shuffle(positions)
    owners = [*range(n), *(draws.choice([*range(n), None]) for _ in range(m - n))]
    owned = [[p for p, o in zip(positions, owners, strict=True) if o == i] for i in range(n)]
    ways = ["both", "both", "both", "fwd", "back"]
    record = {
        draws.choice(["useManualPreferenceRanking", "useManualPreferenceVectors"]): False,
        "options": [
            {"name": name, "permittedDirection": draws.choice(ways)}
            for name in draws.choices(["Act", "Wait", "Talk"], k=m)
        ],
        "infeasibles": [random_condition(draws, m) for _ in range(draws.randint(0, 2))],
        "decisionMakers": [
            {
                "name": draws.choice(["North", "South"]),
                "options": options,
                "preferences": [random_condition(draws, m) for _ in range(draws.randint(0, 4))],
            }
            for options in owned
        ],
    }  # fmt: skip
    if not possible(record):
        record["infeasibles"] = []
    if blind:
        for maker in record["decisionMakers"]:
            maker["misperceptions"] = [random_condition(draws, m)]
    if draws.random() < 0.4:
        (switch,) = [key for key in record if key.startswith("useManual")]
        record[switch] = True
        for maker in record["decisionMakers"]:
            name = draws.choice(["preferenceRanking", "preferenceVector"])
            maker[name] = random_ranking(draws, len(possible(record)))
    return record


def random_ranking(draws, count):
    numbers = list(range(1, count + 1))
    draws.shuffle(numbers)
    groups = []
    while numbers:
        size = draws.choice([1, 1, 2, 3])
        group, numbers = numbers[:size], numbers[size:]
        groups.append(group if len(group) > 1 or draws.random() < 0.2 else group[0])
    return groups


def worth_of(record, party, states):
    """How much a party likes each possible state: any number, larger is better."""
    maker = record["decisionMakers"][party]
    if any(record.get(key) for key in record if key.startswith("useManual")):
        ranking = maker.get("preferenceRanking") or maker.get("preferenceVector")
        groups = [group if isinstance(group, list) else [group] for group in ranking]
        return {
            states[number - 1]: -place for place, group in enumerate(groups) for number in group
        }
    stated = maker["preferences"]
    return {
        state: sum(2 ** (len(stated) - 1 - k) * holds(c, state) for k, c in enumerate(stated))
        for state in states
    }


def oracle_form(record):
    """The conflict as ``oracles.conflict`` takes it, and its states in the order of numbers."""
    states = possible(record)
    parties = len(record["decisionMakers"])
    owner = {o: i for i, maker in enumerate(record["decisionMakers"]) for o in maker["options"]}
    worths = [worth_of(record, party, states) for party in range(parties)]
    every = set(product([False, True], repeat=len(record["options"])))
    return {
        "parties": parties,
        "options": [
            (owner.get(k, -1), 2, WAYS[option["permittedDirection"]])
            for k, option in enumerate(record["options"])
        ],
        "impossible": every - set(states),
        "worth": [worth.__getitem__ for worth in worths],
    }, states


def expected_report(record):
    """What ``accord solve conflict --json`` has to print of a .gmcr file."""
    form, states = oracle_form(record)
    names = [f"{maker['name']}#{i}" for i, maker in enumerate(record["decisionMakers"])]
    stable = {
        concept: {
            name: [
                number
                for number, state in enumerate(states, 1)
                if oracle.stable(form, theirs, party, state)
            ]
            for party, name in enumerate(names)
        }
        for concept, theirs in CONCEPTS.items()
    }
    return {
        "states": [
            {"number": number, "options": "".join("NY"[state[o]] for o in digits(record))}
            for number, state in enumerate(states, 1)
        ],
        "stable": stable,
        "equilibria": {
            concept: sorted(set.intersection(*map(set, parties.values())))
            for concept, parties in stable.items()
        },
    }


def graph_record(names, codes, ranks, moves):
    """A conflict in graph form; ``moves[party][state]`` are sets of states from 0."""
    keys = [f"{name}#{i}" for i, name in enumerate(names)]
    return {
        "case": "made for a test",
        "dms": names,
        "states": [{"no": i, "yn": code} for i, code in enumerate(codes, 1)],
        "ordinal_payoff_dense_rank": dict(zip(keys, ranks, strict=True)),
        "reachable_1step": {
            key: [sorted(end + 1 for end in moves[party][s]) for s in range(len(codes))]
            for party, key in enumerate(keys)
        },
    }


def random_graph(seed):
    """Names, codes, ranks and moves of a graph whose moves are not transitive."""
    draws = random.Random(seed)
    parties, states = draws.randint(2, 5), draws.randint(2, 9)
    density = draws.choice([0.1, 0.25, 0.5])
    moves = {
        party: {
            start: {
                end for end in range(states) if end != start and draws.random() < density
            }
            for start in range(states)
        }
        for party in range(parties)
    }  # fmt: skip
    ranks = [[draws.randint(1, 5) for _ in range(states)] for _ in range(parties)]
    codes = ["".join(draws.choice("YN-") for _ in range(4)) for _ in range(states)]
    return [draws.choice(["A", "B#1", "A "]) for _ in range(parties)], codes, ranks, moves
