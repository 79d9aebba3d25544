"""Invented results of stress, in the shape in which they are kept."""

from __future__ import annotations

import itertools

SHOCK = "shocks.new_government"
TESTS = ("acceptable", "deliverable", "credible", "durable")
OTHERS = ("pact", "dear-pact", "status-quo")


def share(value, se=0.01):
    """As older files have it, without what it rests on."""
    return {"share": value, "se": se}


def kept_share(found):
    """An estimate as it is kept."""
    return {
        "share": found.value, "se": found.standard_error, "bound": found.bound,
        "blocks": found.blocks, "effective_worlds": found.effective_worlds,
    }  # fmt: skip


def box(*cuts, density=0.6, mass=0.2, coverage=0.4, worlds=400):
    """``cuts`` are (path, lower, upper)."""
    return {
        "method": "prim", "worlds": worlds, "density": share(density), "mass": share(mass),
        "coverage": share(coverage),
        "restrictions": [
            {"path": path, "lower": lower, "upper": upper, "quasi_p": [0.01, None],
             "found_again": 0.8}
            for path, lower, upper in cuts
        ],
    }  # fmt: skip


def cause(kind="fails", test="joint", reason=None, found=None, finding=None, of=0.3, leaves=()):
    return {
        "kind": kind, "test": test, "reason": reason, "share": share(of), "inputs": 7,
        "finding": finding or ("found" if found or leaves else "nothing stands out"),
        "sentences": [], "box": found, "leaves": list(leaves),
    }  # fmt: skip


def index(value, *, apart=True):
    return {"value": value, "low": value - 0.05, "high": value + 0.05, "null_low": 0.0,
            "null_high": 0.02, "chance": 0.001, "told_apart": apart}  # fmt: skip


def influence(path, value, *, apart=True):
    return {"path": path, "told_apart": apart, "first_order": index(value, apart=apart),
            "pawn": index(value + 0.1, apart=apart)}  # fmt: skip


def worth(*paths, value=0.02, apart=True):
    return {"paths": list(paths), "value": value, "standard_error": 0.004, "low": value - 0.007,
            "high": value + 0.007, "null_high": 0.003, "chance": 0.01, "told_apart": apart,
            "changed": 0.1}  # fmt: skip


def metric(name="minimax regret", direction="lower is better", ranks=(2, 1, 3)):
    ranked = dict(zip(OTHERS, ranks, strict=False))
    return {"name": name, "formula": "…", "direction": direction, "values": ranked, "ranks": ranked}


def result(package="pact", rule="everyone", **more):
    """All there is to tell, on one input; ``more`` takes the place of parts."""
    falls = box((SHOCK, 0.5, None), density=0.1, coverage=0.05)
    return {
        "schema": 1, "package": package, "rule": rule, "worlds": 4096, "seed": 1,
        "lines": "stated",
        "works": cause("passes", found=box((SHOCK, None, 0.5)), of=0.25),
        "fails": [
            cause(found=falls, of=0.75),
            *itertools.chain.from_iterable(
                (cause(test=test, of=0.2 + 0.1 * at),) for at, test in enumerate(TESTS)
            ),
        ],
        "influences": {
            "package": package, "consent": rule, "test": "joint", "worlds": 4096,
            "effective_worlds": 4096.0, "rough": False, "inputs": [influence(SHOCK, 0.4)],
            "left_out": [], "why": None,
        },
        "worth_of_knowing": {
            "consent": rule, "packages": list(OTHERS), "now": "pact", "share": 0.25,
            "clairvoyance": 0.04, "worlds": 4096, "effective_worlds": 4096.0,
            "inputs": [worth(SHOCK)], "left_out": [], "why": None,
        },
        "robustness": [
            metric(), metric("maximax", "higher is better", (1, 1, 1)),
        ],
        "regrets": [
            {"package": "pact", "regret": 1.0, "world": 3, "against": "dear-pact"},
            {"package": "dear-pact", "regret": 0.0, "world": 0, "against": None},
        ],
        "pareto": ["pact", "dear-pact"],
        "maximin_over_rules": [],
        **more,
    }  # fmt: skip
