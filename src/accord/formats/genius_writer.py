"""Genius XML from a negotiation: a domain and a file for each profile."""

from __future__ import annotations

import html
import re

from accord._errors import UsageError
from accord.formats.negotiation import Issue, Negotiation, Profile
from accord.formats.written import Written, file_stems, unsaid

__all__ = ["write_genius"]

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LEAST_TOP = 1e-6
"""Share of what a level takes away that another must add, to be divided by safely."""
_KIND = 'vtype="discrete" type="discrete" etype="discrete"'


def write_genius(negotiation: Negotiation) -> Written:
    """Genius files whose utilities and reservation values are the negotiation's.

    An issue weighs its greatest contribution and evaluations are shares of it, so that dividing
    by the greatest evaluation changes nothing. Where no level of an issue adds anything to speak of
    and some take away, that issue and the reservation value are raised alike, which is told.

    Raises
    ------
    UsageError
        If a name holds a character that XML cannot, or there is nothing to write.
    """
    domain, stems = file_stems(negotiation)
    notes: list[str] = []
    files = {f"{domain}.xml": _domain(negotiation)}
    for stem, profile in zip(stems, negotiation.profiles, strict=True):
        files[f"{stem}.xml"] = _profile(negotiation, profile, notes)
    return Written(files, (*notes, *unsaid(negotiation, "Genius")))


def _domain(negotiation: Negotiation) -> str:
    lines = [
        "<negotiation_template>",
        f'  <utility_space number_of_issues="{len(negotiation.issues)}">',
        f"    <objective {_objective(negotiation)}>",
    ]
    for j, issue in enumerate(negotiation.issues, 1):
        lines += _issue(j, issue, None)
    lines += ["    </objective>", "  </utility_space>", "</negotiation_template>"]
    return "\n".join(lines) + "\n"


def _profile(negotiation: Negotiation, profile: Profile, notes: list[str]) -> str:
    lines = ["<utility_space>", f"    <objective {_objective(negotiation)}>"]
    weights, raised = [], 0.0
    for j, (issue, row) in enumerate(zip(negotiation.issues, profile.contributions, strict=True)):
        top, lift = max(row), 0.0
        if min(row) < 0 and top < _LEAST_TOP * -min(row):
            lift = -min(row)
            raised += lift
            notes.append(
                f"{profile.name}: Genius wants an evaluation above 0, so the utilities of "
                f"{issue.name!r} and the reservation value were raised by {lift:g}"
            )
        weight = top + lift
        shares = [(value + lift) / weight for value in row] if weight else [1.0] * len(row)
        weights.append(weight)
        lines += _issue(j + 1, issue, shares)
    for j, weight in enumerate(weights, 1):
        lines.append(f'      <weight index="{j}" value="{weight!r}"/>')
    lines.append("    </objective>")
    lines.append('    <discount_factor value="1.0"/>')
    lines.append(f'    <reservation value="{profile.reservation + raised!r}"/>')
    return "\n".join([*lines, "</utility_space>"]) + "\n"


def _issue(index: int, issue: Issue, shares: list[float] | None) -> list[str]:
    lines = [f'      <issue index="{index}" name={_quoted(issue.name)} {_KIND}>']
    for k, level in enumerate(issue.levels):
        evaluation = f' evaluation="{shares[k]!r}"' if shares is not None else ""
        lines.append(f'        <item index="{k + 1}" value={_quoted(level)}{evaluation}/>')
    return [*lines, "      </issue>"]


def _objective(negotiation: Negotiation) -> str:
    return f'index="0" name={_quoted(negotiation.title)} type="objective" etype="objective"'


def _quoted(text: str) -> str:
    illegal = _ILLEGAL.search(text)
    if illegal is not None:
        raise UsageError(
            f"found the character U+{ord(illegal.group()):04X} in {text!r}, wanted a name that "
            "XML can hold; export to geniusweb, or change the name"
        )
    escaped = html.escape(text)
    for sign in "\t\n\r":
        escaped = escaped.replace(sign, f"&#{ord(sign)};")
    return f'"{escaped}"'
