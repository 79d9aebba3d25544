"""``accord explore``: the best packages of the whole space, with a proven bound."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import accord
from accord._errors import UsageError
from accord.cli.explore_line import Line, interrupting
from accord.cli.explore_options import (
    ClusterOption,
    GapOption,
    LadderOption,
    MemoryOption,
    OutputOption,
    PinOption,
    ResumeOption,
    RulesOption,
    SecondsOption,
    memory_size,
    pinned_levels,
)
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
from accord.cli.printing import print_json

if TYPE_CHECKING:
    from accord.explore.search.exploring import Prepared

__all__ = ["explore"]


def explore(
    case: CaseArgument,
    *,
    seconds: SecondsOption = 60.0,
    worlds: WorldsOption = 2048,
    seed: SeedOption = 1,
    consent: ConsentOption = None,
    gap: GapOption = 0.0,
    pin: PinOption = None,
    ladder: LadderOption = None,
    every_rule: RulesOption = False,
    resume: ResumeOption = False,
    as_of: AsOfOption = None,
    lines: LinesOption = "stated",
    assume: AssumeOption = None,
    cluster: ClusterOption = None,
    memory: MemoryOption = "4GB",
    output: OutputOption = None,
    json: JsonOption = False,
) -> None:
    """The packages that pass all tests in most worlds, of all that can be put together.

    Ctrl-C ends the search with the best so far and how far it is from proven.
    """
    if sum([ladder is not None, every_rule, resume]) > 1:
        raise UsageError("--ladder, --every-rule and --resume are asked for one at a time")
    file = _output(output, plain=ladder is None and not every_rule)
    loaded, pins = accord.load(case, as_of_date(as_of), assume or ()), pinned_levels(pin or ())
    folder, line = _folder(case), Line()
    with interrupting() as stop:
        prepared = _prepared(
            loaded, worlds=worlds, seed=seed, lines=lines, folder=folder,
            memory=memory_size(memory), making=line.making_until(stop), cluster=cluster,
        )  # fmt: skip
        asked = _Asked(prepared, pins, consent, folder, file, resume=resume)
        effort = asked.effort(seconds=seconds, gap=gap, progress=line.searching, stop=stop)
        told, printed = asked.answer(ladder, effort, every_rule=every_rule)
    line.end()
    if json:
        print_json(told)
    else:
        printed()


def _folder(case: str) -> Path | None:
    """Where results are kept: in the folder of the case, if it can be written."""
    folder = Path(case) if Path(case).is_dir() else Path(case).parent
    return folder / "runs" if os.access(folder, os.W_OK) else None


def _output(name: str | None, *, plain: bool) -> Path | None:
    """The file that is asked for; refused before anything is searched."""
    from accord.explore.search.tabling import result_file  # noqa: PLC0415

    if name is None:
        return None
    if not plain:
        raise UsageError("--output is of one search, without --ladder and --every-rule")
    return result_file(name)


def _prepared(case: Any, **asked: Any) -> Prepared:
    from accord.explore.search.exploring import prepare  # noqa: PLC0415  solvers load here

    return prepare(case, **asked)


class _Asked:
    """What a person asks for, of a case that was prepared."""

    def __init__(
        self, prepared: Prepared, pins: dict[str, list[str]], consent: str | None,
        folder: Path | None, file: Path | None, *, resume: bool,
    ) -> None:  # fmt: skip
        from accord.explore.search.exploring import allowed_levels  # noqa: PLC0415
        from accord.explore.search.whole import chosen_rule  # noqa: PLC0415

        self._prepared, self._folder, self._resume = prepared, folder, resume
        self._file = file
        self._pins, self._rule = pins, chosen_rule(prepared.case, consent)
        self._allowed = allowed_levels(prepared.case, pins)

    def effort(self, **asked: Any) -> Any:
        """How far to go; where the search stands is kept under what it is about."""
        from accord.explore.search.effort import Effort  # noqa: PLC0415

        state = None
        if self._folder is not None:
            worlds = self._prepared.asking.setting.worlds
            about = (self._prepared.case.digest, worlds.seed, worlds.blocks, worlds.lines,
                     self._rule, self._allowed)  # fmt: skip
            key = hashlib.sha256(repr(about).encode()).hexdigest()
            state = self._folder / f"search-{key[:8]}.json"
        return Effort(state=state, resume=self._resume, **asked)

    def answer(self, of: str | None, effort: Any, *, every_rule: bool) -> tuple[Any, Any]:
        """JSON-ready, and a function that prints it for people."""
        from accord.cli import explore_printing as told  # noqa: PLC0415

        case = self._prepared.case
        if of is not None:
            from accord.explore.search.ladders import ladder  # noqa: PLC0415

            rungs = ladder(self._prepared, of, self._rule, effort)
            return rungs.as_json(), lambda: told.print_ladder(case, rungs)
        if every_rule:
            from accord.explore.search.under_rules import under_all_rules  # noqa: PLC0415

            all_rules = under_all_rules(self._prepared, self._allowed, effort)
            self._keep(*all_rules.by_rule.values())
            return all_rules.as_json(), lambda: told.print_under_rules(case, all_rules)
        from accord.explore.search.exploring import best_of  # noqa: PLC0415

        found = best_of(self._prepared, self._rule, self._allowed, effort)
        self._keep(found)
        if self._file is not None:
            from accord.explore.search.tabling import write_explored  # noqa: PLC0415

            write_explored(self._file, self._prepared, found)
        return found.as_json(), lambda: told.print_explored(case, found)

    def _keep(self, *found: Any) -> None:
        """What was found in the whole space is kept for the workbench and the brief."""
        from accord.explore.search.results import keep_explored  # noqa: PLC0415

        if self._folder is not None and not self._pins:
            for each in found:
                keep_explored(self._folder, self._prepared.case.digest, each.as_json())
