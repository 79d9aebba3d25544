"""Long work: found again, stopped, failed, ended with the server; and two who write at once."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from serving import OWN, WORLDS, over, serving, whole

from accord.case.load import load
from accord.run.store import open_run
from accord.web import works
from accord.web.works import Works
from teaching import files_below

ACCORD = [sys.executable, "-c", "from accord.cli import main; main()"]

# Stands in for a worker: does what its question says.
STAND_IN = """
import json, os, pathlib, signal, subprocess, sys, time
question = json.loads(sys.stdin.read())
if question.get("ignores"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
children = [subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            for _ in range(question.get("children", 0))]
def tell(what):
    print(json.dumps(what), flush=True)
pids = [os.getpid(), *(child.pid for child in children)]
tell({"step": " ".join(map(str, pids)), "done": 0.25, "left": 3.0})
if "errors" in question:
    tell({"errors": question["errors"]})
if "result" in question:
    tell({"result": question["result"]})
if "waits" in question:
    while not pathlib.Path(question["waits"]).exists():
        time.sleep(0.02)
sys.exit(question.get("code", 0))
"""


@pytest.fixture
def stand_in(monkeypatch):
    """Workers that do what they are told, without a case."""

    def begun(question):
        process = subprocess.Popen(
            [sys.executable, "-c", STAND_IN], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        process.stdin.write(json.dumps(question).encode())
        process.stdin.close()
        return process

    monkeypatch.setattr(works, "_begun", begun)


@pytest.fixture
def room(stand_in):
    made = Works()
    yield made
    made.close()


def until(holds):
    """Wait for something that will be so."""
    while not holds():
        time.sleep(0.01)


def alive(pid):
    """Whether a process still runs; one that has ended and was not yet asked for does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
        return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


def pids(work):
    until(lambda: work.step)
    return [int(each) for each in work.step.split()]


def ended(work):
    until(lambda: work.over)
    return work


def test_work_is_done_and_leaves_its_answer(room):
    work = ended(room.start("Title", {"result": {"x": [1, 2]}}))
    assert (work.stage, work.result, work.done, work.errors) == ("done", {"x": [1, 2]}, 1.0, [])
    assert room.start("Title", {"result": {"x": [1, 2]}}) is work


def test_who_asks_the_same_finds_it_where_it_is(room, tmp_path):
    question = {"waits": str(tmp_path / "go"), "result": 1, "b": 1}
    work = room.start("Title", question)
    pids(work)
    assert (work.stage, work.done, work.left) == ("working", 0.25, 3.0)
    assert room.start("Another title", dict(reversed(question.items()))) is work
    assert room.find(question) is work
    assert room.get(work.id) is work
    assert room.find({**question, "b": 2}) is None
    (tmp_path / "go").touch()
    assert ended(work).stage == "done"


def test_many_who_ask_at_once_start_it_once(room, tmp_path):
    question, found = {"waits": str(tmp_path / "go"), "result": 1}, []
    threads = [
        threading.Thread(target=lambda: found.append(room.start("Title", question)))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(work) for work in found}) == 1
    (tmp_path / "go").touch()
    ended(found[0])


def test_work_that_left_no_answer_is_begun_anew(room):
    """Whoever asks did not find what it made, so it is wanted again."""
    work = ended(room.start("Title", {"only": "a file"}))
    assert work.stage == "done"
    assert room.start("Title", {"only": "a file"}) is not work


@pytest.mark.parametrize("ignores", [False, True])
def test_cancel_ends_the_process_and_what_it_started(room, tmp_path, monkeypatch, ignores):
    monkeypatch.setattr(works, "PATIENCE", 0.2)
    question = {"waits": str(tmp_path / "never"), "children": 2, "ignores": ignores}
    work = room.start("Title", question)
    running = pids(work)
    assert len(running) == 3
    assert all(alive(pid) for pid in running)
    assert room.cancel(work.id) is work
    assert work.stage == "cancelled"
    until(lambda: not any(alive(pid) for pid in running))
    time.sleep(0.05)
    assert (work.stage, work.errors) == ("cancelled", [])
    assert room.start("Title", question) is work  # it does not begin again by itself
    again = room.start("Title", question, again=True)
    assert again is not work
    assert again.id == work.id
    assert pids(again) != running


