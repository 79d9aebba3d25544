"""How forecasts have done: what the case said of a question before its answer was known.

MODELS, section 8. A forecast of the case is the weighted mean over worlds of P(event | world), read
from the case as it stood on a day before anything was known of the answer, so nothing that became
known later can enter. Unknown and pending questions are left out: they are not *no*.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from accord._errors import UsageError
from accord.case.case import Case
from accord.case.load import AsOf
from accord.case.records.watching import JournalEntry
from accord.theory.scoring import brier, skill
from accord.watch.past import Past
from accord.watch.scored import Scored, scores_of
from accord.worlds.weights import last_entries

__all__ = ["Answered", "Beside", "Moment", "Rival", "Scores", "score"]

Moment = Literal["first", "last"]

FEW = 30
"""Below so many answers a calibration table is mostly luck."""
ONE_DAY = dt.timedelta(days=1)
REMARK = re.compile(
    r"(?:^|\n)(?:[-*+] )?(\*\*Indicators\b.*?)(?=\n\s*\n|\n[-*+#] |\n#|\Z)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Rival:
    """Somebody else's forecast, and the case's as of the same day, or of its first if later."""

    who: str
    on: dt.date
    theirs: float
    made: dt.date
    ours: float


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that has its answer, and what the case had said.

    Attributes
    ----------
    name, title : str
    made : date
        The day as of which the forecast was read.
    chance, error : float
        The forecast, and the sampling error of the worlds.
    happened : bool
    on : date or None
    known, recorded : date
        Of the entry that answers it.
    rivals : tuple of Rival
        Everybody else's last forecast made by the same day.
    """

    name: str
    title: str
    made: dt.date
    chance: float
    error: float
    happened: bool
    on: dt.date | None
    known: dt.date
    recorded: dt.date
    rivals: tuple[Rival, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """Somebody else's forecasts and the case's own, on the same questions.

    Attributes
    ----------
    skill : float or None
        Of the case against them: 1 - ours / theirs; None where they were perfect.
    """

    who: str
    questions: tuple[str, ...]
    theirs: float
    ours: float
    skill: float | None


@dataclass(frozen=True)
class Scores:
    """The record of a case's forecasts.

    Attributes
    ----------
    answered : tuple of Answered
        In the order of the case.
    left_out : mapping from indicator to str
        Why it is not scored.
    scored : Scored or None
        None where nothing is answered.
    outside : tuple of Beside
    remarks : tuple of str
        What the case's README says of its indicators.
    notes : tuple of str
        What the scores can and cannot show.
    """

    title: str
    as_of: dt.date
    moment: Moment
    worlds: int
    seed: int
    answered: tuple[Answered, ...]
    left_out: dict[str, str]
    scored: Scored | None
    outside: tuple[Beside, ...]
    remarks: tuple[str, ...]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The stable shape printed by ``--json``."""
        return {
            "title": self.title, "as_of": self.as_of.isoformat(), "forecasts": self.moment,
            "worlds": self.worlds, "seed": self.seed, "count": len(self.answered),
            "answered": [_answered_json(one) for one in self.answered],
            "left_out": self.left_out,
            "scores": None if self.scored is None else self.scored.as_json(),
            "impossible": [a.name for a in self.answered if a.chance == (not a.happened)],
            "outside": [
                {"who": b.who, "indicators": list(b.questions), "brier": b.theirs,
                 "ours": b.ours, "skill": b.skill}
                for b in self.outside
            ],
            "remarks": list(self.remarks), "notes": list(self.notes),
        }  # fmt: skip


def _answered_json(one: Answered) -> dict[str, Any]:
    return {
        "indicator": one.name, "title": one.title, "made": one.made.isoformat(),
        "forecast": one.chance, "se": one.error, "outcome": "yes" if one.happened else "no",
        "on": None if one.on is None else one.on.isoformat(), "known": one.known.isoformat(),
        "recorded": one.recorded.isoformat(),
        "outside": [
            {"who": r.who, "on": r.on.isoformat(), "p": r.theirs, "made": r.made.isoformat(),
             "ours": r.ours}
            for r in one.rivals
        ],
    }  # fmt: skip


def score(
    source: str | Path, as_of: AsOf = "latest", *, forecasts: Moment = "first", worlds: int = 2048,
    seed: int = 1,
) -> Scores:  # fmt: skip
    """Score a case's forecasts against the answers in its journal.

    Parameters
    ----------
    source : path
        The case's folder, or its ``case.yaml``.
    as_of : date, "latest" or None
        Answers known by then count; None is the case's own date.
    forecasts : str
        ``first``: as of the day on which the question first stood in the case, normally the case's
        own. ``last``: as of the day before the event, the deadline, or anything known of the
        answer, whichever comes first.
    worlds : int
        Rounded up to whole blocks of 256.
    seed : int

    Raises
    ------
    CaseErrors
        If the case is wrong on one of the days.
    UsageError
        If the number of worlds or the seed does not fit.
    """
    if worlds < 1 or seed < 0:
        raise UsageError(
            f"found {worlds} worlds of seed {seed}, wanted at least 1 of a seed from 0"
        )
    past = Past(source, worlds, seed)
    case = past.case(as_of)
    answered, left_out = _answers(past, case, forecasts)
    scored = None
    if answered:
        scored = scores_of([a.chance for a in answered], [a.happened for a in answered])
    return Scores(
        case.file.title, case.as_of, forecasts, worlds, seed, answered, left_out, scored,
        _beside(answered), _remarks(past.folder), _notes(answered, forecasts),
    )  # fmt: skip


def _answers(past: Past, case: Case, moment: Moment) -> tuple[tuple[Answered, ...], dict[str, str]]:
    """Every question with its answer and its forecast, and why the others have none."""
    entries = last_entries(case)
    found, left_out = [], {}
    for name, indicator in case.file.watch.items():
        entry = entries.get(name)
        if entry is None:
            left_out[name] = (
                "pending" if indicator.deadline >= case.as_of else "past its deadline, no answer"
            )
        elif entry.outcome == "unknown":
            left_out[name] = "unknown"
        else:
            known = _first_known(case, name)
            day = past.first_day(name, before=known)
            if day is None:
                left_out[name] = "answered before the question stood in the case"
                continue
            found.append(_answered(past, entry, day, indicator.deadline, known, moment))
    return tuple(found), left_out


def _first_known(case: Case, name: str) -> dt.date:
    """The first day on which the journal, or an update in its place, told the answer.

    A correction does not bring back the time before the first answer.
    """
    days = [
        entry.known
        for entry in case.file.journal
        if entry.indicator == name and entry.outcome != "unknown"
    ]
    explained = [
        update.known
        for update in case.updates
        if name in {each.split("@")[0] for each in update.explains}
    ]
    return min(days + explained)


def _answered(
    past: Past, entry: JournalEntry, first: dt.date, deadline: dt.date, known: dt.date,
    moment: Moment,
) -> Answered:  # fmt: skip
    name, day = entry.indicator, first
    if moment == "last":
        day = max(first, min(known, entry.on or known, deadline) - ONE_DAY)
    record = past.case(day).file.watch[name]
    last = {f.who: f for f in sorted(record.outside, key=lambda f: f.on)}
    rivals = []
    for who, outside in last.items():
        same_day = max(first, outside.on)
        ours, _ = past.forecast(name, same_day)
        rivals.append(Rival(who, outside.on, outside.p.central, same_day, ours))
    chance, error = past.forecast(name, day)
    return Answered(
        name, record.title, day, chance, error, entry.outcome == "yes", entry.on, entry.known,
        entry.recorded, tuple(rivals),
    )  # fmt: skip


def _beside(answered: Sequence[Answered]) -> tuple[Beside, ...]:
    """Everybody else's scores, each beside the case's own on the same questions."""
    pairs: dict[str, list[tuple[Answered, Rival]]] = {}
    for one in answered:
        for rival in one.rivals:
            pairs.setdefault(rival.who, []).append((one, rival))
    found = []
    for who, given in pairs.items():
        happened = [one.happened for one, _ in given]
        theirs = brier([rival.theirs for _, rival in given], happened)
        ours = brier([rival.ours for _, rival in given], happened)
        against = skill(ours, theirs) if theirs > 0 else None
        found.append(Beside(who, tuple(one.name for one, _ in given), theirs, ours, against))
    return tuple(found)


def _remarks(folder: Path) -> tuple[str, ...]:
    """Paragraphs and items of the case's README that begin with **Indicators …**."""
    file = folder / "README.md"
    try:
        text = file.read_text(encoding="utf-8-sig", errors="replace").replace("\r\n", "\n")
    except OSError:
        return ()
    return tuple(" ".join(found.replace("**", "").split()) for found in REMARK.findall(text))


def _notes(answered: Sequence[Answered], moment: Moment) -> tuple[str, ...]:
    """What scores of these answers can show, and what not."""
    count = len(answered)
    if not count:
        return ("nothing is answered with yes or no yet, so there is nothing to score",)
    notes = []
    if count < FEW:
        answers = f"{count} answer{'s' * (count != 1)}"
        notes.append(
            f"{answers}, fewer than {FEW}: too few to tell skill from luck; they hang together as "
            "well, since the questions of a case share its worlds, so the errors are understated"
        )
    notes.append(
        "climatology gives every question the share of answers that were yes, which nobody knew "
        "beforehand"
    )
    late = [one for one in answered if one.recorded > one.known]
    if late:
        longest = max((one.recorded - one.known).days for one in late)
        notes.append(
            f"{len(late)} of {count} answers were recorded after they were known, up to {longest} "
            "days; on a question that was worded with its answer known a score is no test of "
            "foresight"
        )
    older = [(r.made - r.on).days for one in answered for r in one.rivals if r.on < r.made]
    if older:
        notes.append(
            f"{len(older)} outside forecasts are up to {max(older)} days older than the case's "
            "first, which could know more"
        )
    if moment == "last":
        notes.append(
            "a forecast on the eve of a deadline is easy: what has not happened by then has a day "
            "left"
        )
    return tuple(notes)
