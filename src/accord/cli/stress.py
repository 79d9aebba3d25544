"""``accord stress``: when a package of a run works, why it fails, and what matters to that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import accord
from accord._errors import UsageError
from accord.cli.options import ConsentOption, JsonOption, PackageOption, RunArgument
from accord.cli.printing import note, print_json
from accord.cli.progress import Progress
from accord.cli.staleness import case_beside, warn_if_stale
from accord.cli.stress_printing import print_stress

if TYPE_CHECKING:
    from accord.explore.scenario_words import Doing
    from accord.explore.stress import Stress
    from accord.run.run import Run

__all__ = ["stress"]


def stress(
    run: RunArgument,
    *,
    package: PackageOption = None,
    consent: ConsentOption = None,
    json: JsonOption = False,
) -> None:
    """When a package of a run works, why it fails, and which inputs matter to that.

    With robustness metrics of all packages, and what knowing an input would be worth. Beside a
    run of a case it is kept for the case's pages and brief.
    """
    from accord.brief.deeds import deeds_of  # noqa: PLC0415  solvers load here
    from accord.explore.stress import STEPS  # noqa: PLC0415

    folder = Path(run)
    opened = accord.open_run(folder)
    found = accord.stress(opened, package, consent, progress=Progress(STEPS))
    warn_if_stale(opened, folder)
    doing = deeds_of(opened)
    _keep(opened, found, folder, doing)
    if json:
        print_json(found.as_json(doing))
        return
    print_stress(opened, found, doing)


def _keep(run: Run, found: Stress, folder: Path, doing: Doing) -> None:
    """What was found, beside the case in whose folder the run stands, for its pages and brief."""
    from accord.brief.explored import explored_key  # noqa: PLC0415
    from accord.explore.stress_kept import keep_stress, stress_content  # noqa: PLC0415

    if case_beside(folder) is None:
        return
    key = explored_key(run.manifest["digest"], run.manifest["lines"])
    content = stress_content(run, found, doing)
    try:
        keep_stress(folder.resolve().parent, key, found.package, found.rule, content)
    except UsageError as error:
        note(f"what was found is not kept: {error}")
