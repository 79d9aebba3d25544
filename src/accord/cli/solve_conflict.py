"""``accord solve conflict``: where a conflict can come to rest."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

import accord
from accord.cli.conflict_reasons import write_reasons
from accord.cli.options import (
    AsOfOption,
    AssumeOption,
    JsonOption,
    SeedOption,
    WorldOption,
    as_of_date,
)
from accord.cli.printing import note, print_json, print_table

__all__ = ["conflict"]

MOST_EQUILIBRIA = 40
MOST_STATES = 64
"""States that are printed; all stand in the JSON."""

_STRONGEST = (("nash",), ("sseq",), ("smr", "seq"), ("smr",), ("seq",), ("gmr",))
"""Nash stability implies all others, sseq implies smr and seq, and each of these gmr."""

_MARKS = (("today", "*", "today"), ("kept", "+", "the agreement as kept"))

SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="FILE|CASE",
        help="A conflict in options (.gmcr), one in graph form (.json: dms, states, "
        "ordinal_payoff_dense_rank, reachable_1step), or a case.",
    ),
]
ConflictOption = Annotated[
    str | None,
    typer.Option("--conflict", metavar="NAME", help="A conflict of the case; its first if none."),
]
PackageOption = Annotated[
    str | None,
    typer.Option(
        "--package", metavar="NAME", help="A package of the case, for a conflict that uses it."
    ),
]
SummaryOption = Annotated[
    bool, typer.Option("--summary", help="Count states instead of listing them.")
]
WhyOption = Annotated[
    int | None,
    typer.Option(
        "--why", metavar="STATE", min=1,
        help="Also tell why this state holds for each party or not, and the shortest ways from it "
        "to equilibria.",
    ),
]  # fmt: skip


def conflict(
    source: SourceArgument,
    *,
    conflict: ConflictOption = None,
    package: PackageOption = None,
    world: WorldOption = None,
    seed: SeedOption = 1,
    as_of: AsOfOption = None,
    assume: AssumeOption = None,
    summary: SummaryOption = False,
    why: WhyOption = None,
    json: JsonOption = False,
) -> None:
    """Equilibria of a conflict, and which states are stable for whom.

    By Nash stability, general and symmetric metarationality (gmr, smr), sequential and symmetric
    sequential stability (seq, sseq). States are numbered from 1 as in .gmcr files. In their
    options, Y and N stand for on and off, a digit for the level of an option with levels.
    """
    report = accord.solve_conflict(
        source, conflict, package, world, seed, as_of_date(as_of), assume or (), summary=summary,
        words=not json, why=why,
    )  # fmt: skip
    if json:
        print_json(report)
        return
    for sentence in report["notes"]:
        note(sentence)
    if summary:
        _counts(report)
    else:
        _equilibria(report)
        _states(report)
    if why is not None:
        write_reasons(report["why"])


def _counts(report: dict[str, Any]) -> None:
    _head(report, report["states"])
    rows = [
        [concept, str(report["equilibria"][concept]), *map(str, parties.values())]
        for concept, parties in report["stable"].items()
    ]
    heads = ["", "equilibria", *report["stable"]["nash"]]
    print_table("States that are stable", heads, rows)


def _head(report: dict[str, Any], states: int) -> None:
    parties = len(report["stable"]["nash"])
    sys.stdout.write(
        f"{report['about']}\n{states:,} state{'s' * (states != 1)}, "
        f"{parties} part{'ies' if parties != 1 else 'y'}\n\n"
    )


def _equilibria(report: dict[str, Any]) -> None:
    states = report["states"]
    _head(report, len(states))
    settled = {concept: set(numbers) for concept, numbers in report["equilibria"].items()}
    everything = sorted(set().union(*settled.values()))
    if not everything:
        sys.stdout.write("no state is an equilibrium by any concept\n\n")
        return
    # the strongest concepts first
    order = [",".join(group) for group in _STRONGEST]
    listed = sorted(everything, key=lambda number: order.index(_strongest(settled, number)))
    rows = [
        [
            _named(report, number),
            states[number - 1]["options"],
            _strongest(settled, number).replace(",", ", "),
            _in_words(states[number - 1]),
        ]
        for number in listed[:MOST_EQUILIBRIA]
    ]
    print_table("Equilibria", ["state", "options", "by", ""], rows, words=(0, 1, 2, 3))
    if len(listed) > MOST_EQUILIBRIA:
        note(f"{len(listed) - MOST_EQUILIBRIA:,} more equilibria stand in --json")
    sys.stdout.write(
        "named are the strongest concepts: nash implies sseq, sseq implies smr and seq, "
        "both imply gmr\n\n"
    )


def _states(report: dict[str, Any]) -> None:
    stable = {
        concept: {party: set(numbers) for party, numbers in parties.items()}
        for concept, parties in report["stable"].items()
    }
    parties = list(report["stable"]["nash"])
    rows = []
    for state in report["states"][:MOST_STATES]:
        number = state["number"]
        cells = [
            _strongest({concept: stable[concept][party] for concept in stable}, number)
            for party in parties
        ]
        rows.append(
            [
                _named(report, number),
                state["options"],
                *(c.replace(",", ", ") or "–" for c in cells),
            ]
        )
    print_table(
        "Stable for whom", ["state", "options", *parties], rows,
        words=range(2 + len(parties)),
    )  # fmt: skip
    if len(report["states"]) > MOST_STATES:
        note(f"{len(report['states']) - MOST_STATES:,} more states stand in --json")
    for key, sign, what in _MARKS:
        if report[key] is not None:
            state = report["states"][report[key] - 1]
            sys.stdout.write(f"\n{sign} {what}: {report[key]}, {_in_words(state)}\n")


def _strongest(holds: dict[str, set[int]], number: int) -> str:
    """The strongest concepts by which a state holds, joined by commas; empty where none does."""
    for group in _STRONGEST:
        if all(number in holds[concept] for concept in group):
            return ",".join(group)
    return ""


def _named(report: dict[str, Any], number: int) -> str:
    return str(number) + "".join(sign for key, sign, _ in _MARKS if report[key] == number)


def _in_words(state: dict[str, Any]) -> str:
    if state["words"]:
        return "; ".join(state["words"])
    return "nothing" if set(state["options"]) <= {"N"} else ""
