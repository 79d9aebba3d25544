"""Every claim of a briefing, where it stands in the case, and the figure that answers it."""

from __future__ import annotations

from dataclasses import dataclass

from accord.brief.document import Document
from accord.case.tree import Path, dotted
from accord.run.run import Run

__all__ = ["Traced", "trace", "trace_markdown"]


@dataclass(frozen=True, slots=True)
class Traced:
    """A claim with its place and its figure.

    Attributes
    ----------
    claim : str
        Id of the claim.
    places : tuple of str
        Dotted paths of the mappings that cite it.
    figure : str
        Id of the figure of the brief that answers it.
    """

    claim: str
    places: tuple[str, ...]
    figure: str


def trace(run: Run, document: Document, source: str) -> tuple[Traced, ...]:
    """Trace every claim of one source.

    A claim without a place in the case has no places and no figure.
    """
    places: dict[str, list[Path]] = {}
    for path, support in run.case.supports.items():
        for claim in support.because:
            places.setdefault(claim, []).append(path)
    known = {figure.id for figure in document.figures}
    found = []
    for name, record in run.case.file.claims.items():
        if record.source == source:
            cited = places.get(name, [])
            figure = next((f for path in cited for f in _figures(run, path) if f in known), "")
            found.append(Traced(name, tuple(dotted(path) for path in cited), figure))
    return tuple(found)


def _figures(run: Run, path: Path) -> list[str]:
    """Figures that rest on a place of the case, the nearest first."""
    lead, rule = run.packages[0], run.rule
    head, name = str(path[0]), str(path[1]) if len(path) > 1 else ""
    joint = f"{lead}.joint.{rule}.share"
    match head:
        case "positions":
            line = f"positions.{name}.{path[3]}.binding" if "red_lines" in path else ""
            return [line, f"{lead}.acceptable.{name}.accepts", f"{lead}.acceptable.{rule}.share"]
        case "consent":
            return [f"{lead}.acceptable.{name}.share", f"{lead}.acceptable.{rule}.share"]
        case "pledges":
            return [f"{lead}.deliverable.{name}.mixed", f"{lead}.deliverable.share"]
        case "capabilities" | "phases" | "stages" | "coordination":
            return [f"{lead}.deliverable.{name}.initial.covered", f"{lead}.deliverable.share"]
        case "deterrence" | "levels_meaning":
            return [f"{lead}.credible.share"]
        case "conflicts":
            return [
                f"standoff.{name}.states",
                f"{lead}.durable.kept",
                f"{lead}.durable.{rule}.share",
            ]
        case "durability":
            return [f"{lead}.durable.{rule}.share"]
        case "watch":
            return [f"watch.{name}.chance"]
        case "milestones":
            return [f"watch.{w}.chance" for w, i in run.case.file.watch.items()
                    if getattr(i.likelihood, "milestone", "") == name]  # fmt: skip
        case "packages":
            return [f"{name}.joint.{rule}.share", f"{name}.acceptable.{rule}.share", joint]
        case "provisions":
            return [
                _of_provision(run, name),
                *_required(run, name),
                f"{lead}.acceptable.{rule}.share",
            ]
    return [joint]


def _of_provision(run: Run, name: str) -> str:
    """The lead package's row of the what-if where the provision is varied."""
    varied = any(parts[1] == name for parts in run.variants.values())
    return f"{run.packages[0]}.deliverable.share" if varied else ""


def _required(run: Run, name: str) -> list[str]:
    """Coverage of what the level that the lead package picks requires."""
    level = run.chosen(run.packages[0])[name]
    needs = run.case.file.provisions[name].levels[level].requires
    phases = list(run.case.file.phases)
    return [f"{run.packages[0]}.deliverable.{k}.{t}.covered" for k in needs for t in phases]


def trace_markdown(run: Run, document: Document, source: str) -> str:
    """A generated page: claim by claim, its place and its figure with today's value."""
    texts = {figure.id: figure.text for figure in document.figures}
    record = run.case.file.sources[source]
    lines = [
        "# From the briefing to the brief",
        "",
        f"Every claim of “{record.title}” ({record.published.isoformat()}): where it stands in the "
        "case, and the figure of the brief that answers it. Generated from the case; a claim "
        "without a place fails the tests.",
        "",
        "| Where | Claim, in our words | Place in the case | Figure | Value |",
        "| --- | --- | --- | --- | --- |",
    ]
    for traced in trace(run, document, source):
        claim = run.case.file.claims[traced.claim]
        who = f"{run.case.actor_name(claim.actor)}: " if claim.actor else ""
        places = "<br>".join(f"`{place}`" for place in traced.places[:3]) or "—"
        value = texts.get(traced.figure, "—")
        cells = (claim.locator, _cell(who + claim.claim), places, f"`{traced.figure}`", value)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
