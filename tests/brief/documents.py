"""Cases, documents and charts for the tests of the brief, with a hostile one among them."""

import datetime as dt
from functools import cache
from pathlib import Path

from accord.brief.document import (
    Basis,
    Chart,
    Day,
    Document,
    Figure,
    FromCase,
    Items,
    Link,
    Paragraph,
    Section,
    Strong,
    Table,
)
from accord.brief.write import write
from accord.case.load import load
from accord.run.assess import assess

ROOT = Path(__file__).parents[2]
NASTY = """<script>alert("1")</script>'"&amp;]]> {{ 7*7 }} | *x* `y` [z](javascript:1)"""


@cache
def real(name: str, worlds: int):
    """The document of a run and its case."""
    case = load(ROOT / "cases" / name)
    return write(assess(case, worlds=worlds)), case


@cache
def written_case():
    """The teaching case."""
    return load(ROOT / "cases" / "harbour-pact")


def chart(kind: str, data, title="A finding", **options) -> Chart:
    """A chart with an empty table."""
    table = Table(("The data",), (("Row",),), ())
    return Chart(f"test-{kind}", (title,), kind, tuple(data), table, options)


def charts(name="Name") -> list[Chart]:
    """One chart of every kind, all labels made from one name."""
    rows = [{"label": f"{name} {i}", "share": s, "se": 0.01} for i, s in enumerate((0.0, 0.4, 1.0))]
    dots = [
        {"level": f"{name} {i}", "test": test, "share": 0.2 * i, "own": i == 1}
        for i in range(3)
        for test in ("acceptable", "joint")
    ]
    spans = [
        {"label": f"{name} {i}", "share": 0.3 * i, "low": 0.2 * i, "high": 0.4 * i, "own": i == 2}
        for i in range(3)
    ]
    cells = [
        {"what": f"{name} {i}", "when": f"{name} {j}", "share": 0.3 * i + 0.1 * j}
        for i in range(3)
        for j in range(2)
    ]
    curves = [
        {"year": y, "rule": f"{name} {i}", "share": 0.9 ** (y * i), "low": 0.0, "high": 1.0}
        for i in range(4)
        for y in range(6)
    ]
    places = [
        {"x": 10.0 * i, "y": 30.0 - 9 * i, "kind": kind, "label": "A" if kind == "package" else ""}
        for kind in ("curve", "agreed", "package")
        for i in range(3)
    ]
    waits = [
        {"waits": f"{name} {i}", "for": f"{name} {j}", "circle": i + j == 3}
        for i in range(3)
        for j in range(1, 4)
        if i != j
    ]
    columns = [
        {"cause": f"{name} {i}", "year": y, "share": s, "low": 0.0, "high": s and s * 1.2}
        for i in range(3)
        for y, s in enumerate((0.0, 0.004, 0.3 * i, None, None), start=1)
    ]
    options = [
        {"when": f"{name} {i}", "what": f"{name} {j}", "level": ("", "on", name)[(i + j) % 3],
         "changed": i > 0 and j > 0}
        for i in range(3)
        for j in range(4)
    ]  # fmt: skip
    names = {"x_title": f"{name} 0", "y_title": f"{name} 1"}
    return [
        chart("bars", rows, y="label", x="share"),
        chart("dots", dots, y="level", order=[f"{name} {i}" for i in range(3)]),
        chart("intervals", spans, y="label", x_title="chance"),
        chart("heat", cells, x="when", y="what"),
        chart("curves", curves, x_title="years", y_title="share"),
        chart("plane", places, **names, x_least=5.0, y_least=8.0),
        chart("waits", waits),
        chart("columns", columns, x_title="years"),
        chart("options", options, x="when", y="what"),
    ]


def hostile() -> Document:
    """A document in which every string that could come from a case is hostile."""
    figure = Figure("p.t.share", NASTY, 0.5, 0.4, 0.6, NASTY, "b")
    nasty = FromCase(f"titles.{NASTY}", NASTY)
    table = Table((nasty,), (("Row",), (nasty,)), (((nasty,), (figure,)),), "lr")
    drawn = [
        Chart(f"c{i}", (nasty,), c.kind, c.data, table, c.options, (nasty,))
        for i, c in enumerate(charts(NASTY))
    ]
    links = (
        Link("javascript:alert(1)", NASTY),
        Link('https://example.org/?a=1&b="<c>', NASTY),
    )
    blocks = (
        Paragraph((nasty, Strong((nasty, figure)), Day(dt.date(2025, 8, 20))), "lead"),
        Items(((nasty,), (figure,), ()), numbered=True),
        table,
        *drawn,
    )
    sections = (
        Section("lead", NASTY, (nasty,), blocks),
        Section("method", "Method", ("How",), (Paragraph((NASTY,)),), free=True),
        Section("sources", "Sources", (NASTY,), (Items(((NASTY,), links)),), free=True),
    )
    used = (("positions.NORTH.values.patrol.weight", NASTY, ()), (NASTY, NASTY, (NASTY,)))
    bases = {"b": Basis(NASTY, used, (NASTY,), 2)}
    return Document(NASTY, "en", dt.date(2025, 8, 20), sections, (figure,), bases)
