"""A run becomes a file: the ending of its name says the format."""

from __future__ import annotations

import os
from pathlib import Path

from accord._errors import UsageError
from accord.brief import html, markdown
from accord.brief.write import write
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
    text = render(run, file.suffix)
    fresh = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(file)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise UsageError(f"{file} cannot be written: {error.strerror or error}") from error
