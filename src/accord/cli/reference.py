"""The reference of all commands as Markdown, generated from their help."""

from __future__ import annotations

from accord.cli.app import COMMANDS, help_of

__all__ = ["commands"]

_HEAD = """\
# The commands: reference

<!-- Generated from --help by tools/reference.py; edit src/accord/cli. -->
"""


def commands() -> str:
    """The whole page."""
    parts = [_HEAD, "```text", help_of(), "```", ""]
    for command in COMMANDS:
        name = command.__name__
        parts += [f"## accord {name}", "", "```text", help_of(name), "```", ""]
    return "\n".join(parts)
