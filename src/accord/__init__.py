"""Design and stress-test security guarantees, and any agreement that must hold.

One function per command of the command line, and what they need to be called from Python::

    import accord

    report = accord.check("cases/harbour-pact")
    case = accord.load("cases/harbour-pact", as_of="latest")
    run = accord.assess(case, worlds=2048, seed=1)
    accord.save(run, Path("runs/harbour"))
    accord.compare(run, "pact", "status-quo")
    accord.publish(run, Path("harbour.html"))    # the command brief
    accord.explain(run, "pact.acceptable")
    accord.find_best(case)                       # the command explore
    accord.site(["cases/harbour-pact"], Path("site"))

Functions are imported when they are first asked for, so that ``accord check`` does not wait for
the solvers.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accord.brief.diff import diff
    from accord.brief.explain import explain
    from accord.brief.publish import publish
    from accord.brief.site.site import site
    from accord.case.check import check
    from accord.case.load import load
    from accord.case.scaffold import new
    from accord.exchange.coalitions import solve_coalition
    from accord.exchange.conflicts import solve_conflict
    from accord.exchange.deterrences import solve_deterrence
    from accord.exchange.discoveries import solve_discover
    from accord.exchange.exporting import export_case as export
    from accord.exchange.importing import import_case
    from accord.exchange.powers import solve_power
    from accord.exchange.solving import solve_bargain
    from accord.explore.labelled import to_pandas, to_xarray
    from accord.explore.search.exploring import explore as find_best
    from accord.explore.stress import stress
    from accord.formats.deterrence_file_schema import schema
    from accord.run.assess import assess
    from accord.run.report import compare_report as compare
    from accord.run.store import open_run, save
    from accord.watch.history import history
    from accord.watch.ranking import overdue
    from accord.watch.ranking import ranking as rank_indicators
    from accord.watch.recording import record
    from accord.watch.scores import score
    from accord.web.server import serve

__all__ = [
    "assess",
    "check",
    "compare",
    "diff",
    "explain",
    "export",
    "find_best",
    "history",
    "import_case",
    "load",
    "new",
    "open_run",
    "overdue",
    "publish",
    "rank_indicators",
    "record",
    "save",
    "schema",
    "score",
    "serve",
    "site",
    "solve_bargain",
    "solve_coalition",
    "solve_conflict",
    "solve_deterrence",
    "solve_discover",
    "solve_power",
    "stress",
    "to_pandas",
    "to_xarray",
]


def __getattr__(name: str) -> Any:
    home, function = {
        "assess": ("accord.run.assess", "assess"),
        "check": ("accord.case.check", "check"),
        "compare": ("accord.run.report", "compare_report"),
        "diff": ("accord.brief.diff", "diff"),
        "explain": ("accord.brief.explain", "explain"),
        "find_best": ("accord.explore.search.exploring", "explore"),
        "export": ("accord.exchange.exporting", "export_case"),
        "history": ("accord.watch.history", "history"),
        "import_case": ("accord.exchange.importing", "import_case"),
        "load": ("accord.case.load", "load"),
        "new": ("accord.case.scaffold", "new"),
        "publish": ("accord.brief.publish", "publish"),
        "score": ("accord.watch.scores", "score"),
        "record": ("accord.watch.recording", "record"),
        "open_run": ("accord.run.store", "open_run"),
        "overdue": ("accord.watch.ranking", "overdue"),
        "rank_indicators": ("accord.watch.ranking", "ranking"),
        "save": ("accord.run.store", "save"),
        "serve": ("accord.web.server", "serve"),
        "site": ("accord.brief.site.site", "site"),
        "schema": ("accord.formats.deterrence_file_schema", "schema"),
        "solve_bargain": ("accord.exchange.solving", "solve_bargain"),
        "solve_coalition": ("accord.exchange.coalitions", "solve_coalition"),
        "solve_conflict": ("accord.exchange.conflicts", "solve_conflict"),
        "solve_deterrence": ("accord.exchange.deterrences", "solve_deterrence"),
        "solve_discover": ("accord.exchange.discoveries", "solve_discover"),
        "solve_power": ("accord.exchange.powers", "solve_power"),
        "stress": ("accord.explore.stress", "stress"),
        "to_pandas": ("accord.explore.labelled", "to_pandas"),
        "to_xarray": ("accord.explore.labelled", "to_xarray"),
    }.get(name, ("", ""))
    if not home:
        raise AttributeError(f"module 'accord' has no attribute {name!r}")
    return getattr(import_module(home), function)


def __dir__() -> list[str]:
    return __all__
