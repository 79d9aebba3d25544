"""Test one around the packages on the table: what turns it, what improves it, who could trade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accord.brief.desk import Desk
from accord.brief.document import Block, Chart, FromCase, Items, Paragraph, Span, Table, Text
from accord.brief.labels import actor_span, level_span, package_span, rule_name
from accord.brief.sections.deals import actors_joined, points

__all__ = ["drafts"]

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def drafts(desk: Desk) -> list[Block]:
    """Turning numbers, improvements, exchanges, the contract curve and two plain forecasts."""
    record = desk.run.details.get("bargaining")
    if record is None or desk.rule not in record["impasse"]["rules"]:
        return []
    return [
        *_most_accepted(desk, record["drafts"]["most_accepted"].get(desk.rule)),
        *_turning(desk, record["turning"][desk.lead]),
        *_improvements(desk, record["drafts"]["improvements"]),
        *_exchanges(desk, record["drafts"]["exchanges"].get(desk.rule, [])),
        *_curve(desk, record["drafts"]["curves"].get(desk.rule)),
        *_forecasts(desk, record["drafts"]["forecasts"]),
    ]


def _title(desk: Desk, provision: str) -> FromCase:
    return FromCase(f"provisions.{provision}.title", desk.run.case.file.provisions[provision].title)


def _most_accepted(desk: Desk, found: Mapping[str, Any] | None) -> list[Block]:
    """The package of a small space that most sampled worlds accept."""
    if found is None:
        return []
    key = desk.key("acceptable")
    name = f"{desk.lead}.acceptable.{desk.rule}.most"
    number = desk.ledger.count(f"{name}.of", found["packages"], "packages of the space", key)
    share = desk.ledger.detail(
        f"{name}.share", found["share"],
        "share of the first 256 worlds in which all asked accept the most accepted package", key,
    )  # fmt: skip
    levels: list[Span] = []
    for provision, level in found["package"].items():
        levels += ["; " if levels else "", _title(desk, provision), ": "]
        levels.append(level_span(desk.run, provision, level))
    others = " (others as often)" if found["as_often"] > 1 else ""
    return [
        Paragraph(
            ("Of all ", number, " packages, this one is acceptable most often, in ", share,
             f" of sampled worlds{others}: ", *levels, ".")
        )
    ]  # fmt: skip


def _turning(desk: Desk, turning: Mapping[str, Any]) -> list[Block]:
    """By rule, the one number whose smallest change turns the verdict of the central case."""
    items: list[Text] = []
    for rule, found in turning.items():
        holds = "all sign" if found["holds"] else "not all sign"
        spans: list[Span] = [rule_name(desk.run, rule), f": {holds}; "]
        if found["turns"] is None:
            spans.append(
                "no change of one number turns that" if found["holds"] else _why_none(found)
            )
            if not found["holds"] and found["refusing"]:
                spans += [" (refusing: ", *actors_joined(desk, found["refusing"]), ")"]
        else:
            spans += _turned(desk, rule, found["turns"])
        items.append(tuple(spans))
    lead_in: Text = (
        "With every number at its centre and every stated line real, this is what it would take to "
        "turn the verdict on ",
        package_span(desk.run, desk.lead),
        " by moving one uncertain number:",
    )
    return [Paragraph(lead_in), Items(tuple(items))]


def _why_none(found: Mapping[str, Any]) -> str:
    if len(found["refusing"]) == 1:
        return "no one number turns that, because a red line is crossed"
    return "no one number turns that"


def _turned(desk: Desk, rule: str, turns: Mapping[str, Any]) -> list[Span]:
    key = desk.key("acceptable", rule=rule)
    number = desk.run.case.numbers[turns["path"]]
    name = f"{desk.lead}.acceptable.{rule}.turn"
    reduction = (
        "the first value, away from the central one, at which the verdict of the central case "
        "turns when this number alone is moved"
    )
    before = desk.ledger.number(
        f"{name}.from", turns["central"], f"{turns['central']:.3g}".replace("-", "−"),
        "central value of the input", key,
    )  # fmt: skip
    after = desk.ledger.number(
        f"{name}.to", turns["turned"], f"{turns['turned']:.3g}".replace("-", "−"), reduction, key
    )
    where = "inside" if turns["inside"] else "outside"
    return [
        actor_span(desk.run, turns["actor"]), " turns if ", *_input_words(desk, turns["path"]),
        " goes from ", before, " to ", after, " ", FromCase(turns["path"], number.unit),
        f", {where} its middle nine tenths",
    ]  # fmt: skip


def _input_words(desk: Desk, path: str) -> Text:
    """A number behind an actor's position, in words."""
    _, _, *rest = path.split(".")
    match rest:
        case ["values", provision, "weight", *_]:
            return ("the weight it gives to “", _title(desk, provision), "”")
        case ["values", provision, "levels", level, *_]:
            return ("what “", level_span(desk.run, provision, level), "” is worth to it")
        case ["walk_away", *_]:
            return (FromCase(path, "what walking away is worth to it"),)
        case ["support", "base", *_]:
            return (FromCase(path, "its support as it starts out"),)
        case ["needs", *_]:
            return (FromCase(path, "the support that it takes"),)
    return ("the input “", FromCase(path, ".".join(rest)), "”")


