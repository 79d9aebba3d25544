"""Import of a user's own downloads: the aid tracker's workbook and national capabilities."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

from accord._errors import CaseError, CaseErrors
from accord.exchange.placing import place
from accord.exchange.report import Report
from accord.exchange.tracker import ALL, Change, changes, conversions, reconciled
from accord.exchange.tracker_writing import (
    capabilities_csv,
    changes_csv,
    conversion_csv,
    named,
    sources_csv,
    stages_yaml,
    support_csv,
)
from accord.formats.cow import CapabilityTable, is_cow, read_cow
from accord.formats.kiel import Tracker, read_tracker
from accord.formats.kiel_workbook import is_workbook
from accord.formats.source import read_source

__all__ = ["data_files", "import_data"]

_MOST_WORKBOOKS, _MOST_TABLES = 2, 1
_RELEASE = re.compile(r"(\d+)(?:v(\d+))?")


def data_files(files: Sequence[str | Path]) -> dict[str, list[str | Path]]:
    """Which files are workbooks, national capabilities, or anything else, by what they hold."""
    found: dict[str, list[str | Path]] = {"workbook": [], "capabilities": [], "other": []}
    for file in files:
        kind = "other"
        if is_workbook(file):
            kind = "workbook"
        elif not Path(file).is_dir() and _holds_capabilities(file):
            kind = "capabilities"
        found[kind].append(file)
    return found


def _holds_capabilities(file: str | Path) -> bool:
    try:
        return is_cow(read_source(file))
    except CaseErrors:
        # whoever reads it will say what is wrong with it
        return False


def import_data(found: dict[str, list[str | Path]], folder: str | Path) -> Report:
    """Write tables and a snippet of a case from the files that ``data_files`` found.

    Raises
    ------
    CaseErrors
        With every mistake in the files, or where they do not belong together.
    UsageError
        If the folder holds anything or cannot be written. In both cases nothing is written.
    """
    _refuse_mixtures(found)
    errors: list[CaseError] = []
    trackers: list[Tracker] = []
    tables: list[CapabilityTable] = []
    for file in found["workbook"]:
        try:
            trackers.append(read_tracker(file))
        except CaseErrors as refusal:
            errors.extend(refusal.errors)
    for file in found["capabilities"]:
        try:
            tables.append(read_cow(file))
        except CaseErrors as refusal:
            errors.extend(refusal.errors)
    if errors:
        raise CaseErrors(errors)
    notes = [note for tracker in trackers for note in tracker.ignored]
    notes += [note for table in tables for note in table.ignored]
    trackers = _newest_first(trackers, notes)
    content = _contents(trackers, tables, notes)
    return Report(place(folder, content), tuple(notes))


def _refuse_mixtures(found: dict[str, list[str | Path]]) -> None:
    errors = []
    for file in found["other"]:
        wanted = "the files of one negotiation, or the tracker and national capabilities alone"
        said = "a file that is neither the tracker's workbook nor national capabilities"
        said = said if Path(file).exists() else "no such file"
        hint = "import them one after the other, into two folders"
        errors.append(CaseError("", str(file), 0, 0, said, wanted, hint))
    for kind, most, words in (
        ("workbook", _MOST_WORKBOOKS, "one release of the tracker, and an older one"),
        ("capabilities", _MOST_TABLES, "one csv of national capabilities"),
    ):
        for file in found[kind][most:]:
            errors.append(CaseError("", str(file), 0, 0, f"one {kind} file too many", words))
    if errors:
        raise CaseErrors(errors)


def _newest_first(trackers: list[Tracker], notes: list[str]) -> list[Tracker]:
    """The order of releases where both are known, otherwise that in which they were named."""
    numbers = [_RELEASE.fullmatch(one.release) for one in trackers]
    if len(trackers) < _MOST_WORKBOOKS:
        return trackers
    if None in numbers:
        notes.append(f"{trackers[0].file} was taken as the newer release, as it is named first")
        return trackers
    order = [tuple(int(part or 0) for part in number.groups()) for number in numbers if number]
    if order[0] < order[1]:
        notes.append(f"{trackers[1].file} is the newer release and was taken as such")
        return trackers[::-1]
    return trackers


def _contents(
    trackers: list[Tracker], tables: list[CapabilityTable], notes: list[str]
) -> dict[str, str]:
    content: dict[str, str] = {}
    if trackers:
        newest = trackers[0]
        notes.extend(reconciled(newest))
        content["support.csv"] = support_csv(newest)
        content["conversion.csv"] = conversion_csv(newest)
        content["stages.yaml"] = stages_yaml(newest)
        overall = conversions(newest)[0]
        if overall.rate is None:
            notes.append(f"{named(newest)}: no conversion rate, it states no allocations")
        else:
            notes.append(
                f"{named(newest)}: {overall.rate:.1%} of what was committed had been allocated"
            )
    if len(trackers) == _MOST_WORKBOOKS:
        found = changes(trackers[0], trackers[1])
        content["changes.csv"] = changes_csv(found)
        notes.extend(_told(found, trackers))
    content["sources.csv"] = sources_csv(trackers, tables)
    for table in tables:
        donors = {one.donor for one in conversions(trackers[0])} - {ALL} if trackers else set()
        content["capabilities.csv"], without = capabilities_csv(table, sorted(donors))
        notes.extend(f"{table.file}: {sentence}" for sentence in without)
    return content


def _told(found: Sequence[Change], trackers: Sequence[Tracker]) -> list[str]:
    """What changed between two releases, in a sentence for each measure."""
    newer, older = trackers
    if not (newer.entries and older.entries):
        return ["no changes: one of the releases has totals alone, and no entries"]
    told = []
    for measure in ("commitment", "allocation"):
        of_measure = [change for change in found if change.measure == measure]
        counts = ", ".join(
            f"{sum(change.change == what for change in of_measure)} {what}"
            for what in ("new", "gone", "changed")
        )
        total = math.fsum(change.difference for change in of_measure) / 1e9
        if of_measure:
            said = f"from {named(older)} to {named(newer)}: {measure}s {counts}"
            told.append(f"{said}, {total:+,.3f} billion euros")
    return told
