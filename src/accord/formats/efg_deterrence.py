"""A deterrence game as a tree whose agent quantal response equilibrium gives the same answers.

How the parts of the game are said in a tree (McKelvey and Palfrey 1998):

Private information, logistic choice
    Nothing in the tree: the solver adds it. At every information set the chance of an action is
    proportional to exp(lambda times what it is worth), which is the agent form of quantal
    response and the choice rule of accord.
One lambda for all
    Solvers know one. The title says which, lambda_0, the challenger's precision (1 where that is
    0); payoffs of player i are multiplied by lambda_i / lambda_0. Only this product enters its
    choices, so the answers are the same. A player of precision 0 has payoffs of 0 and tosses a
    coin.
Modes
    The challenger chooses among all modes and *no attack* in one information set, in which *no
    attack* is written once for every mode. Then P(attack) has the odds mean exp(lambda U_mode)
    to exp(lambda s), and listing a mode twice changes nothing. A move *attack* followed by a move
    *mode* would be another game: it values an attack by the mean over modes.
Automatic entry
    A chance move before the guarantor's own: *bound* fights, *free* lets it choose. It is left
    out at 0, and the choice at 1. Afterwards it would scale what the choice is worth.
Guarantors that decide at once
    They move one after the other, in information sets that know the mode and who fought in
    earlier tiers, and nothing of their own tier, chance moves included.
Leaning, backstop, shared costs, tripwires, reneging, punishment, snap-back
    In the payoffs of the leaves.

What a tree does not say: where several equilibria exist, which one; solvers trace one branch from
lambda = 0. Nor how the guarantors are by true values where the challenger's beliefs differ: a
tree holds one view.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from accord._errors import UsageError
from accord.formats.efg_tree import ExtensiveGame, Leaf, Move, Node
from accord.formats.written import distinct
from accord.theory.backward import leaves_of
from accord.theory.game import Game, Mode, check_game

__all__ = [
    "BOUND", "CHALLENGER", "FIGHT", "MOST_LEAVES", "NO_ATTACK", "PROTEGE", "RESIST",
    "attack_in", "binding", "extensive_form", "player_names",
]  # fmt: skip

CHALLENGER, PROTEGE = "challenger", "protege"
NO_ATTACK, ATTACK = "no attack", "attack: "
RESIST, CONCEDE = "resist", "concede"
BOUND, FREE, FIGHT, STAY_OUT = "bound", "free", "fight", "stay out"
MOST_LEAVES = 100_000

_COMMENT = (
    "Written by accord. Payoffs of each player are multiplied by its own precision over lambda, "
    "so that the agent quantal response equilibrium at lambda is that of the game. The challenger "
    "chooses among no attack, written once for every mode, and the modes. A guarantor that is "
    "bound fights; those that decide at once do not see one another. Precisions: "
)


def extensive_form(game: Game, names: Sequence[str]) -> ExtensiveGame:
    """The tree of a game in one world.

    Parameters
    ----------
    game : Game
        Every number a float, or an array of one.
    names : sequence of str
        Of the guarantors.

    Raises
    ------
    ModelError
        When the game has no meaning.
    UsageError
        When the tree would have more than ``MOST_LEAVES`` leaves.
    """
    check_game(game)
    players = player_names(names)
    builder = _Builder(game, players)
    count = builder.count_leaves()
    if count > MOST_LEAVES:
        raise UsageError(
            f"found a game whose tree has {count:,} leaves, wanted at most {MOST_LEAVES:,}; "
            "group small guarantors, or leave modes out"
        )
    told = ", ".join(
        f"{name} {value!r}" for name, value in zip(players, builder.precisions, strict=True)
    )
    title = f"Deterrence: agent quantal response at lambda = {builder.unit!r}"
    return ExtensiveGame(title, _COMMENT + told, players, builder.root())


def player_names(names: Sequence[str]) -> tuple[str, ...]:
    """Challenger, protege and guarantors as the tree names them: on one line, each once."""
    return tuple(distinct([CHALLENGER, PROTEGE, *(" ".join(name.split()) for name in names)]))


def attack_in(mode: str) -> str:
    """The challenger's action that begins an attack in a mode."""
    return ATTACK + " ".join(mode.split())


def binding(mode: str, guarantor: str) -> str:
    """The label of the chance move that binds a guarantor, named as a player."""
    return f"{attack_in(mode)}, is {guarantor} bound?"


