"""``accord solve coalition``: who can be counted on, and on whom delivery hangs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

import accord
from accord.cli.options import AsOfOption, AssumeOption, JsonOption, as_of_date
from accord.cli.printing import note, print_json, print_table

__all__ = ["coalition"]

MOST_LISTED = 12
"""Groups that are printed; all stand in the JSON."""

_BOTH = ("waits", "goes")


def coalition(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|CASE",
            help="A capability coalition in JSON, or a case, taken at central requirements.",
        ),
    ],
    *,
    package: Annotated[
        str | None,
        typer.Option("--package", metavar="NAME", help="A package of the case; its first if none."),
    ] = None,
    as_of: AsOfOption = None,
    assume: AssumeOption = None,
    json: JsonOption = False,
) -> None:
    """Chance of delivery, who carries it, and whose absence stops it."""
    report = accord.solve_coalition(source, package, as_of_date(as_of), assume or ())
    if json:
        print_json(report)
        return
    for sentence in report["ignored"]:
        note(sentence)
    _chances(report)
    _contributors(report)
    _coverage(report)
    for key, words in (("waits", "everyone waits"), ("goes", "everyone goes")):
        _breaking(report, key, words)
    leads = [" + ".join(group) for group in report["lead_sets"] if group]
    if leads:
        sys.stdout.write(f"smallest groups whose going first would bring it: {_listed(leads)}\n")


def _chances(report: dict[str, Any]) -> None:
    waits, goes = (report["p_deliver"][key] for key in _BOTH)
    name = f"{report['package']}: " if report["package"] else ""
    how = "exact" if report["exact"] else "from drawn states"
    sys.stdout.write(
        f"{name}chance of delivery {_shown(waits)} when everyone waits, "
        f"{_shown(goes)} when everyone goes; "
        f"coordination gap {_shown(report['coordination_gap'])} ({how})\n\n"
    )


def _contributors(report: dict[str, Any]) -> None:
    measures = ("shapley", "birnbaum", "without")
    shown = _columns(report, ("p_deliver", *measures[:2]))
    told = {
        name: [
            _shown(report["without"][name][key] if m == "without" else report[m][key][name])
            for key in shown
            for m in measures
        ]
        for name in report["players"]
    }
    idle = [n for n in told if all(report["birnbaum"][k][n] == 0 for k in _BOTH)]
    rows = [[name, *cells] for name, cells in told.items() if name not in idle]
    heads = ["", *(h for _ in shown for h in ("Shapley", "Birnbaum", "chance without"))]
    if rows:
        print_table(f"Contributors{_when(shown)}", heads, rows)
        sys.stdout.write("\n")
    if idle:
        sys.stdout.write(f"without any bearing on delivery: {', '.join(idle)}\n\n")


def _coverage(report: dict[str, Any]) -> None:
    shown = _columns(report, ("coverage",))
    rows = [
        [
            name,
            *(
                _shown(report["coverage"][key][name][part])
                for key in shown
                for part in ("covered", "expected_shortfall")
            ),
        ]
        for name in report["coverage"]["goes"]
    ]
    heads = ["", *(h for _ in shown for h in ("covered", "short by"))]
    print_table(f"Capabilities, each alone{_when(shown)}", heads, rows)
    sys.stdout.write("\n")


def _columns(report: dict[str, Any], measures: Sequence[str]) -> tuple[str, ...]:
    """The fixed points worth a column: one where both say the same."""
    same = all(report[measure]["waits"] == report[measure]["goes"] for measure in measures)
    return ("goes",) if same else _BOTH


def _when(shown: Sequence[str]) -> str:
    return ": waits | goes" if len(shown) > 1 else ""


def _breaking(report: dict[str, Any], key: str, words: str) -> None:
    """What delivery hangs on under one fixed point; said once where both are alike."""
    measures = ("single_points_of_failure", "minimum_viable", "minimal_cuts")
    same = all(report[m]["waits"] == report[m]["goes"] for m in measures)
    if same and key == "goes":
        return
    if not same:
        sys.stdout.write(f"When {words}:\n")
    indent = "" if same else "  "
    if not report["minimum_viable"][key]:
        sys.stdout.write(f"{indent}nothing can be delivered, even with everyone available\n")
        return
    for measure, title in (
        ("single_points_of_failure", "without any one of them nothing can be delivered"),
        ("minimum_viable", "smallest groups that can deliver alone"),
        ("minimal_cuts", "smallest groups whose absence stops delivery"),
    ):
        told = [
            group if isinstance(group, str) else " + ".join(group) or "nobody"
            for group in report[measure][key]
        ]
        sys.stdout.write(f"{indent}{title}: {_listed(told) or 'none'}\n")


def _listed(names: Sequence[str]) -> str:
    more = f"; and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return "; ".join(names[:MOST_LISTED]) + more


def _shown(value: float) -> str:
    """Four digits; what floats add to a decimal does not turn its last one."""
    return f"{round(value, 12):.4g}"
