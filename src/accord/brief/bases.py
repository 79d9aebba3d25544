"""On which inputs, claims and sources a group of figures rests."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from accord.brief.document import Basis
from accord.case.case import Case
from accord.case.numbers import Number
from accord.run.run import Run

__all__ = ["basis_of", "used_texts"]


def basis_of(run: Run, key: str, used: Mapping[str, str]) -> Basis:
    """The basis behind a key ``package|test|rule``; parts may be empty.

    The inputs of a test are those its definition reads: positions of the actors that the rule
    asks (only the levels that the package picks and those of walking away), pledges and what they
    meet, the deterrence game, the years. ``used`` is what ``used_texts`` gives.
    """
    package, test, rule = key.split("|")
    wanted = _reader(run, package, test, rule)
    numbers = [n for path, n in run.case.numbers.items() if wanted(path.split("."))]
    inputs = tuple((n.path, used[n.path], _claims(run.case, n)) for n in numbers)
    claims = tuple(dict.fromkeys(claim for _, _, own in inputs for claim in own))
    return Basis(
        _title(run, package, test, rule), inputs, claims, sum(not own for *_, own in inputs)
    )


def _title(run: Run, package: str, test: str, rule: str) -> str:
    if not test:
        return "The run itself" if not package else run.title(package)
    what = {"joint": "All four tests"}.get(test, test.capitalize())
    under = f", rule {rule}" if rule and test in {"acceptable", "durable", "joint"} else ""
    of = f": {run.title(package)}" if package else ""
    return f"{what}{of}{under}"


def _claims(case: Case, number: Number) -> tuple[str, ...]:
    support = case.support(number.path)
    return support.because if support is not None else ()


def used_texts(run: Run) -> dict[str, str]:
    """The value used of every number: median and middle nine tenths over worlds, or the value."""
    texts = {n.path: f"{n.central:.4g} {n.unit}".strip() for n in run.case.numbers.values()}
    known = [path for path in run.inputs if path in texts]
    if known:
        table = np.stack([run.inputs[path] for path in known])
        quantiles = np.quantile(table, [0.05, 0.5, 0.95], axis=1, method="inverted_cdf").T
        for path, (low, middle, high) in zip(known, quantiles, strict=True):
            unit = run.case.numbers[path].unit
            texts[path] = f"{middle:.4g} ({low:.4g} to {high:.4g}) {unit}".strip()
    return texts


def _reader(run: Run, package: str, test: str, rule: str) -> Callable[[list[str]], bool]:
    # without a package all tests together are asked of every package that there is
    acceptable = _acceptable(run, package, rule, whole=test == "joint" and not package)
    delivery = {
        "pledges", "stages", "coordination", "shocks", "capabilities", "provisions", "burden",
    }  # fmt: skip
    readers: dict[str, Callable[[list[str]], bool]] = {
        "": lambda _: False,
        "acceptable": acceptable,
        "deliverable": lambda path: path[0] in delivery and _chosen_level(run, package, path),
        "credible": lambda path: (
            path[0] in {"deterrence", "levels_meaning", *delivery}
            and _chosen_level(run, package, path)
        ),
        "durable": lambda path: (
            path[0] in {"durability", "conflicts", "deterrence", "levels_meaning"}
            or acceptable(path)
        ),
        "watch": lambda path: path[0] in {"watch", "milestones", "shocks"},
    }
    if test == "joint":
        return lambda path: any(readers[name](path) for name in run.verdict.assessed)
    return readers[test]


def _chosen_level(run: Run, package: str, path: list[str]) -> bool:
    """Of provisions only the level that the package picks."""
    if path[0] != "provisions" or not package:
        return True
    return len(path) > 3 and run.chosen(package).get(path[1]) == path[3]


def _acceptable(
    run: Run, package: str, rule: str, *, whole: bool = False
) -> Callable[[list[str]], bool]:  # fmt: skip
    actors = set(run.case.file.positions)
    consent = run.case.file.consent
    if consent is not None and rule in consent.rules:
        actors = set(consent.rules[rule].actors)
    elif rule in run.case.file.positions:
        actors = {rule}
    chosen = run.chosen(package) if package else {}

    def wanted(path: list[str]) -> bool:
        if path[0] == "shocks":
            return True
        if path[0] != "positions" or path[1] not in actors:
            return False
        if len(path) > 4 and path[2] == "values" and path[4] == "levels":
            away = _walking_away(run.case, path[1], path[3])
            return whole or path[5] in {chosen.get(path[3]), *away}
        return True

    return wanted


def _walking_away(case: Case, actor: str, provision: str) -> tuple[str, ...]:
    walk_away = case.file.positions[actor].walk_away
    if walk_away is None or walk_away.like is None:
        return ()
    return (case.chosen(walk_away.like)[provision],)
