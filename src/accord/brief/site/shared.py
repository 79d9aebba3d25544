"""Pages about several cases: front page, categories, actors, sources, search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accord.brief.site.conditions import condition_words
from accord.brief.site.frame import Frame
from accord.brief.site.register import Entry, Filed, Register
from accord.brief.words import count_words
from accord.case.records.positions import Position, RedLine
from accord.case.records.watching import Claim

__all__ = ["Shelf", "categories_by_use", "claim_anchor", "newest_first", "shared_pages"]

GRADES: Mapping[str, str] = {
    "A": "A, primary",
    "B": "B, a major outlet or an original",
    "C": "C, a mirror or secondary",
    "D": "D, a party’s own or a partisan outlet",
}
MOST_POPULAR = 12
CARED = 3
"""Provisions that an actor is said to care about most."""


@dataclass(frozen=True)
class Shelf:
    """Everything that shared pages are made of.

    Attributes
    ----------
    register : Register
    told : sequence of mapping
        What :func:`accord.brief.site.case_pages.case_pages` tells of every case.
    """

    register: Register
    told: Sequence[Mapping[str, Any]]


def shared_pages(frame: Frame, shelf: Shelf) -> Iterator[tuple[str, str]]:
    """Paths and texts of all pages that are about no single case."""
    register = shelf.register
    yield "index.html", _front(frame, shelf)
    yield "search.html", frame.page("search.html", "search", {"here": "search", "whole_tab": True})
    for kind, entries in (
        ("categories", register.categories), ("actors", register.actors),
        ("sources", register.sources),
    ):  # fmt: skip
        path = f"{kind}/index.html"
        yield path, frame.page(path, "listing", _listing(kind, entries))
    for entry in register.categories:
        path = f"categories/{entry.slug}.html"
        yield path, frame.page(path, "category", _category(shelf, entry))
    for entry in register.actors:
        path = f"actors/{entry.slug}.html"
        yield path, frame.page(path, "actor", _actor(shelf, entry))
    for entry in register.sources:
        path = f"sources/{entry.slug}.html"
        yield path, frame.page(path, "source", _source(shelf, entry))


def newest_first(register: Register) -> list[Filed]:
    """Cases by their date, the latest in front, then by title."""
    by_title = sorted(register.cases, key=lambda one: (one.case.file.title, one.links.slug))
    return sorted(by_title, key=lambda one: one.case.as_of, reverse=True)


def categories_by_use(register: Register) -> list[tuple[Entry, int]]:
    """Categories with the number of their cases, those with most in front."""
    counted = [(entry, len(_cases(entry))) for entry in register.categories]
    return sorted(counted, key=lambda pair: -pair[1])


def claim_anchor(filed: Filed, claim: str) -> str:
    """Where a claim stands on the page of its source."""
    order = list(filed.case.file.claims)
    return f"{filed.links.slug}-{order.index(claim) + 1}"


def _cases(entry: Entry) -> list[int]:
    return list(dict.fromkeys(number for number, _ in entry.places))


def _front(frame: Frame, shelf: Shelf) -> str:
    cases = newest_first(shelf.register)
    context = {
        "here": "front", "whole_tab": True, "briefs": [_told(shelf, one) for one in cases],
        "categories": categories_by_use(shelf.register)[:MOST_POPULAR],
        "counted": f"{_count(len(cases), 'brief')}, computed from cases in which every number has "
        "a source or a stated judgement.",
    }  # fmt: skip
    return frame.page("index.html", "front", context)


def _told(shelf: Shelf, one: Filed) -> dict[str, Any]:
    told, file, links = shelf.told[one.number], one.case.file, one.links
    return {
        "slug": links.slug, "title": file.title, "headline": told["headline"],
        "before": told["before"], "figure": told["figure"], "after": told["after"],
        "as_of": one.case.as_of,
        "categories": [(name, slug) for name, slug in links.categories.items()],
    }  # fmt: skip


def _listing(kind: str, entries: Sequence[Entry]) -> dict[str, Any]:
    one = {"categories": "category", "actors": "actor", "sources": "source"}[kind]
    rows = [
        {"slug": e.slug, "name": e.name, "about": _count(len(_cases(e)), "brief").lower()}
        for e in entries
    ]
    return {
        "here": kind, "whole_tab": True, "heading": kind.capitalize(), "rows": rows,
        "counted": f"{_count(len(entries), one, kind)} in all briefs of this site.",
    }  # fmt: skip


def _category(shelf: Shelf, entry: Entry) -> dict[str, Any]:
    numbers = set(_cases(entry))
    cases = [one for one in newest_first(shelf.register) if one.number in numbers]
    return {
        "here": "categories", "whole_tab": False, "entry": entry,
        "counted": f"{_count(len(cases), 'brief')}, the latest first.",
        "briefs": [_told(shelf, one) for one in cases],
    }  # fmt: skip


def _actor(shelf: Shelf, entry: Entry) -> dict[str, Any]:
    return {
        "here": "actors", "whole_tab": False, "entry": entry,
        "counted": f"It stands in {_count(len(_cases(entry)), 'brief').lower()}.",
        "parts": [_stands(shelf, number, actor) for number, actor in entry.places],
    }  # fmt: skip


def _stands(shelf: Shelf, number: int, actor: str) -> dict[str, Any]:
    """An actor in one case."""
    filed, told = shelf.register.cases[number], shelf.told[number]
    file = filed.case.file
    position = file.positions.get(actor)
    needs = f"positions.{actor}.needs"
    return {
        "slug": filed.links.slug, "title": file.title, "as_of": filed.case.as_of,
        "role": file.actors[actor].role, "note": file.actors[actor].note,
        "needs": _used(filed, told, needs) if position and position.is_public else None,
        "cares": _cares(filed, position) if position else [],
        "lines": [
            _line(filed, told, actor, name, line)
            for name, line in (position.red_lines.items() if position else ())
        ],
        "pledges": list(_pledges(filed, told, actor)),
        "claims": [_said(filed, told, *pair, of=actor) for pair in filed.claims_about(actor)],
    }  # fmt: skip


def _cares(filed: Filed, position: Position) -> list[str]:
    weights = {name: value.weight.central for name, value in position.values.items()}
    first = sorted(weights, key=lambda name: -weights[name])[:CARED]
    return [filed.case.file.provisions[name].title for name in first]


def _line(
    filed: Filed, told: Mapping[str, Any], actor: str, name: str, line: RedLine
) -> dict[str, Any]:
    condition = line.never or line.always
    real = f"positions.{actor}.red_lines.{name}.binding"
    return {
        "title": line.title or _plain(name).capitalize(),
        "mode": "never" if line.never else "always",
        "words": condition_words(condition.expression, filed.case) if condition else "",
        "real": _used(filed, told, real) if line.binding is not None else None,
    }


def _pledges(filed: Filed, told: Mapping[str, Any], actor: str) -> Iterator[dict[str, Any]]:
    file = filed.case.file
    for name, pledge in file.pledges.get(actor, {}).items():
        path = f"pledges.{actor}.{name}.amount"
        plain = path if path in told["used"] else f"{path}.base"
        condition = pledge.condition
        yield {
            "title": pledge.title or _plain(name).capitalize(),
            "serves": [file.capabilities[each].title for each in pledge.serves],
            "amount": _used(filed, told, plain),
            "condition": condition_words(condition.expression, filed.case) if condition else "",
        }


def _used(filed: Filed, told: Mapping[str, Any], path: str) -> dict[str, str]:
    """A number of the case as the brief used it, with its place on the brief's page."""
    number = told["inputs"].get(path)
    place = f"cases/{filed.links.slug}/index.html#i{number}" if number is not None else ""
    return {"text": told["used"].get(path, "not stated"), "place": place}


