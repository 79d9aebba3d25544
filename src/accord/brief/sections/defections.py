"""Once it is signed: who would gain by breaking it, what holds each back, what would stop them."""

from __future__ import annotations

from accord.brief.desk import Desk
from accord.brief.document import Block, FromCase, Items, Paragraph, Strong
from accord.brief.sections.stances import stances, together

__all__ = ["defections"]

_EXPECTED = {
    "nash": "no answer at all",
    "gmr": "any answer that hurts, whatever it costs those who give it",
    "smr": "any answer that hurts and that cannot be repaired",
    "seq": "answers that pay for those who give them",
    "sseq": "answers that pay for those who give them and that cannot be repaired",
}


def defections(desk: Desk) -> list[Block]:
    """The blocks, one pair for each conflict that follows a signing; none where there is none."""
    blocks: list[Block] = []
    for name, point in desk.run.details["defections"].get(desk.lead, {}).items():
        key, prefix = desk.key("durable"), f"{desk.lead}.defections.{name}"
        worlds = desk.ledger.count(
            f"{prefix}.worlds", point["worlds"], "worlds in which each party is looked at", key
        )
        blocks += [
            Paragraph((
                Strong((FromCase(f"conflicts.{name}.question", point["question"]),)),
                f" Who would gain by breaking it, expecting {_EXPECTED[point['concept']]} (in ",
                worlds, " worlds):",
            )),
            Items(stances(desk, name, point, prefix, key)),
        ]  # fmt: skip
        group = together(desk, name, point)
        if group:
            blocks.append(Paragraph(group))
    return blocks
