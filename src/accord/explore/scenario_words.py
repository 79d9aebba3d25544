"""Scenarios in plain sentences, with their numbers apart for those who print them their own way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from accord.explore.exact_numbers import exact
from accord.explore.scenarios import Restriction, Scenario, Scenarios, Target
from accord.theory.estimates import Estimate, interval

__all__ = [
    "Doing",
    "Told",
    "condition",
    "deed",
    "one_half",
    "parts",
    "percent",
    "plain_parts",
    "sentence",
    "sentences",
]


@dataclass(frozen=True)
class Told:
    """A number of a sentence.

    Attributes
    ----------
    quantity : str
        ``density``, ``mass`` and ``coverage`` of a scenario, or the ``share`` of all worlds.
    estimate : Estimate
    """

    quantity: Literal["density", "mass", "coverage", "share"]
    estimate: Estimate


Part = str | Told
Wording = Callable[[Restriction], str]
Doing = Callable[[Target], str]


def condition(one: Restriction) -> str:
    """What a box asks of one input, by the input's path, such as ``stake is above 0.4``."""
    if one.falls is not None:
        name = one.path.split(".")[1]
        return f"the shock “{name}” {'falls' if one.falls else 'does not fall'}"
    if one.lower is not None and one.upper is not None:
        return f"{one.path} is above {exact(one.lower)} and at most {exact(one.upper)}"
    if one.lower is not None:
        return f"{one.path} is above {exact(one.lower)}"
    assert one.upper is not None
    return f"{one.path} is at most {exact(one.upper)}"


def parts(
    about: Scenarios, one: Scenario, wording: Wording = condition, doing: Doing | None = None
) -> tuple[Part, ...]:
    """The sentence about a box, its numbers left as they are.

    Parameters
    ----------
    about : Scenarios
        Where the box comes from.
    one : Scenario
        ``about.box`` or one of ``about.leaves``.
    wording : function of a Restriction
        Puts one condition into words, without a full stop.
    doing : function of a Target, optional
        What the package does, such as ``Works`` or ``Fails the test “credible”``.
    """
    words = (doing or deed)(about.target)
    conditions = _listed([wording(restriction) for restriction in one.restrictions])
    return (
        f"{words} in ",
        Told("density", one.density),
        f" of the worlds in which {conditions}; they are ",
        Told("mass", one.mass),
        " of all worlds and hold ",
        Told("coverage", one.coverage),
        f" of its {_cases(about.target)}.",
    )


def plain_parts(about: Scenarios, doing: Doing | None = None) -> tuple[Part, ...]:
    """The sentence where there is no box to tell of, its number left as it is."""
    words = (doing or deed)(about.target)
    share = Told("share", about.share)
    worlds = f"{about.worlds:,} worlds"
    if about.finding == "nowhere":
        return (f"{words} in none of {worlds}: ", share, ".")
    if about.finding == "everywhere":
        return (f"{words} in all {worlds}: ", share, ".")
    if about.finding == "too few":
        rare = min(about.of_interest, about.worlds - about.of_interest)
        here = rare == about.of_interest
        those = ("this one" if here else "the one") if rare == 1 else (
            f"these {rare:,}" if here else f"the {rare:,}"
        )  # fmt: skip
        which = "" if here else " in which it does not"
        verb = "is" if rare == 1 else "are"
        few = f"{those} of {worlds}{which} {verb} too few to say when."
        return (words, " in ", share, f" of worlds; {few}")
    if about.finding == "one half":
        why = one_half(about.share.blocks)
        return (words, " in ", share, f" of worlds; when is not told, because {why}.")
    return (
        f"{words} in ",
        share,
        f" of worlds; among {about.inputs:,} input{'s' * (about.inputs != 1)} none was found on "
        "which this hangs more than luck would explain.",
    )


def one_half(blocks: int) -> str:
    """Why worlds in so many blocks cannot be halved into those that choose and those that tell."""
    if blocks == 1:
        return "they lie in one block, and it takes two to choose a scenario and to tell it"
    return (
        "all that weigh something lie in one half of the blocks, and it takes both to choose a "
        "scenario and to tell it"
    )


def sentence(told: tuple[Part, ...]) -> str:
    """Parts as one sentence, with half of a 90% interval behind ±.

    That few blocks tell is said at the end, because the error is then rough.
    """
    words = "".join(part if isinstance(part, str) else percent(part.estimate) for part in told)
    rough = any(part.estimate.rough for part in told if isinstance(part, Told))
    return f"{words[:-1]} (errors are rough)." if rough else words


def sentences(
    about: Scenarios, wording: Wording = condition, doing: Doing | None = None
) -> tuple[str, ...]:
    """All there is to say: of the box, then of the tree's leaves; or why there is nothing.

    Parameters are those of ``parts``.
    """
    told = [about.box] if about.box else []
    told += [leaf for leaf in about.leaves if not _same_box(leaf, about.box)]
    if not told:
        return (sentence(plain_parts(about, doing)),)
    return tuple(sentence(parts(about, one, wording, doing)) for one in told)


def percent(estimate: Estimate) -> str:
    """A share such as ``61 ± 5 per cent``; where it is 0 or 1, what it can be at most or least."""
    value = 100 * estimate.value
    if estimate.bound is not None:
        sign, bound = estimate.bound_text.rstrip("%").split(" ")
        words = "less than" if sign == "<" else "more than"
        return f"{value:.0f} per cent ({words} {bound} per cent)"
    low, high = interval(estimate)
    half = 100 * (high - low) / 2
    digits = 0 if min(value, 100 - value) >= 10 else 1
    return f"{value:.{digits}f} ± {max(half, 10.0**-digits):.{digits}f} per cent"


def deed(target: Target) -> str:
    """What a package does, such as ``Works``, with tests and reasons by their names."""
    if target.test == "joint":
        return "Works" if target.kind == "passes" else "Fails"
    words = f"{target.kind.capitalize()} the test “{target.test}”"
    return f"{words} because of {target.reason}" if target.reason else words


def _same_box(leaf: Scenario, box: Scenario | None) -> bool:
    return box is not None and bool((leaf.where == box.where).all())


def _cases(target: Target) -> str:
    words = "successes" if target.kind == "passes" else "failures"
    return f"{words} of this kind" if target.test != "joint" else words


def _listed(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
