"""``accord site``: briefs of several cases as a static site."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import accord
from accord.cli.options import (
    AsOfOption,
    ConsentOption,
    JsonOption,
    LinesOption,
    as_of_date,
)
from accord.cli.printing import print_json
from accord.cli.progress import SILENT_SECONDS
from accord.cli.staleness import warn_if_stale

if TYPE_CHECKING:
    from accord.run.progress import Reached

__all__ = ["site"]

CasesArgument = Annotated[
    list[str],
    typer.Argument(metavar="CASES…", help="Folders of cases, of runs, or of several cases."),
]
OutputOption = Annotated[
    str,
    typer.Option("-o", "--output", metavar="DIR", help="Where to write: new, or an earlier site."),
]
TitleOption = Annotated[str, typer.Option("--title", help="The site's name.")]
AddressOption = Annotated[
    str, typer.Option("--address", metavar="URL", help="Where it will stand, for its feed.")
]
HistoryOption = Annotated[
    bool, typer.Option("--history", help="Compute how each result came about; takes long.")
]
ReadyWorldsOption = Annotated[
    int | None, typer.Option("--worlds", help="Worlds of the runs; those at hand, else 2048.")
]
ReadySeedOption = Annotated[
    int | None, typer.Option("--seed", help="Seed of the runs; that at hand, else 1.")
]


def site(
    cases: CasesArgument,
    *,
    output: OutputOption,
    title: TitleOption = "Briefs",
    address: AddressOption = "",
    history: HistoryOption = False,
    as_of: AsOfOption = None,
    worlds: ReadyWorldsOption = None,
    seed: ReadySeedOption = None,
    lines: LinesOption = "stated",
    consent: ConsentOption = None,
    json: JsonOption = False,
) -> None:
    """Make a static site of briefs, with pages of actors and sources, search and a feed.

    A case's run at hand is used unless it is stale; else the case is assessed. The site needs no
    server: it opens by a double click. An earlier site in DIR is replaced in one step.
    """
    made = accord.site(
        cases, output, title=title, address=address, history=history, as_of=as_of_date(as_of),
        worlds=worlds, seed=seed, lines=lines, consent=consent, progress=_tell,
    )  # fmt: skip
    for given in map(Path, cases):
        if (given / "manifest.json").is_file():
            warn_if_stale(accord.open_run(given), given)
    if json:
        print_json(made.as_json())
        return
    for one in made.cases:
        sys.stdout.write(f"{one.title}: {Path(made.site, 'cases', one.name, 'index.html')}\n")
    front = Path(made.site, "index.html")
    sys.stdout.write(f"site: {front} ({made.pages:,} pages)\n")


def _tell(reached: Reached) -> None:
    """A step begins; speaks on stderr once a second has passed."""
    if reached.elapsed < SILENT_SECONDS:
        return
    left = "" if reached.left is None else f", about {max(1, round(reached.left))} s left"
    sys.stderr.write(f"{reached.step} … ({reached.elapsed:.0f} s{left})\n")
