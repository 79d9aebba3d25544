"""Numbers that stand for themselves, printed with every digit they have."""

from __future__ import annotations

from decimal import Decimal

__all__ = ["exact"]

_SMALLEST = 1e-6
_LARGEST = 1e15


def exact(value: float) -> str:
    """A number with no digit lost and its thousands apart, such as ``12,388`` or ``0.00045``.

    An exponent stands only from 10^15 and below 10^-6.
    """
    if value and not _SMALLEST <= abs(value) < _LARGEST:
        return repr(float(value))
    text = f"{Decimal(repr(float(value))) + 0:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
