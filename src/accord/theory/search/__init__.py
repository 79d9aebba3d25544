"""The best package of a space that cannot be listed, with a proven bound (MODELS, section 6)."""
