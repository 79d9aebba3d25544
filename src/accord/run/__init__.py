"""A run: the verdict of a case with its details, saved and opened as a folder."""
