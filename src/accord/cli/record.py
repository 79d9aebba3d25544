"""``accord record``: what happened, into the journal of a case."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import accord
from accord.cli.options import CaseArgument, JsonOption
from accord.cli.printing import note as tell
from accord.cli.printing import print_json

if TYPE_CHECKING:
    from accord.case.records.watching import JournalEntry
    from accord.watch.recording import Recorded

__all__ = ["record"]


IndicatorArgument = Annotated[
    str, typer.Argument(metavar="INDICATOR", help="A question of the case's watch block.")
]
OutcomeArgument = Annotated[
    str, typer.Argument(metavar="OUTCOME", help="yes, no or unknown (which is not no).")
]
SourceOption = Annotated[
    str, typer.Option("--source", metavar="ID", help="The source of the case that says so.")
]
OnOption = Annotated[
    str | None,
    typer.Option("--on", metavar="DATE", help="The day it happened; needed unless it is unknown."),
]
KnownOption = Annotated[
    str | None,
    typer.Option(
        "--known", metavar="DATE",
        help="From when it was known; the later of --on and the source's date if left out.",
    ),
]  # fmt: skip
RecordedOption = Annotated[
    str | None,
    typer.Option("--recorded", metavar="DATE", help="The day of writing; today if left out."),
]
NoteOption = Annotated[str, typer.Option("--note", metavar="TEXT", help="A line of words.")]
WaitOption = Annotated[
    float, typer.Option("--wait", min=0, help="Seconds to wait while somebody else writes.")
]


def record(
    case: CaseArgument, indicator: IndicatorArgument, outcome: OutcomeArgument, *,
    source: SourceOption, on: OnOption = None, known: KnownOption = None,
    recorded: RecordedOption = None, note: NoteOption = "", wait: WaitOption = 10.0,
    json: JsonOption = False,
) -> None:  # fmt: skip
    """Record the answer to an indicator in the journal of a case.

    An answer is appended and nothing is changed: a correction is an answer of its own, and of two
    the one recorded later counts. Nothing is assessed.
    """
    report = accord.record(
        Path(case), indicator, outcome, source=source, on=on, known=known, recorded=recorded,
        note=note, wait=wait,
    )  # fmt: skip
    if json:
        print_json(report.as_json())
    else:
        _print(report, case)
    for text in report.notes:
        tell(text)
    for name in report.explained_by:
        tell(f"the update {name} explains this answer, which therefore weighs no worlds")


def _print(report: Recorded, case: str) -> None:
    sys.stdout.write(
        f"{report.journal}:{report.line}\n"
        f"{report.entry.indicator}: {report.question}\n"
        f"  before: {_said(report.before)}\n"
        f"  now: {_said(report.now)}\n"
        f"\nit counts as of {report.entry.known} or later: accord assess {case} --as-of latest\n"
    )


def _said(entry: JournalEntry | None) -> str:
    if entry is None:
        return "no answer"
    day = f" on {entry.on}" if entry.on else ""
    words = f"{entry.outcome}{day}, known {entry.known}, recorded {entry.recorded}"
    source = f", source {entry.source}" if entry.source else ""
    return words + source + (f" ({entry.note})" if entry.note else "")
