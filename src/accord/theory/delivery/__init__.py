"""Who goes and what is covered, for many packages, losses and coalitions at once."""
