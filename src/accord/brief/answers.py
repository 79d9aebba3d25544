"""The questions that the brief answers, in five lines with intervals."""

from __future__ import annotations

from accord.brief.words import chance_words, share_text
from accord.run.run import Run

__all__ = ["answers"]

_QUESTIONS = {
    "acceptable": "Would all whose consent is needed accept it?",
    "deliverable": "Could the coalition deliver it?",
    "credible": "Would it deter at the first temptation?",
    "durable": "Would it last its horizon?",
    "joint": "All of these together?",
}


def answers(run: Run) -> tuple[tuple[str, str], ...]:
    """Question and answer for the lead package under the leading rule."""
    lead, verdict = run.packages[0], run.verdict
    found = []
    for test, question in _QUESTIONS.items():
        if test in verdict.not_assessed:
            found.append((question, f"not assessed: {verdict.not_assessed[test]}"))
            continue
        estimate = verdict.share(test, run.rule, lead)
        found.append(
            (question, f"{share_text(estimate)} of worlds: {chance_words(estimate.value)}")
        )
    return tuple(found)
