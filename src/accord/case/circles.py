"""Circles among names that refer to one another: who leans on whom, what needs what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

__all__ = ["circles"]


def circles(leads: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, ...]]:
    """Circles among names, each shortest from where it begins; none that meets one told before.

    Parameters
    ----------
    leads : mapping from a name to the names that it refers to
        Names without an entry refer to nothing.

    Yields
    ------
    tuple of str
        The names on the way, the first again at the end.
    """
    told: set[str] = set()
    for start in leads:
        way = _way_back(start, leads)
        if way and not told & set(way):
            told |= set(way)
            yield way


def _way_back(start: str, leads: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    ways: list[tuple[str, ...]] = [(start,)]
    met: set[str] = set()
    for way in ways:
        for after in leads.get(way[-1], ()):
            if after == start:
                return (*way, after)
            if after not in met:
                met.add(after)
                ways.append((*way, after))
    return ()
