"""Colours and type of the charts: Okabe and Ito (2008) for series, cividis for amounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = [
    "ACCENT", "CONFIG", "FONT", "INK", "MUTED", "PAPER", "RULE", "SERIES", "VARIABLES",
]  # fmt: skip

FONT = "IBM Plex Sans"
INK, MUTED, RULE, PAPER = "#1b1a17", "#5e5a52", "#d9d5cc", "#fdfcf9"
ACCENT = "#0072B2"
SERIES = (ACCENT, "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""The first is the one that the brief is about."""

VARIABLES: Mapping[str, str] = {
    INK: "--ink",
    MUTED: "--muted",
    RULE: "--rule",
    PAPER: "--paper",
    ACCENT: "--accent-mark",
    "#56B4E9": "--sixth-mark",
}
"""Inks that the page sets anew in the dark."""

CONFIG: Mapping[str, Any] = {
    "aria": False,
    "background": "transparent",
    "font": FONT,
    "padding": 2,
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "gridColor": RULE,
        "labelColor": INK,
        "labelFontSize": 13,
        "labelLimit": 0,
        "labelPadding": 6,
        "ticks": False,
        "title": None,
        "titleColor": MUTED,
        "titleFontSize": 12,
        "titleFontWeight": 400,
    },
    "text": {"color": INK, "fontSize": 13},
}
