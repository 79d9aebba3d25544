"""Which inputs of a run matter to whether a package passes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from accord._errors import UsageError
from accord.run.run import Run
from accord.theory.sensitivity import Index, sensitivity
from accord.theory.weighing import FEWEST_WORLDS

__all__ = ["Influence", "Influences", "influences", "uncertain"]


@dataclass(frozen=True, slots=True)
class Influence:
    """How much one input matters.

    Attributes
    ----------
    path : str
        The input, or ``shocks.NAME``.
    first_order : Index
        Share of the variance of the outcome that knowing this input alone would remove.
    pawn : Index
        How far knowing it moves the share that passes, on average.
    """

    path: str
    first_order: Index
    pawn: Index

    @property
    def told_apart(self) -> bool:
        """Whether either index tells the input apart from one that says nothing."""
        return self.first_order.told_apart or self.pawn.told_apart


@dataclass(frozen=True, slots=True)
class Influences:
    """How much each input matters to whether a package passes a test.

    Attributes
    ----------
    package, consent, test : str
        ``test`` may be ``joint``.
    worlds : int
    effective_worlds : float or None
        Equally likely worlds that inform as much; None where nothing was estimated.
    rough : bool
        Bands come from parts of blocks, for fewer than eight blocks carry weight.
    inputs : tuple of Influence
        By first-order index, those told apart from nothing before the others.
    left_out : tuple of str
        Inputs that are the same in every world that weighs something.
    why : str or None
        Why nothing was estimated.
    """

    package: str
    consent: str
    test: str
    worlds: int
    effective_worlds: float | None
    rough: bool
    inputs: tuple[Influence, ...]
    left_out: tuple[str, ...]
    why: str | None = None

    def as_json(self) -> dict[str, Any]:
        """A stable shape, for ``--json``."""
        return {
            **asdict(self),
            "inputs": [
                {"path": one.path, "told_apart": one.told_apart,
                 "first_order": asdict(one.first_order), "pawn": asdict(one.pawn)}
                for one in self.inputs
            ],
            "left_out": list(self.left_out),
        }  # fmt: skip


def influences(
    run: Run, package: str, consent: str | None = None, test: str = "joint",
    paths: Iterable[str] | None = None, seed: int | None = None,
) -> Influences:  # fmt: skip
    """First-order Sobol and PAWN indices of the inputs of a run.

    They come from the run's own worlds and weights. Inputs that are correlated carry one another's
    effects. Luck is no input.

    Parameters
    ----------
    run : Run
    package : str
        One of the run's, or one of its variants.
    consent : str, optional
        The consent rule; the run's leading one by default.
    test : str
        A test that was assessed, or ``joint`` for all of them.
    paths : iterable of str, optional
        The inputs that are compared; all by default. The fewer they are, the weaker an effect that
        can still be told apart from nothing.
    seed : int, optional
        Of resampling and permuting; the run's by default.

    Raises
    ------
    UsageError
        If package, rule, test or an input is unknown, or the test was not assessed.
    """
    rule = consent or run.rule
    _known("consent rule", rule, run.rules)
    _known("package", package, run.verdict.packages)
    if test in run.verdict.not_assessed:
        raise UsageError(f"the test {test!r} was not assessed: {run.verdict.not_assessed[test]}")
    _known("test", test, ("joint", *run.verdict.assessed))
    verdict = run.verdict
    passes = (
        verdict.joint(rule, package) if test == "joint" else verdict.passes(test, rule, package)
    )
    used, left_out = uncertain(run, run.inputs if paths is None else paths)
    here = passes[verdict.weights > 0]
    why = None
    if here.all() or not here.any():
        which = "every" if here.all() else "no"
        why = f"the package passes in {which} world, so no input makes a difference"
    elif not used:
        why = "no input varies between the worlds"
    elif here.size < FEWEST_WORLDS:
        why = f"too few worlds weigh anything: {here.size}, wanted {FEWEST_WORLDS} or more"
    if why is not None:
        return Influences(
            package, rule, test, run.worlds, None, rough=False, inputs=(), left_out=left_out,
            why=why,
        )  # fmt: skip
    found = sensitivity(
        np.stack([run.inputs[path] for path in used]), passes, verdict.weights,
        seed=int(run.manifest["seed"]) if seed is None else seed,
    )  # fmt: skip
    rows = [
        Influence(*row) for row in zip(used, found.first_order, found.pawn, strict=True)
    ]  # fmt: skip
    rows.sort(key=lambda one: (not one.told_apart, -one.first_order.value, one.path))
    return Influences(
        package, rule, test, run.worlds, found.effective_worlds, found.rough, tuple(rows), left_out
    )


def uncertain(run: Run, paths: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Inputs that vary between the worlds that weigh something, and those that do not.

    Raises
    ------
    UsageError
        If an input is unknown.
    """
    counted = run.verdict.weights > 0
    varying: list[str] = []
    same: list[str] = []
    for path in dict.fromkeys(paths):
        if path not in run.inputs:
            raise UsageError(f"no uncertain input {path!r} in the run")
        values = run.inputs[path][counted]
        (varying if values.size and values.min() < values.max() else same).append(path)
    return tuple(varying), tuple(same)


def _known(what: str, name: str, names: Iterable[str]) -> None:
    listed = tuple(names)
    if name not in listed:
        raise UsageError(f"no {what} {name!r} in the run; there are {', '.join(listed)}")
