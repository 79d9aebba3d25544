"""A run becomes a file: the ending of its name says the format."""

from __future__ import annotations

from pathlib import Path

from accord._errors import UsageError
from accord.brief import html, markdown
from accord.brief.write import write
from accord.formats.whole import write_whole
from accord.run.run import Run

__all__ = ["FORMATS", "publish", "render"]

FORMATS = {".html": html.render, ".md": markdown.render}


def render(run: Run, ending: str) -> str:
    """The brief of a run as text in the format of an ending such as ``.html``.

    Raises
    ------
    UsageError
        For an ending that no format has.
    """
    if ending not in FORMATS:
        raise UsageError(f"no format for {ending or 'a name without an ending'!r}; "
                         f"there are {', '.join(FORMATS)}")  # fmt: skip
    return FORMATS[ending](write(run), run.case)


def publish(run: Run, file: Path) -> None:
    """Write the brief of a run to a file, whole or not at all.

    Raises
    ------
    UsageError
        For an ending that no format has, or a place that cannot be written.
    """
    write_whole(file, render(run, file.suffix).encode())
