"""When the package that leads works, why it fails, what matters to that, and what is robust."""

from __future__ import annotations

import math
from collections.abc import Sequence

from accord.brief.desk import Desk
from accord.brief.document import Block, Figure, Paragraph, Section, Strong, Table, Text
from accord.brief.input_words import input_span, is_shock
from accord.brief.labels import package_span, spans_joined
from accord.brief.sections.stress_words import StressTeller
from accord.brief.stressed import Cause, Index, Kept, Metric, Share, Worth

__all__ = ["stress_section"]

MOST_INPUTS = 8
MOST_FAILURES = 3
MOST_BEST = 3

_KICKER = "When it works, and why it fails"

_METRICS = {
    "maximin": "Worst world (maximin)",
    "maximax": "Best world (maximax)",
    "Hurwicz optimism-pessimism rule": "Worst and best world halfway (Hurwicz)",
    "Laplace's principle of insufficient reason": "Share of worlds (Laplace)",
    "mean-variance": "Share against its spread, nought where failure is sure (mean-variance)",
    "undesirable deviations": "Shortfall below the median (undesirable deviations)",
    "percentile-based skewness": "Skewness between the outer tenths",
    "minimax regret": "Largest regret (minimax regret)",
    "90th percentile minimax regret": "Regret that nine worlds in ten do not exceed",
    "Starr's domain criterion": "Share of worlds that satisfy (Starr)",
}

_DIRECTIONS = {"higher is better": "more is better", "lower is better": "less is better"}


def stress_section(desk: Desk) -> Section | None:
    """What is kept about the package and the rule that lead; None where nothing is."""
    content = desk.run.details.get("stress", {}).get(desk.lead, {}).get(desk.rule)
    if content is None:
        return None
    kept = Kept.model_validate(content)
    teller = StressTeller(desk, kept)
    blocks: list[Block] = [
        Paragraph((Strong(("When it works.",)), " ", *teller.sentence(kept.works))),
        *_failures(teller),
        *_matter(teller),
        Paragraph(_worth(teller)),
        *_robustness(teller),
        Paragraph(_note(teller), "note"),
    ]
    return Section("stress", _KICKER, _headline(teller), tuple(blocks))


def _headline(teller: StressTeller) -> Text:
    works, case = teller.kept.works, teller.desk.run.case
    match works.finding:
        case "everywhere":
            return ("It passes all tests in every world",)
        case "nowhere":
            return ("It passes all tests in no world",)
        case "too few":
            rare = "works" if works.share.share <= 0.5 else "fails"
            return (f"It {rare} in too few worlds to say when",)
        case "one half":
            return ("These worlds cannot tell when it works",)
    box = works.box or next(iter(works.leaves), None)
    if works.finding != "found" or box is None:
        return ("No input tells when it works",)
    paths = dict.fromkeys(cut.path for cut in box.restrictions)
    named = spans_joined([("“", input_span(case, path), "”") for path in list(paths)[:2]], "and")
    return ("Whether it works hangs on ", *named, *((" and more",) if len(paths) > 2 else ()))


def _failures(teller: StressTeller) -> list[Block]:
    """Sentences on why it fails, those with a scenario first, a common one before a rare one."""
    fails = [cause for cause in teller.kept.fails if cause.finding != "nowhere"]
    if not fails:
        return []
    whole = [cause for cause in fails if cause.test == "joint"]
    single = [cause for cause in fails if cause.test != "joint"]
    single.sort(key=_weight)
    told = _apart([c for c in (*whole, *single) if c.finding == "found"])
    chosen = told or whole or single
    if not any(cause.test != "joint" for cause in chosen) and single:
        chosen = [*chosen, single[0]]
    text: Text = ()
    for cause in chosen[:MOST_FAILURES]:
        text = (*text, " ", *teller.sentence(cause))
    return [Paragraph((Strong(("Why it fails.",)), *text))]


def _apart(causes: Sequence[Cause]) -> list[Cause]:
    """Causes without those that say the same of a test as its single reason did before."""
    result: list[Cause] = []
    for cause in causes:
        told = [c.box.restrictions for c in result if c.test == cause.test and c.box is not None]
        if cause.box is None or cause.box.restrictions not in told:
            result.append(cause)
    return result


def _weight(cause: Cause) -> tuple[bool, float]:
    return cause.reason is None, -cause.share.share


