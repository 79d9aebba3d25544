"""Write docs/from-the-briefing.md from the flagship case: 2,048 worlds, seed 1."""

from __future__ import annotations

from pathlib import Path

from accord.brief.tracing import trace_markdown
from accord.brief.write import write
from accord.case.load import load
from accord.run.assess import assess

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "from-the-briefing.md"


def page() -> str:
    """The page as it should stand."""
    run = assess(load(ROOT / "cases" / "ukraine-2025"), worlds=2048, seed=1)
    return trace_markdown(run, write(run), "briefing")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
