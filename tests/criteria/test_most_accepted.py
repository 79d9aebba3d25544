"""The package of a small space that most sampled worlds accept, by trying every package."""

from __future__ import annotations

from itertools import product

import numpy as np

from accord.case.load import load
from accord.criteria.drafting import drafting
from accord.criteria.positions import margins, positions
from accord.criteria.setting import Setting
from accord.worlds.worlds import draw
from teaching import TEACHING


def test_no_package_of_the_harbour_is_accepted_more_often_than_the_one_told():
    case = load(TEACHING)
    worlds = draw(case, 256, 3)
    named = {name: case.chosen(name) for name in case.file.packages}
    found = drafting(Setting(case, worlds, named))["most_accepted"]
    levels = [list(provision.levels) for provision in case.file.provisions.values()]
    every = {
        str(pick): dict(zip(case.file.provisions, pick, strict=True)) for pick in product(*levels)
    }
    setting = Setting(case, worlds, every)
    order = list(positions(setting))
    for rule, told in found.items():
        asked = [order.index(actor) for actor in case.file.consent.rules[rule].actors]
        shares = {
            name: float(np.mean((margins(setting, name)[asked] >= 0).all(axis=0))) for name in every
        }
        assert told["packages"] == len(every)
        assert told["share"]["share"] == max(shares.values())
        assert shares[str(tuple(told["package"].values()))] == max(shares.values())
        assert told["as_often"] == sum(s == max(shares.values()) for s in shares.values())
