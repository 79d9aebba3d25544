"""What changed between two versions or dates of a case, and which findings changed, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from accord._errors import UsageError
from accord.brief.labels import reason_spans
from accord.brief.words import chance_words, count_words, joined, sentence, share_text
from accord.case.case import Case
from accord.case.changes import Changes, changes
from accord.case.load import AsOf, load
from accord.run.assess import assess_briefly
from accord.run.difference import difference
from accord.run.run import Run
from accord.run.store import open_run
from accord.worlds.worlds import Lines

__all__ = ["NOTHING", "SCHEMA", "diff"]

SCHEMA = 1
"""Version of the shape that ``accord diff --json`` prints."""

NOTHING = "Nothing that the brief says has changed."

MOST_SENTENCES = 6
"""Findings told in sentences; the rest stands in the table."""

LAST_IN_WORDS = 12

Progress = Callable[[str], None]


def diff(
    a: str | Path | Case | Run, b: str | Path | Case | Run, *, consent: str | None = None,
    worlds: int | None = None, seed: int | None = None, lines: Lines | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What changed from a to b in the text of a case, and in what the brief says.

    Parameters
    ----------
    a, b : path, Case or Run
        A case's folder or ``case.yaml``, as it stands or ``CASE@DATE`` or ``CASE@latest``; or a
        run's folder.
    consent : str, optional
        The rule that leads; by default b's.
    worlds, seed, lines : optional
        Of what is assessed; by default those of a run on the other side, else 2,048, 1, stated.
    progress : function of a str, optional
        Told each test of each side as it begins: ``a: acceptable``.

    Returns
    -------
    dict
        JSON-ready. ``schema``; ``a`` and ``b``: ``source``, ``case``, ``title``, ``as_of``,
        ``digest``, ``assumptions``, ``worlds``, ``effective_worlds``, ``weight_warning``,
        ``seed``, ``lines``; ``summary``: sentences; ``changed``: how many findings changed;
        ``changes``: ``records`` (``record``, ``changes``: ``path``, ``kind``: added, removed,
        changed, order or support, ``old``, ``new``, ``file``, ``line``, ``because``,
        ``judgement``, ``also``: copies), ``updates`` and ``events`` (``only_a``, ``only_b``);
        and all of :func:`accord.run.difference.difference`, whose ``findings`` have in addition
        ``text`` (a share with its error), ``words`` and ``reason_words`` (each ``a``, ``b``),
        ``changed`` and ``why``: any of ``words``, ``share`` (moved by more than a point and beyond
        chance), ``reason``.

    Raises
    ------
    CaseErrors, RunError
        If a side cannot be read.
    UsageError
        If a date, rule or number of worlds does not fit, or they are given and both are runs.
    """
    sides = [_opened(one) for one in (a, b)]
    runs = [one for one in sides if isinstance(one, Run)]
    if len(runs) == 2 and (worlds, seed, lines) != (None, None, None):
        raise UsageError("found two runs, which have their worlds; name no worlds, seed or lines")
    manifest = runs[0].manifest if runs else {}
    asked = {
        "worlds": manifest.get("worlds_asked", 2048) if worlds is None else worlds,
        "seed": manifest.get("seed", 1) if seed is None else seed,
        "lines": lines or manifest.get("lines", "stated"),
    }
    before, after = (
        one if isinstance(one, Run) else _assessed(one, name, asked, progress)
        for name, one in zip("ab", sides, strict=True)
    )
    found = difference(before, after, consent)
    for finding in found["findings"]:
        _put_into_words(finding, found["consent"], before, after)
    text = changes(before.case, after.case)
    count = sum(finding["changed"] for finding in found["findings"])
    return {
        "schema": SCHEMA,
        "a": _side(a, before),
        "b": _side(b, after),
        "summary": _summary(found, text, before, after),
        "changed": count,
        "changes": text.as_json(),
        **found,
    }


def _opened(source: str | Path | Case | Run) -> Case | Run:
    if isinstance(source, Case | Run):
        return source
    if (Path(source) / "manifest.json").exists():
        return open_run(Path(source))
    name, at, day = str(source).rpartition("@")
    if not at or Path(source).exists():
        return load(source)
    return load(name, _day(str(source), day))


def _day(source: str, text: str) -> AsOf:
    if text == "latest":
        return "latest"
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"found {source}, wanted a case and a date such as CASE@2025-08-20, or CASE@latest"
        ) from None


def _assessed(case: Case, name: str, asked: dict[str, Any], progress: Progress | None) -> Run:
    def tell(step: str) -> None:
        if progress is not None:
            progress(f"{name}: {step}")

    return assess_briefly(case, progress=tell, **asked)


def _side(source: str | Path | Case | Run, run: Run) -> dict[str, Any]:
    manifest = run.manifest
    return {
        "source": str(source) if isinstance(source, str | Path) else manifest["case"],
        "case": manifest["case"], "title": run.case.file.title, "as_of": manifest["as_of"],
        "digest": manifest["digest"], "assumptions": list(manifest["assumptions"]),
        "worlds": run.worlds, "effective_worlds": manifest["effective_worlds"],
        "weight_warning": manifest["weight_warning"], "seed": manifest["seed"],
        "lines": manifest["lines"],
    }  # fmt: skip


