"""Two processes share the packages of a large case; the result is that of one.

Packages are independent of one another given the worlds, and worlds are drawn again from their
seed, so a second process can take the later packages. It is told everything over its standard
input and answers with plain arrays and JSON; where it cannot, this process does the work itself.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.case.archive import from_archive, to_archive
from accord.case.case import Case
from accord.criteria.setting import Setting, TestResult
from accord.criteria.table import CRITERIA
from accord.run.beside import beside
from accord.worlds.worlds import Worlds

__all__ = ["answer", "assessed", "skipped_tests"]

Progress = Callable[[str], None]
FEWEST_WORLDS = 1024
FEWEST_PACKAGES = 6.0
"""Packages with their details from which a second process is worth its start."""
COST_OF_STARTING = 0.4
"""What a second process costs, in packages."""

BESIDE = "deals, demands and burdens"
"""What is told as the last step, in the second process where there is one."""

COST_BESIDE = 4.0
"""What is told beside the tests costs, in packages of 2,048 worlds."""

COST_OF_VARIANT = 0.3
"""What a package without details costs, in packages."""


def skipped_tests(case: Case) -> dict[str, str]:
    """Tests that cannot be put to a case, and why."""
    return {c.name: why for c in CRITERIA if (why := c.not_assessed(case)) is not None}


def assessed(
    setting: Setting, names: Sequence[str], progress: Progress
) -> tuple[dict[str, TestResult], dict[str, Any]]:
    """Every test that can be put, in table order, and what is told beside them.

    Parameters
    ----------
    names : sequence of str
        The packages that were asked for; where there are none, nothing is told beside the tests.
    """
    packages = list(setting.packages)
    heavy = sum(_costs(setting, packages)) >= FEWEST_PACKAGES
    worth_it = heavy and setting.worlds.count >= FEWEST_WORLDS
    if not worth_it or setting.worlds.is_central or (os.cpu_count() or 1) < 2:
        return _tested(setting, progress), _beside(setting, names, progress)
    split = _split(setting, packages, COST_BESIDE if names else 0.0)
    later = replace(setting, packages=_some(setting, packages[split:]), _done={})
    with _second_process(setting, packages[split:], names) as second:
        try:
            sooner = replace(setting, packages=_some(setting, packages[:split]))
            own = _tested(sooner, progress)
            progress(BESIDE)
            reply = _reply(second)
        except BaseException:
            # nobody waits for its answer any more
            second.kill()
            raise
    if reply is None:
        reply = _tested(later, progress), _beside(setting, names, progress)
    others, beyond = reply
    return {name: _merged(own[name], others[name]) for name in own}, beyond


def _beside(setting: Setting, names: Sequence[str], progress: Progress) -> dict[str, Any]:
    if not names:
        return {}
    progress(BESIDE)
    return beside(setting, names)


def _some(setting: Setting, names: Sequence[str]) -> dict[str, Mapping[str, str]]:
    return {name: setting.packages[name] for name in names}


def _split(setting: Setting, names: list[str], extra: float) -> int:
    """How many packages this process keeps so that both end at about the same time."""
    costs = _costs(setting, names)
    # what is told beside the tests grows little with the number of worlds
    extra *= 2048 / setting.worlds.count
    half = (sum(costs) + COST_OF_STARTING + extra) / 2
    kept = int(np.searchsorted(np.cumsum(costs), half)) + 1
    return min(max(kept, 1), len(names) - 1)


def _costs(setting: Setting, names: Sequence[str]) -> list[float]:
    """What the packages cost, one with its details being one."""
    return [COST_OF_VARIANT if name in setting.brief else 1.0 for name in names]


def _tested(setting: Setting, progress: Progress) -> dict[str, TestResult]:
    skipped = skipped_tests(setting.case)
    found = {}
    for criterion in CRITERIA:
        if criterion.name not in skipped:
            progress(criterion.name)
            found[criterion.name] = criterion.assess(setting)
    return found


def _merged(first: TestResult, second: TestResult) -> TestResult:
    """One result for both groups of packages, with the names that one process would have made."""
    names = list(first.names)
    names += [name for name in second.names if name not in names]
    index = np.array([*(names.index(name) for name in second.names), -1], dtype=np.int64)
    return TestResult(
        first.rules,
        np.concatenate([first.margins, second.margins], axis=1),
        np.concatenate([first.reasons, index[second.reasons]], axis=1),
        tuple(names),
        {**first.details, **second.details},
    )


def _second_process(
    setting: Setting, later: Sequence[str], names: Sequence[str]
) -> subprocess.Popen[bytes]:
    """A second process at work on some packages of a setting, and on what is told beside."""
    question = {
        "case": to_archive(setting.case),
        "packages": {name: dict(chosen) for name, chosen in setting.packages.items()},
        "later": list(later),
        "names": list(names),
        "brief": sorted(setting.brief),
        "seed": setting.worlds.seed,
        "blocks": list(setting.worlds.blocks),
        "lines": setting.worlds.lines,
        "weights": None if setting.weights is None else setting.weights.tolist(),
    }
    second = subprocess.Popen(
        [sys.executable, "-m", "accord.run.second"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert second.stdin is not None
    try:
        second.stdin.write(json.dumps(question).encode())
        second.stdin.close()
    except BrokenPipeError:
        second.kill()
    second.stdin = None
    return second


def _reply(
    second: subprocess.Popen[bytes],
) -> tuple[dict[str, TestResult], dict[str, Any]] | None:
    """What the second process found, or None where it died."""
    reply, _ = second.communicate()
    if second.returncode != 0:
        return None
    with np.load(io.BytesIO(reply), allow_pickle=False) as arrays:
        labels = json.loads(arrays["labels"].tobytes())
        tested = {
            name: TestResult(
                tuple(label["rules"]),
                arrays[f"{name}.margins"],
                arrays[f"{name}.reasons"],
                tuple(label["names"]),
                label["details"],
            )
            for name, label in labels["tests"].items()
        }
        return tested, labels["beside"]


def answer(question: bytes) -> bytes:
    """What the second process writes for what it was told."""
    told = json.loads(question)
    case = from_archive(told["case"])
    weights = told["weights"]
    setting = Setting(
        case,
        Worlds(case, told["seed"], tuple(told["blocks"]), told["lines"]),
        told["packages"],
        None if weights is None else np.asarray(weights, dtype=np.int64),
        frozenset(told["brief"]),
    )
    later = replace(setting, packages=_some(setting, told["later"]), _done={})
    found = _tested(later, lambda _: None)
    labels: dict[str, Any] = {
        "tests": {
            name: {"rules": r.rules, "names": r.names, "details": r.details}
            for name, r in found.items()
        },
        "beside": _beside(setting, told["names"], lambda _: None),
    }
    text = json.dumps(labels).encode()
    arrays: dict[str, NDArray[Any]] = {"labels": np.frombuffer(text, dtype=np.uint8)}
    for name, result in found.items():
        arrays[f"{name}.margins"] = result.margins
        arrays[f"{name}.reasons"] = result.reasons
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()
