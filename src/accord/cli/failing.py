"""Exit codes, and the one shape in which every failure is told."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from accord._errors import AccordError, CaseError, CaseErrors
from accord.cli.printing import print_json

__all__ = ["DONE", "INTERRUPTED", "NO", "WRONG", "failed", "misused", "print_errors"]

DONE, NO, WRONG, INTERRUPTED = 0, 1, 2, 130


def failed(error: AccordError, *, as_json: bool) -> int:
    """Tell what a user can mend, and return the exit code."""
    if isinstance(error, CaseErrors):
        errors = list(error.errors)
    else:
        errors = [CaseError("", "", 0, 0, *_parts(str(error)))]
    if as_json:
        print_json({"errors": [each.as_json() for each in errors]})
    elif isinstance(error, CaseErrors):
        print_errors(errors)
    else:
        sys.stderr.write(f"accord: {error}\n")
    return WRONG


def _parts(message: str) -> tuple[str, str, str]:
    """What was found, what is wanted and how to mend it, from a sentence that says them so."""
    found, separator, rest = message.partition(", wanted ")
    if separator:
        wanted, _, hint = rest.partition("; ")
        return found.removeprefix("found "), wanted, hint
    found, separator, rest = message.partition("; there are ")
    if separator:
        return found, f"one of {rest}", ""
    found, _, hint = message.partition("; ")
    return found, "", hint


def print_errors(errors: Sequence[CaseError]) -> None:
    """Located errors on stderr, and how many there are."""
    for error in errors:
        sys.stderr.write(f"{error}\n")
    sys.stderr.write(f"{len(errors)} error{'s' * (len(errors) != 1)}\n")


def misused(error: typer.TyperException, words: Sequence[str], *, as_json: bool) -> int:
    """Tell how a command is called, and return the exit code."""
    command = next((word for word in words if not word.startswith("-")), "")
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else f"accord {command}".strip()
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    usage = " ".join(context.get_usage().split()) if context is not None else f"{path} …"
    hint = f"{path} --help tells more"
    if as_json:
        option = getattr(error, "param", None)
        name = option.opts[0] if option is not None else getattr(error, "option_name", "") or ""
        wanted = usage.removeprefix("Usage: ")
        print_json({"errors": [CaseError(name, "", 0, 0, message, wanted, hint).as_json()]})
    elif type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(f"{message}\n")
    else:
        sys.stderr.write(f"{usage}\naccord: {message}\n{hint}\n")
    return WRONG
