"""The frame of every page: templates, the way back to the front page, what may be loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment

from accord.brief.markup import Drawing, environment

__all__ = ["POLICY", "POLICY_WITH_SEARCH", "Frame", "templates"]

_TEMPLATES = Path(__file__).parent / "templates"

POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'"
)
"""What a page may load: its own style, typefaces and pictures, be it opened as a file."""

POLICY_WITH_SEARCH = f"{POLICY}; script-src 'self'"


def templates(drawing: Drawing) -> Environment:
    """The templates of a site; ``drawing`` makes the SVG of a chart."""
    return environment(_TEMPLATES, drawing=drawing)


@dataclass(frozen=True)
class Frame:
    """Renders pages of one site.

    Attributes
    ----------
    title : str
        Of the site.
    templates : Environment
    """

    title: str
    templates: Environment

    def page(self, path: str, template: str, context: Mapping[str, Any]) -> str:
        """A page.

        Parameters
        ----------
        path : str
            Of the page in the site, parted by ``/``.
        template : str
            Name without its ending.
        context : mapping
            For the template.
        """
        policy = POLICY_WITH_SEARCH if template == "search" else POLICY
        return self.templates.get_template(f"{template}.html.j2").render(
            site=self.title, up="../" * path.count("/"), policy=policy, **context
        )
