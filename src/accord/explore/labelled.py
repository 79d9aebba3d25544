"""Results as tables of pandas and arrays of xarray, for those who go on in Python."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from accord._errors import UsageError
from accord.explore.search.exploring import Explored
from accord.explore.search.tabling import rows_of
from accord.run.run import Run

__all__ = ["to_pandas", "to_xarray"]

SHARES = tuple(
    f"{share}{end}" for share in ("joint", "joint_fresh") for end in ("", "_se", "_bound")
)
"""Columns of a table that there are whatever was found."""


def to_pandas(explored: Explored) -> Any:
    """What an exploration found as a table, a row a package.

    Returns
    -------
    pandas.DataFrame
        By ``rank``; columns are those of :func:`accord.explore.search.tabling.rows_of`, a bound
        that there is none of is NaN. Where no package was found there are no rows, and no columns
        of levels.

    Raises
    ------
    UsageError
        If pandas is not installed.
    """
    pandas, rows = _library("pandas"), rows_of(explored)
    if not rows:
        shares = (*SHARES, *(f"share.{test}" for test in explored.assessed))
        kinds = {**dict.fromkeys(shares, "float64"), "proven": "bool"}
        none = pandas.Index([], dtype="int64", name="rank")
        return pandas.DataFrame(index=none, columns=list(kinds)).astype(kinds)
    bounds = dict.fromkeys(("joint_bound", "joint_fresh_bound"), "float64")
    return pandas.DataFrame(rows).set_index("rank").astype(bounds)


def to_xarray(found: Run | Explored) -> Any:
    """A run's verdict, or what an exploration found, as arrays with names.

    Returns
    -------
    xarray.Dataset
        Of a run: ``margin`` (rule, test, package, world), float32, not negative passes;
        ``reason``, which of the attribute ``reasons`` speaks, −1 for none; ``joint`` (rule,
        package, world); the coordinate ``weight`` (world). A test that hangs on no rule has the
        same margins under all.

        Of an exploration: ``level`` (rank, provision), ``share`` (rank, test), and by rank
        ``joint``, ``joint_fresh``, each with ``_se``, and ``proven``. Where no package was found
        ``rank`` and ``provision`` have the length 0.

    Raises
    ------
    UsageError
        If xarray is not installed.
    """
    library = _library("xarray")
    return _of_run(library, found) if isinstance(found, Run) else _of_search(library, found)


def _of_run(library: Any, run: Run) -> Any:
    verdict = run.verdict
    tests, rules = list(verdict.assessed), list(verdict.rules)
    # a run whose tests were all left out has no rows
    rows = np.array([[verdict.row(t, r) for t in tests] for r in rules], dtype=np.intp)
    rows = rows.reshape(len(rules), len(tests))
    dims = ("rule", "test", "package", "world")
    margins = verdict.margins[rows]
    return library.Dataset(
        {
            "margin": (dims, margins),
            "reason": (dims, verdict.reasons[rows]),
            "joint": (("rule", "package", "world"), (margins >= 0).all(axis=1)),
        },
        {
            "rule": rules, "test": tests, "package": list(verdict.packages),
            "world": np.arange(run.worlds), "weight": ("world", verdict.weights),
        },
        {
            "case": run.case.file.title, "as_of": run.case.as_of.isoformat(),
            "digest": run.case.digest, "consent": run.rule, "joint_label": verdict.joint_label,
            "reasons": list(verdict.names),
        },
    )  # fmt: skip


def _of_search(library: Any, explored: Explored) -> Any:
    best = explored.best
    by_rank = {
        "joint": [each.joint.value for each in best],
        "joint_se": [each.joint.standard_error for each in best],
        "joint_fresh": [each.fresh.value for each in best],
        "joint_fresh_se": [each.fresh.standard_error for each in best],
    }
    tests, provisions = list(explored.assessed), list(best[0].levels) if best else []
    levels = np.array([[each.levels[name] for name in provisions] for each in best], dtype=np.str_)
    shares = np.array([[each.tests[test].value for test in tests] for each in best], dtype=float)
    return library.Dataset(
        {
            # reshaped, for of no package the second length cannot be seen
            "level": (("rank", "provision"), levels.reshape(len(best), len(provisions))),
            "share": (("rank", "test"), shares.reshape(len(best), len(tests))),
            **{name: ("rank", np.array(values, dtype=float)) for name, values in by_rank.items()},
            "proven": ("rank", np.array([each.proven for each in best], dtype=np.bool_)),
        },
        {
            "rank": np.arange(1, len(best) + 1),
            "provision": np.array(provisions, dtype=np.str_), "test": tests,
        },
        {
            "rule": explored.rule, "bound": explored.bound, "gap": explored.gap,
            "worlds": explored.worlds, "seed": explored.seed, "nodes": explored.nodes,
            "packages": explored.packages, "reproducible": int(explored.reproducible),
        },
    )  # fmt: skip


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise UsageError(
            f'{name} is not installed, which this needs: pip install "accord[labelled]"'
        ) from None
