"""``accord explain``: where a figure of the brief comes from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

import accord
from accord.cli.options import ConsentOption, JsonOption, RunArgument
from accord.cli.printing import print_json
from accord.cli.staleness import warn_if_stale

__all__ = ["explain"]

MOST_INPUTS = 40


def explain(
    run: RunArgument,
    figure: Annotated[
        str | None, typer.Argument(metavar="[FIGURE]", help="A figure's id or a unique prefix.")
    ] = None,
    *,
    consent: ConsentOption = None,
    json: JsonOption = False,
) -> None:
    """Tell where a figure comes from: reduction, inputs, claims, sources. Without one, list all."""
    folder = Path(run)
    opened = accord.open_run(folder)
    warn_if_stale(opened, folder)
    # figures of what is kept beside the case stand in the brief as well
    from accord.brief.kept import with_kept  # noqa: PLC0415

    found = with_kept(opened, folder.resolve().parent)
    report = accord.explain(found, figure, consent)
    if json:
        print_json(report)
    elif figure is None:
        for one in report["figures"]:
            sys.stdout.write(f"{one['figure']}  {one['text']}\n")
    else:
        _print(report)


def _print(report: dict[str, Any]) -> None:
    out = sys.stdout
    out.write(f"{report['figure']}: {report['text']}\n  how: {report['reduction']}\n")
    if report["interval"] is not None:
        low, high = report["interval"]
        out.write(f"  interval: {low:.4g} to {high:.4g}\n")
    inputs = report["inputs"]
    judged = sum(not one["claims"] or bool(one["judgement"]) for one in inputs)
    out.write(f"  rests on {len(inputs)} inputs, {judged} of them judgements ({report['basis']})\n")
    for one in inputs[:MOST_INPUTS]:
        why = ", ".join(one["claims"]) or f"judgement: {one['judgement']}"
        out.write(f"    {one['path']} = {one['used']}\n      {why}\n")
    if len(inputs) > MOST_INPUTS:
        out.write(f"    … {len(inputs) - MOST_INPUTS} more; --json lists all\n")
    for name, claim in report["claims"].items():
        source = report["sources"][claim["source"]]
        out.write(f"  claim {name}: {claim['claim']}\n")
        out.write(f"    {source['publisher']}, {source['published']}: {source['title']}\n")
