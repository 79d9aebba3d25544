"""The documentation is run: what a page shows is what the commands print."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    "README.md",
    "docs/tutorial.md",
    "docs/textbook/acceptable.md",
    "docs/textbook/deliverable.md",
    "docs/textbook/credible.md",
    "docs/textbook/durable.md",
]
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page: str) -> list[tuple[str, str]]:
    return BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))


def commands(block: str) -> list[tuple[str, list[str]]]:
    """Each command of a console block with the lines shown below it."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line.rstrip())
    return found


def run(words: list[str], folder: Path) -> str:
    environment = {**os.environ, "PYTHONWARNINGS": "default"}
    done = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, timeout=120, env=environment, check=False
    )
    assert done.returncode == 0, f"{words}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout + done.stderr


def assert_shown(expected: list[str], printed: str) -> None:
    """Lines appear in the order shown; an ellipsis stands for any others."""
    lines = [line.rstrip() for line in printed.splitlines()]
    at, gap = 0, False
    for wanted in expected:
        if wanted == "…":
            gap = True
            continue
        rest = lines[at:] if gap else lines[at : at + 1]
        assert wanted in rest, f"{wanted!r} is not printed; printed: {printed[-3000:]}"
        at += rest.index(wanted) + 1
        gap = False


@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_a_page_does_what_it_shows(page, tmp_path):
    shutil.copytree(
        ROOT / "cases" / "harbour-pact",
        tmp_path / "cases" / "harbour-pact",
        ignore=shutil.ignore_patterns("runs"),
    )
    shutil.copytree(ROOT / "docs" / "textbook", tmp_path / "docs" / "textbook")
    accord = str(Path(sys.executable).with_name("accord"))
    seen = 0
    for language, block in blocks(page):
        if language == "python":
            run([sys.executable, "-c", block], tmp_path)
            seen += 1
            continue
        for command, expected in commands(block):
            words = shlex.split(command)
            assert words[0] == "accord"
            assert_shown(expected, run([accord, *words[1:]], tmp_path))
            seen += 1
    assert seen >= (1 if "textbook" in page else 5)
