"""Edits on the disk: written whole, kept for undo, and mended after a crash.

An edit is first written down in ``.accord/pending.json``, then the files are replaced one by one,
then the note becomes one of ``.accord/edits``. Whoever comes next after a crash finds the note:
where no file was replaced it is dropped, where some were the rest follows.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from accord._errors import CaseErrors, UsageError
from accord.case.edit_notes import Patch, divided, note_json, note_of
from accord.case.locking import locked
from accord.case.proposal import Proposal, Removed, case_folder, digest, read_texts
from accord.case.replacing import flush_folder, replace_file

__all__ = ["KEPT", "Edit", "Undone", "edits", "repaired", "save", "undo"]

KEPT = 100
"""How many edits can be undone."""


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit that was saved.

    Attributes
    ----------
    number : int
        Counted from 1 in each case.
    time : str
        When, in ISO form with seconds, in UTC.
    changes : tuple of (path, old, new)
        In words, as they are written on one line; empty where there is nothing.
    files : tuple of str
    """

    number: int
    time: str
    changes: tuple[tuple[str, str, str], ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """An edit that was taken back, and how many more can be."""

    edit: Edit
    left: int


def save(proposal: Proposal, wait: float = 10.0) -> Edit | None:
    """Write a proposal.

    Returns
    -------
    Edit or None
        None where nothing changes.

    Raises
    ------
    CaseErrors
        If it has errors; nothing is written.
    UsageError
        If a file was changed meanwhile, somebody else is writing for longer than ``wait``
        seconds, or the folder cannot be written.
    """
    if proposal.errors:
        raise CaseErrors(proposal.errors)
    if not proposal.files:
        return None
    folder = proposal.folder
    with _writing(folder, wait):
        _mended(folder)
        read_texts(folder, tuple(proposal.files))  # refuses any other name
        texts = read_texts(folder)
        changed = {n for n, (old, _) in proposal.files.items() if texts.get(n) != old}
        changed |= {n for n, seen in proposal.seen.items() if digest(texts.get(n, "")) != seen}
        if changed:
            names = " and ".join(str(folder / name) for name in sorted(changed))
            raise UsageError(
                f"{names} changed meanwhile, so nothing was written; "
                "look at the case again and repeat the change"
            )
        numbers = _numbers(folder)
        number = (numbers[-1] if numbers else 0) + 1
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        told = tuple((each.path, _words(each.old), _words(each.new)) for each in proposal.told)
        patches = {name: divided(*pair) for name, pair in proposal.files.items()}
        edit = Edit(number, now, told, tuple(patches))
        _carried_out(folder, _Note("edit", edit, patches), texts)
        return edit


def undo(source: str | FilePath, wait: float = 10.0) -> Undone:
    """Take back the last edit; a second call takes back the one before.

    Raises
    ------
    UsageError
        If there is none, or a file of it was changed by other means since.
    """
    folder = case_folder(source)
    with _writing(folder, wait):
        _mended(folder)
        numbers = _numbers(folder)
        if not numbers:
            raise UsageError(f"no edit of {folder} is left to undo")
        note = _read_note(_edits(folder) / _file_name(numbers[-1]))
        texts = read_texts(folder, tuple(note.patches))
        for name, patch in note.patches.items():
            if not patch.is_new(texts.get(name, "")):
                raise UsageError(
                    f"{folder / name} was changed by hand since the edit of {note.edit.time}, so "
                    f"nothing was undone; change it back by hand ({_told(note.edit)}), or take "
                    "back the change by hand first"
                )
        reverse = {name: patch.reversed() for name, patch in note.patches.items()}
        _carried_out(folder, _Note("undo", note.edit, reverse), texts)
        return Undone(note.edit, len(numbers) - 1)


def edits(source: str | FilePath) -> tuple[Edit, ...]:
    """The edits that can be undone, newest first.

    Raises
    ------
    UsageError
        If a note of one cannot be read.
    """
    folder = case_folder(source)
    repaired(folder)
    found = []
    for number in reversed(_numbers(folder)):
        with contextlib.suppress(FileNotFoundError):  # undone by somebody else meanwhile
            found.append(_read_note(_edits(folder) / _file_name(number)).edit)
    return tuple(found)


def repaired(source: str | FilePath, wait: float = 10.0) -> None:
    """Finish, or drop, what a crash has left.

    Raises
    ------
    UsageError
        If a file of an edit that was half done has been changed by hand since.
    """
    folder = case_folder(source)
    if _pending(folder).exists():
        with _writing(folder, wait):
            _mended(folder)


@dataclass(frozen=True, slots=True)
class _Note:
    """What is written down: an edit, or its undoing, and how each file changes."""

    kind: str
    edit: Edit
    patches: Mapping[str, Patch]


def _edits(folder: FilePath) -> FilePath:
    return folder / ".accord" / "edits"


def _pending(folder: FilePath) -> FilePath:
    return folder / ".accord" / "pending.json"


def _file_name(number: int) -> str:
    return f"{number:08d}.json"


def _numbers(folder: FilePath) -> list[int]:
    names = [file.stem for file in _edits(folder).glob("*.json")]
    return sorted(int(name) for name in names if name.isascii() and name.isdigit())


@contextlib.contextmanager
def _writing(folder: FilePath, wait: float) -> Any:
    """Hold the case's lock; what the system refuses is told in plain words."""
    try:
        with locked(folder / "case.yaml", wait):
            yield
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror or error}") from None


