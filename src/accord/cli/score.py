"""``accord score``: what the case's forecasts were worth."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

import accord
from accord.cli.options import CaseArgument, JsonOption, SeedOption, WorldsOption, as_of_date
from accord.cli.printing import print_json, print_table

if TYPE_CHECKING:
    from accord.watch.scored import Scored
    from accord.watch.scores import Scores

__all__ = ["score"]


def score(
    case: CaseArgument,
    *,
    as_of: Annotated[
        str,
        typer.Option("--as-of", metavar="DATE|latest", help="Answers known by then count."),
    ] = "latest",
    forecasts: Annotated[
        Literal["first", "last"],
        typer.Option(
            "--forecasts",
            help="As of the day a question was put, or the day before anything decided it.",
        ),
    ] = "first",
    worlds: WorldsOption = 2048,
    seed: SeedOption = 1,
    json: JsonOption = False,
) -> None:
    """Score a case's forecasts against the answers in its journal.

    Beside the Brier and the log score stand climatology and the outside forecasts of the case.
    Unknown and pending are not no.
    """
    report = accord.score(
        Path(case), as_of_date(as_of), forecasts=forecasts, worlds=worlds, seed=seed
    )
    if json:
        print_json(report.as_json())
    else:
        _print(report)


def _print(report: Scores) -> None:
    out = sys.stdout
    out.write(f"{report.title}: answers known by {report.as_of}\n\n")
    if report.scored is not None:
        _print_forecasts(report)
        _print_scores(report, report.scored)
        _print_calibration(report.scored)
    if report.left_out:
        out.write("Not scored: ")
        out.write("; ".join(f"{name} ({why})" for name, why in report.left_out.items()) + "\n\n")
    for text in report.notes:
        out.write(f"- {text}\n")
    for text in report.remarks:
        out.write(f"- the case says: {text}\n")


def _print_forecasts(report: Scores) -> None:
    from accord.brief.words import percent  # noqa: PLC0415  shared with the brief

    rows = [
        [one.name, str(one.made), percent(one.chance), "yes" if one.happened else "no",
         str(one.known), f"{(one.chance - one.happened) ** 2:.3f}"]
        for one in report.answered
    ]  # fmt: skip
    heads = ["indicator", "as of", "forecast", "outcome", "known", "squared error"]
    print_table("Forecasts that have their answer", heads, rows)
    sys.stdout.write("\n")


def _print_scores(report: Scores, found: Scored) -> None:
    parts = found.parts
    error = "" if math.isnan(found.error) else f" ± {1.64 * found.error:.3f}"
    rows = [
        ["Brier score", f"{found.brier:.3f}{error}", f"{found.climate_brier:.3f}"],
        ["  reliability, 0 is best", f"{parts.reliability:.3f}", ""],
        ["  less resolution, more is better", f"{parts.resolution:.3f}", ""],
        ["  plus uncertainty", f"{parts.uncertainty:.3f}", ""],
        ["  plus what the bins hide", f"{parts.within:.3f}", ""],
        ["log score, nats", _nats(found.log), _nats(found.climate_log)],
        ["skill against climatology", "–" if found.skill is None else f"{found.skill:+.2f}", ""],
    ]
    title = f"Scores of {len(report.answered)} forecasts, lower is better (± 90%)"
    print_table(title, ["", "case", f"climatology ({found.share:.0%} yes)"], rows)
    sys.stdout.write("\n")
    if report.outside:
        others = [
            [b.who, f"{len(b.questions)}", f"{b.theirs:.3f}", f"{b.ours:.3f}",
             "–" if b.skill is None else f"{b.skill:+.2f}"]
            for b in report.outside
        ]  # fmt: skip
        heads = ["who", "questions", "their Brier", "the case's", "its skill"]
        print_table(
            "Outside forecasts, and the case on their day or its first one",
            heads,
            others,
        )
        sys.stdout.write("\n")


def _nats(value: float) -> str:
    return f"{value:.3f}" if math.isfinite(value) else "infinite"


def _print_calibration(found: Scored) -> None:
    from accord.brief.words import percent  # noqa: PLC0415  shared with the brief

    rows = [
        [f"{each.forecasts}", percent(each.stated), percent(each.observed),
         f"{percent(each.low)} to {percent(each.high)}"]
        for each in found.bins
    ]  # fmt: skip
    heads = ["forecasts", "stated", "happened", "90% by luck alone"]
    print_table("Calibration, in bins of ten points", heads, rows, words=())
    sys.stdout.write("\n")
