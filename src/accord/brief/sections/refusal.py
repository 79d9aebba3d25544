"""A test that was not put to the case is shown so, never counted as passed."""

from __future__ import annotations

from accord.brief.desk import Desk
from accord.brief.document import Paragraph, Section

__all__ = ["not_assessed"]


def not_assessed(desk: Desk, test: str, kicker: str) -> Section:
    """The section of a test without a result."""
    why = desk.run.verdict.not_assessed[test]
    text = f"This test was not put: {why}. It counts neither as passed nor as failed."
    return Section(test, kicker, ("Not assessed",), (Paragraph((text,)),))
