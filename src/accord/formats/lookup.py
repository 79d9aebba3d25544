"""Names found as they are written, otherwise without blanks around them, otherwise as numbers."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from accord.formats.source import number

__all__ = ["Lookup"]


class Lookup:
    """Positions of names in a list; a likeness that fits two names fits none.

    Parameters
    ----------
    names : sequence of str
        Each once.
    numeric : bool
        Whether ``1.0`` may stand for ``1``.
    """

    def __init__(self, names: Sequence[str], *, numeric: bool = False) -> None:
        self._exact = {name: i for i, name in enumerate(names)}
        self._bare = _unambiguous(name.strip() for name in names)
        self._numbers = _unambiguous(map(number, names)) if numeric else {}

    def find(self, name: str) -> int | None:
        """The position of a name, None where it is unknown or could be two."""
        if name in self._exact:
            return self._exact[name]
        if name.strip() in self._bare:
            return self._bare[name.strip()]
        value = number(name)
        return self._numbers.get(value) if value is not None else None


def _unambiguous(keys: Iterable[Hashable]) -> dict[Hashable, int]:
    found: dict[Hashable, int] = {}
    twice = set()
    for i, key in enumerate(keys):
        if key in found:
            twice.add(key)
        found[key] = i
    return {key: i for key, i in found.items() if key not in twice}
