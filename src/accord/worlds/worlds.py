"""Joint draws of all inputs, column by column and only where somebody asks.

A column is named by its input's dotted path; luck (availability, whether a line binds, the
coordination coin, temptations) has columns of its own whose names begin with ``chance:``. So a
column depends on seed, name and block alone (MODELS, section 0).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from accord._errors import CaseError, CaseErrors
from accord.case.case import Case
from accord.case.conditions import Condition
from accord.case.expressions import Truth
from accord.case.numbers import Number, PackageNumber
from accord.case.truth import package_truth
from accord.theory.sampling import BLOCK, block_uniforms, blocks_for, iman_conover

__all__ = ["CHANCE", "Lines", "Worlds", "central_case", "draw", "redraw"]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Lines = Literal["stated", "hard", "none"]
CHANCE = "chance:"


@dataclass(frozen=True)
class Worlds:
    """Draws of a case's inputs.

    Attributes
    ----------
    case : Case
        Whose inputs they are.
    seed : int
        Seed of the run.
    blocks : tuple of int
        Numbers of the blocks drawn; empty for the central case, which is one world with every
        continuous input at its median and every discrete one at its most likely value.
    lines : str
        ``stated`` red lines bind with their probability, ``hard`` all bind, ``none`` none does.
    copies : int
        How many times the one world of the central case stands there, to be told apart by what is
        fixed in each.
    fixed : mapping of path to ndarray (W,)
        Inputs that are set, whatever the case says of them.
    """

    case: Case
    seed: int
    blocks: tuple[int, ...]
    lines: Lines = "stated"
    copies: int = 1
    fixed: Mapping[str, Floats] = field(default_factory=dict)
    _columns: dict[str, Floats] = field(default_factory=dict, repr=False, compare=False)
    _values: dict[str, Floats] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_central(self) -> bool:
        """Whether this is the central case."""
        return not self.blocks

    @property
    def count(self) -> int:
        """Number of worlds, W."""
        return BLOCK * len(self.blocks) if self.blocks else self.copies

    def sharing(self, other: Worlds) -> Worlds:
        """The same worlds, without drawing anew what another case has drawn in them already.

        A column hangs on seed, name, block and correlations alone, a value on its column and its
        distribution. Worlds with other blocks, or with inputs that are set, share nothing.
        """
        same = (self.seed, self.blocks) == (other.seed, other.blocks)
        tied = self.case.file.correlations == other.case.file.correlations
        if not (same and tied) or self.is_central or self.fixed or other.fixed:
            return self
        old, new = other.case.numbers, self.case.numbers
        values = {
            path: drawn
            for path, drawn in other._values.items()
            if path in old and path in new and old[path].distribution == new[path].distribution
        }
        return replace(self, _columns=other._columns, _values=values)

    def uniform(self, name: str) -> Floats:
        """The uniforms of one column, shape (W,); one half in the central case."""
        if name not in self._columns:
            self._columns.update(self._drawn(name))
        return self._columns[name]

    def value(self, number: Number) -> Floats:
        """The values of one input, shape (W,), in its unit."""
        if number.path in self.fixed:
            return self.fixed[number.path]
        if number.distribution.is_point or self.is_central:
            return np.full(self.count, number.central)
        if number.path not in self._values:
            self._values[number.path] = number.distribution.quantile(self.uniform(number.path))
        return self._values[number.path]

    def shock(self, name: str) -> Booleans:
        """Whether a shock falls, shape (W,). Its column is luck with a probability to be known."""
        probability = self.value(self.case.file.shocks[name].probability)
        return np.asarray(self.uniform(f"shocks.{name}") < probability)

    def shocks(self) -> Mapping[str, Booleans]:
        """Every shock of the case."""
        return {name: self.shock(name) for name in self.case.file.shocks}

    def holds(self, condition: Condition, chosen: Mapping[str, str]) -> Truth:
        """Truth of a condition on provisions and shocks: a bool, or one a world (W,)."""
        return package_truth(self.case, condition.expression, chosen, _LazyShocks(self))

    def package_value(self, number: PackageNumber, chosen: Mapping[str, str]) -> Floats:
        """A number that depends on the package, shape (W,).

        Raises
        ------
        CaseErrors
            If steps push it out of its field's domain in some worlds.
        """
        result = self.stepped(number, lambda condition: self.holds(condition, chosen))
        # a value set from outside may leave the domain, and that is no mistake of the case
        if number.steps and not self.fixed:
            self._refuse_outside(number, result)
        return result

    def stepped(self, number: PackageNumber, truth: Callable[[Condition], Truth]) -> Floats:
        """A number that depends on the package, wherever its conditions hold.

        Parameters
        ----------
        truth : function of a Condition
            A bool, or an array whose last axis is the worlds; others may be levels of provisions.

        Returns
        -------
        ndarray (…, W)
            Not yet held against the field's domain.
        """
        result = self.value(number.base)
        replaced: Booleans = np.zeros(self.count, dtype=np.bool_)
        for step in number.steps:
            if step.operation == "set":
                here = np.logical_and(truth(step.when), ~replaced)
                if here.any():
                    result = np.where(here, self.value(step.number), result)
                    replaced = replaced | here
        for step in number.steps:
            if step.operation != "set":
                here = np.asarray(truth(step.when))
                if here.any():
                    value = self.value(step.number)
                    changed = result * value if step.operation == "times" else result + value
                    result = np.where(here, changed, result)
        return result

    def chance(self, name: str) -> Floats:
        """Uniforms of pure luck, shape (W,)."""
        return self.uniform(CHANCE + name)

    def inputs(self) -> Iterable[Number]:
        """The inputs that are uncertain."""
        return (n for n in self.case.numbers.values() if not n.distribution.is_point)

    def _refuse_outside(self, number: PackageNumber, values: Floats) -> None:
        low, high = number.base.domain.bounds
        outside = (values < low) | (values > high)
        if outside.any():
            path = number.base.path.removesuffix(".base")
            place = self.case.place(path)
            worst = values[outside][np.argmax(np.abs(values[outside]))]
            raise CaseErrors(
                [
                    CaseError(
                        path, place.file, place.line, place.column,
                        f"steps that give {worst:.4g} (outside in {outside.mean():.1%} of worlds)",
                        f"a {number.base.domain} from {low:g} to {high:g}",
                        "use times: or set: in place of add:, or narrow the step", place.text,
                    )
                ]
            )  # fmt: skip

    def _drawn(self, name: str) -> dict[str, Floats]:
        if self.is_central:
            return {name: np.full(self.count, 0.5)}
        names, target = self._correlated_with(name)
        drawn = np.stack(
            [np.concatenate([block_uniforms(self.seed, n, b) for b in self.blocks]) for n in names],
            axis=1,
        )
        if len(names) > 1:
            parts = drawn.reshape(len(self.blocks), BLOCK, len(names))
            drawn = np.concatenate([iman_conover(part, target) for part in parts])
        return {n: drawn[:, i] for i, n in enumerate(names)}

    def _correlated_with(self, name: str) -> tuple[list[str], Floats]:
        """The inputs tied to one, in a fixed order, and their target rank correlation."""
        links = self.case.file.correlations
        names = {name}
        while True:
            more = {end for link in links if names & set(link.between) for end in link.between}
            if more <= names:
                break
            names |= more
        ordered = sorted(names)
        target = np.eye(len(ordered))
        for link in links:
            if link.between[0] in names:
                i, j = (ordered.index(end) for end in link.between)
                target[i, j] = target[j, i] = link.rank
        return ordered, target


class _LazyShocks(Mapping[str, Truth]):
    """Shocks by name, drawn when a condition asks for one."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds

    def __getitem__(self, name: str) -> Truth:
        return self._worlds.shock(name)

    def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204
        return iter(self._worlds.case.file.shocks)

    def __len__(self) -> int:
        return len(self._worlds.case.file.shocks)


def draw(
    case: Case, count: int = 2048, seed: int = 1, lines: Lines = "stated", first_block: int = 0
) -> Worlds:
    """Draw worlds; a count that is no multiple of 256 is rounded up.

    Parameters
    ----------
    first_block : int
        Where to begin, for fresh worlds that no search has seen.
    """
    blocks = blocks_for(count)
    return Worlds(case, seed, tuple(range(first_block, first_block + blocks)), lines)


def central_case(case: Case) -> Worlds:
    """The one world of medians and most likely values, with every stated line binding."""
    return Worlds(case, 0, (), "hard")


def redraw(case: Case, seed: int, count: int, lines: Lines) -> Worlds:
    """The worlds of an earlier run again, from what its manifest says."""
    return draw(case, count, seed, lines)
