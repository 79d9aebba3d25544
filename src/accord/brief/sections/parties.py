"""Where each party stands and what it could accept."""

from __future__ import annotations

from accord.brief.desk import Desk
from accord.brief.document import FromCase, Paragraph, Section, Span, Table, Text
from accord.brief.labels import actor_span, line_words, package_span
from accord.brief.words import count_words
from accord.run.run import Run

__all__ = ["parties"]


def parties(desk: Desk) -> Section:
    """The section."""
    run = desk.run
    if not run.case.file.positions:
        text = Paragraph(("The case names no positions.",))
        return Section("parties", "Where each party stands", ("No positions are known",), (text,))
    rows = _grouped([_row(desk, actor) for actor in run.case.file.positions])
    table = Table(
        ("Positions as the case reads them",),
        (("Actor",), ("Cares most about",), ("Red lines",), ("Could accept, in most worlds",)),
        tuple(rows),
        "llll",
    )
    note = Paragraph(
        (
            "An actor could accept a package when, in most sampled worlds, it is worth at least "
            "walking away to that actor and crosses none of its real red lines, whatever others "
            "do.",
        ),
        "note",
    )
    return Section("parties", "Where each party stands", _finding(desk), (table, note))


def _grouped(rows: list[tuple[Text, ...]]) -> list[tuple[Text, ...]]:
    """Actors whose rows say the same share one."""
    groups: dict[tuple[str, ...], tuple[Text, ...]] = {}
    for row in rows:
        key = tuple("".join(_words(span) for span in cell) for cell in row[1:])
        known = groups.get(key)
        groups[key] = row if known is None else ((*known[0], "; ", *row[0]), *known[1:])
    return list(groups.values())


def _words(span: Span) -> str:
    return span if isinstance(span, str) else str(getattr(span, "text", span))


def _accepting(run: Run, package: str) -> list[str]:
    if "acceptable" not in run.details:
        return []
    actors = run.details["acceptable"][package]["actors"]
    return [actor for actor, record in actors.items() if record["accepts"]["share"] > 0.5]


def _finding(desk: Desk) -> Text:
    counts = {package: len(_accepting(desk.run, package)) for package in desk.agreements}
    widest = max(counts, key=lambda package: counts[package])
    total = len(desk.run.case.file.positions)
    return (
        "The agreement that most actors could accept is ",
        package_span(desk.run, widest),
        f", with {count_words(counts[widest])} of {count_words(total)}",
    )


def _row(desk: Desk, actor: str) -> tuple[Text, ...]:
    run = desk.run
    position = run.case.file.positions[actor]
    lines: list[Span] = []
    for name, line in position.red_lines.items():
        lines += ["; " if lines else "", line_words(run, actor, name)]
        if line.binding is not None:
            real = desk.ledger.number(
                f"positions.{actor}.{name}.binding",
                line.binding.central,
                f"{100 * line.binding.central:.0f}%",
                "median chance that the line is real",
                desk.key("acceptable", rule=actor),
            )
            lines += [" (real: ", real, ")"]
    willing = [p for p in desk.agreements if actor in _accepting(run, p)]
    return (
        (actor_span(run, actor),),
        _cares(desk, actor),
        tuple(lines) or ("none stated",),
        _could_accept(desk, willing),
    )


def _could_accept(desk: Desk, willing: list[str]) -> Text:
    """The agreements an actor could accept, or the few that it could not."""
    others = [package for package in desk.agreements if package not in willing]
    if not willing:
        return ("none of the agreements under study",)
    if not others:
        return ("all agreements under study",)
    few, words = (willing, "") if len(willing) <= len(others) else (others, "all but ")
    spans: list[Span] = [words] if words else []
    for i, package in enumerate(few):
        spans += ["; " if i else "", package_span(desk.run, package)]
    return tuple(spans)


def _cares(desk: Desk, actor: str) -> Text:
    position = desk.run.case.file.positions[actor]
    if position.is_public:
        needs = position.needs
        assert needs is not None
        figure = desk.ledger.number(
            f"positions.{actor}.needs",
            needs.central,
            f"{needs.central:.0f}%",
            "support at which it counts as accepting",
            desk.key("acceptable", rule=actor),
        )
        return ("counts as accepting from ", figure, " support")
    weights = {name: value.weight.central for name, value in position.values.items()}
    top = sorted(weights, key=lambda name: -weights[name])[:3]
    provisions = desk.run.case.file.provisions
    spans: list[Span] = []
    for name in top:
        title = FromCase(f"positions.{actor}.values.{name}", provisions[name].title)
        spans += ["; " if spans else "", title]
    return tuple(spans)