def test_cancelling_what_is_over_or_unknown_changes_nothing(room):
    work = ended(room.start("Title", {"result": 1}))
    room.cancel(work.id)
    assert work.stage == "done"
    assert room.cancel("none") is None


@pytest.mark.parametrize(("question", "found"), [
    ({"errors": [{"found": "nothing", "wanted": "x", "hint": "y"}], "code": 2}, "nothing"),
    ({"errors": [{"found": "nothing"}]}, "nothing"),
    ({"code": 3}, "the worker ended with code 3"),
])  # fmt: skip
def test_failing_work_says_why_and_does_not_begin_again_by_itself(room, question, found):
    work = ended(room.start("Title", question))
    assert work.stage == "failed"
    (error,) = work.errors
    assert error["found"] == found
    assert set(error) == {"file", "line", "column", "path", "found", "wanted", "hint"}
    assert room.start("Title", question) is work
    again = room.start("Title", question, again=True)
    assert again is not work
    assert ended(again).stage == "failed"


def test_a_worker_that_is_killed_has_failed(room, tmp_path):
    work = room.start("Title", {"waits": str(tmp_path / "never")})
    os.kill(pids(work)[0], signal.SIGKILL)
    assert ended(work).stage == "failed"
    assert "-9" in work.errors[0]["found"]


def test_one_works_and_the_others_wait_in_their_order(room, tmp_path, monkeypatch):
    monkeypatch.setattr(works, "MOST_AT_ONCE", 1)
    gates = [tmp_path / f"go{number}" for number in range(4)]
    asked = [room.start(f"{n}", {"waits": str(gate), "result": n}) for n, gate in enumerate(gates)]
    assert [work.stage for work in asked] == ["working", "waiting", "waiting", "waiting"]
    room.cancel(asked[1].id)
    assert [work.stage for work in asked] == ["working", "cancelled", "waiting", "waiting"]
    gates[0].touch()
    ended(asked[0])
    until(lambda: asked[2].stage == "working")
    assert asked[3].stage == "waiting"
    room.cancel(asked[2].id)
    assert asked[3].stage == "working"
    gates[3].touch()
    assert ended(asked[3]).stage == "done"


def test_too_much_at_once_is_told_and_may_be_asked_again(room, tmp_path, monkeypatch):
    monkeypatch.setattr(works, "MOST_AT_ONCE", 1)
    gate = str(tmp_path / "go")
    asked = [room.start("x", {"waits": gate, "result": n}) for n in range(works.MOST_WAITING + 2)]
    assert [work.stage for work in asked[:-1]] == ["working"] + ["waiting"] * works.MOST_WAITING
    last = asked[-1]
    assert last.stage == "failed"
    assert "too much" in last.errors[0]["found"]
    assert room.start("x", last.question) is last
    for work in asked[1:]:
        room.cancel(work.id)
    again = room.start("x", last.question, again=True)
    assert again.stage == "waiting"
    (tmp_path / "go").touch()
    assert ended(again).stage == "done"


def test_what_is_long_over_is_forgotten_and_what_is_not_is_kept(room, tmp_path, monkeypatch):
    monkeypatch.setattr(works, "KEPT", 3)
    running = room.start("x", {"waits": str(tmp_path / "never")})
    over_now = []
    for number in range(6):
        over_now.append(room.start("x", {"n": number}))
        room.cancel(over_now[-1].id)
    room.start("x", {"n": "one more"})
    assert [room.get(work.id) is work for work in over_now] == [False] * 3 + [True] * 3
    assert room.get(running.id) is running


def test_the_end_of_the_server_ends_everything(stand_in, tmp_path, monkeypatch):
    monkeypatch.setattr(works, "PATIENCE", 0.2)
    monkeypatch.setattr(works, "MOST_AT_ONCE", 1)
    room = Works()
    question = {"waits": str(tmp_path / "never"), "children": 2, "ignores": True}
    first, second = room.start("x", question), room.start("x", {"n": 2})
    running = pids(first)
    room.close()
    assert (first.stage, second.stage) == ("cancelled", "cancelled")
    until(lambda: not any(alive(pid) for pid in running))
    late = room.start("x", {"n": 3})
    assert late.stage == "failed"
    assert room.start("x", question, again=True).stage == "failed"


def served_copy(assessed, folder):
    shutil.copytree(assessed, folder / "served")
    return folder / "served"


