"""``accord watch --history``: the days on which shares moved, and what moved them."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import accord
from accord._errors import UsageError
from accord.cli.options import as_of_date
from accord.cli.printing import print_json, print_table
from accord.cli.progress import Progress

if TYPE_CHECKING:
    from accord.theory.estimates import Estimate
    from accord.worlds.worlds import Lines

__all__ = ["tell_history", "worlds_told"]

BEYOND_CHANCE = 1.645
"""Standard errors from which a change is printed beside its share."""


def tell_history(
    source: str, package: str | None, consent: str | None, *, worlds: int, seed: int,
    lines: Lines, until: str | None, json: bool,
) -> None:  # fmt: skip
    """Compute the history of a case, or read the one kept beside it, and print it."""
    from accord.case.days import days_of  # noqa: PLC0415  solvers load here

    if (Path(source) / "manifest.json").exists():
        raise UsageError(f"found {source}, a run of one day, wanted a case; --history needs a case")
    day = as_of_date(until)
    last = day if isinstance(day, dt.date) else None
    chosen: tuple[str, ...] = () if package is None else (package,)
    if not chosen and not json:
        chosen = tuple(accord.load(source).file.packages)[:1]
    days = days_of(source, last)
    folder = Path(source) if Path(source).is_dir() else Path(source).parent
    found = accord.history(
        source, worlds=worlds, seed=seed, lines=lines, consent=consent, packages=chosen,
        until=last, keep=folder / "runs" if os.access(folder, os.W_OK) else None,
        progress=Progress(dict.fromkeys((one.isoformat() for one in days), 1.0)),
    )  # fmt: skip
    if json:
        print_json(found)
    else:
        _print(found, chosen[0])


def worlds_told(found: Mapping[str, Any], worlds: int, asked: int = 0) -> str:
    """How much the worlds of a run or of a day still say, as a line; with its warning."""
    effective = found["effective_worlds"]
    if effective >= worlds:
        return f"{worlds:,} worlds, all of the same weight\n"
    rounded = -(-asked // 256) * 256
    more = (
        f" in place of {rounded:,}, so that enough weigh something" if 0 < rounded < worlds else ""
    )
    text = (
        f"{worlds:,} worlds drawn{more}: what is known makes some likelier than others, and they "
        f"inform as much as {effective:,.0f} that are equally likely\n"
    )
    if found["weight_warning"]:
        text += f"warning: {found['weight_warning']}\n"
    return text


def _print(found: dict[str, Any], package: str) -> None:
    sys.stdout.write(
        f"{found['title']}: {found['packages'].get(package, package)}\n"
        f"consent {found['consent']}, seed {found['seed']}, red lines {found['lines']}\n\n"
    )
    rows = [
        [step["date"], *(_cell(step, package, test) for test in found["tests"]), _moved(step)]
        for step in found["steps"]
    ]
    heads = ["date", *found["tests"], "what became known"]
    title = "Shares of worlds (± 90%), and changes since the row above that are beyond chance"
    print_table(title, heads, rows, words=(len(heads) - 1,))
    sys.stdout.write("\n")
    _print_worlds(found["steps"])


def _print_worlds(steps: list[dict[str, Any]]) -> None:
    """How many worlds stood behind the last row, and on which days that changed."""
    last = steps[-1]
    sys.stdout.write(f"On {last['date']}: {worlds_told(last, last['worlds'])}")
    before = steps[0]["worlds"]
    for step in steps[1:]:
        if step["worlds"] != before:
            sys.stdout.write(
                f"From {step['date']} on {step['worlds']:,} worlds stand in for {before:,}, since "
                "what is known makes them unequal; the change to that row is between different "
                "worlds and so less exact\n"
            )
        before = step["worlds"]
    for step in steps[:-1]:
        if step["weight_warning"]:
            sys.stdout.write(f"warning: on {step['date']} {step['weight_warning']}\n")


def _cell(step: dict[str, Any], package: str, test: str) -> str:
    """A share with its error, and its change where that is beyond chance."""
    from accord.brief.words import share_text  # noqa: PLC0415  shared with the brief

    share = step["shares"].get(package, {}).get(test)
    if share is None:
        return "–"
    text = share_text(_estimate(share, step))
    change = step["changed"].get(package, {}).get(test)
    if change is None or abs(change["difference"]) <= max(BEYOND_CHANCE * change["se"], 0.0005):
        return text
    return f"{text} ({100 * change['difference']:+.0f})"


def _estimate(share: dict[str, float], step: dict[str, Any]) -> Estimate:
    """The estimate behind a share; one of 0 or 1 has its bound again (the rule of three)."""
    from accord.theory.estimates import kept_share  # noqa: PLC0415

    blocks, effective = step["worlds"] // 256, step["effective_worlds"]
    told = kept_share(share["share"], share["se"], blocks, effective)
    return told if share["se"] == 0 else replace(told, bound=None)


def _moved(step: dict[str, Any]) -> str:
    """What became known, in words."""
    parts = []
    for one in step["moved"]:
        if one["kind"] == "start":
            parts.append("the case as first written")
        elif one["kind"] == "update":
            parts.append(one["title"])
        else:
            told = f"answered: {one['title']}"
            if one["explained_by"]:
                told += " (an update stands in for it)"
            parts.append(told)
    return "; ".join(parts)