def _matter(teller: StressTeller) -> list[Block]:
    """The inputs that are told apart from one that says nothing, or that there are none."""
    found = teller.kept.influences
    heading = Strong(("Which inputs matter.",))
    if found.why is not None:
        finding = teller.kept.works.finding
        why = {
            "everywhere": "it passes in every world, so no input makes a difference",
            "nowhere": "it passes in no world, so no input makes a difference",
        }.get(finding, _no_estimate(found.why))
        return [Paragraph((heading, f" That cannot be told: {why}."))]
    named = "input" if len(found.inputs) == 1 else "inputs"
    apart = [one for one in found.inputs if one.told_apart]
    compared = teller.count("compared", len(found.inputs), "inputs that were compared")
    if not apart:
        return [
            Paragraph((heading, " Of ", compared, f" {named} none can be told apart from one that "
                       "says nothing, in ", teller.worlds(), " worlds."))
        ]  # fmt: skip
    rows = tuple(
        (
            _named(teller, one.path),
            (_index(teller, f"sobol.{one.path}", one.first_order, "first-order Sobol index: the "
                    "part of the variance that knowing this input alone would remove"),),
            (_index(teller, f"pawn.{one.path}", one.pawn, "PAWN index: how far knowing this input "
                    "moves the share that passes, on average"),),
        )
        for one in apart[:MOST_INPUTS]
    )  # fmt: skip
    lead: Text = (
        heading, " Of ", compared, f" {named} ",
        teller.count("apart", len(apart), "inputs that are told apart from permuted ones"),
        " can be told apart from one that says nothing",
        "; the first of them:" if len(apart) > MOST_INPUTS else ":",
    )  # fmt: skip
    caption: Text = (
        "Inputs that matter, in brackets the bands in which nine in ten resamples lie",
    )
    header: tuple[Text, ...] = (("Input",), ("First-order Sobol index",), ("PAWN index",))
    return [Paragraph(lead), Table(caption, header, rows, "lrr")]


def _no_estimate(why: str) -> str:
    """Why nothing was estimated where packages pass here and there; a file's words are not told."""
    few = why.startswith("too few worlds")
    return "too few worlds weigh anything" if few else "no input varies between the worlds"


def _named(teller: StressTeller, path: str) -> Text:
    span = input_span(teller.desk.run.case, path)
    return ("whether “", span, "” happens") if is_shock(path) else (span,)


def _index(teller: StressTeller, name: str, index: Index, words: str) -> Figure:
    text = f"{index.value:.2f} ({index.low:.2f}–{index.high:.2f})"
    return teller.number(name, index.value, text, words, (index.low, index.high))


def _worth(teller: StressTeller) -> Text:
    """What knowing everything would be worth, and the single input that is worth most."""
    found = teller.kept.worth_of_knowing
    heading = Strong(("What knowing is worth.",))
    if found.why is not None:
        if found.now is None:
            why = "no package passes in any world, so nothing is worth knowing for the choice"
        elif found.share == 1:
            why = "one package passes in every world, so nothing is worth knowing for the choice"
        else:
            why = _no_estimate(found.why)
        return (heading, f" That cannot be told: {why}.")
    lead: Text = (" With what is known it is best to propose nothing.",)
    if found.now is not None:
        now = package_span(teller.desk.run, found.now)
        lead = (" With what is known ", now, " is best to propose; it holds in ",
                _plain_share(teller, found.share), " of worlds.")  # fmt: skip
    if not found.clairvoyance:
        return (heading, *lead, " Clairvoyance, knowing everything and luck too, adds nothing: no "
                "other package passes where it fails.")  # fmt: skip
    return (
        heading, *lead, " Clairvoyance, knowing everything and luck too, would add ",
        _clairvoyance(teller, found.clairvoyance), ", which no inquiry can exceed. ",
        *_single(teller, found.inputs),
    )  # fmt: skip