def worker_of(client, work):
    bench = client.app.state.bench
    until(lambda: bench.works.get(work).process is not None)
    return bench.works.get(work).process


def runs_of(served):
    """Everything that stands where runs are kept, hidden or not."""
    folder = served / "harbour" / "runs"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_an_assessment_is_told_step_by_step_and_saved_whole(assessed, tmp_path):
    served = served_copy(assessed, tmp_path)
    before = runs_of(served)
    with serving(served) as client:
        address = "/cases/harbour/overview?lines=none"
        asked = client.get(f"/api{address}")
        assert asked.status_code == 202
        work = asked.json()["id"]
        assert client.get(f"/api{address}").json()["id"] == work  # a reload finds the same
        page = client.get(address)
        assert page.status_code == 202
        assert f"/works/{work}/cancel" in page.text
        assert "noscript" in page.text
        shown = []
        while True:
            told = client.get(f"/api/works/{work}").json()
            shown.append(told["done"])
            if told["stage"] == "done":
                break
            fragment = client.get(f"/works/{work}", headers={"HX-Request": "true"})
            assert "<html" not in fragment.text
            time.sleep(0.05)
        assert shown == sorted(shown)
        assert shown[-1] == 1.0
        fragment = client.get(f"/works/{work}", headers={"HX-Request": "true"})
        assert fragment.headers["hx-refresh"] == "true"
        assert client.get(f"/api{address}").status_code == 200
        assert client.get(address).status_code == 200
    (fresh,) = [name for name in runs_of(served) if name not in before]
    assert fresh.endswith("-none")
    assert open_run(served / "harbour" / "runs" / fresh).worlds == WORLDS


def test_cancel_leaves_no_part_of_a_run(assessed, tmp_path):
    served = served_copy(assessed, tmp_path)
    before = runs_of(served)
    with serving(served, worlds=65_536) as client:
        # a run of so many worlds takes long enough to be met in the middle
        work = client.get("/api/cases/harbour/overview?lines=hard").json()["id"]
        process = worker_of(client, work)
        until(lambda: client.get(f"/api/works/{work}").json()["step"])
        answer = client.post(f"/works/{work}/cancel", headers=OWN)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/works/{work}")
        assert client.get(f"/api/works/{work}").json()["stage"] == "cancelled"
        until(lambda: process.poll() is not None)
        assert runs_of(served) == before
        assert "Start again" in client.get(f"/works/{work}").text
        assert client.get("/api/cases/harbour/overview?lines=hard").json()["stage"] == "cancelled"
        client.post(f"/works/{work}/again", headers=OWN)
        assert client.get(f"/api/works/{work}").json()["stage"] == "working"
        process = worker_of(client, work)
    assert process.poll() is not None  # the server's end is theirs
    assert runs_of(served) == before


# A worker that stops for ever in the midst of writing its run.
WRITING = """
import sys, time
import accord.run.store as store
write, calls = store._json, []
def slow(file, content):
    calls.append(file)
    if len(calls) > 2:
        file.write_text('{"half')
        print('{"step": "half of it is written", "done": 0.9, "left": 1.0}', flush=True)
        time.sleep(600)
    write(file, content)
store._json = slow
from accord.web.worker import main
sys.exit(main())
"""


def test_cancel_in_the_midst_of_writing_leaves_nothing(assessed, tmp_path, monkeypatch):
    served = served_copy(assessed, tmp_path)
    before = files_below(served)

    def begun(question):
        process = subprocess.Popen([sys.executable, "-c", WRITING], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, start_new_session=True)  # fmt: skip
        process.stdin.write(json.dumps(question).encode())
        process.stdin.close()
        return process

    monkeypatch.setattr(works, "_begun", begun)
    with serving(served) as client:
        work = client.get("/api/cases/harbour/overview?lines=hard").json()["id"]
        until(lambda: client.get(f"/api/works/{work}").json()["step"] == "half of it is written")
        assert files_below(served) != before
        process = worker_of(client, work)
        client.post(f"/works/{work}/cancel", headers=OWN)
        until(lambda: process.poll() is not None)
        assert files_below(served) == before
        assert client.get("/api/cases/harbour/overview").status_code == 200


