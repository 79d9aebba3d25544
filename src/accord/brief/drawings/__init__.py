"""Kinds of charts, one a file: a chart's rows become an Altair chart of a given width."""
