"""What is told while an exploration goes on."""

import time

import pytest

from accord.cli.explore_line import Line
from accord.theory.search.branch import Progress


@pytest.mark.parametrize(("target", "words"), [
    (20, "75% of packages shown not to be 2.0 points better (7 s)"),
    (0, "75% of packages shown not to be better (7 s)"),
])  # fmt: skip
def test_the_line_says_by_how_much_no_package_is_better(target, words, capsys, monkeypatch):
    line, later = Line(), time.monotonic() + 20
    monkeypatch.setattr("accord.cli.explore_line.time.monotonic", lambda: later)
    line.searching(Progress(100, 140, target, 5000, 0.75, 7.0, 0.75), 1000)
    assert capsys.readouterr().err.strip() == (
        f"best 10.0%, nothing above 14.0%, gap 4.0 points; {words}"
    )
