"""``accord site``: cases become a folder of pages, written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from accord._errors import UsageError
from accord.brief.document import Chart
from accord.brief.site.assets import assets
from accord.brief.site.feed import FeedEntry, checked_address, feed
from accord.brief.site.frame import Frame, templates
from accord.brief.site.gathering import (
    SEED,
    WORLDS,
    Asked,
    Ready,
    Wanted,
    assessed,
    shares_of_steps,
    wanted,
)
from accord.brief.site.placing import MANIFEST, place, refuse_what_is_no_site
from accord.brief.site.register import register
from accord.brief.site.search_index import search_script
from accord.brief.site.shared import Shelf, newest_first, shared_pages
from accord.brief.site.worker import made
from accord.case.days import days_of
from accord.case.load import AsOf
from accord.run.progress import Reached, Stopwatch
from accord.watch.history import history as computed_history
from accord.worlds.worlds import Lines

__all__ = ["Site", "SiteCase", "site"]

Progress = Callable[[Reached], None]

ASSESSMENT, DAY, PAGE = 6.0, 3.0, 1.0
"""How long an assessment, a day of a history and the pages of a case take, as ratios."""


@dataclass(frozen=True, slots=True)
class SiteCase:
    """A case of a site: the name of its pages, its title, and its run's folder."""

    name: str
    title: str
    run: str


@dataclass(frozen=True, slots=True)
class Site:
    """What was written.

    Attributes
    ----------
    site : str
        The folder.
    pages : int
        Number of HTML pages.
    cases : tuple of SiteCase
        Latest first.
    """

    site: str
    pages: int
    cases: tuple[SiteCase, ...]

    def as_json(self) -> dict[str, Any]:
        """The stable shape printed by ``--json``."""
        return asdict(self) | {"cases": [asdict(one) for one in self.cases]}


def site(
    cases: Sequence[str | Path], folder: str | Path, *, title: str = "Briefs",
    address: str = "", history: bool = False, as_of: AsOf = None, worlds: int | None = None,
    seed: int | None = None, lines: Lines = "stated", consent: str | None = None,
    progress: Progress | None = None, workers: int | None = None,
) -> Site:  # fmt: skip
    """Make a static site of briefs.

    Parameters
    ----------
    cases : sequence of path
        Folders of cases, of runs, or of several cases. A case's run at hand is used unless it is
        stale; else the case is assessed and the run saved beside it.
    folder : path
        New, empty, or an earlier site, which is replaced once the new one is whole.
    title : str
    address : str, optional
        Where the site will stand, for absolute links in its feed.
    history : bool
        Whether to compute how the shares of each first package came about, kept beside the case.
    as_of : date, "latest" or None
        As in ``load``; without a date a history goes on to the last day.
    worlds, seed : int, optional
        Of runs that are made, and of those at hand if given.
    consent : str, optional
        The rule that leads; each case's own by default.
    progress : function of a Reached, optional
        Told each step as it begins.
    workers : int, optional
        Processes that make pages; as many as there are processors if not given.

    Returns
    -------
    Site

    Raises
    ------
    CaseErrors
        With the mistakes of all cases; nothing is written then.
    UsageError
        For words that do not fit.
    RunError
        If a run cannot be read, or the folder holds anything else or cannot be written.
    """
    base = checked_address(address) if address else ""
    if not title.strip():
        raise UsageError("found an empty --title, wanted a name for the site")
    target = Path(folder)
    refuse_what_is_no_site(target)
    asked = Asked(as_of, worlds, seed, lines, consent)
    found = wanted(cases, asked)
    days = _days(found, asked) if history else {}
    watch = _Watch(found, days, progress)
    ready = assessed(found, asked, watch.begin)
    histories = [_history(one, asked, days, watch) for one in ready]
    files, shelf = _files(ready, histories, title, base, watch, workers)
    place(files, target)
    listed = tuple(
        SiteCase(one.links.slug, one.case.file.title, str(ready[one.number].place))
        for one in newest_first(shelf.register)
    )
    return Site(str(target), sum(name.endswith(".html") for name in files), listed)


