"""Class tables made by other processes against those made in this one, bit by bit."""

import logging
import os
import signal
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
from distributed import LocalCluster

import accord
from accord._errors import ModelError, UsageError
from accord.case.truth import unmet_constraints
from accord.criteria.setting import Setting
from accord.explore.search.clustering import client_of, needs_in, parcel_of, war_on
from accord.explore.search.making import tables_of
from accord.explore.search.war import games_of, war_of
from accord.explore.search.whole import patterns_of
from accord.worlds.worlds import central_case, draw
from teaching import TEACHING, altered

WORLDS = 1024

STEPS = (
    "without_attack: {base: 0, steps: [",
    "without_attack: {base: 0, steps: [{when: shocks.rare and review == yearly, add: 0.2}, ",
)
RARE = (
    "shocks:\n",
    "shocks:\n  rare: {title: Rare, probability: 0.001, judgement: Hardly ever}\n",
)

CASES = {
    "as it stands": (),
    # in most blocks the shock never falls, so that variants differ in the whole and not there
    "what differs in few worlds": (
        RARE, STEPS,
        ("stake: 0.5, cost: 0.2", "stake: {base: 0.5, steps: [{when: shocks.rare and review == "
         "yearly, set: 0.05}, {when: fees == shared and shocks.new_government, add: 0.2}]}, "
         "cost: 0.2"),
    ),
    # a package is ruled out in all worlds of some blocks
    "a constraint that a shock lifts": (
        RARE,
        ("positions:\n", "constraints:\n"
         "  - {when: not shocks.rare and clause == assist, require: patrol == none}\n"
         "  - {when: not shocks.rare and clause == talk, require: patrol == joint}\n"
         "  - {when: review == yearly, require: patrol == joint}\npositions:\n"),
    ),
    "consents that pledges wait for, elections": (
        ('if: "NORTH joins"}', 'if: "SOUTH accepts or clause == talk"}'),
        ('if: "GUARD joins"}', 'if: "GUARD joins and NORTH accepts"}'),
        ("  temptation: 0.5\n", "  temptation: [0.3, 0.5, 0.8]\n"
         "  elections:\n    GUARD:\n      years: [2, 4]\n"
         "      reversal: {base: [0.2, 0.4, 0.6], steps: [{when: review == yearly, times: 0.5}]}\n"
         "      keeps: {reneging: 0.5, automatic: 0, pledges: 0.4}\n"),
        ("horizon: 2 years", "horizon: 5 years"),
    ),
}  # fmt: skip


class Made:
    """Games of a case and their table, made here."""

    def __init__(self, case, seed=3):
        self.setting = Setting(case, draw(case, WORLDS, seed), {})
        self.patterns = patterns_of(case)
        self.games = games_of(self.setting, self.patterns)
        self.war = war_of(self.games, at_signing=True)

    def parcel(self):
        return parcel_of(self.games, self.patterns, self.war.peace.packages, at_signing=True)

    def on(self, client, progress=None):
        return war_on(client, self.games, self.patterns, at_signing=True, progress=progress)


def same(found, wanted):
    return all(
        ours.dtype == theirs.dtype and np.array_equal(ours, theirs)
        for ours, theirs in (
            (found.need, wanted.need), (found.have, wanted.have),
            (found.peace.which, wanted.peace.which), (found.peace.packages, wanted.peace.packages),
        )
    )  # fmt: skip


