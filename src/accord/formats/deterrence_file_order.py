"""Who decides in which order in a deterrence file, who backs whom, and who leans on whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from accord.case.circles import circles
from accord.case.tree import Path
from accord.formats.deterrence_file_fields import MOST_GUARANTORS, SAID, Field
from accord.formats.deterrence_file_values import Values, nearest, shown

__all__ = ["Order", "known", "read_order"]

_GUARANTOR = "a guarantor of the order"


@dataclass(frozen=True, slots=True)
class Order:
    """The guarantors as they decide.

    Attributes
    ----------
    names : tuple of str
        In the order in which they decide; the numbers of guarantors are places in it.
    tiers : tuple of tuples of int
        Those in one tuple decide at once.
    backstop : int or None
    leans_on : tuple of mappings
        Per guarantor, from another's number to the share of strength usable without that one.
    """

    names: tuple[str, ...]
    tiers: tuple[tuple[int, ...], ...]
    backstop: int | None
    leans_on: tuple[Mapping[int, float], ...]


def read_order(values: Values) -> Order:
    """Read the order; mistakes are noted in the values' tree."""
    reader = _Reader(values)
    tiers = reader.tiers()
    names = tuple(name for tier in tiers for name in tier)
    reader.strangers(names)
    backstop = reader.backstop(names)
    leans = tuple(reader.leans_on(name, names) for name in names)
    reader.circles(names, leans)
    return Order(names, _numbered(tiers), backstop, leans)


def known(values: Values, path: Path, name: object, names: Collection[str], wanted: str) -> bool:
    """Whether a name is one of some; noted as a mistake where it is not."""
    if isinstance(name, str) and name in names:
        return True
    values.error(path, shown(name), wanted, nearest(name, names))
    return False


class _Reader:
    """The block of guarantors on its way to an order."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def tiers(self) -> tuple[tuple[str, ...], ...]:
        """Who decides in which order; those in one tuple at once."""
        path: Path = ("guarantors", "order")
        if not isinstance(self._values.get(path[:1]), dict):
            if self._values.has(path[:1]):
                self._values.block(path[:1], ("order", "backstop", "NAME"))
            return ()
        order = self._values.get(path)
        if not isinstance(order, list):
            found = shown(order) if self._values.has(path) else "no order"
            wanted = "a list of guarantors, empty where there are none"
            self._values.error(path, found, wanted, "a list inside the list decides at once")
            return ()
        seen: dict[str, int] = {}
        tiers = []
        for i, entry in enumerate(order):
            inner = entry if isinstance(entry, list) else [entry]
            if isinstance(entry, list) and not entry:
                self._values.error((*path, i), "an empty list", "guarantors that decide at once")
            below = [(*path, i, j) if isinstance(entry, list) else (*path, i)
                     for j in range(len(inner))]  # fmt: skip
            tier = tuple(
                name for name, at in zip(inner, below, strict=True) if self._ordered(name, at, seen)
            )
            tiers += [tier] if tier else []
        if len(seen) > MOST_GUARANTORS:
            wanted = f"at most {MOST_GUARANTORS} that decide apart"
            self._values.error(path, f"{len(seen)} guarantors", wanted, "group the small ones")
            return ()
        return tuple(tiers)

    def _ordered(self, name: object, at: Path, seen: dict[str, int]) -> bool:
        """Whether an entry of the order is a guarantor not met before."""
        if not isinstance(name, str) or not name.strip():
            self._values.error(at, shown(name), "the name of a guarantor")
            return False
        if name in seen:
            self._values.error(at, f"{name} a second time", "each guarantor once")
            return False
        seen[name] = len(seen)
        entries = self._entries()
        if not isinstance(self._values.get(("guarantors", name)), dict) or name not in entries:
            self._values.error(
                at, f"{name}, for whom there is no block", "a guarantor with a block of its own",
                nearest(name, entries),
            )  # fmt: skip
            return False
        return True

    def _entries(self) -> tuple[str, ...]:
        block = self._values.get(("guarantors",))
        keys = block if isinstance(block, dict) else {}
        return tuple(key for key in keys if key not in {"order", "backstop"} and key not in SAID)

    def strangers(self, names: Collection[str]) -> None:
        """Blocks of guarantors that never decide, and keys that are no guarantors."""
        order = self._values.get(("guarantors", "order"))
        if not isinstance(order, list):
            return
        written = {n for e in order for n in (e if isinstance(e, list) else [e])
                   if isinstance(n, str)}  # fmt: skip
        for name in self._entries():
            path: Path = ("guarantors", name)
            if not isinstance(self._values.get(path), dict):
                hint = nearest(name, (*names, "order", "backstop"))
                wanted = "order, backstop, or a block named after a guarantor"
                self._values.error(path, f"the unknown key {name!r}", wanted, hint)
            elif name not in written:
                self._values.error(
                    path, f"{name}, who is not in the order", "a guarantor of the order",
                    nearest(name, written),
                )  # fmt: skip

    def backstop(self, names: Sequence[str]) -> int | None:
        path: Path = ("guarantors", "backstop")
        name = self._values.get(path)
        if name is None or not known(self._values, path, name, names, f"{_GUARANTOR}, or none"):
            return None
        return names.index(str(name))

    def leans_on(self, name: str, names: Sequence[str]) -> dict[int, float]:
        path: Path = ("guarantors", name, "leans_on")
        raw = self._values.get(path)
        if raw is None:
            return {}
        if not isinstance(raw, dict):
            wanted = "a block from guarantors to shares from 0 to 1"
            self._values.error(path, shown(raw), wanted, "such as {USA: 0.6}")
            return {}
        result = {}
        for other in raw:
            at = (*path, other)
            if other == name:
                self._values.error(at, f"{name}, leaning on itself", "another guarantor")
            elif known(self._values, at, other, names, _GUARANTOR):
                field = Field("Share of its strength usable without that one", None, "chance")
                result[names.index(other)] = self._values.number(at, field)
        return result

    def circles(self, names: Sequence[str], leans: Sequence[Mapping[int, float]]) -> None:
        """Who leans on whom must come to an end; each circle is told once."""
        leads = {names[g]: [names[other] for other in lean] for g, lean in enumerate(leans)}
        for circle in circles(leads):
            path = ("guarantors", circle[0], "leans_on", circle[1])
            told = f"a circle: {' → '.join(circle)}"
            self._values.error(path, told, "guarantors that do not lean back")


def _numbered(tiers: Sequence[Sequence[str]]) -> tuple[tuple[int, ...], ...]:
    ends = [sum(len(tier) for tier in tiers[: i + 1]) for i in range(len(tiers))]
    return tuple(tuple(range(end - len(tier), end)) for tier, end in zip(tiers, ends, strict=True))
