"""Random deterrence games within the ranges that judgements start from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from accord.theory.game import Challenger, Contest, Game, Guarantor, Mode, Protege

WORLDS = 7
ORDERS = {
    0: [()],
    1: [((0,),)],
    2: [((0,), (1,)), ((1,), (0,)), ((0, 1),)],
    3: [((2,), (0,), (1,)), ((0,), (1, 2)), ((1, 2), (0,)), ((0, 1, 2),)],
    4: [((0,), (1, 3), (2,)), ((3, 0), (1, 2))],
}


def random_game(seed, count, order, modes=2):
    generator = np.random.default_rng(seed)

    def between(low, high):
        return generator.uniform(low, high, WORLDS)

    guarantors = tuple(
        Guarantor(
            stake=between(0.1, 1.5),
            cost=between(0.1, 0.8),
            shared_cost=between(0, 0.8),
            punishes=between(0, 0.3),
            precision=between(2, 12),
            reneging=between(0, 0.4),
            automatic=between(0, 0.5),
            alone=between(0, 0.5),
            tripwire=between(0, 0.1),
            strength=between(0.5, 8),
            leans_on={other: between(0.3, 1) for other in range(count) if other == (g + 1) % count}
            if count > 1
            else {},
        )
        for g in range(count)
    )
    return Game(
        Challenger(
            between(0.5, 2),
            between(0.05, 0.8),
            between(2, 12),
            between(0, 0.4),
            between(0, 0.4),
            between(4, 18),
        ),
        Protege(1.0, between(0.1, 0.5), between(2, 12), between(1, 12)),
        Contest(between(0.5, 3), between(1, 2)),
        guarantors,
        order,
        0 if count else None,
        (Mode("full"), Mode("probe", 0.3, 0.2, 0.3, 0.5))[:modes],
    )


@st.composite
def games(draw, least=0, most=4, modes=2):
    count = draw(st.integers(least, most))
    order = draw(st.sampled_from(ORDERS[count]))
    return random_game(draw(st.integers(0, 2**32 - 1)), count, order, modes)


def with_challenger(game, **changes):
    return replace(game, challenger=replace(game.challenger, **changes))


def with_guarantor(game, index, **changes):
    guarantors = list(game.guarantors)
    guarantors[index] = replace(guarantors[index], **changes)
    return replace(game, guarantors=tuple(guarantors))