def _improvements(desk: Desk, found: Mapping[str, Any]) -> list[Block]:
    rows: list[tuple[Text, ...]] = []
    for package in desk.run.packages:
        best = found[package].get(desk.rule)
        if best is None:
            rows.append(((package_span(desk.run, package),), ("none near",), ("",), (), ()))
            continue
        changes: list[Span] = []
        for name, (_, level) in best["changes"].items():
            changes += ["; " if changes else "", _title(desk, name), ": "]
            changes.append(level_span(desk.run, name, level))
        key = desk.key("acceptable", package)
        gain = desk.ledger.number(
            f"{package}.acceptable.{desk.rule}.improved.gain", best["gain"],
            f"{best['gain']:.1f}", "smallest gain of the group over the package as it is, in "
            "points, in the central case", key,
        )  # fmt: skip
        share = desk.ledger.detail(
            f"{package}.acceptable.{desk.rule}.improved.prefer", best["prefer"],
            "share of the first 256 worlds in which the whole group prefers the change", key,
        )  # fmt: skip
        refusing = actors_joined(desk, best["refusing"]) if best["refusing"] else ["nobody"]
        rows.append(
            ((package_span(desk.run, package),), tuple(changes), tuple(refusing), (gain,), (share,))
        )
    table = Table(
        (
            "The nearest change to each package that a whole group whose consent is enough prefers "
            "to the package as it is",
        ),
        (("Package",), ("Change",), ("Would still refuse",), ("Smallest gain",), ("Preferred in",)),
        tuple(rows),
        "lllrr",
    )
    return [table]


def _exchanges(desk: Desk, found: Sequence[Mapping[str, Any]]) -> list[Block]:
    if not found:
        return []
    items: list[Text] = []
    for k, one in enumerate(found):
        key = desk.key("acceptable")
        name = f"acceptable.{desk.rule}.exchange.{k}"
        first, second = one["changes"]
        giver, other = one["givers"]
        spans: list[Span] = [
            actor_span(desk.run, giver), " yields on ", _title(desk, first["provision"]), " (",
            level_span(desk.run, first["provision"], first["levels"][1]), "), ",
            actor_span(desk.run, other), " on ", _title(desk, second["provision"]), " (",
            level_span(desk.run, second["provision"], second["levels"][1]), "): they gain ",
            points(desk, f"{name}.first", one["gains"][0], _GAIN, key), " and ",
            points(desk, f"{name}.second", one["gains"][1], _GAIN, key), " points",
        ]  # fmt: skip
        if one["losers"]:
            spans += ["; at the cost of ", *actors_joined(desk, list(one["losers"]))]
        items.append(tuple(spans))
    lead_in: Text = (
        "Two could trade: each yields on what matters less to it, both prefer the result to ",
        package_span(desk.run, desk.lead),
        ", and nobody who would sign is pushed below walking away.",
    )
    return [Paragraph(lead_in), Items(tuple(items))]


