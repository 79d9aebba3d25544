"""The graph model alone: of a .gmcr file, of a conflict in graph form, or of a case's conflict."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np

from accord._errors import UsageError
from accord.case.load import AsOf
from accord.exchange.conflict_questions import Question, asked
from accord.exchange.conflict_reasons import reasons
from accord.theory.conflict import CONCEPTS

__all__ = ["MOST_LISTED", "solve_conflict"]

MOST_LISTED = 2**20
"""Possible states that a report lists one by one."""


def solve_conflict(
    source: str | Path, conflict: str | None = None, package: str | None = None,
    world: int | None = None, seed: int = 1, as_of: AsOf = None, assume: Sequence[str] = (), *,
    summary: bool = False, words: bool = False, why: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Where a conflict can come to rest: stable states and equilibria by five concepts.

    Parameters
    ----------
    source : path
        A conflict in options (``.gmcr``), a conflict in graph form (``.json`` with ``dms``,
        ``states``, ``ordinal_payoff_dense_rank`` and ``reachable_1step``), or a case.
    conflict : str, optional
        Of a case; its first by default.
    package : str, optional
        Of a case, needed where the conflict depends on it (``uses_package``).
    world : int, optional
        Of a case, counted from 0 in the draws of ``seed``; by default every uncertain worth is at
        its median and every shock at what is most likely.
    seed : int
        Of the draws.
    as_of, assume
        Of a case, as elsewhere.
    summary : bool
        Count states instead of listing them.
    words : bool
        Also tell ``about`` (what it is), ``today`` and ``kept`` (numbers of today's state and of
        the agreement as kept, or None), ``notes``, and of every state that is listed ``words``,
        its options in words.
    why : int, optional
        Number of a state for which reasons are told as well, under ``why``, see
        :func:`accord.exchange.conflict_reasons.reasons`.

    Returns
    -------
    dict
        The shape that ``accord solve conflict --json`` prints. ``states``: the possible states
        with ``number``, counted from 1, and ``options``, a letter for each option in the order of
        the parties (in a file, options that nobody owns come last): Y or N where it is two-valued,
        the level from 0 where it has levels (after 9 come a, b, …), and in graph form the state's
        ``yn`` as written. ``stable``: by concept (nash, gmr, smr, seq, sseq) and party
        (``NAME#index``, counted from 0) the numbers of the states that it would not leave.
        ``equilibria``: by concept the numbers of those that nobody would leave. With ``summary``
        a count in place of each list.

    Raises
    ------
    CaseErrors
        With every mistake in the file or the case.
    UsageError
        For an option that does not fit, or more than :data:`MOST_LISTED` states to list.
    """
    question = asked(source, conflict, package, world, seed, as_of, assume)
    if not summary and question.count > MOST_LISTED:
        raise UsageError(
            f"found {question.count:,} possible states, wanted at most {MOST_LISTED:,} to list; "
            "--summary counts them"
        )
    solved = question.solve()
    settled = {concept: np.asarray(solved[concept].all(axis=0)) for concept in CONCEPTS}
    everyone = list(range(1, question.count + 1))

    def told(mask: Any) -> Any:
        return int(mask.sum()) if summary else list(compress(everyone, mask.tolist()))

    report: dict[str, Any] = {
        "states": question.count,
        "stable": {
            concept: {
                party: told(row)
                for party, row in zip(question.parties, solved[concept], strict=True)
            }
            for concept in CONCEPTS
        },
        "equilibria": {concept: told(settled[concept]) for concept in CONCEPTS},
    }
    if not summary:
        report["states"] = [
            {"number": number, "options": code}
            for number, code in zip(everyone, question.codes(), strict=True)
        ]
    if why is not None:
        report["why"] = reasons(question, why, settled)
    if words:
        _add_words(report, question)
    return report


def _add_words(report: dict[str, Any], question: Question) -> None:
    report |= {"about": question.about, "today": question.today, "kept": question.kept}
    report["notes"] = list(question.notes)
    for state in report["states"] if isinstance(report["states"], list) else ():
        state["words"] = list(question.words(state["number"]))
