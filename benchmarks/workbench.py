"""Times of the workbench in a real browser, and of what it asks; words 1 2 3 4 choose.

Jobs: 1 from a change of a level to the repainted answer, 2 bytes and requests of the first page,
3 ranking 40 indicators in 8,192 worlds, 4 recording an event and weighing the worlds anew. The
flagship case, 2,048 worlds, its run made beforehand, in a temporary copy. Goals are for two cores
that nobody else uses; the load of the machine stands below the table.
"""

from __future__ import annotations

import http.client
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import numpy as np
from numpy.typing import NDArray

import accord
from accord.case.load import load
from accord.run.assess import assess
from accord.run.store import run_folder, save
from accord.theory.information import indication, sample_value
from accord.worlds.weights import journal_weights
from accord.worlds.worlds import draw
from credible import FLAGSHIP, clock

Floats = NDArray[np.float64]
Gains = list[tuple[float, float]]
WORLDS, CHANGES = 2048, 30
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
HOME = f"/cases/{FLAGSHIP.name}"

CHANGE = """([select, value]) => new Promise(done => {
  const field = document.getElementById(select), before = document.getElementById("answer");
  let begin, quick = null;
  const watcher = new MutationObserver(() => {
    const now = document.getElementById("answer");
    if (now === null || now === before) return;
    if (quick === null) {
      quick = 0;
      requestAnimationFrame(() => { quick = performance.now() - begin; });
    }
    if (now.hasAttribute("hx-get")) return;
    watcher.disconnect();
    requestAnimationFrame(() => done([quick, performance.now() - begin]));
  });
  watcher.observe(document.querySelector(".two"), {childList: true, subtree: true});
  field.value = value;
  begin = performance.now();
  field.dispatchEvent(new Event("change", {bubbles: true}));
})"""
"""Change a field, and wait for the first frames after the quick and after the whole answer."""


def row(
    job: str, ours: str, goal: str, met: bool | None, peer: str = "–", figure: str = "–"
) -> None:
    """Print one line of the table."""
    told = "–" if met is None else "yes" if met else "NO"
    print(f"| {job} | {ours} | {peer} | {figure} | {goal} | {told} |", flush=True)


def spread(times: list[float]) -> str:
    """Median and worst, in milliseconds."""
    return f"{1000 * statistics.median(times):.0f} ms, worst {1000 * max(times):.0f} ms"


@contextmanager
def served() -> Iterator[tuple[str, Path, int]]:
    """The address of a server on a copy of the case with its run, the copy, and its process."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / FLAGSHIP.name
        shutil.copytree(FLAGSHIP, copy, ignore=shutil.ignore_patterns("runs"))
        case = load(copy)
        run = assess(case, worlds=WORLDS, seed=1)
        save(run, run_folder(copy, case, "stated", tuple(case.file.packages)))
        accord_ = Path(sys.executable).with_name("accord")
        command = [accord_, "serve", folder, "--port", "0", "--worlds", str(WORLDS), "--json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            text = ""
            while not text.rstrip().endswith("}"):
                text += process.stdout.readline()
            try:
                yield json.loads(text)["address"].rstrip("/"), copy, process.pid
            finally:
                process.terminate()


@contextmanager
def browsing() -> Iterator[Any]:
    """A page of the system's Chromium."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  of the tests' extra

    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        sys.exit(f"found no browser; wanted one of {', '.join(BROWSERS)}")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": 1280, "height": 900})
        browser.close()


def changes(copy: Path, shift: int) -> list[tuple[str, str]]:
    """A level of every provision that its package does not have, then another one, in turn."""
    case = load(copy)
    now = case.chosen(next(iter(case.file.packages)))
    turns = []
    for turn in range(1, 4):
        for name, provision in case.file.provisions.items():
            levels = list(provision.levels)
            place = (levels.index(now[name]) + turn + shift) % len(levels)
            if levels[place] != now[name]:
                turns.append((name, levels[place]))
    return turns[:CHANGES]


def repainting() -> None:
    """1: from a change to the repainted answer, and the part of it that the server takes."""
    with served() as (address, copy, process):
        with browsing() as page:
            page.goto(f"{address}{HOME}/builder")
            page.locator("#answer:not([hx-get])").wait_for()
            times = [
                page.evaluate(CHANGE, [f"p-{name}", f"{name}:{level}"])
                for name, level in changes(copy, 0)
            ]
        quick, whole = ([t[part] / 1000 for t in times] for part in (0, 1))
        row("change to repainted consent and delivery", spread(quick), "100 ms",
            statistics.median(quick) < 0.1)  # fmt: skip
        row("change to all four tests repainted", spread(whole), "–", None)
        quick, whole, effort = asking(address, copy, process)
    row("of it the server, quick answer", f"{spread(quick)}; {effort[0]} of processor", "50 ms",
        statistics.median(quick) < 0.05)  # fmt: skip
    row("of it the server, all four tests", f"{spread(whole)}; {effort[1]} of processor", "200 ms",
        statistics.median(whole) < 0.2)  # fmt: skip


