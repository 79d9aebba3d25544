"""Keys by which a burden could be shared: each contributor's share of money, people or power."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accord._errors import ModelError
from accord.exchange.sharing_keys_states import STATES, abbreviations
from accord.formats.cow import COMPONENTS, Capabilities

__all__ = ["SharingKey", "sharing_key"]


@dataclass(frozen=True, slots=True)
class SharingKey:
    """Shares of a component among contributors.

    Attributes
    ----------
    component : str
        ``milex``, ``milper``, ``tpop``, ``cinc`` or another column.
    year : int
    shares : dict
        Fractions by contributor that sum to 1, in the order asked for.
    without : tuple of str
        Contributors of whom the data have no number in that year.
    """

    component: str
    year: int
    shares: dict[str, float]
    without: tuple[str, ...]


def sharing_key(
    records: Iterable[Capabilities],
    contributors: Sequence[str],
    component: str = "milex",
    *,
    year: int | None = None,
) -> SharingKey:
    """The contributors' shares of what they have together.

    Parameters
    ----------
    records : iterable of Capabilities
        As ``accord.formats.cow.read_cow`` reads them.
    contributors : sequence of str
        ISO 3166 codes of three letters (``DEU``) or COW's abbreviations (``GMY``), each once; a
        code that is both, such as ``AUS``, is read as ISO.
    component : str
        A column: ``irst``, ``milex``, ``milper``, ``pec``, ``tpop``, ``upop`` or ``cinc``.
    year : int, optional
        The last one that any state has by default.

    Returns
    -------
    SharingKey

    Raises
    ------
    ModelError
        If the column, a contributor or the year is unknown, a contributor is named twice, or
        nobody has any of it.
    """
    rows = list(records)
    if component not in COMPONENTS:
        near = difflib.get_close_matches(component, COMPONENTS, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ModelError(f"found the column {component!r}, wanted {', '.join(COMPONENTS)}{hint}")
    years = {record.year for record in rows}
    chosen = max(years, default=0) if year is None else year
    if chosen not in years:
        span = f"{min(years)} to {max(years)}" if years else "a year, and there is no data"
        raise ModelError(f"found the year {chosen}, wanted one of the data: {span}")
    values = {r.state: r.component(component) for r in rows if r.year == chosen}
    known = set(values) | {record.state for record in rows}
    amounts: dict[str, float | None] = {}
    for contributor in contributors:
        names = abbreviations(contributor) if contributor in STATES else (contributor,)
        if contributor not in STATES and contributor not in known:
            raise ModelError(
                f"found the contributor {contributor!r}, wanted an ISO code of three letters or "
                "an abbreviation of the data"
            )
        if contributor in amounts:
            raise ModelError(f"found the contributor {contributor!r} twice, wanted each once")
        stated = (values[name] for name in names if name in values)
        amounts[contributor] = next((value for value in stated if value is not None), None)
    total = math.fsum(value for value in amounts.values() if value is not None)
    if total <= 0:
        raise ModelError(f"found nobody with {component} in {chosen}, wanted somebody who has any")
    shares = {name: value / total for name, value in amounts.items() if value is not None}
    without = tuple(name for name, value in amounts.items() if value is None)
    return SharingKey(component, chosen, shares, without)
