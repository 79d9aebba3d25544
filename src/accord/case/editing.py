"""Changes of a case's files, tried in memory: a one-value change is a one-line difference.

Comments and everything that is not changed stay byte for byte. ``save`` writes a proposal,
``undo`` takes the last one back.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path as FilePath
from typing import Any

from accord._errors import CaseError, CaseErrors
from accord.case.check import Report, check_texts
from accord.case.editing_origins import Origins
from accord.case.editing_steps import changed, steps
from accord.case.editing_tables import row_key, row_of, table_changed
from accord.case.editing_yaml import REMOVED, Removed, UnfitPlaceError, spliced
from accord.case.load import AsOf, read_case
from accord.case.proposal import Change, Proposal, Told, case_folder, digest, read_texts
from accord.case.saving import Edit, Undone, edits, repaired, save, undo
from accord.case.tree import Path, Tree, dotted, node_at, parse_path, stands
from accord.case.typed_value import value_of
from accord.case.variants import variant
from accord.case.yaml_reader import MAXIMUM_BYTES, read_yaml_text
from accord.case.yaml_writing import UnfitValueError, plain_data, same

__all__ = ["REMOVED", "Change", "Edit", "Proposal", "Undone", "edited", "edits", "save", "undo"]
__all__ += ["value_of", "variant"]

MAXIMUM_CHANGES = 500
_PATH = re.compile(r"[^\s.]{1,200}(\.[^\s.]{1,200}){0,39}")
_BOM = "\ufeff"


def edited(
    source: str | FilePath, changes: Sequence[Change], as_of: AsOf = None,
    before: Report | None = None,
) -> Proposal:  # fmt: skip
    """Apply changes to copies of a case's files and check the result; nothing is written.

    Parameters
    ----------
    source : path
        The case's folder, or its ``case.yaml``.
    changes : sequence of Change
        Applied one after the other.
    as_of : date, "latest" or None
        The date on which the old values were shown; what an update in force on that date sets
        is refused. None is the case's own date.
    before : Report, optional
        What ``check`` says of the case as it stands; then warnings that are new are told.

    Returns
    -------
    Proposal
        Mistakes, those of the changed case included, are in its ``errors``.

    Raises
    ------
    UsageError
        If the files cannot be read.
    """
    folder = case_folder(source)
    repaired(folder)
    originals = read_texts(folder)
    try:
        attempt = _Attempt(folder, originals, as_of)
    except CaseErrors as error:
        return Proposal(folder, {}, errors=error.errors, at={"": error.errors})
    for change in changes[:MAXIMUM_CHANGES]:
        attempt.apply(change)
    if len(changes) > MAXIMUM_CHANGES:
        attempt.refuse("", f"{len(changes)} changes", f"at most {MAXIMUM_CHANGES} at once")
    attempt.verify()
    return attempt.proposal(changes, before)


class _Attempt:
    """Texts that are changed step by step, beside the plain data that they should then hold."""

    def __init__(self, folder: FilePath, originals: dict[str, str], as_of: AsOf) -> None:
        self.folder = folder
        self.originals = originals
        self.texts = {name: text.removeprefix(_BOM) for name, text in originals.items()}
        tree, _ = read_case(folder / "case.yaml", _as_read(self.texts))
        self.origins = Origins(tree, folder, as_of)
        self.written: Any = self.read().data
        self.merged: Any = tree.data
        self.told: list[Told] = []
        self.errors: list[CaseError] = []
        self.remarks: list[CaseError] = []

    def read(self) -> Tree:
        return read_yaml_text(self.texts.get("case.yaml", ""), str(self.folder / "case.yaml"))

    def refuse(self, path: str, found: str, wanted: str, hint: str = "") -> None:
        file = str(self.folder / "case.yaml")
        self.errors.append(CaseError(path, file, 0, 0, found, wanted, hint))

    def apply(self, change: Change) -> None:
        try:
            path = _path(change.path)
            value = change.value if isinstance(change.value, Removed) else plain_data(change.value)
        except UnfitValueError as error:
            self.refuse(change.path[:200], error.found, error.wanted, error.hint)
            return
        if path[0] == "journal":
            hint = "record a new entry that replaces this one"
            self.refuse(change.path, "the journal, which only grows", "another block", hint)
            return
        for place, new in self.places(path, value):
            if not self.step(change.path, place, new):
                return

    def places(self, path: Path, value: Any) -> list[tuple[Path, Any]]:
        """The single places to change: against what is written or against what is in force.

        Somebody who was shown a block with its copies and its updates gives it back that way;
        the reading that changes less is the one that was meant.
        """
        if isinstance(value, Removed):
            return [(path, value)]
        bases = [self.merged]
        if not any(_touch(path, parse_path(told.path)) for told in self.told):
            bases.append(self.origins.data)
        ways = [
            list(steps(path, node_at(base, path), value)) for base in bases if stands(base, path)
        ]
        return min(ways, key=len) if ways else [(path, value)]

    def step(self, asked: str, path: Path, value: Any) -> bool:
        """One place changed; False, with the error noted, where it cannot be."""
        refusal = self.origins.refusal(path)
        if refusal is not None:
            self.errors.append(refusal)
            return False
        self.remarks += self.origins.remarks(path)
        name = self.origins.table(path, self.written, self.texts) or "case.yaml"
        try:
            if name == "case.yaml":
                self.step_yaml(path, value)
            else:
                self.step_table(name, path, value)
        except UnfitPlaceError as error:
            self.errors.append(self.located(asked, name, error))
            return False
        except LookupError as error:
            self.refuse(
                asked, f"a value copied by like: {str(error).strip(chr(39))}",
                "a value that is written here",
                "give it another value, or take it away where it is written",
            )  # fmt: skip
            return False
        old = node_at(self.origins.data, path) if stands(self.origins.data, path) else REMOVED
        self.told.append(Told(dotted(path), old, value))
        return True

    def step_yaml(self, path: Path, value: Any) -> None:
        override = self.origins.override(path, value, self.written)
        where, new = override if override is not None else (path, value)
        self.texts["case.yaml"] = spliced(self.texts["case.yaml"], where, new)
        self.written = changed(self.written, where, new)
        self.merged = changed(self.merged, where, new)

    def step_table(self, name: str, path: Path, value: Any) -> None:
        length = 1 + len(row_key(path))
        if len(path) > length + 1:  # a place inside a cell, such as amount.1
            row = node_at(self.merged, path[:length])
            path, value = path[: length + 1], changed(row, path[length:], value)[str(path[length])]
        before = self.texts[name]
        self.texts[name] = table_changed(before, path, value)
        self.merged = changed(self.merged, path, value)

    def located(self, asked: str, name: str, error: UnfitPlaceError) -> CaseError:
        text = self.texts[name]
        lines = text[: error.at].splitlines() or [""]
        if text[: error.at].endswith(("\n", "\r")):
            lines.append("")
        line = len(lines)
        shown = text.splitlines()[line - 1][:400] if text else ""
        file = str(self.folder / name)
        return CaseError(
            asked, file, line, len(lines[-1]) + 1, error.found, error.wanted, error.hint, shown
        )

    def verify(self) -> None:
        """Whether the texts, read again, hold exactly what was asked for and nothing else."""
        if self.errors:
            return
        for name, text in self.texts.items():
            if len(text.encode()) > MAXIMUM_BYTES:
                self.refuse("", f"{name} of over {MAXIMUM_BYTES:,} bytes", "a smaller file")
        try:
            holds = same(self.read().data, self.written)
        except CaseErrors:
            holds = False
        for told in self.told:
            path = parse_path(told.path)
            table = self.origins.table(path, self.written, self.texts)
            if table is not None and len(path) == 1 + len(row_key(path)):
                gone = isinstance(told.new, Removed)
                holds = holds and row_of(self.texts[table], row_key(path)) != gone
        if not holds:
            self.refuse(
                self.told[-1].path if self.told else "",
                "a place that is written in a way that cannot be changed by itself",
                "KEY: value on a line of its own, or in brackets", "edit the file by hand",
            )  # fmt: skip

    def proposal(self, changes: Sequence[Change], before: Report | None) -> Proposal:
        files = {}
        for name, text in self.texts.items():
            old = self.originals[name]
            new = (_BOM if old.startswith(_BOM) else "") + text
            if new != old:
                files[name] = (old, new)
        warnings: list[CaseError] = self.remarks
        if not self.errors and files:
            report = check_texts(self.folder / "case.yaml", _as_read(self.texts))
            self.errors += report.errors
            known = {_said(each) for each in before.warnings} if before is not None else None
            if known is not None:
                warnings += [each for each in report.warnings if _said(each) not in known]
        errors = CaseErrors(dict.fromkeys(self.errors)).errors
        return Proposal(
            self.folder, files, tuple(self.told), errors, tuple(dict.fromkeys(warnings)),
            _attached([change.path for change in changes], errors, before),
            {name: digest(text) for name, text in self.originals.items()},
        )  # fmt: skip


def _said(warning: CaseError) -> tuple[str, str, str, str]:
    """A warning without its line, which an edit moves."""
    return warning.path, warning.file, warning.found, warning.wanted


def _as_read(texts: dict[str, str]) -> dict[str, str]:
    """Texts as a file opened in text mode gives them."""
    return {name: io.StringIO(text, newline=None).read() for name, text in texts.items()}


def _path(text: str) -> Path:
    try:
        if len(text) <= 1_000 and _PATH.fullmatch(text):
            return parse_path(text)
    except ValueError:  # a digit of another script
        pass
    raise UnfitValueError(
        f"the path {text[:200]!r}", "names joined by dots, such as packages.my-plan"
    )


def _attached(
    paths: Sequence[str], errors: Sequence[CaseError], before: Report | None
) -> dict[str, tuple[CaseError, ...]]:
    """Each error under the changed path that is nearest to it; old ones under none."""
    found: dict[str, list[CaseError]] = {}
    old = {_said(each) for each in before.errors} if before is not None else set()
    for error in errors:
        near = [
            path for path in paths
            if error.path and _above(path, error.path)
        ]  # fmt: skip
        wide = [path for path in paths if error.path and _above(error.path, path)]
        best = max(near, key=len) if near else wide[0] if wide else ""
        if not best and len(set(paths)) == 1 and _said(error) not in old:
            best = paths[0]
        found.setdefault(best, []).append(error)
    return {path: tuple(each) for path, each in found.items()}


def _touch(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return [*map(str, one[:shorter])] == [*map(str, other[:shorter])]


def _above(one: str, other: str) -> bool:
    return other == one or other.startswith(one + ".")
