"""``accord watch``: which answers would change the picture most, and what is overdue."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import accord
from accord._errors import UsageError
from accord.cli.options import (
    AsOfOption,
    AssumeOption,
    ConsentOption,
    JsonOption,
    LinesOption,
    SeedOption,
    WorldsOption,
    as_of_date,
)
from accord.cli.printing import note, print_json, print_table
from accord.cli.watch_history import tell_history, worlds_told
from accord.formats.calendar_file import calendar_of
from accord.formats.whole import write_whole

if TYPE_CHECKING:
    from accord.run.run import Run
    from accord.worlds.worlds import Lines

__all__ = ["watch"]


SourceArgument = Annotated[
    str, typer.Argument(metavar="RUN|CASE", help="A run's folder; a case is assessed first.")
]
AboutOption = Annotated[
    str | None,
    typer.Option(
        "--package",
        metavar="NAME",
        help="Held against its verdicts; the agreement that passes most often if none.",
    ),
]
CheckOption = Annotated[
    bool,
    typer.Option("--check", help="Only tell deadlines that have passed; exit 1 if there are."),
]
CalendarOption = Annotated[
    str | None,
    typer.Option(
        "--calendar", metavar="FILE.ics", help="Write the deadlines of open questions as well."
    ),
]
HistoryOption = Annotated[
    bool,
    typer.Option(
        "--history",
        help="How the shares came about, a row for each day with news, until --as-of.",
    ),
]


def watch(
    source: SourceArgument,
    *,
    package: AboutOption = None,
    consent: ConsentOption = None,
    check: CheckOption = False,
    calendar: CalendarOption = None,
    history: HistoryOption = False,
    worlds: WorldsOption = 2048,
    seed: SeedOption = 1,
    lines: LinesOption = "stated",
    as_of: AsOfOption = None,
    assume: AssumeOption = None,
    json: JsonOption = False,
) -> None:
    """Open questions by what their answers would tell, milestones by date, and what is overdue.

    With --check nothing is computed: exit code 1 says that a deadline has passed without an entry
    in the journal.

    With --history the table is about the case's first package, or --package; --json tells all
    packages unless one is named. What is found is kept in CASE/runs.
    """
    if history:
        if check or calendar is not None or assume:
            raise UsageError("--history goes with none of --check, --calendar and --assume")
        tell_history(
            source, package, consent, worlds=worlds, seed=seed, lines=lines, until=as_of, json=json
        )
        return
    if check:
        late = accord.overdue(_case(source, as_of, assume))
        if json:
            print_json({"overdue": late})
        else:
            _print_overdue(late)
        raise typer.Exit(1 if late else 0)
    run = _run(source, worlds, seed, as_of, consent, assume, lines)
    report = accord.rank_indicators(run, package, consent)
    if calendar is not None:
        names = tuple(one["name"] for one in report["indicators"])
        write_whole(Path(calendar), calendar_of(run.case, names))
    if json:
        print_json(report)
        return
    _print(report)
    sys.stdout.write(worlds_told(run.manifest, run.worlds, run.manifest["worlds_asked"]))
    _print_overdue(report["overdue"])


def _case(source: str, as_of: str | None, assume: list[str] | None) -> Any:
    if (Path(source) / "manifest.json").exists():
        return accord.open_run(Path(source)).case
    return accord.load(source, as_of_date(as_of), assume or ())


def _run(
    source: str, worlds: int, seed: int, as_of: str | None, consent: str | None,
    assume: list[str] | None, lines: Lines,
) -> Run:  # fmt: skip
    from accord.cli.progress import Progress  # noqa: PLC0415
    from accord.run.progress import STEPS  # noqa: PLC0415

    if (Path(source) / "manifest.json").exists():
        return accord.open_run(Path(source))
    case = accord.load(source, as_of_date(as_of), assume or ())
    return accord.assess(
        case, worlds=worlds, seed=seed, lines=lines, consent=consent, progress=Progress(STEPS)
    )


def _print(report: dict[str, Any]) -> None:
    rows = []
    for one in report["indicators"]:
        found = one["joint"] if one["joint"]["gain"] > 0 else one["moved"]
        what = "all tests" if found is one["joint"] else one["test"]
        rows.append(
            [one["name"], one["deadline"], f"{100 * one['chance']:.0f}%", what,
             _swing(found), f"{found['gain']:.4f}", f"{100 * one['value']['gain']:.2f}"]
        )  # fmt: skip
    if not rows:
        sys.stdout.write("no question is open\n")
        return
    sys.stdout.write(
        f"{report['package']}, consent {report['consent']}, as of {report['as_of']}\n\n"
    )
    heads = ["question", "by", "yes", "moves", "share now, if yes, if no", "bits", "value, points"]
    print_table("What to watch", heads, rows, words=(0, 1, 3, 4))
    sys.stdout.write(f"\nknowing everything: {100 * report['clairvoyance']:.1f} points\n")
    for step in report["milestones"]:
        days = ", ".join(f"{day} {100 * p:.0f}%" for day, p in step["chances"].items())
        reached = step["reached"]
        sys.stdout.write(f"{step['title']}: {f'reached {reached}' if reached else days}\n")


def _swing(found: dict[str, float | None]) -> str:
    shares = [found["now"], found["if_yes"], found["if_no"]]
    return " → ".join("–" if share is None else f"{100 * share:.1f}%" for share in shares[:1]) + (
        "" if None in shares[1:] else f" → {100 * shares[1]:.1f}% or {100 * shares[2]:.1f}%"  # type: ignore[operator]
    )


def _print_overdue(late: list[dict[str, Any]]) -> None:
    for one in late:
        note(f"overdue since {one['deadline']}: {one['name']}, {one['question']}")
