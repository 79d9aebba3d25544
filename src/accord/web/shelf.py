"""The cases in the folder that is served; no other file is ever opened by a name from outside."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from accord._errors import AccordError, UsageError
from accord.case.case import Case
from accord.run.store import ran

__all__ = ["NoCaseError", "Shelf", "Shown"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A case as the list of cases shows it.

    Attributes
    ----------
    name : str
        Its folder's name, and its name in addresses.
    title, byline, as_of : str
        Empty where the case cannot be read.
    categories : tuple of str
    packages : int
        Number of named packages.
    mistakes : int
        Number of mistakes that keep it from being read.
    assessed : bool
        Whether a run of it is at hand.
    """

    name: str
    title: str
    byline: str
    as_of: str
    categories: tuple[str, ...]
    packages: int
    mistakes: int
    assessed: bool

    def speaks_of(self, words: str) -> bool:
        """Whether every word stands in its title, name, byline or categories."""
        text = " ".join((self.name, self.title, self.byline, *self.categories)).casefold()
        return all(word in text for word in words.casefold().split())


class NoCaseError(UsageError):
    """A case was asked for that is not served."""


class Shelf:
    """The served folder: a case itself, or a folder of cases.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    UsageError
        If there is no such folder.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise UsageError(f"found no folder {folder}, wanted a case or a folder of cases")
        self.folder = folder.resolve()

    @property
    def single(self) -> bool:
        """Whether the folder is one case and not a folder of cases."""
        return (self.folder / "case.yaml").is_file()

    def names(self) -> tuple[str, ...]:
        """Names of the cases, in order."""
        return tuple(self._folders())

    def find(self, name: str) -> Path:
        """The folder of a case.

        Raises
        ------
        UsageError
            If the served folder has none of that name.
        """
        folders = self._folders()
        if name not in folders:
            known = ", ".join(folders) or "none"
            raise NoCaseError(f"no case {name!r} here; there are: {known}")
        link = _way_out(folders[name], self.folder)
        if link is not None:
            raise UsageError(
                f"{link.relative_to(self.folder)} is a link that leads out of the served folder; "
                "put what it leads to in its place"
            )
        return folders[name]

    def place_for(self, name: str) -> Path:
        """Where a new case of that name would stand.

        Raises
        ------
        UsageError
            If one case alone is served.
        """
        if self.single:
            raise UsageError("one case alone is served; serve the folder above it to add cases")
        return self.folder / name

    def shown(self, load: Callable[[str], Case]) -> tuple[Shown, ...]:
        """Every case, by title.

        Parameters
        ----------
        load : function of a name
            Reads a case on its own date.
        """
        found = [_shown(name, folder, load) for name, folder in self._folders().items()]
        return tuple(sorted(found, key=lambda each: (each.title or each.name).casefold()))

    def _folders(self) -> dict[str, Path]:
        """Folders of cases by name, found by looking, so that no name can lead elsewhere."""
        if self.single:
            return {self.folder.name: self.folder}
        return {
            below.name: below
            for below in sorted(self.folder.iterdir())
            if not below.name.startswith(".")
            and (below / "case.yaml").is_file()
            and below.resolve().parent == self.folder
        }


def _way_out(case: Path, served: Path) -> Path | None:
    """A link anywhere in a case that leads out of the served folder."""
    for folder, folders, files in os.walk(case):
        for each in (*folders, *files):
            path = Path(folder, each)
            if path.is_symlink() and not path.resolve().is_relative_to(served):
                return path
    return None


def _shown(name: str, folder: Path, load: Callable[[str], Case]) -> Shown:
    try:
        case = load(name)
    except AccordError as error:
        mistakes = len(getattr(error, "errors", ())) or 1
        return Shown(name, "", "", "", (), 0, mistakes, assessed=False)
    file = case.file
    return Shown(
        name, file.title, file.byline, case.as_of.isoformat(), tuple(file.categories),
        len(file.packages), 0, assessed=ran(folder),
    )  # fmt: skip
