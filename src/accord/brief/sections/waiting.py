"""Who waits for whom, in a drawing and in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accord.brief.desk import Desk
from accord.brief.document import Block, Chart, FromCase, Items, Paragraph, Span, Table, Text
from accord.brief.labels import actor_span, actors_span, level_span, spans_joined
from accord.brief.words import count_words, lowered

__all__ = ["waiting"]

Asked = dict[str, Any]

_RELATIONS = {"==": "be", "!=": "not be", ">=": "be at least", "<=": "be at most", "in": "be"}


def waiting(desk: Desk, detail: dict[str, Any]) -> list[Block]:
    """What pledges that count wait for, and which ones fall away with this package."""
    asked = {
        name: asks
        for name, asks in detail["asks"].items()
        if name.split(".")[0] in detail["participation"]
    }
    live = {n: asks for n, asks in asked.items() if not (asks["unmet"] or asks["stranded"])}
    blocks: list[Block] = []
    edges = _edges(desk, live)
    if edges:
        blocks.append(_chart(desk, live, edges, detail["circles"]))
        blocks.append(Items(tuple(_sentences(desk, live))))
    else:
        blocks.append(Paragraph(("Nobody waits for anybody.",)))
    return blocks + _fallen(desk, asked)


def _edges(desk: Desk, live: dict[str, Asked]) -> list[dict[str, Any]]:
    """One line from a contributor to each contributor, consent or event that it waits for."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for name, asks in live.items():
        owner = name.split(".")[0]
        targets = [(other, _name(desk, other)) for group in asks["groups"] for other in group]
        targets += [(f"accepts {a}", f"the consent of {_name(desk, a)}") for a in asks["accepts"]]
        targets += [(f"shock {s}", _event(desk, s)) for s in asks["shocks"]]
        for key, label in targets:
            edge = {"waits": _name(desk, owner), "for": label, "owner": owner, "key": key}
            found.setdefault((owner, key), edge)
    mutual = {(edge["owner"], edge["key"]) for edge in found.values()}
    return [{**edge, "circle": (edge["key"], edge["owner"]) in mutual} for edge in found.values()]


def _name(desk: Desk, actor: str) -> str:
    return desk.run.case.file.actors[actor].name


def _event(desk: Desk, shock: str) -> str:
    return lowered(desk.run.case.file.shocks[shock].title or shock.replace("_", " "))


def _chart(
    desk: Desk, live: dict[str, Asked], edges: list[dict[str, Any]], circles: Sequence[Any]
) -> Chart:
    table = Table(
        ("Who waits for whom",),
        (("Who waits",), ("For",), ("With",)),
        tuple(_row(desk, live, edge) for edge in edges),
        "lll",
    )
    data = tuple({key: edge[key] for key in ("waits", "for", "circle")} for edge in edges)
    note: Text = ("Lines in the accent run both ways: each waits for the other.",)
    return Chart(
        "waiting", _finding(desk, edges, circles), "waits", data, table, {},
        note if any(edge["circle"] for edge in edges) else (),
    )  # fmt: skip


def _finding(desk: Desk, edges: list[dict[str, Any]], circles: Sequence[Any]) -> Text:
    run = desk.run
    owners = list(dict.fromkeys(n.split(".")[0] for circle in circles[:1] for n in circle))
    if len(owners) > 1:
        return (*actors_span(desk.run, owners), " wait for one another")
    counts: dict[str, int] = {}
    for edge in edges:
        counts[edge["key"]] = counts.get(edge["key"], 0) + 1
    most = max(counts, key=lambda key: counts[key])
    number = count_words(counts[most]).capitalize()
    verb = "contributor waits" if counts[most] == 1 else "contributors wait"
    if most in run.case.file.actors:
        return (f"{number} {verb} for ", actor_span(run, most))
    if most.startswith("accepts "):
        return (f"{number} {verb} for the consent of ", actor_span(run, most.split()[1]))
    return (f"{number} {verb} for an event",)


def _row(desk: Desk, live: dict[str, Asked], edge: dict[str, Any]) -> tuple[Text, ...]:
    owner, key = edge["owner"], edge["key"]
    with_: list[Span] = []
    for name, asks in live.items():
        keys = {other for group in asks["groups"] for other in group}
        keys |= {f"accepts {a}" for a in asks["accepts"]} | {f"shock {s}" for s in asks["shocks"]}
        if name.split(".")[0] == owner and key in keys:
            with_ += ["; " if with_ else "", _pledge(desk, name)]
    return (actor_span(desk.run, owner),), _target(desk, key), tuple(with_)


def _target(desk: Desk, key: str) -> Text:
    kind, _, rest = key.partition(" ")
    if kind == "accepts":
        return ("the consent of ", actor_span(desk.run, rest))
    if kind == "shock":
        return ("the event that ", FromCase(f"shocks.{rest}.title", _event(desk, rest)))
    return (actor_span(desk.run, key),)


