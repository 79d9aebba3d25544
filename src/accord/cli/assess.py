"""``accord assess``: put the packages of a case to the four tests."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import accord
from accord._errors import RunError
from accord.cli.options import (
    AsOfOption,
    AssumeOption,
    CaseArgument,
    ConsentOption,
    JsonOption,
    LinesOption,
    SeedOption,
    WorldsOption,
    as_of_date,
)
from accord.cli.printing import note, print_json, print_table
from accord.cli.progress import Progress

if TYPE_CHECKING:
    from accord.run.run import Run

__all__ = ["assess"]


def assess(
    case: CaseArgument,
    *,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="RUN", help="Where to write the run."),
    ] = None,
    worlds: WorldsOption = 2048,
    seed: SeedOption = 1,
    as_of: AsOfOption = None,
    lines: LinesOption = "stated",
    consent: ConsentOption = None,
    assume: AssumeOption = None,
    package: Annotated[
        list[str] | None,
        typer.Option("--package", metavar="NAME", help="Only this package; repeatable."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Put the packages of a case to the four tests and write the run.

    The run is a folder, by default CASE/runs/DATE-DIGEST. Every consent rule is assessed.
    """
    from accord.run.progress import STEPS  # noqa: PLC0415
    from accord.run.store import default_folder  # noqa: PLC0415

    if output is not None:
        _refuse_what_is_no_run(Path(output))
    loaded = accord.load(case, as_of_date(as_of), assume or ())
    run = accord.assess(
        loaded, package or (), worlds=worlds, seed=seed, lines=lines, consent=consent,
        progress=Progress(STEPS),
    )  # fmt: skip
    _tell_worlds(run, worlds)
    folder = default_folder(_folder_of(case), run) if output is None else Path(output)
    if output is not None:
        # so that a run that stands elsewhere can tell that its case has changed
        beside = os.path.relpath(_folder_of(case).resolve(), folder.resolve())
        run = replace(run, manifest=run.manifest | {"case_folder": beside})
    accord.save(run, folder)
    _show(run, folder, as_json=json)


def _show(run: Run, folder: Path, *, as_json: bool) -> None:
    from accord.run.report import assess_report  # noqa: PLC0415  solvers load here

    if as_json:
        print_json(assess_report(run, str(folder)))
    else:
        _print(run, folder)


def _refuse_what_is_no_run(folder: Path) -> None:
    """Before the long computation, not after it."""
    if folder.exists() and not (folder / "manifest.json").exists():
        raise RunError(f"{folder} exists and is no run; choose another place with -o")


def _folder_of(case: str) -> Path:
    path = Path(case)
    return path if path.is_dir() else path.parent


def _tell_worlds(run: Run, asked: int) -> None:
    if run.worlds != asked:
        rounded = -(-asked // 256) * 256
        if rounded != asked:
            note(f"{asked:,} worlds rounded up to {rounded:,}, whole blocks of 256")
        if run.worlds != rounded:
            note(f"{run.worlds:,} worlds drawn, since events make some of them weigh little")
    if run.manifest["weight_warning"]:
        sys.stderr.write(f"warning: {run.manifest['weight_warning']}\n")


def _print(run: Run, folder: Path) -> None:
    verdict, manifest = run.verdict, run.manifest
    sys.stdout.write(
        f"{run.case.file.title}, as of {manifest['as_of']}; {run.worlds:,} worlds, "
        f"seed {manifest['seed']}, red lines {manifest['lines']}\n"
    )
    for test, why in verdict.not_assessed.items():
        sys.stdout.write(f"not assessed: {test}, since {why}\n")
    for rule in sorted(run.rules, key=lambda name: name != run.rule):
        sys.stdout.write("\n")
        _print_rule(run, rule)
    sys.stdout.write("\n")
    _print_reasons(run)
    sys.stdout.write(f"\nrun: {folder}\n")


def _print_rule(run: Run, rule: str) -> None:
    from accord.brief.words import share_text  # noqa: PLC0415  shared with the brief

    verdict = run.verdict
    heads = ["package", *verdict.assessed, f"joint ({verdict.joint_label})"]
    rows = [
        [
            package,
            *(share_text(verdict.share(t, rule, package)) for t in (*verdict.assessed, "joint")),
        ]
        for package in run.packages
    ]
    leads = " (leads)" if rule == run.rule else ""
    print_table(f"Shares of worlds under the consent rule {rule}{leads}", heads, rows)


def _print_reasons(run: Run) -> None:
    """For each package and each test that it fails somewhere, the reason most often given."""
    from accord.brief.labels import reason_spans  # noqa: PLC0415
    from accord.brief.words import share_text  # noqa: PLC0415

    verdict, rows = run.verdict, []
    for package in run.packages:
        for test in verdict.assessed:
            for name, where in verdict.reason_counts(test, run.rule, package)[:1]:
                spans = reason_spans(run, name)
                words = "".join(s if isinstance(s, str) else getattr(s, "text", "") for s in spans)
                rows.append([package, test, share_text(verdict.estimate(where)), words])
    heads = ["package", "fails", "for this reason in", "most often because of"]
    print_table(f"Leading reasons under {run.rule}", heads, rows, words=(0, 1, 3))
