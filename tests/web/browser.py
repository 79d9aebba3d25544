"""A browser on the workbench of the product, and pages that keep a record of what goes wrong.

``workbench`` serves a folder of assessed cases in a process of its own; ``visiting`` opens contexts
of the system's Chromium. Whatever a page complains of, whatever fails to load, whatever it asks of
anybody but the server, and every violation of the Content Security Policy is told at the end of a
visit.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from serving import WORLDS

from accord.case.load import load
from accord.run.assess import assess
from accord.run.store import run_folder, save
from oracles.generator import random_case
from recordable import recordable
from teaching import ROOT, altered, put

NAMES = ("chromium", "chromium-browser", "google-chrome")
AXE = ROOT / "tests" / "data" / "axe" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CASCADE = 2
"""A generated case in which ECHO's leaving takes FOXTROT along, and then BRAVO."""

TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", event =>
  console.error("policy: " + event.violatedDirective + " " + event.blockedURI))"""


@dataclass
class Bench:
    """The server: its address, the folder it serves, and its process."""

    address: str
    folder: Path
    process: subprocess.Popen


def assessed_copy(place, target):
    """A case with its run at hand, and copies of both for tests that write."""
    case = load(place)
    run = assess(case, worlds=WORLDS, seed=1)
    save(run, run_folder(place, case, "stated", tuple(case.file.packages)))
    for name in target:
        shutil.copytree(place, place.with_name(name))


def cases_to_serve(folder):
    """Every case that the visits need."""
    place = altered(folder).rename(folder / "harbour-pact")
    assessed_copy(place, ("built", "edited"))
    place = recordable(folder).rename(folder / "journal")
    assessed_copy(place, ())
    (folder / "cascade").mkdir()
    put(folder / "cascade", "case.yaml", json.dumps(random_case(CASCADE)))
    assessed_copy(folder / "cascade", ())


@pytest.fixture(scope="module")
def workbench(tmp_path_factory):
    """``accord serve`` on a folder of cases, ended by its own process."""
    folder = tmp_path_factory.mktemp("served")
    cases_to_serve(folder)
    command = [Path(sys.executable).with_name("accord"), "serve", folder, "--port", "0",
               "--worlds", str(WORLDS), "--json"]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            text = ""
            for line in process.stdout:
                text += line
                if line.startswith("}"):
                    break
            yield Bench(json.loads(text)["address"].rstrip("/"), folder, process)
            assert process.poll() is None, "the server ended by itself"
        finally:
            process.terminate()
            process.wait()


@pytest.fixture(scope="module")
def chromium():
    """The system's Chromium, for one module: while it is open no other loop can run."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed")
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page in a context of its own, and everything that went wrong on it."""

    page: object
    address: str
    wrong: list = field(default_factory=list)
    expected: set = field(default_factory=set)

    def open(self, path):
        """Go to a path of the server, and wait until what it asks for is worked out."""
        answer = self.page.goto(self.address + path)
        self.settle()
        return answer

    def settle(self):
        """Wait until no work is shown any more."""
        self.page.locator("#work").wait_for(state="detached", timeout=120_000)
        self.page.wait_for_load_state("load")

    def whole(self):
        """Wait until every test has answered."""
        self.page.locator("#answer:not([hx-get])").wait_for()

    def shares(self):
        """What the builder says of each test, as it is read."""
        self.whole()
        rows = self.page.locator("#answer .tests tbody tr").all()
        return {
            row.locator("th").inner_text(): row.locator("td").first.inner_text() for row in rows
        }

    def told(self):
        """What went wrong and was not expected."""
        return [each for each in self.wrong if not any(re.search(e, each) for e in self.expected)]


def watch(context, address, wrong):
    """Write down whatever goes wrong in a context."""
    context.add_init_script(TELL_VIOLATIONS)
    context.on("console", lambda told: wrong.append(f"console: {told.text} {told.location['url']}")
               if told.type in {"error", "warning"} else None)  # fmt: skip
    context.on("weberror", lambda told: wrong.append(f"error: {told.error}"))
    # a page that is left, or an answer that is no longer wanted, gives its requests up itself
    context.on("requestfailed", lambda asked: wrong.append(f"failed: {asked.url} {asked.failure}")
               if asked.failure != "net::ERR_ABORTED" else None)  # fmt: skip
    context.on("request", lambda asked: None if asked.url.startswith((address + "/", "data:"))
               else wrong.append(f"elsewhere: {asked.url}"))  # fmt: skip
    context.on("response", lambda answer: wrong.append(f"status: {answer.status} {answer.url}")
               if answer.status >= 500 else None)  # fmt: skip


@contextmanager
def visiting(chromium, bench, *, width=1280, **options):
    """A visit; at its end nothing may have gone wrong but what was expected."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
    context.set_default_timeout(20_000)
    try:
        visit = Visit(None, bench.address)
        watch(context, bench.address, visit.wrong)
        visit.page = context.new_page()
        yield visit
        assert visit.told() == []
    finally:
        context.close()


@pytest.fixture
def visit(chromium, workbench):
    """A visit at 1280 px."""
    with visiting(chromium, workbench) as found:
        yield found


ASK_AXE = """async rules => {
  const options = {runOnly: rules, resultTypes: ["violations"], preload: false};
  const found = await axe.run(document, options);
  const told = found.violations.map(one => [one.id, one.nodes[0].html.slice(0, 200)]);
  return [found.passes.length, told];
}"""


def violations(page):
    """Rules of WCAG 2 A and AA that a page breaks, with the first place of each."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    passed, broken = page.evaluate(ASK_AXE, RULES)
    assert passed, "axe looked at nothing"
    return broken
