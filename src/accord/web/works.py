"""Long work in processes of its own, with progress, time left and cancel.

A piece of work is known by what it is asked, so whoever asks the same again, after a reload or in
another window, finds it where it is.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["Work", "Works"]

MOST_AT_ONCE = 2
"""Pieces of work in progress, so that a long history does not keep an assessment waiting."""

MOST_WAITING = 8
MOST_SECONDS = 3600.0
PATIENCE = 3.0
"""Seconds that a worker has to tidy up once it is told to stop."""

KEPT = 50
"""Pieces of finished work that are remembered."""

Stage = Literal["waiting", "working", "done", "failed", "cancelled"]


@dataclass
class Work:
    """One piece of work.

    Attributes
    ----------
    id : str
        By what it is asked.
    title : str
        What it is, in words.
    question : mapping
        What the worker is told.
    stage : str
    step : str
        What it is doing.
    done : float
        Part that lies behind, 0..1.
    left : float or None
        Seconds left, where known.
    result : object
        What the worker answers, where it answers anything.
    errors : list of mapping
        Why it failed, each in the shape that errors have on the command line.
    place : str
        The address of the page that asks for it, where that is not the page that waits for it.
    early : bool
        Whether it could end now and have something to show.
    """

    id: str
    title: str
    question: Mapping[str, Any]
    stage: Stage = "waiting"
    step: str = ""
    done: float = 0.0
    left: float | None = None
    result: Any = None
    errors: list[Mapping[str, Any]] = field(default_factory=list)
    place: str = ""
    early: bool = False
    began: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.stage in {"done", "failed", "cancelled"}

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.began if self.began else 0.0


class Works:
    """All pieces of work of one server."""

    def __init__(self) -> None:
        self._works: dict[str, Work] = {}
        self._lock = threading.RLock()
        self._closed = False

    def start(
        self, title: str, question: Mapping[str, Any], *, again: bool = False, place: str = ""
    ) -> Work:  # fmt: skip
        """Begin a piece of work, or find it where it is, be it over.

        A piece that finds no room waits; where too many wait it fails at once and says so.

        Parameters
        ----------
        again : bool
            Whether to begin anew what failed or was cancelled. What is done and left no answer is
            always begun anew: whoever asks did not find what it made.
        place : str
            The address of the page to come back to.
        """
        name = _name(question)
        with self._lock:
            known = self._works.get(name)
            if known is not None and not _begins_anew(known, again=again):
                return known
            self._works.pop(name, None)
            work = self._works[name] = Work(name, title, question, place=place)
            if self._closed or self._count("waiting") > MOST_WAITING:
                work.stage = "failed"
                hint = "cancel something, or come back in a minute"
                work.errors = [_error("too much work at once", "patience", hint)]
            self._forget()
            self._next()
            return work

    def find(self, question: Mapping[str, Any]) -> Work | None:
        """The piece of work that asks the same, if it was begun."""
        return self.get(_name(question))

    def get(self, name: str) -> Work | None:
        """A piece of work by its id."""
        with self._lock:
            return self._works.get(name)

    def asking(self, **asked: Any) -> tuple[Work, ...]:
        """Pieces of work whose question says all of this, the latest at the end."""
        with self._lock:
            return tuple(
                work
                for work in self._works.values()
                if asked.items() <= {key: work.question.get(key) for key in asked}.items()
            )

    def to_tell(self, kind: str, folder: str) -> Work | None:
        """The work of a kind on a case that goes on; else the last, if it came to nothing."""
        known = self.asking(kind=kind, folder=folder)
        going = [work for work in known if not work.over]
        if going:
            return going[0]
        return next((w for w in known[-1:] if w.stage in {"failed", "cancelled"}), None)

    def cancel(self, name: str) -> Work | None:
        """Stop a piece of work; what it has not finished is not kept."""
        with self._lock:
            work = self._works.get(name)
            if work is not None and not work.over:
                work.stage = "cancelled"
                _end(work)
                if work.process is not None:
                    late = threading.Timer(PATIENCE, _kill, (work.process,))
                    late.daemon = True
                    late.start()
                self._next()
            return work

    def finish(self, name: str) -> Work | None:
        """Ask a piece of work to end with what it has, where it can; it is done then as usual."""
        with self._lock:
            work = self._works.get(name)
            if work is not None and work.stage == "working" and work.early and work.process:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(work.process.pid, signal.SIGINT)
            return work

    def close(self) -> None:
        """Stop everything, at the end of the server."""
        with self._lock:
            self._closed = True
            for work in self._works.values():
                if not work.over:
                    work.stage = "cancelled"
                    _end(work)
            ending = [work.process for work in self._works.values() if work.process is not None]
        for process in ending:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                _kill(process)

    def _count(self, stage: Stage) -> int:
        return sum(work.stage == stage for work in self._works.values())

    def _forget(self) -> None:
        over = [name for name, work in self._works.items() if work.over]
        for name in over[: max(0, len(over) - KEPT)]:
            del self._works[name]

    def _next(self) -> None:
        """Set to work whoever waits longest, where there is room."""
        for work in self._works.values():
            if self._closed or self._count("working") >= MOST_AT_ONCE:
                return
            if work.stage == "waiting":
                work.stage, work.began = "working", time.monotonic()
                work.process = _begun(work.question)
                threading.Thread(target=self._follow, args=(work,), daemon=True).start()

    def _follow(self, work: Work) -> None:
        """Read what the worker tells until it ends."""
        assert work.process is not None
        assert work.process.stdout is not None
        limit = threading.Timer(MOST_SECONDS, self.cancel, (work.id,))
        limit.daemon = True
        limit.start()
        with work.process.stdout as told:
            for line in told:
                # what a solver prints is not for us
                if line.startswith(b"{"):
                    self._hear(work, json.loads(line))
        code = work.process.wait()
        limit.cancel()
        with self._lock:
            if work.stage == "working":
                work.stage = "done" if code == 0 and not work.errors else "failed"
                if work.stage == "failed" and not work.errors:
                    found = f"the worker ended with code {code}"
                    work.errors = [_error(found, "a result", "try again")]
                work.done = 1.0 if work.stage == "done" else work.done
            self._next()

    def _hear(self, work: Work, told: Mapping[str, Any]) -> None:
        with self._lock:
            if "errors" in told:
                work.errors = [_error("", "", "") | each for each in told["errors"]]
            elif "result" in told:
                work.result = told["result"]
            else:
                work.step, work.done, work.left = told["step"], told["done"], told["left"]
                work.early = told.get("early", False)


def _error(found: str, wanted: str, hint: str) -> dict[str, Any]:
    """A mistake that has no place in a file, in the shape of those that have one."""
    nowhere = {"file": "", "line": 0, "column": 0, "path": ""}
    return {**nowhere, "found": found, "wanted": wanted, "hint": hint}


def _name(question: Mapping[str, Any]) -> str:
    text = json.dumps(question, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _begins_anew(work: Work, *, again: bool) -> bool:
    if work.stage == "done":
        return work.result is None
    return again and work.over


def _begun(question: Mapping[str, Any]) -> subprocess.Popen[bytes]:
    # a session of its own, so that what it starts ends with it
    process = subprocess.Popen(
        [sys.executable, "-m", "accord.web.worker"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(json.dumps(question).encode())
        process.stdin.close()
    return process


def _end(work: Work) -> None:
    if work.process is not None and work.process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(work.process.pid, signal.SIGTERM)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End what did not end when it was asked to."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
