"""Who and what stands in several cases: actors, sources and categories, each with its page."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from accord.brief.site.slugs import Slugs
from accord.case.case import Case
from accord.case.records.agreement import Actor
from accord.case.records.watching import Claim, Source

__all__ = ["CaseLinks", "Entry", "Filed", "Register", "register", "same_words"]


@dataclass(frozen=True)
class CaseLinks:
    """Names of the pages about a case, and about what stands in it.

    Attributes
    ----------
    slug : str
        Of the case.
    actors, sources, categories : mapping of str to str
        By the names that the case has for them.
    """

    slug: str
    actors: Mapping[str, str]
    sources: Mapping[str, str]
    categories: Mapping[str, str]


@dataclass
class Entry:
    """Something that several cases may speak of.

    Attributes
    ----------
    slug, name : str
    places : list of (number of the case, its name there)
    """

    slug: str
    name: str
    places: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Filed:
    """A case with its number and its links."""

    number: int
    case: Case
    links: CaseLinks

    def actor(self, written: str) -> str:
        """The id behind what a claim names as its actor; empty where there is none."""
        file = self.case.file
        if written in file.actors:
            return written
        wanted = same_words(written)
        return next((a for a, r in file.actors.items() if same_words(r.name) == wanted), "")

    def claims_about(self, actor: str) -> Iterator[tuple[str, Claim]]:
        """Claims that name an actor."""
        for name, claim in self.case.file.claims.items():
            if claim.actor and self.actor(claim.actor) == actor:
                yield name, claim

    def claims_from(self, source: str) -> Iterator[tuple[str, Claim]]:
        """Claims that a source makes."""
        for name, claim in self.case.file.claims.items():
            if claim.source == source:
                yield name, claim


@dataclass(frozen=True)
class Register:
    """Everything that has a page of its own.

    Attributes
    ----------
    cases : tuple of Filed
    actors, sources, categories : tuple of Entry
        By name.
    """

    cases: tuple[Filed, ...]
    actors: tuple[Entry, ...]
    sources: tuple[Entry, ...]
    categories: tuple[Entry, ...]


def register(cases: Sequence[Case]) -> Register:
    """Put actors of the same name together, sources by what they are, categories by name."""
    slugs = Slugs(())
    actors, sources, categories = _Index(), _Index(), _Index()
    filed = []
    for number, case in enumerate(cases):
        file = case.file
        links = CaseLinks(
            slugs.give(case.name),
            {a: actors.add(_actor_key(r), number, a, r.name, a) for a, r in file.actors.items()},
            {
                s: sources.add(_source_key(r), number, s, r.title, s)
                for s, r in file.sources.items()
            },
            {
                c: categories.add(same_words(c), number, c, c)
                for c in dict.fromkeys(file.categories)
            },
        )
        filed.append(Filed(number, case, links))
    return Register(tuple(filed), actors.sorted(), sources.sorted(), categories.sorted())


def same_words(text: str) -> str:
    """What two ways of writing the same name have in common."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _actor_key(actor: Actor) -> str:
    return same_words(actor.name)


def _source_key(source: Source) -> Hashable:
    """A source is known by its address; where it has none, by title, publisher and day."""
    if source.link:
        return source.link.strip()
    return (same_words(source.title), same_words(source.publisher), source.published)


class _Index:
    """Entries by what makes them the same."""

    def __init__(self) -> None:
        self._slugs = Slugs()
        self._entries: dict[Hashable, Entry] = {}

    def add(self, key: Hashable, case: int, own: str, *names: str) -> str:
        """One more place of an entry; its name is the first of the names, and so is its page's."""
        if key not in self._entries:
            self._entries[key] = Entry(self._slugs.give(*names), names[0])
        entry = self._entries[key]
        if (case, own) not in entry.places:
            entry.places.append((case, own))
        return entry.slug

    def sorted(self) -> tuple[Entry, ...]:
        """All of them by name."""
        return tuple(sorted(self._entries.values(), key=lambda e: (same_words(e.name), e.slug)))
