"""What was found about packages under stress, as far as it is kept beside the case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from accord.brief.explored import explored_key
from accord.explore.stress_kept import stress_under
from accord.run.run import Run

__all__ = [
    "Box", "Cause", "Cut", "Influence", "Kept", "Metric", "Share", "Worth", "stressed_in",
    "with_stressed",
]  # fmt: skip

Part = Annotated[float, Field(ge=0.0, le=1.0)]
Count = Annotated[int, Field(ge=0)]


class _Read(BaseModel):
    """A part of a file that anybody may have written; what else it holds is not looked at."""

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False)


class Share(_Read):
    """A share with its standard error."""

    share: Part
    se: Annotated[float, Field(ge=0.0)]


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
    finding: Literal["found", "nothing stands out", "too few", "everywhere", "nowhere"]
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
    worlds: Annotated[int, Field(ge=1)]
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
    return named and tests and reasons and paths and bounded


def _tells_each_once(kept: Kept) -> bool:
    """Whether no failure, input or metric is told twice, perhaps otherwise."""
    told: list[list[object]] = [
        [(cause.kind, cause.test, cause.reason) for cause in (kept.works, *kept.fails)],
        [one.path for one in kept.influences.inputs],
        [metric.name for metric in kept.robustness],
    ]
    return all(len(set(each)) == len(each) for each in told)


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
