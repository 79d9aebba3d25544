"""Conditions in words, with the titles that the case has for what they speak of."""

from __future__ import annotations

from accord.brief.words import joined
from accord.case.case import Case
from accord.case.expressions import (
    Accepts,
    And,
    Choice,
    Expression,
    JoinCount,
    Joins,
    Not,
    Or,
    Shock,
    write,
)

__all__ = ["condition_words"]

_RELATIONS = {"==": "", "in": "", "!=": "not ", "<=": "at most ", ">=": "at least ",
              "<": "less than ", ">": "more than "}  # fmt: skip


def condition_words(expression: Expression, case: Case) -> str:
    """A condition as part of a sentence.

    Parameters
    ----------
    expression : Expression
    case : Case
        For the titles.
    """
    match expression:
        case And(parts):
            return " and ".join(_part(part, case) for part in parts)
        case Or(parts):
            return " or ".join(_part(part, case) for part in parts)
        case Not(part):
            return f"not {_part(part, case)}"
        case Choice(provision, relation, levels):
            titles = [f"“{case.level_title(provision, level)}”" for level in levels]
            about = case.file.provisions[provision].title
            return f"“{about}” is {_RELATIONS.get(relation, relation)}{joined(titles, 'or')}"
        case Shock(name):
            record = case.file.shocks.get(name)
            title = record.title if record is not None and record.title else _plain(name)
            return f"this happens: {title}"
        case Joins(actor, pledge):
            return f"{case.actor_name(actor)} joins" + (f" with {_plain(pledge)}" if pledge else "")
        case JoinCount(count, actors):
            names = joined([case.actor_name(actor) for actor in actors])
            return f"at least {count} of these join: {names}"
        case Accepts(actor):
            return f"{case.actor_name(actor)} accepts"
    return write(expression)


def _part(expression: Expression, case: Case) -> str:
    words = condition_words(expression, case)
    return f"({words})" if isinstance(expression, And | Or) else words


def _plain(name: str) -> str:
    return name.replace("-", " ").replace("_", " ")
