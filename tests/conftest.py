"""Shared by all tests.

That this file stands here puts ``tests`` on the path, so that ``from oracles.NAME import ...``
finds the slow, obvious implementations.
"""

import pytest
from hypothesis import settings

# How long an example takes says something about the machine, nothing about the code. The same
# examples each time: a change is judged by what it changes. New ones are looked for with
# ``--hypothesis-profile=search``.
settings.register_profile("accord", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, derandomize=False, print_blob=True)
settings.load_profile("accord")


@pytest.fixture(autouse=True)
def _usual_width(monkeypatch):
    """Tables as wide as where nobody says how wide a terminal is."""
    monkeypatch.delenv("COLUMNS", raising=False)
