"""When a package works and why it fails, in sentences whose numbers are figures."""

from __future__ import annotations

from dataclasses import dataclass

from accord.brief.desk import Desk
from accord.brief.document import Figure, Span, Text
from accord.brief.input_words import input_span, is_shock
from accord.brief.labels import reason_spans, spans_joined
from accord.brief.stressed import Box, Cause, Cut, Kept, Share
from accord.explore.exact_numbers import exact
from accord.explore.scenario_words import one_half
from accord.theory.sampling import BLOCK

__all__ = ["StressTeller"]

_TESTS = {
    "acceptable": "It is not acceptable",
    "deliverable": "It is not deliverable",
    "credible": "It is not credible",
    "durable": "It does not last",
}

_UNITS = {
    "points": " points",
    "points of 100": " points",
    "percent of the public": "% of the public",
    "the protege's stake = 1": " of the protected state’s stake",
}
"""Units that are told; of others the number says enough."""

_QUANTITIES = {
    "density": "share of the box's worlds that are of this kind",
    "mass": "share of all worlds that lie in the box",
    "coverage": "share of the worlds of this kind that lie in the box",
}


@dataclass(frozen=True)
class StressTeller:
    """Figures and sentences of one result."""

    desk: Desk
    kept: Kept

    def count(self, name: str, value: int, words: str) -> Figure:
        """A count."""
        return self.desk.ledger.count(self._id(name), value, words, self._key())

    def number(
        self, name: str, value: float, text: str, words: str,
        between: tuple[float, float] | None = None,
    ) -> Figure:  # fmt: skip
        """Any other number."""
        return self.desk.ledger.number(self._id(name), value, text, words, self._key(), between)

    def share(
        self, name: str, share: Share, words: str, effective: float, blocks: int
    ) -> Figure:  # fmt: skip
        """A share of worlds with its error.

        Parameters
        ----------
        effective, blocks
            Effective worlds and blocks that it is a share of, where it was kept without them.
        """
        told = share.estimate(effective, blocks)
        return self.desk.ledger.estimate(self._id(name), told, words, self._key())

    def effective(self) -> float:
        """Equally likely worlds that inform as much as those that were looked at."""
        kept = self.kept.works.share.effective_worlds or self.kept.worth_of_knowing.effective_worlds
        own = float(self.desk.run.manifest["effective_worlds"])
        return kept or min(own, float(self.kept.worlds))

    def worlds(self) -> Figure:
        """How many worlds were looked at."""
        return self.count("worlds", self.kept.worlds, "worlds that were looked at")

    def sentence(self, cause: Cause) -> Text:
        """What was found, in the best of its boxes; or why there is nothing to tell."""
        box = cause.box or next(iter(cause.leaves), None)
        if cause.finding == "found" and box is not None:
            return self._of_box(cause, box)
        return self._plain(cause)

    def _of_box(self, cause: Cause, box: Box) -> Text:
        """The scenario; it was told from the odd blocks.

        A file that does not say on how many worlds a share rests says how many they were: as many
        of them count as of all worlds.
        """
        name, blocks = _name(cause), max(self.kept.worlds // BLOCK // 2, 1)
        telling, counts = blocks * BLOCK, self.effective() / self.kept.worlds
        told = {
            quantity: self.share(
                f"{name}.{quantity}", share, f"{words}; told from the worlds in which nobody "
                "looked for it", max(worlds * counts, 1.0), blocks,
            )
            for (quantity, words), share, worlds in zip(
                _QUANTITIES.items(), (box.density, box.mass, box.coverage),
                (box.worlds, telling, telling * cause.share.share), strict=True,
            )
        }  # fmt: skip
        conditions = [
            self._condition(f"{name}.limit{at}", cut) for at, cut in enumerate(box.restrictions)
        ]
        kind = "successes" if cause.kind == "passes" else "failures"
        of_kind = kind if cause.test == "joint" else f"{kind} of this kind"
        return (
            *self._deed(cause), " in ", told["density"], " of the worlds in which ",
            *spans_joined(conditions, "and"), "; they are ", told["mass"],
            " of all worlds and hold ", told["coverage"], f" of its {of_kind}.",
        )  # fmt: skip

    def _condition(self, name: str, cut: Cut) -> Text:
        """What a box asks of one input."""
        case = self.desk.run.case
        span = input_span(case, cut.path)
        if is_shock(cut.path):
            happens = " happens" if cut.lower is not None else " does not happen"
            return ("“", span, f"”{happens}")
        number = case.numbers.get(cut.path)
        unit = _UNITS.get(number.unit, "") if number is not None else ""
        spans: list[Span] = ["“", span, "” is"]
        for end, value, words in (
            ("above", cut.lower, " above "),
            ("most", cut.upper, " at most "),
        ):
            if value is not None:
                text = f"{exact(value)}{unit}".replace("-", "−")
                spans += [
                    " and" if len(spans) > 3 else "", words,
                    self.number(f"{name}.{end}", value, text, "an end of the box, rounded before "
                                "anything was told"),
                ]  # fmt: skip
        return tuple(spans)

    def _plain(self, cause: Cause) -> Text:
        """The sentence where there is no box to tell of."""
        name, deed = _name(cause), self._deed(cause)
        share = self.share(
            f"{name}.share", cause.share, "share of all worlds that are of this kind",
            self.effective(), max(self.kept.worlds // BLOCK, 1),
        )  # fmt: skip
        match cause.finding:
            case "nowhere":
                return (*deed, " in none of ", self.worlds(), " worlds (", share, ").")
            case "everywhere":
                return (*deed, " in every one of ", self.worlds(), " worlds (", share, ").")
            case "too few":
                rare = "those worlds" if cause.share.share <= 0.5 else "the others"
                return (*deed, " in ", share, f" of worlds; {rare} are too few to say when.")
            case "one half":
                why = one_half(cause.share.blocks or max(self.kept.worlds // BLOCK, 1))
                return (*deed, " in ", share, f" of worlds; when is not told, because {why}.")
        inputs = self.count(f"{name}.inputs", cause.inputs, "inputs that were compared")
        return (
            *deed, " in ", share, " of worlds; among ", inputs,
            f" input{'s' * (cause.inputs != 1)} none was found on which this hangs more than "
            "luck would explain.",
        )  # fmt: skip

    def _deed(self, cause: Cause) -> Text:
        """What the package does."""
        if cause.test == "joint":
            return ("It passes all tests" if cause.kind == "passes" else "It fails",)
        if cause.reason is None:
            return (_TESTS.get(cause.test, "It fails one test"),)
        words = reason_spans(self.desk.run, cause.reason)
        return (_TESTS.get(cause.test, "It fails one test"), " (", *words, ")")

    def _id(self, name: str) -> str:
        return f"stress.{self.kept.package}.{self.kept.rule}.{name}"

    def _key(self) -> str:
        return self.desk.key("joint", self.kept.package, self.kept.rule)


def _name(cause: Cause) -> str:
    return ".".join(filter(None, [cause.kind, cause.test, cause.reason]))
