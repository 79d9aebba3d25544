"""Deadlines of open questions as an iCalendar file (RFC 5545), for any calendar program."""

from __future__ import annotations

import datetime as dt

from accord.case.case import Case

__all__ = ["calendar_of"]


def calendar_of(case: Case, names: tuple[str, ...]) -> bytes:
    """A calendar with one all-day event a question, on its deadline.

    Parameters
    ----------
    case : Case
    names : tuple of str
        Indicators of the case.

    Returns
    -------
    bytes
        The same for the same case and date: events are stamped with the case's date, and named so
        that a calendar that is read in again replaces them.
    """
    from icalendar import Calendar, Event  # noqa: PLC0415  only here

    calendar = Calendar()
    calendar.add("prodid", "-//accord//watch//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", case.file.title)
    stamp = dt.datetime.combine(case.as_of, dt.time(), dt.UTC)
    for name in names:
        indicator = case.file.watch[name]
        event = Event()
        event.add("uid", f"{name}@{case.name}.accord")
        event.add("dtstamp", stamp)
        event.add("dtstart", indicator.deadline)
        event.add("summary", indicator.question)
        if indicator.counts:
            event.add("description", indicator.counts)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
