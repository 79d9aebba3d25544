"""Distributions of inputs: frozen records with an inverse CDF.

Every record answers the same questions (:class:`Distribution`); the readers of a case build them
from the shapes that an analyst writes. Nothing is clipped: mass outside a field's domain is asked
for with ``mass_outside`` and reported.
"""

from accord.theory.distributions._continuous import (
    Beta,
    LogitNormal,
    LogNormal,
    Normal,
    Pert,
    Triangular,
    Uniform,
    interval90,
)
from accord.theory.distributions._discrete import Discrete, Point
from accord.theory.distributions._domain import Distribution, Domain
from accord.theory.distributions._metalog import Metalog
from accord.theory.distributions._mixture import Mixture

__all__ = [
    "Beta",
    "Discrete",
    "Distribution",
    "Domain",
    "LogNormal",
    "LogitNormal",
    "Metalog",
    "Mixture",
    "Normal",
    "Pert",
    "Point",
    "Triangular",
    "Uniform",
    "interval90",
]
