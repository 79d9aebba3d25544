"""``accord brief``: a run, or a case that is assessed first, as a page to read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from accord.cli.printing import note, print_json
from accord.cli.progress import Progress
from accord.cli.staleness import warn_if_stale

if TYPE_CHECKING:
    from accord.run.run import Run

__all__ = ["brief"]


def brief(
    source: Annotated[str, typer.Argument(metavar="RUN|CASE", help="A run's or a case's folder.")],
    *,
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Where to write; .html or .md says the format."
        ),
    ] = None,
    worlds: WorldsOption = 2048,
    seed: SeedOption = 1,
    as_of: AsOfOption = None,
    lines: LinesOption = "stated",
    consent: ConsentOption = None,
    assume: AssumeOption = None,
    json: JsonOption = False,
) -> None:
    """Write the brief of a run; a case is assessed first, with the options of assess.

    Prints where the brief is and answers the questions it was made for.
    """
    from accord.brief.publish import FORMATS  # noqa: PLC0415  charts load here
    from accord.run.progress import STEPS  # noqa: PLC0415

    file = Path(output) if output is not None else Path(f"{_stem(source)}.html")
    if file.suffix not in FORMATS:
        raise UsageError(f"found -o {file}, wanted a name ending in {' or '.join(FORMATS)}")
    folder = Path(source)
    if (folder / "manifest.json").exists():
        _refuse_options_of_a_case(worlds, seed, as_of, lines, assume)
        run = accord.open_run(folder)
        warn_if_stale(run, folder)
        run = _led_by(run, consent)
    else:
        case = accord.load(source, as_of_date(as_of), assume or ())
        run = accord.assess(
            case, worlds=worlds, seed=seed, lines=lines, consent=consent, progress=Progress(STEPS)
        )
        _keep(run, folder)
    accord.publish(_exploring(run, source), file)
    _report(run, file, as_json=json)


def _refuse_options_of_a_case(
    worlds: int, seed: int, as_of: str | None, lines: str, assume: list[str] | None
) -> None:
    """A run is what it is: options that would make another one are not ignored."""
    given = {
        "--worlds": worlds != 2048,
        "--seed": seed != 1,
        "--as-of": as_of is not None,
        "--lines": lines != "stated",
        "--assume": bool(assume),
    }
    wrong = [name for name, there in given.items() if there]
    if wrong:
        raise UsageError(
            f"found {', '.join(wrong)} with a run, wanted a case; accord assess makes another run"
        )


def _stem(source: str) -> str:
    path = Path(source)
    return path.parent.resolve().name if path.suffix else path.resolve().name


def _led_by(run: Run, consent: str | None) -> Run:
    """The run with another consent rule in front; all rules were assessed."""
    from dataclasses import replace  # noqa: PLC0415

    if consent is None:
        return run
    if consent not in run.rules:
        raise UsageError(
            f"no consent rule {consent!r} in the run; there are {', '.join(run.rules)}"
        )
    return replace(run, manifest={**run.manifest, "consent": consent})


def _exploring(run: Run, source: str) -> Run:
    """The run with what is kept beside its case: about the whole space, and under stress."""
    from accord.brief.kept import with_kept  # noqa: PLC0415

    place = Path(source)
    if (place / "manifest.json").exists():
        folder = place.resolve().parent
    else:
        folder = (place if place.is_dir() else place.parent) / "runs"
    return with_kept(run, folder)


def _keep(run: Run, source: Path) -> None:
    """The run behind the brief, so that its figures can be explained."""
    from accord.run.store import default_folder  # noqa: PLC0415

    folder = default_folder(source if source.is_dir() else source.parent, run)
    accord.save(run, folder)
    note(f"the run behind the brief: {folder}")


def _report(run: Run, file: Path, *, as_json: bool) -> None:
    from accord.brief.answers import answers  # noqa: PLC0415

    found = answers(run)
    if as_json:
        print_json(
            {"brief": str(file), "answers": [{"question": q, "answer": a} for q, a in found]}
        )
        return
    title = run.case.file.packages[run.packages[0]].title
    sys.stdout.write(
        f"{title}, as of {run.manifest['as_of']} "
        f"({run.worlds:,} worlds, seed {run.manifest['seed']}, consent: {run.rule}):\n"
    )
    width = max(len(question) for question, _ in found)
    for question, answer in found:
        sys.stdout.write(f"  {question:<{width}}  {answer}\n")
    sys.stdout.write(f"brief: {file}\n")
