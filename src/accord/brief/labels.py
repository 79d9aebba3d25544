"""Reasons, actors, lines and levels in the words of the case."""

from __future__ import annotations

from collections.abc import Sequence

from accord.brief.document import FromCase, Span, Text
from accord.brief.words import lowered
from accord.run.run import Run

__all__ = [
    "actor_span",
    "actors_span",
    "level_span",
    "line_words",
    "package_span",
    "reason_spans",
    "rule_name",
    "rule_words",
    "spans_joined",
]


def actor_span(run: Run, actor: str) -> FromCase:
    """An actor's name, or the actors of a group of guarantors."""
    record = run.case.file.actors.get(actor)
    if record is not None:
        return FromCase(f"actors.{actor}.name", record.name)
    return FromCase(
        f"deterrence.guarantors.{actor}", "the other guarantors" if actor == "others" else actor
    )


def actors_span(run: Run, actors: Sequence[str]) -> Text:
    """Actors as a list in prose."""
    return spans_joined([(actor_span(run, actor),) for actor in actors], "and")


def spans_joined(parts: Sequence[Text], last: str) -> Text:
    """Parts as a list in prose, as ``words.joined`` does with plain text."""
    spans: list[Span] = []
    for i, part in enumerate(parts):
        if i:
            spans.append(f" {last} " if i == len(parts) - 1 else ", ")
        spans += part
    return tuple(spans)


def rule_name(run: Run, rule: str) -> FromCase:
    """A consent rule by its short name, for the heads of tables."""
    del run
    return FromCase(f"consent.{rule}", rule.replace("-", " ").replace("_", " "))


def package_span(run: Run, package: str) -> FromCase:
    """A package's title."""
    base = run.variants[package][0] if package in run.variants else package
    return FromCase(f"packages.{base}.title", run.title(package))


def level_span(run: Run, provision: str, level: str) -> FromCase:
    """A level's title."""
    path = f"provisions.{provision}.levels.{level}.title"
    return FromCase(path, run.case.level_title(provision, level))


def line_words(run: Run, actor: str, line: str) -> FromCase:
    """A red line in words: its title, or its name with blanks."""
    record = run.case.file.positions[actor].red_lines[line]
    path = f"positions.{actor}.red_lines.{line}"
    return FromCase(path, record.title or line.replace("-", " ").replace("_", " "))


def rule_words(run: Run, rule: str) -> FromCase:
    """A consent rule in words: its title, or its name with blanks."""
    consent = run.case.file.consent
    node = consent.rules.get(rule) if consent is not None else None
    title = node.title if node is not None else ""
    return FromCase(f"consent.{rule}", title or rule.replace("-", " ").replace("_", " "))


def reason_spans(run: Run, name: str) -> Text:
    """A reason of the verdict as words for "because of …"."""
    kind, _, rest = name.partition(":")
    match kind:
        case "actor":
            return (actor_span(run, rest), " would rather walk away")
        case "line":
            actor, _, line = rest.partition(".")
            return (actor_span(run, actor), "’s red line “", line_words(run, actor, line), "”")
        case "cut":
            return _cut(run, rest)
        case "weakest":
            return ("the certainty of ", actor_span(run, rest), " alone would be enough to deter")
        case "pillar":
            return ("the pillar that holds it up is ", actor_span(run, rest))
        case "reversal":
            return ("an attack after a reversal of policy in ", actor_span(run, rest))
        case "leaves":
            return (actor_span(run, rest), " turning against it")
        case "escape":
            return (actor_span(run, rest), " gaining by breaking it")
    return (_PLAIN[name],)


_PLAIN = {
    "attack": "an attack in a year of temptation",
    "kept": "it is kept",
    "votes": "too few votes that count to consent at all",
    "no-single-guarantor": "no single guarantor's certainty would be enough",
    "challengers-stake": "the prize outweighs what all guarantors together could threaten",
    "protege-alone": "the protected state holds it alone",
    "nothing-required": "nothing is required",
}


def _cut(run: Run, rest: str) -> Text:
    phase, _, capabilities = rest.partition(":")
    record = run.case.file.phases[phase]
    spans: list[FromCase | str] = []
    for i, name in enumerate(capabilities.split("+")):
        if i:
            spans.append(" together with ")
        title = run.case.file.capabilities[name].title
        spans.append(FromCase(f"capabilities.{name}.title", lowered(title)))
    title = lowered(record.title or f"{phase} phase")
    return ("not enough ", *spans, " (", FromCase(f"phases.{phase}", title), ")")
