"""The condition language of a case: parsed with positions, never evaluated as code.

::

    expr := or ;  or := and ("or" and)* ;  and := not ("and" not)* ;  not := "not" not | atom
    atom := "(" or ")" | PROVISION ("=="|"!="|"<="|">=") LEVEL | PROVISION "in" "[" LEVEL,… "]"
          | "shocks."NAME | ACTOR["."PLEDGE] "joins" | INT "of" "[" ACTOR,… "]"
          | ACTOR "accepts" | PARTY"."OPTION [("=="|"!="|"<="|">=") LEVEL]
    statement := expr ["if" expr]
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from accord.case.expressions import (
    Accepts,
    And,
    Choice,
    Expression,
    JoinCount,
    Joins,
    Not,
    Option,
    Or,
    Shock,
)

__all__ = ["ExpressionError", "parse", "parse_statement"]

MAXIMUM_LENGTH = 2_000
MAXIMUM_DEPTH = 50


class ExpressionError(ValueError):
    """A condition that cannot be read; ``offset`` counts characters from 0."""

    def __init__(self, offset: int, found: str, wanted: str, hint: str = "") -> None:
        self.offset, self.found, self.wanted, self.hint = offset, found, wanted, hint
        super().__init__(f"found {found}, wanted {wanted}")


_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z][A-Za-z0-9_-]*)|(?P<int>\d+)|(?P<sign>==|!=|<=|>=|[()\[\],.])|(?P<bad>\S))"
)
_RELATIONS = ("==", "!=", "<=", ">=")
_WORDS = frozenset({"and", "or", "not", "in", "of", "joins", "accepts", "if"})


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    offset: int


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        assert match is not None
        kind = match.lastgroup
        assert kind is not None
        token = _Token(kind, match.group(kind), match.start(kind))
        if kind == "bad":
            raise ExpressionError(
                token.offset,
                f"the character {token.text!r}",
                "names, levels, and, or, not, in, ==, !=, <=, >=, brackets",
                "conditions have no arithmetic, quotes or assignments",
            )
        found.append(token)
        position = match.end()
    found.append(_Token("end", "", len(text)))
    return found


class _Parser:
    """Recursive descent with one token of lookahead."""

    def __init__(self, text: str) -> None:
        if len(text) > MAXIMUM_LENGTH:
            raise ExpressionError(
                0, f"a condition of {len(text)} characters", f"at most {MAXIMUM_LENGTH}"
            )
        self._tokens = _tokens(text)
        self._next = 0
        self._depth = 0

    @property
    def token(self) -> _Token:
        return self._tokens[self._next]

    def take(self) -> _Token:
        token = self.token
        self._next += 1
        return token

    def accept(self, text: str) -> bool:
        if self.token.kind != "end" and self.token.text == text:
            self._next += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.unexpected(f"{text!r}")

    def unexpected(self, wanted: str, hint: str = "") -> ExpressionError:
        token = self.token
        found = "the end of the condition" if token.kind == "end" else f"{token.text!r}"
        return ExpressionError(token.offset, found, wanted, hint)

    def name(self, what: str) -> str:
        if self.token.kind != "name" or self.token.text in _WORDS:
            raise self.unexpected(what)
        return self.take().text

    def names(self, what: str) -> tuple[str, ...]:
        self.expect("[")
        found = [self.name(what)]
        while self.accept(","):
            found.append(self.name(what))
        self.expect("]")
        return tuple(found)

    def statement(self) -> Expression:
        body = self.disjunction()
        if self.accept("if"):
            return Or((body, Not(self.disjunction())))
        return body

    def disjunction(self) -> Expression:
        self._depth += 1
        if self._depth > MAXIMUM_DEPTH:
            raise self.unexpected(f"at most {MAXIMUM_DEPTH} brackets inside one another")
        parts = [self.conjunction()]
        while self.accept("or"):
            parts.append(self.conjunction())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def conjunction(self) -> Expression:
        parts = [self.negation()]
        while self.accept("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def negation(self) -> Expression:
        count = 0
        while self.accept("not"):
            count += 1
        part = self.atom()
        return Not(part) if count % 2 else part

    def atom(self) -> Expression:
        if self.accept("("):
            inner = self.disjunction()
            self.expect(")")
            return inner
        start = self.token
        if start.kind == "int":
            count = int(self.take().text)
            self.expect("of")
            return JoinCount(count, self.names("an actor"), start.offset)
        first = self.name("a provision, actor, shock or option")
        if self.accept("."):
            return self.dotted(first, start.offset)
        if self.accept("joins"):
            return Joins(first, None, start.offset)
        if self.accept("accepts"):
            return Accepts(first, start.offset)
        if self.accept("in"):
            return Choice(first, "in", self.names("a level"), start.offset)
        relation = self.relation()
        if relation is not None:
            return Choice(first, relation, (self.name("a level"),), start.offset)
        raise self.after_name(first)

    def dotted(self, first: str, offset: int) -> Expression:
        second = self.name(f"a name after {first + '.'!r}")
        if first == "shocks":
            return Shock(second, offset)
        if self.accept("joins"):
            return Joins(first, second, offset)
        relation = self.relation()
        level = None if relation is None else self.name("a level")
        if self.token.text in {"(", "."}:
            raise self.after_name(f"{first}.{second}")
        return Option(first, second, relation, level, offset)

    def relation(self) -> str | None:
        return self.take().text if self.token.text in _RELATIONS else None

    def after_name(self, name: str) -> ExpressionError:
        if self.token.text == "(":
            return self.unexpected("a condition", "calls are not part of the language")
        if name == "only" or self.token.text == "does":
            hint = "write what must hold; that others stay away cannot be a condition"
            return self.unexpected("a condition", hint)
        if self.token.text == ".":
            return self.unexpected("a condition", "attributes are not part of the language")
        return self.unexpected(
            f"a relation after {name!r}: ==, !=, <=, >=, in [..], joins or accepts",
        )

    def finish(self) -> None:
        if self.token.kind != "end":
            hint = "calls are not part of the language" if self.token.text == "(" else ""
            raise self.unexpected("and, or, or the end of the condition", hint)


def parse(text: str) -> Expression:
    """Read one condition. Raises ExpressionError with the offset of the mistake."""
    parser = _Parser(text)
    expression = parser.disjunction()
    parser.finish()
    return expression


def parse_statement(text: str) -> Expression:
    """Read a preference statement: a condition, or ``A if B``, which means A or not B."""
    parser = _Parser(text)
    expression = parser.statement()
    parser.finish()
    return expression