def _source(shelf: Shelf, entry: Entry) -> dict[str, Any]:
    sources = [shelf.register.cases[n].case.file.sources[own] for n, own in entry.places]
    grades = dict.fromkeys(source.grade for source in sources)
    words = "; ".join(GRADES[grade] for grade in grades)
    return {
        "here": "sources", "whole_tab": False, "entry": entry, "source": sources[0],
        "grades": f"{words} (graded differently in different cases)" if len(grades) > 1 else words,
        "parts": [_says(shelf, number, source) for number, source in entry.places],
    }  # fmt: skip


def _says(shelf: Shelf, number: int, source: str) -> dict[str, Any]:
    """A source in one case."""
    filed, told = shelf.register.cases[number], shelf.told[number]
    return {
        "slug": filed.links.slug,
        "title": filed.case.file.title,
        "claims": [_said(filed, told, *pair, of="") for pair in filed.claims_from(source)],
    }


def _said(
    filed: Filed, told: Mapping[str, Any], name: str, claim: Claim, *, of: str
) -> dict[str, Any]:  # fmt: skip
    """A claim: with its source on the page of an actor, with its actor on that of a source."""
    anchor = told["claims"].get(name)
    actor = filed.actor(claim.actor)
    source = filed.case.file.sources[claim.source] if of else None
    page = f"sources/{filed.links.sources[claim.source]}.html#{claim_anchor(filed, name)}"
    return {
        "id": "" if of else claim_anchor(filed, name),
        "claim": claim,
        "who": "" if of or not claim.actor else filed.case.actor_name(actor or claim.actor),
        "who_page": f"actors/{filed.links.actors[actor]}.html" if actor else "",
        "source": source,
        "source_page": page,
        "place": f"cases/{filed.links.slug}/index.html#{anchor}" if anchor else "",
    }


def _plain(name: str) -> str:
    return name.replace("-", " ").replace("_", " ")


def _count(number: int, one: str, several: str = "") -> str:
    words = count_words(number).capitalize() if number < 20 else f"{number:,}"
    return f"{words} {one if number == 1 else several or f'{one}s'}"
