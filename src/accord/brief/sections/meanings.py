"""What the clauses are worth in the model: the entries of ``levels_meaning``, as the case has them.

Every number is the case's own, told as its median and middle nine tenths; nothing is computed from
a run. Rows that count in the package which leads are set in bold.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from accord.brief.desk import Desk
from accord.brief.document import Block, FromCase, Paragraph, Strong, Table, Text
from accord.brief.labels import actor_span, level_span, package_span, spans_joined
from accord.brief.sections.levers_words import INPUTS
from accord.brief.words import lowered, sentence
from accord.case.conditions import Condition
from accord.case.consistency import package_numbers_in
from accord.case.expressions import And, Choice, Expression, Not, Or, Shock, atoms, write
from accord.case.numbers import Number, PackageNumber, Step
from accord.case.tree import Path
from accord.case.truth import choice_holds, package_truth
from accord.run.run import Run

__all__ = ["meanings"]

_BLOCK = "levels_meaning"

_HEADS = {
    "brigades": "Brigades\N{NO-BREAK SPACE}and\N{NO-BREAK SPACE}factors",
    "chance": "Chance\N{NO-BREAK SPACE}of\N{NO-BREAK SPACE}being\N{NO-BREAK SPACE}bound",
    "stake": "Part\N{NO-BREAK SPACE}of\N{NO-BREAK SPACE}the\N{NO-BREAK SPACE}stake",
}
"""Heads that do not break keep a value on one line."""


@dataclass(frozen=True)
class _Entry:
    """An entry with the paths of the fields that refer to it.

    Attributes
    ----------
    unit : str
        A key of ``_HEADS``, or the unit of the field that refers to it.
    """

    name: str
    number: PackageNumber
    uses: tuple[Path, ...]
    unit: str


def meanings(desk: Desk) -> list[Block]:
    """The blocks; none where the case has no entry that anything refers to."""
    entries = _entries(desk.run)
    if not entries:
        return []
    told: list[Block] = [Paragraph(_introduction(desk))]
    steady = [entry for entry in entries if not entry.number.steps]
    said: set[Path] = set()
    for entry in entries:
        if entry.number.steps:
            told += [_table(desk, entry), *_why(desk.run, entry, said)]
    if steady:
        told.append(_steady(desk.run, steady))
        for entry in steady:
            told += _why(desk.run, entry, said, named=len(steady) > 1)
    return told


def _entries(run: Run) -> list[_Entry]:
    """Every entry on which the model hangs; one that only stands for another is that other."""
    file = run.case.file
    uses: dict[str, list[tuple[Path, PackageNumber]]] = {}
    for path, number in package_numbers_in(file):
        if number.like and path[0] != _BLOCK:
            uses.setdefault(number.base.path.split(".")[1], []).append((path, number))
    return [
        _Entry(name, number, tuple(path for path, _ in uses[name]), _unit(*uses[name][0]))
        for name, number in file.levels_meaning.items()
        if name in uses
    ]


def _unit(path: Path, number: PackageNumber) -> str:
    if path[0] != "deterrence":
        return number.base.unit
    return {"strength": "brigades", "automatic": "chance"}.get(str(path[-1]), "stake")


def _introduction(desk: Desk) -> Text:
    return (
        Strong(("What the clauses are worth in the model.",)),
        " These are inputs, not results: the case states them in one place, with its reasons. Each "
        "is told as its central value with its middle nine tenths in brackets; the stake is what "
        "the protected state has at stake. Set in bold is what counts in ",
        package_span(desk.run, desk.lead),
        ".",
    )


def _table(desk: Desk, entry: _Entry) -> Table:
    run, number = desk.run, entry.number
    counting = _counting(run, number, run.chosen(desk.lead))
    sets = [step for step in number.steps if step.operation == "set"]
    others = [step for step in number.steps if step.operation != "set"]
    named: set[str] = set()
    rows = [_step_row(run, entry, step, named, counting) for step in sets]
    rows.append(
        _row(
            _otherwise(run, sets) if sets else ("To begin with",),
            _value(number.base, entry.unit, "set"),
            number.base.path in counting,
        )
    )
    rows += [_step_row(run, entry, step, named, counting) for step in others]
    return Table(
        _title(run, entry),
        (("When the text says",), (_HEADS.get(entry.unit, "Counts"),)),
        tuple(rows),
        "lr",
    )


def _step_row(
    run: Run, entry: _Entry, step: Step, named: set[str], counting: frozenset[str]
) -> tuple[Text, ...]:
    value = _value(step.number, entry.unit, step.operation)
    words = _words(run, step.when.expression, named)
    if isinstance(words[0], str):
        words = (words[0][:1].upper() + words[0][1:], *words[1:])
    return _row(words, value, step.number.path in counting)


def _otherwise(run: Run, sets: Sequence[Step]) -> Text:
    """What is left, with the level where all steps speak of one provision and leave one alone."""
    asked = [_asked(step.when.expression) for step in sets]
    for provision in run.case.file.provisions:
        if all(provision in atoms_of for atoms_of in asked):
            named = {
                level
                for atoms_of in asked
                for level in run.case.file.provisions[provision].levels
                if choice_holds(run.case, {provision: level}, atoms_of[provision])
            }
            left = [n for n in run.case.file.provisions[provision].levels if n not in named]
            if len(left) == 1:
                return ("Otherwise, as with ", *_quoted(run, provision, left))
    return ("Otherwise",)


def _asked(expression: Expression) -> dict[str, Choice]:
    """The choices without which a condition cannot hold, by provision."""
    parts = expression.parts if isinstance(expression, And) else (expression,)
    return {part.provision: part for part in parts if isinstance(part, Choice)}


def _row(words: Text, value: FromCase, counts: bool) -> tuple[Text, ...]:
    return ((Strong(words),), (Strong((value,)),)) if counts else (words, (value,))


_OF = {"brigades": " brigades", "stake": " of the stake"}


def _steady(run: Run, entries: Sequence[_Entry]) -> Table:
    """Entries that no clause changes; each tells its unit where they differ."""
    heads = {_HEADS.get(entry.unit, "Counts") for entry in entries}
    rows: list[tuple[Text, ...]] = []
    for entry in entries:
        value: Text = (_value(entry.number.base, entry.unit, "set"),)
        if len(heads) > 1 and entry.unit in _OF:
            value = (*value, _OF[entry.unit])
        rows.append((_title(run, entry), value))
    head = heads.pop() if len(heads) == 1 else "Counts"
    return Table(("Whatever the text says",), (("What",), (head,)), tuple(rows), "lr")


def _why(run: Run, entry: _Entry, said: set[Path], *, named: bool = False) -> list[Block]:
    """The reasoning of an entry, told once where several share it."""
    support = run.case.support((_BLOCK, entry.name))
    if support is None or support.path in said:
        return []
    said.add(support.path)
    if support.judgement:
        words = FromCase(f"{_BLOCK}.{entry.name}", sentence(support.judgement))
    else:
        claims = run.case.file.claims
        told = " ".join(sentence(claims[name].claim) for name in support.because)
        words = FromCase(f"{_BLOCK}.{entry.name}", told)
    before: Text = (*_title(run, entry), ": ") if named else ()
    return [Paragraph((*before, words), "note")]


def _title(run: Run, entry: _Entry) -> Text:
    """What an entry is, from the fields that refer to it; else its name in words."""
    fields: dict[tuple[str, str], list[str]] = {}
    for path in entry.uses:
        part = "guarantor" if path[1] == "guarantors" else str(path[1])
        if path[0] != "deterrence" or (part, str(path[-1])) not in INPUTS:
            name = entry.name.replace("_", " ").replace("-", " ")
            return (FromCase(f"{_BLOCK}.{entry.name}", name[:1].upper() + name[1:]),)
        whose = fields.setdefault((part, str(path[-1])), [])
        whose += [str(path[2])] if part == "guarantor" else []
    spans = spans_joined([(INPUTS[key], *_whose(run, who)) for key, who in fields.items()], "and")
    first = str(spans[0])
    return (first[:1].upper() + first[1:], *spans[1:])


def _whose(run: Run, names: Sequence[str]) -> Text:
    game = run.case.file.deterrence
    if not names or game is None:
        return ()
    if len(names) > 1 and set(names) == set(game.guarantors.named):
        return (" (every guarantor)",)
    return (" (", *spans_joined([(actor_span(run, name),) for name in names], "and"), ")")


def _value(number: Number, unit: str, operation: str) -> FromCase:
    """The median and the middle nine tenths of a number."""
    low, middle, high = (float(x) for x in number.distribution.quantile([0.05, 0.5, 0.95]))
    points = unit in {"stake", "chance"} and operation != "times"
    scale = 100.0 if points else 1.0
    digits = 2 if operation == "times" else _digits(scale * middle, 3.0 if points else 100.0)
    shown = [_text(scale * x, digits) for x in (low, middle, high)]
    sign = {"times": "× ", "add": "+" if middle >= 0 else ""}.get(operation, "")
    text = f"{sign}{shown[1]}{'%' if points else ''}"
    if low < high:
        text += f" ({shown[0]} to {shown[2]})" if low < 0 else f" ({shown[0]}–{shown[2]})"
    if unit not in _HEADS and operation != "times":
        text += f" {unit}"
    return FromCase(number.path, text)


def _digits(middle: float, whole: float) -> int:
    """Decimals that a central value calls for; none from ``whole`` on."""
    if abs(middle) >= whole or middle == 0:
        return 0
    return 1 if abs(middle) >= 1 or whole < 100 else 2


def _text(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace("-", "−")


def _counting(run: Run, number: PackageNumber, chosen: dict[str, str]) -> frozenset[str]:
    """Paths of the numbers that count with these levels, whatever happens."""
    counting: set[str] = set()
    replaced: bool | None = False
    for step in number.steps:
        holds = _holds(run, step.when, chosen)
        if step.operation != "set":
            counting |= {step.number.path} if holds else set()
        elif replaced is False and holds is not False:
            counting |= {step.number.path} if holds else set()
            replaced = holds
    return frozenset(counting if replaced is not False else counting | {number.base.path})


def _holds(run: Run, condition: Condition, chosen: dict[str, str]) -> bool | None:
    """Whether a condition holds; None where that hangs on what happens."""
    expression = condition.expression
    found = {
        bool(package_truth(run.case, expression, chosen, shocks)) for shocks in _events(expression)
    }
    return found.pop() if len(found) == 1 else None


def _events(expression: Expression) -> Iterator[dict[str, bool]]:
    """Every way in which the shocks that a condition names may fall."""
    names = sorted({atom.name for atom in atoms(expression) if isinstance(atom, Shock)})
    for falls in itertools.product((False, True), repeat=len(names)):
        yield dict(zip(names, falls, strict=True))


def _words(run: Run, expression: Expression, named: set[str]) -> Text:
    """A condition on the package in the words of the case; provisions are named once a table."""
    match expression:
        case And(parts):
            return spans_joined([_within(run, part, named) for part in parts], "and")
        case Or(parts):
            first, *rest = (_words(run, part, named) for part in parts)
            return (*first, *(span for words in rest for span in (", or ", *words)))
        case Not(part):
            return ("not: ", *_words(run, part, named))
        case Choice():
            return _choice(run, expression, named)
        case Shock(name):
            record = run.case.file.shocks[name]
            title = lowered(record.title or name.replace("_", " "))
            return ("this happens: ", FromCase(f"shocks.{name}.title", title))
    return (FromCase(_BLOCK, write(expression)),)


def _within(run: Run, part: Expression, named: set[str]) -> Text:
    """A part of several that have to hold; what holds in more than one way stands apart."""
    words = _words(run, part, named)
    return ("(", *words, ")") if isinstance(part, Or) else words


def _choice(run: Run, atom: Choice, named: set[str]) -> Text:
    """The levels at which the condition holds, after the provision where it is not yet named."""
    provision = run.case.file.provisions[atom.provision]
    before: Text = ()
    if atom.provision not in named:
        named.add(atom.provision)
        title = provision.title or atom.provision.replace("_", " ")
        before = (FromCase(f"provisions.{atom.provision}.title", title), ": ")
    levels = [n for n in provision.levels if choice_holds(run.case, {atom.provision: n}, atom)]
    if atom.relation == "!=":
        return (*before, "not ", *_quoted(run, atom.provision, atom.levels))
    if atom.relation in {">=", "<="} and len(levels) > 2:
        more = " or more" if atom.relation == ">=" else " or less"
        return (*before, *_quoted(run, atom.provision, atom.levels), more)
    return (*before, *_quoted(run, atom.provision, levels))


def _quoted(run: Run, provision: str, levels: Sequence[str]) -> Text:
    either: Text = ("either ",) if len(levels) > 1 else ()
    return (
        *either,
        *spans_joined([("“", level_span(run, provision, n), "”") for n in levels], "or"),
    )