def _carried_out(folder: FilePath, note: _Note, texts: Mapping[str, str]) -> None:
    """Note it, do it, and put the note where it belongs."""
    hidden = folder / ".accord"
    if hidden.is_symlink() or _edits(folder).is_symlink():
        raise UsageError(f"{hidden} is a link, so nothing was written; remove the link")
    _edits(folder).mkdir(parents=True, exist_ok=True)
    if not (hidden / ".gitignore").exists():
        replace_file(hidden / ".gitignore", b"*\n")
    content = note_json(note.kind, note.edit, note.patches)
    replace_file(_pending(folder), content)
    for number, (name, patch) in enumerate(note.patches.items()):
        # an editor knows nothing of the lock: what stands there is compared before it goes
        if read_texts(folder, (name,)).get(name) != texts[name]:
            if number == 0:
                _pending(folder).unlink(missing_ok=True)
            raise UsageError(f"{folder / name} was changed meanwhile; try again")
        _replaced(folder, name, patch.applied(texts[name]))
    _settled(folder, note)


def _replaced(folder: FilePath, name: str, text: str) -> None:
    """A file of the case with a new text; a link within the folder stays a link."""
    replace_file(FilePath(os.path.realpath(folder / name)), text.encode("utf-8"))


def _settled(folder: FilePath, note: _Note) -> None:
    """The note becomes one of the kept ones, or goes with what it undid."""
    kept = _edits(folder) / _file_name(note.edit.number)
    if note.kind == "edit":
        _pending(folder).replace(kept)
        for number in _numbers(folder)[:-KEPT]:
            (_edits(folder) / _file_name(number)).unlink(missing_ok=True)
    else:
        kept.unlink(missing_ok=True)
        _pending(folder).unlink(missing_ok=True)
    flush_folder(_edits(folder))
    flush_folder(folder / ".accord")


def _mended(folder: FilePath) -> None:
    """Finish, or drop, what a crash has left; the lock is held."""
    pending = _pending(folder)
    if not pending.exists():
        return
    note = _read_note(pending)
    texts = read_texts(folder, tuple(note.patches))
    done = [n for n, patch in note.patches.items() if patch.is_new(texts.get(n, ""))]
    if not done:
        pending.unlink()
        return
    waiting = [n for n in note.patches if n not in done]
    strange = [n for n in waiting if not note.patches[n].is_old(texts.get(n, ""))]
    if strange:
        pending.replace(pending.with_name("interrupted.json"))
        raise UsageError(
            f"an edit of {note.edit.time} was interrupted, and {', '.join(strange)} was changed by "
            f"hand since; {', '.join(done)} has the edit ({_told(note.edit)}). Nothing more was "
            "written; check these files, then repeat what you wanted"
        )
    for name in waiting:
        _replaced(folder, name, note.patches[name].applied(texts[name]))
    _settled(folder, note)


def _read_note(file: FilePath) -> _Note:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        kind, number, time, changes, patches = note_of(content)
    except FileNotFoundError:
        raise
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        raise UsageError(
            f"{file} is no note of an edit; remove it, which loses the undoing of that edit only"
        ) from None
    return _Note(kind, Edit(number, time, changes, tuple(patches)), patches)


def _words(value: Any) -> str:
    if isinstance(value, Removed):
        return ""
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    return text if len(text) <= 500 else text[:499] + "…"


def _told(edit: Edit) -> str:
    words = [f"{path}: {old or 'nothing'} → {new or 'nothing'}" for path, old, new in edit.changes]
    return "; ".join(words[:3]) + ("; …" if len(words) > 3 else "")
