"""What was found about packages under stress, as far as it is kept beside the case."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from accord.brief.explored import explored_key
from accord.explore.stress_kept import stress_under
from accord.run.run import Run
from accord.theory.estimates import Estimate, kept_share, rule_of_three
from accord.theory.sampling import BLOCK

__all__ = [
    "Box", "Cause", "Cut", "Influence", "Kept", "Metric", "Share", "Worth", "stressed_in",
    "with_stressed",
]  # fmt: skip

Part = Annotated[float, Field(ge=0.0, le=1.0)]
Count = Annotated[int, Field(ge=0)]
Effective = Annotated[float, Field(gt=0.0)]

MOST_WORLDS = 2**53


class _Read(BaseModel):
    """A part of a file that anybody may have written; what else it holds is not looked at."""

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False)


class Share(_Read):
    """A share with its standard error, and what it rests on; of that older files say nothing."""

    share: Part
    se: Annotated[float, Field(ge=0.0)]
    bound: Part | None = None
    blocks: Annotated[int, Field(ge=1)] | None = None
    effective_worlds: Effective | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        """Blocks and effective worlds stand both or not at all; a bound follows from them."""
        if (self.blocks is None) != (self.effective_worlds is None):
            raise ValueError("found blocks or effective worlds, wanted both or neither")
        if self.bound is not None:
            worlds = self.effective_worlds
            known = None if worlds is None else rule_of_three(self.share, worlds)
            if known is None or not math.isclose(self.bound, known):
                raise ValueError("found a bound that does not follow from share and worlds")
        return self

    def estimate(self, effective: float, blocks: int) -> Estimate:
        """The share as it was estimated.

        Parameters
        ----------
        effective, blocks
            Effective worlds and blocks that it rests on, where the file does not say.
        """
        worlds = self.effective_worlds or effective
        return kept_share(self.share, self.se, self.blocks or blocks, worlds)


class Cut(_Read):
    """What a box asks of one input."""

    path: str
    lower: float | None
    upper: float | None


class Box(_Read):
    """A box, and what is true of it in the worlds in which nobody looked for it."""

    restrictions: Annotated[list[Cut], Field(min_length=1)]
    density: Share
    mass: Share
    coverage: Share
    worlds: Annotated[int, Field(ge=1)]


class Cause(_Read):
    """What was found about the worlds of one kind."""

    kind: Literal["passes", "fails"]
    test: str
    reason: str | None
    finding: Literal["found", "nothing stands out", "too few", "one half", "everywhere", "nowhere"]
    share: Share
    inputs: Count
    box: Box | None
    leaves: list[Box]


class Index(_Read):
    """An index with its band."""

    value: float
    low: float
    high: float


class Influence(_Read):
    """How much an input matters."""

    path: str
    told_apart: bool
    first_order: Index
    pawn: Index


class Influences(_Read):
    """How much each input matters."""

    inputs: list[Influence]
    why: str | None


class Worth(_Read):
    """What knowing inputs is worth."""

    paths: Annotated[list[str], Field(min_length=1)]
    value: float
    low: float
    high: float
    null_high: float
    told_apart: bool


class Worths(_Read):
    """What knowing each input is worth, and everything at once."""

    now: str | None
    share: Part
    clairvoyance: Part
    effective_worlds: Effective | None = None
    inputs: list[Worth]
    why: str | None


class Metric(_Read):
    """A robustness metric of every package."""

    name: str
    direction: Literal["higher is better", "lower is better"]
    ranks: dict[str, Annotated[int, Field(ge=1)]]


class Regret(_Read):
    """What a package gives up at most."""

    package: str
    against: str | None


class Kept(_Read):
    """What is kept about a package under a rule, as ``accord stress --json`` has it and more."""

    package: str
    rule: str
    worlds: Annotated[int, Field(ge=1, le=MOST_WORLDS)]
    seed: Count
    works: Cause
    fails: list[Cause]
    influences: Influences
    worth_of_knowing: Worths
    robustness: list[Metric]
    regrets: list[Regret]
    pareto: list[str]


def with_stressed(run: Run, folder: Path) -> Run:
    """The run with what is kept about its packages, for the section that tells it.

    Parameters
    ----------
    folder : Path
        The folder in which runs of the case stand.
    """
    found = stressed_in(run, folder)
    return replace(run, details={**run.details, "stress": found}) if found else run


def stressed_in(run: Run, folder: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """What is kept for a run's case, by package and rule; what does not fit it is left out."""
    key = explored_key(run.manifest["digest"], run.manifest["lines"])
    kept = stress_under(folder, key)
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for package in run.packages:
        fitting = {
            rule: kept[package, rule]
            for rule in run.rules
            if (package, rule) in kept and _fits(run, kept[package, rule])
        }
        if fitting:
            found[package] = fitting
    return found


def _fits(run: Run, content: Any) -> bool:
    """Whether a result tells what can be told of this run."""
    try:
        kept = Kept.model_validate(content)
    except ValidationError:
        return False
    named = {kept.package, *_packages(kept)} <= set(run.case.file.packages)
    causes = [kept.works, *kept.fails]
    if kept.works.kind != "passes" or kept.works.test != "joint" or not _tells_each_once(kept):
        return False
    tests = {cause.test for cause in causes} <= {"joint", *run.verdict.assessed}
    reasons = {cause.reason for cause in causes} <= {None, *run.verdict.names}
    paths = set(_paths(kept)) <= set(run.inputs)
    bounded = all(cut.lower is not None or cut.upper is not None for cut in _cuts(kept))
    return named and tests and reasons and paths and bounded and _rests_on_its_worlds(kept)


def _tells_each_once(kept: Kept) -> bool:
    """Whether no failure, input or metric is told twice, perhaps otherwise."""
    told: list[list[object]] = [
        [(cause.kind, cause.test, cause.reason) for cause in (kept.works, *kept.fails)],
        [one.path for one in kept.influences.inputs],
        [metric.name for metric in kept.robustness],
    ]
    return all(len(set(each)) == len(each) for each in told)


def _rests_on_its_worlds(kept: Kept) -> bool:
    """Whether nothing rests on more worlds or blocks than there were."""
    most, blocks = kept.worlds * (1 + 1e-9), max(kept.worlds // BLOCK, 1)
    shares = list(_shares(kept))
    worlds = [kept.worth_of_knowing.effective_worlds, *(one.effective_worlds for one in shares)]
    return all(each is None or each <= most for each in worlds) and all(
        one.blocks is None or one.blocks <= blocks for one in shares
    )


def _shares(kept: Kept) -> Iterator[Share]:
    for cause in (kept.works, *kept.fails):
        yield cause.share
        for box in (cause.box, *cause.leaves):
            yield from () if box is None else (box.density, box.mass, box.coverage)


def _packages(kept: Kept) -> Iterator[str]:
    now = kept.worth_of_knowing.now
    yield from kept.pareto
    yield from () if now is None else (now,)
    for metric in kept.robustness:
        yield from metric.ranks
    for regret in kept.regrets:
        yield regret.package
        yield from () if regret.against is None else (regret.against,)


def _cuts(kept: Kept) -> Iterator[Cut]:
    for cause in (kept.works, *kept.fails):
        for box in (cause.box, *cause.leaves):
            yield from () if box is None else box.restrictions


def _paths(kept: Kept) -> Iterator[str]:
    yield from (cut.path for cut in _cuts(kept))
    yield from (one.path for one in kept.influences.inputs)
    for worth in kept.worth_of_knowing.inputs:
        yield from worth.paths