def _pledge(desk: Desk, name: str) -> FromCase:
    actor, pledge = name.split(".")
    title = desk.run.case.file.pledges[actor][pledge].title
    return FromCase(f"pledges.{actor}.{pledge}", lowered(title or pledge.replace("_", " ")))


def _sentences(desk: Desk, live: dict[str, Asked]) -> list[Text]:
    """One sentence for each contributor, or for its pledges that ask for different things."""
    alike: dict[tuple[str, str], list[str]] = {}
    for name, asks in live.items():
        if asks["groups"] or asks["accepts"] or asks["shocks"]:
            alike.setdefault((name.split(".")[0], str(asks)), []).append(name)
    owners = [owner for owner, _ in alike]
    told = []
    for (owner, _), names in alike.items():
        spans: list[Span] = [actor_span(desk.run, owner)]
        if owners.count(owner) > 1:
            spans.append(" (")
            for i, name in enumerate(names):
                spans += [", " if i else "", _pledge(desk, name)]
            spans.append(")")
        spans += [" waits for ", *_awaited(desk, live[names[0]])]
        told.append((*spans, *_chain(desk, live, live[names[0]]), "."))
    return told


def _awaited(desk: Desk, asks: Asked) -> Text:
    """What is waited for, as a list in prose."""
    parts: list[Text] = [_groups(desk, asks["groups"])] if asks["groups"] else []
    parts += [("the consent of ", actor_span(desk.run, actor)) for actor in asks["accepts"]]
    parts += [_target(desk, f"shock {shock}") for shock in asks["shocks"]]
    spans: list[Span] = []
    for part in parts:
        spans += [", and for " if spans else "", *part]
    return tuple(spans)


def _groups(desk: Desk, groups: list[list[str]]) -> Text:
    """Groups of contributors any one of which has to go, as short as they can be said."""
    everyone = list(dict.fromkeys(actor for group in groups for actor in group))
    size = len(groups[0])
    if len(groups) == 1:
        return actors_span(desk.run, groups[0])
    if size == 1 and all(len(group) == 1 for group in groups):
        return spans_joined([(actor_span(desk.run, a),) for a in everyone], "or")
    if all(len(g) == size for g in groups) and len(groups) == _ways(len(everyone), size):
        return (f"any {count_words(size)} of ", *actors_span(desk.run, everyone))
    return spans_joined([actors_span(desk.run, group) for group in groups], "or else")


def _ways(count: int, size: int) -> int:
    """How many groups of a size there are."""
    ways = 1
    for i in range(size):
        ways = ways * (count - i) // (i + 1)
    return ways


def _chain(desk: Desk, live: dict[str, Asked], asks: Asked) -> Text:
    """What the one that is waited for itself waits for, where it is one alone."""
    if len(asks["groups"]) != 1 or len(asks["groups"][0]) != 1 or asks["accepts"]:
        return ()
    other = asks["groups"][0][0]
    theirs = [live[name] for name in live if name.split(".")[0] == other and live[name]["groups"]]
    theirs = theirs or [live[name] for name in live if name.split(".")[0] == other]
    told = [each for each in theirs if each["groups"] or each["accepts"] or each["shocks"]]
    return (
        (", which waits for ", *_awaited(desk, told[0])) if told else (", which waits for nobody",)
    )


def _fallen(desk: Desk, asked: dict[str, Asked]) -> list[Block]:
    """Pledges that ask for a clause which the package does not hold."""
    by_clause: dict[str, tuple[Asked, list[str]]] = {}
    for name, asks in asked.items():
        for clause in asks["unmet"][:1]:
            by_clause.setdefault(clause["text"], (clause, []))[1].append(name)
    items: list[Text] = []
    for clause, names in by_clause.values():
        owners = list(dict.fromkeys(name.split(".")[0] for name in names))
        spans: list[Span] = [*actors_span(desk.run, owners)]
        if len(owners) == 1:
            spans += [" ("]
            for i, name in enumerate(names):
                spans += [", " if i else "", _pledge(desk, name)]
            spans.append(")")
        items.append((*spans, " asked that ", *_clause(desk, clause)))
    stranded = [name for name, asks in asked.items() if asks["stranded"]]
    if stranded:
        spans = ["What waits for these falls away with them: "]
        for i, name in enumerate(stranded):
            actor = actor_span(desk.run, name.split(".")[0])
            spans += ["; " if i else "", actor, " (", _pledge(desk, name), ")"]
        items.append(tuple(spans))
    if not items:
        return []
    return [
        Paragraph(("Pledges that fall away, because the package lacks what they ask for:",)),
        Items(tuple(items)),
    ]


def _clause(desk: Desk, clause: Asked) -> Text:
    if "provision" not in clause:
        return ("the clause “", FromCase("pledges", clause["text"]), "” hold")
    provision = clause["provision"]
    title = desk.run.case.file.provisions[provision].title or provision.replace("_", " ")
    levels = [(level_span(desk.run, provision, level),) for level in clause["levels"]]
    return (
        "“",
        FromCase(f"provisions.{provision}.title", title),
        f"” {_RELATIONS[clause['relation']]} “",
        *spans_joined(levels, "or"),
        "”",
    )
