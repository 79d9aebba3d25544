"""Cases for tests of the site: one with evidence and a journal, one plain, one hostile."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

from ruamel.yaml import YAML

from recordable import HEADER
from teaching import TEACHING, altered, put

WORLDS = 256
SCRIPT = """<script>alert("1")</script><svg onload=alert(2)>'"&amp;]]> {{ 7*7 }} javascript:1"""
LONG = "long" * 120
RIGHT_TO_LEFT = "\u202eميناء الشمال"
NASTY = (SCRIPT, LONG, RIGHT_TO_LEFT, "../../etc/passwd", "index", "con")

SOURCES = """\
id,title,publisher,published,accessed,link,grade,licence
S1,The gazette of the harbour,State press,2024-12-01,2024-12-24,https://example.org/gazette?a=1&b=2,A,
S2,An almanac,A printer,2024-11-02,,javascript:alert(1),C,free to quote
"""
CLAIMS = """\
id,actor,claim,quote,source,locator,disputed_by
protect,NORTH,Northland puts protection before fees,Boats first,S1,page 2,Southland
boats,The Harbour League,The League keeps ten boats ready,,S2,,
unused,,Nobody has counted the piers,,S2,,
"""
UPDATE = """\
date: 2025-01-20
known: 2025-02-01
title: The League doubts its boats
because: [boats]
change: {pledges.GUARD.fleet.amount: 5}
"""
ANSWER = "2025-02-10,2025-02-10,cabinet-list,yes,2025-02-09,S1,Read out on the quay,"


def evident(folder: Path, name: str = "evident") -> Path:
    """The teaching case with sources, claims, an update and an answer."""
    case = altered(
        folder,
        ("title: The harbour pact\n", "title: The evident pact\n"),
        ("categories: [Teaching]", "categories: [Teaching, Harbours]"),
        ("    judgement: Wants protection first and fees second\n", "    because: [protect]\n"),
    )
    put(case, "sources.csv", SOURCES)
    put(case, "claims.csv", CLAIMS)
    put(case, "journal.csv", f"{HEADER}{ANSWER}\n")
    put(case, "updates/2025-02-01-doubt.yaml", UPDATE)
    return case.rename(folder / name)


def plain(folder: Path, name: str = "plain", title: str = "The plain pact") -> Path:
    """The teaching case under another title."""
    case = altered(folder, ("title: The harbour pact\n", f"title: {title}\n"))
    return case.rename(folder / name)


TEXTS = {"title", "name", "note", "byline", "judgement", "question", "counts", "publisher",
         "licence", "claim", "quote", "locator", "disputed_by", "unit", "who"}  # fmt: skip
"""Keys of a case under which anything may be written."""

NAMED = {"timeline", "conflict"}
"""Keys under which names of other parts stand."""


def hostile(folder: Path, name: str = "hostile") -> Path:
    """The teaching case with hostile words wherever words may stand."""
    written = YAML(typ="safe").load((TEACHING / "case.yaml").read_text(encoding="utf-8"))
    words = itertools.cycle(NASTY)

    def poisoned(node, key=""):
        if isinstance(node, dict):
            return {k: v if k in NAMED else poisoned(v, k) for k, v in node.items()}
        if isinstance(node, list):
            return [poisoned(v, key) for v in node]
        return f"{next(words)} {node}" if isinstance(node, str) and key in TEXTS else node

    case = poisoned(written) | {"title": SCRIPT, "categories": list(NASTY)}
    for provision in case["provisions"].values():
        for level, text in provision["levels"].items():
            if isinstance(text, str):
                provision["levels"][level] = f"{next(words)} {text}"
    for party in case["conflicts"]["after_signing"]["parties"].values():
        party.update({option: f"{next(words)} {text}" for option, text in party.items()})
    case["actors"]["NORTH"]["note"] = SCRIPT
    case["packages"]["pact"]["note"] = SCRIPT
    case["positions"]["SOUTH"]["red_lines"]["no-patrol-for-fees"]["title"] = SCRIPT
    case["sources"] = {
        f"S{i}": {
            "title": word, "publisher": word, "published": "2024-12-01", "grade": "D",
            "link": link, "licence": word,
        }
        for i, (word, link) in enumerate(
            zip(NASTY, ["javascript:alert(1)", 'https://x.example/"><script>', "data:text/html,x",
                        "//x.example", "https://x.example/?a=1&b=2", ""], strict=True)
        )
    }  # fmt: skip
    case["claims"] = {
        f"C{i}": {"actor": word if i % 2 else "NORTH", "claim": word, "quote": "", "locator": word,
                  "source": f"S{i}", "disputed_by": word}
        for i, word in enumerate(NASTY)
    }  # fmt: skip
    case["positions"]["NORTH"].pop("judgement")
    case["positions"]["NORTH"]["because"] = list(case["claims"])
    case["journal"] = [
        {"recorded": "2025-01-01", "known": "2025-01-01", "indicator": "cabinet-list",
         "outcome": "no", "source": "S0", "note": SCRIPT}
    ]  # fmt: skip
    target = folder / name
    put(target, "case.yaml", json.dumps(case, default=str))
    return target
