"""``accord diff``: what changed between two versions or dates of a case, and what that changed."""

from __future__ import annotations

import sys
from typing import Annotated, Any, Literal

import typer

import accord
from accord.cli.options import ConsentOption, JsonOption
from accord.cli.printing import note, print_json, print_table

__all__ = ["diff"]

SideHelp = "A case, CASE@DATE, CASE@latest, or a run's folder."
MOST_ROWS = 8
"""Changes of one record that are printed; --json has them all."""
WIDEST = 60
"""Characters of a value that are printed."""


def diff(
    a: Annotated[str, typer.Argument(metavar="A", help=SideHelp)],
    b: Annotated[str, typer.Argument(metavar="B", help=SideHelp)],
    *,
    consent: ConsentOption = None,
    worlds: Annotated[
        int | None,
        typer.Option("--worlds", help="Worlds to draw; a run's on the other side, else 2,048."),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", help="Seed of the draws; a run's on the other side, else 1."),
    ] = None,
    lines: Annotated[
        Literal["stated", "hard", "none"] | None,
        typer.Option("--lines", help="Which red lines bind; a run's on the other side, or stated."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """What changed between two versions or dates of a case, and which findings changed.

    A finding has changed where the brief would use other words, where its share moved by more than
    a point and more than chance explains, or where its leading reason is another one.
    """
    from accord.cli.progress import Progress  # noqa: PLC0415
    from accord.run.progress import STEPS  # noqa: PLC0415

    shares = {f"{side}: {step}": share for side in "ab" for step, share in STEPS.items()}
    report = accord.diff(
        a, b, consent=consent, worlds=worlds, seed=seed, lines=lines, progress=Progress(shares)
    )
    for side in (report["a"], report["b"]):
        if side["weight_warning"]:
            sys.stderr.write(f"warning: {side['source']}: {side['weight_warning']}\n")
    if json:
        print_json(report)
    else:
        _print(report)


def _print(report: dict[str, Any]) -> None:
    out = sys.stdout
    for key in "ab":
        side = report[key]
        assumed = f", assuming {', '.join(side['assumptions'])}" if side["assumptions"] else ""
        out.write(
            f"{key}: {side['source']}, as of {side['as_of']}, {side['worlds']:,} worlds "
            f"(effective {side['effective_worlds']:,.0f}), red lines {side['lines']}{assumed}\n"
        )
    out.write("\n")
    for text in report["summary"]:
        out.write(f"{text}\n")
    _print_arrivals(report["changes"])
    _print_changes(report["changes"]["records"])
    _print_findings(report)


def _print_arrivals(changes: dict[str, Any]) -> None:
    """Updates and answers that only one side knows."""
    rows = []
    for key in ("only_a", "only_b"):
        side = key[-1]
        rows += [[side, one["known"], "update", one["title"]] for one in changes["updates"][key]]
        rows += [
            [side, one["known"], "answer", f"{one['indicator']}: {one['outcome']}"]
            for one in changes["events"][key]
        ]
    if rows:
        sys.stdout.write("\n")
        heads = ["only in", "known", "what", "title"]
        print_table("What only one side knows", heads, sorted(rows), words=(0, 1, 2, 3))


def _print_changes(records: list[dict[str, Any]]) -> None:
    if not records:
        return
    from accord.case.changes import written  # noqa: PLC0415

    rows, left = [], 0
    for record in records:
        for one in record["changes"][:MOST_ROWS]:
            copies = f" (and {len(one['also'])} copies)" if one["also"] else ""
            old, new = (_shown(one, key, written) for key in ("old", "new"))
            place = f"{one['file'].rsplit('/', 1)[-1]}:{one['line']}"
            rows.append([one["path"] + copies, old, new, place, ", ".join(one["because"])])
        left += max(len(record["changes"]) - MOST_ROWS, 0)
    sys.stdout.write("\n")
    heads = ["path", "a", "b", "written at", "claims"]
    print_table("What changed in the case", heads, rows, words=(0, 1, 2, 3, 4))
    if left:
        note(f"{left} more changes of these records stand in --json")


def _shown(one: dict[str, Any], key: str, written: Any) -> str:
    """A value on one line, cut where it is long."""
    if one[key] is None and one["kind"] in {"added", "removed", "support"}:
        return "–"
    text = written(one[key])
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def _print_findings(report: dict[str, Any]) -> None:
    rows, elsewhere = [], 0
    for one in report["findings"]:
        if not one["changed"]:
            continue
        if one["rule"] not in {None, report["consent"]}:
            elsewhere += 1
            continue
        shares = [f"{one['text'][key]}, {one['words'][key]}" for key in "ab"]
        moved = f"{100 * one['difference']:+.1f} ± {164.5 * one['se']:.1f}"
        reasons = ""
        if one["reason"]["changed"]:
            reasons = f"{one['reason_words']['a']} → {one['reason_words']['b']}"
        rows.append([one["package"], one["test"], *shares, moved, reasons])
    if rows:
        sys.stdout.write("\n")
        heads = ["package", "test", "a", "b", "points, ± 90%", "leading reason"]
        title = f"Findings that changed, consent rule {report['consent']}"
        print_table(title, heads, rows, words=(0, 1, 2, 3, 5))
    if elsewhere:
        sys.stdout.write(f"\nunder other consent rules {elsewhere:,} more changed; see --json\n")
