"""The teaching case with more questions, a source and a journal, for a test that records."""

from __future__ import annotations

from pathlib import Path

from teaching import altered, put

HEADER = "recorded,known,indicator,outcome,on,source,note,replaces\n"
QUESTIONS = """\
  budget-vote:
    question: Does the budget pass?
    counts: The vote is held and won.
    deadline: 2025-06-01
    judgement: invented
    likelihood: [{p: 0.7}]
    outside:
      - {who: A paper, on: 2024-12-20, p: 0.6, judgement: invented}
      - {who: A paper, on: 2025-03-01, p: 0.9, judgement: invented}
      - {who: A market, on: 2025-02-10, p: 0.5, judgement: invented}
  congress-meets:
    question: Does the congress meet?
    counts: It opens.
    deadline: 2025-09-01
    judgement: invented
    likelihood: {milestone: congress}
"""
MILESTONES = """
milestones:
  judgement: invented
  congress: {hazard: {per: month, rate: 0.1}}
"""
SOURCES = """\
id,title,publisher,published,grade
gazette,The gazette,State press,2025-02-03,A
almanac,The almanac,A printer,2025-01-02,B
"""


def recordable(folder: Path, *rows: str) -> Path:
    """A case in a new folder, with these lines in its journal, if any."""
    case = altered(folder, ("\npackages:\n", f"\n{QUESTIONS}packages:\n"), more=MILESTONES)
    put(case, "sources.csv", SOURCES)
    if rows:
        put(case, "journal.csv", HEADER + "".join(f"{row}\n" for row in rows))
    return case
