"""Multi-issue bargaining: utilities, consent, the frontier, solutions, and why there is no deal.

``consent`` puts margins through a rule; ``space`` is the record of one bargaining problem that the
others read; one algorithm a file beside them.
"""

from accord.theory.bargaining.consent import (
    CROSSED,
    GRID,
    UNBOUNDED,
    Member,
    Rule,
    contributions,
    fold,
    margin,
    on_grid,
)
from accord.theory.bargaining.space import Bargain, Factor, Joint, Limit, factors

__all__ = [
    "CROSSED", "GRID", "UNBOUNDED", "Bargain", "Factor", "Joint", "Limit", "Member", "Rule",
    "contributions", "factors", "fold", "margin", "on_grid",
]  # fmt: skip
