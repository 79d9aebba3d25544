"""The tables and the snippet of a case that come out of a release of the aid tracker."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from accord._errors import ModelError
from accord.case.tables import COLUMNS
from accord.exchange.sharing_keys import sharing_key
from accord.exchange.sharing_keys_states import abbreviations, iso_of_abbreviation, iso_of_name
from accord.exchange.tracker import ALL, Change, Conversion, Spread, conversions, spread, support
from accord.formats.cow import Capabilities, CapabilityTable
from accord.formats.kiel import Tracker

__all__ = ["capabilities_csv", "changes_csv", "conversion_csv", "named", "sources_csv"]
__all__ += ["stages_yaml", "support_csv"]

_KEYS = ("milex", "milper", "tpop", "cinc")
_DIGITS = 4
_UNSAFE = ("=", "+", "-", "@", "\t", "\r")
_HEAD = """\
# Paste this into case.yaml. A rate says how much of what was committed had been allocated by a
# day, in euros: it bounds from above the chance that a committed pledge is fielded, because what
# is allocated still has to arrive. Keep the stages that your pledges name; rename them freely.
"""


def support_csv(tracker: Tracker) -> str:
    """Donor, kind, committed, allocated (euros), conversion and entries."""
    header = ("donor", "kind", "committed", "allocated", "conversion", "entries")
    return _csv(
        header,
        (
            (p.donor, p.kind, _euros(p.committed), _euros(p.allocated), _rate(p.rate), p.entries)
            for p in support(tracker)
        ),
    )


def conversion_csv(tracker: Tracker) -> str:
    """The rates of all together, of each kind and of each donor, with the spread over donors."""
    header = (
        "donor", "kind", "allocated", "committed", "conversion", "entries", "as_of", "release",
        "donors", "p05", "p50", "p95",
    )  # fmt: skip
    return _csv(header, (_conversion(tracker, one) for one in conversions(tracker)))


def _conversion(tracker: Tracker, one: Conversion) -> tuple[object, ...]:
    over = spread(tracker, one.kind) if one.donor == ALL and tracker.allocated else None
    quantiles = (over.donors, *map(_rate, (over.p05, over.p50, over.p95))) if over else ("",) * 4
    return (
        one.donor, one.kind, _euros(one.allocated), _euros(one.committed), _rate(one.rate),
        one.entries, one.as_of, tracker.release, *quantiles,
    )  # fmt: skip


def changes_csv(found: Sequence[Change]) -> str:
    """What is new, gone or changed, entry by entry, in euros."""
    header = (
        "donor", "kind", "measure", "change", "activity", "month", "before", "after", "difference",
        "item",
    )  # fmt: skip
    return _csv(
        header,
        (
            (c.donor, c.kind, c.measure, c.change, c.activity, c.month, _euros(c.before),
             _euros(c.after), _euros(c.difference), c.item)
            for c in found
        ),
    )  # fmt: skip


def sources_csv(trackers: Sequence[Tracker], tables: Sequence[CapabilityTable]) -> str:
    """A row for each file in the header of a case's ``sources.csv``.

    What the files do not say stays empty for the user: when it was published and looked up, its
    address, its grade and how it may be used.
    """
    columns = COLUMNS["sources"]
    rows = [
        {
            "id": _source_id(one),
            "title": named(one),
            "publisher": "Kiel Institute for the World Economy",
        }
        for one in trackers
    ]
    rows += [
        {
            "id": "cow-nmc",
            "title": f"National Material Capabilities{f', version {t.version}' * bool(t.version)}",
            "publisher": "Correlates of War Project",
        }
        for t in tables
    ]
    return _csv(columns, ([row.get(column, "") for column in columns] for row in rows))


def named(tracker: Tracker) -> str:
    """The workbook's title with its release, or with the file's name where that is unknown."""
    known = f"Release {tracker.release}" if tracker.release else f"file {Path(tracker.file).name}"
    return f"Ukraine Support Tracker, {known}"


def _source_id(tracker: Tracker) -> str:
    return f"kiel-ust-{tracker.release}" if tracker.release else "kiel-ust"


def stages_yaml(tracker: Tracker) -> str:
    """A ``stages`` block: the conversion of commitments, of all kinds and of each.

    Where five donors or more committed something, the Beta distribution with the mean and the
    variance of their rates (weighted by what they committed); otherwise the bare rate.
    """
    stages: dict[str, object] = {}
    for one in conversions(tracker):
        if one.donor == ALL and one.rate is not None:
            name = "committed" if one.kind == ALL else f"committed-{one.kind}"
            stages[name] = _stage(tracker, one, spread(tracker, one.kind))
    if not stages:
        return _HEAD + f"# {named(tracker)} states no allocations: no rate can be computed.\n"
    writer = YAML()
    writer.width = 1_000_000
    stream = io.StringIO()
    writer.dump({"stages": stages}, stream)
    return _HEAD + stream.getvalue()


def _stage(tracker: Tracker, one: Conversion, over: Spread | None) -> dict[str, object]:
    rate = min(one.rate or 0.0, 1.0)
    kinds = "all kinds of aid" if one.kind == ALL else f"{one.kind} aid"
    entries = f"{one.entries:,} entries" if one.entries else "the workbook's totals by country"
    when = f" as of {one.as_of}" if one.as_of else ""
    said = (
        f"{named(tracker)}{when}, {kinds}: {(one.allocated or 0) / 1e9:,.3f} of "
        f"{one.committed / 1e9:,.3f} billion euros committed were allocated "
        f"({one.rate:.3f}; {entries})."
    )
    if (one.rate or 0.0) > 1:
        said += " More was allocated than committed; 1 was taken."
    if over is None or over.beta is None:
        return {"value": round(rate, _DIGITS), "judgement": DoubleQuotedScalarString(said)}
    first, second = (round(parameter, _DIGITS) or 10**-_DIGITS for parameter in over.beta)
    said += (
        f" Beta with the mean and variance of the rates of {over.donors} donors, weighted by "
        f"commitments; their quantiles, unweighted: {over.p05:.2f}, {over.p50:.2f}, {over.p95:.2f}."
    )
    if over.above:
        said += f" {over.above} of them allocated more than they committed and count as 1."
    beta = CommentedSeq([first, second])
    beta.fa.set_flow_style()
    return {"beta": beta, "judgement": DoubleQuotedScalarString(said)}


def capabilities_csv(table: CapabilityTable, donors: Iterable[str] = ()) -> tuple[str, list[str]]:
    """States of the latest year with their shares, and who has no data.

    Parameters
    ----------
    table : CapabilityTable
    donors : iterable of str
        Names of donors: shares are among those of them that are states. Among all states of the
        year by default.
    """
    latest = [record for record in table.records if record.year == table.latest]
    states, notes = _sharing(latest, list(donors))
    shares: dict[str, dict[str, float]] = {}
    for key in _KEYS:
        try:
            found = sharing_key(table.records, states, key, year=table.latest)
        except ModelError as error:
            notes.append(f"{key}: {error}")
            continue
        shares[key] = found.shares
        if found.without:
            notes.append(f"no {key} in {found.year} for {', '.join(found.without)}")
    by_state = {record.state: record for record in latest}
    rows = []
    for state in states:
        names = abbreviations(state) or (state,)
        record = next((by_state[name] for name in names if name in by_state), None)
        values = [_plain(record.component(key)) if record else "" for key in _KEYS]
        parts = [_share(shares.get(key, {}).get(state)) for key in _KEYS]
        iso = state if abbreviations(state) else ""
        rows.append((record.state if record else names[0], iso, table.latest, *values, *parts))
    header = ("state", "iso3", "year", *_KEYS, *(f"{key}_share" for key in _KEYS))
    return _csv(header, rows), notes


def _sharing(latest: Sequence[Capabilities], donors: Sequence[str]) -> tuple[list[str], list[str]]:
    """Whose shares are taken, and who of the donors is no state."""
    found = list(dict.fromkeys(iso for iso in map(iso_of_name, donors) if iso))
    others = [name for name in donors if not iso_of_name(name)]
    notes = [f"shares are without {', '.join(others)}: no state of the data"] if others else []
    if found:
        return found, notes
    every = [iso_of_abbreviation(record.state) or record.state for record in latest]
    return every, [*notes, "shares are among all states of the year"]


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_tame(value) if isinstance(value, str) else value for value in row])
    return stream.getvalue()


def _tame(value: str) -> str:
    """Words of the workbook that a spreadsheet would take for a formula, marked as words."""
    words = value.startswith(_UNSAFE) and not value.lstrip("+-").replace(".", "", 1).isdigit()
    return f"'{value}" if words else value


def _euros(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".removesuffix(".00")


def _rate(value: float | None) -> str:
    return "" if value is None else f"{value:.{_DIGITS}f}"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.9f}"


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.15g}"
