"""Where a figure of the brief comes from: reduction, run, inputs, claims, sources."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from accord._errors import UsageError
from accord.brief.document import Document, Figure
from accord.brief.write import write
from accord.run.run import Run

__all__ = ["explain", "explain_report", "find_figure"]


def explain(run: Run, figure: str | None = None, consent: str | None = None) -> dict[str, Any]:
    """Where a figure of a run's brief comes from; without a figure, all of them with their texts.

    Raises
    ------
    UsageError
        For a figure or a consent rule that the run does not have.
    """
    if consent is not None:
        if consent not in run.rules:
            known = ", ".join(run.rules)
            raise UsageError(f"no consent rule {consent!r} in the run; there are {known}")
        run = replace(run, manifest={**run.manifest, "consent": consent})
    document = write(run)
    if figure is None:
        listed = [{"figure": f.id, "text": f.text, "value": f.value} for f in document.figures]
        return {"figures": listed}
    return explain_report(run, document, find_figure(document, figure))


def find_figure(document: Document, name: str) -> Figure:
    """The figure with an id, or with a prefix that only one id has.

    Raises
    ------
    UsageError
        Where none or several fit, with the nearest.
    """
    exact = [figure for figure in document.figures if figure.id == name]
    if exact:
        return exact[0]
    found = [figure for figure in document.figures if figure.id.startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        some = ", ".join(figure.id for figure in found[:8])
        raise UsageError(f"{len(found)} figures begin with {name!r}: {some} …")
    words = name.split(".")
    near = [f.id for f in document.figures if all(word in f.id for word in words)][:8]
    hint = f"; near it: {', '.join(near)}" if near else "; without a figure all are listed"
    raise UsageError(f"no figure {name!r} in the brief of this run{hint}")


def explain_report(run: Run, document: Document, figure: Figure) -> dict[str, Any]:
    """What ``explain --json`` prints."""
    basis = document.bases[figure.basis]
    file = run.case.file
    claims = {
        name: {
            "actor": file.claims[name].actor,
            "claim": file.claims[name].claim,
            "quote": file.claims[name].quote,
            "source": file.claims[name].source,
            "locator": file.claims[name].locator,
            "disputed_by": file.claims[name].disputed_by,
        }
        for name in basis.claims
    }
    sources = {
        name: {
            "title": file.sources[name].title,
            "publisher": file.sources[name].publisher,
            "published": file.sources[name].published.isoformat(),
            "link": file.sources[name].link,
            "grade": file.sources[name].grade,
        }
        for name in dict.fromkeys(claim["source"] for claim in claims.values())
    }
    return {
        "figure": figure.id,
        "text": figure.text,
        "value": figure.value if figure.value == figure.value else None,
        "interval": None if figure.low is None else [figure.low, figure.high],
        "reduction": figure.reduction,
        "basis": basis.title,
        "inputs": [
            {"path": path, "used": used, "claims": list(own), "judgement": _judgement(run, path)}
            for path, used, own in basis.inputs
        ],
        "claims": claims,
        "sources": sources,
    }


def _judgement(run: Run, path: str) -> str:
    support = run.case.support(path)
    return support.judgement if support is not None else ""
