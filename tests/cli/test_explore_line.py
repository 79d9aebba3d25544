"""What is told while an exploration goes on."""

import pytest

from accord.cli.explore_line import Line
from accord.theory.search.branch import Progress


@pytest.fixture
def clock(monkeypatch):
    """A clock that is set by hand."""

    class Clock:
        now = 1000.0

    monkeypatch.setattr("accord.cli.explore_line.time.monotonic", lambda: Clock.now)
    return Clock


@pytest.mark.parametrize(("target", "words"), [
    (20, "75% of packages shown not to be 2.0 points better"),
    (0, "75% of packages shown not to be better"),
])  # fmt: skip
def test_the_line_says_by_how_much_no_package_is_better(target, words, capsys, clock):
    line = Line()
    clock.now += 20
    # gone on with: longer under way than it may take from here
    line.searching(Progress(100, 140, target, 5000, 70.0, 0.75, 53.0), 1000)
    assert capsys.readouterr().err.strip() == (
        f"best 10.0%, nothing above 14.0%, gap 4.0 points; {words} (70 s, at most 53 s left)"
    )


def test_the_time_that_tables_take_is_counted_from_where_they_began(capsys, clock):
    line = Line()
    clock.now += 20
    line.making(0.5)
    assert capsys.readouterr().err == "class tables 50% (20 s, about 20 s left)\n"
    clock.now += 20
    line.making(1.0)
    clock.now += 60
    line.searching(Progress(100, 140, 0, 5000, 59.0, 0.75, 1.0), 1000)
    capsys.readouterr()
    clock.now += 30
    line.making(0.25)
    assert capsys.readouterr().err == "class tables 25% (30 s, about 90 s left)\n"


def test_tables_after_a_search_that_told_nothing_are_counted_by_themselves(capsys, clock):
    line = Line()
    clock.now += 60
    line.making(1.0)
    capsys.readouterr()
    clock.now += 10
    line.making(0.1)
    clock.now += 10
    line.making(0.5)
    assert "class tables 50% (10 s, about 10 s left)" in capsys.readouterr().err
