"""Gambit's extensive form, ``EFG 2 R``: out and in.

Written are decimals that read back as the same floats, and chances that sum to one exactly.
Read are all files that accord wrote and, of Gambit's own, trees whose payoffs stand at leaves.
The format: "The extensive game (.efg) file format" in the manual of Gambit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from accord._errors import CaseError, CaseErrors
from accord.formats.efg_tree import ExtensiveGame, Leaf, Move, Node
from accord.formats.source import Source, read_source

__all__ = ["efg_text", "read_efg", "read_efg_text"]

MAXIMUM_DEPTH = 200
_WANTED = "an extensive game of Gambit, EFG 2 R"
_TOKEN = re.compile(
    r'[\s,]+|(?P<text>"(?:[^"\\]|\\.)*")|(?P<brace>[{}])|(?P<word>[^\s,{}"]+)', re.DOTALL
)
_NUMBER = re.compile(r"[-+]?(?:[0-9]+/[0-9]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?)")
_LONGEST = 2_000
_LARGEST = 10**300


def efg_text(game: ExtensiveGame) -> str:
    """The text of a file, a move or leaf a line, what follows an action below it."""
    players = " ".join(_quoted(name) for name in game.players)
    lines = [f"EFG 2 R {_quoted(game.title)} {{ {players} }}", _quoted(game.comment), ""]
    outcome = 0
    waiting: list[Node] = [game.root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Leaf):
            outcome += 1
            payoffs = ", ".join(_decimal(payoff) for payoff in node.payoffs)
            lines.append(f't "" {outcome} {_quoted(node.name)} {{ {payoffs} }}')
            continue
        waiting += reversed(node.after)
        if node.chances:
            actions = " ".join(
                f"{_quoted(action)} {_exact(chance)}"
                for action, chance in zip(node.actions, node.chances, strict=True)
            )
            head = f"c {_quoted(node.name)}"
        else:
            actions = " ".join(_quoted(action) for action in node.actions)
            head = f"p {_quoted(node.name)} {node.player}"
        lines.append(f"{head} {node.infoset} {_quoted(node.label)} {{ {actions} }} 0")
    return "\n".join(lines) + "\n"


def read_efg(file: str | Path) -> ExtensiveGame:
    """Read a file.

    Raises
    ------
    CaseErrors
        With the first place that does not fit.
    """
    return read_efg_text(read_source(file, _WANTED))


def read_efg_text(source: Source) -> ExtensiveGame:
    """The game of a file that was read; raises as :func:`read_efg` does."""
    return _Reader(source).game()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _decimal(value: float) -> str:
    """Digits without an exponent, which older readers do not know."""
    return format(Decimal(repr(value)), "f")


def _exact(chance: Fraction) -> str:
    """A decimal where one is exact, a ratio otherwise."""
    rest, digits = chance.denominator, 0
    while rest % 10 == 0:
        rest, digits = rest // 10, digits + 1
    for factor in (2, 5):
        while rest % factor == 0:
            rest, digits = rest // factor, digits + 1
    if rest != 1:
        return f"{chance.numerator}/{chance.denominator}"
    whole = chance * 10**digits
    return format(Decimal(int(whole)).scaleb(-digits), "f") if digits < 25 else _long(whole, digits)


def _long(whole: Fraction, digits: int) -> str:
    """More digits than decimals keep by themselves."""
    text = str(int(whole)).rjust(digits + 1, "0")
    return f"{text[:-digits]}.{text[-digits:]}"


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of the text."""

    kind: str
    text: str
    at: int


