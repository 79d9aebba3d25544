"""``accord solve``: one kernel alone, on other tools' files."""

from __future__ import annotations

import sys
from typing import Annotated, Any, Literal

import typer

import accord
from accord.cli.options import JsonOption
from accord.cli.printing import note, print_json, print_table
from accord.cli.solve_coalition import coalition
from accord.cli.solve_conflict import conflict
from accord.cli.solve_deterrence import deterrence
from accord.cli.solve_discover import discover
from accord.cli.solve_power import power

__all__ = ["SOLVERS", "bargain"]


def bargain(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="DOMAIN [PROFILE]...",
            help="A domain and its profiles (Genius, GeniusWeb, NegMAS), a KTAB csv, or a folder.",
        ),
    ],
    *,
    convention: Annotated[
        Literal["textbook", "genius", "negmas"],
        typer.Option(
            "--convention",
            help="textbook and genius disagree at the walk-away value; negmas never below the "
            "worst package, and takes the least spread for Kalai-Smorodinsky.",
        ),
    ] = "textbook",
    ks_ideal: Annotated[
        Literal["acceptable", "all"] | None,
        typer.Option(
            "--ks-ideal",
            help="Ideals over packages acceptable to all, or over all packages; acceptable by "
            "default, all with negmas.",
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Frontier, solutions, counts and conflicts of a negotiation in other tools' files."""
    report = accord.solve_bargain(files, convention, ks_ideal)
    if json:
        print_json(report)
        return
    for sentence in report["ignored"]:
        note(sentence)
    _counts(report)
    _solutions(report)
    _blockers(report)


SOLVERS = (bargain, coalition, power, deterrence, conflict, discover)
"""The kernels, in the order of the help."""


def _counts(report: dict[str, Any]) -> None:
    error = report["acceptable_to_all_error"]
    about = f" (estimated, ± {1.64 * error:.3g})" if error else ""
    lines = [
        f"{len(report['parties'])} parties, {report['packages']:,} packages; "
        f"acceptable to all: {report['acceptable_to_all']:,}{about}"
    ]
    for key, words in (
        ("frontier", "Pareto frontier"),
        ("acceptable_frontier", "of packages acceptable to all"),
    ):
        found = report[key]
        within = "" if found["exact"] else f", to within {max(found['within']):.2g} for each party"
        lines.append(
            f"{words}: {found['size']:,} utility vectors, {found['packages']:,} packages{within}"
        )
    for parties in report["conflicts"]:
        together = " and ".join(parties)
        lines.append(f"no package gives {together} as much as walking away")
    sys.stdout.write("\n".join(lines) + "\n\n")


def _solutions(report: dict[str, Any]) -> None:
    names = ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian")
    told = [(name, report[name]) for name in names if report[name] is not None]
    if not told:
        sys.stdout.write("no solution: nothing is acceptable to all\n\n")
        return
    rows = [
        [
            name.replace("_", "-"),
            f"{found['value']:.6g}",
            *(f"{utility:.6g}" for utility in found["utilities"]),
            "–" if found["ties"] is None else f"{found['ties']:,}",
        ]
        for name, found in told
    ]
    print_table("Solutions", ["", "value", *report["parties"], "packages tied"], rows)
    sys.stdout.write("\n")
    for name, found in told:
        package = "; ".join(f"{issue}: {level}" for issue, level in found["package"].items())
        sys.stdout.write(f"{name.replace('_', '-')}: {package}\n")
    sys.stdout.write("\n")


def _blockers(report: dict[str, Any]) -> None:
    rows = [
        [
            party,
            f"{report['walk_away'][i]:.6g}",
            f"{found['accepts']:,}",
            f"{found['alone_blocks']:,}",
            f"{found['veto']:.3f}",
        ]
        for i, (party, found) in enumerate(report["blockers"].items())
    ]
    heads = ["party", "walks away at", "accepts", "alone blocks", "value of its veto"]
    print_table("Who stands in the way", heads, rows)
