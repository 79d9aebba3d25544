"""Every number has a claim or a judgement; every claim a source; no source from the future."""

from __future__ import annotations

import difflib

from accord.case.case import Case
from accord.case.tree import Path, Tree, dotted, parse_path

__all__ = ["check_evidence", "support_counts"]


def check_evidence(case: Case, tree: Tree) -> None:
    """Note numbers without support and claims without a usable source in ``tree.errors``."""
    _check_claims(case, tree)
    _check_cited(case, tree)
    _check_support(case, tree)
    _check_dates(case, tree)


def _check_claims(case: Case, tree: Tree) -> None:
    sources = case.file.sources
    for name, claim in case.file.claims.items():
        if claim.source not in sources:
            near = difflib.get_close_matches(claim.source, list(sources), 1)
            hint = f"did you mean {near[0]!r}?" if near else "add it to sources.csv"
            tree.error(
                ("claims", name), f"the source {claim.source!r}", "a source of the case", hint
            )
    for i, entry in enumerate(case.file.journal):
        if entry.source and entry.source not in sources:
            tree.error(("journal", i), f"the source {entry.source!r}", "a source of the case")


def _check_cited(case: Case, tree: Tree) -> None:
    claims = case.file.claims
    for path, support in case.supports.items():
        for claim in support.because:
            if claim not in claims:
                near = difflib.get_close_matches(claim, list(claims), 1)
                hint = f"did you mean {near[0]!r}?" if near else "add it to claims.csv"
                where = (*path, "because") if tree.has((*path, "because")) else path
                tree.error(where, f"the claim {claim!r}", "a claim of the case", hint)


def _check_support(case: Case, tree: Tree) -> None:
    bare: dict[Path, list[str]] = {}
    for name in case.numbers:
        if case.support(name) is None:
            path = parse_path(name)
            bare.setdefault(path[:2] if len(path) > 2 else path, []).append(name)
    for names in bare.values():
        more = f" (and {len(names) - 1} more below it)" if len(names) > 1 else ""
        tree.error(
            parse_path(names[0]),
            f"a number without support{more}",
            "because: [claim ids] or judgement: why, here or on a mapping around it",
            "one judgement on the block covers all its numbers",
        )


def _check_dates(case: Case, tree: Tree) -> None:
    told: set[tuple[Path, str]] = set()
    for name in case.numbers:
        support = case.support(name)
        for claim in support.because if support else ():
            record = case.file.claims.get(claim)
            source = case.file.sources.get(record.source) if record else None
            if support is None or source is None or source.published <= case.as_of:
                continue
            if (support.path, claim) not in told:
                told.add((support.path, claim))
                tree.error(
                    support.path,
                    f"{dotted(parse_path(name))} rests on {claim}, published {source.published}",
                    f"evidence of {case.as_of} or earlier",
                    "put the number into an update of that date, or say that it is a judgement",
                )


def support_counts(case: Case) -> dict[str, dict[str, int]]:
    """Numbers, and how many of them are sourced or judged, by block of the case."""
    counts: dict[str, dict[str, int]] = {}
    for name in case.numbers:
        support = case.support(name)
        block = counts.setdefault(
            name.split(".", 1)[0], {"numbers": 0, "supported": 0, "judgements": 0}
        )
        block["numbers"] += 1
        sourced = support is not None and support.is_sourced
        block["supported" if sourced else "judgements"] += 1
    return counts