_GAIN = "gain over the package as it is, in points, in the central case"


def _curve(desk: Desk, found: Mapping[str, Any] | None) -> list[Block]:
    """The contract curve of the two whose interests are most opposed."""
    if found is None:
        return []
    first, second = (actor_span(desk.run, actor) for actor in found["actors"])
    title: Text = (
        (first, " and ", second, " have room for a deal: packages beyond both walk-away values")
        if found["acceptable"]
        else ("No package is worth more to both ", first, " and ", second, " than walking away")
    )
    options = {
        "x_title": f"worth to {desk.run.case.actor_name(found['actors'][0])}, points",
        "y_title": f"worth to {desk.run.case.actor_name(found['actors'][1])}, points",
        "x_least": found["walk_away"][0],
        "y_least": found["walk_away"][1],
    }
    note: Text = (
        "The curve of packages that neither can better without the other losing, over the whole "
        "space, lines aside; in colour those that both would sign, their red lines kept. The "
        "shaded corner is worth more to both than walking away. In the central case.",
    )
    table = _curve_table(desk, found)
    return [Chart("contract-curve", title, "plane", _curve_data(found), table, options, note)]


def _curve_data(found: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    agreed = {tuple(point) for point in found["acceptable"]}
    data: list[dict[str, Any]] = [
        {"x": x, "y": y, "kind": "curve", "label": ""}
        for x, y in found["frontier"]
        if (x, y) not in agreed
    ]
    data += [{"x": x, "y": y, "kind": "agreed", "label": ""} for x, y in found["acceptable"]]
    data += [
        {"x": place["at"][0], "y": place["at"][1], "kind": "package", "label": letter}
        for letter, place in zip(_LETTERS, found["packages"].values(), strict=False)
    ]
    return tuple(data)


def _curve_table(desk: Desk, found: Mapping[str, Any]) -> Table:
    """What each package is worth to the two, by the letter that the drawing gives it."""
    first, second = (actor_span(desk.run, actor) for actor in found["actors"])
    rows: list[tuple[Text, ...]] = []
    for letter, (package, place) in zip(_LETTERS, found["packages"].items(), strict=False):
        key = desk.key("acceptable", package)
        worth: list[Text] = []
        willing: list[str] = []
        for actor, value, yes in zip(found["actors"], place["at"], place["accepts"], strict=True):
            name = f"{package}.acceptable.{desk.rule}.curve.{actor}"
            reduction = "utility in the central case, in points"
            worth.append((desk.ledger.number(name, value, f"{value:.0f}", reduction, key),))
            willing += [actor] if yes else []
        signs: Text = tuple(actors_joined(desk, willing)) if willing else ("neither",)
        rows.append(((letter,), (package_span(desk.run, package),), *worth, signs))
    return Table(
        ("What each package is worth to ", first, " and to ", second),
        (("",), ("Package",), (first,), (second,), ("Would sign",)),
        tuple(rows),
        "llrrl",
    )


def _forecasts(desk: Desk, found: Mapping[str, Any]) -> list[Block]:
    """What two models that look at one provision at a time would say."""
    rows: list[tuple[Text, ...]] = []
    lead = desk.run.chosen(desk.lead)
    for name, record in found.items():
        levels = list(desk.run.case.file.provisions[name].levels)
        rows.append(
            (
                (_title(desk, name),),
                (level_span(desk.run, name, lead[name]),),
                (level_span(desk.run, name, levels[round(record["compromise"])]),),
                (level_span(desk.run, name, levels[int(record["median"])]),),
            )
        )
    if not rows:
        return []
    caption: Text = (
        "For comparison, two models that take one provision at a time and know neither lines nor "
        "walking away: the compromise model (power times salience, nearest level) and the median "
        "voter",
    )
    heads: tuple[Text, ...] = (("Provision",), ("Lead package",), ("Compromise",), ("Median",))
    return [Table(caption, heads, tuple(rows), "llll")]
