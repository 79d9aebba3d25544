"""Formulas of votes as text: names joined by ``&`` or ``and``, ``|`` or ``or``, parentheses.

``&`` binds more closely than ``|``. Names that are no plain words stand in quotes. There is no
negation: whoever joins a winning set must leave it winning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from accord.theory.voting.games import AllOf, AnyOf, Formula

__all__ = ["Mistake", "parse_formula"]

_DEEPEST = 100
_TOKEN = re.compile(
    r"\s*(?:(?P<quoted>\"[^\"]*\"|'[^']*')|(?P<word>[^\W\d][\w.\-]*|\d[\w.\-]*)"
    r"|(?P<sign>&&?|\|\|?|[()!~¬]))"
)
_AND, _OR, _NOT = {"&", "&&", "and"}, {"|", "||", "or"}, {"!", "~", "¬", "not"}
_NAME = "a game's name or an opening parenthesis"


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a formula, and at which character.

    Attributes
    ----------
    at : int
        Counted from 0.
    found, wanted, hint : str
    name : str
        The unknown name, where that is what is wrong.
    """

    at: int
    found: str
    wanted: str
    hint: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Token:
    at: int
    kind: str
    text: str


def parse_formula(text: str, names: Sequence[str]) -> tuple[Formula | None, list[Mistake]]:
    """The formula that a text writes, or None and its mistakes, unknown names all at once.

    Parameters
    ----------
    text : str
    names : sequence of str
        Of the games, whose positions stand in the formula.
    """
    parser = _Parser(text, names)
    formula = parser.whole()
    return (None if parser.mistakes else formula), parser.mistakes


class _Parser:
    """Recursive descent; after a mistake of form nothing more is read."""

    def __init__(self, text: str, names: Sequence[str]) -> None:
        self.mistakes: list[Mistake] = []
        self._positions = {name: i for i, name in enumerate(names)}
        self._tokens = self._split(text)
        self._next = 0

    def whole(self) -> Formula | None:
        """The formula of the whole text."""
        formula = self._joined(0) if self._tokens else None
        if formula is not None and self._tokens[self._next].kind != "end":
            self._expect(self._tokens[self._next], "& or | before it, or the end of the formula")
        return formula

    def _split(self, text: str) -> list[_Token]:
        tokens, at = [], 0
        while match := _TOKEN.match(text, at):
            kind = match.lastgroup or ""
            found = match.group(kind)
            start, at = match.start(kind), match.end()
            lower = found.lower()
            if kind == "quoted":
                tokens.append(_Token(start, "name", found[1:-1]))
            elif lower in _AND | _OR | _NOT:
                known = "and" if lower in _AND else "or" if lower in _OR else "not"
                tokens.append(_Token(start, known, found))
            else:
                tokens.append(_Token(start, "name" if kind == "word" else found, found))
        rest = text[at:].lstrip()
        if rest:
            start = len(text) - len(rest)
            hint = "put quotes around names that are no plain words"
            self.mistakes.append(Mistake(start, repr(rest[0]), "names, &, | and parentheses", hint))
            return []
        return [*tokens, _Token(len(text), "end", "the end of the formula")]

    def _joined(self, depth: int) -> Formula | None:
        """Parts joined by |, each of parts joined by &."""
        anyone: list[Formula] = []
        while True:
            everyone: list[Formula] = []
            while True:
                part = self._unit(depth)
                if part is None:
                    return None
                everyone.append(part)
                if self._tokens[self._next].kind != "and":
                    break
                self._next += 1
            anyone.append(AllOf(tuple(everyone)) if len(everyone) > 1 else everyone[0])
            if self._tokens[self._next].kind != "or":
                return AnyOf(tuple(anyone)) if len(anyone) > 1 else anyone[0]
            self._next += 1

    def _unit(self, depth: int) -> Formula | None:
        token = self._tokens[self._next]
        self._next += 1
        if token.kind == "name":
            if token.text not in self._positions:
                known = ", ".join(map(repr, list(self._positions)[:12]))
                found = f"the game {token.text!r}, which does not exist"
                self.mistakes.append(Mistake(token.at, found, f"one of {known}", name=token.text))
            return self._positions.get(token.text, 0)
        if token.kind != "(":
            self._expect(token, _NAME)
            return None
        if depth >= _DEEPEST:
            found = "parentheses nested too deeply"
            self.mistakes.append(Mistake(token.at, found, f"at most {_DEEPEST} levels"))
            return None
        inside = self._joined(depth + 1)
        if inside is None:
            return None
        closing = self._tokens[self._next]
        if closing.kind != ")":
            self._expect(closing, "&, | or the closing parenthesis")
            return None
        self._next += 1
        return inside

    def _expect(self, token: _Token, wanted: str) -> None:
        """Note a token that does not fit; a negation is explained."""
        found = token.text if token.kind == "end" else repr(token.text)
        if token.kind != "not":
            self.mistakes.append(Mistake(token.at, found, wanted))
            return
        hint = (
            "power is defined for votes in which more support never harms; write what blocks as "
            "a game of its own, with the quota at which it no longer does"
        )
        self.mistakes.append(Mistake(token.at, f"a negation, {found}", "names, & and | only", hint))
