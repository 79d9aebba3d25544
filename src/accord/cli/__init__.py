"""The command line: parse, call one library function of the same name, format."""

from accord.cli.app import main

__all__ = ["main"]
