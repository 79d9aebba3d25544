"""Charts: valid, deterministic, complete, and safe."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import pytest

from accord._errors import ModelError
from accord.brief.charts import KINDS, NARROW, WIDE, specification, svg
from accord.brief.drawings.labels import labelled, shown
from brief.documents import NASTY, chart, charts

KIND = [c.kind for c in charts()]
LONG = "An exceedingly long title of a level that nobody would ever want to cut off, not even once"


def texts(drawing):
    """Every text of a drawing, lines of one text joined."""
    root = ET.fromstring(drawing)
    name = "{http://www.w3.org/2000/svg}text"
    return [" ".join(" ".join(node.itertext()).split()) for node in root.iter(name)]


def test_every_kind_is_tried_here():
    assert set(KIND) == set(KINDS)


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("one", charts(), ids=KIND)
def test_a_chart_is_valid_vega_lite(one, width):
    assert specification(one, width, validate=True) == specification(one, width)


@pytest.mark.parametrize("one", charts(), ids=KIND)
def test_the_same_chart_gives_the_same_bytes(one):
    assert svg(one, "label") == svg(one, "label")


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("one", charts(LONG), ids=KIND)
def test_long_names_are_never_cut_off(one, width):
    drawing = svg(one, "label", width)
    assert "…" not in drawing
    words = " ".join(texts(drawing))
    for i in range(2 if one.kind in {"heat", "plane"} else 3):
        assert f"{LONG} {i}" in words


@pytest.mark.parametrize("one", charts(NASTY), ids=KIND)
def test_names_are_text_and_never_markup_or_expressions(one):
    drawing = svg(one, NASTY)
    root = ET.fromstring(drawing)
    assert not [node for node in root.iter() if node.tag.rpartition("}")[2] == "script"]
    assert "<script" not in drawing
    assert root.get("aria-label") == NASTY
    flat = re.sub(r"\s", "", " ".join(texts(drawing)))
    assert re.sub(r"\s", "", f"{NASTY} 0") in flat


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("one", charts(LONG), ids=KIND)
def test_a_drawing_keeps_its_width(one, width):
    root = ET.fromstring(svg(one, "label", width))
    assert float(root.get("width")) <= 1.12 * width
    assert root.get("role") == "img"


def test_names_inside_drawings_differ_between_charts_and_widths():
    drawings = [svg(one, "label", width) for one in charts() for width in (WIDE, NARROW)]
    ids = [name for drawing in drawings for name in re.findall(r'\bid="([^"]+)"', drawing)]
    assert len(ids) == len(set(ids))
    for drawing in drawings:
        used = re.findall(r"url\(#([^)]+)\)", drawing)
        assert set(used) <= set(re.findall(r'\bid="([^"]+)"', drawing))


def test_inks_follow_the_page():
    drawing = svg(charts()[0], "label")
    assert "var(--ink, #1b1a17)" in drawing
    assert "var(--accent-mark, #0072B2)" in drawing
    assert 'fill="#1b1a17"' not in drawing


def test_rows_of_one_name_stay_apart():
    rows = [{"label": "Same", "share": s, "se": 0.0} for s in (0.2, 0.7)]
    found = texts(svg(chart("bars", rows, y="label", x="share"), "label"))
    assert found.count("Same") == 2
    assert {"20%", "70%"} <= set(found)


def test_levels_of_one_title_stay_apart():
    rows = [{"level": "Same", "test": t, "share": s, "own": False}
            for s in (0.2, 0.7) for t in ("acceptable", "joint")]  # fmt: skip
    found = texts(svg(chart("dots", rows, y="level", order=["Same", "Same"]), "label"))
    assert found.count("Same") == 2
    assert found.count("70%") == 2


def test_intervals_run_from_the_least_to_the_greatest():
    rows = [
        {"label": name, "share": s, "low": s, "high": s, "own": False}
        for name, s in (("C", 0.9), ("A", 0.1), ("B", 0.5))
    ]
    found = texts(svg(chart("intervals", rows, y="label"), "label"))
    assert [name for name in found if name in {"A", "B", "C"}] == ["A", "B", "C"]


def test_names_at_the_ends_of_curves_do_not_overlap():
    one = charts(LONG[:50])[4]
    same = replace(one, data=tuple({**row, "share": 0.5} for row in one.data))
    root = ET.fromstring(svg(same, "label"))
    lines = []
    for node in root.iter("{http://www.w3.org/2000/svg}text"):
        if LONG[:12] in "".join(node.itertext()):
            top = float(re.search(r",(-?[\d.]+)\)", node.get("transform")).group(1))
            lines.append((top, top + 15 * max(len(list(node)), 1)))
    assert len(lines) == 4
    ordered = sorted(lines)
    assert all(a[1] <= b[0] + 0.5 for a, b in pairwise(ordered))


def test_what_was_not_assessed_is_said_and_not_drawn_as_nought():
    rows = [{"label": "A", "share": float("nan"), "se": 0.0}, {"label": "B", "share": 0.5, "se": 0}]
    assert "not assessed" in texts(svg(chart("bars", rows, y="label", x="share"), "label"))
    assert shown(None) == "not assessed"


def test_small_shares_are_neither_nought_nor_long():
    found = [shown(share) for share in (0.0, 0.0005, 0.25, 0.9995, 1.0)]
    assert found == ["0%", "<1%", "25%", ">99%", "100%"]


def test_an_unknown_kind_is_refused_by_name():
    with pytest.raises(ModelError, match="pie"):
        svg(chart("pie", []), "label")


def test_labels_are_wrapped_to_the_room_given():
    labels = labelled([LONG, "short"], 150)
    assert all(len(line) * 13 * 0.54 <= 151 for line in labels.texts[0].split("\n"))
    assert " ".join(labels.texts[0].split("\n")) == LONG
    assert labels.texts[1] == "short"
