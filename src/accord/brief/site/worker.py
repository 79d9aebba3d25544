"""A process that makes the pages of one case after another: tasks in, pages out, a line each.

Drawing a chart lets no other thread draw, so that only processes use several processors.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any

from accord._errors import AccordError, RunError
from accord.brief.site.case_pages import Studio, case_pages

__all__ = ["made", "main"]

WORTH_A_PROCESS = 4
"""Cases from which other processes are faster than doing it here; each takes a second to begin."""


def made(
    tasks: Sequence[Mapping[str, Any]], progress: Callable[[int], None], workers: int | None = None
) -> list[dict[str, Any]]:
    """What :func:`case_pages` makes of every task, in their order.

    Parameters
    ----------
    progress : function of an int
        Told the number of each task as it begins, one at a time.
    workers : int, optional
        Processes; one a processor, and none where the tasks are few, if not given. Nought is none.

    Raises
    ------
    AccordError
        If pages cannot be made.
    """
    if workers is None:
        workers = 0 if len(tasks) < WORTH_A_PROCESS else min(os.cpu_count() or 1, len(tasks))
    if workers == 0:
        found, studio = [], Studio()
        for number, task in enumerate(tasks):
            progress(number)
            found.append(case_pages(task, studio))
        return found
    return _Crew(tasks, progress).work(workers)


class _Crew:
    """Several processes that share the tasks."""

    def __init__(
        self, tasks: Sequence[Mapping[str, Any]], progress: Callable[[int], None]
    ) -> None:  # fmt: skip
        self._tasks, self._progress = tasks, progress
        self._left: SimpleQueue[int] = SimpleQueue()
        for number in range(len(tasks)):
            self._left.put(number)
        self._lock = threading.Lock()
        self._found: dict[int, dict[str, Any]] = {}
        self._failures: list[str] = []
        self._processes: list[subprocess.Popen[str]] = []

    def work(self, workers: int) -> list[dict[str, Any]]:
        """Have everything done."""
        threads = [threading.Thread(target=self._employ, daemon=True) for _ in range(workers)]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            for process in self._processes:
                process.kill()
        if self._failures:
            raise RunError(self._failures[0])
        return [self._found[number] for number in range(len(self._tasks))]

    def _employ(self) -> None:
        with _process() as process:
            self._processes.append(process)
            while not self._failures:
                try:
                    number = self._left.get_nowait()
                except Empty:
                    return
                with self._lock:
                    self._progress(number)
                answer = _ask(process, self._tasks[number])
                if "error" in answer:
                    self._failures.append(answer["error"])
                self._found[number] = answer


@contextmanager
def _process() -> Iterator[subprocess.Popen[str]]:
    # a session of its own: an interruption is for the parent to handle, which ends it
    process = subprocess.Popen(
        [sys.executable, "-m", "accord.brief.site.worker"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        for stream in (process.stdin, process.stdout):
            assert stream is not None
            # one that ended by itself has nobody to take the last of it
            with suppress(BrokenPipeError):
                stream.close()
        process.wait()


def _ask(process: subprocess.Popen[str], task: Mapping[str, Any]) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(task) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
    except BrokenPipeError:
        line = ""
    if not line:
        return {"error": f"the process that made pages ended with code {process.wait()}"}
    answer: dict[str, Any] = json.loads(line)
    return answer


def main() -> None:
    """Answer tasks on the standard input until it ends."""
    studio = Studio()
    # a third of the time would go into looking for garbage, of which a page leaves little
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    for line in sys.stdin:
        try:
            answer = case_pages(json.loads(line), studio)
        except AccordError as error:
            answer = {"error": str(error)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
