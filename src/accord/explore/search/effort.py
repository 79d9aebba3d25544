"""How far a search goes, who is told, and where it is kept that it may go on."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from accord._errors import ModelError, UsageError
from accord.formats.whole import write_whole
from accord.theory.search.branch import Found, Progress, search
from accord.theory.search.space import Space
from accord.theory.search.state import State
from accord.theory.search.warming import warm

__all__ = ["Effort", "searched"]


@dataclass(frozen=True)
class Effort:
    """How far a search goes, and who is told.

    Attributes
    ----------
    seconds : float
        Of the search alone.
    gap : float
        Share of worlds by which the bound may exceed the best for the search to end.
    progress : function of Progress and what all worlds weigh, optional
    stop : Event, optional
        Ends the search with what it has.
    state : Path, optional
        File in which it is kept where the search stands.
    resume : bool
        Whether to go on from there.
    unkept : function of a UsageError, optional
        Told once where it cannot be kept where the search stands, which goes on without. Where
        there is none, that ends the search.

    Raises
    ------
    UsageError
        If seconds are below nought, or the gap is no share.
    """

    seconds: float = 60.0
    gap: float = 0.0
    progress: Callable[[Progress, int], None] | None = None
    stop: threading.Event | None = None
    state: Path | None = None
    resume: bool = False
    unkept: Callable[[UsageError], None] | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.seconds) and self.seconds >= 0):
            raise UsageError(f"found {self.seconds} seconds, wanted a number from 0, such as 60")
        if not 0 <= self.gap <= 1:
            raise UsageError(
                f"found a gap of {self.gap}, wanted a share from 0 to 1, such as 0.02 for two "
                "points"
            )


def searched(
    space: Space, effort: Effort, starts: Sequence[Sequence[int]], workers: int, seed: int
) -> Found:
    """Search a space, or go on where an earlier search of it was ended.

    Parameters
    ----------
    starts : sequence of levels
        Packages that are known.

    Raises
    ------
    UsageError
        If there is nothing to go on from, or it is of another space.
    """
    total, tell, file = space.total, effort.progress, effort.state
    warm(space)
    try:
        found = search(
            space, seconds=effort.seconds, gap=int(effort.gap * total), workers=workers,
            seed=seed, stop=effort.stop, starts=starts,
            progress=None if tell is None else lambda reached: tell(reached, total),
            state=_state(file) if effort.resume else None,
            keep=None if file is None else _Keeper(file, effort.unkept).keep,
        )  # fmt: skip
    except ModelError as error:
        if not effort.resume:
            raise
        raise UsageError(f"{file} is of another search: {error}") from error
    if found.complete and file is not None:
        # there is nothing left to go on with; what cannot be taken away says that it is complete
        with suppress(OSError):
            file.unlink(missing_ok=True)
    return found


def _state(file: Path | None) -> State:
    try:
        if file is not None:
            found: State = json.loads(file.read_text(encoding="utf-8"))
            return found
    except (OSError, ValueError) as error:
        raise UsageError(
            "found no search to go on from, wanted one that was asked the same and was ended "
            "before its end"
        ) from error
    raise UsageError("a search is gone on from where it is kept in a file, and none is named")


class _Keeper:
    """Writes where a search stands, as long as that can be written."""

    def __init__(self, file: Path, unkept: Callable[[UsageError], None] | None) -> None:
        self._file, self._unkept, self._failed = file, unkept, False

    def keep(self, state: State) -> None:
        """Write it, or tell that it cannot be written."""
        if self._failed:
            return
        try:
            write_whole(self._file, (json.dumps(state) + "\n").encode())
        except UsageError as error:
            if self._unkept is None:
                raise
            self._failed = True
            self._unkept(error)
