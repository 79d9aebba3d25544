"""Stability by sweeps against an explicit search for legal sequences."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.theory.conflict import Conflict, equilibria, stability
from accord.theory.witness import status_quo_paths
from oracles import conflict as oracle

CONCEPTS = {"nash": "Nash", "gmr": "GMR", "smr": "SMR", "seq": "SEQ", "sseq": "SSEQ"}


def number_of(state, sizes):
    """The kernel's number of a state: digits, the first option the least significant."""
    number = 0
    for level, size in zip(reversed(state), reversed(sizes), strict=True):
        number = number * size + level
    return number


def random_pair(seed):
    """The same tiny conflict for the oracle and for the kernel, with the kernel's ranks."""
    generator = np.random.default_rng(seed)
    parties = int(generator.integers(2, 5))
    extra = int(generator.integers(0, 2 if parties > 2 else 3))
    owners = [*range(parties), *generator.integers(-1, parties, extra).tolist()]
    owners = [owners[i] for i in generator.permutation(len(owners))]
    sizes = generator.choice([2, 2, 2, 3], len(owners)).tolist()
    directions = generator.choice(["both", "both", "both", "up", "down"], len(owners)).tolist()
    options = list(zip(owners, sizes, directions, strict=True))
    conflict = {"parties": parties, "options": options, "impossible": set()}
    every = oracle.states(conflict)
    barred = generator.random(len(every)) < generator.choice([0.0, 0.3])
    barred[generator.integers(len(every))] = False
    conflict["impossible"] = {s for s, out in zip(every, barred, strict=True) if out}
    # few levels of worth make ties
    levels = int(generator.choice([2, 4, len(every)]))
    worth = [
        dict(zip(every, generator.integers(0, levels, len(every)).tolist(), strict=True))
        for _ in range(parties)
    ]
    conflict["worth"] = [table.__getitem__ for table in worth]
    feasible = np.zeros(len(every), dtype=bool)
    ranks = np.zeros((parties, len(every)), dtype=int)
    for state in every:
        number = number_of(state, sizes)
        feasible[number] = state not in conflict["impossible"]
        ranks[:, number] = [table[state] for table in worth]
    kernel = Conflict(parties, tuple(sizes), tuple(owners), tuple(directions), feasible)
    return conflict, kernel, ranks


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=300)
def test_all_five_concepts_agree_state_by_state(seed):
    conflict, kernel, ranks = random_pair(seed)
    found = stability(kernel, ranks)
    for concept, name in CONCEPTS.items():
        together = set(np.flatnonzero(equilibria(kernel, found[concept])).tolist())
        stable_for_all = set()
        for state in oracle.states(conflict):
            number = number_of(state, kernel.sizes)
            verdicts = [
                oracle.stable(conflict, name, party, state) for party in range(conflict["parties"])
            ]
            assert found[concept][:, number].tolist() == verdicts, (name, state)
            if all(verdicts):
                stable_for_all.add(number)
        assert together == stable_for_all


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_paths_from_the_status_quo_are_as_short_as_legal_sequences_allow(seed):
    conflict, kernel, ranks = random_pair(seed)
    possible = oracle.states(conflict)
    start = possible[seed % len(possible)]
    numbers = [number_of(state, kernel.sizes) for state in possible]
    routes = status_quo_paths(kernel, ranks, number_of(start, kernel.sizes), numbers)
    by_moves = oracle.distances(conflict, start, improving=False)
    by_improvements = oracle.distances(conflict, start, improving=True)
    for state, route in zip(possible, routes, strict=True):
        for path, lengths in (
            (route.by_moves, by_moves),
            (route.by_improvements, by_improvements),
        ):
            assert (None if path is None else len(path)) == lengths.get(state)


def test_the_prisoners_dilemma_has_one_equilibrium_without_foresight_and_two_with():
    # Fraser and Hipel 1984: mutual defection is Nash, mutual cooperation joins it under SEQ
    worth = {(0, 0): (3, 3), (1, 0): (4, 1), (0, 1): (1, 4), (1, 1): (2, 2)}
    conflict = {
        "parties": 2,
        "options": [(0, 2, "both"), (1, 2, "both")],
        "impossible": set(),
        "worth": [lambda state, i=i: worth[state][i] for i in range(2)],
    }
    assert oracle.equilibria(conflict, "Nash") == {(1, 1)}
    for concept in ("GMR", "SMR", "SEQ", "SSEQ"):
        assert oracle.equilibria(conflict, concept) == {(0, 0), (1, 1)}
