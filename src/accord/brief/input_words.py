"""Inputs of a run in words, for whoever does not know the identifiers of a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from accord.brief.document import FromCase
from accord.brief.sections.levers_words import INPUTS
from accord.brief.words import lowered
from accord.case.case import Case
from accord.case.tree import Path, node_at, parse_path, stands

__all__ = ["block_words", "input_span", "is_shock", "path_words"]

_TITLES = ("title", "name", "question")
"""Where a record says what it is."""

_BLOCKS = {
    "case": "The case itself",
    "levels_meaning": "What levels mean",
    "positions": "Who wants what",
    "watch": "Questions to watch",
}
"""Blocks whose name alone says too little."""

_SILENT = {"values", "levels", "base"}
"""Steps that say nothing once what stands around them is named."""

_ENDS = {"binding": "Chance of being real", "waive_cost": "Price of giving it up"}
"""Fields of a red line, whose names are terms of the case file."""

_PARTS = {"guarantors": "guarantor", "modes": "mode"}


def is_shock(path: str) -> bool:
    """Whether an input is whether a shock falls."""
    return path.startswith("shocks.") and path.count(".") == 1


def input_span(case: Case, path: str) -> FromCase:
    """What an input is: a shock by its title, a number of the game by its meaning, else its path.

    Parameters
    ----------
    path : str
        One of a run's inputs.
    """
    steps = parse_path(path)
    if is_shock(path):
        return FromCase(path, lowered(_titled(case, steps) or _sentence(str(steps[1]))))
    if steps[0] == "deterrence" and (words := _of_the_game(case, steps)):
        return FromCase(path, words)
    below = 1 if steps[0] == "positions" else 0
    words_ = [
        _ENDS.get(str(step), word)
        for step, word in zip(steps, _words(case, steps), strict=True)
        if step not in _SILENT
    ]  # fmt: skip
    return FromCase(path, " · ".join(words_[below:] or words_))


def _of_the_game(case: Case, steps: Path) -> str:
    """What a number of the deterrence game is, and whose; empty where that is not told."""
    plain = [step for step in steps[1:] if step not in {"base", "times"}]
    if len(plain) == 2:
        return INPUTS.get((str(plain[0]), str(plain[1])), "")
    if len(plain) == 3 and str(plain[0]) in _PARTS:
        words = INPUTS.get((_PARTS[str(plain[0])], str(plain[2])), "")
        whose = _actor(case, str(plain[1])) or _titled(case, steps[:3]) or _sentence(str(plain[1]))
        return f"{words} ({whose})" if words else ""
    return ""


def block_words(name: str) -> str:
    """A block of a case in words."""
    return _BLOCKS.get(name, _sentence(name))


def path_words(case: Case, path: str, below: int = 0) -> str:
    """A path in words, its steps parted by dots in the middle.

    Parameters
    ----------
    path : str
        Dotted, such as ``positions.USA.values.us_role.weight``.
    below : int
        Steps at its beginning that are left out, as the reader knows them.
    """
    steps = parse_path(path)
    words = list(_words(case, steps))
    return " · ".join(words[below:] or words)


def _words(case: Case, steps: Path) -> Iterator[str]:
    for index, step in enumerate(steps):
        before = steps[index - 1] if index else None
        if isinstance(step, int):
            yield f"no. {step + 1}"
        elif index == 0:
            yield block_words(step)
        else:
            yield (
                _actor(case, step)
                or _of_provision(case, steps[:index], step)
                or (before == "requires" and _titled(case, ("capabilities", step)))
                or _titled(case, steps[: index + 1])
                or _sentence(step)
            )


def _actor(case: Case, step: str) -> str:
    return case.actor_name(step) if step in case.file.actors else ""


def _of_provision(case: Case, before: Path, step: str) -> str:
    """The title of a provision that a position speaks of, or of a level of one."""
    if before[-1] == "values" and step in case.file.provisions:
        return case.file.provisions[step].title
    if before[-1] == "levels" and len(before) > 1:
        provision = case.file.provisions.get(str(before[-2]))
        if provision is not None and step in provision.levels:
            return provision.levels[step].title
    return ""


def _titled(case: Case, steps: Path) -> str:
    """What the record at a path says that it is."""
    node: Any = node_at(case.data, steps) if stands(case.data, steps) else None
    if not isinstance(node, Mapping):
        return ""
    return next((str(node[key]) for key in _TITLES if isinstance(node.get(key), str)), "")


def _sentence(name: str) -> str:
    plain = name.replace("_", " ").replace("-", " ")
    return plain[:1].upper() + plain[1:]