@pytest.fixture(scope="module", params=CASES)
def made(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cluster")
    return Made(accord.load(altered(folder, *CASES[request.param])))


@pytest.fixture(scope="module")
def teaching():
    return Made(accord.load(TEACHING))


@pytest.mark.parametrize("size", [1, 3])
def test_blocks_made_from_their_numbers_alone_are_those_of_the_whole(made, size):
    parcel, blocks = made.parcel(), made.setting.worlds.blocks
    parts = [needs_in(parcel, blocks[at : at + size]) for at in range(0, len(blocks), size)]
    assert np.array_equal(np.concatenate(parts, axis=1), made.war.need)
    assert parts[0].dtype == made.war.need.dtype


def test_a_block_alone_tells_less_apart_than_the_whole(tmp_path):
    """So the cases above are hard ones: numbers of classes and variants mean nothing elsewhere."""
    whole = Made(accord.load(altered(tmp_path, *CASES["what differs in few worlds"])))
    worlds = whole.setting.worlds
    falls = worlds.shock("rare").reshape(-1, 256).any(axis=1)
    assert falls.any()
    calm = worlds.blocks[int(np.argmin(falls))]
    alone = Setting(worlds.case, draw(worlds.case, 256, 3, first_block=calm), {})
    own = games_of(alone, whole.patterns)
    assert own.classes.count < whole.games.classes.count
    assert war_of(own, at_signing=True).peace.count < whole.war.peace.count


def test_every_class_is_told_by_a_package_that_is_allowed(tmp_path):
    constraint = "constraints:\n  - {when: clause == assist, require: patrol == none}\npositions:\n"
    whole = Made(accord.load(altered(tmp_path, ("positions:\n", constraint))))
    parcel, classes, case = whole.parcel(), whole.games.classes, whole.setting.case
    names = list(case.file.provisions)
    for number, (pattern, flat) in enumerate(zip(parcel.pattern, parcel.combination, strict=True)):
        which = classes.which[pattern]
        at = np.unravel_index(flat, which.shape)
        assert which[at] == number
        own = {
            names[j]: list(case.file.provisions[names[j]].levels)[level]
            for j, level in zip(classes.provisions, at, strict=True)
        }
        assert not unmet_constraints(case, {**case.chosen("status-quo"), **own})
    # what is ruled out is written as the first class, of which it is no example
    assert classes.which[0].reshape(-1)[-1] == 0
    assert parcel.combination[0] < classes.which[0].size - 1


@pytest.fixture(scope="module", params=[1, 3])
def client(request):
    with client_of("local", request.param) as client:
        yield client


def test_any_number_of_processes_makes_the_same_table(made, client):
    shares = []
    found = made.on(client, shares.append)
    assert same(found, made.war)
    assert shares == sorted(shares)
    assert len(shares) == WORLDS // 256
    assert shares[-1] == 1.0


def test_workers_that_are_killed_cost_time_and_no_result(teaching):
    killed = []
    with client_of("local", 2) as client:
        pids = client.run(os.getpid)

        def kill(done):
            if not killed:
                killed.extend(pids.values())
                for pid in pids.values():
                    os.kill(pid, signal.SIGKILL)

        found = teaching.on(client, kill)
        after = client.run(os.getpid)
    assert len(killed) == 2
    assert not set(killed) & set(after.values())
    assert same(found, teaching.war)


def test_a_search_finds_the_same_with_tables_of_a_cluster(teaching, tmp_path, monkeypatch):
    # a program that is edited meanwhile is no matter here
    monkeypatch.setattr("accord.explore.search.keeping.own_code", lambda: b"the same")
    setting = teaching.setting
    shares = []
    here, _ = tables_of(setting)
    there, _ = tables_of(setting, folder=tmp_path, progress=shares.append, cluster="local")
    again, _ = tables_of(setting, folder=tmp_path, cluster="nowhere, since they are kept")
    assert shares
    for found in (there, again):
        assert same(found.war, here.war)
        assert np.array_equal(found.classes.which[0], here.classes.which[0])


def test_a_scheduler_at_an_address_is_used_and_left_running(teaching):
    with LocalCluster(
        n_workers=1, processes=True, threads_per_worker=1, host="127.0.0.1",
        dashboard_address="127.0.0.1:0", scheduler_kwargs={"dashboard": False},
        silence_logs=logging.ERROR,
    ) as cluster:  # fmt: skip
        with client_of(cluster.scheduler_address) as client:
            assert same(teaching.on(client), teaching.war)
        assert len(cluster.scheduler_info["workers"]) == 1
        cluster.scale(0)
        cluster.sync(cluster._correct_state)
        with (
            pytest.raises(UsageError, match="without workers; start one: dask worker tcp://"),
            client_of(cluster.scheduler_address),
        ):
            pass


def test_what_cannot_be_used_is_told_in_plain_words(teaching, monkeypatch):
    wrong = pytest.raises(UsageError, match=r"found no Dask scheduler at --cluster what\?")
    with wrong, client_of("what?"):
        pass
    parcel = replace(teaching.parcel(), program=b"another")
    with pytest.raises(UsageError, match="wanted the same on all machines"):
        needs_in(parcel, (0,))
    case = teaching.setting.case
    central = replace(teaching.games, setting=Setting(case, central_case(case), {}))
    with pytest.raises(ModelError, match="drawn from a seed"):
        parcel_of(central, teaching.patterns, teaching.war.peace.packages, at_signing=True)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r'pip install "accord\[scale\]"'), client_of("local"):
        pass


def test_nothing_is_left_running():
    before = threading.active_count()
    with client_of("local", 1) as client:
        (pid,) = client.run(os.getpid).values()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert threading.active_count() <= before + 2