class _Watch:
    """Tells how far the whole is."""

    def __init__(
        self, found: Iterable[Wanted], days: dict[Path, list[str]], progress: Progress | None
    ) -> None:
        found = tuple(found)
        steps = {step: ASSESSMENT * part for step, part in shares_of_steps(found).items()}
        steps |= {day: DAY for each in days.values() for day in each}
        steps |= {f"{one.case.name}: pages": PAGE for one in found}
        self._stopwatch = Stopwatch(steps)
        self._progress = progress

    def begin(self, step: str) -> None:
        """A step begins."""
        reached = self._stopwatch.begin(step)
        if self._progress is not None:
            self._progress(reached)


def _days(found: Iterable[Wanted], asked: Asked) -> dict[Path, list[str]]:
    """The steps of every history, by the case's folder."""
    days = {}
    for one in found:
        if one.folder is None:
            raise UsageError(f"found --history with a run ({one.place}), wanted cases")
        until = _until(one, asked)
        days[one.folder] = [
            f"{one.case.name}: {day.isoformat()}" for day in days_of(one.folder, until)
        ]
    return days


def _until(one: Wanted | Ready, asked: Asked) -> Any:
    """The last day that counts: the one asked for, else all."""
    return None if asked.as_of in {None, "latest"} else one.case.as_of


def _history(
    one: Ready, asked: Asked, days: dict[Path, list[str]], watch: _Watch
) -> dict[str, Any] | None:
    if one.folder is None or one.folder not in days:
        return None
    return computed_history(
        one.folder, worlds=asked.worlds or WORLDS, seed=SEED if asked.seed is None else asked.seed,
        lines=asked.lines, consent=one.consent, packages=tuple(one.case.file.packages)[:1],
        until=_until(one, asked), keep=one.place.parent,
        progress=lambda day: watch.begin(f"{one.case.name}: {day}"),
    )  # fmt: skip


def _files(
    ready: Sequence[Ready], histories: Sequence[dict[str, Any] | None], title: str, address: str,
    watch: _Watch, workers: int | None,
) -> tuple[dict[str, bytes], Shelf]:  # fmt: skip
    listed = register([one.case for one in ready])
    tasks = [
        {
            "place": str(one.place), "consent": one.consent, "site": title,
            "links": asdict(filed.links), "history": found,
        }
        for one, filed, found in zip(ready, listed.cases, histories, strict=True)
    ]  # fmt: skip
    answers = made(tasks, lambda n: watch.begin(f"{ready[n].case.name}: pages"), workers)
    shelf = Shelf(listed, [answer["told"] for answer in answers])
    texts: dict[str, str] = {}
    for answer in answers:
        texts |= answer["files"]
    texts |= dict(shared_pages(Frame(title, templates(_no_chart)), shelf))
    texts["feed.xml"] = feed(title, _entries(shelf), address)
    texts["search-index.js"] = search_script(shelf)
    # half of a pair that stands for one character can be written in YAML, but in no file
    files = {name: text.encode("utf-8", "replace") for name, text in texts.items()}
    assert MANIFEST not in files
    return files | assets(chain(texts.values())), shelf


def _no_chart(chart: Chart, label: str, width: int) -> str:
    raise AssertionError(f"no shared page has a chart such as {chart.id}: {label}, {width}")


def _entries(shelf: Shelf) -> list[FeedEntry]:
    found = []
    for one in newest_first(shelf.register):
        told, file = shelf.told[one.number], one.case.file
        figure = told["figure"]
        summary = f"{told['before']}{figure['text'] if figure else ''}{told['after']}"
        found.append(
            FeedEntry(
                f"cases/{one.links.slug}/index.html", f"{file.title}: {told['headline']}",
                summary, file.byline, one.case.as_of, tuple(file.categories),
            )
        )  # fmt: skip
    return found
