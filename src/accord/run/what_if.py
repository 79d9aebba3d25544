"""What if: packages of one case put to the tests one at a time, in the same worlds.

Worlds, weights and whatever hangs on fewer than all provisions are made once, so that the answer
to a change comes at once. Shares of two packages differ by what differs between them, not by luck.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from threading import RLock
from typing import Any

from accord._errors import UsageError
from accord.case.case import Case
from accord.criteria.blockers import blockers
from accord.criteria.positions import margins, positions
from accord.criteria.setting import Setting, rule_names
from accord.criteria.table import CRITERIA
from accord.criteria.taken_out import taken_out
from accord.run.assess import verdict_from
from accord.run.halves import skipped_tests
from accord.run.run import Run
from accord.theory.estimates import Estimate, kept_share
from accord.theory.sampling import BLOCK
from accord.worlds.weights import journal_weights
from accord.worlds.worlds import Lines, draw

__all__ = ["CHOSEN", "WhatIf"]

CHOSEN = "chosen"
"""The name of the package that was asked about, in the answer."""

MOST_ANSWERS = 256
"""Answers that are kept."""

LATER = "not asked for yet"


class WhatIf:
    """A case in fixed worlds, and answers about packages.

    Parameters
    ----------
    case : Case
    worlds, seed : int
    lines : {"stated", "hard", "none"}
    first_block : int
        Where worlds begin, for fresh ones that nobody has looked at.

    Raises
    ------
    CaseErrors
        If what is known is impossible in every world.
    """

    def __init__(
        self, case: Case, *, worlds: int = 2048, seed: int = 1, lines: Lines = "stated",
        first_block: int = 0,
    ) -> None:  # fmt: skip
        self.case = case
        drawn, weights = journal_weights(case, draw(case, worlds, seed, lines, first_block))
        self._weights = weights
        self._setting = Setting(case, drawn, {}, weights.unequal)
        self._answers: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._last: Setting | None = None
        # what is worked out once is shared by all who ask
        self._lock = RLock()

    @property
    def tests(self) -> tuple[str, ...]:
        """Tests that can be put to the case, in table order."""
        skipped = skipped_tests(self.case)
        return tuple(c.name for c in CRITERIA if c.name not in skipped)

    @property
    def worlds(self) -> int:
        """Number of worlds."""
        return self._setting.worlds.count

    @property
    def blocks(self) -> tuple[int, ...]:
        """Numbers of the blocks of worlds."""
        return self._setting.worlds.blocks

    @property
    def setting(self) -> Setting:
        """Worlds and weights without packages, for those who may call tests themselves."""
        return self._setting

    def estimate(self, record: Mapping[str, float]) -> Estimate:
        """A ``{share, se}`` of an answer, at the ends with the bound that is known."""
        blocks, effective = self.worlds // BLOCK, self._weights.effective
        return kept_share(record["share"], record["se"], blocks, effective)

    @property
    def rules(self) -> tuple[str, ...]:
        """Consent rules."""
        return rule_names(self.case)

    def judge(self, chosen: Mapping[str, str], tests: Sequence[str] | None = None) -> Run:
        """Put one package to all tests, or to some of them.

        Parameters
        ----------
        chosen : mapping of provision to level
            A level for every provision.
        tests : sequence of str, optional
            Others are said to be not asked for.

        Returns
        -------
        Run
            With one package, named ``CHOSEN``, and no details; nobody saves it.

        Raises
        ------
        UsageError
            For a provision that is missing or unknown, or a level that it does not have.
        """
        levels = self._levels(chosen)
        wanted = tuple(t for t in self.tests if tests is None or t in tests)

        def compute() -> Run:
            setting = self._asking(levels)
            found = {c.name: c.assess(setting) for c in CRITERIA if c.name in wanted}
            verdict, _ = verdict_from(setting, self._weights.weights, found)
            missing = {t: LATER for t in self.tests if t not in wanted}
            verdict = replace(verdict, not_assessed={**verdict.not_assessed, **missing}, _index={})
            return Run(self.case, verdict, {}, {}, (CHOSEN,), {}, self._manifest())

        answer: Run = self._kept(("judge", wanted, *levels.values()), compute)
        return answer

    def blocking(self, chosen: Mapping[str, str], rule: str) -> dict[str, Any]:
        """Who stands in the way of a package under a consent rule, JSON-ready.

        Returns
        -------
        dict of actor to dict
            ``accepts``: share of worlds in which it does; ``alone``: share in which it alone
            stands in the way; ``lines``: red lines that bind and are crossed, with the share.
        """
        levels = self._levels(chosen)

        def compute() -> dict[str, Any]:
            setting = self._asking(levels)
            each, alone = margins(setting, CHOSEN), blockers(setting, CHOSEN, (rule,))["sole"]
            return {
                position.actor: {
                    "accepts": setting.share(each[i] >= 0),
                    "alone": alone.get(rule, {}).get(position.actor, {"share": 0.0, "se": 0.0}),
                    "lines": {
                        name: setting.share(where)
                        for name, where in position.crossed(levels).items()
                    },
                }
                for i, position in enumerate(positions(setting).values())
            }

        answer: dict[str, Any] = self._kept(("blocking", rule, *levels.values()), compute)
        return answer

    def without(self, chosen: Mapping[str, str], members: Sequence[str]) -> dict[str, Any]:
        """What a package's coalition is without some members; see ``criteria.taken_out``.

        Raises
        ------
        UsageError
            For a member that pledges nothing, or where test 2 cannot be put.
        """
        levels = self._levels(chosen)
        known = list(self.case.file.pledges)
        for member in members:
            if member not in known:
                raise UsageError(f"{member} pledges nothing; there are {', '.join(known)}")
        if "deliverable" not in self.tests:
            raise UsageError(f"not assessed: {skipped_tests(self.case)['deliverable']}")
        answer: dict[str, Any] = self._kept(
            ("without", *members, "", *levels.values()),
            lambda: taken_out(self._asking(levels), CHOSEN, members),
        )
        return answer

    def _asking(self, levels: Mapping[str, str]) -> Setting:
        """The package in its worlds; who asks more of the last one finds what was worked out."""
        if self._last is None or self._last.packages[CHOSEN] != levels:
            alone = self._setting.alone(CHOSEN, levels)
            self._last = replace(alone, brief=frozenset({CHOSEN}))
        return self._last

    def _levels(self, chosen: Mapping[str, str]) -> dict[str, str]:
        provisions = self.case.file.provisions
        wrong = [f"no provision {name!r}" for name in chosen if name not in provisions]
        for name, provision in provisions.items():
            if chosen.get(name) not in provision.levels:
                found = f"found {chosen[name]!r}" if name in chosen else "found nothing"
                wrong.append(f"{name}: {found}, wanted one of {', '.join(provision.levels)}")
        if wrong:
            raise UsageError("; ".join(wrong))
        return {name: chosen[name] for name in provisions}

    def _kept(self, key: tuple[Any, ...], compute: Any) -> Any:
        with self._lock:
            if key not in self._answers:
                self._answers[key] = compute()
            self._answers.move_to_end(key)
            while len(self._answers) > MOST_ANSWERS:
                self._answers.popitem(last=False)
            return self._answers[key]

    def _manifest(self) -> dict[str, Any]:
        consent = self.case.file.consent
        return {
            "consent": consent.default if consent else self.rules[0],
            "effective_worlds": self._weights.effective,
            "weight_warning": self._weights.warning,
            "worlds": self.worlds,
        }
