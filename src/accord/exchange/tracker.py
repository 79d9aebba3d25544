"""What a release of the aid tracker says about pledges: how much of what was committed came.

The **conversion** of commitments is what is allocated to a purpose and delivery, divided by what
was promised, in euros. It says how far a pledge gets from one stage to the next by a date; young
commitments have had less time than old ones.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from accord.exchange.sharing_keys_states import iso_of_name
from accord.formats.kiel import Entry, Tracker
from accord.formats.kiel_summary import KINDS

__all__ = ["ALL", "Change", "Conversion", "Spread", "changes", "conversions", "donor_key"]
__all__ += ["reconciled", "spread", "support"]

ALL = "all"
"""Stands for all donors together, and for all kinds together."""

_FEWEST_DONORS = 5
_SAME = 0.5
"""Euros below which two amounts count as one."""

_TOLERANCE = 0.01


@dataclass(frozen=True, slots=True)
class Conversion:
    """Commitments against allocations of a donor and a kind.

    Attributes
    ----------
    donor, kind : str
        ``all`` for all of them together.
    allocated, committed : float or None
        Numerator and denominator in euros; ``allocated`` is None where the release states none.
    entries : int
        Rows of the workbook behind them, 0 where its totals alone were read.
    as_of : str
        Day or month of the latest entry of the release, empty where unknown.
    """

    donor: str
    kind: str
    allocated: float | None
    committed: float
    entries: int
    as_of: str

    @property
    def rate(self) -> float | None:
        """Allocated ÷ committed; None where either is not stated or nothing was committed."""
        if self.allocated is None or self.committed <= 0:
            return None
        return self.allocated / self.committed


@dataclass(frozen=True, slots=True)
class Spread:
    """How donors differ in their conversion of one kind.

    Attributes
    ----------
    donors : int
        Donors that committed anything.
    above : int
        Donors that allocated more than they committed; they count as having done all of it.
    p05, p50, p95 : float
        Quantiles of the donors' rates, each donor counted once (Hyndman and Fan 1996, type 7).
    beta : tuple of float or None
        Parameters of the Beta distribution with the mean and the variance of the rates, a donor
        weighing as much as it committed; its mean is the rate of all donors together where nobody
        is above 1. None where rates do not vary or are too few.
    """

    donors: int
    above: int
    p05: float
    p50: float
    p95: float
    beta: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an entry from one release to the next, in euros.

    ``change`` is ``new``, ``gone`` or ``changed``.
    """

    donor: str
    kind: str
    measure: str
    activity: str
    month: str
    change: str
    before: float
    after: float
    item: str

    @property
    def difference(self) -> float:
        """After less before."""
        return self.after - self.before


def donor_key(name: str) -> str:
    """What makes two spellings of a donor one: its ISO code, otherwise its name."""
    return iso_of_name(name) or " ".join(name.split()).casefold()


def support(tracker: Tracker) -> tuple[Conversion, ...]:
    """Each donor's conversion by kind, in the order of donors' names, without empty ones."""
    if not tracker.entries:
        found = [
            Conversion(row.donor, row.kind, row.allocated, row.committed, 0, "")
            for row in tracker.summary
            if row.committed or row.allocated
        ]
        return tuple(sorted(found, key=lambda one: (one.donor, one.kind)))
    sums: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    rows: dict[tuple[str, str], set[int]] = defaultdict(set)
    for entry in tracker.entries:
        sums[entry.donor, entry.kind][entry.measure].append(entry.value)
        rows[entry.donor, entry.kind].add(entry.row)
    return tuple(
        Conversion(
            donor,
            kind,
            math.fsum(values["allocation"]) if tracker.allocated else None,
            math.fsum(values["commitment"]),
            len(rows[donor, kind]),
            tracker.as_of,
        )
        for (donor, kind), values in sorted(sums.items())
    )


def conversions(tracker: Tracker) -> tuple[Conversion, ...]:
    """Conversion rates: all donors and kinds, all donors by kind, then donors over all kinds."""
    parts = support(tracker)
    donors = sorted({part.donor for part in parts})
    kinds = [kind for kind in KINDS if any(part.kind == kind for part in parts)]
    return (
        _together(ALL, ALL, parts),
        *(_together(ALL, kind, [p for p in parts if p.kind == kind]) for kind in kinds),
        *(_together(donor, ALL, [p for p in parts if p.donor == donor]) for donor in donors),
    )


