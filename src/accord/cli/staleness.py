"""Whether the case beside a run has changed since."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import accord
from accord._errors import AccordError

if TYPE_CHECKING:
    from accord.run.run import Run

__all__ = ["case_beside", "warn_if_stale"]


def case_beside(folder: Path) -> Path | None:
    """The folder of the case in whose ``runs`` a run stands, or None."""
    above = folder.resolve().parent
    if above.name == "runs" and (above.parent / "case.yaml").is_file():
        return above.parent
    return None


def warn_if_stale(run: Run, folder: Path) -> None:
    """A visible warning where the case would no longer give this run."""
    from accord.run.store import is_stale  # noqa: PLC0415  opened runs only

    beside = case_beside(folder)
    if beside is None and "case_folder" in run.manifest:
        told = (folder.resolve() / run.manifest["case_folder"]).resolve()
        beside = told if (told / "case.yaml").is_file() else None
    if beside is None:
        return
    try:
        case = accord.load(beside, run.case.as_of, run.case.assumptions)
    except AccordError:
        sys.stderr.write(
            f"warning: the case beside the run has errors now: accord check {beside}\n"
        )
        return
    if is_stale(run, case.digest):
        sys.stderr.write(
            f"warning: the case has changed since this run was made; accord assess {beside} "
            "makes a new one\n"
        )
