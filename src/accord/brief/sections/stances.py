"""For whom a state of a conflict holds, what each would rather do, and what would change that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accord.brief.desk import Desk
from accord.brief.document import Figure, FromCase, Span, Text
from accord.brief.labels import actor_span, actors_span, spans_joined
from accord.brief.words import lowered
from accord.run.run import Run

__all__ = ["mover_spans", "stances", "together"]

_EFFECT = 0.05
"""Smaller changes of a share are taken for none."""

_MOST = 2
_MOST_TOGETHER = 6


def stances(
    desk: Desk, conflict: str, point: Mapping[str, Any], prefix: str, basis: str
) -> tuple[Text, ...]:
    """One item a party: whether it holds, and on what that hangs.

    Parameters
    ----------
    conflict : str
        Its name in the case.
    point : mapping
        The record of the state.
    prefix : str
        Of the names of figures.
    basis : str
        The kind of inputs behind them.
    """
    return tuple(
        _Teller(desk, conflict, point, f"{prefix}.{party}", basis, party).item()
        for party in point["parties"]
    )


def together(desk: Desk, conflict: str, point: Mapping[str, Any]) -> Text:
    """Whether some group would gain by moving together, in the central case."""
    groups = point["together"]
    if groups is None:
        return ()
    if not groups:
        return ("In the central case no group of them would all gain by moving together.",)
    least = min(groups, key=lambda group: (len(group["parties"]), len(group["path"])))
    moves = [mover_spans(desk.run, conflict, move) for move in least["path"][:_MOST_TOGETHER]]
    who = actors_span(desk.run, least["parties"])
    return ("In the central case ", *who, " would all gain by moving together: ",
            *spans_joined(moves, "and then"), ".")  # fmt: skip


class _Teller:
    """What is told of one party."""

    def __init__(
        self, desk: Desk, conflict: str, point: Mapping[str, Any], prefix: str, basis: str,
        party: str,
    ) -> None:  # fmt: skip
        self._desk, self._conflict, self._point = desk, conflict, point
        self._prefix, self._basis, self._party = prefix, basis, party
        self._record = point["parties"][party]
        self._holds = self._record["stable"][point["concept"]]

    def item(self) -> Text:
        """Everything, in up to four sentences."""
        return (*self._holding(), *self._leaving(), *self._moved())

    def _share(self, name: str, record: Mapping[str, float], words: str) -> Figure:
        given = {**record, "worlds": self._point["worlds"]}
        return self._desk.ledger.detail(f"{self._prefix}.{name}", given, words, self._basis)

    def _holding(self) -> Text:
        """In how many worlds it holds, beside what it would gain by moving."""
        holds = self._share(
            "holds",
            self._holds,
            "share of worlds in which this party would not move away",
        )
        name = actor_span(self._desk.run, self._party)
        best = self._record["next_best"]
        if best is None:
            return (name, " can change nothing here.")
        gains = best["preferred"]["share"]
        words = _own_spans(self._desk.run, self._conflict, self._point["state"], best["state"])
        if gains < _EFFECT:
            return (name, " stays in ", holds, " of worlds; nothing that it could do alone is "
                    "better, and what comes nearest is that it ", *words, ".")  # fmt: skip
        preferred = self._share(
            "gains", best["preferred"], "share of worlds in which it prefers its best move"
        )
        stays: Text = (" and stays in ", holds)
        if self._holds["share"] > 1.0 - gains + _EFFECT:
            stays = (*self._feared(best["state"]), ", so that it stays in ", holds)
        return (name, " would gain in ", preferred, " of worlds if it ", *words, *stays, ".")

    def _feared(self, best: Sequence[str]) -> Text:
        """The answer to its best move, as the central case has it."""
        for sanction in self._record["why"]["sanctions"]:
            if sanction["improvement"]["to"] == best:
                moves = [
                    mover_spans(self._desk.run, self._conflict, move)
                    for move in sanction["path"][:_MOST]
                ]
                if moves:
                    return (" but has to expect that then ", *spans_joined(moves, "and then"))
        return (" but has to expect an answer",)

    def _leaving(self) -> Text:
        """Where it does move: whether an answer is there that others do not want to give."""
        found = self._record["escapes"]
        if not found["sampled"] or 1.0 - self._holds["share"] < _EFFECT:
            return ()
        if not found["answers"]:
            return (" Where it moves, no answer that the others could give would stop it.",)
        unwilling = found["answers"][0]["unwilling"]
        moves = [mover_spans(self._desk.run, self._conflict, move) for move in unwilling[:_MOST]]
        return (" Where it moves, it would hold back if it had to expect this: ",
                *spans_joined(moves, "and then"), ".")  # fmt: skip

    def _moved(self) -> Text:
        """Steps of others that change where it stands, and steps that do not."""
        now = self._holds["share"]
        groups: dict[str, list[Mapping[str, Any]]] = {"less": [], "more": [], "same": []}
        for change in self._record["changes"]:
            apart = change["stable"]["share"] - now
            kind = "same" if abs(apart) < _EFFECT else "more" if apart > 0 else "less"
            groups[kind].append(change)
        spans: list[Span] = []
        for kind, words in (("less", " Less firm"), ("more", " Firmer")):
            if groups[kind]:
                spans += [f"{words} if ", *self._conditions(kind, groups[kind][:_MOST]), "."]
        if groups["same"]:
            # what others could add tells more than what they could leave off
            some = sorted(groups["same"], key=lambda c: not _adds(c["change"]))[:_MOST]
            told = [self._mover(change) for change in some]
            spans += [" It makes no difference to it if ", *spans_joined(told, "or"), "."]
        return tuple(spans)

    def _conditions(self, kind: str, changes: Sequence[Mapping[str, Any]]) -> Text:
        parts: list[Text] = []
        for i, change in enumerate(changes):
            share = self._share(
                f"{kind}.{i}", change["stable"],
                "share of worlds in which this party would not move after another party's step",
            )  # fmt: skip
            then = "then it stays in " if not i else ""
            parts.append((*self._mover(change), f" ({then}", share, ")"))
        return spans_joined(parts, "or")

    def _mover(self, change: Mapping[str, Any]) -> Text:
        return mover_spans(self._desk.run, self._conflict, change["change"])


def mover_spans(run: Run, conflict: str, move: Mapping[str, Any]) -> Text:
    """A move in words: who does or stops what."""
    words = _own_spans(run, conflict, move["from"], move["to"])
    return (actor_span(run, move["party"]), " ", *words)


def _own_spans(run: Run, conflict: str, before: Sequence[str], after: Sequence[str]) -> Text:
    """What changes between two states, without who changes it."""
    changed = {_option(text) for text in after if text not in before}
    parts: list[Text] = [(_title(run, conflict, text),) for text in after if text not in before]
    stopped = [t for t in before if t not in after and _option(t) not in changed]
    if stopped:
        titles = spans_joined([("“", _title(run, conflict, t), "”") for t in stopped], "and")
        parts.append(("no longer ", *titles))
    return spans_joined(parts, "and")


def _adds(move: Mapping[str, Any]) -> bool:
    """Whether a move takes up something that was not done before."""
    return any(text not in move["from"] for text in move["to"])


def _option(text: str) -> str:
    return text.partition("=")[0]


def _title(run: Run, conflict: str, text: str) -> FromCase:
    name, _, level = text.partition("=")
    party, _, option = name.partition(".")
    record = run.case.file.conflicts[conflict].parties[party][option]
    title = record.levels[level] if level and record.levels else record.title
    return FromCase(f"conflicts.{conflict}.parties.{party}.{option}", lowered(title))