def _single(teller: StressTeller, inputs: Sequence[Worth]) -> Text:
    best = next((one for one in inputs if one.told_apart), None)
    if best is None:
        return ("No single input is worth more than permuted ones seem to be.",)
    named = spans_joined([_named(teller, path) for path in best.paths], "and")
    text = f"{100 * best.value:.1f} ({100 * best.low:.1f}–{100 * best.high:.1f}) points"
    worth = teller.number(
        "worth", best.value, text, "expected value of perfect information about it alone, in "
        "points of the chance to hold; in brackets the band of its error", (best.low, best.high),
    )  # fmt: skip
    null = teller.number(
        "worth.permuted", best.null_high, f"{100 * best.null_high:.1f} points",
        "what nineteen in twenty permuted inputs do not exceed",
    )  # fmt: skip
    return ("Of single inputs it is worth most to know ", *named, ": ", worth, ", where permuted "
            "inputs reach ", null, ".")  # fmt: skip


def _error(teller: StressTeller, share: float) -> float:
    return math.sqrt(share * (1 - share) / teller.effective())


def _plain_share(teller: StressTeller, share: float) -> Figure:
    """A share that was kept without its error, which is then the binomial one."""
    told = Share(share=share, se=_error(teller, share))
    words = "share of worlds in which the package that is best to propose passes all tests"
    return teller.share("now", told, words, teller.effective(), 1)


def _clairvoyance(teller: StressTeller, share: float) -> Figure:
    """A share too: of the worlds in which another package passes and the best one does not."""
    half = 1.645 * _error(teller, share)
    return teller.number(
        "clairvoyance", share, f"{100 * share:.1f} ± {100 * half:.1f} points (rough)",
        "share of worlds in which another package passes all tests and the one that is best to "
        "propose does not", (max(share - half, 0.0), min(share + half, 1.0)),
    )  # fmt: skip


def _robustness(teller: StressTeller) -> list[Block]:
    """Regret and dominance in words, and where the package stands by each metric."""
    kept, run = teller.kept, teller.desk.run
    heading = Strong(("How robust it is.",))
    metrics = [m for m in kept.robustness if m.name in _METRICS and kept.package in m.ranks]
    regret = next((one for one in kept.regrets if one.package == kept.package), None)
    if regret is None or len(kept.regrets) < 2 or not metrics:
        return [Paragraph((heading, " There is no other package to compare it with."))]
    text: Text = (" No other package passes all tests in a world in which it does not.",)
    if regret.against is not None:
        text = (" It is regretted in some worlds: there ", package_span(run, regret.against),
                " passes all tests and this does not.")  # fmt: skip
    front = kept.package in kept.pareto
    dominated = (
        " No other package does at least as well in every test and better in one."
        if front
        else " Another package does at least as well in every test and better in one."
    )
    told = [metric for metric in metrics if set(metric.ranks.values()) != {1}]
    blocks: list[Block] = [Paragraph((heading, *text, dominated))]
    if not told:
        return [*blocks, Paragraph(("By every metric of robustness all packages are equal.",))]
    rows = tuple(_rank_row(teller, metric) for metric in told)
    caption: Text = ("Robustness of passing all tests, metrics by which the packages differ",)
    header: tuple[Text, ...] = (("Metric",), ("Direction",), ("Its rank",), ("Best",))
    return [*blocks, Table(caption, header, rows, "llrl")]


def _rank_row(teller: StressTeller, metric: Metric) -> tuple[Text, ...]:
    """Where the package stands by one metric, and what is best by it."""
    rank, count = metric.ranks[teller.kept.package], len(metric.ranks)
    words = f"rank by the metric {metric.name} ({metric.direction}), errors not counted"
    figure = teller.number(f"rank.{metric.name}", rank, f"{rank} of {count}", words)
    first = [name for name, each in metric.ranks.items() if each == 1]
    best = spans_joined([(package_span(teller.desk.run, name),) for name in first], "and")
    if len(first) > MOST_BEST:
        alike = teller.count(f"best.{metric.name}", len(first), f"packages best by {metric.name}")
        best = (alike, " packages alike")
    return (_METRICS[metric.name],), (_DIRECTIONS[metric.direction],), (figure,), best


def _note(teller: StressTeller) -> Text:
    rest = (
        "Inputs that hang together carry one another's effects. Ranks are those in the sampled "
        "worlds, errors not counted."
    )
    findings = {cause.finding for cause in (teller.kept.works, *teller.kept.fails)}
    if "one half" in findings:
        return ("From ", teller.worlds(), f" worlds. {rest}")
    return (
        "Scenarios were looked for in one half of the ", teller.worlds(), " worlds and are told "
        f"from the other, in which nobody looked. {rest}",
    )  # fmt: skip
