"""Games laid out so that very many are nearly solved, and the few that are doubtful exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.explore.search.war_games import Fields, named, numbers_in
from accord.theory.game import Game

__all__ = ["NearGames", "can_be_near"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PAIR = 2
"""Guarantors that may decide at once for a value that is near."""

WORLD_FIELDS = (
    ("challenger", "stake"), ("challenger", "cost_of_war"), ("protege", "stake"),
    ("protege", "cost_of_war"), ("protege", "precision"), ("protege", "strength"),
    ("contest", "steepness"), ("contest", "defence_advantage"), ("challenger", "strength"),
    ("challenger", "precision"),
)  # fmt: skip
GUARANTOR_FIELDS = (
    "stake", "cost", "shared_cost", "punishes", "precision", "reneging", "automatic", "alone",
    "tripwire", "strength",
)  # fmt: skip
MODE_FIELDS = ("stake", "cost_of_war", "automatic", "guarantor_stake")


def can_be_near(game: Game) -> bool:
    """Whether no more than two guarantors decide at once."""
    return all(len(tier) <= PAIR for tier in game.tiers)


class NearGames:
    """The numbers of games by moment, for kernels.

    Parameters
    ----------
    fields : Fields
    moments : int
        K.
    """

    def __init__(self, fields: Fields, moments: int) -> None:
        from accord.theory.near_values_compiled import Shape  # noqa: PLC0415

        game = fields.plain
        order = [g for tier in game.tiers for g in tier]
        place = {g: at for at, g in enumerate(order)}
        leans = [(g, other) for g in order for other in game.guarantors[g].leans_on]
        layout = _layout(game, order, leans)
        names = named(game, ())
        numbers = numbers_in(game)
        self._plain = np.empty((moments, len(layout)))
        for column, path in enumerate(layout):
            self._plain[:, column] = numbers[names.index(path)]
        column_of = {path: column for column, path in enumerate(layout)}
        parts, places, widths = [], [], []
        for _, changed, table in fields.changed:
            kept = [c for c, at in enumerate(changed) if names[at] in column_of]
            places += [column_of[names[changed[c]]] for c in kept]
            widths.append(len(kept))
            parts.append(np.ascontiguousarray(table[:, kept].transpose(2, 0, 1)).reshape(-1))
        self._tables = np.concatenate([*parts, np.zeros(0)])
        sizes = np.array([part.size for part in parts], dtype=np.int64)
        self._starts = np.cumsum(sizes) - sizes
        self._widths = np.array(widths, dtype=np.int64)
        self._counts = np.array([len(t) for _, _, t in fields.changed], dtype=np.int64)
        self._places = np.array(places, dtype=np.int64)
        self._shape = Shape(
            len(order),
            np.cumsum([0, *(len(tier) for tier in game.tiers)], dtype=np.int64),
            np.array([(place[g], place[o]) for g, o in leans], dtype=np.int64).reshape(-1, 2),
            -1 if game.backstop is None else place[game.backstop],
            len(game.modes),
        )

    def gross(
        self, moment: Integers, variants: NDArray[np.int32]
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """What attacking is worth, nearly, and where that is doubtful, both (G,).

        Parameters
        ----------
        moment : int array (G,)
        variants : int32 array (G, parts)
        """
        from accord.theory.near_values_compiled import BATCH, near_gross_values  # noqa: PLC0415

        count = moment.size
        more = -count % BATCH
        # the last batch is filled up with its last game
        padded = np.concatenate([moment, np.repeat(moment[-1:], more)])
        chosen = np.concatenate([variants, np.repeat(variants[-1:], more, axis=0)])
        gross, doubtful = np.empty(padded.size), np.empty(padded.size, dtype=np.uint8)
        near_gross_values(
            self._shape, self._plain, self._tables, self._starts, self._widths, self._counts,
            self._places, padded, chosen, gross, doubtful,
        )  # fmt: skip
        return gross[:count], doubtful[:count] > 0


def _layout(game: Game, order: list[int], leans: list[tuple[int, int]]) -> list[tuple[Any, ...]]:
    """The path of every number that the kernel reads, in its order."""
    return [
        *WORLD_FIELDS,
        *(("guarantors", g, name) for g in order for name in GUARANTOR_FIELDS),
        *(("guarantors", g, "leans_on", other) for g, other in leans),
        *(("modes", m, name) for m in range(len(game.modes)) for name in MODE_FIELDS),
    ]
