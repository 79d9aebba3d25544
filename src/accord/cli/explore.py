"""``accord explore``: the best packages of the whole space, with a proven bound."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import accord
from accord._errors import UsageError
from accord.cli.explore_line import Line, interrupting
from accord.cli.explore_options import (
    ClusterOption,
    DaysOption,
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
from accord.cli.printing import note, print_json

if TYPE_CHECKING:
    from accord.explore.search.effort import Effort
    from accord.explore.search.exploring import Explored, Prepared

__all__ = ["explore"]

Answer = tuple[dict[str, Any], Callable[[], None]]


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
    every_day: DaysOption = False,
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
    mode = _mode(ladder=ladder is not None, every_rule=every_rule, every_day=every_day,
                 resume=resume, output=output is not None, assume=bool(assume),
                 consent=consent is not None)  # fmt: skip
    drawn = {"worlds": worlds, "seed": seed, "lines": lines, "memory": memory_size(memory),
             "cluster": cluster}  # fmt: skip
    with Line() as line, interrupting() as stop:
        from accord.explore.search.effort import Effort  # noqa: PLC0415  solvers load here

        effort = Effort(seconds, gap, line.searching, stop, resume=resume, unkept=_unkept)
        asked = _Asked(case, as_of, assume or (), pin or (), consent, output, ladder)
        if mode == "every_day":
            told, printed = asked.days(effort, drawn, line.making_until(stop))
        else:
            asked.prepare(drawn, line.making_until(stop))
            told, printed = asked.answer(mode, ladder, effort)
    if json:
        print_json(told)
    else:
        printed()


def _mode(**given: bool) -> str:
    """What is asked for; two ways at once are refused before anything is computed."""
    ways = [name for name in ("ladder", "every_rule", "every_day", "resume") if given[name]]
    if len(ways) > 1:
        options = " and ".join(f"--{name.replace('_', '-')}" for name in ways)
        raise UsageError(f"found {options}, wanted one of them at a time")
    if given["every_rule"] and given["consent"]:
        raise UsageError("found --every-rule and --consent, wanted one of them at a time")
    if given["output"] and ways not in ([], ["resume"]):
        raise UsageError(f"--output is of one search, without --{ways[0].replace('_', '-')}")
    if given["assume"] and ways == ["every_day"]:
        raise UsageError("--every-day reads the case as it was on each day, without --assume")
    return ways[0] if ways else "plain"


def _unkept(error: UsageError) -> None:
    note(f"what was found is not kept, and the work goes on: {error}")


def _told(day: str) -> None:
    sys.stderr.write(f"{day} …\n")


class _Asked:
    """What a person asks for; refused here where it cannot be, before anything is computed."""

    def __init__(
        self, source: str, as_of: str | None, assume: Sequence[str], pins: Sequence[str],
        consent: str | None, output: str | None, ladder: str | None,
    ) -> None:  # fmt: skip
        from accord.explore.search.exploring import allowed_levels  # noqa: PLC0415
        from accord.explore.search.ladders import kind_of  # noqa: PLC0415
        from accord.explore.search.tabling import result_file  # noqa: PLC0415
        from accord.explore.search.whole import chosen_rule  # noqa: PLC0415

        self._source, self._until, self._consent = source, as_of_date(as_of), consent
        self._case = accord.load(source, self._until, assume)
        self._pins, self._rule = pinned_levels(pins), chosen_rule(self._case, consent)
        self._allowed = allowed_levels(self._case, self._pins)
        self._file = None if output is None else result_file(output)
        if ladder is not None:
            kind_of(self._case, ladder)
        folder = Path(source) if Path(source).is_dir() else Path(source).parent
        runs = folder / "runs"
        # results are kept in the folder of the case, if it can be written
        writable = os.access(runs if runs.exists() else folder, os.W_OK)
        self._folder = runs if writable else None
        self._unwritable = None if writable else runs
        self._prepared: Prepared | None = None

    def prepare(self, drawn: Mapping[str, Any], making: Callable[[float], None]) -> None:
        """Draw the worlds and make the class tables."""
        from accord.explore.search.exploring import prepare  # noqa: PLC0415

        if self._unwritable is not None:
            note(
                f"{self._unwritable} cannot be written: what is found is not kept for pages and "
                "briefs, and cannot be gone on with"
            )
        self._prepared = prepare(
            self._case, **drawn, folder=self._folder, making=making, unkept=_unkept
        )

    def days(
        self, effort: Effort, drawn: Mapping[str, Any], making: Callable[[float], None]
    ) -> Answer:
        """The best package on every day on which something became known."""
        from accord.cli.explore_printing import print_days  # noqa: PLC0415
        from accord.explore.search.dated import on_every_day  # noqa: PLC0415

        last = self._until if isinstance(self._until, dt.date) else None
        found = on_every_day(
            self._source, effort, **drawn, consent=self._consent, pins=self._pins, until=last,
            progress=_told, making=making,
        )  # fmt: skip
        told = {"schema": 1, "days": [day.as_json() for day in found]}
        return told, lambda: print_days(self._case, found)

    def answer(self, mode: str, of: str | None, effort: Effort) -> Answer:
        """JSON-ready, and a function that prints it for people."""
        from accord.cli import explore_printing as told  # noqa: PLC0415
        from accord.explore.search.exploring import best_of  # noqa: PLC0415
        from accord.explore.search.ladders import ladder  # noqa: PLC0415
        from accord.explore.search.tabling import write_explored  # noqa: PLC0415
        from accord.explore.search.under_rules import under_all_rules  # noqa: PLC0415

        case, prepared = self._case, self._prepared
        assert prepared is not None
        if mode == "ladder" and of is not None:
            rungs = ladder(prepared, of, self._rule, effort, pins=self._pins)
            return rungs.as_json(), lambda: told.print_ladder(case, rungs)
        if mode == "every_rule":
            rules = under_all_rules(prepared, self._allowed, effort)
            self._keep(prepared, *rules.by_rule.values())
            return rules.as_json(), lambda: told.print_under_rules(case, rules)
        found = best_of(
            prepared, self._rule, self._allowed, replace(effort, state=self._state(prepared))
        )
        self._keep(prepared, found)
        if self._file is not None:
            write_explored(self._file, prepared, found)
        return found.as_json(), lambda: told.print_explored(case, found)

    def _state(self, prepared: Prepared) -> Path | None:
        """Where it is kept how far the search is, under what it is about."""
        worlds = prepared.asking.setting.worlds
        about = (
            self._case.digest, worlds.seed, worlds.blocks, worlds.lines, self._rule, self._allowed
        )  # fmt: skip
        key = hashlib.sha256(repr(about).encode()).hexdigest()
        return None if self._folder is None else self._folder / f"search-{key[:8]}.json"

    def _keep(self, prepared: Prepared, *found: Explored) -> None:
        """What was found is kept for the workbench and the brief."""
        from accord.brief.explored import explored_key  # noqa: PLC0415
        from accord.explore.search.results import keep_explored  # noqa: PLC0415

        if self._folder is None:
            return
        lines = prepared.asking.setting.worlds.lines
        key = explored_key(self._case.digest, lines, self._pins)
        for each in found:
            content = {**each.as_json(), "pins": self._pins, "lines": lines}
            try:
                better = keep_explored(self._folder, key, content)
            except UsageError as error:
                _unkept(error)
                return
            if better is not None:
                note(
                    f"pages and briefs go on telling what an earlier search found under "
                    f"{each.rule}: {better['worlds']:,} worlds, a gap of "
                    f"{100 * better['gap']:.1f} points"
                )