def test_work_that_fails_tells_the_mistakes_of_the_case(assessed, tmp_path):
    served = served_copy(assessed, tmp_path)
    place = served / "harbour"
    with serving(served) as client:
        # the journal says what cannot be in any world: that is found when worlds are weighed
        file = place / "case.yaml"
        text = file.read_text(encoding="utf-8")
        certain = text.replace('{when: "shocks.new_government", p: 0.8}, {p: 0.2}', "{p: 0}")
        assert certain != text
        file.write_text(certain, encoding="utf-8")
        (place / "journal.csv").write_text(
            "recorded,known,indicator,outcome,on,source,note,replaces\n"
            "2025-02-05,2025-02-03,cabinet-list,yes,2025-02-01,gazette,,\n", encoding="utf-8",
        )  # fmt: skip
        address = "/cases/harbour/overview?as_of=2025-03-01"
        asked = client.get(f"/api{address}")
        assert asked.status_code == 202
        told = over(client, asked.json()["id"])
        assert told["stage"] == "failed"
        assert told["errors"]
        assert told["errors"][0]["found"]
        again = client.get(f"/api{address}")
        assert (again.status_code, again.json()["id"]) == (202, told["id"])
        assert again.json()["stage"] == "failed"  # a reload does not begin it anew
        page = client.get(address)
        assert f"/works/{told['id']}/again" in page.text
        assert client.post(f"/works/{told['id']}/again", headers=OWN).status_code == 303
        client.post(f"/works/{told['id']}/cancel", headers=OWN)


def test_mended_the_case_is_another_question(assessed, tmp_path):
    served = served_copy(assessed, tmp_path)
    with serving(served) as client:
        first = client.get("/api/cases/harbour/score").json()["id"]
        file = served / "harbour" / "case.yaml"
        file.write_text(file.read_text(encoding="utf-8").replace("p: 0.7", "p: 0.6"), "utf-8")
        assert client.get("/api/cases/harbour/score").json()["id"] != first


def test_no_such_work_is_told(assessed):
    with serving(assessed) as client:
        for path in ("/works/none", "/api/works/none"):
            assert client.get(path).status_code in {404, 422}
        for path in ("/works/none/cancel", "/works/none/again"):
            assert client.post(path, headers=OWN).status_code in {404, 422}


