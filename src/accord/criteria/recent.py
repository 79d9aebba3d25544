"""What was worked out last, a bounded number of results of each kind."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

__all__ = ["Recent"]

_Result = TypeVar("_Result")
Key = tuple[str, ...]


class Recent:
    """Results by kind and key; of each kind those are kept that were asked for last.

    Parameters
    ----------
    most : int
        How many of a kind are kept.
    """

    def __init__(self, most: int = 64) -> None:
        self._most = most
        self._kinds: dict[str, dict[Key, Any]] = {}
        self._lock = Lock()

    def result(self, kind: str, key: Key, compute: Callable[[], _Result]) -> _Result:
        """The result for a key, computed unless it is among those kept."""
        with self._lock:
            known = self._kinds.setdefault(kind, {})
            if key in known:
                # to the end, where the latest stand
                known[key] = found = known.pop(key)
                return found  # type: ignore[no-any-return]
        result = compute()
        with self._lock:
            known.pop(key, None)
            known[key] = result
            while len(known) > self._most:
                del known[next(iter(known))]
        return result
