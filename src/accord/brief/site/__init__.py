"""Briefs of several cases as a static site: pages that link to one another, search, a feed."""
