"""The verdict: one labelled object, and its pure reductions."""

from accord.verdict.verdict import Row, Verdict, signed32

__all__ = ["Row", "Verdict", "signed32"]
