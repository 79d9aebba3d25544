"""``accord compare``: two packages of a run in the same worlds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import accord
from accord.cli.options import ConsentOption, JsonOption, RunArgument
from accord.cli.printing import print_json, print_table
from accord.cli.staleness import warn_if_stale

if TYPE_CHECKING:
    from accord.run.run import Run

__all__ = ["compare"]


def compare(
    run: RunArgument,
    a: Annotated[str, typer.Argument(metavar="A", help="A package of the run.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    *,
    consent: ConsentOption = None,
    json: JsonOption = False,
) -> None:
    """Compare two packages of a run, world by world."""
    folder = Path(run)
    opened = accord.open_run(folder)
    report = accord.compare(opened, a, b, consent)
    warn_if_stale(opened, folder)
    if json:
        print_json(report)
    else:
        _print(opened, report)


def _print(run: Run, report: dict[str, Any]) -> None:
    from accord.brief.words import percent  # noqa: PLC0415  shared with the brief

    case, a, b = run.case, report["a"], report["b"]
    levels = [
        [case.file.provisions[name].title, *(case.level_title(name, level) for level in pair)]
        for name, pair in report["levels_that_differ"].items()
    ]
    print_table("Levels that differ", ["provision", a, b], levels, words=(0, 1, 2))
    sys.stdout.write("\n")
    rows = []
    for test, found in report["tests"].items():
        if found["a"] is None:
            rows.append([test, "not assessed", "", "", "", ""])
            continue
        error = 0.0 if found["se"] is None else found["se"]
        difference = f"{100 * found['difference']:+.1f} ± {164 * error:.1f}"
        shares = [percent(found[key]) for key in ("a", "b")]
        rows.append([test, *shares, difference, percent(found["only_a"]), percent(found["only_b"])])
    heads = ["test", a, b, "difference, points", f"only {a}", f"only {b}"]
    print_table(f"Shares of worlds, consent rule {report['rule']}", heads, rows)
