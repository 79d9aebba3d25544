"""A capability coalition in JSON: who offers what, what is needed, who waits for whom.

The file names ``players``, ``capabilities``, ``requirements`` (one amount a capability),
``offers`` (a player's amounts, one a capability, or pools ``{"serves": [capability], "amount":
x}``), ``conditions_dnf_others_going`` (any one of the lists of players must go in full; a player
left out asks for nothing) and ``availability`` (chances, as numbers or as ``"7/10"``). Amounts
are read as the decimals that are written, so sums and comparisons are exact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from math import lcm
from pathlib import Path as FilePath
from typing import Any

from accord._errors import CaseErrors
from accord.case.tree import Path, Tree, dotted
from accord.formats.located_json import read_json
from accord.formats.source import Findings, number, read_source

__all__ = ["CapabilityCoalition", "Pool", "is_capability_coalition", "read_capability_file"]

KIND = "capability_coalition"
CONDITIONS = "conditions_dnf_others_going"
MOST_PLAYERS = 400
MOST_CAPABILITIES = 100
_MOST_STEPS = 2**53

_SAID_ELSEWHERE = {"id", "kind", "title", "semantics", "expected", "notes", "source", "published"}
_USED = {"players", "capabilities", "requirements", "offers", CONDITIONS, "availability", "units"}
_RATIO = re.compile(r"\s*([0-9]+)\s*/\s*([0-9]+)\s*")
_REFUSAL = re.compile(r"(not|no|!|~|without|unless)\b[\s(]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pool:
    """What a player offers, split at will between the capabilities that it serves."""

    serves: tuple[int, ...]
    amount: Fraction


@dataclass(frozen=True, slots=True)
class CapabilityCoalition:
    """What a file says.

    Attributes
    ----------
    players, capabilities : tuple of str
    requirements : tuple of Fraction
        One a capability.
    pools : tuple of tuples of Pool
        One tuple a player, perhaps empty.
    conditions : tuple
        Per player any one of these groups of players must go; None where it asks for nothing.
    availability : tuple of Fraction
    ignored : tuple of str
        What the file holds that nothing used.
    """

    players: tuple[str, ...]
    capabilities: tuple[str, ...]
    requirements: tuple[Fraction, ...]
    pools: tuple[tuple[Pool, ...], ...]
    conditions: tuple[tuple[tuple[int, ...], ...] | None, ...]
    availability: tuple[Fraction, ...]
    ignored: tuple[str, ...]


def is_capability_coalition(data: dict[str, Any]) -> bool:
    """Whether an object is a capability coalition."""
    return data.get("kind") == KIND or "offers" in data


def read_capability_file(file: str | FilePath) -> CapabilityCoalition:
    """Read a capability coalition.

    Raises
    ------
    CaseErrors
        With every mistake in the file.
    """
    source = read_source(file, "a capability coalition in JSON")
    tree = read_json(source)
    findings = Findings(errors=list(tree.errors))
    if not is_capability_coalition(tree.data):
        votes = "weights" in tree.data or "games" in tree.data
        findings.error(
            source.place(1, 1),
            "no offers",
            "a capability coalition: players, capabilities, requirements, offers, availability",
            "power in votes is told by: accord solve power" if votes else "",
        )
        raise CaseErrors(findings.errors)
    read = _Reader(tree, findings).coalition()
    if findings.errors:
        raise CaseErrors(findings.errors)
    return read


class _Reader:
    """One file on its way to a coalition."""

    def __init__(self, tree: Tree, findings: Findings) -> None:
        self._tree = tree
        self._findings = findings

    def coalition(self) -> CapabilityCoalition:
        players = self._names(("players",), MOST_PLAYERS)
        capabilities = self._names(("capabilities",), MOST_CAPABILITIES)
        requirements = self._requirements(capabilities)
        pools = tuple(self._offer(player, capabilities) for player in players)
        self._strangers(("offers",), players)
        self._check_served(capabilities, requirements, pools)
        self._check_units(capabilities)
        self._check_steps(requirements, pools)
        kind = self._value(("kind",))
        if kind not in {None, KIND}:
            place = self._tree.place(("kind",))
            self._findings.ignore(place, f"the kind {kind!r} was not used; offers make it {KIND}")
        for key in self._tree.data:
            if key not in _USED | _SAID_ELSEWHERE:
                self._findings.ignore(self._tree.place((key,)), f"the key {key!r} was not used")
        return CapabilityCoalition(
            players,
            capabilities,
            requirements,
            pools,
            tuple(self._condition(player, players) for player in players),
            self._availability(players),
            tuple(self._findings.ignored),
        )

    def _error(self, path: Path, found: str, wanted: str, hint: str = "") -> None:
        self._findings.error(self._tree.place(path), found, wanted, hint, dotted(path))

    def _value(self, path: Path) -> Any:
        return self._tree.get(path) if self._tree.has(path) else None

    def _names(self, path: Path, most: int) -> tuple[str, ...]:
        values = self._value(path)
        if not isinstance(values, list) or not values:
            self._error(path, _shown(values), "a list of names")
            return ()
        if len(values) > most:
            self._error(path, f"{len(values):,} names", f"at most {most}")
            return ()
        for i, value in enumerate(values):
            if not isinstance(value, str) or not value.strip():
                self._error((*path, i), _shown(value), "a name in quotes")
            elif value in values[:i]:
                self._error((*path, i), f"the name {value!r} a second time", "each name once")
        return tuple(str(value) for value in values)

    def _requirements(self, capabilities: Sequence[str]) -> tuple[Fraction, ...]:
        path: Path = ("requirements",)
        values = self._value(path)
        if not isinstance(values, list) or len(values) != len(capabilities):
            found = f"{len(values)} numbers" if isinstance(values, list) else _shown(values)
            self._error(path, found, f"a list of {len(capabilities)} numbers, one a capability")
            return (Fraction(0),) * len(capabilities)
        return tuple(self._amount((*path, i)) for i in range(len(values)))

    def _amount(self, path: Path) -> Fraction:
        value = self._value(path)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._error(path, _shown(value), "a number of at least 0")
            return Fraction(0)
        if value < 0:
            self._error(path, str(value), "an amount of at least 0")
            return Fraction(0)
        return Fraction(str(value))

    def _offer(self, player: str, capabilities: Sequence[str]) -> tuple[Pool, ...]:
        path: Path = ("offers", player)
        offer = self._value(path)
        if not isinstance(offer, list):
            wanted = "its amounts, one a capability, or a list of pools"
            self._error(path, f"no offer of {player}" if offer is None else _shown(offer), wanted)
            return ()
        if offer and all(isinstance(entry, dict) for entry in offer):
            return tuple(self._pool((*path, i), capabilities) for i in range(len(offer)))
        if offer and len(offer) != len(capabilities):
            wanted = f"{len(capabilities)} amounts, one a capability, or a list of pools"
            self._error(path, f"{len(offer)} entries", wanted)
            return ()
        amounts = [self._amount((*path, i)) for i in range(len(offer))]
        return tuple(Pool((k,), amount) for k, amount in enumerate(amounts) if amount > 0)

    def _pool(self, path: Path, capabilities: Sequence[str]) -> Pool:
        for key in self._value(path):
            if key not in {"serves", "amount"}:
                place = self._tree.place((*path, key))
                self._findings.ignore(place, f"the key {key!r} of a pool was not used")
        serves = self._value((*path, "serves"))
        if not isinstance(serves, list) or not serves:
            self._error((*path, "serves"), _shown(serves), "a list of at least one capability")
            serves = []
        known = [
            self._known((*path, "serves", i), name, capabilities, "capability")
            for i, name in enumerate(serves)
        ]
        found = tuple(dict.fromkeys(k for k in known if k is not None))
        return Pool(found, self._amount((*path, "amount")))

    def _known(self, path: Path, name: Any, names: Sequence[str], kind: str) -> int | None:
        if isinstance(name, str) and name in names:
            return names.index(name)
        near = get_close_matches(str(name), names, 1)
        hint = f"did you mean {near[0]}?" if near else ""
        self._error(path, _shown(name), f"a {kind} of the file", hint)
        return None

    def _strangers(self, path: Path, players: Sequence[str]) -> None:
        """Entries for players that the file does not name."""
        entries = self._value(path)
        if not isinstance(entries, dict):
            if entries is not None:
                self._error(path, _shown(entries), "an object with an entry a player")
            return
        for name in entries:
            if name not in players:
                self._known((*path, name), name, players, "player")

    def _condition(self, player: str, players: Sequence[str]) -> tuple[tuple[int, ...], ...] | None:
        path: Path = (CONDITIONS, player)
        if player == players[0]:
            self._strangers((CONDITIONS,), players)
        if not self._tree.has(path):
            return None
        groups = self._value(path)
        if not isinstance(groups, list) or not all(isinstance(g, list) for g in groups):
            wanted = "a list of lists of players, any one of which must go in full"
            self._error(path, _shown(groups), wanted, "[[]] asks for nothing, [] for too much")
            return None
        return tuple(
            self._group((*path, i), group, player, players) for i, group in enumerate(groups)
        )

    def _group(
        self, path: Path, group: list[Any], player: str, players: Sequence[str]
    ) -> tuple[int, ...]:
        found = []
        for i, name in enumerate(group):
            here = (*path, i)
            refused = isinstance(name, str) and name not in players and _REFUSAL.match(name)
            if refused:
                self._error(
                    here,
                    f"the condition {name!r}",
                    "players who must go",
                    "'only if somebody does not go' has no stable answer; write two files",
                )
            elif name == player:
                self._error(here, f"{player}, waiting for itself", "another player")
            else:
                position = self._known(here, name, players, "player")
                found += [] if position is None else [position]
        return tuple(found)

    def _availability(self, players: Sequence[str]) -> tuple[Fraction, ...]:
        self._strangers(("availability",), players)
        return tuple(self._chance(("availability", player)) for player in players)

    def _chance(self, path: Path) -> Fraction:
        value = self._value(path)
        ratio = _RATIO.fullmatch(value) if isinstance(value, str) else None
        decimal = number(value) if isinstance(value, str) else None
        if ratio and int(ratio[2]):
            chance = Fraction(int(ratio[1]), int(ratio[2]))
        elif decimal is not None:
            chance = Fraction(str(value).strip())
        elif isinstance(value, int | float) and not isinstance(value, bool):
            chance = Fraction(str(value))
        else:
            self._error(path, _shown(value), 'a probability such as 0.7 or "7/10"')
            return Fraction(0)
        if not 0 <= chance <= 1:
            self._error(path, str(value), "a probability from 0 to 1")
        return chance

    def _check_served(
        self,
        capabilities: Sequence[str],
        requirements: Sequence[Fraction],
        pools: Sequence[Sequence[Pool]],
    ) -> None:
        served = {k for offer in pools for pool in offer for k in pool.serves}
        for k, name in enumerate(capabilities):
            if k not in served and requirements[k] > 0:
                self._error(
                    ("requirements", k),
                    f"a requirement of {requirements[k]} of {name}, which nobody serves",
                    "an offer that serves it, or a requirement of 0",
                )

    def _check_steps(
        self, requirements: Sequence[Fraction], pools: Sequence[Sequence[Pool]]
    ) -> None:
        """Sums are exact while all amounts together stay below 2**53 of their common step."""
        numbers = [*requirements, *(pool.amount for offer in pools for pool in offer)]
        step = lcm(*(number.denominator for number in numbers)) if numbers else 1
        if sum(numbers) * step >= _MOST_STEPS:
            self._error(
                ("offers",),
                f"amounts that take {float(sum(numbers) * step):.3g} steps of 1/{step:,} together",
                "amounts that are exact together, in fewer than 2**53 steps",
                "use fewer digits, or a larger unit",
            )

    def _check_units(self, capabilities: Sequence[str]) -> None:
        """Pools that serve several capabilities add them up, so these must share a unit."""
        units = self._value(("units",))
        if units is None:
            return
        if not isinstance(units, list) or len(units) != len(capabilities):
            self._error(("units",), _shown(units), f"{len(capabilities)} units, one a capability")
            return
        of = dict(zip(capabilities, units, strict=True))
        offers = self._value(("offers",))
        for player, offer in offers.items() if isinstance(offers, dict) else ():
            for i, pool in enumerate(offer if isinstance(offer, list) else ()):
                serves = pool.get("serves") if isinstance(pool, dict) else None
                known = [k for k in serves if k in of] if isinstance(serves, list) else []
                if len({str(of[k]) for k in known}) > 1:
                    found = " and ".join(f"{k} in {of[k]}" for k in known)
                    self._error(
                        ("offers", player, i, "serves"),
                        f"a pool shared between {found}",
                        "capabilities counted in one unit",
                        "give each its own pool",
                    )


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else repr(value)