def asking(
    address: str, copy: Path, process: int
) -> tuple[list[float], list[float], tuple[str, str]]:
    """Seconds of the quick and of the whole answer over the wire, about packages not asked yet.

    Beside them the mean time of processors that the server used for each, which others' work does
    not lengthen so much.
    """
    chosen: dict[str, str] = {}
    found: tuple[list[float], list[float]] = ([], [])
    used = [0.0, 0.0]
    wire = http.client.HTTPConnection(urlsplit(address).netloc)
    for name, level in changes(copy, 1):
        chosen[name] = level
        pairs = [("level", f"{key}:{value}") for key, value in chosen.items()]
        for kind, more in enumerate(([], [("whole", "true")])):
            before, begin = processor(process), time.perf_counter()
            wire.request("GET", f"{HOME}/builder/answer?{urlencode(pairs + more)}")
            answer = wire.getresponse()
            assert answer.status == 200
            assert b"Acceptable" in answer.read()
            found[kind].append(time.perf_counter() - begin)
            used[kind] += processor(process) - before
    wire.close()
    quick, whole = (f"{1000 * each / len(found[0]):.0f} ms" for each in used)
    return *found, (quick, whole)


def processor(process: int) -> float:
    """Seconds that a process has had of all processors, 0 where the system does not tell."""
    file = Path(f"/proc/{process}/stat")
    if not file.exists():
        return 0.0
    words = file.read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def first_page() -> None:
    """2: bytes as they are sent, and requests, of the first page with an empty cache."""
    with served() as (address, _, _), browsing() as page:
        asked: list[str] = []
        sizes: list[float] = []
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", lambda told: asked.append(told["request"]["url"]))
        session.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
        page.goto(f"{address}{HOME}/overview")
        page.wait_for_load_state("networkidle")
    asked = [each for each in asked if not each.startswith("data:")]
    outside = [each for each in asked if not each.startswith(address)]
    row("first page, bytes", f"{sum(sizes) / 1000:.0f} kB", "500 kB", sum(sizes) < 500_000)
    row("first page, requests", f"{len(asked)}, {len(outside)} outside", "< 15, none outside",
        len(asked) < 15 and not outside)  # fmt: skip


def ranked(verdict: Floats, events: Floats, worth: Floats, weights: Floats) -> Gains:
    """Information gain and value of each indicator."""
    return [
        (indication(verdict, event, weights).gain, sample_value(worth, event, weights).gain)
        for event in events
    ]


def by_loops(verdict: Floats, events: Floats, worth: Floats, weights: Floats) -> Gains:
    """The same, world after world."""
    weights = weights / weights.sum()
    table = np.zeros((len(events), 2, 2))
    parts = np.zeros((len(events), 2, len(worth)))
    for world, weight in enumerate(weights):
        chances = np.array([events[:, world], 1 - events[:, world]]).T * weight
        passing = np.array([verdict[world], 1 - verdict[world]])
        table += chances[:, :, None] * passing
        parts += chances[:, :, None] * worth[:, world]
    rows, columns = table.sum(axis=2, keepdims=True), table.sum(axis=1, keepdims=True)
    gains = (table * np.log2(table / (rows * columns))).sum(axis=(1, 2))
    now = np.maximum(parts.sum(axis=1).max(axis=1), 0)
    values = np.maximum(parts.max(axis=2), 0).sum(axis=1) - now
    return list(zip(gains, values, strict=True))


def ranking() -> None:
    """3: 40 indicators × 8,192 worlds, with 11 packages to choose among."""
    source = np.random.default_rng(5)
    events = source.beta(2, 2, (40, 8192))
    verdict, weights = source.random(8192), source.integers(1, 65536, 8192).astype(np.float64)
    worth = source.normal(0, 1, (11, 8192)) + events[:11] - 0.5
    seconds, ours = clock(lambda: ranked(verdict, events, worth, weights), 5)
    theirs, other = clock(lambda: by_loops(verdict, events, worth, weights), 1)
    assert np.allclose(ours, other, rtol=1e-6, atol=1e-12)
    row("40 indicators × 8,192 worlds × 11 packages", f"{1000 * seconds:.0f} ms", "50 ms",
        seconds < 0.05, "world after world, numpy", f"{theirs:.1f} s")  # fmt: skip


def recording() -> None:
    """4: an event written to the journal, and every world weighed with it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "case"
        shutil.copytree(FLAGSHIP, copy, ignore=shutil.ignore_patterns("runs"))
        (copy / "journal.csv").unlink()  # every question of it has its answer
        case = load(copy, "latest")
        worlds = draw(case, WORLDS, 1)
        source, known = next(iter(case.file.sources)), case.as_of
        recorded = math.inf
        for asked in list(case.file.watch)[:5]:
            begin = time.perf_counter()
            day = case.file.watch[asked].deadline
            written = accord.record(copy, asked, "no", source=source, on=day)
            recorded = min(recorded, time.perf_counter() - begin)
            known = max(known, written.entry.known)
        after = load(copy, known)
        weighing: Callable[[], Any] = lambda: journal_weights(after, worlds)  # noqa: E731
        weighed, (_, weights) = clock(weighing)
    assert weights.effective < WORLDS
    row("an event recorded, worlds weighed anew", f"{recorded:.2f} + {weighed:.2f} s", "0.3 s",
        recorded + weighed < 0.3)  # fmt: skip


JOBS = {"1": repainting, "2": first_page, "3": ranking, "4": recording}


def main(words: list[str]) -> None:
    """Print the table of some jobs, by default of all, and the load of the machine."""
    heads = ["job", "accord", "peer", "peer's figure", "goal", "met"]
    print("| " + " | ".join(heads) + " |\n|" + " --- |" * len(heads), flush=True)
    before = os.getloadavg()[0]
    for word in words or list(JOBS):
        JOBS[word]()
    after = os.getloadavg()[0]
    print(f"\nLoad of {os.cpu_count()} processors: {before:.1f} before, {after:.1f} after")


if __name__ == "__main__":
    main(sys.argv[1:])
