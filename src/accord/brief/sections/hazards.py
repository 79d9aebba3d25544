"""What would end it in each year, given that it still stood when the year began."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accord.brief.desk import Desk
from accord.brief.document import Block, Chart, Figure, Paragraph, Span, Table, Text
from accord.brief.labels import actor_span, package_span, reason_spans
from accord.brief.plain import plain_text
from accord.brief.words import count_words, percent

__all__ = ["hazards", "standing", "year_number"]

FEWEST_WORLDS = 50
"""Of equal weight, still standing: with fewer a year is not drawn."""

FEWEST_TOLD = 10
"""The same for the table."""

MOST_CAUSES = 4
LEAST_SHARE = 0.01
"""Of all worlds that a cause ends: with less it is counted among the others."""

Record = Mapping[str, Any]


def hazards(desk: Desk, detail: Record) -> list[Block]:
    """The chart of hazards by cause under the leading rule."""
    lived = detail["rules"][desk.rule]
    record = lived["hazards"]
    if not record["causes"]:
        return [Paragraph(("Nothing ends it in any sampled world, so no year stands out.",))]
    told = _told(lived)
    table = _table(desk, record, told, lived["survival"])
    data = [
        _row(desk, record, cause, year)
        for cause in told
        for year in range(1, len(record["any"]) + 1)
    ]
    chart = Chart(
        "hazards",
        _title(desk, record),
        "columns",
        tuple(data),
        table,
        {"x_title": "years since signing"},
        _note(desk, record),
    )
    return [chart]


def standing(desk: Desk, rule: str, year: int, record: Record) -> Figure:
    """The share of worlds in which it still stands after so many years."""
    name, key = f"{desk.lead}.durable.{rule}.survival.{year}", desk.key("durable", rule=rule)
    if year == 0:
        return desk.ledger.number(name, 1.0, "100%", "it stands at signing by definition", key)
    text = "share of worlds in which it still stands after so many years"
    return desk.ledger.detail(name, record, text, key)


def year_number(desk: Desk, year: int) -> Figure:
    """A year as a figure."""
    return desk.ledger.number(f"years.{year}", float(year), str(year), "years since signing", "||")


def _told(lived: Record) -> list[str]:
    """The causes that end most, the first of them always."""
    ends = {cause: sum(shares) for cause, shares in lived["endings"].items()}
    ordered = sorted(ends, key=lambda cause: -ends[cause])
    return [c for c in ordered[:MOST_CAUSES] if ends[c] >= LEAST_SHARE] or ordered[:1]


def _row(desk: Desk, record: Record, cause: str, year: int) -> dict[str, Any]:
    row: dict[str, Any] = {"cause": plain_text(_cause(desk, cause)), "year": year}
    figure = _figure(desk, record, cause, year)
    if figure is None or record["worlds"][year - 1] < FEWEST_WORLDS:
        return {**row, "share": None, "low": None, "high": None}
    return {**row, "share": figure.value, "low": figure.low, "high": figure.high}


def _figure(desk: Desk, record: Record, cause: str, year: int) -> Figure | None:
    """The chance of an end by a cause, or by ``any``; None where no world reaches the year."""
    found = (record["any"] if cause == "any" else record["causes"][cause])[year - 1]
    if found is None:
        return None
    known = {key: record[key][year - 1] for key in ("worlds", "blocks")}
    by = "anything" if cause == "any" else cause
    return desk.ledger.detail(
        f"{desk.lead}.durable.{desk.rule}.hazard.{cause}.{year}",
        {**found, **known},
        f"share of worlds in which {by} ends it in year {year}, among those in which it still "
        "stood when the year began",
        desk.key("durable"),
    )


def _cause(desk: Desk, name: str) -> Text:
    """A cause as the head of a panel or column."""
    kind, _, rest = name.partition(":")
    if kind == "attack":
        return ("An attack",)
    if kind == "reversal":
        return ("An attack let in by a reversal of policy in ", actor_span(desk.run, rest))
    return reason_spans(desk.run, name)


def _table(desk: Desk, record: Record, told: list[str], curve: list[Record]) -> Table:
    others = len(record["causes"]) > len(told)
    header: list[Text] = [("Year",), ("Still stands when it begins",)]
    header += [_cause(desk, cause) for cause in told]
    header += [("Anything else",)] if others else []
    header.append(("Any of these",))
    rows = []
    for year in range(1, len(record["any"]) + 1):
        stands = standing(desk, desk.rule, year - 1, curve[year - 1])
        cells = [_cell(desk, record, cause, year) for cause in told]
        cells += [_others(desk, record, told, year)] if others else []
        cells.append(_cell(desk, record, "any", year))
        rows.append(((year_number(desk, year),), (stands,), *cells))
    caption: Text = (
        "Chance that ",
        package_span(desk.run, desk.lead),
        " ends in a year, given that it still stands when the year begins, by cause",
    )
    return Table(caption, tuple(header), tuple(rows), "r" * len(header))


def _cell(desk: Desk, record: Record, cause: str, year: int) -> Text:
    figure = _figure(desk, record, cause, year)
    if figure is None:
        return ("no world left",)
    return (figure,) if record["worlds"][year - 1] >= FEWEST_TOLD else ("too few worlds",)


def _others(desk: Desk, record: Record, told: list[str], year: int) -> Text:
    """What the causes that are not told make up together."""
    if record["worlds"][year - 1] < FEWEST_TOLD:
        return _cell(desk, record, "any", year)
    causes = [rows for cause, rows in record["causes"].items() if cause not in told]
    value = float(sum(rows[year - 1]["share"] for rows in causes))
    return (
        desk.ledger.number(
            f"{desk.lead}.durable.{desk.rule}.hazard.others.{year}", value, percent(value),
            f"sum of the chances of an end in year {year} by the causes that have no column",
            desk.key("durable"),
        ),
    )  # fmt: skip


def _title(desk: Desk, record: Record) -> Text:
    whole = {t: found["share"] for t, found in enumerate(record["any"]) if found is not None}
    clear = {t: s for t, s in whole.items() if record["worlds"][t] >= FEWEST_WORLDS} or whole
    worst = max(clear, key=lambda t: clear[t])
    shares = {cause: rows[worst]["share"] for cause, rows in record["causes"].items()}
    cause = max(shares, key=lambda name: shares[name])
    most = "most of it" if shares[cause] > 0.5 * clear[worst] else "the largest part of it"
    comes: list[Span] = [f", and {most} comes from ", *reason_spans(desk.run, cause)]
    if len(record["any"]) == 1:
        return ("It has one year to last; the danger comes first of all from ", *comes[1:])
    if len(clear) > 1 and min(clear.values()) > 0.8 * clear[worst]:
        return ("The danger is much the same in every year", *comes)
    return (f"The danger is greatest in year {count_words(worst + 1)}", *comes)


def _note(desk: Desk, record: Record) -> Text:
    """How to read it, and which years are left out."""
    spans: list[Span] = [
        "Chance of ending in a year, given that it still stands when the year begins, whether or "
        "not keeping it is an equilibrium. Lines hold nine tenths of the sampling error",
    ]
    thin = [t for t, worlds in enumerate(record["worlds"], start=1) if worlds < FEWEST_WORLDS]
    if thin:
        fewest = desk.ledger.count(
            "hazards.fewest", FEWEST_WORLDS, "worlds still standing below which no year is drawn"
        )
        since = f"; from year {count_words(thin[0])} on" if len(thin) > 1 else "; in the last year"
        spans += [f"{since} fewer than ", fewest, " worlds still stand: see the table"]
    return (*spans, ".")