class Server:
    """``accord serve`` in a process of its own."""

    def __init__(self, folder, *before):
        words = [*before] if before else ACCORD
        self.process = subprocess.Popen(
            [*words, "serve", str(folder), "--port", "0", "--worlds", str(WORLDS), "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        said = self.process.stdout.readline()
        while said and not said.rstrip().endswith("}"):
            said += self.process.stdout.readline()
        self.address = json.loads(said)["address"].rstrip("/")
        self.own = {"Sec-Fetch-Site": "same-origin", "Origin": self.address}

    def post(self, path, data):
        return httpx.post(f"{self.address}{path}", data=data, headers=self.own, timeout=60)

    def get(self, path):
        return httpx.get(f"{self.address}{path}", timeout=60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()


@pytest.fixture(scope="module")
def two(assessed, tmp_path_factory):
    """A folder, and two servers of it."""
    served = served_copy(assessed, tmp_path_factory.mktemp("two"))
    with Server(served) as one, Server(served) as other:
        yield served, one, other


def test_two_servers_that_record_at_once_lose_nothing(two):
    served, one, other = two
    answers = []

    def write(server, days):
        for day in days:
            form = {"indicator": "cabinet-list", "outcome": "unknown", "source": "gazette",
                    "known": f"2025-02-{day:02}", "note": f"day {day}"}  # fmt: skip
            answers.append(server.post("/cases/harbour/journal", form).status_code)

    threads = [
        threading.Thread(target=write, args=(server, days))
        for server, days in ((one, range(4, 8)), (other, range(8, 12)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # each is written whole, or it was told that it was not: an earlier day comes too late
    lines = (served / "harbour" / "journal.csv").read_text(encoding="utf-8").splitlines()
    assert answers.count(303) == len(lines) - 1 > 0
    assert set(answers) <= {303, 422}
    noted = [line for line in lines if "day " in line]
    assert len(set(noted)) == len(noted) == len(lines) - 1
    assert len(load(served / "harbour", "latest").file.journal) == len(lines) - 1


def test_two_servers_that_edit_at_once_keep_both(two):
    served, one, other = two
    weights = {"patrol": 51, "clause": 31, "fees": 21}

    def write(server, name, found):
        path = f"positions.NORTH.values.{name}.weight"
        while True:  # told that the file was changed meanwhile, one sends it again
            answer = server.post(
                "/cases/harbour/edit?at=positions.NORTH", {f"v.{path}": str(weights[name])}
            )
            found.append(answer.status_code)
            if answer.status_code == 303:
                return

    found = []
    threads = [
        threading.Thread(target=write, args=(server, name, found))
        for server, name in ((one, "patrol"), (other, "clause"), (one, "fees"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = load(served / "harbour").numbers
    for name, weight in weights.items():
        assert numbers[f"positions.NORTH.values.{name}.weight"].central == weight
    assert found.count(303) == 3


# Serves as the command does, and stops for ever at the place of a save that is asked for.
STOPPING = """
import os, sys, time
from pathlib import Path
import accord.case.saving as saving
place = sys.argv.pop(1)
def stop():
    print("stopped", file=sys.stderr, flush=True)
    time.sleep(600)
put = saving.replace_file
def slow(file, content):
    if file.name == "case.yaml":
        if place == "half":
            file.with_name(f".{file.name}.new").write_bytes(content[: len(content) // 2])
            stop()
        put(file, content)
        if place == "after":
            stop()
    else:
        put(file, content)
saving.replace_file = slow
from accord.cli import main
main()
"""


@pytest.mark.parametrize("place", ["half", "after"])
def test_a_server_that_is_killed_while_it_saves_leaves_the_old_case_or_the_new(
    assessed, tmp_path, place
):
    served = served_copy(assessed, tmp_path)
    file = served / "harbour" / "case.yaml"
    old = file.read_bytes()
    new = old.replace(b"walk_away: 30", b"walk_away: 33")
    words = [sys.executable, "-c", STOPPING, place]
    with Server(served, *words) as server:
        form = {"v.positions.GUARD.walk_away": "33"}

        def send():
            with contextlib.suppress(httpx.HTTPError):  # it is killed
                server.post("/cases/harbour/edit?at=positions.GUARD", form)

        sender = threading.Thread(target=send)
        sender.start()
        assert server.process.stderr.readline() == "stopped\n"
        os.kill(server.process.pid, signal.SIGKILL)
        sender.join()
    assert file.read_bytes() == (new if place == "after" else old)
    with serving(served) as client:
        # the next server mends what was left, and goes on
        value = client.get("/api/cases/harbour/edit?at=positions.GUARD").json()["fields"]
        assert {"path": "positions.GUARD.walk_away", "support": "",
                "text": "33" if place == "after" else "30"} in [
            each | {"support": ""} for each in value
        ]  # fmt: skip
        answer = client.post("/cases/harbour/edit?at=positions.GUARD", headers=OWN,
                             data={"v.positions.GUARD.walk_away": "35"})  # fmt: skip
        assert answer.status_code == 303
        assert file.read_bytes() == old.replace(b"walk_away: 30", b"walk_away: 35")
        client.post("/cases/harbour/undo", headers=OWN)
        assert file.read_bytes() == (new if place == "after" else old)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_server_that_is_told_to_stop_takes_its_work_with_it(assessed, tmp_path, how):
    served = served_copy(assessed, tmp_path)
    before = files_below(served)
    with Server(served) as server:
        assert server.get("/api/cases").status_code == 200
        assert server.get("/api/cases/harbour/history").status_code == 202
        workers = children_of(server.process.pid)
        assert workers
        server.process.send_signal(how)
        server.process.wait(60)
        until(lambda: not any(alive(pid) for pid in workers))
    whole_runs = {
        name for name in files_below(served).keys() - before.keys() if "/." in name
    }  # fmt: skip
    assert whole_runs == set()


def children_of(pid):
    files = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(each) for file in files for each in file.read_text(encoding="ascii").split()]


def test_an_answer_of_long_work_is_what_the_library_says(assessed, tmp_path):
    from accord.watch.scores import score  # noqa: PLC0415

    served = served_copy(assessed, tmp_path)
    with serving(served) as client:
        told = whole(client, "/api/cases/harbour/score").json()
    found = score(served / "harbour", worlds=WORLDS, seed=1).as_json()
    assert told == json.loads(json.dumps(found))
