"""Spans as plain text, for formats and attributes that hold nothing else."""

from __future__ import annotations

import datetime as dt

from accord.brief.document import Day, Span, Strong, Text

__all__ = ["day_text", "plain_text"]

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def plain_text(text: Text) -> str:
    """The words of a text."""
    return "".join(_words(span) for span in text)


def _words(span: Span) -> str:
    match span:
        case str():
            return span
        case Day():
            return day_text(span.date)
        case Strong():
            return plain_text(span.spans)
    return span.text


def day_text(date: dt.date) -> str:
    """A date as ``20 August 2025``, in every locale."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"
