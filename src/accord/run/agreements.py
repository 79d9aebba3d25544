"""Which packages of a run are agreements, and which of them does best."""

from __future__ import annotations

from accord.run.run import Run

__all__ = ["agreements", "baselines", "best_agreement"]


def baselines(run: Run) -> frozenset[str]:
    """Packages that stand for walking away."""
    positions = run.case.file.positions.values()
    return frozenset(p.walk_away.like for p in positions if p.walk_away and p.walk_away.like)


def agreements(run: Run) -> tuple[str, ...]:
    """Named packages that are an agreement, in the order of the case; all, where none is."""
    away = baselines(run)
    return tuple(p for p in run.packages if p not in away) or run.packages


def best_agreement(run: Run, rule: str) -> str:
    """The agreement with the largest joint share; the first of equals by all tests together."""
    verdict = run.verdict

    def merit(package: str) -> tuple[float, float]:
        joint = verdict.share("joint", rule, package).value
        single = sum(verdict.share(t, rule, package).value for t in verdict.assessed)
        return joint, single

    return max(agreements(run), key=merit)
