"""How likely each step on the way is by when."""

from __future__ import annotations

import datetime as dt

from accord.brief.desk import Desk
from accord.brief.document import Block, Day, FromCase, Paragraph, Span, Table, Text
from accord.brief.labels import spans_joined
from accord.watch.steps import Step, steps

__all__ = ["step_table"]


def step_table(desk: Desk) -> list[Block]:
    """A table of milestones by day; nothing where no question about one is open."""
    found = steps(desk.run)
    if not found:
        return []
    days = list(found[0].chances)
    needs = any(step.record.needs for step in found)
    header: list[Text] = [("Step",), *([("Only after",)] if needs else [])]
    header += [("By ", Day(day)) for day in days]
    rows = [_row(desk, step, days, needs=needs) for step in found]
    align = "l" * (2 if needs else 1) + "r" * len(days)
    note: Text = (
        "Mean over worlds, given what is known so far; the days are those on which open questions "
        "about these steps end.",
    )
    caption: Text = ("How likely each step is by when",)
    return [Table(caption, tuple(header), tuple(rows), align), Paragraph(note, "note")]


def _row(desk: Desk, step: Step, days: list[dt.date], *, needs: bool) -> tuple[Text, ...]:
    after: Text = spans_joined([(_title(desk, name),) for name in step.record.needs], "and")
    cells: list[Text] = [(_title(desk, step.name),), *([after] if needs else [])]
    for day in days:
        if step.reached is not None:
            cells.append(("reached ", Day(step.reached)))
            continue
        value = step.chances[day]
        cells.append((_chance(desk, step.name, day, value),))
    return tuple(cells)


def _title(desk: Desk, name: str) -> FromCase:
    title = desk.run.case.file.milestones[name].title
    return FromCase(f"milestones.{name}.title", title or name.replace("-", " ").replace("_", " "))


def _chance(desk: Desk, name: str, day: dt.date, value: float) -> Span:
    low = 0 < value < 0.005
    return desk.ledger.number(
        f"milestones.{name}.by.{day.isoformat()}", value,
        "< 1%" if low else f"{100 * value:.0f}%",
        "mean over worlds of P(reached by that day | world, what is known)",
        "|watch|",
    )  # fmt: skip
