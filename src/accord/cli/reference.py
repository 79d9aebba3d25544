"""The reference of all commands as Markdown, generated from their help."""

from __future__ import annotations

from accord.cli.app import COMMANDS, GROUPS, help_of, name_of

__all__ = ["commands"]

_HEAD = """\
# The commands: reference

<!-- Generated from --help by tools/reference.py; edit src/accord/cli. -->
"""


def commands() -> str:
    """The whole page."""
    parts = [_HEAD, "```text", help_of(), "```", ""]
    paths: list[tuple[str, ...]] = [(name_of(command),) for command in COMMANDS]
    paths += [(group, name_of(member)) for group, (_, own) in GROUPS.items() for member in own]
    for path in paths:
        parts += [f"## accord {' '.join(path)}", "", "```text", help_of(*path), "```", ""]
    return "\n".join(parts)
