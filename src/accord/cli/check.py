"""``accord check``: everything that can be said about a case before it is computed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import accord
from accord.cli.failing import DONE, NO, WRONG, print_errors
from accord.cli.options import CaseArgument, JsonOption
from accord.cli.printing import print_json, print_table

if TYPE_CHECKING:
    from accord.case.check import Report

__all__ = ["check"]


def check(
    case: CaseArgument,
    *,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 where there are warnings.")
    ] = False,
    json: JsonOption = False,
) -> int:
    """Check a case: errors, warnings, how many numbers have a source, classes of packages.

    The case is checked on its own date and with every update in force.
    """
    report = accord.check(Path(case))
    if json:
        print_json(report.as_json())
    else:
        _print(report)
    if not report.ok:
        return WRONG
    return NO if strict and report.warnings else DONE


def _print(report: Report) -> None:
    for warning in report.warnings:
        sys.stderr.write(f"warning: {warning}\n")
    if not report.ok:
        print_errors(report.errors)
        return
    numbers, judged = report.total("numbers"), report.total("judgements")
    share = f" ({judged / numbers:.0%})" if numbers else ""
    warnings = f"{len(report.warnings)} warning{'s' * (len(report.warnings) != 1)}"
    sys.stdout.write(
        f"{report.title}: no errors, {warnings}; {numbers:,} numbers, of which "
        f"{report.total('supported'):,} rest on claims and {judged:,}{share} are judgements\n\n"
    )
    counts = ("numbers", "supported", "judgements")
    rows = [[name, *(f"{block[c]:,}" for c in counts)] for name, block in report.blocks.items()]
    print_table("Numbers by block", ["block", *counts], rows)
    sys.stdout.write("\n")
    tests = [
        [test, "not assessed" if count is None else f"{count:,}"]
        for test, count in report.classes.items()
    ]
    print_table("Packages that a test can tell apart", ["test", "classes"], tests)
