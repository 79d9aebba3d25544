"""A search that is ended and gone on with ends where one ends that was left alone."""

import json
import threading

import numpy as np
import pytest
from random_spaces import contested_space, every_value

from accord._errors import ModelError
from accord.theory.search import climbing, hunt
from accord.theory.search.branch import search


class Soon(threading.Event):
    """Set once it was asked a number of times."""

    def __init__(self, times):
        super().__init__()
        self.times = times

    def is_set(self):
        self.times -= 1
        return self.times < 0


@pytest.fixture
def small_steps(monkeypatch):
    """Slices of a few steps, hardly a climb, and a state kept whenever there is one."""
    monkeypatch.setattr(hunt, "SLICE", 5)
    monkeypatch.setattr(hunt, "FEWEST_PREFIXES", 3)
    monkeypatch.setattr(hunt, "KEEP_SECONDS", 0.0)
    monkeypatch.setattr(hunt, "TELL_SECONDS", 0.0)
    monkeypatch.setattr(climbing, "LOOKS", 1)


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.usefixtures("small_steps")
def test_ended_and_gone_on_with_is_the_same_as_left_alone(seed):
    space = contested_space(seed, worlds=64, scale=(4, 40)[seed % 2])
    random = np.random.default_rng(seed)
    alone = search(space, workers=1)
    state, rounds, most = None, 0, 0
    while True:
        kept = []
        shares = []
        # once over, what is not kept at the end is lost
        found = search(
            space, workers=1 + seed % 2, state=state, keep=kept.append,
            stop=Soon(int(random.integers(3, 12)) + rounds),
            progress=lambda told: shares.append((told.excluded, told.target)),  # noqa: B023
        )  # fmt: skip
        assert all(0 <= share <= 1 and target >= 0 for share, target in shares)
        assert 0 <= found.excluded <= 1
        assert found.value <= alone.value <= found.bound
        most = max(most, found.nodes)
        assert found.nodes == most  # those of the rounds before are counted
        for told in kept:
            assert told == json.loads(json.dumps(told))
        state, rounds = json.loads(json.dumps(kept[-1])), rounds + 1
        assert state["complete"] == found.complete
        if found.complete:
            break
        assert rounds < 2000
    assert (found.value, found.bound, found.excluded) == (alone.value, alone.bound, 1.0)
    assert found.value == max(every_value(space).values())
    again = search(space, state=state)
    assert again.complete
    assert (again.levels, again.value, again.nodes) == (found.levels, found.value, found.nodes)


@pytest.mark.usefixtures("small_steps")
def test_the_best_is_the_same_where_the_order_is():
    interrupted = 0
    for seed in range(40):
        space = contested_space(seed, worlds=64, scale=3)
        kept = []
        first = search(space, keep=kept.append, stop=Soon(4), workers=1)
        interrupted += not first.complete
        one, two = (search(space, state=kept[-1], workers=workers) for workers in (1, 2))
        assert one.levels == two.levels
        assert one.value == two.value == one.bound == two.bound
    assert interrupted > 10


@pytest.mark.usefixtures("small_steps")
def test_every_state_that_is_kept_can_be_gone_on_from():
    for seed in (5, 11, 17, 23):
        space = contested_space(seed, worlds=64, scale=4)
        kept = []
        found = search(space, keep=kept.append, workers=2)
        for state in kept:
            again = search(space, state=state)
            assert again.complete
            assert (again.levels, again.value, again.bound) == (
                found.levels, found.value, found.bound,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"space": "0"}, "another space"),
        ({"order": [0, 0]}, "contradicts itself"),
        ({"levels": [99]}, "contradicts itself"),
        ({"open": [[1, 99]]}, "contradicts itself"),
        ({"value": -1}, "contradicts itself"),
        ({"open": 3}, "no state of a search"),
    ],
)
def test_a_state_that_does_not_fit_is_refused(change, found):
    space = contested_space(3, worlds=64)
    kept = []
    search(space, keep=kept.append)
    with pytest.raises(ModelError, match=found):
        search(space, state={**kept[-1], **change})
    with pytest.raises(ModelError, match="no state of a search"):
        search(space, state={key: kept[-1][key] for key in kept[-1] if key != "space"})


def test_a_best_package_that_is_none_is_refused():
    space = contested_space(7, worlds=64)
    kept = []
    found = search(space, keep=kept.append)
    worse = min(every_value(space).items(), key=lambda told: told[1])
    assert worse[1] < found.value
    with pytest.raises(ModelError, match="does not reach"):
        search(space, state={**kept[-1], "levels": list(worse[0])})


def test_a_failure_of_one_thread_ends_the_search():
    space = contested_space(1, worlds=64)

    def confirm(levels, where):
        raise ValueError("nobody knows")

    from dataclasses import replace  # noqa: PLC0415

    with pytest.raises(ValueError, match="nobody knows"):
        search(replace(space, confirm=confirm))


@pytest.mark.usefixtures("small_steps")
def test_a_search_that_time_cut_while_it_climbed_is_never_called_reproducible(monkeypatch):
    monkeypatch.setattr(climbing, "LOOKS", 80_000)
    cut = whole = 0
    for seed in range(30):
        space = contested_space(seed, worlds=64, scale=3)
        kept = []
        first = search(space, keep=kept.append, stop=Soon(0), workers=1)
        again = search(space, state=kept[-1], workers=1)
        alone = search(space, workers=1)
        assert again.complete
        assert again.value == alone.value == again.bound
        assert alone.reproducible
        if kept[-1]["cut"]:
            cut += 1
            assert not first.reproducible
            assert not again.reproducible
        else:
            whole += 1
            assert again.levels == alone.levels
            assert again.reproducible
    assert cut > 10


@pytest.mark.usefixtures("small_steps")
def test_a_wider_gap_than_before_is_kept_to():
    ended = early = 0
    for seed in range(60):
        space = contested_space(seed, worlds=64, scale=4)
        kept = []
        if search(space, keep=kept.append, stop=Soon(6), workers=1).complete:
            continue
        left = kept[-1]
        alone = search(space, state=left, workers=1)
        for gap in (1, 5, space.total):
            found = search(space, state=left, gap=gap, workers=1)
            assert found.complete
            assert found.value <= alone.value <= found.bound <= found.value + gap
            if left["bound"] - left["value"] <= gap:
                assert found.nodes == left["nodes"]
                assert not found.reproducible
                early += 1
            ended += 1
    assert ended > 30
    assert early > 10


def test_what_interrupts_the_waiting_ends_the_threads(monkeypatch):
    """As Ctrl-C does where nobody gave an event that it sets."""
    space = contested_space(1, worlds=64)
    ended = threading.Event()

    def work(self, me):
        while not self.over():
            ended.wait(0.001)
        ended.set()

    def interrupted(self, timeout=None):
        raise KeyboardInterrupt

    monkeypatch.setattr(hunt.Hunt, "_work", work)
    monkeypatch.setattr("concurrent.futures.Future.result", interrupted)
    with pytest.raises(KeyboardInterrupt):
        search(space, seconds=3600)
    assert ended.is_set()
