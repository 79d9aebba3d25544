"""Power in votes: Shapley-Shubik and Banzhaf indices of simple games, exact where in reach.

``choice`` takes the best way for weighted votes and formulas of them, ``sets`` reads listed
games; one algorithm a file beside them.
"""

from accord.theory.voting.choice import formula_power, voting_power
from accord.theory.voting.games import AllOf, AnyOf, Formula, FormulaGame, WeightedGame
from accord.theory.voting.record import Errors, VotingPower
from accord.theory.voting.sets import coalition_power, worth_power

__all__ = [
    "AllOf", "AnyOf", "Errors", "Formula", "FormulaGame", "VotingPower", "WeightedGame",
    "coalition_power", "formula_power", "voting_power", "worth_power",
]  # fmt: skip
