"""Voting games in JSON, in four forms, with numbers of any size.

``{"weights": [4, 3, 2], "quota": 5}``
    A weighted vote.
``{"games": {"members": {"weights": […], "quota": 2}, …}, "formula": "members & population"}``
    Weighted votes of the same players, joined by ``&`` and ``|``.
``{"players": ["A", "B", "C"], "winning": [["A", "B"], ["A", "C"]]}``
    Winning coalitions; whatever holds one of them wins.
``{"values": [0, 0, 1, 3]}``
    The worth of every set: bit i of the position, counted from 0, says whether player i is in.

``players`` names the players; without it they are "1", "2" …
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import lcm
from pathlib import Path as FilePath
from typing import Any, TypeAlias

from accord._errors import CaseErrors
from accord.case.tree import Path, Place, Tree, dotted
from accord.formats.located_json import read_json
from accord.formats.lookup import Lookup
from accord.formats.source import Findings, Source, read_source
from accord.theory.voting.games import Formula, FormulaGame, WeightedGame, program_of
from accord.theory.voting.syntax import Mistake, parse_formula

__all__ = ["Coalitions", "VotingFile", "Worths", "read_voting_game"]

Rational: TypeAlias = Fraction | int

MOST_PLAYERS = 1_000
MOST_COALITIONS = 5_000
LARGEST_WORTH = 10**300
"""Worths stay below this, so that all results are numbers of JSON."""

_FORMS = {"weights": "quota", "games": "formula", "winning": "", "values": ""}
_ABOUT = {
    "id", "kind", "name", "title", "description", "source", "sources", "citation", "reference",
    "url", "licence", "license", "published", "expected", "note", "notes", "comment", "players",
}  # fmt: skip
"""Keys that tell readers something and change nothing."""
_WANTED = "weights and a quota, games and a formula, winning coalitions, or values"
_MOST_NOTES = 20


@dataclass(frozen=True, slots=True)
class Coalitions:
    """Winning coalitions as bitmasks."""

    winning: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Worths:
    """The worth of every set, by bitmask."""

    values: tuple[Rational, ...]


@dataclass(frozen=True, slots=True)
class VotingFile:
    """A game that was read.

    Attributes
    ----------
    players : tuple of str
    form : str
        Which of the four: ``weights``, ``games``, ``winning`` or ``values``.
    game : FormulaGame, Coalitions or Worths
    notes : tuple of str
        What is worth knowing about the game.
    ignored : tuple of str
        What the file holds and nobody used.
    """

    players: tuple[str, ...]
    form: str
    game: FormulaGame | Coalitions | Worths
    notes: tuple[str, ...]
    ignored: tuple[str, ...]


def read_voting_game(file: str | FilePath) -> VotingFile:
    """Read a voting game.

    Raises
    ------
    CaseErrors
        With every mistake that was found, each with its place.
    """
    source = _opened(file)
    tree = read_json(source, exact=True)
    findings = Findings(errors=list(tree.errors))
    reader = _Reader(source, tree, findings)
    found = reader.game()
    if findings.errors or found is None:
        raise CaseErrors(findings.errors)
    form, players, game = found
    return VotingFile(players, form, game, tuple(reader.notes), tuple(findings.ignored))


def _opened(file: str | FilePath) -> Source:
    try:
        return read_source(file)
    except CaseErrors as refusal:
        wanted = "a JSON file of a voting game"
        raise CaseErrors(
            [e if "bytes" in e.found else replace(e, wanted=wanted) for e in refusal.errors]
        ) from None


class _Reader:
    """One file on its way to a game; mistakes go to the findings."""

    def __init__(self, source: Source, tree: Tree, findings: Findings) -> None:
        self.notes: list[str] = []
        self._source = source
        self._tree = tree
        self._findings = findings

    def game(self) -> tuple[str, tuple[str, ...], FormulaGame | Coalitions | Worths] | None:
        """Form, players and game; None where there are mistakes."""
        form = self._form()
        if form is None:
            return None
        used = {*_ABOUT, form, _FORMS[form]}
        self._tell_unused((), used)
        names = self._names()
        readers = {
            "weights": self._weighted, "games": self._games,
            "winning": self._winning, "values": self._worths,
        }  # fmt: skip
        game: FormulaGame | Coalitions | Worths | None = readers[form](names)
        if game is None or self._findings.errors:
            return None
        return form, names or _numbered(game), game

    # -- what every form has

    def _form(self) -> str | None:
        data = self._tree.data
        if data.get("kind") == "capability_coalition":
            hint = "accord solve coalition reads it"
            self._error(("kind",), "a coalition of capabilities", "a voting game", hint)
            return None
        forms = [key for key in _FORMS if key in data]
        if len(forms) == 1:
            return forms[0]
        if forms:
            found = " and ".join(repr(form) for form in forms)
            self._error((forms[1],), f"{found} in one file", f"one of them: {_WANTED}")
            return None
        others = [key for key in data if key not in _ABOUT and key not in _FORMS.values()]
        hints = [f"{key!r} is no {near!r}" for key in others if (near := _near(key, _FORMS))]
        self._error((), "no game", _WANTED, "; ".join(hints))
        return None

    def _names(self) -> tuple[str, ...] | None:
        """The names of the players, None where the file gives none or mistaken ones."""
        if "players" not in self._tree.data:
            return None
        listed = self._list(("players",), "a list of names")
        names: list[str] = []
        for i, value in enumerate(listed or ()):
            path = ("players", i)
            if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
                self._error(path, _shown(value), "a name")
            elif str(value) in names:
                first = names.index(str(value)) + 1
                self._error(path, f"the player {str(value)!r} a second time", "each player once",
                            f"it is number {first}, too")  # fmt: skip
            names.append(str(value))
        return tuple(names) if listed else None

    # -- weighted games

    def _weighted(self, names: Sequence[str] | None) -> FormulaGame | None:
        game = self._one_game((), len(names) if names else None)
        return FormulaGame((game,), 0) if game else None

    def _games(self, names: Sequence[str] | None) -> FormulaGame | None:
        listed = self._tree.data["games"]
        if not isinstance(listed, dict) or not listed:
            self._error(("games",), _shown(listed), "an object of at least one named game")
            return None
        number = len(names) if names else None
        games: list[WeightedGame | None] = []
        for name, body in listed.items():
            path = ("games", name)
            if not isinstance(body, dict):
                self._error(path, _shown(body), "an object with weights and a quota")
                games.append(None)
                continue
            self._tell_unused(path, {*_ABOUT, "weights", "quota"} - {"players"})
            weights = body.get("weights")
            if number is None and isinstance(weights, list) and weights:
                number = len(weights)
            games.append(self._one_game(path, number))
        formula = self._formula(list(listed))
        whole = tuple(game for game in games if game is not None)
        if formula is None or len(whole) < len(games) or self._findings.errors:
            return None
        return FormulaGame(whole, formula)

    def _one_game(self, path: Path, number: int | None) -> WeightedGame | None:
        """The game at a path, of as many players as are known of."""
        before = len(self._findings.errors)
        weights = self._numbers((*path, "weights"), "a list of numbers of 0 or more", least=0)
        if weights is not None and number is not None and len(weights) != number:
            self._error((*path, "weights"), f"{len(weights)} weights", f"{number}, one a player")
        if weights is not None and len(weights) > MOST_PLAYERS:
            found = f"{len(weights):,} players"
            self._error((*path, "weights"), found, f"at most {MOST_PLAYERS:,}")
        holder = self._tree.get(path) if path else self._tree.data
        quota = self._number(holder.get("quota"), (*path, "quota"), "a number above 0")
        if quota is not None and quota <= 0:
            hint = "with such a quota everybody wins without anybody"
            self._error((*path, "quota"), str(holder["quota"]), "a number above 0", hint)
        if weights is None or quota is None or len(self._findings.errors) > before:
            return None
        if quota > sum(weights):
            place = self._tree.place((*path, "quota"))
            of = f" of {path[-1]!r}" if path else ""
            self._note(place, f"the quota is above the sum of the weights{of}: nobody wins")
        scale = lcm(*(number.denominator for number in (*weights, quota)))
        return WeightedGame(tuple(int(w * scale) for w in weights), int(quota * scale))

    def _formula(self, names: Sequence[str]) -> Formula | None:
        text = self._tree.data.get("formula")
        if text is None and len(names) == 1:
            return 0
        if not isinstance(text, str) or not text.strip():
            example = " & ".join(repr(name) for name in names[:2])
            self._error(("formula",), _shown(text), f"how the games are joined, such as {example}")
            return None
        formula, mistakes = parse_formula(text, names)
        for mistake in mistakes:
            self._mistaken(text, mistake, names)
        if formula is not None:
            used = set(program_of(formula))
            for i, name in enumerate(names):
                if i not in used:
                    place = self._tree.place(("games", name))
                    self._findings.ignore(place, f"the game {name!r} is not in the formula")
        return formula

    def _mistaken(self, text: str, mistake: Mistake, names: Sequence[str]) -> None:
        """Note a mistake at its character where the text stands in the file as it is."""
        place = self._tree.place(("formula",))
        if place.text[place.column :].startswith(text):
            place = replace(place, column=place.column + 1 + mistake.at)
        near = _near(mistake.name, names) if mistake.name else ""
        hint = f"did you mean {near!r}?" if near else mistake.hint
        self._findings.error(place, mistake.found, mistake.wanted, hint, "formula")

    # -- listed games

    def _winning(self, names: Sequence[str] | None) -> Coalitions | None:
        if names is None:
            if "players" not in self._tree.data:
                self._error(("players",), "no players", "a list of their names")
            return None
        coalitions = self._list(("winning",), "a list of coalitions, each a list of players")
        if coalitions and len(coalitions) > MOST_COALITIONS:
            found_ = f"{len(coalitions):,} coalitions"
            self._error(("winning",), found_, f"at most {MOST_COALITIONS:,}")
            return None
        lookup = Lookup(names)
        found = []
        for i, members in enumerate(coalitions or ()):
            path = ("winning", i)
            if not isinstance(members, list) or not members:
                self._error(path, _shown(members), "a list of at least one player")
                continue
            found.append(self._coalition(members, path, lookup, names))
        for i, one in enumerate(found):
            larger = any(other & one == other and (other != one or j < i)
                         for j, other in enumerate(found) if j != i)  # fmt: skip
            if larger and one:
                place = self._tree.place(("winning", i))
                self._note(place, "the coalition holds another one that wins, and adds nothing")
        return Coalitions(tuple(found)) if coalitions else None

    def _coalition(
        self, members: list[Any], path: Path, lookup: Lookup, names: Sequence[str]
    ) -> int:
        mask = 0
        for k, member in enumerate(members):
            known = isinstance(member, str | int) and not isinstance(member, bool)
            position = lookup.find(str(member)) if known else None
            if position is None:
                near = _near(str(member), names)
                hint = f"did you mean {near!r}?" if near else ""
                self._error((*path, k), _shown(member), "the name of a player", hint)
            elif mask >> position & 1:
                found = f"the player {str(member)!r} a second time"
                self._error((*path, k), found, "each player once")
            else:
                mask |= 1 << position
        return mask

    def _worths(self, names: Sequence[str] | None) -> Worths | None:
        values = self._numbers(("values",), "a list of 2^n numbers")
        if values is None:
            return None
        size = len(values)
        wanted = 1 << len(names) if names else 1 << max(size.bit_length() - 1, 1)
        if size != wanted:
            told = f"{wanted:,} for {len(names)} players" if names else "2, 4, 8 … as 2^n"
            self._error(("values",), f"{size:,} values", f"{told}, one for every set")
            return None
        for i, value in enumerate(values):
            if not -LARGEST_WORTH < value < LARGEST_WORTH:
                self._error(("values", i), "a worth of 1e300 or more", "a smaller unit")
        if values[0]:
            place = self._tree.place(("values", 0))
            self._note(place, f"the empty set is worth {values[0]}; players share the rest")
        return Worths(tuple(values))

    # -- values

    def _numbers(self, path: Path, wanted: str, least: int | None = None) -> list[Rational] | None:
        """The numbers of a list, None where it is none or holds something else."""
        listed = self._list(path, wanted)
        if listed is None:
            return None
        before = len(self._findings.errors)
        kind = "a number" if least is None else "a number of 0 or more"
        numbers = [self._number(value, (*path, i), kind) for i, value in enumerate(listed)]
        for i, value in enumerate(numbers):
            if least is not None and value is not None and value < least:
                self._error((*path, i), str(listed[i]), kind)
        if len(self._findings.errors) > before:
            return None
        return [value for value in numbers if value is not None]

    def _number(self, value: Any, path: Path, wanted: str) -> Rational | None:
        if isinstance(value, Decimal):
            return Fraction(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self._error(path, _shown(value), wanted)
        return None

    def _list(self, path: Path, wanted: str) -> list[Any] | None:
        """The list at a path, None where there is none or an empty one."""
        value = self._tree.get(path) if self._tree.has(path) else None
        if isinstance(value, list) and value:
            return value
        self._error(path, "an empty list" if value == [] else _shown(value), wanted)
        return None

    def _error(self, path: Path, found: str, wanted: str, hint: str = "") -> None:
        self._findings.error(self._tree.place(path), found, wanted, hint, dotted(path))

    def _tell_unused(self, path: Path, used: set[str]) -> None:
        for key in self._tree.get(path) if path else self._tree.data:
            if key not in used:
                place = self._tree.place((*path, key))
                near = _near(key, [name for name in used if name])
                like = f"; did you mean {near!r}?" if near and near not in _ABOUT else ""
                self._findings.ignore(place, f"the key {key!r} was not used{like}")

    def _note(self, place: Place, what: str) -> None:
        if len(self.notes) < _MOST_NOTES:
            self.notes.append(f"{place.file}:{place.line}: {what}")


def _numbered(game: FormulaGame | Coalitions | Worths) -> tuple[str, ...]:
    assert not isinstance(game, Coalitions)
    number = game.players if isinstance(game, FormulaGame) else len(game.values).bit_length() - 1
    return tuple(str(i + 1) for i in range(number))


def _near(name: str, names: Sequence[str] | dict[str, str]) -> str:
    """The nearest of some names, empty where none is near."""
    lowered = {known.lower(): known for known in names}
    found = difflib.get_close_matches(name.lower(), list(lowered), 1)
    return lowered[found[0]] if found else ""


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = text if len(text) <= 40 else f"{text[:40]}…"
    return repr(text) if isinstance(value, str) else text
