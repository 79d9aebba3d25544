"""Watching: indicators, the journal, scores."""
