"""What ``accord explore`` tells while it goes on, and what Ctrl-C does."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from accord.theory.search.branch import Progress

__all__ = ["Line", "interrupting"]


@contextmanager
def interrupting() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; the second interrupts as usual."""
    stop = threading.Event()

    def interrupted(number: int, frame: Any) -> None:
        if stop.is_set():
            signal.default_int_handler(number, frame)
        stop.set()

    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


PATIENCE = 5.0
"""Seconds after which it is told that it takes a while."""


class Line:
    """What is told while it goes on: one live line on a terminal, else a line now and then."""

    def __init__(self) -> None:
        self._began = self._tables_began = time.monotonic()
        self._made = 0.0
        self._told = 0.0
        self._live = sys.stderr.isatty()
        self._every = 0.5 if self._live else 10.0
        self._waiting = threading.Timer(PATIENCE, self._explain)
        self._waiting.daemon = True

    def __enter__(self) -> Self:
        self._waiting.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing more is told."""
        self._waiting.cancel()
        if self._live and self._told:
            sys.stderr.write("\r\x1b[K")

    def _explain(self) -> None:
        """Why nothing is told yet."""
        sys.stderr.write(
            "preparing … (the first search on a machine compiles for about a minute)\n"
        )

    def making_until(self, stop: threading.Event) -> Callable[[float], None]:
        """As :meth:`making`; half a table is of no use, so what stops a search ends it here."""

        def told(done: float) -> None:
            if stop.is_set():
                raise KeyboardInterrupt
            self.making(done)

        return told

    def making(self, done: float) -> None:
        """How far the class tables are; those of another day are others."""
        if done < self._made:
            self._tables_began = time.monotonic()
        self._made = done
        elapsed = time.monotonic() - self._tables_began
        left = f", about {max(1, round(elapsed * (1 - done) / done))} s left" if done else ""
        self._tell(f"class tables {100 * done:.0f}% ({elapsed:.0f} s{left})")

    def searching(self, reached: Progress, total: int) -> None:
        """How far the search is."""
        self._tables_began, self._made = time.monotonic(), 0.0
        best, bound = reached.best / total, reached.bound / total
        by = f"{100 * reached.target / total:.1f} points " if reached.target else ""
        self._tell(
            f"best {100 * best:.1f}%, nothing above {100 * bound:.1f}%, gap "
            f"{100 * (bound - best):.1f} points; {100 * reached.excluded:.0f}% of packages shown "
            f"not to be {by}better ({reached.seconds:.0f} s, at most {reached.left:.0f} s left)"
        )

    def _tell(self, text: str) -> None:
        now = time.monotonic()
        if now - self._told < self._every or now - self._began < 1.0:
            return
        self._told = now
        self._waiting.cancel()
        sys.stderr.write(f"\r\x1b[K{text}" if self._live else f"{text}\n")
        sys.stderr.flush()