def _together(donor: str, kind: str, parts: Iterable[Conversion]) -> Conversion:
    found = list(parts)
    stated = [part.allocated for part in found if part.allocated is not None]
    return Conversion(
        donor,
        kind,
        math.fsum(stated) if stated or not found else None,
        math.fsum(part.committed for part in found),
        sum(part.entries for part in found),
        max((part.as_of for part in found), default=""),
    )


def spread(tracker: Tracker, kind: str = ALL) -> Spread | None:
    """How far donors differ in what they carried through.

    Parameters
    ----------
    tracker : Tracker
        A release that states allocations.
    kind : str
        A kind of aid, or all together.

    Returns
    -------
    Spread or None
        None where fewer than five donors committed anything of the kind.
    """
    by_donor: dict[str, list[Conversion]] = defaultdict(list)
    for part in support(tracker):
        if kind in {ALL, part.kind}:
            by_donor[part.donor].append(part)
    found = [_together(donor, kind, parts) for donor, parts in by_donor.items()]
    stated = [(one.rate, one.committed) for one in found if one.rate is not None]
    if len(stated) < _FEWEST_DONORS:
        return None
    rates = np.array([rate for rate, _ in stated])
    weights = np.array([committed for _, committed in stated])
    low, middle, high = np.quantile(rates, [0.05, 0.5, 0.95])
    carried = np.minimum(rates, 1.0)
    mean = float(np.average(carried, weights=weights))
    variance = float(np.average((carried - mean) ** 2, weights=weights))
    beta = None
    if 0 < mean < 1 and 1e-9 < variance < mean * (1 - mean):
        strength = mean * (1 - mean) / variance - 1
        beta = (mean * strength, (1 - mean) * strength)
    above = int((rates > 1).sum())
    return Spread(len(stated), above, float(low), float(middle), float(high), beta)


def reconciled(tracker: Tracker) -> tuple[str, ...]:
    """Where the entries' sums differ from the workbook's own totals by more than one percent."""
    if not (tracker.entries and tracker.summary):
        return ()
    ours = {(donor_key(part.donor), part.kind): part for part in support(tracker)}
    found = []
    for row in tracker.summary:
        part = ours.get((donor_key(row.donor), row.kind))
        pairs = [("commitments", part.committed if part else 0.0, row.committed)]
        if tracker.allocated and row.allocated is not None:
            pairs.append(("allocations", (part.allocated or 0.0) if part else 0.0, row.allocated))
        for measure, entries, total in pairs:
            if abs(entries - total) > max(_TOLERANCE * max(entries, total), 1e6):
                found.append(
                    f"{row.donor}, {row.kind} {measure}: the entries sum to {entries / 1e9:,.3f} "
                    f"billion euros, the workbook's summary says {total / 1e9:,.3f}; the entries "
                    "were used"
                )
    return tuple(found)


def changes(newer: Tracker, older: Tracker) -> tuple[Change, ...]:
    """What is new, gone or changed from the older release to the newer, entry by entry.

    Entries are the same where donor, kind, measure and the workbook's id of the activity are; where
    there is no id, where donor, kind, measure and month are. Amounts of the same are summed.
    The summary alone has no entries, and so no changes.

    Returns
    -------
    tuple of Change
        By donor, kind, measure and activity; differences sum to that of the releases.
    """
    before, after = _keyed(older), _keyed(newer)
    if not (newer.allocated and older.allocated):
        # a measure that one release does not state is not new or gone
        before = {key: value for key, value in before.items() if key[2] == "commitment"}
        after = {key: value for key, value in after.items() if key[2] == "commitment"}
    found = []
    for key in sorted(set(before) | set(after)):
        old = math.fsum(entry.value for entry in before.get(key, ()))
        new = math.fsum(entry.value for entry in after.get(key, ()))
        if key in before and key in after and abs(new - old) < _SAME:
            continue
        what = "changed" if key in before and key in after else "new" if key in after else "gone"
        shown = (after.get(key) or before[key])[0]
        found.append(
            Change(
                shown.donor, shown.kind, shown.measure, shown.activity, shown.month, what, old, new,
                shown.item,
            )
        )  # fmt: skip
    return tuple(found)


def _keyed(tracker: Tracker) -> dict[tuple[str, str, str, str], list[Entry]]:
    found: dict[tuple[str, str, str, str], list[Entry]] = defaultdict(list)
    for entry in tracker.entries:
        same = entry.activity or f"in {entry.month}"
        found[donor_key(entry.donor), entry.kind, entry.measure, same].append(entry)
    return dict(found)
