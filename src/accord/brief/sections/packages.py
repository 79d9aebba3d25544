"""Every named package under all tests, for pages on which the brief is not read as a whole."""

from __future__ import annotations

from accord.brief.desk import Desk
from accord.brief.document import Section, Strong, Table, Text
from accord.brief.labels import package_span, rule_words
from accord.brief.words import chance_words

__all__ = ["packages_section"]

_HEADS = {
    "acceptable": "Acceptable",
    "deliverable": "Deliverable",
    "credible": "Credible",
    "durable": "Durable",
}


def packages_section(desk: Desk) -> Section | None:
    """The four tests and all of them together, package by package; None without any test."""
    run = desk.run
    tests = run.verdict.assessed
    if not tests:
        return None
    header: tuple[Text, ...] = (
        ("Package",), *((_HEADS[test],) for test in tests), ("All together",),
    )  # fmt: skip
    rows = tuple(
        (
            (Strong((package_span(run, one),)),) if one == desk.lead else (package_span(run, one),),
            *((desk.ledger.share(one, test),) for test in tests),
            (desk.ledger.share(one, "joint"),),
        )
        for one in run.packages
    )
    caption: Text = (
        "Share of worlds in which each package passes, consent: ", rule_words(run, desk.rule),
    )  # fmt: skip
    table = Table(caption, header, rows, "l" + "r" * (len(tests) + 1))
    return Section("packages", "Every package", _headline(desk), (table,))


def _headline(desk: Desk) -> Text:
    share = desk.passes("joint", desk.best)
    if share == 0:
        return ("No package passes all tests in any world that was drawn",)
    return (
        package_span(desk.run, desk.best),
        " does best on all tests together: ",
        chance_words(share),
    )