def _put_into_words(finding: dict[str, Any], leading: str, a: Run, b: Run) -> None:
    """Words for both shares and reasons, and whether the brief would say something else."""
    asked = finding["test"], finding["rule"] or leading, finding["package"]
    text = {
        key: share_text(run.verdict.share(*asked)) for key, run in zip("ab", (a, b), strict=True)
    }
    words = {key: chance_words(finding[key]["share"]) for key in "ab"}
    reasons = {
        key: None if (name := finding["reason"][key]) is None else _reason_words(run, name)
        for key, run in zip("ab", (a, b), strict=True)
    }
    why = [
        name
        for name, changed in (
            ("words", words["a"] != words["b"]),
            ("share", finding["beyond_chance"]),
            ("reason", finding["reason"]["changed"]),
        )
        if changed
    ]
    finding |= {
        "text": text, "words": words, "reason_words": reasons, "changed": bool(why), "why": why,
    }  # fmt: skip


def _reason_words(run: Run, name: str) -> str:
    spans = reason_spans(run, name)
    return "".join(span if isinstance(span, str) else getattr(span, "text", "") for span in spans)


def _summary(found: dict[str, Any], text: Changes, a: Run, b: Run) -> list[str]:
    counted, findings = _told_findings(found, a, b)
    bests = _told_bests(found, a, b)
    failures = [
        f"{_title(b, a, one['package'])} now fails first and most often in {one['b']}, no longer "
        f"in {one['a']}"
        for one in found["first_failures"]
        if one["changed"] and one["rule"] == found["consent"]
    ]
    later = sum(
        one["changed"] and one["rule"] != found["consent"] for one in found["first_failures"]
    )
    if later:
        failures.append(f"the test that fails first also changed {_times(later)} under other rules")
    sides = _one_sided(found, a, b)
    if not (counted or bests or failures or sides):
        return [NOTHING, *_text_told(text)]
    return [sentence(one) for one in (*counted, *bests, *findings, *failures, *sides)] + _text_told(
        text
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{_count(count)} times"


def _count(count: int) -> str:
    return count_words(count) if count <= LAST_IN_WORDS else f"{count:,}"


def _title(first: Run, second: Run, package: str) -> str:
    run = first if package in first.case.file.packages else second
    return run.title(package)


def _told_bests(found: dict[str, Any], a: Run, b: Run) -> list[str]:
    """Which agreement is now the best one, for rules together where it is the same change."""
    rules: dict[tuple[str, str], list[str]] = {}
    for rule, best in found["best"].items():
        if best["changed"]:
            rules.setdefault((best["a"], best["b"]), []).append(rule)
    return [
        f"the best agreement under {joined(names)} is now {_title(b, a, new)}, no longer "
        f"{_title(a, b, old)}"
        for (old, new), names in rules.items()
    ]


def _told_findings(found: dict[str, Any], a: Run, b: Run) -> tuple[list[str], list[str]]:
    """How many findings changed, and those that moved most under the leading rule."""
    changed = [finding for finding in found["findings"] if finding["changed"]]
    if not changed:
        return [], []
    total = len(found["findings"])
    verb = "has" if len(changed) == 1 else "have"
    told = [f"{_count(len(changed))} of {total:,} findings {verb} changed"]
    if not found["paired"]:
        told.append(
            f"the worlds of both do not pair, since {found['unpaired_because']}: differences are "
            "less exact"
        )
    leading = [one for one in changed if one["rule"] in {None, found["consent"]}]
    leading.sort(key=lambda one: -abs(one["difference"]))
    return told, [_finding_told(one, a, b) for one in leading[:MOST_SENTENCES]]


def _finding_told(one: dict[str, Any], a: Run, b: Run) -> str:
    title, test = _title(b, a, one["package"]), one["test"]
    what = "passing all tests together" if test == "joint" else f"being {test}"
    half = 164.5 * one["se"]
    moved = f"{100 * one['difference']:+.1f} points" + (f" ± {half:.1f}" if half else "")
    shares = f"from {one['text']['a']} to {one['text']['b']} ({moved})"
    if "words" in one["why"]:
        was, now = one["words"]["a"], one["words"]["b"]
        return f"{title}: {what} is now {_called(now)}, it was {_called(was)}; {shares}"
    if "share" in one["why"]:
        return f"{title}: {what} went {shares} and is still {_called(one['words']['b'])}"
    was, now = one["reason_words"]["a"], one["reason_words"]["b"]
    return f"{title}: {test} now fails most often for another reason: {now}; it was: {was}"


def _called(words: str) -> str:
    """A chance after *is*."""
    return f"given {words}" if words.endswith("chance") else words


def _one_sided(found: dict[str, Any], a: Run, b: Run) -> list[str]:
    """Packages, rules and tests that one side has alone."""
    told = []
    for key, run, when in (("only_b", b, "now"), ("only_a", a, "before")):
        titles = [run.title(name) for name in found["packages"][key]]
        if titles:
            told.append(f"only {when} there {_are(titles)} {joined(titles)}")
        for kind in ("rules", "tests"):
            names = found[kind][key]
            if names:
                what = "consent rule" if kind == "rules" else "assessed test"
                told.append(f"only {when} there {_are(names)} the {what} {joined(names)}")
    return told


def _are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _text_told(text: Changes) -> list[str]:
    """How much of the text changed."""
    parts = []
    if text.count:
        parts.append(_number(text.count, "change") + f" in {_number(len(text.records), 'record')}")
    for count, what in (
        (len(text.updates), "more update"), (len(text.withdrawn), "fewer update"),
        (len(text.entries), "more journal entry"), (len(text.struck), "fewer journal entry"),
    ):  # fmt: skip
        if count:
            parts.append(_number(count, what))
    return [sentence(f"in the case: {joined(parts)}")] if parts else ["The case is the same."]


def _number(count: int, what: str) -> str:
    if count == 1:
        return f"{_count(count)} {what}"
    plural = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{_count(count)} {plural}"
