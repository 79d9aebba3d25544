"""How the shares of a package moved as things became known: a curve, and a sentence a step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from accord.brief.document import Chart, Paragraph, Section, Table, Text
from accord.brief.plain import day_text
from accord.brief.words import joined, percent

__all__ = ["history_section", "step_sentences"]

NINE_TENTHS = 1.645
"""Standard errors on either side that make a 90% interval."""

SEEN = 0.005
"""The smallest movement that is told, half a point."""

_WORDS = {
    "acceptable": "acceptable",
    "deliverable": "deliverable",
    "credible": "credible",
    "durable": "durable",
    "joint": "all tests together",
}

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def history_section(found: Mapping[str, Any], package: str) -> Section:
    """The history of one package as a section.

    Parameters
    ----------
    found : mapping
        What :func:`accord.watch.history.history` gives.
    package : str
        One of its packages.
    """
    steps = [step for step in found["steps"] if package in step["shares"]]
    title = found["packages"][package]
    kicker = f"The history of {title}"
    if not steps:
        return Section("history", kicker, ("It stood in the case on no day",), (), free=True)
    note: Text = (
        "Each step is what was known by that day and nothing that came later. Bands are the "
        "sampling error of nine tenths.",
    )
    blocks = (_chart(found, package, steps), Paragraph(note, "note"))
    return Section("history", kicker, (_headline(steps, package),), blocks, free=True)


def step_sentences(found: Mapping[str, Any], package: str) -> tuple[str, ...]:
    """For each step, what it did to the shares of a package."""
    title = found["packages"][package]
    sentences = []
    for number, step in enumerate(found["steps"]):
        if package not in step["shares"]:
            sentences.append(f"{title} did not stand in the case yet.")
        elif number == 0:
            sentences.append("Here it begins.")
        else:
            sentences.append(_moved(step["changed"].get(package, {}), title))
    return tuple(sentences)


def _moved(changes: Mapping[str, Any], title: str) -> str:
    told = [
        f"{_WORDS[test]} {_points(each['difference'])} ± {164.5 * each['se']:.1f}"
        for test, each in changes.items()
        if _is_seen(each)
    ]
    if not told:
        return f"Nothing about {title} moved by more than chance and half a point."
    return f"{title}, in points: {joined(told)}."


def _is_seen(change: Mapping[str, Any]) -> bool:
    size = abs(change["difference"])
    return bool(size >= SEEN and size > NINE_TENTHS * change["se"])


def _points(difference: float) -> str:
    return f"{100 * difference:+.1f}".replace("-", "−")


def _headline(steps: Sequence[Mapping[str, Any]], package: str) -> str:
    """What moved most from the first day to the last, and the step that moved it most."""
    first, last = steps[0]["shares"][package], steps[-1]["shares"][package]
    moved = {
        test: last[test]["share"] - first[test]["share"]
        for test in first
        if test in last and test != "joint"
    }
    test = max(moved, key=lambda name: abs(moved[name]), default=None)
    if test is None or abs(moved[test]) < SEEN:
        return "From the first day to the last its shares hardly moved"
    words = f"from {percent(first[test]['share'])} to {percent(last[test]['share'])}"
    headline = f"It became {'more' if moved[test] > 0 else 'less'} {_WORDS[test]}: {words}"
    change, why = max(
        ((_change(step, package, test), step) for step in steps[1:]),
        key=lambda pair: abs(pair[0]),
        default=(0.0, None),
    )
    if why is None or abs(change) < SEEN:
        return headline
    day = day_text(dt.date.fromisoformat(why["date"]))
    return f"{headline}; the widest step came on {day}"


def _change(step: Mapping[str, Any], package: str, test: str) -> float:
    return float(step["changed"].get(package, {}).get(test, {}).get("difference", 0.0))


def _chart(
    found: Mapping[str, Any], package: str, steps: Sequence[Mapping[str, Any]]
) -> Chart:  # fmt: skip
    days = [dt.date.fromisoformat(step["date"]) for step in steps]
    start = days[0]
    tests = [test for test in found["tests"] if any(test in s["shares"][package] for s in steps)]
    data = []
    for test in tests:
        for day, step in zip(days, steps, strict=True):
            share = step["shares"][package].get(test)
            if share is not None:
                data.append(_row((day - start).days, test, share))
    return Chart(
        f"history-{package}",
        (f"{found['packages'][package]} from {day_text(start)} to {day_text(days[-1])}",),
        "curves",
        tuple(data),
        _table(found, package, steps, tests),
        {"steps": True, "marks": _marks(days)},
    )


def _row(day: int, test: str, share: Mapping[str, float]) -> dict[str, Any]:
    reach = NINE_TENTHS * share["se"]
    return {
        "year": day,
        "rule": _WORDS[test].capitalize(),
        "share": share["share"],
        "low": max(share["share"] - reach, 0.0),
        "high": min(share["share"] + reach, 1.0),
    }


def _marks(days: Sequence[dt.date]) -> dict[int, str]:
    """The first of each month between the ends, in days from the start; the start where none."""
    start, marks = days[0], {0: _month(days[0])}
    month = start.replace(day=1)
    while True:
        month = (month + dt.timedelta(days=32)).replace(day=1)
        if month > days[-1]:
            return marks
        marks[(month - start).days] = _month(month)


def _month(day: dt.date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year % 100:02d}"


def _table(
    found: Mapping[str, Any], package: str, steps: Sequence[Mapping[str, Any]],
    tests: Sequence[str],
) -> Table:  # fmt: skip
    header: tuple[Text, ...] = (
        ("Day",), ("What became known",), *((_WORDS[test].capitalize(),) for test in tests),
    )  # fmt: skip
    rows = tuple(
        (
            (step["date"],),
            ("; ".join(each["title"] for each in step["moved"]),),
            *((_share(step["shares"][package].get(test)),) for test in tests),
        )
        for step in steps
    )
    caption = f"Share of worlds, consent: {found['consent'].replace('-', ' ')}"
    return Table((caption,), header, rows, "ll" + "r" * len(tests))


def _share(share: Mapping[str, float] | None) -> str:
    if share is None:
        return "–"
    return f"{percent(share['share'])} ± {max(164.5 * share['se'], 0.1):.1f}"
