"""Burden sharing: who could carry what at least cost or fairly, with whole additional lots.

``problem`` is the record that the others read; ``plans`` answers who carries what, plain, with a
reserve and secure against the loss of any one; ``prices`` what one more unit costs; ``replacing``
what would have to be added where something is lost. ``layout`` and ``program`` put a problem to
HiGHS, ``verified`` holds every answer against the requirements again, in integers.
"""

from accord.theory.allocation.plans import (
    Plan,
    Secure,
    Unmet,
    fair,
    least_cost,
    reserved,
    secure,
)
from accord.theory.allocation.prices import Prices, prices
from accord.theory.allocation.problem import UNLIMITED, Burden, Missing, with_requirement
from accord.theory.allocation.replacing import Closing, attainable, closer, closing, served

__all__ = [
    "UNLIMITED", "Burden", "Closing", "Missing", "Plan", "Prices", "Secure", "Unmet", "attainable",
    "closer", "closing", "fair", "least_cost", "prices", "reserved", "secure", "served",
    "with_requirement",
]  # fmt: skip