class _Builder:
    """One game on its way to a tree."""

    def __init__(self, game: Game, players: Sequence[str]) -> None:
        self._game = game
        self._players = players
        self._leaves = leaves_of(game)
        self._order = self._leaves.order
        own = [game.challenger.precision, game.protege.precision]
        self.precisions = tuple(
            _number(each) for each in (*own, *(one.precision for one in game.guarantors))
        )
        self.unit = self.precisions[0] or 1.0
        self._infosets: dict[tuple[int, str], int] = {}

    def count_leaves(self) -> int:
        """How many leaves the tree has, without building it."""
        total = len(self._game.modes)
        for mode in self._game.modes:
            below = 1
            for g in self._order:
                below *= {0.0: 2, 1.0: 1}.get(self._bound(g, mode), 3)
            total += 1 + below
        return total

    def root(self) -> Node:
        modes = self._game.modes
        stay = [NO_ATTACK, *(f"{NO_ATTACK} {i}" for i in range(2, len(modes) + 1))]
        actions = (*stay, *(attack_in(mode.name) for mode in modes))
        without = _number(self._game.challenger.without_attack)
        zeros = [0.0] * len(self._order)
        after: list[Node] = [self._leaf(name, [without, 0.0, *zeros]) for name in stay]
        after += [
            self._attacked(mode, action)
            for mode, action in zip(modes, actions[len(stay) :], strict=True)
        ]
        return self._move("start", 0, CHALLENGER, actions, after)

    def _attacked(self, mode: Mode, so_far: str) -> Move:
        stake = _number(self._game.challenger.stake) * _number(mode.stake)
        snapback = _number(self._game.challenger.snapback)
        lost = _number(self._game.protege.stake) * _number(mode.stake)
        zeros = [0.0] * len(self._order)
        conceded = self._leaf(f"{so_far}, {CONCEDE}", [stake - snapback, -lost, *zeros])
        tiers = [(g, i) for i, tier in enumerate(self._game.tiers) for g in tier]
        resisted = self._deciding(mode, f"{so_far}, {RESIST}", tiers, ())
        return self._move(so_far, 1, so_far, (RESIST, CONCEDE), [resisted, conceded])

    def _deciding(
        self, mode: Mode, so_far: str, waiting: Sequence[tuple[int, int]],
        fought: tuple[tuple[int, int], ...],
    ) -> Node:  # fmt: skip
        """The moves of the guarantors still to decide; ``fought``: who did, and in which tier."""
        if not waiting:
            return self._fought(mode, so_far, frozenset(g for g, _ in fought))
        (g, tier), rest = waiting[0], waiting[1:]
        name = self._players[2 + g]
        bound = self._bound(g, mode)
        chosen = attack_in(mode.name)
        joined = (*fought, waiting[0])
        if 0.0 < bound < 1.0:
            # numbers follow the order in which a tree is read, as Gambit's own do
            self._numbered(-1, binding(mode.name, name))
        surely = self._deciding(mode, f"{so_far}, {name} {BOUND}", rest, joined) if bound else None
        if surely is not None and bound == 1.0:
            return surely
        known = ", ".join(self._players[2 + other] for other, when in fought if when < tier)
        label = f"{chosen}, " + (f"fighting: {known}" if known else "nobody fights yet")
        own = self._move(
            so_far if surely is None else f"{so_far}, {name} {FREE}",
            2 + g,
            label,
            (FIGHT, STAY_OUT),
            [
                self._deciding(mode, f"{so_far}, {name} fights", rest, joined),
                self._deciding(mode, f"{so_far}, {name} stays out", rest, fought),
            ],
        )
        if surely is None:
            return own
        # the decimals written must sum to one to the digit, so they are kept as they will be read
        chance = Fraction(Decimal(repr(bound)))
        label = binding(mode.name, name)
        return Move(so_far, 0, self._numbered(-1, label), label, (BOUND, FREE),
                    (chance, 1 - chance), (surely, own))  # fmt: skip

    def _fought(self, mode: Mode, so_far: str, fighters: frozenset[int]) -> Leaf:
        """A war with these guarantors."""
        game, leaves = self._game, self._leaves
        place = {g: p for p, g in enumerate(leaves.order)}
        leaf = sum(1 << place[g] for g in fighters)
        defeated = float(leaves.defeated[leaf])
        lost = 1.0 - defeated
        challenger, protege = game.challenger, game.protege
        stake, costs = _number(mode.stake), _number(mode.cost_of_war)
        attacker = lost * _number(challenger.stake) * stake
        attacker -= _number(challenger.cost_of_war) * costs + _number(challenger.snapback)
        attacker -= sum(_number(game.guarantors[g].punishes) for g in fighters)
        defender = -lost * _number(protege.stake) * stake - _number(protege.cost_of_war) * costs
        others = [
            defeated * _number(one.stake) * _number(mode.guarantor_stake)
            - float(leaves.fighting[place[g], leaf] if g in fighters else leaves.staying[place[g]])
            for g, one in enumerate(game.guarantors)
        ]
        return self._leaf(so_far, [attacker, defender, *others])

    def _leaf(self, name: str, payoffs: Sequence[float]) -> Leaf:
        # a sum with nought turns minus nought into nought
        scaled = (
            payoff * (precision / self.unit) + 0.0
            for payoff, precision in zip(payoffs, self.precisions, strict=True)
        )
        return Leaf(name, tuple(scaled))

    def _move(
        self, name: str, player: int, label: str, actions: Sequence[str], after: Sequence[Node]
    ) -> Move:
        number = self._numbered(player, label)
        return Move(name, player + 1, number, label, tuple(actions), (),
                    tuple(after))  # fmt: skip

    def _numbered(self, player: int, label: str) -> int:
        """The number of a player's information set, new where the label is; chance is -1."""
        key = (player, label)
        if key not in self._infosets:
            self._infosets[key] = 1 + sum(1 for who, _ in self._infosets if who == player)
        return self._infosets[key]

    def _bound(self, g: int, mode: Mode) -> float:
        return _number(self._game.guarantors[g].automatic) * _number(mode.automatic)


def _number(value: Any) -> float:
    return float(np.asarray(value, dtype=np.float64).ravel()[0])