class _Reader:
    """Recursive, one method for each rule of the format."""

    def __init__(self, source: Source) -> None:
        if source.text is None:
            raise CaseErrors([CaseError("", source.label, 0, 0, "bytes not in UTF-8", _WANTED)])
        self._source, self._text = source, source.text
        self._tokens = self._split()
        self._now = next(self._tokens)
        self._players: tuple[str, ...] = ()
        self._outcomes: dict[str, Leaf] = {}

    def game(self) -> ExtensiveGame:
        for word in ("EFG", "2"):
            self._word(word)
        if self._now.text not in {"R", "D"}:
            raise self._refusal(self._now, "the letter R")
        self._next()
        title = self._string("the title")
        self._players = self._strings("the names of players")
        comment = self._string("a comment") if self._now.kind == "text" else ""
        root = self._node(0)
        if self._now.kind != "end":
            raise self._refusal(self._now, "the end of the file")
        return ExtensiveGame(title, comment, self._players, root)

    def _node(self, depth: int) -> Node:
        if depth > MAXIMUM_DEPTH:
            raise self._refusal(self._now, f"a tree of at most {MAXIMUM_DEPTH} moves in a row")
        token = self._next()
        match token.text if token.kind == "word" else "":
            case "t":
                return self._leaf()
            case "p" | "c" as kind:
                return self._move(depth, chance=kind == "c")
        raise self._refusal(token, "a move (p), a chance move (c) or a leaf (t)")

    def _leaf(self) -> Leaf:
        name = self._string("the name of the leaf")
        token = self._now
        outcome = self._whole("the number of the outcome, 0 for none")
        if outcome == 0:
            return Leaf(name, (0.0,) * len(self._players))
        if self._now.kind == "text":
            name = self._string("the name of the outcome") or name
        if self._now.text != "{":
            if token.text not in self._outcomes:
                raise self._refusal(self._now, f"the payoffs of outcome {outcome}")
            return self._outcomes[token.text]
        opening = self._next()
        payoffs = []
        while self._now.text != "}":
            payoffs.append(float(self._number("a payoff")))
        self._next()
        if len(payoffs) != len(self._players):
            found, wanted = f"{len(payoffs)} payoffs", f"{len(self._players)}, one a player"
            raise self._refusal(opening, wanted, found)
        return self._outcomes.setdefault(token.text, Leaf(name, tuple(payoffs)))

    def _move(self, depth: int, *, chance: bool) -> Move:
        name = self._string("the name of the move")
        at = self._now
        player = 0 if chance else self._whole("the number of the player")
        if not chance and not 1 <= player <= len(self._players):
            raise self._refusal(at, f"a player from 1 to {len(self._players)}")
        infoset = self._whole("the number of the information set")
        label = self._string("its name") if self._now.kind == "text" else ""
        opening = self._now
        actions, chances = self._actions(chance=chance)
        if not actions:
            raise self._refusal(opening, "at least one action")
        if chance and sum(chances) != 1:
            raise self._refusal(opening, "chances that sum to 1", f"a sum of {sum(chances)}")
        at = self._now
        if self._whole("the outcome of the move") != 0:
            raise self._refusal(at, "0: payoffs at leaves only")
        after = tuple(self._node(depth + 1) for _ in actions)
        return Move(name, player, infoset, label, actions, chances, after)

    def _actions(self, *, chance: bool) -> tuple[tuple[str, ...], tuple[Fraction, ...]]:
        self._word("{")
        actions, chances = [], []
        while self._now.text != "}" or self._now.kind == "text":
            actions.append(self._string("the name of an action"))
            if chance:
                chances.append(self._number("the chance of the action"))
        self._next()
        return tuple(actions), tuple(chances)

    def _strings(self, wanted: str) -> tuple[str, ...]:
        self._word("{")
        found = []
        while self._now.kind == "text":
            found.append(self._string(wanted))
        self._word("}")
        return tuple(found)

    def _string(self, wanted: str) -> str:
        token = self._next()
        if token.kind != "text":
            raise self._refusal(token, f"{wanted} in double quotes")
        return re.sub(r"\\(.)", r"\1", token.text[1:-1], flags=re.DOTALL)

    def _whole(self, wanted: str) -> int:
        token = self._next()
        if token.kind != "word" or not re.fullmatch("[0-9]{1,9}", token.text):
            raise self._refusal(token, wanted)
        return int(token.text)

    def _number(self, wanted: str) -> Fraction:
        token = self._next()
        long = len(token.text) > _LONGEST
        if token.kind != "word" or long or not _NUMBER.fullmatch(token.text):
            raise self._refusal(token, wanted)
        if re.fullmatch(".*/0+", token.text):
            raise self._refusal(token, "a number that is not divided by nought")
        value = Fraction(token.text)
        if abs(value) > _LARGEST:
            raise self._refusal(token, "a number below 1e300")
        return value

    def _word(self, word: str) -> None:
        token = self._next()
        if token.kind == "text" or token.text != word:
            raise self._refusal(token, _WANTED if word in {"EFG", "2"} else word)

    def _next(self) -> _Token:
        token = self._now
        if token.kind != "end":
            self._now = next(self._tokens)
        return token

    def _split(self) -> Iterator[_Token]:
        at = 0
        while at < len(self._text):
            match = _TOKEN.match(self._text, at)
            if match is None:
                raise self._refusal(_Token("", self._text[at : at + 20], at), "a closing quote")
            if match.lastgroup is not None:
                yield _Token(match.lastgroup, match.group(), at)
            at = match.end()
        yield _Token("end", "", at)

    def _refusal(self, token: _Token, wanted: str, found: str = "") -> CaseErrors:
        line = self._text.count("\n", 0, token.at) + 1
        column = token.at - (self._text.rfind("\n", 0, token.at) + 1) + 1
        place = self._source.place(line, column)
        stands = found or (repr(token.text[:40]) if token.text else "the end of the file")
        return CaseErrors([CaseError("", place.file, line, column, stands, wanted, "", place.text)])
