"""Conditions of a case's conflict in two-valued options, as conjunctions of which one has to hold.

An option with levels 0 to L − 1 becomes L − 1 two-valued ones, *at least level k*, each of which
needs the one before it. Its levels are then intervals: at least the lower end, and not at least
what lies above the upper end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from accord.case.expressions import And, Atom, Expression, Not, Option, Or
from accord.formats.gmcr_record import Condition

__all__ = ["MOST_CONJUNCTIONS", "Layout", "TooManyConjunctions", "conjunctions"]

MOST_CONJUNCTIONS = 256
"""Conjunctions that one condition may need."""

_Terms = dict[int, bool]


class TooManyConjunctions(Exception):  # noqa: N818  not a mistake of anybody
    """A condition that needs more than :data:`MOST_CONJUNCTIONS`."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a conflict's options stand among two-valued ones.

    Attributes
    ----------
    options : tuple of (party, option)
    levels : tuple of tuple of str
        Of each of them.
    firsts : tuple of int
        Position of the first two-valued option of each; it has one less than levels.
    """

    options: tuple[tuple[str, str], ...]
    levels: tuple[tuple[str, ...], ...]
    firsts: tuple[int, ...]

    @classmethod
    def of(cls, options: Sequence[tuple[str, str]], levels: Sequence[tuple[str, ...]]) -> Layout:
        """The options one behind the other."""
        firsts, position = [], 0
        for names in levels:
            firsts.append(position)
            position += len(names) - 1
        return cls(tuple(options), tuple(levels), tuple(firsts))

    @property
    def count(self) -> int:
        """How many two-valued options there are."""
        return sum(len(names) - 1 for names in self.levels)

    def steps(self) -> Condition:
        """What cannot be: a level that is reached while the one before it is not."""
        return tuple(
            ((first + k, True), (first + k - 1, False))
            for first, names in zip(self.firsts, self.levels, strict=True)
            for k in range(1, len(names) - 1)
        )

    def terms(self, atom: Option, *, wanted: bool) -> list[_Terms]:
        """Conjunctions that say of an option that it stands so, or that it does not."""
        index = self.options.index((atom.party, atom.option))
        names, first = self.levels[index], self.firsts[index]
        top = len(names) - 1
        level = names.index(atom.level) if atom.level is not None else 0
        low, high = {"<=": (0, level), ">=": (level, top)}.get(atom.relation or "", (level, level))
        # without a relation it has to be away from its first level
        if wanted != (atom.relation in {None, "!="}):
            inside = [(low, high)]
        else:
            inside = [(0, low - 1), (high + 1, top)]
        return [
            ({first + a - 1: True} if a > 0 else {}) | ({first + b: False} if b < top else {})
            for a, b in inside
            if a <= b
        ]


def conjunctions(
    expression: Expression, layout: Layout, truth: Callable[[Atom], bool]
) -> Condition:
    """A condition as conjunctions; none where it never holds, the empty one where it always does.

    Parameters
    ----------
    expression : Expression
    layout : Layout
    truth : function of an atom that is no option
        Whether it holds.

    Raises
    ------
    TooManyConjunctions
    """

    def spread(node: Expression, *, wanted: bool) -> list[_Terms]:
        match node:
            case Not(part):
                return spread(part, wanted=not wanted)
            case And(parts) | Or(parts):
                several = [spread(part, wanted=wanted) for part in parts]
                if isinstance(node, And) == wanted:
                    return _all_of(several)
                return _shortest(terms for some in several for terms in some)
            case Option():
                return layout.terms(node, wanted=wanted)
        return [{}] if truth(node) == wanted else []

    return tuple(tuple(sorted(terms.items())) for terms in spread(expression, wanted=True))


def _all_of(several: Sequence[list[_Terms]]) -> list[_Terms]:
    found: list[_Terms] = [{}]
    for some in several:
        found = _shortest(
            one | other
            for one, other in product(found, some)
            if all(other.get(option, on) == on for option, on in one.items())
        )
    return found


def _shortest(several: Iterable[_Terms]) -> list[_Terms]:
    """Conjunctions without those that imply another."""
    found: list[_Terms] = []
    for terms in several:
        if any(other.items() <= terms.items() for other in found):
            continue
        found = [other for other in found if not terms.items() <= other.items()]
        found.append(terms)
        if len(found) > MOST_CONJUNCTIONS:
            raise TooManyConjunctions
    return found
