"""Read ``.gmcr``: conflicts of the graph model in two-valued options, in JSON.

``options`` are {name, permittedDirection}; ``decisionMakers`` are {name, options, preferences,
misperceptions, preferenceRanking}; a condition is a list of [option, "Y" or "N"], all of which
have to hold, or {"compound": true, "members": [such lists]}, of which one has to. The older names
``useManualPreferenceVectors`` and ``preferenceVector`` are understood. Other keys are not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path as FilePath
from typing import Any

import numpy as np

from accord._errors import CaseErrors
from accord.case.tree import Path, Tree
from accord.formats.gmcr_record import (
    MOST_OPTIONS,
    Condition,
    Conjunction,
    DecisionMaker,
    Direction,
    Gmcr,
    Option,
)
from accord.formats.gmcr_states import gmcr_order, matching
from accord.formats.gmcr_values import LocatedValues, shown
from accord.formats.located_json import read_json
from accord.formats.source import read_source

__all__ = ["read_gmcr", "read_gmcr_tree"]

_SWITCHES = ("useManualPreferenceRanking", "useManualPreferenceVectors")
_RANKINGS = ("preferenceRanking", "preferenceVector")
_DIRECTIONS: dict[Any, Direction] = {"both": "both", "fwd": "fwd", "back": "back"}
_CONDITION = 'a list of [option, "Y" or "N"], or {"compound": true, "members": [such lists]}'
_ON = {"Y": True, "N": False}
_MOST_NAMED = 6


def read_gmcr(file: str | FilePath) -> Gmcr:
    """Read a conflict.

    Parameters
    ----------
    file : path

    Raises
    ------
    CaseErrors
        With every mistake in the file, each with its line, column and path.
    """
    return read_gmcr_tree(read_json(read_source(file, "a conflict (.gmcr)")))


def read_gmcr_tree(tree: Tree) -> Gmcr:
    """Read a conflict from JSON with places.

    Raises
    ------
    CaseErrors
        With every mistake.
    """
    record = _Reader(tree).record()
    if tree.errors:
        raise CaseErrors(tree.errors)
    return record


class _Reader(LocatedValues):
    """One file on its way to a record; what it returns after a mistake is never used."""

    def record(self) -> Gmcr:
        options = self._options()
        # without options nobody can tell which positions are too large
        self.count = len(options) or None
        infeasibles = self._conditions(("infeasibles",))
        self._by_ranking = self._switch()
        raw = self.listed(("decisionMakers",), "a list of parties", filled="at least one party")
        sound = not self._tree.errors
        makers = tuple(self._maker(("decisionMakers", i)) for i in range(len(raw)))
        owned = self._owned([maker.options for maker in makers])
        if sound and owned:
            self._states(makers, infeasibles)
        coalitions = self._coalitions(len(makers)) if self.has(("coalitions",)) else None
        return Gmcr(options, makers, infeasibles, self._by_ranking, coalitions)

    def _options(self) -> tuple[Option, ...]:
        raw = self.listed(("options",), "a list of options", filled="at least one option")
        if len(raw) > MOST_OPTIONS:
            self.error(
                ("options",),
                f"{len(raw)} options, which make {2 ** min(len(raw), 200):,} states",
                f"at most {MOST_OPTIONS} options, {2**MOST_OPTIONS:,} states",
                "leave out options whose answer is known and those that no preference mentions",
            )
        return tuple(self._option(("options", i)) for i in range(len(raw)))

    def _option(self, path: Path) -> Option:
        if not self.mapping(path, '{"name": …, "permittedDirection": …}'):
            return Option("")
        name = self.text((*path, "name"), "a name")
        way = self.value((*path, "permittedDirection"), "both, fwd or back")
        if way is not None and (not isinstance(way, str) or way not in _DIRECTIONS):
            self.error((*path, "permittedDirection"), shown(way), "both, fwd or back")
        return Option(name, _DIRECTIONS.get(way, "both") if isinstance(way, str) else "both")

    def _switch(self) -> bool:
        here = [key for key in _SWITCHES if self.has((key,))]
        found = []
        for key in here or _SWITCHES[:1]:
            value = self.value((key,), "true (rankings count) or false (statements count)")
            if value is not None and not isinstance(value, bool):
                self.error((key,), shown(value), "true or false")
            found.append(value is True)
        if len(set(found)) > 1:
            self.error((here[1],), f"{shown(found[1])} beside {here[0]}", "the same of both names")
        return found[0]

    def _maker(self, path: Path) -> DecisionMaker:
        if not self.mapping(path, '{"name": …, "options": […], "preferences": […]}'):
            return DecisionMaker("", ())
        name = self.text((*path, "name"), "a name")
        raw = self.listed((*path, "options"), "a list of positions of options")
        options = [self.number((*path, "options", k), self.count, 0) for k in range(len(raw))]
        hint = ""
        if not self._by_ranking and any(self.has((*path, key)) for key in _RANKINGS):
            hint = f"{_SWITCHES[0]}: true makes the ranking count"
        statements = (*path, "preferences")
        preferences: tuple[Condition, ...] = ()
        if self.has(statements) or not self._by_ranking:
            preferences = self._conditions(statements, hint)
        blind = (*path, "misperceptions")
        return DecisionMaker(
            name,
            tuple(-1 if option is None else option for option in options),
            preferences,
            self._conditions(blind) if self.has(blind) else (),
            self._ranking(path),
        )

    # -- conditions

    def _conditions(self, path: Path, hint: str = "") -> tuple[Condition, ...]:
        raw = self.listed(path, "a list of conditions", hint)
        return tuple(self._condition((*path, i)) for i in range(len(raw)))

    def _condition(self, path: Path) -> Condition:
        raw = self._tree.get(path)
        if isinstance(raw, list):
            return (self._conjunction(path),)
        if not isinstance(raw, dict):
            self.error(path, shown(raw), _CONDITION)
            return ()
        if raw.get("compound") is not True:
            found = f"compound: {shown(raw['compound'])}" if "compound" in raw else "no compound"
            self.error(path, found, _CONDITION)
        members = self.listed((*path, "members"), "a list of conditions that are lists")
        return tuple(self._conjunction((*path, "members", i)) for i in range(len(members)))

    def _conjunction(self, path: Path) -> Conjunction:
        raw = self._tree.get(path)
        if not isinstance(raw, list):
            self.error(path, shown(raw), 'a list of [option, "Y" or "N"]')
            return ()
        found = []
        for i, pair in enumerate(raw):
            if not isinstance(pair, list) or len(pair) != 2:
                self.error((*path, i), shown(pair), 'a pair [option, "Y" or "N"]')
                continue
            option = self.number((*path, i, 0), self.count, 0)
            if not isinstance(pair[1], str) or pair[1] not in _ON:
                self.error((*path, i, 1), shown(pair[1]), '"Y" or "N"')
            elif option is not None:
                found.append((option, _ON[pair[1]]))
        return tuple(found)

    # -- rankings

    def _ranking(self, path: Path) -> tuple[tuple[int, ...], ...] | None:
        at = self._ranking_path(path)
        if at is None:
            if self._by_ranking:
                wanted = "the numbers of all possible states, the best first"
                hint = f"{_SWITCHES[0]}: false makes the statements count"
                self.error((*path, _RANKINGS[0]), f"no {_RANKINGS[0]}", wanted, hint)
            return None
        groups = []
        for k, group in enumerate(self.listed(at, "a list of numbers of states")):
            here = (*at, k)
            if isinstance(group, list):
                if not group:
                    self.error(here, "an empty list", "numbers of states that are indifferent")
                members = [self.number((*here, i), None, 1) for i in range(len(group))]
            else:
                members = [self.number(here, None, 1)]
            groups.append(tuple(0 if member is None else member for member in members))
        return tuple(groups)

    def _ranking_path(self, path: Path) -> Path | None:
        return next((at for key in _RANKINGS if self.has(at := (*path, key))), None)

    def _states(self, makers: Sequence[DecisionMaker], infeasibles: Iterable[Condition]) -> None:
        """Note when nothing is possible, and what is wrong with rankings that count."""
        order = gmcr_order(self.count or 0, (maker.options for maker in makers))
        possible = int(np.count_nonzero(~matching(infeasibles, order)))
        if not possible:
            self.error(("infeasibles",), "conditions that exclude every state", "a possible state")
            return
        if not self._by_ranking:
            return
        for i, maker in enumerate(makers):
            at = self._ranking_path(("decisionMakers", i))
            if at is not None and maker.ranking is not None:
                self._check_ranking(at, maker.ranking, possible)

    def _check_ranking(self, at: Path, ranking: Sequence[Sequence[int]], possible: int) -> None:
        seen: set[int] = set()
        for k, group in enumerate(ranking):
            for i, number in enumerate(group):
                inside = isinstance(self._tree.get((*at, k)), list)
                here = (*at, k, i) if inside else (*at, k)
                if number > possible:
                    wanted = f"one of the {possible:,} possible states, from 1"
                    self.error(here, f"the state {number}", wanted)
                elif number in seen:
                    self.error(here, f"the state {number} a second time", "each state once")
                elif number:
                    seen.add(number)
        absent = [number for number in range(1, possible + 1) if number not in seen]
        # what is no number at all has been told, and may be the one that is missed
        if absent and all(number for group in ranking for number in group):
            named = ", ".join(map(str, absent[:_MOST_NAMED]))
            more = f" and {len(absent) - _MOST_NAMED:,} more" if len(absent) > _MOST_NAMED else ""
            self.error(
                at, f"no place for {named}{more}", f"each of the {possible:,} possible states once"
            )

    # -- who belongs where

    def _owned(self, owned: Sequence[Sequence[int]]) -> bool:
        """Note options that stand twice; whether each has one owner at most."""
        owner: dict[int, int] = {}
        sound = True
        for i, options in enumerate(owned):
            for k, option in enumerate(options):
                if option in owner:
                    found = f"the option {option} a second time"
                    whose = f"decisionMakers.{owner[option]} owns it"
                    wanted = "each option with one owner at most"
                    self.error(("decisionMakers", i, "options", k), found, wanted, whose)
                if option < 0 or option in owner:
                    sound = False
                else:
                    owner[option] = i
        return sound

    def _coalitions(self, parties: int) -> tuple[tuple[int, ...], ...]:
        at: Path = ("coalitions",)
        wanted = f"each party from 0 to {parties - 1} once, alone or in a list"
        found: list[tuple[int, ...]] = []
        seen: set[int] = set()
        for k, entry in enumerate(self.listed(at, wanted)):
            inside = isinstance(entry, list)
            places: list[Path] = [(*at, k)]
            if inside:
                places = [(*at, k, i) for i in range(len(entry))]
            if not places:
                self.error((*at, k), "an empty list", wanted)
            members = [(place, self.number(place, parties, 0)) for place in places]
            for place, party in members:
                if party in seen:
                    self.error(place, f"the party {party} a second time", wanted)
            seen.update(party for _, party in members if party is not None)
            found.append(tuple(party for _, party in members if party is not None))
        absent = sorted(set(range(parties)) - seen)
        if absent and not self._tree.errors:
            self.error(at, f"no place for the parties {', '.join(map(str, absent))}", wanted)
        return tuple(found)
