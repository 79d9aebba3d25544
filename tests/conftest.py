"""Shared by all tests.

That this file stands here puts ``tests`` on the path, so that ``from oracles.NAME import ...``
finds the slow, obvious implementations.
"""

import pytest
from hypothesis import settings

# How long an example takes says something about the machine, nothing about the code.
settings.register_profile("accord", deadline=None)
settings.load_profile("accord")


@pytest.fixture(autouse=True)
def _usual_width(monkeypatch):
    """Tables as wide as where nobody says how wide a terminal is."""
    monkeypatch.delenv("COLUMNS", raising=False)
