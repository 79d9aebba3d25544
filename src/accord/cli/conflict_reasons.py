"""Why a state of a conflict holds, in sentences: what ``accord solve conflict --why`` prints."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["write_reasons"]

_STRONGEST = ("nash", "sseq", "smr", "seq", "gmr")
_WORDS = {
    "sseq": "answered by others who gain by it, for good",
    "smr": "answered, for good",
    "seq": "answered by others who gain by it",
    "gmr": "answered, whatever that costs the others",
}


def write_reasons(why: Mapping[str, Any]) -> None:
    """Print the reasons of one state, party by party, then the ways from it."""
    lines = [f"Why {why['state']} holds or not"]
    for party, by_concept in why["parties"].items():
        lines += _party(party, by_concept)
    if why["ways"]:
        lines += ["", f"Shortest ways from {why['state']} to equilibria"]
    lines += [_way(way) for way in why["ways"]]
    sys.stdout.write("\n" + "\n".join(lines) + "\n")


def _party(party: str, by_concept: Mapping[str, Any]) -> list[str]:
    holds = [concept for concept in _STRONGEST if by_concept[concept]["stable"]]
    if "nash" in holds:
        return [f"{party} stays (nash): nothing that it could do alone is better"]
    if not holds:
        end = by_concept["gmr"]["escape"]["to"]
        return [f"{party} leaves: it gains by going to {end}, and no answer would undo that"]
    found = by_concept[holds[0]]
    lines = [f"{party} stays ({holds[0]}): whatever it could gain would be {_WORDS[holds[0]]}"]
    for sanction in found["sanctions"]:
        end, answer = sanction["improvement"]["to"], _steps(sanction["path"])
        # where others need not move, its own gain ends no better
        lines.append(f"  to {end}, but then {answer}" if answer else f"  to {end}, no better")
    return lines


def _way(way: Mapping[str, Any]) -> str:
    if way["by_improvements"] is not None:
        return f"  to {way['state']}: {_steps(way['by_improvements'])} (each gains by its step)"
    if way["by_moves"] is not None:
        return f"  to {way['state']}: {_steps(way['by_moves'])} (not each gains by its step)"
    return f"  to {way['state']}: no way"


def _steps(path: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(f"{step['party']} to {step['to']}" for step in path)
