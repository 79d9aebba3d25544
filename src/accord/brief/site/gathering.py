"""From folders to runs: which cases are meant, and a run of each, made where none is at hand."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from accord._errors import CaseError, CaseErrors, RunError, UsageError
from accord.case.case import Case
from accord.case.load import AsOf, load
from accord.run.assess import assess
from accord.run.progress import STEPS
from accord.run.run import Run
from accord.run.store import open_run, run_folder, save
from accord.worlds.worlds import Lines

__all__ = ["Asked", "Ready", "Wanted", "assessed", "led_by", "shares_of_steps", "wanted"]

WORLDS, SEED = 2048, 1
"""What a case is assessed with where nobody says."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What runs are asked for; None is whatever a run at hand has."""

    as_of: AsOf = None
    worlds: int | None = None
    seed: int | None = None
    lines: Lines = "stated"
    consent: str | None = None

    @property
    def only_of_cases(self) -> tuple[str, ...]:
        """Options in use that would make another run than one that is given."""
        given = {
            "as-of": self.as_of is not None, "worlds": self.worlds is not None,
            "seed": self.seed is not None, "lines": self.lines != "stated",
        }  # fmt: skip
        return tuple(name for name, used in given.items() if used)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A run that the site needs.

    Attributes
    ----------
    case : Case
    folder : Path or None
        The case's; None for a run that was given as such.
    place : Path
        Where the run stands, or will.
    consent : str
        The rule that leads.
    at_hand : bool
        Whether it stands there.
    """

    case: Case
    folder: Path | None
    place: Path
    consent: str
    at_hand: bool


@dataclass(frozen=True, slots=True)
class Ready:
    """A run at hand, by its folder."""

    case: Case
    folder: Path | None
    place: Path
    consent: str


def wanted(sources: Sequence[str | Path], asked: Asked) -> tuple[Wanted, ...]:
    """What the site is to be made of, each once, in an order that no command line decides.

    Raises
    ------
    CaseErrors
        With the mistakes of all cases together.
    UsageError
        For a folder without a case, an unknown rule, or options that do not fit a run.
    RunError
        For a run that cannot be read.
    """
    found: dict[Path, Wanted] = {}
    mistakes: list[CaseError] = []
    for folder in dict.fromkeys(_folders(sources)):
        try:
            one = _given(folder, asked) if _is_run(folder) else _wanted(folder, asked)
        except CaseErrors as errors:
            mistakes += errors.errors
        else:
            found.setdefault(one.place.resolve(), one)
    if mistakes:
        raise CaseErrors(mistakes)
    if not found:
        raise UsageError("found no case, wanted at least one")
    return tuple(sorted(found.values(), key=_order))


def _order(one: Wanted) -> tuple[str, ...]:
    case = one.case
    return (case.name, case.as_of.isoformat(), case.file.title, case.digest, one.place.name)


def _folders(sources: Sequence[str | Path]) -> Iterator[Path]:
    """Folders of cases and of runs behind what was given."""
    for source in map(Path, sources):
        path = source.parent if source.name == "case.yaml" and source.is_file() else source
        if _is_run(path) or (path / "case.yaml").is_file():
            yield path.resolve()
            continue
        if not path.is_dir():
            raise UsageError(f"found no folder {source}, wanted a case, a run or a folder of cases")
        below = [p for p in sorted(path.iterdir()) if (p / "case.yaml").is_file()]
        shown = [p.resolve() for p in below if not p.name.startswith(".")]
        if not shown:
            raise UsageError(f"found no case in {source}, wanted a case, a run or a folder of them")
        yield from shown


def _is_run(folder: Path) -> bool:
    return (folder / "manifest.json").is_file()


def _given(folder: Path, asked: Asked) -> Wanted:
    if asked.only_of_cases:
        names = ", ".join(f"--{name}" for name in asked.only_of_cases)
        raise UsageError(
            f"found {names} with a run ({folder}), wanted cases; accord assess makes another run"
        )
    run = open_run(folder)
    return Wanted(run.case, None, folder, _rule(run.case, run.rules, asked, run.rule), True)


def _wanted(folder: Path, asked: Asked) -> Wanted:
    case = load(folder, asked.as_of)
    consent = case.file.consent
    rules = tuple(consent.rules) if consent is not None else ()
    place = run_folder(folder, case, asked.lines, tuple(case.file.packages))
    run = _at_hand(place, case, asked)
    default = consent.default if consent is not None else ""
    if run is not None:
        rules, default = run.rules, default or run.rules[0]
    rule = _rule(case, rules, asked, default)
    return Wanted(case, folder, place, rule, run is not None)


def _rule(case: Case, rules: tuple[str, ...], asked: Asked, default: str) -> str:
    if asked.consent is None:
        return default
    if asked.consent not in rules:
        known = ", ".join(rules) or "none"
        raise UsageError(f"no consent rule {asked.consent!r} in {case.name}; there are {known}")
    return asked.consent


def _at_hand(place: Path, case: Case, asked: Asked) -> Run | None:
    """The run that stands at a place, if it is this case's and what is asked."""
    with contextlib.suppress(RunError):
        run = open_run(place)
        fits = run.manifest["digest"] == case.digest
        fits = fits and asked.worlds in {None, run.manifest["worlds_asked"]}
        if fits and asked.seed in {None, run.manifest["seed"]}:
            return run
    return None


def assessed(
    found: Sequence[Wanted], asked: Asked, progress: Callable[[str], None]
) -> tuple[Ready, ...]:
    """Every run, those made that are not at hand, saved beside their cases.

    Raises
    ------
    AccordError
        If a case cannot be assessed or its run not be saved.
    """
    return tuple(_ready(one, asked, progress) for one in found)


def _ready(one: Wanted, asked: Asked, progress: Callable[[str], None]) -> Ready:
    rule = one.consent
    if not one.at_hand:
        run = assess(
            one.case, worlds=WORLDS if asked.worlds is None else asked.worlds,
            seed=SEED if asked.seed is None else asked.seed, lines=asked.lines,
            progress=lambda step: progress(step_of(one.case, step)),
        )  # fmt: skip
        save(run, one.place)
        rule = one.consent or run.rule
    return Ready(one.case, one.folder, one.place, rule)


def step_of(case: Case, step: str) -> str:
    """A step of one case's assessment, as progress names it."""
    return f"{case.name}: {step}"


def shares_of_steps(found: Sequence[Wanted]) -> dict[str, float]:
    """What part of the time each step of the assessments usually takes; ratios count."""
    return {
        step_of(one.case, step): share
        for one in found
        if not one.at_hand
        for step, share in STEPS.items()
    }


def led_by(run: Run, rule: str) -> Run:
    """The run with a consent rule in front; all rules were assessed."""
    return replace(run, manifest={**run.manifest, "consent": rule})
