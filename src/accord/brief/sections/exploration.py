"""The best packages of the whole space, where a search for them is kept beside the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accord.brief.desk import Desk
from accord.brief.document import (
    Block,
    Figure,
    FromCase,
    Paragraph,
    Section,
    Span,
    Strong,
    Table,
    Text,
)
from accord.brief.explored import fresh_share, fresh_worlds
from accord.brief.labels import level_span, package_span, rule_words
from accord.brief.words import large_count
from accord.run.agreements import best_agreement

__all__ = ["exploration"]

SMALL = 0.1
"""Shares below which the bound is told as a multiple of the best as well."""

_KICKER = "The best packages of the whole space"

_NOTE = (
    "A package that is chosen because it does best in some worlds looks better in them than it is. "
    "The fresh worlds took no part in the choice and say how it stands. What is proven holds for "
    "the worlds that were searched."
)


def exploration(desk: Desk) -> Section | None:
    """What the search of all packages found, by consent rule; None where none is kept."""
    found = desk.run.details.get("explored", {})
    rules = [rule for rule in (desk.rule, *desk.run.rules) if rule in found]
    rules = list(dict.fromkeys(rules))
    if not rules:
        return None
    blocks: list[Block] = []
    for number, rule in enumerate(rules):
        told = next((r for r in rules[:number] if _levels(found[r]) == _levels(found[rule])), None)
        blocks += _of_rule(desk, rule, found[rule], told)
    blocks.append(Paragraph((_NOTE,), "note"))
    return Section("exploration", _KICKER, _headline(desk, rules[0], found[rules[0]]),
                   tuple(blocks))  # fmt: skip


def _levels(content: Mapping[str, Any]) -> Mapping[str, str]:
    levels: Mapping[str, str] = content["best"][0]["package"]
    return levels


def _headline(desk: Desk, rule: str, content: Mapping[str, Any]) -> Text:
    packages = _packages(desk, rule, content)
    if not content["best"][0]["joint"] and not content["best"][0]["joint_fresh"]:
        return ("Of ", packages, " packages none was found that passes all tests in any world")
    return (
        "The best of ", packages, " packages passes all tests in ", _fresh(desk, rule, content),
        " of worlds", *(() if rule == desk.rule else (", consent: ", rule_words(desk.run, rule))),
    )  # fmt: skip


def _of_rule(
    desk: Desk, rule: str, content: Mapping[str, Any], told: str | None
) -> Sequence[Block]:  # fmt: skip
    found: list[Span] = [Strong(("Consent: ", rule_words(desk.run, rule), ".")), " "]
    best = float(content["best"][0]["joint"])
    worlds = desk.ledger.count(
        f"explored.joint.{rule}.worlds", int(content["worlds"]), "worlds that were searched",
        _key(rule),
    )  # fmt: skip
    if best:
        found += [
            "The best package that was found passes all tests in ",
            _number(desk, rule, "searched", best, "share of the worlds that were searched in which "
                    "the best package found passes all tests"),
            " of the ", worlds, " worlds that were searched, and in ", _fresh(desk, rule, content),
            " of ", *_many(desk, rule, content), "fresh ones.",
        ]  # fmt: skip
    else:
        found += [
            "No package was found that passes all tests in any of the ", worlds,
            " worlds that were searched.",
        ]  # fmt: skip
    blocks: list[Block] = [Paragraph((*found, " ", *_proof(desk, rule, content)))]
    if best:
        blocks += _compared(desk, rule, content, told)
    return blocks


def _key(rule: str) -> str:
    return f"|joint|{rule}"


def _packages(desk: Desk, rule: str, content: Mapping[str, Any]) -> Figure:
    count = int(content["packages_total"])
    return desk.ledger.number(
        f"explored.joint.{rule}.packages", float(count), large_count(count),
        "packages that the levels of all provisions make", _key(rule),
    )  # fmt: skip


def _fresh(desk: Desk, rule: str, content: Mapping[str, Any]) -> Figure:
    reduction = (
        "share of fresh worlds, none of which was searched, in which the best package found passes "
        f"all tests under the consent rule {rule}"
    )
    return desk.ledger.estimate(
        f"explored.joint.{rule}.fresh", fresh_share(content), reduction, _key(rule)
    )


def _many(desk: Desk, rule: str, content: Mapping[str, Any]) -> Text:
    """How many fresh worlds there were, as far as that is kept."""
    count = fresh_worlds(content)
    if count is None:
        return ()
    if count == int(content["worlds"]):
        return ("as many ",)
    figure = desk.ledger.count(
        f"explored.joint.{rule}.fresh-worlds", count, "fresh worlds, none of them searched",
        _key(rule),
    )  # fmt: skip
    return (figure, " ")


def _number(desk: Desk, rule: str, name: str, share: float, reduction: str) -> Figure:
    text = f"{100 * share:.1f}%"
    return desk.ledger.number(
        f"explored.joint.{rule}.{name}", share, text, f"{reduction}, under the consent rule {rule}",
        _key(rule),
    )  # fmt: skip


def _proof(desk: Desk, rule: str, content: Mapping[str, Any]) -> Text:
    """What the search proved about all packages, and what it left open."""
    packages = _packages(desk, rule, content)
    best, bound = float(content["best"][0]["joint"]), float(content["bound"])
    if bound <= best:
        return ("It is proven that no other of the ", packages, " passes in more of them.")
    if bound >= 1:
        return ("The search ended by time before it proved anything about the others.",)
    spans: list[Span] = [
        "It is proven that no other of the ", packages, " passes in more than ",
        _number(desk, rule, "bound", bound, "what no package exceeds in the worlds that were "
                "searched, as the search proved"),
        " of them",
    ]  # fmt: skip
    if 0 < best < SMALL:
        ratio = bound / best
        spans += [
            ", ",
            desk.ledger.number(f"explored.joint.{rule}.ratio", ratio, f"{ratio:,.1f}",
                               "the proven bound over the share of the best package found",
                               _key(rule)),
            " times the share of the best",
        ]  # fmt: skip
    if not content.get("reproducible", True):
        spans.append("; a longer search may narrow that")
    return (*spans, ".")


def _compared(
    desk: Desk, rule: str, content: Mapping[str, Any], told: str | None
) -> Sequence[Block]:  # fmt: skip
    """How the package differs from the best that the case names."""
    run, levels = desk.run, _levels(content)
    same = [name for name in run.packages if run.chosen(name) == levels]
    if same:
        return [Paragraph(("It is a package that the case names: ", package_span(run, same[0]),
                           "."))]  # fmt: skip
    named = best_agreement(run, rule)
    share = desk.ledger.share(named, "joint", rule)
    said: Text = (
        "Of the packages that the case names, ", package_span(run, named), " does best, with ",
        share, " of worlds.",
    )  # fmt: skip
    if told is not None and best_agreement(run, told) == named:
        first = rule_words(run, told)
        return [Paragraph((*said, " The best package found is the same as that for “", first,
                           "”."))]  # fmt: skip
    return [Paragraph((*said, *_kept(desk, rule, named, levels))),
            _differences(desk, rule, named, levels)]  # fmt: skip


def _kept(desk: Desk, rule: str, named: str, levels: Mapping[str, str]) -> Text:
    """In how many provisions the two differ."""
    own = desk.run.chosen(named)
    changed = sum(own[name] != level for name, level in levels.items())
    return (
        " The best package found differs from it in ",
        desk.ledger.count(f"explored.joint.{rule}.differs", changed,
                          "provisions in which the best package found has another level",
                          _key(rule)),
        " of ",
        desk.ledger.count("explored.provisions", len(levels), "provisions of the case"),
        " provisions.",
    )  # fmt: skip


def _differences(desk: Desk, rule: str, named: str, levels: Mapping[str, str]) -> Table:
    run, own = desk.run, desk.run.chosen(named)
    rows: list[tuple[Text, ...]] = [
        (
            (FromCase(f"provisions.{name}.title", provision.title),),
            (level_span(run, name, levels[name]),),
            (level_span(run, name, own[name]),),
        )
        for name, provision in run.case.file.provisions.items()
        if own[name] != levels[name]
    ]
    caption: Text = ("What the best package says otherwise, consent: ", rule_words(run, rule))
    header: tuple[Text, ...] = (
        ("Provision",), ("The best of the whole space",), (package_span(run, named),),
    )  # fmt: skip
    return Table(caption, header, tuple(rows), "lll")
