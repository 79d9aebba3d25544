"""Paths of a case in words, for whoever does not know its identifiers."""

from accord.brief.input_words import block_words, path_words

__all__ = ["block_words", "path_words"]
