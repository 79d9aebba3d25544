"""One deterrence game in plain numbers: the ``deterrence`` block of a case, every value known.

The block may be the whole file or stand under the key ``deterrence``; YAML or JSON. ``like``
copies a sibling as in cases. Keys of a case that say something to readers only (``actor``,
``timeline``, ``persistence``, ``members``, ``title``, ``because``, ``judgement``) may stay.

Differences from a case, all because the numbers are taken as they are written:

* Strengths are not rounded (worlds of a case share games by rounding them to 1/8).
* ``without_attack``, ``snapback``, ``punishes``, ``reneging``, ``automatic`` and ``shared_cost``
  are 0 where they are absent, ``fait_accompli`` is needed with reinforcements only.
* A ``tripwire`` that is a number is what staying out costs, unless ``forces: 0`` says that
  nobody stands there.
* ``beliefs`` can move every number of a guarantor: ``times`` first, then ``shift``. As in cases
  what is perceived stays at or above 0, and chances at or below 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath

from accord._errors import CaseError, CaseErrors
from accord.case.likeness import expand_likeness
from accord.case.tree import Path, Tree
from accord.case.yaml_reader import read_yaml_text
from accord.formats.deterrence_file_fields import (
    BELIEVED,
    CHALLENGER,
    CONTEST,
    GUARANTOR,
    MODE,
    PROTEGE,
    SAID,
    SHIFT,
    TRIPWIRE,
    Field,
)
from accord.formats.deterrence_file_order import known, read_order
from accord.formats.deterrence_file_values import Values, shown
from accord.formats.located_json import read_json
from accord.formats.source import read_source
from accord.theory.game import Challenger, Contest, Game, Guarantor, Mode, Protege

__all__ = ["DeterrenceFile", "read_deterrence_file", "read_deterrence_tree"]

_BLOCKS = ("challenger", "protege", "contest", "guarantors", "beliefs", "modes")
_NEEDED = ("challenger", "protege", "contest", "guarantors")
_WANTED = "a deterrence game in YAML or JSON"
_CHANCES = {name for name, field in GUARANTOR.items() if field.kind == "chance"}


@dataclass(frozen=True, slots=True, eq=False)
class DeterrenceFile:
    """What a file says.

    Attributes
    ----------
    names : tuple of str
        The guarantors in the order in which they decide; the games number them so.
    true : Game
    seen : Game
        As the challenger sees it; ``true`` itself where the file has no beliefs.
    """

    names: tuple[str, ...]
    true: Game
    seen: Game


def read_deterrence_tree(file: str | FilePath) -> Tree:
    """The plain data of a file with places, before anything is made of it.

    Raises
    ------
    CaseErrors
        If it is missing, unreadable, or neither YAML nor JSON.
    """
    source = read_source(file, _WANTED)
    if source.text is None:
        place = source.place()
        raise CaseErrors([CaseError("", place.file, 0, 0, "bytes that are not UTF-8", _WANTED)])
    if FilePath(file).suffix.lower() == ".json":
        return read_json(source)
    return read_yaml_text(source.text, source.label)


def read_deterrence_file(file: str | FilePath, tree: Tree | None = None) -> DeterrenceFile:
    """Read a game.

    Parameters
    ----------
    file : path
    tree : Tree, optional
        Of the file, where it has been read before; it is changed.

    Raises
    ------
    CaseErrors
        With every mistake in the file.
    """
    tree = read_deterrence_tree(file) if tree is None else tree
    expand_likeness(tree)
    root: Path = ("deterrence",) if "deterrence" in tree.data else ()
    for key in tree.data if root else ():
        if key != "deterrence" and key not in SAID:
            tree.error((key,), f"the unknown key {key!r}", "the key deterrence alone")
    read = _Reader(Values(tree, root)).file()
    if tree.errors:
        # what was copied with its mistake is told where it stands, once
        places = {(each.line, each.column, each.found): each for each in reversed(tree.errors)}
        raise CaseErrors(places.values())
    return read


class _Reader:
    """One file on its way to a game."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def file(self) -> DeterrenceFile:
        values = self._values
        values.block((), _BLOCKS)
        for name in _NEEDED:
            if isinstance(values.get(()), dict) and not values.has((name,)):
                values.error((name,), f"no {name}", f"the block {name}")
        challenger = Challenger(**self._party("challenger", CHALLENGER))
        protege = Protege(**self._party("protege", PROTEGE))
        values.block(("contest",), (*CONTEST, "fait_accompli"), needed=False)
        contest = Contest(**values.numbers(("contest",), CONTEST))
        order = read_order(values)
        names = order.names
        modes = self._modes()
        plain = [self._guarantor(name) for name in names]
        beliefs = self._beliefs(names)
        tau = self._fait_accompli(plain, beliefs)

        def game(moved: Mapping[str, Mapping[str, tuple[float, float]]]) -> Game:
            guarantors = tuple(
                _guarantor(numbers, moved.get(name, {}), tau, lean)
                for name, numbers, lean in zip(names, plain, order.leans_on, strict=True)
            )
            return Game(
                challenger, protege, contest, guarantors, order.tiers, order.backstop, modes
            )

        true = game({})
        seen = game(beliefs) if beliefs else true
        self._bound(names, true, seen)
        return DeterrenceFile(names, true, seen)

    def _party(self, name: str, fields: Mapping[str, Field]) -> dict[str, float]:
        self._values.block((name,), tuple(fields), needed=False)
        return self._values.numbers((name,), fields)

    def _guarantor(self, name: str) -> dict[str, float]:
        path: Path = ("guarantors", name)
        self._values.block(path, (*GUARANTOR, "tripwire", "leans_on"))
        found = self._values.numbers(path, GUARANTOR)
        found |= {"at_most": 0.0, "half_at": 0.0, "stands": 1.0}
        at = (*path, "tripwire")
        if isinstance(self._values.get(at), dict):
            self._values.block(at, tuple(TRIPWIRE))
            found["at_most"] = self._values.number((*at, "at_most"), TRIPWIRE["at_most"])
            half = Field(TRIPWIRE["half_at"].meaning, 0.0, "positive")
            found["half_at"] = self._values.number((*at, "half_at"), half)
        elif self._values.has(at):
            found["at_most"] = self._values.number(at, TRIPWIRE["at_most"])
            # a bare price is one that is paid, unless nobody is said to stand there
            unsaid = not self._values.has((*path, "forces"))
            found["stands"] = float(unsaid or found["forces"] > 0)
            return found
        found["stands"] = float(found["forces"] > 0)
        return found

    def _beliefs(self, names: Sequence[str]) -> dict[str, dict[str, tuple[float, float]]]:
        """By guarantor and number: factor, then what is added."""
        result: dict[str, dict[str, tuple[float, float]]] = {}
        raw = self._values.get(("beliefs",))
        if not isinstance(raw, dict):
            if self._values.has(("beliefs",)):
                self._values.error(("beliefs",), shown(raw), "a block from guarantors to beliefs")
            return {}
        for name in raw:
            path: Path = ("beliefs", name)
            if name in SAID or not known(
                self._values, path, name, names, "a guarantor of the order"
            ):
                continue
            moved = self._values.block(path, BELIEVED)
            result[name] = {what: self._shift((*path, what)) for what in moved if what in BELIEVED}
        return {name: moved for name, moved in result.items() if moved}

    def _shift(self, path: Path) -> tuple[float, float]:
        raw = self._values.block(path, tuple(SHIFT))
        if isinstance(self._values.get(path), dict) and not raw.keys() & SHIFT.keys():
            self._values.error(path, "neither times nor shift", "{times: x} or {shift: x}")
        numbers = self._values.numbers(path, SHIFT)
        return numbers["times"], numbers["shift"]

    def _modes(self) -> tuple[Mode, ...]:
        path: Path = ("modes",)
        if not self._values.has(path):
            return (Mode("full"),)
        raw = self._values.get(path)
        if not isinstance(raw, dict) or not raw:
            found = "no mode" if isinstance(raw, dict) else shown(raw)
            self._values.error(
                path, found, "modes such as {full: {}, probe: {stake: {times: 0.3}}}"
            )
            return (Mode("full"),)
        count = len(self._values.tree.errors)
        modes = tuple(self._mode(name) for name in raw if name not in SAID)
        whole = any(all(getattr(mode, what) == 1.0 for what in MODE) for mode in modes)
        if not whole and count == len(self._values.tree.errors):
            self._values.error(
                path, "no full attack", "one mode that leaves everything at times 1",
                "such as full: {}",
            )  # fmt: skip
        return modes

    def _mode(self, name: str) -> Mode:
        path: Path = ("modes", name)
        if name == "none":
            self._values.error(path, "a mode named none", "another name", "none is no attack")
        self._values.block(path, tuple(MODE))
        factors = {}
        for what in MODE:
            at = (*path, what)
            if self._values.has(at):
                self._values.block(at, ("times",))
                factors[what] = self._values.number((*at, "times"), Field("The factor"))
        return Mode(name, **factors)

    def _fait_accompli(
        self, plain: Sequence[Mapping[str, float]], beliefs: Mapping[str, Mapping[str, object]]
    ) -> float:
        """The time for a fait accompli in days; infinite where nothing asks for one."""
        path: Path = ("contest", "fait_accompli")
        field = Field("Days in which an attacker can create facts", None, "days")
        if self._values.has(path):
            count = len(self._values.tree.errors)
            days = self._values.number(path, field)
            if days == 0 and count == len(self._values.tree.errors):
                self._values.error(path, "0", "more than 0 days")
            return days or 1.0
        late = any(numbers["reinforcement"] > 0 for numbers in plain)
        late = late or any("reinforcement" in moved for moved in beliefs.values())
        if late and isinstance(self._values.get(("contest",)), dict):
            wanted = "days such as 20, as there are reinforcements"
            self._values.error(path, "no fait_accompli", wanted, field.meaning)
        return math.inf

    def _bound(self, names: Sequence[str], true: Game, seen: Game) -> None:
        """A mode may not lift a chance of automatic entry above 1."""
        for mode in true.modes:
            for game, whose in ((true, ""), (seen, " as the challenger sees it")):
                over = [
                    f"{name} {float(g.automatic):g}"
                    for name, g in zip(names, game.guarantors, strict=True)
                    if float(g.automatic) * float(mode.automatic) > 1.0
                ]
                if over:
                    self._values.error(
                        ("modes", mode.name, "automatic", "times"),
                        f"{float(mode.automatic):g} times the automatic entry of {', '.join(over)}"
                        f"{whose}",
                        "a chance of at most 1",
                    )
                    break


def _guarantor(
    plain: Mapping[str, float], moved: Mapping[str, tuple[float, float]], tau: float,
    leans_on: Mapping[int, float],
) -> Guarantor:  # fmt: skip
    """A guarantor of the game, by true numbers or as they are believed."""

    def believed(what: str, true: float) -> float:
        if what not in moved:
            return true
        times, shift = moved[what]
        most = 1.0 if what in _CHANCES else math.inf
        # a perceived value below nought would turn a cost into a gain
        return min(max(true * times + shift, 0.0), most)

    own = {name: believed(name, plain[name]) for name in GUARANTOR}
    tripwire = plain["at_most"]
    if plain["half_at"] > 0:
        tripwire *= -math.expm1(-math.log(2.0) * own["forces"] / plain["half_at"])
    else:
        tripwire *= float(own["forces"] > 0) if "forces" in moved else plain["stands"]
    late = own["reinforcement"] * math.exp(-own["delay"] / tau)
    return Guarantor(
        own["stake"],
        own["cost"],
        own["shared_cost"],
        own["punishes"],
        own["precision"],
        own["reneging"],
        own["automatic"],
        own["alone"],
        believed("tripwire", tripwire),
        believed("strength", own["forward"] + late),
        leans_on,
    )
